//! The managed policies for preflights have no list of request headers, so a preflight that asks for one gets no answer to
//! it. <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::deployed::PolicyName;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `managed-policy-without-headers`
pub(super) const CODE: Code = Code {
    id: "managed-policy-without-headers",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a managed policy for preflights, which allows no request header",
};

/// `CORS-With-Preflight`, alone and with security headers.
const FOR_PREFLIGHTS: [&str; 2] = ["5cc3b908-e619-4b99-88e5-2cf7f45965bd", "eaab4381-ed33-4a86-88ca-d9558dc6cd63"];

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let Some(policy) = &behavior.it.response_headers_policy else { continue };
        let PolicyName::Managed(id) = &policy.name else { continue };
        let by_bucket = behavior.forwards("Origin")
            && behavior
                .asset
                .bucket
                .cors
                .iter()
                .flat_map(|cors| &cors.rules)
                .any(|rule| !rule.allowed_headers.is_empty());
        if !FOR_PREFLIGHTS.contains(&id.as_str()) || by_bucket {
            continue;
        }
        let place = artifacts.at(&behavior.it.site, "ResponseHeadersPolicyId", None);
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, "the managed `CORS-With-Preflight` allows no request header")
                .label("a preflight that asks for `Authorization`, `Range` or `Content-Type` fails")
                .help("write a response headers policy of your own, with `AccessControlAllowHeaders`"),
        );
    }
}
