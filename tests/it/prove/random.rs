//! Random intents: what compiles is proved, and the yardstick agrees with a restatement of the language.

use crate::lowering::direct::header_sets;
use crate::lowering::grants::{METHODS, PAGES, PATHS, intent, permits, words, words_on_paths};
use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::{Deployed, RuleOrder};
use corsynth::intent::permits::{Permission, Request};
use corsynth::prove::prove;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::cell::RefCell;

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn compiled(json: String) -> corsynth::compile::Compiled {
    compile(Input { name: "random.json".to_owned(), bytes: json.into_bytes(), syntax: Syntax::Json })
}

#[test]
fn the_yardstick_agrees_with_a_restatement_of_the_language() {
    let sets = header_sets();
    let result = runner(60).run(&proptest::collection::vec(words_on_paths(), 1..4), |words| {
        let (json, grants) = intent(&words, Some(&json!({})));
        let Some(intent) = compiled(json).intent else { return Ok(()) };
        for path in PATHS {
            for origin in PAGES {
                for method in METHODS {
                    for headers in &sets {
                        let request = Request { asset: 0, through_cdn: true, path, origin, method };
                        let expected = permits(&grants, path, origin, method, headers);
                        let permission = intent.permits(&request, headers);
                        let found = match &permission {
                            Permission::Granted(granted) => Some((
                                granted.exposed.iter().map(|h| h.as_str().to_owned()).collect::<Vec<_>>(),
                                granted.max_age,
                            )),
                            _ => None,
                        };
                        prop_assert_eq!(
                            found,
                            expected.map(|p| (p.expose, p.max_age)),
                            "{} {} {}",
                            method,
                            path,
                            origin
                        );
                    }
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn every_plan_of_a_random_intent_is_proved_in_every_order_of_its_rules() {
    let proved = RefCell::new([0_usize; 2]);
    let strategy = (
        prop_oneof![
            proptest::collection::vec(words_on_paths(), 1..4).prop_map(|words| (words, true)),
            proptest::collection::vec(words(), 1..4).prop_map(|words| (words, false)),
        ],
        any::<bool>(),
        proptest::bool::weighted(0.3),
    );
    let result = runner(400).run(&strategy, |((words, cdn), bucket, unkeyed)| {
        let mut settings = json!({ "authority": if bucket { "bucket" } else { "edge" } });
        if unkeyed && !bucket {
            settings["key-on-origin"] = json!(false);
        }
        let (json, _) = intent(&words, cdn.then_some(&settings));
        let compiled = compiled(json.clone());
        let (Some(intent), Some(plan)) = (&compiled.intent, &compiled.plan) else { return Ok(()) };
        let mut deployed = Deployed::from(plan);
        for cors in deployed.assets.iter_mut().filter_map(|asset| asset.bucket.cors.as_mut()) {
            cors.order = RuleOrder::Any;
        }
        let proof = prove(intent, &deployed);
        prop_assert!(proof.is_proved(), "{json}\n{proof:#?}\n{deployed:#?}");
        proved.borrow_mut()[usize::from(cdn)] += 1;
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let proved = proved.into_inner();
    println!("proved {} plans without a CDN, {} with one", proved[0], proved[1]);
    assert!(proved[0] >= 30 && proved[1] >= 40, "{proved:?}");
}
