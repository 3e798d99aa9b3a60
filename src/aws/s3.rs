//! The bucket's CORS configuration, in the words of the S3 API (`PutBucketCors`).

/// The five methods a CORS rule may name. `OPTIONS` and `PATCH` are refused with `InvalidRequest`,
/// "Found unsupported HTTP method in CORS config".
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
pub const CORS_METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// `CORSConfiguration`: S3 takes the first rule that matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorsConfiguration {
    /// The rules, in order. corsynth's own are independent of it.
    pub rules: Vec<CorsRule>,
}

/// `CORSRule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsRule {
    /// `ID`, at most 255 characters, unique in the configuration.
    pub id: String,
    /// `AllowedOrigins`, each with at most one `*`.
    pub allowed_origins: Vec<String>,
    /// `AllowedMethods`, out of [`CORS_METHODS`].
    pub allowed_methods: Vec<String>,
    /// `AllowedHeaders`, each with at most one `*`. None means that no header may be requested.
    pub allowed_headers: Vec<String>,
    /// `ExposeHeaders`; no wildcard is possible here.
    pub expose_headers: Vec<String>,
    /// `MaxAgeSeconds`.
    pub max_age_seconds: u32,
}

/// Whether a query has a signature of S3's own: version 4, or the old one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
pub fn is_presigned(query: &str) -> bool {
    let has = |name: &str| query.split('&').any(|parameter| parameter.split('=').next() == Some(name));
    has("X-Amz-Signature") || (has("AWSAccessKeyId") && has("Signature"))
}
