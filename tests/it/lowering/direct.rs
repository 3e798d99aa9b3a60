//! Random intents for a bucket without a CDN: its rules grant what the intent grants, in every order.

use super::grants::{HEADERS, METHODS, PAGES, intent, permits, words};
use super::s3::{answer, matches, page_reads};
use corsynth::aws::s3::CorsRule;
use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::diagnostic::Severity;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub(super) fn compiled(json: &str) -> Compiled {
    compile(Input { name: "random.json".to_owned(), bytes: json.as_bytes().to_vec(), syntax: Syntax::Json })
}

/// Requests' header sets: none, each alone, each two, and what the upload clients send.
pub(crate) fn header_sets() -> Vec<Vec<&'static str>> {
    let mut sets = vec![vec![]];
    for (i, first) in HEADERS.iter().enumerate() {
        sets.push(vec![*first]);
        sets.extend(HEADERS.iter().skip(i + 1).map(|second| vec![*first, *second]));
    }
    sets.push(vec!["authorization", "content-type", "x-amz-checksum-crc32", "x-amz-meta-user"]);
    sets.push(vec!["cache-control", "x-requested-with"]);
    sets.push(vec!["cache-control", "x-acme-a", "x-requested-with"]);
    sets.push(vec!["if-range", "range", "x-acme-a", "x-acme-b"]);
    sets
}

/// Orders of rules: all of them for up to four, and a good number of others beyond.
fn orders(rules: &[CorsRule]) -> Vec<Vec<&CorsRule>> {
    fn permute<'a>(rest: &[&'a CorsRule], taken: &mut Vec<&'a CorsRule>, orders: &mut Vec<Vec<&'a CorsRule>>) {
        if rest.is_empty() {
            orders.push(taken.clone());
        }
        for i in 0..rest.len() {
            let mut others = rest.to_vec();
            taken.push(others.remove(i));
            permute(&others, taken, orders);
            taken.pop();
        }
    }
    let all: Vec<&CorsRule> = rules.iter().collect();
    let mut orders = Vec::new();
    if all.len() <= 4 {
        permute(&all, &mut Vec::new(), &mut orders);
        return orders;
    }
    for first in 0..all.len() {
        let mut order = all.clone();
        order.rotate_left(first);
        orders.push(order.clone());
        order.reverse();
        orders.push(order.clone());
        // Another neighbour for each: every second one first.
        let (even, odd): (Vec<_>, Vec<_>) = order.iter().enumerate().partition(|(i, _)| i % 2 == 0);
        orders.push(even.into_iter().chain(odd).map(|(_, rule)| *rule).collect());
    }
    orders
}

#[test]
fn the_rules_grant_exactly_the_intent_in_every_order() {
    let verdicts: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 250, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let sets = header_sets();
    let result = runner.run(&proptest::collection::vec(words(), 1..5), |words| {
        let (json, grants) = intent(&words, None);
        let compiled = compiled(&json);
        let Some(plan) = &compiled.plan else {
            let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error);
            errors.for_each(|error| *verdicts.borrow_mut().entry(error.code.id).or_default() += 1);
            return Ok(());
        };
        *verdicts.borrow_mut().entry("accepted").or_default() += 1;
        let rules = &plan.assets[0].cors.as_ref().expect("every random intent grants something").rules;
        *verdicts.borrow_mut().entry(if rules.len() > 1 { "several rules" } else { "one rule" }).or_default() += 1;
        let orders = orders(rules);
        for origin in PAGES {
            for method in METHODS {
                // A page that nobody names is told apart by one request.
                let stranger = orders[0].iter().all(|r| r.allowed_origins.iter().all(|o| !matches(o, origin)));
                let sets = if stranger { &sets[..1] } else { &sets[..] };
                for headers in sets {
                    let permitted = permits(&grants, "/x", origin, method, headers);
                    let expected = permitted.as_ref().map(|p| p.expose.clone());
                    let request = || format!("{method} from {origin} with {headers:?}\n{json}\n{rules:#?}");
                    let first = answer(&orders[0], origin, method, headers);
                    for order in &orders {
                        let reads = page_reads(order, origin, method, headers, false);
                        prop_assert_eq!(&reads, &expected, "{}", request());
                        prop_assert_eq!(page_reads(order, origin, method, headers, true), reads, "{}", request());
                        let preflight = answer(order, origin, method, headers);
                        let remembered = preflight.as_ref().map(|a| a.max_age);
                        prop_assert_eq!(remembered, permitted.as_ref().map(|p| p.max_age), "{}", request());
                        // The list of methods may be another, as long as the one that was asked for is on it.
                        let but_methods = |answer: Option<super::s3::Answer>| {
                            answer.map(|a| super::s3::Answer { allow_methods: Vec::new(), ..a })
                        };
                        prop_assert_eq!(but_methods(preflight), but_methods(first.clone()), "{}", request());
                    }
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // The law says something only if intents of both kinds were among the random ones.
    let verdicts = verdicts.into_inner();
    let enough = |verdict: &str, least: usize| {
        assert!(verdicts.get(verdict).copied().unwrap_or(0) >= least, "{verdict}: {verdicts:?}");
    };
    enough("accepted", 40);
    enough("several rules", 20);
    enough("overlapping-grants", 20);
    enough("wildcard-request-header", 10);
}

/// What `covered-grant` says of a grant holds: without it, every request is granted the same.
#[test]
fn a_grant_that_is_called_redundant_changes_nothing() {
    let told = RefCell::new(0);
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 400, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let sets = header_sets();
    let result = runner.run(&proptest::collection::vec(words(), 2..6), |words| {
        let (json, grants) = intent(&words, None);
        let compiled = compiled(&json);
        let Some(intent) = &compiled.intent else { return Ok(()) };
        for finding in compiled.diagnostics.iter().filter(|finding| finding.code.id == "covered-grant") {
            let redundant = intent.grants.iter().position(|grant| grant.span == finding.primary.span);
            let mut others = grants.clone();
            others.remove(redundant.expect("the finding is about a grant"));
            *told.borrow_mut() += 1;
            for origin in PAGES {
                for method in METHODS {
                    for headers in &sets {
                        let [with, without] = [&grants, &others].map(|g| permits(g, "/x", origin, method, headers));
                        prop_assert_eq!(with, without, "{} from {} with {:?}\n{}", method, origin, headers, json);
                    }
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let told = told.into_inner();
    assert!(told >= 10, "only {told} grants were called redundant");
}
