//! Paths that stand for all paths: one for each way in which the path patterns of a distribution and of the intent can
//! match or not match together.
//!
//! All patterns are read at once, as one machine; the states that it can reach are searched breadth first, so that each
//! combination gets a shortest path.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many states are visited before the search gives up; patterns that people write take a few hundred.
const BUDGET: usize = 20_000;

/// A pattern: `*` stands for any run of characters, `?` for one.
struct Pattern(Vec<char>);

impl Pattern {
    /// A pattern without `/` in front means the same as with one.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>
    fn new(text: &str) -> Self {
        let slash = (!text.starts_with('/')).then_some('/');
        Self(slash.into_iter().chain(text.chars()).collect())
    }

    fn closure(&self, positions: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        let mut closed = BTreeSet::new();
        for mut position in positions {
            closed.insert(position);
            while self.0.get(position) == Some(&'*') {
                position += 1;
                closed.insert(position);
            }
        }
        closed
    }

    fn step(&self, positions: &BTreeSet<usize>, c: char) -> BTreeSet<usize> {
        self.closure(positions.iter().filter_map(|&position| match self.0.get(position) {
            Some('*') => Some(position),
            Some(&symbol) if symbol == '?' || symbol == c => Some(position + 1),
            _ => None,
        }))
    }
}

/// One path for each combination of matches, keyed by it; the path is a shortest one of an object, and `/` only where no
/// object matches like it. `None` when there are too many states.
pub(crate) fn witnesses(patterns: &[&str]) -> Option<BTreeMap<Vec<bool>, String>> {
    let patterns: Vec<Pattern> = patterns.iter().map(|text| Pattern::new(text)).collect();
    let mut alphabet: BTreeSet<char> =
        patterns.iter().flat_map(|p| p.0.iter().copied()).filter(|c| !['*', '?'].contains(c)).collect();
    // A character that no pattern names stands for all of those.
    alphabet.extend(('a'..='z').chain('0'..='9').find(|c| !alphabet.contains(c)));
    let start: Vec<BTreeSet<usize>> = patterns.iter().map(|p| p.step(&p.closure(std::iter::once(0)), '/')).collect();
    let mut seen = BTreeSet::new();
    let mut found = BTreeMap::new();
    let matches = |state: &[BTreeSet<usize>]| -> Vec<bool> {
        patterns.iter().zip(state).map(|(p, positions)| positions.contains(&p.0.len())).collect()
    };
    let of_root = matches(&start);
    let mut todo = VecDeque::from([(start, String::from("/"))]);
    while let Some((state, path)) = todo.pop_front() {
        if path != "/" {
            found.entry(matches(&state)).or_insert_with(|| path.clone());
        }
        for &c in &alphabet {
            let next: Vec<BTreeSet<usize>> = patterns.iter().zip(&state).map(|(p, at)| p.step(at, c)).collect();
            if seen.insert(next.clone()) {
                let mut longer = path.clone();
                longer.push(c);
                todo.push_back((next, longer));
            }
        }
        if seen.len() > BUDGET {
            return None;
        }
    }
    found.entry(of_root).or_insert_with(|| "/".to_owned());
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_that_is_possible_has_a_path() {
        let found = witnesses(&["/a/*", "*.js", "/a/b/*", "img/?"]).unwrap();
        let combinations: Vec<(String, String)> = found
            .iter()
            .map(|(matches, path)| {
                let bits = matches.iter().map(|&m| if m { '1' } else { '0' }).collect();
                (bits, path.clone())
            })
            .collect();
        let keys: Vec<&str> = combinations.iter().map(|(bits, _)| bits.as_str()).collect();
        // `/img/?` has one character behind the slash, so it cannot end in `.js`.
        assert_eq!(keys, ["0000", "0001", "0100", "1000", "1010", "1100", "1110"]);
        let path = |bits: &str| combinations.iter().find(|(b, _)| b == bits).unwrap().1.as_str();
        assert_eq!(path("0000"), "/.");
        assert_eq!(path("1000"), "/a/");
        assert_eq!(path("1110"), "/a/b/.js");
    }

    #[test]
    fn patterns_that_would_take_forever_are_given_up() {
        let long = "/*a?????????????????????????*";
        assert!(witnesses(&[long, "/*b????????????????????????*", "/*c???????????????????????*d"]).is_none());
    }
}
