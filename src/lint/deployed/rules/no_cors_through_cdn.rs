//! A bucket answers with CORS headers when it gets `Origin`, and CloudFront forwards it only when a policy says so.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors>

use super::super::view::{Behavior, behaviors};
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `no-cors-through-cdn`
pub(super) const CODE: Code = Code {
    id: "no-cors-through-cdn",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a bucket with CORS rules behind a distribution through which no CORS header comes",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let all = behaviors(artifacts);
    for behavior in &all {
        // One finding for a distribution: at the behaviour that takes most paths.
        let siblings: Vec<&Behavior<'_>> = all.iter().filter(|other| other.asset.id == behavior.asset.id).collect();
        let last = siblings.last().is_some_and(|last| last.it == behavior.it);
        let silent = siblings.iter().all(|sibling| is_silent(sibling, artifacts));
        if !last || !silent || !behavior.bucket_has_rules() {
            continue;
        }
        let place = artifacts.at(&behavior.it.site, "", None);
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, "the bucket has CORS rules, and no CORS header comes through the distribution")
                .label("`Origin` is neither forwarded nor answered here")
                .help("add `Origin` to the headers of the cache policy, or attach a response headers policy with `CorsConfig`"),
        );
    }
}

fn is_silent(behavior: &Behavior<'_>, artifacts: &Artifacts<'_>) -> bool {
    let custom = behavior.it.response_headers_policy.iter().flat_map(|policy| &policy.custom_headers);
    let says = custom.into_iter().any(|header| header.header.to_ascii_lowercase().starts_with("access-control-"));
    !behavior.forwards("Origin")
        && behavior.edge_cors().is_none()
        && !says
        && !behavior.has_function(artifacts)
        && !behavior.it.unknown.iter().any(|what| what.contains("policy"))
}
