//! Any text to text that cannot steer a terminal or hide from a reader.

use std::borrow::Cow;

/// Shows control characters, bidirectional controls and invisible characters as escapes (`\n`, `\u{1b}`), and
/// leaves everything else alone. Printing the result moves no cursor, starts no line and reorders nothing.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unprintable(character) {
            out.extend(escape(character));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Messages and labels are cut here; they can quote the user's text.
const LONGEST_TEXT: usize = 300;

/// A message, a label or a sentence of help, fit to be shown: one line of bounded length.
pub(super) fn told(text: &str) -> String {
    printable(&shortened(text, LONGEST_TEXT)).into_owned()
}

/// Cuts text to `limit` characters, with `…` in place of the rest: a key of ten megabytes is not a message.
fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit).and_then(|(end, _)| text.get(..end)) {
        Some(head) => Cow::Owned(format!("{head}…")),
        None => Cow::Borrowed(text),
    }
}

/// The escape of one character, as Rust writes it.
pub(super) fn escape(character: char) -> impl Iterator<Item = char> {
    // `escape_default` knows `\n`, `\r`, `\t`, and writes everything else outside ASCII as `\u{…}`.
    character.escape_default()
}

/// Controls (C0, DEL, C1), line separators, and the format characters that reorder or hide text.
/// The bidirectional ones are those of Unicode's UAX #9; the tag characters can hide a whole second text.
pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_becomes_an_escape() {
        assert_eq!(printable("plain ümlaut 名前 `x`"), "plain ümlaut 名前 `x`");
        assert_eq!(printable("a\u{1b}[31mb\r\nc\t\u{9b}2J\u{7f}"), r"a\u{1b}[31mb\r\nc\t\u{9b}2J\u{7f}");
        assert_eq!(printable("\u{202e}evil\u{2066}\u{200b}"), r"\u{202e}evil\u{2066}\u{200b}");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöü!", 3), "äöü…");
    }
}
