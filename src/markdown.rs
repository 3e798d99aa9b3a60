//! Any text as Markdown code: literal whatever it holds, and on one line.

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
