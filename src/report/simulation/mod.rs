//! What became of one request, as text.

mod human;
mod json;

pub use human::simulation_human;
pub(super) use json::combined;
pub use json::simulation_json;

use crate::compile::Compiled;
use crate::deployed::Provenance;
use crate::simulate::{Decision, Outcome, Readings, Scenario};
use std::collections::BTreeSet;

/// What became of one request, under all readings that have a say.
#[derive(Debug, Clone)]
pub struct SimulationReport<'a> {
    scenario: &'a Scenario,
    outcome: &'a Outcome,
    /// The outcomes that differ, each with the fewest answers that lead to it.
    differing: Vec<(&'a Readings, &'a Outcome)>,
    intent: Option<&'a Compiled>,
}

impl<'a> SimulationReport<'a> {
    /// A report on outcomes of a scenario, the first of which is the one to tell in full; `None` without any.
    /// `intent` is what provenance leads into.
    pub fn new(
        scenario: &'a Scenario,
        outcomes: &'a [(Readings, Outcome)],
        intent: Option<&'a Compiled>,
    ) -> Option<Self> {
        let ((_, outcome), others) = outcomes.split_first()?;
        let differing: Vec<_> = others
            .iter()
            .filter(|(_, other)| answer(other) != answer(outcome))
            .map(|(readings, outcome)| (readings.unusual().into_iter().collect::<BTreeSet<_>>(), readings, outcome))
            .collect();
        let is_least = |unusual: &BTreeSet<_>, outcome: &Outcome| {
            !differing.iter().any(|(fewer, _, other)| {
                answer(other) == answer(outcome) && fewer.len() < unusual.len() && fewer.is_subset(unusual)
            })
        };
        let mut least: Vec<_> = differing.iter().filter(|(unusual, _, outcome)| is_least(unusual, outcome)).collect();
        least.sort_by(|(a, ..), (b, ..)| (a.len(), a).cmp(&(b.len(), b)));
        let differing = least.into_iter().map(|&(_, readings, outcome)| (readings, outcome)).collect();
        Some(Self { scenario, outcome, differing, intent })
    }

    /// Where in the intent something comes from: `file:line`, or the pointers where the file is not at hand.
    fn places(&self, provenance: &Provenance) -> Vec<String> {
        let mut places: Vec<String> = Vec::new();
        for pointer in &provenance.0 {
            let place = self.intent.and_then(|intent| intent.place_of(pointer)).unwrap_or_else(|| pointer.clone());
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

/// Places on one line: of a file that the place before names already, only the line.
fn listed(places: &[String]) -> String {
    let file = |place: &str| place.rsplit_once(':').map(|(file, _)| file.to_owned());
    let before = std::iter::once(None).chain(places.iter().map(|place| file(place)));
    let told = places.iter().zip(before).map(|(place, before)| match place.rsplit_once(':') {
        Some((file, line)) if before.as_deref() == Some(file) => format!(":{line}"),
        _ => place.clone(),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// What a page sees of an outcome.
fn answer(outcome: &Outcome) -> (Decision, &[String]) {
    (outcome.verdict.decision, &outcome.exposed_headers)
}
