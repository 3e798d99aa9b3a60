//! Texts that stand for all texts, as patterns with one `*` see them.
//!
//! A pattern `p*s` matches the texts that begin with `p`, end with `s`, and are no shorter than both together. What a
//! set of such patterns makes of a text depends on three things only: the longest of the beginnings that it has, the
//! longest of the ends, and, when it is shorter than these two together, the text itself. So for every beginning and
//! every end, one text with something between them and each text in which the two overlap stand for all others.

use std::collections::BTreeSet;

/// A text with one `*`, cut at it; `None` for a text without.
pub(super) fn cut(pattern: &str) -> Option<(&str, &str)> {
    pattern.split_once('*')
}

/// Texts of which at least one falls into each part that the patterns cut the texts into. `fillers` stand between a
/// beginning and an end; they must occur in no pattern.
pub(super) fn witnesses<'p>(patterns: impl Iterator<Item = (&'p str, &'p str)>, fillers: &[&str]) -> BTreeSet<String> {
    let (mut beginnings, mut ends) = (BTreeSet::new(), BTreeSet::new());
    for (beginning, end) in patterns {
        beginnings.insert(beginning);
        ends.insert(end);
    }
    let mut witnesses = BTreeSet::new();
    for beginning in &beginnings {
        for end in &ends {
            witnesses.extend(fillers.iter().map(|filler| [beginning, *filler, end].concat()));
            witnesses.extend(overlaps(beginning, end));
        }
    }
    witnesses
}

/// The texts that begin with one text and end with another, and are no longer than both together.
fn overlaps<'t>(beginning: &'t str, end: &'t str) -> impl Iterator<Item = String> + 't {
    let cuts = end.char_indices().map(|(at, _)| at).chain(std::iter::once(end.len()));
    cuts.filter_map(move |at| {
        let (shared, rest) = end.split_at_checked(at)?;
        beginning.ends_with(shared).then(|| [beginning, rest].concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, text: &str) -> bool {
        cut(pattern).map_or(pattern == text, |(p, s)| {
            text.len() >= p.len() + s.len() && text.starts_with(p) && text.ends_with(s)
        })
    }

    /// All texts of `a` and `b` up to a length.
    fn texts(longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            last = last.iter().flat_map(|text| ["a", "b"].map(|c| [text, c].concat())).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    proptest! {
        #[test]
        fn every_part_has_a_witness(patterns in proptest::collection::vec("[ab]{0,3}\\*[ab]{0,3}", 1..5)) {
            let parts = |texts: &mut dyn Iterator<Item = String>| -> BTreeSet<Vec<bool>> {
                texts.map(|text| patterns.iter().map(|p| matches(p, &text)).collect()).collect()
            };
            let found = parts(&mut witnesses(patterns.iter().filter_map(|p| cut(p)), &["x"]).into_iter());
            let mut all: BTreeSet<Vec<bool>> = parts(&mut texts(8).into_iter());
            // A text that no pattern matches is added by the caller.
            all.remove(&vec![false; patterns.len()]);
            prop_assert!(found.is_superset(&all), "{:?}", all.difference(&found));
        }
    }
}
