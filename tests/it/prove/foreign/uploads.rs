//! Uploads straight to a bucket: its rules in a template, and alone.

use super::Case;
use super::Outcome::{Proved, Refuted, Unknown};

const UPLOADS: &str = "foreign/uploads";
const RULES: &str = "foreign/rules";
const PUT: (&str, &[(&str, &str)]) = ("uploads", &[]);

pub(super) const CASES: &[Case] = &[
    Case {
        name: "uploads that are right, as a template",
        artifacts: UPLOADS,
        edits: &[],
        intent: PUT,
        outcome: Proved,
    },
    Case { name: "uploads that are right, as lone rules", artifacts: RULES, edits: &[], intent: PUT, outcome: Proved },
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
        name: "`PATCH` in a rule, which S3 knows nothing of",
        artifacts: RULES,
        edits: &[("\"PUT\"", "\"PUT\", \"PATCH\"")],
        intent: PUT,
        outcome: Unknown("S3 refuses the method `PATCH` in a rule of `bucket`: it takes GET, PUT, HEAD, POST, DELETE"),
    },
];
