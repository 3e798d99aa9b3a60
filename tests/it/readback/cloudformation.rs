//! CloudFormation templates, corsynth's own and those of others.

use super::{edit, emitted, read, reads_back};
use crate::sample_plan;
use crate::support::project;
use corsynth::deployed::{
    Asset, CacheBehavior, CustomErrorResponse, Deployed, PolicyName, Principal, Resource, Selection, Source, Statement,
    ViewerProtocolPolicy,
};
use corsynth::readback::{self, File, Format, ReadBack};
use corsynth::render::Target;

#[test]
fn what_is_emitted_reads_back() {
    reads_back(Target::CloudFormation, Format::CloudFormation);
}

/// An edit of the emitted set, and what comes of it.
struct Edit {
    file: &'static str,
    old: &'static str,
    new: &'static str,
    holds: fn(&Asset) -> bool,
    /// How each thing begins that is told.
    unknowns: &'static [&'static str],
}

fn behavior(asset: &Asset, index: usize) -> &CacheBehavior {
    &asset.distribution.as_ref().unwrap().behaviors[index]
}

fn statement(asset: &Asset) -> &Statement {
    &asset.bucket.policy.as_ref().unwrap()[0]
}

fn origins(asset: &Asset, rule: usize) -> &[String] {
    &asset.bucket.cors.as_ref().unwrap().rules[rule].allowed_origins
}

const CORS: &str = "bucket-cors.static.yaml";
const POLICY: &str = "bucket-policy.static.yaml";
const BEHAVIORS: &str = "cache-behaviors.static.yaml";
const TEMPLATE: &str = "template.yaml";
const OTHER_RULES: &str = "the rules for the AWS CLI are not those of";
const OTHER_POLICY: &str = "`StaticBucketPolicy` says other than";

const EDITS: &[Edit] = &[
    Edit {
        file: CORS,
        old: "- https://acme.com\n",
        new: "- https://*\n",
        holds: |asset| origins(asset, 1)[0] == "https://*",
        unknowns: &[OTHER_RULES],
    },
    Edit {
        file: CORS,
        old: "MaxAge: 7200",
        new: "MaxAgeSeconds: 7200",
        holds: |asset| asset.bucket.cors.as_ref().unwrap().rules[0].max_age_seconds.is_none(),
        unknowns: &[OTHER_RULES, "`MaxAgeSeconds` is not known here: CloudFormation calls it `MaxAge`"],
    },
    Edit {
        file: CORS,
        old: "    - Id: corsynth-admin\n      AllowedOrigins:\n        - https://admin.acme.com\n",
        new: "    - Id: corsynth-site\n      AllowedOrigins:\n        - https://acme.com\n",
        holds: |asset| origins(asset, 0) == ["https://acme.com"],
        unknowns: &[OTHER_RULES],
    },
    Edit {
        file: CORS,
        old: "- https://admin.acme.com",
        new: "- !If [IsTest, \"*\", https://admin.acme.com]",
        holds: |asset| origins(asset, 0).is_empty(),
        unknowns: &[OTHER_RULES, "`AllowedOrigins` is not known: it depends on the condition `IsTest`"],
    },
    Edit {
        file: POLICY,
        old: "    Condition:\n      StringEquals:\n        \"AWS:SourceArn\": !Sub arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/E2EXAMPLE123AB\n",
        new: "",
        holds: |asset| statement(asset).source == Source::Any && statement(asset).other_conditions.is_empty(),
        unknowns: &[OTHER_POLICY],
    },
    Edit {
        file: POLICY,
        old: "distribution/E2EXAMPLE123AB",
        new: "distribution/EDFDVBD6EXAMPLE",
        holds: |asset| matches!(statement(asset).source, Source::Other(_)),
        unknowns: &[OTHER_POLICY],
    },
    Edit {
        file: POLICY,
        old: "Principal:\n      Service: cloudfront.amazonaws.com",
        new: "Principal: \"*\"",
        holds: |asset| statement(asset).principal == Principal::Anyone,
        unknowns: &[OTHER_POLICY],
    },
    Edit {
        file: POLICY,
        old: "acme-static-prod/*",
        new: "acme-static-prod/fonts/*",
        holds: |asset| statement(asset).resources == [Resource::ObjectsLike("fonts/*".into())],
        unknowns: &[OTHER_POLICY],
    },
    Edit {
        file: TEMPLATE,
        old: "Service: cloudfront.amazonaws.com",
        new: "AWS: \"*\"",
        holds: |asset| statement(asset).principal == Principal::CloudFront,
        unknowns: &[OTHER_POLICY],
    },
    Edit {
        file: TEMPLATE,
        old: "Bucket: !Ref StaticBucketName",
        new: "Bucket: another",
        holds: |asset| statement(asset).principal == Principal::CloudFront,
        unknowns: &["`StaticBucketPolicy` is about another bucket"],
    },
    Edit {
        file: TEMPLATE,
        old: "        SigningProtocol: sigv4\n",
        new: "",
        holds: |asset| behavior(asset, 0).unknown.len() == 1 && behavior(asset, 1).unknown.len() == 1,
        unknowns: &["`SigningProtocol` is not told"],
    },
    Edit {
        file: TEMPLATE,
        old: "OriginOverride: true",
        new: "OriginOverride: false",
        holds: |asset| {
            let policy = behavior(asset, 1).response_headers_policy.as_ref();
            !policy.unwrap().cors.as_ref().unwrap().origin_override
        },
        unknowns: &[],
    },
    Edit {
        file: TEMPLATE,
        old: "              - Origin\n",
        new: "",
        holds: |asset| !behavior(asset, 1).cache_policy.headers.takes("Origin"),
        unknowns: &[],
    },
    Edit {
        file: TEMPLATE,
        old: "OriginOverride: true",
        new: "OriginOverride: true\n          AccessControlAllowPrivateNetwork: true",
        holds: |asset| behavior(asset, 1).unknown.len() == 1 && behavior(asset, 0).unknown.is_empty(),
        unknowns: &["`AccessControlAllowPrivateNetwork` is not known here"],
    },
    Edit {
        file: TEMPLATE,
        old: "SigningBehavior: always",
        new: "SigningBehavior: never",
        holds: |asset| !asset.distribution.as_ref().unwrap().origin_access_control.as_ref().unwrap().signs_always,
        unknowns: &[],
    },
    Edit {
        file: TEMPLATE,
        old: "Default: acme-static\n",
        new: "Default: other\n",
        holds: |asset| behavior(asset, 1).cache_policy.name == PolicyName::Own("other-static-cache-0a1b2c3d".into()),
        unknowns: &[],
    },
    Edit {
        file: BEHAVIORS,
        old: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        new: "216adef6-5c7f-47e4-b989-5492eafa07d3",
        holds: |asset| behavior(asset, 1).origin_request_policy.as_ref().unwrap().headers == Selection::All,
        unknowns: &[],
    },
    Edit {
        file: BEHAVIORS,
        old: "AllowedMethods: [GET, HEAD, OPTIONS]",
        new: "AllowedMethods: [GET, HEAD]",
        holds: |asset| behavior(asset, 1).allowed_methods == ["GET", "HEAD"],
        unknowns: &[],
    },
    Edit {
        file: BEHAVIORS,
        old: "  Compress: true",
        new: "  Compress: true\n  FunctionAssociations:\n    - {EventType: viewer-response, FunctionARN: !Ref Code}",
        holds: |asset| behavior(asset, 1).unknown.len() == 1 && behavior(asset, 0).unknown.is_empty(),
        unknowns: &["`FunctionAssociations`: what the code does is not known here"],
    },
    Edit {
        file: BEHAVIORS,
        old: "StaticResponseHeadersPolicyId",
        new: "StaticOtherPolicyId",
        holds: |asset| behavior(asset, 1).response_headers_policy.is_none() && behavior(asset, 1).unknown.len() == 1,
        unknowns: &[
            "`ResponseHeadersPolicyId` is not known: another stack exports `${CorsynthStackName}-StaticOtherPolicyId`",
        ],
    },
    Edit {
        file: "key-policy.static.yaml",
        old: "kms:Decrypt",
        new: "kms:Encrypt",
        holds: |asset| asset.bucket.key_policy.as_ref().unwrap()[0].actions == ["kms:Encrypt"],
        unknowns: &[],
    },
];

#[test]
fn edits_show() {
    let plan = sample_plan::plan(vec![sample_plan::static_asset()]);
    for Edit { file, old, new, holds, unknowns } in EDITS {
        let mut files = emitted(&plan, Target::CloudFormation);
        edit(&mut files, file, old, new);
        let read = read(&files);
        assert!(holds(&read.deployed.assets[0]), "{old} -> {new}: {:#?}", read.deployed);
        // What is only for those who let the stack own the bucket's policy is told, and counts for nobody else.
        if !unknowns.iter().any(|told| *file == TEMPLATE && told.starts_with("`StaticBucketPolicy`")) {
            assert_ne!(read.deployed, Deployed::from(&plan), "{old} -> {new}");
        }
        assert_told(&read, unknowns);
    }
}

#[track_caller]
fn assert_told(read: &ReadBack, unknowns: &[&str]) {
    assert_eq!(read.unknowns.len(), unknowns.len(), "{:#?}", read.unknowns);
    for wanted in unknowns {
        assert!(read.unknowns.iter().any(|u| u.what.starts_with(wanted)), "{wanted}: {:#?}", read.unknowns);
    }
}

#[test]
fn a_missing_fragment_is_told() {
    let plan = sample_plan::plan(vec![sample_plan::static_asset()]);
    let mut files = emitted(&plan, Target::CloudFormation);
    files.retain(|file| file.path == "template.yaml");
    let of_template = read(&files);
    assert_eq!(of_template.unknowns[0].place.to_string(), BEHAVIORS);
    assert!(!of_template.deployed.assets[0].distribution.as_ref().unwrap().complete);
    let mut files = emitted(&plan, Target::CloudFormation);
    files.retain(|file| file.path != CORS);
    assert_eq!(read(&files).unknowns[0].place.to_string(), CORS);
}

fn foreign(name: &str) -> (Asset, ReadBack) {
    let text = std::fs::read_to_string(project("tests/readback").join(name)).unwrap();
    let mut read = read(&[File { path: name.into(), text }]);
    assert_eq!(read.format, Format::CloudFormation);
    assert_eq!(read.deployed.assets.len(), 1, "{:#?}", read.deployed);
    (read.deployed.assets.remove(0), read)
}

#[test]
fn managed_policies_over_a_bucket_with_rules() {
    let (asset, read) = foreign("managed-policies.yaml");
    assert_told(&read, &[]);
    assert_eq!((asset.id.as_str(), asset.bucket.name.as_deref()), ("Fonts", Some("fonts-prod-example")));
    assert_eq!(origins(&asset, 0), ["https://www.example.com", "https://shop.example.com"]);
    assert_eq!(statement(&asset).source, Source::OwnDistribution);
    assert_eq!(statement(&asset).resources, [Resource::Objects]);
    let cdn = asset.distribution.as_ref().unwrap();
    assert_eq!(cdn.aliases, ["fonts.prod.example.com"]);
    assert!(cdn.complete && cdn.origin_access_control.as_ref().unwrap().signs_always);
    assert_eq!(cdn.origin_access_control.as_ref().unwrap().name.as_deref(), Some("fonts-prod"));
    let default = behavior(&asset, 0);
    assert_eq!(default.viewer_protocol_policy, ViewerProtocolPolicy::HttpsOnly);
    assert_eq!(default.cached_methods, ["GET", "HEAD"]);
    assert!(!default.cache_policy.headers.takes("Origin"));
    assert!(default.origin_request_policy.as_ref().unwrap().headers.takes("Origin"));
}

#[test]
fn an_edge_policy_over_a_bucket_without_rules() {
    let (asset, read) = foreign("edge-without-bucket-cors.json");
    assert_told(&read, &[]);
    assert_eq!((&asset.bucket.cors, &asset.bucket.policy), (&None, &None));
    let cdn = asset.distribution.as_ref().unwrap();
    assert_eq!(cdn.origin_access_control, None);
    assert_eq!(cdn.origin_custom_headers, [("Origin".to_owned(), "https://fixed.example".to_owned())]);
    let error = |error_code, response_code| CustomErrorResponse { error_code, response_code };
    assert_eq!(cdn.custom_error_responses, [error(403, Some(200)), error(404, None)]);
    let policy = behavior(&asset, 0).response_headers_policy.clone().unwrap();
    assert_eq!(policy.name, PolicyName::Own("${AWS::StackName}-cors".into()));
    assert_eq!(policy.remove_headers, ["server"]);
    let cors = policy.cors.unwrap();
    assert_eq!((cors.allow_methods.as_slice(), cors.max_age_sec), (["ALL".to_owned()].as_slice(), Some(600)));
    assert!(!cors.allow_credentials && cors.origin_override && cors.expose_headers.is_empty());
}

#[test]
fn a_public_bucket() {
    let (asset, read) = foreign("public-bucket.yaml");
    // What refuses requests without TLS hits none that is modelled.
    assert_told(&read, &["`NotAction` is not understood"]);
    let statements = asset.bucket.policy.unwrap();
    assert_eq!(statements.len(), 3);
    assert_eq!(statements[0].principal, Principal::Anyone);
    assert_eq!(statements[0].resources, [Resource::ObjectsLike("open/*".into())]);
    assert_eq!((statements[0].source.clone(), statements[0].allows), (Source::Any, true));
    assert_eq!(statements[1].principal, Principal::Other("AWS arn:aws:iam::111122223333:root".into()));
    assert_eq!(statements[2].principal, Principal::Anyone);
    assert_eq!(statements[2].resources, [Resource::Other("arn:aws:s3:::another/*".into())]);
    assert_eq!((asset.distribution, asset.bucket.name.as_deref()), (None, Some("tiles-example")));
}

#[test]
fn forwarded_values_and_functions() {
    let (asset, read) = foreign("forwarded-values.yaml");
    assert_told(&read, &["`AllowedOrigins` is `${Root}`, which is not known here"]);
    assert_eq!(asset.id, "Media");
    let rules = &asset.bucket.cors.as_ref().unwrap().rules;
    assert_eq!(rules[0].allowed_origins, ["https://www.example.com"]);
    assert_eq!(
        (rules[0].allowed_methods.as_slice(), rules[0].allowed_headers.len()),
        (["GET".to_owned()].as_slice(), 0)
    );
    let (media, site) = (behavior(&asset, 0), behavior(&asset, 1));
    assert_eq!((media.path_pattern.as_deref(), media.is_for_this_bucket), (Some("media/*"), true));
    assert_eq!(media.cache_policy.name, PolicyName::Inline);
    let headers = ["Origin", "Access-Control-Request-Method"].map(str::to_owned).to_vec();
    assert_eq!(media.cache_policy.headers, Selection::Whitelist(headers));
    let ttls = (media.cache_policy.min_ttl, media.cache_policy.default_ttl, media.cache_policy.max_ttl);
    assert_eq!(ttls, (60, 86_400, 31_536_000));
    assert_eq!((site.path_pattern.as_deref(), site.is_for_this_bucket), (None, false));
    assert_eq!(site.cache_policy.headers, Selection::All);
    assert_eq!(site.cache_policy.query_strings, Selection::All);
    assert_eq!(site.cache_policy.cookies, Selection::Whitelist(vec!["session".into()]));
}

#[test]
fn what_nobody_can_tell_is_marked() {
    let (asset, read) = foreign("unknown-parts.yaml");
    assert_told(
        &read,
        &[
            "`AllowedOrigins` is not known: it depends on the condition `IsOpen`",
            "`FilesPolicy` exists only on the condition `InEurope`",
            "`WebACLId` is not modelled here",
            "the cache policy `${PolicyId}` is not told",
            "`ResponseHeadersPolicyId` is not known: it depends on the condition `Round`",
            "`FunctionAssociations`: what the code does is not known here",
        ],
    );
    let place = |start: &str| read.unknowns.iter().find(|u| u.what.starts_with(start)).unwrap().place.to_string();
    assert_eq!(place("`AllowedOrigins`"), "unknown-parts.yaml:20:30");
    assert_eq!(place("`FunctionAssociations`"), "unknown-parts.yaml:70:15");
    assert_eq!(origins(&asset, 0), ["https://a.example"]);
    assert_eq!(asset.bucket.kms_key.as_deref(), Some("${Key.Arn}"));
    let key = &asset.bucket.key_policy.as_ref().unwrap()[0];
    assert_eq!(key.principal, Principal::Other("AWS arn:aws:iam::${AWS::AccountId}:root".into()));
    assert_eq!(key.resources, [Resource::Key]);
    let [own, others] = asset.bucket.policy.as_ref().unwrap().as_slice() else { panic!("{asset:#?}") };
    assert_eq!(own.source, Source::OwnDistribution);
    assert!(matches!(&others.source, Source::Other(source) if source.ends_with("distribution/*")));
    assert_eq!(own.other_conditions, ["`FilesPolicy` exists only on the condition `InEurope`"]);
    for (index, wanted) in [3, 3, 3].into_iter().enumerate() {
        assert_eq!(behavior(&asset, index).unknown.len(), wanted, "{:#?}", behavior(&asset, index));
    }
}

#[test]
fn hostile_templates_are_bounded() {
    let resources = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: ";
    let amplified = format!(
        "Parameters:\n  A:\n    Type: String\n    Default: {}\n{resources}!Sub {}\n",
        "x".repeat(100_000),
        "${A}".repeat(10_000)
    );
    let conditions: String = (0..5_000).map(|i| format!("  C{i}: !Not [!Condition C{}]\n", i + 1)).collect();
    let chain = format!("Conditions:\n{conditions}{resources}!If [C0, a, b]\n");
    let deep = format!("{resources}{}x{}\n", "!Join [\"\", [".repeat(60), "]]".repeat(60));
    let looped = format!("Conditions:\n  A: !Condition B\n  B: !Condition A\n{resources}!If [A, a, b]\n");
    let variables =
        |inner: String, i: usize| format!("{{\"Fn::Sub\": [\"${{A{i}}}${{A{i}}}\", {{\"A{i}\": {inner}}}]}}");
    let nested = format!("{resources}{}\n", (0..40).fold("x".to_owned(), variables));
    let many: String = (0..2_000).map(|i| format!("arn:aws:cloudfront::1:distribution/E{i}, ")).collect();
    let statement = "{Effect: Allow, Principal: {AWS: [MANY]}, Action: x, Resource: '*', Condition: {StringEquals: {'AWS:SourceArn': [MANY]}}}";
    let statement = statement.replace("MANY", &many.replace("arn:aws", "'arn:aws").replace(", ", "', "));
    let product = format!(
        "{resources}b\n  P:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: b\n      PolicyDocument:\n        Statement: {statement}\n"
    );
    let buckets: String = (0..2_000).map(|i| format!("  B{i}: {{Type: AWS::S3::Bucket}}\n")).collect();
    let origins: String = (0..200).map(|i| format!("{{Id: o{i}, DomainName: !GetAtt B{i}.DomainName}}, ")).collect();
    let behavior = "{TargetOriginId: o1, ViewerProtocolPolicy: allow-all, CachePolicyId: !Ref P}, ".repeat(250);
    let headers = "x, ".repeat(20_000);
    let cdn = |i: usize| {
        format!(
            "  D{i}: {{Type: AWS::CloudFront::Distribution, Properties: {{DistributionConfig: {{Origins: [{origins}], CacheBehaviors: [{behavior}]}}}}}}\n"
        )
    };
    let policy = format!(
        "  P: {{Type: AWS::CloudFront::CachePolicy, Properties: {{CachePolicyConfig: {{Name: p, ParametersInCacheKeyAndForwardedToOrigin: {{HeadersConfig: {{HeaderBehavior: whitelist, Headers: [{headers}]}}}}}}}}}}\n"
    );
    let estate = format!("Resources:\n{buckets}{policy}{}", (0..20).map(cdn).collect::<String>());
    let told = |text: String| {
        let read = readback::read(&[File { path: "t.yaml".into(), text }]);
        read.map(|read| read.unknowns.into_iter().map(|unknown| unknown.what).collect::<Vec<_>>())
            .map_err(|e| e.message)
    };
    for text in [amplified, chain, looped, nested] {
        assert_eq!(told(text.clone()), Ok(vec![]), "{}", text.chars().take(300).collect::<String>());
    }
    for (text, what) in [
        (product, "more principals and sources than are read"),
        (estate, "the distribution is in front of more buckets than are read"),
    ] {
        assert!(told(text).unwrap().iter().any(|told| told == what), "{what}");
    }
    for text in [deep, format!("{resources}!Sub \"${{\"\n"), format!("{resources}!GetAtt\n")] {
        // Whatever comes of it, it comes.
        let _ = told(text);
    }
    assert!(told(format!("{resources}!Secret x\n")).is_err());
}

#[test]
fn a_behaviour_whose_path_is_not_known_may_be_for_any() {
    let text = std::fs::read_to_string(project("tests/readback/forwarded-values.yaml")).unwrap();
    let text =
        text.replace("PathPattern: media/*", "PathPattern: !Ref Root").replace("Enabled: true", "Aliases: [!Ref Root]");
    let read = read(&[File { path: "t.yaml".into(), text }]);
    assert_told(
        &read,
        &["`AllowedOrigins` is `${Root}`", "`PathPattern` is `${Root}`", "a behaviour without a `PathPattern`"],
    );
    let cdn = read.deployed.assets[0].distribution.as_ref().unwrap();
    assert_eq!(cdn.aliases, ["${Root}"]);
    assert_eq!(cdn.behaviors[0].path_pattern.as_deref(), Some("*"));
    assert_eq!(cdn.behaviors[0].unknown.len(), 2);
    assert_eq!((cdn.behaviors[1].path_pattern.as_deref(), cdn.behaviors[1].unknown.len()), (None, 0));
}
