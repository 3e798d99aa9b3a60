//! A response headers policy answers nothing: a preflight goes to the bucket, and one without CORS rules refuses it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html>

use super::super::view::{PREFLIGHT_HEADERS, behaviors};
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `unanswered-preflight`
pub(super) const CODE: Code = Code {
    id: "unanswered-preflight",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "preflights that a response headers policy is to answer, before a bucket without CORS rules",
};

/// `unforwarded-preflight`
pub(super) const UNFORWARDED: Code = Code {
    id: "unforwarded-preflight",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "preflights that reach a bucket without the headers that it answers by",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts).into_iter().filter(|behavior| behavior.allows("OPTIONS")) {
        if behavior.has_function(artifacts) {
            continue;
        }
        if artifacts.is_whole && behavior.bucket_has_no_rules() && behavior.edge_cors().is_some() {
            let place = artifacts.at(&behavior.it.site, "AllowedMethods", Some("OPTIONS"));
            findings.push(
                place.file,
                Diagnostic::new(&CODE, place.span, "preflights go to a bucket that has no CORS rules")
                    .label("S3 answers `403 CORSResponse: CORS is not enabled for this bucket`")
                    .help(
                        "give the bucket CORS rules: a response headers policy adds headers, and turns no 403 into 200",
                    ),
            );
        }
        let missing: Vec<String> =
            PREFLIGHT_HEADERS.iter().filter(|name| !behavior.forwards(name)).map(|name| format!("`{name}`")).collect();
        if behavior.bucket_has_rules() && !missing.is_empty() && !behavior.is_open() {
            let place = artifacts.at(&behavior.it.site, "AllowedMethods", Some("OPTIONS"));
            findings.push(
                place.file,
                Diagnostic::new(
                    &UNFORWARDED,
                    place.span,
                    format!("preflights reach the bucket without {}", missing.join(", ")),
                )
                .label("S3 answers a preflight only with `Origin` and both `Access-Control-Request-` headers")
                .help("forward the three of them by an origin request policy: the managed `CORS-S3Origin` does"),
            );
        }
    }
}
