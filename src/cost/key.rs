//! How many copies of one object the cache key of a behaviour makes.
//!
//! What is in the key is a variant each, a missing header too.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html>

use crate::aws::cloudfront::CachedMethods;
use crate::deployed::managed;
use crate::fetch::{HeaderPattern, Method, OriginPattern};
use crate::intent::{Grant, Intent};
use crate::plan::{CacheBehavior, Cdn, PolicyRef};
use std::collections::BTreeSet;

/// What the cache of one behaviour holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BehaviorCost {
    /// The path pattern; `None` is the default behaviour.
    pub path: Option<String>,
    /// Whether anything is cached.
    pub cached: bool,
    /// What multiplies the copies of an object; empty when nothing is cached.
    pub objects: Vec<Factor>,
    /// What multiplies the copies of a preflight's answer; empty when none is cached.
    pub preflights: Vec<Factor>,
}

impl BehaviorCost {
    /// Copies of an object that pages make by what is granted: each is a miss at an edge location, once in its
    /// lifetime. `None` when nobody can count them.
    pub fn known_copies(&self) -> Option<u64> {
        product(&self.objects)
    }

    /// Copies of a preflight's answer, likewise.
    pub fn known_preflight_copies(&self) -> Option<u64> {
        product(&self.preflights)
    }

    /// Whether anyone can make further copies.
    pub fn is_unbounded(&self) -> bool {
        self.objects.iter().any(|factor| factor.unbounded)
    }
}

/// One part of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// The request header.
    pub header: &'static str,
    /// How many variants requests have that are granted or need no grant; `None` when nobody can count them.
    pub known: Option<u64>,
    /// Whether anyone can make more.
    pub unbounded: bool,
    /// Why.
    pub because: String,
}

fn product(factors: &[Factor]) -> Option<u64> {
    factors.iter().try_fold(1_u64, |product, factor| Some(product.saturating_mul(factor.known?)))
}

/// What a cache policy comes to.
struct Key {
    caches: bool,
    headers: Vec<String>,
    gzip: bool,
    brotli: bool,
}

impl Key {
    fn of(cdn: &Cdn, policy: &PolicyRef) -> Option<Self> {
        match policy {
            PolicyRef::Own(id) => {
                let config = &cdn.cache_policies.iter().find(|own| own.id == *id)?.config;
                Some(Self {
                    caches: config.max_ttl > 0,
                    headers: config.headers.clone(),
                    gzip: config.enable_accept_encoding_gzip,
                    brotli: config.enable_accept_encoding_brotli,
                })
            }
            PolicyRef::Managed(policy) => {
                let said = managed::cache_policy(policy.id)?;
                // Those of corsynth's choice have no header in the key.
                Some(Self { caches: said.max_ttl > 0, headers: Vec::new(), gzip: said.gzip, brotli: said.brotli })
            }
        }
    }

    fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|name| name.eq_ignore_ascii_case(header))
    }
}

pub(super) fn of_behavior(intent: &Intent, cdn: &Cdn, behavior: &CacheBehavior) -> BehaviorCost {
    let path = behavior.path_pattern.clone();
    let Some(key) = Key::of(cdn, &behavior.cache_policy).filter(|key| key.caches) else {
        return BehaviorCost { path, cached: false, objects: Vec::new(), preflights: Vec::new() };
    };
    let indices: BTreeSet<usize> = super::grants(&behavior.provenance).collect();
    let grants: Vec<&Grant> = intent.grants.iter().filter(|grant| indices.contains(&grant.index)).collect();
    let preflights = match behavior.cached_methods {
        CachedMethods::Read => Vec::new(),
        CachedMethods::ReadOptions => preflight_factors(&key, &grants),
    };
    BehaviorCost { path, cached: true, objects: vec![origin(&key, &grants, 1), encoding(&key)], preflights }
}

/// Copies by `Origin`; `without` is 1 where there are requests that have none.
fn origin(key: &Key, grants: &[&Grant], without: u64) -> Factor {
    let factor = |known, unbounded, because| Factor { header: "Origin", known, unbounded, because };
    if !key.has("Origin") {
        let because = "not in the key: what every origin gets is the same, or is written behind the cache";
        return factor(Some(1), false, because.to_owned());
    }
    let origins: BTreeSet<&OriginPattern> = grants.iter().flat_map(|grant| &grant.origins).collect();
    let literals = count(origins.iter().filter(|origin| origin.is_literal()));
    let more =
        "anyone may send any `Origin`, and each one that is made up is a copy, of an answer without CORS headers";
    let plus = if without > 0 { ", and one for requests without `Origin`" } else { "" };
    if origins.iter().any(|origin| origin.is_any()) {
        let because = format!("one for every website that asks{plus}: every website is granted");
        return factor(None, true, because);
    }
    let patterns: Vec<String> =
        origins.iter().filter(|origin| !origin.is_literal()).map(|origin| format!("`{origin}`")).collect();
    if !patterns.is_empty() {
        let because = format!("one for every website that fits {}{plus}; {more}", patterns.join(", "));
        return factor(None, true, because);
    }
    let because = format!("one for each granted origin ({literals}){plus}; {more}");
    factor(Some(literals.saturating_add(without)), true, because)
}

/// Copies by the normalized `Accept-Encoding`, which tells two encodings apart and nothing else.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ParametersInCacheKeyAndForwardedToOrigin.html>
fn encoding(key: &Key) -> Factor {
    let (known, because) = match (key.gzip, key.brotli) {
        (true, true) => (4, "gzip, brotli, both or neither, whatever else a client lists; browsers of today list both"),
        (true, false) | (false, true) => (2, "one encoding or none, whatever else a client lists"),
        (false, false) => (1, "not in the key"),
    };
    Factor { header: "Accept-Encoding", known: Some(known), unbounded: false, because: because.to_owned() }
}

fn preflight_factors(key: &Key, grants: &[&Grant]) -> Vec<Factor> {
    let methods: BTreeSet<&Method> = grants.iter().flat_map(|grant| &grant.methods).collect();
    let headers: BTreeSet<&HeaderPattern> = grants.iter().flat_map(|grant| &grant.request_headers).collect();
    let by_method = Factor {
        header: "Access-Control-Request-Method",
        known: Some(count(methods.iter())),
        unbounded: true,
        because: format!("one for each granted method ({}); anyone may ask for others", methods.len()),
    };
    let is_open = headers.iter().any(|header| !header.is_literal());
    let combinations = u32::try_from(headers.len()).ok().and_then(|n| 2_u64.checked_pow(n)).filter(|_| !is_open);
    let because = match combinations {
        Some(1) => "none is granted; anyone may ask for some".to_owned(),
        Some(most) => format!(
            "one for each combination that a page sends: of {} granted headers at most {most}; anyone may ask for others",
            headers.len()
        ),
        None => "one for each combination that a page sends: a `*` is granted, or too many to count".to_owned(),
    };
    let by_headers = Factor { header: "Access-Control-Request-Headers", known: combinations, unbounded: true, because };
    vec![origin(key, grants, 0), by_method, by_headers]
}

fn count(items: impl Iterator) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}
