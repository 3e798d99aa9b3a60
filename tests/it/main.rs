//! All integration tests in one binary: it links once.

mod aws_cli;
mod cli;
mod cloudformation;
mod diagnostics;
mod document;
mod lowering;
mod sample_plan;
mod support;
mod terraform;
