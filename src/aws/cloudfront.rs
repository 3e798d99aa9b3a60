//! Policies and cache behaviours, in the words of the CloudFront API (2020-05-31).

/// `CachePolicyConfig` without its name: only this shapes the cache key.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachePolicyConfig {
    /// `Comment`, at most 128 characters.
    pub comment: String,
    /// `MinTTL`, seconds.
    pub min_ttl: u64,
    /// `DefaultTTL`, seconds.
    pub default_ttl: u64,
    /// `MaxTTL`, seconds.
    pub max_ttl: u64,
    /// `EnableAcceptEncodingGzip`.
    pub enable_accept_encoding_gzip: bool,
    /// `EnableAcceptEncodingBrotli`.
    pub enable_accept_encoding_brotli: bool,
    /// `HeadersConfig`: the headers in the key; none at all is `HeaderBehavior: none`, others are `whitelist`.
    /// What is in the key is also sent to the origin.
    pub headers: Vec<String>,
    /// `CookiesConfig.CookieBehavior`.
    pub cookie_behavior: ItemBehavior,
    /// `QueryStringsConfig.QueryStringBehavior`.
    pub query_string_behavior: ItemBehavior,
}

/// Which cookies or query strings a policy takes. (The API also knows `whitelist` and `allExcept`.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemBehavior {
    /// `none`
    None,
    /// `all`
    All,
}

impl ItemBehavior {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::All => "all",
        }
    }
}

/// `OriginRequestPolicyConfig` without its name: what is forwarded beside the cache key.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginRequestPolicyConfig {
    /// `Comment`, at most 128 characters.
    pub comment: String,
    /// `HeadersConfig`.
    pub headers: OriginRequestHeaders,
    /// `CookiesConfig.CookieBehavior`.
    pub cookie_behavior: ItemBehavior,
    /// `QueryStringsConfig.QueryStringBehavior`.
    pub query_string_behavior: ItemBehavior,
}

/// `OriginRequestPolicyHeadersConfig`, as far as corsynth uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OriginRequestHeaders {
    /// `whitelist`: just these.
    Whitelist(Vec<String>),
    /// `allExcept`: all of the viewer's but these.
    AllExcept(Vec<String>),
}

impl OriginRequestHeaders {
    /// `HeaderBehavior` and its list. The API knows no empty list: to forward none of them, and all of them, are
    /// behaviours of their own.
    /// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyHeadersConfig.html>
    pub fn behavior(&self) -> (&'static str, &[String]) {
        match self {
            Self::Whitelist(names) if names.is_empty() => ("none", names),
            Self::Whitelist(names) => ("whitelist", names),
            Self::AllExcept(names) if names.is_empty() => ("allViewer", names),
            Self::AllExcept(names) => ("allExcept", names),
        }
    }
}

/// `ResponseHeadersPolicyConfig` without its name. At least one section is present.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeadersPolicyConfig {
    /// `Comment`, at most 128 characters.
    pub comment: String,
    /// `CorsConfig`.
    pub cors: Option<ResponseHeadersPolicyCorsConfig>,
    /// `CustomHeadersConfig.Items`; never an `access-control-*` header (the API refuses those).
    pub custom_headers: Vec<CustomHeader>,
    /// `SecurityHeadersConfig`.
    pub security_headers: Option<SecurityHeaders>,
}

/// `ResponseHeadersPolicyCorsConfig`. `OriginOverride` is always true: what `false` does with headers that
/// only one side sends is disputed, so corsynth never depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeadersPolicyCorsConfig {
    /// `AccessControlAllowOrigins.Items`.
    pub access_control_allow_origins: Vec<String>,
    /// `AccessControlAllowHeaders.Items`; the API refuses an empty list.
    pub access_control_allow_headers: Vec<String>,
    /// `AccessControlAllowMethods.Items`.
    pub access_control_allow_methods: Vec<String>,
    /// `AccessControlExposeHeaders.Items`; may be empty.
    pub access_control_expose_headers: Vec<String>,
    /// `AccessControlAllowCredentials`.
    pub access_control_allow_credentials: bool,
    /// `AccessControlMaxAgeSec`.
    pub access_control_max_age_sec: u32,
    /// `OriginOverride`.
    pub origin_override: bool,
}

/// `ResponseHeadersPolicyCustomHeader`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomHeader {
    /// `Header`.
    pub header: String,
    /// `Value`.
    pub value: String,
    /// `Override`.
    pub override_origin: bool,
}

/// `ResponseHeadersPolicySecurityHeadersConfig` with the values of the AWS managed `SecurityHeadersPolicy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityHeaders {
    /// `StrictTransportSecurity.AccessControlMaxAgeSec`, seconds; not for subdomains, no preload.
    pub strict_transport_security_max_age: u32,
    /// `FrameOptions.FrameOption`.
    pub frame_option: String,
    /// `ReferrerPolicy.ReferrerPolicy`.
    pub referrer_policy: String,
    /// `XSSProtection` with `Protection` and `ModeBlock` on.
    pub xss_protection_block: bool,
    /// `ContentTypeOptions.Override`; the other four never override what the origin sent.
    pub content_type_options_override: bool,
}

impl SecurityHeaders {
    /// What the managed `SecurityHeadersPolicy` (67f7725c-6f97-4210-82d7-5512b31e9d03) sends.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>
    pub fn managed() -> Self {
        Self {
            strict_transport_security_max_age: 31_536_000,
            frame_option: "SAMEORIGIN".to_owned(),
            referrer_policy: "strict-origin-when-cross-origin".to_owned(),
            xss_protection_block: true,
            content_type_options_override: true,
        }
    }
}

/// `OriginAccessControlConfig` without its name. Type `s3`, signing `always` with `sigv4`: the only settings
/// with which a private bucket answers the CDN and nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginAccessControlConfig {
    /// `Description`, at most 256 characters. Always set: Terraform's default is "Managed by Terraform".
    pub description: String,
}

/// `AllowedMethods`: CloudFront knows exactly three sets.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedMethods {
    /// `GET`, `HEAD`
    Read,
    /// `GET`, `HEAD`, `OPTIONS`
    ReadOptions,
    /// All seven.
    All,
}

impl AllowedMethods {
    /// The API's list.
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["GET", "HEAD"],
            Self::ReadOptions => &["GET", "HEAD", "OPTIONS"],
            Self::All => &["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        }
    }
}

/// `CachedMethods`: a subset of the allowed ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachedMethods {
    /// `GET`, `HEAD`
    Read,
    /// `GET`, `HEAD`, `OPTIONS`
    ReadOptions,
}

impl CachedMethods {
    /// The API's list.
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Read => &["GET", "HEAD"],
            Self::ReadOptions => &["GET", "HEAD", "OPTIONS"],
        }
    }
}

/// `ViewerProtocolPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewerProtocolPolicy {
    /// `redirect-to-https`
    RedirectToHttps,
}

impl ViewerProtocolPolicy {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RedirectToHttps => "redirect-to-https",
        }
    }
}
