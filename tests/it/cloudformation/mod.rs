//! CloudFormation: golden files, an independent reader, text that stays data, and the tools that judge templates.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "the helpers of tests may do what tests may"
)]

mod own;
mod reader;
mod text;
mod tools;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::{sample_plan, support};
use corsynth::plan::{AssetPlan, LogicalId, Plan};
use corsynth::render::{Artifact, Target, render};
use reader::resolved;

fn artifacts(plan: &Plan) -> Vec<Artifact> {
    render(plan, Target::CloudFormation, &sample_plan::stamp())
}

fn contents<'a>(artifacts: &'a [Artifact], path: &str) -> &'a str {
    &artifacts.iter().find(|a| a.path == path).unwrap_or_else(|| panic!("no {path}")).contents
}

fn has_extension(artifact: &Artifact, extension: &str) -> bool {
    Path::new(&artifact.path).extension().is_some_and(|found| found == extension)
}

fn is_yaml(artifact: &Artifact) -> bool {
    has_extension(artifact, "yaml")
}

fn is_payload(artifact: &Artifact) -> bool {
    artifact.path.starts_with("bucket-cors.") && has_extension(artifact, "json")
}

#[test]
fn the_mixed_plan_renders_as_recorded() {
    let (_, plan) = sample_plan::all().into_iter().find(|(name, _)| *name == "mixed").expect("there is one");
    let artifacts = artifacts(&plan);
    let folder = support::project("tests/golden/cloudformation/mixed");
    for artifact in &artifacts {
        support::assert_golden(&folder.join(&artifact.path), &artifact.contents);
    }
    let recorded: BTreeSet<_> = std::fs::read_dir(&folder)
        .expect("the golden folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    assert_eq!(recorded, artifacts.iter().map(|a| a.path.clone()).collect());
}

#[test]
fn the_policies_say_what_the_plan_says() {
    let plan = sample_plan::plan(vec![sample_plan::static_asset()]);
    let template = resolved(contents(&artifacts(&plan), "template.yaml"));
    let resource = |name: &str| &template["Resources"][name];
    assert_eq!(
        resource("StaticResponseHeadersPolicy"),
        &json!({
            "Type": "AWS::CloudFront::ResponseHeadersPolicy",
            "Metadata": { "Corsynth": { "Intent": ["/assets/static/cdn"] } },
            "Properties": { "ResponseHeadersPolicyConfig": {
                "Name": "acme-static-static-cors-0a1b2c3d",
                "Comment": "corsynth 0123456789ab",
                "CorsConfig": {
                    "AccessControlAllowOrigins": { "Items": ["https://acme.com", "https://www.acme.com"] },
                    "AccessControlAllowHeaders": { "Items": ["if-range", "range"] },
                    "AccessControlAllowMethods": { "Items": ["GET", "HEAD"] },
                    "AccessControlExposeHeaders": { "Items": ["ETag"] },
                    "AccessControlAllowCredentials": false,
                    "AccessControlMaxAgeSec": 7200,
                    "OriginOverride": true,
                },
                "SecurityHeadersConfig": {
                    "StrictTransportSecurity": {
                        "AccessControlMaxAgeSec": 31_536_000, "IncludeSubdomains": false, "Preload": false, "Override": false,
                    },
                    "FrameOptions": { "FrameOption": "SAMEORIGIN", "Override": false },
                    "ReferrerPolicy": { "ReferrerPolicy": "strict-origin-when-cross-origin", "Override": false },
                    "ContentTypeOptions": { "Override": true },
                    "XSSProtection": { "Protection": true, "ModeBlock": true, "Override": false },
                },
            } },
        })
    );
    assert_eq!(
        resource("StaticCachePolicy")["Properties"]["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"],
        json!({
            "EnableAcceptEncodingGzip": true,
            "EnableAcceptEncodingBrotli": true,
            "HeadersConfig": {
                "HeaderBehavior": "whitelist",
                "Headers": ["Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin"],
            },
            "CookiesConfig": { "CookieBehavior": "none" },
            "QueryStringsConfig": { "QueryStringBehavior": "none" },
        })
    );
    let statements = &resource("StaticBucketPolicy")["Properties"]["PolicyDocument"]["Statement"];
    let arn = "arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/E2EXAMPLE123AB";
    for (statement, resource) in [(0, "acme-static-prod/*"), (1, "acme-static-prod")] {
        let statement = &statements[statement];
        assert_eq!(statement["Resource"], format!("arn:<AWS::Partition>:s3:::{resource}"));
        assert_eq!(statement["Principal"], json!({ "Service": "cloudfront.amazonaws.com" }));
        assert_eq!(statement["Condition"], json!({ "StringEquals": { "AWS:SourceArn": arn } }));
    }
}

#[test]
fn a_bucket_policy_is_replaced_only_on_demand() {
    for (name, plan) in sample_plan::all() {
        let artifacts = artifacts(&plan);
        let Some(template) = artifacts.iter().find(|a| a.path == "template.yaml") else {
            assert_eq!(name, "direct");
            continue;
        };
        let template = resolved(&template.contents);
        for (resource, body) in template["Resources"].as_object().expect("a map") {
            let made = |bucket: &str| template["Resources"][bucket].is_object();
            let of_made = resource.strip_suffix("Policy").is_some_and(made);
            let is_policy = body["Type"] == "AWS::S3::BucketPolicy" && !of_made;
            assert_eq!(is_policy, body["Condition"].is_string(), "{name} {resource}");
            if is_policy {
                let conditions = &template["Conditions"][body["Condition"].as_str().expect("a name")]["!And"];
                assert_eq!(conditions[0], json!({ "!Equals": ["leave", "replace"] }), "{name}: the default");
                assert_eq!(conditions[2]["!Equals"][0], "<AWS::Region>");
            }
        }
    }
}

#[test]
fn without_a_policy_there_is_no_template_and_the_readme_says_why() {
    let artifacts = artifacts(&sample_plan::plan(vec![sample_plan::tiles_asset()]));
    let paths: Vec<_> = artifacts.iter().map(|a| a.path.as_str()).collect();
    assert_eq!(paths, ["README.md", "bucket-cors.tiles.json", "bucket-cors.tiles.yaml", "corsynth.lock.json"]);
    assert!(contents(&artifacts, "README.md").contains("There is no `template.yaml`"));
}

#[test]
fn the_lock_file_knows_every_resource() {
    for (name, plan) in sample_plan::all() {
        let artifacts = artifacts(&plan);
        let lock: Json = serde_json::from_str(contents(&artifacts, "corsynth.lock.json")).expect("JSON");
        if let Some(template) = artifacts.iter().find(|a| a.path == "template.yaml") {
            for (resource, body) in resolved(&template.contents)["Resources"].as_object().expect("a map") {
                assert_eq!(lock["resources"][resource], body["Metadata"]["Corsynth"]["Intent"], "{name} {resource}");
            }
        }
    }
}

/// Names of which one could be taken for another with a word for its kind behind it.
const RIVALS: &[&str] = &[
    "a",
    "a-bucket",
    "a-bucket-policy",
    "a-cache",
    "a-cache-policy",
    "a-cdn",
    "a-distribution",
    "a-has",
    "a-id",
    "a-origin",
    "a-origin-request",
    "a-replaces",
    "a-response-headers",
    "bucket",
    "cache",
    "has-a",
    "has-a-web",
    "name",
    "origin",
    "replaces-a",
];

/// An asset under another name.
fn renamed(mut asset: AssetPlan, name: &str) -> AssetPlan {
    asset.id = name.into();
    let cdn = asset.cdn.as_mut().expect("it has one");
    let id = |part: Option<&str>| LogicalId { asset: name.into(), part: part.map(Into::into) };
    sample_plan::control_mut(cdn).id = id(None);
    cdn.cache_policies[0].id = id(None);
    cdn.origin_request_policies[0].id = id(None);
    cdn.response_headers_policies[0].id = id(None);
    cdn.response_headers_policies[1].id = id(Some("x-cache"));
    asset
}

#[test]
fn logical_ids_are_unique_and_follow_names_not_places() {
    let plan_of = |names: &[&str]| {
        let asset = |name: &&str| renamed(sample_plan::static_asset(), name);
        sample_plan::plan(names.iter().map(asset).collect())
    };
    // The reader refuses a key that is there twice, so it is enough that all are there.
    let all = artifacts(&plan_of(RIVALS));
    let template = resolved(contents(&all, "template.yaml"));
    let names =
        |section: &str| -> Vec<String> { template[section].as_object().expect("a map").keys().cloned().collect() };
    let parameters_and_resources: Vec<_> = names("Parameters").into_iter().chain(names("Resources")).collect();
    assert_eq!(parameters_and_resources.len(), 1 + RIVALS.len() * (3 + 6));
    assert_eq!(parameters_and_resources.iter().collect::<BTreeSet<_>>().len(), parameters_and_resources.len());
    assert_eq!(names("Outputs").len(), RIVALS.len() * (5 + 3));
    assert_eq!(names("Conditions").len(), RIVALS.len() * 2);
    for name in [names("Outputs"), names("Conditions"), names("Rules"), parameters_and_resources].concat() {
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
    }
    let few = artifacts(&plan_of(&["cache"]));
    let few = resolved(contents(&few, "template.yaml"));
    for (name, body) in few["Resources"].as_object().expect("a map") {
        assert_eq!(body, &template["Resources"][name]);
    }
}
