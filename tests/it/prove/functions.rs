//! Functions and signatures that are not what the intent asks for: each change of a correct plan is refuted.

use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::{CacheBehavior, CorsFunction, Deployed};
use corsynth::intent::Intent;
use corsynth::prove::{Kind, prove};

pub(super) fn compiled(asset: &str, allow: &str) -> (Intent, Deployed) {
    let text = format!(
        "version: 1\nname: acme\nassets:\n  files: {{ bucket: acme-files, region: eu-west-1, {asset} }}\nfrontends:\n  site: \
         https://www.acme.example\n  shop: https://shop.acme.example\n  previews: https://pr-*.acme.example\nallow:\n{allow}"
    );
    let input = Input { name: "corsynth.yaml".to_owned(), bytes: text.into_bytes(), syntax: Syntax::Yaml };
    let compiled = compile(input);
    let errors: Vec<_> = compiled.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    let plan = compiled.plan.unwrap_or_else(|| panic!("{errors:?}"));
    (compiled.intent.expect("an intent"), Deployed::from(&plan))
}

pub(super) fn behaviors(deployed: &mut Deployed) -> &mut Vec<CacheBehavior> {
    &mut deployed.assets[0].distribution.as_mut().expect("a distribution").behaviors
}

/// Every function of every behaviour, on every event.
fn functions(deployed: &mut Deployed) -> impl Iterator<Item = &mut CorsFunction> {
    behaviors(deployed)
        .iter_mut()
        .flat_map(|behavior| behavior.viewer_request.iter_mut().chain(&mut behavior.viewer_response))
        .map(|function| &mut function.does)
}

#[track_caller]
pub(super) fn refuted(intent: &Intent, deployed: &Deployed, kind: Kind, about: &str) {
    let proof = prove(intent, deployed);
    assert!(proof.unknown.is_empty(), "{about}: {:?}", proof.unknown);
    assert!(proof.counterexamples.iter().any(|found| found.kind == kind), "{about}: {:#?}", proof.counterexamples);
}

type Change = fn(&mut CorsFunction);

const DIFFERING: &str = "  - { from: site, to: files, use: fetch, request-headers: [x-id], expose: [x-amz-version-id] }\n  - \
                         { from: [shop, previews], to: files, use: fonts }\n";

#[test]
fn a_function_that_speaks_is_what_the_intent_says_or_refuted() {
    let (intent, right) = compiled("cdn: { authority: function }", DIFFERING);
    let proof = prove(&intent, &right);
    assert!(proof.is_proved(), "{proof:#?}");
    let changes: [(&str, Kind, Change); 9] = [
        ("an origin more", Kind::OverGrant, |f| f.rules[0].allowed_origins.push("https://stranger.example".to_owned())),
        ("any origin", Kind::OverGrant, |f| f.rules[0].allowed_origins = vec!["*".to_owned()]),
        ("an origin less", Kind::UnderGrant, |f| f.rules.iter_mut().for_each(|rule| drop(rule.allowed_origins.pop()))),
        ("no rules", Kind::UnderGrant, |f| f.rules.clear()),
        ("credentials", Kind::OverGrant, |f| f.rules.iter_mut().for_each(|rule| rule.allow_credentials = true)),
        ("a header more", Kind::OverGrant, |f| {
            f.rules.iter_mut().for_each(|r| r.allowed_headers.push("x-other".to_owned()));
        }),
        ("a header exposed", Kind::OverGrant, |f| {
            f.rules.iter_mut().for_each(|r| r.expose_headers.push("x-secret".to_owned()));
        }),
        ("preflights left to S3", Kind::UnderGrant, |f| f.answers_preflights = false),
        ("headers left out", Kind::UnderGrant, |f| f.sets_headers = false),
    ];
    for (about, kind, change) in changes {
        let mut wrong = right.clone();
        functions(&mut wrong).for_each(change);
        assert_ne!(wrong, right, "{about}");
        refuted(&intent, &wrong, kind, about);
    }
}

#[test]
fn a_function_that_answers_preflights_at_the_edge_is_needed() {
    let allow = "  - { from: site, to: files, use: fetch, request-headers: [x-id] }\n";
    let (intent, right) = compiled("cdn: { preflight: function }", allow);
    assert!(prove(&intent, &right).is_proved());
    assert!(right.assets[0].bucket.cors.is_none(), "S3 answers nothing");
    let mut wrong = right.clone();
    behaviors(&mut wrong)[0].viewer_request = None;
    refuted(&intent, &wrong, Kind::UnderGrant, "nobody answers");
}

#[test]
fn an_injected_origin_that_is_not_allowed_is_refuted_by_what_it_leaves_in_the_cache() {
    let allow = "  - { from: [site, shop], to: files, use: fetch }\n";
    let (intent, right) = compiled("cdn: { authority: bucket, inject-origin: true }", allow);
    assert!(prove(&intent, &right).is_proved());
    let mut unkeyed = right.clone();
    behaviors(&mut unkeyed)[0].cache_policy.headers = corsynth::deployed::Selection::None;
    refuted(&intent, &unkeyed, Kind::UnderGrant, "one answer for all origins");
}

#[test]
fn paths_for_signed_requests_ask_for_a_signature() {
    let allow = "  - { from: site, to: files/premium, use: fonts, credentials: signed-cookies }\n  - { from: site, to: \
                 files/free, use: fonts }\n";
    let (intent, right) = compiled("paths: { premium: /premium/*, free: /free/* }, cdn: {}", allow);
    let proof = prove(&intent, &right);
    assert!(proof.is_proved(), "{proof:#?}");
    let at = |deployed: &mut Deployed, path: &str| {
        behaviors(deployed).iter().position(|behavior| behavior.path_pattern.as_deref() == Some(path)).unwrap()
    };
    let mut open = right.clone();
    let premium = at(&mut open, "/premium/*");
    behaviors(&mut open)[premium].trusted_key_groups.clear();
    refuted(&intent, &open, Kind::OverGrant, "readable without a signature");
    let mut closed = right.clone();
    let free = at(&mut closed, "/free/*");
    behaviors(&mut closed)[free].trusted_key_groups = vec!["K".to_owned()];
    refuted(&intent, &closed, Kind::UnderGrant, "a signature that nobody has");
    let mut anonymous = right.clone();
    let policy = behaviors(&mut anonymous)[premium].response_headers_policy.as_mut().unwrap();
    policy.cors.as_mut().unwrap().allow_credentials = false;
    refuted(&intent, &anonymous, Kind::UnderGrant, "cookies that the policy does not allow");
}

#[test]
fn the_proof_names_the_reading_that_it_needs() {
    let allow = "  - { from: site, to: files, use: fetch, request-headers: [x-id], credentials: signed-cookies }\n";
    let (intent, deployed) = compiled("cdn: { preflight: function }", allow);
    let proof = prove(&intent, &deployed);
    assert!(proof.is_proved(), "{proof:#?}");
    assert!(proof.notes.iter().any(|note| note.contains("signature-check=after-functions")), "{:?}", proof.notes);
    let (intent, deployed) = compiled("cdn: {}", &allow.replace("signed-cookies", "signed-urls"));
    let proof = prove(&intent, &deployed);
    assert!(proof.is_proved() && !proof.notes.iter().any(|note| note.contains("signature-check")), "{proof:#?}");
}
