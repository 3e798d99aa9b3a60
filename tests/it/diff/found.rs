//! Artifacts that no compiler would write, environments, and many frontends.

use super::telling::{artifacts, compiled, granting, intents};
use corsynth::deployed::{Deployed, RuleOrder, managed};
use corsynth::diff::{Change, Risk, Row, Side, What, diff};
use corsynth::simulate::Door;
use std::fmt::Write as _;

const INTENT: &str = "version: 1
name: acme
assets:
  static: { bucket: acme-static, region: eu-west-1, cdn: {} }
frontends:
  site: [https://www.acme.example, https://acme.example]
allow:
  - { from: site, to: static, use: [fonts, range] }
";

fn deployed() -> Deployed {
    Deployed::from(&compiled(INTENT).plan.unwrap())
}

fn through_cdn(rows: &[Row]) -> Vec<&Row> {
    rows.iter().filter(|row| row.doors.contains(&Door::Distribution)).collect()
}

#[test]
fn what_only_some_cache_histories_allow_is_told_with_what_it_depends_on() {
    let mut broken = deployed();
    let behavior = &mut broken.assets[0].distribution.as_mut().unwrap().behaviors[0];
    // `CORS-S3Origin` forwards `Origin`, and `CachingOptimized` does not key on it.
    behavior.cache_policy = managed::cache_policy("658327ea-f89d-4fab-a63d-7e88639e58f6").unwrap();
    behavior.origin_request_policy = managed::origin_request_policy("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf");
    behavior.response_headers_policy = None;
    let found = artifacts(&deployed(), &broken);
    let rows = through_cdn(&found.rows);
    let reads: Vec<&&Row> = rows.iter().filter(|row| matches!(row.what, What::Requests { .. })).collect();
    assert!(!reads.is_empty(), "{found:#?}");
    for row in reads {
        assert_eq!(row.change, Change::Lost, "{row:#?}");
        assert_eq!(row.depends.as_deref(), Some("it is still so, depending on what the cache holds"), "{row:#?}");
    }
    let [consequence] = found.consequences.as_slice() else { panic!("{found:#?}") };
    assert_eq!(consequence.invalidate, ["/*"]);
    let mended = artifacts(&broken, &deployed());
    assert!(through_cdn(&mended.rows).iter().any(|row| {
        row.change == Change::Gained
            && row.depends.as_deref() == Some("it was so already, depending on what the cache holds")
    }));
}

#[test]
fn an_order_that_nobody_knows_can_decide() {
    let mut ordered = deployed();
    let cors = ordered.assets[0].bucket.cors.as_mut().unwrap();
    let mut narrow = cors.rules[0].clone();
    narrow.expose_headers = vec!["x-more".to_owned()];
    cors.rules.push(narrow);
    let mut unordered = ordered.clone();
    unordered.assets[0].bucket.cors.as_mut().unwrap().order = RuleOrder::Any;
    assert_eq!(artifacts(&deployed(), &ordered).rows, [], "the second rule is never reached");
    let found = artifacts(&ordered, &unordered);
    assert!(found.rows.iter().any(|row| row.what == What::Exposed(vec!["x-more".to_owned()])), "{found:#?}");
}

#[test]
fn credentials_of_a_policy_are_told() {
    let mut open = deployed();
    let behavior = &mut open.assets[0].distribution.as_mut().unwrap().behaviors[0];
    behavior.response_headers_policy.as_mut().unwrap().cors.as_mut().unwrap().allow_credentials = true;
    let found = artifacts(&deployed(), &open);
    let [row] = found.rows.as_slice() else { panic!("{found:#?}") };
    assert_eq!((&row.what, row.change, row.risks()), (&What::Credentials, Change::Gained, vec![Risk::Credentials]));
    assert!(row.witness.credentials);
    // An intent has no word for them, so beside one they are too much.
    let meant = compiled(INTENT);
    let held = deployed();
    let side = Side { name: "", environment: None, intent: None, deployed: &open };
    let found = diff(&[granting(&meant, &held)], &[side]);
    assert_eq!(found.rows.iter().map(|row| &row.what).collect::<Vec<_>>(), [&What::Credentials]);
}

#[test]
fn what_is_not_modelled_is_told_and_not_passed_over() {
    let mut odd = deployed();
    odd.assets[0].distribution.as_mut().unwrap().behaviors[0].unknown.push("a function".to_owned());
    let found = artifacts(&deployed(), &odd);
    assert!(!found.is_empty() && through_cdn(&found.rows).is_empty(), "{found:#?}");
    assert_eq!(found.unknown, ["behaviour `*` of `static`: a function"]);
}

#[test]
fn environments_are_paired_by_name() {
    let (one, other) = (compiled(INTENT), compiled(&INTENT.replace(", https://acme.example]", "]")));
    let [old, new] = [&one, &other].map(|c| Deployed::from(c.plan.as_ref().unwrap()));
    let side = |environment, is_new: bool| {
        let (compiled, deployed) = if is_new { (&other, &new) } else { (&one, &old) };
        Side { name: "web", environment, ..granting(compiled, deployed) }
    };
    let (prod, test) = (Some("prod"), Some("test"));
    let found = diff(&[side(prod, false), side(test, false)], &[side(test, false), side(prod, true)]);
    let places: Vec<_> = found.rows.iter().map(|row| (row.change, row.environment.as_deref())).collect();
    assert!(!places.is_empty() && places.iter().all(|place| *place == (Change::Lost, prod)), "{places:?}");
    assert_eq!(found.consequences.iter().map(|c| c.environment.as_deref()).collect::<Vec<_>>(), [prod]);

    // A new name is another environment: all that it grants is gained, and all that the old one granted is lost.
    let renamed = diff(&[side(prod, false)], &[side(test, false)]);
    let places: Vec<_> = renamed.rows.iter().map(|row| (row.environment.as_deref(), row.change)).collect();
    assert!(places.contains(&(prod, Change::Lost)) && places.contains(&(test, Change::Gained)), "{places:?}");
    assert!(!places.contains(&(prod, Change::Gained)) && !places.contains(&(test, Change::Lost)), "{places:?}");
}

#[test]
fn the_work_grows_with_the_frontends_and_not_with_their_pairs() {
    let text = |frontends: usize| {
        let mut text = "version: 1\nname: acme\nassets:\n".to_owned();
        for asset in 0..10 {
            let _ = writeln!(text, "  a{asset}: {{ bucket: acme-{asset}, region: eu-west-1, cdn: {{}} }}");
        }
        text.push_str("frontends:\n");
        for frontend in 0..frontends {
            let labels = if frontend < 10 { "*.preview" } else { "www" };
            let _ = writeln!(text, "  f{frontend}: https://{labels}.f{frontend}.acme.example");
        }
        let from: Vec<String> = (0..frontends).map(|at| format!("f{at}")).collect();
        text.push_str("allow:\n");
        for asset in 0..10 {
            let _ = writeln!(text, "  - {{ from: [{}], to: a{asset}, use: [fonts, range] }}", from.join(", "));
        }
        text
    };
    let asked = |frontends: usize| {
        let found = intents(&compiled(&text(frontends)), &compiled(&text(frontends + 1)));
        assert_eq!(found.rows.len(), 10, "{:#?}", found.rows.first());
        found.request_classes
    };
    let (some, twice) = (asked(40), asked(80));
    assert!(twice < some * 3, "{some} requests, and {twice} for twice as many frontends");
}
