//! Which methods and headers a page can send at all, and which need a preflight.

use super::list::trimmed;
use crate::fetch::header::{is_forbidden_request_header, is_token};
use crate::fetch::{HeaderList, Method};

/// <https://fetch.spec.whatwg.org/#concept-method-normalize>
pub(super) fn normalize_method(method: &str) -> &str {
    let normalized = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    normalized.into_iter().find(|name| name.eq_ignore_ascii_case(method)).unwrap_or(method)
}

/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
pub(super) fn is_safelisted_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub(super) fn is_forbidden_header(name: &str, value: &str) -> bool {
    let overrides = ["x-http-method", "x-http-method-override", "x-method-override"];
    is_forbidden_request_header(name)
        || overrides.iter().any(|o| name.eq_ignore_ascii_case(o))
            && value.split(',').any(|m| is_forbidden_method(trimmed(m)))
}

/// <https://fetch.spec.whatwg.org/#forbidden-method>
pub(super) fn is_forbidden_method(method: &str) -> bool {
    Method::parse(method).is_some_and(|method| method.is_forbidden())
}

/// No NUL, CR or LF.
/// <https://fetch.spec.whatwg.org/#header-value>
pub(super) fn is_header_value(value: &str) -> bool {
    !value.contains(['\0', '\r', '\n'])
}

/// A value that makes a header CORS-unsafe, for headers whose value nobody told.
pub(super) fn unsafe_value(name: &str) -> &'static str {
    if name.eq_ignore_ascii_case("content-type") {
        "application/octet-stream"
    } else if name.eq_ignore_ascii_case("range") {
        "bytes=-1"
    } else {
        "\"?\""
    }
}

/// The names of the headers that need an allowance: lower case, sorted, each once.
/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>
pub(super) fn cors_unsafe_request_header_names(headers: &HeaderList) -> Vec<String> {
    const MOST_SAFELISTED_BYTES: usize = 1024;
    let is_safe = |name: &str, value: &str| is_cors_safelisted_request_header(name, value);
    let safelisted = headers.iter().filter(|(name, value)| is_safe(name, value));
    let bytes: usize = safelisted.map(|(_, value)| value_bytes(value)).sum();
    let is_listed = |name: &str, value: &str| bytes > MOST_SAFELISTED_BYTES || !is_safe(name, value);
    let listed = headers.iter().filter(|(name, value)| is_listed(name, value));
    let mut names: Vec<String> = listed.map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The length of a value on the wire: one byte for each of its Latin-1 characters.
fn value_bytes(value: &str) -> usize {
    value.chars().count()
}

/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
fn is_cors_safelisted_request_header(name: &str, value: &str) -> bool {
    const LONGEST: usize = 128;
    if value_bytes(value) > LONGEST {
        return false;
    }
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("accept") {
        !has_cors_unsafe_byte(value)
    } else if is("accept-language") || is("content-language") {
        value.bytes().all(|b| b.is_ascii_alphanumeric() || b" *,-.;=".contains(&b))
    } else if is("content-type") {
        !has_cors_unsafe_byte(value) && has_simple_essence(value)
    } else {
        is("range") && is_simple_range(value)
    }
}

/// <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte>
fn has_cors_unsafe_byte(value: &str) -> bool {
    value.chars().any(|c| c != '\t' && (c < ' ' || c == '\u{7f}' || "\"():<>?@[\\]{}".contains(c)))
}

/// Whether the media type is one that forms can send. <https://mimesniff.spec.whatwg.org/#parse-a-mime-type>
fn has_simple_essence(value: &str) -> bool {
    let essence = trimmed(value.split(';').next().unwrap_or_default());
    ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
        .iter()
        .any(|simple| essence.eq_ignore_ascii_case(simple))
}

/// One range with a start: `bytes=0-`, `bytes=0-99`.
/// <https://fetch.spec.whatwg.org/#simple-range-header-value>
fn is_simple_range(value: &str) -> bool {
    let Some((start, end)) = value.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return false;
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    // Numbers have no limit in the standard: the longer one is the larger one.
    let size = |digits: &'_ str| {
        let digits = digits.trim_start_matches('0');
        (digits.len(), digits.to_owned())
    };
    is_number(start) && (end.is_empty() || is_number(end) && size(start) <= size(end))
}

/// What is wrong with a header that a page wants to set; what `fetch()` throws.
/// <https://fetch.spec.whatwg.org/#headers-validate>
pub(super) fn header_error(name: &str, value: &str) -> Option<&'static str> {
    if value.chars().any(|c| c > '\u{ff}') {
        return Some(
            "Failed to read the 'headers' property from 'RequestInit': String contains non ISO-8859-1 code point.",
        );
    }
    if !is_token(name) {
        Some("Invalid name")
    } else if !is_header_value(value) {
        Some("Invalid value")
    } else {
        None
    }
}
