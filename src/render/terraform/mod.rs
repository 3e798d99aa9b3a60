//! `Plan` to a Terraform module that attaches to buckets and distributions of somebody else.
//!
//! The files under `module/` are the same for every plan and go out byte for byte: nothing is pasted into them.
//! What a plan says is data in `locals.tf`. Everything that depends on a plan is built as a tree and printed
//! by [`super::hcl`].

mod adopt;
mod condition;
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
mod split;
pub(crate) mod test_file;
mod tftest;
mod variables;
mod versions;

use ::hcl::structure::{Body, Structure};

pub use self::moved::Clash;
pub(super) use self::split::render as render_split;
use super::artifact::{Artifact, Stamp, Target, lock_file};
use super::earlier::{Earlier, Move};
use super::hcl;
use crate::plan::{AssetPlan, Cdn, Plan};
use region::Region;
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

/// What of a plan a module is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it.
    Whole,
    /// What is the buckets'.
    Buckets,
    /// What is the CDN's.
    Cdn,
}

impl Part {
    fn has_buckets(self) -> bool {
        self != Self::Cdn
    }

    fn has_cdn(self) -> bool {
        self != Self::Buckets
    }
}

pub(super) fn render(plan: &Plan, stamp: &Stamp, earlier: &Earlier) -> Vec<Artifact> {
    module(plan, stamp, earlier, Part::Whole).artifacts
}

/// A module, and what the lock file of the folder above has to know of it.
struct Module {
    artifacts: Vec<Artifact>,
    addresses: Vec<(String, Vec<String>)>,
    identities: Value,
    moves: Vec<Move>,
}

fn module(plan: &Plan, stamp: &Stamp, earlier: &Earlier, part: Part) -> Module {
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
        Artifact::file("README.md", docs::readme(plan, stamp, &regions, &variables, part)),
        file("tests/assets.tftest.hcl", &[&print(tftest::assets(plan, &regions))]),
        file("tests/inputs.tftest.hcl", &[&print(tftest::inputs(plan))]),
        file(".terraform-docs.yml", &[TERRAFORM_DOCS]),
        file(".tflint.hcl", &[TFLINT]),
    ];
    if part == Part::Whole {
        artifacts.extend(examples(plan, stamp, &regions));
    }
    if custom::any(plan) {
        artifacts.push(file("custom_origins.tf", &[custom::OUTPUTS]));
    }
    if functions::any(plan) {
        artifacts.push(file("functions.tf", &functions::resources(plan)));
        artifacts.extend(functions::bodies(plan));
    }
    if plan.has_lambda() {
        artifacts.push(file("lambda.tf", &[&print(lambda::locals(plan)), lambda::RESOURCES]));
        artifacts.extend(lambda::archives(plan));
    }
    artifacts.extend(own::files(plan, stamp, &regions, part));
    if !moves.is_empty() {
        artifacts.push(file("moved.tf", &[&print(moved::blocks(&moves))]));
    }
    let memory = memory(&resources, &moves);
    let identities = json!(resources::identities(&resources));
    let addresses: Vec<_> = resources.into_iter().map(|resource| (resource.address, resource.intent)).collect();
    artifacts.push(lock_file(Target::Terraform, stamp, &artifacts, &addresses, memory));
    Module { artifacts, addresses, identities, moves }
}

/// Roots that call the module.
fn examples(plan: &Plan, stamp: &Stamp, regions: &[Region<'_>]) -> Vec<Artifact> {
    let file = |path: &str, sections: &[&str]| Artifact::file(format!("examples/{path}"), with_header(stamp, sections));
    let mut artifacts = vec![
        file("adopt/main.tf", &[&print(adopt::main(plan))]),
        file("adopt/imports.tf", &[&print(adopt::buckets(plan, regions)), adopt::POLICIES]),
        file("adopt/variables.tf", &[adopt::VARIABLES]),
        file("adopt/versions.tf", &[&print(adopt::versions(plan))]),
        file("complete/main.tf", &[&print(example::body(plan, regions)), &lambda::associated(plan, EXAMPLE_MAIN)]),
        file("complete/outputs.tf", &[EXAMPLE_OUTPUTS]),
        file("complete/versions.tf", &[&print(versions::example(plan))]),
    ];
    if custom::any(plan) {
        artifacts.push(file("complete/custom_origins.tf", &[custom::EXAMPLE]));
    }
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
