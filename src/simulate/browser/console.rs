//! Why a browser keeps a response from a page, and how Chromium's console says it.
//!
//! The wording is that of Chromium 156, compared with its console by `tests/it/simulate/chromium.rs`. The credentials
//! sentence of `XMLHttpRequest` is not among it: a page here uses `fetch()`.

use super::{Decision, Fetched, Reason, Verdict};
use crate::simulate::Url;
use crate::simulate::trace::Trace;

/// What a browser finds fault with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Complaint {
    /// No `Access-Control-Allow-Origin`.
    NoAllowOrigin,
    /// `Access-Control-Allow-Origin` has this value, which is not the origin.
    OtherOrigin(String),
    /// `Access-Control-Allow-Origin: *` for a request with credentials.
    WildcardWithCredentials,
    /// `Access-Control-Allow-Credentials` has this value, which is not `true`.
    NoCredentials(String),
    /// The preflight's status is no success.
    PreflightStatus,
    /// The preflight was redirected.
    PreflightRedirected,
    /// This header of the preflight's response is no list of tokens.
    MalformedPreflight(&'static str),
    /// The preflight does not allow the method.
    Method(String),
    /// The preflight does not allow the header.
    Header(String),
    /// A page cannot send that; what `fetch()` throws.
    Forbidden(String),
    /// A redirect whose address has a user's name.
    RedirectUserInfo,
    /// A redirect to this address, which is none, or of another scheme.
    RedirectAddress(String),
    /// One redirect too many.
    TooManyRedirects,
    /// Something that is not modelled decides.
    NotModelled(String),
}

/// Where a request was when it failed, for the console's sentence.
pub(super) struct Place<'r> {
    /// The origin of the page.
    pub(super) origin: &'r str,
    /// The address at the end.
    pub(super) url: &'r Url,
    /// The address that the page asked for, when a redirect led elsewhere.
    pub(super) redirected_from: Option<&'r Url>,
    /// Whether it was the preflight's CORS check that failed.
    pub(super) in_preflight: bool,
}

impl Complaint {
    /// The code.
    pub(super) fn reason(&self) -> Reason {
        match self {
            Self::NoAllowOrigin => Reason::AllowOriginMissing,
            Self::OtherOrigin(_) => Reason::AllowOriginDiffers,
            Self::WildcardWithCredentials => Reason::WildcardWithCredentials,
            Self::NoCredentials(_) => Reason::CredentialsNotAllowed,
            Self::PreflightStatus => Reason::PreflightStatus,
            Self::PreflightRedirected => Reason::PreflightRedirected,
            Self::MalformedPreflight(_) => Reason::MalformedPreflight,
            Self::Method(_) => Reason::MethodNotAllowed,
            Self::Header(_) => Reason::HeaderNotAllowed,
            Self::Forbidden(_) => Reason::ForbiddenRequest,
            Self::RedirectUserInfo | Self::RedirectAddress(_) | Self::TooManyRedirects => Reason::RedirectRefused,
            Self::NotModelled(_) => Reason::NotModelled,
        }
    }

    /// The outcome of a fetch that ends with it.
    pub(super) fn into_fetched(self, place: &Place<'_>, max_age: Option<u64>, trace: &Trace) -> Fetched {
        let decision = if matches!(self, Self::NotModelled(_)) { Decision::Unknown } else { Decision::Blocked };
        let reason = self.reason();
        let message = if trace.is_on() { self.message(place) } else { String::new() };
        let verdict = Verdict { decision, reason, message };
        Fetched { verdict, exposed_headers: Vec::new(), preflight_max_age: max_age }
    }

    /// The whole message.
    fn message(self, place: &Place<'_>) -> String {
        match &self {
            Self::Forbidden(thrown) => return format!("TypeError: Failed to execute 'fetch' on 'Window': {thrown}"),
            Self::NotModelled(what) => return what.clone(),
            Self::TooManyRedirects => return "Failed to load resource: net::ERR_TOO_MANY_REDIRECTS".to_owned(),
            Self::RedirectAddress(to) if to.starts_with("data:") => {
                return "Failed to load resource: net::ERR_UNSAFE_REDIRECT".to_owned();
            }
            _ => {}
        }
        let origin = place.origin;
        let (url, from) = match (&self, place.redirected_from) {
            (Self::RedirectAddress(to), from) => (to.clone(), Some(from.unwrap_or(place.url))),
            (_, from) => (place.url.to_string(), from),
        };
        let from = from.map(|from| format!(" (redirected from '{from}')")).unwrap_or_default();
        format!(
            "Access to fetch at '{url}'{from} from origin '{origin}' has been blocked by CORS policy: {}",
            self.policy(place.in_preflight)
        )
    }

    /// The part behind "has been blocked by CORS policy".
    pub(super) fn policy(&self, in_preflight: bool) -> String {
        let text = match self {
            Self::NoAllowOrigin => {
                "No 'Access-Control-Allow-Origin' header is present on the requested resource.".to_owned()
            }
            Self::OtherOrigin(value) => {
                let what = if value.contains([' ', ',']) {
                    format!("contains multiple values '{value}', but only one is allowed")
                } else if value == "null" || is_url(value) {
                    format!("has a value '{value}' that is not equal to the supplied origin")
                } else {
                    format!("contains the invalid value '{value}'")
                };
                format!(
                    "The 'Access-Control-Allow-Origin' header {what}. Have the server send the header with a valid value."
                )
            }
            Self::WildcardWithCredentials => "The value of the 'Access-Control-Allow-Origin' header in the response \
                must not be the wildcard '*' when the request's credentials mode is 'include'."
                .to_owned(),
            Self::NoCredentials(value) => format!(
                "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must \
                 be 'true' when the request's credentials mode is 'include'."
            ),
            Self::PreflightStatus => "It does not have HTTP ok status.".to_owned(),
            Self::PreflightRedirected => "Redirect is not allowed for a preflight request.".to_owned(),
            Self::MalformedPreflight(name) => {
                return format!("Cannot parse {name} response header field in preflight response.");
            }
            Self::Method(method) => {
                return format!(
                    "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."
                );
            }
            Self::Header(name) => {
                return format!(
                    "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
                );
            }
            // Chromium shows the address of this redirect as an empty text.
            Self::RedirectUserInfo => "Redirect location '' contains a username and password, which is disallowed for \
                cross-origin requests."
                .to_owned(),
            Self::RedirectAddress(_) => "Cross origin requests are only supported for protocol schemes: chrome, \
                chrome-experimental-site-token-provider, chrome-extension, chrome-untrusted, data, http, https, \
                isolated-app."
                .to_owned(),
            Self::Forbidden(_) | Self::TooManyRedirects | Self::NotModelled(_) => String::new(),
        };
        if in_preflight {
            format!("Response to preflight request doesn't pass access control check: {text}")
        } else {
            text
        }
    }
}

/// Whether Chromium takes a value for an address: it tells invalid values from different ones.
/// An approximation of <https://url.spec.whatwg.org/#concept-url-parser> for what stands in this header.
fn is_url(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    let is_scheme = letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let is_special = ["http", "https", "ws", "wss", "ftp"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    if !is_scheme || !is_special {
        return is_scheme;
    }
    let authority = rest.trim_start_matches(['/', '\\']);
    let authority = authority.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_and_port.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (host_and_port, ""),
    };
    let is_port = port.is_empty() || (port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
    let is_address = host.starts_with('[') && host.ends_with(']');
    let is_name = !host.is_empty() && host.is_ascii() && !host.contains(['[', ']', '<', '>', '^', '|', '%', ':']);
    is_port && (is_address || is_name)
}
