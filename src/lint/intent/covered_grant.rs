//! A grant that changes nothing: another one lets the same pages do all of it. Usually an older grant was widened, and the
//! narrow one was forgotten; whoever reads it believes that it restricts.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject};
use crate::fetch::HeaderPattern;
use crate::intent::{Credentials, Grant, Intent, Target};
use std::collections::BTreeSet;

/// `covered-grant`
pub(super) const CODE: Code = Code {
    id: "covered-grant",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a grant that another grant makes redundant",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for inner in &intent.grants {
        // Of two grants that say the same, the later one is redundant.
        let makes_redundant = |outer: &&Grant| {
            outer.index != inner.index
                && covers(intent, outer, inner)
                && (outer.index < inner.index || !covers(intent, inner, outer))
        };
        let Some(outer) = intent.grants.iter().find(makes_redundant) else { continue };
        diags.push(
            Diagnostic::new(&CODE, inner.span, "this grant adds nothing to another one")
                .label("its pages may do all of this already")
                .related(outer.span, "granted here")
                .help("remove it, or narrow the other grant if this is all that was meant")
                .about(inner.frontends.iter().cloned().map(Subject::Frontend)),
        );
    }
}

/// Whether everything that `inner` allows, `outer` allows, and answers alike.
fn covers(intent: &Intent, outer: &Grant, inner: &Grant) -> bool {
    inner.upload == outer.upload
        && inner.uses.is_subset(&outer.uses)
        && inner.methods.is_subset(&outer.methods)
        && inner.expose.is_subset(&outer.expose)
        && inner.request_headers.iter().all(|header| allows(&outer.request_headers, header))
        // Of several grants the least holds, so a longer one changes nothing.
        && inner.preflight_cache >= outer.preflight_cache
        && identifies_alike(outer.credentials, inner.credentials)
        && inner.to.iter().all(|target| outer.to.iter().any(|o| reaches(intent, o, target)))
        && inner.origins.iter().all(|origin| {
            outer.origins.contains(origin) || outer.origins.iter().any(|o| !o.is_literal() && o.covers(origin))
        })
}

/// Whether what identifies users with `inner` may come along with `outer`. A signature is asked for with one grant, and not
/// with another; the `Authorization` of `bearer` is among the request headers.
fn identifies_alike(outer: Credentials, inner: Credentials) -> bool {
    let is_open = |credentials| matches!(credentials, Credentials::None | Credentials::Bearer);
    outer == inner || (is_open(inner) && (is_open(outer) || outer == Credentials::Cookies))
}

fn reaches(intent: &Intent, outer: &Target, inner: &Target) -> bool {
    let pattern = |target: &Target| {
        let paths = &intent.assets.get(target.asset)?.paths;
        Some(&paths.get(target.path?)?.pattern.value)
    };
    outer.asset == inner.asset && (outer.path.is_none() || pattern(outer) == pattern(inner))
}

/// `Authorization` is allowed by its name only. <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn allows(set: &BTreeSet<HeaderPattern>, header: &HeaderPattern) -> bool {
    set.contains(header) || (header.as_str() != "authorization" && set.iter().any(|pattern| pattern.covers(header)))
}
