//! Codes of findings about an intent's own words.

crate::diagnostic::codes! {
    ALIAS_USED_TWICE = "alias-used-twice", Forbidden, Error,
        "a host name of two distributions";
    AMBIGUOUS_NAMES = "ambiguous-names", Invalid, Error,
        "two names that become the same CloudFormation logical id";
    ANYONE_WITH_FRONTENDS = "anyone-with-frontends", Invalid, Error,
        "`anyone` beside names of frontends, which adds nothing";
    BARE_WILDCARD_ORIGIN = "bare-wildcard-origin", Forbidden, Error,
        "`*` as an origin; the word is `from: anyone`";
    BUCKET_AS_CUSTOM_ORIGIN = "bucket-as-custom-origin", Discouraged, Error,
        "a host of S3 as the `origin` of an asset";
    BUCKET_SETTING_ON_CUSTOM_ORIGIN = "bucket-setting-on-custom-origin", Invalid, Error,
        "a setting of buckets on an asset with an `origin`";
    BUCKET_USED_TWICE = "bucket-used-twice", Forbidden, Error,
        "two assets with the same bucket";
    CDN_IN_UNSUPPORTED_PARTITION = "cdn-in-unsupported-partition", Forbidden, Error,
        "a `cdn` for a bucket in a partition without CloudFront";
    CHINA_CDN_WITHOUT_ALIAS = "china-cdn-without-alias", Discouraged, Warning,
        "a `cdn` in `aws-cn` without `aliases`, whose own host serves nothing";
    CUSTOM_ORIGIN_WITHOUT_CDN = "custom-origin-without-cdn", Invalid, Error,
        "an `origin` without a `cdn` in front of it";
    DOTTED_BUCKET_NAME = "dotted-bucket-name", Discouraged, Warning,
        "a bucket name with a dot, which breaks TLS";
    EMPTY_ENVIRONMENT = "empty-environment", Invalid, Error,
        "an environment in which nothing is granted";
    EXPECTATION_VIA_MISSING_CDN = "expectation-via-missing-cdn", Invalid, Error,
        "an expectation with `via: cdn` of an asset without `cdn`";
    EXPECTATION_WITH_TWO_REQUESTS = "expectation-with-two-requests", Invalid, Error,
        "an expectation with more than one of `get`, `head`, `put`, `post`, `delete`, `patch`, `options`";
    EXPECTATION_WITHOUT_REQUEST = "expectation-without-request", Invalid, Error,
        "an expectation with none of `get`, `head`, `put`, `post`, `delete`, `patch`, `options`";
    EXPIRED_WAIVER = "expired-waiver", Invalid, Error,
        "a waiver whose last day has passed";
    EXPIRING_WAIVER = "expiring-waiver", Discouraged, Warning,
        "a waiver that ends within 30 days";
    EXPOSED_WHEN_BLOCKED = "exposed-when-blocked", Invalid, Error,
        "`exposed` in an expectation with `then: blocked`";
    FORBIDDEN_REQUEST_HEADER = "forbidden-request-header", Forbidden, Error,
        "a request header that browsers let no page set";
    FORBIDDEN_RESPONSE_HEADER = "forbidden-response-header", Forbidden, Error,
        "an exposed header that browsers let no page read";
    FORM_UPLOAD_VIA_CDN = "form-upload-via-cdn", Forbidden, Error,
        "a `presigned-post` form sent through CloudFront";
    GIVEN_OF_ANOTHER_ASSET = "given-of-another-asset", Invalid, Error,
        "a request in `given` to another asset than the expectation's, which fills another cache";
    GRANT_WITH_TWO_PURPOSES = "grant-with-two-purposes", Invalid, Error,
        "a grant with both `use` and `upload`";
    GRANT_WITHOUT_PURPOSE = "grant-without-purpose", Invalid, Error,
        "a grant with neither `use` nor `upload`";
    INCOMPLETE_ASSET = "incomplete-asset", Invalid, Error,
        "an asset without `bucket` or `region`, and without `origin`";
    INCONSISTENT_CERTIFICATE = "inconsistent-certificate", Invalid, Error,
        "a `certificate` without `aliases`, or without `manage: own`, or the other way round";
    INCONSISTENT_ENCRYPTION = "inconsistent-encryption", Invalid, Error,
        "`sse-kms` without a key, or a key without `sse-kms`";
    INTENT_TOO_LARGE = "intent-too-large", Invalid, Error,
        "more assets, origins, grants or other names than are compiled of one file";
    INVALID_ACCOUNT = "invalid-account", Invalid, Error,
        "an account that is not a number of 12 digits";
    INVALID_ALIAS = "invalid-alias", Invalid, Error,
        "an alias that is not a host name";
    INVALID_CERTIFICATE = "invalid-certificate", Invalid, Error,
        "not the ARN of a certificate that CloudFront takes";
    INVALID_BUCKET_NAME = "invalid-bucket-name", Invalid, Error,
        "a bucket name that S3 does not accept";
    INVALID_DATE = "invalid-date", Invalid, Error,
        "a text that is not a day, `YYYY-MM-DD`";
    INVALID_DISTRIBUTION = "invalid-distribution", Invalid, Error,
        "a text that is not the id of a distribution";
    INVALID_DURATION = "invalid-duration", Invalid, Error,
        "a duration that is not seconds or a number with a unit";
    INVALID_HEADER_NAME = "invalid-header-name", Invalid, Error,
        "a text that is not a header name";
    INVALID_HEADER_VALUE = "invalid-header-value", Invalid, Error,
        "a text that is not the value of a header";
    INVALID_KEY_GROUP = "invalid-key-group", Invalid, Error,
        "not the id of a trusted key group, or more than four";
    INVALID_KMS_KEY = "invalid-kms-key", Invalid, Error,
        "a KMS key that is not the ARN of a key";
    INVALID_METHOD = "invalid-method", Invalid, Error,
        "a method that is not a method, or not in upper case";
    INVALID_NAME = "invalid-name", Invalid, Error,
        "a name or an id outside its alphabet or length";
    INVALID_PATH_PATTERN = "invalid-path-pattern", Invalid, Error,
        "a path pattern that CloudFront does not accept";
    INVALID_REGION = "invalid-region", Invalid, Error,
        "a text that is not the name of an AWS region";
    INVALID_REQUEST_LINE = "invalid-request-line", Invalid, Error,
        "an entry of `given` that is not a method, a URL and words";
    INVALID_URL = "invalid-url", Invalid, Error,
        "a text that is not `asset:/path`";
    MALFORMED_CUSTOM_ORIGIN = "malformed-custom-origin", Invalid, Error,
        "an `origin` of an asset that is not `https://host[:port]`";
    MALFORMED_ORIGIN = "malformed-origin", Invalid, Error,
        "a text that is not an origin";
    MISMATCHED_AUTHORITY = "mismatched-authority", Invalid, Error,
        "`authority: bucket` without a bucket, or `authority: origin` with one";
    MIXED_PARTITIONS = "mixed-partitions", Forbidden, Error,
        "assets in two partitions, which have no account in common";
    NON_CANONICAL_ORIGIN = "non-canonical-origin", Invalid, Error,
        "an origin that no browser sends in this spelling";
    NULL_ORIGIN = "null-origin", Forbidden, Error,
        "`null` as an origin";
    ORIGIN_AND_BUCKET = "origin-and-bucket", Invalid, Error,
        "an asset with both `origin` and `bucket`";
    PREFLIGHT_CACHE_ABOVE_CAP = "preflight-cache-above-cap", Discouraged, Note,
        "a `preflight-cache` longer than most browsers keep";
    PRESIGNED_URL_VIA_CDN = "presigned-url-via-cdn", Forbidden, Error,
        "a URL that is presigned for S3, sent through CloudFront";
    OWNED_DISTRIBUTION_WITH_ID = "owned-distribution-with-id", Invalid, Error,
        "the id of a distribution that exists, with `manage: own`";
    RESERVED_NAME = "reserved-name", Invalid, Error,
        "a frontend called `anyone`";
    RESPONSE_HEADER_AS_REQUEST_HEADER = "response-header-as-request-header", Invalid, Error,
        "a response header among the request headers";
    SAFELISTED_EXPOSED_HEADER = "safelisted-exposed-header", Discouraged, Note,
        "an exposed header that every page can read anyway";
    SEVERAL_HEADER_WILDCARDS = "several-header-wildcards", Forbidden, Error,
        "more than one `*` in a request header";
    SIGNED_WITHOUT_CDN = "signed-without-cdn", Forbidden, Error,
        "signed cookies or URLs of CloudFront to an asset without `cdn`";
    TOO_MANY_ENVIRONMENTS = "too-many-environments", Invalid, Error,
        "more environments than are compiled of one file";
    TOO_MANY_ORIGINS = "too-many-origins", Forbidden, Error,
        "more origins than a guardrail has room for";
    UNAUTHENTICATED_UPLOAD_VIA_CDN = "unauthenticated-upload-via-cdn", Discouraged, Warning,
        "an upload through CloudFront, which signs for everybody";
    UNEXPLAINED_WAIVER = "unexplained-waiver", Invalid, Error,
        "a waiver with a blank reason or owner";
    UNKEYED_ORIGIN = "unkeyed-origin", Forbidden, Error,
        "`key-on-origin: false` with `authority: bucket`";
    UNKNOWN_ASSET = "unknown-asset", Invalid, Error,
        "a name in `to` or in a URL that is no asset";
    UNKNOWN_ENVIRONMENT = "unknown-environment", Invalid, Error,
        "a name in `in` or `only-in` that is no environment";
    UNKNOWN_FRONTEND = "unknown-frontend", Invalid, Error,
        "a name in `from` that is no frontend";
    UNKNOWN_GUARDRAIL = "unknown-guardrail", Invalid, Error,
        "a name in `guardrails` of an environment that is no guardrail";
    UNKNOWN_PATH = "unknown-path", Invalid, Error,
        "a path in `to` that the asset does not have";
    UNKNOWN_VARIABLE = "unknown-variable", Invalid, Error,
        "a `${…}` that names no variable of the environment";
    UNNAMED_ENVIRONMENT = "unnamed-environment", Invalid, Error,
        "an intent with environments, read for none of them";
    UNORDERED_TTL = "unordered-ttl", Forbidden, Error,
        "`min`, `default` and `max` of a `ttl` out of order";
    UNSCOPED_WAIVER = "unscoped-waiver", Invalid, Error,
        "a waiver that names neither a frontend nor an asset";
    UNSUPPORTED_METHOD = "unsupported-method", Forbidden, Error,
        "a method that S3's CORS rules or browsers do not know";
    UNSUPPORTED_ORIGIN_WILDCARD = "unsupported-origin-wildcard", Forbidden, Error,
        "more than one `*` in an origin, or one outside host and port";
    UNSUPPORTED_UPLOAD = "unsupported-upload", Invalid, Error,
        "a kind of upload that the client does not do";
    UNUSED_DECLARATION = "unused-declaration", Discouraged, Warning,
        "an asset, a frontend, a path, a guardrail or a variable that nothing uses";
    UNUSED_WAIVER = "unused-waiver", Discouraged, Warning,
        "a waiver that lets nothing pass";
    UNVERIFIED_PARTITION = "unverified-partition", Discouraged, Warning,
        "a `cdn` in `aws-cn` or `aws-eusc`, where CloudFront's features are not confirmed";
    UPLOAD_FROM_ANYONE = "upload-from-anyone", Discouraged, Error,
        "an upload, or a method that writes, from `anyone`";
    UPLOAD_TO_CUSTOM_ORIGIN = "upload-to-custom-origin", Invalid, Error,
        "an `upload`, which is a protocol of S3, to an asset with an `origin`";
    UPLOAD_VIA_MISSING_CDN = "upload-via-missing-cdn", Invalid, Error,
        "`via: cdn` to an asset without `cdn`";
    WILDCARD_EXPOSED_HEADER = "wildcard-exposed-header", Forbidden, Error,
        "a `*` among the exposed headers, which S3 refuses";
    WILDCARD_ORIGIN_IN_EXPECTATION = "wildcard-origin-in-expectation", Invalid, Error,
        "a `*` in the origin of an expectation, which is about one page";
    WILDCARD_ORIGIN_WITH_CREDENTIALS = "wildcard-origin-with-credentials", Forbidden, Error,
        "credentials together with `from: anyone`, or cookies with a pattern of origins";
    WILDCARD_REQUEST_HEADER = "wildcard-request-header", Forbidden, Error,
        "a `*` among the request headers that would let `Authorization` in unnamed";
    ZERO_PREFLIGHT_CACHE = "zero-preflight-cache", Forbidden, Error,
        "a `preflight-cache` of 0, which not every format can say";
}
