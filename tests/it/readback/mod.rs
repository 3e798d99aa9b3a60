//! Artifacts read back into what AWS holds.

mod terraform;
mod terraform_plan;
