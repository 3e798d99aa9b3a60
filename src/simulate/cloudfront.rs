//! CloudFront: what a distribution answers. In this order: behaviour, viewer protocol, method, signature, function on
//! `viewer-request`, cache, origin, custom error page, response headers policy, function on `viewer-response`.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>

use super::cache::{CacheKey, Uncached, is_kept};
use super::function::{self, OnRequest};
use super::policy::{self, Viewer};
use super::readings::Reading;
use super::server::{Audience, Server};
use super::trace::{CacheUse, Party, Step, Trace};
use super::{ErrorBody, HttpRequest, HttpResponse, forward, signed};
use crate::deployed::{CacheBehavior, Distribution, Selection, ViewerProtocolPolicy};
use crate::fetch::HeaderList;
use std::borrow::Cow;

pub use super::paths::{behavior_for, path_matches};

const BEHAVIORS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html";
const HTTPS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html";
const CACHE_KEY: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html";
const CACHED_ERRORS: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html";
const SIGNATURES: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-overview.html";
const FUNCTIONS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html";
const ERROR_PAGES: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html";

/// The code of an answer that stands for "nobody here can tell".
pub const NOT_MODELLED: &str = "NotModelled";
/// The code of CloudFront's own refusal of a method.
pub const METHOD_NOT_ALLOWED: &str = "MethodNotAllowedByBehavior";
/// The code of CloudFront's own refusal of a request that is not encrypted.
pub const HTTPS_ONLY: &str = "HttpsOnly";

/// What a distribution answers.
pub(super) fn respond(
    server: &mut Server<'_>,
    distribution: &Distribution,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    trace.cache(CacheUse::Bypass);
    let viewer = Viewer { request, readings: server.readings, audience: server.audience };
    let behavior = match modelled_behavior(distribution, &request.url.path) {
        Ok(behavior) => behavior,
        Err(what) => return not_modelled(what, trace),
    };
    trace.step(|| {
        let what = match &behavior.path_pattern {
            Some(pattern) => format!("takes the cache behaviour of `{pattern}`"),
            None => "takes the default cache behaviour".to_owned(),
        };
        let why = format!("`{}` falls to it", request.url.path);
        Step::new(Party::CloudFront, what, BEHAVIORS).because(why).from(&behavior.provenance)
    });
    if let Some(answer) = refused_protocol(behavior, request, trace) {
        return finished_own(behavior, viewer, answer, trace);
    }
    if !behavior.allowed_methods.iter().any(|method| *method == request.method) {
        let answer = refused_method(behavior, request, trace);
        let is_shown = request.method == "OPTIONS" && viewer.audience != Audience::Nobody;
        let page = is_shown.then(|| error_page(distribution, behavior, viewer, &answer, trace)).flatten();
        return match page {
            Some(page) => finished(behavior, viewer, page, trace),
            None => finished_own(behavior, viewer, answer, trace),
        };
    }
    trace.step(|| {
        let what = format!("lets the method `{}` pass", request.method);
        let why = format!("allowed methods: {}", behavior.allowed_methods.join(", "));
        Step::new(Party::CloudFront, what, BEHAVIORS).because(why).from(&behavior.provenance)
    });
    if !behavior.trusted_key_groups.is_empty() && !signed::is_signed(server, request) {
        let asks_first =
            behavior.viewer_request.is_none() || server.readings.value(Reading::SignatureCheck) == "before-functions";
        let answered = behavior.viewer_request.as_ref().filter(|_| !asks_first);
        let answer = answered.map(|function| function::on_request(function, request, trace));
        return match answer {
            Some(OnRequest::Answer(answer)) => {
                finished_made(behavior, viewer, answer, Reading::PolicyOnFunctionAnswers, trace)
            }
            _ => finished_own(behavior, viewer, unsigned(behavior, trace), trace),
        };
    }
    let unsigned_request = (!behavior.trusted_key_groups.is_empty()).then(|| signed::without_signature(request));
    let request = unsigned_request.as_ref().unwrap_or(request);
    let ran = behavior.viewer_request.as_ref().map(|function| function::on_request(function, request, trace));
    let forwarded = match ran {
        Some(OnRequest::Answer(answer)) => {
            return finished_made(behavior, viewer, answer, Reading::PolicyOnFunctionAnswers, trace);
        }
        Some(OnRequest::Pass(changed)) => Cow::Owned(changed),
        None => Cow::Borrowed(request),
    };
    let answer = through_cache(server, distribution, behavior, &forwarded, trace);
    if viewer.audience == Audience::Nobody {
        return answer;
    }
    let is_error = answer.status >= 400;
    let answer = error_page(distribution, behavior, viewer, &answer, trace).unwrap_or(answer);
    let mut answer = finished(behavior, viewer, answer, trace);
    if let Some(function) = &behavior.viewer_response {
        if is_error {
            trace.step(|| {
                let what = format!("leaves out the function `{}` on `viewer-response`", function.name);
                Step::new(Party::CloudFront, what, FUNCTIONS).because("the origin answered with an error")
            });
        } else {
            function::on_response(function, request, &mut answer, trace);
        }
    }
    answer
}

/// What a distribution of somebody else answers that names the bucket as its origin, forwards all headers but `Host`,
/// and neither caches nor has policies.
pub(super) fn respond_foreign(server: &mut Server<'_>, request: &HttpRequest, trace: &mut Trace) -> HttpResponse {
    trace.cache(CacheUse::Bypass);
    forward::from_foreign(server, request, trace)
}

/// The behaviour of a path, or what stands in the way of telling its answers.
fn modelled_behavior<'d>(distribution: &'d Distribution, path: &str) -> Result<&'d CacheBehavior, String> {
    let Some(behavior) = behavior_for(distribution, path) else {
        return Err(if distribution.complete {
            format!("no cache behaviour takes the path `{path}`")
        } else {
            format!("the path `{path}` belongs to the distribution's owner")
        });
    };
    if behavior.is_for_this_bucket && behavior.unknown.is_empty() {
        return Ok(behavior);
    }
    let name = match &behavior.path_pattern {
        Some(pattern) => format!("the cache behaviour of `{pattern}`"),
        None => "the default cache behaviour".to_owned(),
    };
    Err(if behavior.is_for_this_bucket {
        format!("{name} has {}", behavior.unknown.join(", "))
    } else {
        format!("{name} leads to another origin than this bucket")
    })
}

fn not_modelled(what: String, trace: &mut Trace) -> HttpResponse {
    trace.step(|| Step::new(Party::CloudFront, "has a say that is not modelled", BEHAVIORS).because(what.as_str()));
    own_answer(200, HeaderList::new(), NOT_MODELLED, what)
}

/// An answer that CloudFront makes itself.
fn own_answer(
    status: u16,
    headers: HeaderList,
    code: &'static str,
    message: impl Into<Cow<'static, str>>,
) -> HttpResponse {
    let error = Some(ErrorBody { code: code.into(), message: message.into(), ..ErrorBody::default() });
    HttpResponse { status, headers, error, by: Party::CloudFront }
}

/// What comes of a request over `http`, where it does not simply pass.
fn refused_protocol(behavior: &CacheBehavior, request: &HttpRequest, trace: &mut Trace) -> Option<HttpResponse> {
    if request.url.is_https {
        return None;
    }
    let (status, what) = match behavior.viewer_protocol_policy {
        ViewerProtocolPolicy::AllowAll => return None,
        ViewerProtocolPolicy::HttpsOnly => (403, "refuses a request over `http`"),
        ViewerProtocolPolicy::RedirectToHttps if matches!(request.method.as_str(), "GET" | "HEAD") => {
            (301, "redirects to `https`")
        }
        ViewerProtocolPolicy::RedirectToHttps => (307, "redirects to `https`"),
    };
    trace.step(|| {
        let policy = match behavior.viewer_protocol_policy {
            ViewerProtocolPolicy::HttpsOnly => "the viewer protocol policy is `https-only`",
            _ => "the viewer protocol policy is `redirect-to-https`",
        };
        Step::new(Party::CloudFront, what, HTTPS).because(policy).from(&behavior.provenance)
    });
    if status == 403 {
        return Some(own_answer(status, HeaderList::new(), HTTPS_ONLY, "the request is not encrypted"));
    }
    let location = super::Url { is_https: true, ..request.url.clone() }.to_string();
    let headers = HeaderList::from_iter([("Location", location)]);
    Some(HttpResponse { status, headers, error: None, by: Party::CloudFront })
}

/// CloudFront's refusal of a method that the behaviour does not allow; nothing reaches the bucket.
fn refused_method(behavior: &CacheBehavior, request: &HttpRequest, trace: &mut Trace) -> HttpResponse {
    trace.step(|| {
        let what = format!("refuses the method `{}`", request.method);
        let why = format!("allowed methods: {}", behavior.allowed_methods.join(", "));
        Step::new(Party::CloudFront, what, BEHAVIORS).because(why).from(&behavior.provenance)
    });
    let message = format!("the distribution is not configured to allow the method `{}`", request.method);
    own_answer(403, HeaderList::new(), METHOD_NOT_ALLOWED, message)
}

/// CloudFront's refusal of a request without a signature; nothing reaches the cache or the bucket.
fn unsigned(behavior: &CacheBehavior, trace: &mut Trace) -> HttpResponse {
    trace.step(|| {
        let why = format!("the behaviour trusts {}", behavior.trusted_key_groups.join(", "));
        Step::new(Party::CloudFront, "refuses a request without a signature", SIGNATURES)
            .because(why)
            .from(&behavior.provenance)
    });
    let message = "Missing Key-Pair-Id query parameter or cookie value".to_owned();
    own_answer(403, HeaderList::new(), signed::MISSING_KEY, message)
}

/// The answer of the bucket, from the cache or fetched.
fn through_cache(
    server: &mut Server<'_>,
    distribution: &Distribution,
    behavior: &CacheBehavior,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let provenance = &behavior.cache_policy.provenance;
    let key = match CacheKey::of(behavior, request) {
        Ok(key) => key,
        Err(reason) => {
            trace.step(|| {
                let why = match reason {
                    Uncached::Method => format!("answers to `{}` are not cached here", request.method),
                    Uncached::NoTtl => "the cache policy has a maximum TTL of 0".to_owned(),
                    Uncached::AllHeaders => "all headers are forwarded, so nothing is cached".to_owned(),
                };
                Step::new(Party::CloudFront, "does not ask the cache", CACHE_KEY).because(why).from(provenance)
            });
            return from_origin(server, distribution, behavior, request, trace);
        }
    };
    let found = server.cache.get(&key, server.readings);
    trace.cache(if found.is_some() { CacheUse::Hit } else { CacheUse::Miss });
    trace.step(|| {
        let what = if found.is_some() { "answers from the cache" } else { "finds nothing in the cache" };
        Step::new(Party::CloudFront, what, CACHE_KEY).because(told(behavior, &key)).from(provenance)
    });
    if let Some(found) = found {
        return found.clone();
    }
    let answer = from_origin(server, distribution, behavior, request, trace);
    if is_kept(&answer) {
        server.cache.fill(key, answer.clone());
    } else {
        trace.step(|| {
            let what = "does not keep the answer in the cache";
            let why = format!("an error {} is kept only when the bucket sends `Cache-Control`", answer.status);
            Step::new(Party::CloudFront, what, CACHED_ERRORS).because(why)
        });
    }
    answer
}

/// The answer of the bucket as the cache gets it: a Lambda@Edge on `origin-response` runs before.
fn from_origin(
    server: &Server<'_>,
    distribution: &Distribution,
    behavior: &CacheBehavior,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let mut answer = forward::to_bucket(server, distribution, behavior, request, trace);
    if let Some(function) = &behavior.origin_response {
        let origin = request.headers.first("Origin").filter(|_| forward::reaches(behavior, "Origin"));
        function::on_origin_response(function, request, origin, &mut answer, trace);
    }
    answer
}

/// A cache key in words.
fn told(behavior: &CacheBehavior, key: &CacheKey) -> String {
    let names = match &behavior.cache_policy.headers {
        Selection::Whitelist(names) => names.as_slice(),
        _ => &[],
    };
    let mut parts = vec![format!("the key is path `{}`", key.path)];
    parts.extend(names.iter().zip(&key.headers).map(|(name, value)| match value {
        Some(value) => format!("`{name}: {value}`"),
        None => format!("no `{name}`"),
    }));
    if names.is_empty() {
        parts.push("no headers".to_owned());
    }
    parts.join(", ")
}

/// The page that takes the place of an error, where there is one. It is another object than the one that was asked
/// for, and was fetched without the viewer's headers.
fn error_page(
    distribution: &Distribution,
    behavior: &CacheBehavior,
    viewer: Viewer<'_>,
    answer: &HttpResponse,
    trace: &mut Trace,
) -> Option<HttpResponse> {
    let pages = &distribution.custom_error_responses;
    let status = pages.iter().find(|page| page.error_code == answer.status)?.response_code?;
    if viewer.request.method == "OPTIONS" {
        let (readings, reading) = (viewer.readings, Reading::ErrorPageForOptions);
        // Without CORS headers the page fails as the refusal does.
        let matters = behavior.response_headers_policy.as_ref().is_some_and(|policy| policy::speaks(policy, viewer));
        let value = if matters { readings.value(reading) } else { readings.peek(reading) };
        if value != "replaced" {
            trace.step(|| {
                Step::new(Party::CloudFront, "keeps the refusal of a preflight", ERROR_PAGES)
                    .because("reading `error-page-for-options`")
            });
            return None;
        }
    }
    trace.step(|| {
        let what = format!("answers with a custom error page and the status {status}");
        Step::new(Party::CloudFront, what, ERROR_PAGES).because(format!("the status was {}", answer.status))
    });
    Some(HttpResponse { status, headers: HeaderList::new(), error: None, by: Party::CloudFront })
}

/// An answer as the viewer gets it.
fn finished(behavior: &CacheBehavior, viewer: Viewer<'_>, mut answer: HttpResponse, trace: &mut Trace) -> HttpResponse {
    if let Some(policy) = &behavior.response_headers_policy {
        policy::apply(policy, viewer, &mut answer.headers, trace);
    }
    answer
}

/// An answer that CloudFront made itself, as the viewer gets it: whether policies reach those is a reading.
fn finished_own(behavior: &CacheBehavior, viewer: Viewer<'_>, answer: HttpResponse, trace: &mut Trace) -> HttpResponse {
    finished_made(behavior, viewer, answer, Reading::PolicyOnOwnErrors, trace)
}

/// An answer that no origin made, as the viewer gets it.
fn finished_made(
    behavior: &CacheBehavior,
    viewer: Viewer<'_>,
    answer: HttpResponse,
    reading: Reading,
    trace: &mut Trace,
) -> HttpResponse {
    let policy = behavior.response_headers_policy.as_ref().filter(|_| viewer.audience != Audience::Nobody);
    let Some(policy) = policy else { return answer };
    let readings = viewer.readings;
    let value = if policy::speaks(policy, viewer) { readings.value(reading) } else { readings.peek(reading) };
    if value == "applied" {
        return finished(behavior, viewer, answer, trace);
    }
    trace.step(|| {
        let what = "leaves its own answer without the response headers policy";
        Step::new(Party::CloudFront, what, policy::SOURCE).because(format!("reading `{}`", reading.info().name))
    });
    answer
}
