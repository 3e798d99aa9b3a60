//! Behaviours, caches and forwarding: what becomes of a request behind a distribution, told in one line.

use super::estate::{
    A, asset, cors, edge, forwarding, key, keyed, plain, policy, reads, request_policy, rule, uncached, with_policy,
    words,
};
use super::told::{outcome, scenario, told};
use corsynth::aws::managed::{ALL_VIEWER_EXCEPT_HOST_HEADER, ManagedPolicy};
use corsynth::deployed::{Asset, CacheBehavior, OriginAccessControl, Source, ViewerProtocolPolicy};
use corsynth::simulate::{Door, Reading, Readings, default_door, simulate};

const CORS_CUSTOM_ORIGIN: ManagedPolicy =
    ManagedPolicy { name: "CORS-CustomOrigin", id: "59781a5b-3903-41f3-afcb-af62929ccde1" };
const ALL_VIEWER: ManagedPolicy = ManagedPolicy { name: "AllViewer", id: "216adef6-5c7f-47e4-b989-5492eafa07d3" };
const THREE: &[&str] = &["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"];

/// What is there, the history, what is asked, and what becomes of it.
type Case = (Asset, &'static [&'static str], &'static str, &'static str);

#[track_caller]
fn hold(cases: &[Case]) {
    for (asset, given, asked, expected) in cases {
        assert_eq!(told(&outcome(asset, given, asked, &[])), *expected, "{given:?} {asked}");
    }
}

fn options_cached(behavior: CacheBehavior) -> CacheBehavior {
    CacheBehavior { cached_methods: words(&["GET", "HEAD", "OPTIONS"]), ..behavior }
}

#[test]
fn what_is_forwarded_and_not_keyed_goes_to_everybody() {
    let managed = || asset(reads(), forwarding());
    let origin_keyed = || asset(reads(), keyed(&["Origin"]));
    hold(&[
        (
            managed(),
            &[],
            "GET /f origin=A",
            "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (
            managed(),
            &["GET /f origin=B"],
            "GET /f origin=A",
            "actual hit 200 acao=B acac=true acam=GET,HEAD vary=S3 -> blocked allow-origin-differs",
        ),
        (managed(), &["GET /f"], "GET /f origin=A", "actual hit 200 -> blocked allow-origin-missing"),
        (
            managed(),
            &["GET /other", "OPTIONS /f origin=B acrm=GET"],
            "GET /f origin=A",
            "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (
            origin_keyed(),
            &["GET /f origin=B", "GET /f"],
            "GET /f origin=A",
            "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (
            origin_keyed(),
            &["GET /f origin=A"],
            "GET /f origin=A",
            "actual hit 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        // Not a browser: S3 takes the header for the method, on every request.
        (
            origin_keyed(),
            &["GET /f origin=A acrm=PUT"],
            "GET /f origin=A",
            "actual hit 200 -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), keyed(THREE)),
            &["GET /f origin=A acrm=PUT"],
            "GET /f origin=A",
            "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (
            asset(reads(), uncached()),
            &["GET /f origin=B"],
            "GET /f origin=A",
            "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (asset(reads(), plain()), &[], "GET /f origin=A", "actual miss 200 -> blocked allow-origin-missing"),
        // The edge speaks to the viewer of a cached answer, so nobody spoils it.
        (
            asset(Vec::new(), with_policy(plain(), edge())),
            &["GET /f origin=B", "GET /f"],
            "GET /f origin=A",
            "actual hit 200 acao=A vary=Origin -> readable cors-check-passed",
        ),
    ]);
}

#[test]
fn preflights_need_the_bucket_and_all_three_headers() {
    let custom_origin = CacheBehavior { origin_request_policy: Some(request_policy(CORS_CUSTOM_ORIGIN)), ..plain() };
    let deaf = || CacheBehavior { allowed_methods: words(&["GET", "HEAD"]), ..forwarding() };
    let passed = "preflight bypass 200 acao=A acac=true acam=GET,HEAD acah=x-probe vary=S3 -> \
                  actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    hold(&[
        (asset(reads(), forwarding()), &[], "GET /f origin=A x-probe=1", passed),
        (
            asset(Vec::new(), with_policy(forwarding(), edge())),
            &[],
            "GET /f origin=A x-probe=1",
            "preflight bypass 403 AccessForbidden acao=A acam=GET,HEAD acah=x-probe age=600 vary=Origin -> \
             blocked preflight-status",
        ),
        (
            asset(reads(), plain()),
            &[],
            "GET /f origin=A x-probe=1",
            "preflight bypass 400 BadRequest -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), custom_origin),
            &[],
            "GET /f origin=A x-probe=1",
            "preflight bypass 400 BadRequest -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), deaf()),
            &[],
            "GET /f origin=A x-probe=1",
            "preflight bypass 403 MethodNotAllowedByBehavior by-cloudfront -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), forwarding()),
            &[],
            "GET /f origin=A x-probe=1 http",
            "preflight bypass 307 by-cloudfront location=https://static.cdn.invalid/f -> blocked preflight-redirected",
        ),
        // Answers to preflights are not cached here, and are refused ones nowhere.
        (asset(reads(), forwarding()), &["OPTIONS /f origin=B acrm=GET"], "GET /f origin=A x-probe=1", passed),
    ]);
}

#[test]
fn cached_preflights_need_all_three_headers_in_the_key() {
    let rules = || vec![rule(&[A], &["GET"], &["x-probe"]), rule(&[A], &["PUT"], &["content-type"])];
    let spoilt: &[&str] = &["OPTIONS /f origin=A acrm=PUT acrh=content-type"];
    hold(&[
        (
            asset(rules(), options_cached(keyed(&["Origin"]))),
            spoilt,
            "GET /f origin=A x-probe=1",
            "preflight hit 200 acao=A acac=true acam=PUT acah=content-type vary=S3 -> blocked header-not-allowed",
        ),
        (
            asset(rules(), options_cached(keyed(THREE))),
            spoilt,
            "GET /f origin=A x-probe=1",
            "preflight miss 200 acao=A acac=true acam=GET acah=x-probe vary=S3 -> \
             actual miss 200 acao=A acac=true acam=GET vary=S3 -> readable cors-check-passed",
        ),
        // A refusal is a 403 without `Cache-Control`, which is not kept.
        (
            asset(rules(), options_cached(keyed(&["Origin"]))),
            &["OPTIONS /f origin=A acrm=PUT acrh=x-other"],
            "GET /f origin=A x-probe=1",
            "preflight miss 200 acao=A acac=true acam=GET acah=x-probe vary=S3 -> \
             actual miss 200 acao=A acac=true acam=GET vary=S3 -> readable cors-check-passed",
        ),
    ]);
}

#[test]
fn head_serves_get_or_does_not() {
    let subject = asset(reads(), forwarding());
    let given: &[&str] = &["HEAD /f"];
    let shared = outcome(&subject, given, "GET /f origin=A", &["head-and-get=shared"]);
    assert_eq!(told(&shared), "actual hit 200 -> blocked allow-origin-missing");
    let separate = outcome(&subject, given, "GET /f origin=A", &["head-and-get=separate"]);
    let expected = "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    assert_eq!(told(&separate), expected);
    assert_eq!(separate.consulted, [Reading::HeadAndGet]);
    assert!(outcome(&subject, &["GET /f"], "GET /f origin=A", &[]).consulted.is_empty());
}

#[test]
fn hosts_custom_headers_and_authorization_reach_the_bucket_or_do_not() {
    let behind = |policy| CacheBehavior { origin_request_policy: Some(request_policy(policy)), ..uncached() };
    let everybody = || vec![rule(&["*"], &["GET"], &[])];
    let mut fixed = asset(everybody(), plain());
    if let Some(distribution) = &mut fixed.distribution {
        distribution.origin_custom_headers = vec![("Origin".to_owned(), "https://fixed.example".to_owned())];
    }
    hold(&[
        (
            asset(reads(), behind(ALL_VIEWER)),
            &[],
            "GET /f origin=A",
            "actual bypass 403 AccessDenied -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), behind(ALL_VIEWER_EXCEPT_HOST_HEADER)),
            &[],
            "GET /f origin=A",
            "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (
            asset(reads(), CacheBehavior { cache_policy: key(&["host", "origin"]), ..plain() }),
            &[],
            "GET /f origin=A",
            "actual miss 403 AccessDenied -> blocked allow-origin-missing",
        ),
        (fixed, &["GET /f"], "GET /f origin=A", "actual hit 200 acao=* acam=GET vary=S3 -> readable cors-check-passed"),
    ]);
}

#[test]
fn origins_of_nobody_and_protocols() {
    let with = |viewer_protocol_policy| CacheBehavior { viewer_protocol_policy, ..uncached() };
    hold(&[
        (
            asset(reads(), uncached()),
            &[],
            "raw HEAD /f?v=1 http",
            "actual bypass 301 by-cloudfront location=https://static.cdn.invalid/f?v=1 -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), with(ViewerProtocolPolicy::HttpsOnly)),
            &[],
            "raw GET /f http origin=A",
            "actual bypass 403 HttpsOnly by-cloudfront -> blocked allow-origin-missing",
        ),
        (
            asset(reads(), with(ViewerProtocolPolicy::AllowAll)),
            &[],
            "raw GET /f http origin=A",
            "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
    ]);
}

#[test]
fn a_foreign_distribution_is_let_in_by_the_bucket_or_is_not() {
    let mut open = asset(reads(), plain());
    for statement in open.bucket.policy.iter_mut().flatten() {
        statement.source = Source::Any;
    }
    hold(&[
        (
            open,
            &[],
            "GET /f origin=A foreign",
            "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (
            asset(reads(), plain()),
            &[],
            "GET /f origin=A foreign",
            "actual bypass 403 AccessDenied acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
    ]);
}

#[test]
fn unsigned_requests_are_refused() {
    let mut unsigned = asset(reads(), uncached());
    if let Some(distribution) = &mut unsigned.distribution {
        distribution.origin_access_control = None;
    }
    let refused = "actual bypass 403 AccessDenied acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    assert_eq!(told(&outcome(&unsigned, &[], "GET /f origin=A", &[])), refused);
    if let Some(distribution) = &mut unsigned.distribution {
        let oac = OriginAccessControl { name: None, description: None, signs_always: false };
        distribution.origin_access_control = Some(oac);
    }
    assert_eq!(told(&outcome(&unsigned, &[], "GET /f origin=A", &[])), refused);
}

#[test]
fn what_is_not_modelled_is_said() {
    let mut attached = asset(reads(), CacheBehavior { path_pattern: Some("/fonts/*".to_owned()), ..forwarding() });
    if let Some(distribution) = &mut attached.distribution {
        distribution.complete = false;
    }
    let elsewhere = asset(reads(), CacheBehavior { is_for_this_bucket: false, ..forwarding() });
    let function = vec!["a function on `viewer-request`".to_owned()];
    let unknown = asset(reads(), CacheBehavior { unknown: function, ..forwarding() });
    for (asset, path, message) in [
        (&attached, "/f", "the path `/f` belongs to the distribution's owner"),
        (&elsewhere, "/f", "the default cache behaviour leads to another origin than this bucket"),
        (&unknown, "/f", "the default cache behaviour has a function on `viewer-request`"),
    ] {
        let scenario = scenario(asset, &[], &format!("GET {path} origin=A"));
        let outcome = simulate(asset, &scenario, &Readings::default(), true);
        assert_eq!(told(&outcome), "actual bypass 200 NotModelled by-cloudfront -> unknown not-modelled");
        assert_eq!(outcome.verdict.message, message);
    }
    let inside = "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    assert_eq!(told(&outcome(&attached, &[], "GET /fonts/f origin=A", &[])), inside);
}

#[test]
fn the_first_behaviour_that_fits_decides() {
    let pattern = |pattern: &str, behavior| CacheBehavior { path_pattern: Some(pattern.to_owned()), ..behavior };
    let mut subject = asset(reads(), uncached());
    if let Some(distribution) = &mut subject.distribution {
        let open = with_policy(plain(), policy(Some(cors(&["*"]))));
        distribution.behaviors.insert(0, pattern("fonts/*.woff2", open));
        distribution.behaviors.insert(1, pattern("/fonts/*", plain()));
    }
    for (path, expected) in [
        ("/fonts/a.woff2", "actual miss 200 acao=* -> readable cors-check-passed"),
        ("/fonts/a.woff2?v=1", "actual miss 200 acao=* -> readable cors-check-passed"),
        ("/fonts/a.ttf", "actual miss 200 -> blocked allow-origin-missing"),
        ("/a", "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed"),
    ] {
        assert_eq!(told(&outcome(&subject, &[], &format!("GET {path} origin=A"), &[])), expected, "{path}");
    }
}

#[test]
fn the_query_is_in_the_key_when_the_policy_takes_it() {
    let mut taking = forwarding();
    taking.cache_policy.query_strings = corsynth::deployed::Selection::Whitelist(words(&["v"]));
    let hit = "actual hit 200 -> blocked allow-origin-missing";
    let miss = "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    hold(&[
        (asset(reads(), forwarding()), &["GET /f?v=1"], "GET /f?v=2 origin=A", hit),
        (asset(reads(), taking.clone()), &["GET /f?v=1"], "GET /f?v=2 origin=A", miss),
        (asset(reads(), taking), &["GET /f?v=1&w=1"], "GET /f?w=2&v=1 origin=A", hit),
    ]);
}

#[test]
fn reads_knock_at_the_distribution_and_uploads_where_they_are_taken() {
    let reading = asset(reads(), plain());
    let all = words(&["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]);
    let taking = asset(reads(), CacheBehavior { allowed_methods: all, ..plain() });
    let lone = Asset { distribution: None, ..reading.clone() };
    for (asset, method, door) in [
        (&reading, "GET", Door::Distribution),
        (&reading, "HEAD", Door::Distribution),
        (&reading, "OPTIONS", Door::Distribution),
        (&reading, "PUT", Door::Bucket),
        (&taking, "PUT", Door::Distribution),
        (&taking, "QUERY", Door::Bucket),
        (&lone, "GET", Door::Bucket),
    ] {
        assert_eq!(default_door(asset, method, "/f"), door, "{method}");
    }
}

#[test]
fn every_step_says_what_why_and_where_that_is_written() {
    let subject = asset(reads(), with_policy(keyed(&["Origin"]), edge()));
    let scenario = scenario(&subject, &[], "GET /f origin=A x-probe=1");
    let outcome = simulate(&subject, &scenario, &Readings::default(), true);
    let steps = outcome.exchanges.iter().flat_map(|exchange| &exchange.steps);
    let edge: Vec<_> = steps.filter(|step| step.by == corsynth::simulate::Party::CloudFront).collect();
    for step in &edge {
        assert!(step.source.starts_with("https://docs.aws.amazon.com/"), "{step:?}");
        assert!(!step.what.ends_with('.') && !step.because.is_empty(), "{step:?}");
    }
    for expected in [
        "takes the default cache behaviour; `/f` falls to it",
        "lets the method `OPTIONS` pass; allowed methods: GET, HEAD, OPTIONS",
        "does not ask the cache; answers to `OPTIONS` are not cached here",
        "forwards `Origin: https://a.example`; it is in the cache key",
        "forwards `Access-Control-Request-Headers: x-probe`; the origin request policy takes it",
        "lets `https://a.example` in; the policy's entry `https://a.example` matches",
        "sets `Access-Control-Max-Age: 600`; the policy overrides the origin",
        "finds nothing in the cache; the key is path `/f`, `Origin: https://a.example`",
        "leaves the bucket's `Access-Control-Allow-Credentials`; reading `bucket-credentials`",
    ] {
        let found = edge.iter().any(|step| format!("{}; {}", step.what, step.because) == expected);
        assert!(found, "no step says `{expected}`: {edge:#?}");
    }
    let silent = simulate(&subject, &scenario, &Readings::default(), false);
    assert!(silent.exchanges.iter().all(|exchange| exchange.steps.is_empty()));
}
