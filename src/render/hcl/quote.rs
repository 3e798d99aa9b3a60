//! Text in, the inside of a quoted HCL template that evaluates to exactly that text out.

use std::fmt::Write as _;

/// The text as a quoted string.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape(&mut out, text);
    out.push('"');
    out
}

/// Appends the text, escaped.
///
/// A `$` or `%` is doubled exactly when it stands directly before a `{`. Each one is looked at alone: in `$${`
/// only the second one opens an interpolation, and `%${` holds one as well. A walk in pairs misses those.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => out.extend([c, c]),
            // Writing into a `String` cannot fail.
            '\0'..='\u{1f}' | '\u{7f}' => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
}

/// As [`escape`], for text that a `${` follows: a `$` at the end would take that `${` for its own.
pub(super) fn escape_before_interpolation(out: &mut String, text: &str) {
    match text.strip_suffix('$') {
        Some(rest) => {
            escape(out, rest);
            out.push_str("\\u0024");
        }
        None => escape(out, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marker_is_looked_at_alone() {
        assert_eq!(quote("${a}"), r#""$${a}""#);
        assert_eq!(quote("$${a}"), r#""$$${a}""#);
        assert_eq!(quote("${a}%${b}"), r#""$${a}%$${b}""#);
        assert_eq!(quote("%%{ if x }"), r#""%%%{ if x }""#);
        assert_eq!(quote("100% of $5"), r#""100% of $5""#);
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(quote("a\"\\\n\r\t\0\u{7f}é"), "\"a\\\"\\\\\\n\\r\\t\\u0000\\u007fé\"");
    }

    #[test]
    fn a_dollar_before_an_interpolation_does_not_escape_it() {
        let mut out = String::new();
        escape_before_interpolation(&mut out, "cost: $$");
        assert_eq!(out, "cost: $\\u0024");
    }
}
