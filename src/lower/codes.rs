//! Codes of findings about what the layers of AWS can say.

use crate::diagnostic::{Code, Kind, Severity};

const fn forbidden(id: &'static str, summary: &'static str) -> Code {
    Code { id, kind: Kind::Forbidden, severity: Severity::Error, summary }
}

/// Two grants that the bucket's rules cannot tell apart.
pub const OVERLAPPING_GRANTS: Code =
    forbidden("overlapping-grants", "two grants that give the same origin two different answers");
/// Two grants on one path that one response headers policy cannot say.
pub const DIFFERING_GRANTS_AT_EDGE: Code =
    forbidden("differing-grants-at-edge", "grants on one path that a response headers policy cannot tell apart");
/// A path grant where only the bucket decides.
pub const PATH_GRANT_ON_BUCKET: Code =
    forbidden("path-grant-on-bucket", "a grant on a path where only the bucket's rules decide, which know no paths");
/// The bucket's rules reach a path that the grant does not.
pub const GRANT_LEAKS_TO_PATH: Code =
    forbidden("grant-leaks-to-path", "a grant that the bucket's rules would extend to another path");
/// Patterns that overlap without one holding the other.
pub const OVERLAPPING_PATHS: Code =
    forbidden("overlapping-paths", "two path patterns that overlap, with different grants");
/// An origin pattern that a response headers policy cannot say.
pub const ORIGIN_PATTERN_AT_EDGE: Code =
    forbidden("origin-pattern-at-edge", "an origin that a response headers policy cannot say exactly");
/// A header pattern that a response headers policy cannot say.
pub const HEADER_PATTERN_AT_EDGE: Code =
    forbidden("header-pattern-at-edge", "a request header pattern that a response headers policy cannot say");
/// A wildcard that is exact only with the key.
pub const WILDCARD_ORIGIN_WITHOUT_KEY: Code = forbidden(
    "wildcard-origin-without-key",
    "an origin with a `*` at the edge, where `Origin` is not in the cache key",
);
/// Too many rules.
pub const TOO_MANY_CORS_RULES: Code = forbidden("too-many-cors-rules", "more than 100 CORS rules on one bucket");
/// Too large a document.
pub const CORS_DOCUMENT_TOO_LARGE: Code =
    forbidden("cors-document-too-large", "a CORS configuration of more than 64 KB");
/// Too many behaviours.
pub const TOO_MANY_BEHAVIORS: Code = forbidden("too-many-behaviors", "more cache behaviours than a distribution holds");
/// Two assets, one distribution, one path.
pub const BEHAVIOR_CLAIMED_TWICE: Code =
    forbidden("behavior-claimed-twice", "two assets that claim the same path of one distribution");
/// Close to the account's quota.
pub const POLICY_QUOTA: Code = Code {
    id: "policy-quota",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "more policies of one kind than an account holds by default",
};

/// All of this stage.
pub const ALL: &[&Code] = &[
    &BEHAVIOR_CLAIMED_TWICE,
    &CORS_DOCUMENT_TOO_LARGE,
    &DIFFERING_GRANTS_AT_EDGE,
    &GRANT_LEAKS_TO_PATH,
    &HEADER_PATTERN_AT_EDGE,
    &ORIGIN_PATTERN_AT_EDGE,
    &OVERLAPPING_GRANTS,
    &OVERLAPPING_PATHS,
    &PATH_GRANT_ON_BUCKET,
    &POLICY_QUOTA,
    &TOO_MANY_BEHAVIORS,
    &TOO_MANY_CORS_RULES,
    &WILDCARD_ORIGIN_WITHOUT_KEY,
];
