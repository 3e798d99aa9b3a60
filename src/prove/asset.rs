//! The proof for one asset: every class of requests at each of its doors.

use super::counterexample::{CREDENTIALS, Counterexample, Kind};
use super::histories::Histories;
use super::judge::{Judgement, judge};
use super::origins::{OriginClass, classes};
use super::{Proof, headers, paths, slim};
use crate::deployed::{Asset, CacheBehavior, CorsRule, RuleOrder};
use crate::fetch::{CredentialsMode, HeaderList};
use crate::intent::Intent;
use crate::intent::permits::{Concern, Permission, Request, allows};
use crate::simulate::{
    Asked, Decision, Door, Earlier, ExchangeKind, HttpRequest, Outcome, PageRequest, Party, Readings, Scenario, Server,
    Trace, Url, Visitor, policy, s3, simulate, simulate_readings,
};
use std::collections::{BTreeMap, BTreeSet};

/// Methods that stand for all: those of S3, the others that pages send, and one that nobody knows.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CORSYNTH"];

/// How many counterexamples of one kind are kept for an asset.
const KEPT: usize = 10;

/// Proves one asset; `index` is its place in the intent.
pub(super) fn prove(proof: &mut Proof, intent: &Intent, index: usize, asset: &Asset) {
    let Some(meant) = intent.assets.get(index) else { return };
    for rule in asset.bucket.cors.iter().flat_map(|cors| &cors.rules) {
        malformed(proof, asset, rule);
    }
    let origins = classes(intent, index, asset);
    let (slim_intent, slim_asset) = slim::slim(intent, asset, &origins);
    let (intent, asset) = (&slim_intent, &slim_asset);
    let mut prover = Prover {
        proof,
        intent,
        index,
        asset,
        rules: asset.bucket.cors.as_ref().map_or(&[], |cors| &cors.rules),
        any_order: asset.bucket.cors.as_ref().is_some_and(|cors| cors.order == RuleOrder::Any),
        names: header_names(intent, index, asset),
        methods: methods(intent, index, asset),
        origins,
        found: Vec::new(),
    };
    match (&asset.distribution, meant.cdn.is_some()) {
        (Some(distribution), _) => prover.distribution(distribution),
        (None, true) if prover.needs_distribution() => prover.proof.unknown(format!(
            "the artifacts have no distribution for `{}`, through which the intent grants access",
            meant.id.value
        )),
        (None, _) => {}
    }
    prover.bucket();
    prover.finish();
}

/// What S3 would refuse to store, so that nobody can tell what it would answer.
fn malformed(proof: &mut Proof, asset: &Asset, rule: &CorsRule) {
    for text in rule.allowed_origins.iter().chain(&rule.allowed_headers).filter(|t| t.matches('*').count() > 1) {
        proof.unknown(format!("S3 refuses `{text}` in a rule of `{}`: an entry holds one `*` at most", asset.id));
    }
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
    for method in rule.allowed_methods.iter().filter(|method| !of_s3().any(|known| known == *method)) {
        let known = of_s3().collect::<Vec<_>>().join(", ");
        proof.unknown(format!("S3 refuses the method `{method}` in a rule of `{}`: it takes {known}", asset.id));
    }
}

/// The methods that a rule can name.
fn of_s3() -> impl Iterator<Item = &'static str> {
    METHODS.into_iter().take(5)
}

fn header_names(intent: &Intent, index: usize, asset: &Asset) -> Vec<String> {
    let grants = intent.grants.iter().filter(|g| g.to.iter().any(|t| t.asset == index));
    let granted = grants.flat_map(|g| g.request_headers.iter().map(crate::fetch::HeaderPattern::as_str));
    let rules = asset.bucket.cors.iter().flat_map(|cors| &cors.rules);
    let allowed = rules.flat_map(|rule| rule.allowed_headers.iter().map(String::as_str));
    let behaviors = asset.distribution.iter().flat_map(|d| &d.behaviors);
    let policies = behaviors.filter_map(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
    headers::names(
        granted.chain(allowed).chain(policies.flat_map(|cors| cors.allow_headers.iter().map(String::as_str))),
    )
}

/// The methods that stand for all, and those that only foreign rules name. Of two that nothing tells apart, one.
fn methods(intent: &Intent, index: usize, asset: &Asset) -> Vec<String> {
    let mut methods: Vec<String> = METHODS.map(ToOwned::to_owned).to_vec();
    for method in asset.bucket.cors.iter().flat_map(|cors| &cors.rules).flat_map(|rule| &rule.allowed_methods) {
        if !methods.contains(method) && crate::fetch::header::is_token(method) {
            methods.push(method.clone());
        }
    }
    let granted = intent.grants.iter().filter(|g| g.to.iter().any(|t| t.asset == index));
    let granted = granted.map(|g| g.methods.iter().map(crate::fetch::Method::as_str).collect::<Vec<_>>());
    let ruled = asset.bucket.cors.iter().flat_map(|cors| &cors.rules);
    let ruled = ruled.map(|rule| rule.allowed_methods.iter().map(String::as_str).collect());
    let behaviors = || asset.distribution.iter().flat_map(|d| &d.behaviors);
    let taken = behaviors().map(|b| b.allowed_methods.iter().map(String::as_str).collect());
    let policies = behaviors().filter_map(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
    let listed = policies.map(|cors| cors.allow_methods.iter().map(String::as_str).collect());
    let lists: Vec<Vec<&str>> = granted.chain(ruled).chain(taken).chain(listed).collect();
    let kind = |method: &str| {
        // Reads are cached, `POST` needs no preflight, S3 knows `PUT` and `DELETE`, and a preflight is an `OPTIONS`.
        let alike = if method == "DELETE" { "PUT" } else { method };
        let known = METHODS.iter().take(5).chain(["OPTIONS"].iter()).find(|m| **m == alike).copied();
        (known, lists.iter().map(|list| list.contains(&method)).collect::<Vec<_>>())
    };
    let kinds: Vec<_> = methods.iter().map(|method| kind(method)).collect();
    let first = |at: usize| kinds.iter().position(|kind| kinds.get(at) == Some(kind)) == Some(at);
    methods.iter().enumerate().filter(|(at, _)| first(*at)).map(|(_, method)| method.clone()).collect()
}

struct Prover<'a> {
    proof: &'a mut Proof,
    intent: &'a Intent,
    index: usize,
    asset: &'a Asset,
    rules: &'a [CorsRule],
    any_order: bool,
    names: Vec<String>,
    methods: Vec<String>,
    origins: Vec<OriginClass>,
    found: Vec<Counterexample>,
}

/// A path class of one door.
struct Place<'p> {
    door: Door,
    path: &'p str,
    url: Url,
    behavior: Option<&'p CacheBehavior>,
}

/// A request class: everything but the history and the reading.
struct Class<'c> {
    place: &'c Place<'c>,
    origin: &'c str,
    method: &'c str,
    headers: &'c [&'c str],
    permission: Permission,
    /// Rules that match origin and method, as indices.
    rules: &'c [usize],
}

impl<'a> Prover<'a> {
    /// Whether something is granted through the distribution.
    fn needs_distribution(&self) -> bool {
        let of_asset = |g: &&crate::intent::Grant| g.to.iter().any(|t| t.asset == self.index);
        let direct = |g: &crate::intent::Grant| g.upload.is_some_and(|u| u.via == crate::intent::Via::S3);
        self.intent.grants.iter().filter(of_asset).any(|g| !direct(g))
    }

    /// All requests through the distribution.
    fn distribution(&mut self, distribution: &'a crate::deployed::Distribution) {
        let behaviors = &distribution.behaviors;
        let meant = self.intent.assets.get(self.index);
        let aliases = meant.into_iter().flat_map(|a| &a.paths).map(|p| p.pattern.value.as_str());
        let mut patterns: Vec<&str> = behaviors.iter().filter_map(|b| b.path_pattern.as_deref()).collect();
        let told = patterns.len();
        patterns.extend(aliases);
        let Some(witnesses) = paths::witnesses(&patterns) else {
            return self
                .proof
                .unknown(format!("the path patterns of `{}` are too many to be told apart", self.asset.id));
        };
        // Paths that reach the same behaviour and the same aliases are alike.
        let mut places: BTreeMap<(Option<usize>, Vec<bool>), String> = BTreeMap::new();
        for (matches, path) in witnesses {
            let first = behaviors.iter().position(|b| {
                b.path_pattern.as_deref().is_none_or(|pattern| {
                    patterns.iter().zip(&matches).take(told).any(|(p, &matched)| *p == pattern && matched)
                })
            });
            let aliases = matches.get(told..).unwrap_or_default().to_vec();
            let known = places.entry((first, aliases)).or_insert_with(|| path.clone());
            if (path.len(), &path) < (known.len(), known) {
                *known = path;
            }
        }
        for ((behavior, _), path) in &places {
            let behavior = behavior.and_then(|at| behaviors.get(at));
            let url = Url::new(self.asset, Door::Distribution, path);
            self.place(&Place { door: Door::Distribution, path, url, behavior });
        }
        self.strangers();
    }

    /// All requests to the bucket's own host, whose rules know no paths.
    fn bucket(&mut self) {
        let path = "/corsynth";
        let url = Url::new(self.asset, Door::Bucket, path);
        self.place(&Place { door: Door::Bucket, path, url, behavior: None });
    }

    /// All requests to one path.
    fn place(&mut self, place: &Place<'_>) {
        if place.door == Door::Distribution {
            match place.behavior {
                // Another origin's, or the distribution's owner's: no request gets here.
                Some(behavior) if !behavior.is_for_this_bucket => return self.elsewhere(place),
                None => return self.elsewhere(place),
                Some(behavior) if !behavior.unknown.is_empty() => {
                    let which = behavior.path_pattern.as_deref().unwrap_or("*");
                    let what = behavior.unknown.join("; ");
                    return self.proof.unknown(format!("behaviour `{which}` of `{}`: {what}", self.asset.id));
                }
                Some(_) => {}
            }
        }
        let sets: Vec<String> = std::iter::once("x-corsynth-unlisted".to_owned())
            .chain(self.rules.iter().filter_map(|rule| {
                let covered: Vec<&str> = self.covered_by(rule).into_iter().collect();
                (!covered.is_empty()).then(|| covered.join(","))
            }))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let mut histories = place
            .behavior
            .map(|behavior| Histories::new(self.asset, behavior, place.path, &self.origins, &self.methods, &sets));
        let (origins, methods) = (std::mem::take(&mut self.origins), std::mem::take(&mut self.methods));
        for class in &origins {
            let Some(origin) = &class.page else { continue };
            for method in &methods {
                self.requests(place, class, origin, method, histories.as_mut());
            }
        }
        (self.origins, self.methods) = (origins, methods);
        if let Some(histories) = &histories {
            self.proof.histories += histories.count();
            self.missing_object(place);
        }
    }

    /// A path at which no behaviour of the artifacts leads to the bucket: nothing may be granted there.
    fn elsewhere(&mut self, place: &Place<'_>) {
        for class in &self.origins {
            let Some(origin) = &class.page else { continue };
            for method in &self.methods {
                let request = Request { asset: self.index, through_cdn: true, path: place.path, origin, method };
                if let Permission::Granted(_) = self.intent.permits(&request, &[]) {
                    let (asset, path) = (&self.asset.id, place.path);
                    return self.proof.unknown(format!(
                        "no behaviour of the artifacts leads from `{path}` to `{asset}`, where `{origin}` is granted `{method}`"
                    ));
                }
            }
        }
    }

    /// All requests from one origin with one method.
    fn requests(
        &mut self,
        place: &Place<'_>,
        class: &OriginClass,
        origin: &str,
        method: &str,
        mut histories: Option<&mut Histories>,
    ) {
        let through_cdn = place.door == Door::Distribution;
        let request = Request { asset: self.index, through_cdn, path: place.path, origin, method };
        let concern = self.intent.concern(&request);
        let matching: Vec<usize> = class
            .rules
            .iter()
            .copied()
            .filter(|&at| self.rules.get(at).is_some_and(|rule| rule.allowed_methods.iter().any(|m| m == method)))
            .collect();
        let policy = place.behavior.and_then(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
        let names = std::mem::take(&mut self.names);
        let sets = if concern.is_empty() && matching.is_empty() && policy.is_none() {
            BTreeSet::from([Vec::new()])
        } else {
            self.header_sets(&names, &concern, &matching, policy)
        };
        for headers in &sets {
            let permission = concern.permits(headers);
            let class = Class { place, origin, method, headers, permission, rules: &matching };
            self.proof.request_classes += 1;
            self.request(&class, histories.as_deref_mut());
        }
        self.names = names;
        if method == "GET"
            && let Permission::Granted(granted) = concern.permits(&[])
        {
            if !granted.credentials {
                self.credentials(place, origin);
            }
            self.browser_cache(place, origin);
        }
    }

    /// The header sets that decide for one origin and method.
    fn header_sets<'n>(
        &self,
        names: &'n [String],
        concern: &Concern<'_>,
        matching: &[usize],
        policy: Option<&crate::deployed::CorsConfig>,
    ) -> BTreeSet<Vec<&'n str>> {
        let all = || names.iter().map(String::as_str);
        let listed = |list: &[String], name: &str| list.iter().any(|entry| s3::header_matches(entry, name));
        let mut covered: Vec<BTreeSet<&str>> =
            concern.header_sets().map(|set| all().filter(|name| allows(set, name)).collect()).collect();
        let by_policy: Option<BTreeSet<&str>> =
            policy.map(|cors| all().filter(|name| listed(&cors.allow_headers, name)).collect());
        for rule in matching.iter().filter_map(|&at| self.rules.get(at)) {
            let by_rule: BTreeSet<&str> = all().filter(|name| listed(&rule.allowed_headers, name)).collect();
            covered.extend(by_policy.as_ref().map(|policy| by_rule.intersection(policy).copied().collect()));
            covered.push(by_rule);
        }
        covered.extend(by_policy);
        covered.sort();
        covered.dedup();
        headers::sets(names, &covered)
    }

    fn covered_by(&self, rule: &CorsRule) -> BTreeSet<&str> {
        let listed = |name: &str| rule.allowed_headers.iter().any(|entry| s3::header_matches(entry, name));
        self.names.iter().map(String::as_str).filter(|name| listed(name)).collect()
    }

    /// One request class, with every history, order of rules and reading.
    fn request(&mut self, class: &Class<'_>, histories: Option<&mut Histories>) {
        let alone = scenario(class, Vec::new(), None);
        let outcomes = self.judged(class, &alone);
        if self.any_order {
            for &first in class.rules.iter().skip(1) {
                self.judged(class, &scenario(class, Vec::new(), Some(first)));
            }
        }
        let Some(histories) = histories else { return };
        let Some((readings, outcome)) = outcomes.first() else { return };
        // What could be in the cache for the preflight, and for the request itself.
        let mut before: [Vec<HttpRequest>; 2] = [Vec::new(), Vec::new()];
        let requested = class.headers.join(",");
        let is_preflighted = outcome.exchanges.iter().any(|e| e.kind == ExchangeKind::Preflight);
        if is_preflighted {
            let values = [Some(class.origin), Some(class.method), Some(requested.as_str()).filter(|r| !r.is_empty())];
            before[0] = histories.before("OPTIONS", values, readings);
        }
        before[1] = histories.before(class.method, [Some(class.origin), None, None], readings);
        let [preflights, requests] = &before;
        let mut pasts: Vec<Vec<&HttpRequest>> = preflights.iter().chain(requests).map(|r| vec![r]).collect();
        // Too much takes both: a preflight that should have failed, and an answer that should not be readable.
        if class.permission == Permission::Denied {
            pasts.extend(preflights.iter().flat_map(|p| requests.iter().map(move |r| vec![p, r])));
        }
        for past in pasts {
            let given = past.into_iter().map(|r| Earlier { visitor: Visitor::Another, request: r.clone() }).collect();
            self.judged(class, &scenario(class, given, None));
        }
    }

    /// Runs a scenario under every reading that has a say, and keeps what is wrong.
    fn judged(&mut self, class: &Class<'_>, scenario: &Scenario) -> Vec<(Readings, Outcome)> {
        let outcomes = simulate_readings(self.asset, scenario, &Readings::default(), &[], false);
        let wrong: Vec<_> = outcomes.iter().map(|(_, outcome)| judge(&class.permission, outcome)).collect();
        let all_wrong = wrong.iter().all(|judgement| matches!(judgement, Judgement::Wrong(_)));
        for (judgement, (readings, _)) in wrong.into_iter().zip(&outcomes) {
            match judgement {
                Judgement::Right => {}
                Judgement::Unknown(what) => self.proof.unknown(what),
                Judgement::Wrong(failure) => {
                    self.keep(Counterexample {
                        kind: failure.kind,
                        asset: self.asset.id.clone(),
                        scenario: scenario.clone(),
                        readings: readings.clone(),
                        depends_on_reading: !all_wrong,
                        expected: failure.expected,
                        actual: failure.actual,
                        because: String::new(),
                    });
                    break;
                }
            }
        }
        outcomes
    }

    /// Keeps a counterexample, unless a simpler one says the same: of one kind at one path, from what is wrong.
    fn keep(&mut self, found: Counterexample) {
        let family = |c: &Counterexample| {
            let place = match &c.scenario.asked {
                Asked::Page(request) => (request.url.door, request.url.path.clone(), request.method.clone()),
                Asked::Raw(request) => (request.url.door, request.url.path.clone(), request.method.clone()),
            };
            (c.kind, place, c.expected.clone(), c.actual.clone())
        };
        match self.found.iter_mut().find(|known| family(known) == family(&found)) {
            Some(known) if found.size() < known.size() => *known = found,
            Some(_) => {}
            None => self.found.push(found),
        }
    }

    /// A policy that lets cookies along where no grant speaks of them. S3 does so for every origin but `*`, has no
    /// switch for it, and does not look at cookies: that is noted.
    fn credentials(&mut self, place: &Place<'_>, origin: &str) {
        let class = Class { place, origin, method: "GET", headers: &[], permission: Permission::Denied, rules: &[] };
        let mut asked = scenario(&class, Vec::new(), None);
        if let Asked::Page(request) = &mut asked.asked {
            request.credentials = CredentialsMode::Include;
        }
        let readings = Readings::default();
        if simulate(self.asset, &asked, &readings, false).verdict.decision != Decision::Readable {
            return;
        }
        let cors = place.behavior.and_then(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
        let by_policy = cors.is_some_and(|cors| {
            cors.allow_credentials && policy::allow_origin_entry(cors, origin, &readings).is_some()
        });
        if by_policy {
            self.keep(Counterexample {
                kind: Kind::OverGrant,
                asset: self.asset.id.clone(),
                scenario: asked,
                readings,
                depends_on_reading: false,
                expected: "no credentials: no grant speaks of them".to_owned(),
                actual: CREDENTIALS.to_owned(),
                because: String::new(),
            });
        } else {
            self.proof.note(format!(
                "`{}`: S3 sends `Access-Control-Allow-Credentials: true` to every origin that a rule names, and has no switch \
                 for it; it does not look at cookies, so nothing is gained by them",
                self.asset.id
            ));
        }
    }

    /// Whether the answer to a plain tag, left in the browser's own cache, spoils a later request of a script: noted,
    /// because no server sees it.
    fn browser_cache(&mut self, place: &Place<'_>, origin: &str) {
        let class = Class { place, origin, method: "GET", headers: &[], permission: Permission::Denied, rules: &[] };
        let request = HttpRequest { method: "GET".to_owned(), url: place.url.clone(), headers: HeaderList::new() };
        let before = Earlier { visitor: Visitor::SameBrowser, request };
        let after = simulate(self.asset, &scenario(&class, vec![before], None), &Readings::default(), false);
        if after.verdict.decision == Decision::Blocked {
            self.proof.note(format!(
                "`{}`: S3 sends no `Vary` to a request without `Origin`, so a page that shows an object by a plain tag cannot \
                 read it by script as long as the browser keeps it; `crossorigin` on the tag avoids that",
                self.asset.id
            ));
        }
    }

    /// Whether a distribution of somebody else could read the bucket.
    fn strangers(&mut self) {
        if self.asset.bucket.policy.is_none() {
            return self.proof.note(format!(
                "`{}`: the bucket's policy is not among the artifacts, so it is taken to let the distribution in",
                self.asset.id
            ));
        }
        // Reading an object, listing the bucket, writing and deleting an object.
        for (method, path) in [("GET", "/corsynth"), ("GET", "/"), ("PUT", "/corsynth"), ("DELETE", "/corsynth")] {
            let url = Url::new(self.asset, Door::ForeignDistribution, path);
            let request = HttpRequest { method: method.to_owned(), url, headers: HeaderList::new() };
            let readings = Readings::default();
            let mut server = Server::new(self.asset, &readings, true);
            let response = server.respond(&request, &mut Trace::new(false));
            self.proof.request_classes += 1;
            if response.status < 300 {
                let why = self.why_let_in(&request);
                self.raw(
                    Kind::OverGrant,
                    request,
                    true,
                    "the bucket lets in its own distribution only",
                    "a distribution of anybody is let in",
                    &format!("{why}, and does not ask for the distribution's `AWS:SourceArn`"),
                );
            }
        }
    }

    /// The statement that lets a request in.
    fn why_let_in(&self, request: &HttpRequest) -> String {
        let asked = Asked::Raw(request.clone());
        let scenario = Scenario { given: Vec::new(), asked, object_exists: true, first_rule: None };
        let outcome = simulate(self.asset, &scenario, &Readings::default(), true);
        let mut steps = outcome.exchanges.into_iter().flat_map(|exchange| exchange.steps);
        let allows = steps.find(|step| step.by == Party::S3 && step.what.starts_with("allows `"));
        allows.map_or_else(|| "the bucket's policy allows it".to_owned(), |step| step.because)
    }

    /// What the distribution gets for an object that does not exist: 404, and the right to list the bucket that goes
    /// with it, only where the intent says so.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    fn missing_object(&mut self, place: &Place<'_>) {
        let reads = place.behavior.is_some_and(|b| b.allowed_methods.iter().any(|m| m == "GET"));
        let Some(cdn) = self.intent.assets.get(self.index).and_then(|asset| asset.cdn.as_ref()) else { return };
        if !reads || self.asset.bucket.policy.is_none() {
            return;
        }
        let request = HttpRequest { method: "GET".to_owned(), url: place.url.clone(), headers: HeaderList::new() };
        let readings = Readings::default();
        let scenario =
            Scenario { given: Vec::new(), asked: Asked::Raw(request.clone()), object_exists: false, first_rule: None };
        let outcome = simulate(self.asset, &scenario, &readings, false);
        self.proof.request_classes += 1;
        let status = outcome.exchanges.last().map(|e| e.response.status);
        match (cdn.missing_objects_404, status) {
            (true, Some(403)) => self.raw(
                Kind::UnderGrant,
                request,
                false,
                "404 for an object that does not exist",
                "403",
                "the bucket's policy does not let the distribution list the bucket",
            ),
            (false, Some(404)) => self.raw(
                Kind::OverGrant,
                request,
                false,
                "403 for an object that does not exist",
                "404",
                "the bucket's policy lets the distribution list the bucket",
            ),
            _ => {}
        }
    }

    /// Keeps a counterexample that is one request as it stands.
    fn raw(&mut self, kind: Kind, request: HttpRequest, object_exists: bool, expected: &str, actual: &str, why: &str) {
        self.keep(Counterexample {
            kind,
            asset: self.asset.id.clone(),
            scenario: Scenario { given: Vec::new(), asked: Asked::Raw(request), object_exists, first_rule: None },
            readings: Readings::default(),
            depends_on_reading: false,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            because: why.to_owned(),
        });
    }

    /// Takes out the headers that a counterexample does not need.
    fn shrink(&self, found: &mut Counterexample) {
        let Asked::Page(request) = &found.scenario.asked else { return };
        for name in request.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            let mut scenario = found.scenario.clone();
            let Asked::Page(request) = &mut scenario.asked else { return };
            request.headers.retain(|(other, _)| *other != name);
            let headers: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
            let asked = Request {
                asset: self.index,
                through_cdn: request.url.door == Door::Distribution,
                path: &request.url.path,
                origin: &request.origin,
                method: &request.method,
            };
            let permission = self.intent.permits(&asked, &headers);
            let outcome = simulate(self.asset, &scenario, &found.readings, false);
            if matches!(judge(&permission, &outcome), Judgement::Wrong(f) if f.kind == found.kind && f.actual == found.actual)
            {
                found.scenario = scenario;
            }
        }
    }

    /// Hands over what was found: made as small as possible, with the reason, the simplest first.
    fn finish(mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(Counterexample::size);
        let mut kept: BTreeMap<Kind, usize> = BTreeMap::new();
        for mut counterexample in found {
            let count = kept.entry(counterexample.kind).or_default();
            *count += 1;
            if *count <= KEPT {
                self.shrink(&mut counterexample);
                counterexample.explain(self.asset);
                self.proof.counterexamples.push(counterexample);
            }
        }
        for (kind, count) in kept.into_iter().filter(|(_, count)| *count > KEPT) {
            let more = count - KEPT;
            self.proof.note(format!("`{}`: {more} further counterexamples of kind {}", self.asset.id, kind.as_str()));
        }
    }
}

/// The scenario of a request class after some history.
fn scenario(class: &Class<'_>, given: Vec<Earlier>, first_rule: Option<usize>) -> Scenario {
    let request = PageRequest {
        origin: class.origin.to_owned(),
        method: class.method.to_owned(),
        url: class.place.url.clone(),
        headers: class.headers.iter().map(|name| ((*name).to_owned(), None)).collect(),
        credentials: CredentialsMode::SameOrigin,
        use_cors_preflight: false,
    };
    Scenario { given, asked: Asked::Page(request), object_exists: true, first_rule }
}
