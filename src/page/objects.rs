//! What is made in AWS: every object of the plan, and the lines of the intent that ask for it.

use super::markup::{Element, cell, element, prose, table};
use super::{Judged, Page, lines};
use crate::plan::{AssetOrigin, AssetPlan, Cdn, Policy, PolicyRef, Provenance, TrustedKeyGroups};

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
    if asset.owned.is_some() {
        if let Some(bucket) = asset.bucket() {
            add("Bucket", bucket.name.clone(), &asset.provenance);
        }
        if asset.cdn.is_some() {
            add("Distribution", "named by AWS".to_owned(), &asset.provenance);
        }
    }
    for rule in asset.cors.iter().flat_map(|cors| &cors.rules) {
        let provenance = asset.rule_provenance.get(&rule.id).unwrap_or(&asset.provenance);
        add("CORS rule of the bucket", rule.id.clone(), provenance);
    }
    if let Some(cdn) = &asset.cdn {
        of_cdn(cdn, &asset.provenance, &mut add);
    }
    let origin = match &asset.origin {
        AssetOrigin::Bucket(bucket) => format!("bucket `{}` in `{}`", bucket.name, bucket.region),
        AssetOrigin::Custom(server) => format!("server `{}`", server.domain_name),
    };
    let caption = format!("`{}`: {origin}", asset.id);
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
    own("Origin access control", cdn.origin_access_control.as_slice(), add);
    own("Cache policy", &cdn.cache_policies, add);
    own("Origin request policy", &cdn.origin_request_policies, add);
    own("Response headers policy", &cdn.response_headers_policies, add);
    own("Function", &cdn.functions, add);
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
        let policies = policies.into_iter().flatten().map(name);
        let functions = [
            ("on viewer-request", &behavior.viewer_request),
            ("on viewer-response", &behavior.viewer_response),
            ("as Lambda@Edge on origin-response", &behavior.origin_response),
        ];
        let functions = functions.iter().filter_map(|(event, id)| Some(format!("{} {event}", id.as_ref()?.key())));
        let signers = match &behavior.trusted_key_groups {
            TrustedKeyGroups::None => None,
            TrustedKeyGroups::Ids(ids) => Some(format!("signatures by {}", ids.join(", "))),
            TrustedKeyGroups::Parameter => Some("signatures by a key group of the owner's".to_owned()),
        };
        let with: Vec<String> = policies.chain(functions).chain(signers).collect();
        let pattern = behavior.path_pattern.as_deref().unwrap_or("Default (*)");
        add("Cache behaviour", format!("{pattern} with {}", with.join(", ")), &behavior.provenance);
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
