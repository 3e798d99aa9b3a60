//! Findings as JSON, version 1: `schemas/diagnostics.v1.schema.json` is the contract.
//!
//! Private types mirror the contract, so that a change of the compiler's own types cannot change it unseen.

use super::Report;
use super::printable::is_unprintable;
use crate::compile::Choice;
use crate::diagnostic::{Diagnostic, Label};
use crate::source::{SourceFile, Span};
use serde::Serialize;
use std::fmt::Write as _;

/// The document, pretty-printed, with a newline at its end.
pub fn json(report: &Report<'_>) -> String {
    let counts = report.counts();
    let document = Document {
        version: 1,
        findings: report
            .files
            .iter()
            .flat_map(|file| file.diagnostics.iter().map(|d| finding(file.source, d)))
            .collect(),
        choices: report
            .files
            .iter()
            .flat_map(|file| file.choices.iter().map(|choice| choice_of(file.source, choice)))
            .collect(),
        unreadable: report.unreadable.iter().map(|(file, message)| Unreadable { file, message }).collect(),
        summary: Summary {
            files: report.files.len() + report.unreadable.len(),
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
        },
    };
    pretty(&document)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    choices: Vec<JsonChoice<'a>>,
    unreadable: Vec<Unreadable<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    file: &'a str,
    severity: &'static str,
    code: &'static str,
    kind: &'static str,
    message: &'a str,
    primary: Place<'a>,
    related: Vec<Place<'a>>,
    help: &'a [String],
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    label: &'a str,
    #[serde(flatten)]
    range: Range,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    replacement: &'a str,
    safe: bool,
    #[serde(flatten)]
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    byte: usize,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct JsonChoice<'a> {
    file: &'a str,
    subject: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    file: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

fn finding<'a>(source: &'a SourceFile, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let place = |label: &'a Label| Place { label: &label.text, range: range(source, label.span) };
    Finding {
        file: source.name(),
        severity: diagnostic.severity.as_str(),
        code: diagnostic.code.id,
        kind: diagnostic.code.kind.as_str(),
        message: &diagnostic.message,
        primary: place(&diagnostic.primary),
        related: diagnostic.related.iter().map(place).collect(),
        help: &diagnostic.help,
        fix: diagnostic.fix.as_ref().map(|fix| JsonFix {
            replacement: &fix.replacement,
            safe: fix.is_safe,
            range: range(source, fix.span),
        }),
    }
}

fn choice_of<'a>(source: &'a SourceFile, choice: &'a Choice) -> JsonChoice<'a> {
    JsonChoice { file: source.name(), subject: &choice.subject, text: &choice.text }
}

fn range(source: &SourceFile, span: Span) -> Range {
    let point = |byte| {
        let at = source.position(byte);
        Point { byte, line: at.line, column: at.column }
    };
    Range { start: point(span.start), end: point(span.end) }
}

/// A document, pretty-printed, with a newline at its end. Strings, integers and lists under string keys always serialize.
pub(super) fn pretty(document: &impl Serialize) -> String {
    ascii_controls(&serde_json::to_string_pretty(document).unwrap_or_default()) + "\n"
}

/// Writes as `\uXXXX` what JSON leaves raw and a terminal would obey: C1 controls, DEL, bidirectional controls.
/// Such characters stand only in strings here, because the frame is ASCII; the newlines are the frame's own.
fn ascii_controls(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character != '\n' && is_unprintable(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out
}
