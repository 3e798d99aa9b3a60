//! The target `owner_text` of tests/it/fuzzing/targets.rs.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| corsynth_fuzz::run("owner_text", bytes));
