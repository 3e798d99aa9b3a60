//! Policies that AWS manages, with their stable ids.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>,
//! `using-managed-origin-request-policies.html` and `using-managed-response-headers-policies.html` there.

/// A managed policy: the id is the same in every account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// The name in the console, without the `Managed-` of the API.
    pub name: &'static str,
    /// The id to put into a cache behaviour.
    pub id: &'static str,
}

/// Cache policy: nothing in the key but the encodings; TTL 1, 86400, 31536000.
pub const CACHING_OPTIMIZED: ManagedPolicy =
    ManagedPolicy { name: "CachingOptimized", id: "658327ea-f89d-4fab-a63d-7e88639e58f6" };

/// Cache policy: all TTLs 0, nothing in the key.
pub const CACHING_DISABLED: ManagedPolicy =
    ManagedPolicy { name: "CachingDisabled", id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" };

/// Origin request policy: `Origin` and the two `Access-Control-Request-*` headers, nothing else.
pub const CORS_S3_ORIGIN: ManagedPolicy =
    ManagedPolicy { name: "CORS-S3Origin", id: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf" };

/// Origin request policy: everything of the viewer's but `Host`.
pub const ALL_VIEWER_EXCEPT_HOST_HEADER: ManagedPolicy =
    ManagedPolicy { name: "AllViewerExceptHostHeader", id: "b689b0a8-53d0-40ab-baf2-68738e2966ac" };

/// Response headers policy: security headers, no CORS.
pub const SECURITY_HEADERS_POLICY: ManagedPolicy =
    ManagedPolicy { name: "SecurityHeadersPolicy", id: "67f7725c-6f97-4210-82d7-5512b31e9d03" };
