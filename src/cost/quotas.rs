//! What a plan uses of the quotas of an account, a distribution and a bucket.

use crate::aws::quotas::{
    Adjustable, CACHE_BEHAVIORS, CLOUDFRONT_PAGE, CORS_DOCUMENT_BYTES, CORS_PAGE, CORS_RULES, DISTRIBUTIONS_PER_POLICY,
    FUNCTIONS, ORIGIN_ACCESS_CONTROLS, POLICIES_PER_ACCOUNT, POLICY_HEADERS,
};
use crate::lower::document_bytes;
use crate::plan::{Cdn, Plan};
use std::collections::BTreeMap;

/// A quota, and what of it a plan uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaUse {
    /// What is counted, in the plural.
    pub what: &'static str,
    /// In what: `account`, a distribution or a bucket.
    pub scope: String,
    /// How many the plan has. Others in the account may use some, too.
    pub used: usize,
    /// How many there may be, by default.
    pub quota: usize,
    /// Whether AWS raises it.
    pub adjustable: Adjustable,
    /// Where the quota stands.
    pub page: &'static str,
}

pub(super) fn used(plan: &Plan) -> Vec<QuotaUse> {
    let cdns: Vec<&Cdn> = plan.assets.iter().filter_map(|asset| asset.cdn.as_ref()).collect();
    let mut rows = Vec::new();
    if !cdns.is_empty() {
        let sum = |of: fn(&Cdn) -> usize| cdns.iter().map(|cdn| of(cdn)).sum::<usize>();
        let unsure = Adjustable::Unconfirmed;
        for (what, used, quota) in [
            ("cache policies", sum(|cdn| cdn.cache_policies.len()), POLICIES_PER_ACCOUNT),
            ("origin request policies", sum(|cdn| cdn.origin_request_policies.len()), POLICIES_PER_ACCOUNT),
            ("response headers policies", sum(|cdn| cdn.response_headers_policies.len()), POLICIES_PER_ACCOUNT),
            (
                "origin access controls",
                sum(|cdn| usize::from(cdn.origin_access_control.is_some())),
                ORIGIN_ACCESS_CONTROLS,
            ),
        ] {
            rows.push(row(what, "account", used, quota, unsure, CLOUDFRONT_PAGE));
        }
        let functions = sum(|cdn| cdn.functions.len());
        if functions > 0 {
            rows.push(row("functions", "account", functions, FUNCTIONS, unsure, CLOUDFRONT_PAGE));
        }
        // A policy of the plan belongs to one asset, so one distribution uses it.
        rows.push(row("distributions", "policy", 1, DISTRIBUTIONS_PER_POLICY, unsure, CLOUDFRONT_PAGE));
        let headers = cdns.iter().flat_map(|cdn| &cdn.cache_policies).map(|policy| policy.config.headers.len());
        let most = headers.max().unwrap_or_default();
        rows.push(row("headers in the key", "cache policy", most, POLICY_HEADERS, unsure, CLOUDFRONT_PAGE));
    }
    for (distribution, used) in behaviors(plan) {
        let scope = format!("distribution {distribution}");
        rows.push(row("cache behaviours", &scope, used, CACHE_BEHAVIORS, Adjustable::Yes, CLOUDFRONT_PAGE));
    }
    for (bucket, cors) in plan.assets.iter().filter_map(|asset| Some((asset.bucket()?, asset.cors.as_ref()?))) {
        let scope = format!("bucket `{}`", bucket.name);
        rows.push(row("CORS rules", &scope, cors.rules.len(), CORS_RULES, Adjustable::No, CORS_PAGE));
        let bytes = document_bytes(&cors.rules);
        rows.push(row("bytes of CORS rules", &scope, bytes, CORS_DOCUMENT_BYTES, Adjustable::No, CORS_PAGE));
    }
    rows
}

fn row(
    what: &'static str,
    scope: &str,
    used: usize,
    quota: usize,
    adjustable: Adjustable,
    page: &'static str,
) -> QuotaUse {
    QuotaUse { what, scope: scope.to_owned(), used, quota, adjustable, page }
}

/// The behaviours of the plan by distribution. Without an id it is one of the asset's own, as far as anybody can tell.
fn behaviors(plan: &Plan) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (asset, cdn) in plan.assets.iter().filter_map(|asset| Some((asset, asset.cdn.as_ref()?))) {
        let name = match &cdn.distribution {
            Some(id) => format!("`{id}`"),
            None => format!("of `{}`", asset.id),
        };
        *counts.entry(name).or_default() += cdn.behaviors.len();
    }
    counts
}
