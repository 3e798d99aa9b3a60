//! All integration tests in one binary: it links once.

mod aws_cli;
mod aws_cli_scripts;
mod cli;
mod cloudformation;
mod document;
mod sample_plan;
mod support;
mod terraform;
