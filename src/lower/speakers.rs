//! Who says `Access-Control-Allow-Origin` on each path of an asset, so that the whole grants exactly what was asked.
//!
//! The bucket's rules know no paths, and a response headers policy tells neither methods nor frontends apart. So:
//!
//! * where the bucket decides alone, every grant must be on the whole asset;
//! * a policy speaks for a path when the grants there come down to one rule;
//! * the bucket hears `Origin` on a path only when everything its rules allow is granted on that path, or the policy
//!   there overrides it.

use super::codes;
use super::cors::{Conflict, Rule, rules, rules_with_credentials};
use super::custom::identifies_users;
use super::edge::edge_rule;
use super::errors::{self, Errors};
use super::functions;
use super::leaks::{Trouble, leaks, leaks_by_copies};
use super::overlap::overlapping_grants;
use super::regions::{Claim, Region};
use super::voice::{Spoken, Voice};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::HeaderPattern;
use crate::intent::{Asset, Authority, Cdn, Grant};

/// Decides; what stands in the way is reported.
pub(super) fn decide(
    diags: &mut Diagnostics,
    asset: &Asset,
    claims: &[Claim<'_>],
    regions: &[Region<'_>],
) -> Option<Spoken> {
    let before = diags.as_slice().len();
    paths_on_bucket(diags, asset, claims);
    authorization_by_wildcard(diags, claims);
    let would_do = std::cell::LazyCell::new(|| function_would_do(asset, claims, regions));
    let edge_rules: Vec<Option<Rule>> = regions
        .iter()
        .map(|region| match &asset.cdn {
            Some(cdn) if cdn.authority == Authority::Edge && !region.writes() => {
                edge_rule(diags, asset, cdn, claims, region, &|| *would_do)
            }
            _ => None,
        })
        .collect();
    let function_rules = function_rules(diags, asset, claims, regions);
    let errors = errors::speakers(diags, asset, regions, &function_rules);
    if diags.as_slice().iter().skip(before).any(|d| d.severity == crate::diagnostic::Severity::Error) {
        return None;
    }
    if let Some(cdn) = asset.cdn.as_ref() {
        needless_function(diags, asset, cdn, claims, regions);
        functions::idle_preflights(diags, asset, cdn, regions);
        functions::unheard_injection(diags, asset, cdn, regions, &function_rules);
    }
    let attempt = |narrow: bool| {
        let spoken = attempt(asset, claims, regions, (&edge_rules, &errors), narrow);
        spoken.map(|spoken| Spoken { function_rules: function_rules.clone(), ..spoken })
    };
    // Nothing is gained by telling a server of `Origin` that has no say, or a bucket that answers no preflights.
    let is_narrow = asset.is_custom() || asset.cdn.as_ref().is_some_and(functions::answers_preflights);
    let first = attempt(is_narrow);
    let spoken = match first {
        Ok(spoken) => spoken,
        Err(trouble) if is_narrow => {
            diags.push(trouble.report(asset, claims, &|| *would_do));
            return None;
        }
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
                let trouble = if matches!(narrow, Trouble::Conflict(_)) { wide } else { narrow };
                diags.push(trouble.report(asset, claims, &|| *would_do));
                return None;
            }
        },
    };
    Some(spoken)
}

/// Whether all that is granted on an asset could be said by functions.
fn function_would_do(asset: &Asset, claims: &[Claim<'_>], regions: &[Region<'_>]) -> bool {
    let mut other = asset.clone();
    match &mut other.cdn {
        Some(cdn) if cdn.authority != Authority::Function => {
            cdn.authority = Authority::Function;
            cdn.inject_origin = (false, None);
        }
        _ => return false,
    }
    decide(&mut Diagnostics::default(), &other, claims, regions).is_some()
}

fn attempt(
    asset: &Asset,
    claims: &[Claim<'_>],
    regions: &[Region<'_>],
    (edge_rules, errors): (&[Option<Rule>], &[Errors]),
    narrow: bool,
) -> Result<Spoken, Trouble> {
    let mut choices = Vec::new();
    let mut voices = Vec::new();
    let cdn = asset.cdn.as_ref();
    let who = if asset.is_custom() { "the server speaks there, by its contract," } else { "the bucket speaks there" };
    let by_function = cdn.is_some_and(|cdn| cdn.authority == Authority::Function);
    let asks_function = cdn.is_some_and(functions::answers_preflights);
    for ((region, rule), errors) in regions.iter().zip(edge_rules).zip(errors) {
        let identifies = identifies_users(asset, region);
        if identifies && !region.writes() {
            choices.push(format!(
                "{} is read with what identifies users: all of it reaches the server, and nothing is cached",
                region.name()
            ));
        }
        voices.push(match rule {
            None if region.writes() => {
                choices.push(format!("{} is written to, so {who} and nothing is cached", region.name()));
                Voice::BucketUncached
            }
            None if by_function => Voice::Function { uncached: identifies, errors: errors.clone() },
            None if identifies => Voice::BucketUncached,
            Some(rule) if identifies => Voice::EdgeUncached(rule.clone()),
            None => Voice::Bucket,
            Some(rule) => {
                let keyed = cdn.is_some_and(|cdn| cdn.key_on_origin.0);
                let plain = (rule.headers.is_empty() || asks_function)
                    && rule.origins.iter().all(|o| o.is_any() || o.is_literal());
                if plain && (narrow || !keyed) { Voice::EdgeAlone(rule.clone()) } else { Voice::Edge(rule.clone()) }
            }
        });
    }
    // Whose requests the bucket's rules must answer: all, or in a narrow attempt only those that reach it.
    let mut heard: Vec<&Grant> = Vec::new();
    for claim in claims {
        let reaches_bucket = !claim.through_cdn
            || regions.iter().zip(&voices).any(|(region, voice)| {
                voice.is_heard_by_origin() && region.grants.iter().any(|g| g.index == claim.grant.index)
            });
        if (!narrow || reaches_bucket) && !heard.iter().any(|g| g.index == claim.grant.index) {
            heard.push(claim.grant);
        }
    }
    let rules = rules_of(asset, &heard).map_err(Trouble::Conflict)?;
    if asset.is_custom() {
        choices.push(server_choice(&rules, &voices));
    }
    let keeps_copies = !asset.is_custom() && cdn.is_some_and(|cdn| cdn.ttl.max > 0);
    for (region, voice) in regions.iter().zip(&voices) {
        leaks(claims, region, voice, &rules)?;
        match voice {
            Voice::Bucket if keeps_copies => leaks_by_copies(claims, region, None, true, &rules)?,
            Voice::Edge(rule) if keeps_copies => {
                leaks_by_copies(claims, region, Some(rule), cdn.is_some_and(|cdn| cdn.key_on_origin.0), &rules)?;
            }
            _ => {}
        }
    }
    Ok(Spoken { rules, voices, function_rules: Vec::new(), choices })
}

/// The rules that the functions of an asset know, for each region; none where it has no functions.
fn function_rules(
    diags: &mut Diagnostics,
    asset: &Asset,
    claims: &[Claim<'_>],
    regions: &[Region<'_>],
) -> Vec<Vec<Rule>> {
    let Some(cdn) = &asset.cdn else { return Vec::new() };
    if !functions::answers_preflights(cdn) && !cdn.inject_origin.0 {
        return regions.iter().map(|_| Vec::new()).collect();
    }
    regions
        .iter()
        .map(|region| {
            rules_with_credentials(&region.grants).unwrap_or_else(|conflict| {
                diags.push(overlapping_grants(&conflict, claims));
                Vec::new()
            })
        })
        .collect()
}

/// Reports functions where a policy could say the same: it costs nothing, and speaks on errors, too.
fn needless_function(diags: &mut Diagnostics, asset: &Asset, cdn: &Cdn, claims: &[Claim<'_>], regions: &[Region<'_>]) {
    let mut read = regions.iter().filter(|region| !region.writes()).peekable();
    if cdn.authority != Authority::Function || read.peek().is_none() {
        return;
    }
    let mut scratch = Diagnostics::default();
    let is_plain = |rule: Rule| rule.origins.iter().all(|origin| origin.is_any() || origin.is_literal());
    if read.all(|region| edge_rule(&mut scratch, asset, cdn, claims, region, &|| false).is_some_and(is_plain)) {
        diags.push(
            Diagnostic::new(
                &codes::NEEDLESS_FUNCTION,
                cdn.span,
                format!("a response headers policy can say all that is granted on `{}`", asset.id.value),
            )
            .label("each request would pay for a function, which CloudFront leaves out when the origin answers with an error")
            .help("leave `authority` out; where a function shall answer preflights, `preflight: function` does that alone"),
        );
    }
}

/// What the server has to do, in words.
fn server_choice(rules: &[Rule], voices: &[Voice]) -> String {
    let whole = "query strings reach the server, and are in the cache key where something is cached";
    if rules.is_empty() {
        return format!(
            "the edge speaks alone: `Origin` is kept from the server, which must send no CORS headers; {whole}"
        );
    }
    let speaks = voices.iter().any(|voice| matches!(voice, Voice::Bucket | Voice::BucketUncached));
    let part = if speaks { "answers by a contract" } else { "answers preflights by a contract" };
    let count = if rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", rules.len()) };
    format!("the server {part} of {count}, which the artifacts hold; {whole}")
}

/// S3 has no switch for cookies; a server has.
fn rules_of(asset: &Asset, grants: &[&Grant]) -> Result<Vec<Rule>, Conflict> {
    if asset.is_custom() { rules_with_credentials(grants) } else { rules(grants) }
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

/// S3 answers a preflight with the names that were asked for, `Authorization` too when a `*` covers it; a policy with `*`
/// says `*`, which never covers it by the standard, and does in Chromium (a reading: `authorization-by-wildcard`).
/// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn authorization_by_wildcard(diags: &mut Diagnostics, claims: &[Claim<'_>]) {
    let Some(authorization) = HeaderPattern::parse("authorization") else { return };
    for claim in claims {
        let headers = &claim.grant.request_headers;
        let covering = headers.iter().find(|h| !h.is_literal() && h.covers(&authorization));
        if let Some(covering) = covering.filter(|_| !headers.contains(&authorization)) {
            diags.push(
                Diagnostic::new(
                    &crate::intent::codes::WILDCARD_REQUEST_HEADER,
                    claim.grant.span_of_header(covering),
                    format!("`{}` would let `Authorization` in, which is granted by name only", covering.as_str()),
                )
                .label("S3 answers with every name that the `*` covers, and Chromium takes `*` for every name")
                .help("list the headers, or add `authorization` if pages may send it"),
            );
        }
    }
}
