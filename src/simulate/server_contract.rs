//! A server of the user's own, as one that keeps its contract: it answers by the first rule that matches, sends no CORS
//! headers where none does, and says `Vary: Origin` with every answer. Whether a server is like that is not to be seen in
//! any artifact: a proof with it is one on that condition.
//!
//! The rules are compared as a bucket's are. Otherwise than S3 the server takes any method, allows credentials by the rule
//! and not by the origin, looks at `Access-Control-Request-*` of preflights only, and refuses a preflight without a rule.

use super::s3::requested_headers;
use super::s3::rule_matches;
use super::trace::{Party, Step, Trace};
use super::{HttpRequest, HttpResponse, Reading, Readings};
use crate::deployed::{CorsRule, CustomOrigin};
use crate::fetch::HeaderList;

const PREFLIGHT: &str = "https://fetch.spec.whatwg.org/#http-cors-protocol";
const OPTIONS: &str = "https://www.rfc-editor.org/rfc/rfc9110#name-options";
const VARY: &str = "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches";

/// What the server answers.
pub(super) fn respond(
    custom: &CustomOrigin,
    readings: &Readings,
    object_exists: bool,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let origin = request.headers.first("Origin");
    let asked = request.headers.first("Access-Control-Request-Method");
    match (request.method.as_str(), origin, asked) {
        ("OPTIONS", Some(origin), Some(method)) => preflight(custom, request, origin, method, trace),
        // The distribution may keep the headers of a preflight to itself.
        ("OPTIONS", ..) if readings.value(Reading::ServerOptions) == "refused" => {
            trace.step(|| {
                Step::new(Party::Server, "refuses `OPTIONS`", OPTIONS).because(
                    "it is no preflight without `Origin` and `Access-Control-Request-Method`; reading `server-options`",
                )
            });
            let headers = HeaderList::from_iter([("Vary", "Origin")]);
            HttpResponse { status: 405, headers, error: None, by: Party::Server }
        }
        _ => actual(custom, object_exists, request, origin, trace),
    }
}

fn preflight(
    custom: &CustomOrigin,
    request: &HttpRequest,
    origin: &str,
    method: &str,
    trace: &mut Trace,
) -> HttpResponse {
    let value = request.headers.get("Access-Control-Request-Headers").unwrap_or_default();
    let names: Vec<String> = requested_headers(&value).map(str::to_ascii_lowercase).collect();
    let mut headers = HeaderList::new();
    let status = match matching(custom, origin, method, &names) {
        None => {
            trace.step(|| {
                Step::new(Party::Server, "refuses the preflight", PREFLIGHT)
                    .because(format!("no rule of its contract is for `{method}` from `{origin}` with these headers"))
            });
            403
        }
        Some((index, rule)) => {
            trace.step(|| {
                Step::new(
                    Party::Server,
                    format!("answers the preflight by rule {} of its contract", index + 1),
                    PREFLIGHT,
                )
                .because(format!("it is the first one for `{method}` from `{origin}`"))
            });
            allow_origin(&mut headers, rule, origin);
            headers.append("Access-Control-Allow-Methods", rule.allowed_methods.join(", "));
            if !names.is_empty() {
                headers.append("Access-Control-Allow-Headers", names.join(", "));
            }
            if let Some(age) = rule.max_age_seconds {
                headers.append("Access-Control-Max-Age", age.to_string());
            }
            204
        }
    };
    headers.append("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    HttpResponse { status, headers, error: None, by: Party::Server }
}

fn actual(
    custom: &CustomOrigin,
    object_exists: bool,
    request: &HttpRequest,
    origin: Option<&str>,
    trace: &mut Trace,
) -> HttpResponse {
    let mut headers = HeaderList::new();
    let found = origin.and_then(|origin| Some((origin, matching(custom, origin, &request.method, &[])?)));
    match found {
        Some((origin, (index, rule))) => {
            trace.step(|| {
                Step::new(Party::Server, format!("answers by rule {} of its contract", index + 1), PREFLIGHT)
                    .because(format!("it is the first one for `{}` from `{origin}`", request.method))
            });
            allow_origin(&mut headers, rule, origin);
            if !rule.expose_headers.is_empty() {
                headers.append("Access-Control-Expose-Headers", rule.expose_headers.join(", "));
            }
        }
        None => trace.step(|| {
            let why = match origin {
                _ if custom.contract.rules.is_empty() => "it has no part in CORS",
                None => "the request has no `Origin`",
                Some(_) => "no rule of its contract matches",
            };
            Step::new(Party::Server, "sends no CORS headers", VARY).because(why)
        }),
    }
    if !custom.contract.rules.is_empty() {
        headers.append("Vary", "Origin");
    }
    let status = if object_exists { 200 } else { 404 };
    HttpResponse { status, headers, error: None, by: Party::Server }
}

fn allow_origin(headers: &mut HeaderList, rule: &CorsRule, origin: &str) {
    let anyone = rule.allowed_origins.iter().any(|entry| entry == "*") && !rule.allow_credentials;
    headers.append("Access-Control-Allow-Origin", if anyone { "*" } else { origin }.to_owned());
    if rule.allow_credentials {
        headers.append("Access-Control-Allow-Credentials", "true");
    }
}

/// The first rule that matches. `Authorization` is covered by its name only.
/// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn matching<'c>(
    custom: &'c CustomOrigin,
    origin: &str,
    method: &str,
    names: &[String],
) -> Option<(usize, &'c CorsRule)> {
    // Nothing about the contract is a reading.
    let readings = Readings::default();
    let authorized = |rule: &CorsRule| {
        let by_its_name = rule.allowed_headers.iter().any(|name| name.eq_ignore_ascii_case("authorization"));
        by_its_name || !names.iter().any(|name| name == "authorization")
    };
    custom.contract.rules.iter().enumerate().find(|(_, rule)| {
        rule_matches(rule, &readings, origin, method, names.iter().map(String::as_str)) && authorized(rule)
    })
}
