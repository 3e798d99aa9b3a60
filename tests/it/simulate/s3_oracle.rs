//! A second reading of S3's rules, written from the pages and recordings alone, that can also be told to go wrong in
//! the ways in which known servers do. Slow and plain.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A way in which a server is known to differ from S3: a row of `tests/s3/engine-differences.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quirk {
    WildcardNeedsACharacter,
    NoWildcardsInHeaderNames,
    EmptyHeaderNamesCount,
    HeaderNamesUnchecked,
    UnknownMethodLeftToTheRules,
    MissingMethodLeftToTheRules,
    MethodCaseIgnored,
    MethodBeforeConfiguration,
    RequestMethodIgnoredOnReads,
    RequestHeadersIgnoredOnReads,
    HeadersDecideNoRule,
    OriginNotNeededForWildcard,
    OriginBesideWildcard,
    WildcardOnPreflights,
    CredentialsWithWildcard,
    AllowHeadersAsWritten,
    AllowHeadersOnReads,
    NoAllowMethodsOnReads,
    NoAgeOrExposureOnPreflights,
    ZeroAgeOmitted,
    OtherErrorCode,
    BadRequestIs403,
}

/// All of them, by the name in the table.
pub(super) const QUIRKS: [(&str, Quirk); 22] = [
    ("wildcard-needs-a-character", Quirk::WildcardNeedsACharacter),
    ("no-wildcards-in-header-names", Quirk::NoWildcardsInHeaderNames),
    ("empty-header-names-count", Quirk::EmptyHeaderNamesCount),
    ("header-names-unchecked", Quirk::HeaderNamesUnchecked),
    ("unknown-method-left-to-the-rules", Quirk::UnknownMethodLeftToTheRules),
    ("missing-method-left-to-the-rules", Quirk::MissingMethodLeftToTheRules),
    ("method-case-ignored", Quirk::MethodCaseIgnored),
    ("method-before-configuration", Quirk::MethodBeforeConfiguration),
    ("request-method-ignored-on-reads", Quirk::RequestMethodIgnoredOnReads),
    ("request-headers-ignored-on-reads", Quirk::RequestHeadersIgnoredOnReads),
    ("headers-decide-no-rule", Quirk::HeadersDecideNoRule),
    ("origin-not-needed-for-wildcard", Quirk::OriginNotNeededForWildcard),
    ("origin-beside-wildcard", Quirk::OriginBesideWildcard),
    ("wildcard-on-preflights", Quirk::WildcardOnPreflights),
    ("credentials-with-wildcard", Quirk::CredentialsWithWildcard),
    ("allow-headers-as-written", Quirk::AllowHeadersAsWritten),
    ("allow-headers-on-reads", Quirk::AllowHeadersOnReads),
    ("no-allow-methods-on-reads", Quirk::NoAllowMethodsOnReads),
    ("no-age-or-exposure-on-preflights", Quirk::NoAgeOrExposureOnPreflights),
    ("zero-age-omitted", Quirk::ZeroAgeOmitted),
    ("other-error-code", Quirk::OtherErrorCode),
    ("bad-request-is-403", Quirk::BadRequestIs403),
];

/// What is compared of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u64,
    pub(super) code: Option<String>,
    /// The CORS headers and `vary`, names in lower case.
    pub(super) headers: BTreeMap<String, String>,
}

impl Answer {
    fn error(status: u64, code: &str) -> Self {
        Self { status, code: Some(code.to_owned()), headers: BTreeMap::new() }
    }
}

/// Whether a pattern with at most one `*` stands for a text; `least` characters must be behind the `*`.
fn stands_for(pattern: &str, text: &str, least: usize) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text
            .strip_prefix(head)
            .and_then(|rest| rest.strip_suffix(tail))
            .is_some_and(|run| run.chars().count() >= least),
    }
}

fn words(rule: &Value, member: &str) -> Vec<String> {
    rule[member].as_array().into_iter().flatten().map(|word| word.as_str().expect(member).to_owned()).collect()
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "()<>@,;:\\\"/[]?={}".contains(c))
}

/// The answer to a request for an object that exists, by somebody who may do anything.
pub(super) fn answer(rules: &Value, request: &Value, quirks: &BTreeSet<Quirk>) -> Answer {
    let has = |quirk: Quirk| quirks.contains(&quirk);
    let http_method = request["method"].as_str().expect("a method");
    let header = |name: &str| request["headers"].get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    let is_preflight = http_method == "OPTIONS";
    let forbidden = if has(Quirk::OtherErrorCode) { "CORSResponse" } else { "AccessForbidden" };

    let bad_request = || Answer::error(if has(Quirk::BadRequestIs403) { 403 } else { 400 }, "BadRequest");

    let mut origin = header("Origin");
    if is_preflight && origin.is_none() {
        return bad_request();
    }
    let mut method = header("Access-Control-Request-Method");
    if is_preflight && has(Quirk::MethodBeforeConfiguration) && method.is_none() {
        return bad_request();
    }
    if is_preflight && rules.is_null() {
        return Answer::error(403, forbidden);
    }
    let is_left_to_the_rules = match method {
        Some("GET" | "PUT" | "POST" | "DELETE" | "HEAD") => true,
        Some(_) => has(Quirk::UnknownMethodLeftToTheRules),
        None => has(Quirk::MissingMethodLeftToTheRules),
    };
    if is_preflight && !is_left_to_the_rules {
        return bad_request();
    }
    let mut asked = header("Access-Control-Request-Headers");
    if !is_preflight && has(Quirk::RequestMethodIgnoredOnReads) {
        method = None;
    }
    if !is_preflight && has(Quirk::RequestHeadersIgnoredOnReads) {
        asked = None;
    }
    let items = asked.map(|asked| asked.split(',').map(str::trim).collect()).unwrap_or_default();
    let mut names: Vec<&str> = items;
    if !has(Quirk::EmptyHeaderNamesCount) {
        names.retain(|name| !name.is_empty());
    }
    if is_preflight && !has(Quirk::HeaderNamesUnchecked) && names.iter().any(|name| !is_header_name(name)) {
        return bad_request();
    }
    if origin.is_none() && has(Quirk::OriginNotNeededForWildcard) {
        origin = Some("");
    }

    let success = match http_method {
        "DELETE" => 204,
        _ => 200,
    };
    let mut answer = Answer { status: success, code: None, headers: BTreeMap::new() };
    let Some(origin) = origin else { return answer };
    let mut method = method.unwrap_or(http_method).to_owned();
    if has(Quirk::MethodCaseIgnored) {
        method = method.to_uppercase();
    }
    let least = usize::from(has(Quirk::WildcardNeedsACharacter));
    let origins_for = |rule: &Value| -> Vec<String> {
        words(rule, "AllowedOrigins").into_iter().filter(|o| o == "*" || stands_for(o, origin, least)).collect()
    };
    let headers_fit = |rule: &Value| {
        let allowed = words(rule, "AllowedHeaders");
        names.iter().all(|name| {
            let name = name.to_lowercase();
            allowed.iter().map(|allowed| allowed.to_lowercase()).any(|allowed| {
                let is_literal = has(Quirk::NoWildcardsInHeaderNames) && allowed != "*";
                if is_literal { allowed == name } else { stands_for(&allowed, &name, 0) }
            })
        })
    };
    let mut found = None;
    for rule in rules.as_array().into_iter().flatten() {
        let is_meant = !origins_for(rule).is_empty() && words(rule, "AllowedMethods").contains(&method);
        if is_meant && has(Quirk::HeadersDecideNoRule) {
            found = Some(rule).filter(|rule| headers_fit(rule));
            break;
        }
        if is_meant && headers_fit(rule) {
            found = Some(rule);
            break;
        }
    }
    let Some(rule) = found else {
        return if is_preflight { Answer::error(403, forbidden) } else { answer };
    };

    let has_wildcard = words(rule, "AllowedOrigins").iter().any(|o| o == "*");
    let is_wildcard = if has(Quirk::OriginBesideWildcard) {
        origins_for(rule).iter().all(|o| o == "*")
    } else {
        has_wildcard || (is_preflight && has(Quirk::WildcardOnPreflights))
    };
    let mut set = |name: &str, value: String| answer.headers.insert(name.to_owned(), value);
    set("access-control-allow-origin", if is_wildcard { "*".to_owned() } else { origin.to_owned() });
    if !is_wildcard || (has(Quirk::CredentialsWithWildcard) && !is_preflight) {
        set("access-control-allow-credentials", "true".to_owned());
    }
    if is_preflight || !has(Quirk::NoAllowMethodsOnReads) {
        set("access-control-allow-methods", words(rule, "AllowedMethods").join(", "));
    }
    if (is_preflight || has(Quirk::AllowHeadersOnReads)) && !names.is_empty() {
        let names = names.join(", ");
        set(
            "access-control-allow-headers",
            if has(Quirk::AllowHeadersAsWritten) { names } else { names.to_lowercase() },
        );
    }
    if !(is_preflight && has(Quirk::NoAgeOrExposureOnPreflights)) {
        let exposed = words(rule, "ExposeHeaders");
        if !exposed.is_empty() {
            set("access-control-expose-headers", exposed.join(", "));
        }
        let age = rule["MaxAgeSeconds"].as_u64();
        if let Some(age) = age.filter(|&age| age != 0 || !has(Quirk::ZeroAgeOmitted)) {
            set("access-control-max-age", age.to_string());
        }
    }
    set("vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method".to_owned());
    answer
}
