//! Who may use the bucket. CloudFront signs for whoever asks it, so the policy must name the one distribution, and let it do
//! no more than it needs.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use super::super::view::identity;
use super::super::{Artifacts, Findings};
use crate::deployed::{Asset, Principal, Resource, Source, Statement};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use std::collections::BTreeSet;

/// `open-bucket-policy`
pub(super) const SOURCE: Code = Code {
    id: "open-bucket-policy",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a bucket policy that lets in distributions of strangers",
};

/// `wide-bucket-policy`
pub(super) const WIDE: Code = Code {
    id: "wide-bucket-policy",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a bucket policy that lets a distribution delete or do anything",
};

/// `public-bucket`
pub(super) const PUBLIC: Code = Code {
    id: "public-bucket",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a bucket behind a distribution that everybody may read directly",
};

/// `missing-bucket-grant`
pub(super) const MISSING: Code = Code {
    id: "missing-bucket-grant",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a bucket policy without a statement for the distribution that signs",
};

/// `missing-key-grant`
pub(super) const KMS: Code = Code {
    id: "missing-key-grant",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a key whose policy does not let the distribution decrypt",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let mut seen = BTreeSet::new();
    for asset in artifacts.deployed.assets.iter().filter(|asset| seen.insert(identity(asset))) {
        for statement in asset.bucket.policy.iter().chain(&asset.bucket.key_policy).flatten().filter(|s| s.allows) {
            check_statement(findings, artifacts, asset, statement);
        }
        missing(findings, artifacts, asset);
    }
}

fn check_statement(findings: &mut Findings, artifacts: &Artifacts<'_>, asset: &Asset, statement: &Statement) {
    let is_open = match (&statement.principal, &statement.source) {
        (Principal::CloudFront, Source::Any) => statement.other_conditions.is_empty(),
        (Principal::CloudFront, Source::Other(source)) => {
            // A pattern in the id, or for all of the ARN.
            source.rsplit('/').next().is_some_and(|id| id.contains(['*', '?']))
        }
        _ => false,
    };
    if is_open {
        let place = match &statement.source {
            Source::Other(source) => artifacts.at(&statement.site, "Condition", Some(source)),
            _ => artifacts.at(&statement.site, "Principal", Some("cloudfront.amazonaws.com")),
        };
        findings.push(
            place.file,
            Diagnostic::new(&SOURCE, place.span, "any distribution of anybody may use this bucket")
                .label("CloudFront signs for every distribution, also of other accounts")
                .help("add the condition `StringEquals` on `AWS:SourceArn` with the ARN of the one distribution"),
        );
    }
    let for_all = matches!(statement.principal, Principal::CloudFront | Principal::Anyone);
    let of_key = asset.bucket.key_policy.iter().flatten().any(|s| s.site.spot() == statement.site.spot());
    let is_about_objects =
        statement.resources.iter().any(|r| matches!(r, Resource::Objects | Resource::ObjectsLike(_)));
    let lets_delete = |action: &&String| for_all && statement.allows && !of_key && is_about_objects && is_wide(action);
    if let Some(action) = statement.actions.iter().find(lets_delete) {
        let place = artifacts.at(&statement.site, "Action", Some(action));
        let whom = if statement.principal == Principal::Anyone { "everybody" } else { "a distribution" };
        findings.push(
            place.file,
            Diagnostic::new(&WIDE, place.span, format!("`{}` lets {whom} delete objects", shown(action)))
                .label("any viewer's `DELETE` that a behaviour allows is carried out")
                .help("allow `s3:GetObject`, and `s3:PutObject` where pages upload"),
        );
    }
    let reads = statement.actions.iter().any(|action| is_read(action));
    let unconditional = statement.other_conditions.is_empty() && statement.source == Source::Any;
    if statement.principal == Principal::Anyone && reads && unconditional && asset.distribution.is_some() && !of_key {
        let place = artifacts.at(&statement.site, "Principal", None);
        findings.push(
            place.file,
            Diagnostic::new(&PUBLIC, place.span, "everybody may read the bucket, around the distribution")
                .label("no origin access control is needed for this, and none protects it")
                .help("let in the service `cloudfront.amazonaws.com` for the one distribution, and nobody else"),
        );
    }
}

/// Actions are matched with `*`, and without case.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
fn is_wide(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    ["s3:deleteobject", "s3:deleteobjectversion"].iter().any(|wide| super::shadowed::covers(&action, wide))
}

fn is_read(action: &str) -> bool {
    super::shadowed::covers(&action.to_ascii_lowercase(), "s3:getobject")
}

/// A distribution that signs, and is not let in.
fn missing(findings: &mut Findings, artifacts: &Artifacts<'_>, asset: &Asset) {
    let signs = asset.distribution.as_ref().filter(|d| d.origin_access_control.is_some());
    let Some(distribution) = signs.filter(|_| artifacts.is_whole) else { return };
    let lets_in = |statements: &[Statement], action: &str| {
        statements.iter().any(|statement| {
            let named = matches!(statement.principal, Principal::CloudFront | Principal::Anyone);
            let unclear = !statement.other_conditions.is_empty()
                || matches!(&statement.source, Source::Other(s) if s.contains("${"));
            let own = statement.source != Source::Other(String::new())
                && (matches!(statement.source, Source::Any | Source::OwnDistribution)
                    || unclear
                    || distribution.id.is_none());
            let does = statement.actions.iter().any(|a| super::shadowed::covers(&a.to_ascii_lowercase(), action));
            statement.allows && named && own && does
        })
    };
    if let Some(policy) = asset.bucket.policy.as_ref().filter(|policy| !lets_in(policy, "s3:getobject")) {
        let site = policy.first().map_or(&distribution.site, |statement| &statement.site);
        let place = artifacts.at(site, "", None);
        findings.push(
            place.file,
            Diagnostic::new(&MISSING, place.span, "the bucket's policy does not let the distribution in")
                .label("every request through the distribution is answered with 403, which browsers call a CORS error")
                .help("allow `s3:GetObject` to `cloudfront.amazonaws.com`, on the condition of the distribution's ARN"),
        );
    }
    let key = asset.bucket.kms_key.as_ref().and(asset.bucket.key_policy.as_ref());
    if let Some(policy) = key.filter(|policy| !lets_in(policy, "kms:decrypt")) {
        let site = policy.first().map_or(&distribution.site, |statement| &statement.site);
        let place = artifacts.at(site, "", None);
        findings.push(
            place.file,
            Diagnostic::new(&KMS, place.span, "the key's policy does not let the distribution decrypt")
                .label("objects under this key are answered with 403, which browsers call a CORS error")
                .help("allow `kms:Decrypt` to `cloudfront.amazonaws.com`, on the condition of the distribution's ARN"),
        );
    }
}
