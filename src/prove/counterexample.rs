//! A request, with a history and a reading, that gets more or less than it is granted; small enough to be read.

use crate::deployed::Asset;
use crate::simulate::{Asked, Decision, Party, Readings, Scenario, simulate};

/// In which direction a grant is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// More than was granted.
    OverGrant,
    /// Less than was granted.
    UnderGrant,
}

impl Kind {
    /// The word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OverGrant => "over-grant",
            Self::UnderGrant => "under-grant",
        }
    }
}

/// A request that gets more or less than it is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// In which direction.
    pub kind: Kind,
    /// The asset's id in the artifacts.
    pub asset: String,
    /// The request and what came before it.
    pub scenario: Scenario,
    /// The reading under which it happens.
    pub readings: Readings,
    /// Whether it happens under some readings only.
    pub depends_on_reading: bool,
    /// What the intent says.
    pub expected: String,
    /// What happens.
    pub actual: String,
    /// Why it happens: what decided.
    pub because: String,
}

impl Counterexample {
    /// Says what decided: the last decision of CloudFront or S3 that names a rule or a policy, and for what is blocked
    /// the words of the browser.
    pub(super) fn explain(&mut self, asset: &Asset) {
        if !self.because.is_empty() {
            return;
        }
        let outcome = simulate(asset, &self.scenario, &self.readings, true);
        let steps = outcome.exchanges.iter().flat_map(|e| &e.steps);
        let decided = steps.filter(|step| step.by != Party::Browser && !step.because.is_empty()).last();
        let decided = decided.map(|step| format!("{}: {}", step.what, step.because));
        let said = (outcome.verdict.decision == Decision::Blocked).then_some(outcome.verdict.message);
        self.because = said.into_iter().chain(decided).collect::<Vec<_>>().join("; ");
    }

    /// How much there is to read: earlier requests, headers, and then texts, so that the order is stable.
    pub(super) fn size(&self) -> (Kind, usize, usize, usize, String) {
        let (headers, method, text) = match &self.scenario.asked {
            Asked::Page(request) => {
                (request.headers.len(), method_rank(&request.method), format!("{} {}", request.url, request.origin))
            }
            Asked::Raw(request) => (0, method_rank(&request.method), request.url.to_string()),
        };
        (self.kind, self.scenario.given.len(), headers, method, text)
    }
}

/// Methods that people know come first.
fn method_rank(method: &str) -> usize {
    ["GET", "HEAD", "PUT", "POST", "DELETE"].iter().position(|known| *known == method).unwrap_or(5)
}
