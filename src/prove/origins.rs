//! Origins that stand for all origins.
//!
//! What a request gets depends on its origin in three ways only: which grants match it, which rules of the bucket and
//! which policies match it (and whether by `*`), and whether it is the same text as the origin of an earlier request.
//! So two origins that are matched by the same things are alike, and one of each kind, with a second one for histories,
//! stands for all.

use super::stars;
use crate::deployed::{Asset, CorsConfig};
use crate::intent::Intent;
use crate::simulate::{Reading, Readings, policy, s3};
use std::collections::{BTreeMap, BTreeSet};

/// Origins that nothing tells apart.
#[derive(Debug, Clone)]
pub(crate) struct OriginClass {
    /// Up to two of them that a browser can send; none when only other clients can.
    pub(crate) pages: Vec<String>,
    /// Up to two of them, for requests of earlier visitors, browsers or not.
    pub(crate) any: Vec<String>,
    /// The rules that match, as indices; those of a second bucket follow those of the first.
    pub(crate) rules: Vec<usize>,
}

/// What tells origins apart.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Teller<'a> {
    /// The grants of an intent on one of its assets.
    Grants(&'a Intent, usize),
    /// What AWS holds for an asset.
    Held(&'a Asset),
}

/// What stands between the beginning and the end of a pattern: one label, two labels, a number (for ports), nothing.
const FILLERS: [&str; 4] = ["corsynth", "cor.synth", "7", ""];

/// The classes of the origins that an asset can be asked from, in a stable order.
pub(super) fn classes(intent: &Intent, index: usize, asset: &Asset) -> Vec<OriginClass> {
    classes_of(&[Teller::Grants(intent, index), Teller::Held(asset)], |_, _| {})
}

/// The classes that several tell apart together. `met` hears of every origin that was looked at, with what is the same
/// for all origins of its class.
pub(crate) fn classes_of(tellers: &[Teller<'_>], mut met: impl FnMut(&[u32], &str)) -> Vec<OriginClass> {
    let policies = policies(tellers);
    let index = Index::new(tellers);
    let mut classes: BTreeMap<Vec<u32>, OriginClass> = BTreeMap::new();
    for origin in witnesses(&index, &policies) {
        let mut signature = index.signature(&origin);
        let by_rules = signature.len();
        signature.extend(policy_signature(&policies, &origin));
        met(&signature, &origin);
        let class = classes.entry(signature).or_insert_with_key(|signature| OriginClass {
            pages: Vec::new(),
            any: Vec::new(),
            rules: signature
                .iter()
                .take(by_rules)
                .filter_map(|&mark| Index::rule(mark))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
        });
        if is_sent_by_browsers(&origin) {
            class.pages.push(origin.clone());
            // Plain ones first: they are shown.
            class.pages.sort_by_key(|page| !is_plain(page));
            class.pages.truncate(2);
        }
        if class.any.len() < 2 {
            class.any.push(origin);
        }
    }
    classes.into_values().collect()
}

/// The CORS section of a response headers policy, with what can be found without asking every entry.
struct Policy<'a> {
    cors: &'a CorsConfig,
    /// Entries that are one origin of the web: they match it and nothing else, under every reading.
    literals: BTreeSet<&'a str>,
    /// The section with the other entries only.
    rest: CorsConfig,
    /// What each of those needs at least: a beginning and an end. Nothing without a scheme, which matches any.
    needed: Vec<(String, String)>,
}

impl<'a> Policy<'a> {
    fn new(cors: &'a CorsConfig) -> Self {
        let is_literal =
            |entry: &&String| !entry.contains('*') && (entry.starts_with("https://") || entry.starts_with("http://"));
        let (literals, rest): (Vec<&String>, Vec<&String>) = cors.allow_origins.iter().partition(is_literal);
        let spelled = rest.iter().flat_map(|entry| spelled_out(entry));
        let needed = spelled.map(|text| match stars::cut(&text) {
            Some((beginning, end)) if text.contains("://") => (beginning.to_owned(), end.to_owned()),
            Some(_) => (String::new(), String::new()),
            None => (text, String::new()),
        });
        Self {
            cors,
            literals: literals.into_iter().map(String::as_str).collect(),
            needed: needed.collect(),
            rest: CorsConfig { allow_origins: rest.into_iter().cloned().collect(), ..cors.clone() },
        }
    }

    /// Whether an entry beside the literals could match an origin.
    fn could_match(&self, origin: &str) -> bool {
        self.needed.iter().any(|(beginning, end)| origin.starts_with(beginning) && origin.ends_with(end))
    }
}

/// The different CORS sections of all response headers policies.
fn policies<'a>(tellers: &[Teller<'a>]) -> Vec<Policy<'a>> {
    let held = tellers.iter().filter_map(|teller| match teller {
        Teller::Held(asset) => asset.distribution.as_ref(),
        Teller::Grants(..) => None,
    });
    let behaviors = held.flat_map(|d| &d.behaviors);
    let mut policies: Vec<Policy<'_>> = Vec::new();
    for cors in behaviors.filter_map(|b| b.response_headers_policy.as_ref()?.cors.as_ref()) {
        if !policies.iter().any(|known| known.cors == cors) {
            policies.push(Policy::new(cors));
        }
    }
    policies
}

/// Origins by what could match them, so that a literal is found without asking every list.
struct Index {
    /// Lower-case literals: what names them, and how it is spelled there.
    literals: BTreeMap<String, Vec<(u32, String)>>,
    /// Texts with a `*`: what names them.
    patterns: BTreeMap<String, Vec<u32>>,
    /// The favoured readings, and those in which case does not count.
    readings: [Readings; 2],
}

/// Marks of withheld frontends begin behind those of grants: an intent has fewer.
const WITHHELD: usize = 1 << 20;

/// Marks of rules of functions begin behind those.
const FUNCTIONS: usize = 1 << 22;

impl Index {
    /// What a mark in a signature is about: grants are even, rules odd; whether case was ignored, and whether it was by
    /// `*` itself, are further marks.
    fn mark(is_rule: bool, index: usize) -> u32 {
        u32::try_from(index).unwrap_or(u32::MAX / 8) * 8 + u32::from(is_rule)
    }

    fn rule(mark: u32) -> Option<usize> {
        // A match without case is one in a reading only; it still may matter.
        (mark % 2 == 1).then(|| usize::try_from(mark / 8).unwrap_or_default())
    }

    fn new(tellers: &[Teller<'_>]) -> Self {
        let plain = Readings::default();
        let caseless = plain.with(Reading::S3OriginCase, "insensitive").unwrap_or_default();
        let mut index = Self { literals: BTreeMap::new(), patterns: BTreeMap::new(), readings: [plain, caseless] };
        // Where the grants and the rules of the next one begin.
        let (mut grants, mut rules, mut functions) = (0, 0, FUNCTIONS);
        for teller in tellers {
            match teller {
                Teller::Grants(intent, asset) => {
                    for grant in intent.grants.iter().filter(|g| g.to.iter().any(|t| t.asset == *asset)) {
                        for origin in &grant.origins {
                            index.add(Self::mark(false, grants + grant.index), origin.as_str());
                        }
                    }
                    // Those kept from this environment are tried for themselves, too.
                    for (at, frontend) in intent.withheld.iter().enumerate() {
                        for origin in &frontend.origins {
                            index.add(Self::mark(false, WITHHELD + grants + at), origin.value.as_str());
                        }
                    }
                    grants += intent.grants.iter().map(|grant| grant.index + 1).max().unwrap_or_default();
                }
                Teller::Held(asset) => {
                    let held = asset.cors().map_or(&[][..], |cors| &cors.rules);
                    for (at, rule) in held.iter().enumerate() {
                        for origin in &rule.allowed_origins {
                            index.add(Self::mark(true, rules + at), origin);
                        }
                    }
                    rules += held.len();
                    for rule in asset.function_rules() {
                        for origin in &rule.allowed_origins {
                            index.add(Self::mark(false, functions), origin);
                        }
                        functions += 1;
                    }
                    // An `Origin` that the distribution adds is what S3 answers to everybody.
                    let added = asset.distribution.iter().flat_map(|d| &d.origin_custom_headers);
                    for (_, origin) in added.filter(|(name, _)| name.eq_ignore_ascii_case("Origin")) {
                        index.add(Self::mark(false, functions), origin);
                        functions += 1;
                    }
                }
            }
        }
        index
    }

    fn add(&mut self, mark: u32, text: &str) {
        if text.contains('*') {
            self.patterns.entry(text.to_owned()).or_default().push(mark);
        } else {
            self.literals.entry(text.to_ascii_lowercase()).or_default().push((mark, text.to_owned()));
        }
    }

    /// What matches an origin.
    fn signature(&self, origin: &str) -> Vec<u32> {
        let literals = self.literals.get(&origin.to_ascii_lowercase()).into_iter().flatten();
        let mut marks: Vec<u32> = literals
            .filter_map(|(mark, text)| match (text == origin, mark % 2 == 1) {
                (true, _) => Some(*mark),
                (false, true) => Some(mark + 2),
                (false, false) => None,
            })
            .collect();
        let [plain, caseless] = &self.readings;
        for (text, owners) in &self.patterns {
            // Grants and rules match alike here (a test compares the two), but for case.
            if s3::origin_matches(text, origin, plain) {
                marks.extend(owners.iter().map(|mark| if text == "*" { mark + 4 } else { *mark }));
            } else if s3::origin_matches(text, origin, caseless) {
                marks.extend(owners.iter().filter(|mark| *mark % 2 == 1).map(|mark| mark + 2));
            }
        }
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

/// Which policies match an origin, by what, under each reading that has a say.
fn policy_signature(policies: &[Policy<'_>], origin: &str) -> Vec<u32> {
    const FROM: u32 = 1 << 24;
    let plain = Readings::default();
    let mut marks = Vec::new();
    for (index, policy) in (0_u32..).zip(policies) {
        if policy.literals.contains(origin) && !policy.rest.allow_origins.iter().any(|entry| entry == "*") {
            marks.push(FROM + index * 16 + 8);
            continue;
        }
        if !policy.could_match(origin) {
            continue;
        }
        let mut todo = vec![plain.clone()];
        let mut done: Vec<Readings> = Vec::new();
        while let Some(readings) = todo.pop() {
            readings.forget_consulted();
            let entry = policy::allow_origin_entry(&policy.rest, origin, &readings);
            let case = u32::from(readings.peek(Reading::PolicyWildcard) == "one-label")
                + 2 * u32::from(readings.peek(Reading::PolicyOtherSchemes) == "ignored");
            if let Some(entry) = entry {
                marks.push(FROM + index * 16 + case * 2 + u32::from(entry == "*"));
            }
            for reading in readings.consulted() {
                let others = readings.alternatives(reading);
                todo.extend(others.into_iter().filter(|other| !done.contains(other)));
            }
            done.push(readings);
        }
    }
    marks
}

/// One origin at least of each class.
fn witnesses(index: &Index, policies: &[Policy<'_>]) -> BTreeSet<String> {
    let mut literals: BTreeSet<String> = index.literals.values().flatten().map(|(_, text)| text.clone()).collect();
    // Browsers send lower case, which S3 may find in a pattern that is written otherwise.
    let mut patterns: BTreeSet<String> =
        index.patterns.keys().flat_map(|pattern| [pattern.clone(), pattern.to_ascii_lowercase()]).collect();
    for entry in policies.iter().flat_map(|policy| &policy.cors.allow_origins) {
        for text in spelled_out(entry) {
            if text.contains('*') {
                patterns.insert(text)
            } else {
                literals.insert(text)
            };
        }
    }
    let mut witnesses = stars::witnesses(patterns.iter().filter_map(|p| stars::cut(p)), &FILLERS);
    for literal in literals {
        witnesses.extend(neighbours(&literal));
        witnesses.insert(literal);
    }
    witnesses.extend(["https://corsynth.invalid", "http://corsynth.invalid:8080", "null"].map(ToOwned::to_owned));
    witnesses
}

/// What an entry of a policy stands for, as texts with at most one `*`: without a scheme it is for all of them, and the
/// port `*` is also no port.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>
pub(crate) fn spelled_out(entry: &str) -> Vec<String> {
    let schemes: &[&str] =
        if entry.contains("://") || entry == "*" { &[""] } else { &["http://", "https://", "capacitor://"] };
    let mut texts: Vec<String> = schemes.iter().map(|scheme| [scheme, entry].concat()).collect();
    let without_port: Vec<String> = texts.iter().filter_map(|t| t.strip_suffix(":*")).map(ToOwned::to_owned).collect();
    texts.extend(without_port);
    texts
}

/// Origins that look like one and are not it.
fn neighbours(origin: &str) -> Vec<String> {
    let Some((scheme, rest)) = origin.split_once("://") else { return vec![origin.to_ascii_lowercase()] };
    let host = rest.split_once(':').map_or(rest, |(host, _)| host);
    let other = if scheme == "https" { "http" } else { "https" };
    vec![
        format!("{other}://{rest}"),
        format!("{scheme}://{host}"),
        format!("{scheme}://{host}:8443"),
        format!("{scheme}://corsynth{rest}"),
        format!("{scheme}://corsynth.{rest}"),
        format!("{scheme}://{host}.corsynth.invalid"),
        origin.to_ascii_lowercase(),
    ]
}

/// Whether people would take it for the origin of a site: a scheme of the web, and no label is empty.
fn is_plain(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| host.split('.').all(|label| !label.is_empty()))
}

/// Whether a browser can send this as `Origin`: `null`, or scheme, host and port as they are serialized.
/// <https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin>
pub(crate) fn is_sent_by_browsers(origin: &str) -> bool {
    if origin == "null" {
        return true;
    }
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let is_default = matches!((scheme, port), ("https", Some("443")) | ("http", Some("80")));
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port);
    let in_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._[]:".contains(c);
    let in_scheme = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    // A name with an empty label in front or between has no address.
    let has_labels = !host.is_empty() && !host.starts_with('.') && !host.contains("..");
    has_labels
        && host.chars().all(in_host)
        && (host.starts_with('[') || !host.contains(':'))
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(in_scheme)
        && port.is_none_or(is_port)
        && !is_default
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn grants_and_rules_match_alike(
            pattern in "(https|http)://(\\*\\.|pr-\\*\\.|[ab]\\.)?[ab]\\.example\\.com(:[1-9]|:\\*)?",
            origin in "(https|http)://([ab]\\.){0,3}(pr-[ab]\\.)?[ab]\\.example\\.com(:[1-9])?",
        ) {
            if let Ok(granted) = crate::fetch::OriginPattern::parse(&pattern) {
                let by_rule = s3::origin_matches(&pattern, &origin, &Readings::default());
                proptest::prop_assert_eq!(granted.matches(&origin), by_rule, "{} {}", pattern, origin);
            }
        }
    }

    #[test]
    fn only_serialized_origins_come_from_browsers() {
        for origin in ["null", "https://a.example", "http://[::1]:3000", "capacitor://localhost", "http://a:8080"] {
            assert!(is_sent_by_browsers(origin), "{origin}");
        }
        for origin in ["https://.a.example", "https://a..example"] {
            assert!(!is_sent_by_browsers(origin), "{origin}");
        }
        for origin in ["", "a.example", "https://", "https://A.example", "https://a/", "https://a:443", "http://a:x"] {
            assert!(!is_sent_by_browsers(origin), "{origin}");
        }
    }
}
