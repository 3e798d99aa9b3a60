//! `https://*.acme.com` needs the dot, so `https://acme.com` is not among its origins. Sites often have both.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

use super::web_origins;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject};
use crate::fetch::OriginPattern;
use crate::fetch::host::is_registered;
use crate::intent::{Grant, Intent};

/// `uncovered-apex`
pub(crate) const CODE: Code = Code {
    id: "uncovered-apex",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "`https://*.example.com` where `https://example.com` is granted nothing",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for web in web_origins(intent) {
        let Some(apex) = web.host.strip_prefix("*.").filter(|domain| is_registered(domain)) else { continue };
        let port = web.port.map(|port| format!(":{port}")).unwrap_or_default();
        let Ok(apex) = OriginPattern::parse(&format!("{}://{apex}{port}", web.scheme)) else { continue };
        let of_frontend = |grant: &&Grant| grant.frontends.contains(&web.frontend.id.value);
        let grants: Vec<&Grant> = intent.grants.iter().filter(of_frontend).collect();
        let same_asset = |grant: &Grant| {
            grant.to.iter().any(|target| grants.iter().any(|other| other.to.iter().any(|t| t.asset == target.asset)))
        };
        let covered = |grant: &Grant| grant.origins.iter().any(|origin| origin.covers(&apex));
        if grants.is_empty() || intent.grants.iter().any(|grant| same_asset(grant) && covered(grant)) {
            continue;
        }
        diags.push(
            Diagnostic::new(&CODE, web.span, format!("`{}` does not cover `{apex}`", web.origin))
                .label("the names below the domain, and not the domain itself")
                .help(format!("add `{apex}` to the frontend if pages come from there"))
                .about([Subject::Frontend(web.frontend.id.value.clone())]),
        );
    }
}
