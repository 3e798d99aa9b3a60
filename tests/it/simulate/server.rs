//! A server that keeps its contract.

use corsynth::deployed::{
    Asset, Bucket, CacheBehavior, CachePolicy, CorsConfiguration, CorsRule, CustomOrigin, Distribution, Provenance,
    RuleOrder, managed,
};
use corsynth::simulate::{
    Asked, Door, HttpRequest, HttpResponse, Party, Reading, Readings, Scenario, Url, default_door, simulate,
};

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

/// A server behind a distribution that caches nothing and forwards everything.
fn asset() -> Asset {
    let rule = |origins: &[&str], methods: &[&str], headers: &[&str], allow_credentials| CorsRule {
        allowed_origins: words(origins),
        allowed_methods: words(methods),
        allowed_headers: words(headers),
        expose_headers: words(&["x-total"]),
        max_age_seconds: Some(600),
        allow_credentials,
        ..CorsRule::default()
    };
    let contract = CorsConfiguration {
        rules: vec![
            rule(&["https://*.acme.example"], &["GET", "HEAD"], &["x-*"], false),
            rule(&["https://desk.example"], &["GET", "PATCH"], &["content-type", "authorization"], true),
            rule(&["*"], &["GET"], &["*"], false),
        ],
        order: RuleOrder::Kept,
    };
    let behavior = CacheBehavior {
        path_pattern: None,
        is_for_this_bucket: true,
        allowed_methods: words(&["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]),
        cached_methods: words(&["GET", "HEAD"]),
        viewer_protocol_policy: corsynth::deployed::ViewerProtocolPolicy::RedirectToHttps,
        compress: true,
        cache_policy: CachePolicy::nothing_cached(),
        origin_request_policy: managed::origin_request_policy("b689b0a8-53d0-40ab-baf2-68738e2966ac"),
        response_headers_policy: None,
        viewer_request: None,
        viewer_response: None,
        origin_response: None,
        trusted_key_groups: Vec::new(),
        unknown: Vec::new(),
        provenance: Provenance::default(),
        site: corsynth::deployed::Site::default(),
    };
    Asset {
        id: "api".to_owned(),
        bucket: Bucket::default(),
        distribution: Some(Distribution {
            custom_origin: Some(CustomOrigin { domain_name: "api.internal.example".into(), https_port: 443, contract }),
            behaviors: vec![behavior],
            complete: true,
            ..Distribution::default()
        }),
        provenance: Provenance::default(),
    }
}

fn asked(asset: &Asset, readings: &Readings, method: &str, headers: &[(&str, &str)]) -> HttpResponse {
    let url = Url::new(asset, Door::Distribution, "/a");
    let request = HttpRequest {
        method: method.into(),
        url,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let scenario = Scenario { given: Vec::new(), asked: Asked::Raw(request), object_exists: true, first_rule: None };
    let outcome = simulate(asset, &scenario, readings, true);
    outcome.exchanges.last().unwrap().response.clone()
}

#[test]
fn the_first_rule_of_the_contract_decides() {
    let (asset, readings) = (asset(), Readings::default());
    let answer = |method: &str, origin: &str| asked(&asset, &readings, method, &[("Origin", origin)]);
    let header = |response: &HttpResponse, name: &str| response.headers.get(name);

    let read = answer("GET", "https://www.acme.example");
    assert_eq!((read.status, read.by), (200, Party::Server));
    assert_eq!(header(&read, "Access-Control-Allow-Origin").as_deref(), Some("https://www.acme.example"));
    assert_eq!(header(&read, "Access-Control-Allow-Credentials"), None);
    assert_eq!(header(&read, "Access-Control-Expose-Headers").as_deref(), Some("x-total"));
    assert_eq!(header(&read, "Access-Control-Allow-Methods"), None, "on preflights only");

    let with_cookies = answer("PATCH", "https://desk.example");
    assert_eq!(header(&with_cookies, "Access-Control-Allow-Credentials").as_deref(), Some("true"));
    let anyone = answer("GET", "https://stranger.example");
    assert_eq!(header(&anyone, "Access-Control-Allow-Origin").as_deref(), Some("*"));
    // Whoever gets nothing gets a `Vary`, unlike from S3.
    for silent in [answer("PATCH", "https://stranger.example"), asked(&asset, &readings, "GET", &[])] {
        assert_eq!(header(&silent, "Access-Control-Allow-Origin"), None);
        assert_eq!(header(&silent, "Vary").as_deref(), Some("Origin"));
    }
    // What a preflight asks for counts on preflights only.
    let odd = [("Origin", "https://www.acme.example"), ("Access-Control-Request-Method", "PUT")];
    assert!(asked(&asset, &readings, "GET", &odd).headers.contains("Access-Control-Allow-Origin"));
}

#[test]
fn preflights_are_answered_by_a_rule_or_refused() {
    let (asset, readings) = (asset(), Readings::default());
    let preflight = |origin: &str, method: &str, names: &str| {
        let headers =
            [("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", names)];
        asked(&asset, &readings, "OPTIONS", &headers)
    };
    let passed = preflight("https://desk.example", "PATCH", "authorization,content-type");
    assert_eq!(passed.status, 204);
    for (name, value) in [
        ("Access-Control-Allow-Origin", "https://desk.example"),
        ("Access-Control-Allow-Methods", "GET, PATCH"),
        ("Access-Control-Allow-Headers", "authorization, content-type"),
        ("Access-Control-Max-Age", "600"),
        ("Access-Control-Allow-Credentials", "true"),
    ] {
        assert_eq!(passed.headers.get(name).as_deref(), Some(value), "{name}");
    }
    for (origin, method, names) in [
        ("https://stranger.example", "PATCH", ""),
        ("https://desk.example", "DELETE", ""),
        ("https://desk.example", "PATCH", "x-trace"),
        // `*` does not cover it.
        ("https://stranger.example", "GET", "authorization"),
    ] {
        let refused = preflight(origin, method, names);
        assert_eq!(refused.status, 403, "{origin} {method} {names}");
        assert!(!refused.headers.contains("Access-Control-Allow-Origin"));
    }
}

#[test]
fn options_that_is_no_preflight_is_a_matter_of_the_server() {
    let asset = asset();
    let answer = |readings: &Readings| asked(&asset, readings, "OPTIONS", &[("Origin", "https://desk.example")]);
    let favoured = Readings::default();
    assert_eq!(answer(&favoured).status, 405);
    assert_eq!(answer(&favoured.with(Reading::ServerOptions, "answered").unwrap()).status, 200);
}

#[test]
fn there_is_no_way_past_the_distribution() {
    for method in ["GET", "PUT", "PROPFIND"] {
        assert_eq!(default_door(&asset(), method, "/a"), Door::Distribution);
    }
}
