//! The target `aws_cli` of tests/it/fuzzing/targets.rs.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| corsynth_fuzz::run("aws_cli", bytes));
