//! A page of a developer's machine has no business in production: whatever runs on that port of a visitor's machine is
//! granted the same. Apps in a shell do come from `http://localhost` and `https://localhost`, without a port
//! (<https://capacitorjs.com/docs/config>), so these are left alone.

use super::web_origins;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::fetch::host::is_loopback;
use crate::intent::Intent;

/// `local-origin-in-production`
pub(super) const CODE: Code = Code {
    id: "local-origin-in-production",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a frontend on a developer's machine, in an intent for production",
};

/// What people call production.
const PRODUCTION: [&str; 4] = ["live", "prd", "prod", "production"];

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    let Some(environment) = intent.environment.as_deref() else { return };
    if !PRODUCTION.contains(&environment.to_ascii_lowercase().as_str()) {
        return;
    }
    for web in web_origins(intent) {
        // RFC 6761 keeps `.test` for tests, RFC 6762 `.local` for the network that one happens to be in.
        let is_dev_server = is_loopback(web.host) && web.port.is_some();
        if !is_dev_server && !web.is_below("test") && !web.is_below("local") {
            continue;
        }
        let origin = shown(web.origin.as_str());
        diags.push(
            Diagnostic::new(&CODE, web.span, format!("`{origin}` in environment `{}`", shown(environment)))
                .label("whatever answers by this name near a visitor is granted the same")
                .help("grant it in the environment of developers only")
                .about([Subject::Frontend(web.frontend.id.value.clone())]),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Input, Syntax, compile};

    fn found(environment: Option<&str>) -> Vec<String> {
        let text = r#"
version: 1
name: acme
assets: { static: { bucket: acme-static, region: eu-west-1 } }
frontends:
  site: [https://www.acme.example, "http://localhost:3000", "http://127.0.0.1:*", "https://acme.test", "https://printer.local"]
  app: [http://localhost, https://localhost, "capacitor://localhost", "https://wiki.corp.internal"]
allow:
  - { from: [site, app], to: static, use: fonts }
"#;
        let input = Input { name: "a.yaml".to_owned(), bytes: text.as_bytes().to_vec(), syntax: Syntax::Yaml };
        let mut intent = compile(input).intent.expect("the intent has no errors");
        intent.environment = environment.map(str::to_owned);
        let mut diags = Diagnostics::default();
        check(&mut diags, &intent);
        diags.into_sorted().into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn developers_machines_are_told_in_production_only() {
        let expected = [
            "`http://localhost:3000` in environment `prod`",
            "`http://127.0.0.1:*` in environment `prod`",
            "`https://acme.test` in environment `prod`",
            "`https://printer.local` in environment `prod`",
        ];
        assert_eq!(found(Some("prod")), expected);
        assert_eq!(found(Some("Production")).len(), expected.len());
        assert!(found(Some("staging")).is_empty());
        assert!(found(None).is_empty());
    }
}
