//! Earlier requests that stand for all histories of a cache.
//!
//! What a cache key holds is fixed by its first fill, and a later request is answered from it only under the same key.
//! So one earlier request for each exchange of a later one decides, and it agrees with that exchange in every header
//! of the key. Only what is forwarded without being in the key can differ, and of all such requests one is kept for
//! each different answer of the origin.

use super::origins::OriginClass;
use crate::deployed::{Asset, CacheBehavior};
use crate::fetch::HeaderList;
use crate::simulate::{Door, HttpRequest, HttpResponse, Readings, Server, Trace, Url};

/// The request headers that S3's answers depend on.
const DECIDING: [&str; 3] = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

/// What one behaviour makes of the deciding headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// In the key, and so forwarded.
    Keyed,
    /// Forwarded, and not in the key.
    Forwarded,
    /// Not forwarded.
    Kept,
}

/// The earlier requests that can change what a behaviour answers.
#[derive(Debug)]
pub(super) struct Histories {
    ways: [Way; 3],
    caches: bool,
    caches_options: bool,
    /// The asset without what is applied behind the cache, so that answers of the origin show.
    bare: Asset,
    url: Url,
    /// What the free headers can be.
    origins: Vec<Option<String>>,
    methods: Vec<Option<String>>,
    headers: Vec<Option<String>>,
    /// Requests that were found before, by the values of the headers that are not free.
    found: Vec<(Fixed, Vec<HttpRequest>)>,
}

/// What an earlier request has in common with a later one: whether both are `OPTIONS`, and the headers in the key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fixed {
    method: String,
    headers: [Option<String>; 3],
}

impl Histories {
    /// The histories of the requests to one path of a distribution.
    pub(super) fn new(
        asset: &Asset,
        behavior: &CacheBehavior,
        path: &str,
        classes: &[OriginClass],
        methods: &[String],
        header_sets: &[String],
    ) -> Self {
        let added = asset.distribution.iter().flat_map(|d| &d.origin_custom_headers);
        let ways = DECIDING.map(|name| {
            if added.clone().any(|(header, _)| header.eq_ignore_ascii_case(name)) {
                Way::Kept
            } else if behavior.cache_policy.headers.takes(name) {
                Way::Keyed
            } else if behavior.origin_request_policy.as_ref().is_some_and(|policy| policy.headers.takes(name)) {
                Way::Forwarded
            } else {
                Way::Kept
            }
        });
        let mut bare = asset.clone();
        if let Some(distribution) = &mut bare.distribution {
            distribution.custom_error_responses.clear();
            for behavior in &mut distribution.behaviors {
                behavior.response_headers_policy = None;
            }
        }
        let free = |way: Way, values: Vec<String>| -> Vec<Option<String>> {
            let values = if way == Way::Forwarded { values } else { Vec::new() };
            std::iter::once(None).chain(values.into_iter().map(Some)).collect()
        };
        let [origin, method, header] = ways;
        Self {
            ways,
            caches: behavior.cache_policy.max_ttl > 0,
            caches_options: behavior.cached_methods.iter().any(|m| m == "OPTIONS"),
            url: Url::new(&bare, Door::Distribution, path),
            bare,
            origins: free(origin, classes.iter().flat_map(|c| c.any.iter().cloned()).collect()),
            methods: free(method, methods.to_vec()),
            headers: free(header, header_sets.to_vec()),
            found: Vec::new(),
        }
    }

    /// The earlier requests that matter for a request of this method with these values of the deciding headers.
    pub(super) fn before(&mut self, method: &str, values: [Option<&str>; 3], readings: &Readings) -> Vec<HttpRequest> {
        let is_cached = match method {
            "GET" | "HEAD" => self.caches,
            "OPTIONS" => self.caches && self.caches_options,
            _ => false,
        };
        if !is_cached {
            return Vec::new();
        }
        let mut fixed = Fixed { method: method.to_owned(), headers: [None, None, None] };
        for ((slot, way), value) in fixed.headers.iter_mut().zip(self.ways).zip(values) {
            *slot = value.filter(|_| way == Way::Keyed).map(ToOwned::to_owned);
        }
        if let Some((_, known)) = self.found.iter().find(|(f, _)| *f == fixed) {
            return known.clone();
        }
        let requests = self.find(&fixed, readings);
        self.found.push((fixed, requests.clone()));
        requests
    }

    /// How many different earlier requests mattered.
    pub(super) fn count(&self) -> usize {
        self.found.iter().map(|(_, requests)| requests.len()).sum()
    }

    /// One request for each different answer of the origin.
    fn find(&self, fixed: &Fixed, readings: &Readings) -> Vec<HttpRequest> {
        let methods: &[&str] = if fixed.method == "OPTIONS" { &["OPTIONS"] } else { &["GET", "HEAD"] };
        let mut answers: Vec<HttpResponse> = Vec::new();
        let mut requests = Vec::new();
        for &method in methods {
            for origin in &self.origins {
                for asked_method in &self.methods {
                    for asked_headers in &self.headers {
                        let free = [origin, asked_method, asked_headers];
                        let mut headers = HeaderList::new();
                        for ((name, free), fixed) in DECIDING.iter().zip(free).zip(&fixed.headers) {
                            if let Some(value) = fixed.as_ref().or(free.as_ref()) {
                                headers.append(*name, value.clone());
                            }
                        }
                        let request = HttpRequest { method: method.to_owned(), url: self.url.clone(), headers };
                        let mut server = Server::new(&self.bare, readings, true);
                        let answer = server.respond(&request, &mut Trace::new(false));
                        if !answers.contains(&answer) {
                            answers.push(answer);
                            requests.push(request);
                        }
                    }
                }
            }
        }
        requests
    }
}
