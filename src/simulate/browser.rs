//! The browser: the CORS protocol of the Fetch standard, its caches, and what the console says.

use super::trace::{ExchangeKind, Trace};
use super::{HttpRequest, HttpResponse, Readings, Url};
use crate::fetch::{CredentialsMode, HeaderList};

/// A request of a page's script, as `fetch()` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The page's origin, serialized; `null` for an opaque one.
    pub origin: String,
    /// The method, as the page gives it.
    pub method: String,
    /// The address.
    pub url: Url,
    /// The headers that the page sets. A header without a value has one that is not safelisted.
    pub headers: Vec<(String, Option<String>)>,
    /// Whether cookies go along.
    pub credentials: CredentialsMode,
    /// The use-CORS-preflight flag: upload listeners, or a body that is a stream.
    /// <https://fetch.spec.whatwg.org/#use-cors-preflight-flag>
    pub use_cors_preflight: bool,
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
    /// The lower-case word for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CorsCheckPassed => "cors-check-passed",
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
    /// What the browser's console says, or what was read.
    pub message: String,
}

/// What came of a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) verdict: Verdict,
    pub(super) exposed_headers: Vec<String>,
    pub(super) preflight_max_age: Option<u64>,
}

/// Sends a request and brings the response.
pub(super) type Send<'s> = &'s mut dyn FnMut(&HttpRequest, &mut Trace) -> HttpResponse;

/// A browser with its caches.
#[derive(Debug, Clone, Default)]
pub struct Browser {}

impl Browser {
    /// Remembers the answer to a request that was not a CORS request, as the HTTP cache does.
    pub(super) fn remember(&mut self, request: &HttpRequest, response: &HttpResponse) {
        let _ = (request, response);
    }

    /// <https://fetch.spec.whatwg.org/#http-fetch>
    pub(super) fn fetch(
        &mut self,
        request: &PageRequest,
        readings: &Readings,
        trace: &mut Trace,
        send: Send<'_>,
    ) -> Fetched {
        let _ = readings;
        let sent = HttpRequest {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: HeaderList::from_iter([("Origin", request.origin.as_str())]),
        };
        raw(&sent, readings, trace, send)
    }
}

/// One request as it stands, and the CORS check of its response.
pub(super) fn raw(request: &HttpRequest, readings: &Readings, trace: &mut Trace, send: Send<'_>) -> Fetched {
    let _ = readings;
    let response = send(request, trace);
    trace.exchange(ExchangeKind::Actual, request.clone(), response);
    let verdict = Verdict { decision: Decision::Blocked, reason: Reason::AllowOriginMissing, message: String::new() };
    Fetched { verdict, exposed_headers: Vec::new(), preflight_max_age: None }
}
