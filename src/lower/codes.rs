//! Codes of findings about what the layers of AWS can say.

crate::diagnostic::codes! {
    ASSUMED_SIGNATURE_ORDER = "assumed-signature-order", Discouraged, Warning,
        "a preflight to a path for signed cookies, which may be refused before the function sees it";
    BEHAVIOR_CLAIMED_TWICE = "behavior-claimed-twice", Forbidden, Error,
        "two assets that claim the same path of one distribution";
    CORS_DOCUMENT_TOO_LARGE = "cors-document-too-large", Forbidden, Error,
        "a CORS configuration of more than 64 KB";
    DIFFERING_GRANTS_AT_EDGE = "differing-grants-at-edge", Forbidden, Error,
        "grants on one path that a response headers policy cannot tell apart";
    FUNCTION_TOO_LARGE = "function-too-large", Forbidden, Error,
        "more than a CloudFront function has room for";
    GRANT_LEAKS_TO_CACHE = "grant-leaks-to-cache", Forbidden, Error,
        "a grant that a copy in a cache without `Origin` in its key would extend to reads";
    GRANT_LEAKS_TO_PATH = "grant-leaks-to-path", Forbidden, Error,
        "a grant that the bucket's rules would extend to another path";
    HEADER_PATTERN_AT_EDGE = "header-pattern-at-edge", Forbidden, Error,
        "a request header pattern that a response headers policy cannot say";
    IDLE_PREFLIGHT_FUNCTION = "idle-preflight-function", Discouraged, Warning,
        "a function for preflights where no page sends any";
    INJECTED_ORIGIN_UNHEARD = "injected-origin-unheard", Forbidden, Error,
        "`inject-origin` where nobody looks at `Origin`";
    MIXED_SIGNING = "mixed-signing", Forbidden, Error,
        "grants on one path of which some are for signed requests and some are not";
    NEEDLESS_FUNCTION = "needless-function", Discouraged, Warning,
        "a CloudFront function where a response headers policy says the same, for nothing";
    NEEDLESS_READABLE_ERRORS = "needless-readable-errors", Discouraged, Warning,
        "`readable-errors` where no function speaks, so that errors are readable anyway";
    ORIGIN_PATTERN_AT_EDGE = "origin-pattern-at-edge", Forbidden, Error,
        "an origin that a response headers policy cannot say exactly";
    OVERLAPPING_GRANTS = "overlapping-grants", Forbidden, Error,
        "two grants that give the same origin two different answers";
    OVERLAPPING_PATHS = "overlapping-paths", Forbidden, Error,
        "two path patterns that overlap, with different grants";
    PATH_GRANT_ON_BUCKET = "path-grant-on-bucket", Forbidden, Error,
        "a grant on a path where only the bucket's rules decide, which know no paths";
    POLICY_QUOTA = "policy-quota", Discouraged, Warning,
        "more policies of one kind than an account holds by default";
    TOO_MANY_BEHAVIORS = "too-many-behaviors", Discouraged, Warning,
        "more cache behaviours than a distribution holds by default";
    TOO_MANY_CORS_RULES = "too-many-cors-rules", Forbidden, Error,
        "more than 100 CORS rules on one bucket";
    UNREADABLE_ERRORS = "unreadable-errors", Forbidden, Error,
        "errors that only a Lambda@Edge could let be read, in China, where there is none";
    UNSIGNED_PREFLIGHT = "unsigned-preflight", Forbidden, Error,
        "a preflight to a path for signed cookies, which CloudFront refuses";
    WILDCARD_ORIGIN_WITHOUT_KEY = "wildcard-origin-without-key", Forbidden, Error,
        "an origin with a `*` at the edge, where `Origin` is not in the cache key";
}
