//! The browser's HTTP cache: it may answer a CORS request with what it holds from another one, unless `Vary` tells them
//! apart. That is how an image without `crossorigin` spoils a later `fetch()` of the same address.
//!
//! <https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches>, <https://www.rfc-editor.org/rfc/rfc9111>

use super::list::trimmed;
use crate::fetch::HeaderList;
use crate::simulate::{HttpRequest, HttpResponse, Url};
use std::collections::BTreeMap;

/// Statuses that may be stored though no header says so.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-overview-of-status-codes>, without the partial 206.
const HEURISTICALLY_CACHEABLE: [u16; 11] = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];

/// Headers of a page that make a request look past the cache.
/// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
const CONDITIONS: [&str; 5] = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

/// One response for each address: the last that was stored.
#[derive(Debug, Clone, Default)]
pub(super) struct HttpCache {
    entries: BTreeMap<Url, (HeaderList, HttpResponse)>,
}

impl HttpCache {
    /// Keeps a response to `GET` that may be kept. One that would have answered the request stays.
    pub(super) fn store(&mut self, request: &HttpRequest, response: &HttpResponse) {
        if request.method != "GET" || !is_storable(response) || vary(response).any(|name| name == "*") {
            return;
        }
        if self.reusable(request).is_none() {
            self.entries.insert(request.url.clone(), (request.headers.clone(), response.clone()));
        }
    }

    /// What the cache answers. <https://www.rfc-editor.org/rfc/rfc9111#name-calculating-cache-keys-with>
    pub(super) fn reusable(&self, request: &HttpRequest) -> Option<&HttpResponse> {
        if self.entries.is_empty() || request.method != "GET" || request.headers.contains("range") {
            return None;
        }
        if CONDITIONS.iter().any(|name| request.headers.contains(name)) {
            return None;
        }
        let (headers, response) = self.entries.get(&request.url)?;
        vary(response).all(|name| headers.get(name) == request.headers.get(name)).then_some(response)
    }
}

/// The names in `Vary`.
fn vary(response: &HttpResponse) -> impl Iterator<Item = &str> {
    response.headers.values("vary").flat_map(|value| value.split(',')).map(trimmed).filter(|name| !name.is_empty())
}

/// Whether a response is kept, and used again without asking. <https://www.rfc-editor.org/rfc/rfc9111#name-storing-responses-in-caches>
fn is_storable(response: &HttpResponse) -> bool {
    let directives = || response.headers.values("cache-control").flat_map(|value| value.split(',')).map(trimmed);
    let has = |name: &str| directives().any(|directive| directive.eq_ignore_ascii_case(name));
    let has_age = || directives().any(|d| d.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("max-age=")));
    let is_stale = has("no-store") || has("no-cache") || has("max-age=0");
    !is_stale && (HEURISTICALLY_CACHEABLE.contains(&response.status) || has_age())
}
