//! Plans made by hand, so that the renderers are tested without the compiler in front of them.

use corsynth::aws::cloudfront::{
    AllowedMethods, CachePolicyConfig, CachedMethods, CustomHeader, ItemBehavior, OriginAccessControlConfig,
    OriginRequestHeaders, OriginRequestPolicyConfig, ResponseHeadersPolicyConfig, ResponseHeadersPolicyCorsConfig,
    SecurityHeaders, ViewerProtocolPolicy,
};
use corsynth::aws::iam::{CloudFrontStatement, StatementResource};
use corsynth::aws::managed;
use corsynth::aws::partition::Partition;
use corsynth::aws::s3::{CorsConfiguration, CorsRule};
use corsynth::plan::{
    AssetOrigin, AssetPlan, Bucket, CacheBehavior, Cdn, CorsFunction, CustomOrigin, FunctionRule, LogicalId, Owned,
    Plan, Policy, PolicyRef, Provenance, ResourceName, TrustedKeyGroups,
};
use corsynth::render::{Stamp, Target, can_say};
use std::collections::BTreeMap;

pub(crate) fn stamp() -> Stamp {
    Stamp::new("../corsynth.yaml", b"version: 1\n")
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&s| s.to_owned()).collect()
}

fn from(pointers: &[&str]) -> Provenance {
    Provenance(words(pointers))
}

fn id(asset: &str, part: Option<&str>) -> LogicalId {
    LogicalId { asset: asset.into(), part: part.map(Into::into) }
}

fn policy<T>(id: LogicalId, suffix: &str, config: T) -> Policy<T> {
    Policy {
        id,
        name: ResourceName { prefix: "acme-static".into(), suffix: suffix.into() },
        config,
        provenance: from(&["/assets/static/cdn"]),
    }
}

pub(crate) fn cors_rule(id: &str, origins: &[&str], methods: &[&str], headers: &[&str], expose: &[&str]) -> CorsRule {
    CorsRule {
        id: id.into(),
        allowed_origins: words(origins),
        allowed_methods: words(methods),
        allowed_headers: words(headers),
        expose_headers: words(expose),
        max_age_seconds: 7200,
    }
}

fn keyed_cache_policy() -> CachePolicyConfig {
    CachePolicyConfig {
        comment: "corsynth 0123456789ab: origin in the key".into(),
        min_ttl: 0,
        default_ttl: 86_400,
        max_ttl: 31_536_000,
        enable_accept_encoding_gzip: true,
        enable_accept_encoding_brotli: true,
        headers: words(&["Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin"]),
        cookie_behavior: ItemBehavior::None,
        query_string_behavior: ItemBehavior::None,
    }
}

fn cors_policy(origins: &[&str]) -> ResponseHeadersPolicyConfig {
    ResponseHeadersPolicyConfig {
        comment: "corsynth 0123456789ab".into(),
        cors: Some(ResponseHeadersPolicyCorsConfig {
            access_control_allow_origins: words(origins),
            access_control_allow_headers: words(&["if-range", "range"]),
            access_control_allow_methods: words(&["GET", "HEAD"]),
            access_control_expose_headers: words(&["ETag"]),
            access_control_allow_credentials: false,
            access_control_max_age_sec: 7200,
            origin_override: true,
        }),
        custom_headers: vec![],
        security_headers: Some(SecurityHeaders::managed()),
    }
}

fn statement(sid: &str, actions: &[&str], resource: StatementResource) -> CloudFrontStatement {
    CloudFrontStatement { sid: sid.into(), actions: words(actions), resource }
}

/// The bucket of an asset that has one.
pub(crate) fn bucket_mut(asset: &mut AssetPlan) -> &mut Bucket {
    match &mut asset.origin {
        AssetOrigin::Bucket(bucket) => bucket,
        AssetOrigin::Custom(custom) => panic!("{custom:?}"),
    }
}

/// The origin access control of a distribution in front of a bucket.
pub(crate) fn control_mut(cdn: &mut Cdn) -> &mut Policy<OriginAccessControlConfig> {
    cdn.origin_access_control.as_mut().expect("there is one")
}

/// Edge authority, every kind of object, distribution and account known, a KMS key, two behaviours.
pub(crate) fn static_asset() -> AssetPlan {
    AssetPlan {
        owned: None,
        id: "static".into(),
        origin: AssetOrigin::Bucket(Bucket {
            name: "acme-static-prod".into(),
            region: "eu-west-1".into(),
            partition: Partition::Aws,
            account: Some("111122223333".into()),
            kms_key: Some("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab".into()),
        }),
        cors: Some(CorsConfiguration {
            rules: vec![
                cors_rule(
                    "corsynth-admin",
                    &["https://admin.acme.com"],
                    &["PUT"],
                    &["content-type", "x-amz-*"],
                    &["ETag"],
                ),
                cors_rule(
                    "corsynth-site",
                    &["https://acme.com", "https://www.acme.com"],
                    &["GET", "HEAD"],
                    &["if-range", "range"],
                    &["ETag"],
                ),
            ],
        }),
        rule_provenance: BTreeMap::new(),
        cdn: Some(Cdn {
            distribution: Some("E2EXAMPLE123AB".into()),
            aliases: words(&["cdn.acme.com"]),
            origin_access_control: Some(policy(
                id("static", None),
                "static-oac-0a1b2c3d",
                OriginAccessControlConfig { description: "corsynth 0123456789ab".into() },
            )),
            cache_policies: vec![policy(id("static", None), "static-cache-0a1b2c3d", keyed_cache_policy())],
            origin_request_policies: vec![policy(
                id("static", None),
                "static-forward-0a1b2c3d",
                OriginRequestPolicyConfig {
                    comment: "corsynth 0123456789ab".into(),
                    headers: OriginRequestHeaders::Whitelist(words(&["Origin"])),
                    cookie_behavior: ItemBehavior::None,
                    query_string_behavior: ItemBehavior::All,
                },
            )],
            response_headers_policies: vec![
                policy(
                    id("static", None),
                    "static-cors-0a1b2c3d",
                    cors_policy(&["https://acme.com", "https://www.acme.com"]),
                ),
                policy(
                    id("static", Some("fonts")),
                    "static-fonts-cors-4e5f6a7b",
                    ResponseHeadersPolicyConfig {
                        custom_headers: vec![CustomHeader {
                            header: "Vary".into(),
                            value: "Origin".into(),
                            override_origin: false,
                        }],
                        cors: None,
                        security_headers: None,
                        comment: "corsynth 0123456789ab".into(),
                    },
                ),
            ],
            functions: Vec::new(),
            behaviors: vec![
                CacheBehavior {
                    path_pattern: Some("/fonts/*".into()),
                    allowed_methods: AllowedMethods::Read,
                    cached_methods: CachedMethods::Read,
                    viewer_protocol_policy: ViewerProtocolPolicy::RedirectToHttps,
                    compress: true,
                    cache_policy: PolicyRef::Managed(managed::CACHING_OPTIMIZED),
                    origin_request_policy: Some(PolicyRef::Own(id("static", None))),
                    response_headers_policy: Some(PolicyRef::Own(id("static", Some("fonts")))),
                    viewer_request: None,
                    viewer_response: None,
                    origin_response: None,
                    trusted_key_groups: TrustedKeyGroups::None,
                    provenance: from(&["/allow/0"]),
                },
                CacheBehavior {
                    path_pattern: None,
                    allowed_methods: AllowedMethods::ReadOptions,
                    cached_methods: CachedMethods::ReadOptions,
                    viewer_protocol_policy: ViewerProtocolPolicy::RedirectToHttps,
                    compress: true,
                    cache_policy: PolicyRef::Own(id("static", None)),
                    origin_request_policy: Some(PolicyRef::Managed(managed::CORS_S3_ORIGIN)),
                    response_headers_policy: Some(PolicyRef::Own(id("static", None))),
                    viewer_request: None,
                    viewer_response: None,
                    origin_response: None,
                    trusted_key_groups: TrustedKeyGroups::None,
                    provenance: from(&["/allow/1"]),
                },
            ],
            bucket_policy: vec![
                statement("CorsynthStaticRead", &["s3:GetObject"], StatementResource::Objects),
                statement("CorsynthStaticList", &["s3:ListBucket"], StatementResource::Bucket),
            ],
            key_policy: vec![statement("CorsynthStaticDecrypt", &["kms:Decrypt"], StatementResource::Key)],
            invalidation_paths: words(&["/*"]),
        }),
        provenance: from(&["/assets/static"]),
    }
}

/// Browsers talk to S3 directly; anyone may read.
pub(crate) fn tiles_asset() -> AssetPlan {
    AssetPlan {
        owned: None,
        id: "tiles".into(),
        origin: AssetOrigin::Bucket(Bucket {
            name: "acme-tiles".into(),
            region: "eu-west-1".into(),
            partition: Partition::Aws,
            account: None,
            kms_key: None,
        }),
        cors: Some(CorsConfiguration { rules: vec![cors_rule("corsynth-anyone", &["*"], &["GET", "HEAD"], &[], &[])] }),
        rule_provenance: BTreeMap::new(),
        cdn: None,
        provenance: from(&["/assets/tiles"]),
    }
}

/// Bucket authority, a distribution that the intent does not name, only managed policies but for the cache.
pub(crate) fn preview_asset(region: &str) -> AssetPlan {
    let mut asset = static_asset();
    asset.id = "preview-builds".into();
    asset.origin = AssetOrigin::Bucket(Bucket {
        name: "acme-preview".into(),
        region: region.into(),
        partition: Partition::of_region(region),
        account: None,
        kms_key: None,
    });
    asset.cors = Some(CorsConfiguration {
        rules: vec![cors_rule("corsynth-preview", &["https://*.preview.acme.dev"], &["GET", "HEAD"], &[], &["ETag"])],
    });
    if let Some(cdn) = &mut asset.cdn {
        let own = id("preview-builds", None);
        cdn.distribution = None;
        cdn.aliases.clear();
        control_mut(cdn).id = own.clone();
        control_mut(cdn).name.suffix = "preview-bu-oac-99aabbcc".into();
        cdn.cache_policies = vec![policy(own.clone(), "preview-builds-cache-99aabbcc", keyed_cache_policy())];
        cdn.origin_request_policies.clear();
        cdn.response_headers_policies.clear();
        cdn.behaviors.remove(0);
        cdn.behaviors[0].cache_policy = PolicyRef::Own(own);
        cdn.behaviors[0].response_headers_policy = Some(PolicyRef::Managed(managed::SECURITY_HEADERS_POLICY));
        cdn.bucket_policy = vec![statement("CorsynthPreviewBuildsRead", &["s3:GetObject"], StatementResource::Objects)];
        cdn.key_policy.clear();
    }
    asset
}

/// A server that speaks itself, by a contract: own policies of all kinds but one for headers, and nothing of S3.
pub(crate) fn api_asset() -> AssetPlan {
    let mut asset = static_asset();
    let own = id("public-api", None);
    let rule = |origins: &[&str], methods: &[&str], headers: &[&str], allow_credentials| FunctionRule {
        allowed_origins: words(origins),
        allowed_methods: words(methods),
        allowed_headers: words(headers),
        expose_headers: words(&["ETag"]),
        max_age_seconds: 600,
        allow_credentials,
    };
    asset.id = "public-api".into();
    asset.origin = AssetOrigin::Custom(CustomOrigin {
        domain_name: "api.internal.acme.com".into(),
        https_port: 8443,
        contract: vec![
            rule(&["https://*.acme.com"], &["GET", "HEAD"], &["x-trace", "x-acme-*"], false),
            rule(&["https://admin.acme.dev"], &["PATCH", "POST"], &["authorization"], true),
        ],
    });
    asset.cors = None;
    asset.provenance = from(&["/assets/public-api"]);
    if let Some(cdn) = &mut asset.cdn {
        cdn.aliases = words(&["api.acme.com"]);
        cdn.origin_access_control = None;
        cdn.cache_policies = vec![policy(own.clone(), "public-api-cache-5566aabb", keyed_cache_policy())];
        cdn.origin_request_policies[0].id = own.clone();
        cdn.origin_request_policies[0].name.suffix = "public-api-request-5566aabb".into();
        cdn.response_headers_policies.clear();
        for behavior in &mut cdn.behaviors {
            behavior.cache_policy = PolicyRef::Own(own.clone());
            behavior.origin_request_policy = Some(PolicyRef::Own(own.clone()));
            behavior.response_headers_policy = None;
            if behavior.path_pattern.is_none() {
                behavior.allowed_methods = AllowedMethods::All;
            }
        }
        cdn.bucket_policy.clear();
        cdn.key_policy.clear();
    }
    asset
}

/// Functions on both events, with texts that try to break out of code; one path for named signers, the rest for those that
/// the caller names.
pub(crate) fn lessons_asset() -> AssetPlan {
    let mut asset = preview_asset("eu-west-1");
    let rule = |origins: &[&str], headers: &[&str], allow_credentials| FunctionRule {
        allowed_origins: words(origins),
        allowed_methods: words(&["GET", "HEAD"]),
        allowed_headers: words(headers),
        expose_headers: words(&["ETag", "x-amz-meta-%{if}"]),
        max_age_seconds: 7200,
        allow_credentials,
    };
    if let Some(cdn) = &mut asset.cdn {
        let function = |part: Option<&str>, name: &str, config| Policy {
            id: id("preview-builds", part),
            name: ResourceName { prefix: "acme-static".into(), suffix: name.into() },
            config,
            provenance: from(&["/allow/0"]),
        };
        cdn.functions = vec![
            function(
                None,
                "preview-bu-fn-99aabbcc",
                CorsFunction {
                    answers_preflights: true,
                    canonical_origin: Some("https://a.preview.acme.dev".into()),
                    sets_headers: false,
                    rules: vec![rule(&["*"], &[], false)],
                    stored: false,
                },
            ),
            function(
                Some("fonts"),
                "preview-bu-fn-00aabbcc",
                CorsFunction {
                    answers_preflights: true,
                    canonical_origin: None,
                    sets_headers: true,
                    rules: vec![
                        rule(
                            &["https://${evil}.acme.dev", "https://pr-*.acme.dev", "https://a\"b\\c'd</script>"],
                            &["x-*"],
                            true,
                        ),
                        rule(&["https://$(id).acme.dev"], &["authorization"], false),
                    ],
                    stored: false,
                },
            ),
        ];
        let mut fonts = cdn.behaviors[0].clone();
        fonts.path_pattern = Some("/fonts/*".into());
        fonts.viewer_request = Some(id("preview-builds", Some("fonts")));
        fonts.viewer_response = Some(id("preview-builds", Some("fonts")));
        fonts.trusted_key_groups = TrustedKeyGroups::Ids(words(&["1a2b3c4d-12ab-34cd-56ef-1234567890ab"]));
        cdn.behaviors[0].viewer_request = Some(id("preview-builds", None));
        cdn.behaviors[0].trusted_key_groups = TrustedKeyGroups::Parameter;
        cdn.behaviors.insert(0, fonts);
    }
    asset
}

/// The same with the origins of one function in a key value store; the other stays as it is.
pub(crate) fn stored_asset() -> AssetPlan {
    let mut asset = lessons_asset();
    for function in asset.cdn.iter_mut().flat_map(|cdn| &mut cdn.functions) {
        function.config.stored = function.id.part.is_some();
        function.config.rules.iter_mut().for_each(|rule| rule.allowed_origins.sort());
    }
    asset
}

/// The same with errors that a Lambda@Edge speaks of.
pub(crate) fn errors_asset() -> AssetPlan {
    let mut asset = stored_asset();
    for behavior in asset.cdn.iter_mut().flat_map(|cdn| &mut cdn.behaviors) {
        behavior.origin_response = behavior.viewer_response.clone();
    }
    asset
}

/// What the artifacts make themselves: the key, the certificate, an object for `/`, two behaviours of which one is the default.
pub(crate) fn owned_asset() -> AssetPlan {
    let mut asset = static_asset();
    let certificate = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab";
    asset.owned = Some(Owned { certificate: Some(certificate.into()), lists_bucket: true });
    if let Some(cdn) = &mut asset.cdn {
        cdn.distribution = None;
    }
    asset
}

/// The same without a certificate, with functions and signers, and a default behaviour that the plan does not speak of.
pub(crate) fn owned_lessons_asset() -> AssetPlan {
    let mut asset = lessons_asset();
    asset.owned = Some(Owned::default());
    if let Some(cdn) = &mut asset.cdn {
        let mut others = cdn.behaviors.pop().expect("the default behaviour");
        others.path_pattern = Some("/lessons/*".into());
        cdn.behaviors.push(others);
    }
    asset
}

/// A bucket that is made, and no distribution.
pub(crate) fn owned_tiles_asset() -> AssetPlan {
    AssetPlan { owned: Some(Owned::default()), ..tiles_asset() }
}

pub(crate) fn plan(assets: Vec<AssetPlan>) -> Plan {
    Plan { name: "acme-static".into(), owner: Some("web platform <web@acme.com>".into()), assets }
}

/// All plans that the renderer of Terraform must manage.
pub(crate) fn all_for_terraform() -> Vec<(&'static str, Plan)> {
    let more = [
        ("errors", plan(vec![errors_asset()])),
        ("errors-in-regions", plan(vec![errors_asset(), static_asset(), tiles_asset()])),
        ("errors-owned", plan(vec![AssetPlan { owned: Some(Owned::default()), ..errors_asset() }])),
    ];
    all().into_iter().chain(more).collect()
}

/// All plans that a renderer must manage: one asset, several in one region, several regions, what is made.
pub(crate) fn all() -> Vec<(&'static str, Plan)> {
    vec![
        ("direct", plan(vec![tiles_asset()])),
        ("edge", plan(vec![static_asset()])),
        ("mixed", plan(vec![preview_asset("eu-west-1"), static_asset(), tiles_asset()])),
        ("lessons", plan(vec![lessons_asset(), tiles_asset()])),
        ("stores", plan(vec![stored_asset()])),
        ("server", plan(vec![api_asset()])),
        ("servers", plan(vec![api_asset(), static_asset(), tiles_asset()])),
        ("regions", plan(vec![preview_asset("us-east-1"), static_asset(), tiles_asset()])),
        ("owned", plan(vec![owned_asset(), owned_tiles_asset()])),
        ("owned-and-attached", plan(vec![preview_asset("eu-west-1"), owned_asset(), tiles_asset()])),
        ("owned-lessons", plan(vec![owned_lessons_asset(), api_asset()])),
    ]
}

/// Those of which every target can make everything.
pub(crate) fn attached() -> Vec<(&'static str, Plan)> {
    all().into_iter().filter(|(_, plan)| can_say(plan, Target::AwsCli)).collect()
}
