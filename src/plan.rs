//! What AWS should hold: one typed model, in the APIs' own words. Every format is a rendering of it.
//!
//! Attach mode: the bucket and the distribution exist and belong to somebody; the plan holds the CORS
//! configuration of the bucket, the policies, the cache behaviours that use them, and the statements that let
//! the distribution in. What depends on a distribution whose id the intent does not name stays a parameter of
//! the artifact.

mod function;
mod halves;
pub mod owned;

pub use function::{CorsFunction, FunctionRule};
pub use owned::Owned;

use crate::aws::cloudfront::{
    AllowedMethods, CachePolicyConfig, CachedMethods, OriginAccessControlConfig, OriginRequestPolicyConfig,
    ResponseHeadersPolicyConfig, ViewerProtocolPolicy,
};
use crate::aws::iam::CloudFrontStatement;
use crate::aws::managed::ManagedPolicy;
use crate::aws::partition::Partition;
use crate::aws::s3::CorsConfiguration;
use std::collections::{BTreeMap, BTreeSet};

/// What AWS should hold for one intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The intent's name: the stem of every AWS name.
    pub name: String,
    /// Who answers for it, as written.
    pub owner: Option<String>,
    /// One entry an asset, sorted by id.
    pub assets: Vec<AssetPlan>,
}

/// What AWS should hold for one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetPlan {
    /// The asset's id in the intent: lower case letters, digits and single hyphens.
    pub id: String,
    /// Where its objects come from, which exists.
    pub origin: AssetOrigin,
    /// The bucket's CORS configuration; `None` when no grant concerns the bucket, and then it is left alone.
    pub cors: Option<CorsConfiguration>,
    /// Where in the intent each of its rules comes from, by `ID`.
    pub rule_provenance: BTreeMap<String, Provenance>,
    /// What the distribution in front of it needs; `None` when browsers talk to S3 directly.
    pub cdn: Option<Cdn>,
    /// What the artifacts make beside that: the bucket and the distribution themselves; `None` when they exist and belong to
    /// somebody.
    pub owned: Option<Owned>,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
}

impl Plan {
    /// The regions of the buckets that the artifacts make.
    pub fn owned_regions(&self) -> BTreeSet<&str> {
        let owned = self.assets.iter().filter(|asset| asset.owned.is_some());
        owned.filter_map(|asset| Some(asset.bucket()?.region.as_str())).collect()
    }
}

impl AssetPlan {
    /// Its bucket; `None` for a custom origin.
    pub fn bucket(&self) -> Option<&Bucket> {
        match &self.origin {
            AssetOrigin::Bucket(bucket) => Some(bucket),
            AssetOrigin::Custom(_) => None,
        }
    }

    /// Its custom origin; `None` for a bucket.
    pub fn custom_origin(&self) -> Option<&CustomOrigin> {
        match &self.origin {
            AssetOrigin::Bucket(_) => None,
            AssetOrigin::Custom(custom) => Some(custom),
        }
    }
}

/// Where the objects of an asset come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetOrigin {
    /// An S3 bucket.
    Bucket(Bucket),
    /// A server of the user's own, which CloudFront asks over `https`.
    Custom(CustomOrigin),
}

/// An existing server: `CustomOriginConfig`, with `OriginProtocolPolicy` `https-only` and `OriginSslProtocols` `TLSv1.2`.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomOriginConfig.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomOrigin {
    /// `DomainName`.
    pub domain_name: String,
    /// `HTTPSPort`.
    pub https_port: u16,
    /// What the server must answer where it is the one that speaks: the first rule that matches decides, and what
    /// none matches gets no CORS headers. Without rules it has no say in CORS.
    pub contract: Vec<FunctionRule>,
}

/// An existing bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The partition of that region.
    pub partition: Partition,
    /// The account that owns it, 12 digits, when the intent says so.
    pub account: Option<String>,
    /// ARN of the KMS key of its objects, when they are under SSE-KMS.
    pub kms_key: Option<String>,
}

impl Bucket {
    /// The regional virtual-hosted endpoint. The global one answers new buckets with redirects, which no
    /// preflight survives. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
    pub fn regional_domain_name(&self) -> String {
        format!("{}.s3.{}.{}", self.name, self.region, self.partition.dns_suffix())
    }

    /// The bucket's ARN.
    pub fn arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition.arn(), self.name)
    }
}

/// What an existing distribution needs for one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cdn {
    /// The distribution's id, when the intent names it; a parameter of the artifact otherwise.
    pub distribution: Option<String>,
    /// The host names that the intent says the distribution answers to.
    pub aliases: Vec<String>,
    /// How CloudFront signs its requests to the bucket; `None` for a custom origin.
    pub origin_access_control: Option<Policy<OriginAccessControlConfig>>,
    /// Own cache policies, sorted by id.
    pub cache_policies: Vec<Policy<CachePolicyConfig>>,
    /// Own origin request policies, sorted by id.
    pub origin_request_policies: Vec<Policy<OriginRequestPolicyConfig>>,
    /// Own response headers policies, sorted by id.
    pub response_headers_policies: Vec<Policy<ResponseHeadersPolicyConfig>>,
    /// CloudFront functions, sorted by id.
    pub functions: Vec<Policy<CorsFunction>>,
    /// The behaviours that the intent speaks of, most specific pattern first; the default, if any, last.
    /// Behaviours of other paths belong to the distribution's owner and are not touched.
    pub behaviors: Vec<CacheBehavior>,
    /// Statements for the bucket's policy.
    pub bucket_policy: Vec<CloudFrontStatement>,
    /// Statements for the key's policy; empty unless the bucket has a `kms_key`.
    pub key_policy: Vec<CloudFrontStatement>,
    /// Paths to invalidate when the bucket's CORS rules or the forwarded headers change, as the API takes
    /// them (`/*`). A change of a response headers policy alone needs none: it is applied after the cache.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html>
    pub invalidation_paths: Vec<String>,
}

/// The paths of an invalidation for some path patterns: `*` may only stand at the end of one.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html>
pub fn invalidation_paths<'p>(patterns: impl Iterator<Item = &'p str>) -> Vec<String> {
    let path = |pattern: &str| match pattern.find(['*', '?']).and_then(|at| pattern.get(..at)) {
        Some("") => "/*".to_owned(),
        Some(fixed) => format!("{fixed}*"),
        None => pattern.to_owned(),
    };
    let paths: BTreeSet<String> = patterns.map(path).collect();
    if paths.contains("/*") { vec!["/*".to_owned()] } else { paths.into_iter().collect() }
}

/// An AWS object that corsynth creates and names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy<T> {
    /// Which one, within the plan.
    pub id: LogicalId,
    /// Its name in the account.
    pub name: ResourceName,
    /// What it says.
    pub config: T,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
}

/// The stable name of an object within a plan: an asset, and a part of it where the asset has several objects
/// of the kind. Derived from names in the intent, never from positions in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogicalId {
    /// The asset's id.
    pub asset: String,
    /// A path alias of the asset, or a word of the compiler's; the asset as a whole when `None`.
    pub part: Option<String>,
}

impl LogicalId {
    /// Kebab-case text: `static`, or `static/fonts`.
    pub fn key(&self) -> String {
        match &self.part {
            Some(part) => format!("{}/{part}", self.asset),
            None => self.asset.clone(),
        }
    }

    /// Upper camel case, letters and digits only: `Static`, `StaticFonts`. Unique in a plan (lowering
    /// refuses intents in which two would be the same).
    pub fn pascal_case(&self) -> String {
        let mut out = String::new();
        for word in self.asset.split('-').chain(self.part.iter().flat_map(|p| p.split('-'))) {
            let mut characters = word.chars();
            out.extend(characters.next().map(|c| c.to_ascii_uppercase()));
            out.extend(characters);
        }
        out
    }
}

/// A name in an AWS account, `PREFIX-SUFFIX`. The prefix can be a parameter of an artifact, so that one module
/// can be used twice in an account; the suffix ends in a hash of what the object belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceName {
    /// The intent's name, at most 40 characters.
    pub prefix: String,
    /// Purpose and hash. `PREFIX-SUFFIX` fits the API's limit for every prefix of up to 40 characters.
    pub suffix: String,
}

impl ResourceName {
    /// The whole name.
    pub fn full(&self) -> String {
        format!("{}-{}", self.prefix, self.suffix)
    }
}

/// One cache behaviour of the distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheBehavior {
    /// `PathPattern`; `None` is the default behaviour.
    pub path_pattern: Option<String>,
    /// `AllowedMethods`.
    pub allowed_methods: AllowedMethods,
    /// `CachedMethods`.
    pub cached_methods: CachedMethods,
    /// `ViewerProtocolPolicy`.
    pub viewer_protocol_policy: ViewerProtocolPolicy,
    /// `Compress`.
    pub compress: bool,
    /// `CachePolicyId`.
    pub cache_policy: PolicyRef,
    /// `OriginRequestPolicyId`.
    pub origin_request_policy: Option<PolicyRef>,
    /// `ResponseHeadersPolicyId`.
    pub response_headers_policy: Option<PolicyRef>,
    /// The function that runs on `viewer-request`, one of the plan's own.
    pub viewer_request: Option<LogicalId>,
    /// The function that runs on `viewer-response`, one of the plan's own.
    pub viewer_response: Option<LogicalId>,
    /// The function, one of the plan's own, whose rules a Lambda@Edge says on `origin-response`, where the origin
    /// answered 400 or more: [`CorsFunction::on_errors`].
    pub origin_response: Option<LogicalId>,
    /// `TrustedKeyGroups`: whose signatures a request needs.
    pub trusted_key_groups: TrustedKeyGroups,
    /// Where in the intent this comes from.
    pub provenance: Provenance,
}

/// Whose signatures the requests to a cache behaviour need.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html>
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TrustedKeyGroups {
    /// They need none.
    #[default]
    None,
    /// Those of these key groups.
    Ids(Vec<String>),
    /// Those of a key group that is a parameter of the artifact.
    Parameter,
}

/// A policy that a behaviour uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRef {
    /// One that AWS manages, because it says exactly the same thing.
    Managed(ManagedPolicy),
    /// One of the plan's own.
    Own(LogicalId),
}

/// JSON Pointers (RFC 6901) into the intent that asked for something.
///
/// Two plans that say the same are equal wherever they come from, so every provenance equals every other.
#[derive(Debug, Clone, Default)]
pub struct Provenance(pub Vec<String>);

impl PartialEq for Provenance {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Provenance {}

impl Plan {
    /// Whether anything runs as Lambda@Edge.
    pub fn has_lambda(&self) -> bool {
        let behaviors = self.assets.iter().filter_map(|asset| asset.cdn.as_ref()).flat_map(|cdn| &cdn.behaviors);
        behaviors.into_iter().any(|behavior| behavior.origin_response.is_some())
    }

    /// The regions of all buckets, sorted, each once.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<_> = self.assets.iter().filter_map(|a| Some(a.bucket()?.region.as_str())).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_ids_have_one_spelling_per_target() {
        let id = |part: Option<&str>| LogicalId { asset: "media-eu".into(), part: part.map(Into::into) };
        assert_eq!(id(None).key(), "media-eu");
        assert_eq!(id(Some("web-fonts")).key(), "media-eu/web-fonts");
        assert_eq!(id(None).pascal_case(), "MediaEu");
        assert_eq!(id(Some("web-fonts")).pascal_case(), "MediaEuWebFonts");
    }
}
