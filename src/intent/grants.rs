//! One entry of `allow`: whom it means, what it means, and what it brings.

use super::raw::{Client, Credentials, How, Map, OneOrMany, RawAsset, RawGrant, RawUpload, Via};
use super::texts::{is_id, seconds};
use super::{Frontend, Grant, Target, Upload, codes, presets};
use crate::aws::s3::CORS_METHODS;
use crate::diagnostic::{Diagnostic, Diagnostics, Subject, shown};
use crate::document::Spanned;
use crate::fetch::header::{
    is_cors_safelisted_response_header_name, is_forbidden_request_header, is_forbidden_response_header_name,
    is_response_header_name, is_token,
};
use crate::fetch::{HeaderName, HeaderPattern, Method, OriginPattern};
use crate::nearest::nearest;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Two hours: the most that Chromium keeps (`kMaxPreflightCacheTimeout`), and most browsers are Chromium. Firefox keeps a
/// day; that Safari keeps ten minutes is UNCONFIRMED.
/// <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age>
const USUAL_PREFLIGHT_CACHE: u32 = 7200;

/// The frontends that the file declares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'f> {
    /// Those of this environment.
    pub(super) given: &'f [Frontend],
    /// Those of others only.
    pub(super) withheld: &'f [Frontend],
}

pub(super) fn validate(
    diags: &mut Diagnostics,
    index: usize,
    raw: &RawGrant,
    assets: &Map<RawAsset>,
    frontends: Option<Known<'_>>,
) -> Option<Grant> {
    let from = raw.from.as_ref().map(|from| from_whom(diags, from, frontends));
    let to = raw.to.as_ref().map(|to| targets(diags, to, assets));
    let upload = raw.upload.as_ref().and_then(|upload| upload_of(diags, upload));
    purpose(diags, raw);

    let mut sets = Sets::default();
    let uses: BTreeSet<_> = raw.r#use.iter().flat_map(|u| &u.0).map(|u| u.value).collect();
    for preset in uses.iter().map(|u| u.preset()) {
        sets.add(&preset);
    }
    if let Some(preset) = upload.and_then(|u| presets::upload(u.how, u.client)) {
        sets.add(&preset);
    }
    for name in raw.upload.iter().filter_map(|u| u.metadata.as_ref()).flatten() {
        metadata(diags, name, &mut sets);
    }
    let of_server = to.as_ref().is_some_and(|to| !to.is_empty() && to.iter().all(|t| is_custom(t, assets)));
    for text in raw.methods.iter().flatten() {
        sets.methods.extend(method(diags, text, of_server));
    }
    let mut header_spans = BTreeMap::new();
    for text in raw.request_headers.iter().flatten() {
        if let Some(header) = request_header(diags, text) {
            header_spans.entry(header.clone()).or_insert(text.span);
            sets.request_headers.insert(header);
        }
    }
    for text in raw.expose.iter().flatten() {
        sets.expose.extend(exposed_header(diags, text));
    }
    let written = raw.credentials.as_ref();
    let named = |kinds: &[Credentials]| written.filter(|c| kinds.contains(&c.value));
    // A signed URL is its own proof, whoever's page asks for it.
    let credentials = named(&[Credentials::Bearer, Credentials::Cookies, Credentials::SignedCookies]);
    let with_cookies = named(&[Credentials::Cookies, Credentials::SignedCookies]);
    let signed = named(&[Credentials::SignedCookies, Credentials::SignedUrls]);
    if named(&[Credentials::Bearer]).is_some() {
        sets.request_headers.extend(HeaderPattern::parse("authorization"));
    }
    let preflight_cache = match &raw.preflight_cache {
        Some(duration) => preflight_cache(diags, duration),
        None => Some(USUAL_PREFLIGHT_CACHE),
    };

    let from_span = raw.from.as_ref().and_then(|f| f.0.first()).map_or(raw.span, |f| f.span);
    let (frontend_ids, from) = from?;
    let origins: BTreeSet<OriginPattern> = from.iter().flat_map(|(_, origins)| origins).cloned().collect();
    let anyone = origins.iter().any(OriginPattern::is_any);
    if let (true, Some(credentials)) = (anyone, credentials) {
        diags.push(
            Diagnostic::new(
                &codes::WILDCARD_ORIGIN_WITH_CREDENTIALS,
                credentials.span,
                "credentials cannot be granted to `anyone`",
            )
            .label("credentials are asked for here")
            .related(from_span, "every website would be allowed")
            .help("name the frontends that sign their requests, or drop `credentials`"),
        );
    }
    let pattern = origins.iter().find(|origin| !origin.is_literal() && !origin.is_any());
    if let (Some(pattern), Some(credentials)) = (pattern, with_cookies) {
        let place = from.iter().find(|(_, origins)| origins.contains(pattern)).map_or(from_span, |(span, _)| *span);
        diags.push(
            Diagnostic::new(
                &codes::WILDCARD_ORIGIN_WITH_CREDENTIALS,
                place,
                format!("cookies are granted to `{pattern}`"),
            )
            .label("whoever gets a page there reads what the user may read")
            .related(credentials.span, "cookies are asked for here")
            .help("list the origins"),
        );
    }
    let writing = sets.methods.iter().find(|m| !m.is_read());
    if let (true, Some(writing)) = (anyone, writing) {
        let method = raw.methods.iter().flatten().find(|m| m.value == writing.as_str());
        let what = if raw.upload.is_some() { "an upload".to_owned() } else { format!("`{}`", writing.as_str()) };
        let place = raw.upload.as_ref().map(|u| u.span).or_else(|| method.map(|m| m.span));
        diags.push(
            Diagnostic::new(&codes::UPLOAD_FROM_ANYONE, from_span, format!("{what} is granted to `anyone`"))
                .label("every website could write")
                .related(place.unwrap_or(raw.span), "the grant writes")
                .help("name the frontends that write; where everybody must write, an entry of `waivers` lets it pass for a while")
                .about(about_anyone(to.as_deref().unwrap_or_default(), assets)),
        );
    }
    let to = to?;
    if let (Some(upload), Some(raw_upload)) = (upload, raw.upload.as_ref()) {
        via_cdn(diags, upload, raw_upload, &to, assets, signed.is_some());
        to_custom_origin(diags, raw_upload, &to, assets);
    }
    if let Some(signed) = signed {
        signed_without_cdn(diags, signed.span, upload, &to, assets);
    }
    if raw.upload.is_none() {
        for method in raw.methods.iter().flatten() {
            let writes = Method::parse(&method.value).is_some_and(|m| !m.is_read() && sets.methods.contains(&m));
            if writes && signed.is_none() && has_cdn(&to, assets).any(|target| !is_custom(target, assets)) {
                signed_for_everybody(diags, method.span);
            }
        }
    }
    Some(Grant {
        index,
        span: raw.span,
        from,
        frontends: frontend_ids,
        origins,
        to,
        uses,
        upload,
        methods: sets.methods,
        request_headers: sets.request_headers,
        header_spans,
        expose: sets.expose,
        preflight_cache: preflight_cache?,
        credentials: raw.credentials.as_ref().map_or(Credentials::None, |c| c.value),
        credentials_span: raw.credentials.as_ref().map_or(raw.span, |c| c.span),
    })
}

/// What a grant to anyone is about, for waivers.
fn about_anyone(to: &[Target], assets: &Map<RawAsset>) -> Vec<Subject> {
    let assets = to.iter().filter_map(|target| assets.entries.get(target.asset));
    let assets = assets.map(|asset| Subject::Asset(asset.id.value.clone()));
    std::iter::once(Subject::Frontend("anyone".to_owned())).chain(assets).collect()
}

/// What the presets and the escape hatches add up to.
#[derive(Debug, Default)]
struct Sets {
    methods: BTreeSet<Method>,
    request_headers: BTreeSet<HeaderPattern>,
    expose: BTreeSet<HeaderName>,
}

impl Sets {
    fn add(&mut self, preset: &presets::Preset) {
        self.methods.extend(preset.methods.iter().filter_map(|m| Method::parse(m)));
        self.request_headers.extend(preset.request_headers.iter().filter_map(|h| HeaderPattern::parse(h)));
        self.expose.extend(preset.expose.iter().filter_map(|h| HeaderName::parse(h)));
    }
}

fn from_whom(
    diags: &mut Diagnostics,
    from: &OneOrMany<String>,
    frontends: Option<Known<'_>>,
) -> (Vec<String>, Vec<(Span, BTreeSet<OriginPattern>)>) {
    let mut ids = Vec::new();
    let mut origins = Vec::new();
    let (given, withheld) = frontends.map_or((&[][..], &[][..]), |known| (known.given, known.withheld));
    let ids_of = |frontends: &[Frontend]| frontends.iter().map(|f| f.id.value.clone()).collect::<Vec<_>>();
    let known = [ids_of(given), ids_of(withheld), vec!["anyone".to_owned()]].concat();
    for name in &from.0 {
        if name.value == "anyone" {
            origins.push((name.span, BTreeSet::from([OriginPattern::any()])));
        } else if withheld.iter().any(|f| f.id.value == name.value) {
            continue;
        } else if let Some(frontend) = given.iter().find(|f| f.id.value == name.value) {
            origins.push((name.span, frontend.origins.iter().map(|o| o.value.clone()).collect()));
        } else if frontends.is_some() {
            let what = if name.value == "*" { "`*` is not a frontend".to_owned() } else { unknown("frontend", name) };
            let near = if name.value == "*" { Some("anyone".to_owned()) } else { nearest(&name.value, &known) };
            let mut finding = Diagnostic::new(&codes::UNKNOWN_FRONTEND, name.span, what);
            if name.value.contains("://") {
                finding = finding.help("give the origin a name under `frontends`, and write the name here");
            }
            diags.push(suggest(not_an_extension(finding, name), name.span, near, &known));
        }
        ids.push(name.value.clone());
    }
    if let Some(anyone) = from.0.iter().find(|n| n.value == "anyone").filter(|_| from.0.len() > 1) {
        diags.push(
            Diagnostic::new(&codes::ANYONE_WITH_FRONTENDS, anyone.span, "`anyone` already includes every frontend")
                .label("every website, the named ones too")
                .help("write `anyone` alone, or the frontends alone"),
        );
    }
    ids.sort();
    (ids, origins)
}

fn targets(diags: &mut Diagnostics, to: &OneOrMany<String>, assets: &Map<RawAsset>) -> Vec<Target> {
    let known: Vec<String> = assets.entries.iter().map(|a| a.id.value.clone()).collect();
    let mut targets = Vec::new();
    // `schema` has reported that there are none.
    if assets.entries.is_empty() {
        return targets;
    }
    for name in &to.0 {
        let (asset_id, path_id) = match name.value.split_once('/') {
            Some((asset, path)) => (asset, Some(path)),
            None => (name.value.as_str(), None),
        };
        let Some(asset) = assets.entries.iter().position(|a| a.id.value == asset_id) else {
            let near = nearest(asset_id, &known).filter(|near| is_id(near));
            let finding = Diagnostic::new(&codes::UNKNOWN_ASSET, name.span, unknown("asset", name));
            diags.push(suggest(not_an_extension(finding, name), name.span, near, &known));
            continue;
        };
        let Some(paths) = assets.entries.get(asset).map(|a| &a.value.paths) else { continue };
        let (is_map, paths) = (paths.is_map, &paths.entries);
        let mut path = None;
        if let Some(id) = path_id.filter(|_| is_map) {
            path = paths.iter().position(|p| p.id.value == id);
            if path.is_none() {
                let known: Vec<String> = paths.iter().map(|p| format!("{asset_id}/{}", p.id.value)).collect();
                let near = nearest(&name.value, &known);
                let message = format!("asset `{asset_id}` has no path `{}`", shown(id));
                let finding = Diagnostic::new(&codes::UNKNOWN_PATH, name.span, message);
                diags.push(suggest(finding, name.span, near, &known));
                continue;
            }
        }
        targets.push(Target { asset, path, span: name.span });
    }
    targets
}

fn unknown(what: &str, name: &Spanned<String>) -> String {
    format!("unknown {what} `{}`", shown(&name.value))
}

pub(super) fn not_an_extension(finding: Diagnostic, name: &Spanned<String>) -> Diagnostic {
    if name.value.starts_with("x-") {
        return finding
            .help("keys that begin with `x-` are free for anchors, and declare nothing: choose another name");
    }
    finding
}

fn suggest(finding: Diagnostic, span: Span, near: Option<String>, known: &[String]) -> Diagnostic {
    match near {
        Some(near) => finding.label(format!("did you mean `{near}`?")).fix_text(span, near),
        None if known.is_empty() => finding.label("none is declared"),
        None => {
            let known: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
            finding.label("not declared").help(format!("declared: {}", known.join(", ")))
        }
    }
}

fn purpose(diags: &mut Diagnostics, raw: &RawGrant) {
    match (&raw.r#use, &raw.upload) {
        (None, None) => diags.push(
            Diagnostic::new(&codes::GRANT_WITHOUT_PURPOSE, raw.span, "this grant has neither `use` nor `upload`")
                .label("what for?")
                .help("add `use: [fetch]` to read, or `upload: { how: presigned-put }` to write"),
        ),
        (Some(uses), Some(upload)) => diags.push(
            Diagnostic::new(&codes::GRANT_WITH_TWO_PURPOSES, upload.span, "this grant has both `use` and `upload`")
                .label("reading and writing are different grants")
                .related(uses.0.first().map_or(raw.span, |u| u.span), "it reads as well")
                .help("write two grants, one with `use` and one with `upload`"),
        ),
        _ => {}
    }
}

fn upload_of(diags: &mut Diagnostics, raw: &RawUpload) -> Option<Upload> {
    let how = raw.how.as_ref()?;
    let client = raw.client.as_ref().map_or(Client::BrowserFetch, |c| c.value);
    if presets::upload(how.value, client).is_none() {
        let place = raw.client.as_ref().map_or(how.span, |c| c.span);
        diags.push(
            Diagnostic::new(&codes::UNSUPPORTED_UPLOAD, how.span, "the client does not upload this way")
                .label("this kind of upload")
                .related(place, "is not one of this client's")
                .help("choose `presigned-put`, or another client"),
        );
    }
    Some(Upload { how: how.value, client, via: raw.via.as_ref().map_or(Via::S3, |v| v.value) })
}

/// Reports signed cookies or URLs of CloudFront where no CloudFront would check them.
fn signed_without_cdn(
    diags: &mut Diagnostics,
    span: Span,
    upload: Option<Upload>,
    to: &[Target],
    assets: &Map<RawAsset>,
) {
    for target in to {
        let Some(asset) = assets.entries.get(target.asset) else { continue };
        let direct = upload.is_some_and(|upload| upload.via == Via::S3);
        if asset.value.cdn.is_some() && !direct {
            continue;
        }
        let finding = Diagnostic::new(
            &codes::SIGNED_WITHOUT_CDN,
            span,
            format!("nobody checks signatures of CloudFront on the way to `{}`", asset.id.value),
        );
        diags.push(if direct {
            finding
                .label("this upload goes to the bucket's own host, where a presigned URL of S3 is the signature")
                .help("leave `credentials` out, or upload through the distribution: `via: cdn`")
        } else {
            finding
                .label("browsers talk to S3 directly there")
                .related(asset.id.span, "the asset has no `cdn`")
                .help("add `cdn`, or leave `credentials` out and presign URLs of S3")
        });
    }
}

fn via_cdn(
    diags: &mut Diagnostics,
    upload: Upload,
    raw: &RawUpload,
    to: &[Target],
    assets: &Map<RawAsset>,
    is_signed: bool,
) {
    let Some(via) = raw.via.as_ref().filter(|_| upload.via == Via::Cdn) else { return };
    let open = has_cdn(to, assets).filter(|t| !is_custom(t, assets)).count() == to.len();
    match (upload.how, raw.how.as_ref()) {
        (How::PresignedPut, Some(how)) if !is_signed && open => presigned_url(diags, how.span, via.span),
        (How::Multipart, _) if !is_signed && open => signed_for_everybody(diags, via.span),
        _ => {}
    }
    if upload.how == How::PresignedPost {
        diags.push(
            Diagnostic::new(&codes::FORM_UPLOAD_VIA_CDN, via.span, "a form upload cannot go through CloudFront")
                .label("the form is signed for the bucket, and CloudFront signs as well")
                .help("leave `via` out: the form goes to the bucket's own host"),
        );
    }
    for target in to {
        let Some(asset) = assets.entries.get(target.asset) else { continue };
        if asset.value.cdn.is_none() {
            diags.push(
                Diagnostic::new(
                    &codes::UPLOAD_VIA_MISSING_CDN,
                    via.span,
                    format!("`{}` has no `cdn` to upload through", asset.id.value),
                )
                .label("through which distribution?")
                .related(asset.id.span, "the asset has none")
                .help("leave `via` out, and upload to the bucket's own host"),
            );
        }
    }
}

/// Whether a target is a server, and no bucket.
fn is_custom(target: &Target, assets: &Map<RawAsset>) -> bool {
    assets.entries.get(target.asset).is_some_and(|asset| asset.value.origin.is_some() && asset.value.bucket.is_none())
}

/// Uploads are those of S3's protocols: presigned URLs, forms and parts mean nothing to a server.
fn to_custom_origin(diags: &mut Diagnostics, raw: &RawUpload, to: &[Target], assets: &Map<RawAsset>) {
    let Some(target) = to.iter().find(|target| is_custom(target, assets)) else { return };
    diags.push(
        Diagnostic::new(&codes::UPLOAD_TO_CUSTOM_ORIGIN, raw.span, "this upload is one to S3")
            .label("presigned URLs, forms and parts are S3's")
            .related(target.span, "the objects of this asset come from a server")
            .help("write what pages send: `use: fetch` with `methods: [PUT]` and the `request-headers`"),
    );
}

/// The targets that are reached through a distribution.
fn has_cdn<'a>(to: &'a [Target], assets: &'a Map<RawAsset>) -> impl Iterator<Item = &'a Target> {
    to.iter().filter(|t| assets.entries.get(t.asset).is_some_and(|a| a.value.cdn.is_some()))
}

fn signed_for_everybody(diags: &mut Diagnostics, span: Span) {
    diags.push(
        Diagnostic::new(
            &codes::UNAUTHENTICATED_UPLOAD_VIA_CDN,
            span,
            "CloudFront signs this request for whoever sends it",
        )
        .label("nobody asks who sends it, and CORS stops browsers only")
        .help("sign URLs of CloudFront (`credentials: signed-urls`), or upload to S3 with presigned URLs"),
    );
}

/// A presigned URL covers the bucket's host, and S3 takes one signature a request, of which CloudFront's is the first.
/// <https://github.com/aws/aws-sdk-js/issues/3680>
fn presigned_url(diags: &mut Diagnostics, how: Span, via: Span) {
    diags.push(
        Diagnostic::new(
            &codes::PRESIGNED_URL_VIA_CDN,
            how,
            "a URL that is presigned for S3 does not work through CloudFront",
        )
        .label("CloudFront signs the request as well, and S3 refuses two signatures with 400")
        .related(via, "it goes through the distribution")
        .help("leave `via` out: a presigned URL goes to the bucket's own host")
        .help("or let a server sign URLs of CloudFront in its place: `credentials: signed-urls`"),
    );
}

fn metadata(diags: &mut Diagnostics, name: &Spanned<String>, sets: &mut Sets) {
    if let Some((prefix, rest)) = name.value.split_at_checked("x-amz-meta-".len())
        && prefix.eq_ignore_ascii_case("x-amz-meta-")
    {
        let finding = Diagnostic::new(
            &codes::INVALID_HEADER_NAME,
            name.span,
            format!("`{}` is the header, not the name of the metadata", shown(&name.value)),
        )
        .label("`x-amz-meta-` is put in front of it");
        diags.push(if rest.is_empty() {
            finding
        } else {
            finding.help(format!("write `{}`", shown(rest))).fix_text(name.span, rest).safe()
        });
        return;
    }
    match HeaderPattern::parse(&format!("x-amz-meta-{}", name.value)).filter(HeaderPattern::is_literal) {
        Some(header) => {
            sets.request_headers.insert(header);
        }
        None => diags.push(
            Diagnostic::new(
                &codes::INVALID_HEADER_NAME,
                name.span,
                format!("`{}` cannot be the name of user metadata", shown(&name.value)),
            )
            .label("letters, digits and `-`"),
        ),
    }
}

fn method(diags: &mut Diagnostics, text: &Spanned<String>, of_server: bool) -> Option<Method> {
    let shown = shown(&text.value);
    let upper = text.value.to_ascii_uppercase();
    let Some(method) = Method::parse(&text.value) else {
        diags.push(
            Diagnostic::new(&codes::INVALID_METHOD, text.span, format!("`{shown}` is no method"))
                .label("expected one of `GET`, `HEAD`, `POST`, `PUT`, `DELETE`")
                .help("write a list with one method in each entry"),
        );
        return None;
    };
    match method {
        // CloudFront passes it on, and S3 does not know it.
        // <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html>
        Method::Other(ref other) if of_server && other == "PATCH" => Some(method),
        Method::Other(_) if CORS_METHODS.contains(&upper.as_str()) || (of_server && upper == "PATCH") => {
            diags.push(
                Diagnostic::new(&codes::INVALID_METHOD, text.span, format!("`{shown}` is not in upper case"))
                    .label("methods are compared byte by byte")
                    .help(format!("write `{upper}`"))
                    .fix_text(text.span, upper)
                    .safe(),
            );
            None
        }
        Method::Other(_) => {
            let finding =
                Diagnostic::new(&codes::UNSUPPORTED_METHOD, text.span, format!("`{shown}` cannot be granted"));
            diags.push(if upper == "OPTIONS" {
                finding
                    .label("preflights are answered without being granted")
                    .help("remove it: a preflight asks for the method that follows")
            } else if method.is_forbidden() {
                finding.label("no page can send it")
            } else if of_server {
                finding.label("CloudFront passes on `GET`, `HEAD`, `POST`, `PUT`, `PATCH` and `DELETE`")
            } else {
                finding.label("S3's CORS rules know `GET`, `HEAD`, `POST`, `PUT` and `DELETE`")
            });
            None
        }
        known => Some(known),
    }
}

pub(super) fn request_header(diags: &mut Diagnostics, text: &Spanned<String>) -> Option<HeaderPattern> {
    let shown = shown(&text.value);
    if !is_token(&text.value) {
        diags.push(
            Diagnostic::new(&codes::INVALID_HEADER_NAME, text.span, format!("`{shown}` is no header name"))
                .label("letters, digits and hyphens, no space and no colon"),
        );
    } else if is_response_header_name(&text.value) {
        diags.push(
            Diagnostic::new(
                &codes::RESPONSE_HEADER_AS_REQUEST_HEADER,
                text.span,
                format!("`{shown}` is a response header"),
            )
            .label("no page sends it")
            .help(if is_readable_when_exposed(&text.value) {
                format!("remove it; to let pages read it, write `expose: [{shown}]`")
            } else {
                "remove it".to_owned()
            }),
        );
    } else if is_forbidden_request_header(&text.value) {
        diags.push(
            Diagnostic::new(&codes::FORBIDDEN_REQUEST_HEADER, text.span, format!("no page can set `{shown}`"))
                .label("browsers set it themselves, and no preflight asks for it")
                .help("remove it"),
        );
    } else if text.value.matches('*').count() > 1 {
        diags.push(
            Diagnostic::new(&codes::SEVERAL_HEADER_WILDCARDS, text.span, format!("more than one `*` in `{shown}`"))
                .label("S3 knows one `*` in a header name")
                .help("list the headers, or write several patterns with one `*` each"),
        );
    } else {
        return HeaderPattern::parse(&text.value);
    }
    None
}

/// Whether a page gains by exposing a response header: the CORS headers are for the browser.
fn is_readable_when_exposed(name: &str) -> bool {
    !is_forbidden_response_header_name(name) && !name.to_ascii_lowercase().starts_with("access-control-")
}

pub(super) fn exposed_header(diags: &mut Diagnostics, text: &Spanned<String>) -> Option<HeaderName> {
    let shown = shown(&text.value);
    if text.value.contains('*') {
        diags.push(
            Diagnostic::new(
                &codes::WILDCARD_EXPOSED_HEADER,
                text.span,
                format!("`{shown}` cannot be exposed: S3 takes no `*` here"),
            )
            .label("name the headers")
            .help("list each response header that a page reads"),
        );
    // S3 takes letters, digits and `-` only, and says so as `AllowedHeader ... contains invalid character`.
    } else if text.value.is_empty() || !text.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        diags.push(
            Diagnostic::new(&codes::INVALID_HEADER_NAME, text.span, format!("`{shown}` cannot be exposed"))
                .label("letters, digits and `-`"),
        );
    } else if is_forbidden_response_header_name(&text.value) {
        diags.push(
            Diagnostic::new(&codes::FORBIDDEN_RESPONSE_HEADER, text.span, format!("no page can read `{shown}`"))
                .label("browsers hide it, exposed or not"),
        );
    } else {
        if is_cors_safelisted_response_header_name(&text.value) {
            diags.push(
                Diagnostic::new(
                    &codes::SAFELISTED_EXPOSED_HEADER,
                    text.span,
                    format!("every page can read `{shown}` without its being exposed"),
                )
                .label("not needed"),
            );
            return None;
        }
        return HeaderName::parse(&text.value);
    }
    None
}

fn preflight_cache(diags: &mut Diagnostics, duration: &Spanned<super::raw::Duration>) -> Option<u32> {
    let seconds = seconds(diags, duration)?;
    if seconds == 0 {
        diags.push(
            Diagnostic::new(&codes::ZERO_PREFLIGHT_CACHE, duration.span, "a `preflight-cache` of 0 cannot be written")
                .label("Terraform's provider leaves a 0 out, and browsers then keep 5 seconds")
                .help("write `1`, the least that can be said")
                .fix(duration.span, "1"),
        );
        return None;
    }
    if seconds > USUAL_PREFLIGHT_CACHE {
        diags.push(
            Diagnostic::new(
                &codes::PREFLIGHT_CACHE_ABOVE_CAP,
                duration.span,
                "most browsers do not keep a preflight this long",
            )
            .label("Chromium keeps two hours, Firefox a day, Safari less than either")
            .help("write `7200`, two hours, which also holds without `preflight-cache`")
            .fix(duration.span, USUAL_PREFLIGHT_CACHE.to_string()),
        );
    }
    Some(seconds)
}
