//! What a CloudFront function of corsynth's does. The code is a rendering of this, like any other artifact.

/// CORS by a list of rules, evaluated as S3 evaluates a bucket's: the first one that matches decides.
///
/// One function serves both events of a cache behaviour. On `viewer-request` it answers preflights and puts an allowed
/// `Origin` in the place of others, on `viewer-response` it sets CORS headers; CloudFront skips that event when the
/// origin answered 400 or more.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html>
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorsFunction {
    /// Whether it answers preflights: by the rules, and 403 without CORS headers where none matches.
    pub answers_preflights: bool,
    /// What takes the place of an `Origin` that is missing or that no rule names; `None` leaves all as they are.
    pub canonical_origin: Option<String>,
    /// Whether it sets the CORS headers of responses, in the place of those of the origin.
    pub sets_headers: bool,
    /// The rules; no two of them that match the same request differ in what they answer to it.
    pub rules: Vec<FunctionRule>,
    /// Whether the origins that are written out are kept in a key value store of the function's own, because the code has no
    /// room for them; patterns stay in the code. An origin that the store does not have, or cannot tell, is allowed nothing.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html>
    pub stored: bool,
}

impl CorsFunction {
    /// What a Lambda@Edge with the same rules does: it sets the CORS headers of errors, and has all rules in its code,
    /// for which there is room.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
    #[must_use]
    pub fn on_errors(&self) -> Self {
        Self { sets_headers: true, rules: self.rules.clone(), ..Self::default() }
    }
}

/// Who may ask for what, and what the answer says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionRule {
    /// Origins, each with at most one `*`, which stands for any run of characters.
    pub allowed_origins: Vec<String>,
    /// Methods.
    pub allowed_methods: Vec<String>,
    /// Names of request headers, lower case, each with at most one `*`; `authorization` is covered by its name only.
    pub allowed_headers: Vec<String>,
    /// Names of exposed response headers.
    pub expose_headers: Vec<String>,
    /// Seconds for which a preflight may be remembered.
    pub max_age_seconds: u32,
    /// Whether requests with cookies are allowed; then no origin is `*`.
    pub allow_credentials: bool,
}
