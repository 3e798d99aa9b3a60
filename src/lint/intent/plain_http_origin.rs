//! Whoever is on the way of a page that came without TLS can change it, and then uses what is granted to it.
//! <https://w3c.github.io/webappsec-secure-contexts/#threat-models-risks>

use super::web_origins;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::fetch::host::{is_address, is_loopback};
use crate::intent::Intent;

/// `plain-http-origin`
pub(crate) const CODE: Code = Code {
    id: "plain-http-origin",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a frontend with `http://` that is not on this machine",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for web in web_origins(intent).iter().filter(|web| web.scheme == "http") {
        // `ip-address-origin` speaks of addresses; a name below `.test` leads nowhere but to a developer's own machine.
        if is_loopback(web.host) || is_address(web.host) || web.is_below("test") {
            continue;
        }
        let secure = format!("https://{}", web.host);
        let finding = Diagnostic::new(&CODE, web.span, format!("`{}` is not encrypted", shown(web.origin.as_str())))
            .label("whoever is on the way of such a page can change it, and use what is granted to it")
            .about([Subject::Frontend(web.frontend.id.value.clone())]);
        let is_listed = web.frontend.origins.iter().any(|origin| origin.value.as_str() == secure);
        diags.push(if web.port.is_some() {
            // The port of the page under TLS is another one, which nobody can tell.
            finding.help("serve the page by TLS, and name its `https://` origin")
        } else if is_listed {
            finding.help(format!("remove it: `{}` is there already", shown(&secure)))
        } else {
            finding.help(format!("serve the page by TLS, and write `{}`", shown(&secure))).fix_text(web.span, secure)
        });
    }
}
