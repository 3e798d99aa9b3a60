//! What a proof found, as text. JSON is version 1: `schemas/proof.v1.schema.json` is the contract.

use super::json::pretty;
use super::paint::Paint;
use super::printable::printable;
use super::replay::{Subject, replay};
use super::simulation::combined;
use crate::deployed::Asset;
use crate::simulate::words::Words;
use crate::simulate::{Asked, Door, Earlier, Scenario, Visitor};
use serde::Serialize;
use serde_json::{Map, Value};

/// A person mends the first ones first.
const MOST_TOLD: usize = 10;

/// What a proof found.
#[derive(Debug, Clone)]
pub struct ProofReport<'a> {
    /// What was judged.
    pub subject: Subject<'a>,
    /// Whether exactly the intent is granted.
    pub proved: bool,
    /// How many requests stand for all.
    pub request_classes: usize,
    /// How many histories stand for all.
    pub histories: usize,
    /// Requests that are granted and should not be, or the other way round.
    pub counterexamples: Vec<CounterexampleReport<'a>>,
    /// What is worth knowing.
    pub notes: &'a [String],
    /// What has a say and is not modelled; with any of it, nothing is proved.
    pub unknown: &'a [String],
    /// The formats that were judged.
    pub formats: &'a [String],
}

/// A request that is granted and should not be, or the other way round.
#[derive(Debug, Clone)]
pub struct CounterexampleReport<'a> {
    /// `over-grant` or `under-grant`.
    pub kind: &'static str,
    /// The asset.
    pub asset: &'a Asset,
    /// The request and its history.
    pub scenario: &'a Scenario,
    /// What the intent says.
    pub expected: &'a str,
    /// What happens.
    pub actual: &'a str,
    /// Which rule or policy decided.
    pub because: &'a str,
    /// The readings under which it happens, where they are not the favoured ones.
    pub readings: Vec<(&'a str, &'a str)>,
}

/// The document, pretty-printed, with a newline at its end.
pub fn proof_json(report: &ProofReport<'_>) -> String {
    let document = Document {
        version: 1,
        proved: report.proved,
        request_classes: report.request_classes,
        histories: report.histories,
        counterexamples: report.counterexamples.iter().map(|found| counterexample(report.subject, found)).collect(),
        notes: report.notes,
        unknown: report.unknown,
        formats: report.formats,
    };
    pretty(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    proved: bool,
    request_classes: usize,
    histories: usize,
    counterexamples: Vec<Counterexample<'a>>,
    notes: &'a [String],
    unknown: &'a [String],
    formats: &'a [String],
}

#[derive(Serialize)]
struct Counterexample<'a> {
    kind: &'static str,
    request: Request<'a>,
    given: Vec<Given<'a>>,
    expected: &'a str,
    actual: &'a str,
    because: &'a str,
    replay: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    reading: Map<String, Value>,
}

#[derive(Serialize)]
struct Request<'a> {
    origin: Option<&'a str>,
    method: &'a str,
    url: String,
    headers: Map<String, Value>,
    credentials: Option<&'static str>,
    use_cors_preflight: bool,
    object_exists: bool,
}

#[derive(Serialize)]
struct Given<'a> {
    method: &'a str,
    url: String,
    headers: Map<String, Value>,
    same_browser: bool,
}

fn counterexample<'a>(subject: Subject<'_>, found: &CounterexampleReport<'a>) -> Counterexample<'a> {
    Counterexample {
        kind: found.kind,
        request: request(found.scenario),
        given: found.scenario.given.iter().map(given).collect(),
        expected: found.expected,
        actual: found.actual,
        because: found.because,
        replay: replay(subject, found.asset, found.scenario, &found.readings),
        reading: found.readings.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
    }
}

fn request(scenario: &Scenario) -> Request<'_> {
    let object_exists = scenario.object_exists;
    match &scenario.asked {
        Asked::Page(page) => Request {
            origin: Some(&page.origin),
            method: &page.method,
            url: page.url.to_string(),
            headers: page.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect(),
            credentials: Some(page.credentials.as_str()),
            use_cors_preflight: page.use_cors_preflight,
            object_exists,
        },
        Asked::Raw(raw) => Request {
            origin: raw.headers.first("origin"),
            method: &raw.method,
            url: raw.url.to_string(),
            headers: combined(raw.headers.iter()),
            credentials: None,
            use_cors_preflight: false,
            object_exists,
        },
    }
}

fn given(earlier: &Earlier) -> Given<'_> {
    Given {
        method: &earlier.request.method,
        url: earlier.request.url.to_string(),
        headers: combined(earlier.request.headers.iter()),
        same_browser: earlier.visitor == Visitor::SameBrowser,
    }
}

/// The report, with a newline at its end; with ANSI styles when `styled`.
pub fn proof_human(report: &ProofReport<'_>, styled: bool) -> String {
    let paint = Paint(styled);
    let judged = match report.subject {
        Subject::Intent(path) => format!("`{path}`"),
        Subject::Environment(path, name) => format!("`{path}` in `{name}`"),
        Subject::Artifacts(path) => format!("`{path}` ({})", report.formats.join(", ")),
    };
    let verdict = if report.proved {
        paint.good("proved")
    } else if report.counterexamples.is_empty() {
        paint.doubtful("unknown")
    } else {
        paint.bad("refuted")
    };
    let counts = format!(
        "{}, {}",
        counted(report.request_classes, "class of requests", "classes of requests"),
        counted(report.histories, "history", "histories")
    );
    let sentence = match (report.proved, report.counterexamples.len()) {
        (true, _) => "grants exactly the intent".to_owned(),
        (false, 0) => "may or may not grant exactly the intent".to_owned(),
        (false, count) => {
            format!("does not grant exactly the intent: {}", counted(count, "counterexample", "counterexamples"))
        }
    };
    let mut lines = vec![format!("{verdict}: {} {sentence} ({counts})", printable(&judged))];
    for found in report.counterexamples.iter().take(MOST_TOLD) {
        tell(&mut lines, report.subject, found, paint);
    }
    if let Some(more) = report.counterexamples.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        lines.extend([String::new(), format!("and {more} more, of which `--output-format json` tells")]);
    }
    let has_remarks = !(report.unknown.is_empty() && report.notes.is_empty());
    lines.extend((has_remarks && !report.counterexamples.is_empty()).then(String::new));
    for (word, texts) in [("unknown", report.unknown), ("note", report.notes)] {
        lines.extend(texts.iter().map(|text| format!("{}: {}", paint.doubtful(word), printable(text))));
    }
    lines.join("\n") + "\n"
}

fn tell(lines: &mut Vec<String>, subject: Subject<'_>, found: &CounterexampleReport<'_>, paint: Paint) {
    let words = Words::telling(found.asset, found.scenario);
    let origin = words.origin.as_deref().map_or_else(String::new, |origin| format!(" from `{origin}`"));
    let request = format!("`{} {}`{origin}", words.method, words.url);
    lines.push(String::new());
    lines.push(format!("{}: {}", paint.bad(found.kind), printable(&request)));
    let rule = words.first_rule.map(|number| number.to_string());
    let door = words.via.map(Door::as_str).map(|door| ("via", door));
    let door = door.into_iter().chain(rule.as_deref().map(|number| ("first rule", number)));
    let headers = words.headers.iter().map(|header| ("with", header.as_str()));
    let given = words.given.iter().map(|given| ("given", given.as_str()));
    let told = [("expected", found.expected), ("actual", found.actual), ("because", found.because)];
    let readings: Vec<_> = found.readings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let readings = readings.iter().map(|reading| ("reading", reading.as_str()));
    for (name, text) in
        door.chain(headers).chain(given).chain(told).chain(readings).filter(|(_, text)| !text.is_empty())
    {
        lines.push(format!("  {}: {}", paint.bold(name), printable(text)));
    }
    let command = replay(subject, found.asset, found.scenario, &found.readings);
    lines.push(format!("  {}: {}", paint.bold("replay"), printable(&command)));
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
