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
    /// What was found before, by what is not free.
    found: Vec<Found>,
}

/// One request for each different answer of the origin, with the answer.
#[derive(Debug)]
struct Found {
    fixed: Fixed,
    answers: Vec<(HttpRequest, HttpResponse)>,
}

/// What an earlier request has in common with a later one: whether both are `OPTIONS`, and the headers in the key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fixed {
    is_options: bool,
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

    /// The earlier requests that matter for a request of this method with these values of the deciding headers: those
    /// that the origin answered otherwise than it would answer this one.
    pub(super) fn before(&mut self, method: &str, values: [Option<&str>; 3], readings: &Readings) -> Vec<HttpRequest> {
        let is_cached = match method {
            "GET" | "HEAD" => self.caches,
            "OPTIONS" => self.caches && self.caches_options,
            _ => false,
        };
        if !is_cached {
            return Vec::new();
        }
        let own = self.answer(&self.request(method, values), readings);
        let mut fixed = Fixed { is_options: method == "OPTIONS", headers: [None, None, None] };
        for ((slot, way), value) in fixed.headers.iter_mut().zip(self.ways).zip(values) {
            *slot = value.filter(|_| way == Way::Keyed).map(ToOwned::to_owned);
        }
        let known = self.found.iter().position(|found| found.fixed == fixed).unwrap_or_else(|| {
            let answers = self.find(&fixed, readings);
            self.found.push(Found { fixed, answers });
            self.found.len() - 1
        });
        let answers = self.found.get(known).map_or(&[][..], |found| &found.answers);
        answers.iter().filter(|(_, answer)| *answer != own).map(|(request, _)| request.clone()).collect()
    }

    /// How many earlier requests stood for all others.
    pub(super) fn count(&self) -> usize {
        self.found.iter().map(|found| found.answers.len()).sum()
    }

    /// One request for each different answer of the origin.
    fn find(&self, fixed: &Fixed, readings: &Readings) -> Vec<(HttpRequest, HttpResponse)> {
        let methods: &[&str] = if fixed.is_options { &["OPTIONS"] } else { &["GET", "HEAD"] };
        let mut answers: Vec<(HttpRequest, HttpResponse)> = Vec::new();
        for &method in methods {
            for origin in &self.origins {
                for asked_method in &self.methods {
                    for asked_headers in &self.headers {
                        let [fixed_origin, fixed_method, fixed_headers] = &fixed.headers;
                        let values = [
                            fixed_origin.as_ref().or(origin.as_ref()).map(String::as_str),
                            fixed_method.as_ref().or(asked_method.as_ref()).map(String::as_str),
                            fixed_headers.as_ref().or(asked_headers.as_ref()).map(String::as_str),
                        ];
                        let request = self.request(method, values);
                        let answer = self.answer(&request, readings);
                        if !answers.iter().any(|(_, known)| *known == answer) {
                            answers.push((request, answer));
                        }
                    }
                }
            }
        }
        answers
    }

    fn request(&self, method: &str, values: [Option<&str>; 3]) -> HttpRequest {
        let headers: HeaderList =
            DECIDING.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect();
        HttpRequest { method: method.to_owned(), url: self.url.clone(), headers }
    }

    /// What the origin answers, before anything is applied behind the cache.
    fn answer(&self, request: &HttpRequest, readings: &Readings) -> HttpResponse {
        Server::new(&self.bare, readings, true).respond(request, &mut Trace::new(false))
    }
}
