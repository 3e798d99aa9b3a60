//! Cache behaviours with the policies that they refer to.

use super::super::{Doubt, Place, Unknown};
use super::fields::{Fields, Problems};
use super::instances::{Estate, Instance};
use super::policies;
use super::value::Value;
use crate::deployed::{
    CacheBehavior, CachePolicy, Function, KEY_GROUP_PARAMETER, OriginRequestPolicy, Policies, PolicyName, Provenance,
    ResponseHeadersPolicy, Selection, ViewerProtocolPolicy, managed,
};

/// A policy of any kind: how its kind is read, and what AWS manages of the kind.
struct Kind<P> {
    resource: &'static str,
    data: &'static str,
    words: &'static str,
    read: fn(&Instance) -> (P, Problems),
    managed: fn(&str) -> Option<P>,
}

const CACHE_POLICY: Kind<CachePolicy> = Kind {
    resource: "aws_cloudfront_cache_policy",
    data: "data.aws_cloudfront_cache_policy",
    words: "cache policy",
    read: policies::cache_policy,
    managed: managed::cache_policy,
};

const ORIGIN_REQUEST_POLICY: Kind<OriginRequestPolicy> = Kind {
    resource: "aws_cloudfront_origin_request_policy",
    data: "data.aws_cloudfront_origin_request_policy",
    words: "origin request policy",
    read: policies::origin_request_policy,
    managed: managed::origin_request_policy,
};

const RESPONSE_HEADERS_POLICY: Kind<ResponseHeadersPolicy> = Kind {
    resource: "aws_cloudfront_response_headers_policy",
    data: "data.aws_cloudfront_response_headers_policy",
    words: "response headers policy",
    read: policies::response_headers_policy,
    managed: managed::response_headers_policy,
};

/// A behaviour, out of the arguments of `ordered_cache_behavior` or `default_cache_behavior`. `origin` is the id of the
/// bucket's origin; the problems are in the behaviour's words as well.
pub(super) fn behavior(mut fields: Fields<'_>, origin: &str, estate: &Estate) -> (CacheBehavior, Problems) {
    let path_pattern = fields.text("path_pattern");
    let target = fields.text("target_origin_id");
    let viewer_protocol_policy = match fields.text("viewer_protocol_policy").as_deref() {
        Some("allow-all") => ViewerProtocolPolicy::AllowAll,
        Some("redirect-to-https") => ViewerProtocolPolicy::RedirectToHttps,
        Some("https-only") => ViewerProtocolPolicy::HttpsOnly,
        other => {
            fields.problem(&format!("`{}` is not a viewer protocol policy", other.unwrap_or_default()));
            ViewerProtocolPolicy::AllowAll
        }
    };
    let allowed_methods = fields.texts("allowed_methods");
    let cached_methods = fields.texts("cached_methods");
    let compress = fields.bool("compress");
    let cache_policy = policy(&mut fields, "cache_policy_id", &CACHE_POLICY, estate);
    let origin_request_policy = policy(&mut fields, "origin_request_policy_id", &ORIGIN_REQUEST_POLICY, estate);
    let response_headers_policy = policy(&mut fields, "response_headers_policy_id", &RESPONSE_HEADERS_POLICY, estate);
    let inline = forwarded_values(&mut fields);
    if cache_policy.is_some() && inline.is_some() {
        fields.doubt("`forwarded_values` beside a cache policy", Doubt::Mixed);
    }
    if cache_policy.is_none() && inline.is_none() && fields.problems.is_empty() {
        fields.problem("there is no cache policy");
    }
    let (mut viewer_request, mut viewer_response) = (None, None);
    for mut association in fields.blocks("function_association") {
        let event = association.text("event_type").unwrap_or_default();
        let found = function(association.value("function_arn"), estate);
        let slot = if event == "viewer-request" { &mut viewer_request } else { &mut viewer_response };
        if found.is_some() && slot.is_none() && event.starts_with("viewer-") {
            *slot = found;
        } else {
            fields.problem(&format!("a function runs at `{event}` (`function_association`)"));
        }
    }
    let mut origin_response = None;
    for mut association in fields.blocks("lambda_function_association") {
        let event = association.text("event_type").unwrap_or_default();
        let found = lambda(association.value("lambda_arn"), estate);
        if found.is_some() && origin_response.is_none() && event == "origin-response" {
            origin_response = found;
        } else {
            fields.problem(&format!("a function runs at `{event}` (`lambda_function_association`)"));
        }
    }
    let trusted_key_groups = key_groups(fields.value("trusted_key_groups"));
    for name in ["trusted_signers"] {
        if !fields.texts(name).is_empty() {
            fields.problem(&format!("viewers need a signature (`{name}`)"));
        }
    }
    let site = fields.site();
    let problems =
        fields.finish(&["field_level_encryption_id", "realtime_log_config_arn", "smooth_streaming", "grpc_config"]);
    let behavior = CacheBehavior {
        path_pattern,
        is_for_this_bucket: target.as_deref() == Some(origin),
        allowed_methods,
        cached_methods,
        viewer_protocol_policy,
        compress,
        cache_policy: cache_policy.or(inline).unwrap_or_else(CachePolicy::nothing_cached),
        origin_request_policy,
        response_headers_policy,
        viewer_request,
        viewer_response,
        origin_response,
        trusted_key_groups,
        unknown: problems.iter().map(in_words).collect(),
        provenance: Provenance::default(),
        site,
    };
    (behavior, problems)
}

/// The function that an ARN is of, when its code is corsynth's.
pub(super) fn function(arn: &Value, estate: &Estate) -> Option<Function> {
    let Value::Attribute(attribute) = arn else { return None };
    let instance = estate.get(&attribute.address)?;
    (attribute.name == "arn" && instance.kind == "aws_cloudfront_function")
        .then(|| policies::function(instance, estate))?
}

/// The Lambda@Edge that the ARN of a version is of, when its code is corsynth's.
fn lambda(arn: &Value, estate: &Estate) -> Option<Function> {
    let Value::Attribute(attribute) = arn else { return None };
    let instance = estate.get(&attribute.address)?;
    (attribute.name == "qualified_arn" && instance.kind == "aws_lambda_function")
        .then(|| policies::errors_function(instance))?
}

/// What an output by path says of a behaviour; `*` is the default one.
pub(super) fn of_path(behavior: &CacheBehavior, by_path: Option<&Value>) -> Option<Value> {
    by_path?.members()?.get(behavior.path_pattern.as_deref().unwrap_or("*")).cloned()
}

/// Gives a behaviour what the output `trusted_key_groups` says of it.
pub(super) fn sign(behavior: &mut CacheBehavior, by_path: Option<&Value>, place: &Place) -> Problems {
    let Some(by_path) = by_path else { return Problems::new() };
    let told = by_path.members().map(|paths| paths.get(behavior.path_pattern.as_deref().unwrap_or("*")));
    match told {
        Some(None) => return Problems::new(),
        Some(Some(groups)) if groups.items().is_some_and(|groups| !groups.is_empty()) => {
            behavior.trusted_key_groups = key_groups(groups);
            return Problems::new();
        }
        _ => {}
    }
    let mut fields = Fields::new("output.trusted_key_groups".to_owned(), place, by_path);
    fields.problem("whose signatures are needed is not known");
    behavior.unknown.extend(fields.problems.iter().map(in_words));
    fields.problems
}

/// Gives a behaviour what the output `function_associations` says of it.
pub(super) fn associate(
    behavior: &mut CacheBehavior,
    by_path: Option<&Value>,
    estate: &Estate,
    place: &Place,
) -> Problems {
    let Some(listed) = of_path(behavior, by_path) else { return Problems::new() };
    let mut problems = Problems::new();
    for item in listed.items().unwrap_or_default() {
        let mut association = Fields::new("output.function_associations".to_owned(), place, item);
        let event = association.text("event_type").unwrap_or_default();
        let found = function(association.value("function_arn"), estate);
        let slot = match event.as_str() {
            "viewer-request" => &mut behavior.viewer_request,
            _ => &mut behavior.viewer_response,
        };
        if found.is_none() || slot.is_some() || !event.starts_with("viewer-") {
            association.problem(&format!("what the code on `{event}` does is not known"));
        } else {
            *slot = found;
        }
        problems.append(&mut association.finish(&[]));
    }
    behavior.unknown.extend(problems.iter().map(in_words));
    problems
}

/// Gives a behaviour what the output `lambda_function_associations` says of it.
pub(super) fn associate_lambda(
    behavior: &mut CacheBehavior,
    by_path: Option<&Value>,
    estate: &Estate,
    place: &Place,
) -> Problems {
    let Some(listed) = of_path(behavior, by_path) else { return Problems::new() };
    let mut problems = Problems::new();
    if listed.items().is_none() {
        let mut fields = Fields::new("output.lambda_function_associations".to_owned(), place, &listed);
        fields.problem("which Lambda@Edge runs is not known");
        problems.append(&mut fields.problems);
    }
    for item in listed.items().unwrap_or_default() {
        let mut association = Fields::new("output.lambda_function_associations".to_owned(), place, item);
        let event = association.text("event_type").unwrap_or_default();
        let found = lambda(association.value("lambda_arn"), estate);
        if found.is_none() || behavior.origin_response.is_some() || event != "origin-response" {
            association.problem(&format!("what the Lambda@Edge on `{event}` does is not known"));
        } else {
            behavior.origin_response = found;
        }
        problems.append(&mut association.finish(&["include_body"]));
    }
    behavior.unknown.extend(problems.iter().map(in_words));
    problems
}

/// Ids of key groups; one that is not known here stands for a parameter.
pub(super) fn key_groups(value: &Value) -> Vec<String> {
    let id = |item: &Value| item.as_str().map_or_else(|| KEY_GROUP_PARAMETER.to_owned(), str::to_owned);
    value.items().unwrap_or_default().iter().map(id).collect()
}

/// The account's own policies among the resources.
pub(super) fn own_policies(estate: &Estate) -> Policies {
    fn read<P>(estate: &Estate, kind: &Kind<P>) -> Vec<P> {
        let own = estate.values().filter(|instance| instance.kind == kind.resource);
        own.map(|instance| (kind.read)(instance).0).collect()
    }
    Policies {
        cache: read(estate, &CACHE_POLICY),
        origin_request: read(estate, &ORIGIN_REQUEST_POLICY),
        response_headers: read(estate, &RESPONSE_HEADERS_POLICY),
    }
}

/// A problem as a behaviour tells it.
pub(super) fn in_words(problem: &Unknown) -> String {
    format!("{} ({})", problem.what, problem.place)
}

/// The policy that an argument refers to; `None` without one, or with a problem when it cannot be told.
fn policy<P>(fields: &mut Fields<'_>, argument: &'static str, kind: &Kind<P>, estate: &Estate) -> Option<P> {
    let value = fields.value(argument);
    let instance = match value {
        Value::Null => return None,
        Value::Text(id) if id.is_empty() => return None,
        Value::Text(id) => match (kind.managed)(id) {
            Some(policy) => return Some(policy),
            None => estate.values().find(|instance| of(instance, kind) && id_of(instance) == Some(id)),
        },
        // An output of a module may tell the resource only.
        Value::Attribute(attribute) if attribute.name == "id" || attribute.name.is_empty() => {
            estate.get(&attribute.address).filter(|instance| of(instance, kind))
        }
        other => {
            fields.refuse(argument, other);
            return None;
        }
    };
    let Some(instance) = instance else {
        let id = value.spelled().unwrap_or_default();
        fields.problem(&format!("what the {} `{id}` says was not told", kind.words));
        return None;
    };
    if instance.kind == kind.data {
        let managed = managed_id(instance).and_then(kind.managed);
        if managed.is_some() {
            return managed;
        }
    }
    let (policy, mut problems) = (kind.read)(instance);
    fields.problems.append(&mut problems);
    Some(policy)
}

fn of<P>(instance: &Instance, kind: &Kind<P>) -> bool {
    instance.kind == kind.resource || instance.kind == kind.data
}

fn id_of(instance: &Instance) -> Option<&str> {
    instance.body.members()?.get("id")?.as_str()
}

/// The id of what a data source finds: as told, or by the name that AWS gives to its own.
fn managed_id(instance: &Instance) -> Option<&str> {
    id_of(instance).or_else(|| {
        let name = instance.body.members()?.get("name")?.as_str()?.strip_prefix("Managed-")?;
        MANAGED_NAMES.iter().find(|(managed, _)| *managed == name).map(|(_, id)| *id)
    })
}

/// Names of the policies that AWS manages and [`managed`] knows.
const MANAGED_NAMES: [(&str, &str); 20] = [
    ("CachingOptimized", "658327ea-f89d-4fab-a63d-7e88639e58f6"),
    ("CachingDisabled", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"),
    ("CachingOptimizedForUncompressedObjects", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"),
    ("Elemental-MediaPackage", "08627262-05a9-4f76-9ded-b50ca2e3a84f"),
    ("Amplify", "2e54312d-136d-493c-8eb9-b001f22f67d2"),
    ("UseOriginCacheControlHeaders", "83da9c7e-98b4-4e11-a168-04f0df8e2c65"),
    ("UseOriginCacheControlHeaders-QueryStrings", "4cc15a8a-d715-48a4-82b8-cc0b614638fe"),
    ("CORS-S3Origin", "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"),
    ("CORS-CustomOrigin", "59781a5b-3903-41f3-afcb-af62929ccde1"),
    ("AllViewer", "216adef6-5c7f-47e4-b989-5492eafa07d3"),
    ("AllViewerExceptHostHeader", "b689b0a8-53d0-40ab-baf2-68738e2966ac"),
    ("AllViewerAndCloudFrontHeaders-2022-06", "33f36d7e-f396-46d9-90e0-52428a34d9dc"),
    ("Elemental-MediaTailor-PersonalizedManifests", "775133bc-15f2-49f9-abea-afb2e0bf67d2"),
    ("UserAgentRefererHeaders", "acba4595-bd28-49b8-b9fe-13317c0390fa"),
    ("HostHeaderOnly", "bf0718e1-ba1e-49d1-88b1-f726733018ae"),
    ("SimpleCORS", "60669652-455b-4ae9-85a4-c4c02393f86c"),
    ("CORS-With-Preflight", "5cc3b908-e619-4b99-88e5-2cf7f45965bd"),
    ("SecurityHeadersPolicy", "67f7725c-6f97-4210-82d7-5512b31e9d03"),
    ("CORS-and-SecurityHeadersPolicy", "e61eb60c-9c35-4d20-a928-2b84e02af89c"),
    ("CORS-with-preflight-and-SecurityHeadersPolicy", "eaab4381-ed33-4a86-88ca-d9558dc6cd63"),
];

/// What `forwarded_values` comes down to: one selection for the key and for the origin.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ForwardedValues.html>
fn forwarded_values(fields: &mut Fields<'_>) -> Option<CachePolicy> {
    const TTL: [&str; 3] = ["min_ttl", "default_ttl", "max_ttl"];
    let Some(mut values) = fields.block("forwarded_values") else {
        // With a policy these have no say, whatever the provider makes of them.
        for name in TTL {
            fields.value(name);
        }
        return None;
    };
    let ttl = TTL.map(|name| fields.number(name));
    let headers = values.texts("headers");
    let keys = values.texts("query_string_cache_keys");
    let query_string = values.bool("query_string");
    let mut cookies = Selection::None;
    match values.block("cookies") {
        Some(mut block) => {
            let names = block.texts("whitelisted_names");
            match block.text("forward").as_deref() {
                Some("none") => {}
                Some("all") => cookies = Selection::All,
                Some("whitelist") => cookies = Selection::Whitelist(names),
                other => block.problem(&format!("`{}` is not a way to forward", other.unwrap_or_default())),
            }
            values.problems.append(&mut block.finish(&[]));
        }
        None => values.problem("`cookies` is missing"),
    }
    fields.problems.append(&mut values.finish(&[]));
    // Where all headers are forwarded nothing is cached.
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html
    let all_headers = headers.iter().any(|name| name == "*");
    let [min_ttl, default_ttl, max_ttl] = if all_headers { [Some(0); 3] } else { ttl };
    let min_ttl = min_ttl.unwrap_or(0);
    // CloudFront's own defaults, for what neither the configuration nor the plan tells.
    let default_ttl = default_ttl.unwrap_or_else(|| min_ttl.max(86_400));
    Some(CachePolicy {
        name: PolicyName::Inline,
        comment: None,
        min_ttl,
        default_ttl,
        max_ttl: max_ttl.unwrap_or_else(|| default_ttl.max(31_536_000)),
        gzip: false,
        brotli: false,
        headers: match headers.as_slice() {
            [] => Selection::None,
            _ if all_headers => Selection::All,
            _ => Selection::Whitelist(headers),
        },
        cookies,
        query_strings: match (query_string, keys.is_empty()) {
            (false, _) => Selection::None,
            (true, true) => Selection::All,
            (true, false) => Selection::Whitelist(keys),
        },
        provenance: Provenance::default(),
        site: fields.site(),
    })
}

/// A place in a file that has no lines that matter.
pub(super) fn whole(path: &str) -> Place {
    Place { path: path.to_owned(), line: 0, column: 0 }
}
