//! Scenarios and outcomes in one line each. `A` and `B` stand for the origins of `estate.rs`.

use super::estate::{A, B};
use corsynth::deployed::Asset;
use corsynth::fetch::{CredentialsMode, HeaderList};
use corsynth::simulate::{
    Asked, Door, Earlier, Exchange, HttpRequest, Outcome, PageRequest, Party, Reading, Readings, Scenario, Url,
    Visitor, default_door, simulate,
};

/// The request of a line: `METHOD PATH [NAME=VALUE | WORD]...`. `origin=`, `acrm=`, `acrh=` and other names are
/// headers; the words are `http`, `bucket` and `foreign` for where it goes, and `include`, `upload` for a page's.
struct Line<'l> {
    method: &'l str,
    path: &'l str,
    headers: Vec<(&'l str, &'l str)>,
    words: Vec<&'l str>,
}

impl<'l> Line<'l> {
    fn read(line: &'l str) -> Self {
        let mut parts = line.split_whitespace();
        let (method, path) = (parts.next().expect("a method"), parts.next().expect("a path"));
        let (pairs, words): (Vec<_>, Vec<_>) = parts.partition(|part| part.contains('='));
        let headers = pairs.into_iter().map(|pair| pair.split_once('=').expect("a pair"));
        Self { method, path, headers: headers.map(|(name, value)| (spelled(name), origin(value))).collect(), words }
    }

    fn url(&self, asset: &Asset) -> Url {
        let door = match self.words.as_slice() {
            words if words.contains(&"bucket") => Door::Bucket,
            words if words.contains(&"foreign") => Door::ForeignDistribution,
            _ => default_door(asset, self.method, self.path),
        };
        Url { is_https: !self.words.contains(&"http"), ..Url::new(asset, door, self.path) }
    }

    fn raw(&self, asset: &Asset) -> HttpRequest {
        let headers: HeaderList =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpRequest { method: self.method.into(), url: self.url(asset), headers }
    }

    fn page(&self, asset: &Asset) -> PageRequest {
        let origin = self.headers.iter().find(|(name, _)| *name == "Origin").expect("a page has an origin").1;
        let others = self.headers.iter().filter(|(name, _)| *name != "Origin");
        let include = self.words.contains(&"include");
        PageRequest {
            origin: origin.into(),
            method: self.method.into(),
            url: self.url(asset),
            headers: others.map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))).collect(),
            credentials: if include { CredentialsMode::Include } else { CredentialsMode::SameOrigin },
            use_cors_preflight: self.words.contains(&"upload"),
        }
    }
}

fn spelled(name: &str) -> &str {
    match name {
        "origin" => "Origin",
        "acrm" => "Access-Control-Request-Method",
        "acrh" => "Access-Control-Request-Headers",
        other => other,
    }
}

fn origin(value: &str) -> &str {
    match value {
        "A" => A,
        "B" => B,
        other => other,
    }
}

/// A scenario: lines of the history, `same` in front for the same browser, then what is asked, `raw` in front for a
/// request as it stands. `missing` at the end of that line: the object does not exist.
pub(super) fn scenario(asset: &Asset, given: &[&str], asked: &str) -> Scenario {
    let earlier = |line: &&str| {
        let (visitor, line) = match line.strip_prefix("same ") {
            Some(line) => (Visitor::SameBrowser, line),
            None => (Visitor::Another, *line),
        };
        Earlier { visitor, request: Line::read(line).raw(asset) }
    };
    let asked_line = asked.strip_prefix("raw ");
    let line = Line::read(asked_line.unwrap_or(asked));
    Scenario {
        given: given.iter().map(earlier).collect(),
        asked: if asked_line.is_some() { Asked::Raw(line.raw(asset)) } else { Asked::Page(line.page(asset)) },
        object_exists: !line.words.contains(&"missing"),
        first_rule: None,
    }
}

/// Readings with these answers: `NAME=VALUE`.
pub(super) fn readings(answers: &[&str]) -> Readings {
    answers.iter().fold(Readings::default(), |readings, answer| {
        let (name, value) = answer.split_once('=').expect("NAME=VALUE");
        readings.with(Reading::named(name).expect(name), value).expect(answer)
    })
}

/// What becomes of a scenario.
pub(super) fn outcome(asset: &Asset, given: &[&str], asked: &str, answers: &[&str]) -> Outcome {
    simulate(asset, &scenario(asset, given, asked), &readings(answers), false)
}

/// An outcome in one line: each exchange, then the verdict.
pub(super) fn told(outcome: &Outcome) -> String {
    let exchanges = outcome.exchanges.iter().map(exchange);
    let verdict = format!("{} {}", outcome.verdict.decision.as_str(), outcome.verdict.reason.as_str());
    exchanges.chain([verdict]).collect::<Vec<_>>().join(" -> ")
}

/// `KIND CACHE STATUS [ERROR] [by cloudfront] [NAME=VALUE]...`; the `Vary` of S3 is `vary=S3`.
fn exchange(exchange: &Exchange) -> String {
    let response = &exchange.response;
    let mut parts = vec![exchange.kind.as_str().to_owned(), exchange.cache.as_str().to_owned()];
    parts.push(response.status.to_string());
    parts.extend(response.error.as_ref().map(|error| error.code.to_string()));
    if response.by == Party::CloudFront {
        parts.push("by-cloudfront".to_owned());
    }
    for (short, name) in [
        ("location", "Location"),
        ("acao", "Access-Control-Allow-Origin"),
        ("acac", "Access-Control-Allow-Credentials"),
        ("acam", "Access-Control-Allow-Methods"),
        ("acah", "Access-Control-Allow-Headers"),
        ("aceh", "Access-Control-Expose-Headers"),
        ("age", "Access-Control-Max-Age"),
        ("vary", "Vary"),
        ("x-robots-tag", "X-Robots-Tag"),
    ] {
        if let Some(value) = response.headers.get(name) {
            let value = value.replace(", ", ",");
            let value = value.replace("Origin,Access-Control-Request-Headers,Access-Control-Request-Method", "S3");
            parts.push(format!("{short}={value}"));
        }
    }
    parts.join(" ").replace(A, "A").replace(B, "B")
}
