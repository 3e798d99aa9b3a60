//! A pattern grants to pages that nobody has looked at: previews, branches, what will be set up tomorrow.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::intent::Intent;

/// `wildcard-origin`
pub(super) const CODE: Code = Code {
    id: "wildcard-origin",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "an origin with a `*`",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for frontend in &intent.frontends {
        for origin in frontend.origins.iter().filter(|origin| !origin.value.is_literal()) {
            diags.push(
                Diagnostic::new(
                    &CODE,
                    origin.span,
                    format!("`{}` stands for many origins", shown(origin.value.as_str())),
                )
                .label("nobody has looked at all of them")
                .help("list the origins, or keep the frontend from this environment by `only-in`")
                .about([Subject::Frontend(frontend.id.value.clone())]),
            );
        }
    }
}
