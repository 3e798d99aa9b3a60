//! An asset to the requests that `verify.sh` sends, with what a browser must find in the answers.
//!
//! Only what reads: a grant of PUT, POST or DELETE is checked by its preflight.

use serde_json::{Value, json};

use super::payloads::{object, unless_empty};
use crate::aws::cloudfront::{AllowedMethods, ResponseHeadersPolicyCorsConfig};
use crate::aws::s3::CorsRule;
use crate::plan::{AssetPlan, CacheBehavior, Cdn, CustomOrigin, FunctionRule, PolicyRef};

/// An origin that nobody can have: the name is reserved.
/// <https://www.rfc-editor.org/rfc/rfc6761#section-6.4>
const STRANGER: &str = "https://corsynth-check.invalid";

/// What stands for `*` in a pattern.
const SAMPLE: &str = "corsynth-check";

/// What one layer grants to a list of origins.
struct Grant<'a> {
    origins: &'a [String],
    methods: &'a [String],
    headers: &'a [String],
    exposed: &'a [String],
    credentials: bool,
}

pub(super) fn checks(asset: &AssetPlan) -> Value {
    let custom = asset.custom_origin();
    let of_contract: Vec<CorsRule> = custom.iter().flat_map(|custom| &custom.contract).map(cors_rule).collect();
    let of_bucket = asset.cors.as_ref().map(|cors| cors.rules.as_slice()).unwrap_or_default();
    let rules = if custom.is_some() { of_contract.as_slice() } else { of_bucket };
    let speaks = || match custom {
        Some(custom) => by_contract(custom),
        None => by_rules(rules),
    };
    let mut behaviors = Vec::new();
    let mut not_checked = Vec::new();
    match &asset.cdn {
        None => behaviors.push(of_path(None, &speaks(), rules, AllowedMethods::All, custom.is_some())),
        Some(cdn) => {
            for behavior in &cdn.behaviors {
                let pattern = behavior.path_pattern.as_deref();
                let grants = own_cors(cdn, behavior).map_or_else(speaks, |cors| vec![by_edge(cors)]);
                behaviors.push(of_path(pattern, &grants, rules, behavior.allowed_methods, custom.is_some()));
            }
        }
    }
    if rules.iter().any(|rule| rule.allowed_methods.iter().any(|m| !reads(m))) {
        not_checked.push("requests that write; only their preflights are sent");
    }
    if rules.iter().any(|rule| rule.allowed_origins.iter().any(|o| o.contains('*') && o != "*")) {
        not_checked.push("all origins of a pattern; one example stands for each");
    }
    json!({ "behaviors": behaviors, "not-checked": not_checked })
}

/// A rule of a contract, for what asks which rule matches.
fn cors_rule(rule: &FunctionRule) -> CorsRule {
    CorsRule {
        id: String::new(),
        allowed_origins: rule.allowed_origins.clone(),
        allowed_methods: rule.allowed_methods.clone(),
        allowed_headers: rule.allowed_headers.clone(),
        expose_headers: rule.expose_headers.clone(),
        max_age_seconds: rule.max_age_seconds,
    }
}

fn by_contract(custom: &CustomOrigin) -> Vec<Grant<'_>> {
    custom
        .contract
        .iter()
        .map(|rule| Grant {
            origins: &rule.allowed_origins,
            methods: &rule.allowed_methods,
            headers: &rule.allowed_headers,
            exposed: &rule.expose_headers,
            credentials: rule.allow_credentials,
        })
        .collect()
}

/// The CORS section of the behaviour's own response headers policy.
fn own_cors<'a>(cdn: &'a Cdn, behavior: &CacheBehavior) -> Option<&'a ResponseHeadersPolicyCorsConfig> {
    let Some(PolicyRef::Own(id)) = &behavior.response_headers_policy else { return None };
    cdn.response_headers_policies.iter().find(|policy| policy.id == *id)?.config.cors.as_ref()
}

fn by_edge(cors: &ResponseHeadersPolicyCorsConfig) -> Grant<'_> {
    Grant {
        origins: &cors.access_control_allow_origins,
        methods: &cors.access_control_allow_methods,
        headers: &cors.access_control_allow_headers,
        exposed: &cors.access_control_expose_headers,
        credentials: cors.access_control_allow_credentials,
    }
}

fn by_rules(rules: &[CorsRule]) -> Vec<Grant<'_>> {
    rules
        .iter()
        .map(|rule| Grant {
            origins: &rule.allowed_origins,
            methods: &rule.allowed_methods,
            headers: &rule.allowed_headers,
            exposed: &rule.expose_headers,
            // S3 says so for every rule but `*`, whether it was asked for or not.
            credentials: false,
        })
        .collect()
}

/// The order matters: first no Origin at all, then one origin after the other, so that an answer that a cache
/// kept for somebody else shows.
fn of_path(
    pattern: Option<&str>,
    grants: &[Grant<'_>],
    rules: &[CorsRule],
    allowed: AllowedMethods,
    is_server: bool,
) -> Value {
    let mut reading = vec![json!({ "kind": "warm-up", "method": "GET", "expect": {} })];
    let mut preflights = Vec::new();
    for grant in grants {
        for origin in grant.origins {
            let example = if origin == "*" { format!("https://{SAMPLE}.example") } else { origin.replace('*', SAMPLE) };
            // S3 allows cookies wherever it names an origin, and does not look at them; a server may.
            let refused = (is_server && !grant.credentials).then(|| json!("refused"));
            let answered = if origin == "*" { "*" } else { example.as_str() };
            if let Some(method) = grant.methods.iter().find(|method| reads(method)) {
                let expect = object([
                    ("allow-origin", Some(json!(answered))),
                    ("allow-credentials", Some(json!(grant.credentials))),
                    ("expose-headers", unless_empty(grant.exposed)),
                    ("credentials", refused.clone()),
                ]);
                let check = json!({ "kind": "read", "method": method, "origin": example, "expect": expect });
                reading.push(check);
            }
            for method in grant.methods {
                // The edge announces, but the bucket answers: ask only for what both say.
                let rule = rules.iter().find(|rule| {
                    rule.allowed_methods.contains(method) && rule.allowed_origins.iter().any(|o| matches(o, &example))
                });
                let Some(rule) = rule else { continue };
                if !allowed.methods().contains(&"OPTIONS") || !allowed.methods().contains(&method.as_str()) {
                    continue;
                }
                let headers: Vec<String> = grant
                    .headers
                    .iter()
                    .filter(|h| !h.contains('*') && rule.allowed_headers.iter().any(|r| matches_header(r, h)))
                    .cloned()
                    .collect();
                let expect = object([
                    ("allow-origin", Some(json!(answered))),
                    ("allow-methods", Some(json!([method]))),
                    ("allow-headers", unless_empty(&headers)),
                    ("allow-credentials", Some(json!(grant.credentials))),
                    ("credentials", refused.clone()),
                ]);
                let preflight = json!({
                    "kind": "preflight",
                    "method": method,
                    "headers": headers,
                    "origin": example,
                    "expect": expect,
                });
                preflights.push(preflight);
            }
        }
    }
    if !grants.iter().any(|grant| grant.origins.iter().any(|origin| matches(origin, STRANGER))) {
        reading.push(json!({ "kind": "refused", "method": "GET", "origin": STRANGER, "expect": {} }));
    }
    reading.append(&mut preflights);
    json!({ "path-pattern": pattern, "sample": sample(pattern.unwrap_or("*")), "checks": reading })
}

fn reads(method: &str) -> bool {
    matches!(method, "GET" | "HEAD")
}

/// A path that a pattern matches. The slash in front of a pattern is optional.
fn sample(pattern: &str) -> String {
    let path = pattern.replace('*', SAMPLE).replace('?', "x");
    if path.starts_with('/') { path } else { format!("/{path}") }
}

/// With one `*` at most, as S3 matches.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.len() >= head.len() + tail.len() && text.starts_with(head) && text.ends_with(tail),
    }
}

fn matches_header(pattern: &str, name: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stands_for_any_run() {
        assert!(matches("https://*.acme.com", "https://a.b.acme.com"));
        assert!(!matches("https://a*a", "https://a"));
        assert!(matches("*", STRANGER));
        assert!(!matches("https://acme.com", "https://acme.com.evil.test"));
        assert!(matches_header("X-Amz-*", "x-amz-date"));
    }

    #[test]
    fn a_sample_is_a_path_of_its_pattern() {
        assert_eq!(sample("*"), "/corsynth-check");
        assert_eq!(sample("fonts/*.woff?"), "/fonts/corsynth-check.woffx");
    }
}
