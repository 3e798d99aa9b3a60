//! A port is part of an origin because another program may listen on it, for somebody else.
//! <https://html.spec.whatwg.org/#same-origin>

use super::web_origins;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::fetch::host::is_loopback;
use crate::intent::Intent;

/// `any-port-origin`
pub(super) const CODE: Code = Code {
    id: "any-port-origin",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "a `*` for the port of a host other than this machine",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for web in web_origins(intent).iter().filter(|web| web.port == Some("*") && !is_loopback(web.host)) {
        let origin = shown(web.origin.as_str());
        diags.push(
            Diagnostic::new(&CODE, web.span, format!("`{origin}` is every program on that host"))
                .label("the pages of every port of it are granted the same, its default port not among them")
                .help("list the ports that pages come from")
                .about([Subject::Frontend(web.frontend.id.value.clone())]),
        );
    }
}
