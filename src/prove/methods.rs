//! Methods that stand for all methods: a method is compared with lists and with the safelisted ones, and nothing else is
//! done with it.

use crate::deployed::Asset;
use crate::fetch::Method;
use crate::fetch::header::is_token;
use crate::intent::Intent;

/// Methods that stand for all: those of S3, the others that pages send, and one that nobody knows.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CORSYNTH"];

/// The methods that stand for all, and those that only the rules of an asset name.
pub(crate) fn named(asset: Option<&Asset>) -> Vec<String> {
    let mut methods: Vec<String> = METHODS.map(ToOwned::to_owned).to_vec();
    let rules = asset.and_then(|asset| asset.cors()).map_or(&[][..], |cors| &cors.rules);
    let by_functions = asset.into_iter().flat_map(Asset::function_rules).flat_map(|rule| &rule.allowed_methods);
    for method in rules.iter().flat_map(|rule| &rule.allowed_methods).chain(by_functions) {
        if !methods.contains(method) && is_token(method) {
            methods.push(method.clone());
        }
    }
    methods
}

/// Of [`named`], one of two that nothing tells apart.
pub(super) fn methods(intent: &Intent, index: usize, asset: &Asset) -> Vec<String> {
    let methods = named(Some(asset));
    let granted = intent.grants.iter().filter(|g| g.to.iter().any(|t| t.asset == index));
    let granted = granted.map(|g| g.methods.iter().map(Method::as_str).collect::<Vec<_>>());
    let ruled = asset.cors().into_iter().flat_map(|cors| &cors.rules);
    let ruled = ruled.map(|rule| rule.allowed_methods.iter().map(String::as_str).collect());
    let behaviors = || asset.distribution.iter().flat_map(|d| &d.behaviors);
    let taken = behaviors().map(|b| b.allowed_methods.iter().map(String::as_str).collect());
    let policies = behaviors().filter_map(|b| b.response_headers_policy.as_ref()?.cors.as_ref());
    let listed = policies.map(|cors| cors.allow_methods.iter().map(String::as_str).collect());
    let functions = asset.function_rules().map(|rule| rule.allowed_methods.iter().map(String::as_str).collect());
    let lists: Vec<Vec<&str>> = granted.chain(functions).chain(ruled).chain(taken).chain(listed).collect();
    let kind = |method: &str| {
        // Reads are cached, `POST` needs no preflight, S3 knows `PUT` and `DELETE`, and a preflight is an `OPTIONS`.
        let alike = if method == "DELETE" { "PUT" } else { method };
        let known = METHODS.iter().take(5).chain(["OPTIONS"].iter()).find(|m| **m == alike).copied();
        (known, lists.iter().map(|list| list.contains(&method)).collect::<Vec<_>>())
    };
    let kinds: Vec<_> = methods.iter().map(|method| kind(method)).collect();
    let first = |at: usize| kinds.iter().position(|kind| kinds.get(at) == Some(kind)) == Some(at);
    methods.iter().enumerate().filter(|(at, _)| first(*at)).map(|(_, method)| method.clone()).collect()
}
