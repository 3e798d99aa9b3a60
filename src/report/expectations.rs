//! Expectations with what became of them, as text. JSON is version 1: `schemas/expectations.v1.schema.json` is the
//! contract.

use super::json::pretty;
use super::paint::Paint;
use super::printable::printable;
use super::replay::{Subject, replay};
use super::simulation::{SimulationReport, simulation_human};
use crate::compile::Compiled;
use crate::simulate::{Outcome, Readings};
use crate::trial::Trial;
use serde::Serialize;
use serde_json::{Map, Value};

/// One line an expectation, and the whole story of each that does not hold; with ANSI styles when `styled`.
pub fn expectations_human(intent: &Compiled, trials: &[Trial<'_>], styled: bool) -> String {
    let paint = Paint(styled);
    let mut lines = Vec::new();
    for trial in trials {
        let title = trial.expectation.title();
        match trial.failing() {
            None => lines.push(format!("{}    {}", paint.good("ok"), printable(&title))),
            Some(failing) => {
                lines.push(format!("{}  {}", paint.bad("FAIL"), printable(&title)));
                let story = story(intent, trial, failing, styled);
                lines.extend(story.iter().map(|line| format!("      {line}").trim_end().to_owned()));
            }
        }
    }
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn subject(intent: &Compiled) -> Subject<'_> {
    Subject::of(intent.source.name(), intent.environment.as_deref())
}

/// Why an expectation does not hold, line by line.
fn story(intent: &Compiled, trial: &Trial<'_>, failing: &(Readings, Outcome), styled: bool) -> Vec<String> {
    let (readings, outcome) = failing;
    let exposed = trial.expectation.exposed.as_ref().map(|_| outcome.exposed_headers.iter());
    let exposed = exposed.map(|names| names.map(String::as_str).collect());
    let unusual = readings.unusual();
    let replayed = replay(subject(intent), &trial.asset, &trial.scenario, &unusual);
    let mut lines = vec![
        format!("--> {}", printable(&place(intent, trial))),
        format!("expected: {}", wish(trial.expected().as_str(), trial.expected_exposed())),
        format!("actual: {}", printable(&wish(outcome.verdict.decision.as_str(), exposed))),
    ];
    lines.extend(unusual.iter().map(|(name, value)| format!("reading: {name}={value}")));
    lines.extend([format!("replay: {}", printable(&replayed)), String::new()]);
    if let Some(report) = SimulationReport::new(&trial.scenario, std::slice::from_ref(failing), Some(intent)) {
        lines.extend(simulation_human(&report, styled).lines().map(str::to_owned));
    }
    lines.push(String::new());
    lines
}

/// `readable, with etag exposed`
fn wish(decision: &str, exposed: Option<Vec<&str>>) -> String {
    match exposed {
        Some(names) if names.is_empty() => format!("{decision}, with nothing exposed"),
        Some(names) => format!("{decision}, with {} exposed", names.join(", ")),
        None => decision.to_owned(),
    }
}

fn place(intent: &Compiled, trial: &Trial<'_>) -> String {
    let at = intent.source.position(trial.expectation.span.start);
    format!("{}:{}", intent.source.name(), at.line)
}

/// The document, pretty-printed, with a newline at its end.
pub fn expectations_json(intent: &Compiled, trials: &[Trial<'_>]) -> String {
    let failed = trials.iter().filter(|trial| !trial.holds()).count();
    let document = Document {
        version: 1,
        passed: trials.len().saturating_sub(failed),
        failed,
        expectations: trials.iter().map(|trial| expectation(intent, trial)).collect(),
    };
    pretty(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    passed: usize,
    failed: usize,
    expectations: Vec<JsonExpectation<'a>>,
}

#[derive(Serialize)]
struct JsonExpectation<'a> {
    name: String,
    place: String,
    holds: bool,
    expected: Wish<'a>,
    actual: Actual<'a>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    reading: Map<String, Value>,
    replay: String,
}

#[derive(Serialize)]
struct Wish<'a> {
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exposed_headers: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Actual<'a> {
    decision: &'static str,
    reason: &'static str,
    message: &'a str,
    exposed_headers: &'a [String],
}

fn expectation<'a>(intent: &Compiled, trial: &'a Trial<'_>) -> JsonExpectation<'a> {
    let told = trial.failing().or(trial.outcomes.first());
    let unusual = told.map(|(readings, _)| readings.unusual()).unwrap_or_default();
    JsonExpectation {
        name: trial.expectation.title(),
        place: place(intent, trial),
        holds: trial.holds(),
        expected: Wish { decision: trial.expected().as_str(), exposed_headers: trial.expected_exposed() },
        actual: actual(told.map(|(_, outcome)| outcome)),
        reading: unusual.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
        replay: replay(subject(intent), &trial.asset, &trial.scenario, &unusual),
    }
}

/// There is always an outcome; without one nothing would be known.
fn actual(outcome: Option<&Outcome>) -> Actual<'_> {
    match outcome {
        Some(Outcome { verdict, exposed_headers, .. }) => Actual {
            decision: verdict.decision.as_str(),
            reason: verdict.reason.as_str(),
            message: &verdict.message,
            exposed_headers,
        },
        None => Actual { decision: "unknown", reason: "not-modelled", message: "", exposed_headers: &[] },
    }
}
