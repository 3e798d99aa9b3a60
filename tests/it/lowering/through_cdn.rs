//! Random intents for a bucket behind a CDN: on every path, and after whatever the cache saw first, pages get what the
//! intent grants.
//!
//! The CDN is a small model of its own, with the two readings of what is not confirmed: whether `*.` in a policy stands
//! for one label or for several.

use super::direct::{compiled, header_sets};
use super::grants::{METHODS, PAGES, PATHS, intent, permits, words_on_paths};
use super::s3::{Answer, answer, matches};
use corsynth::aws::s3::CorsRule;
use corsynth::diagnostic::Severity;
use corsynth::plan::{CacheBehavior, Cdn, PolicyRef};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The part of a distribution that answers one path.
struct Edge<'a> {
    cdn: &'a Cdn,
    behavior: &'a CacheBehavior,
    rules: Vec<&'a CorsRule>,
    /// Whether `*.` in a policy stands for several labels.
    deep: bool,
}

impl Edge<'_> {
    fn allows(&self, method: &str) -> bool {
        self.behavior.allowed_methods.methods().contains(&method)
    }

    /// The headers in the cache key, and whether anything is cached.
    fn key(&self) -> (Vec<&str>, bool) {
        match &self.behavior.cache_policy {
            // CachingDisabled, CachingOptimized: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>
            PolicyRef::Managed(policy) => (Vec::new(), policy.id == "658327ea-f89d-4fab-a63d-7e88639e58f6"),
            PolicyRef::Own(id) => {
                let policy = self.cdn.cache_policies.iter().find(|p| p.id == *id).expect("a policy of the plan");
                (policy.config.headers.iter().map(String::as_str).collect(), policy.config.max_ttl > 0)
            }
        }
    }

    /// Whether S3 sees `Origin` and the two headers of a preflight.
    fn forwards(&self) -> bool {
        let request_policy = matches!(&self.behavior.origin_request_policy, Some(PolicyRef::Managed(policy)) if [
            "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
            "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        ].contains(&policy.id));
        request_policy || self.key().0.contains(&"Origin")
    }

    fn s3(&self, origin: Option<&str>, method: &str, headers: &[&str]) -> Option<Answer> {
        answer(&self.rules, origin.filter(|_| self.forwards())?, method, headers)
    }

    /// What the policy makes of an answer.
    fn decorate(&self, answer: Option<Answer>, origin: &str, headers: &[&str]) -> Option<Answer> {
        let policy = self.behavior.response_headers_policy.as_ref().and_then(|policy| match policy {
            PolicyRef::Own(id) => self.cdn.response_headers_policies.iter().find(|p| p.id == *id),
            PolicyRef::Managed(_) => None,
        });
        let Some(cors) = policy.and_then(|p| p.config.cors.as_ref()) else { return answer };
        assert!(cors.origin_override && !cors.access_control_allow_credentials);
        let Some(entry) = cors.access_control_allow_origins.iter().find(|o| self.policy_matches(o, origin)) else {
            return answer;
        };
        let exposed = |answer: Option<Answer>| answer.map_or_else(Vec::new, |a| a.expose_headers);
        Some(Answer {
            allow_origin: if entry == "*" { "*".to_owned() } else { origin.to_owned() },
            allow_credentials: false,
            allow_methods: cors.access_control_allow_methods.clone(),
            allow_headers: allowed(&cors.access_control_allow_headers, headers),
            // An empty list is not sent, and leaves what the bucket said.
            expose_headers: if cors.access_control_expose_headers.is_empty() {
                exposed(answer)
            } else {
                cors.access_control_expose_headers.clone()
            },
            max_age: cors.access_control_max_age_sec,
        })
    }

    fn policy_matches(&self, pattern: &str, origin: &str) -> bool {
        match pattern.split_once("*.") {
            Some((before, behind)) => {
                let label = origin.strip_prefix(before).and_then(|rest| rest.strip_suffix(&format!(".{behind}")));
                label.is_some_and(|label| !label.is_empty() && (self.deep || !label.contains('.')))
            }
            None => match pattern.strip_suffix(":*") {
                Some(bare) => origin == bare || matches(pattern, origin),
                None => matches(pattern, origin),
            },
        }
    }

    /// What a page reads, as the standard has it, when the cache was filled by a request from `earlier`.
    fn page_reads(
        &self,
        origin: &str,
        method: &str,
        headers: &[&str],
        earlier: Option<Option<&str>>,
    ) -> Option<Vec<String>> {
        let may_read = |answer: &Answer| answer.allow_origin == "*" || answer.allow_origin == origin;
        let safelisted = ["GET", "HEAD", "POST"].contains(&method);
        if !safelisted || !headers.is_empty() {
            // S3 must answer a preflight: headers on its refusal do not help.
            let answered = self.allows("OPTIONS").then(|| self.s3(Some(origin), method, headers)).flatten()?;
            let preflight = self.decorate(Some(answered), origin, headers).filter(may_read)?;
            let method_passes = safelisted || preflight.allow_methods.iter().any(|m| m == method);
            if !method_passes || !headers.iter().all(|h| preflight.allow_headers.iter().any(|a| a == h)) {
                return None;
            }
        }
        if !self.allows(method) {
            return None;
        }
        let from = earlier.unwrap_or(Some(origin));
        let answer = self.decorate(self.s3(from, method, &[]), origin, headers).filter(may_read)?;
        let mut names: Vec<String> = answer.expose_headers.iter().map(|h| h.to_ascii_lowercase()).collect();
        names.sort();
        Some(names)
    }
}

/// Which of the names a browser takes to be allowed by a policy's list: `*` is all but `Authorization`.
fn allowed(list: &[String], names: &[&str]) -> Vec<String> {
    let by_name = |name: &str| list.iter().any(|l| l.eq_ignore_ascii_case(name));
    let by_star = |name: &str| name != "authorization" && by_name("*");
    names.iter().filter(|name| by_name(name) || by_star(name)).map(|name| (*name).to_owned()).collect()
}

#[test]
fn pages_get_exactly_the_intent_through_the_cdn() {
    let verdicts: RefCell<BTreeMap<String, usize>> = RefCell::default();
    let count = |verdict: &str| *verdicts.borrow_mut().entry(verdict.to_owned()).or_default() += 1;
    let config = Config { cases: 500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let sets = header_sets();
    let strategy = (
        proptest::collection::vec(words_on_paths(), 1..4),
        proptest::bool::weighted(0.4),
        proptest::bool::weighted(0.3),
    );
    let result = runner.run(&strategy, |(words, bucket, unkeyed)| {
        let mut settings = json!({ "authority": if bucket { "bucket" } else { "edge" } });
        if unkeyed && !bucket {
            settings["key-on-origin"] = json!(false);
        }
        let (json, grants) = intent(&words, Some(&settings));
        let compiled = compiled(&json);
        let Some(plan) = &compiled.plan else {
            let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error);
            errors.for_each(|error| count(error.code.id));
            return Ok(());
        };
        count(if bucket { "accepted for the bucket" } else { "accepted for the edge" });
        let files = &plan.assets[0];
        let cdn = files.cdn.as_ref().expect("every random intent grants something through the CDN");
        let none = Vec::new();
        let rules: Vec<&CorsRule> = files.cors.as_ref().map_or(&none, |cors| &cors.rules).iter().collect();
        for path in PATHS {
            let behavior = cdn.behaviors.iter().find(|b| b.path_pattern.as_ref().is_none_or(|p| matches(p, path)));
            // Paths without a behaviour of ours belong to the owner of the distribution.
            let Some(behavior) = behavior else { continue };
            for deep in [false, true] {
                let edge = Edge { cdn, behavior, rules: rules.clone(), deep };
                let (key, cached) = edge.key();
                let mut histories = vec![None];
                if cached && !key.contains(&"Origin") {
                    histories.extend(PAGES.iter().map(|page| Some(Some(*page))));
                    histories.push(Some(None));
                }
                for (origin, method, headers) in requests(&sets) {
                    let expected = permits(&grants, path, origin, method, headers).map(|p| p.expose);
                    for earlier in &histories {
                        let reads = edge.page_reads(origin, method, headers, *earlier);
                        prop_assert_eq!(
                            &reads,
                            &expected,
                            "{} {} from {} with {:?} after {:?}\n{}\n{:#?}",
                            method,
                            path,
                            origin,
                            headers,
                            earlier,
                            json,
                            files
                        );
                    }
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let verdicts = verdicts.into_inner();
    let enough = |verdict: &str, least: usize| {
        assert!(verdicts.get(verdict).copied().unwrap_or(0) >= least, "{verdict}: {verdicts:?}");
    };
    enough("accepted for the bucket", 20);
    enough("accepted for the edge", 40);
    enough("grant-leaks-to-path", 20);
    enough("differing-grants-at-edge", 10);
}

fn requests<'s>(
    sets: &'s [Vec<&'static str>],
) -> impl Iterator<Item = (&'static str, &'static str, &'s [&'static str])> {
    let of = move |origin: &'static str| {
        METHODS.iter().flat_map(move |method| sets.iter().map(move |set| (origin, *method, set.as_slice())))
    };
    PAGES.iter().flat_map(move |origin| of(origin))
}
