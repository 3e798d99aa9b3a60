//! What is otherwise for a server of the user's own: what it must answer itself is a contract, what identifies users reaches
//! it and is never cached, and it may look at query strings.

use super::cors::Rule;
use super::functions;
use super::names::{Purpose, comment, resource_name};
use super::regions::Region;
use crate::aws::cloudfront::{ItemBehavior, OriginRequestHeaders, OriginRequestPolicyConfig};
use crate::intent::{Asset, AssetOrigin, Credentials, Intent};
use crate::plan::{self, LogicalId, Policy, Provenance};

/// The server of an asset, with what it must answer.
pub(super) fn origin(asset: &Asset, rules: &[Rule]) -> Option<plan::CustomOrigin> {
    match &asset.origin {
        AssetOrigin::Bucket(_) => None,
        AssetOrigin::Custom(custom) => Some(plan::CustomOrigin {
            domain_name: custom.host.clone(),
            https_port: custom.port,
            contract: rules.iter().map(functions::rule).collect(),
        }),
    }
}

/// Whether pages send something here that says who their user is, and that the server looks at.
pub(super) fn identifies_users(asset: &Asset, region: &Region<'_>) -> bool {
    let identifies = |credentials| matches!(credentials, Credentials::Cookies | Credentials::Bearer);
    asset.is_custom() && region.grants.iter().any(|grant| identifies(grant.credentials))
}

/// An origin request policy that brings the query string, and with `hears_origin` the three headers of CORS. The managed
/// `CORS-CustomOrigin` forwards `Origin` alone, and a server cannot answer a preflight by that.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>
pub(super) fn origin_request_policy(
    intent: &Intent,
    asset: &Asset,
    headers: &[&str],
) -> Policy<OriginRequestPolicyConfig> {
    let part = headers.is_empty().then(|| "unkeyed".to_owned());
    let id = LogicalId { asset: asset.id.value.clone(), part };
    Policy {
        name: resource_name(intent, asset, &id, Purpose::OriginRequest),
        config: OriginRequestPolicyConfig {
            comment: comment(intent, &id),
            headers: OriginRequestHeaders::Whitelist(headers.iter().map(|&header| header.to_owned()).collect()),
            cookie_behavior: ItemBehavior::None,
            query_string_behavior: ItemBehavior::All,
        },
        provenance: Provenance(vec![format!("/assets/{}/cdn", asset.id.value)]),
        id,
    }
}
