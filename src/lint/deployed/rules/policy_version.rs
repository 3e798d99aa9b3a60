//! The version of the policy language: with the old one there are no policy variables.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>

use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `old-policy-version`
pub(super) const CODE: Code = Code {
    id: "old-policy-version",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "a policy in the language of 2008",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (file, tree) in artifacts.outline.trees() {
        let mut documents = Vec::new();
        tree.all(&|node| node.member("Statement").is_some(), &mut documents);
        let versions = documents.into_iter().filter_map(|document| document.member("Version"));
        for version in versions.filter(|version| version.text.as_deref() == Some("2008-10-17")) {
            findings.push(
                file,
                Diagnostic::new(&CODE, version.span, "a policy in the language of 2008")
                    .label("it knows no policy variables")
                    .help("write `2012-10-17`")
                    .fix_text(version.span, "2012-10-17"),
            );
        }
    }
}
