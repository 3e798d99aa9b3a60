//! The elements of a page as Markdown: what a comment on a pull request or the summary of a job can show.
//! <https://github.github.com/gfm/>
//!
//! Pictures and the page's own links are left out.

use super::markup::{Child, Element};
use crate::markdown::{code, escaped, escaped_code};
use crate::report::printable;

/// Elements that stand on lines of their own, each behind an empty line.
pub(super) fn blocks(element: &Element, out: &mut String) {
    match element.name {
        "svg" | "nav" | "style" => {}
        "h1" | "h2" | "h3" => {
            let level = element.name.bytes().last().map_or(1, |digit| usize::from(digit - b'0'));
            line(out, &format!("{} {}", "#".repeat(level + 1), spans(element)));
        }
        "p" => line(out, &spans(element)),
        "ul" => list(out, element, "- "),
        "ol" => list(out, element, "1. "),
        "dl" => definitions(out, element),
        "table" => table(out, element),
        _ => element.elements().for_each(|child| blocks(child, out)),
    }
}

/// A line of its own.
pub(super) fn line(out: &mut String, text: &str) {
    out.extend(["\n", text, "\n"]);
}

fn list(out: &mut String, element: &Element, mark: &str) {
    out.push('\n');
    for item in element.elements() {
        out.extend([mark, &spans(item), "\n"]);
    }
}

fn definitions(out: &mut String, element: &Element) {
    out.push('\n');
    for child in element.elements() {
        match child.name {
            "dt" => out.extend(["- **", &spans(child), "**: "]),
            _ => out.extend([&spans(child), "\n"]),
        }
    }
}

fn table(out: &mut String, table: &Element) {
    let parts = |name| table.elements().filter(move |part| part.name == name);
    for caption in parts("caption") {
        line(out, &format!("**{}**", spans(caption)));
    }
    out.push('\n');
    for head in parts("thead").flat_map(Element::elements) {
        row(out, head);
        out.extend(["|", &"---|".repeat(head.elements().count()), "\n"]);
    }
    parts("tbody").flat_map(Element::elements).for_each(|cells| row(out, cells));
}

fn row(out: &mut String, cells: &Element) {
    out.push('|');
    cells.elements().for_each(|cell| out.extend([" ", &spans(cell), " |"]));
    out.push('\n');
}

/// What is inside an element, on one line.
fn spans(element: &Element) -> String {
    let span = |child: &Child| match child {
        Child::Text(text) => escaped(&printable(text)),
        Child::Style(_) => String::new(),
        Child::Element(element) if element.name == "code" => code_span(&printable(&element.content())),
        Child::Element(element) => spans(element),
    };
    element.children.iter().map(span).collect()
}

/// Backticks, where nothing in the text could end them or the cell around, or be taken for somebody's name.
fn code_span(text: &str) -> String {
    if text.contains(['`', '|', '@']) { escaped_code(text) } else { code(text) }
}
