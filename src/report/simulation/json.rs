//! A simulation as JSON, version 1: `schemas/simulation.v1.schema.json` is the contract.
//!
//! Private types mirror the contract, so that a change of the simulator's own types cannot change it unseen.

use super::super::json::pretty;
use super::SimulationReport;
use crate::simulate::{Exchange, HttpRequest, HttpResponse, Outcome, Readings};
use serde::Serialize;
use serde_json::{Map, Value};

/// The document, pretty-printed, with a newline at its end.
pub fn simulation_json(report: &SimulationReport<'_>) -> String {
    let outcome = report.outcome;
    let document = Document {
        version: 1,
        verdict: verdict(outcome),
        exposed_headers: &outcome.exposed_headers,
        exchanges: outcome.exchanges.iter().map(|e| exchange(report, e)).collect(),
        preflight_max_age: outcome.preflight_max_age,
        readings: report.differing.iter().map(|(readings, outcome)| differing(readings, outcome)).collect(),
    };
    pretty(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    verdict: Verdict<'a>,
    exposed_headers: &'a [String],
    exchanges: Vec<JsonExchange<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preflight_max_age: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    readings: Vec<Differing<'a>>,
}

#[derive(Serialize)]
struct Verdict<'a> {
    decision: &'static str,
    reason: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonExchange<'a> {
    kind: &'static str,
    cache: &'static str,
    request: Request<'a>,
    response: Response,
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Request<'a> {
    method: &'a str,
    url: String,
    headers: Map<String, Value>,
}

#[derive(Serialize)]
struct Response {
    status: u16,
    headers: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Map<String, Value>>,
}

#[derive(Serialize)]
struct Step<'a> {
    by: &'static str,
    what: &'a str,
    because: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    intent: Vec<String>,
}

#[derive(Serialize)]
struct Differing<'a> {
    reading: Map<String, Value>,
    verdict: Verdict<'a>,
    exposed_headers: &'a [String],
}

fn verdict(outcome: &Outcome) -> Verdict<'_> {
    let verdict = &outcome.verdict;
    Verdict { decision: verdict.decision.as_str(), reason: verdict.reason.as_str(), message: &verdict.message }
}

fn exchange<'a>(report: &SimulationReport<'_>, exchange: &'a Exchange) -> JsonExchange<'a> {
    let steps = exchange.steps.iter().map(|step| Step {
        by: step.by.as_str(),
        what: &step.what,
        because: &step.because,
        source: step.source,
        intent: report.places(&step.provenance),
    });
    JsonExchange {
        kind: exchange.kind.as_str(),
        cache: exchange.cache.as_str(),
        request: request(&exchange.request),
        response: response(&exchange.response),
        steps: steps.collect(),
    }
}

fn request(request: &HttpRequest) -> Request<'_> {
    Request { method: &request.method, url: request.url.to_string(), headers: combined(request.headers.iter()) }
}

fn response(response: &HttpResponse) -> Response {
    let error = response.error.as_ref().map(|error| {
        let words = [("code", &*error.code), ("message", &*error.message)];
        let details = error.details.iter().map(|(name, value)| (*name, value.as_str()));
        words.into_iter().chain(details).map(|(name, value)| (name.to_owned(), value.into())).collect()
    });
    Response { status: response.status, headers: combined(response.headers.iter()), error }
}

/// Headers by name, as the first of that name is spelled; the values of several are joined.
/// <https://fetch.spec.whatwg.org/#concept-header-list-get>
pub(in crate::report) fn combined<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> Map<String, Value> {
    let mut combined: Vec<(&str, String)> = Vec::new();
    for (name, value) in headers {
        match combined.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, values)) => {
                values.push_str(", ");
                values.push_str(value);
            }
            None => combined.push((name, value.to_owned())),
        }
    }
    combined.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

fn differing<'a>(readings: &Readings, outcome: &'a Outcome) -> Differing<'a> {
    let reading = readings.unusual().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    Differing { reading, verdict: verdict(outcome), exposed_headers: &outcome.exposed_headers }
}
