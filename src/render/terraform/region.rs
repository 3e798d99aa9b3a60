//! The regions of a plan's buckets: which provider and which resource label each has.
//!
//! With one region the module uses the default provider and its resources are called `this`. With several, every
//! region has a provider and resources of its own, named after it: to add one leaves the others where they are.

use ::hcl::expr::Expression;

use super::hcl;
use crate::plan::{AssetPlan, Plan};
use std::collections::BTreeSet;

pub(super) struct Region<'a> {
    /// As AWS writes it: `eu-west-1`.
    pub(super) name: &'a str,
    /// The label of its resources: `this`, or `eu_west_1`.
    pub(super) label: String,
    /// Whether it has a provider configuration of its own, `aws.LABEL`.
    pub(super) aliased: bool,
}

impl Region<'_> {
    /// The `provider` argument, where one is needed.
    pub(super) fn provider(&self) -> Option<Expression> {
        self.aliased.then(|| hcl::path(["aws", &self.label]))
    }
}

pub(super) fn of(plan: &Plan) -> Vec<Region<'_>> {
    let names: BTreeSet<&str> = plan.assets.iter().filter_map(|asset| says_of_bucket(asset)).collect();
    let aliased = names.len() > 1;
    let label = |name: &str| if aliased { name.replace('-', "_") } else { "this".to_owned() };
    names.into_iter().map(|name| Region { name, label: label(name), aliased }).collect()
}

/// The region of a bucket of which anything is said: a distribution in front of one in another state needs none.
fn says_of_bucket(asset: &AssetPlan) -> Option<&str> {
    let lets_in = asset.cdn.as_ref().is_some_and(|cdn| !cdn.bucket_policy.is_empty());
    let bucket = asset.bucket().filter(|_| asset.cors.is_some() || lets_in || asset.cdn.is_none())?;
    Some(&bucket.region)
}

/// The same with that of Lambda@Edge, which is made in `us-east-1` only, where the plan has any.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html>
pub(super) fn with_edge(plan: &Plan) -> Vec<Region<'_>> {
    let mut regions = of(plan);
    let known = regions.iter().any(|region| region.aliased && region.name == EDGE);
    regions.extend((plan.has_lambda() && !known).then(|| Region {
        name: EDGE,
        label: "us_east_1".to_owned(),
        aliased: true,
    }));
    regions
}

const EDGE: &str = "us-east-1";

/// The region of an asset's bucket; empty for a custom origin, which is in none.
pub(super) fn of_asset(asset: &AssetPlan) -> &str {
    asset.bucket().map_or("", |bucket| &bucket.region)
}

/// The label of a region's resources.
pub(super) fn label<'a>(regions: &'a [Region<'_>], name: &str) -> &'a str {
    regions.iter().find(|region| region.name == name).map_or("this", |region| &region.label)
}
