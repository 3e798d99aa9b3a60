//! A cached answer to `OPTIONS` is served to whoever asks with the same key, so the key must hold what the answer
//! depends on.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors>

use super::super::view::{PREFLIGHT_HEADERS, behaviors};
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `unkeyed-preflight`
pub(super) const CODE: Code = Code {
    id: "unkeyed-preflight",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "answers to `OPTIONS` that are cached without all that they depend on",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let cached = behavior.it.cached_methods.iter().any(|method| method == "OPTIONS");
        let missing: Vec<String> =
            PREFLIGHT_HEADERS.iter().filter(|name| !behavior.keys(name)).map(|name| format!("`{name}`")).collect();
        if !cached || missing.is_empty() || !behavior.caches() || !behavior.bucket_has_rules() {
            continue;
        }
        let place = artifacts.at(&behavior.it.site, "CachedMethods", Some("OPTIONS"));
        findings.push(
            place.file,
            Diagnostic::new(
                &CODE,
                place.span,
                format!("`OPTIONS` is cached without {} in the key", missing.join(", ")),
            )
            .label("the answer to one page's preflight is served to others")
            .help("take `OPTIONS` out of `CachedMethods`, or add the three headers of preflights to the cache policy"),
        );
    }
}
