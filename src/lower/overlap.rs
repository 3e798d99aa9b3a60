//! Grants that overlap in a way that S3's rules cannot say.

use super::codes;
use super::cors::Conflict;
use super::regions::{Claim, from_span};
use crate::diagnostic::Diagnostic;
use crate::fetch::OriginPattern;

/// Two grants of which one rule of S3's cannot hold both.
pub(super) fn overlapping_grants(conflict: &Conflict, claims: &[Claim<'_>]) -> Diagnostic {
    let grant = |index: usize| claims.iter().map(|c| c.grant).find(|g| g.index == index);
    let both = grant(conflict.first).zip(grant(conflict.second));
    let alike = both.is_some_and(|(first, second)| {
        first.expose == second.expose && first.preflight_cache == second.preflight_cache
    });
    let has_cookies = both.is_some_and(|(first, second)| {
        let is_public = [first, second].iter().any(|grant| grant.origins.iter().any(OriginPattern::is_any));
        is_public && (first.promises_cookies() || second.promises_cookies())
    });
    let finding = Diagnostic::new(
        &codes::OVERLAPPING_GRANTS,
        from_span(claims, conflict.second),
        "two grants give an origin of both two different answers",
    )
    .related(from_span(claims, conflict.first), "the other grant")
    .help("S3 takes the first rule that matches, and Terraform does not keep the order of rules");
    if has_cookies {
        finding
            .label("`anyone` is answered with `*`, which no request with cookies may read")
            .help("leave `anyone` out, or grant no cookies")
    } else if alike {
        finding
            .label("S3 answers `anyone` with `*`, and a named frontend with its own origin")
            .help("grant the same request headers to both, or leave `anyone` out")
    } else {
        finding
            .label("this grant reaches origins of another one, with other exposed headers or another `preflight-cache`")
            .help("give both grants the same `expose` and `preflight-cache`, or origins that have nothing in common")
    }
}
