//! `Plan` to a Terraform module that attaches to buckets and distributions of somebody else.
//!
//! The files under `module/` are the same for every plan and go out byte for byte: nothing is pasted into them.
//! What a plan says is data in `locals.tf`. Everything that depends on a plan is built as a tree and printed
//! by [`super::hcl`].

mod custom;
mod docs;
mod example;
mod functions;
mod locals;
mod own;
mod region;
mod s3;
mod signers;
pub(crate) mod test_file;
mod tftest;
mod variables;
mod versions;

use ::hcl::structure::{Body, Structure};

use self::region::Region;
use super::artifact::{Artifact, Stamp, Target, lock_file};
use super::hcl;
use crate::plan::{AssetPlan, Cdn, Plan, Policy};

/// The policies of the CDN, which is global.
const MAIN: &str = include_str!("module/main.tf");
/// The statements that let the CDN use a bucket or a key.
const BUCKET_POLICY: &str = include_str!("module/bucket_policy.tf");
const OUTPUTS: &str = include_str!("module/outputs.tf");
const TERRAFORM_DOCS: &str = include_str!("module/terraform-docs.yml");
const TFLINT: &str = include_str!("module/tflint.hcl");
const EXAMPLE_MAIN: &str = include_str!("module/examples/complete/main.tf");
const EXAMPLE_OUTPUTS: &str = include_str!("module/examples/complete/outputs.tf");

pub(super) fn render(plan: &Plan, stamp: &Stamp) -> Vec<Artifact> {
    let regions = region::of(plan);
    let variables = variables::all(plan);
    let file = |path: &str, sections: &[&str]| Artifact::file(path, with_header(stamp, sections));
    let mut artifacts = vec![
        file("versions.tf", &[&print(versions::module(&regions))]),
        file("variables.tf", &[&print(variables::blocks(&variables))]),
        file("locals.tf", &[&print(locals::body(plan))]),
        file("main.tf", &[&print(s3::cors(&regions)), MAIN]),
        file("bucket_policy.tf", &[BUCKET_POLICY, &print(s3::bucket_policies(&regions))]),
        file("outputs.tf", &[OUTPUTS]),
        Artifact::file("README.md", docs::readme(plan, stamp, &regions, &variables)),
        file("examples/complete/main.tf", &[&print(example::body(plan, &regions)), EXAMPLE_MAIN]),
        file("examples/complete/outputs.tf", &[EXAMPLE_OUTPUTS]),
        file("examples/complete/versions.tf", &[&print(versions::example())]),
        file("tests/assets.tftest.hcl", &[&print(tftest::assets(plan, &regions))]),
        file("tests/inputs.tftest.hcl", &[&print(tftest::inputs(plan, &regions))]),
        file(".terraform-docs.yml", &[TERRAFORM_DOCS]),
        file(".tflint.hcl", &[TFLINT]),
    ];
    if custom::any(plan) {
        artifacts.push(file("custom_origins.tf", &[custom::OUTPUTS]));
        artifacts.push(file("examples/complete/custom_origins.tf", &[custom::EXAMPLE]));
    }
    if functions::any(plan) {
        artifacts.push(file("functions.tf", &[functions::RESOURCES]));
        artifacts.push(Artifact::file(functions::BODY_PATH, super::function::BODY));
    }
    artifacts.extend(own::files(plan, stamp, &regions));
    artifacts.push(lock_file(Target::Terraform, stamp, &artifacts, &addresses(plan, &regions), None));
    artifacts
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

/// Which intent pointers stand behind which resource.
fn addresses(plan: &Plan, regions: &[Region<'_>]) -> Vec<(String, Vec<String>)> {
    fn policies<'a, T: 'a>(
        kind: &'a str,
        policies: impl IntoIterator<Item = &'a Policy<T>>,
    ) -> impl Iterator<Item = (String, Vec<String>)> {
        policies.into_iter().map(move |p| (format!("{kind}.this[{:?}]", p.id.key()), p.provenance.0.clone()))
    }
    let mut out = Vec::new();
    for asset in &plan.assets {
        let label = region::label(regions, region::of_asset(asset));
        let pointers = &asset.provenance.0;
        if s3::rules(asset).is_some() {
            out.push((format!("aws_s3_bucket_cors_configuration.{label}[{:?}]", asset.id), pointers.clone()));
        }
        let Some(cdn) = &asset.cdn else { continue };
        if !cdn.bucket_policy.is_empty() {
            out.push((format!("aws_s3_bucket_policy.{label}[{:?}]", asset.id), pointers.clone()));
        }
        out.extend(policies("aws_cloudfront_origin_access_control", &cdn.origin_access_control));
        out.extend(policies("aws_cloudfront_cache_policy", &cdn.cache_policies));
        out.extend(policies("aws_cloudfront_origin_request_policy", &cdn.origin_request_policies));
        out.extend(policies("aws_cloudfront_response_headers_policy", &cdn.response_headers_policies));
        out.extend(policies("aws_cloudfront_function", &cdn.functions));
    }
    out.sort();
    out
}
