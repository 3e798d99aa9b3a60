//! Simulations and proofs as people and machines read them: hand-made samples through every format.

use crate::simulation_words::deployed;
use crate::support::{assert_golden, project};
use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::deployed::{Asset, Provenance};
use corsynth::report::{
    CounterexampleReport, ProofReport, SimulationReport, Subject, proof_human, proof_json, replay, simulation_human,
    simulation_json,
};
use corsynth::simulate::trace::{CacheUse, Exchange, ExchangeKind, Party, Step};
use corsynth::simulate::words::{Names, Words};
use corsynth::simulate::{
    Decision, Door, ErrorBody, HttpRequest, HttpResponse, Outcome, Reading, Readings, Reason, Scenario, Url, Verdict,
};
use serde_json::{Value, json};

const INTENT: &str = "\
version: 1
name: acme-static
assets:
  static: { bucket: acme-static-prod, region: eu-west-1 }
frontends:
  site: &site https://www.acme.com
  same: *site
allow:
  - { from: site, to: static, use: fonts }
  - { from: same, to: static, use: fetch }
";

/// What would steer a terminal.
const EVIL: &str = "\u{1b}[2J\u{202e}\u{9b}\u{7}\n";

fn intent() -> Compiled {
    compile(Input { name: "corsynth.yaml".into(), bytes: INTENT.into(), syntax: Syntax::Yaml })
}

fn asset() -> Asset {
    deployed().assets.remove(0)
}

fn scenario(words: &Words) -> Scenario {
    words.read(Names { deployed: &deployed(), any: false }).expect("a scenario").scenario
}

fn words() -> Words {
    Words {
        origin: Some("https://www.acme.com".into()),
        method: "PUT".into(),
        url: "static:/a.woff2".into(),
        headers: vec!["x-amz-acl".into(), "Range: bytes=0-9".into()],
        given: vec!["GET static:/a.woff2 origin=null same-browser".into()],
        ..Words::default()
    }
}

fn outcome(decision: Decision, reason: Reason, evil: &str) -> Outcome {
    let request = HttpRequest {
        method: "OPTIONS".into(),
        url: Url::new(&asset(), Door::Distribution, &format!("/a{evil}?q=1")),
        headers: [("Origin", format!("https://www.acme.com{evil}")), ("X", "1".into()), ("x", "2".into())]
            .into_iter()
            .collect(),
    };
    let response = HttpResponse {
        status: 403,
        headers: [("Vary", format!("Origin{evil}"))].into_iter().collect(),
        error: Some(ErrorBody {
            code: "AccessForbidden".into(),
            message: format!("CORSResponse: not allowed{evil}").into(),
            details: vec![("Method", format!("PUT{evil}"))],
        }),
        by: Party::S3,
    };
    let places = Provenance(vec!["/allow/0".into(), "/frontends/same".into(), "/frontends/same".into()]);
    let steps = vec![
        Step::new(Party::Browser, format!("sends a preflight{evil}"), "https://fetch.spec.whatwg.org/#http-fetch"),
        Step::new(Party::S3, "no rule matches", "").because(format!("`x-amz-acl`{evil} is not listed")).from(&places),
        Step::new(Party::CloudFront, "adds nothing", "").from(&Provenance(vec!["/gone".into()])),
    ];
    let exchange = Exchange { kind: ExchangeKind::Preflight, cache: CacheUse::Miss, request, response, steps };
    Outcome {
        verdict: Verdict { decision, reason, message: format!("Access to fetch has been blocked{evil}") },
        exposed_headers: vec!["etag".into(), "x-amz-request-id".into()],
        preflight_max_age: Some(600),
        exchanges: vec![exchange],
        consulted: vec![Reading::PolicyWildcard],
    }
}

/// Blocked, and readable under one of two readings, alone or with the other.
fn outcomes(evil: &str) -> Vec<(Readings, Outcome)> {
    let usual = Readings::default();
    let other = usual.with(Reading::PolicyWildcard, "one-label").expect("a value");
    let both = other.with(Reading::S3OriginCase, "insensitive").expect("a value");
    let unrelated = usual.with(Reading::S3OriginCase, "insensitive").expect("a value");
    let blocked = outcome(Decision::Blocked, Reason::PreflightStatus, evil);
    let readable = outcome(Decision::Readable, Reason::CorsCheckPassed, evil);
    vec![(usual, blocked.clone()), (both, readable.clone()), (unrelated, blocked), (other, readable)]
}

fn validated(schema: &str, text: &str) -> Value {
    let schema = std::fs::read_to_string(project(schema)).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<_> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

#[test]
fn a_simulation_is_told_with_who_decided() {
    let (intent, scenario, outcomes) = (intent(), scenario(&words()), outcomes(""));
    let report = SimulationReport::new(&scenario, &outcomes, Some(&intent)).expect("an outcome");
    assert_golden(&project("tests/report/simulation.txt"), &simulation_human(&report, false));
    let json = simulation_json(&report);
    assert_golden(&project("tests/report/simulation.json.txt"), &json);
    let value = validated("schemas/simulation.v1.schema.json", &json);
    assert_eq!(value["readings"].as_array().map(Vec::len), Some(1), "the least of the readings that differ");
    assert_eq!(value["readings"][0]["reading"], json!({"policy-wildcard": "one-label"}));
    assert_eq!(value["exchanges"][0]["request"]["headers"]["X"], "1, 2");
    assert_eq!(value["exchanges"][0]["steps"][1]["intent"], json!(["corsynth.yaml:9", "corsynth.yaml:7"]));
    let styled = simulation_human(&report, true);
    assert!(styled.starts_with("\u{1b}[1;91mblocked"), "{styled:?}");
}

#[test]
fn readings_that_agree_are_not_told() {
    let (scenario, outcomes) = (scenario(&words()), outcomes(""));
    let report = SimulationReport::new(&scenario, &outcomes[..1], None).expect("an outcome");
    let value = validated("schemas/simulation.v1.schema.json", &simulation_json(&report));
    assert_eq!(value.get("readings"), None);
    assert_eq!(value["exchanges"][0]["steps"][1]["intent"], json!(["/allow/0", "/frontends/same"]));
    assert!(!simulation_human(&report, false).contains("documented"));
    assert!(SimulationReport::new(&scenario, &[], None).is_none());
}

fn counterexample<'a>(asset: &'a Asset, scenario: &'a Scenario, evil: &'a str) -> ProofReport<'a> {
    let found = CounterexampleReport {
        kind: "over-grant",
        asset,
        scenario,
        expected: "blocked",
        actual: "readable",
        because: evil,
        readings: vec![("policy-wildcard", "one-label")],
    };
    ProofReport {
        subject: Subject::Artifacts("it's infra"),
        proved: false,
        request_classes: 120,
        histories: 1,
        counterexamples: vec![found],
        notes: &[],
        unknown: &[],
        formats: &[],
    }
}

#[test]
fn a_proof_is_told_with_commands_that_replay_it() {
    let (asset, page) = (asset(), scenario(&words()));
    let raw = Words { raw: true, headers: vec!["X: 1".into()], missing: true, given: Vec::new(), ..words() };
    let raw = scenario(&raw);
    let (notes, unknown) = (["the bucket is public".to_owned()], ["main.tf:3: a function".to_owned()]);
    let formats = ["terraform".to_owned(), "cloudformation".to_owned()];
    let mut refuted = counterexample(&asset, &page, "rule `a` names it");
    refuted.counterexamples.extend(counterexample(&asset, &raw, "").counterexamples);
    let proved = ProofReport {
        subject: Subject::Intent("corsynth.yaml"),
        proved: true,
        counterexamples: Vec::new(),
        notes: &notes,
        formats: &formats,
        ..refuted.clone()
    };
    let subject = Subject::Artifacts("infra");
    let unclear = ProofReport { subject, proved: false, unknown: &unknown, ..proved.clone() };
    let all: String = [&proved, &unclear, &refuted].map(|report| proof_human(report, false) + "\n").concat();
    assert_golden(&project("tests/report/proof.txt"), &all);
    let all: String = [&proved, &unclear, &refuted].map(proof_json).concat();
    assert_golden(&project("tests/report/proof.json.txt"), &all);
    for report in [&proved, &unclear, &refuted] {
        validated("schemas/proof.v1.schema.json", &proof_json(report));
    }
    assert_eq!(
        replay(Subject::Intent("-x.yaml"), &asset, &raw, &[]),
        "corsynth simulate ./-x.yaml --method PUT --url static:/a.woff2 --header 'Origin: https://www.acme.com' \
         --header 'X: 1' --raw --missing"
    );
}

#[test]
fn no_report_lets_text_of_others_steer_the_terminal() {
    let (intent, scenario, outcomes, asset) = (intent(), scenario(&words()), outcomes(EVIL), asset());
    let report = SimulationReport::new(&scenario, &outcomes, Some(&intent)).expect("an outcome");
    let mut proof = counterexample(&asset, &scenario, EVIL);
    proof.subject = Subject::Artifacts(EVIL);
    let texts = [EVIL.to_owned()];
    (proof.notes, proof.unknown, proof.formats) = (&texts, &texts, &texts);
    for text in
        [simulation_human(&report, false), simulation_json(&report), proof_human(&proof, false), proof_json(&proof)]
    {
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{text:?}");
        assert!(!text.contains("\n\n\n"), "{text}");
    }
    let value = validated("schemas/simulation.v1.schema.json", &simulation_json(&report));
    assert_eq!(value["exchanges"][0]["response"]["error"]["Method"], format!("PUT{EVIL}"), "JSON keeps the text");
}

#[test]
fn the_schemas_refuse_what_is_no_report() {
    let (scenario, outcomes, asset) = (scenario(&words()), outcomes(""), asset());
    let report = SimulationReport::new(&scenario, &outcomes, None).expect("an outcome");
    let simulation = ("schemas/simulation.v1.schema.json", simulation_json(&report));
    let proof = ("schemas/proof.v1.schema.json", proof_json(&counterexample(&asset, &scenario, "")));
    for ((schema, good), pointer, bad) in [
        (&simulation, "/version", json!(2)),
        (&simulation, "/verdict/decision", json!("maybe")),
        (&simulation, "/exchanges/0/cache", json!("warm")),
        (&simulation, "/exchanges/0/steps/0/by", json!("nginx")),
        (&simulation, "/exchanges/0/response/headers/Vary", json!(["Origin"])),
        (&simulation, "/exchanges/0/steps/1/intent", json!([])),
        (&simulation, "/readings", json!([])),
        (&proof, "/version", json!(2)),
        (&proof, "/counterexamples/0/kind", json!("grant")),
        (&proof, "/counterexamples/0/replay", json!("rm -rf /")),
        (&proof, "/counterexamples/0/given/0/same_browser", json!("yes")),
    ] {
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(project(schema)).expect("it")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let mut value: Value = serde_json::from_str(good).expect("JSON");
        assert!(validator.is_valid(&value));
        *value.pointer_mut(pointer).expect("the sample has the member") = bad;
        assert!(!validator.is_valid(&value), "{pointer} was accepted");
    }
}
