//! An origin beside a pattern that stands for it already: one of the two was not meant so. Only within one frontend:
//! different frontends have their own names for a reason.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::intent::Intent;

/// `covered-origin`
pub(super) const CODE: Code = Code {
    id: "covered-origin",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "an origin that a pattern of the same frontend stands for already",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for frontend in &intent.frontends {
        // A pattern that lets in strangers is to be mended first.
        let patterns: Vec<_> =
            frontend.origins.iter().filter(|o| !o.value.is_literal() && o.value.wildcard_risk().is_none()).collect();
        for origin in &frontend.origins {
            let wider = patterns.iter().find(|p| p.value != origin.value && p.value.covers(&origin.value));
            let Some(wider) = wider else { continue };
            let (text, pattern) = (shown(origin.value.as_str()), shown(wider.value.as_str()));
            diags.push(
                Diagnostic::new(&CODE, origin.span, format!("`{pattern}` already stands for `{text}`"))
                    .label("adds nothing")
                    .related(wider.span, "the pattern")
                    .help("remove it, or list the origins instead of the pattern")
                    .about([Subject::Frontend(frontend.id.value.clone())]),
            );
        }
    }
}
