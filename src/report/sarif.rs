//! Findings as SARIF 2.1.0, for code scanning and editors.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>; private types hold as much of it as is
//! written.

use super::fingerprint::fingerprints;
use super::json::pretty;
use super::printable::told;
use super::{FileReport, Report};
use crate::WEBSITE;
use crate::diagnostic::{Code, Diagnostic, Fix, Kind, Label};
use crate::source::{SourceFile, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::collections::BTreeMap;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stands for itself in the path of a URI, and `/`. <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The log of one run.
pub fn sarif(report: &Report<'_>) -> String {
    let codes = codes(report);
    let indices: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(index, code)| (code.id, index)).collect();
    pretty(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "corsynth",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: WEBSITE,
                    rules: codes.iter().map(|code| rule(code)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: report.unreadable.is_empty(),
                tool_execution_notifications: report.unreadable.iter().map(notification).collect(),
            }],
            column_kind: "unicodeCodePoints",
            results: report.files.iter().flat_map(|file| results(file, &indices)).collect(),
        }],
    })
}

/// The codes that occur, by id.
fn codes(report: &Report<'_>) -> Vec<&'static Code> {
    let found = report.files.iter().flat_map(|file| file.diagnostics);
    let codes: BTreeMap<&str, &'static Code> = found.map(|diagnostic| (diagnostic.code.id, diagnostic.code)).collect();
    codes.into_values().collect()
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<ScanResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help_uri: String,
    help: Help,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    locations: [Location; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScanResult {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<ScanFix>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "corsynth/v1")]
    corsynth: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScanFix {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Message>,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: [Replacement; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Content,
}

#[derive(Serialize)]
struct Content {
    text: String,
}

fn rule(code: &Code) -> Rule {
    let page = code.url();
    let kind = match code.kind {
        Kind::Invalid => "not well-formed, so it says nothing",
        Kind::Forbidden => "well-formed, but AWS or the Fetch standard says no",
        Kind::Discouraged => "legal, but corsynth advises against it",
    };
    Rule {
        id: code.id,
        short_description: message(code.summary),
        full_description: message(&format!("{} ({kind})", code.summary)),
        help: Help { text: format!("Explained at {page}"), markdown: format!("Explained at [{}]({page})", code.id) },
        help_uri: page,
        default_configuration: Configuration { level: code.severity.as_str() },
        properties: RuleProperties { kind: code.kind.as_str() },
    }
}

fn notification((file, reason): &(String, String)) -> Notification {
    Notification { level: "error", message: message(reason), locations: [location(file, None, None)] }
}

fn results(file: &FileReport<'_>, indices: &BTreeMap<&str, usize>) -> Vec<ScanResult> {
    let source = file.source;
    let result = |(diagnostic, fingerprint): (&Diagnostic, String)| ScanResult {
        rule_id: diagnostic.code.id,
        rule_index: indices.get(diagnostic.code.id).copied(),
        level: diagnostic.severity.as_str(),
        message: message(&sentence(diagnostic)),
        locations: [labelled(source, &diagnostic.primary)],
        related_locations: numbered(source, &diagnostic.related),
        partial_fingerprints: Fingerprints { corsynth: fingerprint },
        fixes: diagnostic.fix.iter().map(|fix| scan_fix(source, diagnostic, fix)).collect(),
    };
    file.diagnostics.iter().zip(fingerprints(file)).map(result).collect()
}

/// What is wrong and what to do: a viewer shows nothing else.
fn sentence(diagnostic: &Diagnostic) -> String {
    let mut lines = vec![told(&diagnostic.message)];
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {}", told(help))));
    lines.join("\n")
}

fn labelled(source: &SourceFile, label: &Label) -> Location {
    let text = Some(&label.text).filter(|text| !text.is_empty());
    location(source.name(), Some(region(source, label.span)), text.map(|text| message(&told(text))))
}

/// The places that explain the first; a number makes each of them one that can be linked to.
fn numbered(source: &SourceFile, labels: &[Label]) -> Vec<Location> {
    let labels = labels.iter().enumerate();
    labels.map(|(index, label)| Location { id: Some(index + 1), ..labelled(source, label) }).collect()
}

fn location(file: &str, region: Option<Region>, message: Option<Message>) -> Location {
    let physical = PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(file) }, region };
    Location { id: None, physical, message }
}

fn scan_fix(source: &SourceFile, diagnostic: &Diagnostic, fix: &Fix) -> ScanFix {
    ScanFix {
        description: diagnostic.help.first().map(|help| message(&told(help))),
        artifact_changes: [ArtifactChange {
            artifact_location: ArtifactLocation { uri: uri(source.name()) },
            replacements: [Replacement {
                deleted_region: region(source, fix.span),
                inserted_content: Content { text: fix.replacement.clone() },
            }],
        }],
    }
}

/// Lines and columns from 1, the end behind the last character. A byte order mark is not counted (section 3.30.2).
fn region(source: &SourceFile, span: Span) -> Region {
    let point = |offset| {
        let at = source.position(offset);
        let mark = usize::from(at.line == 1 && at.column > 1 && source.text().starts_with('\u{feff}'));
        (at.line, at.column - mark)
    };
    let ((start_line, start_column), (end_line, end_column)) = (point(span.start), point(span.end));
    Region { start_line, start_column, end_line, end_column }
}

/// A text for a message: neither a placeholder nor a link of its own (sections 3.11.5 and 3.11.6).
fn message(text: &str) -> Message {
    Message { text: text.replace('{', "{{").replace('}', "}}").replace("](", "\\](") }
}

/// A relative reference where the name is relative, which is how code scanning finds the file; otherwise a `file:` URI.
fn uri(file: &str) -> String {
    let path = utf8_percent_encode(file, PATH).to_string();
    if path.starts_with('/') { format!("file://{path}") } else { path }
}
