//! Statements that let the distribution in, as policy statements in YAML, for the stack itself and for the
//! template of the bucket's or the key's owner.

use super::super::yaml::{Yaml, map, text, texts};
use super::function::{Part, attribute, concat};
use super::name::AssetNames;
use crate::aws::iam::{CloudFrontStatement, StatementResource};
use crate::plan::{AssetPlan, Cdn};

/// Whose template a statement is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Ours: the bucket's name and the distribution's id are parameters.
    Stack,
    /// Ours, which makes the bucket and the distribution as well.
    Own,
    /// The owner's: they are written out, as far as the plan knows them.
    Owner,
}

/// The statements in a list.
pub(super) fn all(asset: &AssetPlan, cdn: &Cdn, statements: &[CloudFrontStatement], place: Place) -> Yaml {
    Yaml::List(statements.iter().map(|statement| one(asset, cdn, statement, place)).collect())
}

/// One statement.
pub(super) fn one(asset: &AssetPlan, cdn: &Cdn, statement: &CloudFrontStatement, place: Place) -> Yaml {
    map([
        ("Sid", text(&statement.sid)),
        ("Effect", text("Allow")),
        ("Principal", map([("Service", text("cloudfront.amazonaws.com"))])),
        ("Action", texts(&statement.actions)),
        ("Resource", resource(asset, statement.resource, place)),
        ("Condition", map([("StringEquals", map([("AWS:SourceArn", distribution_arn(asset, cdn, place))]))])),
    ])
}

/// Nothing for anybody without TLS, in the policy of a bucket that the stack makes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>
pub(super) fn tls_only(asset: &AssetPlan) -> Yaml {
    let both = [StatementResource::Bucket, StatementResource::Objects];
    map([
        ("Sid", text("CorsynthDenyInsecureTransport")),
        ("Effect", text("Deny")),
        ("Principal", text("*")),
        ("Action", texts(["s3:*"])),
        ("Resource", Yaml::List(both.map(|of| resource(asset, of, Place::Own)).into())),
        ("Condition", map([("Bool", map([("aws:SecureTransport", text("false"))]))])),
    ])
}

fn resource(asset: &AssetPlan, resource: StatementResource, place: Place) -> Yaml {
    let names = AssetNames::of(asset);
    let objects = match resource {
        StatementResource::Key => return text("*"),
        StatementResource::Objects => "/*",
        StatementResource::Bucket => "",
    };
    let parameter = names.bucket_name();
    let bucket = match place {
        Place::Own if objects.is_empty() => return attribute(&names.bucket(), "Arn"),
        Place::Own => return concat(&[Part::Ref(&format!("{}.Arn", names.bucket())), Part::Text(objects)]),
        Place::Stack => Part::Ref(&parameter),
        Place::Owner => Part::Text(asset.bucket().map_or("", |bucket| &bucket.name)),
    };
    concat(&[Part::Text("arn:"), Part::Ref("AWS::Partition"), Part::Text(":s3:::"), bucket, Part::Text(objects)])
}

/// The distribution's ARN, which `AWS::CloudFront::Distribution` has no attribute for. Policies and the
/// distribution that uses them are in one account, so in the stack it is the stack's; in an owner's template it
/// is taken to be the owner's, and the README says what to do otherwise.
pub(super) fn distribution_arn(asset: &AssetPlan, cdn: &Cdn, place: Place) -> Yaml {
    let names = AssetNames::of(asset);
    let (parameter, own) = (names.distribution_id(), names.distribution());
    let distribution = match (place, &cdn.distribution) {
        (Place::Own, _) => Part::Ref(&own),
        (Place::Owner, Some(id)) => Part::Text(id),
        _ => Part::Ref(&parameter),
    };
    concat(&[
        Part::Text("arn:"),
        Part::Ref("AWS::Partition"),
        Part::Text(":cloudfront::"),
        Part::Ref("AWS::AccountId"),
        Part::Text(":distribution/"),
        distribution,
    ])
}
