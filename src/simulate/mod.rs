//! What a browser, CloudFront and S3 do with one request, after a given history. Three models that have never heard
//! of intents: they answer from a [`crate::deployed::Deployed`] alone.
//!
//! Behaviour of AWS that nobody has confirmed is a named reading ([`readings`]); `docs/model.md` lists what is
//! modelled, with the evidence for each line.

pub mod browser;
pub mod cache;
pub mod cloudfront;
mod forward;
pub mod function;
mod glob;
mod paths;
pub mod policy;
mod policy_origins;
pub mod readings;
pub mod s3;
pub mod server;
mod server_contract;
pub mod signed;
pub mod trace;
pub mod words;

pub use browser::{Decision, PageRequest, Reason, Verdict};
pub use paths::behavior_for;
pub use readings::{Reading, Readings};
pub use server::Server;
pub use trace::{CacheUse, Exchange, ExchangeKind, Party, Step, Trace};

use crate::deployed::Asset;
pub use crate::fetch::CredentialsMode;
use crate::fetch::HeaderList;
use server::Audience;
use smol_str::{SmolStr, ToSmolStr, format_smolstr};
use std::borrow::Cow;

/// Where a URL leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// The distribution in front of the bucket.
    Distribution,
    /// The bucket's own host, or the server's.
    Bucket,
    /// A distribution of somebody else that names the bucket as its origin, with an origin access control.
    ForeignDistribution,
}

impl Door {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Distribution => "cdn",
            Self::Bucket => "s3",
            Self::ForeignDistribution => "other-distribution",
        }
    }
}

/// The address of an object, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    /// Whether it is `https`; `http` otherwise.
    pub is_https: bool,
    /// Where it leads to.
    pub door: Door,
    /// The host, for messages.
    pub host: SmolStr,
    /// The path, from `/`.
    pub path: SmolStr,
    /// What stands behind `?`.
    pub query: Option<SmolStr>,
}

impl Url {
    /// The URL of a path of an asset through a door. A host that nobody told is `ASSET.cdn.invalid`.
    pub fn new(asset: &Asset, door: Door, path: &str) -> Self {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query.to_smolstr())));
        Self { is_https: true, door, host: host(asset, door), path: path.to_smolstr(), query }
    }

    /// The URL as somebody has it who may read there: signed, where CloudFront asks for a signature.
    pub fn for_reader(asset: &Asset, door: Door, path: &str) -> Self {
        let url = Self::new(asset, door, path);
        let distribution = asset.distribution.as_ref().filter(|_| door == Door::Distribution);
        let behavior = distribution.and_then(|distribution| behavior_for(distribution, &url.path));
        match behavior.filter(|behavior| !behavior.trusted_key_groups.is_empty()) {
            Some(_) => Self { query: Some(SmolStr::new_static(signed::SIGNED_QUERY)), ..url },
            None => url,
        }
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.host, self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

/// The host that a door of an asset answers to.
pub fn host(asset: &Asset, door: Door) -> SmolStr {
    let distribution = asset.distribution.as_ref();
    match door {
        Door::Distribution => {
            let alias = distribution.and_then(|d| d.aliases.first()).map(SmolStr::from);
            alias.unwrap_or_else(|| format_smolstr!("{}.cdn.invalid", asset.id))
        }
        Door::ForeignDistribution => SmolStr::new_static("foreign.cdn.invalid"),
        Door::Bucket => {
            if let Some(custom) = asset.custom_origin() {
                return custom.domain_name.to_smolstr();
            }
            let name = asset.bucket.name.as_deref().unwrap_or(&asset.id);
            let Some(region) = &asset.bucket.region else { return format_smolstr!("{name}.s3.amazonaws.com") };
            let suffix = crate::aws::partition::Partition::of_region(region).dns_suffix();
            format_smolstr!("{name}.s3.{region}.{suffix}")
        }
    }
}

/// One HTTP request on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: SmolStr,
    /// The address.
    pub url: Url,
    /// The headers that matter here.
    pub headers: HeaderList,
}

/// One HTTP response on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The headers that matter here, in the order in which they are sent.
    pub headers: HeaderList,
    /// What the body of an error says.
    pub error: Option<ErrorBody>,
    /// Who made it: a response that CloudFront makes itself carries nothing of the asset.
    pub by: Party,
}

/// What the body of an error of S3 or CloudFront says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorBody {
    /// `Code`.
    pub code: Cow<'static, str>,
    /// `Message`.
    pub message: Cow<'static, str>,
    /// Further elements of S3's XML: `Method`, `ResourceType`.
    pub details: Vec<(&'static str, String)>,
}

/// Who sent an earlier request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visitor {
    /// Another visitor: the answer may be in CloudFront's cache.
    Another,
    /// The same browser: the answer may also be in its own cache.
    SameBrowser,
}

/// A request of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Who sent it.
    pub visitor: Visitor,
    /// As it was sent; `Origin` is among its headers where there is one.
    pub request: HttpRequest,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A request of a page: the browser decides whether a preflight goes first.
    Page(PageRequest),
    /// One request as it stands.
    Raw(HttpRequest),
}

/// A request and what came before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The requests of the history, oldest first.
    pub given: Vec<Earlier>,
    /// The request.
    pub asked: Asked,
    /// Whether the object exists.
    pub object_exists: bool,
    /// The rule that S3 gets first, as an index; `None` leaves the rules in their order. For what keeps no order.
    pub first_rule: Option<usize>,
}

impl Scenario {
    /// A request without a history, for an object that is there.
    pub fn of(asked: Asked) -> Self {
        Self { given: Vec::new(), asked, object_exists: true, first_rule: None }
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the page may read the response, and what the browser says otherwise.
    pub verdict: Verdict,
    /// Names of the response headers that the page may read beside the safelisted ones, lower case, sorted.
    pub exposed_headers: Vec<String>,
    /// For how long the browser may remember the preflight, seconds, before its own cap; `None` without a preflight.
    pub preflight_max_age: Option<u64>,
    /// All exchanges, those of the history left out.
    pub exchanges: Vec<Exchange>,
    /// The readings that had a say.
    pub consulted: Vec<Reading>,
}

/// The door at which a page knocks with a method: the distribution where there is one, the bucket's own host for
/// methods that the distribution does not take on that path.
pub fn default_door(asset: &Asset, method: &str, path: &str) -> Door {
    let Some(distribution) = &asset.distribution else { return Door::Bucket };
    if distribution.custom_origin.is_some() {
        return Door::Distribution;
    }
    let takes = || {
        let behavior = cloudfront::behavior_for(distribution, path);
        behavior.is_some_and(|behavior| behavior.allowed_methods.iter().any(|allowed| allowed == method))
    };
    let reads = matches!(method, "GET" | "HEAD" | "OPTIONS");
    if reads || takes() { Door::Distribution } else { Door::Bucket }
}

impl Server<'_> {
    /// Answers a request; the cache may remember the answer.
    pub fn respond(&mut self, request: &HttpRequest, trace: &mut Trace) -> HttpResponse {
        match (request.url.door, &self.asset.distribution) {
            (Door::Distribution, Some(distribution)) => cloudfront::respond(self, distribution, request, trace),
            (Door::ForeignDistribution, _) => cloudfront::respond_foreign(self, request, trace),
            (Door::Bucket, Some(distribution)) if let Some(custom) = &distribution.custom_origin => {
                server_contract::respond(custom, self.readings, self.object_exists, request, trace)
            }
            (Door::Bucket | Door::Distribution, _) => {
                let client = s3::Client::Direct;
                s3::respond(&self.asset.bucket, self.readings, client, self.object_exists, request, trace)
            }
        }
    }
}

/// What becomes of a request under one reading of what is not confirmed. `traced` adds the steps of each exchange.
pub fn simulate(asset: &Asset, scenario: &Scenario, readings: &Readings, traced: bool) -> Outcome {
    let reordered = scenario.first_rule.map(|first| with_first_rule(asset, first));
    let mut server = Server::new(reordered.as_ref().unwrap_or(asset), readings, scenario.object_exists);
    let mut browser = browser::Browser::default();
    readings.forget_consulted();
    for earlier in &scenario.given {
        let mut trace = Trace::new(false);
        server.audience = match earlier.visitor {
            Visitor::Another => Audience::Nobody,
            Visitor::SameBrowser => Audience::BrowserCache,
        };
        let response = server.respond(&earlier.request, &mut trace);
        if earlier.visitor == Visitor::SameBrowser {
            browser.remember(&earlier.request, &response);
        }
    }
    server.audience = Audience::Page;
    if let Asked::Page(request) = &scenario.asked {
        server.has_signed_cookies = request.credentials == CredentialsMode::Include;
    }
    let mut trace = Trace::new(traced);
    let fetched = match &scenario.asked {
        Asked::Page(request) => browser.fetch(request, readings, &mut trace, &mut |r, t| server.respond(r, t)),
        Asked::Raw(request) => browser::raw(request, &mut trace, &mut |r, t| server.respond(r, t)),
    };
    Outcome {
        verdict: fetched.verdict,
        exposed_headers: fetched.exposed_headers,
        preflight_max_age: fetched.preflight_max_age,
        exchanges: trace.into_exchanges(),
        consulted: readings.consulted(),
    }
}

/// The same asset with one of its rules in front of the others.
fn with_first_rule(asset: &Asset, first: usize) -> Asset {
    let mut asset = asset.clone();
    if let Some(cors) = &mut asset.bucket.cors
        && first < cors.rules.len()
    {
        let rule = cors.rules.remove(first);
        cors.rules.insert(0, rule);
    }
    asset
}

/// What becomes of a request under every reading that has a say. The first outcome is that of `readings` itself;
/// readings that are `fixed` keep the value they have there.
pub fn simulate_readings(
    asset: &Asset,
    scenario: &Scenario,
    readings: &Readings,
    fixed: &[Reading],
    traced: bool,
) -> Vec<(Readings, Outcome)> {
    let mut done: Vec<(Readings, Outcome)> = Vec::new();
    let mut todo = vec![readings.clone()];
    while let Some(next) = todo.pop() {
        if done.iter().any(|(known, _)| *known == next) {
            continue;
        }
        let outcome = simulate(asset, scenario, &next, traced);
        for &reading in outcome.consulted.iter().filter(|reading| !fixed.contains(reading)) {
            todo.extend(next.alternatives(reading));
        }
        done.push((next, outcome));
    }
    done
}
