//! The proof: its figures, what refutes it, what is not known, and what is worth knowing.

use super::markup::{Element, cell, element, prose, table};
use super::{Judged, Page};
use crate::prove::Counterexample;
use crate::report::replay;
use crate::simulate::readings::READINGS;
use crate::simulate::words::Words;

/// The proof's part of the page.
pub(super) fn proof(page: &Page<'_>, judged: &Judged<'_>) -> Vec<Element> {
    let proof = judged.proof;
    let figures = [
        ("Classes of requests that stand for all", proof.request_classes),
        ("Histories of the cache that stand for all", proof.histories),
        ("Readings of what AWS has not documented", READINGS.len()),
        ("Counterexamples", proof.counterexamples.len()),
        ("Undecided", proof.unknown.len()),
    ];
    let row =
        |(name, count): (&str, usize)| vec![cell(name), element("td").with("class", "number").text(count.to_string())];
    let mut content = vec![table("The figures of the proof", &["Figure", "Count"], figures.map(row))];
    content.extend(proof.counterexamples.iter().filter_map(|found| counterexample(page, judged, found)));
    for (title, texts) in [("Undecided", &proof.unknown), ("Notes", &proof.notes)] {
        if !texts.is_empty() {
            content.push(element("h3").text(title));
            content.push(element("ul").children(texts.iter().map(|text| prose(element("li"), text))));
        }
    }
    content
}

fn counterexample(page: &Page<'_>, judged: &Judged<'_>, found: &Counterexample) -> Option<Element> {
    let asset = judged.deployed.asset(&found.asset)?;
    let words = Words::telling(asset, &found.scenario);
    let origin = words.origin.map(|origin| format!(" from `{origin}`")).unwrap_or_default();
    let given = words.given.iter().map(|given| ("Given", given.clone()));
    let headers = words.headers.iter().map(|header| ("With", header.clone()));
    let unusual = found.readings.unusual();
    let readings = unusual.iter().map(|(name, value)| ("Reading", format!("{name}={value}")));
    let command = replay(page.subject, asset, &found.scenario, &unusual);
    let told = [("Expected", &found.expected), ("Actual", &found.actual), ("Because", &found.because)];
    let told = told.map(|(name, text)| (name, text.clone()));
    let all = headers.chain(given).chain(told).chain(readings).filter(|(_, text)| !text.is_empty());
    let list = all.fold(element("dl"), |list, (name, text)| {
        list.child(element("dt").text(name)).child(prose(element("dd"), &text))
    });
    let replay = list.child(element("dt").text("Replay")).child(element("dd").child(element("code").text(command)));
    let title = format!("{}: `{} {}`{origin}", found.kind.as_str(), words.method, words.url);
    Some(element("article").with("class", "counterexample").child(prose(element("h3"), &title)).child(replay))
}
