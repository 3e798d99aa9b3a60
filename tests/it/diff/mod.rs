//! What is gained and lost between two intents, and between what they compile to.

mod brute_force;
mod found;
mod program;
mod rewritten;
mod telling;
