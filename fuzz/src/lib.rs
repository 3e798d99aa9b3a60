//! The targets of the project's own test, with a bound on the memory that one input may take.

mod memory;
#[path = "../../tests/it/fuzzing/seeds.rs"]
pub mod seeds;
#[path = "../../tests/it/fuzzing/targets.rs"]
pub mod targets;

/// What any input may take: 48 MiB.
const ANYWAY: usize = 48 << 20;

/// What each byte of it may take on top.
const A_BYTE: usize = 64;

/// Runs a target on one input. Panics when something does not hold, or when it takes too much memory.
pub fn run(target: &str, bytes: &[u8]) {
    let (_, run) = targets::TARGETS.iter().find(|(name, _)| *name == target).expect("a target of this name");
    let peak = memory::peak_of(|| run(bytes));
    let most = ANYWAY + A_BYTE * bytes.len();
    assert!(peak <= most, "{peak} bytes were in use at once, for an input of {}: at most {most} may be", bytes.len());
}
