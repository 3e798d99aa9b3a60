//! Preflights: refused with a reason, or answered by the first rule that matches.
//!
//! They are never authorised, and nothing about the object matters.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html>

use super::super::trace::{Party, Step, Trace};
use super::super::{ErrorBody, HttpRequest, HttpResponse, Readings};
use super::{CorsRequest, RECORDED, cors_headers, decide_rule, is_bucket_url, rules};
use crate::deployed::CorsConfiguration;
use crate::fetch::HeaderList;
use crate::fetch::header::is_token;
use std::borrow::Cow;

/// Methods that a rule may hold. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/// What S3 refuses by, in the order in which it looks. The first three and the last were recorded on AWS; that a
/// method or header name is judged before the rules is UNCONFIRMED (cloudserver and versitygw do).
enum Refusal<'r> {
    OriginMissing,
    BucketNotFound,
    NotEnabled,
    InvalidMethod(Option<&'r str>),
    InvalidHeader(&'r str),
    NotAllowed,
}

/// The bucket as far as a preflight looks at it.
#[derive(Clone, Copy)]
pub(super) enum Configuration<'b> {
    /// There is no such bucket.
    NoBucket,
    /// A bucket with or without a configuration.
    Cors(Option<&'b CorsConfiguration>),
}

pub(super) fn respond(
    configuration: Configuration<'_>,
    readings: &Readings,
    request: &HttpRequest,
    trace: &mut Trace,
) -> HttpResponse {
    let asked = CorsRequest::of(request);
    match judge(configuration, readings, asked.as_ref(), request, trace) {
        Ok(headers) => HttpResponse { status: 200, headers, error: None, by: Party::S3 },
        Err(refusal) => {
            let error = refusal.error(request);
            trace.step(|| {
                Step::new(Party::S3, "refuses the preflight", refusal.source()).because(error.message.clone())
            });
            let headers = HeaderList::from_iter([("Content-Type", "application/xml")]);
            HttpResponse { status: refusal.status(), headers, error: Some(error), by: Party::S3 }
        }
    }
}

fn judge<'r>(
    configuration: Configuration<'_>,
    readings: &Readings,
    asked: Option<&'r CorsRequest<'r>>,
    request: &'r HttpRequest,
    trace: &mut Trace,
) -> Result<HeaderList, Refusal<'r>> {
    let asked = asked.ok_or(Refusal::OriginMissing)?;
    let Configuration::Cors(cors) = configuration else { return Err(Refusal::BucketNotFound) };
    let cors = cors.filter(|cors| !cors.rules.is_empty()).ok_or(Refusal::NotEnabled)?;
    let method = request.headers.first("Access-Control-Request-Method");
    if !method.is_some_and(|method| METHODS.contains(&method)) {
        return Err(Refusal::InvalidMethod(method));
    }
    if let Some(name) = rules::requested_headers(&asked.headers).find(|name| !is_token(name)) {
        return Err(Refusal::InvalidHeader(name));
    }
    let rule = decide_rule(cors, readings, asked, trace).ok_or(Refusal::NotAllowed)?;
    let mut headers = HeaderList::new();
    cors_headers(&mut headers, rule, readings, asked, true);
    headers.append("Content-Length", "0");
    Ok(headers)
}

impl Refusal<'_> {
    fn status(&self) -> u16 {
        match self {
            Self::OriginMissing | Self::InvalidMethod(_) | Self::InvalidHeader(_) => 400,
            Self::BucketNotFound | Self::NotEnabled | Self::NotAllowed => 403,
        }
    }

    fn source(&self) -> &'static str {
        match self {
            Self::OriginMissing | Self::BucketNotFound | Self::NotEnabled | Self::NotAllowed => RECORDED,
            Self::InvalidMethod(_) => {
                "https://github.com/scality/Arsenal/blob/fd8a49e71c2bec70a1eaac77f5a05c31610ad503/lib/s3routes/routes/routeOPTIONS.ts"
            }
            Self::InvalidHeader(_) => {
                "https://github.com/versity/versitygw/blob/24b1c45db311b6efe10df00cdce5e101a561a48a/auth/bucket_cors.go"
            }
        }
    }

    fn error(&self, request: &HttpRequest) -> ErrorBody {
        let (code, message) = match self {
            Self::OriginMissing => {
                ("BadRequest", Cow::Borrowed("Insufficient information. Origin request header needed."))
            }
            Self::BucketNotFound => ("AccessForbidden", "CORSResponse: Bucket not found".into()),
            Self::NotEnabled => ("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.".into()),
            Self::InvalidMethod(method) => {
                ("BadRequest", format!("Invalid Access-Control-Request-Method: {}", method.unwrap_or("null")).into())
            }
            Self::InvalidHeader(name) => {
                ("BadRequest", format!("Access-Control-Request-Headers \"{name}\" contains invalid character.").into())
            }
            // As S3 spells it.
            Self::NotAllowed => (
                "AccessForbidden",
                "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, \
                 request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted \
                 by the resource's CORS spec."
                    .into(),
            ),
        };
        let resource_type = match self {
            Self::OriginMissing | Self::InvalidMethod(_) | Self::InvalidHeader(_) => None,
            Self::BucketNotFound | Self::NotEnabled => Some("BUCKET"),
            Self::NotAllowed => Some(if is_bucket_url(&request.url) { "BUCKET" } else { "OBJECT" }),
        };
        let details = resource_type.map_or_else(Vec::new, |resource_type| {
            let method = request.headers.first("Access-Control-Request-Method").unwrap_or("OPTIONS");
            vec![("Method", method.to_owned()), ("ResourceType", resource_type.to_owned())]
        });
        ErrorBody { code: code.into(), message, details }
    }
}
