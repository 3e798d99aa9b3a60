//! The access matrix as tables.

use super::Judged;
use super::access::{Matrix, Right, Row, matrices};
use super::markup::{Element, cell, element, prose, table};
use crate::report::counted;
use crate::simulate::Door;

/// A person mends the first ones first.
const MOST_SHOWN: usize = 3;

/// The method by which the proof asks for all that nobody knows.
const OTHER_METHOD: &str = "CORSYNTH";

const HEADS: [&str; 8] = [
    "Who",
    "Origins",
    "Methods",
    "May send",
    "May read beside the safelisted headers",
    "Cookies",
    "Preflight is remembered",
    "Simulated",
];

/// A table for each door of each asset, and what is granted behind it.
pub(super) fn tables(judged: &Judged<'_>) -> Vec<Element> {
    let intro = prose(
        element("p"),
        "What is granted is the meaning of the intent alone; every cell was asked of the simulated browser, CloudFront \
         and S3, too: without headers, with all that is granted, and with a header that nobody grants. Strangers are \
         the origins by which the proof tells origins apart and that are nobody's.",
    );
    std::iter::once(intro).chain(matrices(judged).iter().flat_map(shown)).collect()
}

fn shown(matrix: &Matrix) -> [Element; 2] {
    let door = match matrix.door {
        Door::Distribution => "through CloudFront",
        Door::Bucket => "at the bucket's own host",
        Door::ForeignDistribution => "through somebody else's distribution",
    };
    let paths: Vec<String> = matrix.paths.iter().map(|path| format!("`{path}`")).collect();
    // The bucket's rules know no paths.
    let paths =
        if matrix.door == Door::Bucket { "any path".to_owned() } else { format!("paths such as {}", paths.join(", ")) };
    let caption = format!("`{}` {door} (`{}`), {paths}", matrix.asset, matrix.host);
    let without = if matrix.door == Door::Bucket {
        "Without `Origin`, CORS does not apply: who may read an object may.".to_owned()
    } else {
        format!("Without `Origin`, CORS does not apply: a `GET` is answered with {}.", matrix.without_origin)
    };
    [table(&caption, &HEADS, matrix.rows.iter().map(row)), prose(element("p"), &without)]
}

fn row(row: &Row) -> Vec<Element> {
    let mut cells = vec![cell(&row.who), codes(&row.origins), cell(&methods(&row.methods))];
    match &row.right {
        Right::Denied => cells.extend([no("nothing"), no("nothing"), no("no"), no("no")]),
        Right::Elsewhere => {
            cells.extend(["as at the other door", "not promised here", "no", "not promised here"].map(no));
        }
        Right::Granted { headers, exposed, credentials, max_age } => {
            let sets: Vec<String> = headers.iter().filter(|set| !set.is_empty()).map(|set| coded(set)).collect();
            cells.push(if sets.is_empty() { no("no header of its own") } else { cell(&sets.join(" or ")) });
            cells.push(if exposed.is_empty() { no("none") } else { codes(exposed) });
            cells.push(no(if *credentials { "promised" } else { "not promised" }));
            cells.push(no(&format!("{max_age} s")));
        }
    }
    let asked = counted(row.asked, "request");
    cells.push(if row.differing.is_empty() {
        element("td").with("class", "good").text(format!("✓ as granted ({asked})"))
    } else {
        prose(element("td").with("class", "bad"), &differing(&row.differing))
    });
    cells
}

/// The first of what is not as granted, and how many more there are.
fn differing(texts: &[String]) -> String {
    let shown: Vec<&str> = texts.iter().take(MOST_SHOWN).map(String::as_str).collect();
    let more = texts.len().saturating_sub(MOST_SHOWN);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    format!("✗ {}{more}", shown.join("; "))
}

/// Methods by name, and last the one that stands for all others.
fn methods(methods: &[String]) -> String {
    let (other, named): (Vec<String>, Vec<String>) = methods.iter().cloned().partition(|method| method == OTHER_METHOD);
    let words = named.iter().map(|method| format!("`{method}`")).chain(other.iter().map(|_| "any other".to_owned()));
    words.collect::<Vec<_>>().join(", ")
}

fn no(text: &str) -> Element {
    element("td").text(text)
}

fn codes(texts: &[String]) -> Element {
    cell(&coded(texts))
}

fn coded(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}
