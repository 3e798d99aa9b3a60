//! Policies of CloudFront and rules of S3, from the arguments of the provider's resources.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_cache_policy> and the pages
//! beside it.

use super::super::function::cors_function;
use super::fields::{Fields, Problems};
use super::instances::{Estate, Instance};
use super::value::Value;
use crate::aws::cloudfront::SecurityHeaders;
use crate::deployed::{
    CachePolicy, CorsConfig, CorsRule, CustomHeader, Function, OriginAccessControl, OriginRequestPolicy, PolicyName,
    Provenance, ResponseHeadersPolicy, Selection,
};
use std::collections::BTreeMap;

/// What the provider computes, and what has no say: everywhere the same.
pub(super) const COMPUTED: [&str; 6] = ["id", "arn", "etag", "tags", "tags_all", "timeouts"];

pub(super) fn fields(instance: &Instance) -> Fields<'_> {
    Fields::new(instance.address.to_string(), &instance.place, &instance.body)
}

fn name(fields: &mut Fields<'_>) -> PolicyName {
    PolicyName::Own(fields.remark("name").unwrap_or_else(|| fields.of.clone()))
}

/// The block with a behaviour and a list, such as `headers_config`.
fn selection(fields: &mut Fields<'_>, block: &'static str, behavior: &'static str, list: &'static str) -> Selection {
    let Some(mut inner) = fields.block(block) else {
        fields.problem(&format!("`{block}` is missing"));
        return Selection::None;
    };
    let behavior = inner.text(behavior);
    let items = inner.items(list).unwrap_or_default();
    let selection = match behavior.as_deref() {
        Some("none") => Selection::None,
        Some("all" | "allViewer") => Selection::All,
        Some("whitelist") => Selection::Whitelist(items),
        Some("allExcept") => Selection::AllExcept(items),
        Some("allViewerAndWhitelistCloudFront") => Selection::AllAndCloudFront(items),
        other => {
            inner.problem(&format!("`{}` is not a behaviour", other.unwrap_or_default()));
            Selection::None
        }
    };
    fields.problems.append(&mut inner.finish(&[]));
    selection
}

/// `aws_cloudfront_cache_policy`
pub(super) fn cache_policy(instance: &Instance) -> (CachePolicy, Problems) {
    let mut fields = fields(instance);
    let mut policy = CachePolicy {
        name: name(&mut fields),
        comment: fields.remark("comment"),
        // The provider's defaults.
        min_ttl: fields.number("min_ttl").unwrap_or(0),
        default_ttl: fields.number("default_ttl").unwrap_or(86_400),
        max_ttl: fields.number("max_ttl").unwrap_or(31_536_000),
        gzip: false,
        brotli: false,
        headers: Selection::None,
        cookies: Selection::None,
        query_strings: Selection::None,
        provenance: Provenance::default(),
        site: fields.site(),
    };
    match fields.block("parameters_in_cache_key_and_forwarded_to_origin") {
        Some(mut key) => {
            policy.gzip = key.bool("enable_accept_encoding_gzip");
            policy.brotli = key.bool("enable_accept_encoding_brotli");
            policy.headers = selection(&mut key, "headers_config", "header_behavior", "headers");
            policy.cookies = selection(&mut key, "cookies_config", "cookie_behavior", "cookies");
            policy.query_strings =
                selection(&mut key, "query_strings_config", "query_string_behavior", "query_strings");
            fields.problems.append(&mut key.finish(&[]));
        }
        None => fields.problem("`parameters_in_cache_key_and_forwarded_to_origin` is missing"),
    }
    (policy, fields.finish(&COMPUTED))
}

/// `aws_cloudfront_origin_request_policy`
pub(super) fn origin_request_policy(instance: &Instance) -> (OriginRequestPolicy, Problems) {
    let mut fields = fields(instance);
    let policy = OriginRequestPolicy {
        name: name(&mut fields),
        comment: fields.remark("comment"),
        headers: selection(&mut fields, "headers_config", "header_behavior", "headers"),
        cookies: selection(&mut fields, "cookies_config", "cookie_behavior", "cookies"),
        query_strings: selection(&mut fields, "query_strings_config", "query_string_behavior", "query_strings"),
        provenance: Provenance::default(),
        site: fields.site(),
    };
    (policy, fields.finish(&COMPUTED))
}

/// `aws_cloudfront_response_headers_policy`
pub(super) fn response_headers_policy(instance: &Instance) -> (ResponseHeadersPolicy, Problems) {
    let mut fields = fields(instance);
    let name = name(&mut fields);
    let comment = fields.remark("comment");
    let cors = fields.block("cors_config").map(|cors| cors_config(cors, &mut fields.problems));
    let mut custom_headers = Vec::new();
    if let Some(mut config) = fields.block("custom_headers_config") {
        for mut item in config.blocks("items") {
            custom_headers.push(CustomHeader {
                header: item.text("header").unwrap_or_default(),
                value: item.text("value").unwrap_or_default(),
                overrides: item.bool("override"),
            });
            config.problems.append(&mut item.finish(&[]));
        }
        fields.problems.append(&mut config.finish(&[]));
    }
    let mut remove_headers = Vec::new();
    if let Some(mut config) = fields.block("remove_headers_config") {
        for mut item in config.blocks("items") {
            remove_headers.extend(item.text("header"));
            config.problems.append(&mut item.finish(&[]));
        }
        fields.problems.append(&mut config.finish(&[]));
    }
    let security = fields.block("security_headers_config");
    let security_headers = security.and_then(|security| security_headers(security, &mut fields.problems));
    let policy = ResponseHeadersPolicy {
        name,
        comment,
        cors,
        custom_headers,
        remove_headers,
        security_headers,
        provenance: Provenance::default(),
        site: fields.site(),
    };
    let no_say = [&COMPUTED[..], &["server_timing_headers_config"]].concat();
    (policy, fields.finish(&no_say))
}

fn cors_config(mut cors: Fields<'_>, problems: &mut Problems) -> CorsConfig {
    let config = CorsConfig {
        allow_origins: cors.items("access_control_allow_origins").unwrap_or_default(),
        allow_headers: cors.items("access_control_allow_headers").unwrap_or_default(),
        allow_methods: cors.items("access_control_allow_methods").unwrap_or_default(),
        expose_headers: cors.items("access_control_expose_headers").unwrap_or_default(),
        allow_credentials: cors.bool("access_control_allow_credentials"),
        max_age_sec: cors.number("access_control_max_age_sec"),
        origin_override: cors.bool("origin_override"),
    };
    problems.append(&mut cors.finish(&[]));
    config
}

/// The security headers, when they are of the form that corsynth writes.
fn security_headers(mut security: Fields<'_>, problems: &mut Problems) -> Option<SecurityHeaders> {
    let mut plain = true;
    let transport = security.block("strict_transport_security").and_then(|mut header| {
        plain &= !header.bool("override") && !header.bool("include_subdomains") && !header.bool("preload");
        header.number("access_control_max_age_sec")
    });
    let frame_option = security.block("frame_options").and_then(|mut header| {
        plain &= !header.bool("override");
        header.text("frame_option")
    });
    let referrer_policy = security.block("referrer_policy").and_then(|mut header| {
        plain &= !header.bool("override");
        header.text("referrer_policy")
    });
    let xss_protection_block = security.block("xss_protection").map(|mut header| {
        let (block, protection) = (header.bool("mode_block"), header.bool("protection"));
        plain &=
            !header.bool("override") && block == protection && header.text("report_uri").unwrap_or_default().is_empty();
        block
    });
    let content_type_options_override =
        security.block("content_type_options").map(|mut header| header.bool("override"));
    plain &= security.block("content_security_policy").is_none();
    problems.append(&mut security.finish(&[]));
    let headers = SecurityHeaders {
        strict_transport_security_max_age: u32::try_from(transport?).ok()?,
        frame_option: frame_option?,
        referrer_policy: referrer_policy?,
        xss_protection_block: xss_protection_block?,
        content_type_options_override: content_type_options_override?,
    };
    plain.then_some(headers)
}

/// `aws_cloudfront_origin_access_control`
pub(super) fn origin_access_control(instance: &Instance) -> (OriginAccessControl, Problems) {
    let mut fields = fields(instance);
    let signs_always = fields.text("signing_behavior").as_deref() == Some("always");
    for (name, expected) in [("origin_access_control_origin_type", "s3"), ("signing_protocol", "sigv4")] {
        let found = fields.text(name);
        if found.as_deref().is_some_and(|found| found != expected) {
            fields.problem(&format!("`{name}` is not `{expected}`"));
        }
    }
    let control =
        OriginAccessControl { name: fields.remark("name"), description: fields.remark("description"), signs_always };
    (control, fields.finish(&COMPUTED))
}

/// The `cors_rule` blocks of a resource. `unset_age` is what the provider sends for an age that is not set.
pub(super) fn cors_rules(fields: &mut Fields<'_>, unset_age: Option<u64>) -> Vec<CorsRule> {
    let mut rules = Vec::new();
    for mut rule in fields.blocks("cors_rule") {
        rules.push(CorsRule {
            id: rule.text("id").filter(|id| !id.is_empty()),
            allowed_origins: rule.texts("allowed_origins"),
            allowed_methods: rule.texts("allowed_methods"),
            allowed_headers: rule.texts("allowed_headers"),
            expose_headers: rule.texts("expose_headers"),
            allow_credentials: false,
            max_age_seconds: rule.number("max_age_seconds").or(unset_age),
            provenance: Provenance::default(),
            site: rule.site(),
        });
        fields.problems.append(&mut rule.finish(&[]));
    }
    rules
}

/// `aws_cloudfront_function`, when its code is corsynth's, and its key value store is told where it asks one.
pub(super) fn function(instance: &Instance, estate: &Estate) -> Option<Function> {
    let mut fields = fields(instance);
    let written = cors_function(&fields.text("code")?)?;
    let store = match fields.value("key_value_store_associations").items().unwrap_or_default() {
        [] if !written.asks_store() => BTreeMap::new(),
        [store] => key_value_store(store, estate)?,
        _ => return None,
    };
    let does = written.with(&store)?;
    let name = fields.remark("name").unwrap_or_else(|| fields.of.clone());
    Some(Function { name, does, provenance: Provenance::default(), site: fields.site() })
}

/// What is in the file of an `aws_lambda_function`, beside what it says itself.
pub(super) const ARCHIVE: &str = "archive";

/// `aws_lambda_function`, when its archive holds code of corsynth's for errors.
pub(super) fn errors_function(instance: &Instance) -> Option<Function> {
    let mut fields = fields(instance);
    let archive = fields.text(ARCHIVE)?;
    let does = super::super::function::errors_function(super::super::archive::only_file(&archive, "index.js")?)?;
    let runs = fields.text("handler").as_deref() == Some("index.handler")
        && fields.text("runtime").is_some_and(|runtime| runtime.starts_with("nodejs"))
        && fields.bool("publish");
    let name = fields.remark("function_name").unwrap_or_else(|| fields.of.clone());
    let site = fields.site();
    // How fast it may be, and what the account may see of it.
    let problems = fields.finish(&["role", "description", "memory_size", "timeout", "filename", "source_code_hash"]);
    (runs && problems.is_empty()).then(|| Function { name, does, provenance: Provenance::default(), site })
}

/// All pairs of a store: what `aws_cloudfrontkeyvaluestore_keys_exclusive` says, as nothing else stays in it.
fn key_value_store(arn: &Value, estate: &Estate) -> Option<BTreeMap<String, String>> {
    let of_store = |instance: &&Instance| {
        let has = instance.body.members().and_then(|members| members.get("key_value_store_arn"));
        match (has, arn) {
            (Some(Value::Attribute(has)), Value::Attribute(arn)) => has == arn,
            (Some(Value::Text(has)), Value::Text(arn)) => has == arn,
            _ => false,
        }
    };
    let is_keys = |instance: &&Instance| instance.kind == "aws_cloudfrontkeyvaluestore_keys_exclusive";
    let mut keys = estate.values().filter(is_keys).filter(of_store);
    let mut fields = fields(keys.next().filter(|_| keys.next().is_none())?);
    let mut store = BTreeMap::new();
    for mut pair in fields.blocks("resource_key_value_pair") {
        store.insert(pair.text("key")?, pair.text("value")?);
    }
    fields.problems.is_empty().then_some(store)
}
