//! The tools that judge templates: `cfn-lint`, and an emulator that deploys them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value as Json, json};

use super::{artifacts, contents};
use crate::{sample_plan, support};
use corsynth::plan::{AssetPlan, LogicalId, PolicyRef};
use corsynth::render::Artifact;

/// What the owner of an asset's bucket, key and distribution has, with our fragments pasted into it.
fn owners_template(artifacts: &[Artifact], asset: &AssetPlan) -> String {
    let paste = |name: &str, indent: usize| -> String {
        let path = format!("{name}.{}.yaml", asset.id);
        let Some(fragment) = artifacts.iter().find(|a| a.path == path) else { return String::new() };
        fragment.contents.lines().map(|line| format!("{:indent$}{line}\n", "")).collect()
    };
    let Some(bucket) = asset.bucket() else {
        return format!(
            "AWSTemplateFormatVersion: \"2010-09-09\"
Resources:
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
{}Parameters:
  CorsynthStackName:
    Type: String
    Default: corsynth
",
            paste("cache-behaviors", 8)
        );
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
        bucket.name,
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
        let id = LogicalId { asset: asset.id.clone(), part: None }.pascal_case();
        if out.contains(&format!("{id}KeyGroupId")) {
            out += &format!("  {id}KeyGroupId:\n    Type: String\n");
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
        for asset in plan.assets.iter().filter(|asset| asset.owned.is_none()) {
            write(format!("{name}-{}.yaml", asset.id), &owners_template(&artifacts, asset));
        }
        assert_eq!(run(Command::new("cfn-lint").args(["--include-checks", "I", "--"]).args(&templates)), "", "{name}");
    }
}

/// Whether `AWS_ENDPOINT_URL` is an emulator on this machine that knows CloudFormation and CloudFront.
fn emulator() -> bool {
    let endpoint = std::env::var_os("AWS_ENDPOINT_URL").unwrap_or_default().into_string().unwrap_or_default();
    let here = endpoint.starts_with("http://127.0.0.1:") || endpoint.starts_with("http://localhost:");
    if !here {
        eprintln!("not run: AWS_ENDPOINT_URL is no emulator on this machine");
    }
    here && support::tool("aws", "--version")
}

/// The AWS CLI in a folder, in the region of the sample plans.
struct Aws(PathBuf);

impl Aws {
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("aws");
        run(command.args(arguments).args(["--region", "eu-west-1", "--output", "json"]).current_dir(&self.0))
    }

    fn read(&self, arguments: &[&str]) -> Json {
        serde_json::from_str(&self.run(arguments)).expect("JSON")
    }
}

#[test]
fn the_stack_makes_buckets_and_distributions() {
    if !emulator() {
        return;
    }
    let aws = Aws(folder("own"));
    let mut asset = sample_plan::owned_asset();
    sample_plan::bucket_mut(&mut asset).name = "acme-static-owned".into();
    let artifacts = artifacts(&sample_plan::plan(vec![asset]));
    std::fs::write(aws.0.join("template.yaml"), contents(&artifacts, "template.yaml")).expect("written");
    let deploy = ["cloudformation", "deploy", "--stack-name", "own", "--template-file", "template.yaml"];
    // Names of policies are unique in an account, which the other test's stack is in, too.
    aws.run(&[&deploy[..], &["--parameter-overrides", "NamePrefix=own"]].concat());
    let bucket = ["--bucket", "acme-static-owned"];
    let of_bucket = |operation: &str| aws.read(&[&["s3api", operation][..], &bucket].concat());
    assert_eq!(of_bucket("get-bucket-versioning")["Status"], "Enabled");
    let rules = of_bucket("get-bucket-cors")["CORSRules"].clone();
    assert_eq!(rules.as_array().map(Vec::len), Some(2), "{rules}");
    let outputs = aws.read(&["cloudformation", "describe-stacks", "--stack-name", "own"]);
    let outputs = outputs["Stacks"][0]["Outputs"].as_array().expect("outputs").clone();
    let output = |name: &str| {
        let found = outputs.iter().find(|output| output["OutputKey"] == name);
        found.unwrap_or_else(|| panic!("{name}: {outputs:?}"))["OutputValue"].as_str().expect("a text").to_owned()
    };
    let id = output("StaticDistributionId");
    let config = aws.read(&["cloudfront", "get-distribution-config", "--id", &id])["DistributionConfig"].clone();
    let origin = &config["Origins"]["Items"][0];
    assert_eq!(origin["DomainName"], output("StaticBucketRegionalDomainName"));
    assert!(origin["OriginAccessControlId"].as_str().is_some_and(|id| !id.is_empty()), "{origin}");
    assert_eq!(config["CacheBehaviors"]["Items"][0]["PathPattern"], "/fonts/*");
    let policy = of_bucket("get-bucket-policy")["Policy"].as_str().expect("a text").to_owned();
    let policy: Json = serde_json::from_str(&policy).expect("JSON");
    assert_eq!(policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceArn"], output("StaticDistributionArn"));
    assert_eq!(policy["Statement"].as_array().map(Vec::len), Some(3), "{policy}");
}

#[test]
fn the_stack_and_the_pasted_fragments_deploy() {
    if !emulator() {
        return;
    }
    let at = Aws(folder("deploy"));
    let folder = at.0.clone();
    let (aws, read) = (|arguments: &[&str]| at.run(arguments), |arguments: &[&str]| at.read(arguments));
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
    // The other test's stack may be there as well.
    let domain = "acme-static-prod.s3.eu-west-1.amazonaws.com";
    let listed = distributions["DistributionList"]["Items"].as_array().expect("a list").iter();
    let mut ours = listed.filter(|one| one["Origins"]["Items"][0]["DomainName"] == domain);
    let id = ours.next().expect("a distribution")["Id"].as_str().expect("an id").to_owned();
    let config = read(&["cloudfront", "get-distribution-config", "--id", &id])["DistributionConfig"].clone();
    assert_eq!(config["Origins"]["Items"][0]["DomainName"], domain);
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
