//! `Document` to `RawIntent`. Takes what has the right shape and leaves the rest out: `schema` has reported it.
//!
//! What is there but has the wrong shape stays as something empty, so that nobody reports it as missing, too.

use super::raw::{
    Authority, Client, Credentials, Duration, Encryption, How, Manage, Map, Named, OneOrMany, PathPattern, Preflight,
    RawAsset, RawCdn, RawEnvironment, RawExpectation, RawFrontend, RawGrant, RawGuardrail, RawIntent, RawTtl,
    RawUpload, RawUrl, RawWaiver, Then, Use, Via,
};
use crate::document::{Entry, Node, Spanned, Value};
use crate::fetch::CredentialsMode;
use crate::nearest::nearest;

/// The intent as written, from the root of a document. `None` when the root is not a mapping.
pub(super) fn decode(root: &Node) -> Option<RawIntent> {
    let object = Object::of(root)?;
    Some(RawIntent {
        version: object.get("version", integer),
        name: object.get("name", string),
        owner: object.get("owner", string),
        assets: object.map("assets", |node| Some(asset(node))),
        frontends: object.map("frontends", |node| Some(frontend(node))),
        allow: object.get("allow", |node| list(node, grant)).unwrap_or_default(),
        expect: object.get("expect", |node| list(node, expectation)),
        environments: environments(root),
        guardrails: object.map("guardrails", |node| Some(guardrail(node))),
        waivers: object.get("waivers", |node| list(node, waiver)),
    })
}

/// The environments of a document.
pub(super) fn environments(root: &Node) -> Map<RawEnvironment> {
    Object::or_empty(root).map("environments", |node| {
        let object = Object::or_empty(node);
        Some(RawEnvironment {
            account: object.get("account", string),
            vars: object.map("vars", string),
            guardrails: object.get("guardrails", |node| one_or_many(node, string)),
        })
    })
}

fn guardrail(node: &Node) -> RawGuardrail {
    let object = Object::or_empty(node);
    RawGuardrail {
        forbid: object.get("forbid", |node| list(node, string)),
        max_origins: object.get("max-origins", integer),
    }
}

fn waiver(node: &Node) -> Option<RawWaiver> {
    let object = Object::of(node)?;
    Some(RawWaiver {
        span: node.span,
        rule: object.get("rule", string),
        r#in: object.get("in", |node| one_or_many(node, string)),
        frontend: object.get("frontend", |node| one_or_many(node, string)),
        asset: object.get("asset", |node| one_or_many(node, string)),
        reason: object.get("reason", string),
        owner: object.get("owner", string),
        expires: object.get("expires", string),
    })
}

fn asset(node: &Node) -> RawAsset {
    let object = Object::or_empty(node);
    let is_map = Object::of(node).is_some();
    RawAsset {
        bucket: object.get("bucket", string),
        region: object.get("region", string),
        origin: object.get("origin", string),
        place_is_readable: is_map && place_is_readable(&object),
        manage: object.get("manage", word),
        account: object.get("account", string),
        encryption: object.get("encryption", word),
        encryption_is_readable: object.get("encryption", |node| Some(word::<Encryption>(node).is_some()))
            != Some(false)
            && object.get("kms-key", |node| Some(node.as_str().is_some())) != Some(false),
        kms_key: object.get("kms-key", string),
        paths: object
            .map("paths", |node| {
                Some(Spanned { value: PathPattern(node.as_str().map(str::to_owned)), span: node.span })
            })
            .only_if(is_map),
        cdn: object.get("cdn", |node| Some(cdn(node))),
    }
}

/// Whether what says where objects come from is as it should be, or missing. What is misspelled has been reported.
fn place_is_readable(object: &Object<'_>) -> bool {
    const PLACE: [&str; 3] = ["bucket", "region", "origin"];
    let known = PLACE.map(str::to_owned);
    object.0.iter().all(|entry| match entry.key.as_str() {
        key if PLACE.contains(&key) => entry.value.as_str().is_some(),
        "paths" | "cdn" | "account" | "manage" | "encryption" | "kms-key" => true,
        key => key.starts_with("x-") || nearest(key, &known).is_none(),
    })
}

fn cdn(node: &Node) -> RawCdn {
    let object = Object::or_empty(node);
    RawCdn {
        span: node.span,
        distribution: object.get("distribution", string),
        aliases: object.get("aliases", |node| list(node, string)),
        certificate: object.get("certificate", string),
        authority: object.get("authority", word),
        key_on_origin: object.get("key-on-origin", boolean),
        missing_objects: object.get("missing-objects", integer),
        ttl: object.get("ttl", ttl),
        security_headers: object.get("security-headers", boolean),
        preflight: object.get("preflight", word),
        inject_origin: object.get("inject-origin", boolean),
        readable_errors: object.get("readable-errors", boolean),
        signers: object.get("signers", |node| one_or_many(node, string)),
    }
}

fn ttl(node: &Node) -> Option<RawTtl> {
    let object = Object::of(node)?;
    Some(RawTtl {
        span: node.span,
        min: object.get("min", duration),
        default: object.get("default", duration),
        max: object.get("max", duration),
    })
}

fn frontend(node: &Node) -> RawFrontend {
    let origins = match &node.value {
        Value::Mapping(_) => Object::or_empty(node).get("origins", |node| one_or_many(node, string)),
        _ => one_or_many(node, string),
    };
    let only_in = Object::or_empty(node).get("only-in", |node| one_or_many(node, string));
    RawFrontend { origins: origins.map_or_else(Vec::new, |origins| origins.0), only_in }
}

fn grant(node: &Node) -> Option<RawGrant> {
    let object = Object::of(node)?;
    Some(RawGrant {
        span: node.span,
        from: object.get("from", |node| one_or_many(node, string)),
        to: object.get("to", |node| one_or_many(node, string)),
        r#use: object.get("use", |node| one_or_many(node, word)),
        upload: object.get("upload", |node| Some(upload(node))),
        methods: object.get("methods", |node| list(node, string)),
        request_headers: object.get("request-headers", |node| list(node, string)),
        expose: object.get("expose", |node| list(node, string)),
        credentials: object.get("credentials", word),
        preflight_cache: object.get("preflight-cache", duration),
    })
}

fn upload(node: &Node) -> RawUpload {
    let object = Object::or_empty(node);
    RawUpload {
        span: node.span,
        how: object.get("how", word),
        client: object.get("client", word),
        metadata: object.get("metadata", |node| list(node, string)),
        via: object.get("via", word),
    }
}

fn expectation(node: &Node) -> Option<RawExpectation> {
    let object = Object::of(node)?;
    Some(RawExpectation {
        span: node.span,
        name: object.get("name", string),
        r#in: object.get("in", |node| one_or_many(node, string)),
        given: object.get("given", |node| one_or_many(node, string)),
        origin: object.get("origin", string),
        get: object.url("get"),
        head: object.url("head"),
        put: object.url("put"),
        post: object.url("post"),
        delete: object.url("delete"),
        patch: object.url("patch"),
        options: object.url("options"),
        headers: object.get("headers", headers),
        credentials: object.get("credentials", word),
        via: object.get("via", word),
        then: object.get("then", word),
        exposed: object.get("exposed", |node| one_or_many(node, string)),
    })
}

/// A mapping of the document.
struct Object<'a>(&'a [Entry]);

impl<'a> Object<'a> {
    fn of(node: &'a Node) -> Option<Self> {
        match &node.value {
            Value::Mapping(entries) => Some(Self(entries)),
            _ => None,
        }
    }

    fn or_empty(node: &'a Node) -> Self {
        Self::of(node).unwrap_or(Self(&[]))
    }

    fn get<T>(&self, key: &str, read: impl Fn(&Node) -> Option<T>) -> Option<T> {
        self.0.iter().find(|e| e.key == key).and_then(|e| read(&e.value))
    }

    fn url(&self, key: &str) -> Option<RawUrl> {
        let entry = self.0.iter().find(|e| e.key == key)?;
        Some(RawUrl { key_span: entry.key_span, text: string(&entry.value) })
    }

    fn map<T>(&self, key: &str, read: impl Fn(&Node) -> Option<T>) -> Map<T> {
        let Some(entry) = self.0.iter().find(|e| e.key == key) else {
            return Map::default();
        };
        let object = Object::of(&entry.value);
        let is_map = object.is_some();
        let entries = object.iter().flat_map(|o| o.0).filter(|e| !e.key.starts_with("x-"));
        let entries = entries.filter_map(|e| {
            let id = Spanned { value: e.key.clone(), span: e.key_span };
            read(&e.value).map(|value| Named { id, value })
        });
        Map { entries: entries.collect(), is_map }
    }
}

fn string(node: &Node) -> Option<Spanned<String>> {
    node.as_str().map(|text| Spanned { value: text.to_owned(), span: node.span })
}

/// Headers of a request: a list of `NAME: VALUE` and `NAME`, in quotes or as the mappings that YAML takes them for, or one
/// mapping.
fn headers(node: &Node) -> Option<Vec<Spanned<String>>> {
    match &node.value {
        Value::Sequence(items) => Some(items.iter().flat_map(|item| header(item).unwrap_or_default()).collect()),
        Value::Mapping(_) => header(node),
        _ => None,
    }
}

fn header(node: &Node) -> Option<Vec<Spanned<String>>> {
    let Some(Object(entries)) = Object::of(node) else { return string(node).map(|text| vec![text]) };
    let text = |entry: &Entry| {
        let value = entry.value.as_str().map(ToOwned::to_owned).or_else(|| Some(whole(&entry.value)?.to_string()))?;
        Some(Spanned { value: format!("{}: {value}", entry.key), span: entry.key_span.to(entry.value.span) })
    };
    Some(entries.iter().filter_map(text).collect())
}

fn integer(node: &Node) -> Option<Spanned<i64>> {
    whole(node).map(|value| Spanned { value, span: node.span })
}

/// JSON Schema counts `1.0` among the integers. <https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.3>
fn whole(node: &Node) -> Option<i64> {
    match node.value {
        Value::Integer(value) => Some(value),
        Value::Float(value) if value.fract() == 0.0 => format!("{value:.0}").parse().ok(),
        _ => None,
    }
}

fn boolean(node: &Node) -> Option<Spanned<bool>> {
    node.as_bool().map(|value| Spanned { value, span: node.span })
}

fn duration(node: &Node) -> Option<Spanned<Duration>> {
    let text = match &node.value {
        Value::String(text) => text.clone(),
        // `schema` has reported a number below 0.
        _ => whole(node).filter(|seconds| *seconds >= 0)?.to_string(),
    };
    Some(Spanned { value: Duration(text), span: node.span })
}

fn list<T>(node: &Node, read: impl Fn(&Node) -> Option<T>) -> Option<Vec<T>> {
    match &node.value {
        Value::Sequence(items) => Some(items.iter().filter_map(read).collect()),
        _ => None,
    }
}

fn one_or_many<T>(node: &Node, read: impl Fn(&Node) -> Option<Spanned<T>>) -> Option<OneOrMany<T>> {
    match &node.value {
        Value::Sequence(_) => list(node, read).map(OneOrMany),
        _ => Some(OneOrMany(read(node).into_iter().collect())),
    }
}

/// A word out of a closed list; `schema` has reported any other.
trait Word: Sized + Copy + 'static {
    const WORDS: &'static [(&'static str, Self)];
}

fn word<W: Word>(node: &Node) -> Option<Spanned<W>> {
    let text = string(node)?;
    let value = W::WORDS.iter().find(|(word, _)| *word == text.value)?.1;
    Some(Spanned { value, span: node.span })
}

impl Word for Encryption {
    const WORDS: &'static [(&'static str, Self)] = &[("sse-s3", Self::SseS3), ("sse-kms", Self::SseKms)];
}

impl Word for Authority {
    const WORDS: &'static [(&'static str, Self)] =
        &[("edge", Self::Edge), ("bucket", Self::Bucket), ("origin", Self::Origin), ("function", Self::Function)];
}

impl Word for Manage {
    const WORDS: &'static [(&'static str, Self)] = &[("attach", Self::Attach), ("own", Self::Own)];
}

impl Word for Preflight {
    const WORDS: &'static [(&'static str, Self)] = &[("origin", Self::Origin), ("function", Self::Function)];
}

impl Word for Use {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("fonts", Self::Fonts),
        ("modules", Self::Modules),
        ("images", Self::Images),
        ("media", Self::Media),
        ("hls", Self::Hls),
        ("fetch", Self::Fetch),
        ("range", Self::Range),
    ];
}

impl Word for Credentials {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("none", Self::None),
        ("cookies", Self::Cookies),
        ("signed-cookies", Self::SignedCookies),
        ("signed-urls", Self::SignedUrls),
        ("bearer", Self::Bearer),
    ];
}

impl Word for How {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("presigned-put", Self::PresignedPut),
        ("presigned-post", Self::PresignedPost),
        ("multipart", Self::Multipart),
    ];
}

impl Word for Client {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("browser-fetch", Self::BrowserFetch),
        ("aws-sdk-js-v3", Self::AwsSdkJsV3),
        ("uppy", Self::Uppy),
        ("amplify", Self::Amplify),
        ("rails-active-storage", Self::RailsActiveStorage),
        ("dropzone", Self::Dropzone),
    ];
}

impl Word for Via {
    const WORDS: &'static [(&'static str, Self)] = &[("s3", Self::S3), ("cdn", Self::Cdn)];
}

impl Word for CredentialsMode {
    const WORDS: &'static [(&'static str, Self)] =
        &[("omit", Self::Omit), ("same-origin", Self::SameOrigin), ("include", Self::Include)];
}

impl Word for Then {
    const WORDS: &'static [(&'static str, Self)] = &[("readable", Self::Readable), ("blocked", Self::Blocked)];
}
