//! CloudFront functions whose code corsynth wrote, as they run: what `src/render/function.js` does, in Rust. A test
//! runs both with the same requests.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>

use super::s3::{header_matches, requested_headers};
use super::trace::{Party, Step, Trace};
use super::{HttpRequest, HttpResponse};
use crate::deployed::{Function, FunctionRule};
use crate::fetch::HeaderList;

const EVENTS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html";
const PREFLIGHT_VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// What a function makes of a request on `viewer-request`.
#[derive(Debug)]
pub enum OnRequest {
    /// The request goes on, perhaps with another `Origin`.
    Pass(HttpRequest),
    /// The function answers.
    Answer(HttpResponse),
}

/// Runs a function on `viewer-request`.
pub fn on_request(function: &Function, request: &HttpRequest, trace: &mut Trace) -> OnRequest {
    let origin = request.headers.get("Origin");
    if request.method == "OPTIONS" {
        let asked = request.headers.get("Access-Control-Request-Method");
        return match (function.does.answers_preflights, origin, asked) {
            (true, Some(origin), Some(method)) => {
                OnRequest::Answer(preflight(function, request, &origin, &method, trace))
            }
            _ => OnRequest::Pass(request.clone()),
        };
    }
    let Some(canonical) = &function.does.canonical_origin else { return OnRequest::Pass(request.clone()) };
    // What `*` matches need not be told apart.
    let names = |origin: &str| {
        let origins = function.does.rules.iter().flat_map(|rule| &rule.allowed_origins);
        origins.into_iter().any(|allowed| allowed != "*" && matches(allowed, origin))
    };
    if origin.as_deref().is_some_and(names) {
        return OnRequest::Pass(request.clone());
    }
    trace.step(|| {
        let why =
            origin.as_deref().map_or("the request has none".to_owned(), |origin| format!("no rule names `{origin}`"));
        step(function, &format!("sets `Origin: {canonical}`")).because(why)
    });
    let mut headers = request.headers.clone();
    headers.set("Origin", canonical.clone());
    OnRequest::Pass(HttpRequest { headers, ..request.clone() })
}

/// Runs a function on `viewer-response`; `request` is the viewer's.
pub fn on_response(function: &Function, request: &HttpRequest, response: &mut HttpResponse, trace: &mut Trace) {
    // An answer to a preflight is made whole on `viewer-request`.
    if !function.does.sets_headers || request.method == "OPTIONS" {
        return;
    }
    response.headers.retain(|name| !name.to_ascii_lowercase().starts_with("access-control-"));
    if let Some(origin) = request.headers.get("Origin") {
        let found = function.does.rules.iter().enumerate().find(|(_, rule)| admits(rule, &origin, &request.method));
        match found {
            Some((at, rule)) => {
                trace.step(|| {
                    step(function, &format!("sets CORS headers by its rule {}", at + 1))
                        .because(format!("it is the first one for `{}` from `{origin}`", request.method))
                });
                allow_origin(&mut response.headers, rule, &origin);
                if !rule.expose_headers.is_empty() {
                    response.headers.set("Access-Control-Expose-Headers", rule.expose_headers.join(", "));
                }
            }
            None => trace.step(|| {
                step(function, "leaves the response without CORS headers")
                    .because(format!("no rule is for `{}` from `{origin}`", request.method))
            }),
        }
    }
    let vary = response.headers.get("Vary").unwrap_or_default();
    if !vary.split(',').map(str::trim).any(|name| name == "*" || name.eq_ignore_ascii_case("Origin")) {
        let vary = if vary.is_empty() { "Origin".to_owned() } else { format!("{vary}, Origin") };
        response.headers.set("Vary", vary);
    }
}

/// Runs a Lambda@Edge on `origin-response`; `origin` is the `Origin` of the request that went to the origin. It leaves
/// all but errors alone.
pub fn on_origin_response(
    function: &Function,
    request: &HttpRequest,
    origin: Option<&str>,
    response: &mut HttpResponse,
    trace: &mut Trace,
) {
    if response.status < 400 {
        return;
    }
    let headers = origin.into_iter().map(|origin| ("Origin", origin)).collect();
    on_response(function, &HttpRequest { headers, ..request.clone() }, response, trace);
}

/// Whether a function, where it speaks, allows cookies to an origin with a method.
pub fn allows_credentials(function: &Function, origin: &str, method: &str) -> bool {
    let first = function.does.rules.iter().find(|rule| admits(rule, origin, method));
    function.does.sets_headers && first.is_some_and(|rule| rule.allow_credentials)
}

fn preflight(
    function: &Function,
    request: &HttpRequest,
    origin: &str,
    method: &str,
    trace: &mut Trace,
) -> HttpResponse {
    let value = request.headers.get("Access-Control-Request-Headers").unwrap_or_default();
    let names: Vec<String> = requested_headers(&value).map(str::to_ascii_lowercase).collect();
    let rules = function.does.rules.iter().enumerate();
    let found = rules.into_iter().find(|(_, rule)| admits(rule, origin, method) && covers(rule, &names));
    let mut headers = HeaderList::new();
    let status = if let Some((at, rule)) = found {
        trace.step(|| {
            step(function, &format!("answers the preflight by its rule {}", at + 1))
                .because(format!("it is the first one for `{method}` from `{origin}` with these headers"))
        });
        allow_origin(&mut headers, rule, origin);
        headers.append("Access-Control-Allow-Methods", rule.allowed_methods.join(", "));
        if !names.is_empty() {
            headers.append("Access-Control-Allow-Headers", names.join(", "));
        }
        headers.append("Access-Control-Max-Age", rule.max_age_seconds.to_string());
        204
    } else {
        trace.step(|| {
            step(function, "refuses the preflight")
                .because(format!("no rule is for `{method}` from `{origin}` with these headers"))
        });
        403
    };
    headers.append("Vary", PREFLIGHT_VARY);
    HttpResponse { status, headers, error: None, by: Party::CloudFront }
}

fn step(function: &Function, what: &str) -> Step {
    let store = if function.does.stored { " with its key value store" } else { "" };
    Step::new(Party::CloudFront, format!("runs the function `{}`{store}, which {what}", function.name), EVENTS)
        .from(&function.provenance)
}

fn allow_origin(headers: &mut HeaderList, rule: &FunctionRule, origin: &str) {
    let anyone = !rule.allow_credentials && rule.allowed_origins.iter().any(|allowed| allowed == "*");
    headers.set("Access-Control-Allow-Origin", if anyone { "*" } else { origin }.to_owned());
    if rule.allow_credentials {
        headers.set("Access-Control-Allow-Credentials", "true");
    }
}

fn admits(rule: &FunctionRule, origin: &str, method: &str) -> bool {
    rule.allowed_methods.iter().any(|allowed| allowed == method)
        && rule.allowed_origins.iter().any(|allowed| matches(allowed, origin))
}

/// `Authorization` is covered by its name only.
/// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn covers(rule: &FunctionRule, names: &[String]) -> bool {
    names.iter().all(|name| {
        let listed = |allowed: &String| {
            if name == "authorization" { allowed.eq_ignore_ascii_case(name) } else { header_matches(allowed, name) }
        };
        rule.allowed_headers.iter().any(listed)
    })
}

/// Whether a text with at most one `*` matches; case counts.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => text.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
    }
}
