//! States and plans of Terraform, payloads of the AWS CLI, and templates of other shapes.

use super::Case;
use super::Outcome::{Proved, Refuted, Unknown};

const STATE: &str = "foreign/terraform-state";
const PAYLOADS: &str = "foreign/payloads";
const READS: (&str, &[(&str, &str)]) = ("reads", &[]);
const FONTS: (&str, &[(&str, &str)]) = ("fonts", &[]);
const FETCH: (&str, &[(&str, &str)]) = ("fetch", &[]);

pub(super) const CASES: &[Case] = &[
    Case { name: "a state that is right", artifacts: STATE, edits: &[], intent: FETCH, outcome: Proved },
    Case { name: "payloads that are right", artifacts: PAYLOADS, edits: &[], intent: READS, outcome: Proved },
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
