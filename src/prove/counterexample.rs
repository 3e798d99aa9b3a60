//! A request, with a history and a reading, that gets more or less than it is granted; small enough to be read.

use crate::deployed::Asset;
use crate::simulate::{Asked, Decision, Door, Party, Readings, Scenario, Step, simulate};

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
        let steps = || outcome.exchanges.iter().flat_map(|e| &e.steps).filter(|step| step.by != Party::Browser);
        let speaks =
            |step: &&Step| step.what.contains("`Access-Control-Allow-Origin`") || step.what.contains(" by rule ");
        let readable = outcome.verdict.decision == Decision::Readable;
        let spoken = steps().rfind(speaks).filter(|_| readable);
        let decided = spoken.or_else(|| steps().rfind(|step| !step.because.is_empty()));
        let decided = decided.map(|step| {
            if step.because.is_empty() { step.what.clone() } else { format!("{}: {}", step.what, step.because) }
        });
        let said = (outcome.verdict.decision == Decision::Blocked).then_some(outcome.verdict.message);
        self.because = said.into_iter().chain(decided).collect::<Vec<_>>().join("; ");
    }

    /// How much there is to read: earlier requests, headers, then the usual door and method, then texts, so that the
    /// order is stable.
    pub(super) fn size(&self) -> (Kind, usize, usize, Door, usize, String) {
        let (headers, method, url, origin) = match &self.scenario.asked {
            Asked::Page(request) => (request.headers.len(), &request.method, &request.url, request.origin.as_str()),
            Asked::Raw(request) => (0, &request.method, &request.url, ""),
        };
        (self.kind, self.scenario.given.len(), headers, url.door, method_rank(method), format!("{url} {origin}"))
    }
}

/// Methods that people know come first.
fn method_rank(method: &str) -> usize {
    ["GET", "HEAD", "PUT", "POST", "DELETE"].iter().position(|known| *known == method).unwrap_or(5)
}
