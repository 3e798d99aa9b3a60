//! An account holds 20 policies of each kind by default.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>

use super::super::{Artifacts, Findings};
use crate::aws::quotas::POLICIES_PER_ACCOUNT;
use crate::deployed::Site;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `many-policies`
pub(super) const CODE: Code = Code {
    id: "many-policies",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "more policies of one kind than an account holds by default",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let policies = artifacts.policies;
    let cache: Vec<&Site> = policies.cache.iter().map(|policy| &policy.site).collect();
    let origin_request: Vec<&Site> = policies.origin_request.iter().map(|policy| &policy.site).collect();
    let response_headers: Vec<&Site> = policies.response_headers.iter().map(|policy| &policy.site).collect();
    for (kind, sites) in [("cache", cache), ("origin request", origin_request), ("response headers", response_headers)]
    {
        let Some(site) = sites.get(POLICIES_PER_ACCOUNT) else { continue };
        let place = artifacts.at(site, "", None);
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, format!("{} {kind} policies", sites.len()))
                .label(format!("an account holds {POLICIES_PER_ACCOUNT} by default"))
                .help("share policies between behaviours and distributions, or ask AWS for more"),
        );
    }
}
