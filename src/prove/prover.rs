//! An asset under proof: what is asked of it, and what is found.

use super::Proof;
use super::counterexample::Counterexample;
use super::judge::{Judgement, judge};
use super::origins::OriginClass;
use crate::deployed::{Asset, CacheBehavior, CorsRule};
use crate::intent::Intent;
use crate::intent::permits::Permission;
use crate::simulate::{Asked, Door, Earlier, Outcome, PageRequest, Readings, Scenario, Url, simulate_readings};

/// An asset under proof.
pub(super) struct Prover<'a> {
    pub(super) proof: &'a mut Proof,
    pub(super) intent: &'a Intent,
    pub(super) index: usize,
    pub(super) asset: &'a Asset,
    pub(super) rules: &'a [CorsRule],
    pub(super) any_order: bool,
    pub(super) names: Vec<String>,
    pub(super) methods: Vec<String>,
    pub(super) origins: Vec<OriginClass>,
    pub(super) found: Vec<Counterexample>,
}

/// A path class of one door.
pub(super) struct Place<'p> {
    pub(super) door: Door,
    pub(super) path: &'p str,
    pub(super) url: Url,
    pub(super) behavior: Option<&'p CacheBehavior>,
}

/// A request class: everything but the history and the reading.
pub(super) struct Class<'c> {
    pub(super) place: &'c Place<'c>,
    pub(super) origin: &'c str,
    pub(super) method: &'c str,
    pub(super) headers: &'c [&'c str],
    pub(super) permission: Permission,
    /// Rules that match origin and method, as indices.
    pub(super) rules: &'c [usize],
}

impl Prover<'_> {
    /// Runs a scenario under every reading that has a say, and keeps what is wrong.
    pub(super) fn judged(&mut self, class: &Class<'_>, scenario: &Scenario) -> Vec<(Readings, Outcome)> {
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
                        about: failure.about,
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
    pub(super) fn keep(&mut self, found: Counterexample) {
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
}

/// The scenario of a request class after some history.
pub(super) fn scenario(class: &Class<'_>, given: Vec<Earlier>, first_rule: Option<usize>) -> Scenario {
    let request = PageRequest::new(class.origin, class.method, class.place.url.clone());
    let asked = Asked::Page(request.with_headers(class.headers.iter().copied()));
    Scenario { given, first_rule, ..Scenario::of(asked) }
}
