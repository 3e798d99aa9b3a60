//! A request as one line of text: `GET static:/fonts/a.woff2 origin=https://www.acme.com`. Intents write the history
//! of an expectation so, and the program's options use the same text; an error has a place in the text, and no span.

use crate::fetch::header::is_token;
use crate::fetch::origin::check_serialized_origin;
use crate::fetch::{HeaderList, Method};
use std::ops::Range;

/// What an asset is asked for: `asset:/path`, with a query perhaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetUrl {
    /// The asset's id, which stands for its host.
    pub asset: String,
    /// The path from `/`, and the query with its `?`.
    pub path: String,
}

/// A request that somebody sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenRequest {
    /// Whether the same browser sent it: then the answer may be in its own cache, too.
    pub same_browser: bool,
    /// The method.
    pub method: Method,
    /// What was asked for.
    pub url: AssetUrl,
    /// The headers, `Origin` among them where there was one.
    pub headers: HeaderList,
}

/// Why a text is no URL of an asset, or no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLineError {
    /// What is wrong, or what was expected: lower case, no final period.
    pub message: String,
    /// The bytes of the text that are wrong.
    pub place: Range<usize>,
    /// What to write at that place, when it can be told.
    pub corrected: Option<String>,
}

impl std::fmt::Display for RequestLineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RequestLineError {}

type Result<T> = std::result::Result<T, RequestLineError>;

fn fail<T>(place: Range<usize>, message: impl Into<String>, corrected: Option<String>) -> Result<T> {
    Err(RequestLineError { message: message.into(), place, corrected })
}

impl AssetUrl {
    /// Reads `asset:/path` or `asset:/path?query`, as a browser sends the path: percent-encoded.
    pub fn parse(text: &str) -> Result<Self> {
        let whole = 0..text.len();
        if text.contains("://") {
            return fail(whole, "expected `asset:/path`: the asset's id stands for scheme and host", None);
        }
        let Some((asset, path)) = text.split_once(':').filter(|(asset, _)| !asset.is_empty() && !asset.contains('/'))
        else {
            return fail(whole, "expected `asset:/path`", None);
        };
        if !path.starts_with('/') {
            let url = Self { asset: asset.to_owned(), path: format!("/{path}") };
            let corrected = is_sent(&url.path).then(|| url.to_string());
            return fail(whole, "a path begins with `/`", corrected);
        }
        let at = asset.len() + 1;
        if let Some((offset, c)) = path.char_indices().find(|&(_, c)| !is_sent_as_is(c)) {
            let place = at + offset..at + offset + c.len_utf8();
            let message = match c {
                '#' => "browsers send no fragment".to_owned(),
                c => format!("`{}` is not sent as it is: percent-encode it", c.escape_debug()),
            };
            return fail(place, message, None);
        }
        if !is_sent(path) {
            return fail(at..text.len(), "browsers take `.` and `..` out of a path", None);
        }
        Ok(Self { asset: asset.to_owned(), path: path.to_owned() })
    }
}

impl std::fmt::Display for AssetUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.asset, self.path)
    }
}

/// Whether a character of a path or a query goes out unchanged.
/// <https://url.spec.whatwg.org/#path-percent-encode-set>, <https://url.spec.whatwg.org/#query-percent-encode-set>
fn is_sent_as_is(c: char) -> bool {
    c.is_ascii_graphic() && !"\"#<>\\^`{}".contains(c)
}

/// Whether browsers send a path and a query in this spelling.
/// <https://url.spec.whatwg.org/#double-dot-path-segment>
fn is_sent(path: &str) -> bool {
    let segments = path.split('?').next().unwrap_or_default().split('/');
    let dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    path.chars().all(is_sent_as_is) && !segments.into_iter().any(dots)
}

/// Reads `METHOD asset:/path [origin=O] [NAME=VALUE …] [same-browser]`. `NAME=VALUE` is a request header; a value
/// holds no white space.
pub fn parse_given(text: &str) -> Result<GivenRequest> {
    let mut at = 0;
    let mut words = text.split_inclusive(char::is_whitespace).filter_map(|piece| {
        let (start, word) = (at, piece.trim_end());
        at += piece.len();
        (!word.is_empty()).then_some((start, word))
    });
    let whole = 0..text.len();
    let Some((start, word)) = words.next() else {
        return fail(whole, "expected `METHOD asset:/path`", None);
    };
    let place = start..start + word.len();
    let upper = word.to_ascii_uppercase();
    let method = match Method::parse(word) {
        Some(_) if word != upper => return fail(place, "methods are in upper case", Some(upper)),
        Some(method) => method,
        None => return fail(place, "expected a method, such as `GET`", None),
    };
    let Some((start, word)) = words.next() else {
        return fail(whole, "expected `asset:/path` behind the method", None);
    };
    let url = AssetUrl::parse(word).map_err(|error| moved(error, start))?;
    let mut request = GivenRequest { same_browser: false, method, url, headers: HeaderList::new() };
    for (start, word) in words {
        let place = start..start + word.len();
        if word == "same-browser" {
            request.same_browser = true;
            continue;
        }
        let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_token(name)) else {
            return fail(place, "expected `origin=ORIGIN`, a header as `NAME=VALUE`, or `same-browser`", None);
        };
        if !is_field_value(value) {
            return fail(place, "a header's value holds no control characters", None);
        }
        if !name.eq_ignore_ascii_case("origin") {
            request.headers.append(name.to_owned(), value.to_owned());
        } else if request.headers.contains("origin") {
            return fail(place, "a request has one origin", None);
        } else {
            check_serialized_origin(value).map_err(|error| RequestLineError {
                message: "no browser sends this origin".to_owned(),
                corrected: error.corrected.map(|origin| format!("{name}={origin}")),
                place: place.clone(),
            })?;
            request.headers.append("Origin", value.to_owned());
        }
    }
    Ok(request)
}

fn moved(error: RequestLineError, by: usize) -> RequestLineError {
    RequestLineError { place: error.place.start + by..error.place.end + by, ..error }
}

/// Whether a text can be a header's value, white space around it left out.
/// <https://fetch.spec.whatwg.org/#header-value>
pub(super) fn is_field_value(text: &str) -> bool {
    text == text.trim() && !text.chars().any(|c| c.is_control() && c != '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_method_a_url_and_words() {
        let text = "OPTIONS static:/a?b=1  origin=https://a.example access-control-request-method=PUT same-browser";
        let given = parse_given(text).unwrap();
        assert_eq!((given.method.as_str(), given.url.to_string().as_str()), ("OPTIONS", "static:/a?b=1"));
        assert!(given.same_browser);
        let headers: Vec<_> = given.headers.iter().collect();
        assert_eq!(headers, [("Origin", "https://a.example"), ("access-control-request-method", "PUT")]);
        assert_eq!(parse_given("GET a:/ origin=null").unwrap().headers.first("origin"), Some("null"));
        assert!(!parse_given("GET a:/x").unwrap().headers.contains("origin"));
        assert_eq!(parse_given("GET a:/x if-none-match=").unwrap().headers.first("If-None-Match"), Some(""));
    }

    #[test]
    fn everything_else_is_named_at_its_place() {
        for (text, place, corrected) in [
            ("", "", ""),
            ("get a:/x", "get", "GET"),
            ("G(T a:/x", "G(T", ""),
            ("GET", "GET", ""),
            ("GET /x", "/x", ""),
            ("GET a", "a", ""),
            ("GET :/x", ":/x", ""),
            ("GET https://a.example/x", "https://a.example/x", ""),
            ("GET a:x", "a:x", "a:/x"),
            ("GET a:/x#y", "#", ""),
            ("GET a:/é", "é", ""),
            ("GET a:/b/../c", "/b/../c", ""),
            ("GET a:/b/%2E/c", "/b/%2E/c", ""),
            ("GET a:/x https://a.example", "https://a.example", ""),
            ("GET a:/x origin=https://A.example", "origin=https://A.example", "origin=https://a.example"),
            ("GET a:/x origin=https://*.example.com", "origin=https://*.example.com", ""),
            ("GET a:/x origin=null origin=null", "origin=null", ""),
            ("GET a:/x a=\u{1}", "a=\u{1}", ""),
        ] {
            let error = parse_given(text).expect_err(text);
            assert_eq!(text.get(error.place.clone()), Some(place), "{text}");
            assert_eq!(error.corrected.as_deref().unwrap_or_default(), corrected, "{text}");
            assert!(!error.message.is_empty());
        }
    }
}
