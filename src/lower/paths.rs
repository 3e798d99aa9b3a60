//! What two path patterns of CloudFront have to do with each other. `*` stands for any run of characters, `?` for one;
//! case counts. <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>

use std::collections::BTreeSet;

/// The pattern of the default behaviour.
pub(super) const EVERYTHING: &str = "*";

/// How many steps a question may take; patterns that people write take a few hundred.
const BUDGET: usize = 50_000;

/// Whether some path matches both.
pub(super) fn intersect(a: &str, b: &str) -> bool {
    let (a, b) = (Pattern::new(a), Pattern::new(b));
    let mut seen = BTreeSet::new();
    let mut todo = vec![(0, 0)];
    while let Some((i, j)) = todo.pop() {
        for (i, j) in a.closure(i).into_iter().flat_map(|i| b.closure(j).into_iter().map(move |j| (i, j))) {
            if !seen.insert((i, j)) {
                continue;
            }
            if a.is_end(i) && b.is_end(j) {
                return true;
            }
            for symbol in symbols(&a, &b) {
                todo.extend(a.step(i, symbol).into_iter().filter_map(|i| b.step(j, symbol).map(|j| (i, j))));
            }
        }
    }
    false
}

/// Whether every path that matches `inner` matches `outer`. `None` when that takes too long to tell.
pub(super) fn contains(outer: &str, inner: &str) -> Option<bool> {
    let (outer, inner) = (Pattern::new(outer), Pattern::new(inner));
    let mut seen: BTreeSet<(usize, BTreeSet<usize>)> = BTreeSet::new();
    let mut todo = vec![(0, outer.closure(0))];
    while let Some((i, set)) = todo.pop() {
        for i in inner.closure(i) {
            if !seen.insert((i, set.clone())) {
                continue;
            }
            if seen.len() > BUDGET {
                return None;
            }
            if inner.is_end(i) && !set.iter().any(|&j| outer.is_end(j)) {
                return Some(false);
            }
            for symbol in symbols(&outer, &inner) {
                let Some(next) = inner.step(i, symbol) else { continue };
                let set = set.iter().filter_map(|&j| outer.step(j, symbol)).flat_map(|j| outer.closure(j)).collect();
                todo.push((next, set));
            }
        }
    }
    Some(true)
}

/// A pattern as a machine: state `i` stands before its `i`-th character.
struct Pattern(Vec<char>);

impl Pattern {
    fn new(text: &str) -> Self {
        // The leading slash is optional: `fonts/*` and `/fonts/*` are the same pattern.
        let text = if text.starts_with(['/', '*']) { text.to_owned() } else { format!("/{text}") };
        Self(text.chars().collect())
    }

    fn is_end(&self, state: usize) -> bool {
        state == self.0.len()
    }

    /// The states reachable without a character: a `*` may stand for nothing.
    fn closure(&self, state: usize) -> BTreeSet<usize> {
        let mut states = BTreeSet::from([state]);
        let mut at = state;
        while self.0.get(at) == Some(&'*') {
            at += 1;
            states.insert(at);
        }
        states
    }

    /// The state behind one character; `None` stands for a character that neither pattern names.
    fn step(&self, state: usize, symbol: Option<char>) -> Option<usize> {
        match self.0.get(state)? {
            '*' => Some(state),
            '?' => Some(state + 1),
            c => (Some(*c) == symbol).then_some(state + 1),
        }
    }
}

/// The characters that make a difference, and one that makes none.
fn symbols(a: &Pattern, b: &Pattern) -> BTreeSet<Option<char>> {
    a.0.iter().chain(&b.0).filter(|c| !['*', '?'].contains(c)).map(|&c| Some(c)).chain([None]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containment_and_intersection() {
        for (a, b, meet, within) in [
            ("*", "/fonts/*", true, true),
            ("/fonts/*", "*", true, false),
            ("/fonts/*", "/fonts/latin/*", true, true),
            ("/fonts/*", "fonts/*", true, true),
            ("/fonts/*", "/img/*", false, false),
            ("/a*", "*.woff2", true, false),
            ("/*.woff2", "/a*.woff2", true, true),
            ("/?.js", "/a.js", true, true),
            ("/?.js", "/ab.js", false, false),
            ("/Fonts/*", "/fonts/*", false, false),
            ("/a?c*", "/abc*", true, true),
        ] {
            assert_eq!(intersect(a, b), meet, "{a} {b}");
            assert_eq!(contains(a, b), Some(within), "{a} {b}");
        }
    }

    #[test]
    fn a_hard_question_ends() {
        let hard = format!("/*a{}", "?".repeat(200));
        assert!(contains(&hard, &format!("/*b*{}", "?".repeat(200))).is_none_or(|answer| !answer));
    }
}
