//! A behaviour allows one of three sets of methods, and caches at most `GET`, `HEAD` and `OPTIONS`.
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};
use std::collections::BTreeSet;

/// `refused-method-set`
pub(super) const CODE: Code = Code {
    id: "refused-method-set",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "methods of a behaviour that are none of the sets that CloudFront takes",
};

const ALLOWED: [&[&str]; 3] =
    [&["GET", "HEAD"], &["GET", "HEAD", "OPTIONS"], &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]];

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts) {
        for (member, methods, sets) in [
            ("AllowedMethods", &behavior.it.allowed_methods, &ALLOWED[..]),
            ("CachedMethods", &behavior.it.cached_methods, ALLOWED.get(..2).unwrap_or_default()),
        ] {
            let found: BTreeSet<&str> = methods.iter().map(String::as_str).collect();
            // What is not told is not wrong.
            let fits = found.is_empty() || sets.iter().any(|set| set.iter().copied().collect::<BTreeSet<_>>() == found);
            if fits {
                continue;
            }
            let place = artifacts.at(&behavior.it.site, member, None);
            findings.push(
                place.file,
                Diagnostic::new(&CODE, place.span, format!("`{member}` is none of the sets that CloudFront takes"))
                    .label(if member == "CachedMethods" {
                        "`GET` and `HEAD`, or these and `OPTIONS`"
                    } else {
                        "`GET` and `HEAD`, these and `OPTIONS`, or all seven"
                    })
                    .help("take the smallest set that holds what you need"),
            );
        }
    }
}
