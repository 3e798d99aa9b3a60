//! A plan in two, for a bucket and a distribution that are in two states: what is the bucket's, and what is the CDN's.
//! Together they say what the plan says.

use super::{AssetOrigin, AssetPlan, Cdn, Plan};
use std::collections::BTreeMap;

impl Plan {
    /// What is the buckets': CORS rules, and the statements for the policies of buckets and keys.
    #[must_use]
    pub fn of_buckets(&self) -> Self {
        let with_bucket = self.assets.iter().filter(|asset| asset.bucket().is_some());
        self.with(with_bucket.map(|asset| AssetPlan { cdn: asset.cdn.as_ref().map(statements), ..asset.clone() }))
    }

    /// What is the CDN's: policies, functions and behaviours. In which account a bucket is has no say there.
    #[must_use]
    pub fn of_cdn(&self) -> Self {
        self.with(self.assets.iter().filter_map(|asset| {
            let cdn = asset.cdn.clone()?;
            let mut origin = asset.origin.clone();
            if let AssetOrigin::Bucket(bucket) = &mut origin {
                bucket.account = None;
            }
            Some(AssetPlan {
                origin,
                cors: None,
                rule_provenance: BTreeMap::new(),
                cdn: Some(Cdn { bucket_policy: Vec::new(), key_policy: Vec::new(), ..cdn }),
                ..asset.clone()
            })
        }))
    }

    fn with(&self, assets: impl Iterator<Item = AssetPlan>) -> Self {
        Self { name: self.name.clone(), owner: self.owner.clone(), assets: assets.collect() }
    }
}

/// What a bucket has to know of the distribution in front of it.
fn statements(cdn: &Cdn) -> Cdn {
    Cdn {
        distribution: cdn.distribution.clone(),
        aliases: cdn.aliases.clone(),
        origin_access_control: None,
        cache_policies: Vec::new(),
        origin_request_policies: Vec::new(),
        response_headers_policies: Vec::new(),
        functions: Vec::new(),
        behaviors: Vec::new(),
        bucket_policy: cdn.bucket_policy.clone(),
        key_policy: cdn.key_policy.clone(),
        invalidation_paths: Vec::new(),
    }
}
