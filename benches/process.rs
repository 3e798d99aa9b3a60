//! Whole-process time of `validate`, `emit` and `prove` on a shipped example, beside a process that does nothing and one
//! that reads and parses the same file.
//!
//! `cargo bench --bench process` prints medians and ratios; nothing is asserted, because machines are noisy.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that reads its file and prints"
)]

mod measure;
mod parsing;

use measure::{command, medians};
use parsing::PARSE;
use std::path::Path;

const RUNS: usize = 300;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if parsing::is_asked(&arguments) {
        return;
    }
    let program = env!("CARGO_BIN_EXE_corsynth");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/02-uploads/corsynth.yaml");
    let example = example.to_str().expect("the path of the project is UTF-8");
    let commands = [
        ("bare process (true)", command(&["true"])),
        ("read and parse", command(&[&arguments[0], PARSE, example])),
        ("validate", command(&[program, "validate", example])),
        ("prove", command(&[program, "prove", example])),
        ("emit terraform", command(&[program, "emit", example, "--format", "terraform"])),
        ("emit cloudformation", command(&[program, "emit", example, "--format", "cloudformation"])),
        ("emit aws-cli", command(&[program, "emit", example, "--format", "aws-cli"])),
    ];
    let medians = medians(RUNS, &commands);
    let (bare, parse) = (medians[0].as_secs_f64(), medians[1].as_secs_f64());
    for ((name, _), median) in commands.iter().zip(&medians) {
        let median = median.as_secs_f64();
        println!(
            "{name:22} {:7.2} ms  {:5.2} x a bare process  {:5.2} x reading and parsing",
            median * 1e3,
            median / bare,
            median / parse
        );
    }
}
