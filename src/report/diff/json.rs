//! For programs: version 1, `schemas/diff.v1.schema.json` is the contract.

use super::super::json::pretty;
use super::DiffReport;
use super::words::sentence;
use crate::diff::{Consequence, Layer, Part, Row, What};
use crate::simulate::Door;
use serde::Serialize;

/// The document, pretty-printed, with a newline at its end.
pub fn diff_json(report: &DiffReport<'_>) -> String {
    let replays = report.replays.iter().map(Option::as_deref).chain(std::iter::repeat(None));
    let [before, after] = report.sides;
    let document = Document {
        version: 1,
        before,
        after,
        equal: report.diff.is_empty(),
        changes: report.diff.rows.iter().zip(replays).map(|(row, replay)| entry(row, replay)).collect(),
        consequences: report.diff.consequences.iter().map(effect).collect(),
        unknown: &report.diff.unknown,
        request_classes: report.diff.request_classes,
    };
    pretty(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    before: &'a str,
    after: &'a str,
    equal: bool,
    changes: Vec<Entry<'a>>,
    consequences: Vec<Effect<'a>>,
    unknown: &'a [String],
    request_classes: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    environment: Option<&'a str>,
    asset: &'a str,
    change: &'static str,
    what: &'static str,
    sentence: String,
    origins: Vec<Several<'a>>,
    methods: &'a [String],
    paths: Vec<Several<'a>>,
    doors: Vec<&'static str>,
    request_headers: Vec<Vec<Several<'a>>>,
    exposed_headers: &'a [String],
    depends: Option<&'a str>,
    risks: Vec<&'static str>,
    example: Example<'a>,
    replay: Option<&'a str>,
}

#[derive(Serialize)]
struct Several<'a> {
    all: &'a [String],
    except: &'a [String],
}

#[derive(Serialize)]
struct Example<'a> {
    origin: &'a str,
    method: &'a str,
    path: &'a str,
    door: &'static str,
    headers: &'a [String],
    credentials: bool,
}

#[derive(Serialize)]
struct Effect<'a> {
    name: &'a str,
    environment: Option<&'a str>,
    asset: &'a str,
    at_once: Vec<&'static str>,
    new_cache_entries: Vec<&'static str>,
    invalidate: &'a [String],
}

fn several(parts: &[Part]) -> Vec<Several<'_>> {
    parts.iter().map(|part| Several { all: &part.all, except: &part.except }).collect()
}

fn entry<'a>(row: &'a Row, replay: Option<&'a str>) -> Entry<'a> {
    let (request_headers, exposed_headers): (Vec<Vec<Several<'_>>>, &[String]) = match &row.what {
        What::Requests { header_sets, exposed } => (header_sets.iter().map(|set| several(set)).collect(), exposed),
        What::RequestHeaders(names) | What::HeadersTogether(names) => (vec![several(names)], &[]),
        What::Exposed(names) => (Vec::new(), names),
        What::Credentials => (Vec::new(), &[]),
    };
    let example = &row.witness;
    Entry {
        name: &row.name,
        environment: row.environment.as_deref(),
        asset: &row.asset,
        change: row.change.as_str(),
        what: row.what.as_str(),
        sentence: sentence(row),
        origins: several(&row.origins),
        methods: &row.methods,
        paths: several(&row.paths),
        doors: row.doors.iter().copied().map(Door::as_str).collect(),
        request_headers,
        exposed_headers,
        depends: row.depends.as_deref(),
        risks: row.risks().iter().map(|risk| risk.as_str()).collect(),
        example: Example {
            origin: &example.origin,
            method: &example.method,
            path: &example.path,
            door: example.door.as_str(),
            headers: &example.headers,
            credentials: example.credentials,
        },
        replay,
    }
}

fn effect(consequence: &Consequence) -> Effect<'_> {
    let words = |layers: &[Layer]| layers.iter().map(|layer| layer.as_str()).collect();
    Effect {
        name: &consequence.name,
        environment: consequence.environment.as_deref(),
        asset: &consequence.asset,
        at_once: words(&consequence.at_once),
        new_cache_entries: words(&consequence.new_entries),
        invalidate: &consequence.invalidate,
    }
}
