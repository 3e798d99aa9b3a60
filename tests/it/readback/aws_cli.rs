//! Payloads of the AWS CLI.

use super::{edit, emitted, read, reads_back};
use crate::sample_plan;
use corsynth::deployed::{Asset, Deployed, Principal, RuleOrder, Source};
use corsynth::readback::{self, File, Format};
use corsynth::render::Target;

#[test]
fn what_is_emitted_reads_back() {
    reads_back(Target::AwsCli, Format::AwsCli);
}

fn lone(text: &str) -> Result<readback::ReadBack, readback::Unreadable> {
    readback::read(&[File { path: "cors.json".into(), text: text.into() }])
}

#[test]
fn a_lone_document_is_a_bucket_with_rules() {
    let rule = r#"{"AllowedOrigins": ["https://a.example"], "AllowedMethods": ["GET", "get"], "ExposeHeaders": ["x"],
        "MaxAgeSeconds": 5}"#;
    for text in [format!("[{rule}]"), format!("{{\"CORSRules\": [{rule}]}}")] {
        let read = lone(&text).unwrap();
        assert_eq!((read.format, read.unknowns.as_slice()), (Format::CorsRules, [].as_slice()));
        let [asset] = read.deployed.assets.as_slice() else { panic!("one asset") };
        assert_eq!((asset.id.as_str(), &asset.distribution), ("bucket", &None));
        let cors = asset.bucket.cors.as_ref().unwrap();
        assert_eq!(cors.order, RuleOrder::Kept);
        assert_eq!(cors.rules[0].allowed_methods, ["GET", "get"]);
        assert_eq!(cors.rules[0].id, None);
        assert_eq!(cors.rules[0].max_age_seconds, Some(5));
        assert!(cors.rules[0].allowed_headers.is_empty());
    }
    for text in ["[]", "{\"CORSRules\": []}"] {
        assert_eq!(lone(text).unwrap().deployed.assets[0].bucket.cors, None);
    }
}

#[test]
fn lone_documents_tell_what_they_do_not_know() {
    for (text, line, column, what) in [
        ("[\n{\"Id\": \"a\"}]", 2, 2, "`Id` is not known here: the API calls it `ID`"),
        ("[{\"ExposedHeaders\": []}]", 1, 3, "`ExposedHeaders` is not known here: the API calls it `ExposeHeaders`"),
        ("[{\"MaxAge\": 1}]", 1, 3, "`MaxAge` is not known here: the API calls it `MaxAgeSeconds`"),
        ("{\"CORSRules\": [{\"Foo\": 1}]}", 1, 17, "`Foo` is not known here"),
        ("{\"CORSRules\": [], \"Bucket\": 1}", 1, 19, "`Bucket` is not known here"),
        ("{\"CorsRules\": []}", 1, 2, "`CorsRules` is not known here: the API calls it `CORSRules`"),
    ] {
        let unknowns = lone(text).unwrap().unknowns;
        let [unknown] = unknowns.as_slice() else { panic!("{text}: {unknowns:?}") };
        assert_eq!((unknown.place.line, unknown.place.column, unknown.what.as_str()), (line, column, what), "{text}");
    }
    for (text, place, message) in [
        ("{\"CORSRules\": 1}", "cors.json:1:15", "`CORSRules` must be a list, and is an integer"),
        ("[{\"AllowedMethods\": \"GET\"}]", "cors.json:1:21", "`AllowedMethods` must be a list, and is a text"),
        ("[{\"AllowedMethods\": [1]}]", "cors.json:1:22", "`AllowedMethods` must be a text, and is an integer"),
        (
            "[{\"AllowedMethods\": [], \"MaxAgeSeconds\": \"1\"}]",
            "cors.json:1:42",
            "`MaxAgeSeconds` must be a whole number that is not negative, and is a text",
        ),
    ] {
        let error = lone(text).unwrap_err();
        assert_eq!((error.place.to_string().as_str(), error.message.as_str()), (place, message), "{text}");
    }
    let error = lone("{\"CORSRules\": [}").unwrap_err();
    assert_eq!((error.place.line, error.place.column), (1, 16));
}

/// An edit of the emitted bundle, and what comes of it.
struct Edit {
    file: &'static str,
    old: &'static str,
    new: &'static str,
    /// Whether what it makes of the asset is what is expected.
    holds: fn(&Asset) -> bool,
    /// How each thing begins that is told.
    unknowns: &'static [&'static str],
}

const CORS: &str = "static/bucket-cors.cli.json";
const POLICY: &str = "static/bucket-policy.statements.json";
const BEHAVIORS: &str = "static/cache-behaviors.json";

fn behavior(asset: &Asset, index: usize) -> &corsynth::deployed::CacheBehavior {
    &asset.distribution.as_ref().unwrap().behaviors[index]
}

fn statement(asset: &Asset) -> &corsynth::deployed::Statement {
    &asset.bucket.policy.as_ref().unwrap()[0]
}

#[test]
fn edits_show() {
    let edits = [
        Edit {
            file: CORS,
            old: "https://admin.acme.com",
            new: "https://*",
            holds: |asset| asset.bucket.cors.as_ref().unwrap().rules[0].allowed_origins == ["https://*"],
            unknowns: &["the rules for the console are not those for the API"],
        },
        Edit {
            file: CORS,
            old: "\"MaxAgeSeconds\": 7200",
            new: "\"MaxAge\": 7200",
            holds: |asset| asset.bucket.cors.as_ref().unwrap().rules[0].max_age_seconds.is_none(),
            unknowns: &["`MaxAge` is not known here", "the rules for the console"],
        },
        Edit {
            file: POLICY,
            old: "\"Condition\": {\n      \"StringEquals\": {\n        \"AWS:SourceArn\": \"arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE123AB\"\n      }\n    }",
            new: "\"Condition\": {}",
            holds: |asset| statement(asset).source == Source::Any && statement(asset).other_conditions.is_empty(),
            unknowns: &[],
        },
        Edit {
            file: POLICY,
            old: "distribution/E2EXAMPLE123AB",
            new: "distribution/*",
            holds: |asset| matches!(&statement(asset).source, Source::Other(source) if source.ends_with("/*")),
            unknowns: &[],
        },
        Edit {
            file: POLICY,
            old: "{\n      \"Service\": \"cloudfront.amazonaws.com\"\n    }",
            new: "\"*\"",
            holds: |asset| statement(asset).principal == Principal::Anyone,
            unknowns: &[],
        },
        Edit {
            file: POLICY,
            old: "\"Effect\": \"Allow\"",
            new: "\"Effect\": \"Deny\"",
            holds: |asset| !statement(asset).allows,
            unknowns: &[],
        },
        Edit {
            file: POLICY,
            old: "\"StringEquals\"",
            new: "\"StringNotEquals\"",
            holds: |asset| {
                statement(asset).source == Source::Any
                    && statement(asset).other_conditions == ["`StringNotEquals` on `AWS:SourceArn`"]
            },
            unknowns: &["the condition `StringNotEquals` on `AWS:SourceArn` is not understood here"],
        },
        Edit {
            file: BEHAVIORS,
            old: "658327ea-f89d-4fab-a63d-7e88639e58f6",
            new: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            holds: |asset| behavior(asset, 0).cache_policy.max_ttl == 0,
            unknowns: &[],
        },
        Edit {
            file: BEHAVIORS,
            old: "658327ea-f89d-4fab-a63d-7e88639e58f6",
            new: "658327ea-0000-4fab-a63d-7e88639e58f6",
            holds: |asset| behavior(asset, 0).unknown.len() == 1 && behavior(asset, 1).unknown.is_empty(),
            unknowns: &["the cache policy `658327ea-0000-4fab-a63d-7e88639e58f6` is not told"],
        },
        Edit {
            file: BEHAVIORS,
            old: "\"Quantity\": 2",
            new: "\"Quantity\": 3",
            holds: |asset| behavior(asset, 0).unknown.len() == 1,
            unknowns: &["`AllowedMethods` has 2 items, and `Quantity` says 3"],
        },
        Edit {
            file: BEHAVIORS,
            old: "\"Compress\": true",
            new: "\"Compress\": true, \"FunctionAssociations\": {\"Quantity\": 1, \"Items\": [{}]}",
            holds: |asset| behavior(asset, 0).unknown.len() == 1,
            unknowns: &["`FunctionAssociations`: what the code does is not known here"],
        },
        Edit {
            file: BEHAVIORS,
            old: "\"Quantity\": 3,\n        \"Items\": [\n          \"GET\",\n          \"HEAD\",\n          \"OPTIONS\"\n        ],",
            new: "\"Quantity\": 2,\n        \"Items\": [\n          \"GET\",\n          \"HEAD\"\n        ],",
            holds: |asset| behavior(asset, 1).allowed_methods == ["GET", "HEAD"],
            unknowns: &[],
        },
        Edit {
            file: "static/response-headers-policy.json",
            old: "\"OriginOverride\": true",
            new: "\"OriginOverride\": false",
            holds: |asset| {
                let policy = behavior(asset, 1).response_headers_policy.as_ref();
                !policy.unwrap().cors.as_ref().unwrap().origin_override
            },
            unknowns: &[],
        },
        Edit {
            file: "static/cache-policy.json",
            old: "\"MinTTL\": 0",
            new: "\"MinTTL\": 0, \"Sticky\": true",
            holds: |asset| behavior(asset, 1).unknown.len() == 1 && behavior(asset, 0).unknown.is_empty(),
            unknowns: &["`Sticky` is not known here"],
        },
        Edit {
            file: "static/origin-access-control.json",
            old: "\"always\"",
            new: "\"no-override\"",
            holds: |asset| !asset.distribution.as_ref().unwrap().origin_access_control.as_ref().unwrap().signs_always,
            unknowns: &[],
        },
        Edit {
            file: "static/key-policy.statements.json",
            old: "kms:Decrypt",
            new: "kms:*",
            holds: |asset| asset.bucket.key_policy.as_ref().unwrap()[0].actions == ["kms:*"],
            unknowns: &[],
        },
        Edit {
            file: "manifest.json",
            old: "\"payload\": \"static/key-policy.statements.json\"",
            new: "\"payload\": \"static/no-such-file.json\"",
            holds: |_| true,
            unknowns: &[
                "`static/no-such-file.json` is a second payload",
                "the payload `static/no-such-file.json` is not here",
            ],
        },
    ];
    let plan = sample_plan::plan(vec![sample_plan::static_asset()]);
    for Edit { file, old, new, holds, unknowns } in edits {
        let mut files = emitted(&plan, Target::AwsCli);
        edit(&mut files, file, old, new);
        let read = read(&files);
        assert!(holds(&read.deployed.assets[0]), "{old} -> {new}: {:#?}", read.deployed);
        if !unknowns.iter().any(|unknown| unknown.contains("payload")) {
            assert_ne!(read.deployed, Deployed::from(&plan), "{old} -> {new}");
        }
        assert_eq!(read.unknowns.len(), unknowns.len(), "{old} -> {new}: {:#?}", read.unknowns);
        for wanted in unknowns {
            assert!(read.unknowns.iter().any(|u| u.what.starts_with(wanted)), "{wanted}: {:#?}", read.unknowns);
        }
    }
}

fn folder(names: &[&str]) -> readback::ReadBack {
    let file = |name: &&str| File {
        path: (*name).to_owned(),
        text: std::fs::read_to_string(crate::support::project("tests/readback/payloads").join(name)).unwrap(),
    };
    let read = read(&names.iter().map(file).collect::<Vec<_>>());
    assert_eq!(read.format, Format::AwsCli);
    read
}

#[test]
fn payloads_of_others() {
    let read = folder(&[
        "bucket-cors.json",
        "bucket-policy.json",
        "cache-policy.json",
        "distribution.json",
        "origin-access-control.json",
    ]);
    assert_eq!(read.unknowns, []);
    let [asset] = read.deployed.assets.as_slice() else { panic!("{:#?}", read.deployed) };
    assert_eq!(asset.id, "files-example");
    assert_eq!(asset.bucket.cors.as_ref().unwrap().rules[0].id.as_deref(), Some("read"));
    let [own, other] = asset.bucket.policy.as_ref().unwrap().as_slice() else { panic!("{asset:#?}") };
    assert_eq!((&own.source, own.other_conditions.len()), (&Source::OwnDistribution, 0));
    assert!(matches!(&other.source, Source::Other(source) if source.ends_with("EDFDVBD6EXAMPLE")));
    let cdn = asset.distribution.as_ref().unwrap();
    assert_eq!(
        (cdn.id.as_deref(), cdn.aliases.as_slice()),
        (Some("E2EXAMPLE123AB"), ["cdn.example.com".to_owned()].as_slice())
    );
    assert!(cdn.origin_access_control.as_ref().unwrap().signs_always);
    assert!(behavior(asset, 0).cache_policy.headers.takes("Origin"));
    assert!(behavior(asset, 1).cache_policy.headers.takes("origin"));
    assert_eq!(behavior(asset, 1).allowed_methods, ["HEAD", "GET", "OPTIONS"]);
    assert_eq!(cdn.custom_error_responses[0].response_code, None);
}

#[test]
fn payloads_that_are_missing_are_told() {
    let read = folder(&["bucket-policy.json", "distribution.json"]);
    let told: Vec<_> = read.unknowns.iter().map(|unknown| unknown.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "the CORS rules of the bucket are not told",
            "the origin access control `E2EXAMPLEOAC` is not told",
            "the cache policy `11112222-3333-4444-5555-666677778888` is not told",
        ]
    );
    let asset = &read.deployed.assets[0];
    assert_eq!(behavior(asset, 0).unknown.len(), 1);
    assert_eq!(behavior(asset, 1).unknown.len(), 2);
}
