//! Logical ids: an object of the plan in, its stable name in the template out. Letters and digits only.
//!
//! Each is the upper camel case of an id and a word for what it is. No word is the end of another, so names are
//! unique when ids are.

use crate::plan::{AssetPlan, LogicalId};

pub(super) const ORIGIN_ACCESS_CONTROL: &str = "OriginAccessControl";
pub(super) const CACHE_POLICY: &str = "CachePolicy";
pub(super) const ORIGIN_REQUEST_POLICY: &str = "OriginRequestPolicy";
pub(super) const RESPONSE_HEADERS_POLICY: &str = "ResponseHeadersPolicy";
pub(super) const FUNCTION: &str = "Function";
pub(super) const KEY_VALUE_STORE: &str = "KeyValueStore";
pub(super) const BUCKET_POLICY: &str = "BucketPolicy";
/// A bucket that the stack makes.
const BUCKET: &str = "Bucket";
/// A distribution that the stack makes.
const DISTRIBUTION: &str = "Distribution";

/// The parameter that all names begin with.
pub(super) const NAME_PREFIX: &str = "NamePrefix";

/// The parameter of the distribution's own template that names the stack to import from.
pub(super) const STACK_NAME: &str = "CorsynthStackName";

/// The name of a resource.
pub(super) fn resource(id: &LogicalId, kind: &str) -> String {
    format!("{}{kind}", id.pascal_case())
}

/// The name of the output that holds a resource's id, and the end of its export's name.
pub(super) fn id_output(id: &LogicalId, kind: &str) -> String {
    format!("{}Id", resource(id, kind))
}

/// The names that belong to an asset as a whole.
#[derive(Debug, Clone)]
pub(super) struct AssetNames(String);

impl AssetNames {
    pub(super) fn of(asset: &AssetPlan) -> Self {
        Self(LogicalId { asset: asset.id.clone(), part: None }.pascal_case())
    }

    fn with(&self, kind: &str) -> String {
        format!("{}{kind}", self.0)
    }

    /// Parameter.
    pub(super) fn bucket_name(&self) -> String {
        self.with("BucketName")
    }

    /// Parameter; of an owned asset, an output.
    pub(super) fn distribution_id(&self) -> String {
        self.with("DistributionId")
    }

    /// Parameter of the distribution's own template; of an owned asset, of this one.
    pub(super) fn key_group_id(&self) -> String {
        self.with("KeyGroupId")
    }

    /// Parameter: `leave` or `replace`.
    pub(super) fn bucket_policy_mode(&self) -> String {
        self.with("BucketPolicyMode")
    }

    /// Resource.
    pub(super) fn bucket_policy(&self) -> String {
        self.with(BUCKET_POLICY)
    }

    /// Resource, of an owned asset.
    pub(super) fn bucket(&self) -> String {
        self.with(BUCKET)
    }

    /// Resource, of an owned asset.
    pub(super) fn distribution(&self) -> String {
        self.with(DISTRIBUTION)
    }

    /// Parameter, of an owned asset.
    pub(super) fn web_acl(&self) -> String {
        self.with("WebAclArn")
    }

    /// Condition, of an owned asset.
    pub(super) fn has_web_acl(&self) -> String {
        format!("Has{}WebAcl", self.0)
    }

    /// Rule, of an owned asset.
    pub(super) fn bucket_region(&self) -> String {
        self.with("BucketRegion")
    }

    /// Output, of an owned asset.
    pub(super) fn bucket_arn(&self) -> String {
        self.with("BucketArn")
    }

    /// Output, of an owned asset.
    pub(super) fn distribution_domain_name(&self) -> String {
        self.with("DistributionDomainName")
    }

    /// Output, of an owned asset.
    pub(super) fn distribution_zone(&self) -> String {
        self.with("DistributionHostedZoneId")
    }

    /// Condition.
    pub(super) fn has_distribution(&self) -> String {
        format!("Has{}Distribution", self.0)
    }

    /// Condition.
    pub(super) fn replaces_bucket_policy(&self) -> String {
        format!("Replaces{}BucketPolicy", self.0)
    }

    /// Rule.
    pub(super) fn bucket_policy_needs_distribution(&self) -> String {
        self.with("BucketPolicyNeedsDistribution")
    }

    /// Output.
    pub(super) fn domain_name(&self) -> String {
        self.with("BucketRegionalDomainName")
    }

    /// Output.
    pub(super) fn distribution_arn(&self) -> String {
        self.with("DistributionArn")
    }

    /// Output.
    pub(super) fn invalidation_paths(&self) -> String {
        self.with("InvalidationPaths")
    }
}
