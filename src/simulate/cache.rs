//! The cache of a distribution: answers of the origin by cache key. Time does not pass here: what was cached may be
//! there, and what is not there was never asked for.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html>

use super::HttpResponse;
use std::collections::BTreeMap;

/// What distinguishes two entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CacheKey {
    /// `OPTIONS` is cached apart from `GET` and `HEAD`.
    pub method: String,
    /// Path, and the part of the query string that the cache policy takes.
    pub path: String,
    /// Values of the headers in the key, in the order of the cache policy; a missing header is a variant of its own.
    pub headers: Vec<Option<String>>,
}

/// Answers of the origin, as they were before any response headers policy.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    entries: BTreeMap<CacheKey, HttpResponse>,
}

impl Cache {
    /// The answer under a key.
    pub fn get(&self, key: &CacheKey) -> Option<&HttpResponse> {
        self.entries.get(key)
    }

    /// Keeps an answer; the first one under a key stays.
    pub fn fill(&mut self, key: CacheKey, response: HttpResponse) {
        self.entries.entry(key).or_insert(response);
    }
}
