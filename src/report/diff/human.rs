//! For people.

use super::super::paint::Paint;
use super::super::printable::printable;
use super::DiffReport;
use super::words::{at_once, details, new_entries, place, sentence};
use crate::diff::Change;

/// The report, with a newline at its end; empty when nothing is gained or lost. With ANSI styles when `styled`.
pub fn diff_human(report: &DiffReport<'_>, styled: bool) -> String {
    let paint = Paint(styled);
    let mut lines: Vec<String> = Vec::new();
    let mut here = None;
    let replays = report.replays.iter().map(Option::as_deref).chain(std::iter::repeat(None));
    for (row, replay) in report.diff.rows.iter().zip(replays) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let place = place(&row.name, row.environment.as_deref());
        if place != here {
            lines.extend(place.iter().flat_map(|place| [paint.bold(&printable(place)), String::new()]));
            here = place;
        }
        let word = match row.change {
            Change::Gained => paint.good("gained"),
            Change::Lost => paint.bad("lost"),
        };
        lines.push(format!("{word}: {}", printable(&sentence(row))));
        let example = &row.witness;
        let address = format!("`{} {}:{}` from `{}`", example.method, row.asset, example.path, example.origin);
        let code = |text: &str| format!("`{text}`");
        let told = details(row, &code).into_iter().chain([("example", address)]);
        for (name, text) in told.chain(replay.map(|replay| ("replay", replay.to_owned()))) {
            lines.push(format!("  {}: {}", paint.bold(name), printable(&text)));
        }
    }
    for consequence in &report.diff.consequences {
        let place = place(&consequence.name, consequence.environment.as_deref());
        let place = place.map_or_else(String::new, |place| format!(" of `{place}`"));
        let asset = format!("`{}`{place}", consequence.asset);
        lines.extend([String::new(), format!("{}: {}", paint.bold("takes effect"), printable(&asset))]);
        let mut tell = |name: &str, text: &str| lines.push(format!("  {}: {}", paint.bold(name), printable(text)));
        tell("at once", &at_once(consequence));
        if consequence.has_cache {
            tell("in new cache entries", &new_entries(consequence));
            let paths: Vec<String> = consequence.invalidate.iter().map(|path| format!("`{path}`")).collect();
            let paths = if paths.is_empty() { "none".to_owned() } else { paths.join(", ") };
            tell("invalidate", &paths);
        }
    }
    if !lines.is_empty() && !report.diff.unknown.is_empty() {
        lines.push(String::new());
    }
    let unknown = report.diff.unknown.iter();
    lines.extend(unknown.map(|text| format!("{}: {}", paint.doubtful("unknown"), printable(text))));
    lines.into_iter().map(|line| line + "\n").collect()
}
