//! Laws on random valid intents: same text in, same bytes out; what is emitted reads back with independent readers;
//! hostile text stays data in every format.

use crate::prove::vocabulary::intents;
use crate::support::{tool, unwrapped};
use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::plan::Plan;
use corsynth::render::{Artifact, Stamp, Target, can_say, render};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// Free text that tries to break out of HCL, `Fn::Sub`, YAML, JSON, Markdown and shell.
const HOSTILE: [&str; 14] = [
    "${path.cwd}",
    "${a}%${path.cwd}",
    "%{ if true }x%{ endif }",
    "$(touch owned)",
    "`touch owned`",
    "'; touch owned; '",
    "\" ; touch owned ; \"",
    "a\nb\n",
    "EOT\nEOF\n",
    "!Ref AWS::AccountId",
    "${AWS::AccountId}",
    "--> <script> | # *",
    "no",
    "\u{202e}é \u{7} \\",
];

/// A valid intent as JSON, which is YAML too.
fn intent() -> impl Strategy<Value = serde_json::Value> {
    let origin = prop::sample::select(vec![
        "https://www.acme.example",
        "https://acme.example",
        "https://app.acme.example:8443",
        "http://localhost:3000",
        "https://*.preview.acme.example",
        "https://xn--bcher-kva.example",
    ]);
    let frontends = prop::collection::btree_set(origin, 1..4);
    let read = prop::sample::subsequence(vec!["fonts", "modules", "images", "media", "hls", "fetch", "range"], 1..4);
    let upload = prop::sample::select(vec![
        json!({ "how": "presigned-put" }),
        json!({ "how": "presigned-post", "client": "dropzone" }),
        json!({ "how": "multipart", "client": "uppy", "metadata": ["user", "x-'`$HOME`|&"] }),
        json!({ "how": "multipart", "client": "aws-sdk-js-v3" }),
        json!({ "how": "presigned-put", "client": "rails-active-storage", "metadata": ["$0"] }),
    ]);
    let cdn = prop::option::of((
        prop::sample::select(vec!["edge", "bucket"]),
        prop::sample::select(vec![403, 404]),
        any::<bool>(),
        prop::option::of(prop::sample::select(vec!["E2EXAMPLE123AB", "EDFDVBD6EXAMPLE"])),
        prop::sample::select(vec![json!({}), json!({ "min": 0, "default": 0, "max": 0 }), json!({ "min": 1 })]),
    ));
    let grant = (prop::collection::btree_set(0..3_usize, 1..3), read, any::<bool>(), any::<bool>());
    let owner = prop_oneof![prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned), "[ -~é]{0,40}"];
    (
        prop::collection::vec(frontends, 3),
        cdn,
        prop::collection::vec(grant, 1..4),
        prop::option::of(upload),
        owner,
        any::<bool>(),
    )
        .prop_map(|(frontends, cdn, grants, upload, owner, kms)| {
            let mut asset = json!({ "bucket": "acme-static-prod", "region": "eu-west-1",
                "paths": { "odd": "/a$'\"&~@:+/*", "fonts": "/fonts/*" } });
            if kms {
                asset["encryption"] = "sse-kms".into();
                asset["kms-key"] = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab".into();
                asset["account"] = "011122223333".into();
            }
            let has_cdn = cdn.is_some();
            if let Some((authority, missing, security, distribution, ttl)) = cdn {
                asset["cdn"] = json!({ "authority": authority, "missing-objects": missing,
                    "security-headers": security, "ttl": ttl, "aliases": ["cdn.acme.example"] });
                if let Some(distribution) = distribution {
                    asset["cdn"]["distribution"] = distribution.into();
                }
            }
            let ids = ["site", "app", "previews"];
            let mut allow: Vec<serde_json::Value> = grants
                .into_iter()
                .map(|(from, uses, path, bearer)| {
                    let from: Vec<&str> = from.into_iter().map(|i| ids[i]).collect();
                    let to = if path && has_cdn { "static/odd" } else { "static" };
                    let credentials = if bearer { "bearer" } else { "none" };
                    json!({ "from": from, "to": to, "use": uses, "credentials": credentials })
                })
                .collect();
            if let Some(upload) = upload {
                allow.push(json!({ "from": "app", "to": "static", "upload": upload }));
            }
            let frontends: serde_json::Map<_, _> = ids
                .iter()
                .zip(frontends)
                .map(|(id, origins)| ((*id).to_owned(), json!({ "origins": origins.into_iter().collect::<Vec<_>>() })))
                .collect();
            json!({ "version": 1, "name": "acme-static", "owner": owner, "assets": { "static": asset },
                "frontends": frontends, "allow": allow })
        })
}

fn compiled(text: String, syntax: Syntax) -> Compiled {
    compile(Input { name: "intent".into(), bytes: text.into_bytes(), syntax })
}

/// Intents that compile, out of a fixed sequence of random ones: every other one says hostile things in the old words, the
/// rest are in all words of the language.
pub(crate) fn plans(wanted: usize) -> Vec<(serde_json::Value, Plan)> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let strategies = [intent().boxed(), intents().boxed()];
    let mut plans = Vec::new();
    for half in 0..strategies.len() {
        let until = wanted * (half + 1) / strategies.len();
        let mut refused = 0;
        while plans.len() < until {
            let intent = unwrapped(strategies[half].new_tree(&mut runner)).current();
            match compiled(intent.to_string(), Syntax::Json).plan {
                Some(plan) => plans.push((intent, plan)),
                None => refused += 1,
            }
            assert!(refused < 20 * wanted, "hardly any random intent can be granted exactly");
        }
    }
    plans
}

#[test]
fn random_plans_have_functions_signatures_servers_and_resources_of_their_own() {
    let plans = plans(60);
    let count = |holds: fn(&corsynth::plan::AssetPlan) -> bool| {
        plans.iter().filter(|(_, plan)| plan.assets.iter().any(holds)).count()
    };
    let of_cdn = [
        count(|a| a.cdn.as_ref().is_some_and(|cdn| !cdn.functions.is_empty())),
        count(|a| {
            let behaviors = a.cdn.iter().flat_map(|cdn| &cdn.behaviors);
            behaviors.into_iter().any(|b| b.trusted_key_groups != corsynth::plan::TrustedKeyGroups::None)
        }),
        count(|a| a.custom_origin().is_some()),
        count(|a| a.owned.is_some()),
    ];
    assert!(of_cdn.iter().all(|&count| count >= 2), "{of_cdn:?}");
}

fn stamp() -> Stamp {
    Stamp::new("../corsynth.yaml", b"random")
}

#[test]
fn the_same_intent_makes_the_same_bytes_from_yaml_and_json() {
    for (intent, plan) in plans(60) {
        let yaml = unwrapped(serde_yaml::to_string(&intent));
        let again = compiled(yaml, Syntax::Yaml).plan;
        assert_eq!(again.as_ref(), Some(&plan), "{intent}");
        for target in Target::ALL {
            assert_eq!(render(&plan, target, &stamp()), render(&plan, target, &stamp()));
        }
    }
}

#[test]
fn everything_emitted_reads_back() {
    for (intent, plan) in plans(60) {
        for target in Target::ALL.into_iter().filter(|target| can_say(&plan, *target)) {
            for Artifact { path, contents, .. } in render(&plan, target, &stamp()) {
                let readable = match path.rsplit('.').next() {
                    Some("json") => {
                        serde_json::from_str::<serde_json::Value>(&contents).map_err(|e| e.to_string()).err()
                    }
                    Some("yaml" | "yml") => {
                        serde_yaml::from_str::<serde_yaml::Value>(&contents).map_err(|e| e.to_string()).err()
                    }
                    Some("tf" | "hcl") => hcl::parse(&contents).map_err(|e| e.to_string()).err(),
                    _ => None,
                };
                assert_eq!(readable, None, "{path} of {intent}:\n{contents}");
                assert!(contents.ends_with('\n') || path.ends_with(".zip"), "{path}");
            }
        }
    }
}

#[test]
fn modules_are_formatted_as_terraform_would() {
    if !tool("terraform", "version") {
        return;
    }
    let folder = unwrapped(tempfile::tempdir());
    for (index, (_, plan)) in plans(60).into_iter().enumerate() {
        for artifact in render(&plan, Target::Terraform, &stamp()) {
            write(&folder.path().join(index.to_string()), &artifact);
        }
    }
    let output = unwrapped(
        Command::new("terraform").args(["fmt", "-check", "-diff", "-recursive"]).current_dir(folder.path()).output(),
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn scripts_parse_and_never_hold_text_of_the_intent() {
    for (intent, plan) in plans(30) {
        for artifact in render(&plan, Target::AwsCli, &stamp()).iter().filter(|a| a.executable) {
            for hostile in HOSTILE.iter().filter(|h| h.contains("touch")) {
                assert!(!artifact.contents.contains(hostile), "{} of {intent}", artifact.path);
            }
        }
    }
}

fn write(folder: &Path, artifact: &Artifact) {
    let path = folder.join(&artifact.path);
    unwrapped(std::fs::create_dir_all(path.parent().unwrap_or(folder)));
    unwrapped(std::fs::write(path, &artifact.contents));
}

/// Codes of the findings about one origin of a frontend.
fn codes_of_origin(origin: &str) -> Vec<&'static str> {
    let intent = json!({
        "version": 1, "name": "acme",
        "assets": { "static": { "bucket": "acme-static-prod", "region": "eu-west-1" } },
        "frontends": { "site": [origin] },
        "allow": [{ "from": "site", "to": "static", "use": "fonts" }],
    });
    let bytes = intent.to_string().into_bytes();
    let compiled = compile(Input { name: "corsynth.json".to_owned(), bytes, syntax: Syntax::Json });
    compiled.diagnostics.iter().map(|finding| finding.code.id).collect()
}

/// Public suffixes of the list's both parts, with a name for the finding: <https://publicsuffix.org/list/>.
const SUFFIXES: [(&str, &str); 16] = [
    ("com", "public-suffix-wildcard"),
    ("co.uk", "public-suffix-wildcard"),
    ("com.br", "public-suffix-wildcard"),
    ("ac.jp", "public-suffix-wildcard"),
    ("kawasaki.jp", "public-suffix-wildcard"),
    ("xn--p1ai", "public-suffix-wildcard"),
    ("github.io", "shared-host-wildcard"),
    ("vercel.app", "shared-host-wildcard"),
    ("netlify.app", "shared-host-wildcard"),
    ("pages.dev", "shared-host-wildcard"),
    ("cloudfront.net", "shared-host-wildcard"),
    ("amplifyapp.com", "shared-host-wildcard"),
    ("s3.eu-west-1.amazonaws.com", "shared-host-wildcard"),
    ("execute-api.us-east-1.amazonaws.com", "shared-host-wildcard"),
    ("elb.amazonaws.com", "shared-host-wildcard"),
    ("on.aws", "shared-host-wildcard"),
];

proptest! {
    #![proptest_config(Config { cases: 64, ..Config::default() })]

    /// Below a public suffix a `*` is anybody, whatever stands around it; below a name of one's own it is nobody else.
    #[test]
    fn a_wildcard_is_for_strangers_exactly_below_a_public_suffix(
        (suffix, code) in prop::sample::select(SUFFIXES.to_vec()),
        name in "[a-z]{9,16}",
        scheme in prop::sample::select(vec!["https", "http"]),
        port in prop::sample::select(vec!["", ":8443"]),
    ) {
        // `elb.amazonaws.com` and its kind are no suffixes themselves; what is below them is.
        let owned = if ["elb.amazonaws.com", "on.aws", "kawasaki.jp"].contains(&suffix) {
            format!("mine.{name}.{suffix}")
        } else {
            format!("{name}.{suffix}")
        };
        let strangers = ["origin-wildcard-trap", "public-suffix-wildcard", "shared-host-wildcard"];
        let found = |host: &str| {
            let codes = codes_of_origin(&format!("{scheme}://{host}{port}"));
            codes.into_iter().filter(|code| strangers.contains(code)).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        prop_assert_eq!(found(&format!("*.{suffix}")), [code]);
        let around = if code == "shared-host-wildcard" { code } else { "origin-wildcard-trap" };
        prop_assert_eq!(found(&format!("{name}-*.{suffix}")), [around]);
        prop_assert_eq!(found(&format!("*{name}.{suffix}")), [around]);
        if suffix != "on.aws" {
            prop_assert_eq!(found(&format!("*.{owned}")), none);
            prop_assert_eq!(found(&format!("*.{name}.{owned}")), none);
        }
        prop_assert_eq!(found(&format!("{name}.{suffix}")), none);
    }
}
