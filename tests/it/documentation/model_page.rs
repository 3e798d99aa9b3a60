//! Holds `docs/model.md` to the readings: its last part is generated from them, and its tables name each of them.

use corsynth::simulate::readings::READINGS;
use std::collections::BTreeSet;

const START: &str = "<!-- readings; CORSYNTH_UPDATE=1 cargo test --test it documentation rewrites this -->\n";
const END: &str = "<!-- end -->\n";
const EVIDENCE: [&str; 5] = ["specified", "documented", "recorded", "observed", "unconfirmed"];

/// The page with its generated part as it should be.
pub(super) fn page(text: &str) -> String {
    let parts = text.split_once(START).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.expect("the generated part of the page stands between two comments");
    [before, START, &readings(), END, after].concat()
}

fn readings() -> String {
    let mut part = String::new();
    for info in READINGS {
        part.push_str(&format!("\n### `{}`\n\n{}\n\n", info.name, capitalized(info.question)));
        for (index, (value, meaning)) in info.values.iter().enumerate() {
            let favoured = if index == 0 { " (favoured)" } else { "" };
            part.push_str(&format!("- `{value}`{favoured}: {meaning};\n"));
        }
        part.push_str(&format!("- evidence: {}.\n", info.source));
    }
    part + "\n"
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// A row of a table: what, evidence, source, reading.
struct Row<'t> {
    what: &'t str,
    evidence: &'t str,
    source: &'t str,
    reading: &'t str,
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what |"));
    lines
        .map(|line| {
            let inside = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')).unwrap_or(line);
            let cells: Vec<&str> = inside.split(" | ").map(str::trim).collect();
            let [what, evidence, source, reading] = cells.try_into().unwrap_or_else(|_| panic!("four cells: {line}"));
            Row { what, evidence, source, reading }
        })
        .collect()
}

#[test]
fn every_line_of_the_model_has_its_evidence_and_every_reading_its_line() {
    let text = std::fs::read_to_string(crate::support::project("docs/model.md")).expect("docs/model.md");
    let mut named = BTreeSet::new();
    let rows = rows(&text);
    assert!(rows.len() > 50, "only {} lines", rows.len());
    for Row { what, evidence, source, reading } in rows {
        assert!(EVIDENCE.contains(&evidence), "{what}: `{evidence}`");
        assert!(source.starts_with('[') || source == "no source", "{what}: {source}");
        assert_eq!(evidence == "unconfirmed", !reading.is_empty(), "{what}: a reading is for what is unconfirmed");
        match reading.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
            Some(name) => assert!(named.insert(name), "`{name}` has two lines"),
            None => assert!(reading.is_empty() || reading.starts_with("none: "), "{what}: {reading}"),
        }
    }
    let known: BTreeSet<&str> = READINGS.iter().map(|info| info.name).collect();
    assert_eq!(named, known);
}
