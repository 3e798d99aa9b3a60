//! What S3 answers to a CORS request, by the bucket's rules alone; written anew, to judge the rules that are made.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html> and the Fetch standard.

use corsynth::aws::s3::CorsRule;

/// The CORS headers of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) allow_origin: String,
    pub(crate) allow_credentials: bool,
    pub(crate) allow_methods: Vec<String>,
    pub(crate) allow_headers: Vec<String>,
    pub(crate) expose_headers: Vec<String>,
    pub(crate) max_age: u32,
}

/// The answer of the first rule that matches. `requested_method` and `requested_headers` are those of a preflight.
pub(crate) fn answer(rules: &[&CorsRule], origin: &str, method: &str, requested_headers: &[&str]) -> Option<Answer> {
    rules.iter().find_map(|rule| {
        let entry = rule.allowed_origins.iter().find(|pattern| matches(pattern, origin))?;
        if !rule.allowed_methods.iter().any(|m| m == method) {
            return None;
        }
        let allowed = |name: &&str| {
            let name = name.to_ascii_lowercase();
            rule.allowed_headers.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), &name))
        };
        requested_headers.iter().all(allowed).then(|| Answer {
            allow_origin: if entry == "*" { "*".to_owned() } else { origin.to_owned() },
            allow_credentials: entry != "*",
            allow_methods: rule.allowed_methods.clone(),
            allow_headers: requested_headers.iter().map(|h| h.to_ascii_lowercase()).collect(),
            expose_headers: rule.expose_headers.clone(),
            max_age: rule.max_age_seconds,
        })
    })
}

/// One `*` stands for any run of characters, also none; everything else stands for itself.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some(star) = pattern.find('*') else { return pattern == text };
    let (before, behind) = (&pattern[..star], &pattern[star + 1..]);
    match text.strip_prefix(before) {
        Some(rest) => rest.ends_with(behind),
        None => false,
    }
}

/// What a page gets: the names of the response headers that it can read beside the safelisted ones, or nothing.
/// <https://fetch.spec.whatwg.org/#http-cors-protocol>
pub(crate) fn page_reads(
    rules: &[&CorsRule],
    origin: &str,
    method: &str,
    headers: &[&str],
    forced_preflight: bool,
) -> Option<Vec<String>> {
    let may_read = |answer: &Answer| answer.allow_origin == "*" || answer.allow_origin == origin;
    let safelisted = ["GET", "HEAD", "POST"].contains(&method);
    if forced_preflight || !safelisted || !headers.is_empty() {
        let preflight = answer(rules, origin, method, headers).filter(may_read)?;
        let method_passes = safelisted || preflight.allow_methods.iter().any(|m| m == method);
        let header_passes = |name: &&str| preflight.allow_headers.iter().any(|allowed| allowed == name);
        if !method_passes || !headers.iter().all(header_passes) {
            return None;
        }
    }
    // An actual request does not say again which headers it has.
    let answer = answer(rules, origin, method, &[]).filter(may_read);
    // Where only rules with request headers are left, S3 would answer all the same: they take fewer headers, too.
    answer.map(|answer| {
        let mut names: Vec<String> = answer.expose_headers.iter().map(|h| h.to_ascii_lowercase()).collect();
        names.sort();
        names
    })
}
