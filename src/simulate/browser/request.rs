//! A request on its way through the browser.

use super::PageRequest;
use super::console::{Complaint, Place};
use super::preflight_cache::Asker;
use super::safelists::{header_error, is_forbidden_header, is_forbidden_method, normalize_method, unsafe_value};
use crate::fetch::HeaderList;
use crate::fetch::header::is_token;
use crate::simulate::trace::{Party, Step, Trace};
use crate::simulate::{HttpRequest, HttpResponse, Url};

/// A request under way. <https://fetch.spec.whatwg.org/#concept-request>
pub(super) struct Request<'p> {
    /// As the page asked for it.
    pub(super) page: &'p PageRequest,
    /// Normalized.
    pub(super) method: String,
    /// Where it is now.
    pub(super) url: Url,
    /// Where it was at first, once it was redirected.
    pub(super) redirected_from: Option<Url>,
    /// How often. <https://fetch.spec.whatwg.org/#concept-request-redirect-count>
    pub(super) redirects: u8,
    /// The headers of the page.
    pub(super) headers: HeaderList,
    /// Whether it ever was for another origin than the page's.
    /// <https://fetch.spec.whatwg.org/#concept-request-response-tainting>
    pub(super) is_cors: bool,
    /// Whether redirects made its origin `null`. <https://fetch.spec.whatwg.org/#concept-request-tainted-origin>
    pub(super) is_tainted: bool,
}

impl<'p> Request<'p> {
    /// <https://fetch.spec.whatwg.org/#dom-request>
    pub(super) fn new(page: &'p PageRequest, trace: &mut Trace) -> Result<Self, Complaint> {
        if !is_token(&page.method) {
            return Err(Complaint::Forbidden(format!("'{}' is not a valid HTTP method.", page.method)));
        }
        if is_forbidden_method(&page.method) {
            return Err(Complaint::Forbidden(format!("'{}' HTTP method is unsupported.", page.method)));
        }
        let mut headers = HeaderList::new();
        for (name, value) in &page.headers {
            let value = value.as_deref().map_or_else(|| unsafe_value(name), super::list::trimmed);
            if let Some(error) = header_error(name, value) {
                return Err(Complaint::Forbidden(error.to_owned()));
            }
            if is_forbidden_header(name, value) {
                trace.step(|| {
                    let text = format!("`{name}` is left out: no page can set it");
                    Step::new(Party::Browser, text, "https://fetch.spec.whatwg.org/#forbidden-request-header")
                });
                continue;
            }
            headers.append(name.clone(), value.to_owned());
        }
        let method = normalize_method(&page.method).to_owned();
        let url = page.url.clone();
        Ok(Self { page, method, url, redirected_from: None, redirects: 0, headers, is_cors: false, is_tainted: false })
    }

    /// <https://fetch.spec.whatwg.org/#byte-serializing-a-request-origin>
    pub(super) fn origin(&self) -> &str {
        if self.is_tainted { "null" } else { &self.page.origin }
    }

    /// Whose entries of the preflight cache count.
    pub(super) fn asker(&self) -> Asker<'_> {
        Asker { origin: self.origin(), url: &self.url, credentials: self.page.credentials }
    }

    pub(super) fn place(&self, in_preflight: bool) -> Place<'_> {
        Place {
            origin: &self.page.origin,
            url: &self.url,
            redirected_from: self.redirected_from.as_ref(),
            in_preflight,
        }
    }

    /// As it goes to the network. <https://fetch.spec.whatwg.org/#append-a-request-origin-header>
    pub(super) fn to_http(&self) -> HttpRequest {
        let mut headers = self.headers.clone();
        if self.is_cors || !matches!(self.method.as_str(), "GET" | "HEAD") {
            headers.append("Origin", self.origin().to_owned());
        }
        HttpRequest { method: self.method.as_str().into(), url: self.url.clone(), headers }
    }
}

/// Whether an address has this origin. <https://url.spec.whatwg.org/#concept-url-origin>
pub(super) fn is_origin_of(origin: &str, url: &Url) -> bool {
    let host = origin.strip_prefix(if url.is_https { "https://" } else { "http://" });
    host == Some(&url.host)
}

/// Whether an answer says that the model does not know it.
pub(super) fn not_modelled(response: &HttpResponse) -> Result<(), Complaint> {
    match &response.error {
        Some(error) if error.code == "NotModelled" => Err(Complaint::NotModelled(error.message.to_string())),
        _ => Ok(()),
    }
}
