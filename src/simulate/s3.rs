//! S3: CORS rules, preflights, error bodies, and whether the bucket's policy lets a request in.
//!
//! CORS is evaluated for every method, and never keeps a request from being carried out. What no page says was
//! recorded on AWS by a public test suite (`RECORDED`), or is UNCONFIRMED and marked so.

mod access;
mod preflight;
mod rules;

pub use rules::{header_matches, matching_rules, origin_matches};
pub(super) use rules::{requested_headers, rule_matches};

use super::trace::{Party, Step, Trace};
use super::{ErrorBody, HttpRequest, HttpResponse, Readings, Url};
use crate::aws::s3::is_presigned;
use crate::deployed::{Bucket, CorsConfiguration, CorsRule};
use crate::fetch::HeaderList;
use access::Target;
use smol_str::SmolStr;
use std::borrow::Cow;

/// Answers of AWS, recorded by a test suite.
const RECORDED: &str =
    "https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_cors.snapshot.json";
const RULES: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html";
const ERRORS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html";
const MISSING: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html";
/// People report the error; the header is the other signature.
const TWO_SIGNATURES: &str = "https://github.com/aws/aws-sdk-js/issues/3680";
const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// Who sends a request to the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// A browser: whether it is let in (a public bucket, a presigned URL) is not a question of this model.
    Direct,
    /// The distribution in front of the bucket; whether it signs its requests.
    OwnDistribution {
        /// Whether it signs.
        signs: bool,
    },
    /// A distribution of somebody else, which signs its requests.
    ForeignDistribution,
}

impl Client {
    fn described(self) -> &'static str {
        match self {
            Self::Direct => "a browser",
            Self::OwnDistribution { signs: true } => "the distribution",
            Self::OwnDistribution { signs: false } => "the distribution, which does not sign its requests",
            Self::ForeignDistribution => "a distribution of somebody else",
        }
    }
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
    if request.method == "OPTIONS" {
        let configuration = preflight::Configuration::Cors(bucket.cors.as_ref());
        return preflight::respond(configuration, readings, request, trace);
    }
    let (status, error) = match carry_out(bucket, client, object_exists, request, trace) {
        Ok(status) => (status, None),
        Err(failure) => (failure.status(), Some(failure.body(request))),
    };
    let mut headers = HeaderList::new();
    // Errors carry the headers, too, so that a page can read them.
    // https://github.com/ceph/s3-tests, test_cors_origin_response
    let asked = CorsRequest::of(request);
    let rule = bucket.cors.as_ref().zip(asked.as_ref()).and_then(|(cors, r)| decide_rule(cors, readings, r, trace));
    if let (Some(rule), Some(asked)) = (rule, &asked) {
        cors_headers(&mut headers, rule, readings, asked, false);
    } else {
        trace.step(|| {
            let has_rules = bucket.cors.as_ref().is_some_and(|cors| !cors.rules.is_empty());
            let why = match (has_rules, &asked) {
                (false, _) => "the bucket has no rules",
                (true, None) => "the request has no `Origin`",
                (true, Some(_)) => "no rule matches",
            };
            Step::new(Party::S3, "sends no CORS headers, and no `Vary`", RECORDED).because(why)
        });
    }
    if error.is_some() {
        headers.append("Content-Type", "application/xml");
    }
    // An answer to HEAD has no body. https://www.rfc-editor.org/rfc/rfc9110#name-head
    HttpResponse { status, headers, error: error.filter(|_| request.method != "HEAD"), by: Party::S3 }
}

/// What S3 answers for a bucket that does not exist.
pub fn respond_without_bucket(request: &HttpRequest, trace: &mut Trace) -> HttpResponse {
    if request.method == "OPTIONS" {
        return preflight::respond(preflight::Configuration::NoBucket, &Readings::default(), request, trace);
    }
    let error = ErrorBody {
        code: "NoSuchBucket".into(),
        message: "The specified bucket does not exist".into(),
        details: Vec::new(),
    };
    trace.step(|| Step::new(Party::S3, "has no such bucket", ERRORS));
    HttpResponse {
        status: 404,
        headers: HeaderList::from_iter([("Content-Type", "application/xml")]),
        error: Some(error).filter(|_| request.method != "HEAD"),
        by: Party::S3,
    }
}

/// What the rules look at in a request.
struct CorsRequest<'r> {
    origin: SmolStr,
    method: &'r str,
    headers: SmolStr,
}

impl<'r> CorsRequest<'r> {
    /// `None` without an origin. `Access-Control-Request-Method` and `-Headers` count on every request, not only on
    /// preflights (recorded on AWS). That an empty value is as good as none is UNCONFIRMED.
    fn of(request: &'r HttpRequest) -> Option<Self> {
        let value = |name| request.headers.get(name).filter(|value| !value.is_empty());
        let method = request.headers.first("Access-Control-Request-Method").filter(|method| !method.is_empty());
        Some(Self {
            origin: value("Origin")?,
            method: method.unwrap_or(&request.method),
            headers: value("Access-Control-Request-Headers").unwrap_or_default(),
        })
    }

    fn requested_headers(&self) -> impl Iterator<Item = &str> + Clone {
        rules::requested_headers(&self.headers)
    }
}

/// The first rule that matches; nothing is merged.
fn decide_rule<'b>(
    cors: &'b CorsConfiguration,
    readings: &Readings,
    asked: &CorsRequest<'_>,
    trace: &mut Trace,
) -> Option<&'b CorsRule> {
    let matches =
        |r: &CorsRule| rules::rule_matches(r, readings, &asked.origin, asked.method, asked.requested_headers());
    let place = cors.rules.iter().position(matches);
    for (index, rule) in cors.rules.iter().enumerate().take(place.unwrap_or(cors.rules.len())) {
        trace.step(|| {
            let why = rules::mismatch(rule, readings, &asked.origin, asked.method, asked.requested_headers());
            Step::new(Party::S3, format!("passes over {}", named(rule, index)), RULES)
                .because(why)
                .from(&rule.provenance)
        });
    }
    let rule = place.and_then(|place| cors.rules.get(place));
    if let (Some(rule), Some(index)) = (rule, place) {
        trace.step(|| {
            Step::new(Party::S3, format!("answers by {}", named(rule, index)), RULES)
                .because(format!("it is the first rule for `{}` from `{}`", asked.method, asked.origin))
                .from(&rule.provenance)
        });
    }
    rule
}

fn named(rule: &CorsRule, index: usize) -> String {
    rule.id.as_ref().map_or_else(|| format!("rule {}", index + 1), |id| format!("rule `{id}`"))
}

/// The headers of a rule, as recorded on AWS: the whole list of methods, the age and `Vary` on every answer, the
/// requested names (never the rule's) on preflights only, and credentials wherever the answer is not `*`.
fn cors_headers(
    headers: &mut HeaderList,
    rule: &CorsRule,
    readings: &Readings,
    asked: &CorsRequest<'_>,
    is_preflight: bool,
) {
    let wildcard = rules::answers_wildcard(rule, readings, &asked.origin);
    headers
        .append("Access-Control-Allow-Origin", if wildcard { SmolStr::new_static("*") } else { asked.origin.clone() });
    headers.append("Access-Control-Allow-Methods", rule.allowed_methods.join(", "));
    if is_preflight {
        let mut names = String::with_capacity(asked.headers.len());
        for name in asked.requested_headers() {
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.extend(name.chars().map(|c| c.to_ascii_lowercase()));
        }
        if !names.is_empty() {
            headers.append("Access-Control-Allow-Headers", names);
        }
    }
    if !rule.expose_headers.is_empty() {
        headers.append("Access-Control-Expose-Headers", rule.expose_headers.join(", "));
    }
    if let Some(age) = rule.max_age_seconds
        && (age != 0 || readings.value(super::Reading::S3ZeroMaxAge) == "sent")
    {
        headers.append("Access-Control-Max-Age", age.to_string());
    }
    if !wildcard {
        headers.append("Access-Control-Allow-Credentials", "true");
    }
    headers.append("Vary", SmolStr::new_static(VARY));
}

/// Why a request is not carried out. <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
#[derive(Clone, Copy)]
enum Failure {
    TwoSignatures,
    MethodNotAllowed,
    AccessDenied,
    NoSuchKey,
}

impl Failure {
    fn status(self) -> u16 {
        match self {
            Self::TwoSignatures => 400,
            Self::MethodNotAllowed => 405,
            Self::AccessDenied => 403,
            Self::NoSuchKey => 404,
        }
    }

    fn body(self, request: &HttpRequest) -> ErrorBody {
        let (code, message) = match self {
            // https://github.com/aws/aws-sdk-js/issues/3680
            Self::TwoSignatures => (
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or \
                 the Authorization header should be specified",
            ),
            Self::MethodNotAllowed => {
                ("MethodNotAllowed", "The specified method is not allowed against this resource.")
            }
            Self::AccessDenied => ("AccessDenied", "Access Denied"),
            Self::NoSuchKey => ("NoSuchKey", "The specified key does not exist."),
        };
        let details = match self {
            Self::MethodNotAllowed => {
                let resource_type = if is_bucket_url(&request.url) { "BUCKET" } else { "OBJECT" };
                vec![("Method", request.method.to_string()), ("ResourceType", resource_type.to_owned())]
            }
            Self::TwoSignatures => vec![("ArgumentName", "Authorization".to_owned())],
            Self::AccessDenied | Self::NoSuchKey => Vec::new(),
        };
        ErrorBody { code: code.into(), message: message.into(), details }
    }
}

/// What a request wants: the permission it needs, and the status when it gets it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
struct Operation<'r> {
    action: &'static str,
    target: Target<'r>,
    status: u16,
}

fn operation<'r>(request: &HttpRequest, key: &'r str) -> Option<Operation<'r>> {
    let asks = |name: &str| {
        let mut parameters = request.url.query.as_deref().unwrap_or_default().split('&');
        parameters.any(|parameter| parameter.split_once('=').map_or(parameter, |(name, _)| name) == name)
    };
    let object = Target::Object(key);
    let (action, target, status) = match (request.method.as_str(), is_bucket_url(&request.url)) {
        ("GET" | "HEAD", true) => ("s3:ListBucket", Target::Bucket, 200),
        ("GET", false) if asks("uploadId") => ("s3:ListMultipartUploadParts", object, 200),
        ("GET" | "HEAD", false) => ("s3:GetObject", object, 200),
        ("PUT", true) => ("s3:CreateBucket", Target::Bucket, 200),
        ("PUT", false) => ("s3:PutObject", object, 200),
        // A form goes to the bucket: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
        ("POST", true) if asks("delete") => ("s3:DeleteObject", Target::ObjectOfForm, 200),
        ("POST", true) => ("s3:PutObject", Target::ObjectOfForm, 204),
        ("POST", false) if asks("uploads") || asks("uploadId") => ("s3:PutObject", object, 200),
        ("DELETE", true) => ("s3:DeleteBucket", Target::Bucket, 204),
        ("DELETE", false) if asks("uploadId") => ("s3:AbortMultipartUpload", object, 204),
        ("DELETE", false) => ("s3:DeleteObject", object, 204),
        _ => return None,
    };
    Some(Operation { action, target, status })
}

fn carry_out(
    bucket: &Bucket,
    client: Client,
    object_exists: bool,
    request: &HttpRequest,
    trace: &mut Trace,
) -> Result<u16, Failure> {
    if has_two_signatures(client, request) {
        trace.step(|| {
            let whose =
                if client == Client::Direct { "the `Authorization` header" } else { "that of the distribution" };
            Step::new(Party::S3, "refuses a request with two signatures", TWO_SIGNATURES)
                .because(format!("the URL is presigned, and {whose} is another one"))
        });
        return Err(Failure::TwoSignatures);
    }
    let key = decoded(request.url.path.strip_prefix('/').unwrap_or(&request.url.path));
    let Some(operation) = operation(request, &key) else {
        trace.step(|| Step::new(Party::S3, format!("does not know `{}` here", request.method), ERRORS));
        return Err(Failure::MethodNotAllowed);
    };
    let Operation { action, target, status } = operation;
    if !access::bucket_lets_in(bucket, client, action, target, trace) {
        return Err(Failure::AccessDenied);
    }
    if action == "s3:GetObject" && !object_exists {
        // Who may not list the bucket is not told that the object is missing.
        let may_know =
            client == Client::Direct || access::bucket_lets_in(bucket, client, "s3:ListBucket", Target::Bucket, trace);
        trace.step(|| {
            let why = if may_know { "it may be known" } else { "without `s3:ListBucket` it must not be known" };
            Step::new(Party::S3, "has no such object", MISSING).because(why)
        });
        return Err(if may_know { Failure::NoSuchKey } else { Failure::AccessDenied });
    }
    if access::key_lets_in(bucket, client, action, trace) { Ok(status) } else { Err(Failure::AccessDenied) }
}

/// A preflight has none: S3 authenticates no `OPTIONS`.
fn has_two_signatures(client: Client, request: &HttpRequest) -> bool {
    let is_signed = match client {
        Client::OwnDistribution { signs: true } | Client::ForeignDistribution => true,
        Client::OwnDistribution { signs: false } | Client::Direct => request.headers.contains("Authorization"),
    };
    is_signed && request.url.query.as_deref().is_some_and(is_presigned)
}

fn is_bucket_url(url: &Url) -> bool {
    matches!(url.path.as_str(), "" | "/")
}

/// The key that a path stands for. <https://datatracker.ietf.org/doc/html/rfc3986#section-2.1>
fn decoded(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let hex = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut bytes, mut rest) = (Vec::with_capacity(path.len()), path.as_bytes());
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = match (first, behind) {
            (b'%', [high, low, behind @ ..]) => hex(high).zip(hex(low)).map(|(high, low)| (high * 16 + low, behind)),
            _ => None,
        };
        let (byte, behind) = escaped.unwrap_or((first, behind));
        bytes.push(byte);
        rest = behind;
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}
