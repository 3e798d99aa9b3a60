//! The text of the intent with numbered lines, and what was found in it.

use super::Page;
use super::line_link;
use super::markup::{Element, cell, element, scroll, table};
use crate::diagnostic::Diagnostic;
use crate::report::counted;

const HEADS: [&str; 4] = ["Finding", "Place", "Message", "What to do"];

/// What was found.
pub(super) fn findings(page: &Page<'_>) -> Vec<Element> {
    if page.findings.is_empty() {
        return vec![element("p").text("No findings.")];
    }
    let row = |finding: &Diagnostic| {
        let line = page.compiled.source.position(finding.primary.span.start).line;
        let code = element("a").with("href", finding.code.url()).with("rel", "noreferrer").text(finding.code.id);
        let message = if finding.primary.text.is_empty() {
            finding.message.clone()
        } else {
            format!("{} ({})", finding.message, finding.primary.text)
        };
        vec![
            element("td").text(format!("{}: ", finding.severity.as_str())).child(code),
            element("td").child(line_link(line)),
            cell(&message),
            cell(&finding.help.join("; ")),
        ]
    };
    vec![table(&counted(page.findings.len(), "finding"), &HEADS, page.findings.iter().map(row))]
}

/// The text, a line each with an anchor.
pub(super) fn listing(page: &Page<'_>) -> Element {
    let line = |(index, text): (usize, &str)| {
        let number = index + 1;
        let anchor = element("a").with("class", "number").with("href", format!("#L{number}")).text(number.to_string());
        element("li").with("id", format!("L{number}")).child(anchor).child(element("code").text(text))
    };
    let list =
        element("ol").with("class", "listing").children(page.compiled.source.text().lines().enumerate().map(line));
    scroll("the text of the intent", list)
}
