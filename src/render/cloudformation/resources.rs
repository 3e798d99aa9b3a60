//! The resources of the template: policies of the plan in, `Resources` entries out.
//!
//! Shapes: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_CloudFront.html>

use super::super::function as code;
use super::super::yaml::{Yaml, map, text, texts};
use super::function::{attribute, reference};
use super::name::{self, AssetNames};
use super::own;
use super::resource::{IdOutput, Resource, aws_name, described, metadata};
use super::statement::{self, Place};
use super::store;
use crate::aws::cloudfront::{
    CachePolicyConfig, ItemBehavior, OriginAccessControlConfig, OriginRequestPolicyConfig, ResponseHeadersPolicyConfig,
    ResponseHeadersPolicyCorsConfig, SecurityHeaders,
};
use crate::plan::{AssetPlan, Cdn, CorsFunction, Plan, Policy};

/// All resources, asset by asset.
pub(super) fn all(plan: &Plan) -> Vec<Resource> {
    plan.assets.iter().flat_map(|asset| of_asset(plan, asset)).collect()
}

fn of_asset(plan: &Plan, asset: &AssetPlan) -> Vec<Resource> {
    let mut resources: Vec<_> = asset.cdn.iter().flat_map(|cdn| policies(plan, cdn)).collect();
    match (&asset.owned, &asset.cdn) {
        (Some(owned), _) => {
            // Nobody outside asks for the policies of a distribution that is in the same stack.
            for resource in &mut resources {
                resource.output = None;
            }
            resources.extend(own::resources(plan, asset, owned));
        }
        (None, Some(cdn)) if !cdn.bucket_policy.is_empty() => resources.push(bucket_policy(asset, cdn)),
        (None, _) => {}
    }
    resources
}

fn policies(plan: &Plan, cdn: &Cdn) -> Vec<Resource> {
    let mut resources: Vec<_> = cdn.origin_access_control.iter().map(origin_access_control).collect();
    resources.extend(cdn.cache_policies.iter().map(cache_policy));
    resources.extend(cdn.origin_request_policies.iter().map(origin_request_policy));
    resources.extend(cdn.response_headers_policies.iter().map(response_headers_policy));
    let stored = cdn.functions.iter().filter(|function| function.config.stored);
    resources.extend(stored.map(|function| store::resource(plan, function)));
    resources.extend(cdn.functions.iter().map(|function| cors_function(plan, function)));
    resources
}

fn origin_access_control(control: &Policy<OriginAccessControlConfig>) -> Resource {
    let config = map([
        ("Name", aws_name(&control.name)),
        ("Description", text(&control.config.description)),
        ("OriginAccessControlOriginType", text("s3")),
        ("SigningBehavior", text("always")),
        ("SigningProtocol", text("sigv4")),
    ]);
    let mut resource =
        policy(control, name::ORIGIN_ACCESS_CONTROL, "OriginAccessControlConfig", "origin access control", config);
    if let Some(output) = &mut resource.output {
        output.value = attribute(&resource.name, "Id");
    }
    resource
}

fn cache_policy(cache: &Policy<CachePolicyConfig>) -> Resource {
    let config = &cache.config;
    let mut headers = vec![("HeaderBehavior", text(if config.headers.is_empty() { "none" } else { "whitelist" }))];
    if !config.headers.is_empty() {
        headers.push(("Headers", texts(&config.headers)));
    }
    let key = map([
        ("EnableAcceptEncodingGzip", Yaml::Bool(config.enable_accept_encoding_gzip)),
        ("EnableAcceptEncodingBrotli", Yaml::Bool(config.enable_accept_encoding_brotli)),
        ("HeadersConfig", map(headers)),
        ("CookiesConfig", cookies(config.cookie_behavior)),
        ("QueryStringsConfig", query_strings(config.query_string_behavior)),
    ]);
    let config = map([
        ("Name", aws_name(&cache.name)),
        ("Comment", text(&config.comment)),
        ("MinTTL", Yaml::Int(config.min_ttl)),
        ("DefaultTTL", Yaml::Int(config.default_ttl)),
        ("MaxTTL", Yaml::Int(config.max_ttl)),
        ("ParametersInCacheKeyAndForwardedToOrigin", key),
    ]);
    policy(cache, name::CACHE_POLICY, "CachePolicyConfig", "cache policy", config)
}

fn origin_request_policy(forward: &Policy<OriginRequestPolicyConfig>) -> Resource {
    let (behavior, names) = forward.config.headers.behavior();
    let mut headers = vec![("HeaderBehavior", text(behavior))];
    if !names.is_empty() {
        headers.push(("Headers", texts(names)));
    }
    let config = map([
        ("Name", aws_name(&forward.name)),
        ("Comment", text(&forward.config.comment)),
        ("HeadersConfig", map(headers)),
        ("CookiesConfig", cookies(forward.config.cookie_behavior)),
        ("QueryStringsConfig", query_strings(forward.config.query_string_behavior)),
    ]);
    policy(forward, name::ORIGIN_REQUEST_POLICY, "OriginRequestPolicyConfig", "origin request policy", config)
}

fn response_headers_policy(response: &Policy<ResponseHeadersPolicyConfig>) -> Resource {
    let config = &response.config;
    let mut sections = vec![("Name", aws_name(&response.name)), ("Comment", text(&config.comment))];
    sections.extend(config.cors.as_ref().map(|cors| ("CorsConfig", cors_config(cors))));
    if !config.custom_headers.is_empty() {
        let headers = config.custom_headers.iter().map(|header| {
            map([
                ("Header", text(&header.header)),
                ("Value", text(&header.value)),
                ("Override", Yaml::Bool(header.override_origin)),
            ])
        });
        sections.push(("CustomHeadersConfig", map([("Items", Yaml::List(headers.collect()))])));
    }
    sections.extend(config.security_headers.as_ref().map(|headers| ("SecurityHeadersConfig", security(headers))));
    let kind = name::RESPONSE_HEADERS_POLICY;
    policy(response, kind, "ResponseHeadersPolicyConfig", "response headers policy", map(sections))
}

fn cors_config(cors: &ResponseHeadersPolicyCorsConfig) -> Yaml {
    let items = |list: &[String]| map([("Items", texts(list))]);
    let mut config = vec![
        ("AccessControlAllowOrigins", items(&cors.access_control_allow_origins)),
        ("AccessControlAllowHeaders", items(&cors.access_control_allow_headers)),
        ("AccessControlAllowMethods", items(&cors.access_control_allow_methods)),
    ];
    if !cors.access_control_expose_headers.is_empty() {
        config.push(("AccessControlExposeHeaders", items(&cors.access_control_expose_headers)));
    }
    config.extend([
        ("AccessControlAllowCredentials", Yaml::Bool(cors.access_control_allow_credentials)),
        ("AccessControlMaxAgeSec", Yaml::Int(cors.access_control_max_age_sec.into())),
        ("OriginOverride", Yaml::Bool(cors.origin_override)),
    ]);
    map(config)
}

fn security(headers: &SecurityHeaders) -> Yaml {
    let keep = || ("Override", Yaml::Bool(false));
    let mut config = vec![
        (
            "StrictTransportSecurity",
            map([
                ("AccessControlMaxAgeSec", Yaml::Int(headers.strict_transport_security_max_age.into())),
                ("IncludeSubdomains", Yaml::Bool(false)),
                ("Preload", Yaml::Bool(false)),
                keep(),
            ]),
        ),
        ("FrameOptions", map([("FrameOption", text(&headers.frame_option)), keep()])),
        ("ReferrerPolicy", map([("ReferrerPolicy", text(&headers.referrer_policy)), keep()])),
        ("ContentTypeOptions", map([("Override", Yaml::Bool(headers.content_type_options_override))])),
    ];
    if headers.xss_protection_block {
        let on = || Yaml::Bool(true);
        config.push(("XSSProtection", map([("Protection", on()), ("ModeBlock", on()), keep()])));
    }
    map(config)
}

/// Published at once: only then it can run.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudfront-function.html>
fn cors_function(plan: &Plan, function: &Policy<CorsFunction>) -> Resource {
    let mut config = vec![("Comment", text(code::comment(plan, &function.id))), ("Runtime", text(code::RUNTIME))];
    config.extend(store::association(function).map(|store| ("KeyValueStoreAssociations", store)));
    let name = name::resource(&function.id, name::FUNCTION);
    let intent = function.provenance.0.clone();
    let properties = map([
        ("Name", aws_name(&function.name)),
        ("AutoPublish", Yaml::Bool(true)),
        ("FunctionConfig", map(config)),
        ("FunctionCode", text(code::code(&function.config))),
    ]);
    let body =
        map([("Type", text("AWS::CloudFront::Function")), ("Metadata", metadata(&intent)), ("Properties", properties)]);
    let output = IdOutput {
        name: name::id_output(&function.id, name::FUNCTION),
        description: format!("ARN of the function {}", described(&function.id)),
        value: attribute(&name, "FunctionARN"),
    };
    Resource { name, intent, body, output: Some(output) }
}

/// `Retain`: when the stack is told to leave the bucket alone again, the distribution must not lose its access.
fn bucket_policy(asset: &AssetPlan, cdn: &Cdn) -> Resource {
    let names = AssetNames::of(asset);
    let intent = asset.provenance.0.clone();
    let body = map([
        ("Type", text("AWS::S3::BucketPolicy")),
        ("Condition", text(names.replaces_bucket_policy())),
        ("DeletionPolicy", text("Retain")),
        ("UpdateReplacePolicy", text("Retain")),
        ("Metadata", metadata(&intent)),
        (
            "Properties",
            map([
                ("Bucket", reference(names.bucket_name())),
                (
                    "PolicyDocument",
                    map([
                        ("Version", text("2012-10-17")),
                        ("Statement", statement::all(asset, cdn, &cdn.bucket_policy, Place::Stack)),
                    ]),
                ),
            ]),
        ),
    ]);
    Resource { name: names.bucket_policy(), intent, body, output: None }
}

/// A CloudFront resource, whose properties are one config. Its type ends in the kind, as its logical id does.
fn policy<T>(policy: &Policy<T>, kind: &str, property: &str, what: &str, config: Yaml) -> Resource {
    let name = name::resource(&policy.id, kind);
    let intent = policy.provenance.0.clone();
    let body = map([
        ("Type", text(format!("AWS::CloudFront::{kind}"))),
        ("Metadata", metadata(&intent)),
        ("Properties", map([(property, config)])),
    ]);
    let output = IdOutput {
        name: name::id_output(&policy.id, kind),
        description: format!("Id of the {what} {}", described(&policy.id)),
        value: reference(&name),
    };
    Resource { name, intent, body, output: Some(output) }
}

fn cookies(behavior: ItemBehavior) -> Yaml {
    map([("CookieBehavior", text(behavior.as_str()))])
}

fn query_strings(behavior: ItemBehavior) -> Yaml {
    map([("QueryStringBehavior", text(behavior.as_str()))])
}
