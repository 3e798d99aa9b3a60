//! Who says `Access-Control-Allow-Origin` on each path of an asset, so that the whole grants exactly what was asked.
//!
//! The bucket's rules know no paths, and a response headers policy tells neither methods nor frontends apart. So:
//!
//! * where the bucket decides alone, every grant must be on the whole asset;
//! * a policy speaks for a path when the grants there come down to one rule;
//! * the bucket hears `Origin` on a path only when everything its rules allow is granted on that path, or the policy
//!   there overrides it.

use super::codes;
use super::cors::{Conflict, Rule, rules};
use super::regions::{Claim, Region};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::{HeaderName, HeaderPattern, Method, OriginPattern};
use crate::intent::{Asset, Authority, Cdn, Grant};
use crate::source::Span;
use std::collections::BTreeSet;

/// What speaks on one path.
#[derive(Debug, Clone)]
pub(super) enum Voice {
    /// S3, by the bucket's rules.
    Bucket,
    /// S3, uncached, on a path that is written to.
    BucketUncached,
    /// A response headers policy that says this rule; S3 answers preflights.
    Edge(Rule),
    /// A response headers policy that says this rule. No preflight is needed, and S3 never hears of `Origin`.
    EdgeAlone(Rule),
}

/// The bucket's rules, and a voice for each region.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) rules: Vec<Rule>,
    pub(super) voices: Vec<Voice>,
    pub(super) choices: Vec<String>,
}

/// Decides; what stands in the way is reported.
pub(super) fn decide(
    diags: &mut Diagnostics,
    asset: &Asset,
    claims: &[Claim<'_>],
    regions: &[Region<'_>],
) -> Option<Spoken> {
    let before = diags.as_slice().len();
    paths_on_bucket(diags, asset, claims);
    authorization_by_wildcard(diags, asset, claims);
    let edge_rules: Vec<Option<Rule>> = regions
        .iter()
        .map(|region| match &asset.cdn {
            Some(cdn) if cdn.authority == Authority::Edge && !region.writes() => edge_rule(diags, cdn, claims, region),
            _ => None,
        })
        .collect();
    if diags.as_slice().iter().skip(before).any(|d| d.severity == crate::diagnostic::Severity::Error) {
        return None;
    }
    let cdn = asset.cdn.as_ref();
    let attempt = |narrow: bool| attempt(cdn, claims, regions, &edge_rules, narrow);
    let spoken = match attempt(false) {
        Ok(spoken) => spoken,
        // Keeping `Origin` from the bucket where no preflight needs it often removes the problem.
        Err(wide) => match attempt(true) {
            Ok(mut spoken) => {
                let quiet = regions
                    .iter()
                    .zip(&spoken.voices)
                    .filter(|(_, voice)| matches!(voice, Voice::EdgeAlone(_)))
                    .map(|(region, _)| region.name())
                    .collect::<Vec<_>>();
                spoken.choices.push(format!(
                    "`Origin` is kept from the bucket on {}: its rules know no paths, and would answer there for grants of other paths",
                    quiet.join(", ")
                ));
                spoken
            }
            Err(narrow) => {
                let trouble = if matches!(narrow, Trouble::Leak { .. }) { narrow } else { wide };
                diags.push(trouble.report(claims));
                return None;
            }
        },
    };
    Some(spoken)
}

/// Why an attempt failed.
enum Trouble {
    Conflict(Conflict),
    Leak { grant: usize, region: String, origin: OriginPattern, method: Method },
}

impl Trouble {
    fn report(&self, claims: &[Claim<'_>]) -> Diagnostic {
        match self {
            Self::Conflict(conflict) => overlapping_grants(conflict, claims),
            Self::Leak { grant, region, origin, method } => {
                let granted = if origin.is_any() { "anyone".to_owned() } else { format!("`{origin}`") };
                Diagnostic::new(
                    &codes::GRANT_LEAKS_TO_PATH,
                    from_span(claims, *grant),
                    format!("the bucket's rules would also answer {granted} on {region} for `{}`", method.as_str()),
                )
                .label("granted on a part of the asset, but the bucket's rules know no paths")
                .help("grant it on the whole asset, or move that part to a bucket of its own")
            }
        }
    }
}

fn attempt(
    cdn: Option<&Cdn>,
    claims: &[Claim<'_>],
    regions: &[Region<'_>],
    edge_rules: &[Option<Rule>],
    narrow: bool,
) -> Result<Spoken, Trouble> {
    let mut choices = Vec::new();
    let mut voices = Vec::new();
    for (region, rule) in regions.iter().zip(edge_rules) {
        voices.push(match rule {
            None if region.writes() => {
                choices
                    .push(format!("{} is written to, so the bucket speaks there and nothing is cached", region.name()));
                Voice::BucketUncached
            }
            None => Voice::Bucket,
            Some(rule) => {
                let keyed = cdn.is_some_and(|cdn| cdn.key_on_origin.0);
                let plain = rule.headers.is_empty() && rule.origins.iter().all(|o| o.is_any() || o.is_literal());
                if plain && (narrow || !keyed) { Voice::EdgeAlone(rule.clone()) } else { Voice::Edge(rule.clone()) }
            }
        });
    }
    // Whose requests the bucket's rules must answer: all, or in a narrow attempt only those that reach it.
    let mut heard: Vec<&Grant> = Vec::new();
    for claim in claims {
        let reaches_bucket = !claim.through_cdn
            || regions.iter().zip(&voices).any(|(region, voice)| {
                !matches!(voice, Voice::EdgeAlone(_)) && region.grants.iter().any(|g| g.index == claim.grant.index)
            });
        if (!narrow || reaches_bucket) && !heard.iter().any(|g| g.index == claim.grant.index) {
            heard.push(claim.grant);
        }
    }
    let rules = rules(&heard).map_err(Trouble::Conflict)?;
    for (region, voice) in regions.iter().zip(&voices) {
        leaks(claims, region, voice, &rules)?;
    }
    Ok(Spoken { rules, voices, choices })
}

/// Whether the bucket's rules say anything on a path that is not granted there.
fn leaks(claims: &[Claim<'_>], region: &Region<'_>, voice: &Voice, rules: &[Rule]) -> Result<(), Trouble> {
    let overriding = match voice {
        Voice::EdgeAlone(_) => return Ok(()),
        Voice::Edge(rule) => Some(rule),
        Voice::Bucket | Voice::BucketUncached => None,
    };
    for rule in rules {
        for origin in &rule.origins {
            for method in rule.methods.iter().filter(|m| region.writes() || m.is_read()) {
                let granting: Vec<&Grant> = claims
                    .iter()
                    .filter(|c| c.reaches(region.pattern))
                    .map(|c| c.grant)
                    .filter(|g| g.methods.contains(method) && g.origins.iter().any(|o| o.covers(origin)))
                    .collect();
                // The policy's list replaces the bucket's when there is one and the origin surely matches.
                let replaced = overriding.is_some_and(|edge| {
                    !edge.expose.is_empty()
                        && origin.is_literal()
                        && edge.origins.iter().any(|o| (o.is_literal() || o.is_any()) && o.covers(origin))
                });
                let expose: BTreeSet<&HeaderName> = granting.iter().flat_map(|g| &g.expose).collect();
                let exact = replaced || expose.iter().copied().eq(&rule.expose);
                if granting.is_empty() || !exact {
                    let grant = rule
                        .grants
                        .iter()
                        .copied()
                        .find(|index| !granting.iter().any(|g| g.index == *index))
                        .or_else(|| rule.grants.first().copied());
                    return Err(Trouble::Leak {
                        grant: grant.unwrap_or_default(),
                        region: region.name(),
                        origin: origin.clone(),
                        method: method.clone(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// What a response headers policy for a region says; reported when it cannot say it.
fn edge_rule(diags: &mut Diagnostics, cdn: &Cdn, claims: &[Claim<'_>], region: &Region<'_>) -> Option<Rule> {
    let mut rules = match rules(&region.grants) {
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
            .help("or let the bucket speak, which tells origins and methods apart: `authority: bucket`"),
        );
        return None;
    }
    let grant_of = |origin: &OriginPattern| {
        region.grants.iter().find(|g| g.origins.contains(origin)).map_or_else(Span::default, |g| g.from_span)
    };
    let mut good = true;
    for origin in &rule.origins {
        if let Some(reason) = not_at_edge(origin, &rule.origins) {
            good = false;
            diags.push(
                Diagnostic::new(
                    &codes::ORIGIN_PATTERN_AT_EDGE,
                    grant_of(origin),
                    format!("a response headers policy cannot say `{origin}`"),
                )
                .label(reason)
                .help("list the origins")
                .help("or let the bucket speak, which takes one `*` anywhere: `authority: bucket`"),
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
    for header in rule.headers.iter().filter(|h| !h.is_literal() && h.as_str() != "*") {
        good = false;
        let place = region.grants.iter().find(|g| g.request_headers.contains(header));
        diags.push(
            Diagnostic::new(
                &codes::HEADER_PATTERN_AT_EDGE,
                place.map_or_else(Span::default, |g| g.span),
                format!("a response headers policy cannot say `{}`", header.as_str()),
            )
            .label("browsers take a name or `*` in `Access-Control-Allow-Headers`, no pattern")
            .help("list the headers, or let the bucket speak, which answers with the names asked for: `authority: bucket`"),
        );
    }
    good.then_some(rule)
}

/// Why a policy cannot say an origin exactly. Its grammar takes `*` as the whole first label, or as the port, where
/// it also stands for no port. Other schemes than the web's are not confirmed.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>
fn not_at_edge(origin: &OriginPattern, all: &BTreeSet<OriginPattern>) -> Option<&'static str> {
    if origin.is_any() {
        return None;
    }
    let (scheme, host, port) = origin.parts()?;
    if scheme != "https" && scheme != "http" {
        return Some("whether CloudFront takes this scheme is not confirmed");
    }
    if port == Some("*") {
        let without_port = all.iter().any(|o| o.as_str() == format!("{scheme}://{host}"));
        return (!without_port).then_some("CloudFront's `:*` also stands for no port, which is not granted");
    }
    let mid_label = host.contains('*') && !host.starts_with("*.");
    mid_label.then_some("CloudFront takes `*` as the whole first label only")
}

/// The bucket's rules know no paths, so where they decide alone a grant is on the whole asset.
fn paths_on_bucket(diags: &mut Diagnostics, asset: &Asset, claims: &[Claim<'_>]) {
    for claim in claims.iter().filter(|c| !c.through_cdn) {
        let Some((_, pattern)) = claim.path else { continue };
        let help = if asset.cdn.is_some() {
            "grant the upload on the whole asset: a presigned URL limits the key"
        } else {
            "grant it on the whole asset, or put a `cdn` in front"
        };
        diags.push(
            Diagnostic::new(
                &codes::PATH_GRANT_ON_BUCKET,
                claim.span,
                format!("the bucket's rules cannot be limited to `{pattern}`"),
            )
            .label("these requests go to the bucket, whose rules know no paths")
            .help(help),
        );
    }
}

/// S3 answers a preflight with the names that were asked for, `Authorization` too when a `*` covers it; the standard's
/// `*` never covers it. <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn authorization_by_wildcard(diags: &mut Diagnostics, asset: &Asset, claims: &[Claim<'_>]) {
    let Some(authorization) = HeaderPattern::parse("authorization") else { return };
    for claim in claims {
        let edge_decides = claim.through_cdn
            && asset.cdn.as_ref().is_some_and(|c| c.authority == Authority::Edge)
            && claim.grant.methods.iter().all(Method::is_read);
        let headers = &claim.grant.request_headers;
        let covering = headers.iter().find(|h| !h.is_literal() && h.covers(&authorization));
        if let Some(covering) = covering.filter(|_| !edge_decides && !headers.contains(&authorization)) {
            diags.push(
                Diagnostic::new(
                    &crate::intent::codes::WILDCARD_COVERS_NO_AUTHORIZATION,
                    claim.grant.span,
                    format!("`{}` would let `Authorization` in, which is granted by name only", covering.as_str()),
                )
                .label("S3 answers with every name that the `*` covers")
                .help("list the headers, or add `authorization` if pages may send it"),
            );
        }
    }
}

fn overlapping_grants(conflict: &Conflict, claims: &[Claim<'_>]) -> Diagnostic {
    Diagnostic::new(
        &codes::OVERLAPPING_GRANTS,
        from_span(claims, conflict.second),
        "two grants give an origin of both two different answers",
    )
    .label("this grant reaches origins of another one, with other exposed headers or another `preflight-cache`")
    .related(from_span(claims, conflict.first), "the other grant")
    .help("S3 takes the first rule that matches, and Terraform does not keep the order of rules")
    .help("give both grants the same `expose` and `preflight-cache`, or origins that have nothing in common")
}

fn from_span(claims: &[Claim<'_>], grant: usize) -> Span {
    claims.iter().find(|c| c.grant.index == grant).map_or_else(Span::default, |c| c.grant.from_span)
}
