//! Limits of S3 and CloudFront. Default quotas; some can be raised on request.

/// Rules in one CORS configuration.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
pub const CORS_RULES: usize = 100;

/// Bytes of one CORS configuration document (XML). Same page as [`CORS_RULES`].
pub const CORS_DOCUMENT_BYTES: usize = 64 * 1024;

/// Characters of a rule's `ID`. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
pub const CORS_RULE_ID_CHARACTERS: usize = 255;

/// Header names in one cache policy or origin request policy.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
pub const POLICY_HEADERS: usize = 10;

/// Cache behaviours in one distribution. AWS raises it on request. Same page as [`POLICY_HEADERS`].
pub const CACHE_BEHAVIORS: usize = 75;

/// Response headers policies, cache policies, and origin request policies in one account, each.
/// Same page as [`POLICY_HEADERS`].
pub const POLICIES_PER_ACCOUNT: usize = 20;

/// Distributions that use one policy. Same page as [`POLICY_HEADERS`].
pub const DISTRIBUTIONS_PER_POLICY: usize = 100;

/// Origin access controls in one account. Same page as [`POLICY_HEADERS`].
pub const ORIGIN_ACCESS_CONTROLS: usize = 100;

/// Characters of a policy's name. The API reference names none; AWS's own CDK enforces this one (UNCONFIRMED).
pub const POLICY_NAME_CHARACTERS: usize = 128;

/// Characters of an origin access control's name.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html>
pub const ORIGIN_ACCESS_CONTROL_NAME_CHARACTERS: usize = 64;

/// Characters of a policy's comment. Same page as [`POLICY_NAME_CHARACTERS`]'s API reference.
pub const POLICY_COMMENT_CHARACTERS: usize = 128;

/// Characters of a behaviour's path pattern.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>
pub const PATH_PATTERN_CHARACTERS: usize = 255;

/// Bytes of the code of one CloudFront function.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html>
pub const FUNCTION_CODE_BYTES: usize = 10_240;

/// CloudFront functions in an account, by default.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
pub const FUNCTIONS: usize = 100;

/// Where the quotas of `CloudFront` stand: the page of [`POLICY_HEADERS`].
pub const CLOUDFRONT_PAGE: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html";

/// Where those of a bucket's CORS configuration stand: the page of [`CORS_RULES`].
pub const CORS_PAGE: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html";

/// Whether AWS raises a quota on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustable {
    /// The page of the quota says so.
    Yes,
    /// It is part of the API.
    No,
    /// Pages of AWS, and of different years, say different things: `Service Quotas` of the account knows.
    Unconfirmed,
}

impl Adjustable {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}
