//! S3: CORS rules, preflights, error bodies, and whether the bucket's policy lets a request in.

use super::trace::{Party, Trace};
use super::{HttpRequest, HttpResponse, Readings};
use crate::deployed::Bucket;
use crate::fetch::HeaderList;

/// Who sends a request to the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// A browser: whether it is let in (a public bucket, a presigned URL) is not a question of this model.
    Direct,
    /// The distribution in front of the bucket; whether it signs its requests.
    OwnDistribution { signs: bool },
    /// A distribution of somebody else, which signs its requests.
    ForeignDistribution,
}

/// What S3 answers.
pub fn respond(
    bucket: &Bucket,
    readings: &Readings,
    client: Client,
    object_exists: bool,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let _ = (bucket, readings, client, object_exists, request, trace);
    HttpResponse { status: 200, headers: HeaderList::new(), error: None, by: Party::S3 }
}
