//! The AWS CLI bundle: its files, and that they say what the plan says.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test that cannot go on says so by a panic, and makes its own files"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use corsynth::plan::{AssetPlan, Plan};
use corsynth::render::artifact::{LOCK_FILE, MARK};
use corsynth::render::{Artifact, Target, render};
use serde_json::Value;

use crate::sample_plan;
use crate::support::{assert_golden, project, tool};

pub(crate) fn bundle(plan: &Plan) -> BTreeMap<String, Artifact> {
    render(plan, Target::AwsCli, &sample_plan::stamp()).into_iter().map(|a| (a.path.clone(), a)).collect()
}

/// A bundle on disk, as `emit` would write it, in an empty folder of this name.
pub(crate) fn on_disk(name: &str, plan: &Plan) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("aws-cli").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    for artifact in bundle(plan).values() {
        let path = folder.join(&artifact.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &artifact.contents).unwrap();
    }
    folder
}

fn json(bundle: &BTreeMap<String, Artifact>, path: &str) -> Value {
    let artifact = bundle.get(path).unwrap_or_else(|| panic!("no file `{path}`"));
    serde_json::from_str(&artifact.contents).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn the_mixed_bundle_is_as_checked_in() {
    let (_, plan) = sample_plan::all().into_iter().find(|(name, _)| *name == "mixed").unwrap();
    for artifact in bundle(&plan).values() {
        // The scripts are the same in every bundle and checked in where they are written.
        if !is_program(&artifact.path) && artifact.path != LOCK_FILE {
            assert_golden(&project("tests/golden/aws-cli/mixed").join(&artifact.path), &artifact.contents);
        }
    }
}

fn is_program(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, kind)| ["sh", "jq"].contains(&kind))
}

#[test]
fn programs_are_the_same_for_every_plan() {
    let programs = |plan: &Plan| -> Vec<Artifact> {
        bundle(plan).into_values().filter(|artifact| is_program(&artifact.path)).collect()
    };
    let (first, hostile) = (programs(&sample_plan::all()[0].1), programs(&hostile_plan("$(touch x)`touch y`'\"\n")));
    assert_eq!(first, hostile);
    for program in first {
        assert!(program.contents.contains(MARK), "{}", program.path);
        assert!(!program.contents.contains("acme"), "{}", program.path);
        assert_eq!(program.executable, !program.path.contains('/'), "{}", program.path);
    }
}

/// `mixed`, with this text wherever a plan has text that is not a name of AWS's.
pub(crate) fn hostile_plan(text: &str) -> Plan {
    let (_, mut plan) = sample_plan::all().into_iter().find(|(name, _)| *name == "mixed").unwrap();
    text.clone_into(&mut plan.name);
    plan.owner = Some(text.to_owned());
    for asset in &mut plan.assets {
        asset.provenance.0.push(text.to_owned());
        for rule in asset.cors.iter_mut().flat_map(|cors| &mut cors.rules) {
            rule.id.push_str(text);
            rule.allowed_origins.push(format!("https://{text}"));
            rule.allowed_headers.push(text.to_owned());
            rule.expose_headers.push(text.to_owned());
        }
        let Some(cdn) = &mut asset.cdn else { continue };
        cdn.aliases.insert(0, text.to_owned());
        if let Some(control) = &mut cdn.origin_access_control {
            control.config.description.push_str(text);
            control.name.suffix.push_str(text);
        }
        for policy in &mut cdn.cache_policies {
            policy.config.headers.push(text.to_owned());
            policy.config.comment.push_str(text);
        }
        for policy in &mut cdn.response_headers_policies {
            policy.name.prefix.push_str(text);
            policy.config.comment.push_str(text);
        }
        for statement in &mut cdn.bucket_policy {
            statement.sid.push_str(text);
        }
        if let Some(behavior) = cdn.behaviors.first_mut() {
            behavior.path_pattern = Some(format!("/{text}/*"));
        }
        cdn.invalidation_paths.push(format!("/{text}"));
    }
    plan
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|items| items.iter().map(|i| i.as_str().unwrap()).collect()).unwrap_or_default()
}

fn items(value: &Value) -> Vec<&str> {
    assert_eq!(value["Quantity"], strings(&value["Items"]).len(), "{value}");
    strings(&value["Items"])
}

#[test]
fn payloads_say_what_the_plan_says() {
    for (name, plan) in sample_plan::attached() {
        let bundle = bundle(&plan);
        for asset in &plan.assets {
            assert_cors(&bundle, asset);
            let Some(cdn) = &asset.cdn else { continue };
            for policy in &cdn.cache_policies {
                let payload = json(&bundle, &format!("{}/cache-policy.json", asset.id));
                assert_eq!(payload["Name"], policy.name.full(), "{name}");
                assert_eq!(payload["MinTTL"], policy.config.min_ttl);
                assert_eq!(payload["DefaultTTL"], policy.config.default_ttl);
                assert_eq!(payload["MaxTTL"], policy.config.max_ttl);
                let key = &payload["ParametersInCacheKeyAndForwardedToOrigin"];
                assert_eq!(key["EnableAcceptEncodingGzip"], policy.config.enable_accept_encoding_gzip);
                assert_eq!(key["EnableAcceptEncodingBrotli"], policy.config.enable_accept_encoding_brotli);
                assert_eq!(items(&key["HeadersConfig"]["Headers"]), policy.config.headers);
                assert_eq!(key["QueryStringsConfig"]["QueryStringBehavior"], "none");
            }
            for policy in &cdn.response_headers_policies {
                let part = policy.id.part.as_ref().map(|p| format!(".{p}")).unwrap_or_default();
                let payload = json(&bundle, &format!("{}/response-headers-policy{part}.json", asset.id));
                assert_eq!(payload["Name"], policy.name.full());
                if let Some(cors) = &policy.config.cors {
                    let config = &payload["CorsConfig"];
                    assert_eq!(items(&config["AccessControlAllowOrigins"]), cors.access_control_allow_origins);
                    assert_eq!(items(&config["AccessControlAllowHeaders"]), cors.access_control_allow_headers);
                    assert_eq!(items(&config["AccessControlAllowMethods"]), cors.access_control_allow_methods);
                    assert_eq!(items(&config["AccessControlExposeHeaders"]), cors.access_control_expose_headers);
                    assert_eq!(config["AccessControlAllowCredentials"], cors.access_control_allow_credentials);
                    assert_eq!(config["AccessControlMaxAgeSec"], cors.access_control_max_age_sec);
                    assert_eq!(config["OriginOverride"], cors.origin_override);
                }
                let custom = &payload["CustomHeadersConfig"];
                assert_eq!(custom["Quantity"].as_u64().unwrap_or(0), policy.config.custom_headers.len() as u64);
            }
            let behaviors = json(&bundle, &format!("{}/cache-behaviors.json", asset.id));
            for (behavior, payload) in cdn.behaviors.iter().zip(behaviors.as_array().unwrap()) {
                assert_eq!(payload["path-pattern"].as_str(), behavior.path_pattern.as_deref());
                let methods = &payload["set"]["AllowedMethods"];
                assert_eq!(items(methods), behavior.allowed_methods.methods());
                assert_eq!(items(&methods["CachedMethods"]), behavior.cached_methods.methods());
            }
            let Some(bucket) = asset.bucket() else { continue };
            let statements = json(&bundle, &format!("{}/bucket-policy.statements.json", asset.id));
            for (statement, payload) in cdn.bucket_policy.iter().zip(statements.as_array().unwrap()) {
                assert_eq!(payload["Sid"], statement.sid);
                assert_eq!(strings(&payload["Action"]), statement.actions);
                let source = payload["Condition"]["StringEquals"]["AWS:SourceArn"].as_str().unwrap();
                let known = bucket.account.is_some() && cdn.distribution.is_some();
                assert_eq!(source == "arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE123AB", known, "{source}");
            }
        }
    }
}

fn assert_contract(bundle: &BTreeMap<String, Artifact>, asset: &AssetPlan) {
    let custom = asset.custom_origin().unwrap();
    let document = json(bundle, &format!("{}/origin-contract.json", asset.id));
    assert_eq!(document["Rules"].as_array().unwrap().len(), custom.contract.len());
    for (rule, payload) in custom.contract.iter().zip(document["Rules"].as_array().unwrap()) {
        assert_eq!(strings(&payload["AllowedOrigins"]), rule.allowed_origins);
        assert_eq!(strings(&payload["AllowedHeaders"]), rule.allowed_headers);
        assert_eq!(payload["AllowCredentials"], rule.allow_credentials);
    }
    assert!(!bundle.keys().any(|path| path.starts_with(&format!("{}/bucket", asset.id))), "nothing of S3");
}

fn assert_cors(bundle: &BTreeMap<String, Artifact>, asset: &AssetPlan) {
    if asset.bucket().is_none() {
        return assert_contract(bundle, asset);
    }
    let document = json(bundle, &format!("{}/bucket-cors.cli.json", asset.id));
    assert_eq!(document["CORSRules"], json(bundle, &format!("{}/bucket-cors.console.json", asset.id)));
    let rules = &asset.cors.as_ref().unwrap().rules;
    assert_eq!(document["CORSRules"].as_array().unwrap().len(), rules.len());
    for (rule, payload) in rules.iter().zip(document["CORSRules"].as_array().unwrap()) {
        assert_eq!(payload["ID"], rule.id);
        assert_eq!(strings(&payload["AllowedOrigins"]), rule.allowed_origins);
        assert_eq!(strings(&payload["AllowedMethods"]), rule.allowed_methods);
        assert_eq!(strings(&payload["AllowedHeaders"]), rule.allowed_headers);
        assert_eq!(strings(&payload["ExposeHeaders"]), rule.expose_headers);
        assert_eq!(payload["MaxAgeSeconds"], rule.max_age_seconds);
    }
}

#[test]
fn the_manifest_orders_what_exists() {
    for (name, plan) in sample_plan::attached() {
        let bundle = bundle(&plan);
        let manifest = json(&bundle, "manifest.json");
        let mut done: Vec<&str> = Vec::new();
        for step in manifest["steps"].as_array().unwrap() {
            for before in strings(&step["depends-on"]) {
                assert!(done.contains(&before), "{name}: {} comes before {before}", step["id"]);
            }
            let id = step["id"].as_str().unwrap();
            assert!(!done.contains(&id), "{name}: {id} twice");
            done.push(id);
            if let Some(path) = step["payload"].as_str() {
                assert_eq!(step["sha256"], bundle[path].sha256(), "{name}: {id}");
            }
        }
        // Every payload is used by a step.
        for path in bundle.keys().filter(|p| p.contains('/') && !is_program(p)) {
            // The code of a function is read beside its settings.
            let payload = path.strip_suffix(".js").map_or_else(|| path.clone(), |stem| format!("{stem}.json"));
            let used = manifest["steps"].as_array().unwrap().iter().any(|step| step["payload"] == payload.as_str());
            let other = path.ends_with("checks.json")
                || path.ends_with("origin-contract.json")
                || path.ends_with("console.json");
            assert!(used || other, "{name}: no step uses {path}");
        }
    }
}

#[test]
fn no_text_of_a_plan_becomes_a_path() {
    let mut asset = sample_plan::static_asset();
    asset.id = "../../x".into();
    let cdn = asset.cdn.as_mut().unwrap();
    cdn.cache_policies[0].id.part = Some("/etc/../passwd".into());
    for path in bundle(&sample_plan::plan(vec![asset])).keys() {
        assert!(!path.starts_with('/') && !path.contains(".."), "{path}");
        assert!(path.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c)), "{path}");
    }
}

#[test]
fn shells_accept_the_scripts() {
    let folder = on_disk("mixed", &sample_plan::all()[2].1);
    let scripts = ["apply.sh", "plan.sh", "rollback.sh", "verify.sh", "lib/common.sh", "lib/steps.sh"];
    if tool("bash", "--version") {
        for script in scripts {
            let output = Command::new("bash").args(["-n", script]).current_dir(&folder).output().unwrap();
            assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    if tool("shellcheck", "--version") {
        let output = Command::new("shellcheck").arg("-x").args(scripts).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
