//! A request, with a history and a reading, that gets more or less than it is granted; small enough to be read.

use crate::deployed::{Asset, PolicyName};
use crate::simulate::{Asked, Decision, Door, Party, Readings, Scenario, behavior_for, simulate};

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

/// What of a grant is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Whether the page can read the response.
    Response,
    /// Which headers it can read.
    ExposedHeaders,
    /// For how long the preflight is remembered.
    PreflightAge,
    /// Whether cookies may go along.
    Credentials,
    /// Whether what identifies a user reaches the server, and the answer nobody else.
    Users,
    /// Whom the bucket lets in.
    Access,
}

/// A request that gets more or less than it is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// In which direction.
    pub kind: Kind,
    /// What is missed.
    pub about: About,
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
    /// Says what decided: the last decision of CloudFront or S3 about what is wrong, and for what is blocked the words
    /// of the browser.
    pub(super) fn explain(&mut self, asset: &Asset) {
        if !self.because.is_empty() {
            return;
        }
        let outcome = simulate(asset, &self.scenario, &self.readings, true);
        let steps = || outcome.exchanges.iter().flat_map(|e| &e.steps).filter(|step| step.by != Party::Browser);
        let refused = outcome.exchanges.last().is_some_and(|e| e.response.status >= 400);
        let readable = outcome.verdict.decision == Decision::Readable;
        let about = self.decisions(readable, refused);
        let telling = about.iter().find_map(|words| steps().rfind(|step| step.what.contains(words)));
        // That an answer varies is hardly ever why.
        let decided =
            telling.or_else(|| steps().rfind(|step| !step.because.is_empty() && !step.what.contains("`Vary`")));
        let decided = decided.map(|step| {
            let policy = if step.because.contains("the policy") { self.policy(asset) } else { None };
            let policy = policy.map(|name| format!(" (`{name}`)")).unwrap_or_default();
            if step.because.is_empty() { step.what.clone() } else { format!("{}: {}{policy}", step.what, step.because) }
        });
        let is_blocked = outcome.verdict.decision == Decision::Blocked;
        let said = is_blocked.then(|| format!("the console says `{}`", outcome.verdict.message));
        self.because = said.into_iter().chain(decided).collect::<Vec<_>>().join("; ");
    }

    /// Which decisions can be why, by words of their steps; the most telling first.
    fn decisions(&self, readable: bool, refused: bool) -> &'static [&'static str] {
        match self.about {
            About::Credentials => &["`Access-Control-Allow-Credentials"],
            About::Users => &["`Authorization", "the cache"],
            About::ExposedHeaders => &["`Access-Control-Expose-Headers", " by rule "],
            About::PreflightAge => &["`Access-Control-Max-Age", " by rule "],
            About::Response | About::Access if readable && self.kind == Kind::OverGrant => {
                &["`Access-Control-Allow-Origin", " by rule "]
            }
            About::Response | About::Access if refused => &["refuses ", "denies `", "from the cache"],
            About::Response | About::Access => &[],
        }
    }

    /// The response headers policy that has a say in the request.
    fn policy<'a>(&self, asset: &'a Asset) -> Option<&'a str> {
        let url = match &self.scenario.asked {
            Asked::Page(request) => &request.url,
            Asked::Raw(request) => &request.url,
        };
        let behavior = behavior_for(asset.distribution.as_ref()?, &url.path)?;
        match &behavior.response_headers_policy.as_ref()?.name {
            PolicyName::Own(name) | PolicyName::Managed(name) => Some(name.as_str()),
            PolicyName::Inline => None,
        }
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
