//! The browser's caches, redirects, readings, and requests that are none of CORS.

use super::browser::{ANY, Answer, Asked, GET, GET_INCLUDE, ORIGIN, PUT, canned, fetch_in, get_with, seen, url};
use corsynth::fetch::{CredentialsMode, HeaderList};
use corsynth::simulate::browser::{Browser, PageRequest, raw};
use corsynth::simulate::trace::Party;
use corsynth::simulate::{
    CacheUse, Decision, ErrorBody, HttpRequest, HttpResponse, Reading, Readings, Reason, Trace, Url,
};

fn chromium() -> Readings {
    Readings::default().with(Reading::AuthorizationByWildcard, "chromium").unwrap()
}

/// Request headers, `Access-Control-Allow-Headers`, credentials; readable by the standard, in Chromium, and whether
/// the reading was asked for.
type Wildcard = (&'static str, &'static str, CredentialsMode, bool, bool, bool);

#[rustfmt::skip]
const WILDCARDS: &[Wildcard] = &[
    ("Authorization: x", "*", CredentialsMode::Omit, false, true, true),
    ("Authorization: x", "*, x-a", CredentialsMode::SameOrigin, false, true, true),
    ("Authorization: x", "*, AUTHORIZATION", CredentialsMode::Omit, true, true, false),
    ("Authorization: x", "authorization", CredentialsMode::Omit, true, true, false),
    ("Authorization: x", "x-a", CredentialsMode::Omit, false, false, false),
    ("Authorization: x", "*", CredentialsMode::Include, false, false, false),
    ("x-a: x", "*", CredentialsMode::Omit, true, true, false),
    ("x-a: x", "*", CredentialsMode::Include, false, false, false),
];

#[test]
fn authorization_is_covered_by_its_name_and_perhaps_by_a_wildcard() {
    for (headers, allowed, credentials, standard, in_chromium, is_asked) in WILDCARDS {
        for (readings, expected) in [(Readings::default(), standard), (chromium(), in_chromium)] {
            let page = Asked { credentials: *credentials, ..get_with(headers) }.page();
            let answer = |_: &HttpRequest| HttpResponse {
                headers: HeaderList::from_iter([
                    ("Access-Control-Allow-Origin", ORIGIN),
                    ("Access-Control-Allow-Credentials", "true"),
                    ("Access-Control-Allow-Headers", allowed),
                ]),
                ..ANY.response()
            };
            let (fetched, _) = fetch_in(&mut Browser::default(), &page, &readings, answer);
            let what = format!("{headers}, {allowed}, {credentials:?}");
            assert_eq!(fetched.verdict.decision == Decision::Readable, *expected, "{what}");
            let asked: &[Reading] = if *is_asked { &[Reading::AuthorizationByWildcard] } else { &[] };
            assert_eq!(readings.consulted(), asked, "{what}");
        }
    }
}

/// `Access-Control-Max-Age`, and what the browser is told.
const AGES: &[(&str, u64)] = &[
    ("", 5),
    ("\nAccess-Control-Max-Age: 0", 0),
    ("\nAccess-Control-Max-Age: 3600", 3600),
    ("\nAccess-Control-Max-Age: 99999999", 99_999_999),
    ("\nAccess-Control-Max-Age: 99999999999999999999999", u64::MAX),
    ("\nAccess-Control-Max-Age: -1", 5),
    ("\nAccess-Control-Max-Age: 1.5", 5),
    ("\nAccess-Control-Max-Age:", 5),
    ("\nAccess-Control-Max-Age: 1\nAccess-Control-Max-Age: 2", 5),
];

#[test]
fn a_preflight_is_remembered_for_as_long_as_the_server_says() {
    for (line, expected) in AGES {
        let text = format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT{line}");
        let preflight = Answer(200, text.leak());
        let mut browser = Browser::default();
        let (fetched, first) = fetch_in(&mut browser, &PUT.page(), &Readings::default(), canned(preflight, ANY));
        assert_eq!(fetched.preflight_max_age, Some(*expected), "{line}");
        assert_eq!(first.len(), 2, "{line}");
        // An age of zero is none.
        let (fetched, second) = fetch_in(&mut browser, &PUT.page(), &Readings::default(), canned(preflight, ANY));
        assert_eq!(second.len(), if *expected == 0 { 2 } else { 1 }, "{line}");
        assert_eq!(fetched.verdict.decision, Decision::Readable);
        assert_eq!(fetched.preflight_max_age.is_none(), *expected != 0, "{line}");
    }
}

const WIDE: Answer = Answer(
    200,
    "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT, DELETE\nAccess-Control-Allow-Headers: X-A, X-B",
);
const WILD: Answer =
    Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: *\nAccess-Control-Allow-Headers: *");

#[test]
fn a_remembered_preflight_serves_what_it_allows_and_no_more() {
    let delete_with_b = Asked { method: "DELETE", headers: "x-b: 1", ..GET };
    let other_url = PageRequest { url: url("/other"), ..PUT.page() };
    let other_query = PageRequest { url: url("/o.txt?v=2"), ..PUT.page() };
    let other_origin = PageRequest { origin: "https://other.example.com".into(), ..PUT.page() };
    let put = Asked { headers: "x-a: 1", ..PUT };
    let cases: Vec<(&str, Answer, PageRequest, bool)> = vec![
        ("the same", WIDE, put.page(), false),
        ("another method and header of the lists", WIDE, delete_with_b.page(), false),
        ("a header that is not listed", WIDE, Asked { headers: "x-c: 1", ..PUT }.page(), true),
        ("a method that is not listed", WIDE, Asked { method: "PATCH", ..GET }.page(), true),
        ("another address", WIDE, other_url, true),
        ("another query", WIDE, other_query, true),
        ("another origin", WIDE, other_origin, true),
        ("with credentials", WIDE, Asked { credentials: CredentialsMode::Include, ..put }.page(), true),
        ("a watched upload", WIDE, Asked { watched: true, ..put }.page(), false),
        ("any method and header", WILD, Asked { method: "PATCH", headers: "x-c: 1", ..GET }.page(), false),
        ("`*` is not `Authorization`", WILD, get_with("Authorization: 1").page(), true),
    ];
    for (name, preflight, then, expected) in cases {
        let mut browser = Browser::default();
        let readings = Readings::default();
        let (fetched, _) = fetch_in(&mut browser, &put.page(), &readings, canned(preflight, ANY));
        assert_eq!(fetched.verdict.decision, Decision::Readable);
        let (_, exchanges) = fetch_in(&mut browser, &then, &readings, canned(preflight, ANY));
        assert_eq!(exchanges[0].request.method == "OPTIONS", expected, "{name}: {exchanges:?}");
    }
    // Chromium asks again, though `*` in the answer itself is enough for it.
    let mut browser = Browser::default();
    for _ in 0..2 {
        let page = get_with("Authorization: 1").page();
        let (fetched, exchanges) = fetch_in(&mut browser, &page, &chromium(), canned(WILD, ANY));
        assert_eq!((fetched.verdict.decision, exchanges.len()), (Decision::Readable, 2));
    }
    // The preflight of a watched upload is remembered though the answer lists no method.
    let mut browser = Browser::default();
    let watched = Asked { method: "POST", watched: true, ..GET };
    for expected in [2, 1] {
        let (_, exchanges) = fetch_in(&mut browser, &watched.page(), &Readings::default(), canned(ANY, ANY));
        assert_eq!(exchanges.len(), expected);
    }
    // With credentials a `*` is a name, remembered or not.
    let mut browser = Browser::default();
    let preflight = Answer(
        200,
        "Access-Control-Allow-Origin: https://app.example.com\nAccess-Control-Allow-Credentials: true\n\
         Access-Control-Allow-Methods: *\nAccess-Control-Allow-Headers: x-a",
    );
    let first = Asked { headers: "x-a: 1", ..GET_INCLUDE };
    fetch_in(&mut browser, &first.page(), &Readings::default(), canned(preflight, preflight));
    for credentials in [CredentialsMode::Include, CredentialsMode::Omit] {
        let put = Asked { credentials, ..PUT };
        let (_, exchanges) = fetch_in(&mut browser, &put.page(), &Readings::default(), canned(preflight, preflight));
        assert_eq!(exchanges[0].request.method, "OPTIONS", "{credentials:?}");
    }
}

#[test]
fn a_failure_forgets_the_preflights_of_the_address() {
    let mut browser = Browser::default();
    let readings = Readings::default();
    for (answer, exchanges) in [(ANY, 2), (ANY, 1), (Answer(200, ""), 1), (ANY, 2)] {
        assert_eq!(fetch_in(&mut browser, &PUT.page(), &readings, canned(WIDE, answer)).1.len(), exchanges);
    }
}

/// An image without `crossorigin` first, then `fetch()`: NAME, the image's answer, the page's request, whether the
/// browser's own cache answers, and the reason.
type Cached = (&'static str, Answer, Asked, bool, Reason);

#[rustfmt::skip]
const CACHED: &[Cached] = &[
    ("no `Vary`", Answer(200, "ETag: 1"), GET, true, Reason::AllowOriginMissing),
    ("a `Vary` that does not help", Answer(200, "Vary: Accept-Encoding"), GET, true, Reason::AllowOriginMissing),
    ("`Vary: Origin`", Answer(200, "Vary: Accept-Encoding, origin"), GET, false, Reason::CorsCheckPassed),
    ("`Vary: *`", Answer(200, "Vary: *"), GET, false, Reason::CorsCheckPassed),
    ("`Origin` in a second `Vary`", Answer(200, "Vary: Accept-Encoding\nVary: Origin"), GET, false, Reason::CorsCheckPassed),
    ("a constant `*`", ANY, GET, true, Reason::CorsCheckPassed),
    ("a constant `*`, and credentials", ANY, GET_INCLUDE, true, Reason::WildcardWithCredentials),
    ("no-store", Answer(200, "Cache-Control: public, No-Store"), GET, false, Reason::CorsCheckPassed),
    ("no-cache", Answer(200, "Cache-Control: no-cache"), GET, false, Reason::CorsCheckPassed),
    ("not found", Answer(404, "Last-Modified: x"), GET, false, Reason::CorsCheckPassed),
    ("a redirect for good", Answer(301, ""), GET, true, Reason::AllowOriginMissing),
    ("a part", Answer(206, "Cache-Control: max-age=60"), GET, false, Reason::CorsCheckPassed),
    ("an error that is not kept", Answer(403, ""), GET, false, Reason::CorsCheckPassed),
    ("an error that is kept", Answer(403, "Cache-Control: max-age=60"), GET, true, Reason::AllowOriginMissing),
    ("HEAD", Answer(200, ""), Asked { method: "HEAD", ..GET }, true, Reason::AllowOriginMissing),
    ("a range", Answer(200, ""), get_with("Range: bytes=0-9"), true, Reason::AllowOriginMissing),
    ("POST", Answer(200, ""), Asked { method: "POST", ..GET }, false, Reason::CorsCheckPassed),
];

#[test]
fn the_browsers_own_cache_answers_unless_vary_keeps_it_from_that() {
    for (name, stored, asked, is_cached, reason) in CACHED {
        let mut browser = Browser::default();
        let image = HttpRequest { method: "GET".into(), url: asked.page().url, headers: HeaderList::new() };
        browser.remember(&image, &stored.response());
        let mut sent = 0;
        let (fetched, exchanges) = fetch_in(&mut browser, &asked.page(), &Readings::default(), |_| {
            sent += 1;
            ANY.response()
        });
        assert_eq!(fetched.verdict.reason, *reason, "{name}");
        assert_eq!(sent, usize::from(!is_cached), "{name}");
        let [exchange] = exchanges.as_slice() else { panic!("{name}: {exchanges:?}") };
        assert_eq!(exchange.cache, CacheUse::None);
        let is_told = exchange.steps.iter().any(|s| s.by == Party::Browser && s.what.contains("own cache"));
        assert_eq!(is_told, *is_cached, "{name}: {:?}", exchange.steps);
    }
}

#[test]
fn the_first_response_that_answers_stays_in_the_browsers_cache() {
    let request = |origin: &str| HttpRequest {
        method: "GET".into(),
        url: GET.page().url,
        headers: HeaderList::from_iter([("Origin", origin.to_owned())]),
    };
    let mut browser = Browser::default();
    browser.remember(&request("https://a.example"), &Answer(200, "Vary: Origin").response());
    browser.remember(&request(ORIGIN), &Answer(200, "Vary: Origin\nAccess-Control-Allow-Origin: *").response());
    browser.remember(&request(ORIGIN), &Answer(200, "").response());
    let put = HttpRequest { method: "PUT".into(), ..request(ORIGIN) };
    browser.remember(&put, &Answer(200, "").response());
    let (fetched, _) = fetch_in(&mut browser, &GET.page(), &Readings::default(), |_| Answer(500, "").response());
    assert_eq!(fetched.verdict.reason, Reason::CorsCheckPassed);
}

/// NAME, request, status, `Location`, reason, what the server saw behind the first request.
type Redirect = (&'static str, Asked, u16, &'static str, Reason, &'static str);

const POST: Asked = Asked { method: "POST", headers: "Content-Type: text/plain\nAccept: a", ..GET };

#[rustfmt::skip]
const REDIRECTS: &[Redirect] = &[
    ("to https", GET, 301, "https://cdn.example.net/o.txt?v=1", Reason::CorsCheckPassed, "GET https://cdn.example.net/o.txt?v=1 [Origin: null]"),
    ("to https, host in capitals, default port", GET, 308, "HTTPS://CDN.example.net:443/a#b", Reason::CorsCheckPassed, "GET https://cdn.example.net/a [Origin: null]"),
    ("to a path", GET, 302, "/b?c", Reason::CorsCheckPassed, "GET http://cdn.example.net/b?c [Origin: https://app.example.com]"),
    ("to a name beside", GET, 307, "b", Reason::CorsCheckPassed, "GET http://cdn.example.net/b [Origin: https://app.example.com]"),
    ("to a query", GET, 307, "?d", Reason::CorsCheckPassed, "GET http://cdn.example.net/o.txt?d [Origin: https://app.example.com]"),
    ("to the same scheme", GET, 307, "//cdn.example.net", Reason::CorsCheckPassed, "GET http://cdn.example.net/ [Origin: https://app.example.com]"),
    ("POST, found", POST, 302, "/b", Reason::CorsCheckPassed, "GET http://cdn.example.net/b [Accept: a | Origin: https://app.example.com]"),
    ("POST, see other", POST, 303, "/b", Reason::CorsCheckPassed, "GET http://cdn.example.net/b [Accept: a | Origin: https://app.example.com]"),
    ("POST, temporary", POST, 307, "/b", Reason::CorsCheckPassed, "POST http://cdn.example.net/b [Content-Type: text/plain | Accept: a | Origin: https://app.example.com]"),
    ("HEAD, see other", Asked { method: "HEAD", ..GET }, 303, "/b", Reason::CorsCheckPassed, "HEAD http://cdn.example.net/b [Origin: https://app.example.com]"),
    ("not a redirect", GET, 304, "/b", Reason::CorsCheckPassed, ""),
    ("a name and a password", GET, 301, "https://u:p@cdn.example.net/", Reason::RedirectRefused, ""),
    ("another scheme", GET, 301, "ftp://cdn.example.net/", Reason::RedirectRefused, ""),
    ("no address", GET, 301, "data:,x", Reason::RedirectRefused, ""),
    ("another host", GET, 301, "https://www.example.net/", Reason::NotModelled, ""),
];

#[test]
fn redirects_are_followed_and_checked() {
    for (name, asked, status, location, reason, then) in REDIRECTS {
        let mut page = asked.page();
        page.url.is_https = false;
        let respond = |request: &HttpRequest| {
            let mut response = ANY.response();
            if request.url == page.url {
                response.status = *status;
                response.headers.append("Location", *location);
            }
            response
        };
        let (fetched, exchanges) = fetch_in(&mut Browser::default(), &page, &Readings::default(), respond);
        assert_eq!(fetched.verdict.reason, *reason, "{name}: {}", fetched.verdict.message);
        assert_eq!(seen(&exchanges[1..]), *then, "{name}");
        let decision = match reason {
            Reason::CorsCheckPassed => Decision::Readable,
            Reason::NotModelled => Decision::Unknown,
            _ => Decision::Blocked,
        };
        assert_eq!(fetched.verdict.decision, decision, "{name}");
    }
}

#[test]
fn a_redirect_that_does_not_pass_the_cors_check_is_not_followed() {
    let mut page = GET.page();
    page.url.is_https = false;
    let location = Answer(301, "Location: https://cdn.example.net/");
    let (fetched, exchanges) = fetch_in(&mut Browser::default(), &page, &Readings::default(), |_| location.response());
    assert_eq!((fetched.verdict.reason, exchanges.len()), (Reason::AllowOriginMissing, 1));
}

#[test]
fn twenty_redirects_are_followed_and_no_more() {
    for (redirects, reason) in [(20, Reason::CorsCheckPassed), (21, Reason::RedirectRefused)] {
        let mut left = redirects;
        let (fetched, exchanges) = fetch_in(&mut Browser::default(), &GET.page(), &Readings::default(), |_| {
            if left == 0 {
                return ANY.response();
            }
            left -= 1;
            Answer(302, "Access-Control-Allow-Origin: *\nLocation: /again").response()
        });
        assert_eq!((fetched.verdict.reason, exchanges.len()), (reason, 21), "{redirects}");
    }
}

#[test]
fn a_redirect_to_another_origin_takes_authorization_away_and_asks_again() {
    let mut page = Asked { method: "PUT", headers: "Authorization: x\nx-a: 1", ..GET }.page();
    page.url.is_https = false;
    let respond = |request: &HttpRequest| {
        let mut response = Answer(
            200,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nAccess-Control-Allow-Headers: authorization, x-a",
        )
        .response();
        if !request.url.is_https && request.method == "PUT" {
            response.status = 307;
            response.headers.append("Location", "https://cdn.example.net/");
        }
        response
    };
    let (fetched, exchanges) = fetch_in(&mut Browser::default(), &page, &Readings::default(), respond);
    assert_eq!(fetched.verdict.reason, Reason::CorsCheckPassed);
    let expected = "OPTIONS https://cdn.example.net/ [Accept: */* | Origin: null | Access-Control-Request-Method: PUT | \
                    Access-Control-Request-Headers: x-a]\nPUT https://cdn.example.net/ [x-a: 1 | Origin: null]";
    assert_eq!(seen(&exchanges[2..]), expected);
}

#[test]
fn pages_of_the_same_origin_ask_nobody() {
    let at_home = |asked: Asked| PageRequest { origin: "https://cdn.example.net".into(), ..asked.page() };
    let sent = |asked: Asked| {
        let respond = |_: &HttpRequest| Answer(200, "ETag: 1").response();
        let (fetched, exchanges) = fetch_in(&mut Browser::default(), &at_home(asked), &Readings::default(), respond);
        assert_eq!((fetched.verdict.decision, fetched.verdict.reason), (Decision::Readable, Reason::SameOrigin));
        assert_eq!(fetched.exposed_headers, ["*"]);
        seen(&exchanges)
    };
    assert_eq!(sent(GET), "GET https://cdn.example.net/o.txt?v=1 []");
    assert_eq!(sent(GET_INCLUDE), "GET https://cdn.example.net/o.txt?v=1 []");
    let put = Asked { headers: "x-a: 1", watched: true, ..PUT };
    assert_eq!(sent(put), "PUT https://cdn.example.net/o.txt?v=1 [x-a: 1 | Origin: https://cdn.example.net]");

    // The other scheme is another origin; a page with the origin `null` has none.
    for origin in ["http://cdn.example.net", "https://cdn.example.net:8443", "null"] {
        let page = PageRequest { origin: origin.into(), ..GET.page() };
        let (fetched, _) =
            fetch_in(&mut Browser::default(), &page, &Readings::default(), |_| Answer(200, "").response());
        assert_eq!(fetched.verdict.reason, Reason::AllowOriginMissing, "{origin}");
    }
}

#[test]
fn what_is_not_modelled_is_unknown() {
    let error = ErrorBody { code: "NotModelled".into(), message: "a function decides".into(), details: vec![] };
    for (page, unknown) in [(PUT.page(), "OPTIONS"), (PUT.page(), "PUT"), (GET.page(), "GET")] {
        let respond = |request: &HttpRequest| HttpResponse {
            error: (request.method == unknown).then(|| error.clone()),
            ..WIDE.response()
        };
        let (fetched, exchanges) = fetch_in(&mut Browser::default(), &page, &Readings::default(), respond);
        assert_eq!((fetched.verdict.decision, fetched.verdict.reason), (Decision::Unknown, Reason::NotModelled));
        assert_eq!(fetched.verdict.message, "a function decides");
        assert_eq!(exchanges.last().unwrap().request.method, unknown);
    }
    // Another error is an answer like others.
    let denied = ErrorBody { code: "AccessDenied".into(), ..error };
    let respond = |_: &HttpRequest| HttpResponse { error: Some(denied.clone()), ..ANY.response() };
    let (fetched, _) = fetch_in(&mut Browser::default(), &GET.page(), &Readings::default(), respond);
    assert_eq!(fetched.verdict.decision, Decision::Readable);
}

/// Request headers, the answer, the verdict, exposed header names.
type Raw = (&'static [(&'static str, &'static str)], Answer, Decision, Reason, &'static str);

#[rustfmt::skip]
const RAW: &[Raw] = &[
    (&[("origin", ORIGIN)], Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: ETag"), Decision::Readable, Reason::CorsCheckPassed, "etag"),
    (&[("Origin", ORIGIN)], Answer(403, "Access-Control-Allow-Origin: https://app.example.com"), Decision::Readable, Reason::CorsCheckPassed, ""),
    (&[("Origin", ORIGIN)], Answer(403, ""), Decision::Blocked, Reason::AllowOriginMissing, ""),
    (&[("Origin", "https://b.example")], Answer(200, "Access-Control-Allow-Origin: https://app.example.com"), Decision::Blocked, Reason::AllowOriginDiffers, ""),
    (&[("Origin", ORIGIN)], Answer(301, "Access-Control-Allow-Origin: *\nLocation: /x"), Decision::Readable, Reason::CorsCheckPassed, ""),
    (&[], Answer(200, "Access-Control-Allow-Origin: *"), Decision::Blocked, Reason::AllowOriginMissing, ""),
];

#[test]
fn a_raw_request_is_sent_as_it_stands() {
    for (headers, answer, decision, reason, exposed) in RAW {
        let headers: HeaderList = headers.iter().copied().chain([("Access-Control-Request-Method", "PUT")]).collect();
        let url = Url { is_https: false, ..url("/x") };
        let request = HttpRequest { method: "OPTIONS".into(), url, headers };
        let mut trace = Trace::new(true);
        let fetched = raw(&request, &mut trace, &mut |sent, _| {
            assert_eq!(*sent, request);
            answer.response()
        });
        assert_eq!((fetched.verdict.decision, fetched.verdict.reason), (*decision, *reason), "{request:?}");
        assert_eq!(fetched.exposed_headers.join(" "), *exposed);
        assert_eq!(trace.into_exchanges().len(), 1);
        if request.headers.first("Origin").is_none() {
            assert!(fetched.verdict.message.contains("no CORS request"), "{}", fetched.verdict.message);
        }
    }
}

/// Request, preflight's answer, answer, and what Chromium 156 printed behind "has been blocked by CORS policy: ".
type Said = (Asked, Answer, Answer, &'static str);

#[rustfmt::skip]
const SAID: &[Said] = &[
    (GET, ANY, Answer(200, ""), "No 'Access-Control-Allow-Origin' header is present on the requested resource."),
    (GET, ANY, Answer(200, "Access-Control-Allow-Origin: https://b.example"), "The 'Access-Control-Allow-Origin' header has a value 'https://b.example' that is not equal to the supplied origin. Have the server send the header with a valid value."),
    (GET, ANY, Answer(200, "Access-Control-Allow-Origin: null"), "The 'Access-Control-Allow-Origin' header has a value 'null' that is not equal to the supplied origin. Have the server send the header with a valid value."),
    (GET, ANY, Answer(200, "Access-Control-Allow-Origin: *.example.com"), "The 'Access-Control-Allow-Origin' header contains the invalid value '*.example.com'. Have the server send the header with a valid value."),
    (GET, ANY, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *"), "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed. Have the server send the header with a valid value."),
    (GET_INCLUDE, ANY, ANY, "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."),
    (GET_INCLUDE, ANY, Answer(200, "Access-Control-Allow-Origin: https://app.example.com"), "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'."),
    (PUT, Answer(200, ""), ANY, "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource."),
    (PUT, Answer(403, "Access-Control-Allow-Origin: *"), ANY, "Response to preflight request doesn't pass access control check: It does not have HTTP ok status."),
    (PUT, Answer(301, "Location: /"), ANY, "Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request."),
    (PUT, ANY, ANY, "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."),
    (PUT, Answer(200, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: (PUT)"), ANY, "Cannot parse Access-Control-Allow-Methods response header field in preflight response."),
    (get_with("X-A: 1"), ANY, ANY, "Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response."),
];

#[test]
fn messages_are_those_of_chromiums_console() {
    for (asked, preflight, actual, expected) in SAID {
        let answers = canned(*preflight, *actual);
        let (fetched, _) = fetch_in(&mut Browser::default(), &asked.page(), &Readings::default(), answers);
        let start = format!(
            "Access to fetch at 'https://cdn.example.net/o.txt?v=1' from origin '{ORIGIN}' has been blocked by CORS policy: "
        );
        assert_eq!(fetched.verdict.message, start + expected);
    }
    let thrown = |asked: Asked| {
        fetch_in(&mut Browser::default(), &asked.page(), &Readings::default(), canned(ANY, ANY)).0.verdict.message
    };
    assert_eq!(
        thrown(Asked { method: "TRACE", ..GET }),
        "TypeError: Failed to execute 'fetch' on 'Window': 'TRACE' HTTP method is unsupported."
    );
    assert_eq!(thrown(get_with("x y: 1")), "TypeError: Failed to execute 'fetch' on 'Window': Invalid name");
}
