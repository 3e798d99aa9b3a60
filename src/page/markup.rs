//! HTML and SVG as a tree, and the one place that writes it: a text of the user cannot become markup, because names of
//! elements and attributes are the program's own words, and every other text is escaped here.

use crate::report::printable;

/// The elements of HTML without an end tag that are used here. <https://html.spec.whatwg.org/#void-elements>
const VOID: [&str; 1] = ["meta"];

/// An element with what is in it.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: &'static str,
    attributes: Vec<(&'static str, String)>,
    pub(super) children: Vec<Child>,
}

/// What an element holds.
#[derive(Debug, Clone)]
pub(super) enum Child {
    Element(Element),
    Text(String),
    /// A style sheet of the program's own, which is not escaped in HTML.
    Style(&'static str),
}

/// An empty element.
pub(super) fn element(name: &'static str) -> Element {
    Element { name, attributes: Vec::new(), children: Vec::new() }
}

impl Element {
    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// The same under another name.
    pub(super) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// With a text behind what is in it.
    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    /// With an element behind what is in it.
    pub(super) fn child(mut self, child: Self) -> Self {
        self.children.push(Child::Element(child));
        self
    }

    /// With several elements behind what is in it.
    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Child::Element));
        self
    }

    /// With a style sheet.
    pub(super) fn style(mut self, sheet: &'static str) -> Self {
        self.children.push(Child::Style(sheet));
        self
    }

    /// The elements in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            _ => None,
        })
    }

    /// All text in it.
    pub(super) fn content(&self) -> String {
        let text = |child: &Child| match child {
            Child::Element(element) => element.content(),
            Child::Text(text) => text.clone(),
            Child::Style(_) => String::new(),
        };
        self.children.iter().map(text).collect()
    }

    /// The element as HTML, or as XML when it is SVG.
    pub(super) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.extend([" ", name, "=\"", &escaped(value), "\""]);
        }
        // The slash means nothing in HTML, and makes the page readable for tools that know XML only.
        if VOID.contains(&self.name) {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Child::Element(element) => element.write(out),
                Child::Text(text) => out.push_str(&escaped(text)),
                Child::Style(sheet) => out.push_str(sheet),
            }
        }
        out.extend(["</", self.name, ">"]);
        if is_block(self.name) {
            out.push('\n');
        }
    }
}

/// Whether a line ends behind an element: where white space means nothing, and a diff has shorter lines.
fn is_block(name: &str) -> bool {
    !matches!(name, "a" | "code" | "span" | "strong" | "em" | "title" | "th" | "td" | "summary" | "option")
}

/// A comment. `>` is escaped in it, so nothing ends it early, and XML has no `--` in comments.
/// <https://html.spec.whatwg.org/#comments>
pub(super) fn comment(text: &str) -> String {
    format!("<!-- {} -->\n", escaped(text).replace("--", "- -"))
}

/// A text for between tags and for attributes in double quotes. What would be invisible, reorder its neighbours, or be
/// no character of XML is shown as an escape, as everywhere else.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No characters of XML: <https://www.w3.org/TR/xml/#charsets>
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            other => out.push(other),
        }
    }
    out
}

/// A sentence of the program, in which what stands in backticks is code.
pub(super) fn prose(mut parent: Element, text: &str) -> Element {
    for (index, part) in text.split('`').enumerate() {
        if !part.is_empty() {
            parent = if index % 2 == 0 { parent.text(part) } else { parent.child(element("code").text(part)) };
        }
    }
    parent
}

/// A table with a caption and heads. The first cell of a row is its head.
pub(super) fn table(caption: &str, heads: &[&'static str], rows: impl IntoIterator<Item = Vec<Element>>) -> Element {
    let head = |text: &&'static str| element("th").with("scope", "col").text(*text);
    let body = rows.into_iter().map(|cells| {
        let cells = cells.into_iter().enumerate().map(|(index, cell)| match index {
            0 => cell.named("th").with("scope", "row"),
            _ => cell,
        });
        element("tr").children(cells)
    });
    let table = element("table")
        .child(prose(element("caption"), caption))
        .child(element("thead").child(element("tr").children(heads.iter().map(head))))
        .child(element("tbody").children(body));
    scroll(caption, table)
}

/// What may be wider than the window, in a region that scrolls by the keyboard, too.
pub(super) fn scroll(label: &str, inner: Element) -> Element {
    element("div")
        .with("class", "scroll")
        .with("role", "region")
        .with("tabindex", "0")
        .with("aria-label", label.replace('`', ""))
        .child(inner)
}

/// A cell.
pub(super) fn cell(text: &str) -> Element {
    prose(element("td"), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let evil = "</title><script>alert('1')</script>\" onload=\"x&y\u{202e}\n\u{0}\u{ffff}";
        let mut out = String::new();
        prose(element("p").with("title", evil), evil).write(&mut out);
        out.push_str(&comment("--> <b>"));
        assert_eq!(out.matches('<').count(), 3, "{out}");
        assert!(!out.contains("\" onload") && !out.contains('\u{202e}') && !out.contains('\u{0}'), "{out}");
        assert!(out.contains("&lt;script&gt;alert(&#39;1&#39;)"), "{out}");
    }
}
