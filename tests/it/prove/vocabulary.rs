//! Random intents in all words of the language: functions, signatures, servers of one's own, resources of one's own. An
//! intent is refused by name, or its plan is proved; nothing between.

use crate::readback::{emitted, read};
use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::diagnostic::Severity;
use corsynth::prove::prove;
use corsynth::render::{Target, can_say};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Random intents of a run; `CORSYNTH_INTENT_CASES` asks for more, of which these are the first.
const USUAL_CASES: u32 = 900;

const PATHS: [&str; 4] = ["", "/a", "/inner", "/c"];

/// Exact origins mostly: with patterns nearly everything is refused at the edge, and with cookies everywhere.
const FRONTENDS: [(&str, &[&str]); 5] = [
    ("site", &["https://www.acme.example", "https://acme.example"]),
    ("shop", &["https://shop.acme.example:8443"]),
    ("pull", &["https://pr-*.acme.example"]),
    ("all", &["https://*.acme.example"]),
    ("ports", &["http://localhost:*"]),
];

/// A setting that is mostly left out.
fn rarely(key: &'static str, values: Vec<Value>, weight: f64) -> impl Strategy<Value = Option<(&'static str, Value)>> {
    proptest::option::weighted(weight, select(values).prop_map(move |value| (key, value)))
}

fn object(settings: Vec<Option<(&'static str, Value)>>) -> Value {
    Value::Object(settings.into_iter().flatten().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

fn cdn() -> impl Strategy<Value = Value> {
    let words = |words: &[&str]| words.iter().map(|&word| json!(word)).collect::<Vec<_>>();
    let flags = || vec![json!(true), json!(false)];
    (
        rarely("authority", words(&["edge", "bucket", "origin", "function"]), 0.8),
        rarely("key-on-origin", flags(), 0.2),
        rarely("preflight", words(&["origin", "function"]), 0.35),
        rarely("inject-origin", flags(), 0.3),
        rarely("signers", vec![json!("1a2b3c4d-12ab-34cd-56ef-1234567890ab")], 0.2),
        rarely("readable-errors", flags(), 0.25),
        rarely("missing-objects", vec![json!(403), json!(404)], 0.2),
        rarely("security-headers", flags(), 0.2),
        rarely(
            "ttl",
            vec![json!({ "min": 1 }), json!({ "min": 0, "default": 0, "max": 0 }), json!({ "default": "1h" })],
            0.2,
        ),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| object(vec![a, b, c, d, e, f, g, h, i]))
}

fn asset() -> impl Strategy<Value = Value> {
    let place = prop_oneof![
        3 => Just(json!({ "bucket": "acme-files", "region": "eu-west-1" })),
        1 => Just(json!({ "origin": "https://server.acme-hosting.example" })),
    ];
    (place, proptest::option::weighted(0.85, cdn()), proptest::bool::weighted(0.2)).prop_map(|(mut asset, cdn, own)| {
        // The words that only a server, or only a bucket knows are found out by others: here they would hide the rest.
        let is_server = asset["origin"].is_string();
        if let Some(mut cdn) = cdn.or_else(|| is_server.then(|| json!({}))) {
            if is_server && cdn["authority"] == "bucket" {
                cdn["authority"] = json!("origin");
            } else if !is_server && cdn["authority"] == "origin" {
                cdn["authority"] = json!("bucket");
            }
            if cdn["authority"] == "bucket" || cdn["authority"] == "origin" {
                cdn.as_object_mut().map(|cdn| cdn.remove("key-on-origin"));
            }
            asset["cdn"] = cdn;
        }
        if own {
            asset["manage"] = json!("own");
        }
        asset
    })
}

fn purpose() -> impl Strategy<Value = (&'static str, Value)> {
    let reads = vec!["fonts", "images", "media", "fetch", "range"];
    let upload = |how: &str, client: &str, via: &str| ("upload", json!({ "how": how, "client": client, "via": via }));
    prop_oneof![
        6 => subsequence(reads, 1..3).prop_map(|words| ("use", json!(words))),
        1 => select(vec!["s3", "cdn"]).prop_map(move |via| upload("presigned-put", "browser-fetch", via)),
        1 => select(vec!["s3", "cdn"]).prop_map(move |via| upload("multipart", "aws-sdk-js-v3", via)),
        1 => Just(upload("presigned-post", "dropzone", "s3")),
    ]
}

fn grant() -> impl Strategy<Value = Value> {
    let list = |all: &[&'static str], chance: f64| {
        proptest::option::weighted(chance, subsequence(all.to_vec(), 1..2).prop_map(|words| json!(words)))
    };
    (
        prop_oneof![
            6 => subsequence((0..FRONTENDS.len()).collect::<Vec<_>>(), 1..3)
                .prop_map(|from| json!(from.into_iter().map(|i| FRONTENDS[i].0).collect::<Vec<_>>())),
            4 => Just(json!("site")),
            1 => Just(json!("anyone")),
        ],
        subsequence(PATHS.to_vec(), 1..3),
        purpose(),
        list(&["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"], 0.15),
        list(&["x-acme-a", "x-acme-b", "x-acme-*", "content-type"], 0.3),
        list(&["x-amz-version-id", "ETag"], 0.2),
        proptest::option::weighted(0.35, select(vec!["cookies", "signed-cookies", "signed-urls", "bearer"])),
        proptest::option::weighted(0.25, select(vec!["1m", "10m"])),
    )
        .prop_map(|(from, to, (key, purpose), methods, headers, expose, credentials, cache)| {
            let to: Vec<String> = to.into_iter().map(|path| format!("files{path}")).collect();
            let mut grant = json!({ "from": from, "to": to });
            grant[key] = purpose;
            let optional = [
                ("methods", methods),
                ("request-headers", headers),
                ("expose", expose),
                ("credentials", credentials.map(|word| json!(word))),
                ("preflight-cache", cache.map(|word| json!(word))),
            ];
            for (key, value) in optional {
                if let Some(value) = value {
                    grant[key] = value;
                }
            }
            grant
        })
}

fn paths() -> Value {
    json!({ "a": "/a/*", "inner": "/a/inner/*", "c": "/c/*" })
}

fn whole(asset: &Value, allow: &Value) -> Value {
    let frontends: Map<String, Value> =
        FRONTENDS.iter().map(|(id, origins)| ((*id).to_owned(), json!(origins))).collect();
    json!({ "version": 1, "name": "acme", "assets": { "files": asset }, "frontends": frontends, "allow": allow })
}

/// An intent with one asset, which need not mean anything.
pub(crate) fn intents() -> impl Strategy<Value = Value> {
    (asset(), proptest::collection::vec(grant(), 1..4)).prop_map(|(mut asset, mut grants)| {
        if asset["cdn"].is_null() {
            for grant in &mut grants {
                grant["to"] = json!("files");
            }
        } else {
            asset["paths"] = paths();
        }
        whole(&asset, &json!(grants))
    })
}

fn cases() -> u32 {
    std::env::var("CORSYNTH_INTENT_CASES").map_or(USUAL_CASES, |count| count.parse().expect("a number of intents"))
}

/// An intent that a failing test prints as one can paste it.
#[derive(Clone)]
struct Printed(Value);

impl std::fmt::Debug for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

pub(crate) fn compiled(intent: &Value) -> Compiled {
    let bytes = intent.to_string().into_bytes();
    compile(Input { name: "random.json".to_owned(), bytes, syntax: Syntax::Json })
}

/// What cannot be proved of an intent; nothing where it is refused by name.
fn unproven(intent: &Value) -> (Compiled, Vec<String>) {
    let compiled = compiled(intent);
    if compiled.plan.is_none() {
        let is_refused = compiled.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
        let nothing = (!is_refused).then(|| "refused, and nobody says why".to_owned());
        return (compiled, nothing.into_iter().collect());
    }
    let verified = compiled.clone().verified();
    let unproven = verified.diagnostics.iter().filter(|finding| finding.code.id == "unproven-grant");
    let told = unproven.map(|finding| format!("{} ({})", finding.message, finding.help.join("; "))).collect();
    (compiled, told)
}

#[test]
fn every_random_intent_is_refused_by_name_or_proved() {
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let proved: RefCell<BTreeMap<String, u32>> = RefCell::default();
    let result = runner.run(&intents().prop_map(Printed), |Printed(intent)| {
        let (compiled, unproven) = unproven(&intent);
        prop_assert!(unproven.is_empty(), "{}", unproven.join("\n"));
        for word in words(&intent).into_iter().filter(|_| compiled.plan.is_some()) {
            *proved.borrow_mut().entry(word).or_default() += 1;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let proved = proved.into_inner();
    println!("proved: {proved:?}");
    for word in WORDS {
        assert!(proved.get(word).is_some_and(|&count| count >= 3), "hardly a proof with `{word}`: {proved:?}");
    }
}

/// What is made is proved as the files say it, too.
#[test]
fn what_is_owned_is_proved_in_every_format_that_makes_it() {
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let proved: RefCell<BTreeMap<Target, u32>> = RefCell::default();
    let owned = intents().prop_map(|mut intent| {
        intent["assets"]["files"]["manage"] = json!("own");
        Printed(intent)
    });
    let result = runner.run(&owned, |Printed(intent)| {
        let Compiled { intent: Some(intent), plan: Some(plan), .. } = compiled(&intent) else { return Ok(()) };
        for target in Target::ALL.into_iter().filter(|target| can_say(&plan, *target)) {
            let read = read(&emitted(&plan, target));
            prop_assert!(read.unknowns.is_empty(), "{target:?}: {:#?}", read.unknowns);
            prop_assert!(prove(&intent, &read.deployed).is_proved(), "{target:?}: {:#?}", read.deployed);
            *proved.borrow_mut().entry(target).or_default() += 1;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let proved = proved.into_inner();
    let of = |target| proved.get(&target).copied().unwrap_or_default();
    assert!(of(Target::Terraform) >= 30 && of(Target::CloudFormation) >= 30, "hardly a proof: {proved:?}");
    assert_eq!(of(Target::AwsCli), 0);
}

/// Words that must be among what is proved.
const WORDS: [&str; 17] = [
    "authority: bucket",
    "authority: edge",
    "authority: function",
    "authority: origin",
    "credentials: bearer",
    "credentials: cookies",
    "credentials: signed-cookies",
    "credentials: signed-urls",
    "inject-origin: true",
    "manage: own",
    "preflight: function",
    "preflight-cache: 10m",
    "readable-errors: true",
    "server: false",
    "server: true",
    "via: cdn",
    "via: s3",
];

/// The words of an intent of which enough must be among what is proved.
fn words(intent: &Value) -> Vec<String> {
    let asset = &intent["assets"]["files"];
    let mut words = Vec::new();
    let mut word = |key: &str, value: &Value| {
        if !value.is_null() {
            words.push(format!("{key}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
    };
    for key in ["authority", "preflight", "inject-origin", "readable-errors"] {
        word(key, &asset["cdn"][key]);
    }
    word("manage", &asset["manage"]);
    word("server", &json!(asset["origin"].is_string()));
    for grant in intent["allow"].as_array().into_iter().flatten() {
        word("credentials", &grant["credentials"]);
        word("via", &grant["upload"]["via"]);
        word("preflight-cache", &grant["preflight-cache"]);
    }
    words.sort();
    words.dedup();
    words
}

/// What it is about, the asset and its CDN, the grants, and the codes.
type Found<'f> = (&'f str, &'f Value, Option<Value>, Value, &'f [&'f str]);

/// What the search has found, as small as it gets: each was refuted by its own proof once. The codes it is refused with
/// now; none where it is lowered and proved.
#[test]
fn what_the_search_found_stays_found() {
    let age = |grant: Value| {
        json!([
            { "from": "ports", "to": "files/c", "use": "media", "preflight-cache": "1m" },
            { "from": "ports", "to": "files", "use": "range" },
            grant,
        ])
    };
    let reads = json!({ "from": "shop", "to": "files", "use": "fetch" });
    let writes = json!({ "from": "shop", "to": "files", "use": "fetch", "methods": ["DELETE"] });
    let cookies = json!([
        { "from": "site", "to": "files/a", "credentials": "cookies", "upload": { "how": "multipart", "client": "aws-sdk-js-v3", "via": "cdn" } },
        { "from": "ports", "to": "files/a", "use": "range" },
    ]);
    let own_answer = json!([
        { "from": "site", "to": "files/c", "use": "media" },
        { "from": "all", "to": "files", "upload": { "how": "presigned-post", "client": "dropzone" } },
    ]);
    let unkeyed = json!([
        { "from": "pull", "to": "files", "upload": { "how": "presigned-post", "client": "dropzone" } },
        { "from": "shop", "to": "files/a", "use": "range" },
    ]);
    let accounts = json!([
        { "from": "site", "to": "files/inner", "use": "fetch", "credentials": "cookies" },
        { "from": "site", "to": "files", "use": "media" },
    ]);
    let head = |method: &str| {
        json!([
            { "from": "shop", "to": "files", "upload": { "how": "presigned-put" }, "methods": [method] },
            { "from": "ports", "to": "files", "use": "fetch" },
        ])
    };
    let anyone = json!([
        { "from": "site", "to": "files", "use": "range", "credentials": "cookies" },
        { "from": "anyone", "to": "files", "use": "range" },
    ]);
    let bucket = json!({ "bucket": "acme-files", "region": "eu-west-1" });
    let server = json!({ "origin": "https://server.acme-hosting.example" });
    let exposing = json!([
        { "from": "site", "to": "files/c", "use": "fonts" },
        { "from": "site", "to": "files", "upload": { "how": "presigned-post", "client": "dropzone" }, "methods": ["HEAD"] },
    ]);
    let by_bucket = || Some(json!({ "authority": "bucket" }));
    let errors = json!([
        { "from": "all", "to": "files/inner", "use": "images", "methods": ["POST"] },
        { "from": "ports", "to": "files/c", "use": "fonts", "credentials": "bearer" },
    ]);
    let cases: [Found<'_>; 12] = [
        ("what the copy of a `HEAD` exposes", &bucket, by_bucket(), exposing, &["grant-leaks-to-cache"]),
        ("another age by the edge", &bucket, Some(json!({})), age(writes), &["grant-leaks-to-path"]),
        ("another age by the bucket", &bucket, by_bucket(), age(reads.clone()), &["grant-leaks-to-path"]),
        ("another age by a function", &bucket, Some(json!({ "authority": "function" })), age(reads), &[]),
        ("cookies for a writer only", &bucket, Some(json!({ "authority": "function" })), cookies, &[]),
        ("an error of CloudFront's own", &bucket, Some(json!({})), own_answer, &[]),
        (
            "a copy that anybody can make",
            &bucket,
            Some(json!({ "key-on-origin": false })),
            unkeyed,
            &["grant-leaks-to-cache"],
        ),
        ("cookies of another path", &server, Some(json!({})), accounts, &["grant-leaks-to-path"]),
        (
            "an error of the server's, without the function",
            &server,
            Some(json!({ "authority": "function" })),
            errors,
            &["grant-leaks-to-path"],
        ),
        ("`GET` without `HEAD`", &bucket, by_bucket(), head("GET"), &[]),
        ("`HEAD` without `GET`", &bucket, by_bucket(), head("HEAD"), &["grant-leaks-to-cache"]),
        ("cookies beside anyone", &bucket, None, anyone, &["overlapping-grants"]),
    ];
    for (name, asset, cdn, allow, refusals) in cases {
        let mut asset = asset.clone();
        if let Some(cdn) = cdn {
            asset["cdn"] = cdn;
            asset["paths"] = paths();
        }
        let intent = whole(&asset, &allow);
        let (compiled, unproven) = unproven(&intent);
        assert!(unproven.is_empty(), "{name}: {unproven:#?}");
        let errors: Vec<&str> = compiled
            .diagnostics
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.code.id)
            .collect();
        assert_eq!(errors, refusals, "{name}: {:#?}", compiled.diagnostics);
    }
}
