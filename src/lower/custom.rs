//! What is otherwise for a server of the user's own: what it must answer itself is a contract, what identifies users reaches
//! it and is never cached, and it may look at query strings.

use super::cors::Rule;
use super::names::{Purpose, comment, resource_name};
use super::regions::Region;
use crate::aws::cloudfront::{ItemBehavior, OriginRequestHeaders, OriginRequestPolicyConfig};
use crate::fetch::HeaderName;
use crate::intent::{Asset, AssetOrigin, Credentials, Intent, Preflight};
use crate::plan::{self, FunctionRule, LogicalId, Policy, Provenance};

/// Whether the asset is a server.
pub(super) fn is_custom(asset: &Asset) -> bool {
    matches!(asset.origin, AssetOrigin::Custom(_))
}

/// The server of an asset, with what it must answer.
pub(super) fn origin(asset: &Asset, rules: &[Rule]) -> Option<plan::CustomOrigin> {
    match &asset.origin {
        AssetOrigin::Bucket(_) => None,
        AssetOrigin::Custom(custom) => Some(plan::CustomOrigin {
            domain_name: custom.host.clone(),
            https_port: custom.port,
            contract: rules.iter().map(function_rule).collect(),
        }),
    }
}

/// The rules mean the same in every order.
pub(super) fn function_rule(rule: &Rule) -> FunctionRule {
    FunctionRule {
        allowed_origins: rule.origins.iter().map(ToString::to_string).collect(),
        allowed_methods: rule.methods.iter().map(|method| method.as_str().to_owned()).collect(),
        allowed_headers: rule.headers.iter().map(|header| header.as_str().to_owned()).collect(),
        expose_headers: rule.expose.iter().map(HeaderName::spelled).collect(),
        max_age_seconds: rule.max_age,
        allow_credentials: rule.credentials,
    }
}

/// Whether pages send something here that says who their user is, and that the server looks at.
pub(super) fn identifies_users(asset: &Asset, region: &Region<'_>) -> bool {
    let identifies = |credentials| matches!(credentials, Credentials::Cookies | Credentials::Bearer);
    is_custom(asset) && region.grants.iter().any(|grant| identifies(grant.credentials))
}

/// Whether a function answers the preflights that pages need here.
pub(super) fn preflight_by_function(asset: &Asset, region: &Region<'_>) -> bool {
    let asked = asset.cdn.as_ref().is_some_and(|cdn| cdn.preflight.0 == Preflight::Function);
    let needed = region.grants.iter().any(|grant| {
        !grant.request_headers.is_empty() || grant.methods.iter().any(|method| !method.is_cors_safelisted())
    });
    is_custom(asset) && asked && needed
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
