//! `Plan` to a Terraform module that attaches to buckets and distributions of somebody else.
//!
//! The files under `module/` are the same for every plan and go out byte for byte: nothing is pasted into them.
//! What a plan says is data in `locals.tf`. Everything that depends on a plan is built as a tree and printed
//! by [`super::hcl`].

mod adopt;
mod custom;
mod docs;
mod example;
mod functions;
mod lambda;
mod locals;
mod moved;
mod own;
mod region;
mod resources;
mod s3;
mod signers;
pub(crate) mod test_file;
mod tftest;
mod variables;
mod versions;

use ::hcl::structure::{Body, Structure};

pub use self::moved::Clash;
use super::artifact::{Artifact, Stamp, Target, lock_file};
use super::earlier::{Earlier, Move};
use super::hcl;
use crate::plan::{AssetPlan, Cdn, Plan};
use resources::Resource;
use serde_json::{Value, json};

/// The policies of the CDN, which is global.
const MAIN: &str = include_str!("module/main.tf");
/// The statements that let the CDN use a bucket or a key.
const BUCKET_POLICY: &str = include_str!("module/bucket_policy.tf");
const OUTPUTS: &str = include_str!("module/outputs.tf");
const TERRAFORM_DOCS: &str = include_str!("module/terraform-docs.yml");
const TFLINT: &str = include_str!("module/tflint.hcl");
const EXAMPLE_MAIN: &str = include_str!("module/examples/complete/main.tf");
const EXAMPLE_OUTPUTS: &str = include_str!("module/examples/complete/outputs.tf");

pub(super) fn render(plan: &Plan, stamp: &Stamp, earlier: &Earlier) -> Vec<Artifact> {
    let regions = region::of(plan);
    let resources = resources::all(plan, &regions);
    let moves = moved::moves(earlier, &resources);
    let variables = variables::all(plan);
    let file = |path: &str, sections: &[&str]| Artifact::file(path, with_header(stamp, sections));
    let mut artifacts = vec![
        file("versions.tf", &[&print(versions::module(plan))]),
        file("variables.tf", &[&print(variables::blocks(&variables))]),
        file("locals.tf", &[&print(locals::body(plan))]),
        file("main.tf", &[&print(s3::cors(&regions)), MAIN]),
        file("bucket_policy.tf", &[BUCKET_POLICY, &print(s3::bucket_policies(&regions))]),
        file("outputs.tf", &[OUTPUTS]),
        Artifact::file("README.md", docs::readme(plan, stamp, &regions, &variables)),
        file("examples/adopt/main.tf", &[&print(adopt::main(plan))]),
        file("examples/adopt/imports.tf", &[&print(adopt::buckets(plan, &regions)), adopt::POLICIES]),
        file("examples/adopt/variables.tf", &[adopt::VARIABLES]),
        file("examples/adopt/versions.tf", &[&print(adopt::versions(plan))]),
        file(
            "examples/complete/main.tf",
            &[&print(example::body(plan, &regions)), &lambda::associated(plan, EXAMPLE_MAIN)],
        ),
        file("examples/complete/outputs.tf", &[EXAMPLE_OUTPUTS]),
        file("examples/complete/versions.tf", &[&print(versions::example(plan))]),
        file("tests/assets.tftest.hcl", &[&print(tftest::assets(plan, &regions))]),
        file("tests/inputs.tftest.hcl", &[&print(tftest::inputs(plan))]),
        file(".terraform-docs.yml", &[TERRAFORM_DOCS]),
        file(".tflint.hcl", &[TFLINT]),
    ];
    if custom::any(plan) {
        artifacts.push(file("custom_origins.tf", &[custom::OUTPUTS]));
        artifacts.push(file("examples/complete/custom_origins.tf", &[custom::EXAMPLE]));
    }
    if functions::any(plan) {
        artifacts.push(file("functions.tf", &functions::resources(plan)));
        artifacts.extend(functions::bodies(plan));
    }
    if plan.has_lambda() {
        artifacts.push(file("lambda.tf", &[&print(lambda::locals(plan)), lambda::RESOURCES]));
        artifacts.extend(lambda::archives(plan));
    }
    artifacts.extend(own::files(plan, stamp, &regions));
    if !moves.is_empty() {
        artifacts.push(file("moved.tf", &[&print(moved::blocks(&moves))]));
    }
    let memory = memory(&resources, &moves);
    let addresses: Vec<_> = resources.into_iter().map(|resource| (resource.address, resource.intent)).collect();
    artifacts.push(lock_file(Target::Terraform, stamp, &artifacts, &addresses, memory));
    artifacts
}

pub(super) fn clashes(plan: &Plan, earlier: &Earlier) -> Vec<Clash> {
    moved::clashes(earlier, &resources::all(plan, &region::of(plan)))
}

/// What the next output in the same place has to know of this one: [`Earlier`] reads it.
fn memory(resources: &[Resource], moves: &[Move]) -> Vec<(&'static str, Value)> {
    let mut out = vec![("identities", json!(resources::identities(resources)))];
    if !moves.is_empty() {
        out.push(("moved", moved::json(moves)));
    }
    out
}

fn print(structures: Vec<Structure>) -> String {
    hcl::print(&Body(structures))
}

/// The stamp, then the sections that are not empty, with empty lines between.
fn with_header(stamp: &Stamp, sections: &[&str]) -> String {
    let mut text = stamp.hash_comment();
    for section in sections.iter().filter(|section| !section.is_empty()) {
        text.push('\n');
        text.push_str(section);
    }
    text
}

/// The assets that a distribution stands in front of.
fn cdns(plan: &Plan) -> impl Iterator<Item = (&AssetPlan, &Cdn)> {
    plan.assets.iter().filter_map(|asset| Some((asset, asset.cdn.as_ref()?)))
}

/// The buckets that a distribution stands in front of.
fn bucket_cdns(plan: &Plan) -> impl Iterator<Item = (&AssetPlan, &Cdn)> {
    cdns(plan).filter(|(asset, _)| asset.bucket().is_some())
}

/// The partition in ARNs. The assets of an intent are in one.
fn partition(plan: &Plan) -> &'static str {
    plan.assets.iter().find_map(AssetPlan::bucket).map_or("aws", |bucket| bucket.partition.arn())
}
