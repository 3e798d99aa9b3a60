//! Lists that the code of a function has no room for: the key value store beside it, in every format, and what becomes of it
//! when it says something else than the intent.

use crate::examples::compile_last;
use crate::readback::{edit, emitted, read};
use crate::sample_plan;
use corsynth::compile::Compiled;
use corsynth::deployed::{CacheBehavior, Deployed};
use corsynth::plan::{CorsFunction, Plan};
use corsynth::prove::{Kind, prove};
use corsynth::readback::File;
use corsynth::render::{Target, function_code, function_store};
use corsynth::simulate::function::{OnRequest, on_request};
use corsynth::simulate::{Door, ExchangeKind, HttpRequest, Trace, Url};
use std::fmt::Write;

/// An intent with so many shops, and an origin whose grant differs.
fn compiled(shops: usize, cdn: &str) -> Compiled {
    let shops = (0..shops).fold(String::new(), |mut list, at| {
        let _ = writeln!(list, "    - https://shop-{at:04}.example");
        list
    });
    let text = format!(
        "version: 1\nname: acme\nassets:\n  sdk: {{ bucket: acme-sdk, region: eu-west-1, cdn: {{ {cdn} }} }}\nfrontends:\n  \
         console: https://console.acme.example\n  previews: https://pr-*.acme.example\n  shops:\n{shops}allow:\n  - {{ from: \
         [shops, previews], to: sdk, use: fetch }}\n  - {{ from: console, to: sdk, use: fetch, request-headers: [x-id] }}\n"
    );
    let compiled = compile_last("corsynth.yaml", text.into_bytes());
    assert!(compiled.plan.is_some(), "{:#?}", compiled.diagnostics);
    compiled
}

fn functions(plan: &Plan) -> Vec<&CorsFunction> {
    plan.assets
        .iter()
        .filter_map(|asset| asset.cdn.as_ref())
        .flat_map(|cdn| &cdn.functions)
        .map(|f| &f.config)
        .collect()
}

/// As long as all of it fits into the code, nothing is looked up. The estimate that decides is never too low.
#[test]
fn a_store_is_used_where_the_code_has_no_room_and_the_code_always_has() {
    let mut stored = Vec::new();
    for shops in [1, 90, 120, 150, 200, 1500] {
        let compiled = compiled(shops, "authority: function");
        let plan = compiled.plan.unwrap();
        for function in functions(&plan) {
            let code = function_code(function);
            assert!(code.len() <= 10_240, "{shops} shops: {} bytes", code.len());
            assert_eq!(function_store(function).len(), if function.stored { shops + 1 } else { 0 });
            stored.push(function.stored);
        }
        let told = compiled
            .choices
            .iter()
            .any(|choice| choice.text.contains("key value store") && choice.text.contains("within seconds"));
        assert_eq!(told, stored.last() == Some(&true), "{:#?}", compiled.choices);
    }
    assert!(stored.is_sorted() && stored.first() == Some(&false) && stored.last() == Some(&true), "{stored:?}");
}

#[test]
fn stores_read_back_in_every_format_and_grant_exactly_the_intent() {
    for cdn in ["authority: function", "authority: bucket, inject-origin: true, preflight: function"] {
        let compiled = compiled(200, cdn);
        let (intent, plan) = (compiled.intent.unwrap(), compiled.plan.unwrap());
        assert!(functions(&plan).iter().any(|function| function.stored), "{cdn}");
        for target in Target::ALL {
            let back = read(&emitted(&plan, target));
            assert_eq!(back.unknowns, [], "{cdn}, {}", target.as_str());
            let held = does(&back.deployed);
            assert!(!held.is_empty());
            assert_eq!(held, does(&Deployed::from(&plan)), "{cdn}, {}", target.as_str());
            let proof = prove(&intent, &back.deployed);
            assert!(proof.is_proved(), "{cdn}, {}: {proof:#?}", target.as_str());
        }
    }
}

/// What the functions do, in the order of the behaviours.
fn does(deployed: &Deployed) -> Vec<CorsFunction> {
    let distributions = deployed.assets.iter().filter_map(|asset| asset.distribution.as_ref());
    let behaviors = distributions.flat_map(|distribution| &distribution.behaviors);
    behaviors.flat_map(CacheBehavior::functions).map(|function| function.does.clone()).collect()
}

/// Where each format has the list.
const LISTS: [(Target, &str); 3] = [
    (Target::Terraform, "locals.tf"),
    (Target::CloudFormation, "key-value-stores/SdkKeyValueStore.json"),
    (Target::AwsCli, "sdk/function.store.json"),
];

#[test]
fn a_store_with_another_list_is_refuted() {
    let compiled = compiled(200, "authority: function");
    let (intent, plan) = (compiled.intent.unwrap(), compiled.plan.unwrap());
    for (target, path) in LISTS {
        let changed = |old: &str, new: &str| {
            let mut files = emitted(&plan, target);
            let list = files.iter_mut().find(|file| file.path == path).unwrap();
            // In a module the origin stands in its owner's list as well; the last is that of the store.
            let (before, after) = list.text.rsplit_once(old).unwrap_or_else(|| panic!("{path} has no {old}"));
            list.text = format!("{before}{new}{after}");
            prove(&intent, &read(&files).deployed)
        };
        let proof = changed("https://shop-0100.example", "https://stranger.example");
        for kind in [Kind::OverGrant, Kind::UnderGrant] {
            assert!(proof.counterexamples.iter().any(|found| found.kind == kind), "{path}: {proof:#?}");
        }
        // Another rule's key, and a key that no rule has.
        let key = function_store(functions(&plan)[0])["https://console.acme.example"].clone();
        let shops = function_store(functions(&plan)[0])["https://shop-0199.example"].clone();
        assert_ne!(key, shops);
        let proof = changed(&shops, &key);
        assert!(proof.counterexamples.iter().any(|found| found.kind == Kind::OverGrant), "{path}: {proof:#?}");
        let proof = changed(&shops, "00000000");
        assert!(proof.counterexamples.iter().all(|found| found.kind == Kind::UnderGrant), "{path}: {proof:#?}");
        assert!(!proof.counterexamples.is_empty());
    }
}

type Change = fn(&mut Vec<File>);

/// Without the list, or with one that is not only origins, nobody here says what the function does.
#[test]
fn a_store_that_is_not_told_is_told_as_unknown() {
    let plan = compiled(200, "authority: function").plan.unwrap();
    let changes: [(Target, Change); 7] = [
        (Target::CloudFormation, |files| files.retain(|file| !file.path.starts_with("key-value-stores/"))),
        (Target::CloudFormation, |files| {
            let store = "Comment: \"Managed by corsynth: acme/sdk\"\n  SdkFunction";
            let import =
                store.replace('\n', "\n      ImportSource: { SourceType: S3, SourceArn: 'arn:aws:s3:::a/b.json' }\n");
            edit(files, "template.yaml", store, &import);
        }),
        (Target::CloudFormation, |files| {
            edit(
                files,
                "key-value-stores/SdkKeyValueStore.json",
                "https://console.acme.example",
                "https://*.acme.example",
            );
        }),
        (Target::AwsCli, |files| files.retain(|file| !file.path.ends_with(".store.json"))),
        (Target::AwsCli, |files| {
            edit(files, "sdk/function.store.json", "https://shop-0001.example", "https://shop-0002.example");
        }),
        (Target::Terraform, |files| {
            edit(files, "functions.tf", "store.arn if key == each.key", "store.arn if key == \"other\"");
        }),
        (Target::Terraform, |files| {
            edit(files, "functions.tf", "value = resource_key_value_pair.value", "value = null");
        }),
    ];
    for (at, (target, change)) in changes.into_iter().enumerate() {
        let mut files = emitted(&plan, target);
        change(&mut files);
        let back = read(&files);
        let behaviors = &back.deployed.assets[0].distribution.as_ref().unwrap().behaviors;
        assert!(behaviors.iter().any(|behavior| !behavior.unknown.is_empty()), "{at}: {:#?}", back.unknowns);
    }
}

#[test]
fn a_store_in_a_template_is_empty_and_says_which_file_fills_it() {
    let plan = sample_plan::plan(vec![sample_plan::stored_asset()]);
    let files = emitted(&plan, Target::CloudFormation);
    let text = |path: &str| &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}")).text;
    let template = text("template.yaml");
    assert!(template.contains("Type: AWS::CloudFront::KeyValueStore"), "{template}");
    assert!(template.contains("KeyValues: key-value-stores/PreviewBuildsFontsKeyValueStore.json"), "{template}");
    assert!(!template.contains("ImportSource"));
    assert!(text("README.md").contains("./fill-key-value-stores.sh"));
    let without = emitted(&sample_plan::plan(vec![sample_plan::lessons_asset()]), Target::CloudFormation);
    assert!(!without.iter().any(|file| file.path.contains("key-value") || file.path.starts_with("lib/")));
}

/// Whoever reads a trace learns where the list is.
#[test]
fn a_trace_names_the_store() {
    let plan = compiled(200, "authority: function").plan.unwrap();
    let deployed = Deployed::from(&plan);
    let function = deployed.assets[0].distribution.as_ref().unwrap().behaviors[0].functions().next().unwrap();
    let url = Url { is_https: true, door: Door::Distribution, host: "d".into(), path: "/".into(), query: None };
    let asked = [("Origin", "https://shop-0007.example"), ("Access-Control-Request-Method", "GET")];
    let request = HttpRequest { method: "OPTIONS".into(), url, headers: asked.into_iter().collect() };
    let mut trace = Trace::new(true);
    let OnRequest::Answer(answer) = on_request(function, &request, &mut trace) else { panic!("it passes") };
    assert_eq!(answer.status, 204);
    trace.exchange(ExchangeKind::Preflight, request, answer);
    let told = format!("{:?}", trace.into_exchanges());
    assert!(told.contains("with its key value store, which answers the preflight"), "{told}");
}
