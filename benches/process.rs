//! Whole-process time of `validate` and `emit` on a shipped example, beside a process that does nothing.
//!
//! `cargo bench` prints medians and the ratio; nothing is asserted, because machines are noisy. Runs alternate, so
//! that a slow moment hits all of them alike.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark that prints")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 300;

fn main() {
    let program = env!("CARGO_BIN_EXE_corsynth");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/02-uploads/corsynth.yaml");
    let example = example.to_str().expect("the path of the project is UTF-8");
    let commands: [(&str, Vec<&str>); 5] = [
        ("bare process (true)", vec!["true"]),
        ("validate", vec![program, "validate", example]),
        ("emit terraform", vec![program, "emit", example, "--format", "terraform"]),
        ("emit cloudformation", vec![program, "emit", example, "--format", "cloudformation"]),
        ("emit aws-cli", vec![program, "emit", example, "--format", "aws-cli"]),
    ];
    let mut times = vec![Vec::with_capacity(RUNS); commands.len()];
    for _ in 0..RUNS {
        for ((_, command), times) in commands.iter().zip(&mut times) {
            times.push(time(command));
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let bare = medians[0].as_secs_f64();
    for ((name, _), median) in commands.iter().zip(&medians) {
        println!(
            "{name:22} {:7.2} ms  {:.2} x a bare process",
            median.as_secs_f64() * 1e3,
            median.as_secs_f64() / bare
        );
    }
}

fn time(command: &[&str]) -> Duration {
    let start = Instant::now();
    let status = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program can be started");
    let time = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    time
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
