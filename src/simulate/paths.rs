//! Which cache behaviour a path falls to.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>, under
//! "Path pattern": `*` is any run of characters, `?` exactly one, case counts, the `/` at the start may be left out,
//! and the query string has no say.

use super::glob::{glob, one_of_any};
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
    glob(without_slash(pattern), without_slash(path), one_of_any)
}

fn without_slash(text: &str) -> &str {
    text.strip_prefix('/').unwrap_or(text)
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

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "*a".repeat(100) + "b";
        assert!(!path_matches(&pattern, &"a".repeat(5_000)));
    }
}
