//! Buckets and distributions that the stack itself makes, for assets with `manage: own`: an asset of the plan in, the
//! resources, parameters, rules and outputs about it out.
//!
//! Nothing goes in a circle: the distribution needs the bucket, and the bucket's policy, a resource of its own, needs both.
//! A bucket outlives its stack, and with it what its policy says. What is decided here is decided for the Terraform
//! module, too: [`crate::plan::owned`].

use super::super::yaml::{Yaml, map, text, texts};
use super::fragment;
use super::function::{attribute, equals, if_or_nothing, not, reference};
use super::name::{self, AssetNames};
use super::resource::{Resource, metadata};
use super::sections::{Allowed, Parameter, output};
use super::statement::{self, Place};
use crate::aws::partition::Partition;
use crate::plan::owned::{ABORT_UPLOADS_AFTER_DAYS, ERROR_CACHING, ROOT_OBJECT};
use crate::plan::{AssetOrigin, AssetPlan, Bucket, Cdn, Owned, Plan, TrustedKeyGroups};

/// The bucket, its policy, and the distribution.
pub(super) fn resources(plan: &Plan, asset: &AssetPlan, owned: &Owned) -> Vec<Resource> {
    let mut resources = Vec::new();
    if let Some(bucket) = asset.bucket() {
        resources.push(bucket_resource(asset, bucket));
        resources.push(bucket_policy(asset));
    }
    resources.extend(asset.cdn.as_ref().map(|cdn| distribution(plan, asset, cdn, owned)));
    resources
}

/// What outlives its stack.
fn retained(kind: &str, intent: &[String], properties: Yaml) -> Yaml {
    map([
        ("Type", text(kind)),
        ("DeletionPolicy", text("Retain")),
        ("UpdateReplacePolicy", text("Retain")),
        ("Metadata", metadata(intent)),
        ("Properties", properties),
    ])
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html>
fn bucket_resource(asset: &AssetPlan, bucket: &Bucket) -> Resource {
    let names = AssetNames::of(asset);
    let intent = asset.provenance.0.clone();
    let on = || Yaml::Bool(true);
    let abort = map([("DaysAfterInitiation", Yaml::Int(ABORT_UPLOADS_AFTER_DAYS.into()))]);
    let rule = map([
        ("Id", text("corsynth-abort-uploads")),
        ("Status", text("Enabled")),
        ("AbortIncompleteMultipartUpload", abort),
    ]);
    let mut properties = vec![
        ("BucketName", text(&bucket.name)),
        (
            "PublicAccessBlockConfiguration",
            map([
                ("BlockPublicAcls", on()),
                ("BlockPublicPolicy", on()),
                ("IgnorePublicAcls", on()),
                ("RestrictPublicBuckets", on()),
            ]),
        ),
        ("OwnershipControls", rules(map([("ObjectOwnership", text("BucketOwnerEnforced"))]))),
        ("BucketEncryption", encryption(bucket)),
        ("VersioningConfiguration", map([("Status", text("Enabled"))])),
        ("LifecycleConfiguration", rules(rule)),
    ];
    properties.extend(asset.cors.as_ref().map(|cors| ("CorsConfiguration", fragment::cors_configuration(cors))));
    let body = retained("AWS::S3::Bucket", &intent, map(properties));
    Resource { name: names.bucket(), intent, body, output: None }
}

fn rules(rule: Yaml) -> Yaml {
    map([("Rules", Yaml::List(vec![rule]))])
}

fn encryption(bucket: &Bucket) -> Yaml {
    let mut by_default = vec![("SSEAlgorithm", text(if bucket.kms_key.is_some() { "aws:kms" } else { "AES256" }))];
    by_default.extend(bucket.kms_key.as_ref().map(|key| ("KMSMasterKeyID", text(key))));
    let rule = map([
        ("BucketKeyEnabled", Yaml::Bool(bucket.kms_key.is_some())),
        ("ServerSideEncryptionByDefault", map(by_default)),
    ]);
    map([("ServerSideEncryptionConfiguration", Yaml::List(vec![rule]))])
}

/// The whole policy of the bucket: what the distribution may do, and nothing for anybody without TLS.
fn bucket_policy(asset: &AssetPlan) -> Resource {
    let names = AssetNames::of(asset);
    let intent = asset.provenance.0.clone();
    let of_cdn = asset.cdn.iter().flat_map(|cdn| {
        cdn.bucket_policy.iter().map(move |statement| statement::one(asset, cdn, statement, Place::Own))
    });
    let statements = of_cdn.chain([statement::tls_only(asset)]).collect();
    let document = map([("Version", text("2012-10-17")), ("Statement", Yaml::List(statements))]);
    let properties = map([("Bucket", reference(names.bucket())), ("PolicyDocument", document)]);
    let body = retained("AWS::S3::BucketPolicy", &intent, properties);
    Resource { name: names.bucket_policy(), intent, body, output: None }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html>
fn distribution(plan: &Plan, asset: &AssetPlan, cdn: &Cdn, owned: &Owned) -> Resource {
    let names = AssetNames::of(asset);
    let intent = asset.provenance.0.clone();
    let mut config = vec![
        ("Enabled", Yaml::Bool(true)),
        ("IPV6Enabled", Yaml::Bool(true)),
        ("HttpVersion", text("http2and3")),
        ("Comment", text(format!("{}/{}", plan.name, asset.id))),
    ];
    if !cdn.aliases.is_empty() {
        config.push(("Aliases", texts(&cdn.aliases)));
    }
    config.extend(owned.lists_bucket.then(|| ("DefaultRootObject", text(ROOT_OBJECT))));
    config.push(("WebACLId", if_or_nothing(names.has_web_acl(), reference(names.web_acl()))));
    config.push(("Origins", Yaml::List(vec![origin(asset, cdn)])));
    let behaviors = asset.behaviors();
    let (default, ordered): (Vec<_>, Vec<_>) = behaviors.iter().partition(|behavior| behavior.path_pattern.is_none());
    let say = |behavior| fragment::cache_behavior(asset, behavior, Place::Own);
    config.extend(default.first().map(|behavior| ("DefaultCacheBehavior", say(behavior))));
    if !ordered.is_empty() {
        config.push(("CacheBehaviors", Yaml::List(ordered.into_iter().map(say).collect())));
    }
    let error = |(code, seconds): (u16, u32)| {
        map([("ErrorCode", Yaml::Int(code.into())), ("ErrorCachingMinTTL", Yaml::Int(seconds.into()))])
    };
    config.extend([
        ("CustomErrorResponses", Yaml::List(ERROR_CACHING.map(error).into())),
        ("Restrictions", map([("GeoRestriction", map([("RestrictionType", text("none"))]))])),
        ("ViewerCertificate", certificate(owned)),
    ]);
    let body = map([
        ("Type", text("AWS::CloudFront::Distribution")),
        ("Metadata", metadata(&intent)),
        ("Properties", map([("DistributionConfig", map(config))])),
    ]);
    Resource { name: names.distribution(), intent, body, output: None }
}

/// The regional endpoint: the global one redirects while a bucket is new.
fn origin(asset: &AssetPlan, cdn: &Cdn) -> Yaml {
    let custom = match &asset.origin {
        AssetOrigin::Bucket(_) => None,
        AssetOrigin::Custom(custom) => Some(custom),
    };
    if let Some(custom) = custom {
        return fragment::custom_origin(asset, custom);
    }
    let control = cdn.origin_access_control.as_ref();
    let control = control.map(|control| attribute(&name::resource(&control.id, name::ORIGIN_ACCESS_CONTROL), "Id"));
    fragment::bucket_origin(asset, attribute(&AssetNames::of(asset).bucket(), "RegionalDomainName"), control)
}

/// Without a certificate the distribution answers to its own host name only, for which CloudFront has one.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html>
fn certificate(owned: &Owned) -> Yaml {
    match &owned.certificate {
        None => map([("CloudFrontDefaultCertificate", Yaml::Bool(true))]),
        Some(arn) => map([
            ("AcmCertificateArn", text(arn)),
            ("SslSupportMethod", text("sni-only")),
            ("MinimumProtocolVersion", text("TLSv1.2_2021")),
        ]),
    }
}

/// What the stack asks of whoever deploys it.
pub(super) fn parameters(asset: &AssetPlan) -> Vec<Parameter> {
    let names = AssetNames::of(asset);
    let Some(cdn) = &asset.cdn else { return Vec::new() };
    let mut parameters = vec![Parameter {
        name: names.web_acl(),
        default: Some(String::new()),
        label: "Web ACL",
        description: "ARN of a web ACL of AWS WAF for the distribution, or empty. A rule that blocks `OPTIONS` blocks \
                      preflights."
            .to_owned(),
        allowed: Allowed::Pattern {
            pattern: "^(|arn:[a-z-]+:wafv2:us-east-1:[0-9]{12}:global/webacl/.+)$",
            meaning: "the ARN of a web ACL for CloudFront, or empty",
        },
    }];
    if cdn.behaviors.iter().any(|behavior| behavior.trusted_key_groups == TrustedKeyGroups::Parameter) {
        parameters.push(Parameter {
            name: names.key_group_id(),
            default: None,
            label: "Key group",
            description: "Id of the trusted key group: whose signatures the private paths need.".to_owned(),
            allowed: Allowed::Pattern { pattern: "^[A-Za-z0-9-]{1,64}$", meaning: "the id of a key group" },
        });
    }
    parameters
}

/// A bucket is made in the region of its stack, which must be the intent's. (That rules may speak of `AWS::Region` is
/// UNCONFIRMED by the page, which has examples of parameters only.)
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>
pub(super) fn rule(asset: &AssetPlan) -> Option<(String, Yaml)> {
    let bucket = asset.bucket()?;
    let assertion = map([
        ("Assert", equals("AWS::Region", &bucket.region)),
        ("AssertDescription", text(format!("the bucket of asset {} is to be in {}", asset.id, bucket.region))),
    ]);
    Some((AssetNames::of(asset).bucket_region(), map([("Assertions", Yaml::List(vec![assertion]))])))
}

/// Whether there is a web ACL.
pub(super) fn condition(asset: &AssetPlan) -> Option<(String, Yaml)> {
    let names = AssetNames::of(asset);
    asset.cdn.as_ref().map(|_| (names.has_web_acl(), not(equals(names.web_acl(), ""))))
}

/// The zone of every distribution, for alias records of Route 53.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-route53-aliastarget.html>, and for China
/// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/route53.html>
fn hosted_zone(partition: Partition) -> &'static str {
    if partition == Partition::AwsCn { "Z3RFFRIM2A3IF5" } else { "Z2FDTNDATAQYW2" }
}

/// What others need of it.
pub(super) fn outputs(asset: &AssetPlan) -> Vec<(String, Yaml)> {
    let names = AssetNames::of(asset);
    let of = |what: &str| format!("{what} of asset `{}`", asset.id);
    let mut outputs = Vec::new();
    if asset.bucket().is_some() {
        let bucket = names.bucket();
        outputs.push(output(&names.bucket_arn(), &of("ARN of the bucket"), attribute(&bucket, "Arn"), None));
        outputs.push(output(
            &names.domain_name(),
            &of("Regional endpoint of the bucket"),
            attribute(&bucket, "RegionalDomainName"),
            None,
        ));
    }
    let Some(cdn) = &asset.cdn else { return outputs };
    let partition = asset.bucket().map_or(Partition::Aws, |bucket| bucket.partition);
    let resource = names.distribution();
    for (name, what, value) in [
        (names.distribution_id(), "Id of the distribution", reference(&resource)),
        (
            names.distribution_arn(),
            "ARN of the distribution, for policies of keys,",
            statement::distribution_arn(asset, cdn, Place::Own),
        ),
        (
            names.distribution_domain_name(),
            "What records of the aliases point to: host name of the distribution",
            attribute(&resource, "DomainName"),
        ),
        (
            names.distribution_zone(),
            "Hosted zone, for alias records of Route 53, of the distribution",
            text(hosted_zone(partition)),
        ),
    ] {
        outputs.push(output(&name, &of(what), value, None));
    }
    if !cdn.invalidation_paths.is_empty() {
        outputs.push(output(
            &names.invalidation_paths(),
            &format!("What to invalidate when the CORS rules of asset `{}` have changed", asset.id),
            text(cdn.invalidation_paths.join(" ")),
            None,
        ));
    }
    outputs
}
