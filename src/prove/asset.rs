//! The proof for one asset: every class of requests at each of its doors.

use super::access;
use super::counterexample::{Counterexample, Kind};
use super::custom;
use super::histories::{Histories, signed_url};
use super::judge::{Judgement, judge};
use super::methods::methods;
use super::origins::{OriginClass, classes};
use super::prover::{Class, Place, Prover, scenario};
use super::refused::refused;
use super::{Proof, headers, paths, slim};
use crate::deployed::{Asset, CacheBehavior, CorsRule, RuleOrder};
use crate::intent::permits::{Concern, Permission, Request, allows};
use crate::intent::{self, Intent};
use crate::simulate::{Asked, Door, Outcome, Readings, Url, host, s3, simulate};
use std::collections::{BTreeMap, BTreeSet};

/// How many counterexamples of one kind are kept for an asset.
const KEPT: usize = 10;

/// Proves one asset; `index` is its place in the intent.
pub(super) fn prove(proof: &mut Proof, intent: &Intent, index: usize, asset: &Asset) {
    let Some(meant) = intent.assets.get(index) else { return };
    if let Some(other) = custom::other_origin(meant, asset) {
        return proof.unknown(other);
    }
    refused(proof, asset);
    told(proof, meant, asset);
    let origins = classes(intent, index, asset);
    let (slim_intent, slim_asset) = (slim::intent(intent, index, &origins), slim::asset(asset, &origins));
    let (intent, asset) = (&slim_intent, &slim_asset);
    let mut prover = Prover {
        proof,
        intent,
        index,
        asset,
        rules: asset.cors().map_or(&[], |cors| &cors.rules),
        any_order: asset.cors().is_some_and(|cors| cors.order == RuleOrder::Any),
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
    prover.on_condition();
    prover.finish();
}

/// What the artifacts do not tell, or tell otherwise than the intent, beside who may do what.
fn told(proof: &mut Proof, meant: &intent::Asset, asset: &Asset) {
    let id = &asset.id;
    if let (Some(cdn), Some(distribution)) = (&meant.cdn, &asset.distribution) {
        let is_told = distribution.complete && !distribution.aliases.is_empty();
        for alias in cdn.aliases.iter().filter(|alias| is_told && !distribution.aliases.contains(alias)) {
            proof.unknown(format!(
                "`{alias}` is no alias of the distribution of `{id}`, so requests for it get elsewhere"
            ));
        }
    }
    let bucket = meant.bucket().map(|bucket| [("bucket", &bucket.name.value), ("region", &bucket.region.value)]);
    let found = [asset.bucket.name.as_ref(), asset.bucket.region.as_ref()];
    for ((what, meant), found) in bucket.into_iter().flatten().zip(found) {
        if let Some(found) = found.filter(|found| *found != meant) {
            proof.note(format!("`{id}`: the artifacts have the {what} `{found}`, where the intent says `{meant}`"));
        }
    }
    if asset.bucket.kms_key.is_some() && asset.bucket.key_policy.is_none() {
        proof.note(format!(
            "`{id}`: the policy of its KMS key is not among the artifacts, so it is taken to let the distribution decrypt"
        ));
    }
}

fn header_names(intent: &Intent, index: usize, asset: &Asset) -> Vec<String> {
    let grants = intent.grants.iter().filter(|g| g.to.iter().any(|t| t.asset == index));
    let granted = grants.flat_map(|g| g.request_headers.iter().map(crate::fetch::HeaderPattern::as_str));
    let rules = asset.cors().into_iter().flat_map(|cors| &cors.rules);
    let allowed = rules.flat_map(|rule| rule.allowed_headers.iter().map(String::as_str));
    let behaviors = asset.distribution.iter().flat_map(|d| &d.behaviors);
    let policies = behaviors.filter_map(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
    let by_functions = asset.function_rules().flat_map(|rule| rule.allowed_headers.iter().map(String::as_str));
    headers::names(
        granted
            .chain(allowed)
            .chain(by_functions)
            .chain(policies.flat_map(|cors| cors.allow_headers.iter().map(String::as_str))),
    )
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
        // What the bucket's policy tells apart.
        let keys = access::key_patterns(self.asset);
        patterns.extend(keys.iter().map(String::as_str));
        let Some(witnesses) = paths::witnesses(&patterns) else {
            return self
                .proof
                .unknown(format!("the path patterns of `{}` are too many to be told apart", self.asset.id));
        };
        // Paths that reach the same behaviour, and match the same of the others, are alike.
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
            let url =
                behavior.filter(|_| self.is_for_signed_requests(path)).map_or(url.clone(), |b| signed_url(url, b));
            self.place(&Place { door: Door::Distribution, path, url, behavior });
        }
        if self.asset.custom_origin().is_none() {
            self.strangers();
        }
    }

    /// All requests to the bucket's own host, whose rules know no paths.
    fn bucket(&mut self) {
        if self.asset.custom_origin().is_some() {
            return;
        }
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
        let covered = |rule: &CorsRule| self.covered_by(rule).into_iter().collect::<Vec<_>>().join(",");
        let covered: Vec<String> = self.rules.iter().map(covered).collect();
        let mut histories =
            place.behavior.map(|behavior| Histories::new(self.asset, behavior, place.path, &self.origins, &covered));
        self.signers(place);
        let mut pages = self.asset.distribution.iter().flat_map(|d| &d.custom_error_responses);
        let has_pages = pages.any(|page| page.response_code.is_some());
        let is_apart = |b: &&CacheBehavior| has_pages || b.viewer_response.is_some() || b.origin_response.is_some();
        let mut of_errors = place
            .behavior
            .filter(is_apart)
            .map(|behavior| Histories::new(self.asset, behavior, place.path, &self.origins, &covered).of_errors());
        let (origins, methods) = (std::mem::take(&mut self.origins), std::mem::take(&mut self.methods));
        // A page of the host itself reads it without CORS: <https://fetch.spec.whatwg.org/#concept-main-fetch>
        let own = format!("https://{}", host(self.asset, place.door));
        for class in &origins {
            let Some(origin) = class.pages.iter().find(|page| **page != own) else { continue };
            for method in &methods {
                self.requests(place, class, (origin, method), histories.as_mut(), of_errors.as_mut());
            }
        }
        (self.origins, self.methods) = (origins, methods);
        if let Some(histories) = &of_errors {
            self.proof.histories += histories.count();
        }
        if let Some(histories) = &histories {
            self.proof.histories += histories.count();
            if self.asset.custom_origin().is_none() {
                self.missing_object(place);
            }
        }
    }

    /// A path at which no behaviour of the artifacts leads to the bucket: nothing may be granted there.
    fn elsewhere(&mut self, place: &Place<'_>) {
        for class in &self.origins {
            let Some(origin) = class.pages.first() else { continue };
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
        (origin, method): (&str, &str),
        mut histories: Option<&mut Histories>,
        of_errors: Option<&mut Histories>,
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
        let functions: Vec<&[String]> = place
            .behavior
            .into_iter()
            .flat_map(CacheBehavior::function_rules)
            .map(|rule| rule.allowed_headers.as_slice())
            .collect();
        let sets = if concern.is_empty() && matching.is_empty() && policy.is_none() && functions.is_empty() {
            BTreeSet::from([Vec::new()])
        } else {
            self.header_sets(&names, &concern, (&matching, &functions), policy)
        };
        for headers in &sets {
            let permission = concern.permits(headers);
            let class = Class { place, origin, method, headers, permission, rules: &matching };
            self.proof.request_classes += 1;
            self.request(&class, histories.as_deref_mut());
            // An upload that is listened to asks first, even where its method and headers need not.
            if method == "POST" && headers.is_empty() && matches!(class.permission, Permission::Granted(_)) {
                let mut asked = scenario(&class, Vec::new(), None);
                if let Asked::Page(request) = &mut asked.asked {
                    request.use_cors_preflight = true;
                }
                self.proof.request_classes += 1;
                self.judged(&class, &asked);
            }
        }
        self.names = names;
        let alone = Class { place, origin, method, headers: &[], permission: concern.permits(&[]), rules: &matching };
        if let Some(of_errors) = of_errors {
            self.errors(&alone, of_errors);
        }
        if let Permission::Granted(granted) = concern.permits(&[])
            && (self.asset.custom_origin().is_some() || granted.credentials)
        {
            self.cookies(place, origin, method, granted.credentials);
            self.users(place, origin, method, &granted.grants);
        }
        if let Permission::Granted(granted) = concern.permits(&[])
            && through_cdn
        {
            self.signatures(place, origin, method, &granted.grants);
        }
        if method == "GET"
            && let Permission::Granted(granted) = concern.permits(&[])
        {
            if !granted.credentials && self.asset.custom_origin().is_none() {
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
        (matching, functions): (&[usize], &[&[String]]),
        policy: Option<&crate::deployed::CorsConfig>,
    ) -> BTreeSet<Vec<&'n str>> {
        let granted = |set| names.iter().map(String::as_str).filter(|name| allows(set, name)).collect();
        let mut covered: Vec<BTreeSet<&str>> = concern.header_sets().map(granted).collect();
        let rules = matching.iter().filter_map(|&at| self.rules.get(at)).map(|rule| rule.allowed_headers.as_slice());
        covered.extend(headers::covered(names, rules.chain(functions.iter().copied()), policy));
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
        let is_wrong =
            |(_, outcome): &(Readings, Outcome)| matches!(judge(&class.permission, outcome), Judgement::Wrong(_));
        let Some(histories) = histories else { return };
        // What is wrong without a history needs none to show it, and one history of a kind is enough.
        if outcomes.iter().any(is_wrong) || self.is_refuted_by_history(class) {
            return;
        }
        histories.each((class.origin, class.method, class.headers), &outcomes, &mut |given| {
            self.judged(class, &scenario(class, given, None))
        });
    }

    /// Whether a history was found already that gives such requests too much or too little.
    fn is_refuted_by_history(&self, class: &Class<'_>) -> bool {
        let kind = if class.permission == Permission::Denied { Kind::OverGrant } else { Kind::UnderGrant };
        self.found.iter().any(|found| match &found.scenario.asked {
            Asked::Page(page) => {
                found.kind == kind
                    && !found.scenario.given.is_empty()
                    && page.url == class.place.url
                    && page.method == class.method
                    && page.headers.is_empty() == class.headers.is_empty()
            }
            Asked::Raw(_) => false,
        })
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
