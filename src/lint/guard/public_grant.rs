//! Every website may read: fine for fonts and tiles that are public anyway, and nothing else.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity};
use crate::intent::Intent;

/// `public-grant`
pub(super) const CODE: Code =
    Code { id: "public-grant", kind: Kind::Discouraged, severity: Severity::Warning, summary: "a grant to `anyone`" };

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for grant in intent.grants.iter().filter(|grant| grant.origins.iter().any(crate::fetch::OriginPattern::is_any)) {
        diags.push(
            Diagnostic::new(&CODE, grant.from_span(), "every website is granted something")
                .label("anyone, anywhere")
                .help("name the frontends"),
        );
    }
}
