//! All integration tests in one binary: it links once.

mod architecture;
mod aws_cli;
mod aws_cli_scripts;
mod cli;
mod cloudformation;
mod diagnostics;
mod document;
mod documentation;
mod examples;
mod hcl_printer;
mod lowering;
mod markdown;
mod output;
mod properties;
mod report;
mod sample_plan;
mod support;
mod terraform;
