//! What the owners of buckets, distributions and keys paste into their own templates, and the payload for
//! `aws s3api put-bucket-cors`.

use super::super::artifact::{Artifact, Stamp};
use super::super::contract;
use super::super::function as code;
use super::super::yaml::{Yaml, map, text, texts};
use super::document;
use super::function::{attribute, import, reference};
use super::name::{self, AssetNames};
use super::resource::policy_id;
use super::statement::{self, Place};
use crate::aws::cloudfront::{AllowedMethods, CachedMethods};
use crate::aws::iam::CloudFrontStatement;
use crate::aws::s3::{CorsConfiguration, CorsRule};
use crate::plan::{AssetOrigin, AssetPlan, CacheBehavior, Cdn, CustomOrigin, TrustedKeyGroups};

/// The bucket's rules, as a property of `AWS::S3::Bucket`.
pub(super) fn cors_path(asset: &AssetPlan) -> String {
    format!("bucket-cors.{}.yaml", asset.id)
}

/// The bucket's rules, as the AWS CLI takes them.
pub(super) fn cors_payload_path(asset: &AssetPlan) -> String {
    format!("bucket-cors.{}.json", asset.id)
}

/// Properties of `AWS::CloudFront::Distribution`.
pub(super) fn behaviors_path(asset: &AssetPlan) -> String {
    format!("cache-behaviors.{}.yaml", asset.id)
}

/// Statements for the bucket's policy.
pub(super) fn bucket_policy_path(asset: &AssetPlan) -> String {
    format!("bucket-policy.{}.yaml", asset.id)
}

/// Statements for the key's policy.
pub(super) fn key_policy_path(asset: &AssetPlan) -> String {
    format!("key-policy.{}.yaml", asset.id)
}

/// What a server must answer.
pub(super) fn contract_path(asset: &AssetPlan) -> String {
    format!("origin-contract.{}.json", asset.id)
}

/// All fragments of an asset.
pub(super) fn all(asset: &AssetPlan, stamp: &Stamp) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    // What the stack makes has all of it but the statements for the key's policy.
    let attached = asset.owned.is_none();
    if let Some(cors) = asset.cors.as_ref().filter(|_| attached) {
        let note = "Goes into the `Properties` of the bucket, an AWS::S3::Bucket.".to_owned();
        let property = map([("CorsConfiguration", cors_configuration(cors))]);
        artifacts.push(document(&cors_path(asset), stamp, &[note], property));
        artifacts.push(Artifact::file(cors_payload_path(asset), format!("{:#}\n", bucket_cors_payload(cors))));
    }
    if let Some(contract) = asset.custom_origin().and_then(contract::document) {
        artifacts.push(Artifact::file(contract_path(asset), format!("{contract:#}\n")));
    }
    if let Some(cdn) = &asset.cdn {
        let notes = [
            "Goes into the `DistributionConfig` of the distribution, an AWS::CloudFront::Distribution.".to_owned(),
            format!("Its template needs a parameter {}: the name of the stack of template.yaml.", name::STACK_NAME),
        ];
        let asks = cdn.behaviors.iter().any(|b| b.trusted_key_groups == TrustedKeyGroups::Parameter);
        let asks = asks.then(|| {
            let parameter = AssetNames::of(asset).key_group_id();
            format!("It needs a parameter {parameter} as well: the id of the trusted key group.")
        });
        let notes: Vec<String> = notes.into_iter().chain(asks).collect();
        if attached {
            artifacts.push(document(&behaviors_path(asset), stamp, &notes, cache_behaviors(asset, cdn)));
        }
        let mut statements = |path: String, of: &str, list: &[CloudFrontStatement]| {
            if list.is_empty() {
                return;
            }
            let mut notes = vec![format!("Goes into the {of}, beside the statements that are there.")];
            if cdn.distribution.is_none() {
                let parameter = AssetNames::of(asset).distribution_id();
                notes.push(format!("Its template needs a parameter {parameter}: the distribution's id."));
            }
            let tree = map([("Statement", statement::all(asset, cdn, list, Place::Owner))]);
            artifacts.push(document(&path, stamp, &notes, tree));
        };
        if attached {
            statements(bucket_policy_path(asset), "policy of the bucket, an AWS::S3::BucketPolicy", &cdn.bucket_policy);
        }
        statements(key_policy_path(asset), "`KeyPolicy` of the key, an AWS::KMS::Key", &cdn.key_policy);
    }
    artifacts
}

/// Where in the intent each part of the fragments comes from, for the lock file.
pub(super) fn addresses(asset: &AssetPlan) -> Vec<(String, Vec<String>)> {
    let mut addresses = Vec::new();
    let attached = asset.owned.is_none();
    if attached && asset.cors.is_some() {
        addresses.push((cors_path(asset), asset.provenance.0.clone()));
    }
    let whole = if attached { behaviors_path(asset) } else { AssetNames::of(asset).distribution() };
    for behavior in asset.cdn.iter().flat_map(|cdn| &cdn.behaviors) {
        let place = match &behavior.path_pattern {
            Some(pattern) => format!("{whole} CacheBehaviors {pattern}"),
            None => format!("{whole} DefaultCacheBehavior"),
        };
        addresses.push((place, behavior.provenance.0.clone()));
    }
    addresses
}

/// CloudFormation's spelling: `Id`, `ExposedHeaders`, `MaxAge`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-corsrule.html>
pub(super) fn cors_configuration(cors: &CorsConfiguration) -> Yaml {
    let rule = |rule: &CorsRule| {
        let mut entry = vec![
            ("Id", text(&rule.id)),
            ("AllowedOrigins", texts(&rule.allowed_origins)),
            ("AllowedMethods", texts(&rule.allowed_methods)),
        ];
        if !rule.allowed_headers.is_empty() {
            entry.push(("AllowedHeaders", texts(&rule.allowed_headers)));
        }
        if !rule.expose_headers.is_empty() {
            entry.push(("ExposedHeaders", texts(&rule.expose_headers)));
        }
        entry.push(("MaxAge", Yaml::Int(rule.max_age_seconds.into())));
        map(entry)
    };
    map([("CorsRules", Yaml::List(cors.rules.iter().map(rule).collect()))])
}

/// The API's spelling: `ID`, `ExposeHeaders`, `MaxAgeSeconds`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
fn bucket_cors_payload(cors: &CorsConfiguration) -> serde_json::Value {
    let rule = |rule: &CorsRule| {
        let mut entry = serde_json::Map::new();
        entry.insert("ID".into(), rule.id.as_str().into());
        entry.insert("AllowedOrigins".into(), rule.allowed_origins.clone().into());
        entry.insert("AllowedMethods".into(), rule.allowed_methods.clone().into());
        if !rule.allowed_headers.is_empty() {
            entry.insert("AllowedHeaders".into(), rule.allowed_headers.clone().into());
        }
        if !rule.expose_headers.is_empty() {
            entry.insert("ExposeHeaders".into(), rule.expose_headers.clone().into());
        }
        entry.insert("MaxAgeSeconds".into(), rule.max_age_seconds.into());
        serde_json::Value::Object(entry)
    };
    serde_json::json!({ "CORSRules": cors.rules.iter().map(rule).collect::<Vec<_>>() })
}

/// A bucket behind its regional endpoint, with the origin access control that signs.
pub(super) fn bucket_origin(asset: &AssetPlan, domain: Yaml, control: Option<Yaml>) -> Yaml {
    let mut members = vec![("Id", text(&asset.id)), ("DomainName", domain)];
    members.extend(control.map(|control| ("OriginAccessControlId", control)));
    // Empty, and required beside an origin access control.
    // <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_S3OriginConfig.html>
    members.push(("S3OriginConfig", map([("OriginAccessIdentity", text(""))])));
    map(members)
}

/// A server that is asked over `https` only.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-customoriginconfig.html>
pub(super) fn custom_origin(asset: &AssetPlan, custom: &CustomOrigin) -> Yaml {
    let config = map([
        ("HTTPSPort", Yaml::Int(custom.https_port.into())),
        ("OriginProtocolPolicy", text("https-only")),
        ("OriginSSLProtocols", texts(["TLSv1.2"])),
    ]);
    map([("Id", text(&asset.id)), ("DomainName", text(&custom.domain_name)), ("CustomOriginConfig", config)])
}

/// The origin and the behaviours that use it. Ids come from the stack's exports, so that CloudFormation refuses to
/// delete a policy while the distribution's template imports it.
fn cache_behaviors(asset: &AssetPlan, cdn: &Cdn) -> Yaml {
    let origin = match &asset.origin {
        AssetOrigin::Bucket(_) => {
            let control = cdn.origin_access_control.as_ref();
            let control = control.map(|control| import(&name::id_output(&control.id, name::ORIGIN_ACCESS_CONTROL)));
            bucket_origin(asset, import(&AssetNames::of(asset).domain_name()), control)
        }
        AssetOrigin::Custom(custom) => custom_origin(asset, custom),
    };
    let mut properties = vec![("Origins", Yaml::List(vec![origin]))];
    let default = cdn.behaviors.iter().find(|behavior| behavior.path_pattern.is_none());
    properties.extend(default.map(|default| ("DefaultCacheBehavior", cache_behavior(asset, default, Place::Owner))));
    let ordered: Vec<_> = cdn.behaviors.iter().filter(|behavior| behavior.path_pattern.is_some()).collect();
    if !ordered.is_empty() {
        let list = ordered.into_iter().map(|behavior| cache_behavior(asset, behavior, Place::Owner)).collect();
        properties.push(("CacheBehaviors", Yaml::List(list)));
    }
    map(properties)
}

/// A behaviour, in the template of whoever has the distribution.
pub(super) fn cache_behavior(asset: &AssetPlan, behavior: &CacheBehavior, place: Place) -> Yaml {
    let allowed = AllowedMethods::methods(behavior.allowed_methods);
    let cached = CachedMethods::methods(behavior.cached_methods);
    let words = |list: &[&str]| Yaml::Flow(list.iter().copied().map(text).collect());
    let mut entry = Vec::new();
    entry.extend(behavior.path_pattern.as_ref().map(|pattern| ("PathPattern", text(pattern))));
    entry.extend([
        ("TargetOriginId", text(&asset.id)),
        ("ViewerProtocolPolicy", text(behavior.viewer_protocol_policy.as_str())),
        ("AllowedMethods", words(allowed)),
        ("CachedMethods", words(cached)),
        ("Compress", Yaml::Bool(behavior.compress)),
        ("CachePolicyId", policy_id(&behavior.cache_policy, name::CACHE_POLICY, place)),
    ]);
    let forward = behavior.origin_request_policy.as_ref();
    let response = behavior.response_headers_policy.as_ref();
    entry.extend(forward.map(|id| ("OriginRequestPolicyId", policy_id(id, name::ORIGIN_REQUEST_POLICY, place))));
    entry.extend(response.map(|id| ("ResponseHeadersPolicyId", policy_id(id, name::RESPONSE_HEADERS_POLICY, place))));
    let associations: Vec<_> = code::associations(behavior)
        .map(|(event, id)| {
            let arn = match place {
                Place::Owner => import(&name::id_output(id, name::FUNCTION)),
                Place::Stack | Place::Own => attribute(&name::resource(id, name::FUNCTION), "FunctionARN"),
            };
            map([("EventType", text(event)), ("FunctionARN", arn)])
        })
        .collect();
    if !associations.is_empty() {
        entry.push(("FunctionAssociations", Yaml::List(associations)));
    }
    match &behavior.trusted_key_groups {
        TrustedKeyGroups::None => {}
        TrustedKeyGroups::Ids(ids) => entry.push(("TrustedKeyGroups", texts(ids))),
        TrustedKeyGroups::Parameter => {
            entry.push(("TrustedKeyGroups", Yaml::List(vec![reference(AssetNames::of(asset).key_group_id())])));
        }
    }
    map(entry)
}
