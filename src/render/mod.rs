//! `Plan` to artifacts, one file per target. Total: a plan can always be rendered.
//!
//! Text from the intent is data here: each target has one place that quotes it.

pub mod artifact;
mod aws_cli;
mod cloudformation;
mod contract;
pub mod earlier;
mod function;
pub mod hcl;
mod terraform;
mod yaml;
mod zip;

pub use artifact::{Artifact, Stamp, Target};
pub use earlier::Earlier;
pub use function::{code as function_code, errors_archive, store as function_store};
pub use terraform::Clash;
pub(crate) use terraform::test_file;

use crate::plan::Plan;

/// Whether a target says all of a plan: scripts make no buckets and distributions, one stack makes them in one region,
/// and only Terraform makes Lambda@Edge.
pub fn can_say(plan: &Plan, target: Target) -> bool {
    match target {
        Target::Terraform => true,
        Target::CloudFormation => plan.owned_regions().len() <= 1 && !plan.has_lambda(),
        Target::AwsCli => plan.assets.iter().all(|asset| asset.owned.is_none()) && !plan.has_lambda(),
    }
}

/// All files of one target, sorted by path. Same plan and stamp in, same bytes out.
pub fn render(plan: &Plan, target: Target, stamp: &Stamp) -> Vec<Artifact> {
    render_over(plan, target, stamp, &Earlier::default())
}

/// The same in the place of an earlier output: what only got another id is no other object.
pub fn render_over(plan: &Plan, target: Target, stamp: &Stamp, earlier: &Earlier) -> Vec<Artifact> {
    let mut artifacts = match target {
        Target::Terraform => terraform::render(plan, stamp, earlier),
        Target::CloudFormation => cloudformation::render(plan, stamp),
        Target::AwsCli => aws_cli::render(plan, stamp),
    };
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    artifacts
}

/// Two Terraform modules of a plan, one for the state of the buckets and one for that of the CDN, in the place of an
/// earlier output.
pub fn render_split(plan: &Plan, stamp: &Stamp, earlier: &Earlier) -> Vec<Artifact> {
    let mut artifacts = terraform::render_split(plan, stamp, earlier);
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    artifacts
}

/// Whether there are two parts of a plan: an asset with a bucket, and one with a distribution.
pub fn can_split(plan: &Plan) -> bool {
    plan.assets.iter().any(|asset| asset.bucket().is_some()) && plan.assets.iter().any(|asset| asset.cdn.is_some())
}

/// Ids of an earlier output that stand for other buckets now, so that nothing can be told of them in one step.
pub fn clashes(plan: &Plan, target: Target, earlier: &Earlier) -> Vec<Clash> {
    match target {
        Target::Terraform => terraform::clashes(plan, earlier),
        // The names of what a template makes hold the bucket's, and the scripts know buckets only.
        Target::CloudFormation | Target::AwsCli => Vec::new(),
    }
}
