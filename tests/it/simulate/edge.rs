//! Functions, signatures of CloudFront and signatures of S3 at the edge: what becomes of a request, told in one line.

use super::estate::{
    A, asset, edge, forwarding, keyed, plain, reads, request_policy, rule, uncached, with_policy, words,
};
use super::told::{outcome, scenario, told};
use corsynth::aws::managed::ALL_VIEWER_EXCEPT_HOST_HEADER;
use corsynth::deployed::{
    Asset, CacheBehavior, CorsFunction, Function, FunctionRule, OriginAccessControl, Provenance, Site,
};
use corsynth::simulate::{Readings, simulate};

/// What is there, the history, what is asked, the answers to what is not confirmed, and what becomes of it.
type Case = (Asset, &'static [&'static str], &'static str, &'static [&'static str], &'static str);

#[track_caller]
fn hold(cases: &[Case]) {
    for (asset, given, asked, answers, expected) in cases {
        assert_eq!(told(&outcome(asset, given, asked, answers)), *expected, "{given:?} {asked} {answers:?}");
    }
}

/// `A` reads and may send `x-probe`; pages of `b.example`'s pulls may write, with cookies.
fn rules() -> Vec<FunctionRule> {
    let rule = |origins: &[&str], methods: &[&str], headers: &[&str], allow_credentials| FunctionRule {
        allowed_origins: words(origins),
        allowed_methods: words(methods),
        allowed_headers: words(headers),
        expose_headers: words(&["ETag"]),
        max_age_seconds: 600,
        allow_credentials,
    };
    vec![rule(&[A], &["GET", "HEAD"], &["x-probe"], false), rule(&["https://pr-*.b.example"], &["GET"], &["x-*"], true)]
}

fn function(answers_preflights: bool, canonical_origin: Option<&str>, sets_headers: bool) -> Function {
    let does = CorsFunction {
        answers_preflights,
        canonical_origin: canonical_origin.map(str::to_owned),
        sets_headers,
        rules: rules(),
        stored: false,
    };
    Function { name: "f".to_owned(), does, provenance: Provenance::default(), site: Site::default() }
}

fn on_request(function: Function, behavior: CacheBehavior) -> CacheBehavior {
    CacheBehavior { viewer_request: Some(function), ..behavior }
}

fn speaking() -> CacheBehavior {
    let function = function(true, None, true);
    CacheBehavior { viewer_response: Some(function.clone()), ..on_request(function, plain()) }
}

fn signed(behavior: CacheBehavior) -> CacheBehavior {
    CacheBehavior { trusted_key_groups: words(&["keys"]), ..behavior }
}

#[test]
fn a_function_that_speaks_answers_by_the_first_rule_that_matches() {
    let speaking = || asset(Vec::new(), speaking());
    hold(&[
        (
            speaking(),
            &[],
            "GET /f origin=A",
            &[],
            "actual miss 200 acao=A aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
        // Every visitor gets headers of his own with the one copy.
        (
            speaking(),
            &["GET /f origin=B", "GET /f"],
            "GET /f origin=A",
            &[],
            "actual hit 200 acao=A aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
        (
            speaking(),
            &["GET /f origin=A"],
            "GET /f origin=B",
            &[],
            "actual hit 200 vary=Origin -> blocked allow-origin-missing",
        ),
        (
            speaking(),
            &[],
            "GET /f origin=https://pr-1.b.example include",
            &[],
            "actual miss 200 acao=https://pr-1.b.example acac=true aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
        (
            speaking(),
            &[],
            "GET /f origin=A include",
            &[],
            "actual miss 200 acao=A aceh=ETag vary=Origin -> blocked credentials-not-allowed",
        ),
        // It is left out when the origin answers with an error.
        (
            speaking(),
            &[],
            "GET /f origin=A missing",
            &[],
            "actual miss 403 AccessDenied -> blocked allow-origin-missing",
        ),
        // What the bucket says goes.
        (
            asset(
                vec![rule(&["*"], &["GET"], &[])],
                CacheBehavior { viewer_request: None, ..speaking_beside_bucket() },
            ),
            &[],
            "GET /f origin=B",
            &[],
            "actual miss 200 vary=S3 -> blocked allow-origin-missing",
        ),
    ]);
}

/// The bucket hears `Origin`, too.
fn speaking_beside_bucket() -> CacheBehavior {
    CacheBehavior { viewer_response: Some(function(true, None, true)), ..keyed(&["Origin"]) }
}

#[test]
fn a_function_answers_preflights_and_nothing_else_of_options() {
    let answering = || asset(Vec::new(), speaking());
    hold(&[
        (
            answering(),
            &[],
            "GET /f origin=A x-probe=1",
            &[],
            "preflight bypass 204 by-cloudfront acao=A acam=GET,HEAD acah=x-probe age=600 vary=S3 -> \
             actual miss 200 acao=A aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
        (
            answering(),
            &[],
            "GET /f origin=A x-other=1",
            &[],
            "preflight bypass 403 by-cloudfront vary=S3 -> blocked allow-origin-missing",
        ),
        (
            answering(),
            &[],
            "raw OPTIONS /f origin=A acrm=PUT",
            &[],
            "actual bypass 403 by-cloudfront vary=S3 -> blocked allow-origin-missing",
        ),
        // `*` in a header's name, but never for `Authorization`.
        (
            answering(),
            &[],
            "GET /f origin=https://pr-1.b.example x-any=1",
            &[],
            "preflight bypass 204 by-cloudfront acao=https://pr-1.b.example acac=true acam=GET acah=x-any age=600 vary=S3 -> \
             actual miss 200 acao=https://pr-1.b.example acac=true aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
        (
            answering(),
            &[],
            "GET /f origin=https://pr-1.b.example Authorization=t",
            &[],
            "preflight bypass 403 by-cloudfront vary=S3 -> blocked allow-origin-missing",
        ),
        // Without `Origin` or the method asked for it is no preflight, and goes on to S3.
        (
            answering(),
            &[],
            "raw OPTIONS /f origin=A",
            &[],
            "actual bypass 400 BadRequest -> blocked allow-origin-missing",
        ),
        (
            answering(),
            &[],
            "raw OPTIONS /f acrm=GET",
            &[],
            "actual bypass 400 BadRequest -> blocked allow-origin-missing",
        ),
    ]);
}

#[test]
fn an_injected_origin_takes_the_place_of_a_missing_or_strange_one() {
    let injecting = || asset(reads(), on_request(function(false, Some(A), false), keyed(&["Origin"])));
    let whole = "acao=A acac=true acam=GET,HEAD vary=S3";
    let blocked = "actual hit 200 acao=A acac=true acam=GET,HEAD vary=S3 -> blocked allow-origin-differs";
    hold(&[
        // An `<img>` leaves the copy that a `fetch()` may read.
        (
            injecting(),
            &["GET /f"],
            "GET /f origin=A",
            &[],
            "actual hit 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
        (injecting(), &["GET /f origin=https://stranger.example"], "GET /f origin=B", &[], blocked),
    ]);
    let raw = told(&outcome(&injecting(), &[], "raw GET /f", &[]));
    assert!(raw.contains(whole), "{raw}");
}

#[test]
fn a_path_for_signed_requests_is_closed_to_others() {
    let lessons = || asset(reads(), signed(with_policy(forwarding(), edge())));
    let refused = "actual bypass 403 MissingKey by-cloudfront -> blocked allow-origin-missing";
    let open = "actual miss 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed";
    let by_url = "GET /f?Expires=9&Signature=s&Key-Pair-Id=K origin=A";
    let bare: &[&str] = &["policy-on-own-errors=not-applied"];
    hold(&[
        (lessons(), &[], "GET /f origin=A", bare, refused),
        // What somebody with a signature left in the cache is nobody else's.
        (lessons(), &["GET /f?Expires=9&Signature=s&Key-Pair-Id=K origin=A"], "GET /f origin=A", bare, refused),
        (lessons(), &[], "GET /f?Expires=9&Signature=s origin=A", bare, refused),
        (lessons(), &[], by_url, bare, open),
        (lessons(), &[], "GET /f?Policy=p&Signature=s&Key-Pair-Id=K origin=A", bare, open),
        // The signature is not in the key.
        (
            lessons(),
            &["GET /f?Expires=9&Signature=other&Key-Pair-Id=K origin=A"],
            by_url,
            bare,
            "actual hit 200 acao=A acac=true acam=GET,HEAD vary=S3 -> readable cors-check-passed",
        ),
    ]);
}

#[test]
fn signed_cookies_are_on_requests_and_never_on_preflights() {
    let lessons = || asset(Vec::new(), signed(speaking()));
    let first: &[&str] = &["signature-check=before-functions", "policy-on-own-errors=not-applied"];
    let later: &[&str] = &["signature-check=after-functions", "policy-on-own-errors=not-applied"];
    let page = "GET /f origin=https://pr-1.b.example include";
    let asks = "GET /f origin=https://pr-1.b.example include x-any=1";
    let read =
        "actual miss 200 acao=https://pr-1.b.example acac=true aceh=ETag vary=Origin -> readable cors-check-passed";
    hold(&[
        (lessons(), &[], page, first, read),
        (lessons(), &[], page, later, read),
        (lessons(), &[], asks, first, "preflight bypass 403 MissingKey by-cloudfront -> blocked allow-origin-missing"),
        (
            lessons(),
            &[],
            asks,
            later,
            "preflight bypass 204 by-cloudfront acao=https://pr-1.b.example acac=true acam=GET acah=x-any age=600 vary=S3 -> \
             actual miss 200 acao=https://pr-1.b.example acac=true aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
        // A URL's signature is on the preflight as well.
        (
            lessons(),
            &[],
            "GET /f?Expires=9&Signature=s&Key-Pair-Id=K origin=A x-probe=1",
            first,
            "preflight bypass 204 by-cloudfront acao=A acam=GET,HEAD acah=x-probe age=600 vary=S3 -> \
             actual miss 200 acao=A aceh=ETag vary=Origin -> readable cors-check-passed",
        ),
    ]);
}

const PRESIGNED: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=f00";

/// Everything but `Host` goes on to the bucket, uncached.
fn all_forwarded() -> CacheBehavior {
    CacheBehavior {
        allowed_methods: words(&["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]),
        origin_request_policy: Some(request_policy(ALL_VIEWER_EXCEPT_HOST_HEADER)),
        ..uncached()
    }
}

#[test]
fn s3_takes_one_signature() {
    let writes = || vec![rule(&[A], &["GET", "PUT"], &["content-type", "authorization"])];
    let behind = || asset(writes(), all_forwarded());
    let unsigned = || {
        let mut asset = behind();
        let oac = OriginAccessControl { name: None, description: None, signs_always: false };
        asset.distribution.as_mut().expect("a distribution").origin_access_control = Some(oac);
        asset.bucket.policy = None;
        asset
    };
    let v4 = format!("/f?{PRESIGNED}");
    let v2 = "/f?AWSAccessKeyId=AKIA&Signature=s&Expires=9";
    let cases = [
        // The distribution signs, and the URL is signed.
        (behind(), format!("raw GET {v4}"), "400 InvalidArgument"),
        (behind(), format!("raw GET {v2}"), "400 InvalidArgument"),
        (behind(), format!("raw PUT {v4} origin=A"), "400 InvalidArgument acao=A"),
        // A preflight has no signature that counts.
        (behind(), format!("raw OPTIONS {v4} origin=A acrm=PUT"), "200 acao=A"),
        // A query that is not one of S3's, or that is not forwarded.
        (behind(), "raw GET /f?Signature=s".to_owned(), "200"),
        (behind(), "raw GET /f?X-Amz-Signature-x=1".to_owned(), "200"),
        (asset(writes(), uncached()), format!("raw GET {v4}"), "200"),
        // The bucket's own host: one signature, or that and a header.
        (behind(), format!("raw PUT {v4} bucket origin=A"), "200 acao=A"),
        (behind(), format!("raw PUT {v4} bucket origin=A Authorization=AWS4"), "400 InvalidArgument acao=A"),
        // A distribution that does not sign hands the viewer's on.
        (unsigned(), format!("raw GET {v4}"), "200"),
        (unsigned(), format!("raw GET {v4} Authorization=AWS4"), "400 InvalidArgument"),
    ];
    for (asset, asked, expected) in cases {
        let line = told(&outcome(&asset, &[], &asked, &[]));
        let answer = line.split_once(' ').and_then(|(_, rest)| rest.split_once(' ')).expect("an exchange").1;
        assert!(answer.starts_with(expected), "{asked}: {line}");
    }
}

#[test]
fn a_trace_says_why_a_presigned_url_fails_behind_a_distribution() {
    let steps = |asset: &Asset, asked: &str| {
        let outcome = simulate(asset, &scenario(asset, &[], asked), &Readings::default(), true);
        let steps = outcome.exchanges.iter().flat_map(|exchange| exchange.steps.clone());
        steps.map(|step| format!("{}: {}", step.what, step.because)).collect::<Vec<_>>().join("\n")
    };
    let asked = format!("raw GET /f?{PRESIGNED}");
    let refused = steps(&asset(reads(), all_forwarded()), &asked);
    let why =
        "refuses a request with two signatures: the URL is presigned, and that of the distribution is another one";
    assert!(refused.contains(why), "{refused}");
    let dropped = steps(&asset(reads(), uncached()), &asked);
    assert!(dropped.contains("does not forward the URL's signature of S3"), "{dropped}");
}
