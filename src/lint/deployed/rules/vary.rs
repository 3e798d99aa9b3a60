//! S3 sends `Vary` only with an answer to a request that has `Origin`: a browser that got an image without it keeps
//! that, and blocks the `fetch` of the same URL that comes after.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html>; what S3 sends is as recorded, UNCONFIRMED
//! by that page.

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `no-vary-without-origin`
pub(super) const CODE: Code = Code {
    id: "no-vary-without-origin",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "answers without `Origin` that browsers keep for requests with it",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let custom = behavior.it.response_headers_policy.iter().flat_map(|policy| &policy.custom_headers);
        let varies =
            behavior.edge_cors().is_some() || custom.into_iter().any(|h| h.header.eq_ignore_ascii_case("vary"));
        let listed = behavior
            .asset
            .bucket
            .cors
            .iter()
            .flat_map(|cors| &cors.rules)
            .any(|rule| rule.allowed_origins.iter().any(|origin| origin != "*"));
        if varies || !listed || !behavior.keys("Origin") || behavior.has_function(artifacts) {
            continue;
        }
        let place = artifacts.at(&behavior.it.site, "CachePolicyId", None);
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, "answers to requests without `Origin` have no `Vary`")
                .label("a browser that showed an image blocks the `fetch` of the same URL afterwards")
                .help("add `Vary: Origin` by a response headers policy, or `crossorigin` to the tags"),
        );
    }
}
