//! S3 tells buckets by `Host`, and a bucket does not know the viewer's.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `host-forwarded-to-bucket`
pub(super) const CODE: Code = Code {
    id: "host-forwarded-to-bucket",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "the viewer's `Host` sent to S3, which knows no bucket of that name",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        let by_policy = behavior.it.origin_request_policy.as_ref().is_some_and(|policy| policy.headers.takes("Host"));
        let place = if by_policy {
            let own = behavior.it.origin_request_policy.as_ref().filter(|policy| policy.site.is_known());
            own.map_or_else(
                || artifacts.at(&behavior.it.site, "OriginRequestPolicyId", None),
                |policy| artifacts.at(&policy.site, "Headers", Some("Host")),
            )
        } else if behavior.keys("Host") {
            let (site, member) = behavior.cache_policy_at("Headers");
            artifacts.at(site, member, Some("Host"))
        } else {
            continue;
        };
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, format!("{} sends the viewer's `Host` to S3", behavior.name()))
                .label("S3 looks for a bucket of that name, and signatures do not fit")
                .help(
                    "forward `Origin` and the `Access-Control-Request-` headers only: the managed `CORS-S3Origin` does",
                ),
        );
    }
}
