//! Header names: what is a name, and which names browsers treat specially.
//!
//! <https://fetch.spec.whatwg.org/#headers>

/// A header name in lower case. Names are compared without case everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderName(String);

impl HeaderName {
    /// `None` when the text is not a token. <https://fetch.spec.whatwg.org/#header-name>
    pub fn parse(text: &str) -> Option<Self> {
        is_token(text).then(|| Self(text.to_ascii_lowercase()))
    }

    /// Lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl HeaderName {
    /// The spelling that people expect in a configuration: `ETag`, `Content-Range`, `x-amz-version-id`.
    /// Names are compared without case, so this is for the reader only.
    pub fn spelled(&self) -> String {
        if self.0 == "etag" {
            return "ETag".to_owned();
        }
        if self.0.starts_with("x-") {
            return self.0.clone();
        }
        let words = self.0.split('-').map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        });
        words.collect::<Vec<_>>().join("-")
    }
}

/// A header name in which one `*` may stand for any run of characters, as S3 matches `AllowedHeaders`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderPattern(String);

impl HeaderPattern {
    /// `None` when the text is not a token or holds more than one `*`. (`*` is a token character.)
    pub fn parse(text: &str) -> Option<Self> {
        (is_token(text) && text.matches('*').count() <= 1).then(|| Self(text.to_ascii_lowercase()))
    }

    /// Lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is one name and not a pattern.
    pub fn is_literal(&self) -> bool {
        !self.0.contains('*')
    }

    /// Whether everything that `other` stands for is covered by this one.
    pub fn covers(&self, other: &Self) -> bool {
        super::origin::star_covers(&self.0, &other.0)
    }
}

/// One or more `tchar`. <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Names that no page can set, so a preflight never asks for them.
/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub fn is_forbidden_request_header(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || name == "via" || name.starts_with("proxy-") || name.starts_with("sec-")
}

/// Names that need no allowance while their values are plain.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
pub fn is_cors_safelisted_request_header_name(name: &str) -> bool {
    ["accept", "accept-language", "content-language", "content-type", "range"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

/// Names that a page may read without their being exposed.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>
pub fn is_cors_safelisted_response_header_name(name: &str) -> bool {
    ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

/// Names that no page may read, exposed or not.
/// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
pub fn is_forbidden_response_header_name(name: &str) -> bool {
    ["set-cookie", "set-cookie2"].iter().any(|n| name.eq_ignore_ascii_case(n))
}

/// Names that only a response carries; as a request header they are a mistake.
/// <https://fetch.spec.whatwg.org/#http-responses>, <https://www.rfc-editor.org/rfc/rfc9110#name-response-context-fields>
pub fn is_response_header_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let response_only = [
        "accept-ranges",
        "age",
        "allow",
        "etag",
        "location",
        "proxy-authenticate",
        "retry-after",
        "server",
        "set-cookie",
        "timing-allow-origin",
        "vary",
        "www-authenticate",
    ];
    response_only.contains(&name.as_str())
        || name.starts_with("access-control-allow-")
        || name == "access-control-expose-headers"
        || name == "access-control-max-age"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_the_standards_classes() {
        assert!(is_forbidden_request_header("Origin") && is_forbidden_request_header("Sec-Fetch-Mode"));
        assert!(!is_forbidden_request_header("authorization") && !is_forbidden_request_header("user-agent"));
        assert!(is_response_header_name("Access-Control-Allow-Origin") && is_response_header_name("ETag"));
        assert!(!is_response_header_name("access-control-request-method") && !is_response_header_name("range"));
        assert!(is_cors_safelisted_response_header_name("Content-Length"));
        let spelled = |text| HeaderName::parse(text).map(|name| name.spelled());
        assert_eq!(spelled("ETAG").as_deref(), Some("ETag"));
        assert_eq!(spelled("content-range").as_deref(), Some("Content-Range"));
        assert_eq!(spelled("X-Amz-Version-Id").as_deref(), Some("x-amz-version-id"));
    }

    #[test]
    fn header_patterns_hold_one_wildcard() {
        let pattern = |text| HeaderPattern::parse(text).unwrap();
        assert!(HeaderPattern::parse("x-*-*").is_none() && HeaderPattern::parse("a b").is_none());
        assert!(pattern("X-Amz-*").covers(&pattern("x-amz-date")));
        assert!(pattern("*").covers(&pattern("x-amz-*")));
        assert!(!pattern("x-amz-*").covers(&pattern("*")));
    }
}
