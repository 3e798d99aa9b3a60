//! What AWS refuses to store. Of artifacts that cannot be applied nobody can say what they grant.

use super::Proof;
use crate::aws::quotas;
use crate::aws::s3::CORS_METHODS;
use crate::deployed::{Asset, CacheBehavior, CorsConfig, CorsRule, PolicyName, ResponseHeadersPolicy, Selection};

/// Lists what S3 and CloudFront would refuse of an asset.
pub(super) fn refused(proof: &mut Proof, asset: &Asset) {
    let rules = asset.bucket.cors.as_ref().map_or(&[][..], |cors| &cors.rules);
    if rules.len() > quotas::CORS_RULES {
        let (id, count) = (&asset.id, rules.len());
        proof.unknown(format!("S3 refuses the {count} rules of `{id}`: a bucket holds {}", quotas::CORS_RULES));
    }
    for rule in rules {
        by_s3(proof, &asset.id, rule);
    }
    for behavior in asset.distribution.iter().flat_map(|d| &d.behaviors) {
        methods(proof, &asset.id, behavior);
        caching(proof, &asset.id, behavior);
        if let Some(policy) = &behavior.response_headers_policy
            && let PolicyName::Own(name) = &policy.name
        {
            by_cloudfront(proof, name, policy);
        }
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
fn by_s3(proof: &mut Proof, id: &str, rule: &CorsRule) {
    for text in rule.allowed_origins.iter().chain(&rule.allowed_headers).filter(|t| t.matches('*').count() > 1) {
        proof.unknown(format!("S3 refuses `{text}` in a rule of `{id}`: an entry holds one `*` at most"));
    }
    for method in rule.allowed_methods.iter().filter(|m| !CORS_METHODS.contains(&m.as_str())) {
        let known = CORS_METHODS.join(", ");
        proof.unknown(format!("S3 refuses the method `{method}` in a rule of `{id}`: it takes {known}"));
    }
    for header in rule.expose_headers.iter().filter(|header| header.contains('*')) {
        proof.unknown(format!("S3 refuses `{header}` among the exposed headers of `{id}`: no `*` is possible there"));
    }
    if rule.allowed_origins.is_empty() || rule.allowed_methods.is_empty() {
        proof.unknown(format!("S3 refuses a rule of `{id}` without origins or without methods"));
    }
}

/// CloudFront knows three sets of allowed methods.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html>
fn methods(proof: &mut Proof, id: &str, behavior: &CacheBehavior) {
    let has = |list: &[String], method: &str| list.iter().any(|m| m == method);
    let allowed = &behavior.allowed_methods;
    let is_set = match allowed.len() {
        2 => ["GET", "HEAD"].iter().all(|m| has(allowed, m)),
        3 => ["GET", "HEAD", "OPTIONS"].iter().all(|m| has(allowed, m)),
        7 => ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"].iter().all(|m| has(allowed, m)),
        _ => false,
    };
    if !is_set {
        let list = allowed.join(", ");
        proof.unknown(format!("CloudFront refuses the allowed methods {list} of `{id}`: it knows three sets of them"));
    }
}

/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html>
fn caching(proof: &mut Proof, id: &str, behavior: &CacheBehavior) {
    let cached = &behavior.cached_methods;
    let has = |list: &[String], method: &str| list.iter().any(|m| m == method);
    let is_set = has(cached, "GET") && has(cached, "HEAD") && cached.iter().all(|m| has(&behavior.allowed_methods, m));
    if !is_set || cached.len() > 3 {
        let list = cached.join(", ");
        proof.unknown(format!(
            "CloudFront refuses the cached methods {list} of `{id}`: they are `GET` and `HEAD`, and `OPTIONS` where it is allowed"
        ));
    }
    let policy = &behavior.cache_policy;
    let PolicyName::Own(name) = &policy.name else { return };
    if !(policy.min_ttl..=policy.max_ttl).contains(&policy.default_ttl) {
        proof.unknown(format!(
            "CloudFront refuses the times of cache policy `{name}`: the default is not between the others"
        ));
    }
    if policy.max_ttl == 0 && policy.headers != Selection::None {
        proof.unknown(format!("CloudFront refuses headers in the key of cache policy `{name}`, which caches nothing"));
    }
}

/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html>, and the errors that
/// people report.
fn by_cloudfront(proof: &mut Proof, name: &str, policy: &ResponseHeadersPolicy) {
    let headers = policy.custom_headers.iter().map(|h| &h.header);
    for header in headers.filter(|h| h.to_ascii_lowercase().starts_with("access-control-")) {
        proof.unknown(format!("CloudFront refuses the custom header `{header}` of policy `{name}`"));
    }
    let Some(CorsConfig { allow_origins, allow_headers, allow_credentials, .. }) = &policy.cors else { return };
    if allow_headers.is_empty() {
        proof.unknown(format!("CloudFront refuses policy `{name}`: its list of request headers is empty"));
    }
    if let Some(header) = allow_headers.iter().find(|header| *allow_credentials && header.contains('*')) {
        proof.unknown(format!("CloudFront refuses `{header}` in policy `{name}`, which allows credentials"));
    }
    let has_path = |origin: &&String| origin.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    for origin in allow_origins.iter().filter(has_path) {
        proof.unknown(format!("CloudFront refuses `{origin}` in policy `{name}`: an origin has no path"));
    }
}
