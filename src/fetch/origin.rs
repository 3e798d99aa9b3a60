//! Origins as browsers serialize them, and patterns of origins with one `*`.
//!
//! An origin is written exactly as a browser sends it, or it is an error that carries the corrected text:
//! <https://fetch.spec.whatwg.org/#origin-header> and <https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin>.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// An origin, or a pattern that stands for every origin that matches it: one `*` for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginPattern(String);

/// Why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginError {
    /// What is wrong.
    pub problem: OriginProblem,
    /// The bytes of the text that are wrong.
    pub place: Range<usize>,
    /// The text as a browser would send it, when it can be told.
    pub corrected: Option<String>,
}

/// What is wrong with the text of an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginProblem {
    /// Nothing there.
    Empty,
    /// `*` alone.
    BareWildcard,
    /// `null`, which every sandboxed page of anybody sends.
    Null,
    /// Several origins in one text.
    SeveralOrigins,
    /// White space or a control character.
    WhiteSpace,
    /// No `scheme://`.
    MissingScheme,
    /// Not a scheme, or one whose pages have the origin `null`.
    BadScheme,
    /// `user:password@`.
    UserInfo,
    /// A path, a query or a fragment behind the host.
    Path,
    /// A single `/` at the end.
    TrailingSlash,
    /// Upper case letters.
    UpperCase,
    /// A host that is not ASCII.
    NonAscii,
    /// Not a host name and not an address.
    BadHost,
    /// A number that browsers write as another address.
    NonCanonicalAddress,
    /// Not a port.
    BadPort,
    /// A port that browsers leave out.
    DefaultPort,
    /// More than one `*`.
    SeveralWildcards,
    /// A `*` outside the host and the port.
    WildcardPlace,
    /// A `*` where one origin is meant.
    Pattern,
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl OriginPattern {
    /// The pattern of every origin. The intent's word for it is `anyone`; [`Self::parse`] refuses it.
    pub fn any() -> Self {
        Self("*".to_owned())
    }

    /// Reads an origin or a pattern.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        parse(text).map(|()| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for every origin.
    pub fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// Whether it is one origin and not a pattern.
    pub fn is_literal(&self) -> bool {
        !self.0.contains('*')
    }

    /// Whether a serialized origin matches: byte by byte, `*` standing for any run of bytes.
    pub fn matches(&self, origin: &str) -> bool {
        star_covers(&self.0, origin)
    }

    /// Whether every origin that `other` stands for matches this one, too.
    pub fn covers(&self, other: &Self) -> bool {
        star_covers(&self.0, &other.0)
    }

    /// Whether some text matches both.
    pub fn intersects(&self, other: &Self) -> bool {
        match (self.0.split_once('*'), other.0.split_once('*')) {
            (None, _) => other.matches(&self.0),
            (_, None) => self.matches(&other.0),
            (Some((a, b)), Some((c, d))) => {
                (a.starts_with(c) || c.starts_with(a)) && (b.ends_with(d) || d.ends_with(b))
            }
        }
    }

    /// Scheme, host and port, where there is a host (all but [`Self::any`]).
    pub fn parts(&self) -> Option<(&str, &str, Option<&str>)> {
        let (scheme, rest) = self.0.split_once("://")?;
        let (host, port) = split_port(rest);
        Some((scheme, host, port))
    }
}

/// Checks what a request's `Origin` says: one origin, or `null`. <https://fetch.spec.whatwg.org/#origin-header>
pub fn check_serialized_origin(text: &str) -> Result<(), OriginError> {
    let fail = |problem, place, corrected| Err(OriginError { problem, place, corrected });
    if let Some(at) = text.find('*') {
        return fail(OriginProblem::Pattern, at..at + 1, None);
    }
    match parse(text) {
        Err(error) if error.problem == OriginProblem::Null && text == "null" => Ok(()),
        Err(error) if error.problem == OriginProblem::Null => {
            fail(OriginProblem::UpperCase, error.place, Some("null".to_owned()))
        }
        result => result,
    }
}

/// Whether `pattern`, with at most one `*`, covers all that `text`, with at most one `*`, stands for.
pub(super) fn star_covers(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((prefix, suffix)) => match text.split_once('*') {
            None => text.len() >= prefix.len() + suffix.len() && text.starts_with(prefix) && text.ends_with(suffix),
            Some((start, end)) => start.starts_with(prefix) && end.ends_with(suffix),
        },
    }
}

/// Splits `host:port`; the colons of a bracketed address are the host's.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Bytes of the longest text that is looked at: a host has 253, and what is much longer is no spelling of one.
const LONGEST: usize = 1000;

fn parse(text: &str) -> Result<(), OriginError> {
    let whole = 0..text.len();
    let fail = |problem, place: Range<usize>, corrected: Option<String>| Err(OriginError { problem, place, corrected });
    // The correction is only offered when it is itself an origin.
    let corrected = |candidate: String| (parse(&candidate).is_ok() && candidate != text).then_some(candidate);
    let retry = |candidate: String| match parse(&candidate) {
        Ok(()) => Some(candidate),
        Err(error) => error.corrected,
    };
    if text.is_empty() {
        return fail(OriginProblem::Empty, whole, None);
    }
    if text.len() > LONGEST {
        return fail(OriginProblem::BadHost, whole, None);
    }
    if let Some(at) = text.find(',').or_else(|| text.trim().find(char::is_whitespace)) {
        return fail(OriginProblem::SeveralOrigins, at..at + 1, None);
    }
    if let Some(at) = text.find(|c: char| c.is_whitespace() || c.is_control()) {
        let kept: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let end = text.get(at..).and_then(|t| t.chars().next()).map_or(at, |c| at + c.len_utf8());
        return fail(OriginProblem::WhiteSpace, at..end, retry(kept));
    }
    if text == "*" {
        return fail(OriginProblem::BareWildcard, whole, None);
    }
    if text.eq_ignore_ascii_case("null") {
        return fail(OriginProblem::Null, whole, None);
    }
    let mut stars = text.match_indices('*').skip(1);
    if let Some((at, _)) = stars.next() {
        return fail(OriginProblem::SeveralWildcards, at..at + 1, None);
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        const SLASHES: [char; 2] = ['/', '\\'];
        let bare = text.trim_start_matches(SLASHES);
        // `https:/host`, `https//host`
        let behind = |word: &str| bare.strip_prefix(word).filter(|rest| rest.starts_with([':', '/', '\\']));
        let (given, bare) = match (behind("https"), behind("http")) {
            (Some(rest), _) => (Some("https"), rest),
            (None, Some(rest)) => (Some("http"), rest),
            (None, None) => (None, bare),
        };
        let bare = bare.strip_prefix(':').unwrap_or(bare).trim_start_matches(SLASHES);
        let local = bare.starts_with("localhost") || bare.starts_with("127.0.0.1");
        let scheme = if local { "http" } else { given.unwrap_or("https") };
        return fail(OriginProblem::MissingScheme, whole, retry(format!("{scheme}://{bare}")));
    };
    if scheme.contains('*') {
        return fail(OriginProblem::WildcardPlace, 0..scheme.len(), None);
    }
    let mut letters = scheme.bytes();
    let well_formed = letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !well_formed || NO_PAGES.contains(&scheme) {
        return fail(OriginProblem::BadScheme, 0..scheme.len(), None);
    }
    if scheme.bytes().any(|b| b.is_ascii_uppercase()) {
        let lower = format!("{}://{rest}", scheme.to_ascii_lowercase());
        return fail(OriginProblem::UpperCase, 0..scheme.len(), retry(lower));
    }
    let authority_at = scheme.len() + 3;
    let authority_len = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(authority_len).unwrap_or((rest, ""));
    if !tail.is_empty() {
        let problem = if tail == "/" { OriginProblem::TrailingSlash } else { OriginProblem::Path };
        // `https://https://host`
        let meant = match rest.rsplit_once("://") {
            Some((before, host)) if before.ends_with("http") => format!("http://{host}"),
            Some((_, host)) => format!("https://{host}"),
            None => format!("{scheme}://{authority}"),
        };
        return fail(problem, authority_at + authority_len..text.len(), retry(meant));
    }
    if let Some((user, host)) = authority.rsplit_once('@') {
        return fail(
            OriginProblem::UserInfo,
            authority_at..authority_at + user.len() + 1,
            retry(format!("{scheme}://{host}")),
        );
    }
    let (host, port) = split_port(authority);
    let host_place = authority_at..authority_at + host.len();
    let with_host = |host: &str| match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    };
    if let Some(port) = port {
        let place = host_place.end + 1..text.len();
        let number: Option<u32> = port.bytes().all(|b| b.is_ascii_digit()).then(|| port.parse().ok()).flatten();
        match number {
            _ if port == "*" => {}
            _ if port.is_empty() => {
                let host = host.trim_end_matches(':');
                return fail(OriginProblem::BadPort, host_place.end..text.len(), retry(format!("{scheme}://{host}")));
            }
            None => return fail(OriginProblem::BadPort, place, None),
            Some(n) if n > 65_535 => return fail(OriginProblem::BadPort, place, None),
            Some(n) if (scheme == "https" && n == 443) || (scheme == "http" && n == 80) => {
                return fail(
                    OriginProblem::DefaultPort,
                    host_place.end..text.len(),
                    retry(format!("{scheme}://{host}")),
                );
            }
            Some(n) if n.to_string() != port => {
                return fail(OriginProblem::BadPort, place, retry(format!("{scheme}://{host}:{n}")));
            }
            Some(_) => {}
        }
    }
    if host.is_empty() {
        return fail(OriginProblem::BadHost, whole, None);
    }
    if !host.is_ascii() {
        // UTS #46 processing, as browsers do it. <https://url.spec.whatwg.org/#concept-domain-to-ascii>
        // The `*` is no letter of a label, so it is put back behind the conversion.
        let stand_in = "corsynthstar";
        let ascii = idna::domain_to_ascii(&host.replace('*', stand_in)).ok();
        let ascii = ascii.filter(|_| !host.contains(stand_in)).map(|a| a.replace(stand_in, "*"));
        return fail(OriginProblem::NonAscii, host_place, ascii.and_then(|a| retry(with_host(&a))));
    }
    if host.bytes().any(|b| b.is_ascii_uppercase()) {
        return fail(OriginProblem::UpperCase, host_place, retry(with_host(&host.to_ascii_lowercase())));
    }
    if let Some(address) = host.strip_prefix('[') {
        let canonical = address.strip_suffix(']').and_then(|a| a.parse().ok()).map(serialize_ipv6);
        return match canonical {
            None => fail(OriginProblem::BadHost, host_place, None),
            Some(canonical) if canonical != host => {
                fail(OriginProblem::NonCanonicalAddress, host_place, corrected(with_host(&canonical)))
            }
            Some(_) => Ok(()),
        };
    }
    if host.ends_with('.') {
        return fail(OriginProblem::BadHost, host_place, retry(with_host(host.trim_end_matches('.'))));
    }
    for label in host.split('.') {
        let letters = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_*".contains(&b));
        // <https://url.spec.whatwg.org/#concept-domain-to-ascii>
        let is_encoded = label.starts_with("xn--") && !label.contains('*');
        let is_broken = is_encoded && idna::domain_to_ascii(label).ok().as_deref() != Some(label);
        if label.is_empty() || label.len() > 63 || !letters || is_broken {
            return fail(OriginProblem::BadHost, host_place, None);
        }
    }
    if host.len() > 253 {
        return fail(OriginProblem::BadHost, host_place, None);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        // A host that ends in a number is an IPv4 address. <https://url.spec.whatwg.org/#ends-in-a-number-checker>
        return match host.parse::<Ipv4Addr>() {
            Ok(_) => Ok(()),
            Err(_) => fail(OriginProblem::NonCanonicalAddress, host_place, None),
        };
    }
    Ok(())
}

/// Schemes without an origin of their own: the origin of such pages is opaque and serialises to `null`, or no page
/// comes by them. <https://html.spec.whatwg.org/#concept-origin>
const NO_PAGES: [&str; 10] = ["about", "blob", "data", "file", "ftp", "javascript", "mailto", "s3", "ws", "wss"];

/// <https://url.spec.whatwg.org/#concept-ipv6-serializer>: no dotted part, unlike Rust's own.
fn serialize_ipv6(address: Ipv6Addr) -> String {
    match address.to_ipv4_mapped() {
        Some(_) => {
            let [.., high, low] = address.segments();
            format!("[::ffff:{high:x}:{low:x}]")
        }
        None => format!("[{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_as_browsers_send_them_are_taken() {
        for text in [
            "https://www.example.com",
            "http://localhost:3000",
            "http://localhost:*",
            "https://*.preview.example.com",
            "https://pr-*.example.com",
            "https://*-pr.example.com:8443",
            "http://127.0.0.1:8080",
            "http://[::1]:3000",
            "http://[::ffff:102:304]",
            "https://xn--bcher-kva.example",
            "capacitor://localhost",
            "tauri://localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "http://*.localhost:3000",
            "https://*.acme.github.io",
            "https://*.acme.co.uk",
            // Legal, and unwise: `wildcard` tells.
            "https://*example.com",
            "https://*.co.uk",
            "https://app.example.*",
            "https://*",
            "https://pr-*.vercel.app",
        ] {
            assert_eq!(OriginPattern::parse(text).map(|o| o.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_far_too_long_is_not_taken_apart() {
        for tail in [".", ":", "/https://", "@", "https://"] {
            let text = format!("https://a{}", tail.repeat(100_000));
            assert_eq!(OriginPattern::parse(&text).unwrap_err().problem, OriginProblem::BadHost);
            let text = format!("https://a{}", tail.repeat(900 / tail.len()));
            assert!(OriginPattern::parse(&text).is_err());
        }
    }

    #[test]
    fn everything_else_is_named_and_corrected() {
        use OriginProblem as P;
        for (text, problem, place, corrected) in [
            ("", P::Empty, "", ""),
            ("*", P::BareWildcard, "*", ""),
            ("null", P::Null, "null", ""),
            ("https://a.com,https://b.com", P::SeveralOrigins, ",", ""),
            ("https://a.com https://b.com", P::SeveralOrigins, " ", ""),
            (" https://a.com", P::WhiteSpace, " ", "https://a.com"),
            ("www.example.com", P::MissingScheme, "www.example.com", "https://www.example.com"),
            ("//www.example.com/", P::MissingScheme, "//www.example.com/", "https://www.example.com"),
            ("https:www.example.com", P::MissingScheme, "https:www.example.com", "https://www.example.com"),
            ("https//a.com/x", P::MissingScheme, "https//a.com/x", "https://a.com"),
            ("http:/a.com", P::MissingScheme, "http:/a.com", "http://a.com"),
            ("https.example.com", P::MissingScheme, "https.example.com", "https://https.example.com"),
            ("https://https://a.com", P::Path, "//a.com", "https://a.com"),
            ("https://xn--a.com", P::BadHost, "xn--a.com", ""),
            ("localhost:3000", P::MissingScheme, "localhost:3000", "http://localhost:3000"),
            ("HTTPS://a.example.com", P::UpperCase, "HTTPS", "https://a.example.com"),
            ("https://A.Example.com:443/", P::TrailingSlash, "/", "https://a.example.com"),
            ("https://a.example.com/x?y#z", P::Path, "/x?y#z", "https://a.example.com"),
            ("https://a.example.com?", P::Path, "?", "https://a.example.com"),
            ("https://a.com\\b", P::Path, "\\b", "https://a.com"),
            ("https://me:pw@a.com", P::UserInfo, "me:pw@", "https://a.com"),
            ("https://a.com:443", P::DefaultPort, ":443", "https://a.com"),
            ("http://a.com:80", P::DefaultPort, ":80", "http://a.com"),
            ("https://a.com:", P::BadPort, ":", "https://a.com"),
            ("https://a.com:08443", P::BadPort, "08443", "https://a.com:8443"),
            ("https://a.com:99999", P::BadPort, "99999", ""),
            ("https://a.com:x", P::BadPort, "x", ""),
            ("https://bücher.example", P::NonAscii, "bücher.example", "https://xn--bcher-kva.example"),
            ("https://*.bücher.example", P::NonAscii, "*.bücher.example", "https://*.xn--bcher-kva.example"),
            ("https://a..b.com", P::BadHost, "a..b.com", ""),
            ("https://a.com.", P::BadHost, "a.com.", "https://a.com"),
            ("https://ex%41mple.com", P::BadHost, "ex%41mple.com", ""),
            ("https://", P::BadHost, "https://", ""),
            ("https://a.com...", P::BadHost, "a.com...", "https://a.com"),
            ("http://127.1", P::NonCanonicalAddress, "127.1", ""),
            ("http://[0:0::1]", P::NonCanonicalAddress, "[0:0::1]", "http://[::1]"),
            ("https://*.*.example.com", P::SeveralWildcards, "*", ""),
            ("*://a.com", P::WildcardPlace, "*", ""),
            ("http*://a.com", P::WildcardPlace, "http*", ""),
            ("file:///tmp", P::BadScheme, "file", ""),
            ("s3://acme-static-prod", P::BadScheme, "s3", ""),
        ] {
            let error = OriginPattern::parse(text).expect_err(text);
            assert_eq!(error.problem, problem, "{text}");
            assert_eq!(text.get(error.place.clone()), Some(place), "{text}");
            assert_eq!(error.corrected.as_deref().unwrap_or(""), corrected, "{text}");
        }
    }

    #[test]
    fn a_request_has_one_origin_or_none() {
        assert_eq!(check_serialized_origin("null"), Ok(()));
        assert_eq!(check_serialized_origin("https://a.example"), Ok(()));
        let problem = |text| check_serialized_origin(text).unwrap_err().problem;
        assert_eq!(problem("https://*.a.example"), OriginProblem::Pattern);
        assert_eq!(problem("*"), OriginProblem::Pattern);
        assert_eq!(problem("NULL"), OriginProblem::UpperCase);
        assert_eq!(problem("https://a.example/"), OriginProblem::TrailingSlash);
    }

    #[test]
    fn patterns_cover_and_meet() {
        let p = |text: &str| OriginPattern(text.to_owned());
        assert!(p("https://*.a.com").covers(&p("https://b.c.a.com")));
        assert!(p("https://*.a.com").covers(&p("https://*.b.a.com")));
        assert!(!p("https://*.b.a.com").covers(&p("https://*.a.com")));
        assert!(p("*").covers(&p("https://*.a.com")));
        assert!(!p("https://a*a.com").covers(&p("https://a.com")));
        assert!(p("https://x-*.a.com").intersects(&p("https://*-y.a.com")));
        assert!(!p("https://x-*.a.com").intersects(&p("https://*.b.com")));
        assert!(p("https://*.a.com").intersects(&p("https://b.a.com")));
    }
}
