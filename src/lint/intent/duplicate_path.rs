//! Two names for one path: a grant on one of them is a grant on the other. Usually a copied line that was not changed.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::intent::Intent;
use std::collections::BTreeMap;

/// `duplicate-path`
pub(super) const CODE: Code = Code {
    id: "duplicate-path",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "two paths of an asset with the same pattern",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for asset in &intent.assets {
        let mut seen = BTreeMap::new();
        for path in &asset.paths {
            let Some(first) = seen.insert(canonical(&path.pattern.value), path) else { continue };
            let (id, other) = (&path.id.value, &first.id.value);
            let pattern = shown(&path.pattern.value);
            diags.push(
                Diagnostic::new(&CODE, path.id.span, format!("`{id}` and `{other}` are the same path: `{pattern}`"))
                    .label("what is granted on one is granted on the other")
                    .related(first.id.span, "the other one")
                    .help("change the pattern, or remove one of the two")
                    .about([Subject::Asset(asset.id.value.clone())]),
            );
        }
    }
}

/// A pattern with one `*` for several in a row, which stand for the same.
fn canonical(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        if c != '*' || !text.ends_with('*') {
            text.push(c);
        }
    }
    text
}
