//! Buckets and distributions that the stack makes.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::reader::resolved;
use super::{RIVALS, artifacts, contents, renamed};
use crate::sample_plan::{self, owned_asset, owned_lessons_asset, owned_tiles_asset, plan};
use corsynth::plan::owned::{ERROR_CACHING, other_paths};
use corsynth::plan::{AssetPlan, PolicyRef};

fn template(assets: Vec<AssetPlan>) -> Json {
    resolved(contents(&artifacts(&plan(assets)), "template.yaml"))
}

#[test]
fn the_bucket_is_closed_encrypted_versioned_and_outlives_the_stack() {
    let template = template(vec![owned_asset(), owned_tiles_asset()]);
    for (name, key) in [("StaticBucket", true), ("TilesBucket", false)] {
        let bucket = &template["Resources"][name];
        assert_eq!((&bucket["DeletionPolicy"], &bucket["UpdateReplacePolicy"]), (&json!("Retain"), &json!("Retain")));
        let properties = &bucket["Properties"];
        let blocks = properties["PublicAccessBlockConfiguration"].as_object().expect("a map");
        assert_eq!(blocks.values().collect::<Vec<_>>(), [true; 4], "{name}");
        assert_eq!(properties["OwnershipControls"], json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] }));
        assert_eq!(properties["VersioningConfiguration"], json!({ "Status": "Enabled" }));
        let rule = &properties["LifecycleConfiguration"]["Rules"][0];
        assert_eq!(rule["AbortIncompleteMultipartUpload"], json!({ "DaysAfterInitiation": 7 }));
        let encryption = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
        assert_eq!(encryption["BucketKeyEnabled"], key);
        let algorithm = if key { "aws:kms" } else { "AES256" };
        assert_eq!(encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"], algorithm);
        assert_eq!(encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"].is_string(), key);
        assert!(properties["CorsConfiguration"]["CorsRules"].is_array(), "{name}");
    }
}

#[test]
fn the_policy_lets_in_this_distribution_and_nothing_without_tls() {
    let template = template(vec![owned_asset(), owned_tiles_asset()]);
    let policy = &template["Resources"]["StaticBucketPolicy"];
    assert_eq!(policy["DeletionPolicy"], "Retain");
    assert_eq!(policy["Properties"]["Bucket"], "<StaticBucket>");
    let statements = policy["Properties"]["PolicyDocument"]["Statement"].as_array().expect("a list");
    let [read, list, deny] = statements.as_slice() else { panic!("{statements:#?}") };
    let arn = "arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<StaticDistribution>";
    for (statement, resource) in [(read, "<StaticBucket.Arn>/*"), (list, "<StaticBucket.Arn>")] {
        assert_eq!(statement["Resource"], resource);
        assert_eq!(statement["Condition"], json!({ "StringEquals": { "AWS:SourceArn": arn } }));
    }
    assert_eq!(deny["Effect"], "Deny");
    assert_eq!(deny["Principal"], "*");
    assert_eq!(deny["Resource"], json!(["<StaticBucket.Arn>", "<StaticBucket.Arn>/*"]));
    assert_eq!(deny["Condition"], json!({ "Bool": { "aws:SecureTransport": "false" } }));
    let alone = &template["Resources"]["TilesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"];
    assert_eq!(alone.as_array().map(Vec::len), Some(1), "the bucket without a distribution asks for TLS, too");
}

#[test]
fn the_distribution_signs_and_says_everything_that_has_a_default() {
    let template = template(vec![owned_asset()]);
    let config = &template["Resources"]["StaticDistribution"]["Properties"]["DistributionConfig"];
    assert_eq!(
        config["Origins"],
        json!([{
            "Id": "static", "DomainName": "<StaticBucket.RegionalDomainName>",
            "OriginAccessControlId": "<StaticOriginAccessControl.Id>", "S3OriginConfig": { "OriginAccessIdentity": "" },
        }])
    );
    assert_eq!(config["DefaultRootObject"], "index.html", "the distribution may list the bucket");
    assert_eq!((&config["HttpVersion"], &config["IPV6Enabled"]), (&json!("http2and3"), &json!(true)));
    let errors = config["CustomErrorResponses"].as_array().expect("a list");
    let told = errors.iter().map(|e| (e["ErrorCode"].as_u64(), e["ErrorCachingMinTTL"].as_u64()));
    let wanted = ERROR_CACHING.map(|(code, seconds)| (Some(u64::from(code)), Some(u64::from(seconds))));
    assert!(told.eq(wanted), "{errors:?}");
    assert_eq!(config["ViewerCertificate"]["SslSupportMethod"], "sni-only");
    assert_eq!(config["ViewerCertificate"]["MinimumProtocolVersion"], "TLSv1.2_2021");
    assert_eq!(config["Aliases"], json!(["cdn.acme.com"]));
    assert_eq!(config["DefaultCacheBehavior"]["ResponseHeadersPolicyId"], "<StaticResponseHeadersPolicy>");
    assert_eq!(config["CacheBehaviors"][0]["PathPattern"], "/fonts/*");
    assert_eq!(config["WebACLId"], json!({ "!If": ["HasStaticWebAcl", "", "<AWS::NoValue>"] }));
}

#[test]
fn paths_that_the_intent_does_not_speak_of_are_read_only_and_have_no_cors() {
    let template = template(vec![owned_lessons_asset()]);
    let config = &template["Resources"]["PreviewBuildsDistribution"]["Properties"]["DistributionConfig"];
    let PolicyRef::Managed(cache) = other_paths().cache_policy else { panic!("it is one of AWS") };
    assert_eq!(
        config["DefaultCacheBehavior"],
        json!({
            "TargetOriginId": "preview-builds", "ViewerProtocolPolicy": "redirect-to-https",
            "AllowedMethods": ["GET", "HEAD"], "CachedMethods": ["GET", "HEAD"], "Compress": true, "CachePolicyId": cache.id,
        })
    );
    let lessons = &config["CacheBehaviors"][1];
    assert_eq!(lessons["TrustedKeyGroups"], json!(["<PreviewBuildsKeyGroupId>"]), "it must be given");
    assert_eq!(lessons["FunctionAssociations"][0]["FunctionARN"], "<PreviewBuildsFunction.FunctionARN>");
    assert_eq!(config["ViewerCertificate"], json!({ "CloudFrontDefaultCertificate": true }));
    assert!(config.get("DefaultRootObject").is_none() && config.get("Aliases").is_none(), "{config:#}");
}

#[test]
fn nothing_is_left_to_paste_but_the_statements_for_the_key() {
    let artifacts = artifacts(&plan(vec![owned_asset(), owned_tiles_asset()]));
    let paths: Vec<_> = artifacts.iter().map(|a| a.path.as_str()).collect();
    assert_eq!(paths, ["README.md", "corsynth.lock.json", "key-policy.static.yaml", "template.yaml"]);
}

#[test]
fn names_of_what_is_made_and_of_what_is_attached_to_do_not_meet() {
    let asset = |(index, name): (usize, &&str)| {
        renamed(if index % 2 == 0 { owned_asset() } else { sample_plan::static_asset() }, name)
    };
    for shift in [0, 1] {
        let template = template(RIVALS.iter().enumerate().map(|(i, name)| asset((i + shift, name))).collect());
        let mut seen = BTreeSet::new();
        for section in ["Parameters", "Rules", "Resources"] {
            for name in template[section].as_object().expect("a map").keys() {
                assert!(seen.insert(name.clone()), "{section} {name}");
            }
        }
        // The reader refuses a key that is there twice.
        assert_eq!(template["Conditions"].as_object().map(serde_json::Map::len), Some(RIVALS.len() / 2 * 3), "{shift}");
    }
}
