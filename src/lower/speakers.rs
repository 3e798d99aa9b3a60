//! Who says `Access-Control-Allow-Origin` on each path of an asset, so that the whole grants exactly what was asked.
//!
//! The bucket's rules know no paths, and a response headers policy tells neither methods nor frontends apart. So:
//!
//! * where the bucket decides alone, every grant must be on the whole asset;
//! * a policy speaks for a path when the grants there come down to one rule;
//! * the bucket hears `Origin` on a path only when everything its rules allow is granted on that path, or the policy
//!   there overrides it.

use super::codes;
use super::cors::{Conflict, Rule, allows, rules, rules_with_credentials};
use super::custom::{identifies_users, is_custom};
use super::errors::{self, Errors};
use super::functions;
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
    /// A response headers policy that says this rule; S3 or the server answers preflights.
    Edge(Rule),
    /// A response headers policy that says this rule, uncached: the server looks at what identifies users.
    EdgeUncached(Rule),
    /// A response headers policy that says this rule. No preflight is needed, and S3 never hears of `Origin`.
    EdgeAlone(Rule),
    /// A CloudFront function, by these rules; S3 or the server never hears of `Origin`.
    Function {
        /// Whether what identifies users reaches the server, so that nothing is cached.
        uncached: bool,
        /// Who lets pages read errors, which it is left out of.
        errors: Errors,
    },
}

impl Voice {
    /// Whether S3 or the server hears of `Origin`, and what it says about it counts.
    fn is_heard_by_origin(&self) -> bool {
        !matches!(self, Self::EdgeAlone(_) | Self::Function { .. })
    }
}

/// The bucket's rules, and a voice for each region.
#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) rules: Vec<Rule>,
    pub(super) voices: Vec<Voice>,
    /// What a function of a region knows, where the asset has functions: the rules of the grants there.
    pub(super) function_rules: Vec<Vec<Rule>>,
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
    let is_narrow = is_custom(asset) || asset.cdn.as_ref().is_some_and(functions::answers_preflights);
    let first = attempt(is_narrow);
    let spoken = match first {
        Ok(spoken) => spoken,
        Err(trouble) if is_narrow => {
            diags.push(trouble.report(asset, claims, regions));
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
                diags.push(trouble.report(asset, claims, regions));
                return None;
            }
        },
    };
    Some(spoken)
}

/// Why an attempt failed.
enum Trouble {
    Conflict(Conflict),
    Leak(Leak),
    /// A copy in the cache that S3 made by a rule for another method.
    Copy {
        grant: usize,
        region: String,
        origin: OriginPattern,
        method: Method,
    },
}

/// Something that the bucket's rules would say on a path where it is not granted.
struct Leak {
    grant: usize,
    region: String,
    origin: OriginPattern,
    method: Method,
    what: Leaked,
}

enum Leaked {
    Access,
    RequestHeader(HeaderPattern),
    ResponseHeader(HeaderName),
    Cookies,
    PreflightAge { found: u32, granted: u32 },
}

impl Trouble {
    fn report(&self, asset: &Asset, claims: &[Claim<'_>], regions: &[Region<'_>]) -> Diagnostic {
        let whose = if is_custom(asset) { "the server's contract" } else { "the bucket's rules" };
        match self {
            Self::Conflict(conflict) => overlapping_grants(conflict, claims),
            Self::Copy { grant, region, origin, method } => {
                let granted = claims.iter().find(|c| c.grant.index == *grant);
                let place = granted.map_or_else(Span::default, |c| c.grant.span_of(origin));
                let finding = Diagnostic::new(
                    &codes::GRANT_LEAKS_TO_CACHE,
                    place,
                    format!("a copy in the cache could let `{origin}` read {region}"),
                );
                if *method == Method::Head {
                    return finding
                        .label("granted `HEAD` without `GET`, and the cache may have one copy for both")
                        .help("grant `GET` as well, or no `HEAD`");
                }
                let finding = finding.label(format!(
                    "granted `{}`: S3 answers a `GET` by that rule when it carries `Access-Control-Request-Method`",
                    method.as_str()
                ));
                let unkeyed = asset.cdn.as_ref().and_then(|cdn| cdn.key_on_origin.1);
                let finding = match unkeyed {
                    Some(unkeyed) => finding.related(unkeyed, "and the cache keeps one copy for all origins"),
                    None => finding,
                };
                finding
                    .help("browsers let no page send that header, but any other program fills the cache for everybody")
                    .help("remove `key-on-origin: false`, or grant that origin the same reads")
            }
            Self::Leak(Leak { grant, region, origin, method, what }) => {
                let whom = if origin.is_any() { "anyone".to_owned() } else { format!("`{origin}`") };
                let method = method.as_str();
                let message = match what {
                    Leaked::Access => format!("{whose} would also answer {whom} on {region} for `{method}`"),
                    Leaked::RequestHeader(header) => {
                        let header = header.as_str();
                        format!("{whose} would also let {whom} send `{header}` on {region} with `{method}`")
                    }
                    Leaked::ResponseHeader(header) => {
                        let header = header.spelled();
                        format!("{whose} would also expose `{header}` to {whom} on {region} for `{method}`")
                    }
                    Leaked::Cookies => format!("{whose} would also allow cookies to {whom} on {region} for `{method}`"),
                    Leaked::PreflightAge { found, granted } => format!(
                        "{whose} would let {whom} remember the preflight of a `{method}` on {region} for {found} s, where {granted} s are granted"
                    ),
                };
                let granted = claims.iter().find(|c| c.grant.index == *grant);
                let place = granted.map_or_else(Span::default, |c| c.grant.span_of(origin));
                let (label, elsewhere) = if is_custom(asset) {
                    (
                        "granted on a part of the asset, but one contract holds for all its paths",
                        "make that part an asset of its own",
                    )
                } else {
                    (
                        "granted on a part of the asset, but the bucket's rules know no paths",
                        "move that part to a bucket of its own",
                    )
                };
                let finding = Diagnostic::new(&codes::GRANT_LEAKS_TO_PATH, place, message);
                let mut finding = match what {
                    Leaked::PreflightAge { .. } => finding
                        .label("granted with another `preflight-cache`, and a rule has one for all paths")
                        .help(format!("give both grants the same `preflight-cache`, or {elsewhere}")),
                    _ => finding.label(label).help(format!("grant it on the whole asset, or {elsewhere}")),
                };
                if asset.cdn.as_ref().is_some_and(|cdn| cdn.authority == Authority::Bucket) {
                    finding = finding.help("or let the edge speak, which can tell paths apart: `authority: edge`");
                }
                if function_would_do(asset, claims, regions) {
                    finding = finding.help("or let a function speak, which knows the path: `authority: function`");
                }
                finding
            }
        }
    }
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
    let who = if is_custom(asset) { "the server speaks there, by its contract," } else { "the bucket speaks there" };
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
    if is_custom(asset) {
        choices.push(server_choice(&rules, &voices));
    }
    let keeps_copies = !is_custom(asset) && cdn.is_some_and(|cdn| cdn.ttl.max > 0);
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
    if is_custom(asset) { rules_with_credentials(grants) } else { rules(grants) }
}

/// Whether the bucket's rules say anything on a path that is not granted there.
fn leaks(claims: &[Claim<'_>], region: &Region<'_>, voice: &Voice, rules: &[Rule]) -> Result<(), Trouble> {
    let overriding = match voice {
        // A Lambda@Edge replaces whatever is said on errors, and the function what is said on everything else.
        Voice::EdgeAlone(_)
        | Voice::Function { uncached: false, .. }
        | Voice::Function { errors: Errors::Lambda(_), .. } => return Ok(()),
        Voice::Edge(rule) | Voice::EdgeUncached(rule) => Some(rule),
        // Where a function speaks, the server hears of `Origin` with all that identifies users, and errors are as it says.
        Voice::Function { .. } | Voice::Bucket | Voice::BucketUncached => None,
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
                let policy = overriding.filter(|edge| overrides(edge, origin));
                let what = if granting.is_empty() {
                    Some(Leaked::Access)
                } else {
                    let header = ungranted_header(rule, &granting).filter(|_| policy.is_none());
                    let exposed = ungranted_exposure(rule, &granting);
                    // An empty list replaces nothing.
                    let exposed = exposed.filter(|_| policy.is_none_or(|edge| edge.expose.is_empty()));
                    let age = shorter_age(rule, method, &granting).filter(|_| policy.is_none());
                    // Whether a policy without credentials takes away what the server says of them is not confirmed.
                    let cookies = rule.credentials && !granting.iter().any(|grant| grant.promises_cookies());
                    let cookies = cookies.then_some(Leaked::Cookies);
                    header.map(Leaked::RequestHeader).or(exposed.map(Leaked::ResponseHeader)).or(cookies).or(age)
                };
                if let Some(what) = what {
                    let behind = rule.grants.iter().copied();
                    let elsewhere = behind.clone().find(|index| !granting.iter().any(|g| g.index == *index));
                    return Err(Trouble::Leak(Leak {
                        grant: elsewhere.or_else(|| behind.clone().next()).unwrap_or_default(),
                        region: region.name(),
                        origin: origin.clone(),
                        method: method.clone(),
                        what,
                    }));
                }
            }
        }
    }
    Ok(())
}

/// Whether a copy in the cache could let an origin read that may not. The copy of a `HEAD` may answer a `GET` (a reading:
/// `head-and-get`). And on every request, S3 looks for a rule with the method of `Access-Control-Request-Method`: without
/// that header and `Origin` in the key, such an answer is kept for everybody.
/// <https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_cors.snapshot.json>
fn leaks_by_copies(
    claims: &[Claim<'_>],
    region: &Region<'_>,
    edge: Option<&Rule>,
    keyed: bool,
    rules: &[Rule],
) -> Result<(), Trouble> {
    for rule in rules {
        let fills = |method: &&Method| **method == Method::Head || (!keyed && !method.is_read());
        let Some(method) = rule.methods.iter().find(fills) else { continue };
        for origin in &rule.origins {
            let policy = edge.filter(|edge| overrides(edge, origin));
            let is_replaced = policy.is_some_and(|edge| rule.expose.is_empty() || !edge.expose.is_empty());
            let may_read = |grant: &&Grant| {
                grant.methods.contains(&Method::Get)
                    && grant.origins.iter().any(|o| o.covers(origin))
                    && (rule.methods.contains(&Method::Get) || rule.expose.is_subset(&grant.expose))
            };
            let mut here = claims.iter().filter(|claim| claim.reaches(region.pattern)).map(|claim| claim.grant);
            if !is_replaced && !here.any(|grant| may_read(&grant)) {
                return Err(Trouble::Copy {
                    grant: rule.grants.first().copied().unwrap_or_default(),
                    region: region.name(),
                    origin: origin.clone(),
                    method: method.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Whether what a policy says surely replaces what the bucket says to an origin.
fn overrides(edge: &Rule, origin: &OriginPattern) -> bool {
    edge.origins.iter().any(|o| o.is_any() || (o.is_literal() && o == origin))
}

/// A request header of a rule that none of the grants brings together with the rule's other headers.
fn ungranted_header(rule: &Rule, granting: &[&Grant]) -> Option<HeaderPattern> {
    let missing = |grant: &&Grant| rule.headers.iter().find(|header| !allows(&grant.request_headers, header)).cloned();
    let missing: Vec<Option<HeaderPattern>> = granting.iter().map(missing).collect();
    if missing.contains(&None) { None } else { missing.into_iter().flatten().next() }
}

/// An exposed header of a rule that none of the grants exposes.
fn ungranted_exposure(rule: &Rule, granting: &[&Grant]) -> Option<HeaderName> {
    rule.expose.iter().find(|header| !granting.iter().any(|g| g.expose.contains(*header))).cloned()
}

/// A rule whose answers to preflights are remembered for a shorter time than any of the grants says. A rule has the least
/// time of all the grants behind it, so it is never a longer one.
fn shorter_age(rule: &Rule, method: &Method, granting: &[&Grant]) -> Option<Leaked> {
    let is_asked_for = !rule.headers.is_empty() || !method.is_cors_safelisted();
    let granted = granting.iter().map(|grant| grant.preflight_cache).min()?;
    (is_asked_for && rule.max_age < granted).then_some(Leaked::PreflightAge { found: rule.max_age, granted })
}

/// What a response headers policy for a region says; reported when it cannot say it, with what else could.
fn edge_rule(
    diags: &mut Diagnostics,
    asset: &Asset,
    cdn: &Cdn,
    claims: &[Claim<'_>],
    region: &Region<'_>,
    function_would_do: &dyn Fn() -> bool,
) -> Option<Rule> {
    // What else could speak.
    let (speaker, word) = if is_custom(asset) { ("server", "origin") } else { ("bucket", "bucket") };
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

fn overlapping_grants(conflict: &Conflict, claims: &[Claim<'_>]) -> Diagnostic {
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

fn from_span(claims: &[Claim<'_>], grant: usize) -> Span {
    claims.iter().find(|c| c.grant.index == grant).map_or_else(Span::default, |c| c.grant.from_span())
}
