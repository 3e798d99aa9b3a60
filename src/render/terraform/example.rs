//! `examples/complete`: a root that makes the buckets and the distributions, and closes the loop with the module:
//! ids of policies out, ARNs of distributions in.

use ::hcl::expr::{Expression, ObjectKey};
use ::hcl::structure::Structure;

use super::hcl::{attribute, blank, block, call, code, comment, path, text, texts};
use super::region::{self, Region};
use super::signers;
use crate::plan::Plan;

/// The buckets of a region are called after it, or `this`, as in the module.
pub(super) fn body(plan: &Plan, regions: &[Region<'_>]) -> Vec<Structure> {
    let mut out = providers(plan);
    out.extend(regions.iter().flat_map(|region| buckets(plan, region)));
    let all = regions.iter().map(|region| path(["aws_s3_bucket", &region.label]));
    out.push(block("locals", &[], [attribute("buckets", call("merge", all))]));
    out.push(comment(
        "Terraform's graph is one of resources, not of modules: the policies do not wait for the distributions,",
    ));
    out.push(comment("and the bucket policies do."));
    let key_groups = key_groups(plan);
    out.extend(key_groups.clone().map(|(variable, _)| variable));
    let mut arguments = vec![
        attribute("name_prefix", text("corsynth-example")),
        attribute("bucket_names", code("{ for id, bucket in local.buckets : id => bucket.id }")),
        attribute(
            "distribution_arns",
            code("{ for id, distribution in aws_cloudfront_distribution.this : id => [distribution.arn] }"),
        ),
        attribute("manage_bucket_policy", true),
    ];
    arguments.extend(key_groups.map(|(_, argument)| argument));
    out.push(module(plan, arguments));
    out
}

/// The CDN is global: any region serves for the default provider.
pub(super) fn providers(plan: &Plan) -> Vec<Structure> {
    let regions = region::with_edge(plan);
    let default = regions.first().map_or("us-east-1", |region| region.name);
    let default = Some(block("provider", &["aws"], [attribute("region", text(default))]));
    let aliased = regions.iter().filter(|region| region.aliased).map(|region| {
        block("provider", &["aws"], [attribute("alias", text(&region.label)), attribute("region", text(region.name))])
    });
    default.into_iter().chain(aliased).collect()
}

fn buckets(plan: &Plan, region: &Region<'_>) -> [Structure; 2] {
    let here = plan
        .assets
        .iter()
        .filter(|asset| asset.bucket().is_some_and(|bucket| bucket.region == region.name))
        .map(|asset| asset.id.as_str());
    let meta = |each: Expression| {
        let provider = region.provider().map(|provider| attribute("provider", provider));
        [attribute("for_each", each)].into_iter().chain(provider).chain([blank()])
    };
    let bucket = [attribute("bucket_prefix", text("corsynth-example-")), attribute("force_destroy", true)];
    let block_public = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
        .map(|name| attribute(name, true));
    let access = [attribute("bucket", code("each.value.id"))].into_iter().chain(block_public);
    [
        block("resource", &["aws_s3_bucket", &region.label], meta(call("toset", [texts(here)])).chain(bucket)),
        block(
            "resource",
            &["aws_s3_bucket_public_access_block", &region.label],
            meta(path(["aws_s3_bucket", &region.label])).chain(access),
        ),
    ]
}

/// The key groups that the module asks for: a variable of the root, and the argument that hands it on.
pub(super) fn key_groups(plan: &Plan) -> Option<(Structure, Structure)> {
    let body = [
        attribute("description", text("Ids of trusted key groups by asset.")),
        attribute("type", "map(list(string))".parse::<Expression>().unwrap_or(Expression::Null)),
    ];
    let variable = block("variable", &["key_group_ids"], body);
    let argument = attribute("key_group_ids", path(["var", "key_group_ids"]));
    (!signers::asked(plan).is_empty()).then_some((variable, argument))
}

/// The call of the module two folders up.
pub(super) fn module(plan: &Plan, arguments: impl IntoIterator<Item = Structure>) -> Structure {
    let regions = &region::with_edge(plan);
    let mut body = vec![attribute("source", text("../../"))];
    if regions.iter().any(|region| region.aliased) {
        body.push(attribute("providers", all_providers(regions)));
    }
    body.push(blank());
    body.extend(arguments);
    block("module", &["cors"], body)
}

/// `{ aws = aws, aws.eu_west_1 = aws.eu_west_1 }`
pub(super) fn all_providers(regions: &[Region<'_>]) -> Expression {
    let providers = std::iter::once(path(["aws"])).chain(regions.iter().filter_map(Region::provider));
    Expression::Object(providers.map(|provider| (ObjectKey::Expression(provider.clone()), provider)).collect())
}
