//! `only-in` keeps a frontend from an environment; another frontend's origins can let the same pages in nevertheless.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::document::Spanned;
use crate::fetch::OriginPattern;
use crate::intent::{Frontend, Intent};

/// `withheld-origin-granted`
pub(super) const CODE: Code = Code {
    id: "withheld-origin-granted",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "an origin that `only-in` keeps from an environment, and another frontend lets in there",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    let Some(environment) = &intent.environment else { return };
    for withheld in &intent.withheld {
        for origin in &withheld.origins {
            let Some((frontend, granted)) = granting(intent, &origin.value) else { continue };
            diags.push(
                Diagnostic::new(
                    &CODE,
                    origin.span,
                    format!(
                        "`{}` is kept from `{environment}`, and gets in as `{}`",
                        shown(origin.value.as_str()),
                        frontend.id.value
                    ),
                )
                .label(format!("`{}` is not given to `{environment}`", withheld.id.value))
                .related(granted.span, "this lets the same pages in")
                .help("narrow the other frontend's origins, or give it other domains")
                .about([Subject::Frontend(withheld.id.value.clone()), Subject::Frontend(frontend.id.value.clone())]),
            );
        }
    }
}

/// A granted frontend with an origin that stands for the same page as `origin`.
fn granting<'i>(intent: &'i Intent, origin: &OriginPattern) -> Option<(&'i Frontend, &'i Spanned<OriginPattern>)> {
    let is_granted =
        |frontend: &&Frontend| intent.grants.iter().any(|grant| grant.frontends.contains(&frontend.id.value));
    intent.frontends.iter().filter(is_granted).find_map(|frontend| {
        Some((frontend, frontend.origins.iter().find(|granted| granted.value.intersects(origin))?))
    })
}
