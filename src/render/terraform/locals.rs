//! `locals.tf`: the plan as data, in the words of the provider. This is the file to read in a review; the code
//! around it is the same for every intent.

use std::collections::BTreeMap;

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::hcl::{attribute, block, comment, list, map, number, object, text, text_or_null, texts};
use super::{cdns, custom, functions, s3, signers};
use crate::aws::cloudfront::{
    CachePolicyConfig, CustomHeader, OriginRequestPolicyConfig, ResponseHeadersPolicyConfig,
    ResponseHeadersPolicyCorsConfig, SecurityHeaders,
};
use crate::aws::iam::{CloudFrontStatement, StatementResource};
use crate::aws::managed::ManagedPolicy;
use crate::aws::s3::CorsRule;
use crate::plan::{Bucket, CacheBehavior, Cdn, Plan, Policy, PolicyRef};

pub(super) fn body(plan: &Plan) -> Vec<Structure> {
    let assets = map(plan
        .assets
        .iter()
        .filter_map(|asset| Some((asset.id.clone(), bucket(asset.bucket()?, asset.cdn.as_ref())))));
    let rules = map(plan.assets.iter().filter_map(|asset| {
        let rules = s3::rules(asset)?;
        Some((asset.id.clone(), list(rules.iter().map(cors_rule))))
    }));
    let sections = [
        comment("Ids of the policies that AWS manages: the same in every account."),
        attribute("managed_policy_ids", managed_policy_ids(plan)),
        comment("The buckets and what the intent says about the distributions in front of them; null is not said."),
        attribute("assets", assets),
        comment("Bucket CORS. Terraform keeps rules as a set: no two of them speak about the same origin and method."),
        attribute("cors_rules", rules),
        comment("Names are completed with var.name_prefix."),
        attribute(
            "origin_access_controls",
            policies(
                plan,
                |cdn| cdn.origin_access_control.as_slice(),
                |config| vec![("description", text(&config.description))],
            ),
        ),
        attribute("cache_policies", policies(plan, |cdn| &cdn.cache_policies, cache_policy)),
        attribute("origin_request_policies", policies(plan, |cdn| &cdn.origin_request_policies, origin_request_policy)),
        attribute(
            "response_headers_policies",
            policies(plan, |cdn| &cdn.response_headers_policies, response_headers_policy),
        ),
        comment("The first path that matches decides; the default behavior has no path and comes last."),
        attribute("cache_behaviors", by_asset(plan, |cdn| list(cdn.behaviors.iter().map(behavior)))),
        comment("What CloudFront may do; the principal and the condition are added in bucket_policy.tf."),
        attribute("bucket_policy_statements", statements(plan, |cdn| &cdn.bucket_policy)),
        attribute("key_policy_statements", statements(plan, |cdn| &cdn.key_policy)),
        comment("To invalidate when bucket CORS, cache or origin request policies have changed."),
        attribute("invalidation_paths", by_asset(plan, |cdn| texts(&cdn.invalidation_paths))),
    ];
    let sections =
        sections.into_iter().chain(custom::locals(plan)).chain(functions::locals(plan)).chain(signers::locals(plan));
    let mut out = Vec::new();
    if let Some(owner) = &plan.owner {
        out.push(comment(&format!("Owner: {owner}")));
    }
    out.push(block("locals", &[], sections));
    out
}

fn bucket(bucket: &Bucket, cdn: Option<&Cdn>) -> Expression {
    object([
        ("bucket", text(&bucket.name)),
        ("region", text(&bucket.region)),
        ("partition", text(bucket.partition.arn())),
        ("dns_suffix", text(bucket.partition.dns_suffix())),
        ("account", text_or_null(bucket.account.as_deref())),
        ("kms_key", text_or_null(bucket.kms_key.as_deref())),
        ("distribution", text_or_null(cdn.and_then(|cdn| cdn.distribution.as_deref()))),
        ("aliases", texts(cdn.map_or(&[][..], |cdn| &cdn.aliases))),
    ])
}

fn by_asset(plan: &Plan, of: impl Fn(&Cdn) -> Expression) -> Expression {
    map(cdns(plan).map(|(asset, cdn)| (asset.id.clone(), of(cdn))))
}

fn policies<'a, T: 'a>(
    plan: &'a Plan,
    of: impl Fn(&'a Cdn) -> &'a [Policy<T>],
    config: impl Fn(&T) -> Vec<(&'static str, Expression)>,
) -> Expression {
    let policies = cdns(plan).flat_map(|(_, cdn)| of(cdn));
    map(policies.map(|policy| {
        let name = [("name_suffix", text(&policy.name.suffix))];
        (policy.id.key(), object(name.into_iter().chain(config(&policy.config))))
    }))
}

/// Sets of Terraform, sorted, so that the text does not depend on who made the plan.
fn set(items: &[String]) -> Expression {
    let mut items: Vec<&str> = items.iter().map(String::as_str).collect();
    items.sort_unstable();
    items.dedup();
    texts(items)
}

fn cors_rule(rule: &CorsRule) -> Expression {
    object([
        ("id", text(&rule.id)),
        ("allowed_origins", set(&rule.allowed_origins)),
        ("allowed_methods", set(&rule.allowed_methods)),
        ("allowed_headers", set(&rule.allowed_headers)),
        ("expose_headers", set(&rule.expose_headers)),
        // The provider sends 0 for a missing one.
        ("max_age_seconds", number(rule.max_age_seconds)),
    ])
}

fn cache_policy(config: &CachePolicyConfig) -> Vec<(&'static str, Expression)> {
    vec![
        ("comment", text(&config.comment)),
        ("min_ttl", number(config.min_ttl)),
        ("default_ttl", number(config.default_ttl)),
        ("max_ttl", number(config.max_ttl)),
        ("enable_accept_encoding_gzip", config.enable_accept_encoding_gzip.into()),
        ("enable_accept_encoding_brotli", config.enable_accept_encoding_brotli.into()),
        ("headers", set(&config.headers)),
        ("cookie_behavior", text(config.cookie_behavior.as_str())),
        ("query_string_behavior", text(config.query_string_behavior.as_str())),
    ]
}

fn origin_request_policy(config: &OriginRequestPolicyConfig) -> Vec<(&'static str, Expression)> {
    let (behavior, headers) = config.headers.behavior();
    vec![
        ("comment", text(&config.comment)),
        ("header_behavior", text(behavior)),
        ("headers", set(headers)),
        ("cookie_behavior", text(config.cookie_behavior.as_str())),
        ("query_string_behavior", text(config.query_string_behavior.as_str())),
    ]
}

fn response_headers_policy(config: &ResponseHeadersPolicyConfig) -> Vec<(&'static str, Expression)> {
    vec![
        ("comment", text(&config.comment)),
        ("cors", config.cors.as_ref().map_or(Expression::Null, cors_config)),
        ("custom_headers", list(config.custom_headers.iter().map(custom_header))),
        ("security_headers", config.security_headers.as_ref().map_or(Expression::Null, security_headers)),
    ]
}

fn cors_config(cors: &ResponseHeadersPolicyCorsConfig) -> Expression {
    object([
        ("access_control_allow_origins", set(&cors.access_control_allow_origins)),
        ("access_control_allow_headers", set(&cors.access_control_allow_headers)),
        ("access_control_allow_methods", set(&cors.access_control_allow_methods)),
        ("access_control_expose_headers", set(&cors.access_control_expose_headers)),
        ("access_control_allow_credentials", cors.access_control_allow_credentials.into()),
        ("access_control_max_age_sec", number(cors.access_control_max_age_sec)),
        ("origin_override", cors.origin_override.into()),
    ])
}

fn custom_header(custom: &CustomHeader) -> Expression {
    object([
        ("header", text(&custom.header)),
        ("value", text(&custom.value)),
        ("override", custom.override_origin.into()),
    ])
}

fn security_headers(headers: &SecurityHeaders) -> Expression {
    object([
        ("strict_transport_security_max_age", number(headers.strict_transport_security_max_age)),
        ("frame_option", text(&headers.frame_option)),
        ("referrer_policy", text(&headers.referrer_policy)),
        ("xss_protection_block", headers.xss_protection_block.into()),
        ("content_type_options_override", headers.content_type_options_override.into()),
    ])
}

fn behavior(behavior: &CacheBehavior) -> Expression {
    let optional = |policy: &Option<PolicyRef>| policy.as_ref().map_or(Expression::Null, policy_ref);
    object([
        ("path_pattern", text_or_null(behavior.path_pattern.as_deref())),
        ("allowed_methods", texts(behavior.allowed_methods.methods().iter().copied())),
        ("cached_methods", texts(behavior.cached_methods.methods().iter().copied())),
        ("viewer_protocol_policy", text(behavior.viewer_protocol_policy.as_str())),
        ("compress", behavior.compress.into()),
        ("cache_policy", policy_ref(&behavior.cache_policy)),
        ("origin_request_policy", optional(&behavior.origin_request_policy)),
        ("response_headers_policy", optional(&behavior.response_headers_policy)),
    ])
}

fn policy_ref(policy: &PolicyRef) -> Expression {
    match policy {
        PolicyRef::Managed(managed) => object([("managed", text(managed.name))]),
        PolicyRef::Own(id) => object([("own", text(id.key()))]),
    }
}

fn managed_policy_ids(plan: &Plan) -> Expression {
    let behaviors = cdns(plan).flat_map(|(_, cdn)| &cdn.behaviors);
    let used = behaviors.flat_map(|behavior| {
        [
            Some(&behavior.cache_policy),
            behavior.origin_request_policy.as_ref(),
            behavior.response_headers_policy.as_ref(),
        ]
    });
    let ids: BTreeMap<&str, &ManagedPolicy> = used
        .filter_map(|policy| match policy {
            Some(PolicyRef::Managed(managed)) => Some((managed.name, managed)),
            Some(PolicyRef::Own(_)) | None => None,
        })
        .collect();
    map(ids.into_iter().map(|(name, managed)| (name.to_owned(), text(managed.id))))
}

fn statements(plan: &Plan, of: impl Fn(&Cdn) -> &[CloudFrontStatement]) -> Expression {
    let assets = cdns(plan).map(|(asset, cdn)| (asset.id.clone(), of(cdn))).filter(|(_, list)| !list.is_empty());
    map(assets.map(|(id, statements)| (id, list(statements.iter().map(statement)))))
}

fn statement(statement: &CloudFrontStatement) -> Expression {
    let resource = match statement.resource {
        StatementResource::Objects => "objects",
        StatementResource::Bucket => "bucket",
        StatementResource::Key => "key",
    };
    object([("sid", text(&statement.sid)), ("actions", set(&statement.actions)), ("resource", text(resource))])
}
