//! The resources of the module: their addresses, where in the intent they come from, and what they belong to.

use std::collections::BTreeMap;

use super::region::{self, Region};
use super::s3;
use crate::plan::{AssetOrigin, AssetPlan, CacheBehavior, Cdn, LogicalId, Plan, Policy, PolicyRef};
use crate::render::earlier::Identity;

pub(super) const CORS: &str = "aws_s3_bucket_cors_configuration";
pub(super) const BUCKET_POLICY: &str = "aws_s3_bucket_policy";
pub(super) const ACCESS_CONTROL: &str = "aws_cloudfront_origin_access_control";
pub(super) const CACHE_POLICY: &str = "aws_cloudfront_cache_policy";
pub(super) const ORIGIN_REQUEST_POLICY: &str = "aws_cloudfront_origin_request_policy";
pub(super) const FUNCTION: &str = "aws_cloudfront_function";
pub(super) const LAMBDA: &str = "aws_lambda_function";
pub(super) const KEY_VALUE_STORE: &str = "aws_cloudfront_key_value_store";
pub(super) const KEYS_OF_STORE: &str = "aws_cloudfrontkeyvaluestore_keys_exclusive";
pub(super) const RESPONSE_HEADERS_POLICY: &str = "aws_cloudfront_response_headers_policy";

/// A resource with its address in the module.
pub(super) struct Resource {
    pub(super) address: String,
    /// JSON Pointers into the intent.
    pub(super) intent: Vec<String>,
    /// What stays when its address does not; `None` for a policy that no behavior uses.
    pub(super) identity: Option<Identity>,
}

/// The address of one instance.
pub(super) fn address(kind: &str, label: &str, key: &str) -> String {
    format!("{kind}.{label}[{key:?}]")
}

/// What an asset's objects are called, whatever the asset is: its bucket, or its server.
fn store(asset: &AssetPlan) -> String {
    match &asset.origin {
        AssetOrigin::Bucket(bucket) => bucket.name.clone(),
        AssetOrigin::Custom(custom) => format!("{}:{}", custom.domain_name, custom.https_port),
    }
}

/// The paths that a function runs on, which no other function of the asset does.
fn function_identity(asset: &AssetPlan, cdn: &Cdn, id: &LogicalId) -> Identity {
    let runs = |b: &&CacheBehavior| b.viewer_request.as_ref() == Some(id) || b.viewer_response.as_ref() == Some(id);
    let paths = cdn.behaviors.iter().filter(runs);
    let mut paths: Vec<_> = paths.map(|b| b.path_pattern.clone().unwrap_or_else(|| "*".to_owned())).collect();
    paths.sort();
    [vec![store(asset)], paths].concat()
}

/// Whether a function's rules run as Lambda@Edge, too.
pub(super) fn runs_on_errors(cdn: &Cdn, id: &LogicalId) -> bool {
    cdn.behaviors.iter().any(|behavior| behavior.origin_response.as_ref() == Some(id))
}

/// All of them, sorted by address.
pub(super) fn all(plan: &Plan, regions: &[Region<'_>]) -> Vec<Resource> {
    let mut out = Vec::new();
    for asset in &plan.assets {
        let label = region::label(regions, region::of_asset(asset));
        let of_bucket = |kind: &str| Resource {
            address: address(kind, label, &asset.id),
            intent: asset.provenance.0.clone(),
            identity: Some(vec![store(asset)]),
        };
        if s3::rules(asset).is_some() {
            out.push(of_bucket(CORS));
        }
        let Some(cdn) = &asset.cdn else { continue };
        if !cdn.bucket_policy.is_empty() {
            out.push(of_bucket(BUCKET_POLICY));
        }
        out.extend(cdn.origin_access_control.iter().map(|control| Resource {
            address: address(ACCESS_CONTROL, "this", &control.id.key()),
            intent: control.provenance.0.clone(),
            identity: Some(vec![store(asset)]),
        }));
        for function in &cdn.functions {
            let stores: &[&str] = if function.config.stored { &[KEY_VALUE_STORE, KEYS_OF_STORE] } else { &[] };
            out.extend([FUNCTION].iter().chain(stores).map(|kind| Resource {
                address: address(kind, "this", &function.id.key()),
                intent: function.provenance.0.clone(),
                identity: Some(function_identity(asset, cdn, &function.id)),
            }));
        }
        for function in cdn.functions.iter().filter(|function| runs_on_errors(cdn, &function.id)) {
            out.push(Resource {
                address: address(LAMBDA, "errors", &function.id.key()),
                intent: function.provenance.0.clone(),
                identity: Some(function_identity(asset, cdn, &function.id)),
            });
        }
        policies(&mut out, asset, cdn, CACHE_POLICY, &cdn.cache_policies, |b| Some(&b.cache_policy));
        policies(&mut out, asset, cdn, ORIGIN_REQUEST_POLICY, &cdn.origin_request_policies, |b| {
            b.origin_request_policy.as_ref()
        });
        policies(&mut out, asset, cdn, RESPONSE_HEADERS_POLICY, &cdn.response_headers_policies, |b| {
            b.response_headers_policy.as_ref()
        });
    }
    out.sort_by(|a, b| a.address.cmp(&b.address));
    out
}

/// Policies of one kind. A behavior uses one of each kind, so no two of them serve the same paths.
fn policies<T>(
    out: &mut Vec<Resource>,
    asset: &AssetPlan,
    cdn: &Cdn,
    kind: &str,
    policies: &[Policy<T>],
    used: impl Fn(&CacheBehavior) -> Option<&PolicyRef>,
) {
    let paths = |id: &LogicalId| -> Vec<String> {
        let behaviors = cdn.behaviors.iter().filter(|&b| matches!(used(b), Some(PolicyRef::Own(own)) if own == id));
        let mut paths: Vec<_> = behaviors.map(|b| b.path_pattern.clone().unwrap_or_else(|| "*".to_owned())).collect();
        paths.sort();
        paths
    };
    out.extend(policies.iter().map(|policy| {
        let paths = paths(&policy.id);
        Resource {
            address: address(kind, "this", &policy.id.key()),
            intent: policy.provenance.0.clone(),
            identity: (!paths.is_empty()).then(|| [vec![store(asset)], paths].concat()),
        }
    }));
}

/// The identities by address.
pub(super) fn identities(resources: &[Resource]) -> BTreeMap<String, Identity> {
    resources.iter().filter_map(|r| Some((r.address.clone(), r.identity.clone()?))).collect()
}
