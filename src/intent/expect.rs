//! One entry of `expect`: a request of a page, what came before it, and what must become of it.
//!
//! An expectation is plain data: who runs it is not known here.

use super::raw::{Map, RawAsset, RawExpectation, RawUrl, Then, Via};
use super::request_line::{AssetUrl, GivenRequest, RequestLineError, is_field_value, parse_given};
use super::texts::{is_id, no_origin, part_of, require};
use super::{codes, grants};
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::Spanned;
use crate::fetch::header::is_token;
use crate::fetch::origin::check_serialized_origin;
use crate::fetch::{CredentialsMode, HeaderName, Method};
use crate::nearest::nearest;
use crate::source::Span;
use std::collections::BTreeSet;
use std::ops::Range;

/// An example of a request, and what must become of it.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Its place in `expect`, from 0.
    pub index: usize,
    /// Place of the expectation in the file.
    pub span: Span,
    /// What it shows, when the file says so.
    pub name: Option<String>,
    /// Requests that came before, oldest first. All are to the same asset, and go where the expectation's request goes.
    pub given: Vec<Spanned<GivenRequest>>,
    /// The page's origin, serialized; `null` for an opaque one.
    pub origin: Spanned<String>,
    /// The method.
    pub method: Method,
    /// What is asked for; the asset is one of [`super::Intent::assets`].
    pub url: Spanned<AssetUrl>,
    /// The headers that the page sets; one without a value has one that browsers do not safelist.
    pub headers: Vec<(String, Option<String>)>,
    /// Whether cookies go along.
    pub credentials: CredentialsMode,
    /// Where the request goes, when the file says so.
    pub via: Option<Via>,
    /// Whether the page must be able to read the response, and where the file says so.
    pub then: Spanned<Then>,
    /// The response headers that the page may read, exactly these beside the safelisted ones; not checked when `None`.
    pub exposed: Option<BTreeSet<HeaderName>>,
    /// Where the file says what is exposed; the expectation where it does not.
    pub exposed_span: Span,
}

impl Expectation {
    /// Its name, or else its request: `GET static:/a from https://www.acme.com`.
    pub fn title(&self) -> String {
        let request = || format!("{} {} from {}", self.method.as_str(), self.url.value, self.origin.value);
        self.name.clone().unwrap_or_else(request)
    }
}

pub(super) fn validate(
    diags: &mut Diagnostics,
    index: usize,
    raw: &RawExpectation,
    assets: &Map<RawAsset>,
) -> Option<Expectation> {
    if let Some(name) = &raw.name {
        let one_line = (1..=200).contains(&name.value.chars().count()) && !name.value.chars().any(char::is_control);
        require(diags, name, one_line, &codes::INVALID_NAME, "name", "1 to 200 characters on one line");
    }
    let origin = raw.origin.as_ref().filter(|text| match check_serialized_origin(&text.value) {
        Ok(()) => true,
        Err(error) => {
            no_origin(diags, text, error, "write an expectation for each");
            false
        }
    });
    let request = request(diags, raw, assets);
    let asset = request.as_ref().map(|(_, url)| url.value.asset.as_str());
    let given = raw.given.iter().flat_map(|list| &list.0).map(|text| given(diags, text, asset, assets));
    let given: Vec<Option<Spanned<GivenRequest>>> = given.collect();
    let headers: Vec<Option<_>> = raw.headers.iter().flatten().map(|text| header(diags, text)).collect();
    via_cdn(diags, raw, asset, assets);
    if let Some((method, url)) = &request {
        presigned_url(diags, raw, method, url, assets);
    }
    let exposed: Option<BTreeSet<HeaderName>> =
        raw.exposed.as_ref().map(|list| list.0.iter().filter_map(|text| grants::exposed_header(diags, text)).collect());
    let exposed_span = raw.exposed.iter().flat_map(|list| &list.0).map(|text| text.span).reduce(Span::to);
    if let (Some(then), Some(_)) = (raw.then.as_ref().filter(|t| t.value == Then::Blocked), &exposed) {
        let finding = Diagnostic::new(
            &codes::EXPOSED_WHEN_BLOCKED,
            exposed_span.unwrap_or(raw.span),
            "`exposed` where the response is blocked",
        );
        diags.push(
            finding
                .label("no page reads a header of a blocked response")
                .related(then.span, "blocked")
                .help("remove `exposed`, or write `then: readable`"),
        );
    }
    let (method, url) = request?;
    Some(Expectation {
        index,
        span: raw.span,
        name: raw.name.as_ref().map(|name| name.value.clone()),
        given: given.into_iter().collect::<Option<_>>()?,
        origin: origin?.clone(),
        method,
        url,
        headers: headers.into_iter().collect::<Option<_>>()?,
        credentials: raw.credentials.as_ref().map_or_else(CredentialsMode::default, |c| c.value),
        via: raw.via.as_ref().map(|via| via.value),
        then: raw.then?,
        exposed,
        exposed_span: exposed_span.unwrap_or(raw.span),
    })
}

/// The one method whose key is there, and its URL.
fn request(
    diags: &mut Diagnostics,
    raw: &RawExpectation,
    assets: &Map<RawAsset>,
) -> Option<(Method, Spanned<AssetUrl>)> {
    let keys = [
        ("GET", &raw.get),
        ("HEAD", &raw.head),
        ("PUT", &raw.put),
        ("POST", &raw.post),
        ("DELETE", &raw.delete),
        ("PATCH", &raw.patch),
        ("OPTIONS", &raw.options),
    ];
    let mut there: Vec<(&str, &RawUrl)> = keys.iter().filter_map(|(m, url)| Some((*m, url.as_ref()?))).collect();
    there.sort_by_key(|(_, url)| url.key_span);
    let mut requests = there.iter().map(|(method, url)| {
        let url =
            url.text.as_ref().and_then(|text| Some(Spanned { value: url_of(diags, text, assets)?, span: text.span }));
        Method::parse(method).zip(url)
    });
    // Each URL is read, so that all mistakes show.
    let first = requests.next().flatten();
    requests.for_each(drop);
    let mut keys = there.iter().map(|(_, url)| url.key_span);
    let Some(key) = keys.next() else {
        diags.push(
            Diagnostic::new(&codes::EXPECTATION_WITHOUT_REQUEST, raw.span, "this expectation has no request")
                .label("what does the page ask for?")
                .help("add `get: asset:/path`, or another method"),
        );
        return None;
    };
    for other in keys {
        diags.push(
            Diagnostic::new(&codes::EXPECTATION_WITH_TWO_REQUESTS, other, "this expectation has more than one request")
                .label("another request")
                .related(key, "the first one")
                .help("write an expectation for each"),
        );
    }
    first
}

fn url_of(diags: &mut Diagnostics, text: &Spanned<String>, assets: &Map<RawAsset>) -> Option<AssetUrl> {
    match AssetUrl::parse(&text.value) {
        Ok(url) => known(diags, text, 0, &url, assets).then_some(url),
        Err(error) => {
            let message = format!("`{}` is no URL of an asset", shown(&text.value));
            diags.push(at_its_place(
                Diagnostic::new(&codes::INVALID_URL, part_of(text.span, &text.value, error.place.clone()), message),
                text,
                error,
            ));
            None
        }
    }
}

fn given(
    diags: &mut Diagnostics,
    text: &Spanned<String>,
    asset: Option<&str>,
    assets: &Map<RawAsset>,
) -> Option<Spanned<GivenRequest>> {
    let request = match parse_given(&text.value) {
        Ok(request) => request,
        Err(error) => {
            let message = format!("`{}` is no request", shown(&text.value));
            let place = part_of(text.span, &text.value, error.place.clone());
            let finding = Diagnostic::new(&codes::INVALID_REQUEST_LINE, place, message);
            let told = error.corrected.is_some();
            let finding = at_its_place(finding, text, error);
            let shape = "write `METHOD asset:/path origin=ORIGIN`, without `origin` for no page's request";
            diags.push(if told { finding } else { finding.help(shape) });
            return None;
        }
    };
    let at = text.value.find(&request.url.to_string()).unwrap_or_default();
    if !known(diags, text, at, &request.url, assets) {
        return None;
    }
    if let Some(asset) = asset.filter(|asset| *asset != request.url.asset) {
        let place = part_of(text.span, &text.value, at..at + request.url.asset.len());
        diags.push(
            Diagnostic::new(
                &codes::GIVEN_OF_ANOTHER_ASSET,
                place,
                format!("this request is not to `{}`", shown(asset)),
            )
            .label("what it leaves in a cache does not matter here")
            .help(format!("remove it, or ask `{}`", shown(asset))),
        );
    }
    Some(Spanned { value: request, span: text.span })
}

/// Adds what is wrong to a finding, and the corrected text where it can be told.
fn at_its_place(finding: Diagnostic, text: &Spanned<String>, error: RequestLineError) -> Diagnostic {
    let finding = finding.label(error.message);
    let Some(corrected) = error.corrected else { return finding };
    let finding = finding.help(format!("write `{}`", shown(&corrected)));
    with_fix(finding, text, error.place, &corrected)
}

/// Offers the text with another part. What a block of several lines holds cannot be replaced in one piece.
fn with_fix(finding: Diagnostic, text: &Spanned<String>, place: Range<usize>, part: &str) -> Diagnostic {
    let around = text.value.get(..place.start).zip(text.value.get(place.end..));
    match around.filter(|_| !text.value.contains('\n')) {
        Some((before, after)) => finding.fix_text(text.span, [before, part, after].concat()),
        None => finding,
    }
}

/// Reports an asset that is not declared. `at` is where the URL begins in the text.
fn known(diags: &mut Diagnostics, text: &Spanned<String>, at: usize, url: &AssetUrl, assets: &Map<RawAsset>) -> bool {
    // `schema` has reported that there are none.
    if assets.entries.is_empty() {
        return false;
    }
    let ids: Vec<String> = assets.entries.iter().map(|a| a.id.value.clone()).collect();
    if ids.contains(&url.asset) {
        return true;
    }
    let place = at..at + url.asset.len();
    let message = format!("unknown asset `{}`", shown(&url.asset));
    let finding = Diagnostic::new(&codes::UNKNOWN_ASSET, part_of(text.span, &text.value, place.clone()), message);
    diags.push(if let Some(near) = nearest(&url.asset, &ids).filter(|near| is_id(near)) {
        with_fix(finding.label(format!("did you mean `{near}`?")), text, place, &near)
    } else {
        let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        finding.label("not declared").help(format!("declared: {}", ids.join(", ")))
    });
    false
}

fn header(diags: &mut Diagnostics, text: &Spanned<String>) -> Option<(String, Option<String>)> {
    let (name, value) = match text.value.split_once(':') {
        Some((name, value)) => (name, Some(value.trim())),
        None => (text.value.as_str(), None),
    };
    let span = part_of(text.span, &text.value, 0..name.len());
    let named = Spanned { value: name.to_owned(), span };
    if is_token(name) && name.contains('*') {
        diags.push(
            Diagnostic::new(&codes::INVALID_HEADER_NAME, span, format!("`{}` is not one header", shown(name)))
                .label("a request names each of its headers"),
        );
        return None;
    }
    grants::request_header(diags, &named)?;
    if let Some(value) = value.filter(|value| !is_field_value(value)) {
        diags.push(
            Diagnostic::new(
                &codes::INVALID_HEADER_VALUE,
                text.span,
                format!("`{}` is no value of a header", shown(value)),
            )
            .label("a value holds no control characters and no line end"),
        );
        return None;
    }
    Some((name.to_owned(), value.map(str::to_owned)))
}

fn via_cdn(diags: &mut Diagnostics, raw: &RawExpectation, asset: Option<&str>, assets: &Map<RawAsset>) {
    let custom = assets.entries.iter().find(|a| Some(a.id.value.as_str()) == asset && a.value.origin.is_some());
    if let (Some(via), Some(asset)) = (raw.via.as_ref().filter(|via| via.value == Via::S3), custom) {
        let message = format!("`{}` has no bucket to ask", asset.id.value);
        diags.push(
            Diagnostic::new(&codes::BUCKET_SETTING_ON_CUSTOM_ORIGIN, via.span, message)
                .label("there is no way past the distribution")
                .related(asset.id.span, "its objects come from a server")
                .help("leave `via` out"),
        );
    }
    let Some(via) = raw.via.as_ref().filter(|via| via.value == Via::Cdn) else { return };
    // Of an asset that is no map nobody knows whether it has a CDN.
    let asset = assets.entries.iter().find(|a| Some(a.id.value.as_str()) == asset && a.value.paths.is_map);
    if let Some(asset) = asset.filter(|a| a.value.cdn.is_none()) {
        let message = format!("`{}` has no `cdn` to ask", asset.id.value);
        diags.push(
            Diagnostic::new(&codes::EXPECTATION_VIA_MISSING_CDN, via.span, message)
                .label("which distribution?")
                .related(asset.id.span, "the asset has none")
                .help("leave `via` out: the request goes to the bucket's own host"),
        );
    }
}

/// Reports a URL that is presigned for S3 on the distribution's host. Where the example does not say the door, a read goes
/// through the distribution.
fn presigned_url(
    diags: &mut Diagnostics,
    raw: &RawExpectation,
    method: &Method,
    url: &Spanned<AssetUrl>,
    assets: &Map<RawAsset>,
) {
    let of_bucket =
        assets.entries.iter().find(|asset| asset.id.value == url.value.asset && asset.value.origin.is_none());
    let Some(asset) = of_bucket.filter(|asset| asset.value.cdn.is_some()) else { return };
    let goes_there = raw.via.as_ref().map_or_else(|| method.is_read(), |via| via.value == Via::Cdn);
    let query = url.value.path.split_once('?').map_or("", |(_, query)| query);
    if goes_there && crate::aws::s3::is_presigned(query) {
        diags.push(
            Diagnostic::new(
                &codes::PRESIGNED_URL_VIA_CDN,
                url.span,
                "a URL that is presigned for S3 does not work through CloudFront",
            )
            .label("CloudFront signs the request as well, and S3 refuses two signatures with 400")
            .related(asset.id.span, "it goes through the distribution of this asset")
            .help("write `via: s3`: a presigned URL goes to the bucket's own host")
            .help("or sign a URL of CloudFront: its query has `Key-Pair-Id`"),
        );
    }
}
