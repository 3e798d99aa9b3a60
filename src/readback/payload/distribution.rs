//! `DistributionConfig` and its cache behaviours.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html>, and
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html>

use super::super::Doubt;
use super::super::notes::Notes;
use super::super::value::{At, Kind, Text, Value};
use super::members::{Known, Members, Spelling, items_of, words};
use super::policies::{Policies, forwarded_values, is_empty_list};
use crate::deployed::{
    CacheBehavior, CachePolicy, CustomErrorResponse, Distribution, KEY_GROUP_PARAMETER, OriginAccessControl,
    Provenance, ViewerProtocolPolicy, managed,
};
use crate::diagnostic::shown;

/// A distribution with all of its origins.
#[derive(Debug)]
pub(in super::super) struct Config {
    at: At,
    pub(in super::super) aliases: Vec<String>,
    pub(in super::super) origins: Vec<Origin>,
    behaviors: Vec<(Option<Text>, CacheBehavior)>,
    errors: Vec<CustomErrorResponse>,
    /// What may have a say in every behaviour.
    unknown: Vec<String>,
    /// How many bytes it has in its file, with the policies that its behaviours use.
    size: usize,
}

/// Origins and behaviours of one distribution that are read; AWS has quotas of 100 and 75.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
const MOST: usize = 250;

/// An origin of a distribution.
#[derive(Debug)]
pub(in super::super) struct Origin {
    id: Option<Text>,
    pub(in super::super) domain: Option<Text>,
    access_control: Option<Known<OriginAccessControl>>,
    headers: Vec<(String, String)>,
    /// Port and protocol of a server that is no bucket.
    pub(in super::super) asked_over: Option<(Option<u64>, Option<String>)>,
    unknown: Vec<String>,
}

/// A bucket as its host names call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct BucketOrigin {
    /// Its name, or a reference to its resource.
    pub(in super::super) bucket: Text,
    /// Its region, when the name tells.
    pub(in super::super) region: Option<String>,
}

impl BucketOrigin {
    /// The bucket whose REST endpoint this is.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
    pub(in super::super) fn of(domain: &Text) -> Option<Self> {
        if let Some(reference) = domain.as_reference() {
            let (bucket, attribute) = reference.split_once('.')?;
            let is_endpoint = matches!(attribute, "RegionalDomainName" | "DomainName" | "DualStackDomainName");
            return is_endpoint.then(|| Self { bucket: Text::reference(bucket), region: None });
        }
        let (bucket, rest) = domain.split_at_last(".s3")?;
        let host = rest.shown();
        let host = host.strip_prefix(['.', '-'])?;
        if host.starts_with("website") || host.starts_with("accelerate") {
            return None;
        }
        let host = host.strip_prefix("dualstack.").unwrap_or(host);
        // `BUCKET.s3.amazonaws.com` tells no region.
        let region = host.split('.').next().filter(|label| *label != "amazonaws" && !label.contains('$'));
        Some(Self { bucket, region: region.map(str::to_owned) })
    }
}

/// The policies that a behaviour uses, as it calls them.
#[derive(Debug, Default)]
pub(in super::super) struct Uses {
    pub(in super::super) cache: Option<(Text, At)>,
    pub(in super::super) origin_request: Option<(Text, At)>,
    pub(in super::super) response_headers: Option<(Text, At)>,
    /// `EventType`, and the function.
    pub(in super::super) functions: Vec<(String, Text, At)>,
}

/// All of a `DistributionConfig`, or the part of it that a fragment has.
pub(in super::super) fn distribution(
    notes: &mut Notes,
    value: &Value,
    spelling: Spelling,
    policies: &Policies,
) -> Config {
    let mark = notes.mark();
    let mut members = Members::of(notes, value, "DistributionConfig", spelling);
    // They have no say, so it does not matter whether they are known here.
    let aliases = members.list(notes, "Aliases").into_iter().filter_map(Value::shown).collect();
    if members.boolean(notes, "Enabled") == Some(false) {
        notes.unknown(members.at, "the distribution is not enabled");
    }
    // A firewall may block what browsers send; the other two split or fail over requests.
    for key in ["WebACLId", "ContinuousDeploymentPolicyId"] {
        if let Some(value) = members.take(key).filter(|value| value.as_str() != Some("")) {
            notes.unknown(value.at, format!("`{key}` is not modelled here"));
        }
    }
    if let Some(restrictions) = members.take("Restrictions") {
        let mut restrictions = Members::of(notes, restrictions, "Restrictions", spelling);
        let geo = restrictions.take("GeoRestriction").map(|geo| Members::of(notes, geo, "GeoRestriction", spelling));
        if let Some(mut geo) = geo
            && geo.text(notes, "RestrictionType").is_some_and(|kind| kind.as_literal() != Some("none"))
        {
            notes.unknown(geo.at, "a geographic restriction is not modelled here");
        }
    }
    members.ignore(&[
        "CallerReference",
        "Comment",
        "HttpVersion",
        "IPV6Enabled",
        "IsIPV6Enabled",
        "PriceClass",
        "Logging",
        "ViewerCertificate",
        "DefaultRootObject",
        "Staging",
        "AnycastIpListId",
        "ViewerMtlsConfig",
    ]);
    let mut origins = members.list(notes, "Origins");
    let default = members.take("DefaultCacheBehavior");
    let mut ordered = members.list(notes, "CacheBehaviors");
    if origins.len().max(ordered.len()) > MOST {
        notes.unknown(members.at, format!("at most {MOST} origins and behaviours are read"));
        origins.truncate(MOST);
        ordered.truncate(MOST);
    }
    let errors = members.list(notes, "CustomErrorResponses");
    // Groups are known by their ids, as targets that are no origin.
    if let Some(groups) = members.take("OriginGroups") {
        let list = super::members::items(notes, groups, "OriginGroups", spelling);
        if !list.is_empty() {
            notes.unknown(groups.at, "`OriginGroups` are not modelled here");
        }
    }
    members.finish(notes);
    let mut unknown = notes.since(mark);
    let mark = notes.mark();
    let errors = errors.into_iter().filter_map(|value| error_response(notes, value, spelling)).collect();
    unknown.extend(notes.since(mark));
    let origins = origins.into_iter().map(|value| origin(notes, value, spelling, policies)).collect();
    let mut size = value.size();
    let ordered = ordered.into_iter().map(|value| (value, false));
    let behaviors = ordered.chain(default.map(|value| (value, true)));
    let behaviors = behaviors
        .map(|(value, is_default)| targeted_behavior(notes, value, is_default, spelling, policies, &mut size))
        .collect();
    Config { at: value.at, aliases, origins, behaviors, errors, unknown, size }
}

/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html>
fn error_response(notes: &mut Notes, value: &Value, spelling: Spelling) -> Option<CustomErrorResponse> {
    let mut members = Members::of(notes, value, "CustomErrorResponse", spelling);
    let error_code = members.natural(notes, "ErrorCode").and_then(|code| u16::try_from(code).ok());
    // The API has a text here, and empty stands for none.
    let response_code = members.take("ResponseCode").and_then(|value| match &value.kind {
        super::super::value::Kind::Integer(code) => u16::try_from(*code).ok(),
        _ => value.as_str().and_then(|text| text.parse().ok()),
    });
    members.ignore(&["ResponsePagePath", "ErrorCachingMinTTL"]);
    members.finish(notes);
    Some(CustomErrorResponse { error_code: error_code?, response_code })
}

/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html>
fn origin(notes: &mut Notes, value: &Value, spelling: Spelling, policies: &Policies) -> Origin {
    let mark = notes.mark();
    let mut members = Members::of(notes, value, "Origin", spelling);
    let id = members.text(notes, "Id").cloned();
    let domain = members.text(notes, "DomainName").cloned();
    if let Some(value) = members.take("OriginPath").filter(|value| value.as_str() != Some("")) {
        notes.unknown(value.at, "`OriginPath` is not modelled here");
    }
    let access_control = members.take("OriginAccessControlId").filter(|value| value.as_str() != Some(""));
    let access_control = access_control.and_then(|value| {
        let id = super::members::text(notes, value, "OriginAccessControlId")?;
        let known = policies.access_controls.get(id).cloned();
        if known.is_none() {
            notes.unknown(value.at, format!("the origin access control `{}` is not told", shown(&id.shown())));
        }
        known
    });
    let mut headers = Vec::new();
    let key = if spelling == Spelling::Api { "CustomHeaders" } else { "OriginCustomHeaders" };
    for value in members.list(notes, key) {
        let mut header = Members::of(notes, value, key, spelling);
        let name = header.literal(notes, "HeaderName");
        let text = header.literal(notes, "HeaderValue");
        header.finish(notes);
        headers.extend(name.zip(text));
    }
    if let Some(value) = members.take("S3OriginConfig") {
        let mut config = Members::of(notes, value, "S3OriginConfig", spelling);
        if let Some(identity) = config.take("OriginAccessIdentity").filter(|value| value.as_str() != Some("")) {
            let identity_is = identity.shown().map(|text| format!(" `{}`", shown(&text))).unwrap_or_default();
            notes.unknown(
                identity.at,
                format!(
                    "the origin access identity{identity_is} signs, which is not modelled: replace it by an origin access \
                     control, and let in the distribution by `AWS:SourceArn`"
                ),
            );
        }
        config.ignore(&["OriginReadTimeout"]);
        config.finish(notes);
    }
    members.ignore(&["ConnectionAttempts", "ConnectionTimeout", "ResponseCompletionTimeout", "OriginShield"]);
    let asked_over = members.take("CustomOriginConfig").map(asked_over);
    members.finish(notes);
    Origin { id, domain, access_control, headers, asked_over, unknown: notes.since(mark) }
}

/// What else stands there changes no header of an answer.
fn asked_over(config: &Value) -> (Option<u64>, Option<String>) {
    let port = config.get("HTTPSPort").and_then(|value| match &value.kind {
        Kind::Integer(port) => u64::try_from(*port).ok(),
        _ => value.as_str().and_then(|text| text.parse().ok()),
    });
    (port, config.get("OriginProtocolPolicy").and_then(Value::as_str).map(str::to_owned))
}

fn targeted_behavior(
    notes: &mut Notes,
    value: &Value,
    is_default: bool,
    spelling: Spelling,
    policies: &Policies,
    size: &mut usize,
) -> (Option<Text>, CacheBehavior) {
    let mark = notes.mark();
    let mut members = Members::of(notes, value, "CacheBehavior", spelling);
    let target = members.text(notes, "TargetOriginId").cloned();
    let path_pattern = if is_default {
        None
    } else {
        let pattern = members.literal(notes, "PathPattern");
        if pattern.is_none() {
            notes.unknown(value.at, "a behaviour without a `PathPattern`, which may be for any path");
        }
        pattern.or_else(|| Some("*".to_owned()))
    };
    let mut policy = |notes: &mut Notes, key: &str| {
        let value = members.take(key).filter(|value| value.as_str() != Some(""))?;
        super::members::text(notes, value, key).map(|id| (id.clone(), value.at))
    };
    let uses = Uses {
        cache: policy(notes, "CachePolicyId"),
        origin_request: policy(notes, "OriginRequestPolicyId"),
        response_headers: policy(notes, "ResponseHeadersPolicyId"),
        functions: Vec::new(),
    };
    let (mut behavior, of_policies) = behavior(notes, members, path_pattern, &uses, policies);
    *size = size.saturating_add(of_policies);
    // What was not understood of the members above, too.
    behavior.unknown.splice(0..0, notes.since(mark));
    dedup(&mut behavior.unknown);
    (target, behavior)
}

fn dedup(list: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    list.retain(|item| seen.insert(item.clone()));
}

/// A behaviour of which the target, the path and the policies were taken, and how large its policies are.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html>
pub(in super::super) fn behavior(
    notes: &mut Notes,
    mut members: Members<'_>,
    path_pattern: Option<String>,
    uses: &Uses,
    policies: &Policies,
) -> (CacheBehavior, usize) {
    let mark = notes.mark();
    let place = notes.site(members.at);
    let spelling = members.spelling;
    let (allowed_methods, cached_methods) = methods(notes, &mut members);
    let viewer_protocol_policy = match members.literal(notes, "ViewerProtocolPolicy").as_deref() {
        Some("allow-all") => ViewerProtocolPolicy::AllowAll,
        Some("redirect-to-https") => ViewerProtocolPolicy::RedirectToHttps,
        Some("https-only") => ViewerProtocolPolicy::HttpsOnly,
        _ => {
            notes.unknown(members.at, "`ViewerProtocolPolicy` is not known here");
            ViewerProtocolPolicy::AllowAll
        }
    };
    let compress = members.boolean(notes, "Compress").unwrap_or(false);
    let forwarded = members.take("ForwardedValues");
    let (mut unknown, mut size) = (Vec::new(), 0);
    let cache_policy = match (&uses.cache, forwarded) {
        (Some((id, at)), None) => {
            let own = copied(notes, policies.cache.get(id), &mut size);
            let found = own.or_else(|| id.as_literal().and_then(managed::cache_policy).map(of_aws));
            unknown.extend(found.iter().flat_map(|known| known.unknown.clone()));
            found.map_or_else(|| not_told(notes, id, *at, "cache policy"), |known| known.value)
        }
        (None, Some(value)) => forwarded_values(notes, &mut members, value),
        (Some(_), Some(_)) => {
            notes.doubt(members.at, "neither a cache policy nor `ForwardedValues`, or both", Doubt::Mixed);
            CachePolicy::nothing_cached()
        }
        (None, None) => {
            notes.unknown(members.at, "neither a cache policy nor `ForwardedValues`, or both");
            CachePolicy::nothing_cached()
        }
    };
    let origin_request_policy = uses.origin_request.as_ref().and_then(|(id, at)| {
        let own = copied(notes, policies.origin_request.get(id), &mut size);
        let found = own.or_else(|| id.as_literal().and_then(managed::origin_request_policy).map(of_aws));
        unknown.extend(found.iter().flat_map(|known| known.unknown.clone()));
        if found.is_none() {
            notes.unknown(*at, format!("the origin request policy `{}` is not told", shown(&id.shown())));
        }
        found.map(|known| known.value)
    });
    let response_headers_policy = uses.response_headers.as_ref().and_then(|(id, at)| {
        let own = copied(notes, policies.response_headers.get(id), &mut size);
        let found = own.or_else(|| id.as_literal().and_then(managed::response_headers_policy).map(of_aws));
        unknown.extend(found.iter().flat_map(|known| known.unknown.clone()));
        if found.is_none() {
            notes.unknown(*at, format!("the response headers policy `{}` is not told", shown(&id.shown())));
        }
        found.map(|known| known.value)
    });
    let mut runs: Vec<(String, Text, At)> = uses.functions.clone();
    if let Some(value) = members.take("FunctionAssociations") {
        for value in super::members::list(notes, value, "FunctionAssociations", spelling) {
            let mut association = Members::of(notes, value, "FunctionAssociation", spelling);
            let event = association.literal(notes, "EventType").unwrap_or_default();
            let arn = association.text(notes, "FunctionARN").cloned();
            association.finish(notes);
            match arn {
                Some(arn) => runs.push((event, arn, value.at)),
                None => notes.unknown(value.at, "`FunctionAssociations`: what the code does is not known here"),
            }
        }
    }
    let (mut viewer_request, mut viewer_response) = (None, None);
    for (event, arn, at) in runs {
        let found = copied(notes, policies.functions.get(&arn), &mut size);
        let slot = match event.as_str() {
            "viewer-request" => &mut viewer_request,
            _ => &mut viewer_response,
        };
        match found {
            Some(function) if slot.is_none() && event.starts_with("viewer-") => {
                unknown.extend(function.unknown);
                *slot = Some(function.value);
            }
            _ => notes.unknown(at, "`FunctionAssociations`: what the code does is not known here"),
        }
    }
    for key in ["LambdaFunctionAssociations"] {
        if let Some(value) = members.take(key)
            && !super::members::list(notes, value, key, spelling).is_empty()
        {
            notes.unknown(value.at, format!("`{key}`: what the code does is not known here"));
        }
    }
    let trusted_key_groups =
        members.take("TrustedKeyGroups").map_or_else(Vec::new, |value| key_groups(notes, value, spelling));
    for key in ["TrustedSigners"] {
        if let Some(value) = members.take(key)
            && !is_empty_list(notes, value, key, spelling)
        {
            notes.unknown(value.at, format!("`{key}`: signed URLs and cookies are not modelled here"));
        }
    }
    if let Some(value) = members.take("FieldLevelEncryptionId").filter(|value| value.as_str() != Some("")) {
        notes.unknown(value.at, "`FieldLevelEncryptionId` is not modelled here");
    }
    // TTLs beside a policy mean nothing.
    members.ignore(&["SmoothStreaming", "RealtimeLogConfigArn", "GrpcConfig", "MinTTL", "DefaultTTL", "MaxTTL"]);
    members.finish(notes);
    unknown.extend(notes.since(mark));
    let behavior = CacheBehavior {
        path_pattern,
        is_for_this_bucket: true,
        allowed_methods,
        cached_methods,
        viewer_protocol_policy,
        compress,
        cache_policy,
        origin_request_policy,
        response_headers_policy,
        viewer_request,
        viewer_response,
        origin_response: None,
        trusted_key_groups,
        unknown,
        provenance: Provenance::default(),
        site: place,
    };
    (behavior, size)
}

/// `TrustedKeyGroups`: ids, or a word for those that only the stack's owner knows. The API has a switch beside them.
fn key_groups(notes: &mut Notes, value: &Value, spelling: Spelling) -> Vec<String> {
    let is_off = value.get("Enabled").is_some_and(|enabled| matches!(enabled.kind, Kind::Bool(false)));
    let list = match (spelling, value.get("Items")) {
        (Spelling::Api, Some(items)) => super::members::plain_list(notes, items, "TrustedKeyGroups"),
        (Spelling::Api, None) => Vec::new(),
        (Spelling::CloudFormation, _) => super::members::list(notes, value, "TrustedKeyGroups", spelling),
    };
    if is_off {
        return Vec::new();
    }
    let id = |value: &&Value| value.as_str().map_or_else(|| KEY_GROUP_PARAMETER.to_owned(), str::to_owned);
    list.iter().map(id).collect()
}

/// A policy for one more behaviour.
fn copied<T: Clone>(notes: &mut Notes, policy: Option<&Known<T>>, size: &mut usize) -> Option<Known<T>> {
    let policy = policy.filter(|policy| notes.may_copy(policy.size))?;
    *size = size.saturating_add(policy.size);
    Some(policy.clone())
}

/// `AllowedMethods` and `CachedMethods`; the API has the second inside the first. `GET` and `HEAD` when absent.
fn methods(notes: &mut Notes, members: &mut Members<'_>) -> (Vec<String>, Vec<String>) {
    let default = || vec!["GET".to_owned(), "HEAD".to_owned()];
    let key = "AllowedMethods";
    let (allowed, cached) = match members.spelling {
        Spelling::CloudFormation => (members.words(notes, key), members.words(notes, "CachedMethods")),
        Spelling::Api => match members.take(key) {
            None => (Vec::new(), Vec::new()),
            Some(value) => {
                let mut inner = Members::of(notes, value, key, Spelling::Api);
                let items = items_of(notes, &mut inner, key);
                let allowed = words(notes, &items, key, Spelling::Api);
                let cached = inner.words(notes, "CachedMethods");
                inner.finish(notes);
                (allowed, cached)
            }
        },
    };
    let or_default = |list: Vec<String>| if list.is_empty() { default() } else { list };
    (or_default(allowed), or_default(cached))
}

fn of_aws<T>(value: T) -> Known<T> {
    Known { value, unknown: Vec::new(), size: 0 }
}

fn not_told(notes: &mut Notes, id: &Text, at: At, what: &str) -> CachePolicy {
    notes.unknown(at, format!("the {what} `{}` is not told", shown(&id.shown())));
    CachePolicy::nothing_cached()
}

/// The distribution as the bucket sees it that some of its origins are; `None` when none of them is.
pub(in super::super) fn front(
    notes: &mut Notes,
    config: &Config,
    is_bucket: impl Fn(&Origin) -> bool,
) -> Option<Distribution> {
    if !notes.may_copy(config.size) {
        let at = config.at;
        notes.unknown(at, "the distribution is in front of more buckets than are read");
        return None;
    }
    let ours: Vec<&Origin> = config.origins.iter().filter(|origin| is_bucket(origin)).collect();
    let first = ours.first()?;
    let control = |origin: &Origin| origin.access_control.as_ref().map(|known| known.value.clone());
    let same = ours.iter().all(|o| control(o) == control(first) && o.headers == first.headers);
    let mut behaviors: Vec<CacheBehavior> = config
        .behaviors
        .iter()
        .map(|(target, behavior)| {
            let mut behavior = behavior.clone();
            let origin = config.origins.iter().find(|origin| origin.id.is_some() && origin.id == *target);
            behavior.is_for_this_bucket = origin.is_some_and(&is_bucket);
            behavior.unknown.extend(config.unknown.iter().cloned());
            match origin {
                None => behavior.unknown.push("its `TargetOriginId` is none of the origins".to_owned()),
                Some(origin) => {
                    behavior.unknown.extend(origin.unknown.iter().cloned());
                    behavior.unknown.extend(origin.access_control.iter().flat_map(|known| known.unknown.clone()));
                }
            }
            if behavior.is_for_this_bucket && !same {
                behavior.unknown.push("several origins with different settings are this bucket".to_owned());
            }
            dedup(&mut behavior.unknown);
            behavior
        })
        .collect();
    // The default one decides last, wherever it stands.
    behaviors.sort_by_key(|behavior| behavior.path_pattern.is_none());
    Some(Distribution {
        id: None,
        aliases: config.aliases.clone(),
        origin_access_control: control(first),
        custom_origin: None,
        origin_custom_headers: first.headers.clone(),
        complete: behaviors.iter().any(|behavior| behavior.path_pattern.is_none()),
        behaviors,
        custom_error_responses: config.errors.clone(),
        site: notes.site(config.at),
    })
}
