//! Random pairs of intents against every request of a universe: a request is told as gained or lost exactly when the two
//! permit it differently, and equal access is silence.

use super::telling::{Asked, artifacts, compiled, exposed, granting, holding, intents, is_together, says};
use crate::lowering::direct::header_sets;
use crate::lowering::grants::{METHODS, PAGES, PATHS, Words, intent, words, words_on_paths};
use crate::properties::plans;
use corsynth::compile::Compiled;
use corsynth::deployed::Deployed;
use corsynth::diff::{Change, diff};
use corsynth::fetch::header::is_cors_safelisted_response_header_name;
use corsynth::intent::permits::{Permission, Request};
use corsynth::readback::{self, File};
use corsynth::render::{Stamp, Target, render};
use corsynth::simulate::Door;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::cell::RefCell;

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// What an intent grants to a request: the response headers that a page may read.
fn granted(compiled: &Compiled, asked: &Asked<'_>) -> Option<Vec<String>> {
    let Asked { door, path, origin, method, headers } = *asked;
    let request = Request { asset: 0, through_cdn: door == Door::Distribution, path, origin, method };
    match compiled.intent.as_ref().unwrap().permits(&request, headers) {
        Permission::Granted(granted) => {
            let names = granted.exposed.iter().map(|h| h.as_str().to_owned());
            Some(names.filter(|name| !is_cors_safelisted_response_header_name(name)).collect())
        }
        Permission::Elsewhere(_) | Permission::Denied => None,
    }
}

/// Grants, with or without a CDN, and a few of them changed.
fn pairs() -> impl Strategy<Value = (Vec<Words>, Vec<Words>, bool)> {
    let lists = prop_oneof![
        (
            proptest::collection::vec(words_on_paths(), 1..4),
            proptest::collection::vec(words_on_paths(), 0..3),
            Just(true)
        ),
        (proptest::collection::vec(words(), 1..4), proptest::collection::vec(words(), 0..3), Just(false)),
    ];
    (lists, any::<u8>()).prop_map(|((kept, new, cdn), drop)| {
        // Most of both sides is the same, as in a pull request.
        let mut after: Vec<Words> = kept.iter().skip(usize::from(drop % 3 == 0)).cloned().collect();
        after.extend(new);
        (kept, after, cdn)
    })
}

#[test]
fn a_request_is_told_exactly_when_the_two_permit_it_differently() {
    let counts = RefCell::new([0_usize; 3]);
    let sets = header_sets();
    let result = runner(90).run(&pairs(), |(before, after, cdn)| {
        let cdn_words = json!({});
        let text = |words: &[Words]| intent(words, cdn.then_some(&cdn_words)).0;
        let [before, after] = [text(&before), text(&after)].map(|text| compiled(&text));
        if before.intent.is_none() || after.intent.is_none() {
            return Ok(());
        }
        let found = intents(&before, &after);
        let mut differing = 0;
        for door in [Door::Distribution, Door::Bucket] {
            for path in PATHS {
                for origin in PAGES {
                    for method in METHODS {
                        for headers in &sets {
                            let asked = Asked { door, path, origin, method, headers };
                            let [old, new] = [granted(&before, &asked), granted(&after, &asked)];
                            let gained = old.is_none() && new.is_some();
                            let lost = old.is_some() && new.is_none();
                            differing += usize::from(gained || lost);
                            for (change, differs, more) in [(Change::Gained, gained, &new), (Change::Lost, lost, &old)]
                            {
                                let is_told = says(&found, change, &asked);
                                prop_assert!(is_told || !differs, "{:?} {:#?}", asked, found.rows);
                                // A row on one header says nothing of what else goes along.
                                let may_be_about_part = headers.len() > 1 && more.is_none();
                                let is_known = headers.len() > 1 && is_together(&found, change, &asked);
                                prop_assert!(
                                    differs || !is_told || may_be_about_part || is_known,
                                    "{:?} {:#?}",
                                    asked,
                                    found.rows
                                );
                            }
                            if headers.is_empty() {
                                let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
                                let more = |a: &[String], b: &[String]| -> Vec<String> {
                                    a.iter().filter(|name| !b.contains(name)).cloned().collect()
                                };
                                differing += usize::from(old != new);
                                prop_assert_eq!(exposed(&found, Change::Gained, &asked), more(&new, &old));
                                prop_assert_eq!(exposed(&found, Change::Lost, &asked), more(&old, &new));
                            }
                        }
                    }
                }
            }
        }
        prop_assert!(differing == 0 || !found.is_empty());
        counts.borrow_mut()[0] += 1;
        counts.borrow_mut()[1] += usize::from(found.is_empty());
        counts.borrow_mut()[2] += differing;
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let [pairs, equal, differing] = counts.into_inner();
    println!("{pairs} pairs, {equal} of them equal, {differing} requests told");
    assert!(pairs >= 50 && equal >= 3 && differing > 10_000, "{pairs} {equal} {differing}");
}

/// What AWS holds by what a format says.
fn emitted(compiled: &Compiled, target: Target) -> Option<Deployed> {
    let files = render(compiled.plan.as_ref()?, target, &Stamp::new("corsynth.yaml", b"random"));
    let files: Vec<File> = files.into_iter().map(|a| File { path: a.path, text: a.contents }).collect();
    Some(readback::read(&files).expect("what is emitted reads back").deployed)
}

/// Origins of the random plans, and neighbours that look like them.
const ORIGINS: [&str; 9] = [
    "https://www.acme.example",
    "https://acme.example",
    "https://app.acme.example:8443",
    "https://app.acme.example",
    "http://localhost:3000",
    "https://a.preview.acme.example",
    "https://preview.acme.example",
    "https://xn--bcher-kva.example",
    "null",
];

/// Requests that tell the random plans apart.
fn requests() -> Vec<(Door, &'static str, &'static str, &'static str, &'static [&'static str])> {
    const SETS: [&[&str]; 5] = [&[], &["range"], &["authorization"], &["content-type"], &["x-other"]];
    let mut all = Vec::new();
    for door in [Door::Distribution, Door::Bucket] {
        for path in ["/x", "/a$'\"&~@:+/x", "/fonts/x"] {
            for origin in ORIGINS {
                for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
                    all.extend(SETS.map(|headers| (door, path, origin, method, headers)));
                }
            }
        }
    }
    all
}

#[test]
fn artifacts_tell_the_same_as_their_intents_in_any_format_and_beside_an_intent() {
    let plans: Vec<Compiled> = plans(40).into_iter().map(|(intent, _)| compiled(&intent.to_string())).collect();
    let (mut told, mut silent) = (0, 0);
    for (index, (before, after)) in plans.iter().zip(&plans[1..]).enumerate() {
        let formats = [Target::ALL[index % 3], Target::ALL[(index + 1) % 3]];
        let old = emitted(before, formats[0]).unwrap();
        let new = emitted(after, formats[1]).unwrap();
        let promised = intents(before, after);
        let comparisons = [artifacts(&old, &new), diff(&[holding(&old)], &[granting(after, &new)])];
        assert!(comparisons.iter().all(|found| found.unknown.is_empty()), "{comparisons:#?}");
        // The same access in another format, and beside its own intent, is silence.
        let again = emitted(before, formats[1]).unwrap();
        for found in [artifacts(&old, &again), diff(&[holding(&old)], &[granting(before, &old)])] {
            assert!(found.is_empty(), "{found:#?}");
        }
        for (door, path, origin, method, headers) in requests() {
            let asked = Asked { door, path, origin, method, headers };
            let request = Request { asset: 0, through_cdn: door == Door::Distribution, path, origin, method };
            let is_open = |headers: &[&str]| {
                let permits = |compiled: &Compiled| compiled.intent.as_ref().unwrap().permits(&request, headers);
                [before, after].iter().any(|compiled| matches!(permits(compiled), Permission::Elsewhere(_)))
            };
            for change in [Change::Gained, Change::Lost] {
                let expected = says(&promised, change, &asked);
                // Beside an intent, nothing is told of requests that it grants at another door, with any headers.
                let told_by = if is_open(&[]) { 1 } else { 2 };
                for found in comparisons.iter().take(told_by).filter(|_| !is_open(headers)) {
                    assert_eq!(
                        says(found, change, &asked),
                        expected,
                        "{asked:?} {:#?} {:#?}",
                        found.rows,
                        promised.rows
                    );
                }
                told += usize::from(expected);
                silent += usize::from(!expected);
            }
        }
    }
    println!("{told} requests told, {silent} not");
    assert!(told > 1_000 && silent > 1_000, "{told} {silent}");
}

#[test]
fn what_is_gained_one_way_is_lost_the_other_way() {
    let result = runner(60).run(&pairs(), |(before, after, cdn)| {
        let cdn_words = json!({});
        let text = |words: &[Words]| intent(words, cdn.then_some(&cdn_words)).0;
        let [before, after] = [text(&before), text(&after)].map(|text| compiled(&text));
        if before.intent.is_none() || after.intent.is_none() {
            return Ok(());
        }
        let told = |found: &corsynth::diff::Diff, change: Change| {
            let rows = found.rows.iter().filter(|row| row.change == change);
            let mut rows: Vec<_> = rows
                .map(|row| {
                    (row.what.clone(), row.origins.clone(), row.methods.clone(), row.paths.clone(), row.doors.clone())
                })
                .collect();
            rows.sort();
            rows
        };
        let [there, back] = [intents(&before, &after), intents(&after, &before)];
        prop_assert_eq!(told(&there, Change::Gained), told(&back, Change::Lost));
        prop_assert_eq!(told(&there, Change::Lost), told(&back, Change::Gained));
        prop_assert_eq!(
            intents(&before, &before),
            corsynth::diff::Diff { request_classes: intents(&before, &before).request_classes, ..Default::default() }
        );
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
