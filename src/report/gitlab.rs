//! Findings as a Code Quality report: GitLab shows them in a merge request.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use super::fingerprint::{fingerprints, hashed};
use super::json::pretty;
use super::printable::{printable, told};
use super::{FileReport, Report};
use crate::diagnostic::{Diagnostic, Severity};
use serde::Serialize;

/// One entry a finding, and one for each file that could not be read.
pub fn gitlab(report: &Report<'_>) -> String {
    let unreadable = report.unreadable.iter().map(|(file, reason)| Entry {
        description: told(reason),
        check_name: "unreadable-file",
        fingerprint: hashed(&[file, "unreadable-file"]),
        severity: "blocker",
        location: place(file, 1),
    });
    let findings = report.files.iter().flat_map(entries);
    pretty(&unreadable.chain(findings).collect::<Vec<_>>())
}

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

fn entries<'a>(file: &'a FileReport<'a>) -> impl Iterator<Item = Entry> + 'a {
    file.diagnostics.iter().zip(fingerprints(file)).map(move |(diagnostic, fingerprint)| Entry {
        description: description(diagnostic),
        check_name: diagnostic.code.id,
        // The report is one list for all files.
        fingerprint: hashed(&[file.source.name(), &fingerprint]),
        severity: match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: place(file.source.name(), file.source.position(diagnostic.primary.span.start).line),
    })
}

/// What is wrong and what to do: GitLab shows nothing else.
fn description(diagnostic: &Diagnostic) -> String {
    let mut parts = vec![told(&diagnostic.message)];
    parts.extend(diagnostic.help.first().map(|help| told(help)));
    parts.join("; ")
}

fn place(path: &str, line: usize) -> Location {
    Location { path: printable(path).into_owned(), lines: Lines { begin: line } }
}
