//! A `MinTTL` above 0 keeps answers that say `no-store`, too, and behind a behaviour that takes writes there is often what
//! was just written, or what is private.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `cached-upload-path`
pub(super) const CODE: Code = Code {
    id: "cached-upload-path",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a path for uploads whose answers are cached whatever the bucket says",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let keyed = behavior.keys("Authorization");
        if (!behavior.allows("PUT") && !keyed) || behavior.it.cache_policy.min_ttl == 0 {
            continue;
        }
        let (site, member) = behavior.cache_policy_at("MinTTL");
        let place = artifacts.at(site, member, None);
        findings.push(
            place.file,
            Diagnostic::new(
                &CODE,
                place.span,
                format!("{} takes writes, and caches whatever the bucket says", behavior.name()),
            )
            .label(format!("`MinTTL` is {}, which overrules `no-store`", behavior.it.cache_policy.min_ttl))
            .help("use the managed `CachingDisabled` on paths for uploads"),
        );
    }
}
