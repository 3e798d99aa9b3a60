//! Names in an account: short enough, the same in every run, and others for other buckets.

use corsynth::aws::quotas;
use corsynth::compile::{Input, Syntax, compile};
use corsynth::plan::{Plan, ResourceName};
use std::collections::{BTreeMap, BTreeSet};

fn plan(yaml: &str) -> Plan {
    let compiled = compile(Input { name: "n.yaml".to_owned(), bytes: yaml.as_bytes().to_vec(), syntax: Syntax::Yaml });
    compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

/// Every name of a plan by what it names, and every comment.
fn names(plan: &Plan) -> (BTreeMap<String, ResourceName>, Vec<String>) {
    let mut names = BTreeMap::new();
    let mut comments = Vec::new();
    for asset in &plan.assets {
        let Some(cdn) = &asset.cdn else { continue };
        if let Some(oac) = &cdn.origin_access_control {
            names.insert(format!("oac {}", oac.id.key()), oac.name.clone());
            assert!(oac.config.description.chars().count() <= 256);
        }
        for policy in &cdn.cache_policies {
            names.insert(format!("cache {}", policy.id.key()), policy.name.clone());
            comments.push(policy.config.comment.clone());
        }
        for policy in &cdn.response_headers_policies {
            names.insert(format!("headers {}", policy.id.key()), policy.name.clone());
            comments.push(policy.config.comment.clone());
        }
    }
    (names, comments)
}

const LONG: &str = "an-id-of-two-and-thirty-letters-";

/// The longest name, asset, path and frontend that are taken; `bucket` and `region` as given.
fn longest(bucket: &str, region: &str, account: &str) -> String {
    let id = |last: &str| format!("{LONG}{last}").split_off(1);
    let name = "n".repeat(40);
    let paths: Vec<String> = (0..3).map(|i| format!("{}: /{i}/*", id(&i.to_string()))).collect();
    let frontends: Vec<String> =
        (0..9).map(|i| format!("  {}: https://{i}.acme.example\n", id(&i.to_string()))).collect();
    let grants: String = (0..9)
        .map(|i| {
            let all: Vec<String> = (0..9).filter(|j| *j != i).map(|j| id(&j.to_string())).collect();
            format!(
                "  - {{ from: [{}], to: {}, upload: {{ how: presigned-put }}, request-headers: [x-{i}] }}\n",
                all.join(", "),
                id("a")
            )
        })
        .chain((0..3).map(|i| {
            format!("  - {{ from: {}, to: {}/{}, use: fonts }}\n", id(&i.to_string()), id("a"), id(&i.to_string()))
        }))
        .collect();
    format!(
        "version: 1\nname: {name}\nassets:\n  {}: {{ bucket: {bucket}, region: {region}, account: \"{account}\", \
         paths: {{ {} }}, cdn: {{ key-on-origin: false }} }}\nfrontends:\n{}allow:\n{grants}",
        id("a"),
        paths.join(", "),
        frontends.concat()
    )
}

#[test]
fn the_longest_ids_fit() {
    let plan = plan(&longest("acme-files", "eu-west-1", "111122223333"));
    let (names, comments) = names(&plan);
    assert!(names.len() >= 5, "{names:#?}");
    for (what, name) in &names {
        let limit = if what.starts_with("oac") {
            quotas::ORIGIN_ACCESS_CONTROL_NAME_CHARACTERS
        } else {
            quotas::POLICY_NAME_CHARACTERS
        };
        assert_eq!(name.prefix.len(), 40);
        assert!(name.full().len() <= limit, "{what}: {} has {}", name.full(), name.full().len());
        assert!(name.full().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{}", name.full());
    }
    assert!(comments.iter().all(|c| c.chars().count() <= quotas::POLICY_COMMENT_CHARACTERS), "{comments:#?}");
    let rules = &plan.assets[0].cors.as_ref().expect("rules").rules;
    let ids: BTreeSet<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    assert!(rules.len() > 9 && ids.len() == rules.len(), "{ids:#?}");
    assert!(ids.iter().all(|id| id.chars().count() <= quotas::CORS_RULE_ID_CHARACTERS), "{ids:#?}");
}

#[test]
fn names_are_the_same_in_every_run_and_others_for_others() {
    let of = |bucket: &str, region: &str, account: &str| names(&plan(&longest(bucket, region, account))).0;
    let first = of("acme-files", "eu-west-1", "111122223333");
    assert_eq!(first, of("acme-files", "eu-west-1", "111122223333"));
    for other in [
        of("acme-files-2", "eu-west-1", "111122223333"),
        of("acme-files", "eu-west-2", "111122223333"),
        of("acme-files", "eu-west-1", "444455556666"),
    ] {
        assert!(first.iter().all(|(what, name)| other[what] != *name), "{first:#?}\n{other:#?}");
    }
    let all: BTreeSet<String> = first.values().map(ResourceName::full).collect();
    assert_eq!(all.len(), first.len(), "two objects have one name");
}

/// A name that changes makes a new object; what an object says may change in place.
#[test]
fn names_do_not_change_with_what_is_granted() {
    let with = |grant: &str| {
        names(&plan(&format!(
            "version: 1\nname: acme\nassets:\n  files: {{ bucket: acme-files, region: eu-west-1, cdn: {{}} }}\n\
             frontends:\n  site: https://www.acme.example\nallow:\n  - {{ from: site, to: files, {grant} }}\n"
        )))
        .0
    };
    assert_eq!(with("use: fonts"), with("use: range, preflight-cache: 1d"));
}
