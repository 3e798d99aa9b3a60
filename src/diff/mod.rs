//! Access gained and lost between two intents, or between what two sets of artifacts come to: computed on requests, not
//! on text. Sides that grant the same differ in nothing, however they are written.
//!
//! As in a proof, finitely many requests stand for all; those that tell the two sides apart together are asked of each:
//! an intent answers by [`crate::intent::permits`], artifacts by the simulator. `docs/diff.md` says what is compared.

mod answer;
mod atoms;
mod compare;
mod consequence;
mod pairs;
mod rows;

pub use atoms::Part;
pub use consequence::{Consequence, Layer};
pub use rows::{Change, Risk, Row, What, Witness};

use crate::deployed::Deployed;
use crate::intent::Intent;

/// One of the things that are compared: an intent in one environment, or a set of artifacts.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What the two sides of a pair have in common: a path below what is compared.
    pub name: &'a str,
    /// The environment.
    pub environment: Option<&'a str>,
    /// The intent; `None` when it is artifacts.
    pub intent: Option<&'a Intent>,
    /// What AWS holds: by the artifacts, or once the intent is applied.
    pub deployed: &'a Deployed,
}

/// What a comparison comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// What is gained and lost.
    pub rows: Vec<Row>,
    /// When it takes effect, by asset.
    pub consequences: Vec<Consequence>,
    /// What could not be decided, and why.
    pub unknown: Vec<String>,
    /// How many requests stood for all.
    pub request_classes: usize,
}

impl Diff {
    /// Whether both sides grant the same, beyond doubt.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.unknown.is_empty()
    }

    fn unknown(&mut self, text: String) {
        if !self.unknown.contains(&text) {
            self.unknown.push(text);
        }
    }
}

/// Compares. Sides are paired by name and environment; one without a counterpart is gained or lost as a whole.
pub fn diff(before: &[Side<'_>], after: &[Side<'_>]) -> Diff {
    let mut diff = Diff::default();
    for pair in pairs::sides(before, after) {
        for (label, before, after) in pairs::assets(&pair) {
            let rows = diff.rows.len();
            compare::compare(&mut diff, &label, [before.subject(), after.subject()]);
            if diff.rows.len() > rows {
                diff.consequences.push(consequence::consequence(&label, before.held, after.held));
            }
        }
    }
    diff
}
