//! Instructions that whole processes execute, as Valgrind's `callgrind` counts them, beside a process that reads and parses
//! the same file.
//!
//! `cargo bench --bench instructions` fails where a command takes more than its share: a fifth more than it took when the
//! share was written down. Counts do not depend on what else the machine does, and their ratio hardly on the compiler; with
//! `--profile dev` there are other shares. Where `valgrind` is not at hand, nothing is counted.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that reads its file and prints"
)]

mod parsing;

use parsing::PARSE;
use std::path::Path;
use std::process::Command;

const CORSYNTH: &str = env!("CARGO_BIN_EXE_corsynth");

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if parsing::is_asked(&arguments) {
        return;
    }
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/02-uploads/corsynth.yaml");
    let example = example.to_str().expect("the path of the project is UTF-8");
    let Some(parsing) = instructions(&[&arguments[0], PARSE, example]) else {
        println!("not run: valgrind");
        std::process::exit(i32::from(std::env::var_os("CORSYNTH_REQUIRE_TOOLS").is_some()));
    };
    println!("{:22} {parsing:12} instructions", "read and parse");
    let mut over = false;
    for (name, words, [optimized, unoptimized]) in [
        ("--version", &["--version"][..], [0.7, 0.7]),
        ("validate", &["validate", example], [6.0, 8.5]),
        ("prove", &["prove", example], [42.0, 66.0]),
        ("emit terraform", &["emit", example, "--format", "terraform"], [22.0, 35.5]),
        ("emit cloudformation", &["emit", example, "--format", "cloudformation"], [12.6, 18.5]),
        ("emit aws-cli", &["emit", example, "--format", "aws-cli"], [17.3, 25.5]),
    ] {
        let limit = if cfg!(debug_assertions) { unoptimized } else { optimized };
        let count = instructions(&[&[CORSYNTH], words].concat()).expect("a count");
        let ratio = ratio(count, parsing);
        let verdict = if ratio > limit { "TOO MANY" } else { "" };
        over |= ratio > limit;
        println!("{name:22} {count:12} instructions  {ratio:6.2} x, at most {limit:.2} x  {verdict}");
    }
    std::process::exit(i32::from(over));
}

#[expect(clippy::cast_precision_loss, reason = "counts of instructions are far below 2^52")]
fn ratio(count: u64, parsing: u64) -> f64 {
    count as f64 / parsing as f64
}

/// How many instructions the command executes; nothing where Valgrind cannot be started.
fn instructions(command: &[&str]) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(command)
        .output()
        .ok()?;
    assert!(output.status.success(), "{command:?}: {}", output.status);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = told.lines().find_map(|line| line.split_once("Collected :").map(|(_, count)| count.trim().parse()));
    Some(count.expect("a count").expect("a number"))
}
