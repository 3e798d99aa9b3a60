//! S3 takes the first rule that matches, and Terraform keeps `cors_rule` as a set, whose order is lost.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>, and
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_cors_configuration>

use super::super::view::identity;
use super::super::{Artifacts, Findings};
use crate::aws::quotas::CORS_RULES;
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
        // More than S3 takes is another finding.
        let rules: Vec<_> = cors.rules.iter().take(CORS_RULES).map(|rule| (rule, Origins::of(rule))).collect();
        let pairs = rules.iter().enumerate().flat_map(|(n, a)| rules.iter().skip(n + 1).map(move |b| (a, b)));
        let overlapping = pairs.filter(|((a, of_a), (b, of_b))| meet(a, b) && of_a.meet(of_b) && !same_answer(a, b));
        for ((first, _), (second, _)) in overlapping.take(20) {
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

/// Whether both are for some method.
fn meet(one: &CorsRule, other: &CorsRule) -> bool {
    one.allowed_methods.iter().any(|method| other.allowed_methods.contains(method))
}

/// The origins of a rule, sorted by how they are compared.
struct Origins<'r> {
    literals: BTreeSet<&'r str>,
    patterns: Vec<OriginPattern>,
}

impl<'r> Origins<'r> {
    fn of(rule: &'r CorsRule) -> Self {
        let pattern = |text: &String| {
            if text == "*" { Some(OriginPattern::any()) } else { OriginPattern::parse(text).ok() }
        };
        let (patterns, literals): (Vec<_>, Vec<_>) = rule.allowed_origins.iter().partition(|text| text.contains('*'));
        Self {
            literals: literals.into_iter().map(String::as_str).collect(),
            patterns: patterns.into_iter().filter_map(pattern).collect(),
        }
    }

    /// Whether some origin is matched by both.
    fn meet(&self, other: &Self) -> bool {
        let covers = |one: &Self, other: &Self| {
            one.patterns.iter().any(|pattern| other.literals.iter().any(|literal| pattern.matches(literal)))
        };
        !self.literals.is_disjoint(&other.literals)
            || covers(self, other)
            || covers(other, self)
            || self.patterns.iter().any(|one| other.patterns.iter().any(|other| one.intersects(other)))
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
