//! Artifacts to findings: what somebody wrote, what they are told, and what says nothing to complain of.
//!
//! In `tests/diagnostics/CODE/`, `bad*` and `good*` with these ends are artifacts: `.tf` a module of one file,
//! `.cfn.yaml` and `.cfn.json` a template, `.plan.json` what `terraform show -json` prints, `.cli.json` one payload; a
//! folder is a module or a bundle. `expected.artifacts.txt` is what they are told; `CORSYNTH_UPDATE=1` rewrites it.

use crate::diagnostics::{folders, is_artifact, starts_with_a_name};
use crate::support::{assert_golden, project};
use corsynth::diagnostic::{Diagnostic, Policy, Severity};
use corsynth::inspect::{Inspection, codes, inspect};
use corsynth::lint;
use corsynth::readback::File;
use corsynth::source::{SourceFile, Span};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The artifacts of a folder whose names begin with `stem`.
fn artifacts(folder: &Path, stem: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.unwrap().path());
    let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(stem) && is_artifact(path);
    let found: BTreeSet<PathBuf> = entries.filter(named).collect();
    found.into_iter().collect()
}

/// The files of an artifact set, as the program reads them.
pub(crate) fn files(path: &Path) -> Vec<File> {
    fn collect(at: &Path, root: &Path, found: &mut Vec<File>) {
        let paths: BTreeSet<PathBuf> = std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in paths {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
            if path.is_dir() {
                if name != "examples" && name != "tests" {
                    collect(&path, root, found);
                }
            } else if ["tf", "json", "yaml", "yml", "js"].contains(&extension) {
                found.push(File { path: name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    let mut found = Vec::new();
    if path.is_dir() {
        collect(path, path, &mut found);
    } else {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        found.push(File { path: name, text: std::fs::read_to_string(path).unwrap() });
    }
    found
}

fn all(inspection: &Inspection) -> impl Iterator<Item = (&SourceFile, &Diagnostic)> {
    inspection.files.iter().flat_map(|file| file.diagnostics.iter().map(move |finding| (&file.source, finding)))
}

fn dump(source: &SourceFile, finding: &Diagnostic) -> String {
    let place = |Span { start, end }| {
        let (start, end) = (source.position(start), source.position(end));
        format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
    };
    let Diagnostic { code, severity, message, primary, related, help, fix, about: _ } = finding;
    let mut out = format!("{}[{}] {}:{}: {message}\n", severity.as_str(), code.id, source.name(), place(primary.span));
    writeln!(out, "  {:?} {}", source.slice(primary.span), primary.text).unwrap();
    for other in related {
        writeln!(out, "  related: {:?} {}", source.slice(other.span), other.text).unwrap();
    }
    for help in help {
        writeln!(out, "  help: {help}").unwrap();
    }
    if let Some(fix) = fix {
        writeln!(out, "  fix: {:?} -> {:?}", source.slice(fix.span), fix.replacement).unwrap();
    }
    out
}

pub(crate) fn dumps(inspection: &Inspection) -> String {
    all(inspection).map(|(source, finding)| dump(source, finding)).collect()
}

/// Every `bad` artifact, with its code.
fn bad() -> Vec<(String, PathBuf)> {
    let of =
        |(code, folder): (String, PathBuf)| artifacts(&folder, "bad").into_iter().map(move |path| (code.clone(), path));
    folders().into_iter().flat_map(of).collect()
}

#[test]
fn every_code_of_artifacts_is_shown_by_some() {
    let codes = codes::ALL.iter().copied().chain(lint::deployed::codes());
    let shown: BTreeSet<String> = bad().into_iter().map(|(code, _)| code).collect();
    for code in codes {
        assert!(shown.contains(code.id), "no artifact shows `{}`", code.id);
    }
}

#[test]
fn mistakes_in_artifacts_are_told_as_expected() {
    for (code, folder) in folders() {
        let mut expected = String::new();
        for path in artifacts(&folder, "bad") {
            let inspection = inspect(&files(&path), &Policy::default());
            let told = dumps(&inspection);
            assert!(all(&inspection).any(|(_, d)| d.code.id == code), "{}:\n{told}", path.display());
            writeln!(expected, "=== {}\n{told}", path.file_name().unwrap().to_str().unwrap()).unwrap();
        }
        if !expected.is_empty() {
            assert_golden(&folder.join("expected.artifacts.txt"), &expected);
        }
    }
}

#[test]
fn mended_artifacts_are_silent() {
    for (code, folder) in folders() {
        let (bad, good) = (artifacts(&folder, "bad"), artifacts(&folder, "good"));
        assert_eq!(bad.is_empty(), good.is_empty(), "{code}");
        for path in good {
            let told = dumps(&inspect(&files(&path), &Policy::default()));
            assert!(told.is_empty(), "{}:\n{told}", path.display());
        }
    }
}

#[test]
fn findings_about_artifacts_keep_to_the_style_and_underline_something() {
    for (_, path) in bad() {
        let inspection = inspect(&files(&path), &Policy::default());
        for (source, finding) in all(&inspection) {
            let shown = format!("{}:\n{}", path.display(), dump(source, finding));
            let others = finding.related.iter().map(|label| &label.text).chain(&finding.help);
            for text in [&finding.message, &finding.primary.text].into_iter().chain(others) {
                assert!(
                    !text.starts_with(char::is_uppercase) || starts_with_a_name(text),
                    "upper case: {text}\n{shown}"
                );
                assert!(!text.ends_with('.') && !text.contains('\n'), "final period or line end: {text}\n{shown}");
                assert_eq!(text.matches('`').count() % 2, 0, "odd backticks: {text}\n{shown}");
            }
            let underlined = source.slice(finding.primary.span);
            assert!(!underlined.trim().is_empty() && !underlined.contains('\n'), "{shown}");
            assert!(finding.related.iter().all(|label| label.span != finding.primary.span), "twice the same:\n{shown}");
        }
    }
}

#[test]
fn every_fix_of_an_artifact_removes_its_finding() {
    for (_, path) in bad() {
        let before = files(&path);
        let inspection = inspect(&before, &Policy::default());
        let like = |inspection: &Inspection, finding: &Diagnostic| {
            all(inspection).filter(|(_, d)| d.code == finding.code && d.message == finding.message).count()
        };
        for (source, finding) in all(&inspection) {
            let Some(fix) = &finding.fix else { continue };
            let mut mended = before.clone();
            let file = mended.iter_mut().find(|file| file.path == source.name()).unwrap();
            file.text.replace_range(fix.span.start..fix.span.end, &fix.replacement);
            let text = file.text.clone();
            let after = inspect(&mended, &Policy::default());
            let shown = || format!("{}:\n{}\n{text}\n{}", path.display(), dump(source, finding), dumps(&after));
            assert!(like(&after, finding) < like(&inspection, finding), "the fix does not mend {}", shown());
            assert!(after.format.is_some(), "the fix breaks {}", shown());
        }
    }
}

#[test]
fn what_is_emitted_says_nothing_to_complain_of() {
    for entry in std::fs::read_dir(project("examples")).unwrap() {
        for format in ["terraform", "cloudformation", "aws-cli"] {
            let path = entry.as_ref().unwrap().path().join("expected").join(format);
            // Some intents are for Terraform only.
            if !path.is_dir() && format != "terraform" {
                continue;
            }
            let inspection = inspect(&files(&path), &Policy::default());
            assert!(inspection.format.is_some(), "{}", path.display());
            let worst = all(&inspection).map(|(_, finding)| finding.severity).max();
            assert!(worst.is_none_or(|worst| worst < Severity::Warning), "{}:\n{}", path.display(), dumps(&inspection));
        }
    }
}

/// Claims of articles and answers about CORS on AWS that are wrong, each as somebody wrote it down, with what it is told.
const CLAIMS: &[(&str, &str)] = &[
    ("a-bucket-policy-is-enough-for-cors.cfn.yaml", "no-cors-through-cdn"),
    ("a-day-of-max-age-saves-preflights.cli.json", "max-age-above-cap"),
    ("a-distribution-host-is-an-origin.cli.json", "origin-is-own-cdn"),
    ("a-payload-may-have-comments.cli.json", "malformed-artifact"),
    ("a-policy-of-2008.cfn.yaml", "old-policy-version"),
    ("a-response-headers-policy-makes-bucket-rules-needless.tf", "unanswered-preflight"),
    ("an-origin-is-a-host-name.cli.json", "malformed-origin"),
    ("an-origin-request-policy-keys-on-origin.tf", "origin-not-in-cache-key"),
    ("buckets-allow-options.cli.json", "unsupported-method"),
    ("content-length-must-be-exposed.cli.json", "safelisted-exposed-header"),
    ("cors-s3origin-is-a-cache-policy", "policy-of-another-kind"),
    ("cors-s3origin-with-caching-optimized-is-enough.tf", "origin-not-in-cache-key"),
    ("cors-with-preflight-allows-every-header.cfn.yaml", "managed-policy-without-headers"),
    ("cors-with-preflight-answers-options.cfn.yaml", "unanswered-preflight"),
    ("get-is-enough.cli.json", "get-without-head"),
    ("pages-send-access-control-allow-origin.cli.json", "response-header-as-request-header"),
    ("pages-send-origin-on-request.cli.json", "forbidden-request-header"),
    ("put-bucket-cors-takes-a-bare-list.cli.json", "bare-cors-list"),
    ("specific-rules-go-first-in-terraform.tf", "overlapping-rules"),
    ("the-cdn-is-an-origin-of-a-stack.cfn.yaml", "origin-is-own-cdn"),
    ("the-cdn-is-an-origin.cli.json", "origin-is-own-cdn"),
    ("the-global-endpoint-is-as-good.cfn.yaml", "global-bucket-endpoint"),
    ("two-rules-for-one-origin-are-fine-in-terraform.tf", "overlapping-rules"),
    ("uploads-expose-nothing.cli.json", "unexposed-etag"),
    ("uploads-need-an-acl-header.cli.json", "acl-request-header"),
];

#[test]
fn wrong_claims_are_told_as_such() {
    let folder = project("tests/claims");
    for (name, code) in CLAIMS {
        let inspection = inspect(&files(&folder.join(name)), &Policy::default());
        assert!(all(&inspection).any(|(_, found)| found.code.id == *code), "{name}:\n{}", dumps(&inspection));
    }
    let known: BTreeSet<&str> = CLAIMS.iter().map(|(name, _)| *name).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(name.as_str()), "nobody says what `{name}` is told");
    }
}

#[test]
fn a_comment_in_an_artifact_silences_what_is_a_matter_of_taste() {
    let module = |before: &str, origin: &str| {
        let text = format!(
            "resource \"aws_s3_bucket_cors_configuration\" \"assets\" {{\n  bucket = \"acme-assets\"\n  cors_rule {{\n    {before}\n    \
             allowed_origins = [\"{origin}\"]\n    allowed_methods = [\"GET\", \"HEAD\"]\n    max_age_seconds = 7200\n  }}\n}}\n"
        );
        let mut policy = Policy::default();
        policy.known = corsynth::catalog::codes();
        let inspection = inspect(&[File { path: "main.tf".to_owned(), text }], &policy);
        all(&inspection).map(|(_, finding)| finding.code.id).collect::<Vec<_>>()
    };
    let comment = "# corsynth: allow plain-http-origin -- the rig has no certificates";
    assert_eq!(module("", "http://rig.acme.example"), ["plain-http-origin"]);
    assert_eq!(module(comment, "http://rig.acme.example"), Vec::<&str>::new());
    assert_eq!(module(comment, "https://rig.acme.example"), ["unused-allowance"]);
    assert_eq!(module("# corsynth: allow plain-http-origin", "https://rig.acme.example"), ["malformed-allowance"]);
    let danger = "# corsynth: allow shared-host-wildcard -- it is fine";
    assert_eq!(module(danger, "https://*.vercel.app"), ["unsuppressible-code", "shared-host-wildcard"]);
}

#[test]
fn a_policy_is_read_from_what_makes_json_of_it() {
    let module = |source_arn: &str| {
        let text = format!(
            "resource \"aws_s3_bucket\" \"assets\" {{\n  bucket = \"acme-assets\"\n}}\n\
             resource \"aws_cloudfront_origin_access_control\" \"assets\" {{\n  name = \"acme\"\n  \
             origin_access_control_origin_type = \"s3\"\n  signing_behavior = \"always\"\n  signing_protocol = \"sigv4\"\n}}\n\
             resource \"aws_cloudfront_distribution\" \"cdn\" {{\n  origin {{\n    domain_name = \
             aws_s3_bucket.assets.bucket_regional_domain_name\n    origin_id = \"s3\"\n    origin_access_control_id = \
             aws_cloudfront_origin_access_control.assets.id\n  }}\n  default_cache_behavior {{\n    target_origin_id = \
             \"s3\"\n    viewer_protocol_policy = \"redirect-to-https\"\n    allowed_methods = [\"GET\", \"HEAD\"]\n    \
             cached_methods = [\"GET\", \"HEAD\"]\n    cache_policy_id = \"658327ea-f89d-4fab-a63d-7e88639e58f6\"\n  }}\n}}\n\
             resource \"aws_s3_bucket_policy\" \"assets\" {{\n  bucket = aws_s3_bucket.assets.id\n  policy = jsonencode({{\n    \
             Version = \"2012-10-17\"\n    Statement = [{{\n      Effect = \"Allow\"\n      Principal = {{ Service = \
             \"cloudfront.amazonaws.com\" }}\n      Action = \"s3:GetObject\"\n      Resource = \
             \"${{aws_s3_bucket.assets.arn}}/*\"\n{source_arn}    }}]\n  }})\n}}\n"
        );
        let inspection = inspect(&[File { path: "main.tf".to_owned(), text }], &Policy::default());
        all(&inspection).map(|(_, finding)| finding.code.id).collect::<Vec<_>>()
    };
    let own = "Condition = { StringEquals = { \"AWS:SourceArn\" = aws_cloudfront_distribution.cdn.arn } }\n";
    assert_eq!(module(own), Vec::<&str>::new());
    assert_eq!(module(""), ["open-bucket-policy"]);
}

#[test]
fn a_payload_alone_is_read_whatever_it_is() {
    let origin_request = r#"{ "Name": "a", "HeadersConfig": { "HeaderBehavior": "whitelist", "Headers": { "Quantity": 1,
        "Items": ["Origin"] } }, "CookiesConfig": { "CookieBehavior": "none" }, "QueryStringsConfig":
        { "QueryStringBehavior": "none" } }"#;
    let security = r#"{ "Name": "a", "SecurityHeadersConfig": { "ContentTypeOptions": { "Override": true } } }"#;
    let custom = r#"{ "Name": "a", "CustomHeadersConfig": { "Quantity": 1, "Items": [{ "Header": "vary",
        "Value": "Origin", "Override": false }] } }"#;
    for text in [origin_request, security, custom] {
        let file = File { path: "policy.json".to_owned(), text: text.to_owned() };
        let inspection = inspect(&[file], &Policy::default());
        assert!(inspection.format.is_some(), "{text}\n{}", dumps(&inspection));
        assert!(all(&inspection).all(|(_, finding)| finding.severity == Severity::Note), "{}", dumps(&inspection));
    }
}

#[test]
fn what_may_be_there_is_not_missed() {
    let path = project("tests/diagnostics/unanswered-preflight/bad.tf");
    let text = std::fs::read_to_string(path).expect("the fixture");
    let told = |more: &str| {
        let file = File { path: "main.tf".to_owned(), text: format!("{text}\n{more}") };
        let inspection = inspect(&[file], &Policy::default());
        all(&inspection).any(|(_, finding)| finding.code.id == "unanswered-preflight")
    };
    assert!(told(""));
    // The rules that the bucket seems to lack may be behind these.
    assert!(!told("resource \"aws_s3_bucket_cors_configuration\" \"x\" {\n  count  = 1\n  bucket = \"b\"\n}\n"));
    assert!(!told("module \"cors\" {\n  source = \"./cors\"\n}\n"));
}

#[test]
fn a_firewall_in_front_of_a_distribution_is_told() {
    let text =
        std::fs::read_to_string(project("tests/diagnostics/origin-not-in-cache-key/good.tf")).expect("the fixture");
    let resource = "resource \"aws_cloudfront_distribution\" \"cdn\" {\n";
    assert!(text.contains(resource), "{text}");
    let guarded =
        text.replace(resource, &format!("{resource}  web_acl_id = \"arn:aws:wafv2:us-east-1:111122223333:x\"\n"));
    let inspection = inspect(&[File { path: "main.tf".to_owned(), text: guarded }], &Policy::default());
    let told = dumps(&inspection);
    assert!(told.contains("`web_acl_id` is not modelled"), "{told}");
}
