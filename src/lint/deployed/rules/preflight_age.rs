//! How long browsers keep the answer to a preflight: 5 seconds when nothing is said, at most 7200 in Chromium and 86400 in
//! Firefox. <https://fetch.spec.whatwg.org/#http-access-control-max-age>, and
//! <https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age>

use super::super::view::{cors_rules, edge_configs};
use super::super::{Artifacts, Findings};
use crate::deployed::Site;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};

/// `max-age-above-cap`
pub(super) const ABOVE: Code = Code {
    id: "max-age-above-cap",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "preflights that are to be kept for longer than browsers do",
};

/// `no-preflight-cache`
pub(super) const NO_AGE: Code = Code {
    id: "no-preflight-cache",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "preflights that no browser keeps for longer than five seconds",
};

const CHROMIUM: u64 = 7200;
const FIREFOX: u64 = 86_400;

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for (_, rule) in cors_rules(artifacts) {
        let asks = !rule.allowed_headers.is_empty() || rule.allowed_methods.iter().any(|m| m == "PUT" || m == "DELETE");
        age(findings, artifacts, (&rule.site, "MaxAgeSeconds"), rule.max_age_seconds, asks);
    }
    for (site, cors) in edge_configs(artifacts) {
        age(findings, artifacts, (site, "AccessControlMaxAgeSec"), cors.max_age_sec, true);
    }
}

fn age(
    findings: &mut Findings,
    artifacts: &Artifacts<'_>,
    (site, member): (&Site, &str),
    age: Option<u64>,
    asks: bool,
) {
    let place = artifacts.at(site, member, None);
    match age {
        None | Some(0) if asks => findings.push(
            place.file,
            Diagnostic::new(&NO_AGE, place.span, format!("`{member}` is not set, so preflights are hardly kept"))
                .label("browsers ask again after 5 seconds")
                .help("set it to 7200, the most that Chromium keeps"),
        ),
        Some(age) if age > CHROMIUM => {
            let cap = if age > FIREFOX { FIREFOX } else { CHROMIUM };
            findings.push(
                place.file,
                Diagnostic::new(
                    &ABOVE,
                    place.span,
                    format!(
                        "{age} seconds are more than {} keeps",
                        if age > FIREFOX { "any browser" } else { "Chromium" }
                    ),
                )
                .label(format!("Chromium stops at {CHROMIUM}, Firefox at {FIREFOX}"))
                .help(format!("write {cap} or less")),
            );
        }
        _ => {}
    }
}
