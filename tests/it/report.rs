//! Findings as people and machines read them: one set of samples through every format.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by a panic, and reads the project's own files"
)]

use crate::support::{assert_golden, project};
use corsynth::diagnostic::{Code, Diagnostic, Kind, Severity};
use corsynth::lower::Choice;
use corsynth::report::{FileReport, Report, human, json, short};
use corsynth::source::{SourceFile, Span};
use std::fmt::Write as _;

const CREDENTIALS: Code = Code {
    id: "wildcard-origin-with-credentials",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "anyone, with credentials",
};
const BARE_HOST: Code =
    Code { id: "bare-host", kind: Kind::Invalid, severity: Severity::Error, summary: "an origin without a scheme" };
const UNUSED: Code =
    Code { id: "unused-frontend", kind: Kind::Discouraged, severity: Severity::Warning, summary: "nobody uses it" };
const SPLIT: Code =
    Code { id: "split-behavior", kind: Kind::Discouraged, severity: Severity::Note, summary: "a path of its own" };

const INTENT: &str = "\
version: 1
name: acme-static
frontends:
  site: [https://www.acme.com, acme.com]
  old: https://old.acme.com
assets:
  static:
    bucket: acme-static-prod
    region: eu-west-1
    # a comment
    # another
    # and one more
allow:
  - from: anyone
    to: static
    use: [fonts]
    credentials: bearer
";

/// The span of the `nth` place (from 0) where `needle` stands.
fn at(text: &str, needle: &str, nth: usize) -> Span {
    let (start, _) = text.match_indices(needle).nth(nth).expect("the sample holds the needle");
    Span::new(start, start + needle.len())
}

pub(crate) fn samples() -> Vec<(SourceFile, Vec<Diagnostic>)> {
    let intent = SourceFile::new("infra/corsynth.yaml", INTENT);
    let findings = vec![
        Diagnostic::new(&BARE_HOST, at(INTENT, "acme.com", 1), "`acme.com` is not an origin")
            .label("the scheme is missing")
            .help("write the origin as the browser sends it")
            .fix(at(INTENT, "acme.com", 1), "https://acme.com"),
        Diagnostic::new(&UNUSED, at(INTENT, "old", 0), "no grant uses the frontend `old`")
            .help("remove it, or grant it something"),
        Diagnostic::new(&CREDENTIALS, at(INTENT, "bearer", 0), "`anyone` cannot be combined with credentials")
            .label("credentials are requested here")
            .related(at(INTENT, "anyone", 0), "every origin would be allowed")
            .related(at(INTENT, "version", 0), "a place far away")
            .help("list the frontends that send credentials, or drop `credentials`"),
        Diagnostic::new(&SPLIT, Span::at(INTENT.len()), "the text ends here").label("nothing follows"),
        Diagnostic::new(&UNUSED, at(INTENT, "  old: https://old.acme.com\n", 0), "a line too many")
            .help("remove the line")
            .fix(at(INTENT, "  old: https://old.acme.com\n", 0), ""),
        Diagnostic::new(&BARE_HOST, at(INTENT, "fonts", 0), "a word is missing")
            .fix(Span::at(at(INTENT, "fonts", 0).end), ", modules"),
        Diagnostic::new(&SPLIT, at(INTENT, &INTENT[66..160], 0), "several lines at once").label("all of this"),
    ];

    let nasty = "owner: \"\u{1b}[31mred\u{202e}\u{9b}2J\u{7}\"\r\nname:\tx\r\n";
    let hostile = SourceFile::new("evil\u{1b}[2J.yaml", nasty);
    let hostile_findings = vec![
        Diagnostic::new(&BARE_HOST, at(nasty, "red", 0), "`\u{1b}[31mred\u{202e}` and\na second line")
            .label("a \u{9b}label\u{7f}")
            .related(at(nasty, "x", 0), "\u{2066}and this")
            .help("do not\r print \u{1b}]0;this\u{7}")
            .fix(at(nasty, "red", 0), "gr\u{1b}een\nline\r two"),
    ];

    let long = format!("paths: {{ a: '{}', here: x, b: '{}' }}\n", "<".repeat(90_000), ">".repeat(90_000));
    let wide = SourceFile::new("long.yaml", long.clone());
    let wide_findings = vec![
        Diagnostic::new(&BARE_HOST, at(&long, "here", 0), format!("`{}` is too long", "<".repeat(90_000)))
            .fix(at(&long, "here", 0), "there"),
        Diagnostic::new(&BARE_HOST, Span::new(11, 90_013), "a long value").label("this"),
    ];
    vec![(intent, findings), (hostile, hostile_findings), (wide, wide_findings)]
}

#[test]
fn the_human_format_shows_the_code_the_reason_and_the_fix() {
    let mut all = String::new();
    for (source, findings) in samples() {
        for finding in findings {
            all.push_str(&human(&source, &finding, false));
        }
    }
    assert!(all.len() < 20_000, "a long line reached the reader");
    assert_golden(&project("tests/report/human.txt"), &all);
}

#[test]
fn no_format_lets_text_of_the_user_steer_the_terminal() {
    let mut all = String::new();
    for (source, findings) in samples() {
        for finding in &findings {
            all.push_str(&human(&source, finding, false));
            all.push_str(&short(&source, finding));
        }
        all.push_str(&json_of(&source, &findings));
    }
    let escaped: String =
        all.chars().filter(|c| *c != '\n' && (c.is_control() || "\u{202e}\u{2066}".contains(*c))).collect();
    assert_eq!(escaped, "");
}

#[test]
fn styles_add_escapes_and_nothing_else() {
    for (source, findings) in samples() {
        for finding in findings {
            let styled = human(&source, &finding, true);
            assert!(styled.contains("\u{1b}["), "no style in {styled}");
            let mut plain = String::new();
            let mut rest = styled.as_str();
            while let Some((before, after)) = rest.split_once("\u{1b}[") {
                plain.push_str(before);
                rest = after.split_once('m').expect("a style sequence ends in `m`").1;
            }
            plain.push_str(rest);
            assert_eq!(plain, human(&source, &finding, false));
        }
    }
}

#[test]
fn the_short_format_is_one_line_a_finding() {
    let mut all = String::new();
    for (source, findings) in samples() {
        for finding in findings {
            let line = short(&source, &finding);
            assert_eq!(line.matches('\n').count(), 1);
            all.push_str(&line);
        }
    }
    assert_golden(&project("tests/report/short.txt"), &all);
}

fn json_of(source: &SourceFile, diagnostics: &[Diagnostic]) -> String {
    let choices = vec![Choice { subject: "static".into(), text: "the edge speaks".into() }];
    let files = vec![FileReport { source, diagnostics, choices: &choices }];
    json(&Report { files, unreadable: &[("gone.yaml".to_owned(), "no such file".to_owned())] })
}

#[test]
fn json_matches_its_schema_and_keeps_the_text() {
    let schema = std::fs::read_to_string(project("schemas/diagnostics.v1.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut all = String::new();
    for (source, findings) in samples() {
        let message = findings[0].message.clone();
        let text = json_of(&source, &findings);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(value["findings"][0]["message"], message, "JSON keeps what the other formats escape or cut");
        if text.len() < 20_000 {
            write!(all, "{text}").unwrap();
        }
    }
    assert_golden(&project("tests/report/findings.json.txt"), &all);
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let schema = std::fs::read_to_string(project("schemas/diagnostics.v1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let (source, findings) = samples().remove(0);
    let good: serde_json::Value = serde_json::from_str(&json_of(&source, &findings)).unwrap();
    assert!(validator.is_valid(&good));
    for (pointer, bad) in [
        ("/version", serde_json::json!(2)),
        ("/findings/0/severity", "fatal".into()),
        ("/findings/0/kind", "other".into()),
        ("/findings/0/code", "Not Kebab".into()),
        ("/findings/0/primary/start/line", 0.into()),
        ("/findings/0/fix", "text".into()),
        ("/summary", serde_json::json!({"files": 1})),
        ("/findings/0/primary", serde_json::json!({"label": "", "surprise": 1})),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).expect("the sample has the member") = bad;
        assert!(!validator.is_valid(&value), "{pointer} was accepted");
    }
}

proptest::proptest! {
    /// Whatever the text and wherever the spans, even ones that do not lie in it: a report and no panic.
    #[test]
    fn any_text_and_any_span_can_be_shown(
        text in "[a-z \\t\\n\\r\u{0}\u{1b}\u{202e}ä名\u{1f600}\u{301}]{0,60}",
        spans in proptest::collection::vec((0usize..90, 0usize..90), 3),
        label in "[a\n\u{1b}ä]{0,4}",
        replacement in "[a\n\r\u{1b}ä ]{0,6}",
    ) {
        let span = |i: usize| Span::new(spans[i].0, spans[i].0 + spans[i].1 % 20);
        let source = SourceFile::new("a.yaml", text);
        let finding = Diagnostic::new(&BARE_HOST, span(0), label.clone())
            .label(label.clone())
            .related(span(1), label.clone())
            .help(label)
            .fix(span(2), replacement);
        for shown in [human(&source, &finding, false), short(&source, &finding)] {
            proptest::prop_assert!(!shown.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{shown:?}");
        }
        json_of(&source, &[finding]).parse::<serde_json::Value>().expect("JSON");
    }
}
