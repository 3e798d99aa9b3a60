//! Pages that send tokens: where a token is stolen by a script of one of these pages, it is good for the assets.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity};
use crate::intent::Intent;

/// `bearer-grant`
pub(super) const CODE: Code = Code {
    id: "bearer-grant",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a grant with `Authorization` among its request headers",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for grant in &intent.grants {
        let Some(header) = grant.request_headers.iter().find(|header| header.as_str() == "authorization") else {
            continue;
        };
        diags.push(
            Diagnostic::new(&CODE, grant.span_of_header(header), "`Authorization` is granted")
                .label(format!("to {}", grant.frontends.join(", "))),
        );
    }
}
