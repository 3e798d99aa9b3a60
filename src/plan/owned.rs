//! What the artifacts make beside CORS where they make the bucket and the distribution themselves: the same in every
//! format.

use super::{AssetPlan, CacheBehavior, PolicyRef, Provenance, TrustedKeyGroups};
use crate::aws::cloudfront::{AllowedMethods, CachedMethods, ViewerProtocolPolicy};
use crate::aws::managed;

/// What is said about a bucket and a distribution that the artifacts make.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owned {
    /// ARN of the certificate of the distribution's aliases, in `us-east-1`; without one it answers to its own host name.
    pub certificate: Option<String>,
    /// Whether a missing object is told as one, for which CloudFront may list the bucket: then `/` must be an object.
    pub lists_bucket: bool,
}

/// Days after which the parts of an upload that nobody finished are gone.
pub const ABORT_UPLOADS_AFTER_DAYS: u32 = 7;

/// How long CloudFront remembers an error, seconds by code: `ErrorCachingMinTTL`. Its pages disagree on what holds
/// where that is not said.
pub const ERROR_CACHING: [(u16, u32); 6] = [(403, 10), (404, 10), (500, 1), (502, 1), (503, 1), (504, 1)];

/// `DefaultRootObject`, where CloudFront may list the bucket: who asks for `/` gets this object and no list.
pub const ROOT_OBJECT: &str = "index.html";

/// The paths that the intent does not speak of: read only, without CORS.
pub fn other_paths() -> CacheBehavior {
    CacheBehavior {
        path_pattern: None,
        allowed_methods: AllowedMethods::Read,
        cached_methods: CachedMethods::Read,
        viewer_protocol_policy: ViewerProtocolPolicy::RedirectToHttps,
        compress: true,
        cache_policy: PolicyRef::Managed(managed::CACHING_OPTIMIZED),
        origin_request_policy: None,
        response_headers_policy: None,
        viewer_request: None,
        viewer_response: None,
        origin_response: None,
        trusted_key_groups: TrustedKeyGroups::None,
        provenance: Provenance::default(),
    }
}

impl AssetPlan {
    /// The behaviours of its distribution: of one that the artifacts make all of them, the default one last.
    pub fn behaviors(&self) -> Vec<CacheBehavior> {
        let mut behaviors = self.cdn.as_ref().map(|cdn| cdn.behaviors.clone()).unwrap_or_default();
        if self.owned.is_some() && self.cdn.is_some() && behaviors.iter().all(|b| b.path_pattern.is_some()) {
            behaviors.push(other_paths());
        }
        behaviors
    }
}
