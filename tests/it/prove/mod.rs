//! The prover: it proves what is right, and refutes everything else with an example that can be run.

mod brute_force;
mod custom;
mod errors;
mod foreign;
mod functions;
mod mutations;
mod random;
mod seeds;
mod shipped;
mod universe;
pub(crate) mod vocabulary;
