//! Text as one word of a POSIX shell: the one place that quotes.

/// The text as a word that stands for exactly that text. A zero byte ends every word, so none is kept.
pub(super) fn word(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', r"'\''"))
}

/// The text as a line of a comment: what could end the line is shown escaped.
pub(super) fn comment(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// A part of a variable's name.
pub(super) fn variable(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_data() {
        assert_eq!(word("it's $(id) `id`\n"), "'it'\\''s $(id) `id`\n'");
        assert_eq!(comment("a\nrm -rf"), "a\\nrm -rf");
        assert_eq!(variable("web-fonts"), "WEB_FONTS");
    }
}
