//! What the distribution in front of an asset needs: policies, behaviours, statements.

use super::cors::Rule;
use super::custom;
use super::errors::Errors;
use super::functions;
use super::names::{Purpose, comment, resource_name};
use super::regions::Region;
use super::signing;
use super::statements::{bucket_policy, key_policy};
use super::voice::{Spoken, Voice};
use crate::aws::cloudfront::{
    AllowedMethods, CachePolicyConfig, CachedMethods, CustomHeader, ItemBehavior, OriginAccessControlConfig,
    OriginRequestPolicyConfig, ResponseHeadersPolicyConfig, ResponseHeadersPolicyCorsConfig, SecurityHeaders,
    ViewerProtocolPolicy,
};
use crate::aws::managed::{
    ALL_VIEWER_EXCEPT_HOST_HEADER, CACHING_DISABLED, CACHING_OPTIMIZED, CORS_S3_ORIGIN, ManagedPolicy,
    SECURITY_HEADERS_POLICY,
};
use crate::fetch::HeaderName;
use crate::intent::{Asset, Cdn, Intent, Ttl, Use};
use crate::plan::{self, CacheBehavior, CorsFunction, LogicalId, Policy, PolicyRef, Provenance};

/// The three headers that S3 looks at. Caching its answers to preflights needs all of them in the key.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html>
const CORS_REQUEST_HEADERS: [&str; 3] = ["Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin"];

/// A name for a policy that must hold one, where no header is granted: browsers safelist it, and S3, which answers
/// preflights, does not allow it. The API refuses an empty list.
const NO_HEADER: &str = "Accept";

pub(super) fn lower(
    intent: &Intent,
    asset: &Asset,
    cdn: &Cdn,
    regions: &[Region<'_>],
    spoken: &Spoken,
) -> (plan::Cdn, Vec<String>) {
    let mut policies = Policies {
        intent,
        asset,
        cdn,
        cache: Vec::new(),
        forward: Vec::new(),
        headers: Vec::new(),
        functions: Vec::new(),
        choices: Vec::new(),
    };
    let behaviors: Vec<CacheBehavior> = regions
        .iter()
        .zip(&spoken.voices)
        .zip(&spoken.function_rules)
        .map(|((region, voice), rules)| policies.behavior(region, voice, rules))
        .collect();
    let id = LogicalId { asset: asset.id.value.clone(), part: None };
    let invalidation_paths = plan::invalidation_paths(regions.iter().map(|region| region.pattern));
    policies.cache.sort_by(|a, b| a.id.cmp(&b.id));
    policies.forward.sort_by(|a, b| a.id.cmp(&b.id));
    policies.headers.sort_by(|a, b| a.id.cmp(&b.id));
    policies.functions.sort_by(|a, b| a.id.cmp(&b.id));
    let cdn_plan = plan::Cdn {
        distribution: cdn.distribution.as_ref().map(|d| d.value.clone()),
        aliases: cdn.aliases.clone(),
        origin_access_control: asset.bucket().map(|_| Policy {
            name: resource_name(intent, asset, &id, Purpose::OriginAccessControl),
            config: OriginAccessControlConfig { description: comment(intent, &id) },
            provenance: provenance(asset, &[]),
            id,
        }),
        cache_policies: policies.cache,
        origin_request_policies: policies.forward,
        response_headers_policies: policies.headers,
        functions: policies.functions,
        behaviors,
        bucket_policy: if asset.is_custom() { Vec::new() } else { bucket_policy(asset, cdn, regions) },
        key_policy: key_policy(asset, regions),
        invalidation_paths,
    };
    let mut choices = policies.choices;
    choices.sort();
    choices.dedup();
    (cdn_plan, choices)
}

/// The policies made so far.
struct Policies<'a> {
    intent: &'a Intent,
    asset: &'a Asset,
    cdn: &'a Cdn,
    cache: Vec<Policy<CachePolicyConfig>>,
    forward: Vec<Policy<OriginRequestPolicyConfig>>,
    headers: Vec<Policy<ResponseHeadersPolicyConfig>>,
    functions: Vec<Policy<CorsFunction>>,
    choices: Vec<String>,
}

impl Policies<'_> {
    fn behavior(&mut self, region: &Region<'_>, voice: &Voice, function_rules: &[Rule]) -> CacheBehavior {
        let caches = self.cdn.ttl.max > 0;
        let function = functions::for_region(self.cdn, region, voice, function_rules);
        let asks_function = function.as_ref().is_some_and(|function| function.answers_preflights);
        // What reaches S3 with `Origin`, and whether each origin has its own copy.
        let (hears_origin, keyed) = match voice {
            Voice::BucketUncached | Voice::EdgeUncached(_) | Voice::Function { uncached: true, .. } => (true, false),
            // What a Lambda@Edge makes of an error is kept with it.
            Voice::Bucket | Voice::Function { errors: Errors::Lambda(_), .. } => (true, caches),
            Voice::Edge(_) => (true, caches && self.cdn.key_on_origin.0),
            Voice::EdgeAlone(_) | Voice::Function { .. } => (false, false),
        };
        let cache_policy = match voice {
            Voice::BucketUncached | Voice::EdgeUncached(_) | Voice::Function { uncached: true, .. } => {
                self.managed("cache", CACHING_DISABLED)
            }
            _ => self.cache_policy(keyed),
        };
        let origin_request_policy = match voice {
            // Uploads carry headers that a list of ten names cannot hold, and query strings for parts.
            Voice::BucketUncached | Voice::EdgeUncached(_) | Voice::Function { uncached: true, .. } => {
                Some(self.managed("origin request", ALL_VIEWER_EXCEPT_HOST_HEADER))
            }
            _ if self.asset.is_custom() => self.custom_origin_request_policy(hears_origin),
            _ if hears_origin => Some(self.managed("origin request", CORS_S3_ORIGIN)),
            _ => None,
        };
        let allowed_methods = match voice {
            Voice::BucketUncached if region.writes() => AllowedMethods::All,
            Voice::BucketUncached | Voice::Bucket | Voice::Edge(_) | Voice::EdgeUncached(_) => {
                AllowedMethods::ReadOptions
            }
            Voice::EdgeAlone(_) | Voice::Function { .. } if asks_function => AllowedMethods::ReadOptions,
            Voice::EdgeAlone(_) | Voice::Function { .. } => AllowedMethods::Read,
        };
        let grants: Vec<usize> = region.grants.iter().map(|g| g.index).collect();
        let on_request = function.as_ref().is_some_and(|f| f.answers_preflights || f.canonical_origin.is_some());
        let on_response = function.as_ref().is_some_and(|f| f.sets_headers);
        self.tell_function(region, voice, function.as_ref());
        let function = function.map(|function| self.function(region, function));
        CacheBehavior {
            path_pattern: region.path.map(|_| region.pattern.to_owned()),
            allowed_methods,
            cached_methods: if keyed && !asks_function && allowed_methods == AllowedMethods::ReadOptions {
                CachedMethods::ReadOptions
            } else {
                CachedMethods::Read
            },
            viewer_protocol_policy: ViewerProtocolPolicy::RedirectToHttps,
            compress: true,
            cache_policy,
            origin_request_policy,
            response_headers_policy: self.response_headers_policy(region, voice),
            viewer_request: function.clone().filter(|_| on_request),
            origin_response: function
                .clone()
                .filter(|_| matches!(voice, Voice::Function { errors: Errors::Lambda(_), .. })),
            viewer_response: function.filter(|_| on_response),
            trusted_key_groups: signing::key_groups(self.cdn, region),
            provenance: provenance(self.asset, &grants),
        }
    }

    /// The function of a region: paths that are granted the same share one.
    fn function(&mut self, region: &Region<'_>, config: CorsFunction) -> LogicalId {
        if let Some(same) = self.functions.iter().find(|known| known.config == config) {
            return same.id.clone();
        }
        let id = LogicalId { asset: self.asset.id.value.clone(), part: region.path.map(ToOwned::to_owned) };
        let grants: Vec<usize> = region.grants.iter().map(|g| g.index).collect();
        let provenance = provenance(self.asset, &grants);
        self.functions.push(functions::named(self.intent, self.asset, id.clone(), config, provenance));
        id
    }

    fn tell_function(&mut self, region: &Region<'_>, voice: &Voice, function: Option<&CorsFunction>) {
        let name = region.name();
        let Some(function) = function else {
            if functions::answers_preflights(self.cdn) {
                self.choices
                    .push(format!("no page asks before its requests to {name}, so no function is needed there"));
            }
            return;
        };
        if function.sets_headers {
            let errors = match voice {
                Voice::Function { errors: Errors::Policy(_), .. } => {
                    "and a response headers policy beneath it says so then: that costs nothing, and no Lambda@Edge is needed"
                        .to_owned()
                }
                Voice::Function { errors: Errors::Lambda(why), .. } => format!(
                    "and a Lambda@Edge says so then, because {why}: it runs, and costs, whenever the origin is asked, and each \
                     `Origin` has its own copy in the cache"
                ),
                _ => "so pages cannot tell a missing object from a network error".to_owned(),
            };
            self.choices.push(format!(
                "a function says who may read {name}; CloudFront leaves it out when the origin answers with an error, {errors}"
            ));
        }
        if function.answers_preflights {
            self.choices.push(format!("a function answers the preflights of {name}, and the origin gets none of them"));
        }
        if function.stored {
            self.choices.push(format!(
                "the origins of {name} are in a key value store, because the code of a function has no room for them; a change of \
                 the store reaches all edge locations within seconds, not at once, and what a function cannot look up is allowed \
                 nothing"
            ));
        }
        if let Some(origin) = &function.canonical_origin {
            self.choices.push(format!("a function puts `{origin}` in the place of other origins on {name}"));
        }
    }

    /// A managed policy, because it says exactly what is needed; the choice is told.
    fn managed(&mut self, kind: &str, policy: ManagedPolicy) -> PolicyRef {
        self.choices.push(format!(
            "{kind} policy: the AWS managed `{}` ({}) says exactly what is needed",
            policy.name, policy.id
        ));
        PolicyRef::Managed(policy)
    }

    fn cache_policy(&mut self, keyed: bool) -> PolicyRef {
        let Ttl { min, default, max } = self.cdn.ttl;
        if max == 0 {
            return self.managed("cache", CACHING_DISABLED);
        }
        let is_custom = self.asset.is_custom();
        if !keyed && !is_custom && (min, default, max) == (1, 86_400, 31_536_000) {
            return self.managed("cache", CACHING_OPTIMIZED);
        }
        let id = LogicalId { asset: self.asset.id.value.clone(), part: (!keyed).then(|| "unkeyed".to_owned()) };
        if !self.cache.iter().any(|p| p.id == id) {
            let headers: &[&str] = if keyed { &CORS_REQUEST_HEADERS } else { &[] };
            self.cache.push(Policy {
                name: resource_name(self.intent, self.asset, &id, Purpose::Cache),
                config: CachePolicyConfig {
                    comment: comment(self.intent, &id),
                    min_ttl: min,
                    default_ttl: default,
                    max_ttl: max,
                    enable_accept_encoding_gzip: true,
                    enable_accept_encoding_brotli: true,
                    headers: headers.iter().map(|&h| h.to_owned()).collect(),
                    cookie_behavior: ItemBehavior::None,
                    // A server may answer by it.
                    query_string_behavior: if is_custom { ItemBehavior::All } else { ItemBehavior::None },
                },
                provenance: provenance(self.asset, &[]),
                id: id.clone(),
            });
        }
        PolicyRef::Own(id)
    }

    /// What reaches a server beside the cache key.
    fn custom_origin_request_policy(&mut self, hears_origin: bool) -> Option<PolicyRef> {
        if !hears_origin && self.cdn.ttl.max > 0 {
            return None;
        }
        let headers: &[&str] = if hears_origin { &CORS_REQUEST_HEADERS } else { &[] };
        let policy = custom::origin_request_policy(self.intent, self.asset, headers);
        let id = policy.id.clone();
        if !self.forward.iter().any(|known| known.id == id) {
            self.forward.push(policy);
        }
        Some(PolicyRef::Own(id))
    }

    fn response_headers_policy(&mut self, region: &Region<'_>, voice: &Voice) -> Option<PolicyRef> {
        let security_headers = self.cdn.security_headers.then(SecurityHeaders::managed);
        let (cors, vary) = match voice {
            Voice::Edge(rule) | Voice::EdgeUncached(rule) | Voice::EdgeAlone(rule) => (Some(cors_config(rule)), false),
            // S3 sends no `Vary` with an answer to a request without `Origin`, and a browser would reuse the answer
            // to a plain `<img>` for a later `fetch()`. <https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches>
            Voice::Bucket if self.asset.is_custom() => (None, false),
            Voice::Bucket => (None, region.grants.iter().any(|g| mixes_plain_tags(&g.uses))),
            Voice::Function { errors: Errors::Policy(rule), .. } => (Some(cors_beneath(rule)), false),
            Voice::BucketUncached | Voice::Function { .. } => (None, false),
        };
        if cors.is_none() && !vary {
            return security_headers.map(|_| self.managed("response headers", SECURITY_HEADERS_POLICY));
        }
        let custom_headers = if vary {
            vec![CustomHeader { header: "Vary".to_owned(), value: "Origin".to_owned(), override_origin: false }]
        } else {
            Vec::new()
        };
        let id = LogicalId { asset: self.asset.id.value.clone(), part: region.path.map(ToOwned::to_owned) };
        let config = |comment| ResponseHeadersPolicyConfig {
            comment,
            cors: cors.clone(),
            custom_headers: custom_headers.clone(),
            security_headers: security_headers.clone(),
        };
        // Paths that are granted the same share a policy: an account holds 20.
        let same = self.headers.iter().find(|p| p.config == config(p.config.comment.clone()));
        if let Some(same) = same {
            return Some(PolicyRef::Own(same.id.clone()));
        }
        let grants: Vec<usize> = region.grants.iter().map(|g| g.index).collect();
        self.headers.push(Policy {
            name: resource_name(self.intent, self.asset, &id, Purpose::ResponseHeaders),
            config: config(comment(self.intent, &id)),
            provenance: provenance(self.asset, &grants),
            id: id.clone(),
        });
        Some(PolicyRef::Own(id))
    }
}

/// What is said beneath a function: it fills in what nobody said, so nothing of the function's answers to preflights is
/// replaced, whether or not policies are applied to those.
fn cors_beneath(rule: &Rule) -> ResponseHeadersPolicyCorsConfig {
    ResponseHeadersPolicyCorsConfig { origin_override: false, ..cors_config(rule) }
}

fn cors_config(rule: &Rule) -> ResponseHeadersPolicyCorsConfig {
    let mut headers: Vec<String> = rule.headers.iter().map(|h| h.as_str().to_owned()).collect();
    if headers.is_empty() {
        headers.push(NO_HEADER.to_owned());
    }
    ResponseHeadersPolicyCorsConfig {
        access_control_allow_origins: rule.origins.iter().map(ToString::to_string).collect(),
        access_control_allow_headers: headers,
        access_control_allow_methods: rule.methods.iter().map(|m| m.as_str().to_owned()).collect(),
        access_control_expose_headers: rule.expose.iter().map(HeaderName::spelled).collect(),
        access_control_allow_credentials: rule.credentials,
        access_control_max_age_sec: rule.max_age,
        origin_override: true,
    }
}

/// Uses whose assets pages also show with tags that fetch without CORS.
fn mixes_plain_tags(uses: &std::collections::BTreeSet<Use>) -> bool {
    uses.contains(&Use::Images) || uses.contains(&Use::Media)
}

fn provenance(asset: &Asset, grants: &[usize]) -> Provenance {
    let cdn = format!("/assets/{}/cdn", asset.id.value);
    Provenance(std::iter::once(cdn).chain(grants.iter().map(|g| format!("/allow/{g}"))).collect())
}
