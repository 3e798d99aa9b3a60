//! Functions and key groups: made, published, changed, dropped and rolled back; those of somebody else stay.

use corsynth::plan::TrustedKeyGroups;
use serde_json::{Value, json};

use super::{Account, DISTRIBUTION, account, distribution, sample_plan};
use corsynth::plan::Plan;

const KEY_GROUP: &str = "9f8e7d6c-12ab-34cd-56ef-1234567890ab";

/// Two functions, key groups that the intent names and such that the environment does.
fn lessons() -> Plan {
    sample_plan::plan(vec![sample_plan::lessons_asset()])
}

fn without_functions(mut plan: Plan) -> Plan {
    let cdn = plan.assets[0].cdn.as_mut().unwrap();
    cdn.functions.clear();
    for behavior in &mut cdn.behaviors {
        (behavior.viewer_request, behavior.viewer_response) = (None, None);
    }
    plan
}

fn without_signers(mut plan: Plan) -> Plan {
    for behavior in &mut plan.assets[0].cdn.as_mut().unwrap().behaviors {
        behavior.trusted_key_groups = TrustedKeyGroups::None;
    }
    plan
}

/// An account whose distribution has no functions and no signers yet.
fn plain_account(name: &str, plan: &Plan) -> Option<Account> {
    let mut account = account(name, plan)?;
    account.environment.push(("CORSYNTH_DISTRIBUTION_PREVIEW_BUILDS", DISTRIBUTION.to_owned()));
    account.environment.push(("CORSYNTH_KEY_GROUPS_PREVIEW_BUILDS", KEY_GROUP.to_owned()));
    let mut config = distribution();
    let others = config["CacheBehaviors"]["Items"].as_array().unwrap().len();
    for at in 0..=others {
        let behavior = behavior_at(&mut config, at);
        behavior["FunctionAssociations"] = json!({ "Quantity": 0 });
        behavior["TrustedKeyGroups"] = json!({ "Enabled": false, "Quantity": 0 });
    }
    account.write(&distribution_file(), &config);
    Some(account)
}

fn distribution_file() -> String {
    format!("distribution.{DISTRIBUTION}")
}

/// The default behaviour, and behind it the others.
fn behavior_at(config: &mut Value, at: usize) -> &mut Value {
    match at.checked_sub(1) {
        None => &mut config["DefaultCacheBehavior"],
        Some(at) => &mut config["CacheBehaviors"]["Items"][at],
    }
}

fn change_default(account: &Account, member: &str, value: Value) {
    let mut config = account.read(&distribution_file());
    config["DefaultCacheBehavior"][member] = value;
    account.write(&distribution_file(), &config);
}

fn default_behavior(account: &Account) -> Value {
    account.read(&distribution_file())["DefaultCacheBehavior"].clone()
}

#[test]
fn functions_are_made_published_changed_and_taken_back() {
    let plan = lessons();
    let Some(mut account) = plain_account("functions", &plan) else { return };
    let before = account.documents();
    assert!(account.succeed("plan.sh", &[]).output.contains("+ function acme-static-preview-bu-fn-99aabbcc"));
    assert_eq!(account.documents(), before);

    let first = account.succeed("apply.sh", &[]);
    let of_functions: Vec<_> = first.operations().into_iter().filter(|o| o.ends_with("-function")).collect();
    assert_eq!(of_functions, ["create-function", "publish-function", "create-function", "publish-function"]);
    let place = |operation: &str| first.operations().iter().rposition(|o| *o == operation).unwrap();
    assert!(place("publish-function") < place("update-distribution"), "{:?}", first.operations());
    let behavior = default_behavior(&account);
    let named = |event: &str, name: &str| json!({ "EventType": event, "FunctionARN": format!("arn:aws:cloudfront::111122223333:function/{name}") });
    assert_eq!(
        behavior["FunctionAssociations"],
        json!({ "Quantity": 1, "Items": [named("viewer-request", "acme-static-preview-bu-fn-99aabbcc")] })
    );
    assert_eq!(behavior["TrustedKeyGroups"], json!({ "Enabled": true, "Quantity": 1, "Items": [KEY_GROUP] }));
    let code = std::fs::read_to_string(account.bundle.join("preview-builds/function.js")).unwrap();
    assert_eq!(account.read("function.acme-static-preview-bu-fn-99aabbcc.LIVE")["code"], code);
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");

    // Another table is another code under the same name: only that is written, and published.
    let live = account.documents();
    let mut changed = plan;
    let function = &mut changed.assets[0].cdn.as_mut().unwrap().functions[0];
    function.config.rules[0].allowed_origins = vec!["https://other.preview.acme.dev".into()];
    account.emit(&changed);
    let second = account.succeed("apply.sh", &[]);
    let written: Vec<_> = second.operations().into_iter().filter(|o| *o != "wait").collect();
    assert_eq!(written, ["update-function", "publish-function"]);
    let code = account.read("function.acme-static-preview-bu-fn-99aabbcc.LIVE")["code"].clone();
    assert!(code.as_str().unwrap().contains("https://other.preview.acme.dev"));

    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), live);
    let backups = account.bundle.join("backup");
    let mut runs: Vec<_> = std::fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.sort();
    account.succeed("rollback.sh", &[runs[0].to_str().unwrap()]);
    assert_eq!(account.documents(), before);
}

#[test]
fn a_function_that_was_not_published_is_finished_or_taken_back() {
    let Some(account) = plain_account("functions-unpublished", &lessons()) else { return };
    let before = account.documents();
    let path = account.state.join("bin/aws");
    let fake = std::fs::read_to_string(&path).unwrap();
    let broken =
        fake.replace("\"cloudfront publish-function\")\n", "\"cloudfront publish-function\")\n    refuse TooBad\n");
    assert_ne!(broken, fake);
    for finishes in [false, true] {
        std::fs::write(&path, &broken).unwrap();
        let run = account.run("apply.sh", &[]);
        assert_eq!(run.status, 1, "{}", run.output);
        assert!(
            run.output.contains("TooBad") && run.output.contains("run apply.sh again to finish it"),
            "{}",
            run.output
        );
        // Nothing that runs has heard of it.
        assert!(!run.operations().contains(&"update-distribution"));
        std::fs::write(&path, &fake).unwrap();
        if finishes {
            account.succeed("apply.sh", &[]);
            assert!(account.documents().contains_key("function.acme-static-preview-bu-fn-99aabbcc.LIVE"));
            assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");
        } else {
            account.succeed("rollback.sh", &[]);
            assert_eq!(account.documents(), before);
        }
    }
}

#[test]
fn functions_of_ours_go_with_the_intent_and_those_of_others_stay() {
    let Some(mut account) = plain_account("functions-dropped", &lessons()) else { return };
    account.succeed("apply.sh", &[]);
    let theirs =
        json!({ "EventType": "viewer-response", "FunctionARN": "arn:aws:cloudfront::111122223333:function/theirs" });
    let mut associations = default_behavior(&account)["FunctionAssociations"].clone();
    associations["Items"].as_array_mut().unwrap().push(theirs.clone());
    associations["Quantity"] = 2.into();
    change_default(&account, "FunctionAssociations", associations);
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");

    account.emit(&without_functions(lessons()));
    account.succeed("apply.sh", &[]);
    assert_eq!(default_behavior(&account)["FunctionAssociations"], json!({ "Quantity": 1, "Items": [theirs] }));
    assert_eq!(account.succeed("apply.sh", &[]).last_line(), "no changes");
}

#[test]
fn what_somebody_else_runs_on_the_same_event_is_an_error_before_anything_is_changed() {
    let function =
        |event: &str| json!({ "Quantity": 1, "Items": [{ "EventType": event, "FunctionARN": "arn:theirs" }] });
    let lambda = |event: &str| json!({ "Quantity": 1, "Items": [{ "EventType": event, "LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:auth:7" }] });
    let cases = [
        ("FunctionAssociations", function("viewer-request"), Some("runs arn:theirs on viewer-request")),
        ("FunctionAssociations", function("viewer-response"), Some("\"/fonts/*\" runs arn:theirs on viewer-response")),
        ("LambdaFunctionAssociations", lambda("viewer-request"), Some("function:auth:7 on viewer-request")),
        ("LambdaFunctionAssociations", lambda("viewer-response"), Some("function:auth:7 on viewer-response")),
        ("LambdaFunctionAssociations", lambda("origin-request"), None),
    ];
    for (member, value, refusal) in cases {
        let Some(account) = plain_account("functions-of-others", &lessons()) else { return };
        change_default(&account, member, value.clone());
        let before = account.documents();
        let run = account.run("apply.sh", &[]);
        let Some(told) = refusal else {
            assert_eq!(run.status, 0, "{}", run.output);
            assert!(default_behavior(&account).to_string().contains("-fn-99aabbcc"));
            continue;
        };
        assert_eq!(run.status, 1, "{member} {value}: {}", run.output);
        assert!(run.output.contains(told) && run.output.contains("nothing was changed"), "{}", run.output);
        assert_eq!((account.documents(), run.writes.len(), account.backups()), (before, 0, 0));
    }
}

#[test]
fn a_lambda_of_viewers_is_in_nobodys_way_without_a_function() {
    let Some(account) = plain_account("functions-lambda", &without_functions(lessons())) else { return };
    let lambda = json!({ "Quantity": 1, "Items": [{ "EventType": "viewer-request", "LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:auth:7" }] });
    change_default(&account, "LambdaFunctionAssociations", lambda.clone());
    account.succeed("apply.sh", &[]);
    assert_eq!(default_behavior(&account)["LambdaFunctionAssociations"], lambda);
}

#[test]
fn key_groups_that_the_intent_dropped_are_told_and_go_when_somebody_says_so() {
    let Some(mut account) = plain_account("signers-dropped", &lessons()) else { return };
    account.succeed("apply.sh", &[]);
    let before = account.documents();
    account.emit(&without_signers(lessons()));
    let told = account.succeed("apply.sh", &[]);
    let note = format!("the default behaviour still asks for a signature by {KEY_GROUP}, which the intent does not");
    assert!(
        told.output.contains(&note) && told.output.contains("the behaviour \"/fonts/*\" still asks"),
        "{}",
        told.output
    );
    assert_eq!((told.last_line(), account.documents()), ("no changes", before.clone()));

    account.succeed("apply.sh", &["--drop-signers"]);
    assert_eq!(default_behavior(&account)["TrustedKeyGroups"], json!({ "Enabled": false, "Quantity": 0 }));
    let after = account.succeed("apply.sh", &["--drop-signers"]);
    assert_eq!(after.last_line(), "no changes");
    assert!(!after.output.contains("still asks"), "{}", after.output);
    account.succeed("rollback.sh", &[]);
    assert_eq!(account.documents(), before);
}

#[test]
fn the_manifest_has_a_checksum_of_every_file_that_a_step_needs() {
    let Some(account) = plain_account("checksums", &lessons()) else { return };
    let manifest = std::fs::read_to_string(account.bundle.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let mut checked = 0;
    for step in manifest["steps"].as_array().unwrap() {
        for (file, sum) in [("payload", "sha256"), ("code", "code-sha256")] {
            let Some(path) = step[file].as_str() else { continue };
            let text = std::fs::read_to_string(account.bundle.join(path)).unwrap();
            assert_eq!(step[sum], corsynth::hash::sha256_hex(text.as_bytes()), "{path}");
            checked += usize::from(file == "code");
        }
    }
    assert_eq!(checked, 2);
}
