//! Earlier requests that stand for all histories of a cache.
//!
//! What a cache key holds is fixed by its first fill, and a later request is answered from it only under the same key.
//! So one earlier request for each exchange of a later one decides, and it agrees with that exchange in every header
//! of the key. Only what is forwarded without being in the key can differ, and of all such requests one is kept for
//! each different answer of the origin.

use super::headers::UNLISTED;
use super::origins::OriginClass;
use crate::deployed::{Asset, CacheBehavior, CorsRule};
use crate::fetch::HeaderList;
use crate::simulate::signed::SIGNED_QUERY;
use crate::simulate::{
    Door, Earlier, ExchangeKind, HttpRequest, HttpResponse, Outcome, Readings, Server, Trace, Url, Visitor,
};
use smol_str::SmolStr;
use std::borrow::Cow;

/// The request headers that S3's answers depend on.
const DECIDING: [&str; 3] = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

/// A method that no rule has: S3 knows five, and this is none of them.
const UNKNOWN_METHOD: &str = "PATCH";

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

/// What the requests are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    There,
    Missing,
}

/// The earlier requests that can change what a behaviour answers.
#[derive(Debug)]
pub(crate) struct Histories {
    ways: [Way; 3],
    caches: bool,
    caches_options: bool,
    /// Whether a response headers policy speaks of CORS.
    has_policy: bool,
    /// The asset without what is applied behind the cache, so that answers of the origin show.
    bare: Asset,
    url: Url,
    object: Object,
    /// The origins, by classes, with what each class can be told apart by.
    classes: Vec<(Vec<String>, Lists)>,
    /// What all of them can be told apart by.
    all: Lists,
    /// What was found before, by what is not free.
    found: Vec<Found>,
}

/// What the free ones of the two headers of a preflight can be.
#[derive(Debug, Clone)]
struct Lists {
    methods: Vec<Option<String>>,
    headers: Vec<Option<String>>,
}

impl Lists {
    /// What some rules can tell apart: their methods and one that none has, the largest header set of each and one that
    /// none covers.
    fn new<'r>(ways: [Way; 3], rules: impl Iterator<Item = (&'r CorsRule, &'r String)>) -> Self {
        let [_, method, header] = ways;
        let (mut methods, mut headers) = (vec![None], vec![None]);
        let add = |list: &mut Vec<Option<String>>, value: &str| {
            if !value.is_empty() && !list.iter().any(|known| known.as_deref() == Some(value)) {
                list.push(Some(value.to_owned()));
            }
        };
        for (rule, covered) in rules {
            if method == Way::Forwarded {
                rule.allowed_methods.iter().for_each(|m| add(&mut methods, m));
            }
            if header == Way::Forwarded {
                add(&mut headers, covered);
            }
        }
        if method == Way::Forwarded {
            add(&mut methods, UNKNOWN_METHOD);
        }
        if header == Way::Forwarded {
            add(&mut headers, UNLISTED);
        }
        Self { methods, headers }
    }

    /// For a request that S3 answers alike whatever it asks for.
    fn none() -> Self {
        Self { methods: vec![None], headers: vec![None] }
    }
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
    headers: [Option<SmolStr>; 3],
}

/// A URL as a visitor has it who may read there.
pub(crate) fn signed_url(url: Url, behavior: &CacheBehavior) -> Url {
    let query = (!behavior.trusted_key_groups.is_empty()).then(|| SIGNED_QUERY.into());
    Url { query: query.or(url.query), ..url }
}

impl Histories {
    /// The histories of the requests to one path of a distribution. `covered` is the largest header set of each rule.
    pub(crate) fn new(
        asset: &Asset,
        behavior: &CacheBehavior,
        path: &str,
        classes: &[OriginClass],
        covered: &[String],
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
        let rules = asset.cors().map_or(&[][..], |cors| &cors.rules);
        let of = |class: &OriginClass| {
            let rules = class.rules.iter().filter_map(|&at| Some((rules.get(at)?, covered.get(at)?)));
            let origins = class.pages.iter().chain(&class.any).cloned().collect();
            (origins, Lists::new(ways, rules))
        };
        Self {
            ways,
            caches: behavior.cache_policy.max_ttl > 0,
            has_policy: behavior.response_headers_policy.as_ref().is_some_and(|policy| policy.cors.is_some()),
            caches_options: behavior.cached_methods.iter().any(|m| m == "OPTIONS"),
            // Whoever fills the cache of a path for signed requests has a signature.
            url: signed_url(Url::new(&bare, Door::Distribution, path), behavior),
            bare,
            object: Object::There,
            classes: classes.iter().map(of).collect(),
            all: Lists::new(ways, rules.iter().zip(covered)),
            found: Vec::new(),
        }
    }

    /// The same for an object that is not there.
    pub(crate) fn of_errors(self) -> Self {
        Self { object: Object::Missing, ..self }
    }

    /// The earlier requests that matter for a request of this method with these values of the deciding headers: those
    /// that the origin answered otherwise than it would answer this one.
    fn before(&mut self, method: &str, values: [Option<&str>; 3], readings: &Readings) -> Vec<HttpRequest> {
        let is_cached = match method {
            "GET" | "HEAD" => self.caches,
            "OPTIONS" => self.caches && self.caches_options,
            _ => false,
        };
        if !is_cached {
            return Vec::new();
        }
        let mut fixed = Fixed { is_options: method == "OPTIONS", headers: [None, None, None] };
        for ((slot, way), value) in fixed.headers.iter_mut().zip(self.ways).zip(values) {
            *slot = value.filter(|_| way == Way::Keyed).map(SmolStr::from);
        }
        let known = self.found.iter().position(|found| found.fixed == fixed).unwrap_or_else(|| {
            let answers = self.find(&fixed, readings);
            self.found.push(Found { fixed, answers });
            self.found.len() - 1
        });
        let answers = self.found.get(known).map_or(&[][..], |found| &found.answers);
        let own = self.request(method, values);
        let known = answers.iter().find(|(request, _)| *request == own);
        let own = known.map_or_else(|| Cow::Owned(self.answer(&own, readings)), |(_, answer)| Cow::Borrowed(answer));
        let mut different: Vec<(HttpResponse, HttpRequest)> = Vec::new();
        for (request, answer) in answers.iter().filter(|(_, answer)| *answer != *own) {
            let seen = self.as_seen_by(values[0], answer);
            if !different.iter().any(|(known, _)| *known == seen) {
                different.push((seen, request.clone()));
            }
        }
        different.into_iter().map(|(_, request)| request).collect()
    }

    /// Asks after each history that can change what becomes of a page's request: `alone` is what becomes of it without
    /// any, and `ask` tells what becomes of it after some earlier requests.
    pub(crate) fn each(
        &mut self,
        (origin, method, headers): (&str, &str, &[&str]),
        alone: &[(Readings, Outcome)],
        ask: &mut dyn FnMut(Vec<Earlier>) -> Vec<(Readings, Outcome)>,
    ) {
        let has = |outcomes: &[(Readings, Outcome)], kind: ExchangeKind| {
            outcomes.iter().any(|(_, outcome)| outcome.exchanges.iter().any(|e| e.kind == kind))
        };
        let given = |past: &[&HttpRequest]| {
            let earlier = |request: &&HttpRequest| Earlier { visitor: Visitor::Another, request: (*request).clone() };
            past.iter().map(earlier).collect::<Vec<_>>()
        };
        let readings = Readings::default();
        // What lets the request be sent: nothing in the cache, or an answer there to another preflight.
        let mut sent_after = has(alone, ExchangeKind::Actual).then_some(Vec::new());
        let requested = headers.join(",");
        let asked = [Some(origin), Some(method), Some(requested.as_str()).filter(|r| !r.is_empty())];
        let is_preflighted = has(alone, ExchangeKind::Preflight);
        let preflights = if is_preflighted { self.before("OPTIONS", asked, &readings) } else { Vec::new() };
        for preflight in &preflights {
            let outcomes = ask(given(&[preflight]));
            if sent_after.is_none() && has(&outcomes, ExchangeKind::Actual) {
                sent_after = Some(vec![preflight]);
            }
        }
        let Some(sent_after) = sent_after else { return };
        for request in &self.before(method, [Some(origin), None, None], &readings) {
            ask(given(&[sent_after.as_slice(), &[request]].concat()));
        }
    }

    /// How many earlier requests stood for all others.
    pub(crate) fn count(&self) -> usize {
        self.found.iter().map(|found| found.answers.len()).sum()
    }

    /// One request for each different answer of the origin.
    fn find(&self, fixed: &Fixed, readings: &Readings) -> Vec<(HttpRequest, HttpResponse)> {
        let methods: &[&str] = if fixed.is_options { &["OPTIONS"] } else { &["GET", "HEAD"] };
        let [fixed_origin, fixed_method, fixed_headers] = &fixed.headers;
        let mut answers: Vec<(HttpRequest, HttpResponse)> = Vec::new();
        for (origin, lists) in self.askers(fixed_origin.as_deref()) {
            for &method in methods {
                for asked_method in &lists.methods {
                    for asked_headers in &lists.headers {
                        let values = [
                            origin,
                            fixed_method.as_deref().or(asked_method.as_deref()),
                            fixed_headers.as_deref().or(asked_headers.as_deref()),
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

    /// The origins of earlier requests, with what S3's answer to each depends on.
    fn askers<'h>(&'h self, fixed: Option<&'h str>) -> Vec<(Option<&'h str>, Cow<'h, Lists>)> {
        let [origin, ..] = self.ways;
        match origin {
            Way::Forwarded => {
                let named = self.classes.iter().flat_map(|(origins, lists)| {
                    origins.iter().map(move |origin| (Some(origin.as_str()), Cow::Borrowed(lists)))
                });
                std::iter::once((None, Cow::Owned(Lists::none()))).chain(named).collect()
            }
            Way::Keyed => {
                let class = self.classes.iter().find(|(origins, _)| origins.iter().any(|o| Some(o.as_str()) == fixed));
                vec![(fixed, Cow::Borrowed(class.map_or(&self.all, |(_, lists)| lists)))]
            }
            // No origin reaches the bucket, or always the same one.
            Way::Kept => vec![(None, Cow::Borrowed(&self.all))],
        }
    }

    fn request(&self, method: &str, values: [Option<&str>; 3]) -> HttpRequest {
        let headers: HeaderList =
            DECIDING.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect();
        HttpRequest { method: method.into(), url: self.url.clone(), headers }
    }

    /// What the origin answers, before anything is applied behind the cache.
    fn answer(&self, request: &HttpRequest, readings: &Readings) -> HttpResponse {
        Server::new(&self.bare, readings, self.object == Object::There).respond(request, &mut Trace::new(false))
    }

    /// An answer as far as a page of some origin can tell: whatever other origin it names, it is not its own. Unless a
    /// policy says something else in its place, nothing else in it counts then.
    fn as_seen_by(&self, origin: Option<&str>, answer: &HttpResponse) -> HttpResponse {
        const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
        let named = answer.headers.first(ALLOW_ORIGIN);
        let mut answer = answer.clone();
        if named.is_some_and(|named| named != "*" && Some(named) != origin) {
            if !self.has_policy {
                answer.headers = HeaderList::new();
            }
            answer.headers.set(ALLOW_ORIGIN, "another");
        }
        answer
    }
}
