//! Artifacts read back into what AWS holds.

mod terraform;
