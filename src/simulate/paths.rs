//! Which cache behaviour a path falls to.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>, under
//! "Path pattern": `*` is any run of characters, `?` exactly one, case counts, the `/` at the start may be left out,
//! and the query string has no say.

use crate::deployed::{CacheBehavior, Distribution};

/// The behaviour that a path falls to: the first in order whose pattern matches, the default one when none does.
pub fn behavior_for<'d>(distribution: &'d Distribution, path: &str) -> Option<&'d CacheBehavior> {
    let behaviors = &distribution.behaviors;
    let matching = |b: &&CacheBehavior| b.path_pattern.as_deref().is_some_and(|pattern| path_matches(pattern, path));
    behaviors.iter().find(matching).or_else(|| behaviors.iter().find(|b| b.path_pattern.is_none()))
}

/// Whether a path pattern stands for a path.
pub fn path_matches(pattern: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    glob(without_slash(pattern), without_slash(path), true)
}

fn without_slash(text: &str) -> &str {
    text.strip_prefix('/').unwrap_or(text)
}

/// Whether a text fits a pattern in which `*` is any run of characters and, where it is asked for, `?` exactly one.
/// Only the last `*` is ever tried again, so the effort is at most the product of the two lengths.
pub(super) fn glob(pattern: &str, text: &str, has_question_mark: bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // The pattern behind the last `*`, and the text that this `*` does not stand for yet.
    let mut again = None;
    loop {
        let (wanted, found) = (pattern.clone().next(), text.clone().next());
        let fits = match (wanted, found) {
            (None, None) => return true,
            (Some('*'), _) => {
                pattern.next();
                again = Some((pattern.clone(), text.clone()));
                continue;
            }
            (Some(wanted), Some(found)) => wanted == found || (wanted == '?' && has_question_mark),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if fits {
            pattern.next();
            text.next();
            continue;
        }
        let Some((behind, rest)) = &mut again else { return false };
        if rest.next().is_none() {
            return false;
        }
        (pattern, text) = (behind.clone(), rest.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_paths_as_the_guide_says() {
        for (pattern, path, expected) in [
            ("*", "/", true),
            ("/*", "/a/b", true),
            ("fonts/*", "/fonts/a.woff2", true),
            ("/fonts/*", "/fonts/", true),
            ("/fonts/*", "/fonts", false),
            ("/fonts/*", "/Fonts/a.woff2", false),
            ("/fonts/*", "/x/fonts/a", false),
            ("*.jpg", "/deep/er/a.jpg", true),
            ("*.jpg", "/a.jpg?x=.png", true),
            ("*.jpg", "/a.jpeg", false),
            ("a?c", "/abc", true),
            ("a?c", "/ac", false),
            ("a??.jpg", "/abc.jpg", true),
            ("a*b*c", "/abbbc", true),
            ("a*b*c", "/acb", false),
            ("/exact", "/exact", true),
            ("/exact", "/exactly", false),
            ("", "/", true),
            ("?", "/é", true),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    /// The definition, in as many steps as it takes.
    fn by_definition(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => (0..=text.len()).any(|taken| by_definition(rest, &text[taken..])),
            (['?', rest @ ..], [_, behind @ ..]) => by_definition(rest, behind),
            ([wanted, rest @ ..], [found, behind @ ..]) => wanted == found && by_definition(rest, behind),
            _ => false,
        }
    }

    fn all_texts(letters: &[char], most: usize) -> Vec<Vec<char>> {
        let mut texts = vec![Vec::new()];
        let mut start = 0;
        for _ in 0..most {
            let longer: Vec<Vec<char>> = texts[start..]
                .iter()
                .flat_map(|text| letters.iter().map(move |&letter| [text.as_slice(), &[letter]].concat()))
                .collect();
            start = texts.len();
            texts.extend(longer);
        }
        texts
    }

    #[test]
    fn all_short_patterns_match_by_definition() {
        let texts = all_texts(&['a', 'b'], 5);
        for pattern in all_texts(&['a', 'b', '*', '?'], 5) {
            let written: String = pattern.iter().collect();
            for text in &texts {
                let path: String = text.iter().collect();
                assert_eq!(glob(&written, &path, true), by_definition(&pattern, text), "{written} {path}");
            }
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "*a".repeat(100) + "b";
        assert!(!path_matches(&pattern, &"a".repeat(5_000)));
    }
}
