//! The template of CloudFormation, and what people get wrong in it.

use super::Case;
use super::Outcome::{Proved, Refuted, Unknown};

const CFN: &str = "foreign/cloudformation";
const READS: (&str, &[(&str, &str)]) = ("reads", &[]);
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

pub(super) const CASES: &[Case] = &[
    Case { name: "a template that is right", artifacts: CFN, edits: &[], intent: READS, outcome: Proved },
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
        name: "a condition that nobody here understands, in a template",
        artifacts: CFN,
        edits: &[("StringEquals:\n", "StringNotEquals:\n")],
        intent: READS,
        outcome: Unknown(
            "behaviour `*` of `AssetsBucket`: a statement of the bucket's policy counts on a condition: `StringNotEquals` on `AWS:SourceArn`",
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
];
