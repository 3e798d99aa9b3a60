//! The browser against canned answers: tables of response headers, request, verdict, and what the server saw.

use corsynth::fetch::CredentialsMode;
use corsynth::simulate::browser::{Browser, Fetched, PageRequest};
use corsynth::simulate::trace::{ExchangeKind, Party};
use corsynth::simulate::{Decision, Door, Exchange, HttpRequest, HttpResponse, Readings, Reason, Trace, Url};

pub(super) const ORIGIN: &str = "https://app.example.com";

/// An answer in short: a status and headers, one `Name: value` a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer(pub(super) u16, pub(super) &'static str);

pub(super) const ANY: Answer = Answer(200, "Access-Control-Allow-Origin: *");

/// A request in short: `METHOD`, headers one a line, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) method: &'static str,
    pub(super) headers: &'static str,
    pub(super) credentials: CredentialsMode,
    pub(super) watched: bool,
}

pub(super) const GET: Asked =
    Asked { method: "GET", headers: "", credentials: CredentialsMode::SameOrigin, watched: false };
pub(super) const PUT: Asked = Asked { method: "PUT", ..GET };
pub(super) const GET_INCLUDE: Asked = Asked { credentials: CredentialsMode::Include, ..GET };
const PUT_INCLUDE: Asked = Asked { credentials: CredentialsMode::Include, ..PUT };

pub(super) const fn get_with(headers: &'static str) -> Asked {
    Asked { headers, ..GET }
}

pub(super) fn url(path: &str) -> Url {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query.into())));
    Url { is_https: true, door: Door::Distribution, host: "cdn.example.net".into(), path: path.into(), query }
}

fn lines(text: &str) -> impl Iterator<Item = (String, String)> {
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        (name.trim().to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned())
    };
    text.lines().map(str::trim_start).filter(|line| !line.is_empty()).map(header).collect::<Vec<_>>().into_iter()
}

impl Answer {
    pub(super) fn response(self) -> HttpResponse {
        HttpResponse { status: self.0, headers: lines(self.1).collect(), error: None, by: Party::S3 }
    }
}

impl Asked {
    pub(super) fn page(self) -> PageRequest {
        PageRequest {
            origin: ORIGIN.into(),
            method: self.method.into(),
            url: url("/o.txt?v=1"),
            // `name` alone is a header of whose value nothing is known.
            headers: self
                .headers
                .lines()
                .map(str::trim_start)
                .filter(|line| !line.is_empty())
                .map(|line| match line.split_once(": ") {
                    Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                    None => (line.to_owned(), None),
                })
                .collect(),
            credentials: self.credentials,
            use_cors_preflight: self.watched,
        }
    }
}

/// Fetches in a browser; answers come from a function.
pub(super) fn fetch_in(
    browser: &mut Browser,
    page: &PageRequest,
    readings: &Readings,
    mut respond: impl FnMut(&HttpRequest) -> HttpResponse,
) -> (Fetched, Vec<Exchange>) {
    let mut trace = Trace::new(true);
    let fetched = browser.fetch(page, readings, &mut trace, &mut |request, _| respond(request));
    (fetched, trace.into_exchanges())
}

pub(super) fn canned(preflight: Answer, actual: Answer) -> impl FnMut(&HttpRequest) -> HttpResponse {
    move |request| if request.method == "OPTIONS" { preflight.response() } else { actual.response() }
}

/// What the server saw, one request a line.
pub(super) fn seen(exchanges: &[Exchange]) -> String {
    let line = |exchange: &Exchange| {
        let HttpRequest { method, url, headers } = &exchange.request;
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        format!("{method} {url} [{}]", headers.join(" | "))
    };
    exchanges.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// NAME, request, preflight's answer, answer, reason, exposed header names, kinds of exchanges (`P`, `A`).
type Case = (&'static str, Asked, Answer, Answer, Reason, &'static str, &'static str);

const NONE: Answer = Answer(500, "");

#[rustfmt::skip]
const CASES: &[Case] = &[
    // The CORS check.
    ("any origin", GET, NONE, ANY, Reason::CorsCheckPassed, "", "A"),
    ("any origin, and credentials are said to be allowed", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Credentials: true"), Reason::CorsCheckPassed, "", "A"),
    ("the origin", GET, NONE, Answer(200, "access-control-allow-origin: https://app.example.com"), Reason::CorsCheckPassed, "", "A"),
    ("no header", GET, NONE, Answer(200, ""), Reason::AllowOriginMissing, "", "A"),
    ("an empty header", GET, NONE, Answer(200, "Access-Control-Allow-Origin:"), Reason::AllowOriginDiffers, "", "A"),
    ("another origin", GET, NONE, Answer(200, "Access-Control-Allow-Origin: https://other.example.com"), Reason::AllowOriginDiffers, "", "A"),
    ("another case", GET, NONE, Answer(200, "Access-Control-Allow-Origin: https://APP.example.com"), Reason::AllowOriginDiffers, "", "A"),
    ("a slash too many", GET, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com/"), Reason::AllowOriginDiffers, "", "A"),
    ("the default port", GET, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com:443"), Reason::AllowOriginDiffers, "", "A"),
    ("the other scheme", GET, NONE, Answer(200, "Access-Control-Allow-Origin: http://app.example.com"), Reason::AllowOriginDiffers, "", "A"),
    ("null", GET, NONE, Answer(200, "Access-Control-Allow-Origin: null"), Reason::AllowOriginDiffers, "", "A"),
    ("a pattern", GET, NONE, Answer(200, "Access-Control-Allow-Origin: https://*.example.com"), Reason::AllowOriginDiffers, "", "A"),
    ("two values in a header", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *, https://app.example.com"), Reason::AllowOriginDiffers, "", "A"),
    ("two headers", GET, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Origin: https://app.example.com"), Reason::AllowOriginDiffers, "", "A"),
    ("two headers with `*`", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *"), Reason::AllowOriginDiffers, "", "A"),
    ("blanks around the value", GET, NONE, Answer(200, "Access-Control-Allow-Origin:  * "), Reason::CorsCheckPassed, "", "A"),
    ("credentials omitted", Asked { credentials: CredentialsMode::Omit, ..GET }, NONE, ANY, Reason::CorsCheckPassed, "", "A"),
    ("credentials, `*`", GET_INCLUDE, NONE, ANY, Reason::WildcardWithCredentials, "", "A"),
    ("credentials, `*` and `true`", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Credentials: true"), Reason::WildcardWithCredentials, "", "A"),
    ("credentials, origin only", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com"), Reason::CredentialsNotAllowed, "", "A"),
    ("credentials, `True`", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: True"), Reason::CredentialsNotAllowed, "", "A"),
    ("credentials, `true` twice", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Credentials: true"), Reason::CredentialsNotAllowed, "", "A"),
    ("credentials, `true`", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: true"), Reason::CorsCheckPassed, "", "A"),
    ("credentials, another origin", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: https://b.example\nAccess-Control-Allow-Credentials: true"), Reason::AllowOriginDiffers, "", "A"),
    ("an error can be read", GET, NONE, Answer(403, "Access-Control-Allow-Origin: *"), Reason::CorsCheckPassed, "", "A"),
    ("an error without headers cannot", GET, NONE, Answer(403, ""), Reason::AllowOriginMissing, "", "A"),
    // Exposed headers.
    ("exposed names", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: X-B , ETag,x-a\nAccess-Control-Expose-Headers: etag"), Reason::CorsCheckPassed, "etag x-a x-b", "A"),
    ("safelisted and forbidden names are left out", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: Content-Type, Set-Cookie, ETag"), Reason::CorsCheckPassed, "etag", "A"),
    ("all exposed", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: ETag, *"), Reason::CorsCheckPassed, "*", "A"),
    ("`*` is a name with credentials", GET_INCLUDE, NONE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: true\nAccess-Control-Expose-Headers: *, ETag"), Reason::CorsCheckPassed, "etag", "A"),
    ("exposed names that are none", GET, NONE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: ETag, x y"), Reason::CorsCheckPassed, "", "A"),
    ("nothing is exposed of a blocked response", GET, NONE, Answer(200, "Access-Control-Expose-Headers: ETag"), Reason::AllowOriginMissing, "", "A"),
    // Methods.
    ("POST needs no preflight", Asked { method: "post", ..GET }, NONE, ANY, Reason::CorsCheckPassed, "", "A"),
    ("HEAD neither", Asked { method: "HEAD", ..GET }, NONE, ANY, Reason::CorsCheckPassed, "", "A"),
    ("PUT listed", PUT, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, PUT"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("put is PUT", Asked { method: "put", ..GET }, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("a list in lower case", PUT, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: put"), ANY, Reason::MethodNotAllowed, "", "P"),
    ("patch is not PATCH", Asked { method: "patch", ..GET }, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PATCH"), ANY, Reason::MethodNotAllowed, "", "P"),
    ("a list with holes", PUT, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: , ,PUT,"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("any method", PUT, Answer(204, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: *"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("any method, with credentials", PUT_INCLUDE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: *"), ANY, Reason::MethodNotAllowed, "", "P"),
    ("no list of methods", PUT, ANY, ANY, Reason::MethodNotAllowed, "", "P"),
    ("a list that is none", PUT, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT; GET"), ANY, Reason::MalformedPreflight, "", "P"),
    ("safelisted methods need no listing", Asked { method: "POST", headers: "x-a: 1", ..GET }, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-a\nAccess-Control-Allow-Methods: PUT"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("TRACE", Asked { method: "trace", ..GET }, ANY, ANY, Reason::ForbiddenRequest, "", ""),
    ("no method at all", Asked { method: "a b", ..GET }, ANY, ANY, Reason::ForbiddenRequest, "", ""),
    // Headers.
    ("a header listed", get_with("X-A: 1"), Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-b, x-A"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("one of two listed", get_with("x-a: 1\nx-b: 1"), Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-a"), ANY, Reason::HeaderNotAllowed, "", "P"),
    ("patterns are names", get_with("x-amz-date: 1"), Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-amz-*"), ANY, Reason::HeaderNotAllowed, "", "P"),
    ("any header", get_with("x-a: 1"), Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *"), ANY, Reason::CorsCheckPassed, "", "PA"),
    ("any header, with credentials", Asked { credentials: CredentialsMode::Include, ..get_with("x-a: 1") }, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Headers: *"), ANY, Reason::HeaderNotAllowed, "", "P"),
    ("a list of headers that is none", get_with("x-a: 1"), Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-a x-b"), ANY, Reason::MalformedPreflight, "", "P"),
    ("a header without a value", get_with("accept"), Answer(200, "Access-Control-Allow-Origin: *"), ANY, Reason::HeaderNotAllowed, "", "P"),
    ("forbidden headers are dropped", get_with("Host: x\nSec-Fetch-Mode: x\nCookie: a=b\nX-HTTP-Method: a, trace"), NONE, ANY, Reason::CorsCheckPassed, "", "A"),
    ("no name", get_with("x y: 1"), ANY, ANY, Reason::ForbiddenRequest, "", ""),
    ("no value", get_with("x: \u{1f600}"), ANY, ANY, Reason::ForbiddenRequest, "", ""),
    // The preflight's own checks.
    ("a preflight without headers", PUT, Answer(200, ""), ANY, Reason::AllowOriginMissing, "", "P"),
    ("a refused preflight without headers", PUT, Answer(403, ""), ANY, Reason::AllowOriginMissing, "", "P"),
    ("a refused preflight with headers", PUT, Answer(403, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT"), ANY, Reason::PreflightStatus, "", "P"),
    ("a redirected preflight", PUT, Answer(307, "Access-Control-Allow-Origin: *\nLocation: https://cdn.example.net/x"), ANY, Reason::PreflightRedirected, "", "P"),
    ("a redirect to nowhere", PUT, Answer(307, "Access-Control-Allow-Origin: *"), ANY, Reason::PreflightStatus, "", "P"),
    ("a preflight with `*` for credentials", PUT_INCLUDE, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT"), ANY, Reason::WildcardWithCredentials, "", "P"),
    ("a preflight that does not speak of credentials", PUT_INCLUDE, Answer(200, "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Methods: PUT"), ANY, Reason::CredentialsNotAllowed, "", "P"),
    ("a preflight that passes before a response that does not", PUT, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT"), Answer(200, ""), Reason::AllowOriginMissing, "", "PA"),
    ("a watched upload", Asked { method: "POST", watched: true, ..GET }, ANY, ANY, Reason::CorsCheckPassed, "", "PA"),
    ("a watched upload by a method that is not listed", Asked { watched: true, ..PUT }, ANY, ANY, Reason::MethodNotAllowed, "", "P"),
    ("a watched upload that is refused", Asked { method: "POST", watched: true, ..GET }, Answer(403, ""), ANY, Reason::AllowOriginMissing, "", "P"),
];

#[test]
fn verdicts_are_the_standards() {
    for (name, asked, preflight, actual, reason, exposed, kinds) in CASES {
        let readings = Readings::default();
        let answers = canned(*preflight, *actual);
        let (fetched, exchanges) = fetch_in(&mut Browser::default(), &asked.page(), &readings, answers);
        let decision = if *reason == Reason::CorsCheckPassed { Decision::Readable } else { Decision::Blocked };
        assert_eq!((fetched.verdict.decision, fetched.verdict.reason), (decision, *reason), "{name}");
        assert_eq!(fetched.exposed_headers.join(" "), *exposed, "{name}");
        let letter = |exchange: &Exchange| if exchange.kind == ExchangeKind::Preflight { 'P' } else { 'A' };
        assert_eq!(exchanges.iter().map(letter).collect::<String>(), *kinds, "{name}");
        assert_eq!(fetched.preflight_max_age, (*kinds == "PA").then_some(5), "{name}");
        assert_eq!(readings.consulted(), [], "{name}");
        assert!(!fetched.verdict.message.is_empty(), "{name}");

        let mut untraced = Trace::new(false);
        let mut answers = canned(*preflight, *actual);
        let again =
            Browser::default().fetch(&asked.page(), &readings, &mut untraced, &mut |request, _| answers(request));
        assert_eq!((again.verdict.reason, again.verdict.message), (*reason, String::new()), "{name}");
    }
}

#[test]
fn requests_look_as_browsers_send_them() {
    let asked =
        Asked { method: "put", headers: "X-B: 2\nContent-Type: image/png\nRange\nx-a: 1\nAccept: text/css", ..GET };
    let preflight =
        "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nAccess-Control-Allow-Headers: *";
    let answers = canned(Answer(200, preflight), ANY);
    let (fetched, exchanges) = fetch_in(&mut Browser::default(), &asked.page(), &Readings::default(), answers);
    assert_eq!(fetched.verdict.decision, Decision::Readable, "{fetched:?}");
    let expected = "OPTIONS https://cdn.example.net/o.txt?v=1 [Accept: */* | Origin: https://app.example.com | \
                    Access-Control-Request-Method: PUT | \
                    Access-Control-Request-Headers: content-type,range,x-a,x-b]\n\
                    PUT https://cdn.example.net/o.txt?v=1 [X-B: 2 | Content-Type: image/png | Range: bytes=-1 | \
                    x-a: 1 | Accept: text/css | Origin: https://app.example.com]";
    assert_eq!(seen(&exchanges), expected);
    let answers = canned(Answer(200, preflight), ANY);
    let (_, exchanges) = fetch_in(&mut Browser::default(), &PUT.page(), &Readings::default(), answers);
    assert!(!exchanges[0].request.headers.contains("Access-Control-Request-Headers"), "{exchanges:?}");
}

/// Header lines of a page, and which of them a preflight asks for.
const UNSAFE_NAMES: &[(&str, &str)] = &[
    ("accept: */*", ""),
    ("accept: a\tb", ""),
    ("accept: a;q=\"1\"", "accept"),
    ("accept: a\u{7f}", "accept"),
    ("accept-language: de;q=0.5, *", ""),
    ("accept-language: de_DE", "accept-language"),
    ("content-language: de-AT", ""),
    ("content-language: (de)", "content-language"),
    ("content-type: TEXT/Plain ; charset=utf-8", ""),
    ("content-type: multipart/form-data; boundary=x", ""),
    ("content-type: application/x-www-form-urlencoded", ""),
    ("content-type: text/plain; x=\"1\"", "content-type"),
    ("content-type: text/plain, text/html", "content-type"),
    ("content-type: application/json", "content-type"),
    ("range: bytes=0-", ""),
    ("range: bytes=5-5", ""),
    ("range: bytes=6-5", "range"),
    ("range: bytes=-5", "range"),
    ("range: bytes=-", "range"),
    ("range: bytes= 0-", "range"),
    ("range: BYTES=0-", "range"),
    ("range: bytes=0-1,3-4", "range"),
    ("range: items=0-1", "range"),
    ("X-B: 1\nx-a: 1\nX-A: 2", "x-a,x-b"),
    ("cache-control: no-cache\nauthorization: x\nif-none-match: y", "authorization,cache-control,if-none-match"),
];

fn asks_for(headers: Vec<(String, Option<String>)>) -> String {
    let page = PageRequest { headers, ..GET.page() };
    let (_, exchanges) = fetch_in(&mut Browser::default(), &page, &Readings::default(), canned(ANY, ANY));
    let first = &exchanges[0].request;
    if first.method != "OPTIONS" {
        return String::new();
    }
    first.headers.get("Access-Control-Request-Headers").unwrap_or_else(|| "nothing".into()).to_string()
}

#[test]
fn a_preflight_asks_for_what_is_not_safelisted() {
    for (headers, expected) in UNSAFE_NAMES {
        assert_eq!(asks_for(get_with(headers).page().headers), *expected, "{headers}");
    }
    let header = |name: &str, length: usize| (name.to_owned(), Some("x".repeat(length)));
    assert_eq!(asks_for(vec![header("accept", 128)]), "");
    assert_eq!(asks_for(vec![header("accept", 129)]), "accept");
    // 8 x 128 is the most; one byte more, and none of them is safe.
    let eight = vec![header("accept", 128); 8];
    assert_eq!(asks_for(eight.clone()), "");
    assert_eq!(asks_for([eight.clone(), vec![header("accept-language", 1)]].concat()), "accept,accept-language");
    assert_eq!(asks_for([eight, vec![header("x-a", 100)]].concat()), "x-a");
}
