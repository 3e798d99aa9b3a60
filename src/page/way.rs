//! The way of requests through browser, CDN and bucket: a picture each, where it ends, and the steps as a list.

use super::drawing::{decided, picture, told};
use super::markup::{Element, element, prose, scroll};
use super::samples::{Sample, samples};
use super::{Judged, Page, lines};
use crate::report::replay;
use crate::simulate::{Decision, ExchangeKind, Outcome, Party, Step};

/// All samples, each with its picture.
pub(super) fn ways(page: &Page<'_>, judged: &Judged<'_>) -> Vec<Element> {
    let drawn: Vec<_> = samples(judged).iter().filter_map(|sample| way(page, sample)).collect();
    if drawn.is_empty() { vec![element("p").text("No asset is granted to anybody.")] } else { drawn }
}

fn way(page: &Page<'_>, sample: &Sample<'_>) -> Option<Element> {
    let outcome = sample.outcome()?;
    let title = format!("`{}`: {}", sample.name, told(&sample.scenario, outcome));
    let command = replay(page.subject, sample.asset, &sample.scenario, &[]);
    Some(
        element("article")
            .child(prose(element("h3"), &title))
            .children(end(page, outcome))
            .children(sample.outcomes.iter().skip(1).filter_map(|(readings, other)| {
                let differs = other.verdict.decision != outcome.verdict.decision;
                let unusual: Vec<_> =
                    readings.unusual().iter().map(|(name, value)| format!("`{name}={value}`")).collect();
                let text =
                    format!("It is {} under the reading {}.", other.verdict.decision.as_str(), unusual.join(", "));
                differs.then(|| prose(element("p"), &text))
            }))
            .child(scroll("the way of the request", picture(&sample.scenario, outcome, false)))
            .child(steps(page, outcome))
            .child(element("p").text("Ask it again: ").child(element("code").text(command))),
    )
}

/// Where a request that is not readable ends, and what decided.
fn end(page: &Page<'_>, outcome: &Outcome) -> Vec<Element> {
    if outcome.verdict.decision == Decision::Readable {
        return Vec::new();
    }
    let place = outcome.exchanges.last().map_or("before anything is sent", |exchange| match exchange.kind {
        ExchangeKind::Preflight => "after the preflight",
        ExchangeKind::Actual => "after the request itself",
    });
    let stops = prose(element("p"), &format!("It stops in the browser, {place}. {}", outcome.verdict.message));
    let decided = decided(outcome).map(|step| {
        let why = if step.because.is_empty() { String::new() } else { format!(": {}", step.because) };
        let text = format!("{} decided: {}{why}", name(step.by), step.what);
        let paragraph = prose(element("p").with("class", "decided"), &text);
        if step.provenance.0.is_empty() {
            paragraph
        } else {
            paragraph.text(" (").child(inline(lines(page, &step.provenance))).text(")")
        }
    });
    std::iter::once(stops).chain(decided).collect()
}

/// A cell of links for running text.
fn inline(cell: Element) -> Element {
    cell.named("span")
}

/// Every decision in words, for those who do not see the picture, and with its source.
fn steps(page: &Page<'_>, outcome: &Outcome) -> Element {
    let mut list = element("ol");
    for exchange in &outcome.exchanges {
        let item = |step: &Step| {
            let why = if step.because.is_empty() { String::new() } else { format!(": {}", step.because) };
            let text = format!("{}: {}{why} ", name(step.by), step.what);
            let item = prose(element("li"), &text);
            let item =
                if step.provenance.0.is_empty() { item } else { item.child(inline(lines(page, &step.provenance))) };
            if step.source.is_empty() {
                item
            } else {
                item.text(" ")
                    .child(element("a").with("href", step.source).with("rel", "noreferrer").text("documented"))
            }
        };
        list = list.children(exchange.steps.iter().map(item));
    }
    element("details").child(element("summary").text("Every step in words")).child(list)
}

fn name(party: Party) -> &'static str {
    match party {
        Party::Browser => "the browser",
        Party::CloudFront => "CloudFront",
        Party::S3 => "S3",
        Party::Server => "the server",
    }
}
