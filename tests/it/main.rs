//! All integration tests in one binary: it links once.

mod aws_cli;
mod cli;
mod cloudformation;
mod document;
mod hcl_printer;
mod sample_plan;
mod support;
mod terraform;
