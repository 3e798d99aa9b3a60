//! How an entry of a list is taken out of its text: with its comma or its line, and without a comment.
//!
//! Works on the text around the entry alone, and gives nothing rather than a guess.

use crate::source::Span;

/// What to delete so that the entry at `span` is gone, and the list is still one. `None` where that is not certain.
pub(super) fn of_entry(text: &str, span: Span) -> Option<Span> {
    let (before, entry, after) = (text.get(..span.start)?, text.get(span.start..span.end)?, text.get(span.end..)?);
    // Somebody may need the anchor, and nobody should lose the comment.
    if entry.is_empty() || entry.contains(['&', '#', '\n']) {
        return None;
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let found = if line.trim() == "-" { in_block(before, line, after) } else { in_flow(before, after) };
    found.map(|(back, forth)| Span::new(span.start - back, span.end + forth))
}

/// The bytes to delete before and behind an entry that has its `-` and its line to itself.
fn in_block(before: &str, line: &str, after: &str) -> Option<(usize, usize)> {
    let rest = after.split('\n').next().unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    match rest.trim_start().chars().next() {
        None if after.len() > rest.len() => Some((line.len(), rest.len() + 1)),
        // The last line of a text that does not end one: the line end before it goes.
        None => {
            let line_end = before.len() - before.trim_end_matches(|c: char| " \t-".contains(c)).len();
            let start = before.get(..before.len() - line_end)?;
            let end = if start.ends_with("\r\n") { 2 } else { usize::from(start.ends_with('\n')) };
            Some((line_end + end, rest.len()))
        }
        // The comment keeps its line.
        Some('#') if blank > 0 => Some((line.trim_start().len(), blank)),
        Some(_) => None,
    }
}

/// The bytes to delete before and behind an entry between commas: the comma before it, or else the one behind it.
fn in_flow(before: &str, after: &str) -> Option<(usize, usize)> {
    let kept = before.trim_end();
    let crossed = before.get(kept.len()..)?;
    // A comma at the end of a comment is not one.
    let ends_in_comment = crossed.contains('\n') && kept.rsplit('\n').next().is_some_and(|line| line.contains('#'));
    if kept.ends_with(',') && !ends_in_comment {
        return Some((crossed.len() + 1, 0));
    }
    let rest = after.trim_start().strip_prefix(',')?;
    let behind = rest.trim_start_matches([' ', '\t']);
    Some((0, after.len() - behind.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without the entry between the brackets `«»`.
    fn without(text: &str) -> Option<String> {
        let (before, rest) = text.split_once('«').unwrap();
        let (entry, after) = rest.split_once('»').unwrap();
        let whole = [before, entry, after].concat();
        let span = of_entry(&whole, Span::new(before.len(), before.len() + entry.len()))?;
        Some(whole.get(..span.start)?.to_owned() + whole.get(span.end..)?)
    }

    #[test]
    fn an_entry_goes_with_its_comma_or_its_line() {
        for (text, expected) in [
            ("[a, b, «a»]", Some("[a, b]")),
            ("[a, «a», b]", Some("[a, b]")),
            ("[a,«a» ,]", Some("[a ,]")),
            ("[\n  a,\n  b,\n  «a»,\n]\n", Some("[\n  a,\n  b,\n]\n")),
            ("[a, # x,\n  «a», b]", Some("[a, # x,\n  b]")),
            ("[a, # x,\n  «a»]", None),
            ("- a\n- «a»\n- b\n", Some("- a\n- b\n")),
            ("x:\r\n  - a\r\n  - «a»\r\ny: b\r\n", Some("x:\r\n  - a\r\ny: b\r\n")),
            ("- a\n- «a» # again\n", Some("- a\n# again\n")),
            ("  - a\n  - «a»", Some("  - a")),
            ("- a\r\n- «a»", Some("- a")),
            ("- a\n- &x «a»\n", None),
            ("- - a\n  - b\n- - «a»\n", None),
            ("[a, «&x a»]", None),
            ("[a, «'#'»]", None),
        ] {
            assert_eq!(without(text).as_deref(), expected, "{text:?}");
        }
    }
}
