//! Response headers policies: which origins they let in, and what becomes of the bucket's headers.

use super::estate::{A, B, asset, cors, forwarding, plain, policy, reads, rule, uncached, with_policy, words};
use super::told::{outcome, readings, told};
use corsynth::deployed::{Asset, CorsConfig, CustomHeader, ResponseHeadersPolicy, managed};
use corsynth::simulate::policy::origin_matches;
use corsynth::simulate::{Reading, Readings};

/// Entry, origin, and whether they match: always, never, or by which answer.
const ORIGINS: &[(&str, &str, &str)] = &[
    ("*", "https://a.example", "always"),
    ("https://a.example", "https://a.example", "always"),
    ("https://a.example", "http://a.example", "never"),
    ("https://a.example", "https://a.example:8443", "never"),
    ("http://*.example.org", "http://www.example.org", "always"),
    ("http://*.example.org", "https://www.example.org", "never"),
    ("http://*.example.org", "http://www.example.org:123", "never"),
    ("http://*.example.org", "http://example.org", "never"),
    ("http://*.example.org", "http://a.b.example.org", "policy-wildcard=any-depth"),
    ("*.example.org", "https://www.example.org", "always"),
    ("example.org", "http://example.org", "always"),
    ("example.org", "https://example.org", "always"),
    ("example.org", "https://www.example.org", "never"),
    ("http://example.org:*", "http://example.org", "always"),
    ("http://example.org:*", "http://example.org:81", "always"),
    ("http://example.org:1*3", "http://example.org:1893", "always"),
    ("http://example.org:1*3", "http://example.org:1894", "never"),
    ("capacitor://localhost", "capacitor://localhost", "policy-other-schemes=matched"),
    ("null", "null", "policy-other-schemes=matched"),
    ("https://a.example", "null", "never"),
];

#[test]
fn entries_match_origins_under_every_reading() {
    for wildcard in ["policy-wildcard=any-depth", "policy-wildcard=one-label"] {
        for schemes in ["policy-other-schemes=matched", "policy-other-schemes=ignored"] {
            let readings = readings(&[wildcard, schemes]);
            for (entry, origin, when) in ORIGINS {
                let expected = *when == "always" || *when == wildcard || *when == schemes;
                assert_eq!(origin_matches(entry, origin, &readings), expected, "{entry} {origin} {wildcard} {schemes}");
            }
        }
    }
}

fn changed(change: impl FnOnce(&mut CorsConfig)) -> ResponseHeadersPolicy {
    let mut cors = cors(&[A]);
    change(&mut cors);
    policy(Some(cors))
}

fn managed_policy(id: &str) -> ResponseHeadersPolicy {
    managed::response_headers_policy(id).unwrap()
}

#[test]
fn without_a_bucket_that_speaks_the_policy_decides() {
    const SIMPLE: &str = "60669652-455b-4ae9-85a4-c4c02393f86c";
    const SECURITY: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";
    let silent = |policy| asset(Vec::new(), with_policy(plain(), policy));
    let exposing = || changed(|cors| cors.expose_headers = words(&["ETag", "x-amz-version-id"]));
    let with_credentials = || changed(|cors| cors.allow_credentials = true);
    let cases: &[(Asset, &str, &str)] = &[
        (
            silent(changed(|_| {})),
            "GET /f origin=A",
            "actual miss 200 acao=A vary=Origin -> readable cors-check-passed",
        ),
        (silent(changed(|_| {})), "GET /f origin=B", "actual miss 200 vary=Origin -> blocked allow-origin-missing"),
        (silent(changed(|_| {})), "raw GET /f", "actual miss 200 vary=Origin -> blocked allow-origin-missing"),
        (
            silent(exposing()),
            "GET /f origin=A",
            "actual miss 200 acao=A aceh=ETag,x-amz-version-id vary=Origin -> readable cors-check-passed",
        ),
        (
            silent(with_credentials()),
            "GET /f origin=A include",
            "actual miss 200 acao=A acac=true vary=Origin -> readable cors-check-passed",
        ),
        (
            silent(changed(|_| {})),
            "GET /f origin=A include",
            "actual miss 200 acao=A vary=Origin -> blocked credentials-not-allowed",
        ),
        (silent(managed_policy(SIMPLE)), "GET /f origin=A", "actual miss 200 acao=* -> readable cors-check-passed"),
        (
            silent(managed_policy(SIMPLE)),
            "GET /f origin=A include",
            "actual miss 200 acao=* -> blocked wildcard-with-credentials",
        ),
        // A request without `Origin` learns that the answer depends on it.
        (silent(managed_policy(SIMPLE)), "raw GET /f", "actual miss 200 vary=Origin -> blocked allow-origin-missing"),
        (silent(managed_policy(SECURITY)), "GET /f origin=A", "actual miss 200 -> blocked allow-origin-missing"),
        // An `OPTIONS` that asks for no method is no preflight.
        (
            silent(changed(|_| {})),
            "raw OPTIONS /f origin=A",
            "actual bypass 400 BadRequest acao=A vary=Origin -> readable cors-check-passed",
        ),
    ];
    for (asset, asked, expected) in cases {
        assert_eq!(told(&outcome(asset, &[], asked, &[])), *expected, "{asked}");
    }
}

#[test]
fn an_overriding_policy_replaces_what_it_has_and_leaves_the_rest() {
    let rules = || {
        let mut speaking = rule(&[A, B], &["GET", "PUT"], &["*"]);
        speaking.expose_headers = words(&["x-amz-request-id"]);
        speaking.max_age_seconds = Some(5);
        vec![speaking]
    };
    let with = |change: fn(&mut CorsConfig)| asset(rules(), with_policy(uncached(), changed(change)));
    let cases: &[(Asset, &str, &str)] = &[
        (
            with(|cors| cors.expose_headers = words(&["ETag"])),
            "GET /f origin=A",
            "actual bypass 200 acao=A acac=true acam=GET,PUT aceh=ETag age=5 vary=S3 -> readable cors-check-passed",
        ),
        (
            with(|_| {}),
            "GET /f origin=A",
            "actual bypass 200 acao=A acac=true acam=GET,PUT aceh=x-amz-request-id age=5 vary=S3 -> \
             readable cors-check-passed",
        ),
        // The bucket lets more in than the policy, and is heard.
        (
            with(|_| {}),
            "GET /f origin=B",
            "actual bypass 200 acao=B acac=true acam=GET,PUT aceh=x-amz-request-id age=5 vary=S3 -> \
             readable cors-check-passed",
        ),
        (
            with(|_| {}),
            "raw OPTIONS /f origin=A acrm=PUT acrh=x-other",
            "actual bypass 200 acao=A acac=true acam=GET,HEAD acah=x-probe aceh=x-amz-request-id age=600 vary=S3 -> \
             readable cors-check-passed",
        ),
        (
            with(|cors| {
                cors.allow_methods = words(&["ALL"]);
                cors.allow_headers = Vec::new();
                cors.max_age_sec = None;
            }),
            "raw OPTIONS /f origin=A acrm=PUT acrh=x-other",
            "actual bypass 200 acao=A acac=true acam=DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT acah=x-other \
             aceh=x-amz-request-id age=5 vary=S3 -> readable cors-check-passed",
        ),
        // To everybody the same: no `Vary`, not even the bucket's.
        (
            with(|cors| cors.allow_origins = words(&["*"])),
            "GET /f origin=A",
            "actual bypass 200 acao=* acac=true acam=GET,PUT aceh=x-amz-request-id age=5 -> readable cors-check-passed",
        ),
    ];
    for (asset, asked, expected) in cases {
        assert_eq!(told(&outcome(asset, &[], asked, &[])), *expected, "{asked}");
    }
}

#[test]
fn the_buckets_credentials_survive_or_do_not() {
    let subject = asset(reads(), with_policy(uncached(), changed(|_| {})));
    let line = "GET /f origin=A include";
    let kept = outcome(&subject, &[], line, &["bucket-credentials=kept"]);
    let expected = "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    assert_eq!(told(&kept), expected);
    assert_eq!(kept.consulted, [Reading::BucketCredentials]);
    let replaced = outcome(&subject, &[], line, &["bucket-credentials=replaced"]);
    let expected = "actual bypass 200 acao=A acam=GET,HEAD vary=S3 -> blocked credentials-not-allowed";
    assert_eq!(told(&replaced), expected);
    let silent = asset(Vec::new(), with_policy(plain(), changed(|_| {})));
    assert!(outcome(&silent, &[], line, &[]).consulted.is_empty());
}

#[test]
fn a_policy_that_does_not_override_complements_the_bucket_or_is_silent() {
    let polite = || {
        changed(|cors| {
            cors.origin_override = false;
            cors.expose_headers = words(&["ETag"]);
        })
    };
    let speaking = asset(reads(), with_policy(uncached(), polite()));
    let line = "GET /f origin=A";
    let per_header = outcome(&speaking, &[], line, &["policy-override-off=per-header"]);
    assert_eq!(
        told(&per_header),
        "actual bypass 200 acao=A acac=true acam=GET,HEAD aceh=ETag vary=S3 -> readable cors-check-passed"
    );
    assert_eq!(per_header.consulted, [Reading::PolicyOverrideOff]);
    let nothing = outcome(&speaking, &[], line, &["policy-override-off=all-or-nothing"]);
    assert_eq!(
        told(&nothing),
        "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed"
    );
    // A cached answer to another origin stays, too: the policy is no cure for a wrong key.
    let spoilt = asset(reads(), with_policy(forwarding(), polite()));
    let outcome_of_b = outcome(&spoilt, &["GET /f origin=B"], line, &["policy-override-off=all-or-nothing"]);
    assert_eq!(
        told(&outcome_of_b),
        "actual hit 200 acao=B acac=true acam=GET,HEAD vary=S3 -> blocked allow-origin-differs"
    );
    // Where the bucket says nothing, the policy says all of it under both readings.
    let silent = asset(Vec::new(), with_policy(plain(), polite()));
    let alone = outcome(&silent, &[], line, &[]);
    assert_eq!(told(&alone), "actual miss 200 acao=A aceh=ETag vary=Origin -> readable cors-check-passed");
    assert!(alone.consulted.is_empty());
}

#[test]
fn header_patterns_are_sent_as_they_are_or_echoed() {
    let rules = vec![rule(&[A], &["GET"], &["x-amz-*", "x-probe"])];
    let pattern = changed(|cors| cors.allow_headers = words(&["X-Probe", "x-amz-*"]));
    let subject = asset(rules, with_policy(uncached(), pattern));
    let line = "GET /f origin=A x-amz-date=1 x-probe=1";
    let literal = outcome(&subject, &[], line, &["policy-header-pattern=literal"]);
    let expected = "preflight bypass 200 acao=A acac=true acam=GET,HEAD acah=X-Probe,x-amz-* age=600 vary=S3 -> \
                    blocked header-not-allowed";
    assert_eq!(told(&literal), expected);
    assert!(literal.consulted.contains(&Reading::PolicyHeaderPattern));
    let echoed = outcome(&subject, &[], line, &["policy-header-pattern=echoed"]);
    let expected = "preflight bypass 200 acao=A acac=true acam=GET,HEAD acah=X-Probe,x-amz-date age=600 vary=S3";
    assert_eq!(told(&echoed).split(" -> ").next(), Some(expected));
    assert!(told(&echoed).ends_with("readable cors-check-passed"));
    let plain_name = outcome(&subject, &[], "GET /f origin=A x-probe=1", &[]);
    assert!(!plain_name.consulted.contains(&Reading::PolicyHeaderPattern));
}

#[test]
fn what_managed_policies_expose_and_what_can_be_removed_are_readings() {
    const WITH_PREFLIGHT: &str = "5cc3b908-e619-4b99-88e5-2cf7f45965bd";
    let managed = asset(Vec::new(), with_policy(plain(), managed_policy(WITH_PREFLIGHT)));
    let sent = outcome(&managed, &[], "GET /f origin=A", &["managed-expose=sent"]);
    assert_eq!(sent.exposed_headers, ["*"]);
    assert!(sent.consulted.contains(&Reading::ManagedExpose));
    let kept = outcome(&managed, &[], "GET /f origin=A", &["managed-expose=preflights-only"]);
    assert_eq!(kept.exposed_headers, [""; 0]);
    let own = asset(Vec::new(), with_policy(plain(), changed(|cors| cors.expose_headers = words(&["ETag"]))));
    let own = outcome(&own, &[], "GET /f origin=A", &["managed-expose=preflights-only"]);
    assert_eq!(own.exposed_headers, ["etag"]);
    assert!(!own.consulted.contains(&Reading::ManagedExpose));

    let removing =
        ResponseHeadersPolicy { remove_headers: words(&["Access-Control-Allow-Origin", "Vary"]), ..policy(None) };
    let removing = asset(reads(), with_policy(uncached(), removing));
    for (reading, verdict) in [
        ("cors-removal=removed", "acac=true acam=GET,HEAD -> blocked allow-origin-missing"),
        ("cors-removal=kept", "acao=A acac=true acam=GET,HEAD -> readable cors-check-passed"),
    ] {
        let outcome = outcome(&removing, &[], "GET /f origin=A", &[reading]);
        assert!(told(&outcome).ends_with(verdict), "{}", told(&outcome));
        assert!(outcome.consulted.contains(&Reading::CorsRemoval));
    }
}

#[test]
fn removed_first_then_added() {
    let custom = |header: &str, value: &str, overrides| CustomHeader {
        header: header.to_owned(),
        value: value.to_owned(),
        overrides,
    };
    let with = |policy: ResponseHeadersPolicy| asset(reads(), with_policy(uncached(), policy));
    let removing = |names: &[&str], cors| ResponseHeadersPolicy { remove_headers: words(names), ..policy(cors) };
    let adding = |headers: Vec<CustomHeader>, cors| ResponseHeadersPolicy { custom_headers: headers, ..policy(cors) };
    let vary = |overrides| vec![custom("Vary", "Accept", overrides)];
    let cases: &[(ResponseHeadersPolicy, &str)] = &[
        (
            removing(&["access-control-allow-credentials", "Vary", "X-Missing"], None),
            "acao=A acam=GET,HEAD -> readable cors-check-passed",
        ),
        (
            removing(&["Access-Control-Allow-Origin", "Vary"], Some(cors(&[A]))),
            "acao=A acac=true acam=GET,HEAD vary=Origin -> readable cors-check-passed",
        ),
        (
            adding(vec![custom("X-Robots-Tag", "none", true)], None),
            "acao=A acac=true acam=GET,HEAD vary=S3 x-robots-tag=none -> readable cors-check-passed",
        ),
        (adding(vary(true), None), "acao=A acac=true acam=GET,HEAD vary=Accept -> readable cors-check-passed"),
        (adding(vary(false), None), "acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed"),
        (adding(vary(true), Some(cors(&[A]))), "acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed"),
        (
            adding(vec![custom("access-control-allow-origin", "*", true)], None),
            "acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
    ];
    for (policy, expected) in cases {
        let outcome = outcome(&with(policy.clone()), &[], "GET /f origin=A", &[]);
        assert_eq!(told(&outcome), format!("actual bypass 200 {expected}"), "{policy:?}");
    }
}

#[test]
fn an_origin_decides_by_a_reading_where_the_guide_is_silent() {
    let subject = asset(Vec::new(), with_policy(plain(), policy(Some(cors(&["https://*.a.example"])))));
    let line = "GET /f origin=https://pr.preview.a.example";
    let deep = outcome(&subject, &[], line, &[]);
    assert!(told(&deep).ends_with("readable cors-check-passed"), "{}", told(&deep));
    assert_eq!(deep.consulted, [Reading::PolicyWildcard]);
    let one = outcome(&subject, &[], line, &["policy-wildcard=one-label"]);
    assert_eq!(told(&one), "actual miss 200 vary=Origin -> blocked allow-origin-missing");
    assert_eq!(Readings::default().unusual(), []);
}
