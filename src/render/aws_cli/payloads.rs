//! Parts of a plan to the JSON that the S3, CloudFront and IAM APIs take: `Quantity` beside `Items`, and the
//! members' names in the APIs' own case.

use serde_json::{Map, Value, json};

use super::super::function as code;
use super::layout;
use crate::aws::cloudfront::{
    CachePolicyConfig, CustomHeader, OriginAccessControlConfig, OriginRequestPolicyConfig, ResponseHeadersPolicyConfig,
    ResponseHeadersPolicyCorsConfig, SecurityHeaders,
};
use crate::aws::iam::{CloudFrontStatement, StatementResource};
use crate::aws::s3::{CorsConfiguration, CorsRule};
use crate::plan::{Bucket, CacheBehavior, CorsFunction, Plan, Policy, PolicyRef, ResourceName, TrustedKeyGroups};

/// An object of the members that are there.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    Value::Object(
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>(),
    )
}

/// A list as CloudFront takes it; `Items` may be absent when there are none.
pub(super) fn quantity<T: serde::Serialize>(items: &[T]) -> Value {
    if items.is_empty() { json!({ "Quantity": 0 }) } else { json!({ "Quantity": items.len(), "Items": items }) }
}

/// A list that is left out when it has no items.
pub(super) fn unless_empty(items: &[String]) -> Option<Value> {
    (!items.is_empty()).then(|| json!(items))
}

/// The list inside `CORSRules`.
pub(super) fn cors_rules(cors: &CorsConfiguration) -> Value {
    cors.rules.iter().map(cors_rule).collect()
}

/// A list without members is absent, as S3 returns it.
fn cors_rule(rule: &CorsRule) -> Value {
    object([
        ("ID", Some(json!(rule.id))),
        ("AllowedOrigins", Some(json!(rule.allowed_origins))),
        ("AllowedMethods", Some(json!(rule.allowed_methods))),
        ("AllowedHeaders", unless_empty(&rule.allowed_headers)),
        ("ExposeHeaders", unless_empty(&rule.expose_headers)),
        ("MaxAgeSeconds", Some(json!(rule.max_age_seconds))),
    ])
}

fn name(name: &ResourceName) -> Value {
    name.full().into()
}

pub(super) fn origin_access_control(policy: &Policy<OriginAccessControlConfig>) -> Value {
    json!({
        "Name": name(&policy.name),
        "Description": policy.config.description,
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    })
}

pub(super) fn cache_policy(policy: &Policy<CachePolicyConfig>) -> Value {
    let config = &policy.config;
    let headers = if config.headers.is_empty() {
        json!({ "HeaderBehavior": "none" })
    } else {
        json!({ "HeaderBehavior": "whitelist", "Headers": quantity(&config.headers) })
    };
    json!({
        "Name": name(&policy.name),
        "Comment": config.comment,
        "MinTTL": config.min_ttl,
        "DefaultTTL": config.default_ttl,
        "MaxTTL": config.max_ttl,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": config.enable_accept_encoding_gzip,
            "EnableAcceptEncodingBrotli": config.enable_accept_encoding_brotli,
            "HeadersConfig": headers,
            "CookiesConfig": { "CookieBehavior": config.cookie_behavior.as_str() },
            "QueryStringsConfig": { "QueryStringBehavior": config.query_string_behavior.as_str() },
        },
    })
}

pub(super) fn origin_request_policy(policy: &Policy<OriginRequestPolicyConfig>) -> Value {
    let config = &policy.config;
    let headers = match config.headers.behavior() {
        (behavior, []) => json!({ "HeaderBehavior": behavior }),
        (behavior, names) => json!({ "HeaderBehavior": behavior, "Headers": quantity(names) }),
    };
    json!({
        "Name": name(&policy.name),
        "Comment": config.comment,
        "HeadersConfig": headers,
        "CookiesConfig": { "CookieBehavior": config.cookie_behavior.as_str() },
        "QueryStringsConfig": { "QueryStringBehavior": config.query_string_behavior.as_str() },
    })
}

pub(super) fn response_headers_policy(policy: &Policy<ResponseHeadersPolicyConfig>) -> Value {
    let config = &policy.config;
    let custom: Vec<_> = config.custom_headers.iter().map(custom_header).collect();
    object([
        ("Name", Some(name(&policy.name))),
        ("Comment", Some(json!(config.comment))),
        ("CorsConfig", config.cors.as_ref().map(cors_config)),
        ("SecurityHeadersConfig", config.security_headers.as_ref().map(security_headers)),
        ("CustomHeadersConfig", (!custom.is_empty()).then(|| quantity(&custom))),
    ])
}

fn cors_config(cors: &ResponseHeadersPolicyCorsConfig) -> Value {
    let exposed = &cors.access_control_expose_headers;
    object([
        ("AccessControlAllowOrigins", Some(quantity(&cors.access_control_allow_origins))),
        ("AccessControlAllowHeaders", Some(quantity(&cors.access_control_allow_headers))),
        ("AccessControlAllowMethods", Some(quantity(&cors.access_control_allow_methods))),
        ("AccessControlAllowCredentials", Some(json!(cors.access_control_allow_credentials))),
        ("AccessControlExposeHeaders", (!exposed.is_empty()).then(|| quantity(exposed))),
        ("AccessControlMaxAgeSec", Some(json!(cors.access_control_max_age_sec))),
        ("OriginOverride", Some(json!(cors.origin_override))),
    ])
}

fn custom_header(header: &CustomHeader) -> Value {
    json!({ "Header": header.header, "Value": header.value, "Override": header.override_origin })
}

fn security_headers(headers: &SecurityHeaders) -> Value {
    json!({
        "XSSProtection": {
            "Override": false,
            "Protection": headers.xss_protection_block,
            "ModeBlock": headers.xss_protection_block,
        },
        "FrameOptions": { "Override": false, "FrameOption": headers.frame_option },
        "ReferrerPolicy": { "Override": false, "ReferrerPolicy": headers.referrer_policy },
        "ContentTypeOptions": { "Override": headers.content_type_options_override },
        "StrictTransportSecurity": {
            "Override": false,
            "IncludeSubdomains": false,
            "Preload": false,
            "AccessControlMaxAgeSec": headers.strict_transport_security_max_age,
        },
    })
}

/// Statements for a policy that is merged, so without the document around them. What is not known of the
/// distribution is a word that no ARN has; the scripts fill it in.
pub(super) fn statements(statements: &[CloudFrontStatement], bucket: &Bucket, distribution: Option<&str>) -> Value {
    let source = format!(
        "arn:{}:cloudfront::{}:distribution/{}",
        bucket.partition.arn(),
        bucket.account.as_deref().unwrap_or("ACCOUNT"),
        distribution.unwrap_or("DISTRIBUTION"),
    );
    statements
        .iter()
        .map(|statement| {
            let resource = match statement.resource {
                StatementResource::Objects => format!("{}/*", bucket.arn()),
                StatementResource::Bucket => bucket.arn(),
                StatementResource::Key => "*".to_owned(),
            };
            json!({
                "Sid": statement.sid,
                "Effect": "Allow",
                "Principal": { "Service": "cloudfront.amazonaws.com" },
                "Action": statement.actions,
                "Resource": resource,
                "Condition": { "StringEquals": { "AWS:SourceArn": source } },
            })
        })
        .collect()
}

/// What to set in which behaviour of the distribution. `set` holds members of the API; a policy is known by
/// its id when AWS manages it, and by its payload file when it is the bundle's own. `null` is no policy.
pub(super) fn cache_behaviors(behaviors: &[CacheBehavior]) -> Value {
    behaviors
        .iter()
        .map(|behavior| {
            let allowed = behavior.allowed_methods.methods();
            let mut entry = json!({
                "path-pattern": behavior.path_pattern,
                "set": {
                    "ViewerProtocolPolicy": behavior.viewer_protocol_policy.as_str(),
                    "AllowedMethods": {
                        "Quantity": allowed.len(),
                        "Items": allowed,
                        "CachedMethods": quantity(behavior.cached_methods.methods()),
                    },
                    "Compress": behavior.compress,
                },
                "policies": {
                    "CachePolicyId": policy_ref(layout::CACHE_POLICY, &behavior.cache_policy),
                    "OriginRequestPolicyId": behavior.origin_request_policy.as_ref()
                        .map(|policy| policy_ref(layout::ORIGIN_REQUEST_POLICY, policy)),
                    "ResponseHeadersPolicyId": behavior.response_headers_policy.as_ref()
                        .map(|policy| policy_ref(layout::RESPONSE_HEADERS_POLICY, policy)),
                },
            });
            let functions = functions(behavior);
            if let Some(members) = entry.as_object_mut() {
                if functions != json!({}) {
                    members.insert("functions".to_owned(), functions);
                }
                match &behavior.trusted_key_groups {
                    TrustedKeyGroups::None => {}
                    TrustedKeyGroups::Ids(ids) => {
                        members.insert("signed-by".to_owned(), json!(ids));
                    }
                    TrustedKeyGroups::Parameter => {
                        members.insert("signed-by".to_owned(), "environment".into());
                    }
                }
            }
            entry
        })
        .collect()
}

/// The arguments of `create-function` and `update-function`; the code is in a file beside.
pub(super) fn function(plan: &Plan, function: &Policy<CorsFunction>) -> Value {
    let config = json!({ "Comment": code::comment(plan, &function.id), "Runtime": code::RUNTIME });
    object([
        ("Name", Some(name(&function.name))),
        ("FunctionConfig", Some(config)),
        // What is in the store that has the function's name; its ARN is known when it is there.
        ("key-value-store", function.config.stored.then(|| layout::store_file(&function.id).into())),
    ])
}

/// What runs on a behaviour, by event; an event that is missing here is not ours to speak of.
fn functions(behavior: &CacheBehavior) -> Value {
    let file = |id| json!({ "file": layout::policy_file(layout::FUNCTION, id) });
    Value::Object(code::associations(behavior).map(|(event, id)| (event.to_owned(), file(id))).collect())
}

fn policy_ref(kind: &str, policy: &PolicyRef) -> Value {
    match policy {
        PolicyRef::Managed(managed) => json!({ "managed": managed.name, "id": managed.id }),
        PolicyRef::Own(id) => json!({ "file": layout::policy_file(kind, id) }),
    }
}
