//! The same intent and the same asset without the origins that no request of the proof has. An entry without `*` that is
//! none of the origins that stand for all matches none of them, so nothing that is asked is answered otherwise; and the
//! cost of an answer does not grow with the number of origins.

use super::origins::OriginClass;
use crate::deployed::Asset;
use crate::intent::{Grant, Intent};
use std::collections::BTreeSet;

/// The entries that matter for some origins.
struct Asked(BTreeSet<String>);

impl Asked {
    fn new(classes: &[OriginClass]) -> Self {
        let asked = classes.iter().flat_map(|class| class.pages.iter().chain(&class.any));
        Self(asked.map(|origin| origin.to_ascii_lowercase()).collect())
    }

    fn matters(&self, entry: &str) -> bool {
        let is_literal = !entry.contains('*') && entry.contains("://");
        !is_literal || self.0.contains(&entry.to_ascii_lowercase())
    }
}

/// What an intent grants on one of its assets, with the origins that matter for these.
pub(crate) fn intent(intent: &Intent, index: usize, classes: &[OriginClass]) -> Intent {
    let asked = Asked::new(classes);
    let slim = |grant: &Grant| {
        let mut grant = grant.clone();
        grant.origins.retain(|origin| asked.matters(origin.as_str()));
        // Where a frontend is named is for messages, and the proof has none about it.
        grant.from.clear();
        grant
    };
    let on_asset = |grant: &&Grant| grant.to.iter().any(|target| target.asset == index);
    Intent {
        name: intent.name.clone(),
        environment: intent.environment.clone(),
        owner: None,
        assets: intent.assets.clone(),
        frontends: Vec::new(),
        withheld: Vec::new(),
        grants: intent.grants.iter().filter(on_asset).map(slim).collect(),
        expectations: Vec::new(),
    }
}

/// The asset with the entries that matter for these origins.
pub(crate) fn asset(asset: &Asset, classes: &[OriginClass]) -> Asset {
    let asked = Asked::new(classes);
    let mut asset = asset.clone();
    for rule in asset.cors_mut().into_iter().flat_map(|cors| &mut cors.rules) {
        rule.allowed_origins.retain(|origin| asked.matters(origin));
    }
    for behavior in asset.distribution.iter_mut().flat_map(|d| &mut d.behaviors) {
        if let Some(cors) = behavior.response_headers_policy.as_mut().and_then(|policy| policy.cors.as_mut()) {
            cors.allow_origins.retain(|origin| asked.matters(origin));
        }
        for function in behavior.functions_mut() {
            for rule in &mut function.does.rules {
                rule.allowed_origins.retain(|origin| asked.matters(origin));
            }
        }
    }
    asset
}
