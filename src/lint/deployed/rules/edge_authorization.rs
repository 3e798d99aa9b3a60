//! `*` among the headers that a response names never covers `Authorization`.
//! <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>

use super::super::view::edge_configs;
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `authorization-by-wildcard`
pub(super) const CODE: Code = Code {
    id: "authorization-by-wildcard",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "`*` among the request headers at the edge, which does not cover `Authorization`",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (site, cors) in edge_configs(artifacts) {
        let star = cors.allow_headers.iter().any(|name| name == "*");
        let named = cors.allow_headers.iter().any(|name| name.eq_ignore_ascii_case("authorization"));
        if star && !named && !cors.allow_credentials {
            let place = artifacts.at(site, "AccessControlAllowHeaders", Some("*"));
            findings.push(
                place.file,
                Diagnostic::new(&CODE, place.span, "`*` does not cover `Authorization`")
                    .label("browsers want `Authorization` by its name")
                    .help("add `Authorization` where pages send it"),
            );
        }
    }
}
