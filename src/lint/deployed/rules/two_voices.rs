//! With `OriginOverride` off what S3 says stays, and what it does not say comes from the policy: one answer in two voices.
//! Whether that is decided for each header is not documented in one way.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `two-cors-voices`
pub(super) const CODE: Code = Code {
    id: "two-cors-voices",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "CORS headers from the bucket and from a response headers policy that does not override them",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let soft = behavior.edge_cors().is_some_and(|cors| !cors.origin_override);
        if !soft || !behavior.bucket_has_rules() || !behavior.forwards("Origin") {
            continue;
        }
        let (site, member) = behavior.response_headers_at("OriginOverride");
        let place = artifacts.at(site, member, None);
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, "the bucket and the response headers policy both answer CORS requests")
                .label("what the bucket says stays, and the rest is the policy's")
                .help("set `OriginOverride` to true, or let one of the two be silent"),
        );
    }
}
