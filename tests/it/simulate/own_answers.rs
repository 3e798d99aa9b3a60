//! Answers that are not the bucket's alone: error pages, CloudFront's own refusals, and what a browser keeps.

use super::estate::{A, asset, cors, edge, forwarding, plain, policy, reads, uncached, with_policy, words};
use super::told::{outcome, scenario, told};
use corsynth::deployed::{CacheBehavior, CustomErrorResponse, CustomHeader};
use corsynth::simulate::{Reading, Readings, simulate_readings};

#[test]
fn error_pages_hide_refusals_or_do_not() {
    let with_page = |behavior| {
        let mut subject = asset(Vec::new(), behavior);
        if let Some(distribution) = &mut subject.distribution {
            distribution.custom_error_responses =
                vec![CustomErrorResponse { error_code: 403, response_code: Some(200) }];
        }
        subject
    };
    let subject = with_page(with_policy(forwarding(), edge()));
    let mut options = simulate_readings(
        &subject,
        &scenario(&subject, &[], "GET /f origin=A x-probe=1"),
        &Readings::default(),
        &[],
        false,
    );
    options.sort_by_key(|(readings, _)| readings.peek(Reading::ErrorPageForOptions));
    let verdicts: Vec<String> = options.iter().map(|(_, outcome)| told(outcome)).collect();
    assert_eq!(
        verdicts,
        [
            "preflight bypass 403 AccessForbidden acao=A acam=GET,HEAD acah=x-probe age=600 vary=Origin -> \
             blocked preflight-status",
            "preflight bypass 200 by-cloudfront acao=A acam=GET,HEAD acah=x-probe age=600 vary=Origin -> \
             actual miss 200 acao=A vary=Origin -> readable cors-check-passed",
        ]
    );
    // Where the policy has nothing to say, the page is no better than the refusal.
    assert!(outcome(&subject, &[], "GET /f origin=B x-probe=1", &[]).consulted.is_empty());
    // A method that is refused at the edge: the same question.
    let deaf = CacheBehavior { allowed_methods: words(&["GET", "HEAD"]), ..with_policy(forwarding(), edge()) };
    let outcome = outcome(&with_page(deaf), &[], "GET /f origin=A x-probe=1", &["error-page-for-options=replaced"]);
    assert!(told(&outcome).starts_with("preflight bypass 200 by-cloudfront acao=A"), "{}", told(&outcome));
}

#[test]
fn own_errors_are_dressed_by_the_policy_or_are_not() {
    let deaf = CacheBehavior { allowed_methods: words(&["GET", "HEAD"]), ..with_policy(forwarding(), edge()) };
    let subject = asset(reads(), deaf);
    let line = "GET /f origin=A x-probe=1";
    let applied = outcome(&subject, &[], line, &["policy-on-own-errors=applied"]);
    assert_eq!(
        told(&applied),
        "preflight bypass 403 MethodNotAllowedByBehavior by-cloudfront acao=A acam=GET,HEAD acah=x-probe age=600 \
         vary=Origin -> blocked preflight-status"
    );
    assert_eq!(applied.consulted, [Reading::PolicyOnOwnErrors]);
    let not_applied = outcome(&subject, &[], line, &["policy-on-own-errors=not-applied"]);
    let bare = "preflight bypass 403 MethodNotAllowedByBehavior by-cloudfront -> blocked allow-origin-missing";
    assert_eq!(told(&not_applied), bare);
    // The policy has nothing to say to this origin, so nobody needs to know.
    assert!(outcome(&subject, &[], "GET /f origin=B x-probe=1", &[]).consulted.is_empty());
}

#[test]
fn browsers_keep_answers_that_lack_vary() {
    let without = asset(reads(), uncached());
    let mut custom = policy(None);
    custom.custom_headers.push(CustomHeader { header: "Vary".to_owned(), value: "Origin".to_owned(), overrides: true });
    let with = asset(reads(), with_policy(uncached(), custom));
    // The image first, then `fetch()` of the same address.
    let spoilt = outcome(&without, &["same GET /f"], "GET /f origin=A", &[]);
    assert_eq!(told(&spoilt), "actual none 200 -> blocked allow-origin-missing");
    let asked_again = outcome(&with, &["same GET /f"], "GET /f origin=A", &[]);
    let expected = "actual bypass 200 acao=A acac=true acam=GET,HEAD vary=Origin -> readable cors-check-passed";
    assert_eq!(told(&asked_again), expected);
    let edge = asset(Vec::new(), with_policy(plain(), policy(Some(cors(&[A, "https://b.example"])))));
    let given: &[&str] = &["same GET /f origin=B"];
    let sent = outcome(&edge, given, "GET /f origin=A", &["policy-vary=sent"]);
    assert_eq!(told(&sent), "actual hit 200 acao=A vary=Origin -> readable cors-check-passed");
    assert_eq!(sent.consulted, [Reading::PolicyVary]);
    let other_visitor = outcome(&edge, &["GET /f origin=B"], "GET /f origin=A", &["policy-vary=omitted"]);
    assert_eq!(told(&other_visitor), "actual hit 200 acao=A -> readable cors-check-passed");
    let omitted = outcome(&edge, given, "GET /f origin=A", &["policy-vary=omitted"]);
    assert_eq!(told(&omitted), "actual none 200 acao=B -> blocked allow-origin-differs");
    assert!(outcome(&edge, &["GET /f origin=B"], "GET /f origin=A", &[]).consulted.is_empty());
}
