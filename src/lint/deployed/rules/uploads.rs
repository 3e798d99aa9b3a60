//! What pages send when they upload: `PUT` with a `Content-Type`, which needs a preflight unless it is one of three.
//! <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>

use super::super::view::cors_rules;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};

/// `upload-without-content-type`
pub(super) const CODE: Code = Code {
    id: "upload-without-content-type",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "uploads whose `Content-Type` no preflight allows",
};

/// `write-only-origin`
pub(super) const WRITE_ONLY: Code = Code {
    id: "write-only-origin",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "an origin that may write and not read",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let rules = cors_rules(artifacts);
    for (asset, rule) in &rules {
        if !rule.allowed_methods.iter().any(|method| method == "PUT") {
            continue;
        }
        let covers = |name: &String| super::shadowed::covers(&name.to_ascii_lowercase(), "content-type");
        if !rule.allowed_headers.iter().any(covers) {
            let place = artifacts.at(&rule.site, "AllowedMethods", Some("PUT"));
            findings.push(
                place.file,
                Diagnostic::new(&CODE, place.span, "`PUT` is allowed, and the header `Content-Type` is not")
                    .label("a page that uploads a file asks for `Content-Type` in its preflight")
                    .help("add `content-type` to the allowed headers, and `x-amz-*` for the AWS SDK"),
            );
        }
        let reads = |origin: &String| {
            let of_bucket = rules.iter().filter(|(other, _)| other.id == asset.id);
            let get = of_bucket.filter(|(_, other)| other.allowed_methods.iter().any(|method| method == "GET"));
            get.into_iter().any(|(_, other)| other.allowed_origins.iter().any(|o| o == origin || o == "*"))
        };
        let Some(origin) = rule.allowed_origins.iter().find(|origin| !reads(origin)) else { continue };
        let place = artifacts.at(&rule.site, "AllowedOrigins", Some(origin));
        findings.push(
            place.file,
            Diagnostic::new(&WRITE_ONLY, place.span, format!("`{}` may write, and not read", shown(origin)))
                .label("a page that shows what it uploaded needs `GET`")
                .help("allow `GET` and `HEAD`, too, when pages read from here"),
        );
    }
}
