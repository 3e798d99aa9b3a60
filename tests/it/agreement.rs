//! The same facts in all three formats: what Terraform plans, what the template says and what the payloads say are
//! read here by readers that know nothing of the renderers, and compared value by value.

use crate::examples::compile_last;
use crate::support::{project, tool, unwrapped};
use corsynth::render::{Artifact, Stamp, Target, render};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Facts by kind and name: `bucket-cors/media`, `cache-policy/shop-media-media-cache-1234abcd`.
type Facts = BTreeMap<String, Value>;

#[test]
fn template_and_payloads_agree_on_every_example() {
    for (name, text) in examples() {
        let (cli, cloudformation) =
            (payloads(&emit(&text, Target::AwsCli)), template(&emit(&text, Target::CloudFormation)));
        assert_same(&name, &cli, &cloudformation);
        assert!(!cli.is_empty(), "{name} says nothing");
    }
}

#[test]
fn terraforms_plan_and_payloads_agree_on_every_example() {
    let configured = std::env::var_os("TF_CLI_CONFIG_FILE").is_some_and(|file| Path::new(&file).is_file());
    if !tool("terraform", "version") {
        return;
    }
    if !configured {
        eprintln!("not run: TF_CLI_CONFIG_FILE names no configuration that has the provider");
        return;
    }
    for (name, text) in examples() {
        let planned = terraform_plan(&emit(&text, Target::Terraform));
        // A plan has no statements: Terraform knows them only when it knows the distribution.
        let mut cli = payloads(&emit(&text, Target::AwsCli));
        cli.retain(|key, _| !key.starts_with("statements/"));
        assert_same(&name, &cli, &planned);
    }
}

#[track_caller]
fn assert_same(name: &str, left: &Facts, right: &Facts) {
    for key in left.keys().chain(right.keys()) {
        assert_eq!(left.get(key), right.get(key), "{name}: {key}");
    }
}

/// The shipped intents, without account and distribution, which only some formats can know.
fn examples() -> Vec<(String, String)> {
    let mut examples: Vec<_> = unwrapped(std::fs::read_dir(project("examples")))
        .map(|entry| {
            let path = unwrapped(entry).path();
            let text = unwrapped(std::fs::read_to_string(path.join("corsynth.yaml")));
            (path.display().to_string(), text)
        })
        .collect();
    examples.sort();
    examples
}

fn emit(text: &str, target: Target) -> Vec<Artifact> {
    let bytes = text.as_bytes().to_vec();
    let compiled = compile_last("example", bytes.clone());
    render(&compiled.plan.expect("an example compiles"), target, &Stamp::new("corsynth.yaml", &bytes))
}

/// What does not matter: order of words in a list, `Quantity`, absent and empty members.
fn meaning(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(meaning).collect();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        Value::Object(map) => {
            if let Some(items) = map.get("Items") {
                return meaning(items);
            }
            let kept = map.iter().map(|(k, v)| (k.clone(), meaning(v)));
            // Two switches of HSTS are off when nobody says anything.
            let off = |k: &str, v: &Value| (k == "IncludeSubdomains" || k == "Preload") && *v == json!(false);
            let kept = kept
                .filter(|(k, v)| k != "Quantity" && !v.is_null() && *v != json!([]) && *v != json!({}) && !off(k, v));
            Value::Object(kept.collect::<BTreeMap<_, _>>().into_iter().collect())
        }
        other => other.clone(),
    }
}

/// The AWS CLI's payloads are the API's own words: the others are brought to theirs.
fn payloads(artifacts: &[Artifact]) -> Facts {
    let mut facts = Facts::new();
    for Artifact { path, contents, .. } in artifacts.iter().filter(|a| a.path.ends_with(".json")) {
        let Some((asset, file)) = path.split_once('/') else { continue };
        let value: Value = unwrapped(serde_json::from_str(contents));
        match file.split('.').next().unwrap_or_default() {
            "bucket-cors" if file == "bucket-cors.cli.json" => {
                facts.insert(format!("bucket-cors/{asset}"), meaning(&value["CORSRules"]));
            }
            kind @ ("cache-policy" | "origin-request-policy" | "response-headers-policy" | "origin-access-control") => {
                let name = value["Name"].as_str().expect("a policy has a name");
                facts.insert(format!("{kind}/{name}"), meaning(&value));
            }
            "bucket-policy" => {
                let statements = value.as_array().cloned().unwrap_or_default();
                facts.insert(format!("statements/{asset}"), actions(&statements));
            }
            _ => {}
        }
    }
    facts
}

/// Sid and actions of statements; their resources and conditions are spelled in each format's own references.
fn actions(statements: &[Value]) -> Value {
    let by_sid: BTreeMap<String, Value> = statements
        .iter()
        .map(|s| {
            let actions = if s["Action"].is_array() { s["Action"].clone() } else { json!([s["Action"]]) };
            (s["Sid"].as_str().unwrap_or_default().to_owned(), meaning(&actions))
        })
        .collect();
    json!(by_sid)
}

/// A CloudFormation document as JSON: tags become `Fn::` members, `Sub` of the name prefix its default.
fn yaml(contents: &str) -> Value {
    fn plain(value: serde_yaml::Value) -> Value {
        match value {
            serde_yaml::Value::Tagged(tagged) => {
                let inner = plain(tagged.value);
                match (tagged.tag == "!Sub", inner.as_str()) {
                    (true, Some(text)) => text.replace("${NamePrefix}", "NAME-PREFIX").into(),
                    _ => json!({ "reference": inner }),
                }
            }
            serde_yaml::Value::Mapping(map) => Value::Object(
                map.into_iter()
                    .map(|(k, v)| (k.as_str().expect("a key is a text").to_owned(), plain(v)))
                    .collect::<Map<_, _>>(),
            ),
            serde_yaml::Value::Sequence(items) => items.into_iter().map(plain).collect(),
            other => unwrapped(serde_json::to_value(other)),
        }
    }
    plain(unwrapped(serde_yaml::from_str(contents)))
}

fn template(artifacts: &[Artifact]) -> Facts {
    let mut facts = Facts::new();
    let prefix = artifacts
        .iter()
        .find(|a| a.path == "template.yaml")
        .map(|a| yaml(&a.contents)["Parameters"]["NamePrefix"]["Default"].as_str().unwrap_or_default().to_owned());
    for Artifact { path, contents, .. } in artifacts.iter().filter(|a| a.path.ends_with(".yaml")) {
        let value = yaml(&contents.replace("${NamePrefix}", prefix.as_deref().unwrap_or_default()));
        if path == "template.yaml" {
            facts.extend(made_buckets(&value));
            for resource in value["Resources"].as_object().into_iter().flat_map(Map::values) {
                let kinds = [
                    ("CachePolicy", "cache-policy"),
                    ("OriginRequestPolicy", "origin-request-policy"),
                    ("ResponseHeadersPolicy", "response-headers-policy"),
                    ("OriginAccessControl", "origin-access-control"),
                ];
                for (kind, short) in kinds {
                    if resource["Type"] == format!("AWS::CloudFront::{kind}") {
                        let config = &resource["Properties"][format!("{kind}Config")];
                        let name = config["Name"].as_str().expect("a policy has a name");
                        facts.insert(format!("{short}/{name}"), meaning(config));
                    }
                }
            }
        } else if let Some(asset) = path.strip_prefix("bucket-cors.").and_then(|p| p.strip_suffix(".yaml")) {
            facts.insert(format!("bucket-cors/{asset}"), rules(&value["CorsConfiguration"]));
        } else if let Some(asset) = path.strip_prefix("bucket-policy.").and_then(|p| p.strip_suffix(".yaml")) {
            let statements = value.as_array().or_else(|| value["Statement"].as_array());
            facts.insert(format!("statements/{asset}"), actions(statements.expect("statements")));
        }
    }
    facts
}

/// What is pasted elsewhere and stands in the buckets that the template makes.
fn made_buckets(template: &Value) -> Facts {
    let mut facts = Facts::new();
    let resources = template["Resources"].as_object().into_iter().flatten();
    for (id, resource) in resources {
        let asset = resource["Metadata"]["Corsynth"]["Intent"][0].as_str().and_then(|at| at.rsplit('/').next());
        let Some(asset) = asset else { continue };
        let properties = &resource["Properties"];
        if resource["Type"] == "AWS::S3::Bucket" && !properties["CorsConfiguration"].is_null() {
            facts.insert(format!("bucket-cors/{asset}"), rules(&properties["CorsConfiguration"]));
        }
        let bucket = properties["Bucket"]["reference"].as_str().map(|bucket| &template["Resources"][bucket]["Type"]);
        if resource["Type"] == "AWS::S3::BucketPolicy" && bucket.is_some_and(|kind| kind == "AWS::S3::Bucket") {
            let statements = properties["PolicyDocument"]["Statement"].as_array();
            let is_deny = |statement: &&Value| statement["Effect"] == "Deny";
            let (deny, allow): (Vec<_>, Vec<_>) = statements.into_iter().flatten().partition(is_deny);
            assert_eq!(deny.len(), 1, "{id}: nothing goes without TLS");
            if !allow.is_empty() {
                let allow: Vec<Value> = allow.into_iter().cloned().collect();
                facts.insert(format!("statements/{asset}"), actions(&allow));
            }
        }
    }
    facts
}

/// CORS rules as the API spells them.
fn rules(configuration: &Value) -> Value {
    let names = [("Id", "ID"), ("ExposedHeaders", "ExposeHeaders"), ("MaxAge", "MaxAgeSeconds")];
    meaning(&renamed(&configuration["CorsRules"], &names))
}

fn renamed(value: &Value, names: &[(&str, &str)]) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|v| renamed(v, names)).collect(),
        Value::Object(map) => {
            let name = |k: &str| names.iter().find(|(from, _)| *from == k).map_or(k, |(_, to)| *to).to_owned();
            Value::Object(map.iter().map(|(k, v)| (name(k), renamed(v, names))).collect())
        }
        other => other.clone(),
    }
}

/// `terraform show -json` of a plan of the module. Nothing is asked of AWS: the account is mocked away with
/// `-target`, which leaves out what looks it up.
fn terraform_plan(artifacts: &[Artifact]) -> Facts {
    let folder = unwrapped(tempfile::tempdir());
    for artifact in artifacts {
        let path = folder.path().join(&artifact.path);
        unwrapped(std::fs::create_dir_all(path.parent().unwrap_or(folder.path())));
        unwrapped(std::fs::write(path, &artifact.contents));
    }
    let provider = |alias: &str, region: &str| {
        format!(
            "provider \"aws\" {{\n{alias}  region = \"{region}\"\n  access_key = \"x\"\n  secret_key = \"x\"\n  \
             skip_credentials_validation = true\n  skip_requesting_account_id = true\n  \
             skip_metadata_api_check = true\n  skip_region_validation = true\n}}\n"
        )
    };
    // The second is for a Lambda@Edge, where the module has one.
    let providers = [provider("", "eu-west-1"), provider("  alias = \"us_east_1\"\n", "us-east-1")].concat();
    unwrapped(std::fs::write(folder.path().join("provider.tf"), providers));
    let run = |arguments: &[&str]| {
        let output = unwrapped(Command::new("terraform").args(arguments).current_dir(folder.path()).output());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    run(&["init", "-backend=false", "-input=false"]);
    let kinds = [
        "aws_s3_bucket_cors_configuration",
        "aws_cloudfront_cache_policy",
        "aws_cloudfront_origin_request_policy",
        "aws_cloudfront_response_headers_policy",
        "aws_cloudfront_origin_access_control",
    ];
    let targets: Vec<String> = kinds.iter().map(|kind| format!("-target={kind}.this")).collect();
    let mut plan = vec!["plan", "-input=false", "-refresh=false", "-out=plan"];
    plan.extend(targets.iter().map(String::as_str));
    run(&plan);
    let shown: Value = unwrapped(serde_json::from_str(&run(&["show", "-json", "plan"])));
    let mut facts = Facts::new();
    for resource in shown["planned_values"]["root_module"]["resources"].as_array().into_iter().flatten() {
        let values = &resource["values"];
        let name = values["name"].as_str().unwrap_or_default();
        match resource["type"].as_str().unwrap_or_default() {
            "aws_s3_bucket_cors_configuration" => {
                let asset = resource["index"].as_str().expect("told apart by asset");
                let rules = renamed(&api(&values["cors_rule"]), &[("Id", "ID")]);
                facts.insert(format!("bucket-cors/{asset}"), meaning(&rules));
            }
            "aws_cloudfront_cache_policy" => {
                facts.insert(format!("cache-policy/{name}"), single(&api(values)));
            }
            "aws_cloudfront_origin_request_policy" => {
                facts.insert(format!("origin-request-policy/{name}"), single(&api(values)));
            }
            "aws_cloudfront_response_headers_policy" => {
                facts.insert(format!("response-headers-policy/{name}"), single(&api(values)));
            }
            "aws_cloudfront_origin_access_control" => {
                facts.insert(format!("origin-access-control/{name}"), single(&api(values)));
            }
            _ => {}
        }
    }
    facts
}

/// Members in the API's spelling; `items` is the API's `Items`.
fn api(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(api).collect(),
        Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (api_name(k), api(v))).collect()),
        other => other.clone(),
    }
}

fn api_name(name: &str) -> String {
    match name {
        "min_ttl" => "MinTTL".into(),
        "default_ttl" => "DefaultTTL".into(),
        "max_ttl" => "MaxTTL".into(),
        "xss_protection" => "XSSProtection".into(),
        "cors_config" => "CorsConfig".into(),
        _ => name
            .split('_')
            .map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default())
            .collect(),
    }
}

/// A block that can stand once is a list of one in the provider's schema.
fn single(value: &Value) -> Value {
    fn unwrap_blocks(value: &Value) -> Value {
        match value {
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(k, v)| {
                        let only =
                            v.as_array().filter(|a| a.len() == 1 && a.iter().all(Value::is_object) && k != "Items");
                        (k.clone(), unwrap_blocks(only.and_then(|a| a.first()).unwrap_or(v)))
                    })
                    .collect(),
            ),
            Value::Array(items) => items.iter().map(unwrap_blocks).collect(),
            other => other.clone(),
        }
    }
    meaning(&unwrap_blocks(value))
}
