//! Artifacts that nobody emitted, each held against an intent: what is right is proved, and what people get wrong is
//! refuted by a request that can be run.

use super::mutations::replays;
use crate::support::project;
use corsynth::compile::{Input, Syntax, compile};
use corsynth::intent::Intent;
use corsynth::prove::{Counterexample, Proof, prove};
use corsynth::readback::{self, File, ReadBack};
use corsynth::simulate::{Asked, HttpRequest};
use std::path::Path;

/// What a proof comes to.
enum Outcome {
    Proved,
    /// The simplest counterexample in one line, and a part of why it happens.
    Refuted(&'static str, &'static str),
    /// The beginning of what is not known.
    Unknown(&'static str),
}
use Outcome::{Proved, Refuted, Unknown};

/// An artifact set with edits, and an intent.
struct Case {
    name: &'static str,
    /// Below `tests/readback/`: a file, or a folder.
    artifacts: &'static str,
    edits: &'static [(&'static str, &'static str)],
    /// Below `tests/readback/foreign/intents/`, or an intent of this name there with edits.
    intent: (&'static str, &'static [(&'static str, &'static str)]),
    outcome: Outcome,
}

const CFN: &str = "foreign/cloudformation";
const STATE: &str = "foreign/terraform-state";
const PAYLOADS: &str = "foreign/payloads";
const UPLOADS: &str = "foreign/uploads";
const RULES: &str = "foreign/rules";

const READS: (&str, &[(&str, &str)]) = ("reads", &[]);
const FONTS: (&str, &[(&str, &str)]) = ("fonts", &[]);
const FETCH: (&str, &[(&str, &str)]) = ("fetch", &[]);
const PUT: (&str, &[(&str, &str)]) = ("uploads", &[]);

/// Edits of the template.
const NO_POLICY: (&str, &str) = ("          ResponseHeadersPolicyId: !Ref Cors\n", "");
const NO_BUCKET_CORS: (&str, &str) = (
    "      CorsConfiguration:\n        CorsRules:\n          - Id: site\n            AllowedOrigins: [\"https://www.acme.example\", \"https://acme.example\"]\n            AllowedMethods: [GET, HEAD]\n            AllowedHeaders: [range, if-range]\n            ExposedHeaders: [Accept-Ranges, Content-Range, ETag]\n            MaxAge: 7200\n",
    "",
);
const RULE_ORIGINS: &str = "            AllowedOrigins: [\"https://www.acme.example\", \"https://acme.example\"]";
const CONDITION: &str = "            Condition:\n              StringEquals:\n                AWS:SourceArn: !Sub \"arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}\"\n";
const PREFLIGHTS_UNKEYED: (&str, &str) =
    ("Headers: [Origin, Access-Control-Request-Method, Access-Control-Request-Headers]", "Headers: [Origin]");
const KEY: (&str, &str) = ("CachePolicyId: !Ref Key", "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6");

const CASES: &[Case] = &[
    Case { name: "a template that is right", artifacts: CFN, edits: &[], intent: READS, outcome: Proved },
    Case { name: "a state that is right", artifacts: STATE, edits: &[], intent: FETCH, outcome: Proved },
    Case { name: "payloads that are right", artifacts: PAYLOADS, edits: &[], intent: READS, outcome: Proved },
    Case {
        name: "uploads that are right, as a template",
        artifacts: UPLOADS,
        edits: &[],
        intent: PUT,
        outcome: Proved,
    },
    Case { name: "uploads that are right, as lone rules", artifacts: RULES, edits: &[], intent: PUT, outcome: Proved },
    Case {
        name: "a plan of what is not there yet",
        artifacts: "foreign/terraform-plan",
        edits: &[],
        intent: FETCH,
        outcome: Unknown(
            "behaviour `*` of `assets`: `resources` of `data.aws_iam_policy_document.assets` is known only",
        ),
    },
    Case {
        name: "managed policies: `CORS-S3Origin` forwards what `CachingOptimized` does not key",
        artifacts: "managed-policies.yaml",
        edits: &[(
            "            AllowedMethods: [GET]\n            AllowedHeaders: [\"*\"]\n",
            "            AllowedMethods: [GET, HEAD]\n",
        )],
        intent: (
            "fonts",
            &[
                ("acme-assets", "fonts-prod-example"),
                ("https://www.acme.example, https://acme.example", "https://www.example.com, https://shop.example.com"),
            ],
        ),
        outcome: Refuted(
            "under-grant: GET https://fonts.prod.example.com/a from https://shop.example.com after GET: readable, is blocked",
            "answers from the cache: the key is path `/a`, no headers",
        ),
    },
    Case {
        name: "the same without headers, by which the order of visitors decides",
        artifacts: CFN,
        edits: &[NO_POLICY, KEY],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example after GET: readable, is blocked",
            "answers from the cache: the key is path `/a`, no headers",
        ),
    },
    Case {
        name: "a policy at the edge, and no rules in the bucket",
        artifacts: CFN,
        edits: &[NO_BUCKET_CORS],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example with range: readable, is blocked",
            "refuses the preflight: CORSResponse: CORS is not enabled for this bucket.",
        ),
    },
    Case {
        name: "an edge without a bucket's rules, as others write it",
        artifacts: "edge-without-bucket-cors.json",
        edits: &[],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://Assets.cdn.invalid/a from http://acme.example: blocked: nobody grants it, is readable",
            "sets `Access-Control-Allow-Origin: *`: the policy overrides the origin (`${AWS::StackName}-cors`)",
        ),
    },
    Case {
        name: "an upload whose ETag is not exposed",
        artifacts: RULES,
        edits: &[("\"ExposeHeaders\": [\"ETag\"],", "")],
        intent: PUT,
        outcome: Refuted(
            "under-grant: PUT https://bucket.s3.amazonaws.com/corsynth from https://admin.acme.example: exposes `etag`, is `etag` is not readable",
            "answers by rule 1: it is the first rule for `PUT` from `https://admin.acme.example`",
        ),
    },
    Case {
        name: "everybody may read what is for the site",
        artifacts: CFN,
        edits: &[(RULE_ORIGINS, "            AllowedOrigins: [\"*\"]")],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://assets.acme.example/a from http://acme.example: blocked: nobody grants it, is readable",
            "answers by rule `site`: it is the first rule for `GET` from `http://acme.example`",
        ),
    },
    Case {
        name: "everybody may upload",
        artifacts: UPLOADS,
        edits: &[("https://admin.acme.example", "*")],
        intent: PUT,
        outcome: Refuted(
            "over-grant: PUT https://acme-incoming.s3.amazonaws.com/corsynth from http://admin.acme.example: blocked: nobody grants it, is readable",
            "answers by rule `uploads`: it is the first rule for `PUT` from `http://admin.acme.example`",
        ),
    },
    Case {
        name: "credentials that no grant speaks of",
        artifacts: CFN,
        edits: &[("AccessControlAllowCredentials: false", "AccessControlAllowCredentials: true")],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://assets.acme.example/a from https://acme.example: no credentials: no grant speaks of them, is the policy allows credentials",
            "sets `Access-Control-Allow-Credentials: true`: the policy overrides the origin (`acme-cors`)",
        ),
    },
    Case {
        name: "a bucket that lets in every distribution",
        artifacts: CFN,
        edits: &[(CONDITION, "")],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://foreign.cdn.invalid/corsynth at the ForeignDistribution: the bucket lets in its own distribution only, is a distribution of anybody is let in",
            "statement `CloudFrontRead` of the bucket's policy allows it, and does not ask for the dist",
        ),
    },
    Case {
        name: "a bucket that lets in every distribution by a pattern",
        artifacts: PAYLOADS,
        edits: &[(
            "arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE123AB\"\n",
            "arn:aws:cloudfront::*:distribution/*\"\n",
        )],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://foreign.cdn.invalid/corsynth at the ForeignDistribution: the bucket lets in its own distribution only, is a distribution of anybody is let in",
            "statement 1 of the bucket's policy allows it, and does not ask for the distribution's `AWS",
        ),
    },
    Case {
        name: "a bucket that lets in the distributions of one account",
        artifacts: CFN,
        edits: &[("StringEquals:\n", "StringLike:\n"), ("distribution/${Cdn}", "distribution/*")],
        intent: READS,
        outcome: Proved,
    },
    Case {
        name: "a bucket that lets in one account",
        artifacts: CFN,
        edits: &[(CONDITION, "            Condition: {StringEquals: {AWS:SourceAccount: !Ref \"AWS::AccountId\"}}\n")],
        intent: READS,
        outcome: Proved,
    },
    Case {
        name: "a star that is no wildcard",
        artifacts: CFN,
        edits: &[("distribution/${Cdn}", "distribution/*")],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example: the object, is 403 `AccessDenied`: the bucket does not let the distribution in",
            "denies `s3:GetObject`: no statement of the bucket's policy allows it for the distribution",
        ),
    },
    Case {
        name: "a public bucket",
        artifacts: CFN,
        edits: &[(CONDITION, ""), ("Principal: {Service: cloudfront.amazonaws.com}", "Principal: \"*\"")],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://foreign.cdn.invalid/corsynth at the ForeignDistribution: the bucket lets in its own distribution only, is a distribution of anybody is let in",
            "statement `CloudFrontRead` of the bucket's policy allows it, and does not ask for the dist",
        ),
    },
    Case {
        name: "an origin access identity in a template",
        artifacts: CFN,
        edits: &[(
            "OriginAccessIdentity: \"\"",
            "OriginAccessIdentity: origin-access-identity/cloudfront/E74FTE3EXAMPLE",
        )],
        intent: READS,
        outcome: Unknown(
            "behaviour `*` of `AssetsBucket`: the origin access identity `origin-access-identity/cloudfront/E74FTE3EXAMPLE` signs, which is not modelled: replace it by an origin access control",
        ),
    },
    Case {
        name: "an origin access identity in a state",
        artifacts: STATE,
        edits: &[(
            "\"s3_origin_config\": []",
            "\"s3_origin_config\": [{\"origin_access_identity\": \"origin-access-identity/cloudfront/E74FTE3EXAMPLE\"}]",
        )],
        intent: FETCH,
        outcome: Unknown(
            "behaviour `*` of `assets`: the origin access identity `origin-access-identity/cloudfront/E74FTE3EXAMPLE` signs, which is not modelled: replace it by an `aws_cloudfront_origin_access_control`",
        ),
    },
    Case {
        name: "a condition that nobody here understands, in a template",
        artifacts: CFN,
        edits: &[("StringEquals:\n", "StringNotEquals:\n")],
        intent: READS,
        outcome: Unknown(
            "behaviour `*` of `AssetsBucket`: a statement of the bucket's policy counts on a condition: `StringNotEquals` on `AWS:SourceArn`",
        ),
    },
    Case {
        name: "a condition that nobody here understands",
        artifacts: STATE,
        edits: &[("StringEquals", "StringNotEquals")],
        intent: FETCH,
        outcome: Unknown(
            "behaviour `*` of `assets`: the condition `StringNotEquals` on `AWS:SourceArn` is not understood here, in `aws_s3_bucket_policy.assets`",
        ),
    },
    Case {
        name: "the rules of an older module beside its distribution",
        artifacts: "terraform/legacy-state.json",
        edits: &[],
        intent: ("fonts", &[("acme-assets", "globex-assets")]),
        outcome: Refuted(
            "over-grant: GET https://globex-assets.s3.us-east-1.amazonaws.com/corsynth from http://acme.example: blocked: nobody grants it, is readable",
            "answers by rule 2: it is the first rule for `GET` from `http://acme.example`",
        ),
    },
    Case {
        name: "a slash behind an origin",
        artifacts: RULES,
        edits: &[("https://admin.acme.example", "https://admin.acme.example/")],
        intent: PUT,
        outcome: Refuted(
            "under-grant: PUT https://bucket.s3.amazonaws.com/corsynth from https://admin.acme.example: readable, is blocked",
            "refuses the preflight: CORSResponse: This CORS request is not allowed. This is usually bec",
        ),
    },
    Case {
        name: "a slash behind an origin, behind an edge that says it right",
        artifacts: CFN,
        edits: &[(
            RULE_ORIGINS,
            "            AllowedOrigins: [\"https://www.acme.example/\", \"https://acme.example/\"]",
        )],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example with range: readable, is blocked",
            "refuses the preflight: CORSResponse: This CORS request is not allowed. This is usually bec",
        ),
    },
    Case {
        name: "a wildcard without a dot",
        artifacts: UPLOADS,
        edits: &[("https://admin.acme.example", "https://*acme.example")],
        intent: ("uploads", &[("https://admin.acme.example", "https://*.acme.example")]),
        outcome: Refuted(
            "over-grant: PUT https://acme-incoming.s3.amazonaws.com/corsynth from https://7acme.example: blocked: nobody grants it, is readable",
            "answers by rule `uploads`: it is the first rule for `PUT` from `https://7acme.example`",
        ),
    },
    Case {
        name: "any scheme",
        artifacts: RULES,
        edits: &[("https://admin.acme.example", "http*://admin.acme.example")],
        intent: PUT,
        outcome: Refuted(
            "over-grant: PUT https://bucket.s3.amazonaws.com/corsynth from http://admin.acme.example: blocked: nobody grants it, is readable",
            "answers by rule 1: it is the first rule for `PUT` from `http://admin.acme.example`",
        ),
    },
    Case {
        name: "all schemes and hosts",
        artifacts: RULES,
        edits: &[("https://admin.acme.example", "http*")],
        intent: PUT,
        outcome: Refuted(
            "over-grant: PUT https://bucket.s3.amazonaws.com/corsynth from http://admin.acme.example: blocked: nobody grants it, is readable",
            "answers by rule 1: it is the first rule for `PUT` from `http://admin.acme.example`",
        ),
    },
    Case {
        name: "a distribution that takes no OPTIONS",
        artifacts: CFN,
        edits: &[
            ("AllowedMethods: [GET, HEAD, OPTIONS]", "AllowedMethods: [GET, HEAD]"),
            ("CachedMethods: [GET, HEAD, OPTIONS]", "CachedMethods: [GET, HEAD]"),
        ],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example with range: readable, is blocked",
            "refuses the method `OPTIONS`: allowed methods: GET, HEAD",
        ),
    },
    Case {
        name: "a page instead of an error",
        artifacts: CFN,
        edits: &[
            NO_BUCKET_CORS,
            (
                "        DefaultCacheBehavior:\n",
                "        CustomErrorResponses: [{ErrorCode: 403, ResponseCode: 200, ResponsePagePath: /index.html}]\n        DefaultCacheBehavior:\n",
            ),
        ],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example with range: readable, is blocked",
            "refuses the preflight: CORSResponse: CORS is not enabled for this bucket.",
        ),
    },
    Case {
        name: "`Host` forwarded to the bucket",
        artifacts: CFN,
        edits: &[("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "216adef6-5c7f-47e4-b989-5492eafa07d3")],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example: the object, is 403 `AccessDenied`: the bucket does not let the distribution in",
            "refuses the request: `Host` does not name the bucket",
        ),
    },
    Case {
        name: "a cached preflight without what was asked for in its key, where a policy says it all again",
        artifacts: CFN,
        edits: &[PREFLIGHTS_UNKEYED],
        intent: READS,
        outcome: Proved,
    },
    Case {
        name: "a cached preflight without what was asked for in its key",
        artifacts: CFN,
        edits: &[NO_POLICY, PREFLIGHTS_UNKEYED],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example after GET, Origin: https://acme.example, Access-Control-Request-Headers: x-corsynth-unlisted: readable, is blocked",
            "answers from the cache: the key is path `/a`, `Origin: https://acme.example`",
        ),
    },
    Case {
        name: "the same in a state",
        artifacts: STATE,
        edits: &[(
            "                          \"Access-Control-Request-Headers\",\n                          \"Access-Control-Request-Method\",\n",
            "",
        )],
        intent: FETCH,
        outcome: Refuted(
            "over-grant: OPTIONS https://assets.cdn.invalid/a from https://app.example.com after OPTIONS, Origin: https://app.example.com, Access-Control-Request-Method: GET: blocked: nobody grants it, is readable",
            "sets `Access-Control-Allow-Origin: https://app.example.com`: the policy overrides the orig",
        ),
    },
    Case {
        name: "a policy that gives way to the bucket, which exposes less",
        artifacts: CFN,
        edits: &[
            ("OriginOverride: true", "OriginOverride: false"),
            ("            ExposedHeaders: [Accept-Ranges, Content-Range, ETag]\n", ""),
        ],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://assets.acme.example/a from https://acme.example: exposes `accept-ranges`, `content-range`, `etag`, is `accept-ranges` is not readable",
            "answers by rule `site`: it is the first rule for `GET` from `https://acme.example`",
        ),
    },
    Case {
        name: "a policy that gives way to a bucket that says `*`",
        artifacts: PAYLOADS,
        edits: &[
            ("\"OriginOverride\": true", "\"OriginOverride\": false"),
            (
                "\"AllowedOrigins\": [\n        \"https://www.acme.example\",\n        \"https://acme.example\"\n      ]",
                "\"AllowedOrigins\": [\"*\"]",
            ),
        ],
        intent: READS,
        outcome: Refuted(
            "over-grant: GET https://acme-assets.cdn.invalid/a from http://acme.example: blocked: nobody grants it, is readable",
            "answers by rule 1: it is the first rule for `GET` from `http://acme.example`",
        ),
    },
    Case {
        name: "`HEAD` is not in the rule",
        artifacts: CFN,
        edits: &[("            AllowedMethods: [GET, HEAD]", "            AllowedMethods: [GET]")],
        intent: READS,
        outcome: Refuted(
            "under-grant: HEAD https://assets.acme.example/a from https://acme.example with range: readable, is blocked",
            "refuses the preflight: CORSResponse: This CORS request is not allowed. This is usually bec",
        ),
    },
    Case {
        name: "the preflight is remembered for longer",
        artifacts: RULES,
        edits: &[("\"MaxAgeSeconds\": 600", "\"MaxAgeSeconds\": 86400")],
        intent: PUT,
        outcome: Refuted(
            "over-grant: PUT https://bucket.s3.amazonaws.com/corsynth from https://admin.acme.example: the preflight is remembered for 600 s, is 86400 s",
            "answers by rule 1: it is the first rule for `PUT` from `https://admin.acme.example`",
        ),
    },
    Case {
        name: "the preflight is remembered for less",
        artifacts: PAYLOADS,
        edits: &[("\"AccessControlMaxAgeSec\": 7200", "\"AccessControlMaxAgeSec\": 5")],
        intent: READS,
        outcome: Refuted(
            "under-grant: GET https://acme-assets.cdn.invalid/a from https://acme.example with range: the preflight is remembered for 7200 s, is 5 s",
            "replaces `Access-Control-Max-Age: 5`: the policy overrides the origin (`acme-cors`)",
        ),
    },
    Case {
        name: "more methods at the distribution, `PATCH` among them, and none in the rules",
        artifacts: CFN,
        edits: &[
            (
                "AllowedMethods: [GET, HEAD, OPTIONS]\n          Cached",
                "AllowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]\n          Cached",
            ),
            ("AccessControlAllowMethods: {Items: [GET, HEAD]}", "AccessControlAllowMethods: {Items: [ALL]}"),
        ],
        intent: READS,
        outcome: Refuted(
            "over-grant: POST https://assets.acme.example/a from https://acme.example: blocked: nobody grants it, is readable",
            "sets `Access-Control-Allow-Origin: https://acme.example`: the policy overrides the origin ",
        ),
    },
    Case {
        name: "`PATCH` in a rule, which S3 knows nothing of",
        artifacts: RULES,
        edits: &[("\"PUT\"", "\"PUT\", \"PATCH\"")],
        intent: PUT,
        outcome: Unknown("S3 refuses the method `PATCH` in a rule of `bucket`: it takes GET, HEAD, POST, PUT, DELETE"),
    },
    Case {
        name: "all headers",
        artifacts: STATE,
        edits: &[(
            "\"allowed_headers\": [\n                  \"range\"\n                ]",
            "\"allowed_headers\": [\"*\"]",
        )],
        intent: FETCH,
        outcome: Refuted(
            "over-grant: GET https://assets-80020074947638930040840906.s3.eu-west-1.amazonaws.com/corsynth from https://app.example.com with x-corsynth-unlisted: blocked: nobody grants it, is readable",
            "answers by rule `read`: it is the first rule for `GET` from `https://app.example.com`",
        ),
    },
    Case {
        name: "more methods in the rule of a state",
        artifacts: STATE,
        edits: &[(
            "\"allowed_methods\": [\n                  \"GET\",\n                  \"HEAD\"\n",
            "\"allowed_methods\": [\"PUT\", \"GET\", \"HEAD\"\n",
        )],
        intent: FETCH,
        outcome: Refuted(
            "over-grant: PUT https://assets-80020074947638930040840906.s3.eu-west-1.amazonaws.com/corsynth from https://app.example.com: blocked: nobody grants it, is readable",
            "answers by rule `read`: it is the first rule for `PUT` from `https://app.example.com`",
        ),
    },
    Case {
        name: "forwarded values",
        artifacts: "forwarded-values.yaml",
        edits: &[],
        intent: FONTS,
        outcome: Refuted(
            "over-grant: GET https://Media.cdn.invalid/media/ from https://www.example.com: blocked: nobody grants it, is readable",
            "answers by rule 1: it is the first rule for `GET` from `https://www.example.com`",
        ),
    },
    Case {
        name: "managed policies in a plan",
        artifacts: "terraform/managed-plan.json",
        edits: &[],
        intent: FONTS,
        outcome: Unknown("the artifacts hold nothing for `assets` (bucket `acme-assets`)"),
    },
];

fn artifacts(case: &Case) -> ReadBack {
    let path = project("tests/readback").join(case.artifacts);
    let mut files: Vec<File> = if path.is_dir() {
        let mut paths: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| file(path)).collect()
    } else {
        vec![file(&path)]
    };
    for (old, new) in case.edits {
        assert!(files.iter().any(|file| file.text.contains(old)), "{}: no `{old}`", case.name);
        for file in &mut files {
            file.text = file.text.replace(old, new);
        }
    }
    readback::read(&files).unwrap_or_else(|error| panic!("{}: {error:?}", case.name))
}

fn file(path: &Path) -> File {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    File { path: name, text: std::fs::read_to_string(path).unwrap() }
}

fn intent(case: &Case) -> Intent {
    let (name, edits) = case.intent;
    let mut text = file(&project("tests/readback/foreign/intents").join(format!("{name}.yaml"))).text;
    for (old, new) in edits {
        assert!(text.contains(old), "{}: no `{old}`", case.name);
        text = text.replace(old, new);
    }
    let compiled = compile(Input { name: "intent".into(), bytes: text.into_bytes(), syntax: Syntax::Yaml });
    compiled.intent.unwrap_or_else(|| panic!("{}: {:#?}", case.name, compiled.diagnostics))
}

/// A counterexample in one line.
fn line(found: &Counterexample) -> String {
    let given = |request: &HttpRequest| {
        let headers = request.headers.iter().map(|(name, value)| format!(", {name}: {value}"));
        format!(" after {}{}", request.method, headers.collect::<String>())
    };
    let given: String = found.scenario.given.iter().map(|earlier| given(&earlier.request)).collect();
    let asked = match &found.scenario.asked {
        Asked::Page(request) => {
            let headers: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
            let headers = if headers.is_empty() { String::new() } else { format!(" with {}", headers.join(", ")) };
            format!("{} {} from {}{headers}", request.method, request.url, request.origin)
        }
        Asked::Raw(request) => format!("{} {} at the {:?}", request.method, request.url, request.url.door),
    };
    format!("{}: {asked}{given}: {}, is {}", found.kind.as_str(), found.expected, found.actual)
}

/// As `corsynth prove` puts it together: what was not understood may have a say.
fn proof(intent: &Intent, read: &ReadBack) -> Proof {
    let mut proof = prove(intent, &read.deployed);
    proof.unknown.extend(read.unknowns.iter().map(|unknown| format!("{}: {}", unknown.place, unknown.what)));
    proof
}

#[test]
fn artifacts_of_others_are_proved_or_refuted() {
    let mut wrong = Vec::new();
    for case in CASES {
        let (intent, read) = (intent(case), artifacts(case));
        let proof = proof(&intent, &read);
        replays(&intent, &read.deployed, &proof, case.name);
        let first = proof.counterexamples.first();
        let right = match case.outcome {
            Proved => proof.is_proved(),
            Refuted(expected, because) => {
                first.is_some_and(|c| line(c) == expected && c.because.contains(because)) && !because.is_empty()
            }
            Unknown(start) => first.is_none() && proof.unknown.first().is_some_and(|u| u.starts_with(start)),
        };
        if !right {
            let shown = proof.counterexamples.iter().take(2).map(|c| format!("\n  {}\n    {}", line(c), c.because));
            wrong.push(format!("{}:{}\n  unknown: {:#?}", case.name, shown.collect::<String>(), proof.unknown));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
