//! Expectations tried: the examples of an intent against what AWS holds, under every reading of what is not
//! documented. An expectation holds when it holds under all of them.

use crate::deployed::{Asset, Bucket, Deployed, Provenance};
use crate::export::{Exported, ExportedExchange, ExportedRequest};
use crate::fetch::HeaderName;
use crate::fetch::header::is_cors_safelisted_response_header_name;
use crate::intent::{Expectation, Intent, Then, Via};
use crate::simulate::{
    Asked, Decision, Door, Earlier, HttpRequest, Outcome, PageRequest, Readings, Scenario, Url, Visitor, default_door,
    simulate_readings,
};
use std::borrow::Cow;

/// An expectation, and what became of its request.
#[derive(Debug, Clone)]
pub struct Trial<'a> {
    /// The expectation.
    pub expectation: &'a Expectation,
    /// What it asks.
    pub asset: Cow<'a, Asset>,
    /// Its request and history.
    pub scenario: Scenario,
    /// What becomes of them under each reading that has a say; the favoured answers first.
    pub outcomes: Vec<(Readings, Outcome)>,
}

/// Tries all expectations, in the order of the file. Those that do not hold are told with their steps, which cost more than
/// the rest; `traced` asks for the steps of the others, too.
pub fn try_all<'a>(intent: &'a Intent, deployed: &'a Deployed, traced: bool) -> Vec<Trial<'a>> {
    let asset = |id: &str| deployed.asset(id).map_or_else(|| Cow::Owned(untouched(intent, id)), Cow::Borrowed);
    let tried = |expectation: &'a Expectation| tried(expectation, asset(&expectation.url.value.asset), traced);
    intent.expectations.iter().map(tried).collect()
}

/// An asset that nobody is granted: nothing is made for it, and its bucket answers no page.
fn untouched(intent: &Intent, id: &str) -> Asset {
    let meant = intent.assets.iter().find(|asset| asset.id.value == id).and_then(|asset| asset.bucket());
    let bucket = Bucket {
        name: meant.map(|bucket| bucket.name.value.clone()),
        region: meant.map(|bucket| bucket.region.value.clone()),
        ..Bucket::default()
    };
    Asset { id: id.to_owned(), bucket, distribution: None, provenance: Provenance::default() }
}

fn tried<'a>(expectation: &'a Expectation, asset: Cow<'a, Asset>, traced: bool) -> Trial<'a> {
    let scenario = scenario(expectation, &asset);
    let outcomes = simulate_readings(&asset, &scenario, &Readings::default(), &[], traced);
    let mut trial = Trial { expectation, asset, scenario, outcomes };
    if !traced && !trial.holds() {
        trial.outcomes = simulate_readings(&trial.asset, &trial.scenario, &Readings::default(), &[], true);
    }
    trial
}

fn scenario(expectation: &Expectation, asset: &Asset) -> Scenario {
    let method = expectation.method.as_str();
    let path = expectation.url.value.path.as_str();
    let door = match expectation.via {
        Some(Via::S3) => Door::Bucket,
        Some(Via::Cdn) => Door::Distribution,
        None => default_door(asset, method, path.split_once('?').map_or(path, |(path, _)| path)),
    };
    let given = expectation.given.iter().map(|given| Earlier {
        visitor: if given.value.same_browser { Visitor::SameBrowser } else { Visitor::Another },
        request: HttpRequest {
            method: given.value.method.as_str().into(),
            url: Url::new(asset, door, &given.value.url.path),
            headers: given.value.headers.clone(),
        },
    });
    let page = PageRequest {
        headers: expectation.headers.clone(),
        credentials: expectation.credentials,
        ..PageRequest::new(expectation.origin.value.as_str(), method, Url::new(asset, door, path))
    };
    Scenario { given: given.collect(), ..Scenario::of(Asked::Page(page)) }
}

impl Trial<'_> {
    /// Whether the expectation holds, under all readings.
    pub fn holds(&self) -> bool {
        self.failing().is_none()
    }

    /// The first readings under which it does not hold, with what becomes of the request there.
    pub fn failing(&self) -> Option<&(Readings, Outcome)> {
        self.outcomes.iter().filter(|(_, outcome)| !self.is_met(outcome)).min_by_key(|(r, _)| r.unusual().len())
    }

    /// The names that must be exposed, lower case, sorted; `None` when that is not said.
    pub fn expected_exposed(&self) -> Option<Vec<&str>> {
        let names = self.expectation.exposed.as_ref()?.iter().map(HeaderName::as_str);
        Some(names.filter(|name| !is_cors_safelisted_response_header_name(name)).collect())
    }

    /// What must become of the request.
    pub fn expected(&self) -> Decision {
        match self.expectation.then.value {
            Then::Readable => Decision::Readable,
            Then::Blocked => Decision::Blocked,
        }
    }

    /// The request with its answers, for other tools. What depends on what is not documented is not to be checked.
    pub fn exported(&self) -> Exported {
        let mut exchanges = self.exchanges(self.outcomes.first().map(|(_, outcome)| outcome));
        for (_, outcome) in &self.outcomes {
            let others = self.exchanges(Some(outcome));
            exchanges.truncate(others.len());
            for (exchange, other) in exchanges.iter_mut().zip(others) {
                exchange.headers.retain(|header| other.headers.contains(header));
                exchange.status = exchange.status.filter(|_| exchange.status == other.status);
            }
        }
        let given = self.scenario.given.iter().map(|earlier| self.request(&earlier.request)).collect();
        Exported { name: self.expectation.title(), given, exchanges }
    }

    fn exchanges(&self, outcome: Option<&Outcome>) -> Vec<ExportedExchange> {
        let exchanges = outcome.into_iter().flat_map(|outcome| &outcome.exchanges);
        exchanges
            .map(|e| ExportedExchange::new(self.request(&e.request), e.response.status, &e.response.headers))
            .collect()
    }

    fn request(&self, request: &HttpRequest) -> ExportedRequest {
        let url = &request.url;
        ExportedRequest {
            method: request.method.to_string(),
            asset: self.asset.id.clone(),
            via: if url.door == Door::Bucket { Via::S3 } else { Via::Cdn },
            // A made-up host stands for one that nobody told.
            host: Some(url.host.to_string()).filter(|host| !host.ends_with(".cdn.invalid")),
            path: url.query.as_ref().map_or_else(|| url.path.to_string(), |query| format!("{}?{query}", url.path)),
            headers: request.headers.clone(),
        }
    }

    fn is_met(&self, outcome: &Outcome) -> bool {
        outcome.verdict.decision == self.expected()
            && self.expected_exposed().is_none_or(|expected| expected == outcome.exposed_headers)
    }
}
