//! For pull requests: a table that a bot can post.

use super::super::printable::printable;
use super::DiffReport;
use super::words::{Code, at_once, details, does, new_entries, place, who};
use crate::diff::{Change, Row};
use crate::markdown::{cell, code};

/// The report in GitHub's Markdown, with a newline at its end; empty when nothing is gained or lost. All text of the
/// user stands in code spans.
pub fn diff_markdown(report: &DiffReport<'_>) -> String {
    let diff = report.diff;
    if diff.is_empty() {
        return String::new();
    }
    let count = |change| diff.rows.iter().filter(|row| row.change == change).count();
    let (gained, lost) = (count(Change::Gained), count(Change::Lost));
    let mut lines = vec![format!("### Access: {gained} gained, {lost} lost"), String::new()];
    let [before, after] = report.sides;
    lines.extend([format!("From {} to {}.", span(before), span(after)), String::new()]);
    if !diff.rows.is_empty() {
        lines.extend(["| | who | may | details |", "|---|---|---|---|"].map(ToOwned::to_owned));
        lines.extend(diff.rows.iter().map(line));
    }
    for consequence in &diff.consequences {
        let place = place(&consequence.name, consequence.environment.as_deref());
        let place = place.map_or_else(String::new, |place| format!(" of {}", span(&place)));
        lines.extend([String::new(), format!("**{}{place}** takes effect", span(&consequence.asset)), String::new()]);
        lines.push(format!("- at once: {}", at_once(consequence)));
        if consequence.has_cache {
            lines.push(format!("- in new cache entries: {}", new_entries(consequence)));
            let paths: Vec<String> = consequence.invalidate.iter().map(|path| span(path)).collect();
            let paths = if paths.is_empty() { "none".to_owned() } else { paths.join(", ") };
            lines.push(format!("- paths to invalidate: {paths}"));
        }
    }
    if !diff.unknown.is_empty() {
        lines.extend([String::new(), "Not decided:".to_owned(), String::new()]);
        lines.extend(diff.unknown.iter().map(|text| format!("- {}", span(text))));
    }
    lines.join("\n") + "\n"
}

fn line(row: &Row) -> String {
    let in_cell: Code<'_> = &|text| cell(&printable(text));
    let word = match row.change {
        Change::Gained => "gained",
        Change::Lost => "lost",
    };
    let place = place(&row.name, row.environment.as_deref());
    let place = place.map_or_else(String::new, |place| format!("<br>{}", in_cell(&place)));
    let may = does(row, in_cell, &|path| in_cell(&format!("{}:{path}", row.asset)));
    let details: Vec<String> =
        details(row, in_cell).into_iter().map(|(name, text)| format!("{name}: {text}")).collect();
    format!("| **{word}**{place} | {} | {may} | {} |", who(row, in_cell), details.join("<br>"))
}

fn span(text: &str) -> String {
    code(&printable(text))
}
