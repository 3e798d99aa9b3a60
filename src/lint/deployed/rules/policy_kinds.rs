//! An id of one kind of policy where another kind is asked for, which CloudFront does not find.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>

use super::super::{Artifacts, Findings};
use crate::deployed::managed;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};
use crate::outline::Node;

/// `policy-of-another-kind`
pub(super) const CODE: Code = Code {
    id: "policy-of-another-kind",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "the id of a managed policy where another kind of policy is asked for",
};

const MEMBERS: [&str; 3] = ["CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId"];
const KINDS: [&str; 3] = ["cache policy", "origin request policy", "response headers policy"];

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (file, tree) in artifacts.outline.trees() {
        let mut behaviors = Vec::new();
        tree.all(&|node| MEMBERS.iter().any(|member| node.member(member).is_some()), &mut behaviors);
        for (asked, member) in MEMBERS.iter().enumerate() {
            for id in behaviors.iter().filter_map(|behavior| behavior.member(member)) {
                let Some(found) = kind(id).filter(|found| *found != asked) else { continue };
                let (found, asked) = (KINDS.get(found).unwrap_or(&""), KINDS.get(asked).unwrap_or(&""));
                findings.push(
                    file,
                    Diagnostic::new(&CODE, id.span, format!("`{member}` is the id of a managed {found}"))
                        .label(format!("CloudFront finds no {asked} of this id"))
                        .help(if *asked == "cache policy" {
                            "write a cache policy with `Origin` in its headers: no managed one for S3 has it"
                        } else {
                            "take the id of a policy of this kind"
                        }),
                );
            }
        }
    }
}

/// Which kind of policy a managed id is.
fn kind(id: &Node) -> Option<usize> {
    let id = id.text.as_deref()?;
    let known = [
        managed::cache_policy(id).is_some(),
        managed::origin_request_policy(id).is_some(),
        managed::response_headers_policy(id).is_some(),
    ];
    known.iter().position(|known| *known)
}
