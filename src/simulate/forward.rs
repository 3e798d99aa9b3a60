//! What CloudFront sends on to the bucket: what is in the cache key, what the origin request policy adds, and headers
//! of the distribution's own. For an S3 origin nothing else brings `Origin` or a preflight's headers there.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html>

use super::cache::taken_query;
use super::trace::{Party, Step, Trace};
use super::{Door, ErrorBody, HttpRequest, HttpResponse, Server, Url, s3, server_contract};
use crate::aws::s3::is_presigned;
use crate::deployed::{CacheBehavior, Distribution, OriginRequestPolicy, Provenance, Selection};
use crate::fetch::HeaderList;

const FORWARDING: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html";
const CUSTOM_HEADERS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html";
const SIGNING: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html";

/// Sends a request to the bucket and brings its answer.
pub(super) fn to_bucket(
    server: &Server<'_>,
    distribution: &Distribution,
    behavior: &CacheBehavior,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let custom = distribution.custom_origin.as_ref();
    if let Some((policy, provenance)) = who_forwards(behavior, "Host").filter(|_| custom.is_none()) {
        return wrong_host(request, policy, provenance, trace);
    }
    let signs = distribution.origin_access_control.as_ref().is_some_and(|oac| oac.signs_always);
    let mut headers = request.headers.filtered(|name, value| {
        // A signature takes the place of the viewer's `Authorization`.
        let is_replaced = signs && name.eq_ignore_ascii_case("Authorization");
        let forwarder = who_forwards(behavior, name);
        let forwarder = forwarder.filter(|_| !is_replaced);
        if let Some((policy, provenance)) = forwarder {
            trace.step(|| {
                let what = format!("forwards `{name}: {value}`");
                Step::new(Party::CloudFront, what, FORWARDING).because(policy).from(provenance)
            });
        } else if tells_the_bucket(name) {
            trace.step(|| {
                let what = format!("does not forward `{name}`");
                let why = if is_replaced {
                    "the origin access control signs"
                } else {
                    "neither the cache policy nor the origin request policy takes it"
                };
                Step::new(Party::CloudFront, what, FORWARDING).because(why).from(&behavior.provenance)
            });
        }
        forwarder.is_some()
    });
    for (name, value) in &distribution.origin_custom_headers {
        headers.set(name.clone(), value.clone());
        trace.step(|| {
            let what = format!("sends `{name}: {value}`");
            Step::new(Party::CloudFront, what, CUSTOM_HEADERS).because("a custom header of the origin")
        });
    }
    let forwarded = HttpRequest { method: request.method.clone(), url: bucket_url(behavior, request), headers };
    let presigned = |url: &Url| url.query.as_deref().is_some_and(is_presigned);
    if presigned(&request.url) && !presigned(&forwarded.url) && custom.is_none() {
        trace.step(|| {
            Step::new(Party::CloudFront, "does not forward the URL's signature of S3", FORWARDING)
                .because("neither the cache policy nor the origin request policy takes the query string")
                .from(&behavior.provenance)
        });
    }
    if let Some(custom) = custom {
        return server_contract::respond(custom, server.readings, server.object_exists, &forwarded, trace);
    }
    trace.step(|| {
        let what = if signs { "signs the request" } else { "may send the request unsigned" };
        let oac = distribution.origin_access_control.as_ref();
        let name = oac.map(|oac| oac.name.as_deref().unwrap_or("without a name"));
        let why = name.map_or("no origin access control".to_owned(), |name| format!("origin access control `{name}`"));
        Step::new(Party::CloudFront, what, SIGNING).because(why)
    });
    let client = s3::Client::OwnDistribution { signs };
    s3::respond(&server.asset.bucket, server.readings, client, server.object_exists, &forwarded, trace)
}

/// A request as somebody else's distribution sends it on: everything of the viewer's, for the bucket's policy to judge.
pub(super) fn from_foreign(server: &Server<'_>, request: &HttpRequest, trace: &mut Trace) -> HttpResponse {
    trace.step(|| {
        Step::new(Party::CloudFront, "forwards the request to the bucket, signed", SIGNING)
            .because("a distribution of somebody else names the bucket as its origin")
    });
    let url = Url::new(server.asset, Door::Bucket, &request.url.path);
    let forwarded = HttpRequest { method: request.method.clone(), url, headers: request.headers.clone() };
    let client = s3::Client::ForeignDistribution;
    s3::respond(&server.asset.bucket, server.readings, client, server.object_exists, &forwarded, trace)
}

/// Whether a header of the viewer's is in the request to the origin.
pub(super) fn reaches(behavior: &CacheBehavior, name: &str) -> bool {
    who_forwards(behavior, name).is_some()
}

/// Which policy brings a header of the viewer's to the bucket, with where that one comes from.
fn who_forwards<'d>(behavior: &'d CacheBehavior, name: &str) -> Option<(&'static str, &'d Provenance)> {
    if behavior.cache_policy.headers.takes(name) {
        return Some(("it is in the cache key", &behavior.cache_policy.provenance));
    }
    let policy = behavior.origin_request_policy.as_ref()?;
    takes(policy, name).then_some(("the origin request policy takes it", &policy.provenance))
}

/// `Authorization` cannot be named in an origin request policy, only come along with everything.
fn takes(policy: &OriginRequestPolicy, name: &str) -> bool {
    let is_list = matches!(policy.headers, Selection::Whitelist(_));
    policy.headers.takes(name) && !(is_list && name.eq_ignore_ascii_case("Authorization"))
}

/// Whether S3's answer depends on a header, as far as CORS goes.
fn tells_the_bucket(name: &str) -> bool {
    ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Authorization"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

/// The address in the bucket. The host stays the viewer's: no model behind this looks at it, and to spell another costs.
fn bucket_url(behavior: &CacheBehavior, request: &HttpRequest) -> Url {
    let taken = request.url.query.as_deref().and_then(|query| {
        let own = &behavior.cache_policy.query_strings;
        let more = behavior.origin_request_policy.as_ref().map_or(&Selection::None, |policy| &policy.query_strings);
        taken_query(&[own, more], query)
    });
    Url { door: Door::Bucket, query: taken, ..request.url.clone() }
}

/// S3 takes the viewer's `Host` for the name of a bucket that is not this one.
fn wrong_host(request: &HttpRequest, policy: &'static str, provenance: &Provenance, trace: &mut Trace) -> HttpResponse {
    trace.step(|| {
        let what = format!("forwards `Host: {}`", request.url.host);
        Step::new(Party::CloudFront, what, FORWARDING).because(policy).from(provenance)
    });
    trace.step(|| {
        let what = "refuses the request: `Host` does not name the bucket";
        Step::new(Party::S3, what, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html")
    });
    let error = ErrorBody { code: "AccessDenied".into(), message: "Access Denied".into(), ..Default::default() };
    let error = Some(error).filter(|_| request.method != "HEAD");
    HttpResponse { status: 403, headers: HeaderList::new(), error, by: Party::S3 }
}
