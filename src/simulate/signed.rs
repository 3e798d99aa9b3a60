//! Signed URLs and signed cookies of CloudFront: whether a request has a signature. Whether it is a good one is not a
//! question of this model.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-overview.html>

use super::{HttpRequest, Server, Url};

/// The code of CloudFront's own refusal of a request without a signature.
/// <https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies>
pub const MISSING_KEY: &str = "MissingKey";

/// The query of a signed URL.
pub const SIGNED_QUERY: &str = "Expires=4102444800&Signature=signature&Key-Pair-Id=K2EXAMPLE";

/// What CloudFront reads of a signed URL itself. It is neither forwarded nor in the cache key.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html>
const PARAMETERS: [&str; 4] = ["Expires", "Policy", "Signature", "Key-Pair-Id"];

/// Whether a request is signed: by its URL, or by cookies, of which a preflight has none.
/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
pub(super) fn is_signed(server: &Server<'_>, request: &HttpRequest) -> bool {
    let has = |name: &str| parameters(&request.url).any(|parameter| name_of(parameter) == name);
    let by_url = has("Key-Pair-Id") && has("Signature") && (has("Expires") || has("Policy"));
    let is_preflight = request.method == "OPTIONS" && request.headers.contains("Access-Control-Request-Method");
    let cookies = request.headers.get("Cookie").unwrap_or_default();
    by_url || cookies.contains("CloudFront-Key-Pair-Id=") || (server.has_signed_cookies && !is_preflight)
}

/// The request as it goes on: without what was only for CloudFront.
pub(super) fn without_signature(request: &HttpRequest) -> HttpRequest {
    let kept: Vec<&str> = parameters(&request.url).filter(|p| !PARAMETERS.contains(&name_of(p))).collect();
    let query = (!kept.is_empty()).then(|| kept.join("&").into());
    HttpRequest { url: Url { query, ..request.url.clone() }, ..request.clone() }
}

fn parameters(url: &Url) -> impl Iterator<Item = &str> {
    url.query.as_deref().into_iter().flat_map(|query| query.split('&')).filter(|parameter| !parameter.is_empty())
}

fn name_of(parameter: &str) -> &str {
    parameter.split('=').next().unwrap_or(parameter)
}
