//! CloudFront: behaviours, methods, the cache key, forwarding, and response headers policies.

use super::server::Server;
use super::trace::Trace;
use super::{HttpRequest, HttpResponse, s3};
use crate::deployed::Distribution;

/// What a distribution answers.
pub(super) fn respond(
    server: &mut Server<'_>,
    distribution: &Distribution,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let _ = distribution;
    let client = s3::Client::OwnDistribution { signs: true };
    s3::respond(&server.asset.bucket, server.readings, client, server.object_exists, request, trace)
}

/// What a distribution of somebody else answers that names the bucket as its origin.
pub(super) fn respond_foreign(server: &mut Server<'_>, request: &HttpRequest, trace: &mut Trace) -> HttpResponse {
    let client = s3::Client::ForeignDistribution;
    s3::respond(&server.asset.bucket, server.readings, client, server.object_exists, request, trace)
}
