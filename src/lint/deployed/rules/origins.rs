//! Origins in the rules of a bucket and in what the edge says: S3 and CloudFront compare text with the `Origin` that a
//! browser sends, so whatever no browser sends matches nothing, and a `*` matches what it is not meant for.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>, and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>

use super::super::view::{List, Names, lists};
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use crate::fetch::WildcardTrouble;
use crate::fetch::host::{is_address, is_loopback, is_registered};
use crate::fetch::origin::{OriginError, OriginPattern, OriginProblem as P};
use crate::intent::codes;
use crate::lint::intent as lint;

/// `local-origin`
pub(super) const LOCAL_ORIGIN: Code = Code {
    id: "local-origin",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "an origin on the visitor's own machine or network",
};

/// `refused-edge-pattern`
pub(super) const ORIGIN_PATTERN_REFUSED: Code = Code {
    id: "refused-edge-pattern",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "an origin pattern that a response headers policy does not take",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for list in lists(artifacts, List::Origins) {
        for origin in list.items {
            let finding = match OriginPattern::parse(origin) {
                Ok(pattern) => wildcard(&pattern).or_else(|| legal(&pattern, list)).or_else(|| apex(&pattern, list)),
                Err(error) => no_origin(origin, &error, list),
            };
            let Some((code, message, label, help)) = finding else { continue };
            let place = artifacts.at(list.site, list.member, Some(origin));
            let corrected = match OriginPattern::parse(origin) {
                Ok(pattern) => {
                    pattern.wildcard_risk().and_then(|risk| risk.corrected).map(|corrected| corrected.to_string())
                }
                Err(error) => error.corrected,
            };
            let mut finding =
                Diagnostic::new(code, place.span, format!("{message}: `{}`", shown(origin))).label(label).help(help);
            if list.is_edge && code == &codes::MALFORMED_ORIGIN && is_without_scheme(origin) {
                // CloudFront takes it for any scheme.
                finding.severity = Severity::Warning;
            }
            if let Some(corrected) = corrected.filter(|_| underlines(artifacts, place, origin)) {
                finding = finding.help(format!("write `{corrected}`")).fix_text(place.span, corrected);
            }
            findings.push(place.file, finding);
        }
    }
}

/// Whether a place holds the origin, so that it can be replaced there.
fn underlines(artifacts: &Artifacts<'_>, place: crate::outline::Place, origin: &str) -> bool {
    let text = artifacts.outline.source(place.file).map_or("", |source| source.slice(place.span));
    text.trim_matches(['"', '\'']) == origin
}

fn is_without_scheme(origin: &str) -> bool {
    !origin.contains("://")
}

type Told = Option<(&'static Code, &'static str, &'static str, &'static str)>;

/// What there is to say of a `*` that lets in strangers.
fn wildcard(pattern: &OriginPattern) -> Told {
    Some(match pattern.wildcard_risk()?.trouble {
        WildcardTrouble::Trap => TRAP,
        WildcardTrouble::PublicSuffix => (
            &lint::PUBLIC_SUFFIX_WILDCARD,
            "a `*` below a public suffix",
            "anybody can register a name that matches",
            "put a domain of your own behind the `*`: `https://*.example.com`",
        ),
        WildcardTrouble::SharedHost => (
            &lint::SHARED_HOST_WILDCARD,
            "a `*` where a hosting service gives names to anybody",
            "anybody can get a name that matches",
            "list the hosts that are yours",
        ),
    })
}

/// What there is to say of an origin that browsers send, or a pattern of them.
fn legal(pattern: &OriginPattern, list: Names<'_>) -> Told {
    let (scheme, host, _) = pattern.parts()?;
    if list.is_edge && host.contains('*') && !host.starts_with("*.") {
        return Some((
            &ORIGIN_PATTERN_REFUSED,
            "an origin pattern that CloudFront refuses",
            "a `*` stands for the first labels of the host, or for the port",
            "write `scheme://*.domain`, or list the origins",
        ));
    }
    let is_of_a_network = host.rsplit_once('.').is_some_and(|(_, last)| last == "local");
    if is_loopback(host) || is_of_a_network || is_address(host) {
        return Some((
            &LOCAL_ORIGIN,
            "an origin on the visitor's own machine or network",
            "whatever runs there may use the assets",
            "keep it out of production",
        ));
    }
    (scheme == "http").then_some((
        &lint::PLAIN_HTTP_ORIGIN,
        "an origin without TLS",
        "whoever is between the browser and the server can speak as this page",
        "serve the page by `https`, and list that origin",
    ))
}

/// `*.example.com` does not stand for `example.com`.
fn apex(pattern: &OriginPattern, list: Names<'_>) -> Told {
    let (before, domain) = pattern.as_str().split_once("://*.")?;
    if !is_registered(domain) {
        return None;
    }
    let alone = format!("{before}://{domain}");
    let covered = list.items.iter().any(|name| *name == alone || name == "*");
    (!covered).then_some((
        &lint::UNCOVERED_APEX,
        "a pattern of subdomains, without the domain itself",
        "the domain itself does not match",
        "list the domain, too, when it has pages",
    ))
}

/// What there is to say of a text that no browser sends.
fn no_origin(origin: &str, error: &OriginError, list: Names<'_>) -> Told {
    let told = match error.problem {
        P::BareWildcard => return None,
        P::Null => (
            &codes::NULL_ORIGIN,
            "`null` is allowed",
            "sandboxed frames and local files of anybody send `null`",
            "serve the page from an origin of its own, and list that",
        ),
        P::SeveralWildcards => (
            &codes::UNSUPPORTED_ORIGIN_WILDCARD,
            "more than one `*` in an origin",
            "S3 and CloudFront know one `*` in an origin",
            "split it into several origins with one `*` each",
        ),
        P::WildcardPlace => TRAP,
        P::MissingScheme if origin.contains('*') => TRAP,
        P::MissingScheme if list.is_edge => (
            &codes::MALFORMED_ORIGIN,
            "an origin without a scheme",
            "CloudFront takes any scheme, so `http`, too",
            "write the scheme",
        ),
        P::MissingScheme => (
            &codes::MALFORMED_ORIGIN,
            "an origin without a scheme, which never matches",
            "browsers send `scheme://host[:port]`",
            "write the scheme",
        ),
        P::TrailingSlash | P::Path => (
            &codes::NON_CANONICAL_ORIGIN,
            "an origin with a path, which never matches",
            "browsers send no path, not even `/`",
            "end it with the host or the port",
        ),
        P::UpperCase | P::NonAscii => (
            &codes::NON_CANONICAL_ORIGIN,
            "an origin that no browser sends in this spelling",
            "browsers send hosts in lower case, and as punycode",
            "write it as browsers send it",
        ),
        P::DefaultPort => (
            &codes::NON_CANONICAL_ORIGIN,
            "an origin with its default port, which never matches",
            "browsers leave this port out",
            "leave the port out",
        ),
        P::WhiteSpace | P::UserInfo | P::NonCanonicalAddress => (
            &codes::NON_CANONICAL_ORIGIN,
            "an origin that no browser sends in this spelling",
            "browsers send `scheme://host[:port]`",
            "write it as browsers send it",
        ),
        P::SeveralOrigins => (
            &codes::MALFORMED_ORIGIN,
            "several origins in one text",
            "an origin holds no comma and no space",
            "list each of them on its own",
        ),
        P::Empty | P::BadScheme | P::BadHost | P::BadPort | P::Pattern => (
            &codes::MALFORMED_ORIGIN,
            "not an origin",
            "browsers send `scheme://host[:port]`",
            "list the origins of the pages",
        ),
    };
    Some(told)
}

const TRAP: (&Code, &str, &str, &str) = (
    &lint::ORIGIN_WILDCARD_TRAP,
    "this `*` also matches origins of strangers",
    "anybody can have an origin that matches",
    "put a domain of your own behind the `*`: `https://*.example.com`",
);
