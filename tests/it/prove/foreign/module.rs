//! A Terraform module as people write it by hand, with one thing changed at a time.

use super::Case;
use super::Outcome::{Proved, Refuted, Unknown};

const MODULE: &str = "foreign/module";
const SITE: (&str, &[(&str, &str)]) = ("site", &[]);
/// Without the response headers policy, the bucket speaks.
const NO_POLICY: (&str, &str) = ("    response_headers_policy_id = aws_cloudfront_response_headers_policy.r.id\n", "");
const STATEMENT: &str = "data \"aws_iam_policy_document\" \"b\" {\n";

pub(super) const CASES: &[Case] = &[
    Case { name: "a module that is right", artifacts: MODULE, edits: &[], intent: SITE, outcome: Proved },
    Case {
        name: "an `Origin` that is added to all requests",
        artifacts: MODULE,
        edits: &[
            NO_POLICY,
            (
                "    origin_id                = \"s3\"\n",
                "    origin_id                = \"s3\"\n    custom_header {\n      name  = \"Origin\"\n      value = \"https://acme.com\"\n    }\n",
            ),
        ],
        intent: SITE,
        outcome: Refuted(
            "under-grant: GET https://static.acme.com/a from https://www.acme.com: readable, is blocked",
            "The 'Access-Control-Allow-Origin' header has a value 'https://acme.com'",
        ),
    },
    Case {
        name: "a statement that denies a folder",
        artifacts: MODULE,
        edits: &[(
            STATEMENT,
            "data \"aws_iam_policy_document\" \"b\" {\n  statement {\n    effect    = \"Deny\"\n    actions   = [\"s3:GetObject\"]\n    \
             resources = [\"${aws_s3_bucket.b.arn}/private/*\"]\n    principals {\n      type        = \"*\"\n      \
             identifiers = [\"*\"]\n    }\n  }\n",
        )],
        intent: SITE,
        outcome: Refuted(
            "under-grant: GET https://static.acme.com/private/ from https://acme.com: the object, is 403 `AccessDenied`: the bucket does not let the distribution in",
            "denies `s3:GetObject`",
        ),
    },
    Case {
        name: "a folder for distributions of anybody",
        artifacts: MODULE,
        edits: &[(
            STATEMENT,
            "data \"aws_iam_policy_document\" \"b\" {\n  statement {\n    actions   = [\"s3:GetObject\"]\n    \
             resources = [\"${aws_s3_bucket.b.arn}/public/*\"]\n    principals {\n      type        = \"Service\"\n      \
             identifiers = [\"cloudfront.amazonaws.com\"]\n    }\n  }\n",
        )],
        intent: SITE,
        outcome: Refuted(
            "over-grant: GET https://foreign.cdn.invalid/public/ at the ForeignDistribution: the bucket lets in its own distribution only, is a distribution of anybody is let in",
            "does not ask for the distribution's `AWS:SourceArn`",
        ),
    },
    Case {
        name: "a folder in front of all paths",
        artifacts: MODULE,
        edits: &[(
            "    origin_id                = \"s3\"\n",
            "    origin_id                = \"s3\"\n    origin_path              = \"/site\"\n",
        )],
        intent: SITE,
        outcome: Unknown("behaviour `*` of `b`: `origin_path` is not modelled"),
    },
    Case {
        name: "some countries only",
        artifacts: MODULE,
        edits: &[("restriction_type = \"none\"", "restriction_type = \"whitelist\"")],
        intent: SITE,
        outcome: Unknown("behaviour `*` of `b`: a geographic restriction is not modelled"),
    },
    Case {
        name: "another host",
        artifacts: MODULE,
        edits: &[("aliases = [\"static.acme.com\"]", "aliases = [\"other.acme.com\"]")],
        intent: SITE,
        outcome: Unknown("`static.acme.com` is no alias of the distribution of `b`"),
    },
    Case {
        name: "a default that its type changes",
        artifacts: MODULE,
        edits: &[
            (
                "  type    = list(string)\n  default = [\"https://www.acme.com\", \"https://acme.com\"]\n",
                "  type    = string\n  default = true\n",
            ),
            ("= var.origins", "= var.origins == \"true\" ? [\"*\"] : [\"https://www.acme.com\", \"https://acme.com\"]"),
        ],
        intent: SITE,
        outcome: Unknown("S3 refuses a rule of `b` without origins"),
    },
    Case {
        name: "a list beside a tuple, which never are the same",
        artifacts: MODULE,
        edits: &[
            ("  default = [\"https://www.acme.com\", \"https://acme.com\"]\n", "  default = []\n"),
            ("= var.origins", "= var.origins == [] ? [\"https://www.acme.com\", \"https://acme.com\"] : [\"*\"]"),
        ],
        intent: SITE,
        outcome: Unknown("S3 refuses a rule of `b` without origins"),
    },
    Case {
        name: "a page in place of errors, which hides what the bucket says of them",
        artifacts: MODULE,
        edits: &[(
            "  restrictions {\n",
            "  custom_error_response {\n    error_code         = 403\n    response_code      = 404\n    response_page_path = \"/404.html\"\n  }\n  restrictions {\n",
        )],
        intent: SITE,
        outcome: Proved,
    },
    Case {
        name: "errors that are to be readable, and a page in their place without a policy",
        artifacts: MODULE,
        edits: &[
            NO_POLICY,
            (
                "  restrictions {\n",
                "  custom_error_response {\n    error_code         = 403\n    response_code      = 404\n    response_page_path = \"/404.html\"\n  }\n  restrictions {\n",
            ),
        ],
        intent: (
            "site",
            &[("aliases: [static.acme.com]", "aliases: [static.acme.com], authority: bucket, readable-errors: true")],
        ),
        outcome: Refuted(
            "under-grant: GET https://static.acme.com/a from https://acme.com: readable, also when it is an error, is blocked when it is an error",
            "No 'Access-Control-Allow-Origin' header",
        ),
    },
    Case {
        name: "another distribution that is right does not stand for the one of the intent",
        artifacts: MODULE,
        edits: &[
            ("= aws_cloudfront_response_headers_policy.r.id", "= \"60669652-455b-4ae9-85a4-c4c02393f86c\""),
            (
                "[aws_cloudfront_distribution.d.arn]",
                "[aws_cloudfront_distribution.d.arn, aws_cloudfront_distribution.a.arn]",
            ),
            (
                STATEMENT,
                "resource \"aws_cloudfront_distribution\" \"a\" {\n  enabled = true\n  aliases = [\"second.acme.com\"]\n  origin {\n    \
                 domain_name              = aws_s3_bucket.b.bucket_regional_domain_name\n    origin_id                = \"s3\"\n    \
                 origin_access_control_id = aws_cloudfront_origin_access_control.oac.id\n  }\n  default_cache_behavior {\n    \
                 target_origin_id           = \"s3\"\n    viewer_protocol_policy     = \"redirect-to-https\"\n    \
                 allowed_methods            = [\"GET\", \"HEAD\", \"OPTIONS\"]\n    cached_methods             = [\"GET\", \"HEAD\"]\n    \
                 cache_policy_id            = aws_cloudfront_cache_policy.c.id\n    \
                 origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.s3.id\n    \
                 response_headers_policy_id = aws_cloudfront_response_headers_policy.r.id\n  }\n}\n\ndata \"aws_iam_policy_document\" \"b\" {\n",
            ),
        ],
        intent: SITE,
        outcome: Refuted(
            "over-grant: GET https://static.acme.com/a from http://acme.com: blocked: nobody grants it, is readable",
            "sets `Access-Control-Allow-Origin: *`",
        ),
    },
    Case {
        name: "a behaviour for the root alone",
        artifacts: MODULE,
        edits: &[(
            "  restrictions {\n",
            "  ordered_cache_behavior {\n    path_pattern               = \"/\"\n    target_origin_id           = \"s3\"\n    \
             viewer_protocol_policy     = \"redirect-to-https\"\n    allowed_methods            = [\"GET\", \"HEAD\", \"OPTIONS\"]\n    \
             cached_methods             = [\"GET\", \"HEAD\"]\n    cache_policy_id            = \"658327ea-f89d-4fab-a63d-7e88639e58f6\"\n    \
             response_headers_policy_id = \"60669652-455b-4ae9-85a4-c4c02393f86c\"\n  }\n  restrictions {\n",
        )],
        intent: SITE,
        outcome: Refuted(
            "over-grant: GET https://static.acme.com/ from http://acme.com: blocked: nobody grants it, is readable",
            "sets `Access-Control-Allow-Origin: *`",
        ),
    },
    Case {
        name: "times that CloudFront refuses",
        artifacts: MODULE,
        edits: &[("  min_ttl     = 0\n", "  min_ttl     = 90000\n")],
        intent: SITE,
        outcome: Unknown("CloudFront refuses the times of cache policy `acme-cache`"),
    },
    Case {
        name: "cached methods that CloudFront refuses",
        artifacts: MODULE,
        edits: &[(
            "    cached_methods             = [\"GET\", \"HEAD\", \"OPTIONS\"]",
            "    cached_methods             = [\"GET\"]",
        )],
        intent: SITE,
        outcome: Unknown("CloudFront refuses the cached methods GET of `b`"),
    },
    Case {
        name: "an upper case pattern, which S3 may find in what browsers send",
        artifacts: MODULE,
        edits: &[
            NO_POLICY,
            ("allowed_origins = var.origins", "allowed_origins = concat(var.origins, [\"https://*.EVIL.com\"])"),
        ],
        intent: SITE,
        outcome: Refuted(
            "over-grant: GET https://static.acme.com/a from https://7.evil.com: blocked: nobody grants it, is readable",
            "answers by rule 1",
        ),
    },
];
