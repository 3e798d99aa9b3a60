//! Names in an AWS account: the same for the same intent, different for different buckets, and short enough.

use crate::hash::sha256_hex;
use crate::intent::{Asset, AssetOrigin, Intent};
use crate::plan::{LogicalId, ResourceName};

/// What an object is for; part of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Cache,
    OriginRequest,
    Function,
    ResponseHeaders,
    OriginAccessControl,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Cache => "cache",
            Self::OriginRequest => "request",
            Self::Function => "function",
            Self::ResponseHeaders => "headers",
            Self::OriginAccessControl => "oac",
        }
    }
}

/// Characters of the hash in a name.
const HASH: usize = 8;

/// The name of one object. The hash stands for everything that makes it another object: whose bucket it serves,
/// and which part of it. It does not change with what the object says, so a new origin is an update in place.
pub(super) fn resource_name(intent: &Intent, asset: &Asset, id: &LogicalId, purpose: Purpose) -> ResourceName {
    let (store, region) = match &asset.origin {
        AssetOrigin::Bucket(bucket) => (bucket.name.value.as_str(), bucket.region.value.as_str()),
        AssetOrigin::Custom(custom) => (custom.url.value.as_str(), ""),
    };
    let identity = [
        "corsynth 1",
        &intent.name,
        &asset.id.value,
        store,
        region,
        asset.account.as_deref().unwrap_or_default(),
        id.part.as_deref().unwrap_or_default(),
        purpose.as_str(),
    ]
    .join("\n");
    let hash = short_hash(&identity);
    let words = match purpose {
        // 64 characters in all, behind a prefix of up to 40: ten are left for the asset.
        Purpose::OriginAccessControl => asset.id.value.chars().take(10).collect::<String>(),
        // 64 characters in all, too.
        Purpose::Function => asset.id.value.chars().take(6).collect::<String>(),
        Purpose::Cache | Purpose::OriginRequest | Purpose::ResponseHeaders => id.key().replace('/', "-"),
    };
    let suffix = format!("{}-{}-{hash}", words.trim_end_matches('-'), purpose.as_str());
    ResourceName { prefix: intent.name.clone(), suffix }
}

/// The first characters of a hash, lower-case hexadecimal.
pub(super) fn short_hash(text: &str) -> String {
    sha256_hex(text.as_bytes()).chars().take(HASH).collect()
}

/// The comment of a policy: whose it is. At most 127 characters with the longest names.
pub(super) fn comment(intent: &Intent, id: &LogicalId) -> String {
    format!("Managed by corsynth: {}/{}", intent.name, id.key())
}
