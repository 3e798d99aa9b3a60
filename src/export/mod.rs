//! Expectations for other tools: requests with the answers that were computed for them, as a script of `curl` requests
//! ([`curl()`]) and as a file of `terraform test` ([`tftest()`]).
//!
//! What comes in is plain data: who computed the answers is not known here. Neither tool is a browser, so neither says
//! whether a page may read a response; both say whether what decides that is as it was computed.

mod curl;
mod shell;
mod tftest;

pub use curl::curl;
pub use tftest::tftest;

use crate::fetch::HeaderList;
use crate::intent::Via;

/// An expectation with what was computed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// What reports call it.
    pub name: String,
    /// What came before, oldest first; the answers are not looked at.
    pub given: Vec<ExportedRequest>,
    /// The requests that the browser sends, with their answers: a preflight, perhaps, and the request itself.
    pub exchanges: Vec<ExportedExchange>,
}

/// A request as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRequest {
    /// The method.
    pub method: String,
    /// The id of the asset.
    pub asset: String,
    /// Whether the distribution or the bucket is asked.
    pub via: Via,
    /// The host, when it is known.
    pub host: Option<String>,
    /// The path from `/`, and the query with its `?`.
    pub path: String,
    /// The headers, `Origin` among them.
    pub headers: HeaderList,
}

impl ExportedRequest {
    /// Whether it can change nothing.
    fn is_safe(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// The method that a preflight asks for; `None` when this is no preflight.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-request>
    fn asked_method(&self) -> Option<&str> {
        (self.method == "OPTIONS").then(|| self.headers.first("access-control-request-method"))?
    }
}

/// A request with the answer that was computed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedExchange {
    /// The request.
    pub request: ExportedRequest,
    /// The status of the answer, where it is to be checked. Of a preflight it decides; of a request itself it says
    /// whether the object exists and who may read it, which is another matter.
    pub status: Option<u16>,
    /// The headers of the answer that are to be checked; `None` is a header that must not be there.
    pub headers: Vec<(String, Option<String>)>,
}

/// The response headers of the CORS protocol. <https://fetch.spec.whatwg.org/#http-responses>
pub const CORS_RESPONSE_HEADERS: [&str; 6] = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
];

impl ExportedExchange {
    /// An exchange with all the CORS headers that the answer has and has not. The status is checked of a preflight.
    pub fn new(request: ExportedRequest, status: u16, answer: &HeaderList) -> Self {
        let status = request.asked_method().map(|_| status);
        let headers = CORS_RESPONSE_HEADERS.map(|name| (name.to_owned(), answer.get(name).map(String::from)));
        Self { request, status, headers: headers.into() }
    }

    /// What is to be checked of a header.
    fn expected(&self, name: &str) -> Expected<'_> {
        match self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)) {
            None => Expected::Anything,
            Some((_, None)) => Expected::Absent,
            Some((_, Some(value))) => Expected::Value(value),
        }
    }
}

/// What is to be checked of a header of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected<'a> {
    /// Nothing.
    Anything,
    /// That it is not there.
    Absent,
    /// What it says.
    Value(&'a str),
}

impl<'a> Expected<'a> {
    /// The value, where there is to be one.
    fn value(self) -> Option<&'a str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Anything | Self::Absent => None,
        }
    }
}
