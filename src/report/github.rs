//! Findings as workflow commands: GitHub shows them beside the lines of a pull request.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use super::printable::{printable, told};
use super::{Report, counted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceFile;
use std::fmt::Write as _;

/// GitHub shows so many annotations of each kind for a step, the first ones.
/// <https://github.com/orgs/community/discussions/26680>; the documentation does not say it, so UNCONFIRMED.
const MOST_SHOWN: usize = 10;

/// One command a line: errors first, then warnings, then notes, at most ten of each; then a line that counts the rest.
pub fn github(report: &Report<'_>) -> String {
    let mut out = String::new();
    let mut hidden = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let commands = commands(report, severity);
        hidden += commands.len().saturating_sub(MOST_SHOWN);
        out.extend(commands.into_iter().take(MOST_SHOWN).map(|command| command + "\n"));
    }
    if hidden > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{} not shown as annotations: GitHub shows {MOST_SHOWN} of each kind for a step",
            counted(hidden, "finding"),
        );
    }
    out
}

fn commands(report: &Report<'_>, severity: Severity) -> Vec<String> {
    let unreadable = report.unreadable.iter().filter(|_| severity == Severity::Error).map(|(file, reason)| {
        let properties = [("file", file.clone()), ("title", "corsynth: unreadable file".to_owned())];
        command(severity, &properties, &told(reason))
    });
    let findings = report.files.iter().flat_map(|file| {
        let of_severity = file.diagnostics.iter().filter(move |d| d.severity == severity);
        of_severity.map(|diagnostic| annotation(file.source, diagnostic))
    });
    unreadable.chain(findings).collect()
}

fn annotation(source: &SourceFile, diagnostic: &Diagnostic) -> String {
    let start = source.position(diagnostic.primary.span.start);
    let end = source.position(diagnostic.primary.span.end);
    let mut properties =
        vec![("file", source.name().to_owned()), ("line", start.line.to_string()), ("endLine", end.line.to_string())];
    // GitHub takes columns for an annotation of one line only.
    if start.line == end.line {
        properties.extend([("col", start.column.to_string()), ("endColumn", end.column.to_string())]);
    }
    properties.push(("title", format!("corsynth: {}", diagnostic.code.id)));
    let mut lines = vec![told(&diagnostic.message)];
    lines.extend(Some(told(&diagnostic.primary.text)).filter(|label| !label.is_empty()));
    lines.extend(diagnostic.help.iter().map(|sentence| format!("help: {}", told(sentence))));
    lines.push(diagnostic.code.url());
    command(diagnostic.severity, &properties, &lines.join("\n"))
}

/// `::error file=a,line=1::message`
fn command(severity: Severity, properties: &[(&str, String)], message: &str) -> String {
    let kind = if severity == Severity::Note { "notice" } else { severity.as_str() };
    let properties: Vec<_> = properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{kind} {}::{}", properties.join(","), data(message))
}

/// The escapes of the message: without them a line end would begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of a property.
fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}
