//! What an origin request policy forwards is not in the cache key: the first answer is stored, with the headers for its
//! origin or without any, and every other page gets that.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `origin-not-in-cache-key`
pub(super) const CODE: Code = Code {
    id: "origin-not-in-cache-key",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "`Origin` forwarded to the bucket and not in the cache key, so the first answer is served to all",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let speaks = behavior.bucket_has_rules() || !behavior.bucket_has_no_rules();
        let forwarded = behavior.it.origin_request_policy.as_ref().is_some_and(|policy| policy.headers.takes("Origin"));
        let unkeyed = behavior.caches() && forwarded && !behavior.keys("Origin");
        if !speaks || !unkeyed || behavior.edge_decides() {
            continue;
        }
        let place = artifacts.at(&behavior.it.site, "OriginRequestPolicyId", None);
        let mut finding = Diagnostic::new(
            &CODE,
            place.span,
            format!("{} forwards `Origin`, and does not cache by it", behavior.name()),
        )
        .label("an origin request policy forwards, and does not shape the cache key")
        .help("use a cache policy with `Origin` in its headers, or let a response headers policy with `OriginOverride` answer")
        .help(
            "the counterexample: a request without `Origin` (an `<img>`, a crawler) is answered without CORS headers, \
             that answer is stored, and a page that fetches the same URL afterwards gets it and is blocked",
        );
        let (site, member) = behavior.cache_policy_at("HeadersConfig");
        let key = artifacts.at(site, member, None);
        if key.file == place.file && key.span != place.span {
            finding = finding.related(key.span, "`Origin` is not in this cache key");
        }
        findings.push(place.file, finding);
    }
}
