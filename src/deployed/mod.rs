//! What AWS holds: buckets with their rules, distributions with their behaviours and policies, wherever it was told.
//!
//! A [`Plan`](crate::plan::Plan) is what corsynth writes, so it can say only what every format can say exactly. This
//! model is what may be found: an override that is off, a policy without a list, a bucket that lets in any
//! distribution. `readback` reads artifacts into it, `simulate` answers requests from it, and `prove` judges it;
//! [`Deployed::from`] a plan is what AWS holds once the plan is applied. `docs/decisions/0007-deployed.md` says why
//! these are two models.

mod from_plan;
pub mod managed;
mod site;

pub use crate::plan::{CorsFunction, FunctionRule, Provenance};
pub use site::{Site, Spot};

use crate::aws::cloudfront::SecurityHeaders;

/// What AWS holds, as far as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployed {
    /// The buckets, each with the distribution in front of it; sorted by id.
    pub assets: Vec<Asset>,
}

/// A bucket or a server, and the distribution in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// What URLs call it (`ID:/path`): its id in the intent, or the name of its resource in foreign artifacts.
    pub id: String,
    /// The bucket; nothing is told of it where the distribution fetches from a server.
    pub bucket: Bucket,
    /// The distribution; `None` when browsers talk to S3.
    pub distribution: Option<Distribution>,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bucket {
    /// Its name, when it is told.
    pub name: Option<String>,
    /// Its region, when it is told.
    pub region: Option<String>,
    /// The account that owns it, when it is told.
    pub account: Option<String>,
    /// ARN of the KMS key of its objects, when they are under SSE-KMS.
    pub kms_key: Option<String>,
    /// Its CORS configuration; `None` when it has none.
    pub cors: Option<CorsConfiguration>,
    /// What its policy says about whoever sends requests here; `None` when that was not told.
    pub policy: Option<Vec<Statement>>,
    /// What the policy of its key says; `None` when that was not told.
    pub key_policy: Option<Vec<Statement>>,
    /// Where an artifact says it.
    pub site: Site,
}

/// `CORSConfiguration`, as found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorsConfiguration {
    /// The rules.
    pub rules: Vec<CorsRule>,
    /// Whether S3 gets them in this order.
    pub order: RuleOrder,
}

/// Whether the order of rules is known. S3 takes the first rule that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RuleOrder {
    /// S3 gets them in this order.
    #[default]
    Kept,
    /// Terraform keeps `cors_rule` as a set, and sends it in an order of its own.
    /// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_cors_configuration>
    Any,
}

/// `CORSRule`, as found. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorsRule {
    /// `ID`.
    pub id: Option<String>,
    /// `AllowedOrigins`.
    pub allowed_origins: Vec<String>,
    /// `AllowedMethods`.
    pub allowed_methods: Vec<String>,
    /// `AllowedHeaders`; none means that no header may be requested.
    pub allowed_headers: Vec<String>,
    /// `ExposeHeaders`.
    pub expose_headers: Vec<String>,
    /// `MaxAgeSeconds`.
    pub max_age_seconds: Option<u64>,
    /// Whether requests with cookies are allowed, in the contract of a server. S3 has no such member: it allows them to
    /// every origin but `*`.
    pub allow_credentials: bool,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
    /// Where an artifact says it.
    pub site: Site,
}

/// A statement of the policy of a bucket or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<String>,
    /// `Effect`: whether it allows, or denies.
    pub allows: bool,
    /// `Principal`.
    pub principal: Principal,
    /// `Action`, as written; `*` stands for any run of characters, case does not count.
    pub actions: Vec<String>,
    /// `Resource`.
    pub resources: Vec<Resource>,
    /// What `AWS:SourceArn` must be.
    pub source: Source,
    /// Further conditions, in words; with any of them nobody here can tell whether the statement counts.
    pub other_conditions: Vec<String>,
    /// Where an artifact says it.
    pub site: Site,
}

/// Whom a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The service `cloudfront.amazonaws.com`: any distribution with an origin access control.
    CloudFront,
    /// `*`: everybody.
    Anyone,
    /// Somebody else: an account, a role, an origin access identity.
    Other(String),
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// All objects: `arn:PARTITION:s3:::BUCKET/*`, or `*`.
    Objects,
    /// Objects whose key matches: what stands behind `arn:PARTITION:s3:::BUCKET/`, with `*` and `?`.
    ObjectsLike(String),
    /// The bucket itself: `arn:PARTITION:s3:::BUCKET`.
    Bucket,
    /// `*` in a key's policy: that key.
    Key,
    /// Something else.
    Other(String),
}

/// The condition on `AWS:SourceArn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// No condition: any source.
    Any,
    /// The distribution in front of the bucket.
    OwnDistribution,
    /// Something else, as written.
    Other(String),
}

/// A distribution, as one bucket behind it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Distribution {
    /// Its id, when it is told.
    pub id: Option<String>,
    /// `Aliases`.
    pub aliases: Vec<String>,
    /// How it signs its requests to the bucket; `None` when it does not, or when that was not told.
    pub origin_access_control: Option<OriginAccessControl>,
    /// The server that it fetches from, where that is no bucket.
    pub custom_origin: Option<CustomOrigin>,
    /// Headers that it adds to every request to the bucket, replacing the viewer's (`OriginCustomHeaders`).
    pub origin_custom_headers: Vec<(String, String)>,
    /// The behaviours; the first whose path matches decides, the default one is last.
    pub behaviors: Vec<CacheBehavior>,
    /// `CustomErrorResponses`.
    pub custom_error_responses: Vec<CustomErrorResponse>,
    /// Whether these are all behaviours: false when other paths belong to somebody else.
    pub complete: bool,
    /// Where an artifact says it.
    pub site: Site,
}

/// A server that a distribution fetches from over `https`, and what it has promised to answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomOrigin {
    /// `DomainName`.
    pub domain_name: String,
    /// `HTTPSPort`.
    pub https_port: u16,
    /// The rules by which it answers; without any it sends no CORS headers.
    pub contract: CorsConfiguration,
}

/// `OriginAccessControlConfig`, as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginAccessControl {
    /// Its name.
    pub name: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `SigningBehavior` is `always`; otherwise requests may go out unsigned.
    pub signs_always: bool,
}

/// `CustomErrorResponse`: what viewers get instead of an error of the origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomErrorResponse {
    /// `ErrorCode`.
    pub error_code: u16,
    /// `ResponseCode`, with a page of its own; `None` sets only how long the error is cached.
    pub response_code: Option<u16>,
}

/// A cache behaviour with what its policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheBehavior {
    /// `PathPattern`; `None` is the default behaviour.
    pub path_pattern: Option<String>,
    /// Whether its requests go to this bucket, or to another origin of the distribution.
    pub is_for_this_bucket: bool,
    /// `AllowedMethods`.
    pub allowed_methods: Vec<String>,
    /// `CachedMethods`.
    pub cached_methods: Vec<String>,
    /// `ViewerProtocolPolicy`.
    pub viewer_protocol_policy: ViewerProtocolPolicy,
    /// `Compress`.
    pub compress: bool,
    /// `CachePolicyId`, or what `ForwardedValues` comes down to.
    pub cache_policy: CachePolicy,
    /// `OriginRequestPolicyId`.
    pub origin_request_policy: Option<OriginRequestPolicy>,
    /// `ResponseHeadersPolicyId`.
    pub response_headers_policy: Option<ResponseHeadersPolicy>,
    /// The function on `viewer-request`, when it is one that corsynth writes; others are `unknown`.
    pub viewer_request: Option<Function>,
    /// The function on `viewer-response`, when it is one that corsynth writes.
    pub viewer_response: Option<Function>,
    /// The Lambda@Edge that runs on `origin-response`, on errors only.
    pub origin_response: Option<Function>,
    /// `TrustedKeyGroups`; with any of them, requests without a signature are refused.
    pub trusted_key_groups: Vec<String>,
    /// What else has a say here and is not modelled, in words with its place: functions, signers, a policy whose
    /// content was not told. With any of them, nobody here can tell what this behaviour answers.
    pub unknown: Vec<String>,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
    /// Where an artifact says it.
    pub site: Site,
}

/// A CloudFront function whose code corsynth wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it does.
    pub does: CorsFunction,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
    /// Where an artifact says it.
    pub site: Site,
}

/// The key group that an artifact takes as a parameter.
pub const KEY_GROUP_PARAMETER: &str = "(parameter)";

/// `ViewerProtocolPolicy`. <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ViewerProtocolPolicy {
    /// `allow-all`
    #[default]
    AllowAll,
    /// `redirect-to-https`
    RedirectToHttps,
    /// `https-only`
    HttpsOnly,
}

/// Which policy it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyName {
    /// One that AWS manages: its id.
    Managed(String),
    /// One of the account's own: its name.
    Own(String),
    /// None: the members of the behaviour say it (`ForwardedValues`).
    Inline,
}

/// A selection of cookies, query strings or headers by a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// `none`
    #[default]
    None,
    /// `all`, of headers `allViewer`: what the viewer sent.
    All,
    /// `whitelist`: just these.
    Whitelist(Vec<String>),
    /// `allExcept`: all but these.
    AllExcept(Vec<String>),
    /// `allViewerAndWhitelistCloudFront`: the viewer's, and these of CloudFront's own.
    AllAndCloudFront(Vec<String>),
}

impl Selection {
    /// Whether it takes something of this name. Case does not count (it does for cookies and query strings, of which
    /// none has a say in CORS).
    pub fn takes(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
        match self {
            Self::None => false,
            Self::All | Self::AllAndCloudFront(_) => true,
            Self::Whitelist(names) => listed(names),
            Self::AllExcept(names) => !listed(names),
        }
    }
}

/// `CachePolicyConfig`, as found: only this shapes the cache key.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachePolicy {
    /// Which one.
    pub name: PolicyName,
    /// `Comment`, of an own one.
    pub comment: Option<String>,
    /// `MinTTL`, seconds.
    pub min_ttl: u64,
    /// `DefaultTTL`, seconds.
    pub default_ttl: u64,
    /// `MaxTTL`, seconds; 0 means that nothing is cached.
    pub max_ttl: u64,
    /// `EnableAcceptEncodingGzip`.
    pub gzip: bool,
    /// `EnableAcceptEncodingBrotli`.
    pub brotli: bool,
    /// `HeadersConfig`.
    pub headers: Selection,
    /// `CookiesConfig`.
    pub cookies: Selection,
    /// `QueryStringsConfig`.
    pub query_strings: Selection,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
    /// Where an artifact says it.
    pub site: Site,
}

impl CachePolicy {
    /// A policy by which nothing is cached: what stands for one that was not told, at a behaviour that is marked so.
    pub fn nothing_cached() -> Self {
        Self {
            name: PolicyName::Inline,
            comment: None,
            min_ttl: 0,
            default_ttl: 0,
            max_ttl: 0,
            gzip: false,
            brotli: false,
            headers: Selection::None,
            cookies: Selection::None,
            query_strings: Selection::None,
            provenance: Provenance::default(),
            site: Site::default(),
        }
    }
}

/// `OriginRequestPolicyConfig`, as found: what is forwarded beside the cache key.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginRequestPolicy {
    /// Which one.
    pub name: PolicyName,
    /// `Comment`, of an own one.
    pub comment: Option<String>,
    /// `HeadersConfig`.
    pub headers: Selection,
    /// `CookiesConfig`.
    pub cookies: Selection,
    /// `QueryStringsConfig`.
    pub query_strings: Selection,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
    /// Where an artifact says it.
    pub site: Site,
}

/// `ResponseHeadersPolicyConfig`, as found.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeadersPolicy {
    /// Which one.
    pub name: PolicyName,
    /// `Comment`, of an own one.
    pub comment: Option<String>,
    /// `CorsConfig`.
    pub cors: Option<CorsConfig>,
    /// `CustomHeadersConfig`.
    pub custom_headers: Vec<CustomHeader>,
    /// `RemoveHeadersConfig`.
    pub remove_headers: Vec<String>,
    /// `SecurityHeadersConfig`, when it is the one that corsynth writes; others have no say in CORS and are not kept.
    pub security_headers: Option<SecurityHeaders>,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
    /// Where an artifact says it.
    pub site: Site,
}

/// `ResponseHeadersPolicyCorsConfig`, as found. A managed policy may lack lists that an own one must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsConfig {
    /// `AccessControlAllowOrigins`.
    pub allow_origins: Vec<String>,
    /// `AccessControlAllowHeaders`.
    pub allow_headers: Vec<String>,
    /// `AccessControlAllowMethods`; `ALL` stands for all seven.
    pub allow_methods: Vec<String>,
    /// `AccessControlExposeHeaders`.
    pub expose_headers: Vec<String>,
    /// `AccessControlAllowCredentials`.
    pub allow_credentials: bool,
    /// `AccessControlMaxAgeSec`.
    pub max_age_sec: Option<u64>,
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
    pub overrides: bool,
}

/// The account's own policies, whether or not a behaviour uses them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policies {
    /// Cache policies.
    pub cache: Vec<CachePolicy>,
    /// Origin request policies.
    pub origin_request: Vec<OriginRequestPolicy>,
    /// Response headers policies.
    pub response_headers: Vec<ResponseHeadersPolicy>,
}

impl Asset {
    /// The server behind the distribution, where it is no bucket.
    pub fn custom_origin(&self) -> Option<&CustomOrigin> {
        self.distribution.as_ref()?.custom_origin.as_ref()
    }

    /// The rules by which the bucket answers, or the server.
    pub fn cors(&self) -> Option<&CorsConfiguration> {
        match self.custom_origin() {
            Some(custom) => Some(&custom.contract),
            None => self.bucket.cors.as_ref(),
        }
    }

    /// The same, to change them.
    pub fn cors_mut(&mut self) -> Option<&mut CorsConfiguration> {
        match self.distribution.as_mut().and_then(|distribution| distribution.custom_origin.as_mut()) {
            Some(custom) => Some(&mut custom.contract),
            None => self.bucket.cors.as_mut(),
        }
    }
}

impl Asset {
    /// The rules of the functions of its distribution.
    pub fn function_rules(&self) -> impl Iterator<Item = &FunctionRule> {
        let behaviors = self.distribution.iter().flat_map(|distribution| &distribution.behaviors);
        behaviors.flat_map(CacheBehavior::function_rules)
    }
}

impl CacheBehavior {
    /// Its functions, on either event of viewers.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.viewer_request.iter().chain(&self.viewer_response)
    }

    /// All of them, that on `origin-response` among them.
    pub(crate) fn functions_mut(&mut self) -> impl Iterator<Item = &mut Function> {
        self.viewer_request.iter_mut().chain(&mut self.viewer_response).chain(&mut self.origin_response)
    }

    /// The rules of its functions.
    pub fn function_rules(&self) -> impl Iterator<Item = &FunctionRule> {
        self.functions().chain(&self.origin_response).flat_map(|function| &function.does.rules)
    }
}

impl Deployed {
    /// The asset that URLs call by this id.
    pub fn asset(&self, id: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.id == id)
    }
}
