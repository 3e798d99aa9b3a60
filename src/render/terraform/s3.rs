//! What belongs to a bucket, and so to the provider of the bucket's region: its CORS configuration, its policy,
//! and the check that the provider is in that region.

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::Structure;

use super::hcl::{self, Part, attribute, block, code, equal, path, text};
use super::region::Region;
use crate::aws::s3::CorsRule;
use crate::plan::AssetPlan;

/// The rules of an asset's bucket; `None` when its CORS configuration is left alone. (S3 refuses an empty one.)
pub(super) fn rules(asset: &AssetPlan) -> Option<&[CorsRule]> {
    asset.cors.as_ref().map(|cors| cors.rules.as_slice()).filter(|rules| !rules.is_empty())
}

/// The part of `main.tf` that is about buckets.
pub(super) fn cors(regions: &[Region<'_>]) -> Vec<Structure> {
    regions
        .iter()
        .flat_map(|region| [provider_region(region), region_check(region), cors_configuration(region)])
        .collect()
}

/// The part of `bucket_policy.tf` that writes.
pub(super) fn bucket_policies(regions: &[Region<'_>]) -> Vec<Structure> {
    regions.iter().map(bucket_policy).collect()
}

fn provider(region: &Region<'_>) -> Option<Structure> {
    region.provider().map(|provider| attribute("provider", provider))
}

fn provider_region(region: &Region<'_>) -> Structure {
    block("data", &["aws_region", &region.label], provider(region))
}

/// A resource for the assets of a region; a condition says which of them.
fn resource(kind: &str, region: &Region<'_>, each: ForExpr, condition: Expression, body: Vec<Structure>) -> Structure {
    let here = equal(code("local.assets[id].region"), text(region.name));
    let condition = if region.aliased { hcl::and(condition, here) } else { condition };
    let meta = [attribute("for_each", each.with_cond_expr(condition))].into_iter().chain(provider(region));
    block("resource", &[kind, &region.label], meta.chain([hcl::blank()]).chain(body))
}

/// A wrong region is no reason to stop a plan (the bucket may have moved), but it is a reason to say so.
fn region_check(region: &Region<'_>) -> Structure {
    let label = if region.aliased { format!("region_{}", region.label) } else { "region".to_owned() };
    let provider = if region.aliased { format!("aws.{}", region.label) } else { "aws".to_owned() };
    // `id` is the region's name in version 5 and in version 6 of the provider; `name` is deprecated in 6.
    let actual = path(["data", "aws_region", &region.label, "id"]);
    let message = [
        Part::Text(format!("The intent's buckets are in {}, the provider {provider} is in ", region.name)),
        Part::Value(actual.clone()),
        Part::Text(".".to_owned()),
    ];
    let assert = [
        attribute("condition", hcl::or(code("!var.create"), equal(actual, text(region.name)))),
        attribute("error_message", hcl::template(message)),
    ];
    block("check", &[&label], [block("assert", &[], assert)])
}

fn cors_configuration(region: &Region<'_>) -> Structure {
    let each = ForExpr::new("rules".into(), path(["local", "cors_rules"]), code("rules"))
        .with_key_var("id".into())
        .with_key_expr(code("id"));
    let rule = ["id", "allowed_origins", "allowed_methods", "allowed_headers", "expose_headers", "max_age_seconds"]
        .map(|name| attribute(name, path(["cors_rule", "value", name])));
    let rules = [attribute("for_each", code("each.value")), hcl::blank(), block("content", &[], rule)];
    let body = vec![attribute("bucket", code("local.bucket_names[each.key]")), block("dynamic", &["cors_rule"], rules)];
    resource("aws_s3_bucket_cors_configuration", region, each, code("var.create"), body)
}

fn bucket_policy(region: &Region<'_>) -> Structure {
    let each = ForExpr::new("id".into(), path(["local", "bucket_policy_assets"]), code("id")).with_key_expr(code("id"));
    let body = vec![
        attribute("bucket", code("local.bucket_names[each.key]")),
        attribute("policy", code("data.aws_iam_policy_document.bucket[each.key].json")),
    ];
    resource("aws_s3_bucket_policy", region, each, code("var.manage_bucket_policy"), body)
}
