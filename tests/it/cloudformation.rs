//! CloudFormation: golden files, an independent reader, text that stays data, and the tools that judge templates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use serde_yaml::Value;

use crate::{sample_plan, support};
use corsynth::aws::cloudfront::OriginRequestHeaders;
use corsynth::plan::{AssetPlan, Cdn, LogicalId, Plan, PolicyRef};
use corsynth::render::{Artifact, Target, render};

fn artifacts(plan: &Plan) -> Vec<Artifact> {
    render(plan, Target::CloudFormation, &sample_plan::stamp())
}

fn contents<'a>(artifacts: &'a [Artifact], path: &str) -> &'a str {
    &artifacts.iter().find(|a| a.path == path).unwrap_or_else(|| panic!("no {path}")).contents
}

fn is_yaml(artifact: &Artifact) -> bool {
    Path::new(&artifact.path).extension().is_some_and(|extension| extension == "yaml")
}

fn is_payload(artifact: &Artifact) -> bool {
    artifact.path.starts_with("bucket-cors.") && artifact.path.ends_with(".json")
}

/// A YAML artifact by the independent reader, with every intrinsic function computed as CloudFormation does it:
/// parameters have their defaults, everything else that a `Ref` can name is shown in angle brackets.
fn resolved(text: &str) -> Json {
    let tree: Value = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let defaults = tree.get("Parameters").and_then(Value::as_mapping).into_iter().flatten().map(|(name, parameter)| {
        (word(name), parameter.get("Default").map(word).expect("every parameter has a default"))
    });
    resolve(&tree, &defaults.collect())
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value:?}")).to_owned()
}

fn resolve(value: &Value, parameters: &BTreeMap<String, String>) -> Json {
    let lookup = |name: &str| parameters.get(name).cloned().unwrap_or_else(|| format!("<{name}>"));
    match value {
        Value::Tagged(tagged) => match tagged.tag.to_string().as_str() {
            "!Ref" => lookup(&word(&tagged.value)).into(),
            "!GetAtt" => format!("<{}>", word(&tagged.value)).into(),
            "!Sub" => substitute(&word(&tagged.value), lookup).into(),
            "!Join" => {
                let Json::Array(arguments) = resolve(&tagged.value, parameters) else { panic!("{tagged:?}") };
                let items = arguments[1].as_array().expect("a list").iter().map(|item| item.as_str().expect("text"));
                items.collect::<Vec<_>>().join(arguments[0].as_str().expect("a delimiter")).into()
            }
            function @ ("!Equals" | "!Not" | "!And" | "!Condition") => {
                json!({ function: resolve(&tagged.value, parameters) })
            }
            other => panic!("an unknown function: {other}"),
        },
        Value::Mapping(map) => map
            .iter()
            .map(|(key, value)| (word(key), resolve(value, parameters)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Sequence(items) => items.iter().map(|item| resolve(item, parameters)).collect(),
        Value::String(text) => text.as_str().into(),
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number.as_u64().expect("only natural numbers").into(),
        Value::Null => panic!("nothing is null"),
    }
}

/// `Fn::Sub`: `${Name}` is looked up, `${!Name}` is a literal `${Name}`.
fn substitute(text: &str, lookup: impl Fn(&str) -> String) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (name, rest) = rest.split_once('}').unwrap_or_else(|| panic!("an open `${{` in `Fn::Sub`: {text}"));
    let value = name.strip_prefix('!').map_or_else(|| lookup(name), |literal| format!("${{{literal}}}"));
    format!("{before}{value}{}", substitute(rest, lookup))
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
            let is_policy = body["Type"] == "AWS::S3::BucketPolicy";
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
    "name",
    "origin",
    "replaces-a",
];

#[test]
fn logical_ids_are_unique_and_follow_names_not_places() {
    let rename = |asset: &mut AssetPlan, name: &str| {
        asset.id = name.into();
        let cdn = asset.cdn.as_mut().expect("it has one");
        let id = |part: Option<&str>| LogicalId { asset: name.into(), part: part.map(Into::into) };
        cdn.origin_access_control.id = id(None);
        cdn.cache_policies[0].id = id(None);
        cdn.origin_request_policies[0].id = id(None);
        cdn.response_headers_policies[0].id = id(None);
        cdn.response_headers_policies[1].id = id(Some("x-cache"));
    };
    let plan_of = |names: &[&str]| {
        let asset = |name: &&str| {
            let mut asset = sample_plan::static_asset();
            rename(&mut asset, name);
            asset
        };
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

/// Puts the next text into every place of a plan that holds free text. What the plan promises about its ids stays.
fn fill(plan: &mut Plan, next: &mut dyn FnMut() -> String) {
    plan.name = next();
    plan.owner = Some(next());
    for asset in &mut plan.assets {
        let bucket = &mut asset.bucket;
        for text in
            [&mut bucket.name, &mut bucket.region].into_iter().chain(&mut bucket.account).chain(&mut bucket.kms_key)
        {
            *text = next();
        }
        for rule in asset.cors.iter_mut().flat_map(|cors| &mut cors.rules) {
            rule.id = next();
            let lists = [
                &mut rule.allowed_origins,
                &mut rule.allowed_methods,
                &mut rule.allowed_headers,
                &mut rule.expose_headers,
            ];
            lists.into_iter().flatten().for_each(|text| *text = next());
        }
        asset.provenance.0.iter_mut().for_each(|text| *text = next());
        if let Some(cdn) = &mut asset.cdn {
            fill_cdn(cdn, next);
        }
    }
}

fn fill_cdn(cdn: &mut Cdn, next: &mut dyn FnMut() -> String) {
    cdn.distribution
        .iter_mut()
        .chain(&mut cdn.aliases)
        .chain(&mut cdn.invalidation_paths)
        .for_each(|text| *text = next());
    cdn.origin_access_control.name.suffix = next();
    cdn.origin_access_control.config.description = next();
    for policy in &mut cdn.cache_policies {
        policy.name.suffix = next();
        policy.config.comment = next();
        policy.config.headers.iter_mut().for_each(|text| *text = next());
    }
    for policy in &mut cdn.origin_request_policies {
        policy.name.suffix = next();
        let (OriginRequestHeaders::Whitelist(headers) | OriginRequestHeaders::AllExcept(headers)) =
            &mut policy.config.headers;
        headers.iter_mut().for_each(|text| *text = next());
    }
    for policy in &mut cdn.response_headers_policies {
        policy.name.suffix = next();
        policy.provenance.0.iter_mut().for_each(|text| *text = next());
        for header in &mut policy.config.custom_headers {
            header.header = next();
            header.value = next();
        }
        if let Some(cors) = &mut policy.config.cors {
            let lists = [
                &mut cors.access_control_allow_origins,
                &mut cors.access_control_allow_headers,
                &mut cors.access_control_allow_methods,
                &mut cors.access_control_expose_headers,
            ];
            lists.into_iter().flatten().for_each(|text| *text = next());
        }
    }
    cdn.behaviors.iter_mut().filter_map(|behavior| behavior.path_pattern.as_mut()).for_each(|text| *text = next());
    for statement in cdn.bucket_policy.iter_mut().chain(&mut cdn.key_policy) {
        statement.sid = next();
        statement.actions.iter_mut().for_each(|text| *text = next());
    }
}

fn filled(mut next: impl FnMut() -> String) -> Plan {
    let (_, mut plan) = sample_plan::all().into_iter().find(|(name, _)| *name == "mixed").expect("there is one");
    fill(&mut plan, &mut next);
    plan
}

/// The tree with every string changed.
fn map_texts(tree: Json, change: &dyn Fn(String) -> String) -> Json {
    match tree {
        Json::String(text) => change(text).into(),
        Json::Array(items) => items.into_iter().map(|item| map_texts(item, change)).collect(),
        Json::Object(map) => {
            map.into_iter().map(|(k, v)| (k, map_texts(v, change))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}

/// Rendering and putting in texts can change places: a plan whose texts are tokens, rendered, read and computed, with
/// the tokens then replaced, is the plan with the texts, rendered, read and computed.
fn assert_texts_are_data(texts: &[String]) {
    let mut count = 0;
    let tokens = artifacts(&filled(|| {
        count += 1;
        format!("TOKEN{count:04}")
    }));
    let text = |index: usize| texts[index % texts.len()].clone();
    let mut index = 0;
    let actual = artifacts(&filled(|| {
        index += 1;
        text(index)
    }));
    let put_in = |with_tokens: String| {
        let mut pieces = with_tokens.split("TOKEN");
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |out, piece| {
            let (number, rest) = piece.split_at(4);
            out + &text(number.parse().expect("a number")) + rest
        })
    };
    let harmless = |text: String| text.replace("{{resolve:", "{{ resolve:");
    let paths = |artifacts: &[Artifact]| artifacts.iter().map(|a| a.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&tokens), paths(&actual));
    for (token, actual) in tokens.iter().zip(&actual) {
        let (expected, actual) = if is_yaml(token) {
            (map_texts(resolved(&token.contents), &|text| harmless(put_in(text))), resolved(&actual.contents))
        } else if is_payload(token) {
            let parse = |text: &str| serde_json::from_str::<Json>(text).expect("JSON");
            (map_texts(parse(&token.contents), &put_in), parse(&actual.contents))
        } else {
            continue;
        };
        assert_eq!(expected, actual, "{}", token.path);
    }
    // Each text went somewhere.
    assert!(count > 50, "{count}");
    for number in 1..=count {
        let token = format!("TOKEN{number:04}");
        assert!(
            tokens.iter().any(|a| (is_yaml(a) || a.path == "corsynth.lock.json") && a.contents.contains(&token)),
            "{token}"
        );
    }
}

#[test]
fn functions_and_references_in_a_text_are_data() {
    let texts = [
        "${AWS::AccountId}",
        "${",
        "${!a}",
        "$${NamePrefix}",
        "a${b",
        "!Ref NamePrefix",
        "{{resolve:ssm:/secret}}",
        "Fn::Sub",
        "2012-10-17",
        "no",
        "\ttab\nline",
        "-->",
        "```\n$(id)",
        "'; rm -rf /",
        "a | b",
        "\u{2028}",
        "<<",
        "*a",
    ];
    assert_texts_are_data(&texts.map(str::to_owned));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_text_is_data(texts in prop::collection::vec(prop_oneof![any::<String>(), "[${}!A-Z:\\\\\"'\n\t #-]{0,9}"], 1..40)) {
        // The prefix and the names of buckets are parameters, whose empty default is no text to look for.
        assert_texts_are_data(&texts);
    }
}

#[test]
fn the_readme_shows_hostile_text_on_one_line_as_code() {
    let hostile = "`a`` | <b> \n# c ${d} $(e) ```\nf";
    let plan = filled(|| hostile.to_owned());
    let artifacts = artifacts(&plan);
    let readme = contents(&artifacts, "README.md");
    let plain = |text: &str| text.lines().map(str::trim_start).filter(|line| line.starts_with('#')).count();
    let benign = filled(|| "text".to_owned());
    let benign = self::artifacts(&benign);
    assert_eq!(plain(readme), plain(contents(&benign, "README.md")), "no heading of its own");
    assert_eq!(readme.lines().count(), contents(&benign, "README.md").lines().count());
    assert!(!readme.contains("--bucket `"), "commands hold plain words only");
    for row in readme.lines().filter(|line| line.starts_with("| `")) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert!(matches!(bars, 3 | 4), "{row}");
    }
}

/// What the owner of an asset's bucket, key and distribution has, with our fragments pasted into it.
fn owners_template(artifacts: &[Artifact], asset: &AssetPlan) -> String {
    let paste = |name: &str, indent: usize| -> String {
        let path = format!("{name}.{}.yaml", asset.id);
        let Some(fragment) = artifacts.iter().find(|a| a.path == path) else { return String::new() };
        fragment.contents.lines().map(|line| format!("{:indent$}{line}\n", "")).collect()
    };
    let mut out = format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BucketName: {}
{}",
        asset.bucket.name,
        paste("bucket-cors", 6)
    );
    let key = paste("key-policy", 8);
    if !key.is_empty() {
        let own = "          - {Sid: Own, Effect: Allow, Principal: {AWS: !Ref \"AWS::AccountId\"}, Action: \"kms:*\", Resource: \"*\"}";
        out += &format!(
            "  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      EnableKeyRotation: true
      KeyPolicy:
        Version: \"2012-10-17\"
{key}{own}
"
        );
    }
    if asset.cdn.is_some() {
        out += &format!(
            "  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
{}  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: \"2012-10-17\"
{}",
            paste("cache-behaviors", 8),
            paste("bucket-policy", 8)
        );
        out += "Parameters:\n  CorsynthStackName:\n    Type: String\n    Default: corsynth\n";
        if asset.cdn.as_ref().is_some_and(|cdn| cdn.distribution.is_none()) {
            let id = LogicalId { asset: asset.id.clone(), part: None }.pascal_case();
            out += &format!("  {id}DistributionId:\n    Type: String\n    Default: EUNKNOWN\n");
        }
    }
    out
}

/// An empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cloudformation").join(test);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("removed");
    }
    std::fs::create_dir_all(&folder).expect("made");
    folder
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the tool starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

#[test]
fn cfn_lint_has_nothing_to_say() {
    if !support::tool("cfn-lint", "--version") {
        return;
    }
    let folder = folder("lint");
    for (name, plan) in sample_plan::all() {
        let artifacts = artifacts(&plan);
        let mut templates = vec![];
        let mut write = |file: String, text: &str| {
            let path = folder.join(file);
            std::fs::write(&path, text).expect("written");
            templates.push(path);
        };
        if let Some(template) = artifacts.iter().find(|a| a.path == "template.yaml") {
            write(format!("{name}.yaml"), &template.contents);
        }
        for asset in &plan.assets {
            write(format!("{name}-{}.yaml", asset.id), &owners_template(&artifacts, asset));
        }
        assert_eq!(run(Command::new("cfn-lint").args(["--include-checks", "I", "--"]).args(&templates)), "", "{name}");
    }
}

/// With `AWS_ENDPOINT_URL` at an emulator on this machine that knows CloudFormation and CloudFront.
#[test]
fn the_stack_and_the_pasted_fragments_deploy() {
    let endpoint = std::env::var_os("AWS_ENDPOINT_URL").unwrap_or_default().into_string().unwrap_or_default();
    if !endpoint.starts_with("http://127.0.0.1:") && !endpoint.starts_with("http://localhost:") {
        eprintln!("not run: AWS_ENDPOINT_URL is no emulator on this machine");
        return;
    }
    if !support::tool("aws", "--version") {
        return;
    }
    let folder = folder("deploy");
    let aws = |arguments: &[&str]| {
        let mut command = Command::new("aws");
        run(command.args(arguments).args(["--region", "eu-west-1", "--output", "json"]).current_dir(&folder))
    };
    let read = |arguments: &[&str]| -> Json { serde_json::from_str(&aws(arguments)).expect("JSON") };
    let plan = sample_plan::plan(vec![sample_plan::static_asset()]);
    let artifacts = artifacts(&plan);
    for artifact in &artifacts {
        std::fs::write(folder.join(&artifact.path), &artifact.contents).expect("written");
    }
    std::fs::write(folder.join("owner.yaml"), owners_template(&artifacts, &plan.assets[0])).expect("written");
    aws(&["cloudformation", "deploy", "--stack-name", "corsynth", "--template-file", "template.yaml"]);
    aws(&["cloudformation", "deploy", "--stack-name", "owner", "--template-file", "owner.yaml"]);

    let payload: Json = serde_json::from_str(contents(&artifacts, "bucket-cors.static.json")).expect("JSON");
    let get = ["s3api", "get-bucket-cors", "--bucket", "acme-static-prod"];
    assert_eq!(read(&get)["CORSRules"], payload["CORSRules"], "the pasted rules are the payload's");
    aws(&["s3api", "delete-bucket-cors", "--bucket", "acme-static-prod"]);
    let put = "file://bucket-cors.static.json";
    aws(&["s3api", "put-bucket-cors", "--bucket", "acme-static-prod", "--cors-configuration", put]);
    assert_eq!(read(&get)["CORSRules"], payload["CORSRules"]);

    let outputs = read(&["cloudformation", "describe-stacks", "--stack-name", "corsynth"]);
    let output = |name: &str| {
        let list = outputs["Stacks"][0]["Outputs"].as_array().expect("outputs");
        list.iter().find(|o| o["OutputKey"] == name).unwrap_or_else(|| panic!("{name}: {outputs}"))["OutputValue"]
            .clone()
    };
    let distributions = read(&["cloudfront", "list-distributions"]);
    let id = distributions["DistributionList"]["Items"][0]["Id"].as_str().expect("an id").to_owned();
    let config = read(&["cloudfront", "get-distribution-config", "--id", &id])["DistributionConfig"].clone();
    assert_eq!(config["Origins"]["Items"][0]["DomainName"], "acme-static-prod.s3.eu-west-1.amazonaws.com");
    assert_eq!(config["Origins"]["Items"][0]["OriginAccessControlId"], output("StaticOriginAccessControlId"));
    let default = &config["DefaultCacheBehavior"];
    assert_eq!(default["CachePolicyId"], output("StaticCachePolicyId"));
    assert_eq!(default["ResponseHeadersPolicyId"], output("StaticResponseHeadersPolicyId"));
    let fonts = &config["CacheBehaviors"]["Items"][0];
    assert_eq!(fonts["PathPattern"], "/fonts/*");
    assert_eq!(fonts["ResponseHeadersPolicyId"], output("StaticFontsResponseHeadersPolicyId"));
    let PolicyRef::Managed(managed) = &plan.assets[0].cdn.as_ref().expect("a cdn").behaviors[0].cache_policy else {
        panic!("the sample uses a managed policy here")
    };
    assert_eq!(fonts["CachePolicyId"], managed.id);

    let headers = output("StaticResponseHeadersPolicyId").as_str().expect("an id").to_owned();
    let headers = read(&["cloudfront", "get-response-headers-policy", "--id", &headers]);
    let config = &headers["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"];
    assert_eq!(config["Name"], "acme-static-static-cors-0a1b2c3d");
    assert_eq!(
        config["CorsConfig"]["AccessControlAllowOrigins"]["Items"],
        json!(["https://acme.com", "https://www.acme.com"])
    );
}
