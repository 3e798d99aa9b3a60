//! The cache of a distribution: answers of the origin by cache key. Time does not pass here: what was cached may be
//! there, and what is not there was never asked for.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html>

use super::readings::{Reading, Readings};
use super::{HttpRequest, HttpResponse};
use crate::deployed::{CacheBehavior, Selection};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// What distinguishes two entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CacheKey {
    /// `OPTIONS` is cached apart from `GET` and `HEAD`; whether those two share entries is a reading.
    pub method: CachedMethod,
    /// Path, and the part of the query string that the cache policy takes.
    pub path: SmolStr,
    /// Values of the headers in the key, in the order of the cache policy; a missing header is a variant of its own.
    pub headers: Vec<Option<SmolStr>>,
}

/// A method whose answers CloudFront can cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CachedMethod {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `OPTIONS`
    Options,
}

impl CacheKey {
    /// The key of a request, or why there is none.
    pub(super) fn of(behavior: &CacheBehavior, request: &HttpRequest) -> Result<Self, Uncached> {
        let method = match request.method.as_str() {
            "GET" => CachedMethod::Get,
            "HEAD" => CachedMethod::Head,
            "OPTIONS" if behavior.cached_methods.iter().any(|m| m == "OPTIONS") => CachedMethod::Options,
            _ => return Err(Uncached::Method),
        };
        let policy = &behavior.cache_policy;
        if policy.max_ttl == 0 {
            return Err(Uncached::NoTtl);
        }
        let headers = match &policy.headers {
            Selection::None => Vec::new(),
            Selection::Whitelist(names) => names.iter().map(|name| request.headers.get(name)).collect(),
            Selection::All | Selection::AllExcept(_) | Selection::AllAndCloudFront(_) => {
                return Err(Uncached::AllHeaders);
            }
        };
        let query = request.url.query.as_deref().and_then(|query| taken_query(&[&policy.query_strings], query));
        let path = with_query(&request.url.path, query.as_deref());
        Ok(Self { method, path, headers })
    }
}

/// Why the cache is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uncached {
    /// The method is not among the cached ones.
    Method,
    /// The cache policy has a `MaxTTL` of 0.
    NoTtl,
    /// The legacy setting that forwards all headers caches nothing.
    AllHeaders,
}

/// The part of a query string that some selection takes; `None` when nothing is left.
pub(super) fn taken_query(selections: &[&Selection], query: &str) -> Option<SmolStr> {
    if selections.iter().any(|s| matches!(s, Selection::All | Selection::AllAndCloudFront(_))) {
        return Some(query.into());
    }
    if selections.iter().all(|s| matches!(s, Selection::None)) {
        return None;
    }
    let is_taken = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default();
        selections.iter().any(|selection| selection.takes(name))
    };
    let taken: Vec<&str> = query.split('&').filter(is_taken).collect();
    (!taken.is_empty()).then(|| taken.join("&").into())
}

fn with_query(path: &SmolStr, query: Option<&str>) -> SmolStr {
    match query {
        Some(query) => format_smolstr!("{path}?{query}"),
        None => path.clone(),
    }
}

/// Answers of the origin, as they were before any response headers policy.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    entries: BTreeMap<CacheKey, HttpResponse>,
}

impl Cache {
    /// The answer under a key. An answer to the other one of `GET` and `HEAD` may do: a reading decides.
    pub fn get(&self, key: &CacheKey, readings: &Readings) -> Option<&HttpResponse> {
        if let Some(response) = self.entries.get(key) {
            return Some(response);
        }
        let method = match key.method {
            CachedMethod::Get => CachedMethod::Head,
            CachedMethod::Head => CachedMethod::Get,
            CachedMethod::Options => return None,
        };
        if self.entries.is_empty() {
            return None;
        }
        let other = self.entries.get(&CacheKey { method, ..key.clone() })?;
        (readings.value(Reading::HeadAndGet) == "shared").then_some(other)
    }

    /// Keeps an answer; the first one under a key stays.
    pub fn fill(&mut self, key: CacheKey, response: HttpResponse) {
        self.entries.entry(key).or_insert(response);
    }
}

/// Whether CloudFront keeps an answer: statuses below 400 and the errors 404, 414 and 500 to 504; other errors only
/// when the origin sent `Cache-Control`. `MinTTL`, `DefaultTTL` and `Cache-Control` of other answers have no say here:
/// what can be cached may be there.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html>
pub(super) fn is_kept(response: &HttpResponse) -> bool {
    match response.status {
        0..400 | 404 | 414 | 500..=504 => true,
        400 | 403 | 405 | 412 | 415 => response.headers.contains("Cache-Control"),
        _ => false,
    }
}
