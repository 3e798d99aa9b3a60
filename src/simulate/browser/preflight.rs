//! The preflight: what it asks, and what its answer must say.
//!
//! <https://fetch.spec.whatwg.org/#cors-preflight-fetch-0>

use super::Send;
use super::console::Complaint;
use super::cors_check::cors_check;
use super::list::{Extracted, combined, extract};
use super::preflight_cache::PreflightCache;
use super::redirect::is_redirect_status;
use super::request::{Request, not_modelled};
use super::safelists::is_safelisted_method;
use crate::fetch::{CredentialsMode, HeaderList};
use crate::simulate::trace::{ExchangeKind, Party, Step, Trace};
use crate::simulate::{HttpRequest, HttpResponse, Reading, Readings};

const ALGORITHM: &str = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0";

/// How long a browser remembers a preflight whose answer does not say it, in seconds.
const DEFAULT_MAX_AGE: u64 = 5;

/// Asks the server. The cache learns what it allows; the result is for how long it may be remembered.
pub(super) fn fetch(
    request: &Request<'_>,
    unsafe_names: &[String],
    readings: &Readings,
    cache: &mut PreflightCache,
    trace: &mut Trace,
    send: Send<'_>,
) -> Result<u64, Complaint> {
    let mut headers = HeaderList::new();
    headers.append("Accept", "*/*");
    headers.append("Origin", request.origin().to_owned());
    headers.append("Access-Control-Request-Method", request.method.clone());
    if !unsafe_names.is_empty() {
        // Without a space, and in one header, unlike other lists.
        headers.append("Access-Control-Request-Headers", unsafe_names.join(","));
    }
    let preflight = HttpRequest { method: "OPTIONS".into(), url: request.url.clone(), headers };
    let response = send(&preflight, trace);
    let allowed = check(request, unsafe_names, readings, &response);
    match &allowed {
        Ok(allowed) => {
            cache.store(request.asker(), &allowed.methods, &allowed.header_names, allowed.max_age);
            trace.step(|| {
                let text = format!("the preflight passes, and may be remembered for {} seconds", allowed.max_age);
                Step::new(Party::Browser, text, ALGORITHM)
            });
        }
        Err(complaint) => trace.step(|| {
            Step::new(Party::Browser, "the preflight fails, and the request is not sent", ALGORITHM)
                .because(complaint.policy(false))
        }),
    }
    let result = allowed.map(|allowed| allowed.max_age);
    trace.exchange(ExchangeKind::Preflight, preflight, response);
    result
}

/// What an answer allows.
struct Allowed<'r> {
    methods: Vec<&'r str>,
    header_names: Vec<&'r str>,
    max_age: u64,
}

fn check<'r>(
    request: &'r Request<'_>,
    unsafe_names: &[String],
    readings: &Readings,
    response: &'r HttpResponse,
) -> Result<Allowed<'r>, Complaint> {
    not_modelled(response)?;
    let (credentials, headers) = (request.page.credentials, &response.headers);
    // The standard only says that nothing but success passes; the order of the complaints is Chromium's.
    if is_redirect_status(response.status) && headers.contains("Location") {
        return Err(Complaint::PreflightRedirected);
    }
    cors_check(request.origin(), credentials, headers)?;
    if !(200..=299).contains(&response.status) {
        return Err(Complaint::PreflightStatus);
    }
    let list = |name| match extract(headers, name) {
        Extracted::Malformed => Err(Complaint::MalformedPreflight(name)),
        Extracted::Missing => Ok(None),
        Extracted::Tokens(tokens) => Ok(Some(tokens)),
    };
    let listed = list("Access-Control-Allow-Methods")?;
    let header_names = list("Access-Control-Allow-Headers")?.unwrap_or_default();
    let is_listed = listed.is_some();
    let mut methods = listed.unwrap_or_default();
    let without_credentials = credentials != CredentialsMode::Include;
    let is_method_listed = methods.contains(&request.method.as_str())
        || is_safelisted_method(&request.method)
        || without_credentials && methods.contains(&"*");
    if !is_method_listed {
        return Err(Complaint::Method(request.method.clone()));
    }
    // So that the preflight of a watched upload is remembered. The standard does so before it looks for the method, and
    // thereby allows any; the note there speaks of the cache alone, and Chromium 156 refuses the others.
    if !is_listed && request.page.use_cors_preflight {
        methods.push(&request.method);
    }
    let has_wildcard = without_credentials && header_names.contains(&"*");
    for name in unsafe_names {
        let is_listed = header_names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
        if !(is_listed || has_wildcard && is_covered_by_wildcard(name, readings)) {
            return Err(Complaint::Header(name.clone()));
        }
    }
    Ok(Allowed { methods, header_names, max_age: max_age(headers) })
}

/// Whether `*` stands for a header name as well. The standard excepts `Authorization`; Chromium does not, which is why
/// the answer is a reading. <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
fn is_covered_by_wildcard(name: &str, readings: &Readings) -> bool {
    name != "authorization" || readings.value(Reading::AuthorizationByWildcard) == "chromium"
}

/// The server's age, without the cap that each browser has.
/// <https://fetch.spec.whatwg.org/#http-access-control-max-age>
fn max_age(headers: &HeaderList) -> u64 {
    let value = combined(headers, "Access-Control-Max-Age");
    let digits = value.filter(|value| !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()));
    digits.map_or(DEFAULT_MAX_AGE, |digits| digits.parse().unwrap_or(u64::MAX))
}
