//! The same intent and the same asset without the origins that no request of the proof has. An entry without `*` that is
//! none of the origins that stand for all matches none of them, so nothing that is asked is answered otherwise; and the
//! cost of an answer does not grow with the number of origins.

use super::origins::OriginClass;
use crate::deployed::Asset;
use crate::intent::Intent;
use std::collections::BTreeSet;

/// The intent and the asset with the entries that matter for these origins.
pub(super) fn slim(intent: &Intent, asset: &Asset, classes: &[OriginClass]) -> (Intent, Asset) {
    let asked = classes.iter().flat_map(|class| class.pages.iter().chain(&class.any));
    let asked: BTreeSet<String> = asked.map(|origin| origin.to_ascii_lowercase()).collect();
    let matters = |entry: &str| {
        let is_literal = !entry.contains('*') && entry.contains("://");
        !is_literal || asked.contains(&entry.to_ascii_lowercase())
    };
    let (mut intent, mut asset) = (intent.clone(), asset.clone());
    for grant in &mut intent.grants {
        grant.origins.retain(|origin| matters(origin.as_str()));
        // Where a frontend is named is for messages, and the proof has none about it.
        grant.from.clear();
    }
    for rule in asset.bucket.cors.iter_mut().flat_map(|cors| &mut cors.rules) {
        rule.allowed_origins.retain(|origin| matters(origin));
    }
    for behavior in asset.distribution.iter_mut().flat_map(|d| &mut d.behaviors) {
        if let Some(cors) = behavior.response_headers_policy.as_mut().and_then(|policy| policy.cors.as_mut()) {
            cors.allow_origins.retain(|origin| matters(origin));
        }
    }
    (intent, asset)
}
