//! From a page's request to a verdict, step by step as the standard has them.
//!
//! <https://fetch.spec.whatwg.org/#fetching>

use super::console::{Complaint, Place};
use super::cors_check::{cors_check, exposed_header_names};
use super::request::{Request, is_origin_of, not_modelled};
use super::safelists::{cors_unsafe_request_header_names, is_safelisted_method};
use super::{Browser, Decision, Fetched, PageRequest, Reason, Send, Verdict, preflight, redirect};
use crate::fetch::CredentialsMode;
use crate::simulate::trace::{ExchangeKind, Party, Step, Trace};
use crate::simulate::{HttpRequest, HttpResponse, Readings, Url};

const HTTP_FETCH: &str = "https://fetch.spec.whatwg.org/#concept-http-fetch";
const CORS_CHECK: &str = "https://fetch.spec.whatwg.org/#cors-check";

/// <https://fetch.spec.whatwg.org/#concept-main-fetch>
pub(super) fn fetch(
    browser: &mut Browser,
    page: &PageRequest,
    readings: &Readings,
    trace: &mut Trace,
    send: Send<'_>,
) -> Fetched {
    let mut request = match Request::new(page, trace) {
        Ok(request) => request,
        Err(complaint) => {
            let place = Place { origin: &page.origin, url: &page.url, redirected_from: None, in_preflight: false };
            return complaint.into_fetched(&place, None, trace);
        }
    };
    let mut max_age = None;
    loop {
        request.is_cors |= !is_origin_of(&page.origin, &request.url);
        if request.is_cors {
            match ask_first(browser, &request, readings, trace, send) {
                Ok(age) => max_age = age.or(max_age),
                Err(complaint) => {
                    browser.preflights.clear(request.asker());
                    return complaint.into_fetched(&request.place(true), None, trace);
                }
            }
        }
        let outgoing = request.to_http();
        let response = answer(browser, &outgoing, trace, send);
        let fetched = match judge(browser, &mut request, &response, trace) {
            Ok(false) => Some(readable(&request, &response, max_age, trace)),
            Ok(true) => None,
            Err(complaint) => Some(complaint.into_fetched(&request.place(false), max_age, trace)),
        };
        trace.exchange(ExchangeKind::Actual, outgoing, response);
        if let Some(fetched) = fetched {
            return fetched;
        }
    }
}

/// Sends a preflight when one is needed and the cache does not know its answer.
/// <https://fetch.spec.whatwg.org/#concept-http-fetch>
fn ask_first(
    browser: &mut Browser,
    request: &Request<'_>,
    readings: &Readings,
    trace: &mut Trace,
    send: Send<'_>,
) -> Result<Option<u64>, Complaint> {
    let unsafe_names = cors_unsafe_request_header_names(&request.headers);
    let asks_for_method = !is_safelisted_method(&request.method) || request.page.use_cors_preflight;
    if !asks_for_method && unsafe_names.is_empty() {
        trace.step(|| Step::new(Party::Browser, "no preflight is needed", HTTP_FETCH));
        return Ok(None);
    }
    let (known, asker) = (&browser.preflights, request.asker());
    let is_known = (!asks_for_method || known.allows_method(asker, &request.method))
        && unsafe_names.iter().all(|name| known.allows_header(asker, name));
    if is_known {
        trace.step(|| {
            let source = "https://fetch.spec.whatwg.org/#concept-cache";
            Step::new(Party::Browser, "no preflight is sent: an earlier one is remembered", source)
        });
        return Ok(None);
    }
    trace.step(|| {
        let method = (!is_safelisted_method(&request.method)).then(|| format!("the method `{}`", request.method));
        let flag = request.page.use_cors_preflight.then(|| "the upload is watched or a stream".to_owned());
        let headers = (!unsafe_names.is_empty()).then(|| format!("the headers `{}`", unsafe_names.join("`, `")));
        let because: Vec<String> = [method, flag, headers].into_iter().flatten().collect();
        Step::new(Party::Browser, "a preflight goes first", HTTP_FETCH).because(because.join("; "))
    });
    preflight::fetch(request, &unsafe_names, readings, &mut browser.preflights, trace, send).map(Some)
}

/// What the server or the browser's own cache answers.
fn answer(browser: &Browser, outgoing: &HttpRequest, trace: &mut Trace, send: Send<'_>) -> HttpResponse {
    let Some(response) = browser.responses.reusable(outgoing) else { return send(outgoing, trace) };
    trace.step(|| {
        let source = "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches";
        Step::new(Party::Browser, "the browser's own cache answers, and nothing is sent", source)
            .because("it holds a response to the same URL, and `Vary` does not tell the two requests apart")
    });
    response.clone()
}

/// The CORS check of a response, and whether it leads on to another address: then the request is turned there.
fn judge(
    browser: &mut Browser,
    request: &mut Request<'_>,
    response: &HttpResponse,
    trace: &mut Trace,
) -> Result<bool, Complaint> {
    let checked = not_modelled(response).and_then(|()| {
        if request.is_cors { cors_check(request.origin(), request.page.credentials, &response.headers) } else { Ok(()) }
    });
    trace.step(|| match &checked {
        Ok(()) if request.is_cors => Step::new(Party::Browser, "the CORS check passes", CORS_CHECK),
        Ok(()) => Step::new(Party::Browser, "the page has the same origin, and nothing is checked", HTTP_FETCH),
        Err(Complaint::NotModelled(what)) => Step::new(Party::Browser, "nothing can be said", "").because(what),
        Err(complaint) => Step::new(Party::Browser, "the CORS check fails, and the page gets nothing", CORS_CHECK)
            .because(complaint.policy(false)),
    });
    if let Err(complaint) = checked {
        browser.preflights.clear(request.asker());
        return Err(complaint);
    }
    let leads_on = redirect::follow(request, response)?;
    if leads_on {
        trace.step(|| {
            let text = format!("the redirect is followed to `{}`", request.url);
            Step::new(Party::Browser, text, "https://fetch.spec.whatwg.org/#http-redirect-fetch")
        });
    }
    Ok(leads_on)
}

/// What a page gets from a response that nothing keeps from it.
fn readable(request: &Request<'_>, response: &HttpResponse, max_age: Option<u64>, trace: &Trace) -> Fetched {
    let (reason, exposed_headers) = if request.is_cors {
        (Reason::CorsCheckPassed, exposed_header_names(request.page.credentials, &response.headers))
    } else {
        // <https://fetch.spec.whatwg.org/#concept-filtered-response-basic>
        (Reason::SameOrigin, vec!["*".to_owned()])
    };
    let verdict = Verdict { decision: Decision::Readable, reason, message: read(response, &request.url, trace) };
    Fetched { verdict, exposed_headers, preflight_max_age: max_age }
}

fn read(response: &HttpResponse, url: &Url, trace: &Trace) -> String {
    if trace.is_on() { format!("status {} from `{url}`", response.status) } else { String::new() }
}

/// One request as it stands.
pub(super) fn raw(request: &HttpRequest, trace: &mut Trace, send: Send<'_>) -> Fetched {
    let response = send(request, trace);
    let origin = request.headers.first("Origin");
    let checked = not_modelled(&response)
        .and_then(|()| cors_check(origin.unwrap_or_default(), CredentialsMode::Omit, &response.headers));
    let blocked = |complaint: Complaint, trace: &Trace| {
        let origin = origin.unwrap_or_default();
        let place = Place { origin, url: &request.url, redirected_from: None, in_preflight: false };
        complaint.into_fetched(&place, None, trace)
    };
    let fetched = match (checked, origin) {
        (checked, None) if !matches!(checked, Err(Complaint::NotModelled(_))) => {
            let text = "a request without `Origin` is no CORS request: no page could read this response across origins";
            let message = if trace.is_on() { text.to_owned() } else { String::new() };
            let verdict = Verdict { decision: Decision::Blocked, reason: Reason::AllowOriginMissing, message };
            Fetched { verdict, exposed_headers: Vec::new(), preflight_max_age: None }
        }
        (Err(complaint), _) => blocked(complaint, trace),
        (Ok(()), _) => {
            let message = read(&response, &request.url, trace);
            let verdict = Verdict { decision: Decision::Readable, reason: Reason::CorsCheckPassed, message };
            let exposed_headers = exposed_header_names(CredentialsMode::Omit, &response.headers);
            Fetched { verdict, exposed_headers, preflight_max_age: None }
        }
    };
    trace.exchange(ExchangeKind::Actual, request.clone(), response);
    fetched
}
