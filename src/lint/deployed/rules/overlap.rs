//! S3 takes the first rule that matches, and Terraform keeps `cors_rule` as a set, whose order is lost.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>, and
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_cors_configuration>

use super::super::view::identity;
use super::super::{Artifacts, Findings};
use crate::deployed::{CorsRule, RuleOrder};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};
use crate::fetch::origin::OriginPattern;
use std::collections::BTreeSet;

/// `overlapping-rules`
pub(super) const CODE: Code = Code {
    id: "overlapping-rules",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "two CORS rules for the same origin and method, of which only the first counts",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let mut seen = BTreeSet::new();
    for asset in artifacts.deployed.assets.iter().filter(|asset| seen.insert(identity(asset))) {
        let Some(cors) = &asset.bucket.cors else { continue };
        let pairs = cors.rules.iter().enumerate().flat_map(|(n, a)| cors.rules.iter().skip(n + 1).map(move |b| (a, b)));
        for (first, second) in pairs.filter(|(a, b)| meet(a, b) && !same_answer(a, b)).take(20) {
            let place = artifacts.at(&second.site, "AllowedOrigins", None);
            let other = artifacts.at(&first.site, "AllowedOrigins", None);
            let mut finding =
                Diagnostic::new(&CODE, place.span, "two rules match the same requests, with different answers");
            if other.file == place.file && other.span != place.span {
                finding = finding.related(other.span, "this rule matches them, too");
            }
            finding = if cors.order == RuleOrder::Any {
                finding.severity = Severity::Error;
                finding
                    .label("which of the two is first is up to Terraform")
                    .help("Terraform keeps `cors_rule` as a set: make the rules disjoint, or join them")
            } else {
                finding.label("only the first rule counts").help("make the rules disjoint, or join them")
            };
            findings.push(place.file, finding);
        }
    }
}

/// Whether some request matches both.
fn meet(one: &CorsRule, other: &CorsRule) -> bool {
    let method = one.allowed_methods.iter().any(|method| other.allowed_methods.contains(method));
    method && one.allowed_origins.iter().any(|a| other.allowed_origins.iter().any(|b| intersect(a, b)))
}

fn intersect(one: &str, other: &str) -> bool {
    if one == "*" || other == "*" || one == other {
        return true;
    }
    match (OriginPattern::parse(one), OriginPattern::parse(other)) {
        (Ok(one), Ok(other)) => one.intersects(&other),
        _ => false,
    }
}

/// Whether it does not matter which of them answers.
fn same_answer(one: &CorsRule, other: &CorsRule) -> bool {
    let set = |list: &[String]| list.iter().map(|item| item.to_ascii_lowercase()).collect::<BTreeSet<_>>();
    set(&one.allowed_methods) == set(&other.allowed_methods)
        && set(&one.allowed_headers) == set(&other.allowed_headers)
        && set(&one.expose_headers) == set(&other.expose_headers)
        && one.max_age_seconds == other.max_age_seconds
        && one.allowed_origins.contains(&"*".to_owned()) == other.allowed_origins.contains(&"*".to_owned())
}
