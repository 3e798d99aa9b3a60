//! A response headers policy counts where it is attached, and ordered behaviours take nothing from the default one.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-response-headers.html>

use super::super::view::behaviors;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `behavior-without-cors-policy`
pub(super) const CODE: Code = Code {
    id: "behavior-without-cors-policy",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "an ordered behaviour without the CORS policy that the default one has",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let all = behaviors(artifacts);
    for behavior in &all {
        let default = all.iter().find(|other| other.asset.id == behavior.asset.id && other.it.path_pattern.is_none());
        let Some(default) = default.filter(|default| default.edge_cors().is_some()) else { continue };
        let has_own = behavior.edge_cors().is_some() || (behavior.forwards("Origin") && behavior.bucket_has_rules());
        if behavior.it.path_pattern.is_none()
            || has_own
            || behavior.has_function(artifacts)
            || !default.distribution.site.is_known()
        {
            continue;
        }
        let place = artifacts.at(&behavior.it.site, "PathPattern", behavior.it.path_pattern.as_deref());
        findings.push(
            place.file,
            Diagnostic::new(
                &CODE,
                place.span,
                format!("{} has no CORS policy, and the default behaviour has one", behavior.name()),
            )
            .label("pages get no CORS headers on this path")
            .help("attach the response headers policy here, too"),
        );
    }
}
