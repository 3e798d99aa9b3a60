//! A page that uploads in parts needs the `ETag` of each, and reads it only when it is exposed.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>

use super::super::view::cors_rules;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `unexposed-etag`
pub(super) const CODE: Code = Code {
    id: "unexposed-etag",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "uploads in parts whose `ETag` no page can read",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (_, rule) in cors_rules(artifacts) {
        let uploads = rule.allowed_methods.iter().any(|method| method == "PUT");
        let exposes = rule.expose_headers.iter().any(|name| name.eq_ignore_ascii_case("etag"));
        if !uploads || exposes {
            continue;
        }
        let place = artifacts.at(&rule.site, "AllowedMethods", Some("PUT"));
        let mut finding = Diagnostic::new(&CODE, place.span, "`PUT` is allowed, and `ETag` is not exposed")
            .label("a page that uploads in parts must read each `ETag`")
            .help("add `ETag` to the exposed headers");
        let parts = rule.allowed_methods.iter().any(|method| method == "POST") || rule.expose_headers.is_empty();
        if !parts {
            finding.severity = Severity::Note;
        }
        findings.push(place.file, finding);
    }
}
