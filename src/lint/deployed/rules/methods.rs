//! S3 knows five methods in CORS rules, in upper case; a preflight is answered without `OPTIONS` among them.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>

use super::super::view::{List, Names, lists};
use super::super::{Artifacts, Findings};
use crate::aws::s3::CORS_METHODS;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use crate::intent::codes;

/// `get-without-head`
pub(super) const GET_WITHOUT_HEAD: Code = Code {
    id: "get-without-head",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a list of methods with `GET` and without `HEAD`",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for list in lists(artifacts, List::Methods) {
        for method in list.items.iter().filter(|method| !list.is_edge && !CORS_METHODS.contains(&method.as_str())) {
            unsupported(findings, artifacts, list, method);
        }
        let has = |method: &str| list.items.iter().any(|known| known == method || (list.is_edge && known == "ALL"));
        if has("GET") && !has("HEAD") {
            let place = artifacts.at(list.site, list.member, None);
            findings.push(
                place.file,
                Diagnostic::new(&GET_WITHOUT_HEAD, place.span, "`GET` is allowed, and `HEAD` is not")
                    .label("`HEAD` is not part of `GET` here")
                    .help("add `HEAD`: media players, download managers and `curl -I` send it"),
            );
        }
    }
}

fn unsupported(findings: &mut Findings, artifacts: &Artifacts<'_>, list: Names<'_>, method: &str) {
    let place = artifacts.at(list.site, list.member, Some(method));
    let upper = method.to_ascii_uppercase();
    let finding = Diagnostic::new(
        &codes::UNSUPPORTED_METHOD,
        place.span,
        format!("S3's CORS rules do not know the method `{}`", shown(method)),
    )
    .label("S3 knows `GET`, `PUT`, `POST`, `DELETE` and `HEAD`");
    let finding = match upper.as_str() {
        "OPTIONS" => finding.help("remove it: S3 answers preflights for the other methods"),
        _ if CORS_METHODS.contains(&upper.as_str()) => {
            finding.help(format!("write `{upper}`")).fix_text(place.span, upper)
        }
        _ => finding.help("remove it: S3 has no such request"),
    };
    findings.push(place.file, finding);
}
