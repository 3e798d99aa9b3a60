//! Holds `docs/gotchas.md` and `docs/myths.md` to the catalogue: whatever they call a code is one, and no row is empty.

use crate::support::project;
use corsynth::catalog;

/// The rows of all tables of a document, without their heads: their cells.
fn rows(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(project(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let tables = text.split("\n|---").skip(1).map(|table| table.split("\n\n").next().unwrap_or_default());
    let rows = tables.flat_map(|table| table.lines().skip(1));
    let cells =
        |row: &str| row.trim_start_matches("| ").trim_end_matches(" |").split(" | ").map(str::to_owned).collect();
    rows.map(cells).collect()
}

/// The texts in backticks of a cell that look like a code and are no word of the intent language or of AWS.
fn codes(cell: &str) -> Vec<&str> {
    let spans = cell.split('`').skip(1).step_by(2);
    spans.filter(|span| span.contains('-') && !NO_CODES.contains(span) && !span.contains([' ', ':'])).collect()
}

/// Keys and values with a hyphen.
const NO_CODES: [&str; 4] = ["key-on-origin", "request-headers", "preflight-cache", "no-store"];

fn assert_codes(place: &str, cell: &str) {
    for code in codes(cell) {
        let is_header = code.starts_with(|c: char| c.is_ascii_uppercase()) || code.starts_with("x-amz-");
        assert!(is_header || catalog::find(code).is_some(), "{place}: no finding has the code `{code}`");
    }
}

#[test]
fn every_gotcha_is_impossible_or_reported_or_said_to_be_neither() {
    let rows = rows("docs/gotchas.md");
    let numbers: Vec<usize> = rows.iter().map(|cells| cells[0].parse().expect("a number")).collect();
    assert_eq!(numbers, (1..=82).collect::<Vec<_>>());
    for cells in &rows {
        let [number, what, intent, artifacts] = cells.as_slice() else { panic!("{cells:?} are not four cells") };
        assert!(what.len() > 20, "{number}: {what}");
        let is_answered = intent.starts_with("**impossible**") || intent.starts_with('-') || !codes(intent).is_empty();
        assert!(is_answered, "{number}: neither impossible nor a code nor -: {intent}");
        assert!(artifacts == "-" || !codes(artifacts).is_empty(), "{number}: neither a code nor -: {artifacts}");
        assert_codes(number, intent);
        assert_codes(number, artifacts);
    }
}

#[test]
fn every_myth_is_answered() {
    let rows = rows("docs/myths.md");
    assert!(rows.len() >= 30);
    for cells in &rows {
        let [claim, truth, here] = cells.as_slice() else { panic!("{cells:?} are not three cells") };
        assert!(claim.len() > 10 && truth.len() > 20 && !here.is_empty(), "{claim}");
        assert_codes(claim, here);
    }
    let answered = rows.iter().filter(|cells| !codes(&cells[2]).is_empty()).count();
    assert!(answered >= 15, "only {answered} name a code");
}

#[test]
fn a_code_that_is_none_is_found() {
    assert_eq!(codes("`null-origin`; `ttl` and `a b-c`, `key-on-origin`"), ["null-origin"]);
    assert!(std::panic::catch_unwind(|| assert_codes("1", "`no-such-code`")).is_err());
}
