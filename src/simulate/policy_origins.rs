//! How a response headers policy matches origins: not as S3 does.
//!
//! `*` is everybody; `*.` stands for subdomains; a port may hold one `*`, and `:*` is also no port; without a scheme,
//! any scheme will do.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>

use super::glob::{glob, itself};
use super::readings::{Reading, Readings};
use crate::deployed::CorsConfig;

/// Whether an entry of `AccessControlAllowOrigins` matches an origin.
pub fn origin_matches(pattern: &str, origin: &str, readings: &Readings) -> bool {
    fit(pattern, origin).holds(readings)
}

/// The entry of a policy that lets an origin in. `*` decides where it stands; among the others, one that matches
/// under every reading is preferred.
pub fn allow_origin_entry<'p>(cors: &'p CorsConfig, origin: &str, readings: &Readings) -> Option<&'p str> {
    let entries = || cors.allow_origins.iter().map(String::as_str);
    let certain = |entry: &&str| fit(entry, origin) == Fit::Always;
    let everybody = entries().find(|entry| *entry == "*");
    let found = everybody.or_else(|| entries().find(certain));
    found.or_else(|| entries().find(|entry| fit(entry, origin).holds(readings)))
}

/// Whether an entry matches, as far as that can be told without readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Never,
    Always,
    /// When these readings say so: `*.` spans several labels; schemes beside `http` and `https` are matched.
    If {
        any_depth: bool,
        other_scheme: bool,
    },
}

impl Fit {
    fn holds(self, readings: &Readings) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::If { any_depth, other_scheme } => {
                (!any_depth || readings.value(Reading::PolicyWildcard) == "any-depth")
                    && (!other_scheme || readings.value(Reading::PolicyOtherSchemes) == "matched")
            }
        }
    }
}

fn fit(pattern: &str, origin: &str) -> Fit {
    if pattern == "*" {
        return Fit::Always;
    }
    // Most entries are origins that are written out, and no other needs to be taken apart.
    if pattern != origin && !pattern.contains('*') && pattern.contains("://") {
        return Fit::Never;
    }
    // `null` has no scheme: an entry that says so is like one with a scheme of its own.
    let Some((scheme, authority)) = origin.split_once("://") else {
        return if pattern == origin { Fit::If { any_depth: false, other_scheme: true } } else { Fit::Never };
    };
    let wanted = match pattern.split_once("://") {
        Some((wanted, rest)) if wanted == scheme => rest,
        Some(_) => return Fit::Never,
        None => pattern,
    };
    let (wanted_host, wanted_port) = host_and_port(wanted);
    let (host, port) = host_and_port(authority);
    let Some(depth) = host_fits(wanted_host, host).filter(|_| port_fits(wanted_port, port)) else { return Fit::Never };
    let (any_depth, other_scheme) = (depth == Depth::Several, !matches!(scheme, "http" | "https"));
    if any_depth || other_scheme { Fit::If { any_depth, other_scheme } } else { Fit::Always }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// No wildcard, or one that stands for one label.
    One,
    /// A wildcard that stands for several labels.
    Several,
}

fn host_fits(wanted: &str, host: &str) -> Option<Depth> {
    let Some(domain) = wanted.strip_prefix("*.") else { return (wanted == host).then_some(Depth::One) };
    let labels = host.strip_suffix(domain)?.strip_suffix('.').filter(|labels| !labels.is_empty())?;
    Some(if labels.contains('.') { Depth::Several } else { Depth::One })
}

fn port_fits(wanted: Option<&str>, port: Option<&str>) -> bool {
    match (wanted, port) {
        (None, None) | (Some("*"), _) => true,
        (Some(wanted), Some(port)) => glob(wanted, port, itself),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// An IPv6 address has colons of its own, inside of brackets.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALWAYS: Fit = Fit::Always;
    const NEVER: Fit = Fit::Never;
    const DEEP: Fit = Fit::If { any_depth: true, other_scheme: false };
    const SCHEME: Fit = Fit::If { any_depth: false, other_scheme: true };

    #[test]
    fn entries_match_origins_as_the_guide_says() {
        for (pattern, origin, expected) in [
            ("*", "https://app.example.com", ALWAYS),
            ("*", "null", ALWAYS),
            ("https://app.example.com", "https://app.example.com", ALWAYS),
            ("https://app.example.com", "http://app.example.com", NEVER),
            ("https://app.example.com", "https://app.example.com:8443", NEVER),
            ("https://app.example.com", "https://app.example.com.evil.example", NEVER),
            ("https://app.example.com", "https://xapp.example.com", NEVER),
            ("http://*.example.org", "http://www.example.org", ALWAYS),
            ("http://*.example.org", "https://www.example.org", NEVER),
            ("http://*.example.org", "http://www.example.org:123", NEVER),
            ("http://*.example.org", "http://example.org", NEVER),
            ("http://*.example.org", "http://.example.org", NEVER),
            ("http://*.example.org", "http://evilexample.org", NEVER),
            ("http://*.example.org", "http://a.b.example.org", DEEP),
            ("*.example.org", "http://www.example.org", ALWAYS),
            ("*.example.org", "https://www.example.org", ALWAYS),
            ("*.example.org", "https://a.b.example.org", DEEP),
            ("example.org", "http://example.org", ALWAYS),
            ("example.org", "https://example.org", ALWAYS),
            ("example.org", "https://www.example.org", NEVER),
            ("example.org", "capacitor://example.org", SCHEME),
            ("http://example.org:*", "http://example.org", ALWAYS),
            ("http://example.org:*", "http://example.org:8080", ALWAYS),
            ("http://example.org:1*3", "http://example.org:1893", ALWAYS),
            ("http://example.org:1*3", "http://example.org:13", ALWAYS),
            ("http://example.org:1*3", "http://example.org:1894", NEVER),
            ("http://example.org:1*3", "http://example.org", NEVER),
            ("localhost:3000", "http://localhost:3000", ALWAYS),
            ("localhost:*", "capacitor://localhost", SCHEME),
            ("http://[::1]:3000", "http://[::1]:3000", ALWAYS),
            ("http://[::1]", "http://[::1]", ALWAYS),
            ("http://[::1]", "http://[::1]:3000", NEVER),
            ("capacitor://localhost", "capacitor://localhost", SCHEME),
            ("tauri://*.localhost", "tauri://a.b.localhost", Fit::If { any_depth: true, other_scheme: true }),
            ("null", "null", SCHEME),
            ("https://*", "https://a.example", NEVER),
            ("http*", "https://a.example", NEVER),
            ("https://a.*.example.org", "https://a.b.example.org", NEVER),
            ("https://APP.example.com", "https://app.example.com", NEVER),
        ] {
            assert_eq!(fit(pattern, origin), expected, "{pattern} {origin}");
        }
    }

    #[test]
    fn readings_decide_where_the_guide_is_silent() {
        let usual = Readings::default();
        let deep = ("https://*.example.org", "https://a.b.example.org");
        assert!(origin_matches(deep.0, deep.1, &usual));
        assert_eq!(usual.consulted(), [Reading::PolicyWildcard]);
        let one = usual.with(Reading::PolicyWildcard, "one-label").unwrap();
        assert!(!origin_matches(deep.0, deep.1, &one));
        assert!(origin_matches(deep.0, "https://a.example.org", &one));
        let ignored = usual.with(Reading::PolicyOtherSchemes, "ignored").unwrap();
        assert!(!origin_matches("capacitor://localhost", "capacitor://localhost", &ignored));
        assert!(origin_matches("capacitor://localhost", "capacitor://localhost", &usual));
    }

    #[test]
    fn an_entry_that_needs_no_reading_is_preferred() {
        let cors = |origins: &[&str]| CorsConfig {
            allow_origins: origins.iter().map(|&o| o.to_owned()).collect(),
            allow_headers: Vec::new(),
            allow_methods: Vec::new(),
            expose_headers: Vec::new(),
            allow_credentials: false,
            max_age_sec: None,
            origin_override: true,
        };
        let readings = Readings::default();
        let list = cors(&["https://*.example.org", "https://a.b.example.org"]);
        assert_eq!(allow_origin_entry(&list, "https://a.b.example.org", &readings), Some("https://a.b.example.org"));
        assert!(readings.consulted().is_empty());
        let list = cors(&["https://a.example.org", "*"]);
        assert_eq!(allow_origin_entry(&list, "https://a.example.org", &readings), Some("*"));
        assert_eq!(allow_origin_entry(&cors(&["https://a.example.org"]), "https://b.example.org", &readings), None);
    }
}
