//! Pages that write: uploads, and whatever else `PUT`, `POST` and `DELETE` do.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity};
use crate::intent::Intent;

/// `write-grant`
pub(super) const CODE: Code = Code {
    id: "write-grant",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a grant with a method that writes",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for grant in &intent.grants {
        let Some(method) = grant.methods.iter().find(|method| !method.is_read()) else { continue };
        diags.push(
            Diagnostic::new(&CODE, grant.span, format!("`{}` is granted", method.as_str()))
                .label(format!("to {}", grant.frontends.join(", "))),
        );
    }
}
