//! A page of its own in the place of an error hides what went wrong, also from whoever looks at a preflight.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html>

use super::super::{Artifacts, Findings};
use crate::deployed::Site;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `error-page-for-assets`
pub(super) const CODE: Code = Code {
    id: "error-page-for-assets",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "errors of a bucket of assets that become a page with status 200",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let mut seen: Vec<&Site> = Vec::new();
    for asset in &artifacts.deployed.assets {
        let Some(distribution) = &asset.distribution else { continue };
        let has_cors = asset.bucket.cors.is_some()
            || distribution.behaviors.iter().any(|b| b.response_headers_policy.iter().any(|p| p.cors.is_some()));
        if !has_cors || seen.iter().any(|site| site.spot() == distribution.site.spot()) {
            continue;
        }
        seen.push(&distribution.site);
        let hidden = distribution
            .custom_error_responses
            .iter()
            .find(|response| matches!(response.error_code, 403 | 404) && response.response_code == Some(200));
        let Some(hidden) = hidden else { continue };
        let place = artifacts.at(&distribution.site, "CustomErrorResponses", Some(&hidden.error_code.to_string()));
        let place = if artifacts.outline.source(place.file).is_some_and(|s| !s.slice(place.span).is_empty()) {
            place
        } else {
            artifacts.at(&distribution.site, "custom_error_response", Some(&hidden.error_code.to_string()))
        };
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, format!("{} becomes a page with status 200", hidden.error_code))
                .label("a refused request or a missing file looks like an asset")
                .help("serve the application from a distribution of its own, or rewrite its paths in a function"),
        );
    }
}
