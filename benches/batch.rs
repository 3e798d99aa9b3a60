//! `validate` on 1, 100 and 10,000 intents with one and two threads, beside a process that reads and parses the same files;
//! and how much memory each took, where GNU `time` is at hand.
//!
//! `cargo bench --bench batch` prints medians and ratios; nothing is asserted, because machines are noisy.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that reads its files and prints"
)]

mod measure;
mod parsing;

use measure::{command, medians};
use parsing::PARSE;
use std::process::{Command, Stdio};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if parsing::is_asked(&arguments) {
        return;
    }
    let program = env!("CARGO_BIN_EXE_corsynth");
    for (count, runs) in [(1, 200), (100, 60), (10_000, 7)] {
        let estate = estate(count);
        let folder = estate.path().to_str().expect("UTF-8");
        let commands = [
            ("read and parse, 1 thread", command(&[&arguments[0], PARSE, folder])),
            ("validate, 1 thread", command(&[program, "validate", folder, "--threads", "1"])),
            ("validate, 2 threads", command(&[program, "validate", folder, "--threads", "2"])),
        ];
        let medians = medians(runs, &commands);
        let parse = medians[0].as_secs_f64();
        for ((name, command), median) in commands.iter().zip(&medians) {
            let seconds = median.as_secs_f64();
            println!(
                "{count:6} intents  {name:25} {:9.2} ms  {:6.0} a second  {:5.2} x reading and parsing  {}",
                seconds * 1e3,
                f64::from(count) / seconds,
                seconds / parse,
                peak(command)
            );
        }
    }
}

/// An estate of small intents, each in a folder of its own.
fn estate(count: i32) -> tempfile::TempDir {
    let estate = tempfile::tempdir().expect("a folder");
    for index in 0..count {
        let folder = estate.path().join(format!("team-{}/app-{index}", index % 50));
        std::fs::create_dir_all(&folder).expect("a folder");
        let text = format!(
            "version: 1\nname: app-{index}\nassets:\n  static: {{ bucket: app-{index}-static, region: eu-west-1, cdn: {{}} }}\n\
             frontends:\n  site: https://www.app-{index}.example\n  admin: https://admin.app-{index}.example\nallow:\n  \
             - {{ from: [site, admin], to: static, use: [fonts, images] }}\n  - {{ from: admin, to: static, upload: {{ how: presigned-put }} }}\n"
        );
        std::fs::write(folder.join("corsynth.yaml"), text).expect("a file");
    }
    estate
}

/// The largest resident set of a run, as GNU `time` tells it.
fn peak(command: &[String]) -> String {
    let timed = Command::new("/usr/bin/time")
        .args(["-f", "%M", "-q", "--"])
        .args(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output();
    let Ok(output) = timed else { return "memory: not run".to_owned() };
    let text = String::from_utf8_lossy(&output.stderr);
    match text.lines().last().and_then(|line| line.parse::<u64>().ok()) {
        Some(kib) => format!("{:4} MiB", kib / 1024),
        None => "memory: not run".to_owned(),
    }
}
