//! Lambda@Edge of a Terraform module: what it says is read out of the archive, and what is edited shows.

use super::{edit, emitted, read};
use crate::prove::vocabulary::compiled;
use corsynth::deployed::{CacheBehavior, Deployed};
use corsynth::intent::Intent;
use corsynth::prove::prove;
use corsynth::readback::File;
use corsynth::render::Target;
use serde_json::json;

const ARCHIVE: &str = "functions/errors.files.zip";

fn module() -> (Intent, Vec<File>) {
    let made = compiled(&json!({
        "version": 1, "name": "acme",
        "assets": { "files": { "bucket": "acme-files", "region": "eu-west-1",
            "cdn": { "authority": "function", "readable-errors": true } } },
        "frontends": { "site": "https://www.acme.example", "previews": "https://pr-*.acme.example" },
        "allow": [{ "from": "site", "to": "files", "use": "fetch" }, { "from": "previews", "to": "files", "use": "fonts" }],
    }));
    (made.intent.unwrap(), emitted(&made.plan.unwrap(), Target::Terraform))
}

fn behavior(deployed: &Deployed) -> &CacheBehavior {
    &deployed.assets[0].distribution.as_ref().unwrap().behaviors[0]
}

#[test]
fn an_origin_more_in_an_archive_is_read_and_refuted() {
    let (intent, mut files) = module();
    assert!(prove(&intent, &read(&files).deployed).is_proved());
    edit(&mut files, ARCHIVE, "https://www.acme.example", "https://www.evil.example");
    let found = read(&files);
    assert_eq!(found.unknowns, []);
    let says = behavior(&found.deployed).origin_response.as_ref().unwrap();
    assert!(says.does.rules.iter().any(|rule| rule.allowed_origins.iter().any(|origin| origin.contains("evil"))));
    assert!(!prove(&intent, &found.deployed).counterexamples.is_empty());
}

#[test]
fn what_is_not_understood_of_a_lambda_is_told_and_not_proved() {
    let edits = [
        (ARCHIVE, "Number(response.status) < 400", "Number(response.status) < 404"),
        (ARCHIVE, "PK\u{1}\u{2}", "PK\u{1}\u{3}"),
        (ARCHIVE, "\"setsHeaders\":true", "\"setsHeaders\":null"),
        ("lambda.tf", "index.handler", "index.other"),
        ("lambda.tf", "publish          = true", "publish          = false"),
        ("lambda.tf", "\"origin-response\"", "\"origin-request\""),
        ("lambda.tf", "qualified_arn", "arn"),
        ("lambda.tf", "${each.value.archive}", "functions/other.zip"),
        ("lambda.tf", "timeout          = 5", "timeout          = 5\n  layers           = [\"arn\"]"),
    ];
    for (path, old, new) in edits {
        let (intent, mut files) = module();
        edit(&mut files, path, old, new);
        let found = read(&files);
        assert!(!behavior(&found.deployed).unknown.is_empty(), "{new}: {:?}", found.unknowns);
        assert!(!prove(&intent, &found.deployed).is_proved(), "{new}");
    }
}

#[test]
fn a_lambda_that_no_output_names_runs_nowhere() {
    let (intent, mut files) = module();
    edit(&mut files, "lambda.tf", "error_functions_by_path = {", "error_functions_by_path = {}\n\n  other = {");
    let found = read(&files);
    assert!(behavior(&found.deployed).origin_response.is_none());
    assert!(!prove(&intent, &found.deployed).is_proved());
}
