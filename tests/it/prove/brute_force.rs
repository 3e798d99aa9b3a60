//! Brute force against the prover: on small random intents, and on broken plans of theirs, both must say the same.

use super::mutations::mutations;
use super::universe::{Universe, violation};
use crate::lowering::grants::{PATHS, intent, words_on_paths};
use crate::support::unwrapped;
use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::Deployed;
use corsynth::prove::prove;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

fn universe() -> Universe {
    let words = |list: &[&str]| list.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
    Universe {
        origins: words(&[
            "https://www.acme.example",
            "https://pr-7.acme.example",
            "https://a.b.acme.example",
            "http://localhost:3000",
            "http://localhost:5173",
            "https://evil.example",
            "null",
        ]),
        methods: vec!["GET", "HEAD", "POST", "PUT", "PATCH"],
        header_sets: vec![
            Vec::new(),
            words(&["range"]),
            words(&["if-range", "range"]),
            words(&["authorization"]),
            words(&["x-acme-a"]),
            words(&["content-type"]),
            words(&["x-corsynth-other"]),
        ],
        paths: words(&PATHS),
        earlier_origins: words(&["https://www.acme.example", "https://evil.example"]),
    }
}

#[test]
fn brute_force_and_the_prover_agree_on_random_intents_and_broken_plans() {
    let seed = [11; 32];
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let strategy =
        (proptest::collection::vec(words_on_paths(), 1..3), any::<bool>(), any::<bool>(), any::<prop::sample::Index>());
    let universe = universe();
    let (mut proved, mut refuted) = (0, 0);
    let mut tries = 0;
    while proved + refuted < 60 {
        tries += 1;
        assert!(tries < 4000, "hardly any random intent can be granted exactly");
        let (words, bucket, unkeyed, which) = unwrapped(strategy.new_tree(&mut runner)).current();
        let mut settings = json!({ "authority": if bucket { "bucket" } else { "edge" } });
        if unkeyed && !bucket {
            settings["key-on-origin"] = json!(false);
        }
        let (json, _) = intent(&words, Some(&settings));
        let input = Input { name: "random.json".to_owned(), bytes: json.into_bytes(), syntax: Syntax::Json };
        let compiled = compile(input);
        let (Some(intent), Some(plan)) = (&compiled.intent, &compiled.plan) else { continue };
        let whole = Deployed::from(plan);
        let broken = mutations(&whole);
        let (name, broken) = &broken[which.index(broken.len())];
        for (name, deployed) in [("nothing", &whole), (name.as_str(), broken)] {
            let proof = prove(intent, deployed);
            let found = violation(intent, deployed, &universe);
            if proof.is_proved() {
                proved += 1;
                assert_eq!(found, None, "proved after {name}:\n{deployed:#?}");
            } else {
                refuted += 1;
                // The universe is finite, so not everything that the prover finds is in it. What it finds is run again.
                super::mutations::replays(intent, deployed, &proof, name);
            }
        }
    }
    println!("brute force: {proved} proved, {refuted} refuted, in {tries} tries");
    assert!(proved >= 30 && refuted >= 10, "{proved} proved, {refuted} refuted");
}
