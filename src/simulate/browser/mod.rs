//! The browser: the CORS protocol of the Fetch standard, its two caches, and what the console says. It sends requests
//! and judges the responses; who answers them it does not know.
//!
//! Left out, as AWS has no part in it: mixed content, Content Security Policy, service workers, cookies.
//!
//! <https://fetch.spec.whatwg.org/>

mod console;
mod cors_check;
mod fetch_algorithm;
mod http_cache;
mod list;
mod preflight;
mod preflight_cache;
mod redirect;
mod request;
mod safelists;

use super::trace::Trace;
use super::{HttpRequest, HttpResponse, Readings, Url};
use crate::fetch::CredentialsMode;
use smol_str::SmolStr;

/// A request of a page's script, as `fetch()` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The page's origin, serialized; `null` for an opaque one.
    pub origin: SmolStr,
    /// The method, as the page gives it.
    pub method: SmolStr,
    /// The address.
    pub url: Url,
    /// The headers that the page sets. A header without a value has one that is not safelisted, so it takes part in
    /// the preflight whatever its name.
    pub headers: Vec<(String, Option<String>)>,
    /// Whether cookies go along.
    pub credentials: CredentialsMode,
    /// The use-CORS-preflight flag: upload listeners, or a body that is a stream.
    /// <https://fetch.spec.whatwg.org/#use-cors-preflight-flag>
    pub use_cors_preflight: bool,
}

impl PageRequest {
    /// `fetch(url, { method })`: no headers of the page's, and no cookies to other origins.
    pub fn new(origin: impl Into<SmolStr>, method: impl Into<SmolStr>, url: Url) -> Self {
        Self {
            origin: origin.into(),
            method: method.into(),
            url,
            headers: Vec::new(),
            credentials: CredentialsMode::SameOrigin,
            use_cors_preflight: false,
        }
    }

    /// The same with headers whose values are not safelisted.
    #[must_use]
    pub fn with_headers<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { headers: names.into_iter().map(|name| (name.into(), None)).collect(), ..self }
    }
}

/// Whether the page may read the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// It may.
    Readable,
    /// The browser keeps it from the page.
    Blocked,
    /// Something has a say that is not modelled.
    Unknown,
}

impl Decision {
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Readable => "readable",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        }
    }
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The CORS check passed.
    CorsCheckPassed,
    /// The page has the origin of the response, so nobody is asked.
    SameOrigin,
    /// No `Access-Control-Allow-Origin`.
    AllowOriginMissing,
    /// `Access-Control-Allow-Origin` names another origin, or several.
    AllowOriginDiffers,
    /// `*` does not answer a request with credentials.
    WildcardWithCredentials,
    /// `Access-Control-Allow-Credentials` is not `true`.
    CredentialsNotAllowed,
    /// The preflight was answered with a status that is no success.
    PreflightStatus,
    /// The preflight was answered with a redirect.
    PreflightRedirected,
    /// The method is not in `Access-Control-Allow-Methods`.
    MethodNotAllowed,
    /// A header is not in `Access-Control-Allow-Headers`.
    HeaderNotAllowed,
    /// `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is no list of tokens.
    MalformedPreflight,
    /// The page cannot send this method or header.
    ForbiddenRequest,
    /// A redirect that must not be followed.
    RedirectRefused,
    /// Something has a say that is not modelled.
    NotModelled,
}

impl Reason {
    /// The code for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CorsCheckPassed => "cors-check-passed",
            Self::SameOrigin => "same-origin",
            Self::AllowOriginMissing => "allow-origin-missing",
            Self::AllowOriginDiffers => "allow-origin-differs",
            Self::WildcardWithCredentials => "wildcard-with-credentials",
            Self::CredentialsNotAllowed => "credentials-not-allowed",
            Self::PreflightStatus => "preflight-status",
            Self::PreflightRedirected => "preflight-redirected",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::HeaderNotAllowed => "header-not-allowed",
            Self::MalformedPreflight => "malformed-preflight",
            Self::ForbiddenRequest => "forbidden-request",
            Self::RedirectRefused => "redirect-refused",
            Self::NotModelled => "not-modelled",
        }
    }
}

/// What the browser decides, and says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the page may read the response.
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
    /// What the console of Chromium says, or what was read. Empty when the trace is off.
    pub message: String,
}

/// What came of a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Whether the page may read the response, and why.
    pub verdict: Verdict,
    /// Names of the headers that the page may read beside the safelisted ones: lower case, sorted. `*` alone stands
    /// for all of them. Empty unless the response is readable.
    pub exposed_headers: Vec<String>,
    /// How long the server lets a browser remember the preflight, in seconds; `None` when none passed.
    pub preflight_max_age: Option<u64>,
}

/// Sends a request and brings the response.
pub type Send<'s> = &'s mut dyn FnMut(&HttpRequest, &mut Trace) -> HttpResponse;

/// A browser with its caches. Time does not pass in it.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    preflights: preflight_cache::PreflightCache,
    responses: http_cache::HttpCache,
}

impl Browser {
    /// Remembers the answer to an earlier request, as the HTTP cache does. A fetch does not fill that cache by itself:
    /// what is in it is the history's to say.
    pub fn remember(&mut self, request: &HttpRequest, response: &HttpResponse) {
        self.responses.store(request, response);
    }

    /// <https://fetch.spec.whatwg.org/#concept-fetch>
    pub fn fetch(&mut self, request: &PageRequest, readings: &Readings, trace: &mut Trace, send: Send<'_>) -> Fetched {
        fetch_algorithm::fetch(self, request, readings, trace, send)
    }
}

/// One request as it stands, and the CORS check of its response as for a request without credentials.
pub fn raw(request: &HttpRequest, trace: &mut Trace, send: Send<'_>) -> Fetched {
    fetch_algorithm::raw(request, trace, send)
}
