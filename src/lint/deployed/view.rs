//! What rules ask again and again: rules and behaviours with what they belong to, and who speaks where.

use super::Artifacts;
use crate::deployed::{Asset, CacheBehavior, CorsConfig, CorsRule, Distribution, PolicyName, Site};
use std::collections::BTreeSet;

/// What CloudFront forwards for S3 to answer a preflight.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors>
pub(super) const PREFLIGHT_HEADERS: [&str; 3] =
    ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

/// Every CORS rule of every bucket. A bucket behind two distributions is one bucket.
pub(super) fn cors_rules<'a>(artifacts: &Artifacts<'a>) -> Vec<(&'a Asset, &'a CorsRule)> {
    let mut seen = BTreeSet::new();
    let assets = artifacts.deployed.assets.iter().filter(|asset| seen.insert(identity(asset)));
    assets
        .flat_map(|asset| asset.bucket.cors.iter().flat_map(move |c| c.rules.iter().map(move |r| (asset, r))))
        .collect()
}

/// What tells buckets apart.
pub(super) fn identity(asset: &Asset) -> String {
    asset.bucket.name.clone().unwrap_or_else(|| asset.id.clone())
}

/// A behaviour with what it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Behavior<'a> {
    pub(super) asset: &'a Asset,
    pub(super) distribution: &'a Distribution,
    pub(super) it: &'a CacheBehavior,
}

/// Every behaviour whose requests go to a bucket.
pub(super) fn behaviors<'a>(artifacts: &Artifacts<'a>) -> Vec<Behavior<'a>> {
    let fronts = artifacts.deployed.assets.iter().filter_map(|asset| Some((asset, asset.distribution.as_ref()?)));
    let all = fronts.flat_map(|(asset, distribution)| {
        distribution.behaviors.iter().map(move |it| Behavior { asset, distribution, it })
    });
    all.filter(|behavior| behavior.it.is_for_this_bucket).collect()
}

impl<'a> Behavior<'a> {
    /// How messages call it.
    pub(super) fn name(&self) -> String {
        match &self.it.path_pattern {
            Some(pattern) => format!("`{}`", crate::diagnostic::shown(pattern)),
            None => "the default behaviour".to_owned(),
        }
    }

    /// Whether answers are cached.
    pub(super) fn caches(&self) -> bool {
        self.it.cache_policy.max_ttl > 0
    }

    /// Whether a header is in the cache key.
    pub(super) fn keys(&self, header: &str) -> bool {
        self.it.cache_policy.headers.takes(header)
    }

    /// Whether a header reaches the bucket: what is in the key does.
    pub(super) fn forwards(&self, header: &str) -> bool {
        let by_policy = self.it.origin_request_policy.as_ref().is_some_and(|policy| policy.headers.takes(header));
        self.keys(header) || by_policy || self.always_sends(header)
    }

    /// Whether the distribution sends a header of its own making.
    fn always_sends(&self, header: &str) -> bool {
        self.distribution.origin_custom_headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(header))
    }

    /// Whether a method may be used.
    pub(super) fn allows(&self, method: &str) -> bool {
        self.it.allowed_methods.iter().any(|allowed| allowed == method)
    }

    /// What the edge says of CORS.
    pub(super) fn edge_cors(&self) -> Option<&'a CorsConfig> {
        self.it.response_headers_policy.as_ref()?.cors.as_ref()
    }

    /// Whether the edge says all of it, whatever the bucket says.
    pub(super) fn edge_decides(&self) -> bool {
        self.edge_cors().is_some_and(|cors| cors.origin_override)
    }

    /// Whether the bucket has rules.
    pub(super) fn bucket_has_rules(&self) -> bool {
        self.asset.bucket.cors.as_ref().is_some_and(|cors| !cors.rules.is_empty())
    }

    /// Whether it is known that the bucket has none.
    pub(super) fn bucket_has_no_rules(&self) -> bool {
        !self.bucket_has_rules() && self.asset.bucket.site.is_known()
    }

    /// Whether a function has a say here.
    pub(super) fn has_function(&self, artifacts: &Artifacts<'_>) -> bool {
        let Some((_, node)) = artifacts.outline.find(&self.it.site) else { return !self.it.unknown.is_empty() };
        ["FunctionAssociations", "FunctionAssociation", "LambdaFunctionAssociations", "LambdaFunctionAssociation"]
            .iter()
            .any(|name| node.descend(name).is_some_and(|found| !found.children.is_empty()))
    }

    /// Whether something has a say that nobody here understands.
    pub(super) fn is_open(&self) -> bool {
        !self.it.unknown.is_empty()
    }

    /// Where the cache policy says something: of one that AWS manages, where the behaviour names it.
    pub(super) fn cache_policy_at<'m>(&self, member: &'m str) -> (&'a Site, &'m str) {
        let policy = &self.it.cache_policy;
        if policy.site.is_known() && policy.name != PolicyName::Inline {
            (&policy.site, member)
        } else if policy.name == PolicyName::Inline {
            (&self.it.site, "ForwardedValues")
        } else {
            (&self.it.site, "CachePolicyId")
        }
    }

    /// Where the response headers policy says something.
    pub(super) fn response_headers_at<'m>(&self, member: &'m str) -> (&'a Site, &'m str) {
        match &self.it.response_headers_policy {
            Some(policy) if policy.site.is_known() => (&policy.site, member),
            _ => (&self.it.site, "ResponseHeadersPolicyId"),
        }
    }
}

/// A list of names in CORS rules or in what the edge says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) site: &'a Site,
    pub(super) member: &'static str,
    pub(super) items: &'a [String],
    /// Whether the edge says it, and not the bucket.
    pub(super) is_edge: bool,
}

/// What the edge says of CORS, in policies of the account's own.
pub(super) fn edge_configs<'a>(artifacts: &Artifacts<'a>) -> Vec<(&'a Site, &'a CorsConfig)> {
    let policies = artifacts.policies.response_headers.iter();
    policies.filter_map(|policy| Some((&policy.site, policy.cors.as_ref()?))).collect()
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Origins,
    Methods,
    RequestHeaders,
    ExposedHeaders,
}

/// Such a list of every rule of every bucket, and of every policy of the account's own.
pub(super) fn lists<'a>(artifacts: &Artifacts<'a>, list: List) -> Vec<Names<'a>> {
    let of_rule = |(_, rule): (&'a Asset, &'a CorsRule)| {
        let (member, items) = match list {
            List::Origins => ("AllowedOrigins", &rule.allowed_origins),
            List::Methods => ("AllowedMethods", &rule.allowed_methods),
            List::RequestHeaders => ("AllowedHeaders", &rule.allowed_headers),
            List::ExposedHeaders => ("ExposeHeaders", &rule.expose_headers),
        };
        Names { site: &rule.site, member, items, is_edge: false }
    };
    let of_edge = |(site, cors): (&'a Site, &'a CorsConfig)| {
        let (member, items) = match list {
            List::Origins => ("AccessControlAllowOrigins", &cors.allow_origins),
            List::Methods => ("AccessControlAllowMethods", &cors.allow_methods),
            List::RequestHeaders => ("AccessControlAllowHeaders", &cors.allow_headers),
            List::ExposedHeaders => ("AccessControlExposeHeaders", &cors.expose_headers),
        };
        Names { site, member, items, is_edge: true }
    };
    let rules = cors_rules(artifacts).into_iter().map(of_rule);
    rules.chain(edge_configs(artifacts).into_iter().map(of_edge)).collect()
}
