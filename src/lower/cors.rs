//! Grants as CORS rules that mean the same in every order.
//!
//! S3 takes the first rule that matches, but Terraform keeps the rules as a set and sends them sorted by a hash. So
//! no two rules made here may both match a request and answer it differently. Rules are built per origin and method:
//! two that share an origin and a method allow different request headers, and answer alike in all else.

use crate::fetch::{HeaderName, HeaderPattern, Method, OriginPattern};
use crate::intent::Grant;
use std::collections::{BTreeMap, BTreeSet};

/// A rule: every origin with every method, with request headers out of `headers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) origins: BTreeSet<OriginPattern>,
    pub(super) methods: BTreeSet<Method>,
    pub(super) headers: BTreeSet<HeaderPattern>,
    pub(super) expose: BTreeSet<HeaderName>,
    pub(super) max_age: u32,
    /// Whether requests with cookies are allowed; false where whoever answers by the rule has no switch for it.
    pub(super) credentials: bool,
    /// The grants behind it, as indices into `allow`.
    pub(super) grants: BTreeSet<usize>,
    /// The frontends of those grants.
    pub(super) frontends: BTreeSet<String>,
}

/// Two grants that no order-independent rules can say, because an origin of both would get two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) first: usize,
    pub(super) second: usize,
}

/// What one origin gets with one method.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Content {
    /// The header sets of which one must cover a preflight; none of them covers another.
    alternatives: BTreeSet<BTreeSet<HeaderPattern>>,
    expose: BTreeSet<HeaderName>,
    max_age: u32,
    credentials: bool,
}

/// The rules of some grants, or the two grants that stand in each other's way.
pub(super) fn rules(grants: &[&Grant]) -> Result<Vec<Rule>, Conflict> {
    rules_for(grants, false)
}

/// The same, for who can allow cookies to some and not to others.
pub(super) fn rules_with_credentials(grants: &[&Grant]) -> Result<Vec<Rule>, Conflict> {
    rules_for(grants, true)
}

fn rules_for(grants: &[&Grant], with_credentials: bool) -> Result<Vec<Rule>, Conflict> {
    let methods: BTreeSet<&Method> = grants.iter().flat_map(|g| &g.methods).collect();
    let origins: BTreeSet<&OriginPattern> = grants.iter().flat_map(|g| &g.origins).collect();
    // Per origin: what it gets with each method, as far as no wider origin says the same already.
    let mut table: BTreeMap<&OriginPattern, BTreeMap<&Method, Content>> = BTreeMap::new();
    for &method in &methods {
        let with_method: Vec<&Grant> = grants.iter().copied().filter(|g| g.methods.contains(method)).collect();
        let named: Vec<&OriginPattern> =
            origins.iter().copied().filter(|o| with_method.iter().any(|g| g.origins.contains(*o))).collect();
        let contents: Vec<(&OriginPattern, Content)> =
            named.iter().map(|&origin| (origin, content(origin, &with_method, with_credentials))).collect();
        // What answers `*` answers no request with cookies. <https://fetch.spec.whatwg.org/#concept-cors-check>
        let needs_its_own = |origin: &OriginPattern, wider: &OriginPattern| {
            wider.is_any() && covering(origin, &with_method).any(Grant::promises_cookies)
        };
        let kept: Vec<&(&OriginPattern, Content)> = contents
            .iter()
            .filter(|(origin, content)| {
                !contents.iter().any(|(wider, same)| {
                    wider != origin && wider.covers(origin) && same == content && !needs_its_own(origin, wider)
                })
            })
            .collect();
        for (i, (origin, content)) in kept.iter().enumerate() {
            for (other, different) in kept.iter().skip(i + 1) {
                let answers_alike = content.expose == different.expose
                    && content.max_age == different.max_age
                    && content.credentials == different.credentials
                    && origin.is_any() == other.is_any();
                if origin.intersects(other) && !answers_alike {
                    return Err(conflict(origin, other, &with_method));
                }
            }
            table.entry(origin).or_default().insert(method, content.clone());
        }
    }
    Ok(merge(&table, grants))
}

/// The grants that give an origin something, among some.
fn covering<'g>(origin: &OriginPattern, grants: &[&'g Grant]) -> impl Iterator<Item = &'g Grant> + Clone {
    grants.iter().copied().filter(|g| g.origins.iter().any(|o| o.covers(origin)))
}

fn content(origin: &OriginPattern, grants: &[&Grant], with_credentials: bool) -> Content {
    let covering = covering(origin, grants);
    let sets: BTreeSet<&BTreeSet<HeaderPattern>> = covering.clone().map(|g| &g.request_headers).collect();
    let covered = |inner: &BTreeSet<HeaderPattern>, outer: &BTreeSet<HeaderPattern>| {
        inner.iter().all(|header| allows(outer, header))
    };
    // Of two sets that cover each other, the first in order stays.
    let alternatives = sets
        .iter()
        .filter(|set| {
            !sets.iter().any(|other| other != *set && covered(set, other) && (!covered(other, set) || other < *set))
        })
        .map(|set| (*set).clone())
        .collect();
    Content {
        alternatives,
        expose: covering.clone().flat_map(|g| g.expose.iter().cloned()).collect(),
        credentials: with_credentials && covering.clone().any(Grant::promises_cookies),
        max_age: covering.map(|g| g.preflight_cache).min().unwrap_or_default(),
    }
}

/// Whether a set of request headers allows all that a pattern stands for; `Authorization` only by its name.
/// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
pub(super) fn allows(set: &BTreeSet<HeaderPattern>, header: &HeaderPattern) -> bool {
    set.contains(header) || (header.as_str() != "authorization" && set.iter().any(|pattern| pattern.covers(header)))
}

/// Joins methods with the same content per origin, and then origins with the same methods and content.
fn merge(table: &BTreeMap<&OriginPattern, BTreeMap<&Method, Content>>, grants: &[&Grant]) -> Vec<Rule> {
    let mut groups: BTreeMap<(bool, BTreeSet<&Method>, &Content), BTreeSet<&OriginPattern>> = BTreeMap::new();
    for (origin, by_method) in table {
        let mut by_content: BTreeMap<&Content, BTreeSet<&Method>> = BTreeMap::new();
        for (method, content) in by_method {
            by_content.entry(content).or_default().insert(method);
        }
        for (content, methods) in by_content {
            // `*` beside other origins in one rule is answered differently by different implementations.
            groups.entry((origin.is_any(), methods, content)).or_default().insert(origin);
        }
    }
    let mut rules = Vec::new();
    for ((_, methods, content), origins) in groups {
        let behind: Vec<&&Grant> = grants
            .iter()
            .filter(|g| {
                g.methods.iter().any(|m| methods.contains(m))
                    && origins.iter().any(|origin| g.origins.iter().any(|o| o.covers(origin) || origin.covers(o)))
            })
            .collect();
        for headers in &content.alternatives {
            rules.push(Rule {
                origins: origins.iter().map(|&o| o.clone()).collect(),
                methods: methods.iter().map(|&m| m.clone()).collect(),
                headers: headers.clone(),
                expose: content.expose.clone(),
                max_age: content.max_age,
                credentials: content.credentials,
                grants: behind.iter().map(|g| g.index).collect(),
                frontends: behind.iter().flat_map(|g| g.frontends.iter().cloned()).collect(),
            });
        }
    }
    rules
}

fn conflict(a: &OriginPattern, b: &OriginPattern, grants: &[&Grant]) -> Conflict {
    let naming = |origin: &OriginPattern, not: Option<usize>| {
        grants.iter().find(|g| g.origins.contains(origin) && Some(g.index) != not).map(|g| g.index)
    };
    let first = naming(a, None).unwrap_or_default();
    let second = naming(b, Some(first)).or_else(|| naming(a, Some(first))).unwrap_or(first);
    Conflict { first: first.min(second), second: first.max(second) }
}
