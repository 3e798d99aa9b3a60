//! Any text as Markdown: literal whatever it holds, and as code on one line.

use std::fmt::Write as _;

/// A code span, fenced by more backticks than the text holds in a row. Control characters are shown escaped.
/// <https://spec.commonmark.org/0.31.2/#code-spans>
pub(crate) fn code(text: &str) -> String {
    let hidden = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    let text: String =
        text.chars().flat_map(|c| if hidden(c) { c.escape_default().collect() } else { vec![c] }).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space at both ends is not part of the text, and keeps its own backticks off the fence.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same in a cell of a table, where even code must escape a bar.
/// <https://github.github.com/gfm/#tables-extension->
pub(crate) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A text as code where backticks would not do, such as in a table: some texts end them, or the cell.
pub(crate) fn escaped_code(text: &str) -> String {
    format!("<code>{}</code>", entities(text, "@"))
}

/// A text of which every character stands for itself. GitHub and GitLab look for names, issues and labels in the
/// finished text, outside of code: a blank without width parts the sign from the name.
pub(crate) fn escaped(text: &str) -> String {
    entities(text, "@#!$%~&^")
}

/// Numbers in place of what Markdown would read. What stands in `parted` is parted from a word behind it.
/// <https://github.github.com/gfm/#entity-and-numeric-character-references>
fn entities(text: &str, parted: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut previous = ' ';
    while let Some(character) = characters.next() {
        let ends_word = characters.peek().is_none_or(|next| next.is_whitespace());
        // What makes links of bare addresses: `https:`, `www.`.
        let is_address = match character {
            ':' => !ends_word,
            '.' => previous.eq_ignore_ascii_case(&'w'),
            _ => false,
        };
        if is_address || "&<>`*_[]|~\\!#@$%^".contains(character) {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#{};", u32::from(character));
        } else {
            out.push(character);
        }
        if parted.contains(character) && !ends_word {
            out.push_str("&#8203;");
        }
        previous = character;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{cell, code};

    #[test]
    fn code_spans_hold_any_text() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("`a``b"), "``` `a``b ```");
        assert_eq!(code("a\n# b"), "`a\\n# b`");
        assert_eq!(cell("a|b"), "`a\\|b`");
    }
}
