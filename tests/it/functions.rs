//! The code of functions against their model: what `src/render/function.js` answers, run by a JavaScript engine, is what
//! `simulate::function` says, on every kind of request to every kind of table.
//!
//! With `CORSYNTH_CF_FUNCTION` naming `cf-function.mjs` the code runs in njs as well, from which CloudFront's runtime
//! comes, and its events and results are checked for the rules of CloudFront; `.ci/run` sets it.

mod errors;

use crate::support::{project, tool};
use corsynth::deployed::{CorsFunction, Deployed, Function, FunctionRule, Provenance, Site};
use corsynth::fetch::HeaderList;
use corsynth::render::{function_code, function_store};
use corsynth::simulate::function::{OnRequest, on_request, on_response};
use corsynth::simulate::{Door, HttpRequest, HttpResponse, Party, Trace, Url};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const HOST: &str = "d111111abcdef8.cloudfront.net";

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

/// Functions of any table that has a meaning.
fn functions() -> impl Strategy<Value = CorsFunction> {
    let some = |of: &'static [&'static str], most: usize| {
        proptest::sample::subsequence(of, 0..=most.min(of.len()))
            .prop_map(|list| list.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let origins = some(
        &[
            "https://a.example",
            "https://b.example:8443",
            "https://*.c.example",
            "https://pr-*.d.example",
            "capacitor://localhost",
            "null",
        ],
        4,
    );
    let methods = some(&["GET", "HEAD", "POST", "PUT", "PATCH"], 4);
    let headers = some(&["authorization", "content-type", "x-amz-*", "x-trace-id", "*"], 3);
    let expose = some(&["ETag", "x-r&d"], 2);
    let rule = (origins, methods, headers, expose, 1..86_400_u32, any::<bool>(), any::<bool>()).prop_map(
        |(allowed_origins, allowed_methods, allowed_headers, expose_headers, age, credentials, anyone)| FunctionRule {
            allow_credentials: credentials && !anyone,
            allowed_origins: if anyone { words(&["*"]) } else { allowed_origins },
            allowed_methods,
            allowed_headers,
            expose_headers,
            max_age_seconds: age,
        },
    );
    let canonical = proptest::option::of(Just("https://a.example".to_owned()));
    (any::<bool>(), canonical, any::<bool>(), proptest::collection::vec(rule, 0..4), any::<bool>()).prop_map(
        |(answers_preflights, canonical_origin, sets_headers, rules, stored)| CorsFunction {
            answers_preflights,
            canonical_origin,
            sets_headers,
            rules,
            stored,
        },
    )
}

/// Requests of every kind, as headers that are in the code's own case.
fn requests() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let origins = [
        None,
        Some("https://a.example"),
        Some("http://a.example"),
        Some("https://a.example.evil.example"),
        Some("https://b.example:8443"),
        Some("https://x.y.c.example"),
        Some("https://c.example"),
        Some("https://pr-.d.example"),
        Some("https://pr-7.d.example"),
        Some("capacitor://localhost"),
        Some("null"),
        Some("https://A.example"),
        Some(""),
    ];
    let asked = [
        None,
        Some(""),
        Some("x-trace-id"),
        Some("authorization"),
        Some("content-type,x-amz-date"),
        Some(" X-Trace-Id , ,x-other"),
    ];
    let mut requests = Vec::new();
    for origin in origins {
        let origin = origin.map(|origin| ("origin", origin));
        for method in ["GET", "HEAD", "POST", "PATCH", "OPTIONS"] {
            requests.push((method, origin.into_iter().collect()));
        }
        for method in ["GET", "PUT", "get", "*"] {
            for names in asked {
                let mut headers: Vec<_> = origin.into_iter().collect();
                headers.push(("access-control-request-method", method));
                headers.extend(names.map(|names| ("access-control-request-headers", names)));
                requests.push(("OPTIONS", headers));
            }
        }
    }
    requests
}

fn flat(headers: &HeaderList) -> Value {
    let names: std::collections::BTreeSet<String> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    Value::Object(
        names.into_iter().filter_map(|name| Some((name.clone(), headers.get(&name)?.as_str().into()))).collect(),
    )
}

/// All cases for one function, with what the model says.
fn cases(does: &CorsFunction) -> Vec<Value> {
    let function =
        Function { name: "f".to_owned(), does: does.clone(), provenance: Provenance::default(), site: Site::default() };
    let responses: [&[(&str, &str)]; 4] = [
        &[("etag", "\"1\"")],
        &[
            ("access-control-allow-origin", "https://other.example"),
            ("access-control-allow-credentials", "true"),
            ("vary", "Accept-Encoding"),
        ],
        &[("vary", "accept-encoding, ORIGIN")],
        &[("vary", "*")],
    ];
    let mut cases = Vec::new();
    for (method, headers) in requests() {
        let url = Url { is_https: true, door: Door::Distribution, host: HOST.into(), path: "/".into(), query: None };
        let list = || headers.iter().map(|(name, value)| (*name, *value));
        let request = HttpRequest { method: method.into(), url, headers: list().collect() };
        let members: Map<String, Value> = list().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let expect = match on_request(&function, &request, &mut Trace::new(false)) {
            OnRequest::Answer(answer) => json!({ "status": answer.status, "headers": flat(&answer.headers) }),
            OnRequest::Pass(request) => {
                let mut headers = flat(&request.headers);
                headers["host"] = HOST.into();
                json!({ "uri": "/", "headers": headers })
            }
        };
        let event = json!({ "type": "viewer-request", "method": method, "uri": "/", "headers": members });
        cases.push(json!({ "id": format!("request {}", cases.len()), "event": event, "expect": expect }));
        if headers.iter().any(|(name, _)| name.starts_with("access-control-request")) {
            continue;
        }
        for of_origin in responses {
            let headers: HeaderList = of_origin.iter().copied().collect();
            let before = flat(&headers);
            let mut response = HttpResponse { status: 200, headers, error: None, by: Party::S3 };
            on_response(&function, &request, &mut response, &mut Trace::new(false));
            let event = json!({ "type": "viewer-response", "method": method, "uri": "/", "headers": members,
                "response": { "status": 200, "headers": before } });
            let expect = json!({ "status": 200, "headers": flat(&response.headers) });
            cases.push(json!({ "id": format!("response {}", cases.len()), "event": event, "expect": expect }));
        }
    }
    cases
}

/// Runs the code with the cases; whatever comes out otherwise fails.
#[track_caller]
fn run(folder: &Path, name: &str, does: &CorsFunction) -> usize {
    run_with(folder, name, does, Some(&function_store(does)), &cases(does))
}

/// The same, with a store of its own, or with one that cannot be asked, and with cases of its own.
#[track_caller]
fn run_with(
    folder: &Path,
    name: &str,
    does: &CorsFunction,
    store: Option<&BTreeMap<String, String>>,
    cases: &[Value],
) -> usize {
    let file = |suffix: &str| folder.join(format!("{name}{suffix}"));
    let (code, table, keys) = (file(".js"), file(".json"), file(".store.json"));
    std::fs::write(&code, function_code(does)).unwrap();
    std::fs::write(&keys, serde_json::to_string(&store).unwrap()).unwrap();
    let judge = std::env::var_os("CORSYNTH_CF_FUNCTION");
    // The judge's driver for njs goes one call deeper with every event.
    for cases in cases.chunks(if judge.is_some() { 60 } else { usize::MAX }) {
        std::fs::write(&table, serde_json::to_string(cases).unwrap()).unwrap();
        let mut command = Command::new("node");
        match &judge {
            Some(judge) => {
                command.arg(judge).arg("batch").arg(&code).arg(&table).arg("--check").arg("--kvs").arg(&keys)
            }
            None => command.arg(project("tests/it/functions/run.mjs")).arg(&code).arg(&table).arg(&keys),
        };
        let output = command.output().expect("node starts");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let told: String = told.chars().take(4000).collect();
        assert!(output.status.success(), "{does:#?}\n{told}");
    }
    cases.len()
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = project("target/tmp/functions").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn code_and_model_agree_on_tables_of_any_kind() {
    if !tool("node", "--version") {
        return;
    }
    let folder = folder("random");
    let mut runner = TestRunner::deterministic();
    let count: usize =
        (0..12).map(|at| run(&folder, &format!("f{at}"), &functions().new_tree(&mut runner).unwrap().current())).sum();
    assert!(count > 5_000, "{count} cases");
}

#[test]
fn a_model_that_is_told_otherwise_is_found_out() {
    if !tool("node", "--version") {
        return;
    }
    let rule = FunctionRule {
        allowed_origins: words(&["https://a.example"]),
        allowed_methods: words(&["GET"]),
        max_age_seconds: 60,
        ..FunctionRule::default()
    };
    let told =
        CorsFunction { answers_preflights: true, sets_headers: true, rules: vec![rule], ..CorsFunction::default() };
    let mut meant = told.clone();
    meant.rules[0].allowed_origins = words(&["https://b.example:8443"]);
    let folder = folder("otherwise");
    let (code, table) = (folder.join("f.js"), folder.join("f.json"));
    std::fs::write(&code, function_code(&told)).unwrap();
    std::fs::write(&table, serde_json::to_string(&cases(&meant)).unwrap()).unwrap();
    let output =
        Command::new("node").arg(project("tests/it/functions/run.mjs")).arg(&code).arg(&table).output().unwrap();
    assert!(!output.status.success());
}

#[test]
fn the_functions_of_examples_fit_and_agree() {
    let folder = folder("examples");
    let mut found = 0;
    for example in std::fs::read_dir(project("examples")).unwrap() {
        let path = example.unwrap().path().join("corsynth.yaml");
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let input = corsynth::compile::Input {
            name: "corsynth.yaml".to_owned(),
            bytes,
            syntax: corsynth::compile::Syntax::Yaml,
        };
        let Some(plan) = corsynth::compile::compile(input).plan else { continue };
        let deployed = Deployed::from(&plan);
        for behavior in deployed.assets.iter().flat_map(|asset| &asset.distribution).flat_map(|d| &d.behaviors) {
            for function in behavior.functions() {
                found += 1;
                assert!(function_code(&function.does).len() <= 10_240, "{}", function.name);
                if tool("node", "--version") {
                    run(&folder, &format!("{found}"), &function.does);
                }
            }
        }
    }
    assert!(found > 0, "no example has a function");
}

/// Terraform writes the code with `jsonencode`, the other formats hold what `function_code` says: it must be one text.
#[test]
fn the_table_is_escaped_as_terraform_does() {
    let rule = FunctionRule {
        allow_credentials: false,
        allowed_headers: words(&["x-r&d"]),
        allowed_methods: words(&["GET"]),
        allowed_origins: words(&["https://a.example"]),
        expose_headers: words(&["x-<id>"]),
        max_age_seconds: 600,
    };
    let does = CorsFunction {
        answers_preflights: true,
        canonical_origin: None,
        rules: vec![rule],
        sets_headers: true,
        stored: false,
    };
    let code = function_code(&does);
    assert!(code.contains(r#""allowedHeaders":["x-r\u0026d"]"#), "{code}");
    assert!(code.contains(r#""exposeHeaders":["x-\u003cid\u003e"]"#), "{code}");
}

#[test]
fn what_is_around_the_table_takes_no_more_than_half_of_the_room() {
    let empty = function_code(&CorsFunction::default());
    assert!(empty.len() <= 5_120, "{} bytes", empty.len());
    let beside_store = function_code(&CorsFunction { stored: true, ..CorsFunction::default() });
    assert!(beside_store.len() <= 6_656, "{} bytes", beside_store.len());
}

/// What a store does not have is allowed nothing, whatever the code says of the origin's rules; so is everybody while the
/// store is empty, and an origin whose rules are of another time than the code.
#[test]
fn what_the_store_does_not_say_is_allowed_nothing() {
    if !tool("node", "--version") {
        return;
    }
    let rule = FunctionRule {
        allowed_origins: words(&["https://a.example", "https://b.example:8443", "https://*.c.example"]),
        allowed_methods: words(&["GET"]),
        max_age_seconds: 60,
        ..FunctionRule::default()
    };
    let full = CorsFunction {
        answers_preflights: true,
        sets_headers: true,
        rules: vec![rule],
        stored: true,
        ..CorsFunction::default()
    };
    let store = function_store(&full);
    assert_eq!(store.keys().map(String::as_str).collect::<Vec<_>>(), ["https://a.example", "https://b.example:8443"]);
    let code = function_code(&full);
    assert!(!code.contains("a.example") && code.contains("https://*.c.example"), "{code}");
    let mut patterns = full.clone();
    patterns.rules[0].allowed_origins = words(&["https://*.c.example"]);
    let folder = folder("stores");
    let other_time = store.keys().map(|origin| (origin.clone(), "00000000".to_owned())).collect();
    for (name, left) in [("empty", Some(BTreeMap::new())), ("stale", Some(other_time)), ("none", None)] {
        let count = run_with(&folder, name, &full, left.as_ref(), &cases(&patterns));
        assert!(count > 100, "{count} cases");
    }
}

/// A rule that says something else has another key: a store that is not of the code's time names no rule of it.
#[test]
fn keys_of_rules_change_with_what_the_rules_say() {
    let rule = FunctionRule {
        allowed_origins: words(&["https://a.example"]),
        allowed_methods: words(&["GET"]),
        max_age_seconds: 60,
        ..FunctionRule::default()
    };
    let of = |rules: Vec<FunctionRule>| {
        let store = function_store(&CorsFunction { rules, stored: true, ..CorsFunction::default() });
        store["https://a.example"].clone()
    };
    let key = of(vec![rule.clone()]);
    let more_origins = words(&["https://a.example", "https://b.example"]);
    assert_eq!(of(vec![FunctionRule { allowed_origins: more_origins, ..rule.clone() }]), key);
    let changes = [
        FunctionRule { allowed_methods: words(&["GET", "PUT"]), ..rule.clone() },
        FunctionRule { allowed_headers: words(&["x-id"]), ..rule.clone() },
        FunctionRule { expose_headers: words(&["x-id"]), ..rule.clone() },
        FunctionRule { max_age_seconds: 61, ..rule.clone() },
        FunctionRule { allow_credentials: true, ..rule.clone() },
    ];
    for change in changes {
        assert_ne!(of(vec![change.clone()]), key, "{change:?}");
    }
    assert_ne!(of(vec![rule.clone(), rule]).split(',').nth(1), Some(key.as_str()), "two rules that say the same");
}
