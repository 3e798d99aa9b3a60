//! What AWS holds once a plan is applied.

use super::{
    Asset, Bucket, CacheBehavior, CachePolicy, CorsConfig, CorsConfiguration, CorsFunction, CorsRule,
    CustomErrorResponse, CustomHeader, CustomOrigin, Deployed, Distribution, Function, KEY_GROUP_PARAMETER,
    OriginAccessControl, OriginRequestPolicy, PolicyName, Principal, Provenance, Resource, ResponseHeadersPolicy,
    RuleOrder, Selection, Site, Source, Statement, ViewerProtocolPolicy, managed,
};
use crate::aws::cloudfront::{self, ItemBehavior, OriginRequestHeaders};
use crate::aws::iam::{CloudFrontStatement, StatementResource};
use crate::plan::owned::ERROR_CACHING;
use crate::plan::{self, AssetPlan, Cdn, FunctionRule, LogicalId, Plan, PolicyRef, TrustedKeyGroups};

impl From<&Plan> for Deployed {
    fn from(plan: &Plan) -> Self {
        Self { assets: plan.assets.iter().map(asset).collect() }
    }
}

fn asset(asset: &AssetPlan) -> Asset {
    Asset {
        id: asset.id.clone(),
        bucket: asset.bucket().map_or_else(Bucket::default, |bucket| bucket_of(asset, bucket)),
        distribution: asset.cdn.as_ref().map(|cdn| Distribution {
            custom_origin: asset.custom_origin().map(custom_origin),
            ..distribution(asset, cdn)
        }),
        provenance: asset.provenance.clone(),
    }
}

fn bucket_of(asset: &AssetPlan, bucket: &plan::Bucket) -> Bucket {
    Bucket {
        name: Some(bucket.name.clone()),
        region: Some(bucket.region.clone()),
        account: bucket.account.clone(),
        kms_key: bucket.kms_key.clone(),
        cors: asset.cors.as_ref().map(|cors| CorsConfiguration {
            rules: cors.rules.iter().map(|rule| cors_rule(asset, rule)).collect(),
            order: RuleOrder::Kept,
        }),
        policy: bucket_policy(asset),
        key_policy: asset
            .cdn
            .as_ref()
            .filter(|_| bucket.kms_key.is_some())
            .map(|cdn| cdn.key_policy.iter().map(statement).collect()),
        site: Site::default(),
    }
}

/// Of a bucket that the artifacts make all of it. That nothing goes without TLS has no say in requests over TLS.
fn bucket_policy(asset: &AssetPlan) -> Option<Vec<Statement>> {
    let of_cdn = asset.cdn.as_ref().map(|cdn| cdn.bucket_policy.iter().map(statement).collect());
    of_cdn.or_else(|| asset.owned.is_some().then(Vec::new))
}

fn cors_rule(asset: &AssetPlan, rule: &crate::aws::s3::CorsRule) -> CorsRule {
    CorsRule {
        id: Some(rule.id.clone()),
        allowed_origins: rule.allowed_origins.clone(),
        allowed_methods: rule.allowed_methods.clone(),
        allowed_headers: rule.allowed_headers.clone(),
        expose_headers: rule.expose_headers.clone(),
        max_age_seconds: Some(rule.max_age_seconds.into()),
        allow_credentials: false,
        provenance: asset.rule_provenance.get(&rule.id).cloned().unwrap_or_default(),
        site: Site::default(),
    }
}

fn custom_origin(custom: &plan::CustomOrigin) -> CustomOrigin {
    let rules = custom.contract.iter().map(contract_rule).collect();
    CustomOrigin {
        domain_name: custom.domain_name.clone(),
        https_port: custom.https_port,
        contract: CorsConfiguration { rules, order: RuleOrder::Kept },
    }
}

fn contract_rule(rule: &FunctionRule) -> CorsRule {
    CorsRule {
        id: None,
        allowed_origins: rule.allowed_origins.clone(),
        allowed_methods: rule.allowed_methods.clone(),
        allowed_headers: rule.allowed_headers.clone(),
        expose_headers: rule.expose_headers.clone(),
        max_age_seconds: Some(rule.max_age_seconds.into()),
        allow_credentials: rule.allow_credentials,
        provenance: Provenance::default(),
        site: Site::default(),
    }
}

fn statement(statement: &CloudFrontStatement) -> Statement {
    Statement {
        sid: Some(statement.sid.clone()),
        allows: true,
        principal: Principal::CloudFront,
        actions: statement.actions.clone(),
        resources: vec![match statement.resource {
            StatementResource::Objects => Resource::Objects,
            StatementResource::Bucket => Resource::Bucket,
            StatementResource::Key => Resource::Key,
        }],
        source: Source::OwnDistribution,
        other_conditions: Vec::new(),
        site: Site::default(),
    }
}

fn distribution(asset: &AssetPlan, cdn: &Cdn) -> Distribution {
    let behaviors = asset.behaviors();
    let errors = asset.owned.iter().flat_map(|_| ERROR_CACHING);
    Distribution {
        id: cdn.distribution.clone(),
        aliases: cdn.aliases.clone(),
        origin_access_control: cdn.origin_access_control.as_ref().map(|control| OriginAccessControl {
            name: Some(control.name.full()),
            description: Some(control.config.description.clone()),
            signs_always: true,
        }),
        custom_origin: None,
        origin_custom_headers: Vec::new(),
        complete: behaviors.iter().any(|b| b.path_pattern.is_none()),
        behaviors: behaviors.iter().map(|b| behavior(cdn, b)).collect(),
        custom_error_responses: errors
            .map(|(error_code, _)| CustomErrorResponse { error_code, response_code: None })
            .collect(),
        site: Site::default(),
    }
}

fn behavior(cdn: &Cdn, behavior: &plan::CacheBehavior) -> CacheBehavior {
    let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
    let mut unknown = Vec::new();
    let cache_policy = match &behavior.cache_policy {
        PolicyRef::Managed(policy) => managed::cache_policy(policy.id),
        PolicyRef::Own(id) => cdn.cache_policies.iter().find(|p| p.id == *id).map(cache_policy),
    };
    let cache_policy = cache_policy.unwrap_or_else(|| {
        unknown.push("a cache policy that the plan does not hold".to_owned());
        CachePolicy::nothing_cached()
    });
    let origin_request_policy = behavior.origin_request_policy.as_ref().and_then(|policy| match policy {
        PolicyRef::Managed(policy) => managed::origin_request_policy(policy.id),
        PolicyRef::Own(id) => cdn.origin_request_policies.iter().find(|p| p.id == *id).map(origin_request_policy),
    });
    if behavior.origin_request_policy.is_some() && origin_request_policy.is_none() {
        unknown.push("an origin request policy that the plan does not hold".to_owned());
    }
    let response_headers_policy = behavior.response_headers_policy.as_ref().and_then(|policy| match policy {
        PolicyRef::Managed(policy) => managed::response_headers_policy(policy.id),
        PolicyRef::Own(id) => cdn.response_headers_policies.iter().find(|p| p.id == *id).map(response_headers_policy),
    });
    if behavior.response_headers_policy.is_some() && response_headers_policy.is_none() {
        unknown.push("a response headers policy that the plan does not hold".to_owned());
    }
    let function = |id: Option<&LogicalId>, unknown: &mut Vec<String>| {
        let held = cdn.functions.iter().find(|f| Some(&f.id) == id);
        if id.is_some() && held.is_none() {
            unknown.push("a function that the plan does not hold".to_owned());
        }
        held.map(function)
    };
    CacheBehavior {
        path_pattern: behavior.path_pattern.clone(),
        is_for_this_bucket: true,
        allowed_methods: words(behavior.allowed_methods.methods()),
        cached_methods: words(behavior.cached_methods.methods()),
        viewer_protocol_policy: match behavior.viewer_protocol_policy {
            cloudfront::ViewerProtocolPolicy::RedirectToHttps => ViewerProtocolPolicy::RedirectToHttps,
        },
        compress: behavior.compress,
        cache_policy,
        origin_request_policy,
        response_headers_policy,
        viewer_request: function(behavior.viewer_request.as_ref(), &mut unknown),
        viewer_response: function(behavior.viewer_response.as_ref(), &mut unknown),
        origin_response: function(behavior.origin_response.as_ref(), &mut unknown)
            .map(|function| Function { does: function.does.on_errors(), ..function }),
        trusted_key_groups: match &behavior.trusted_key_groups {
            TrustedKeyGroups::None => Vec::new(),
            TrustedKeyGroups::Ids(ids) => ids.clone(),
            TrustedKeyGroups::Parameter => vec![KEY_GROUP_PARAMETER.to_owned()],
        },
        unknown,
        provenance: behavior.provenance.clone(),
        site: Site::default(),
    }
}

fn function(function: &plan::Policy<CorsFunction>) -> Function {
    Function {
        name: function.name.full(),
        does: function.config.clone(),
        provenance: function.provenance.clone(),
        site: Site::default(),
    }
}

fn items(behavior: ItemBehavior) -> Selection {
    match behavior {
        ItemBehavior::None => Selection::None,
        ItemBehavior::All => Selection::All,
    }
}

fn cache_policy(policy: &plan::Policy<cloudfront::CachePolicyConfig>) -> CachePolicy {
    let config = &policy.config;
    CachePolicy {
        name: PolicyName::Own(policy.name.full()),
        comment: Some(config.comment.clone()),
        min_ttl: config.min_ttl,
        default_ttl: config.default_ttl,
        max_ttl: config.max_ttl,
        gzip: config.enable_accept_encoding_gzip,
        brotli: config.enable_accept_encoding_brotli,
        headers: if config.headers.is_empty() { Selection::None } else { Selection::Whitelist(config.headers.clone()) },
        cookies: items(config.cookie_behavior),
        query_strings: items(config.query_string_behavior),
        provenance: policy.provenance.clone(),
        site: Site::default(),
    }
}

fn origin_request_policy(policy: &plan::Policy<cloudfront::OriginRequestPolicyConfig>) -> OriginRequestPolicy {
    let config = &policy.config;
    OriginRequestPolicy {
        name: PolicyName::Own(policy.name.full()),
        comment: Some(config.comment.clone()),
        headers: match &config.headers {
            OriginRequestHeaders::Whitelist(names) => Selection::Whitelist(names.clone()),
            OriginRequestHeaders::AllExcept(names) => Selection::AllExcept(names.clone()),
        },
        cookies: items(config.cookie_behavior),
        query_strings: items(config.query_string_behavior),
        provenance: policy.provenance.clone(),
        site: Site::default(),
    }
}

fn response_headers_policy(policy: &plan::Policy<cloudfront::ResponseHeadersPolicyConfig>) -> ResponseHeadersPolicy {
    let config = &policy.config;
    ResponseHeadersPolicy {
        name: PolicyName::Own(policy.name.full()),
        comment: Some(config.comment.clone()),
        cors: config.cors.as_ref().map(|cors| CorsConfig {
            allow_origins: cors.access_control_allow_origins.clone(),
            allow_headers: cors.access_control_allow_headers.clone(),
            allow_methods: cors.access_control_allow_methods.clone(),
            expose_headers: cors.access_control_expose_headers.clone(),
            allow_credentials: cors.access_control_allow_credentials,
            max_age_sec: Some(cors.access_control_max_age_sec.into()),
            origin_override: cors.origin_override,
        }),
        custom_headers: config
            .custom_headers
            .iter()
            .map(|h| CustomHeader { header: h.header.clone(), value: h.value.clone(), overrides: h.override_origin })
            .collect(),
        remove_headers: Vec::new(),
        security_headers: config.security_headers.clone(),
        provenance: policy.provenance.clone(),
        site: Site::default(),
    }
}
