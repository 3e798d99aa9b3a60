//! What the policies that AWS manages say, by id.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>,
//! `using-managed-origin-request-policies.html` and `using-managed-response-headers-policies.html` there.

use super::{
    CachePolicy, CorsConfig, OriginRequestPolicy, PolicyName, Provenance, ResponseHeadersPolicy, Selection, Site,
};
use crate::aws::cloudfront::SecurityHeaders;

fn list(names: &[&str]) -> Selection {
    if names.is_empty() {
        Selection::None
    } else {
        Selection::Whitelist(names.iter().map(|&name| name.to_owned()).collect())
    }
}

/// The managed cache policy with this id.
pub fn cache_policy(id: &str) -> Option<CachePolicy> {
    const YEAR: u64 = 31_536_000;
    const USE_ORIGIN: &[&str] = &["Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];
    const MANIFEST: &[&str] = &["aws.manifestfilter", "start", "end", "m"];
    let all = || Selection::All;
    let none = || Selection::None;
    let (ttl, headers, query_strings, cookies, gzip, brotli) = match id {
        // CachingOptimized
        "658327ea-f89d-4fab-a63d-7e88639e58f6" => ((1, 86_400, YEAR), none(), none(), none(), true, true),
        // CachingDisabled
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" => ((0, 0, 0), none(), none(), none(), false, false),
        // CachingOptimizedForUncompressedObjects
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d" => ((1, 86_400, YEAR), none(), none(), none(), false, false),
        // Elemental-MediaPackage
        "08627262-05a9-4f76-9ded-b50ca2e3a84f" => {
            ((0, 86_400, YEAR), list(&["Origin"]), list(MANIFEST), none(), true, false)
        }
        // Amplify
        "2e54312d-136d-493c-8eb9-b001f22f67d2" => {
            ((2, 2, 600), list(&["Authorization", "CloudFront-Viewer-Country", "Host"]), all(), all(), true, true)
        }
        // UseOriginCacheControlHeaders
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65" => ((0, 0, YEAR), list(USE_ORIGIN), none(), all(), true, true),
        // UseOriginCacheControlHeaders-QueryStrings
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe" => ((0, 0, YEAR), list(USE_ORIGIN), all(), all(), true, true),
        _ => return None,
    };
    let (min_ttl, default_ttl, max_ttl) = ttl;
    Some(CachePolicy {
        name: PolicyName::Managed(id.to_owned()),
        comment: None,
        min_ttl,
        default_ttl,
        max_ttl,
        gzip,
        brotli,
        headers,
        cookies,
        query_strings,
        provenance: Provenance::default(),
        site: Site::default(),
    })
}

/// The managed origin request policy with this id.
pub fn origin_request_policy(id: &str) -> Option<OriginRequestPolicy> {
    let all = || Selection::All;
    let none = || Selection::None;
    let (headers, query_strings, cookies) = match id {
        // CORS-S3Origin
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" => {
            (list(&["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"]), none(), none())
        }
        // CORS-CustomOrigin
        "59781a5b-3903-41f3-afcb-af62929ccde1" => (list(&["Origin"]), none(), none()),
        // AllViewer
        "216adef6-5c7f-47e4-b989-5492eafa07d3" => (all(), all(), all()),
        // AllViewerExceptHostHeader
        "b689b0a8-53d0-40ab-baf2-68738e2966ac" => (Selection::AllExcept(vec!["Host".to_owned()]), all(), all()),
        // AllViewerAndCloudFrontHeaders-2022-06: the names of CloudFront's own headers have no say in CORS.
        "33f36d7e-f396-46d9-90e0-52428a34d9dc" => (Selection::AllAndCloudFront(Vec::new()), all(), all()),
        // Elemental-MediaTailor-PersonalizedManifests
        "775133bc-15f2-49f9-abea-afb2e0bf67d2" => (
            list(&[
                "Origin",
                "Access-Control-Request-Headers",
                "Access-Control-Request-Method",
                "User-Agent",
                "X-Forwarded-For",
            ]),
            all(),
            none(),
        ),
        // UserAgentRefererHeaders
        "acba4595-bd28-49b8-b9fe-13317c0390fa" => (list(&["User-Agent", "Referer"]), none(), none()),
        // HostHeaderOnly
        "bf0718e1-ba1e-49d1-88b1-f726733018ae" => (list(&["Host"]), none(), none()),
        _ => return None,
    };
    Some(OriginRequestPolicy {
        name: PolicyName::Managed(id.to_owned()),
        comment: None,
        headers,
        cookies,
        query_strings,
        provenance: Provenance::default(),
        site: Site::default(),
    })
}

/// The managed response headers policy with this id. All of them say `OriginOverride: false`, and none has a list of
/// request headers or an age for preflights.
pub fn response_headers_policy(id: &str) -> Option<ResponseHeadersPolicy> {
    const ALL: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let cors = |methods: &[&str], expose: &[&str]| {
        Some(CorsConfig {
            allow_origins: words(&["*"]),
            allow_headers: Vec::new(),
            allow_methods: words(methods),
            expose_headers: words(expose),
            allow_credentials: false,
            max_age_sec: None,
            origin_override: false,
        })
    };
    let (cors, secure) = match id {
        // SimpleCORS
        "60669652-455b-4ae9-85a4-c4c02393f86c" => (cors(&[], &[]), false),
        // CORS-With-Preflight
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd" => (cors(ALL, &["*"]), false),
        // SecurityHeadersPolicy
        "67f7725c-6f97-4210-82d7-5512b31e9d03" => (None, true),
        // CORS-and-SecurityHeadersPolicy
        "e61eb60c-9c35-4d20-a928-2b84e02af89c" => (cors(&[], &[]), true),
        // CORS-with-preflight-and-SecurityHeadersPolicy
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63" => (cors(ALL, &["*"]), true),
        _ => return None,
    };
    Some(ResponseHeadersPolicy {
        name: PolicyName::Managed(id.to_owned()),
        comment: None,
        cors,
        custom_headers: Vec::new(),
        remove_headers: Vec::new(),
        security_headers: secure.then(SecurityHeaders::managed),
        provenance: Provenance::default(),
        site: Site::default(),
    })
}
