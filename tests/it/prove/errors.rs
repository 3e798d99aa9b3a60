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
type ChangeOfLambda = fn(&mut corsynth::deployed::CorsFunction);

fn policy(deployed: &mut Deployed) -> &mut CorsConfig {
    behaviors(deployed)[0].response_headers_policy.as_mut().unwrap().cors.as_mut().unwrap()
}

/// What becomes of a `GET` for an object that is not there, under every reading that has a say.
fn errors(deployed: &Deployed, origin: &str) -> Vec<Outcome> {
    let asset = &deployed.assets[0];
    let asked = Asked::Page(PageRequest {
        origin: origin.into(),
        method: "GET".into(),
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

/// A pattern, and cookies for some: no policy says them.
const PATTERNS: &str = "  - { from: site, to: files, use: fetch, request-headers: [x-id] }\n  - { from: previews, to: files, use: fonts, expose: \
                        [etag] }\n";

#[test]
fn a_lambda_lets_exactly_those_read_errors_whom_no_policy_names() {
    let (intent, right) =
        compiled("cdn: { authority: function, readable-errors: true, missing-objects: 404 }", PATTERNS);
    let proof = prove(&intent, &right);
    assert!(proof.is_proved(), "{proof:#?}");
    assert!(behaviors(&mut right.clone())[0].response_headers_policy.is_none());
    for (origin, readable) in
        [("https://www.acme.example", true), ("https://pr-7.acme.example", true), ("https://stranger.example", false)]
    {
        let read = errors(&right, origin);
        let is_right = |outcome: &Outcome| (outcome.verdict.decision == Decision::Readable) == readable;
        assert!(!read.is_empty() && read.iter().all(is_right), "{origin}: {read:?}");
    }
    let lambda = |deployed: &mut Deployed| behaviors(deployed)[0].origin_response.clone().unwrap();
    let changes: [(&str, Kind, ChangeOfLambda); 4] = [
        ("anyone", Kind::OverGrant, |does| does.rules[0].allowed_origins = vec!["*".to_owned()]),
        ("nobody", Kind::UnderGrant, |does| does.rules.clear()),
        ("a header more", Kind::OverGrant, |does| {
            does.rules.iter_mut().for_each(|rule| rule.expose_headers.push("x-secret".to_owned()));
        }),
        ("cookies", Kind::OverGrant, |does| does.rules.iter_mut().for_each(|rule| rule.allow_credentials = true)),
    ];
    for (about, kind, change) in changes {
        let mut wrong = right.clone();
        let mut function = lambda(&mut wrong);
        change(&mut function.does);
        behaviors(&mut wrong)[0].origin_response = Some(function);
        refuted(&intent, &wrong, kind, about);
    }
    let mut without = right.clone();
    behaviors(&mut without)[0].origin_response = None;
    refuted(&intent, &without, Kind::UnderGrant, "no Lambda");
}

/// What a Lambda makes of an error is kept with it: with one copy for all, the first origin's answer is everybody's.
#[test]
fn a_lambda_without_the_origin_in_the_key_is_refuted_by_what_it_leaves_in_the_cache() {
    let (intent, right) =
        compiled("cdn: { authority: function, readable-errors: true, missing-objects: 404 }", PATTERNS);
    let mut unkeyed = right.clone();
    behaviors(&mut unkeyed)[0].cache_policy.headers = corsynth::deployed::Selection::None;
    refuted(&intent, &unkeyed, Kind::UnderGrant, "one copy for all origins");
    let mut unheard = unkeyed.clone();
    behaviors(&mut unheard)[0].origin_request_policy = None;
    refuted(&intent, &unheard, Kind::UnderGrant, "no origin");
}

#[test]
fn cookies_for_some_need_a_lambda() {
    let intent = json!({
        "version": 1, "name": "acme",
        "assets": { "files": { "origin": "https://files.acme-hosting.example",
            "cdn": { "authority": "function", "readable-errors": true } } },
        "frontends": { "site": "https://www.acme.example", "shop": "https://shop.acme.example" },
        "allow": [
            { "from": "site", "to": "files", "use": "fetch", "credentials": "cookies" },
            { "from": "shop", "to": "files", "use": "fetch" },
        ],
    });
    let made = vocabulary::compiled(&intent);
    let (intent, right) = (made.intent.unwrap(), Deployed::from(&made.plan.unwrap()));
    assert!(behaviors(&mut right.clone())[0].origin_response.is_some());
    let proof = prove(&intent, &right);
    assert!(proof.is_proved(), "{proof:#?}");
}
