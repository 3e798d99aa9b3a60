//! With credentials a `*` is a text like any other to browsers, and CloudFront refuses it beside
//! `AccessControlAllowCredentials`. <https://fetch.spec.whatwg.org/#cors-protocol-and-credentials>, and
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html>

use super::super::view::edge_configs;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `wildcard-with-credentials`
pub(super) const CODE: Code = Code {
    id: "wildcard-with-credentials",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "credentials beside a `*` in what a response headers policy allows",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (site, cors) in edge_configs(artifacts).into_iter().filter(|(_, cors)| cors.allow_credentials) {
        for (member, names) in [
            ("AccessControlAllowOrigins", &cors.allow_origins),
            ("AccessControlAllowHeaders", &cors.allow_headers),
            ("AccessControlAllowMethods", &cors.allow_methods),
            ("AccessControlExposeHeaders", &cors.expose_headers),
        ] {
            let Some(star) = names.iter().find(|name| *name == "*" || *name == "ALL") else { continue };
            let place = artifacts.at(site, member, Some(star));
            findings.push(
                place.file,
                Diagnostic::new(&CODE, place.span, format!("`{star}` in `{member}`, with credentials"))
                    .label("with credentials this is no wildcard, and CloudFront refuses it")
                    .help("list what is allowed by name, or set `AccessControlAllowCredentials` to false"),
            );
        }
    }
}
