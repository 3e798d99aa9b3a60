//! An address is whoever has it today: a machine in another network, the next customer of a cloud. It rarely has a
//! certificate either.

use super::web_origins;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::fetch::host::{is_address, is_loopback};
use crate::intent::Intent;

/// `ip-address-origin`
pub(crate) const CODE: Code = Code {
    id: "ip-address-origin",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a frontend whose host is an IP address, other than this machine's",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for web in web_origins(intent).iter().filter(|web| is_address(web.host) && !is_loopback(web.host)) {
        diags.push(
            Diagnostic::new(&CODE, web.span, format!("`{}` is an address, and no name", shown(web.host)))
                .label("whoever has this address is granted the same")
                .help("give the page a name, and write that")
                .about([Subject::Frontend(web.frontend.id.value.clone())]),
        );
    }
}
