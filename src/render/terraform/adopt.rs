//! `examples/adopt`: a root that calls the module for what exists, and imports what is named to it. Blocks of `import`
//! may stand in a root module only, and only the caller knows what is there.
//! <https://developer.hashicorp.com/terraform/language/import>

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::Structure;

use super::hcl::{self, at, attribute, blank, block, code, comment, map, path, text};
use super::region::Region;
use super::{example, resources, versions};
use crate::plan::{AssetPlan, Bucket, Plan};

pub(super) const POLICIES: &str = include_str!("module/examples/adopt/imports.tf");
pub(super) const VARIABLES: &str = include_str!("module/examples/adopt/variables.tf");

/// `for_each` in a block of `import` came with 1.7.
const TERRAFORM: &str = ">= 1.7";

pub(super) fn main(plan: &Plan) -> Vec<Structure> {
    let mut out = example::providers(plan);
    let key_groups = example::key_groups(plan);
    out.extend(key_groups.clone().map(|(variable, _)| variable));
    out.push(example::module(
        plan,
        [
            attribute("distribution_arns", code("var.distribution_arns")),
            attribute("manage_bucket_policy", code("var.manage_bucket_policy")),
            attribute("existing_bucket_policies", code("var.existing_bucket_policies")),
        ]
        .into_iter()
        .chain(key_groups.map(|(_, argument)| argument)),
    ));
    out
}

pub(super) fn versions(plan: &Plan) -> Vec<Structure> {
    let provider = text(versions::provider(plan));
    versions::terraform(TERRAFORM, vec![("source", text("hashicorp/aws")), ("version", provider)])
}

/// What belongs to buckets. The id is the bucket's name alone: with the account behind it, as the provider also takes
/// it, the state would hold an owner that the module does not say, and the plan would replace the configuration.
pub(super) fn buckets(plan: &Plan, regions: &[Region<'_>]) -> Vec<Structure> {
    let mut out = vec![comment("What a bucket has already. The plan shows what would change before anything does.")];
    for region in regions {
        let here = plan.assets.iter().filter_map(|asset| Some((asset, asset.bucket()?)));
        let here = here.filter(|(_, bucket)| bucket.region == region.name);
        let names = |assets: &[(&AssetPlan, &Bucket)]| {
            map(assets.iter().map(|(asset, bucket)| (asset.id.clone(), text(&bucket.name))))
        };
        let here: Vec<_> = here.collect();
        let import = |kind: &str, assets: &[(&AssetPlan, &Bucket)], condition: Expression| {
            let each = ForExpr::new("bucket".into(), names(assets), code("bucket"))
                .with_key_var("id".into())
                .with_key_expr(code("id"))
                .with_cond_expr(condition);
            let to = at(path(["module", "cors", kind, &region.label]), code("each.key"));
            block(
                "import",
                &[],
                [
                    attribute("for_each", Expression::from(each)),
                    attribute("to", to),
                    attribute("id", code("each.value")),
                ],
            )
        };
        // The module leaves the CORS configuration of a bucket alone for which it has no rules.
        let with_rules: Vec<_> = here.iter().copied().filter(|(asset, _)| asset.cors.is_some()).collect();
        if !with_rules.is_empty() {
            out.push(import(resources::CORS, &with_rules, code("contains(var.bucket_cors, id)")));
        }
        let managed =
            hcl::and(code("var.manage_bucket_policy"), code("contains(keys(var.existing_bucket_policies), id)"));
        out.push(import(resources::BUCKET_POLICY, &here, managed));
    }
    out.push(blank());
    out
}
