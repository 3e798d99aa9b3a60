//! What holds of the browser whatever pages ask and servers answer.

use super::browser::{ORIGIN, url};
use corsynth::fetch::CredentialsMode;
use corsynth::simulate::browser::{Browser, Fetched, PageRequest};
use corsynth::simulate::trace::Party;
use corsynth::simulate::{Decision, Exchange, HttpResponse, Readings, Reason, Trace};
use proptest::prelude::*;

/// Texts that mean something here, and any others.
fn text(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(known).prop_map(str::to_owned), 1 => any::<String>()]
}

const RESPONSE_HEADERS: &[&str] = &[
    "Access-Control-Allow-Origin",
    "access-control-allow-credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Vary",
    "Location",
    "Cache-Control",
];
const RESPONSE_VALUES: &[&str] =
    &["*", ORIGIN, "true", "PUT, *", "x-a", "null", "60", "/a", "https://cdn.example.net/"];

fn response() -> impl Strategy<Value = HttpResponse> {
    let status = prop::sample::select(&[200_u16, 200, 204, 301, 303, 304, 307, 403, 404, 0, 999][..]);
    let headers = prop::collection::vec((text(RESPONSE_HEADERS), text(RESPONSE_VALUES)), 0..6);
    (status, headers).prop_map(|(status, headers)| HttpResponse {
        status,
        headers: headers.into_iter().collect(),
        error: None,
        by: Party::CloudFront,
    })
}

fn page() -> impl Strategy<Value = PageRequest> {
    let names = text(&["x-a", "Authorization", "Range", "content-type", "Host", "accept"]);
    let values = prop::option::of(text(&["1", "bytes=0-1", "text/plain", "\"", "bytes=-"]));
    let modes = vec![CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include];
    (
        text(&[ORIGIN, "null", "https://cdn.example.net"]),
        text(&["GET", "put", "POST", "PATCH", "TRACE"]),
        (any::<bool>(), text(&["/o", "/o?x"])),
        prop::collection::vec((names, values), 0..4),
        prop::sample::select(modes),
        any::<bool>(),
    )
        .prop_map(|(origin, method, (is_https, path), headers, credentials, use_cors_preflight)| PageRequest {
            origin: origin.into(),
            method: method.into(),
            url: corsynth::simulate::Url { is_https, ..url(&path) },
            headers,
            credentials,
            use_cors_preflight,
        })
}

fn fetch(page: &PageRequest, answers: &[HttpResponse], is_traced: bool) -> (Fetched, Vec<Exchange>) {
    let (mut trace, mut next) = (Trace::new(is_traced), answers.iter().cycle());
    let mut send = |_: &_, _: &mut _| next.next().cloned().unwrap();
    let fetched = Browser::default().fetch(page, &Readings::default(), &mut trace, &mut send);
    (fetched, trace.into_exchanges())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn only_the_server_lets_a_page_read(page in page(), answers in prop::collection::vec(response(), 1..4)) {
        let (fetched, exchanges) = fetch(&page, &answers, true);
        match fetched.verdict.decision {
            Decision::Readable if fetched.verdict.reason == Reason::CorsCheckPassed => {
                let last = exchanges.last().unwrap();
                let allowed = last.response.headers.get("Access-Control-Allow-Origin").unwrap();
                let sent = last.request.headers.get("Origin").unwrap();
                prop_assert!(allowed.trim() == "*" || allowed.trim() == sent, "{allowed:?} {sent:?}");
                prop_assert!(sent == page.origin || sent == "null");
            }
            Decision::Readable => prop_assert_eq!(fetched.verdict.reason, Reason::SameOrigin),
            _ => prop_assert!(fetched.exposed_headers.is_empty()),
        }
        prop_assert!(!fetched.verdict.message.is_empty());
    }

    #[test]
    fn a_trace_changes_nothing(page in page(), answers in prop::collection::vec(response(), 1..4)) {
        let (mut traced, mut exchanges) = fetch(&page, &answers, true);
        traced.verdict.message.clear();
        for exchange in &mut exchanges {
            exchange.steps.clear();
        }
        prop_assert_eq!((traced, exchanges), fetch(&page, &answers, false));
    }
}
