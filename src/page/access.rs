//! The access matrix: who may do what where, by the meaning of the intent, each cell asked of the simulator, too.

use super::Judged;
use crate::deployed::Asset;
use crate::fetch::{HeaderList, HeaderName, HeaderPattern, OriginPattern};
use crate::intent::permits::{Concern, Granted, Permission, Request};
use crate::intent::{Frontend, Intent};
use crate::prove::headers::UNLISTED;
use crate::prove::methods::named;
use crate::prove::origins::{Teller, classes_of};
use crate::prove::paths;
use crate::simulate::{
    Asked, Decision, Door, HttpRequest, PageRequest, Party, Readings, Scenario, Url, behavior_for, host, simulate,
    simulate_readings,
};
use std::collections::{BTreeMap, BTreeSet};

/// A website that resembles none of an intent's.
pub(super) const STRANGER: &str = "https://stranger.example";

/// What pages get at some paths behind one door of an asset.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    /// The asset's id in the intent.
    pub(super) asset: String,
    /// The door.
    pub(super) door: Door,
    /// The host.
    pub(super) host: String,
    /// A path of each kind that is alike here.
    pub(super) paths: Vec<String>,
    /// Who gets what.
    pub(super) rows: Vec<Row>,
    /// What the door answers to a `GET` without `Origin`.
    pub(super) without_origin: u16,
}

/// What somebody gets with some methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The frontends, or what the origins have in common.
    pub(super) who: String,
    /// The origins, as the intent writes them.
    pub(super) origins: Vec<String>,
    /// The methods.
    pub(super) methods: Vec<String>,
    /// What is granted.
    pub(super) right: Right,
    /// How many requests were asked, and what came of those that are not as granted.
    pub(super) asked: usize,
    /// What is not as it is granted.
    pub(super) differing: Vec<String>,
}

/// What is granted with a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Right {
    /// Nothing.
    Denied,
    /// Nothing is promised here, as it is granted at another door.
    Elsewhere,
    /// The response.
    Granted {
        /// What each grant lets pages send.
        headers: BTreeSet<Vec<String>>,
        /// What pages read.
        exposed: Vec<String>,
        /// Whether cookies are promised.
        credentials: bool,
        /// How long the preflight is remembered, seconds.
        max_age: u32,
    },
}

/// The matrices of all assets: one for each door, and each set of paths that are alike there.
pub(super) fn matrices(judged: &Judged<'_>) -> Vec<Matrix> {
    let mut matrices = Vec::new();
    for (index, _) in judged.intent.assets.iter().enumerate() {
        let Some(asset) = judged.asset(index) else { continue };
        let people = people(judged.intent, index, asset);
        for (door, path) in places(judged.intent, index, asset) {
            let place = Place { intent: judged.intent, index, asset, door, path: &path };
            let rows = people.iter().flat_map(|people| place.rows(people)).collect();
            let matrix = place.matrix(grouped(rows));
            let alike = |known: &&mut Matrix| {
                known.asset == matrix.asset
                    && (known.door, &known.rows) == (door, &matrix.rows)
                    && known.without_origin == matrix.without_origin
            };
            match matrices.iter_mut().find(alike) {
                Some(known) => known.paths.push(path),
                None => matrices.push(matrix),
            }
        }
    }
    matrices
}

/// One origin that is asked for, and whose it is.
struct People {
    who: String,
    origin: String,
    asked: String,
}

/// Every origin of the intent, and origins of the proof's classes that are none of them.
fn people(intent: &Intent, index: usize, asset: &Asset) -> Vec<People> {
    let classes = classes_of(&[Teller::Grants(intent, index), Teller::Held(asset)], |_, _| {});
    let pages: Vec<&String> = classes.iter().flat_map(|class| &class.pages).collect();
    let frontends =
        || intent.frontends.iter().map(|f| (f, "")).chain(intent.withheld.iter().map(|f| (f, " (withheld)")));
    let patterns = |(frontend, remark): (&'_ Frontend, &'static str)| {
        let who = format!("`{}`{remark}", frontend.id.value);
        frontend.origins.iter().map(|origin| (who.clone(), origin.value.clone())).collect::<Vec<_>>()
    };
    let mut people = Vec::new();
    for (who, pattern) in frontends().flat_map(patterns) {
        if let Some(asked) = witness(&pattern, &pages) {
            people.push(People { who, origin: pattern.to_string(), asked });
        }
    }
    let known: Vec<&OriginPattern> = frontends().flat_map(|(f, _)| f.origins.iter().map(|o| &o.value)).collect();
    let is_stranger = |origin: &str| !known.iter().any(|pattern| pattern.matches(origin));
    let mut strangers: BTreeSet<&str> = pages.iter().map(|page| page.as_str()).collect();
    strangers.insert(STRANGER);
    strangers.insert("null");
    for origin in strangers.into_iter().filter(|origin| is_stranger(origin)) {
        let who = if origin == "null" { "sandboxed frames and files" } else { "strangers" };
        people.push(People { who: who.to_owned(), origin: origin.to_owned(), asked: origin.to_owned() });
    }
    people
}

/// An origin that stands for a pattern.
fn witness(pattern: &OriginPattern, pages: &[&String]) -> Option<String> {
    if pattern.is_literal() {
        return Some(pattern.to_string());
    }
    let found = pages.iter().find(|page| pattern.matches(page)).map(|page| (*page).clone());
    found.or_else(|| {
        ["corsynth", "7"].iter().map(|text| pattern.as_str().replace('*', text)).find(|o| pattern.matches(o))
    })
}

/// The doors and paths of an asset that something tells apart, and that lead to its objects.
fn places(intent: &Intent, index: usize, asset: &Asset) -> Vec<(Door, String)> {
    let mut places = Vec::new();
    if let Some(distribution) = &asset.distribution {
        let aliases = intent.assets.get(index).into_iter().flat_map(|a| &a.paths).map(|p| p.pattern.value.as_str());
        let patterns = distribution.behaviors.iter().filter_map(|b| b.path_pattern.as_deref()).chain(aliases);
        let patterns: Vec<&str> = patterns.collect::<BTreeSet<_>>().into_iter().collect();
        let mut found: Vec<String> = paths::witnesses(&patterns).unwrap_or_default().into_values().collect();
        found.sort_by_key(|path| (path.len(), path.clone()));
        found.retain(|path| behavior_for(distribution, path).is_some_and(|b| b.is_for_this_bucket));
        places.extend(found.into_iter().map(|path| (Door::Distribution, path)));
    }
    if asset.custom_origin().is_none() {
        places.push((Door::Bucket, "/corsynth".to_owned()));
    }
    places
}

/// A path behind a door.
struct Place<'p> {
    intent: &'p Intent,
    index: usize,
    asset: &'p Asset,
    door: Door,
    path: &'p str,
}

impl Place<'_> {
    fn matrix(&self, rows: Vec<Row>) -> Matrix {
        let id = self.intent.assets.get(self.index).map(|asset| asset.id.value.clone());
        Matrix {
            asset: id.unwrap_or_default(),
            door: self.door,
            host: host(self.asset, self.door).to_string(),
            paths: vec![self.path.to_owned()],
            rows,
            without_origin: self.without_origin(),
        }
    }

    fn without_origin(&self) -> u16 {
        let request = HttpRequest {
            method: "GET".into(),
            url: Url::new(self.asset, self.door, self.path),
            headers: HeaderList::new(),
        };
        let scenario = Scenario::of(Asked::Raw(request));
        let outcome = simulate(self.asset, &scenario, &Readings::default(), false);
        outcome.exchanges.last().map_or(0, |exchange| exchange.response.status)
    }

    /// What somebody gets: methods with the same right in one row.
    fn rows(&self, people: &People) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        // A page of the host itself reads it without CORS: <https://fetch.spec.whatwg.org/#concept-main-fetch>
        if people.asked == format!("https://{}", host(self.asset, self.door)) {
            return rows;
        }
        for method in named(Some(self.asset)) {
            let through_cdn = self.door == Door::Distribution;
            let request =
                Request { asset: self.index, through_cdn, path: self.path, origin: &people.asked, method: &method };
            let concern = self.intent.concern(&request);
            let right = right(&concern);
            let (asked, differing) = self.ask(&people.asked, &method, &concern);
            match rows.iter_mut().find(|row| row.right == right) {
                Some(row) => {
                    row.methods.push(method);
                    row.asked += asked;
                    row.differing.extend(differing);
                }
                None => rows.push(Row {
                    who: people.who.clone(),
                    origins: vec![people.origin.clone()],
                    methods: vec![method],
                    right,
                    asked,
                    differing,
                }),
            }
        }
        rows.sort_by_key(|row| matches!(row.right, Right::Denied));
        rows
    }

    /// Asks the simulator with no header, with all that each grant lets a page send, and with one that nobody grants;
    /// under every reading. What is not as granted comes back.
    fn ask(&self, origin: &str, method: &str, concern: &Concern<'_>) -> (usize, Vec<String>) {
        let mut sets: BTreeSet<Vec<&str>> = BTreeSet::from([Vec::new(), vec![UNLISTED]]);
        sets.extend(concern.header_sets().map(|set| literals(set)));
        let (mut asked, mut differing) = (0, Vec::new());
        for headers in sets {
            let permission = concern.permits(&headers);
            let url = Url::for_reader(self.asset, self.door, self.path);
            let request = PageRequest::new(origin, method, url).with_headers(headers.iter().copied());
            let scenario = Scenario::of(Asked::Page(request));
            asked += 1;
            for (_, outcome) in simulate_readings(self.asset, &scenario, &Readings::default(), &[], false) {
                // What CloudFront makes itself (an error, a redirect) carries nothing of the asset.
                let is_the_assets =
                    outcome.exchanges.last().is_some_and(|e| matches!(e.response.by, Party::S3 | Party::Server));
                let agrees = match (&permission, outcome.verdict.decision) {
                    (_, Decision::Unknown) => false,
                    (Permission::Granted(granted), decision) => {
                        decision == Decision::Readable && exposes(granted, &outcome.exposed_headers)
                    }
                    (Permission::Elsewhere(_), _) | (Permission::Denied, Decision::Blocked) => true,
                    (Permission::Denied, Decision::Readable) => !is_the_assets,
                };
                if !agrees {
                    let with =
                        if headers.is_empty() { String::new() } else { format!(" with `{}`", headers.join("`, `")) };
                    differing
                        .push(format!("`{method}` from `{origin}`{with} is {}", outcome.verdict.decision.as_str()));
                    break;
                }
            }
        }
        (asked, differing)
    }
}

/// The names in a set of header patterns. What a pattern stands for is asked by the proof.
fn literals(set: &BTreeSet<HeaderPattern>) -> Vec<&str> {
    set.iter().filter(|pattern| pattern.is_literal()).map(HeaderPattern::as_str).collect()
}

/// Whether what is readable holds what is promised, and no more than what may be.
fn exposes(granted: &Granted, exposed: &[String]) -> bool {
    let is_listed = |name: &HeaderName| exposed.iter().any(|known| known == name.as_str());
    let is_safelisted =
        |name: &HeaderName| crate::fetch::header::is_cors_safelisted_response_header_name(name.as_str());
    granted.exposed.iter().all(|name| is_listed(name) || is_safelisted(name))
        && exposed.iter().all(|name| granted.may_expose.iter().any(|known| known.as_str() == name))
}

fn right(concern: &Concern<'_>) -> Right {
    let widest = concern.header_sets().find_map(|set| match concern.permits(&literals(set)) {
        Permission::Granted(granted) => Some(Some(granted)),
        Permission::Elsewhere(_) | Permission::Denied => None,
    });
    match widest.or_else(|| (!concern.is_empty()).then_some(None)) {
        None => Right::Denied,
        Some(None) => Right::Elsewhere,
        Some(Some(granted)) => Right::Granted {
            headers: concern.header_sets().map(|set| set.iter().map(|h| h.as_str().to_owned()).collect()).collect(),
            exposed: granted.exposed.iter().map(HeaderName::spelled).collect(),
            credentials: granted.credentials,
            max_age: granted.max_age,
        },
    }
}

/// Origins of the same people with the same rights in one row.
fn grouped(rows: Vec<Row>) -> Vec<Row> {
    let mut grouped: Vec<Row> = Vec::new();
    let mut at: BTreeMap<(String, Vec<String>), Vec<usize>> = BTreeMap::new();
    for row in rows {
        let places = at.entry((row.who.clone(), row.methods.clone())).or_default();
        let same =
            places.iter().copied().find(|place| grouped.get(*place).is_some_and(|known| known.right == row.right));
        if let Some(known) = same.and_then(|place| grouped.get_mut(place)) {
            known.asked += row.asked;
            known.differing.extend(row.differing);
            known.origins.extend(row.origins);
        } else {
            places.push(grouped.len());
            grouped.push(row);
        }
    }
    grouped
}
