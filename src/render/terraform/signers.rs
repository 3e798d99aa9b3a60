//! Trusted key groups: which paths need a signature, and whose.

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::cdns;
use super::condition::{assert, same};
use super::functions::path_key;
use super::hcl::{at, attribute, comment, map, path, text, texts};
use crate::plan::{CacheBehavior, Cdn, Plan, TrustedKeyGroups};

/// The entry of `locals.tf`.
pub(super) fn locals(plan: &Plan) -> Vec<Structure> {
    let signed = |cdn: &Cdn| cdn.behaviors.iter().any(|behavior| behavior.trusted_key_groups != TrustedKeyGroups::None);
    let assets = cdns(plan).filter(|(_, cdn)| signed(cdn)).map(|(asset, cdn)| {
        let paths = cdn.behaviors.iter().filter_map(|b| Some((path_key(b), groups(&asset.id, b)?)));
        (asset.id.clone(), map(paths))
    });
    vec![comment("Whose signatures a path needs."), attribute("trusted_key_groups", map(assets))]
}

fn groups(asset: &str, behavior: &CacheBehavior) -> Option<Expression> {
    match &behavior.trusted_key_groups {
        TrustedKeyGroups::None => None,
        TrustedKeyGroups::Ids(ids) => Some(texts(ids)),
        TrustedKeyGroups::Parameter => Some(at(path(["var", "key_group_ids"]), text(asset))),
    }
}

/// The assets whose key groups the caller brings.
pub(super) fn asked(plan: &Plan) -> Vec<&str> {
    let asks = |cdn: &Cdn| cdn.behaviors.iter().any(|b| b.trusted_key_groups == TrustedKeyGroups::Parameter);
    cdns(plan).filter(|(_, cdn)| asks(cdn)).map(|(asset, _)| asset.id.as_str()).collect()
}

/// What the outputs must say of an asset.
pub(super) fn asserts(id: &str, cdn: &Cdn) -> Vec<Structure> {
    let signed = cdn.behaviors.iter().filter(|behavior| behavior.trusted_key_groups != TrustedKeyGroups::None);
    signed
        .filter_map(|behavior| {
            let listed = at(at(path(["output", "trusted_key_groups"]), text(id)), text(path_key(behavior)));
            let about = format!("{id}: `{}` is for signed requests only", path_key(behavior));
            Some(assert(same(listed, groups(id, behavior)?), about))
        })
        .collect()
}
