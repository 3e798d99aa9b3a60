//! `Plan` to artifacts, one file per target. Total: a plan can always be rendered.
//!
//! Text from the intent is data here: each target has one place that quotes it.

pub mod artifact;
mod aws_cli;
mod cloudformation;
mod contract;
mod function;
pub mod hcl;
mod terraform;
mod yaml;

pub use artifact::{Artifact, Stamp, Target};
pub use function::code as function_code;
pub(crate) use terraform::test_file;

use crate::plan::Plan;

/// All files of one target, sorted by path. Same plan and stamp in, same bytes out.
pub fn render(plan: &Plan, target: Target, stamp: &Stamp) -> Vec<Artifact> {
    let mut artifacts = match target {
        Target::Terraform => terraform::render(plan, stamp),
        Target::CloudFormation => cloudformation::render(plan, stamp),
        Target::AwsCli => aws_cli::render(plan, stamp),
    };
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    artifacts
}
