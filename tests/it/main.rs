//! All integration tests in one binary: it links once.

mod architecture;
mod aws_cli;
mod cli;
mod cloudformation;
mod document;
mod output;
mod documentation;
mod markdown;
mod report;
mod sample_plan;
mod support;
mod terraform;
