//! What is made in AWS: every object of the plan, and the lines of the intent that ask for it.

use super::markup::{Element, cell, element, prose, table};
use super::{Judged, Page, lines};
use crate::plan::{AssetPlan, Cdn, Policy, PolicyRef, Provenance};

const HEADS: [&str; 3] = ["Object", "Name", "Asked for by"];

/// A table for each asset.
pub(super) fn objects(page: &Page<'_>, judged: &Judged<'_>) -> Vec<Element> {
    judged.plan.assets.iter().flat_map(|asset| of_asset(page, asset)).collect()
}

fn of_asset(page: &Page<'_>, asset: &AssetPlan) -> Vec<Element> {
    let mut rows = Vec::new();
    let mut add = |what: &str, name: String, provenance: &Provenance| {
        rows.push(vec![cell(what), element("td").child(element("code").text(name)), lines(page, provenance)]);
    };
    for rule in asset.cors.iter().flat_map(|cors| &cors.rules) {
        let provenance = asset.rule_provenance.get(&rule.id).unwrap_or(&asset.provenance);
        add("CORS rule of the bucket", rule.id.clone(), provenance);
    }
    if let Some(cdn) = &asset.cdn {
        of_cdn(cdn, &asset.provenance, &mut add);
    }
    let caption = format!("`{}`: bucket `{}` in `{}`", asset.id, asset.bucket.name, asset.bucket.region);
    let mut content = vec![if rows.is_empty() {
        prose(element("p"), &format!("{caption}: nothing is made for it."))
    } else {
        table(&caption, &HEADS, rows)
    }];
    let paths = asset.cdn.iter().flat_map(|cdn| &cdn.invalidation_paths).map(|path| format!("`{path}`"));
    let paths: Vec<String> = paths.collect();
    if !paths.is_empty() {
        let text = format!("To invalidate when the bucket's rules or what is forwarded change: {}.", paths.join(", "));
        content.push(prose(element("p"), &text));
    }
    content
}

fn of_cdn(cdn: &Cdn, asset: &Provenance, add: &mut impl FnMut(&str, String, &Provenance)) {
    let control = &cdn.origin_access_control;
    add("Origin access control", control.name.full(), &control.provenance);
    own("Cache policy", &cdn.cache_policies, add);
    own("Origin request policy", &cdn.origin_request_policies, add);
    own("Response headers policy", &cdn.response_headers_policies, add);
    for behavior in &cdn.behaviors {
        let name = |policy: &PolicyRef| match policy {
            PolicyRef::Managed(managed) => managed.name.to_owned(),
            PolicyRef::Own(id) => id.key(),
        };
        let policies = [
            Some(&behavior.cache_policy),
            behavior.origin_request_policy.as_ref(),
            behavior.response_headers_policy.as_ref(),
        ];
        let policies: Vec<String> = policies.into_iter().flatten().map(name).collect();
        let pattern = behavior.path_pattern.as_deref().unwrap_or("Default (*)");
        add("Cache behaviour", format!("{pattern} with {}", policies.join(", ")), &behavior.provenance);
    }
    for (what, statements) in
        [("Statement of the bucket's policy", &cdn.bucket_policy), ("Statement of the key's policy", &cdn.key_policy)]
    {
        for statement in statements {
            add(what, format!("{}: {}", statement.sid, statement.actions.join(", ")), asset);
        }
    }
}

fn own<T>(what: &str, policies: &[Policy<T>], add: &mut impl FnMut(&str, String, &Provenance)) {
    for policy in policies {
        add(what, policy.name.full(), &policy.provenance);
    }
}
