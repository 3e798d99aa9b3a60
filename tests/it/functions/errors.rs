//! The code of a Lambda@Edge against its model, out of the archive as it is shipped.

use super::{HOST, flat, folder, functions, requests};
use crate::support::{project, tool};
use corsynth::deployed::{CorsFunction, Function, Provenance, Site};
use corsynth::fetch::HeaderList;
use corsynth::render::errors_archive;
use corsynth::simulate::function::on_origin_response;
use corsynth::simulate::{Door, HttpRequest, HttpResponse, Party, Trace, Url};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// All requests with an answer of every kind to each, and what the model makes of it.
fn cases(does: &CorsFunction) -> Vec<Value> {
    let does = does.on_errors();
    let function = Function { name: "f".to_owned(), does, provenance: Provenance::default(), site: Site::default() };
    let answers: [(u16, &[(&str, &str)]); 5] = [
        (200, &[("etag", "\"1\""), ("access-control-allow-origin", "https://other.example")]),
        (404, &[("content-type", "application/xml")]),
        (403, &[("access-control-allow-origin", "*"), ("access-control-allow-credentials", "true")]),
        (503, &[("vary", "accept-encoding, ORIGIN")]),
        (400, &[("vary", "*"), ("access-control-expose-headers", "x-secret")]),
    ];
    let mut cases = Vec::new();
    for (method, headers) in requests() {
        let url = Url { is_https: true, door: Door::Distribution, host: HOST.into(), path: "/".into(), query: None };
        let headers: HeaderList = headers.into_iter().collect();
        let request = HttpRequest { method: method.into(), url, headers };
        for (status, of_origin) in answers {
            let headers: HeaderList = of_origin.iter().copied().collect();
            let before = flat(&headers);
            let mut response = HttpResponse { status, headers, error: None, by: Party::S3 };
            let origin = request.headers.get("Origin");
            on_origin_response(&function, &request, origin.as_deref(), &mut response, &mut Trace::new(false));
            cases.push(json!({
                "id": cases.len(),
                "request": { "method": method, "headers": flat(&request.headers) },
                "response": { "status": status, "headers": before },
                "expect": { "status": status, "headers": flat(&response.headers) },
            }));
        }
    }
    cases
}

/// The file in an archive, which other programs find there as well.
fn unpacked(archive: &str) -> &str {
    let start = archive.find("index.js").expect("a name") + "index.js".len();
    let end = archive.find("PK\u{1}\u{2}").expect("an entry");
    &archive[start..end]
}

fn run(folder: &std::path::Path, name: &str, does: &CorsFunction, cases: &[Value]) -> Output {
    let (code, table) = (folder.join(format!("{name}.js")), folder.join(format!("{name}.json")));
    std::fs::write(&code, unpacked(&errors_archive(does))).unwrap();
    std::fs::write(&table, serde_json::to_string(cases).unwrap()).unwrap();
    let runner = project("tests/it/functions/run_lambda.mjs");
    Command::new("node").arg(runner).arg(code).arg(table).output().expect("node starts")
}

fn any_function(runner: &mut TestRunner) -> CorsFunction {
    functions().new_tree(runner).unwrap().current()
}

#[test]
fn code_for_errors_and_model_agree_on_tables_of_any_kind() {
    if !tool("node", "--version") {
        return;
    }
    let folder = folder("errors");
    let mut runner = TestRunner::deterministic();
    let mut count = 0;
    for at in 0..12 {
        let does = any_function(&mut runner);
        let cases = cases(&does);
        let output = run(&folder, &format!("f{at}"), &does, &cases);
        let told: String = String::from_utf8_lossy(&output.stderr).chars().take(4000).collect();
        assert!(output.status.success(), "{does:#?}\n{told}");
        count += cases.len();
    }
    assert!(count > 10_000, "{count} cases");
}

#[test]
fn a_model_of_errors_that_is_told_otherwise_is_found_out() {
    if !tool("node", "--version") {
        return;
    }
    let mut runner = TestRunner::deterministic();
    let allows = |does: &CorsFunction| {
        does.rules.iter().any(|rule| rule.allowed_methods.iter().any(|m| m == "GET") && rule.allowed_origins == ["*"])
    };
    let meant = std::iter::repeat_with(|| any_function(&mut runner)).find(allows).unwrap();
    let told = CorsFunction { rules: Vec::new(), ..meant.clone() };
    assert!(!run(&folder("errors-otherwise"), "f", &told, &cases(&meant)).status.success());
}

#[test]
fn other_programs_open_the_archive() {
    if !tool("python3", "--version") {
        return;
    }
    let folder = folder("archives");
    let mut runner = TestRunner::deterministic();
    for at in 0..20 {
        let archive = errors_archive(&any_function(&mut runner));
        assert!(archive.is_ascii());
        let path = folder.join(format!("{at}.zip"));
        std::fs::write(&path, &archive).unwrap();
        let output = Command::new("python3").args(["-m", "zipfile", "-t"]).arg(&path).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.trim() == "Done testing", "{told}");
        let output = Command::new("python3").args(["-m", "zipfile", "-l"]).arg(&path).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("index.js"));
    }
}
