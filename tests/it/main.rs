//! All integration tests in one binary: it links once.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::option_option,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that panics has failed, tests read files, and a missing tool is told"
)]

mod adoption;
mod agreement;
mod architecture;
mod aws_cli;
mod aws_cli_scripts;
mod batch;
mod cli;
mod cli_requests;
mod cloudformation;
mod cost;
mod diagnostics;
mod diff;
mod document;
mod documentation;
mod environments;
mod examples;
mod expectations;
mod export;
mod faults;
mod fixes;
mod functions;
mod fuzzing;
mod hcl_printer;
mod html_report;
mod inspection;
mod integrations;
mod lowering;
mod markdown;
mod output;
mod packaging;
mod partitions;
mod properties;
mod prove;
mod readback;
mod report;
mod report_formats;
mod report_markdown;
mod sample_plan;
mod simulate;
mod simulation_report;
mod simulation_words;
mod stores;
mod support;
mod terraform;
mod terraform_batches;
mod terraform_split;
mod verification;
mod watch;
