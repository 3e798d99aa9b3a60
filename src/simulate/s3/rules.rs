//! Which rule of a CORS configuration matches a request.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html> says what a rule may hold; that the
//! first rule decides in which origin, method and every requested header match was recorded on AWS:
//! <https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_cors.snapshot.json>.

use super::super::{Reading, Readings};
use crate::deployed::{CorsConfiguration, CorsRule};

/// The rules that match, by their place, in order. S3 takes the first.
pub fn matching_rules<'a>(
    cors: &'a CorsConfiguration,
    readings: &'a Readings,
    origin: &'a str,
    method: &'a str,
    requested_headers: &'a [impl AsRef<str>],
) -> impl Iterator<Item = usize> + 'a {
    let rules = cors.rules.iter().enumerate();
    let matching = rules.filter(move |(_, rule)| {
        rule_matches(rule, readings, origin, method, requested_headers.iter().map(AsRef::as_ref))
    });
    matching.map(|(index, _)| index)
}

/// Whether an entry of `AllowedOrigins` stands for an origin: as text, with one `*` for any run of characters, none
/// included. Scheme, port and trailing slash count; whether case does is a reading.
pub fn origin_matches(pattern: &str, origin: &str, readings: &Readings) -> bool {
    star_matches(pattern, origin, Case::Counts)
        || (star_matches(pattern, origin, Case::Ignored) && readings.value(Reading::S3OriginCase) == "insensitive")
}

/// Whether an entry of `AllowedHeaders` stands for a header name. Case does not count.
pub fn header_matches(pattern: &str, name: &str) -> bool {
    star_matches(pattern, name, Case::Ignored)
}

/// The names in a value of `Access-Control-Request-Headers`, as written; empty items do not count.
pub(in super::super) fn requested_headers(value: &str) -> impl Iterator<Item = &str> + Clone {
    value.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// Whether a rule matches. Origins come last, so that a reading is asked for only where the rest matches.
pub(in super::super) fn rule_matches<'a>(
    rule: &CorsRule,
    readings: &Readings,
    origin: &str,
    method: &str,
    mut requested_headers: impl Iterator<Item = &'a str>,
) -> bool {
    rule.allowed_methods.iter().any(|allowed| allowed == method)
        && requested_headers.all(|name| rule.allowed_headers.iter().any(|pattern| header_matches(pattern, name)))
        && allows_origin(rule, readings, origin)
}

fn allows_origin(rule: &CorsRule, readings: &Readings, origin: &str) -> bool {
    let mut patterns = rule.allowed_origins.iter();
    patterns.clone().any(|pattern| star_matches(pattern, origin, Case::Counts))
        || (patterns.any(|pattern| star_matches(pattern, origin, Case::Ignored))
            && readings.value(Reading::S3OriginCase) == "insensitive")
}

/// Whether a rule that matches answers `*` instead of the request's origin.
pub(super) fn answers_wildcard(rule: &CorsRule, readings: &Readings, origin: &str) -> bool {
    let Some(wildcard) = rule.allowed_origins.iter().position(|pattern| pattern == "*") else { return false };
    let mut before = rule.allowed_origins.iter().take(wildcard);
    let undecided = before.clone().any(|pattern| star_matches(pattern, origin, Case::Ignored));
    !(undecided
        && readings.value(Reading::S3WildcardBeside) == "first-listed"
        && before.any(|pattern| origin_matches(pattern, origin, readings)))
}

/// What is missing in a rule that does not match, in words. Asks no reading: it explains what was decided.
pub(super) fn mismatch<'a>(
    rule: &CorsRule,
    readings: &Readings,
    origin: &str,
    method: &str,
    mut requested_headers: impl Iterator<Item = &'a str>,
) -> String {
    let case = if readings.peek(Reading::S3OriginCase) == "insensitive" { Case::Ignored } else { Case::Counts };
    if !rule.allowed_origins.iter().any(|pattern| star_matches(pattern, origin, case)) {
        return format!("its `AllowedOrigins` have nothing for `{origin}`");
    }
    if !rule.allowed_methods.iter().any(|allowed| allowed == method) {
        return format!("its `AllowedMethods` lack `{method}`");
    }
    let missing = requested_headers.find(|name| !rule.allowed_headers.iter().any(|p| header_matches(p, name)));
    format!("its `AllowedHeaders` have nothing for `{}`", missing.unwrap_or_default())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Counts,
    Ignored,
}

/// S3 takes one `*` in an entry; a second one can only stand for itself.
fn star_matches(pattern: &str, text: &str, case: Case) -> bool {
    let same = |a: &[u8], b: &[u8]| if case == Case::Counts { a == b } else { a.eq_ignore_ascii_case(b) };
    let text = text.as_bytes();
    let Some((head, tail)) = pattern.split_once('*') else { return same(pattern.as_bytes(), text) };
    let Some((start, rest)) = text.split_at_checked(head.len()) else { return false };
    let Some((_, end)) = rest.len().checked_sub(tail.len()).and_then(|at| rest.split_at_checked(at)) else {
        return false;
    };
    same(start, head.as_bytes()) && same(end, tail.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stands_for_any_run_of_characters() {
        let readings = Readings::default();
        for (pattern, origin, expected) in [
            ("*", "null", true),
            ("start*end", "startend", true),
            ("start*end", "start12end", true),
            ("start*end", "0start12end", false),
            ("ab*ba", "aba", false),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://.example.com", true),
            ("https://a.test:*", "https://a.test:8443", true),
            ("https://a.test", "https://a.test/", false),
            ("https://a.test:80", "https://a.test", false),
        ] {
            assert_eq!(origin_matches(pattern, origin, &readings), expected, "{pattern} {origin}");
        }
        assert!(readings.consulted().is_empty(), "case decides none of these");
        assert!(header_matches("x-AMZ-*", "X-Amz-Date") && header_matches("*", "range"));
        assert!(!header_matches("x-amz-*", "x-am") && !header_matches("", "range"));
    }

    #[test]
    fn a_reading_is_asked_only_where_it_decides() {
        let rule = |origins: &[&str]| CorsRule {
            allowed_origins: origins.iter().map(|&o| o.to_owned()).collect(),
            allowed_methods: vec!["GET".to_owned()],
            ..CorsRule::default()
        };
        let none = std::iter::empty::<&str>;
        let readings = Readings::default();
        assert!(!rule_matches(&rule(&["https://A.test"]), &readings, "https://a.test", "PUT", none()));
        assert!(rule_matches(&rule(&["https://A.test", "*"]), &readings, "https://a.test", "GET", none()));
        assert!(answers_wildcard(&rule(&["*", "https://a.test"]), &readings, "https://a.test"));
        assert!(answers_wildcard(&rule(&["https://b.test", "*"]), &readings, "https://a.test"));
        assert!(readings.consulted().is_empty());
        assert!(!rule_matches(&rule(&["https://A.test"]), &readings, "https://a.test", "GET", none()));
        assert!(answers_wildcard(&rule(&["https://a.test", "*"]), &readings, "https://a.test"));
        assert_eq!(readings.consulted(), [Reading::S3WildcardBeside, Reading::S3OriginCase]);
    }
}
