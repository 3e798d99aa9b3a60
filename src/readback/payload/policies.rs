//! Policies of CloudFront: cache, origin request and response headers policies, and origin access controls.

use std::collections::BTreeMap;

use super::super::File;
use super::super::function::cors_function;
use super::super::notes::Notes;
use super::super::value::{Text, Value};
use super::members::{Known, Members, Spelling, items_of, list, refuse, words};
use crate::aws::cloudfront::SecurityHeaders;
use crate::deployed::{
    CachePolicy, CorsConfig, CustomHeader, Function, OriginAccessControl, OriginRequestPolicy, PolicyName, Provenance,
    ResponseHeadersPolicy, Selection, Site,
};
use crate::diagnostic::shown;

/// Own policies, by what behaviours and origins call them.
#[derive(Debug, Default)]
pub(in super::super) struct Policies {
    pub(in super::super) cache: BTreeMap<Text, Known<CachePolicy>>,
    pub(in super::super) origin_request: BTreeMap<Text, Known<OriginRequestPolicy>>,
    pub(in super::super) response_headers: BTreeMap<Text, Known<ResponseHeadersPolicy>>,
    pub(in super::super) access_controls: BTreeMap<Text, Known<OriginAccessControl>>,
    pub(in super::super) functions: BTreeMap<Text, Known<Function>>,
}

/// A function that corsynth wrote, by its name and its code; `store` is the file of what is in its key value store.
/// With other code, or a store that is not told, it is none.
pub(in super::super) fn function(
    notes: &mut Notes,
    value: &Value,
    code: &str,
    store: Option<&File>,
    provenance: Provenance,
    site: Site,
) -> Option<Known<Function>> {
    let written = cors_function(code)?;
    let pairs = match store {
        Some(file) if written.asks_store() => key_value_pairs(&file.text)?,
        None if !written.asks_store() => BTreeMap::new(),
        _ => return None,
    };
    let does = written.with(&pairs)?;
    Some(known(notes, value, |notes| {
        let mut members = Members::of(notes, value, "function", Spelling::Api);
        let name = members.shown(notes, "Name").unwrap_or_default();
        Function { name, does, provenance, site }
    }))
}

/// What a store is filled from.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create-s3-kvp.html>
fn key_value_pairs(text: &str) -> Option<BTreeMap<String, String>> {
    let document: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut store = BTreeMap::new();
    for pair in document.get("data")?.as_array()? {
        let word = |name: &str| Some(pair.get(name)?.as_str()?.to_owned());
        let before = store.insert(word("key")?, word("value")?);
        if before.is_some() {
            return None;
        }
    }
    Some(store)
}

fn known<T>(notes: &mut Notes, value: &Value, read: impl FnOnce(&mut Notes) -> T) -> Known<T> {
    let mark = notes.mark();
    let size = value.size();
    let value = read(notes);
    Known { value, unknown: notes.since(mark), size }
}

fn name(notes: &mut Notes, members: &mut Members<'_>) -> PolicyName {
    PolicyName::Own(members.shown(notes, "Name").unwrap_or_default())
}

/// A member that the API requires; a missing one is told, and stands for what is given.
fn required<T>(notes: &mut Notes, members: &Members<'_>, key: &str, value: Option<T>, otherwise: T) -> T {
    value.unwrap_or_else(|| {
        notes.unknown(members.at, format!("`{key}` is not told"));
        otherwise
    })
}

/// TTLs: what is absent has the API's default.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html>
pub(super) fn ttls(notes: &mut Notes, members: &mut Members<'_>) -> (u64, u64, u64) {
    let min = members.natural(notes, "MinTTL").unwrap_or(0);
    let default = members.natural(notes, "DefaultTTL").unwrap_or_else(|| min.max(86_400));
    let max = members.natural(notes, "MaxTTL").unwrap_or_else(|| default.max(31_536_000));
    (min, default, max)
}

/// `CachePolicyConfig`.
pub(in super::super) fn cache_policy(notes: &mut Notes, value: &Value, spelling: Spelling) -> Known<CachePolicy> {
    known(notes, value, |notes| {
        let mut members = Members::of(notes, value, "CachePolicyConfig", spelling);
        let name = name(notes, &mut members);
        let comment = members.shown(notes, "Comment");
        let (min_ttl, default_ttl, max_ttl) = ttls(notes, &mut members);
        let mut policy = CachePolicy {
            name,
            comment,
            min_ttl,
            default_ttl,
            max_ttl,
            gzip: false,
            brotli: false,
            headers: Selection::None,
            cookies: Selection::None,
            query_strings: Selection::None,
            provenance: Provenance::default(),
            site: notes.site(value.at),
        };
        let key = "ParametersInCacheKeyAndForwardedToOrigin";
        match members.take(key) {
            None => notes.unknown(members.at, format!("`{key}` is not told")),
            Some(parameters) => {
                let mut key = Members::of(notes, parameters, key, spelling);
                policy.gzip = key.boolean(notes, "EnableAcceptEncodingGzip").unwrap_or(false);
                policy.brotli = key.boolean(notes, "EnableAcceptEncodingBrotli").unwrap_or(false);
                policy.headers = headers(notes, &mut key);
                policy.cookies = cookies(notes, &mut key);
                policy.query_strings = query_strings(notes, &mut key);
                key.finish(notes);
            }
        }
        members.finish(notes);
        notes.policies.cache.push(policy.clone());
        policy
    })
}

/// `OriginRequestPolicyConfig`.
pub(in super::super) fn origin_request_policy(
    notes: &mut Notes,
    value: &Value,
    spelling: Spelling,
) -> Known<OriginRequestPolicy> {
    known(notes, value, |notes| {
        let mut members = Members::of(notes, value, "OriginRequestPolicyConfig", spelling);
        let policy = OriginRequestPolicy {
            name: name(notes, &mut members),
            comment: members.shown(notes, "Comment"),
            headers: headers(notes, &mut members),
            cookies: cookies(notes, &mut members),
            query_strings: query_strings(notes, &mut members),
            provenance: Provenance::default(),
            site: notes.site(value.at),
        };
        members.finish(notes);
        notes.policies.origin_request.push(policy.clone());
        policy
    })
}

fn headers(notes: &mut Notes, members: &mut Members<'_>) -> Selection {
    selection(notes, members, "HeadersConfig", "HeaderBehavior", "Headers")
}

fn cookies(notes: &mut Notes, members: &mut Members<'_>) -> Selection {
    selection(notes, members, "CookiesConfig", "CookieBehavior", "Cookies")
}

fn query_strings(notes: &mut Notes, members: &mut Members<'_>) -> Selection {
    selection(notes, members, "QueryStringsConfig", "QueryStringBehavior", "QueryStrings")
}

/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyHeadersConfig.html>
fn selection(notes: &mut Notes, parent: &mut Members<'_>, config: &str, behavior: &str, names: &str) -> Selection {
    let Some(value) = parent.take(config) else {
        notes.unknown(parent.at, format!("`{config}` is not told"));
        return Selection::None;
    };
    let mut members = Members::of(notes, value, config, parent.spelling);
    let word = members.literal(notes, behavior);
    let names = members.words(notes, names);
    let selection = match word.as_deref() {
        Some("none") => Selection::None,
        Some("all" | "allViewer") => Selection::All,
        Some("whitelist") => Selection::Whitelist(names),
        Some("allExcept") => Selection::AllExcept(names),
        Some("allViewerAndWhitelistCloudFront") => Selection::AllAndCloudFront(names),
        Some(other) => {
            notes.unknown(value.at, format!("`{behavior}` is `{}`, which is not known here", shown(other)));
            Selection::None
        }
        None => {
            notes.unknown(value.at, format!("`{behavior}` is not told"));
            Selection::None
        }
    };
    members.finish(notes);
    selection
}

/// `ResponseHeadersPolicyConfig`.
pub(in super::super) fn response_headers_policy(
    notes: &mut Notes,
    value: &Value,
    spelling: Spelling,
) -> Known<ResponseHeadersPolicy> {
    known(notes, value, |notes| {
        let mut members = Members::of(notes, value, "ResponseHeadersPolicyConfig", spelling);
        let name = name(notes, &mut members);
        let comment = members.shown(notes, "Comment");
        let cors = members.take("CorsConfig").map(|value| cors_config(notes, value, spelling));
        let custom = members.items(notes, "CustomHeadersConfig");
        let custom_headers = custom.into_iter().map(|header| custom_header(notes, header, spelling)).collect();
        let removed = members.items(notes, "RemoveHeadersConfig");
        let remove_headers = removed.into_iter().filter_map(|header| removed_header(notes, header, spelling)).collect();
        let security_headers = members.take("SecurityHeadersConfig").and_then(security_headers);
        // `Server-Timing` has no say in CORS.
        members.ignore(&["ServerTimingHeadersConfig"]);
        members.finish(notes);
        let policy = ResponseHeadersPolicy {
            name,
            comment,
            cors,
            custom_headers,
            remove_headers,
            security_headers,
            provenance: Provenance::default(),
            site: notes.site(value.at),
        };
        notes.policies.response_headers.push(policy.clone());
        policy
    })
}

/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html>
fn cors_config(notes: &mut Notes, value: &Value, spelling: Spelling) -> CorsConfig {
    let mut members = Members::of(notes, value, "CorsConfig", spelling);
    let mut list = |notes: &mut Notes, key: &str| {
        let values = members.items(notes, key);
        words(notes, &values, key, spelling)
    };
    let allow_origins = list(notes, "AccessControlAllowOrigins");
    let allow_headers = list(notes, "AccessControlAllowHeaders");
    let allow_methods = list(notes, "AccessControlAllowMethods");
    let expose_headers = list(notes, "AccessControlExposeHeaders");
    let credentials = members.boolean(notes, "AccessControlAllowCredentials");
    let max_age_sec = members.natural(notes, "AccessControlMaxAgeSec");
    let overrides = members.boolean(notes, "OriginOverride");
    let config = CorsConfig {
        allow_origins,
        allow_headers,
        allow_methods,
        expose_headers,
        allow_credentials: required(notes, &members, "AccessControlAllowCredentials", credentials, false),
        max_age_sec,
        origin_override: required(notes, &members, "OriginOverride", overrides, false),
    };
    members.finish(notes);
    config
}

fn custom_header(notes: &mut Notes, value: &Value, spelling: Spelling) -> CustomHeader {
    let mut members = Members::of(notes, value, "CustomHeadersConfig", spelling);
    let header = members.literal(notes, "Header").unwrap_or_default();
    let text = members.literal(notes, "Value").unwrap_or_default();
    let overrides = members.boolean(notes, "Override");
    let overrides = required(notes, &members, "Override", overrides, false);
    members.finish(notes);
    CustomHeader { header, value: text, overrides }
}

fn removed_header(notes: &mut Notes, value: &Value, spelling: Spelling) -> Option<String> {
    let mut members = Members::of(notes, value, "RemoveHeadersConfig", spelling);
    let header = members.literal(notes, "Header");
    members.finish(notes);
    header
}

/// The section, when it says what corsynth writes and nothing else; other security headers have no say in CORS.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicySecurityHeadersConfig.html>
fn security_headers(value: &Value) -> Option<SecurityHeaders> {
    use super::super::value::Kind;
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let flag = |value: &Value| match (&value.kind, value.as_str()) {
        (Kind::Bool(flag), _) => Some(*flag),
        (_, Some(text)) => text.parse().ok(),
        _ => None,
    };
    let number = |value: &Value| match (&value.kind, value.as_str()) {
        (Kind::Integer(number), _) => u32::try_from(*number).ok(),
        (_, Some(text)) => text.parse().ok(),
        _ => None,
    };
    let (known, mut complete) =
        (["StrictTransportSecurity", "FrameOptions", "ReferrerPolicy", "ContentTypeOptions"], true);
    for member in value.members() {
        complete &= known.contains(&member.key.as_str()) || member.key == "XSSProtection";
    }
    let [transport, frame, referrer, content] = known.map(|key| value.get(key));
    let keeps = |section: &Value| section.get("Override").and_then(flag) == Some(false);
    let (transport, frame, referrer, content) = (transport?, frame?, referrer?, content?);
    let off = |key: &str| transport.get(key).is_none_or(|value| flag(value) == Some(false));
    complete &= keeps(transport) && keeps(frame) && keeps(referrer) && off("IncludeSubdomains") && off("Preload");
    let xss = match value.get("XSSProtection") {
        None => false,
        Some(xss) => {
            let on = |key: &str| xss.get(key).and_then(flag);
            complete &= keeps(xss) && on("Protection") == on("ModeBlock") && xss.get("ReportUri").is_none();
            on("Protection")?
        }
    };
    let headers = SecurityHeaders {
        strict_transport_security_max_age: number(transport.get("AccessControlMaxAgeSec")?)?,
        frame_option: word(frame.get("FrameOption")?)?,
        referrer_policy: word(referrer.get("ReferrerPolicy")?)?,
        xss_protection_block: xss,
        content_type_options_override: flag(content.get("Override")?)?,
    };
    complete.then_some(headers)
}

/// `OriginAccessControlConfig`.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html>
pub(in super::super) fn origin_access_control(
    notes: &mut Notes,
    value: &Value,
    spelling: Spelling,
) -> Known<OriginAccessControl> {
    known(notes, value, |notes| {
        let mut members = Members::of(notes, value, "OriginAccessControlConfig", spelling);
        let name = members.shown(notes, "Name");
        let description = members.shown(notes, "Description");
        for (key, expected) in [("SigningProtocol", "sigv4"), ("OriginAccessControlOriginType", "s3")] {
            match members.take(key) {
                Some(value) if value.as_str() == Some(expected) => {}
                Some(value) => notes.unknown(value.at, format!("`{key}` is not `{expected}`")),
                None => notes.unknown(members.at, format!("`{key}` is not told")),
            }
        }
        let signing = members.literal(notes, "SigningBehavior");
        if !matches!(signing.as_deref(), Some("always" | "never" | "no-override")) {
            notes.unknown(members.at, "`SigningBehavior` is not known here");
        }
        members.finish(notes);
        OriginAccessControl { name, description, signs_always: signing.as_deref() == Some("always") }
    })
}

/// What `ForwardedValues` and the TTLs beside it come down to.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ForwardedValues.html>
pub(super) fn forwarded_values(notes: &mut Notes, behavior: &mut Members<'_>, value: &Value) -> CachePolicy {
    let spelling = behavior.spelling;
    let (min_ttl, default_ttl, max_ttl) = ttls(notes, behavior);
    let mut members = Members::of(notes, value, "ForwardedValues", spelling);
    // `*` forwards all, and keys on all.
    let header_names = members.words(notes, "Headers");
    let headers = match header_names.as_slice() {
        [] => Selection::None,
        names if names.iter().any(|name| name == "*") => Selection::All,
        _ => Selection::Whitelist(header_names),
    };
    let all = members.boolean(notes, "QueryString").unwrap_or(false);
    let keys = members.words(notes, "QueryStringCacheKeys");
    if !keys.is_empty() {
        // All are forwarded, and only these are in the key; the model has one list.
        notes.unknown(members.at, "`QueryStringCacheKeys` are not modelled here");
    }
    let cookies = members.take("Cookies").map_or(Selection::None, |value| {
        let mut members = Members::of(notes, value, "Cookies", spelling);
        let forward = members.take("Forward");
        let names = members.words(notes, "WhitelistedNames");
        members.finish(notes);
        match forward.and_then(Value::as_str) {
            Some("all") => Selection::All,
            Some("whitelist") => Selection::Whitelist(names),
            Some("none") => Selection::None,
            _ => {
                refuse_forward(notes, forward.unwrap_or(value));
                Selection::None
            }
        }
    });
    members.finish(notes);
    CachePolicy {
        name: PolicyName::Inline,
        comment: None,
        min_ttl,
        default_ttl,
        max_ttl,
        gzip: true,
        brotli: false,
        headers,
        cookies,
        query_strings: if all { Selection::All } else { Selection::None },
        provenance: Provenance::default(),
        site: notes.site(value.at),
    }
}

fn refuse_forward(notes: &mut Notes, value: &Value) {
    if value.as_str().is_some() || !value.members().is_empty() {
        notes.unknown(value.at, "`Forward` is neither `none`, `whitelist` nor `all`");
    } else {
        refuse(notes, value, "Forward", "a text");
    }
}

/// Whether a switch such as `TrustedSigners` has nobody in it.
pub(super) fn is_empty_list(notes: &mut Notes, value: &Value, what: &str, spelling: Spelling) -> bool {
    match spelling {
        Spelling::CloudFormation => list(notes, value, what, spelling).is_empty(),
        Spelling::Api => {
            let mut members = Members::of(notes, value, what, spelling);
            let enabled = members.boolean(notes, "Enabled").unwrap_or(false);
            let items = items_of(notes, &mut members, what);
            members.finish(notes);
            !enabled && items.is_empty()
        }
    }
}
