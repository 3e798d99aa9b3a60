//! What people get wrong, as they write it: each is refuted with the history or the request that breaks it.

use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::{CorsRule, Deployed, managed};
use corsynth::intent::Intent;
use corsynth::prove::{Counterexample, Kind, Proof, prove};
use corsynth::simulate::{Asked, Reason, simulate};

const INTENT: &str = "version: 1
name: acme
assets:
  static: { bucket: acme-static, region: eu-west-1, cdn: {} }
frontends:
  site: [https://www.acme.example, https://acme.example]
allow:
  - { from: site, to: static, use: [fonts, range] }
";

fn compiled(text: &str) -> (Intent, Deployed) {
    let compiled = compile(Input { name: "seed".into(), bytes: text.as_bytes().to_vec(), syntax: Syntax::Yaml });
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    (compiled.intent.unwrap(), Deployed::from(&plan))
}

#[track_caller]
fn simplest(proof: &Proof, kind: Kind) -> &Counterexample {
    proof.counterexamples.iter().find(|c| c.kind == kind).unwrap_or_else(|| panic!("{proof:#?}"))
}

#[test]
fn the_managed_cors_forwarding_with_caching_optimized_is_broken_by_two_requests() {
    let (intent, mut deployed) = compiled(INTENT);
    let behavior = &mut deployed.assets[0].distribution.as_mut().unwrap().behaviors[0];
    behavior.cache_policy = managed::cache_policy("658327ea-f89d-4fab-a63d-7e88639e58f6").unwrap();
    behavior.origin_request_policy = managed::origin_request_policy("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf");
    behavior.response_headers_policy = None;
    behavior.cached_methods.retain(|m| m != "OPTIONS");
    let proof = prove(&intent, &deployed);
    let found = simplest(&proof, Kind::UnderGrant);
    assert_eq!(found.scenario.given.len(), 1, "{found:#?}");
    let Asked::Page(request) = &found.scenario.asked else { panic!("{found:#?}") };
    assert_eq!(request.method, "GET");
    let outcome = simulate(&deployed.assets[0], &found.scenario, &found.readings, true);
    assert!(matches!(outcome.verdict.reason, Reason::AllowOriginMissing | Reason::AllowOriginDiffers), "{outcome:#?}");
    assert!(!found.because.is_empty());
}

#[test]
fn an_edge_policy_without_bucket_cors_fails_at_the_preflight() {
    let (intent, mut deployed) = compiled(INTENT);
    deployed.assets[0].bucket.cors = None;
    let proof = prove(&intent, &deployed);
    let found = simplest(&proof, Kind::UnderGrant);
    assert_eq!(found.scenario.given, [], "{found:#?}");
    let outcome = simulate(&deployed.assets[0], &found.scenario, &found.readings, true);
    assert_eq!(outcome.verdict.reason, Reason::PreflightStatus, "{outcome:#?}");
    assert_eq!(outcome.exchanges[0].response.status, 403);
}

#[test]
fn an_upload_whose_etag_nobody_can_read_is_caught() {
    let text = INTENT.replace("use: [fonts, range]", "upload: { how: multipart, client: uppy }");
    let (intent, mut deployed) = compiled(&text);
    for rule in &mut deployed.assets[0].bucket.cors.as_mut().unwrap().rules {
        rule.expose_headers.retain(|header| !header.eq_ignore_ascii_case("etag"));
    }
    let proof = prove(&intent, &deployed);
    let found = simplest(&proof, Kind::UnderGrant);
    assert!(found.actual.contains("`etag` is not readable"), "{found:#?}");
}

#[test]
fn a_hundred_rules_behind_a_cache_without_a_key_need_no_more_than_a_few_histories_each() {
    let (intent, mut deployed) = compiled(INTENT);
    let rule = |index: usize| CorsRule {
        allowed_origins: vec![format!("https://*.site{index}.example")],
        allowed_methods: vec!["GET".to_owned(), "HEAD".to_owned()],
        allowed_headers: vec![format!("x-site-{index}")],
        expose_headers: vec![format!("x-exposed-{index}")],
        ..CorsRule::default()
    };
    deployed.assets[0].bucket.cors.as_mut().unwrap().rules.extend((0..100).map(rule));
    let behavior = &mut deployed.assets[0].distribution.as_mut().unwrap().behaviors[0];
    behavior.cache_policy = managed::cache_policy("658327ea-f89d-4fab-a63d-7e88639e58f6").unwrap();
    behavior.response_headers_policy = None;
    let proof = prove(&intent, &deployed);
    assert!(!proof.is_proved());
    assert!(proof.histories < 1000, "{} histories", proof.histories);
}

#[test]
fn a_bucket_that_lets_in_any_distribution_is_caught() {
    let (intent, mut deployed) = compiled(INTENT);
    deployed.assets[0].bucket.policy.as_mut().unwrap()[0].source = corsynth::deployed::Source::Any;
    let proof = prove(&intent, &deployed);
    let found = simplest(&proof, Kind::OverGrant);
    assert!(matches!(&found.scenario.asked, Asked::Raw(_)), "{found:#?}");
}

#[test]
fn artifacts_without_a_distribution_are_not_proved() {
    let (intent, mut deployed) = compiled(INTENT);
    deployed.assets[0].distribution = None;
    let proof = prove(&intent, &deployed);
    assert!(!proof.is_proved());
    assert_eq!(proof.unknown.len(), 1, "{proof:#?}");
}
