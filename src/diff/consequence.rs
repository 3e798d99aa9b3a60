//! When a change takes effect, and what caches must forget for it: by what differs between the two sides as AWS holds
//! them.

use super::pairs::Label;
use crate::deployed::{Asset, CacheBehavior, CorsRule};
use crate::plan::invalidation_paths;
use std::collections::BTreeSet;

/// A part of what AWS holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The bucket's CORS rules.
    BucketCors,
    /// What a server must answer.
    OriginContract,
    /// The bucket's policy, or that of its key.
    BucketPolicy,
    /// Response headers policies.
    ResponseHeaders,
    /// What is in the cache key, and for how long something is kept: cache policies.
    CacheKey,
    /// What is forwarded: origin request policies, and the methods that behaviours take.
    Forwarding,
}

impl Layer {
    /// The word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketCors => "bucket-cors",
            Self::OriginContract => "origin-contract",
            Self::BucketPolicy => "bucket-policy",
            Self::ResponseHeaders => "response-headers-policy",
            Self::CacheKey => "cache-policy",
            Self::Forwarding => "forwarding",
        }
    }
}

/// When the changes of an asset take effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consequence {
    /// The name of the sides.
    pub name: String,
    /// Their environment.
    pub environment: Option<String>,
    /// The asset.
    pub asset: String,
    /// Whether a distribution stands in front of the bucket, on either side.
    pub has_cache: bool,
    /// What differs and is applied to every answer once it is deployed: to cached ones, too, or to none of them.
    pub at_once: Vec<Layer>,
    /// What differs and shows only in what enters the cache afterwards.
    pub new_entries: Vec<Layer>,
    /// The paths to invalidate, so that nothing old is answered.
    pub invalidate: Vec<String>,
}

/// Compares what AWS holds. What S3 answered stays in the cache with its headers; a response headers policy is applied
/// behind the cache.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html>
pub(super) fn consequence(label: &Label, before: Option<&Asset>, after: Option<&Asset>) -> Consequence {
    let both = [before, after];
    let behaviors = both.map(own_behaviors);
    let differs = |is: fn(&CacheBehavior) -> Meaning| {
        let [before, after] =
            behaviors.each_ref().map(|all| all.iter().map(|b| (b.path_pattern.clone(), is(b))).collect());
        let (before, after): (BTreeSet<_>, BTreeSet<_>) = (before, after);
        before != after
    };
    let [old, new] = both.map(|asset| asset.and_then(|asset| asset.cors()));
    let [old, new] = [old, new].map(|cors| cors.map(|cors| cors.rules.iter().map(rule).collect::<BTreeSet<_>>()));
    let bucket_cors = old.unwrap_or_default() != new.unwrap_or_default();
    let policy = |asset: Option<&Asset>| asset.map(|a| (a.bucket.policy.clone(), a.bucket.key_policy.clone()));
    let bucket_policy = policy(before) != policy(after);
    let (headers, key, forwarding) = (differs(response_headers), differs(cache_key), differs(forwarding));
    let has_cache = both.iter().flatten().any(|asset| asset.distribution.is_some());
    let layers = |all: &[(Layer, bool)]| all.iter().filter(|(_, differs)| *differs).map(|(layer, _)| *layer).collect();
    let patterns = behaviors.iter().flatten().map(|behavior| behavior.path_pattern.as_deref().unwrap_or("/*"));
    let is_server = after.or(before).is_some_and(|asset| asset.custom_origin().is_some());
    let rules = if is_server { Layer::OriginContract } else { Layer::BucketCors };
    Consequence {
        name: label.name.clone(),
        environment: label.environment.clone(),
        asset: label.asset.clone(),
        has_cache,
        at_once: layers(&[
            (rules, bucket_cors),
            (Layer::BucketPolicy, bucket_policy),
            (Layer::ResponseHeaders, headers),
        ]),
        new_entries: layers(&[
            (rules, bucket_cors && has_cache),
            (Layer::CacheKey, key),
            (Layer::Forwarding, forwarding),
        ]),
        // As the scripts of the AWS CLI bundle decide.
        invalidate: if bucket_cors || key || forwarding { invalidation_paths(patterns) } else { Vec::new() },
    }
}

/// What counts of something, in a form that compares.
type Meaning = Vec<String>;

fn own_behaviors(asset: Option<&Asset>) -> Vec<&CacheBehavior> {
    let distribution = asset.and_then(|asset| asset.distribution.as_ref());
    distribution.into_iter().flat_map(|d| &d.behaviors).filter(|behavior| behavior.is_for_this_bucket).collect()
}

/// A rule without its id; the order of lists does not count.
fn rule(rule: &CorsRule) -> Meaning {
    let lists = [&rule.allowed_origins, &rule.allowed_methods, &rule.allowed_headers, &rule.expose_headers];
    let mut meaning: Meaning = lists.into_iter().map(|list| sorted(list)).collect();
    meaning.push(format!("{:?}", rule.max_age_seconds));
    meaning
}

/// A response headers policy without its name.
fn response_headers(behavior: &CacheBehavior) -> Meaning {
    let Some(policy) = &behavior.response_headers_policy else { return Vec::new() };
    let cors = policy.cors.iter().flat_map(|cors| {
        let lists = [&cors.allow_origins, &cors.allow_headers, &cors.allow_methods, &cors.expose_headers];
        let switches = format!("{} {:?} {}", cors.allow_credentials, cors.max_age_sec, cors.origin_override);
        lists.into_iter().map(|list| sorted(list)).chain([switches])
    });
    let others = format!("{:?} {:?}", policy.custom_headers, policy.remove_headers);
    cors.chain([others]).collect()
}

/// A cache policy without its name.
fn cache_key(behavior: &CacheBehavior) -> Meaning {
    let policy = &behavior.cache_policy;
    let times = [policy.min_ttl, policy.default_ttl, policy.max_ttl];
    let takes = (&policy.headers, &policy.cookies, &policy.query_strings);
    vec![format!("{times:?} {takes:?}"), format!("{:?}", behavior.cached_methods)]
}

/// What reaches the bucket beside the cache key.
fn forwarding(behavior: &CacheBehavior) -> Meaning {
    let policy = behavior.origin_request_policy.as_ref();
    let takes = policy.map(|policy| (&policy.headers, &policy.cookies, &policy.query_strings));
    vec![format!("{takes:?}"), sorted(&behavior.allowed_methods)]
}

fn sorted(list: &[String]) -> String {
    let set: BTreeSet<&String> = list.iter().collect();
    format!("{set:?}")
}
