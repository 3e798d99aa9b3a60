//! Errors where a function speaks: a policy beneath it lets exactly those read them who are granted the path, or the intent is
//! refused; and what is changed of that is refuted.

use super::functions::{behaviors, compiled, refuted};
use super::vocabulary;
use corsynth::deployed::{CorsConfig, Deployed};
use corsynth::prove::{Kind, prove};
use corsynth::simulate::{Asked, Decision, Door, Outcome, PageRequest, Readings, Scenario, Url, simulate_readings};
use serde_json::json;

/// Two grants on one path that differ in all that may differ.
const DIFFERING: &str = "  - { from: site, to: files, use: fetch, request-headers: [x-id], expose: [etag, x-amz-version-id] }\n  - { \
                         from: shop, to: files, use: fonts, expose: [etag], preflight-cache: 5m }\n";

type Change = fn(&mut CorsConfig);

fn policy(deployed: &mut Deployed) -> &mut CorsConfig {
    behaviors(deployed)[0].response_headers_policy.as_mut().unwrap().cors.as_mut().unwrap()
}

/// What becomes of a `GET` for an object that is not there, under every reading that has a say.
fn errors(deployed: &Deployed, origin: &str) -> Vec<Outcome> {
    let asset = &deployed.assets[0];
    let asked = Asked::Page(PageRequest {
        origin: origin.to_owned(),
        method: "GET".to_owned(),
        url: Url::new(asset, Door::Distribution, "/gone"),
        headers: Vec::new(),
        credentials: corsynth::fetch::CredentialsMode::SameOrigin,
        use_cors_preflight: false,
    });
    let scenario = Scenario { given: Vec::new(), asked, object_exists: false, first_rule: None };
    let outcomes = simulate_readings(asset, &scenario, &Readings::default(), &[], false);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

#[test]
fn a_policy_beneath_a_function_lets_exactly_those_read_errors_who_are_granted_the_path() {
    let (intent, mut right) = compiled("cdn: { authority: function, readable-errors: true }", DIFFERING);
    let proof = prove(&intent, &right);
    assert!(proof.is_proved(), "{proof:#?}");
    for (origin, readable) in
        [("https://www.acme.example", true), ("https://shop.acme.example", true), ("https://stranger.example", false)]
    {
        for outcome in errors(&right, origin) {
            assert_eq!(outcome.verdict.decision == Decision::Readable, readable, "{origin}: {outcome:?}");
            assert_eq!(outcome.exchanges.last().unwrap().response.status, 403, "{origin}");
            assert!(!outcome.exposed_headers.iter().any(|name| name == "x-amz-version-id"), "{outcome:?}");
        }
    }
    let said = policy(&mut right);
    assert_eq!(said.allow_origins, ["https://shop.acme.example", "https://www.acme.example"]);
    assert_eq!(said.expose_headers.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>(), ["etag"]);
    assert!(!said.origin_override && !said.allow_credentials);
}

#[test]
fn without_the_word_nobody_reads_errors_where_a_function_speaks() {
    let (intent, right) = compiled("cdn: { authority: function }", DIFFERING);
    assert!(prove(&intent, &right).is_proved());
    assert!(behaviors(&mut right.clone())[0].response_headers_policy.is_none());
    let read = errors(&right, "https://www.acme.example");
    assert!(read.iter().all(|outcome| outcome.verdict.decision == Decision::Blocked), "{read:?}");
}

#[test]
fn what_is_changed_of_a_policy_beneath_a_function_is_refuted() {
    let (intent, right) = compiled("cdn: { authority: function, readable-errors: true }", DIFFERING);
    let changes: [(&str, Kind, Change); 5] = [
        ("anyone", Kind::OverGrant, |said| said.allow_origins = vec!["*".to_owned()]),
        ("an origin more", Kind::OverGrant, |said| said.allow_origins.push("https://stranger.example".to_owned())),
        ("an origin less", Kind::UnderGrant, |said| drop(said.allow_origins.pop())),
        ("a header more", Kind::OverGrant, |said| said.expose_headers.push("x-amz-version-id".to_owned())),
        ("cookies", Kind::OverGrant, |said| said.allow_credentials = true),
    ];
    for (about, kind, change) in changes {
        let mut wrong = right.clone();
        change(policy(&mut wrong));
        refuted(&intent, &wrong, kind, about);
    }
    let mut without = right.clone();
    behaviors(&mut without)[0].response_headers_policy = None;
    refuted(&intent, &without, Kind::UnderGrant, "no policy");
    // The leak is one without the word as well, which the errors of other paths cannot show.
    let (plain, mut open) = compiled("cdn: { authority: function }", DIFFERING);
    let mut policy_of_all = behaviors(&mut right.clone())[0].response_headers_policy.clone().unwrap();
    policy_of_all.cors.as_mut().unwrap().allow_origins = vec!["*".to_owned()];
    behaviors(&mut open)[0].response_headers_policy = Some(policy_of_all);
    refuted(&plain, &open, Kind::OverGrant, "errors that anybody reads");
}

/// A function that speaks for all errors of a policy is replaced wherever the policy is applied to what functions answer.
#[test]
fn a_policy_beneath_a_function_that_overrides_it_is_refuted() {
    let (intent, mut wrong) = compiled("cdn: { authority: function, readable-errors: true }", DIFFERING);
    policy(&mut wrong).origin_override = true;
    refuted(&intent, &wrong, Kind::UnderGrant, "preflights by the policy");
}

#[test]
fn cookies_go_along_with_errors_where_all_are_granted_them() {
    let intent = json!({
        "version": 1, "name": "acme",
        "assets": { "files": { "origin": "https://files.acme-hosting.example",
            "cdn": { "authority": "function", "readable-errors": true } } },
        "frontends": { "site": "https://www.acme.example", "shop": "https://shop.acme.example" },
        "allow": [
            { "from": "site", "to": "files", "use": "fetch", "credentials": "cookies" },
            { "from": "shop", "to": "files", "use": "fetch", "expose": ["x-total"], "credentials": "cookies" },
        ],
    });
    let made = vocabulary::compiled(&intent);
    let errors: Vec<_> = made.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    let plan = made.plan.unwrap_or_else(|| panic!("{errors:?}"));
    let (intent, right) = (made.intent.unwrap(), Deployed::from(&plan));
    let proof = prove(&intent, &right);
    assert!(proof.is_proved(), "{proof:#?}");
    let mut wrong = right.clone();
    policy(&mut wrong).allow_credentials = false;
    refuted(&intent, &wrong, Kind::UnderGrant, "cookies on errors");
}
