//! Codes of findings about an intent's own words.

use crate::diagnostic::{Code, Kind, Severity};

const fn code(id: &'static str, kind: Kind, severity: Severity, summary: &'static str) -> Code {
    Code { id, kind, severity, summary }
}

const fn invalid(id: &'static str, summary: &'static str) -> Code {
    code(id, Kind::Invalid, Severity::Error, summary)
}

const fn forbidden(id: &'static str, summary: &'static str) -> Code {
    code(id, Kind::Forbidden, Severity::Error, summary)
}

const fn discouraged(id: &'static str, severity: Severity, summary: &'static str) -> Code {
    code(id, Kind::Discouraged, severity, summary)
}

/// A text that is no name.
pub const INVALID_NAME: Code = invalid("invalid-name", "a name or an id outside its alphabet or length");
/// A text that is no bucket name.
pub const INVALID_BUCKET_NAME: Code = invalid("invalid-bucket-name", "a bucket name that S3 does not accept");
/// A text that is no region.
pub const INVALID_REGION: Code = invalid("invalid-region", "a text that is not the name of an AWS region");
/// A text that is no account number.
pub const INVALID_ACCOUNT: Code = invalid("invalid-account", "an account that is not a number of 12 digits");
/// A text that is no key ARN.
pub const INVALID_KMS_KEY: Code = invalid("invalid-kms-key", "a KMS key that is not the ARN of a key");
/// Encryption and key do not go together.
pub const INCONSISTENT_ENCRYPTION: Code =
    invalid("inconsistent-encryption", "`sse-kms` without a key, or a key without `sse-kms`");
/// A text that is no path pattern.
pub const INVALID_PATH_PATTERN: Code =
    invalid("invalid-path-pattern", "a path pattern that CloudFront does not accept");
/// A text that is no distribution id.
pub const INVALID_DISTRIBUTION: Code = invalid("invalid-distribution", "a text that is not the id of a distribution");
/// A text that is no host name.
pub const INVALID_ALIAS: Code = invalid("invalid-alias", "an alias that is not a host name");
/// A text that is no duration.
pub const INVALID_DURATION: Code =
    invalid("invalid-duration", "a duration that is not seconds or a number with a unit");
/// TTLs out of order.
pub const UNORDERED_TTL: Code = forbidden("unordered-ttl", "`min`, `default` and `max` of a `ttl` out of order");
/// A preflight cache of no time.
pub const ZERO_PREFLIGHT_CACHE: Code =
    forbidden("zero-preflight-cache", "a `preflight-cache` of 0, which not every format can say");
/// A text that is no origin at all.
pub const MALFORMED_ORIGIN: Code = invalid("malformed-origin", "a text that is not an origin");
/// An origin that no browser writes that way.
pub const NON_CANONICAL_ORIGIN: Code =
    invalid("non-canonical-origin", "an origin that no browser sends in this spelling");
/// `*` as an origin.
pub const BARE_WILDCARD_ORIGIN: Code =
    forbidden("bare-wildcard-origin", "`*` as an origin; the word is `from: anyone`");
/// `null` as an origin.
pub const NULL_ORIGIN: Code = forbidden("null-origin", "`null` as an origin");
/// A wildcard that S3 or CloudFront cannot say.
pub const UNSUPPORTED_ORIGIN_WILDCARD: Code =
    forbidden("unsupported-origin-wildcard", "more than one `*` in an origin, or one outside host and port");
/// A wildcard that matches strangers.
pub const ORIGIN_WILDCARD_TRAP: Code =
    discouraged("origin-wildcard-trap", Severity::Error, "a `*` that also matches domains of strangers");
/// A name in `from` that is no frontend.
pub const UNKNOWN_FRONTEND: Code = invalid("unknown-frontend", "a name in `from` that is no frontend");
/// A name in `to` that is no asset.
pub const UNKNOWN_ASSET: Code = invalid("unknown-asset", "a name in `to` that is no asset");
/// A name behind the slash in `to` that is no path of the asset.
pub const UNKNOWN_PATH: Code = invalid("unknown-path", "a path in `to` that the asset does not have");
/// `anyone` beside frontends.
pub const ANYONE_WITH_FRONTENDS: Code =
    invalid("anyone-with-frontends", "`anyone` beside names of frontends, which adds nothing");
/// A frontend named `anyone`.
pub const RESERVED_NAME: Code = invalid("reserved-name", "a frontend called `anyone`");
/// A grant that grants nothing.
pub const GRANT_WITHOUT_PURPOSE: Code = invalid("grant-without-purpose", "a grant with neither `use` nor `upload`");
/// A grant with two purposes.
pub const GRANT_WITH_TWO_PURPOSES: Code = invalid("grant-with-two-purposes", "a grant with both `use` and `upload`");
/// A method that is none.
pub const INVALID_METHOD: Code = invalid("invalid-method", "a method that is not a method, or not in upper case");
/// A method that S3 cannot allow.
pub const UNSUPPORTED_METHOD: Code =
    forbidden("unsupported-method", "a method that S3's CORS rules or browsers do not know");
/// A text that is no header name.
pub const INVALID_HEADER_NAME: Code = invalid("invalid-header-name", "a text that is not a header name");
/// More than one wildcard in a header name.
pub const SEVERAL_HEADER_WILDCARDS: Code =
    forbidden("several-header-wildcards", "more than one `*` in a request header");
/// A response header among the request headers.
pub const RESPONSE_HEADER_AS_REQUEST_HEADER: Code =
    invalid("response-header-as-request-header", "a response header among the request headers");
/// A header that no page can set.
pub const FORBIDDEN_REQUEST_HEADER: Code =
    forbidden("forbidden-request-header", "a request header that browsers let no page set");
/// A wildcard among the exposed headers.
pub const WILDCARD_EXPOSED_HEADER: Code =
    forbidden("wildcard-exposed-header", "a `*` among the exposed headers, which S3 refuses");
/// An exposed header that no page can read.
pub const FORBIDDEN_RESPONSE_HEADER: Code =
    forbidden("forbidden-response-header", "an exposed header that browsers let no page read");
/// An exposed header that needs no exposing.
pub const SAFELISTED_EXPOSED_HEADER: Code =
    discouraged("safelisted-exposed-header", Severity::Note, "an exposed header that every page can read anyway");
/// Authorization by wildcard only.
pub const WILDCARD_COVERS_NO_AUTHORIZATION: Code = forbidden(
    "wildcard-request-header",
    "`*` among the request headers where S3 decides: it would let `Authorization` in unnamed",
);
/// Credentials for everybody.
pub const WILDCARD_ORIGIN_WITH_CREDENTIALS: Code =
    forbidden("wildcard-origin-with-credentials", "credentials together with `from: anyone`");
/// Uploads from everybody.
pub const UPLOAD_FROM_ANYONE: Code =
    discouraged("upload-from-anyone", Severity::Error, "an upload, or a method that writes, from `anyone`");
/// An upload that its library does not do.
pub const UNSUPPORTED_UPLOAD: Code = invalid("unsupported-upload", "a kind of upload that the client does not do");
/// `via: cdn` without a CDN.
pub const UPLOAD_VIA_MISSING_CDN: Code = invalid("upload-via-missing-cdn", "`via: cdn` to an asset without `cdn`");
/// A form upload through the CDN.
pub const FORM_UPLOAD_VIA_CDN: Code =
    forbidden("form-upload-via-cdn", "a `presigned-post` form sent through CloudFront");
/// An upload through the CDN that nobody authenticates.
pub const UNAUTHENTICATED_UPLOAD_VIA_CDN: Code = discouraged(
    "unauthenticated-upload-via-cdn",
    Severity::Warning,
    "an upload through CloudFront, which signs for everybody",
);
/// `key-on-origin: false` where the bucket speaks.
pub const UNKEYED_ORIGIN: Code = forbidden("unkeyed-origin", "`key-on-origin: false` with `authority: bucket`");
/// Nothing refers to it.
pub const UNUSED_DECLARATION: Code =
    discouraged("unused-declaration", Severity::Warning, "an asset, a frontend or a path that no grant uses");
/// One bucket, two assets.
pub const BUCKET_USED_TWICE: Code = forbidden("bucket-used-twice", "two assets with the same bucket");
/// Names that become the same.
pub const AMBIGUOUS_NAMES: Code =
    invalid("ambiguous-names", "two names that become the same CloudFormation logical id");
/// No CloudFront there.
pub const CDN_IN_UNSUPPORTED_PARTITION: Code =
    forbidden("cdn-in-unsupported-partition", "a `cdn` for a bucket in a partition without CloudFront");
/// Unverified for China.
pub const UNVERIFIED_PARTITION: Code = discouraged(
    "unverified-partition",
    Severity::Warning,
    "a bucket in `aws-cn`, for which CloudFront's features are not confirmed",
);
/// A dotted bucket name.
pub const DOTTED_BUCKET_NAME: Code =
    discouraged("dotted-bucket-name", Severity::Warning, "a bucket name with a dot, which breaks TLS");
/// Longer than browsers keep.
pub const PREFLIGHT_CACHE_ABOVE_CAP: Code =
    discouraged("preflight-cache-above-cap", Severity::Note, "a `preflight-cache` longer than any browser keeps");

/// All of this stage.
pub const ALL: &[&Code] = &[
    &AMBIGUOUS_NAMES,
    &ANYONE_WITH_FRONTENDS,
    &BARE_WILDCARD_ORIGIN,
    &BUCKET_USED_TWICE,
    &CDN_IN_UNSUPPORTED_PARTITION,
    &DOTTED_BUCKET_NAME,
    &FORBIDDEN_REQUEST_HEADER,
    &FORBIDDEN_RESPONSE_HEADER,
    &FORM_UPLOAD_VIA_CDN,
    &GRANT_WITHOUT_PURPOSE,
    &GRANT_WITH_TWO_PURPOSES,
    &INCONSISTENT_ENCRYPTION,
    &INVALID_ACCOUNT,
    &INVALID_ALIAS,
    &INVALID_BUCKET_NAME,
    &INVALID_DISTRIBUTION,
    &INVALID_DURATION,
    &INVALID_HEADER_NAME,
    &INVALID_KMS_KEY,
    &INVALID_METHOD,
    &INVALID_NAME,
    &INVALID_PATH_PATTERN,
    &INVALID_REGION,
    &MALFORMED_ORIGIN,
    &NON_CANONICAL_ORIGIN,
    &NULL_ORIGIN,
    &ORIGIN_WILDCARD_TRAP,
    &PREFLIGHT_CACHE_ABOVE_CAP,
    &RESERVED_NAME,
    &RESPONSE_HEADER_AS_REQUEST_HEADER,
    &SAFELISTED_EXPOSED_HEADER,
    &SEVERAL_HEADER_WILDCARDS,
    &UNAUTHENTICATED_UPLOAD_VIA_CDN,
    &UNKEYED_ORIGIN,
    &UNKNOWN_ASSET,
    &UNKNOWN_FRONTEND,
    &UNKNOWN_PATH,
    &UNORDERED_TTL,
    &UNSUPPORTED_METHOD,
    &UNSUPPORTED_ORIGIN_WILDCARD,
    &UNSUPPORTED_UPLOAD,
    &UNUSED_DECLARATION,
    &UNVERIFIED_PARTITION,
    &UPLOAD_FROM_ANYONE,
    &UPLOAD_VIA_MISSING_CDN,
    &WILDCARD_COVERS_NO_AUTHORIZATION,
    &WILDCARD_EXPOSED_HEADER,
    &WILDCARD_ORIGIN_WITH_CREDENTIALS,
    &ZERO_PREFLIGHT_CACHE,
];
