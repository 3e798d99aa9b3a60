//! Where CloudFront wants a signature, it wants one of preflights as well, and a preflight carries no cookies.
//! <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-overview.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `preflight-behind-signature`
pub(super) const CODE: Code = Code {
    id: "preflight-behind-signature",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "preflights to a path for which CloudFront wants signed URLs or cookies",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts).into_iter().filter(|behavior| behavior.allows("OPTIONS")) {
        let Some((file, node)) = artifacts.outline.find(&behavior.it.site) else { continue };
        let lists = ["TrustedKeyGroups", "TrustedSigners"];
        let signers = lists.iter().filter_map(|list| node.member(list)).find(|list| {
            let off = list.member("Enabled").is_some_and(|enabled| enabled.text.as_deref() == Some("false"));
            !off && !list.children.is_empty()
        });
        if let Some(signers) = signers {
            findings.push(
                file,
                Diagnostic::new(
                    &CODE,
                    artifacts.outline.headline(file, signers).span,
                    "preflights need a signature here",
                )
                .label("a preflight carries no cookies, and is answered with 403")
                .help("sign URLs instead of setting cookies, or avoid what needs a preflight"),
            );
        }
    }
}
