//! The browser's HTTP cache: it may answer a CORS request with what it holds from another one, unless `Vary` tells them
//! apart. That is how an image without `crossorigin` spoils a later `fetch()` of the same address.
//!
//! <https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches>, <https://www.rfc-editor.org/rfc/rfc9111>

use super::list::trimmed;
use crate::fetch::HeaderList;
use crate::simulate::{HttpRequest, HttpResponse, Url};
use std::collections::BTreeMap;

/// Statuses of responses that are used again though no header says for how long: those of Chromium, without the partial
/// 206. It takes the age from `Last-Modified`, which S3 always sends.
/// <https://www.rfc-editor.org/rfc/rfc9111#name-calculating-heuristic-fresh>
const HEURISTICALLY_FRESH: [u16; 6] = [200, 203, 300, 301, 308, 410];

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

    /// What the cache answers. A whole response also serves `HEAD` and ranges, as it does in Chromium.
    /// <https://www.rfc-editor.org/rfc/rfc9111#name-constructing-responses-from>
    pub(super) fn reusable(&self, request: &HttpRequest) -> Option<&HttpResponse> {
        if self.entries.is_empty() || !matches!(request.method.as_str(), "GET" | "HEAD") {
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

/// Whether a response is kept, and used again without asking.
/// <https://www.rfc-editor.org/rfc/rfc9111#name-storing-responses-in-caches>
fn is_storable(response: &HttpResponse) -> bool {
    let directives = || response.headers.values("cache-control").flat_map(|value| value.split(',')).map(trimmed);
    let has = |name: &str| directives().any(|directive| directive.eq_ignore_ascii_case(name));
    let has_age = || directives().any(|d| d.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("max-age=")));
    let is_stale = has("no-store") || has("no-cache") || has("max-age=0");
    let is_whole = response.status != 206 && response.status != 304;
    is_whole && !is_stale && (HEURISTICALLY_FRESH.contains(&response.status) || has_age())
}
