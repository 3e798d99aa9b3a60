//! What a response headers policy can say: one answer for all methods and frontends of a path, and no pattern within a
//! label.

use super::codes;
use super::cors::{Rule, rules_with_credentials};
use super::overlap::overlapping_grants;
use super::regions::{Claim, Region, from_span};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::OriginPattern;
use crate::intent::{Asset, Cdn};
use crate::source::Span;
use std::collections::BTreeSet;

/// What a response headers policy for a region says; reported when it cannot say it, with what else could.
pub(super) fn edge_rule(
    diags: &mut Diagnostics,
    asset: &Asset,
    cdn: &Cdn,
    claims: &[Claim<'_>],
    region: &Region<'_>,
    function_would_do: &dyn Fn() -> bool,
) -> Option<Rule> {
    // What else could speak.
    let (speaker, word) = if asset.is_custom() { ("server", "origin") } else { ("bucket", "bucket") };
    let mut rules = match rules_with_credentials(&region.grants) {
        Ok(rules) => rules,
        Err(conflict) => {
            diags.push(overlapping_grants(&conflict, claims));
            return None;
        }
    };
    let rule = rules.pop()?;
    if let Some(other) = rules.first() {
        let mut grants: Vec<usize> = rule.grants.symmetric_difference(&other.grants).copied().collect();
        grants.extend(rule.grants.iter().chain(&other.grants));
        let first = grants.first().copied().unwrap_or_default();
        let second = grants.iter().copied().find(|&g| g != first).unwrap_or(first);
        diags.push(
            Diagnostic::new(
                &codes::DIFFERING_GRANTS_AT_EDGE,
                from_span(claims, first.max(second)),
                format!("the grants on {} differ, and a response headers policy says one thing to all", region.name()),
            )
            .label("this frontend is granted something else")
            .related(from_span(claims, first.min(second)), "than this one")
            .help("grant the same to both, or grant different paths")
            .help(format!("or let the {speaker} speak, which tells origins and methods apart: `authority: {word}`"))
            .help("or let a function speak, which tells them apart on each path: `authority: function`"),
        );
        return None;
    }
    let grant_of = |origin: &OriginPattern| {
        region.grants.iter().find(|g| g.origins.contains(origin)).map_or_else(Span::default, |g| g.span_of(origin))
    };
    let mut good = true;
    for origin in &rule.origins {
        if let Some((reason, help)) = not_at_edge(origin, &rule.origins) {
            good = false;
            diags.push(
                Diagnostic::new(
                    &codes::ORIGIN_PATTERN_AT_EDGE,
                    grant_of(origin),
                    format!("a response headers policy cannot say `{origin}`"),
                )
                .label(reason)
                .help(help)
                .help(format!("or let the {speaker} speak, which takes any text with one `*`: `authority: {word}`"))
                .help("or let a function speak, which takes the same: `authority: function`"),
            );
        } else if let (true, Some(unkeyed)) =
            (!origin.is_literal() && !origin.is_any() && !cdn.key_on_origin.0, cdn.key_on_origin.1)
        {
            good = false;
            diags.push(
                Diagnostic::new(
                    &codes::WILDCARD_ORIGIN_WITHOUT_KEY,
                    unkeyed,
                    format!("`{origin}` needs `Origin` in the cache key"),
                )
                .label("taken out of the key here")
                .related(grant_of(origin), "granted here")
                .help("whether a policy's `*.` spans several labels is not confirmed; with the key the bucket answers what the policy does not")
                .help("remove `key-on-origin: false`, or list the origins"),
            );
        }
    }
    for header in rule.headers.iter().filter(|h| !h.is_literal() && (h.as_str() != "*" || rule.credentials)) {
        good = false;
        let place = region.grants.iter().find(|g| g.request_headers.contains(header));
        let finding = Diagnostic::new(
            &codes::HEADER_PATTERN_AT_EDGE,
            place.map_or_else(Span::default, |g| g.span_of_header(header)),
            format!("a response headers policy cannot say `{}`", header.as_str()),
        )
        .label("browsers take a name or `*` in `Access-Control-Allow-Headers`, no pattern")
        .help(format!(
            "list the headers, or let the {speaker} speak, which answers with the names asked for: `authority: {word}`"
        ));
        diags.push(if function_would_do() {
            finding.help("or let a function speak, which does the same on each path: `authority: function`")
        } else {
            finding
        });
    }
    good.then_some(rule)
}

/// Why a policy cannot say an origin exactly. Its grammar takes `*` as the whole first label, or as the port, where
/// it also stands for no port. Other schemes than the web's are not confirmed.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>
pub(super) fn not_at_edge(origin: &OriginPattern, all: &BTreeSet<OriginPattern>) -> Option<(&'static str, String)> {
    if origin.is_any() {
        return None;
    }
    let (scheme, host, port) = origin.parts()?;
    if scheme != "https" && scheme != "http" {
        let help = "serve the app's pages from `https://localhost`, and name that";
        return Some(("whether CloudFront takes this scheme is not confirmed", help.to_owned()));
    }
    let without_port = format!("{scheme}://{host}");
    if port == Some("*") && !all.iter().any(|o| o.as_str() == without_port) {
        let help = format!("name `{without_port}` as well, or list the ports");
        return Some(("CloudFront's `:*` also stands for no port, which is not granted", help));
    }
    let mid_label = host.contains('*') && !host.starts_with("*.");
    mid_label.then(|| ("CloudFront takes `*` as the whole first label only", "list the origins".to_owned()))
}
