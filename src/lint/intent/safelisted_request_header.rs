//! Browsers ask no preflight for these names while their values are plain, so most pages need no allowance for them.
//! <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>. `Content-Type` and `Range` are not plain often enough.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, shown};
use crate::intent::Intent;

/// `safelisted-request-header`
pub(crate) const CODE: Code = Code {
    id: "safelisted-request-header",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "a request header that pages may send without a grant",
};

const SAFELISTED: [&str; 3] = ["accept", "accept-language", "content-language"];

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for (header, span) in intent.grants.iter().flat_map(|grant| &grant.header_spans) {
        if SAFELISTED.contains(&header.as_str()) {
            diags.push(
                Diagnostic::new(&CODE, *span, format!("every page may send `{}`", shown(header.as_str())))
                    .label("no preflight asks for it")
                    .help("remove it; only values over 128 bytes, or with characters such as `\"` or `:`, need it"),
            );
        }
    }
}
