//! Assets to ask: a bucket with rules, and a behaviour in front of it.

use corsynth::aws::managed::{CACHING_DISABLED, CACHING_OPTIMIZED, CORS_S3_ORIGIN, ManagedPolicy};
use corsynth::deployed::{
    Asset, Bucket, CacheBehavior, CachePolicy, CorsConfig, CorsConfiguration, CorsRule, Distribution,
    OriginAccessControl, OriginRequestPolicy, PolicyName, Principal, Provenance, Resource, ResponseHeadersPolicy,
    RuleOrder, Selection, Site, Source, Statement, ViewerProtocolPolicy, managed,
};

pub(super) const A: &str = "https://a.example";
pub(super) const B: &str = "https://b.example";

pub(super) fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

/// A rule that says nothing of ages and exposes nothing.
pub(super) fn rule(origins: &[&str], methods: &[&str], headers: &[&str]) -> CorsRule {
    CorsRule {
        allowed_origins: words(origins),
        allowed_methods: words(methods),
        allowed_headers: words(headers),
        ..CorsRule::default()
    }
}

/// The rule of most cases: two origins read, and may send `x-probe`.
pub(super) fn reads() -> Vec<CorsRule> {
    vec![rule(&[A, B], &["GET", "HEAD"], &["x-probe"])]
}

/// A bucket that lets its own distribution read, with these rules, behind a distribution with this default behaviour.
pub(super) fn asset(rules: Vec<CorsRule>, behavior: CacheBehavior) -> Asset {
    let statement = Statement {
        sid: None,
        allows: true,
        principal: Principal::CloudFront,
        actions: words(&["s3:GetObject", "s3:PutObject"]),
        resources: vec![Resource::Objects],
        source: Source::OwnDistribution,
        other_conditions: Vec::new(),
        site: Site::default(),
    };
    let cors = (!rules.is_empty()).then_some(CorsConfiguration { rules, order: RuleOrder::Kept });
    let oac = OriginAccessControl { name: None, description: None, signs_always: true };
    Asset {
        id: "static".to_owned(),
        bucket: Bucket {
            name: Some("acme-static".to_owned()),
            region: Some("eu-west-1".to_owned()),
            cors,
            policy: Some(vec![statement]),
            ..Bucket::default()
        },
        distribution: Some(Distribution {
            origin_access_control: Some(oac),
            behaviors: vec![behavior],
            complete: true,
            ..Distribution::default()
        }),
        provenance: Provenance::default(),
    }
}

/// A behaviour that takes `GET`, `HEAD` and `OPTIONS`, caches nothing but what `CachingOptimized` does, and forwards
/// nothing.
pub(super) fn plain() -> CacheBehavior {
    CacheBehavior {
        path_pattern: None,
        is_for_this_bucket: true,
        allowed_methods: words(&["GET", "HEAD", "OPTIONS"]),
        cached_methods: words(&["GET", "HEAD"]),
        viewer_protocol_policy: ViewerProtocolPolicy::RedirectToHttps,
        compress: true,
        cache_policy: managed::cache_policy(CACHING_OPTIMIZED.id).unwrap(),
        origin_request_policy: None,
        response_headers_policy: None,
        viewer_request: None,
        viewer_response: None,
        origin_response: None,
        trusted_key_groups: Vec::new(),
        unknown: Vec::new(),
        provenance: Provenance::default(),
        site: Site::default(),
    }
}

/// The same with `CORS-S3Origin`.
pub(super) fn forwarding() -> CacheBehavior {
    CacheBehavior { origin_request_policy: Some(request_policy(CORS_S3_ORIGIN)), ..plain() }
}

/// The same with headers in the cache key.
pub(super) fn keyed(headers: &[&str]) -> CacheBehavior {
    CacheBehavior { cache_policy: key(headers), ..forwarding() }
}

/// The same without a cache.
pub(super) fn uncached() -> CacheBehavior {
    CacheBehavior { cache_policy: managed::cache_policy(CACHING_DISABLED.id).unwrap(), ..forwarding() }
}

/// With a response headers policy.
pub(super) fn with_policy(behavior: CacheBehavior, policy: ResponseHeadersPolicy) -> CacheBehavior {
    CacheBehavior { response_headers_policy: Some(policy), ..behavior }
}

pub(super) fn request_policy(policy: ManagedPolicy) -> OriginRequestPolicy {
    managed::origin_request_policy(policy.id).expect("a managed policy")
}

pub(super) fn key(headers: &[&str]) -> CachePolicy {
    CachePolicy {
        name: PolicyName::Own("own".to_owned()),
        headers: Selection::Whitelist(words(headers)),
        ..managed::cache_policy(CACHING_OPTIMIZED.id).unwrap()
    }
}

/// A policy that overrides the origin: reads by these origins, `x-probe`, no credentials.
pub(super) fn cors(origins: &[&str]) -> CorsConfig {
    CorsConfig {
        allow_origins: words(origins),
        allow_headers: words(&["x-probe"]),
        allow_methods: words(&["GET", "HEAD"]),
        expose_headers: Vec::new(),
        allow_credentials: false,
        max_age_sec: Some(600),
        origin_override: true,
    }
}

pub(super) fn policy(cors: Option<CorsConfig>) -> ResponseHeadersPolicy {
    ResponseHeadersPolicy {
        name: PolicyName::Own("own".to_owned()),
        comment: None,
        cors,
        custom_headers: Vec::new(),
        remove_headers: Vec::new(),
        security_headers: None,
        provenance: Provenance::default(),
        site: Site::default(),
    }
}

/// The policy of most cases: `A` may read.
pub(super) fn edge() -> ResponseHeadersPolicy {
    policy(Some(cors(&[A])))
}
