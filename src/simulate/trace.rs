//! What happened, step by step: who decided, by which rule or policy, and where that is written down.

use super::{HttpRequest, HttpResponse};
use crate::deployed::Provenance;

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// The browser.
    Browser,
    /// The distribution.
    CloudFront,
    /// The bucket.
    S3,
    /// A server of the user's own, in place of the bucket.
    Server,
}

impl Party {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::CloudFront => "cloudfront",
            Self::S3 => "s3",
            Self::Server => "server",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who decided.
    pub by: Party,
    /// What was decided: lower case, no final period, text of others in backticks.
    pub what: String,
    /// Why: the rule, the policy, the header that decided. May be empty.
    pub because: String,
    /// Where the behaviour is documented: an address of the Fetch standard or of AWS's pages.
    pub source: &'static str,
    /// Where in the intent the rule or policy comes from.
    pub provenance: Provenance,
}

impl Step {
    /// A step of somebody.
    pub fn new(by: Party, what: impl Into<String>, source: &'static str) -> Self {
        Self { by, what: what.into(), because: String::new(), source, provenance: Provenance::default() }
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, text: impl Into<String>) -> Self {
        self.because = text.into();
        self
    }

    /// Says where in the intent that comes from.
    #[must_use]
    pub fn from(mut self, provenance: &Provenance) -> Self {
        self.provenance = provenance.clone();
        self
    }
}

/// What an exchange is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExchangeKind {
    /// A preflight.
    Preflight,
    /// The request itself.
    Actual,
}

impl ExchangeKind {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::Actual => "actual",
        }
    }
}

/// What the cache of the distribution had to do with an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum CacheUse {
    /// There is no cache on the way.
    #[default]
    None,
    /// The answer came out of the cache.
    Hit,
    /// The answer was not in the cache, and may be now.
    Miss,
    /// The cache was not asked.
    Bypass,
}

impl CacheUse {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Bypass => "bypass",
        }
    }
}

/// A request and its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What it is for.
    pub kind: ExchangeKind,
    /// What the cache had to do with it.
    pub cache: CacheUse,
    /// The request.
    pub request: HttpRequest,
    /// The response.
    pub response: HttpResponse,
    /// The decisions on the way, oldest first; none when the trace is off.
    pub steps: Vec<Step>,
}

/// Collects exchanges and, when it is on, their steps.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    is_on: bool,
    cache: CacheUse,
    steps: Vec<Step>,
    exchanges: Vec<Exchange>,
}

impl Trace {
    /// An empty trace; when it is off, no step is made.
    pub fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    /// Whether steps and messages are wanted.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Adds a decision.
    pub fn step(&mut self, step: impl FnOnce() -> Step) {
        if self.is_on {
            self.steps.push(step());
        }
    }

    /// Says what the cache had to do with the exchange that is under way.
    pub fn cache(&mut self, cache: CacheUse) {
        self.cache = cache;
    }

    /// Ends the exchange that is under way; steps since the last end belong to it.
    pub fn exchange(&mut self, kind: ExchangeKind, request: HttpRequest, response: HttpResponse) {
        let (steps, cache) = (std::mem::take(&mut self.steps), std::mem::take(&mut self.cache));
        self.exchanges.push(Exchange { kind, cache, request, response, steps });
    }

    /// All exchanges. Steps behind the last one are the last one's.
    pub fn into_exchanges(mut self) -> Vec<Exchange> {
        if let Some(last) = self.exchanges.last_mut() {
            last.steps.append(&mut self.steps);
        }
        self.exchanges
    }
}
