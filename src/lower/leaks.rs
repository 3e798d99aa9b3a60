//! What rules without paths would say where it is not granted, and what of it a cache would keep for others.

use super::codes;
use super::cors::{Conflict, Rule, allows};
use super::errors::Errors;
use super::overlap::overlapping_grants;
use super::regions::{Claim, Region};
use super::voice::Voice;
use crate::diagnostic::Diagnostic;
use crate::fetch::{HeaderName, HeaderPattern, Method, OriginPattern};
use crate::intent::{Asset, Authority, Grant};
use crate::source::Span;

/// Why an attempt failed.
pub(super) enum Trouble {
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
pub(super) struct Leak {
    grant: usize,
    region: String,
    origin: OriginPattern,
    method: Method,
    what: Leaked,
}

pub(super) enum Leaked {
    Access,
    RequestHeader(HeaderPattern),
    ResponseHeader(HeaderName),
    Cookies,
    PreflightAge { found: u32, granted: u32 },
}

impl Trouble {
    /// `function_would_do` says whether a function could tell apart what nobody else can.
    pub(super) fn report(
        &self,
        asset: &Asset,
        claims: &[Claim<'_>],
        function_would_do: &dyn Fn() -> bool,
    ) -> Diagnostic {
        let whose = if asset.is_custom() { "the server's contract" } else { "the bucket's rules" };
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
                let (label, elsewhere) = if asset.is_custom() {
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
                if function_would_do() {
                    finding = finding.help("or let a function speak, which knows the path: `authority: function`");
                }
                finding
            }
        }
    }
}

/// Whether the bucket's rules say anything on a path that is not granted there.
pub(super) fn leaks(claims: &[Claim<'_>], region: &Region<'_>, voice: &Voice, rules: &[Rule]) -> Result<(), Trouble> {
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
pub(super) fn leaks_by_copies(
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
