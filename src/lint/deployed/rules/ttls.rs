//! Bounds of what a cache policy may say.
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html>

use super::super::{Artifacts, Findings};
use crate::deployed::Selection;
use crate::diagnostic::{Code, Diagnostic, Kind, Severity};
use crate::intent::codes;

/// `key-without-cache`
pub(super) const DISABLED: Code = Code {
    id: "key-without-cache",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "a cache policy that caches nothing and has something in its key",
};

/// `keyed-accept-encoding`
pub(super) const ENCODING: Code = Code {
    id: "keyed-accept-encoding",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "`Accept-Encoding` listed in a key that holds it already",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for policy in &artifacts.policies.cache {
        let (min, default, max) = (policy.min_ttl, policy.default_ttl, policy.max_ttl);
        if min > default || default > max {
            let member = if min > default { "MinTTL" } else { "DefaultTTL" };
            let place = artifacts.at(&policy.site, member, None);
            findings.push(
                place.file,
                Diagnostic::new(
                    &codes::UNORDERED_TTL,
                    place.span,
                    format!("times to live out of order: {min}, {default}, {max}"),
                )
                .label("CloudFront refuses a policy unless `MinTTL` <= `DefaultTTL` <= `MaxTTL`")
                .help("order them"),
            );
        }
        let keyed = [
            (policy.headers != Selection::None, "Headers"),
            (policy.cookies != Selection::None, "Cookies"),
            (policy.query_strings != Selection::None, "QueryStrings"),
            (policy.gzip, "EnableAcceptEncodingGzip"),
            (policy.brotli, "EnableAcceptEncodingBrotli"),
        ];
        if let Some((_, member)) = keyed.into_iter().find(|(is, _)| *is && max == 0) {
            let place = artifacts.at(&policy.site, member, None);
            findings.push(
                place.file,
                Diagnostic::new(&DISABLED, place.span, "a key for a cache that keeps nothing")
                    .label("CloudFront refuses this where all TTLs are 0")
                    .help("forward it by an origin request policy, and use the managed `CachingDisabled`"),
            );
        }
        if (policy.gzip || policy.brotli)
            && matches!(&policy.headers, Selection::Whitelist(_))
            && policy.headers.takes("Accept-Encoding")
        {
            let place = artifacts.at(&policy.site, "Headers", Some("Accept-Encoding"));
            findings.push(
                place.file,
                Diagnostic::new(&ENCODING, place.span, "`Accept-Encoding` is listed, and in the key already")
                    .label("`EnableAcceptEncodingGzip` and `EnableAcceptEncodingBrotli` put it there")
                    .help("remove it from the list"),
            );
        }
    }
}
