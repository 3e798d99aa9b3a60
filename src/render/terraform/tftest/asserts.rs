//! `assert` blocks: what one asset's resources must hold, the expected values written out.

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::Structure;

use crate::aws::cloudfront::{CachePolicyConfig, OriginRequestPolicyConfig, ResponseHeadersPolicyConfig};
use crate::aws::iam::{CloudFrontStatement, StatementResource};
use crate::aws::s3::CorsRule;
use crate::plan::{AssetPlan, CacheBehavior, Cdn, LogicalId, PolicyRef};
use crate::render::hcl::{self, at, call, code, equal, get, list, map, number, path, text, text_or_null, texts};
use crate::render::terraform::condition::{assert, same};
use crate::render::terraform::s3;

/// All asserts of an asset. `label` is that of its resources in S3, where the module has any; `arn` that of the test's
/// distribution.
pub(super) fn asset(asset: &AssetPlan, label: Option<&str>, arn: Option<&str>) -> Vec<Structure> {
    let label = label.filter(|_| asset.bucket().is_some());
    let mut out = label.map_or_else(Vec::new, |label| bucket_cors(asset, label));
    out.extend(asset.bucket().map(|bucket| {
        assert(
            equal(
                at(path(["output", "bucket_regional_domain_names"]), text(&asset.id)),
                text(bucket.regional_domain_name()),
            ),
            format!("{}: the regional host name of the bucket", asset.id),
        )
    }));
    let (Some(cdn), Some(arn)) = (&asset.cdn, arn) else { return out };
    out.extend(cdn.cache_policies.iter().flat_map(|policy| cache_policy(&policy.id, &policy.config)));
    out.extend(cdn.origin_request_policies.iter().flat_map(|policy| origin_request_policy(&policy.id, &policy.config)));
    out.extend(
        cdn.response_headers_policies.iter().flat_map(|policy| response_headers_policy(&policy.id, &policy.config)),
    );
    out.extend(behaviors(asset, cdn));
    out.extend(statements(asset, "bucket", &cdn.bucket_policy, arn));
    out.extend(statements(asset, "key", &cdn.key_policy, arn));
    if !cdn.bucket_policy.is_empty() {
        let given = at(path(["var", "existing_bucket_policies"]), text(&asset.id));
        let merged =
            get(at(path(["data", "aws_iam_policy_document", "bucket"]), text(&asset.id)), "source_policy_documents");
        out.push(assert(same(merged, list([given])), format!("{}: the bucket policy that is there is kept", asset.id)));
    }
    out.push(assert(
        same(at(path(["output", "invalidation_paths"]), text(&asset.id)), texts(&cdn.invalidation_paths)),
        format!("{}: paths to invalidate", asset.id),
    ));
    out
}

/// Sets of Terraform come out sorted.
fn sorted(items: &[String]) -> Expression {
    let mut items: Vec<&str> = items.iter().map(String::as_str).collect();
    items.sort_unstable();
    items.dedup();
    texts(items)
}

fn bucket_cors(asset: &AssetPlan, label: &str) -> Vec<Structure> {
    let configurations = path(["aws_s3_bucket_cors_configuration", label]);
    let about = |what: &str| format!("{}: {what}", asset.id);
    let Some(rules) = s3::rules(asset) else {
        let kept = call("contains", [call("keys", [configurations]), text(&asset.id)]);
        return vec![assert(hcl::not(kept), about("no grant concerns the bucket, its CORS is left alone"))];
    };
    let configuration = at(configurations, text(&asset.id));
    let mut rules: Vec<&CorsRule> = rules.iter().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let actual = |value: Expression| {
        ForExpr::new("rule".into(), get(configuration.clone(), "cors_rule"), value).with_key_expr(code("rule.id"))
    };
    let expected = |of: &dyn Fn(&CorsRule) -> Expression| map(rules.iter().map(|rule| (rule.id.clone(), of(rule))));
    vec![
        assert(
            equal(get(configuration.clone(), "bucket"), text(asset.bucket().map_or("", |bucket| &bucket.name))),
            about("the bucket is the intent's"),
        ),
        assert(
            same(actual(code("sort(rule.allowed_origins)")), expected(&|rule| sorted(&rule.allowed_origins))),
            about("origins of each bucket CORS rule"),
        ),
        assert(
            same(actual(code("sort(rule.allowed_methods)")), expected(&|rule| sorted(&rule.allowed_methods))),
            about("methods of each bucket CORS rule"),
        ),
        assert(
            same(actual(code("sort(rule.allowed_headers)")), expected(&|rule| sorted(&rule.allowed_headers))),
            about("request headers of each bucket CORS rule"),
        ),
        assert(
            same(actual(code("sort(rule.expose_headers)")), expected(&|rule| sorted(&rule.expose_headers))),
            about("exposed headers of each bucket CORS rule"),
        ),
        assert(
            same(actual(code("rule.max_age_seconds")), expected(&|rule| number(rule.max_age_seconds))),
            about("how long each bucket CORS rule lets a preflight be kept"),
        ),
    ]
}

/// All items of a block that is there once or not at all.
fn items(block: Expression) -> Expression {
    call("flatten", [hcl::each(block, "items")])
}

fn first(block: Expression, name: &'static str) -> Expression {
    at(get(block, name), number(0u8))
}

fn cache_policy(id: &LogicalId, config: &CachePolicyConfig) -> Vec<Structure> {
    let key = id.key();
    let policy = at(path(["aws_cloudfront_cache_policy", "this"]), text(&key));
    let parameters = first(policy.clone(), "parameters_in_cache_key_and_forwarded_to_origin");
    let headers = items(get(first(parameters, "headers_config"), "headers"));
    let mut out = Vec::new();
    if config.headers.iter().any(|header| header.eq_ignore_ascii_case("origin")) {
        let lower = ForExpr::new("header".into(), headers.clone(), code("lower(header)"));
        out.push(assert(
            call("contains", [lower.into(), text("origin")]),
            format!("{key}: Origin is in the cache key, or the first requester's answer is everybody's"),
        ));
    }
    let ttls = ["min_ttl", "default_ttl", "max_ttl"].map(|name| get(policy.clone(), name));
    let expected = [config.min_ttl, config.default_ttl, config.max_ttl].map(number);
    out.push(assert(
        same(call("sort", [headers]), sorted(&config.headers)),
        format!("{key}: headers in the cache key"),
    ));
    out.push(assert(same(list(ttls), list(expected)), format!("{key}: lifetimes of the cache policy")));
    out
}

fn origin_request_policy(id: &LogicalId, config: &OriginRequestPolicyConfig) -> Vec<Structure> {
    let key = id.key();
    let policy = at(path(["aws_cloudfront_origin_request_policy", "this"]), text(&key));
    let (behavior, headers) = config.headers.behavior();
    let actual = first(policy.clone(), "headers_config");
    let forwarded = [
        get(actual.clone(), "header_behavior"),
        call("sort", [items(get(actual, "headers"))]),
        get(first(policy.clone(), "cookies_config"), "cookie_behavior"),
        get(first(policy, "query_strings_config"), "query_string_behavior"),
    ];
    let expected = [
        text(behavior),
        sorted(headers),
        text(config.cookie_behavior.as_str()),
        text(config.query_string_behavior.as_str()),
    ];
    vec![assert(same(list(forwarded), list(expected)), format!("{key}: what the origin request policy forwards"))]
}

fn response_headers_policy(id: &LogicalId, config: &ResponseHeadersPolicyConfig) -> Vec<Structure> {
    let key = id.key();
    let policy = at(path(["aws_cloudfront_response_headers_policy", "this"]), text(&key));
    let about = |what: &str| format!("{key}: {what} of the response headers policy");
    let custom = ForExpr::new(
        "item".into(),
        items(get(policy.clone(), "custom_headers_config")),
        code("[item.value, item.override]"),
    )
    .with_key_expr(code("item.header"));
    let mut expected: Vec<_> = config.custom_headers.iter().collect();
    expected.sort_by(|a, b| a.header.cmp(&b.header));
    let expected = expected.into_iter().map(|h| (h.header.clone(), list([text(&h.value), h.override_origin.into()])));
    let mut out = vec![assert(same(custom, map(expected)), about("custom headers"))];
    let actual = get(policy, "cors_config");
    let Some(cors) = &config.cors else {
        out.push(assert(equal(call("length", [actual]), number(0u8)), about("silence on CORS")));
        return out;
    };
    let actual = at(actual, number(0u8));
    for (name, expected, what) in [
        ("access_control_allow_origins", &cors.access_control_allow_origins, "origins"),
        ("access_control_allow_methods", &cors.access_control_allow_methods, "methods"),
        ("access_control_allow_headers", &cors.access_control_allow_headers, "request headers"),
        ("access_control_expose_headers", &cors.access_control_expose_headers, "exposed headers"),
    ] {
        out.push(assert(same(call("sort", [items(get(actual.clone(), name))]), sorted(expected)), about(what)));
    }
    let flags = ["access_control_allow_credentials", "origin_override", "access_control_max_age_sec"]
        .map(|name| get(actual.clone(), name));
    let expected = [
        cors.access_control_allow_credentials.into(),
        cors.origin_override.into(),
        number(cors.access_control_max_age_sec),
    ];
    out.push(assert(same(list(flags), list(expected)), about("credentials, override and preflight lifetime")));
    out
}

fn behaviors(asset: &AssetPlan, cdn: &Cdn) -> Vec<Structure> {
    let behaviors = at(path(["output", "cache_behaviors"]), text(&asset.id));
    let expected = |of: &dyn Fn(&CacheBehavior) -> Expression| list(cdn.behaviors.iter().map(of));
    let check = |name: &str, expected: Expression, what: &str| {
        let actual = ForExpr::new("behavior".into(), behaviors.clone(), path(["behavior", name]));
        assert(same(actual, expected), format!("{}: {what} of the cache behaviors", asset.id))
    };
    let id_of = |kind: &'static str, policy: Option<&PolicyRef>| match policy {
        None => Expression::Null,
        Some(PolicyRef::Managed(managed)) => text(managed.id),
        Some(PolicyRef::Own(id)) => get(at(path([kind, "this"]), text(id.key())), "id"),
    };
    vec![
        check("path_pattern", expected(&|b| text_or_null(b.path_pattern.as_deref())), "paths, in order,"),
        check("allowed_methods", expected(&|b| texts(b.allowed_methods.methods().iter().copied())), "methods"),
        check("cached_methods", expected(&|b| texts(b.cached_methods.methods().iter().copied())), "cached methods"),
        check(
            "cache_policy_id",
            expected(&|b| id_of("aws_cloudfront_cache_policy", Some(&b.cache_policy))),
            "cache policies",
        ),
        check(
            "origin_request_policy_id",
            expected(&|b| id_of("aws_cloudfront_origin_request_policy", b.origin_request_policy.as_ref())),
            "origin request policies",
        ),
        check(
            "response_headers_policy_id",
            expected(&|b| id_of("aws_cloudfront_response_headers_policy", b.response_headers_policy.as_ref())),
            "response headers policies",
        ),
    ]
}

fn each_statement(asset: &AssetPlan, label: &str, value: &'static str) -> ForExpr {
    let document = at(path(["data", "aws_iam_policy_document", label]), text(&asset.id));
    ForExpr::new("statement".into(), get(document, "statement"), code(value))
}

/// Without this condition anybody's distribution could read the bucket.
pub(super) fn source_arn(asset: &AssetPlan, label: &str, statements: &[CloudFrontStatement], arn: &str) -> Structure {
    let condition = list([text("StringEquals"), text("AWS:SourceArn"), texts([arn])]);
    assert(
        same(
            each_statement(
                asset,
                label,
                "[for condition in statement.condition : [condition.test, condition.variable, condition.values]]",
            ),
            list(statements.iter().map(|_| list([condition.clone()]))),
        ),
        format!("{}: every statement of the {label} policy is limited to the asset's distribution", asset.id),
    )
}

fn statements(asset: &AssetPlan, label: &str, statements: &[CloudFrontStatement], arn: &str) -> Vec<Structure> {
    let Some(bucket) = asset.bucket().filter(|_| !statements.is_empty()) else { return vec![] };
    let principal = list([text("Service"), texts(["cloudfront.amazonaws.com"])]);
    let granted = list(statements.iter().map(|statement| {
        let resource = match statement.resource {
            StatementResource::Objects => format!("{}/*", bucket.arn()),
            StatementResource::Bucket => bucket.arn(),
            StatementResource::Key => "*".to_owned(),
        };
        list([sorted(&statement.actions), texts([resource])])
    }));
    vec![
        source_arn(asset, label, statements, arn),
        assert(
            same(
                each_statement(
                    asset,
                    label,
                    "[for principal in statement.principals : [principal.type, principal.identifiers]]",
                ),
                list(statements.iter().map(|_| list([principal.clone()]))),
            ),
            format!("{}: only CloudFront is the principal in the {label} policy", asset.id),
        ),
        assert(
            same(each_statement(asset, label, "[sort(statement.actions), statement.resources]"), granted),
            format!("{}: actions and resources of the {label} policy", asset.id),
        ),
    ]
}
