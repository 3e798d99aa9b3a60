//! Findings as Markdown, for a comment on a pull request or the summary of a job.
//!
//! Nothing that a user wrote is markup here: no link, no image, no mention of somebody, no further cell or line.

use super::printable::{printable, told};
use super::{FileReport, Report, counted};
use crate::diagnostic::Diagnostic;
use crate::markdown::{escaped, escaped_code};
use std::fmt::Write as _;

/// GitHub takes 65,536 characters for a comment; what is said after the tables needs some.
/// <https://github.com/orgs/community/discussions/27190>; UNCONFIRMED by the documentation.
const LONGEST: usize = 60_000;
/// A replacement above this is not shown.
const LONGEST_FIX: usize = 200;

/// The counts, then a table for each file with findings.
pub fn markdown(report: &Report<'_>) -> String {
    let checked = counted(report.files.len(), "file");
    let mut out = format!("### corsynth: {}\n\nChecked {checked}.", report.counts().sentence());
    let unread = report.unreadable.len();
    if unread > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(out, " {} could not be read:", counted(unread, "file"));
    }
    out.push('\n');
    let mut hidden = 0;
    for (file, reason) in report.unreadable {
        let line = format!("- {}: {}\n", code(file), escaped_message(reason));
        hidden += push(&mut out, &line);
    }
    for file in report.files.iter().filter(|file| !file.diagnostics.is_empty()) {
        hidden += push_table(&mut out, file);
    }
    if hidden > 0 {
        let _ = writeln!(out, "\n{} more than fit here.", counted(hidden, "line"));
    }
    out
}

/// Adds a line where there is room for it, and counts it where there is none.
fn push(out: &mut String, line: &str) -> usize {
    if out.len() + line.len() > LONGEST {
        return 1;
    }
    out.push_str(line);
    0
}

/// The table of a file; how many findings did not fit.
fn push_table(out: &mut String, file: &FileReport<'_>) -> usize {
    let head = format!(
        "\n#### {}\n\n| place | severity | code | finding | what to do |\n|---|---|---|---|---|\n",
        code(file.source.name())
    );
    if push(out, &head) > 0 {
        return file.diagnostics.len();
    }
    file.diagnostics.iter().map(|diagnostic| push(out, &row(file, diagnostic))).sum()
}

fn row(file: &FileReport<'_>, diagnostic: &Diagnostic) -> String {
    let at = file.source.position(diagnostic.primary.span.start);
    let id = diagnostic.code.id;
    let mut finding = escaped_message(&diagnostic.message);
    if !diagnostic.primary.text.is_empty() {
        let _ = write!(finding, "<br>{}", escaped_message(&diagnostic.primary.text));
    }
    let mut help: Vec<_> = diagnostic.help.iter().map(|sentence| escaped_message(sentence)).collect();
    help.extend(hint(file, diagnostic));
    format!(
        "| {}:{} | {} | [`{id}`]({}) | {finding} | {} |\n",
        at.line,
        at.column,
        diagnostic.severity.as_str(),
        diagnostic.code.url(),
        help.join("<br>"),
    )
}

/// The fix as text, where it is short enough to be read; and who applies it.
fn hint(file: &FileReport<'_>, diagnostic: &Diagnostic) -> Option<String> {
    let fix = diagnostic.fix.as_ref()?;
    let old = file.source.slice(fix.span);
    let text = match (old.len().max(fix.replacement.len()) <= LONGEST_FIX, fix.replacement.is_empty()) {
        (false, _) => String::new(),
        (true, true) => format!("remove {}", code(old.trim())),
        (true, false) if old.is_empty() => format!("insert {}", code(&fix.replacement)),
        (true, false) => format!("{} → {}", code(old), code(&fix.replacement)),
    };
    let how = if fix.is_safe { "--fix" } else { "--fix=all" };
    Some(format!("{text}{}(`{how}`)", if text.is_empty() { "" } else { " " }))
}

/// A message: what stands in backticks becomes code, everything else is text.
fn escaped_message(message: &str) -> String {
    let message = told(message);
    let mut parts: Vec<_> = message.split('`').collect();
    // A backtick without a partner is one of the user's.
    let alone = if parts.len() % 2 == 0 { parts.pop() } else { None };
    let mut out = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        out.push_str(&if index % 2 == 0 { escaped(part) } else { code(part) });
    }
    if let Some(rest) = alone {
        out.push_str(&escaped(&format!("`{rest}")));
    }
    out
}

/// A text as code. Backticks would not do in a table, where some texts end them or the cell.
fn code(text: &str) -> String {
    escaped_code(&printable(text))
}
