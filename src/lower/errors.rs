//! Answers of 400 or more where a function speaks. CloudFront leaves a function on `viewer-response` out of them, but
//! applies a response headers policy to every answer, before the function. So a policy beneath the function can let
//! pages read errors, and what the function says takes its place everywhere else: it costs nothing, and a Lambda@Edge
//! on `origin-response` is not needed where it is exact.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html>

use super::codes;
use super::cors::Rule;
use super::edge::not_at_edge;
use super::regions::Region;
use crate::aws::partition::Partition;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fetch::OriginPattern;
use crate::intent::{Asset, Authority, Cdn};
use crate::source::Span;
use std::collections::BTreeSet;

/// Who lets pages read the errors of a region where a function speaks.
#[derive(Debug, Clone, Default)]
pub(super) enum Errors {
    /// Nobody.
    #[default]
    Unread,
    /// A response headers policy beneath the function, which says this rule.
    Policy(Box<Rule>),
    /// A Lambda@Edge on `origin-response`, by the rules of the function, because a policy cannot say them; why, in words.
    Lambda(String),
}

/// Who lets pages read the errors of each region. What nobody can say is reported.
pub(super) fn speakers(
    diags: &mut Diagnostics,
    asset: &Asset,
    regions: &[Region<'_>],
    function_rules: &[Vec<Rule>],
) -> Vec<Errors> {
    let none = || regions.iter().map(|_| Errors::Unread).collect();
    let Some((cdn, place)) = asset.cdn.as_ref().and_then(|cdn| Some((cdn, asked(cdn)?))) else { return none() };
    let is_spoken = |region: &Region<'_>| cdn.authority == Authority::Function && !region.writes();
    if !regions.iter().any(is_spoken) {
        diags.push(needless(asset, cdn, place));
        return none();
    }
    let speaker = |(region, rules): (&Region<'_>, &Vec<Rule>)| {
        if is_spoken(region) { speaker(diags, asset, place, region, rules) } else { Errors::Unread }
    };
    regions.iter().zip(function_rules).map(speaker).collect()
}

/// Where an asset asks for errors that pages can read.
fn asked(cdn: &Cdn) -> Option<Span> {
    cdn.readable_errors.1.filter(|_| cdn.readable_errors.0)
}

/// Reports what anybody but a function does anyway.
fn needless(asset: &Asset, cdn: &Cdn, place: Span) -> Diagnostic {
    let who = match cdn.authority {
        Authority::Edge => "a response headers policy speaks, on every answer",
        Authority::Bucket => "the bucket speaks, by the same rules on errors",
        Authority::Origin => "the server speaks, and its contract holds for errors, too",
        Authority::Function => "no function speaks where something is written",
    };
    let id = &asset.id.value;
    Diagnostic::new(&codes::NEEDLESS_READABLE_ERRORS, place, format!("pages can read the errors of `{id}` anyway"))
        .label(who)
        .help("remove `readable-errors`: only functions are left out of errors")
}

/// Why no policy can say to whom errors are readable.
enum Inexact<'r> {
    /// It has no word for this origin, or none that is confirmed.
    Origin(&'r OriginPattern),
    /// It allows cookies to all or to none.
    Credentials,
}

/// A policy where one is exact, and a Lambda@Edge where there are such.
fn speaker(diags: &mut Diagnostics, asset: &Asset, place: Span, region: &Region<'_>, rules: &[Rule]) -> Errors {
    match policy(rules) {
        Ok(rule) => rule.map_or(Errors::Unread, |rule| Errors::Policy(Box::new(rule))),
        Err(why) if has_lambda(asset) => Errors::Lambda(match why {
            Inexact::Origin(origin) => format!("a policy has no exact word for `{origin}`"),
            Inexact::Credentials => "a policy allows cookies to all or to none".to_owned(),
        }),
        Err(why) => {
            diags.push(unreadable(asset, place, region, &why));
            Errors::Unread
        }
    }
}

/// Whether CloudFront runs Lambda@Edge where an asset is: not in China.
/// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/cloudfront.html>
fn has_lambda(asset: &Asset) -> bool {
    asset.bucket().is_none_or(|bucket| Partition::of_region(&bucket.region.value) != Partition::AwsCn)
}

/// What a policy says to all origins of some rules: as much as each of them is granted. It tells no methods apart, which it
/// need not: every grant to read has `GET`. `None` without rules, whose trouble has been reported.
fn policy(rules: &[Rule]) -> Result<Option<Rule>, Inexact<'_>> {
    let Some((first, others)) = rules.split_first() else { return Ok(None) };
    let origins: BTreeSet<OriginPattern> = rules.iter().flat_map(|rule| &rule.origins).cloned().collect();
    let inexact =
        |origin: &&OriginPattern| !(origin.is_any() || origin.is_literal()) || not_at_edge(origin, &origins).is_some();
    if let Some(origin) = rules.iter().flat_map(|rule| &rule.origins).find(inexact) {
        return Err(Inexact::Origin(origin));
    }
    if others.iter().any(|rule| rule.credentials != first.credentials) {
        return Err(Inexact::Credentials);
    }
    let is_for_anyone = origins.iter().any(OriginPattern::is_any);
    let mut rule = first.clone();
    rule.origins = if is_for_anyone { BTreeSet::from([OriginPattern::any()]) } else { origins };
    // Preflights are the function's.
    rule.headers.clear();
    for other in others {
        rule.methods.extend(other.methods.iter().cloned());
        rule.expose.retain(|name| other.expose.contains(name));
        rule.max_age = rule.max_age.min(other.max_age);
        rule.grants.extend(&other.grants);
        rule.frontends.extend(other.frontends.iter().cloned());
    }
    Ok(Some(rule))
}

fn unreadable(asset: &Asset, place: Span, region: &Region<'_>, why: &Inexact<'_>) -> Diagnostic {
    let granting = |origin: &OriginPattern| region.grants.iter().find(|grant| grant.origins.contains(origin));
    let span = match why {
        Inexact::Origin(origin) => granting(origin).map(|grant| grant.span_of(origin)),
        Inexact::Credentials => region.grants.iter().find(|g| g.promises_cookies()).map(|grant| grant.from_span()),
    };
    let (speaker, word) = if asset.is_custom() { ("server", "origin") } else { ("bucket", "bucket") };
    let finding = Diagnostic::new(
        &codes::UNREADABLE_ERRORS,
        span.unwrap_or(place),
        format!("errors on {} cannot be made readable to exactly those who are granted it", region.name()),
    )
    .related(place, "asked for here; CloudFront leaves functions out of errors, and has no Lambda@Edge in China");
    let finding = match why {
        Inexact::Origin(_) => {
            finding.label("a response headers policy cannot say this origin exactly").help("list the origins")
        }
        Inexact::Credentials => finding
            .label("granted cookies, and others on the path are not; a policy allows them to all or to none")
            .help("grant the same `credentials` to all, or different paths"),
    };
    finding
        .help(format!("or let the {speaker} speak, on errors as well: `authority: {word}`"))
        .help("or leave `readable-errors` out: to a page, an error is a network error then")
}
