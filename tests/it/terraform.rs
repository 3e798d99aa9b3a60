//! The Terraform renderer: golden files, Terraform's own judgement, and text from the plan that must stay text.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests: they write files for a tool, and a failed step is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use corsynth::plan::{AssetPlan, Plan, Policy, PolicyRef};
use corsynth::render::{self, Artifact, Stamp, Target};
use hcl::structure::{Body, Structure};
use serde_json::{Value, json};

use crate::hcl_printer::{INJECTIONS, terraform};
use crate::sample_plan;
use crate::support::{assert_golden, project, tool};

fn plan(name: &str) -> Plan {
    sample_plan::all_for_terraform().into_iter().find(|(other, _)| *other == name).expect("a sample plan").1
}

fn render(plan: &Plan) -> Vec<Artifact> {
    render::render(plan, Target::Terraform, &sample_plan::stamp())
}

fn artifact<'a>(artifacts: &'a [Artifact], path: &str) -> &'a str {
    &artifacts.iter().find(|artifact| artifact.path == path).expect("an artifact").contents
}

pub(crate) fn write(root: &Path, artifacts: &[Artifact]) {
    for artifact in artifacts {
        let path = root.join(&artifact.path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(path, &artifact.contents).expect("the file can be written");
    }
}

#[track_caller]
pub(crate) fn succeeds(directory: &Path, arguments: &[&str]) -> String {
    let output = terraform(directory, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "terraform {arguments:?}\n{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn golden_files_of_a_plan_with_everything() {
    let artifacts = render(&plan("mixed"));
    for artifact in &artifacts {
        assert_golden(&project("tests/golden/terraform/mixed").join(&artifact.path), &artifact.contents);
    }
}

#[test]
fn golden_files_that_differ_with_several_regions() {
    let artifacts = render(&plan("regions"));
    for path in ["main.tf", "bucket_policy.tf", "versions.tf", "examples/complete/main.tf", "examples/adopt/imports.tf"]
    {
        assert_golden(&project("tests/golden/terraform/regions").join(path), artifact(&artifacts, path));
    }
}

#[test]
fn every_file_is_marked_and_listed() {
    for (name, plan) in sample_plan::all_for_terraform() {
        let artifacts = render(&plan);
        let lock: Value = serde_json::from_str(artifact(&artifacts, "corsynth.lock.json")).expect("JSON");
        for artifact in artifacts.iter().filter(|artifact| artifact.path != "corsynth.lock.json") {
            assert!(artifact.contents.contains(render::artifact::MARK), "{name}: {}", artifact.path);
            assert_eq!(lock["files"][&artifact.path], artifact.sha256(), "{name}: {}", artifact.path);
        }
    }
}

#[test]
fn rendering_is_stable_and_only_data_depends_on_the_plan() {
    let direct = render(&plan("direct"));
    assert_eq!(direct, render(&plan("direct")));
    let mixed = render(&plan("mixed"));
    for path in ["main.tf", "bucket_policy.tf", "outputs.tf", "versions.tf"] {
        assert_eq!(artifact(&direct, path), artifact(&mixed, path), "{path}");
    }
}

#[test]
fn the_lock_file_leads_from_addresses_to_the_intent() {
    let lock: Value = serde_json::from_str(artifact(&render(&plan("regions")), "corsynth.lock.json")).expect("JSON");
    let resources = lock["resources"].as_object().expect("an object");
    assert_eq!(resources[r#"aws_s3_bucket_cors_configuration.us_east_1["preview-builds"]"#], json!(["/assets/static"]));
    assert_eq!(
        resources[r#"aws_cloudfront_response_headers_policy.this["static/fonts"]"#],
        json!(["/assets/static/cdn"])
    );
}

#[test]
fn all_files_are_canonical() {
    if !tool("terraform", "version") {
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary folder");
    for (name, plan) in sample_plan::all_for_terraform() {
        write(&directory.path().join(name), &render(&plan));
    }
    write(&directory.path().join("hostile"), &render(&hostile_plan().0));
    succeeds(directory.path(), &["fmt", "-check", "-diff", "-recursive", "-no-color"]);
}

/// Whether a provider can be installed: only through a mirror that `TF_CLI_CONFIG_FILE` names.
pub(crate) fn provider_mirror() -> bool {
    let found = std::env::var_os("TF_CLI_CONFIG_FILE").is_some_and(|file| Path::new(&file).is_file());
    if !found {
        eprintln!("not run: TF_CLI_CONFIG_FILE names no configuration with a mirror of hashicorp/aws");
    }
    found
}

#[test]
fn the_provider_accepts_the_module_and_its_own_tests_pass() {
    if !tool("terraform", "version") || !provider_mirror() {
        return;
    }
    // The other two are parts of these.
    for name in ["mixed", "regions", "server", "servers"] {
        let directory = tempfile::tempdir().expect("a temporary folder");
        write(directory.path(), &render(&plan(name)));
        // A module that takes a provider for each region is valid only where it is called.
        for example in ["complete", "adopt"] {
            let example = directory.path().join("examples").join(example);
            succeeds(&example, &["init", "-backend=false", "-no-color"]);
            succeeds(&example, &["validate", "-no-color"]);
        }
        succeeds(directory.path(), &["init", "-backend=false", "-no-color"]);
        let report = succeeds(directory.path(), &["test", "-no-color"]);
        assert!(report.contains("0 failed"), "{name}: {report}");
    }
}

/// A module that no longer does what its intent says must fail its own tests.
#[test]
fn the_tests_of_the_module_notice_when_it_is_broken() {
    if !tool("terraform", "version") || !provider_mirror() {
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary folder");
    let artifacts = render(&plan("mixed"));
    write(directory.path(), &artifacts);
    succeeds(directory.path(), &["init", "-backend=false", "-no-color"]);
    for (path, from, to) in [
        ("locals.tf", r#", "Origin"]"#, "]"),
        ("locals.tf", "access_control_allow_credentials = false", "access_control_allow_credentials = true"),
        ("bucket_policy.tf", r#""AWS:SourceArn""#, r#""AWS:SourceAccount""#),
        ("outputs.tf", "aws_cloudfront_response_headers_policy.this[behavior.response_headers_policy.own].id", "null"),
    ] {
        let original = artifact(&artifacts, path);
        let broken = original.replace(from, to);
        assert_ne!(broken, original, "`{from}` is in {path}");
        std::fs::write(directory.path().join(path), broken).expect("the file can be written");
        let output = terraform(directory.path(), &["test", "-no-color", "-filter=tests/assets.tftest.hcl"]);
        assert!(!output.status.success(), "{path}: `{from}` became `{to}`, and no test failed");
        std::fs::write(directory.path().join(path), original).expect("the file can be written");
    }
}

/// The values of `locals.tf`, read by the parser of `hcl-rs`.
fn locals(artifacts: &[Artifact]) -> BTreeMap<String, Value> {
    let Body(structures) = hcl::parse(artifact(artifacts, "locals.tf")).expect("HCL");
    let block = structures.into_iter().find_map(|structure| match structure {
        Structure::Block(block) if block.identifier() == "locals" => Some(block),
        _ => None,
    });
    let attributes = block.expect("a `locals` block").body.into_attributes();
    attributes
        .map(|attribute| {
            let value = serde_json::to_value(hcl::Value::from(attribute.expr)).expect("JSON");
            (attribute.key.into_inner(), value)
        })
        .collect()
}

fn each_asset(plan: &Plan, value: impl Fn(&AssetPlan) -> Option<Value>) -> Value {
    Value::Object(plan.assets.iter().filter_map(|asset| Some((asset.id.clone(), value(asset)?))).collect())
}

fn each_policy<T>(policies: Vec<&Policy<T>>, value: impl Fn(&T) -> Value) -> Value {
    let rows = policies.into_iter().map(|policy| {
        let mut row = value(&policy.config);
        row["name_suffix"] = json!(policy.name.suffix);
        (policy.id.key(), row)
    });
    Value::Object(rows.collect())
}

#[test]
fn locals_say_what_the_plan_says() {
    for (name, plan) in sample_plan::all_for_terraform() {
        let locals = locals(&render(&plan));
        let cdns = || plan.assets.iter().filter_map(|asset| asset.cdn.as_ref());
        let reference = |policy: &PolicyRef| match policy {
            PolicyRef::Managed(managed) => json!({ "managed": managed.name }),
            PolicyRef::Own(id) => json!({ "own": id.key() }),
        };
        let expected = [
            (
                "assets",
                each_asset(&plan, |asset| {
                    let bucket = asset.bucket()?;
                    Some(json!({
                        "bucket": bucket.name, "region": bucket.region, "account": bucket.account, "kms_key": bucket.kms_key,
                        "partition": bucket.partition.arn(), "dns_suffix": bucket.partition.dns_suffix(),
                        "distribution": asset.cdn.as_ref().and_then(|cdn| cdn.distribution.clone()),
                        "aliases": asset.cdn.as_ref().map_or(vec![], |cdn| cdn.aliases.clone()),
                    }))
                }),
            ),
            (
                "cors_rules",
                each_asset(&plan, |asset| {
                    let rules = asset.cors.as_ref()?.rules.iter().map(|rule| {
                        json!({
                            "id": rule.id, "allowed_origins": rule.allowed_origins, "allowed_methods": rule.allowed_methods,
                            "allowed_headers": rule.allowed_headers, "expose_headers": rule.expose_headers,
                            "max_age_seconds": rule.max_age_seconds,
                        })
                    });
                    Some(rules.collect())
                }),
            ),
            (
                "cache_policies",
                each_policy(cdns().flat_map(|cdn| &cdn.cache_policies).collect(), |config| {
                    json!({
                        "comment": config.comment, "min_ttl": config.min_ttl, "default_ttl": config.default_ttl,
                        "max_ttl": config.max_ttl, "headers": config.headers,
                        "enable_accept_encoding_gzip": config.enable_accept_encoding_gzip,
                        "enable_accept_encoding_brotli": config.enable_accept_encoding_brotli,
                        "cookie_behavior": config.cookie_behavior.as_str(),
                        "query_string_behavior": config.query_string_behavior.as_str(),
                    })
                }),
            ),
            (
                "origin_access_controls",
                each_policy(
                    cdns().flat_map(|cdn| &cdn.origin_access_control).collect(),
                    |config| json!({ "description": config.description }),
                ),
            ),
            (
                "cache_behaviors",
                each_asset(&plan, |asset| {
                    let behaviors = asset.cdn.as_ref()?.behaviors.iter().map(|behavior| {
                        json!({
                            "path_pattern": behavior.path_pattern, "compress": behavior.compress,
                            "allowed_methods": behavior.allowed_methods.methods(),
                            "cached_methods": behavior.cached_methods.methods(),
                            "viewer_protocol_policy": behavior.viewer_protocol_policy.as_str(),
                            "cache_policy": reference(&behavior.cache_policy),
                            "origin_request_policy": behavior.origin_request_policy.as_ref().map(reference),
                            "response_headers_policy": behavior.response_headers_policy.as_ref().map(reference),
                        })
                    });
                    Some(behaviors.collect())
                }),
            ),
            ("invalidation_paths", each_asset(&plan, |asset| Some(json!(asset.cdn.as_ref()?.invalidation_paths)))),
        ];
        for (local, expected) in expected {
            assert_eq!(locals[local], expected, "{name}: local.{local}");
        }
        let sids = |local: &str| locals[local].to_string().matches("\"sid\"").count();
        assert_eq!(
            sids("bucket_policy_statements"),
            cdns().map(|cdn| cdn.bucket_policy.len()).sum::<usize>(),
            "{name}"
        );
        assert_eq!(sids("key_policy_statements"), cdns().map(|cdn| cdn.key_policy.len()).sum::<usize>(), "{name}");
    }
}

/// A plan with a hostile text in each place that can hold text, and all those texts.
fn hostile_plan() -> (Plan, BTreeSet<String>) {
    let mut used = BTreeSet::new();
    let mut next = 0;
    let mut hostile = || {
        // The number keeps them apart: lists in `locals.tf` hold each text once.
        let text = format!("{}{next}", INJECTIONS[next % INJECTIONS.len()]);
        next += 1;
        used.insert(text.clone());
        text
    };
    let mut asset = sample_plan::static_asset();
    let bucket = sample_plan::bucket_mut(&mut asset);
    bucket.name = hostile();
    bucket.account = Some(hostile());
    bucket.kms_key = Some(hostile());
    for rule in asset.cors.iter_mut().flat_map(|cors| &mut cors.rules) {
        rule.id = hostile();
        for list in
            [&mut rule.allowed_origins, &mut rule.allowed_methods, &mut rule.allowed_headers, &mut rule.expose_headers]
        {
            *list = (0..4).map(|_| hostile()).collect();
        }
    }
    let cdn = asset.cdn.as_mut().expect("the sample has a distribution");
    cdn.distribution = Some(hostile());
    cdn.aliases = vec![hostile()];
    sample_plan::control_mut(cdn).name.suffix = hostile();
    sample_plan::control_mut(cdn).config.description = hostile();
    for policy in &mut cdn.cache_policies {
        policy.name.suffix = hostile();
        policy.config.comment = hostile();
        policy.config.headers = vec![hostile()];
    }
    for policy in &mut cdn.response_headers_policies {
        policy.name.suffix = hostile();
        policy.config.comment = hostile();
        for custom in &mut policy.config.custom_headers {
            custom.header = hostile();
            custom.value = hostile();
        }
        if let Some(cors) = &mut policy.config.cors {
            cors.access_control_allow_origins = vec![hostile(), hostile()];
            cors.access_control_allow_headers = vec![hostile(), hostile()];
            cors.access_control_expose_headers = vec![hostile(), hostile()];
        }
    }
    for behavior in &mut cdn.behaviors {
        behavior.path_pattern = Some(hostile());
    }
    for statement in cdn.bucket_policy.iter_mut().chain(&mut cdn.key_policy) {
        statement.sid = hostile();
        statement.actions = vec![hostile()];
    }
    cdn.invalidation_paths = vec![hostile()];
    let mut plan = sample_plan::plan(vec![asset]);
    plan.owner = Some(INJECTIONS.concat());
    (plan, used)
}

fn strings(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => _ = out.insert(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(rows) => rows.values().for_each(|row| strings(row, out)),
        _ => {}
    }
}

#[test]
fn hostile_text_in_a_plan_stays_data() {
    if !tool("terraform", "version") {
        return;
    }
    let (plan, used) = hostile_plan();
    let stamp = Stamp::new("${path.cwd}\n}\nresource \"x\" \"y\" {} -->", b"");
    let artifacts = render::render(&plan, Target::Terraform, &stamp);
    let directory = tempfile::tempdir().expect("a temporary folder");
    // The locals alone need no provider to be evaluated.
    let rows: Vec<String> = locals(&artifacts).into_keys().map(|name| format!("{name} = local.{name}")).collect();
    let output = format!("output \"all\" {{\n  value = {{\n{}\n}}\n}}\n", rows.join("\n"));
    write(
        directory.path(),
        &[Artifact::file("locals.tf", artifact(&artifacts, "locals.tf")), Artifact::file("outputs.tf", output)],
    );
    succeeds(directory.path(), &["apply", "-auto-approve", "-no-color"]);
    let values: Value = serde_json::from_str(&succeeds(directory.path(), &["output", "-json"])).expect("JSON");
    let mut evaluated = BTreeSet::new();
    strings(&values["all"]["value"], &mut evaluated);
    let lost: Vec<_> = used.difference(&evaluated).collect();
    assert!(lost.is_empty(), "evaluated to something else: {lost:#?}");
    // Everything else that holds text from the plan is at least HCL still.
    let is_hcl =
        |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "tf" || extension == "hcl");
    for artifact in artifacts.iter().filter(|artifact| is_hcl(&artifact.path)) {
        hcl::parse(&artifact.contents).unwrap_or_else(|e| panic!("{}: {e}", artifact.path));
    }
}

#[test]
fn hostile_text_is_no_markup_in_the_readme() {
    let (plan, _) = hostile_plan();
    let artifacts = render(&plan);
    let readme = artifact(&artifacts, "README.md");
    let reference = render(&sample_plan::plan(vec![sample_plan::static_asset()]));
    let reference = artifact(&reference, "README.md");
    for markup in ["<!--", "-->", "\n#", "\n```", "\n| --- |"] {
        assert_eq!(readme.matches(markup).count(), reference.matches(markup).count(), "{markup:?}");
    }
    // Every row of a table has the cells of its head.
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    for table in readme.split("\n\n").filter(|block| block.starts_with("| ")) {
        let mut lines = table.lines().filter(|line| line.starts_with('|')).map(cells);
        let head = lines.next();
        assert!(lines.all(|row| Some(row) == head), "{table}");
    }
}
