//! The formats of other tools, over the samples of `report.rs`: golden files, the tools' own schemas, and independent
//! readers, for whom no text of a user may be anything but text.

use crate::report::samples;
use crate::support::{assert_golden, project};
use corsynth::WEBSITE;
use corsynth::diagnostic::{Code, Diagnostic, Kind, Severity};
use corsynth::report::{FileReport, Report, github, gitlab, junit, markdown, sarif};
use corsynth::source::{SourceFile, Span};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;
use std::collections::BTreeSet;

const UNREADABLE: (&str, &str) = ("gone\n::error::,%\u{1b}.yaml", "cannot read `gone`: no such\nfile\r::notice::x");

/// The samples and a clean file as one run.
fn with_report<T>(files: &[(SourceFile, Vec<Diagnostic>)], show: impl FnOnce(&Report<'_>) -> T) -> T {
    let file = |(source, diagnostics)| FileReport { source, diagnostics, choices: &[] };
    let files = files.iter().map(|(source, diagnostics)| file((source, diagnostics.as_slice()))).collect();
    show(&Report { files, unreadable: &[(UNREADABLE.0.to_owned(), UNREADABLE.1.to_owned())] })
}

fn shown<T>(show: impl FnOnce(&Report<'_>) -> T) -> T {
    let mut files = samples();
    files.push((SourceFile::new("a folder/clean#1.cors.yaml", "version: 1\n"), Vec::new()));
    with_report(&files, show)
}

/// The version and long lines have no place in a golden file.
fn golden(name: &str, text: &str) {
    assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{text:?}");
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    assert_golden(&project("tests/report").join(name), &text.replace(&version, "\"VERSION\""));
}

fn findings_of(files: &[(SourceFile, Vec<Diagnostic>)]) -> usize {
    files.iter().map(|(_, findings)| findings.len()).sum()
}

/// The schema is <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json>, unchanged.
fn sarif_schema() -> jsonschema::Validator {
    let text = std::fs::read_to_string(project("tests/report/sarif-schema-2.1.0.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[track_caller]
fn assert_sarif(log: &Value) {
    let errors: Vec<_> =
        sarif_schema().iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn sarif_is_what_its_schema_says() {
    let text = shown(sarif);
    golden("sarif.json.txt", &text);
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_sarif(&log);
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), findings_of(&samples()));
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/%".contains(c)), "{uri}");
    }
    let mut broken = log.clone();
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!sarif_schema().is_valid(&broken), "the schema refuses nothing");
    assert_sarif(&serde_json::from_str(&sarif(&Report::default())).unwrap());
}

/// A viewer that applies the replacement by line and column gets what `--fix` writes.
#[test]
fn a_fix_of_sarif_is_the_fix() {
    let text = "\u{feff}a: ü\r\nb: [名前, x]\r\n";
    let start = text.find('x').unwrap();
    let [(_, mut findings), ..] = <[_; 3]>::try_from(samples()).unwrap();
    let finding = findings.remove(0).fix(Span::new(start, start + 1), "{y}");
    let first = Diagnostic::new(finding.code, Span::new(3, 4), "at the top {0} [link](1)");
    let files = [(SourceFile::new("/abs/b\u{e9} c.yaml", text), vec![first, finding])];
    let log: Value = serde_json::from_str(&with_report(&files, sarif)).unwrap();
    assert_sarif(&log);
    let results = &log["runs"][0]["results"];
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "file:///abs/b%C3%A9%20c.yaml");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&1.into(), &1.into()));
    assert_eq!(results[0]["message"]["text"], "at the top {{0}} [link\\](1)");
    let replacement = &results[1]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let region = &replacement["deletedRegion"];
    let column = usize::try_from(region["startColumn"].as_u64().unwrap()).unwrap();
    let line = text.lines().nth(usize::try_from(region["startLine"].as_u64().unwrap()).unwrap() - 1).unwrap();
    assert_eq!(line.chars().nth(column - 1), Some('x'));
    assert_eq!(region["endColumn"], column + 1);
    assert_eq!(replacement["insertedContent"]["text"], "{y}");
}

fn fingerprints(files: &[(SourceFile, Vec<Diagnostic>)]) -> (Vec<String>, Vec<String>) {
    let log: Value = serde_json::from_str(&with_report(files, sarif)).unwrap();
    let quality: Value = serde_json::from_str(&with_report(files, gitlab)).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let results = log["runs"][0]["results"].as_array().unwrap();
    (
        results.iter().map(|result| text(&result["partialFingerprints"]["corsynth/v1"])).collect(),
        quality.as_array().unwrap().iter().map(|entry| text(&entry["fingerprint"])).collect(),
    )
}

#[test]
fn fingerprints_are_unique_and_stay_when_lines_move() {
    let intent = |text: &str| {
        let compiled = corsynth::compile::compile(corsynth::compile::Input {
            name: "corsynth.yaml".to_owned(),
            bytes: text.as_bytes().to_vec(),
            syntax: corsynth::compile::Syntax::Yaml,
        });
        (compiled.source, compiled.diagnostics)
    };
    let text = "version: 1\nname: acme\nassets:\n  a: { bucket: acme-a, region: eu-west-1 }\nfrontends:\n  \
                s: [www.acme.com, ftp.acme.com]\n  t: [www.acme.com]\nallow:\n  - { from: [s, t], to: a, use: fonts }\n";
    let moved = text.replace("frontends:\n", "# one\n# more\nfrontends:\n  # and one\n").replace("  s: [", "  s:   [ ");
    let before = vec![intent(text)];
    let after = vec![intent(&moved)];
    assert_eq!(findings_of(&before), 3);
    let (scan, quality) = fingerprints(&before);
    assert_eq!((scan.clone(), quality), fingerprints(&after));
    assert_eq!(scan.iter().collect::<BTreeSet<_>>().len(), 3, "two of them differ by nothing but their place");
    let twice = vec![intent(text), (SourceFile::new("b.yaml", text), intent(text).1)];
    let (_, quality) = fingerprints(&twice);
    assert_eq!(quality.iter().collect::<BTreeSet<_>>().len(), quality.len(), "unique over all files");
}

type Properties = Vec<(String, String)>;

/// As the runner reads a line: `None` for one that is no command.
fn command(line: &str) -> Option<(String, Properties, String)> {
    let unescaped = |text: &str| {
        text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    };
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let properties = properties.split(',').filter_map(|pair| pair.split_once('='));
    let properties = properties.map(|(key, value)| (key.to_owned(), unescaped(value))).collect();
    Some((name.to_owned(), properties, unescaped(message)))
}

#[track_caller]
fn assert_commands(text: &str) {
    for line in text.lines() {
        let Some((name, properties, _)) = command(line) else {
            assert!(line.ends_with("GitHub shows 10 of each kind for a step"), "{line}");
            continue;
        };
        assert!(["error", "warning", "notice"].contains(&name.as_str()), "{line}");
        let keys: Vec<_> = properties.iter().map(|(key, _)| key.as_str()).collect();
        let all = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(keys.iter().all(|key| all.contains(key)), "{line}");
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{line}");
    }
}

#[test]
fn github_gets_one_command_a_finding_and_a_count_of_the_rest() {
    let text = shown(github);
    golden("github.txt", &text);
    assert_commands(&text);
    assert_eq!(text.lines().count(), findings_of(&samples()) + 1);
    let (source, findings) = samples().remove(0);
    let many = vec![(source, findings.iter().cycle().take(70).cloned().collect())];
    let text = with_report(&many, github);
    assert_commands(&text);
    let kinds: Vec<String> = text.lines().filter_map(command).map(|(name, _, _)| name).collect();
    assert_eq!(kinds, [["error"; 10], ["warning"; 10], ["notice"; 10]].concat());
    assert_eq!(
        text.lines().last(),
        Some("41 findings not shown as annotations: GitHub shows 10 of each kind for a step"),
        "71 with the file that could not be read"
    );
}

#[test]
fn gitlab_gets_what_its_documentation_asks_for() {
    let text = shown(gitlab);
    golden("gitlab.json.txt", &text);
    let entries: Value = serde_json::from_str(&text).unwrap();
    let entries = entries.as_array().unwrap();
    assert_eq!(entries.len(), findings_of(&samples()) + 1);
    let mut fingerprints = BTreeSet::new();
    for entry in entries {
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().unwrap()));
        assert!(entry["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(!entry["location"]["path"].as_str().unwrap().starts_with("./"));
        assert!(!entry["description"].as_str().unwrap().is_empty());
        assert!(entry["check_name"].is_string());
        assert!(fingerprints.insert(entry["fingerprint"].as_str().unwrap()), "{entry}");
    }
    assert_eq!(gitlab(&Report::default()), "[]\n");
}

/// The counts of every suite are those of its cases.
#[track_caller]
fn assert_junit(text: &str) -> usize {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let root = document.root_element();
    let suites: Vec<_> = root.children().filter(|node| node.has_tag_name("testsuite")).collect();
    for suite in suites.iter().chain([&root]) {
        for (attribute, element) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
            let found = suite.descendants().filter(|node| node.has_tag_name(element)).count();
            assert_eq!(suite.attribute(attribute), Some(found.to_string().as_str()), "{attribute}\n{text}");
        }
        assert!(suite.descendants().any(|node| node.has_tag_name("testcase")), "an empty suite is not shown\n{text}");
    }
    let known = ["testsuites", "testsuite", "testcase", "failure", "error", "system-out"];
    assert!(
        document.descendants().filter(roxmltree::Node::is_element).all(|n| known.contains(&n.tag_name().name())),
        "{text}"
    );
    suites.len()
}

#[test]
fn junit_has_a_suite_for_each_file_and_fails_as_the_exit_code_does() {
    let text = shown(|report| junit(report, Severity::Warning));
    golden("junit.xml.txt", &text);
    assert_eq!(assert_junit(&text), samples().len() + 2);
    for (fail_on, failures) in [(Severity::Error, 6), (Severity::Warning, 8), (Severity::Note, 10)] {
        let text = shown(|report| junit(report, fail_on));
        assert_junit(&text);
        let document = roxmltree::Document::parse(&text).unwrap();
        assert_eq!(document.root_element().attribute("failures"), Some(failures.to_string().as_str()));
    }
    let document = roxmltree::Document::parse(&text).unwrap();
    let clean = document.descendants().find(|n| n.attribute("classname") == Some("a folder/clean#1.cors.yaml"));
    assert_eq!(clean.unwrap().attribute("name"), Some("no findings"));
}

/// Tables have as many rows as findings, links lead to the pages of codes, and nothing else is markup.
#[track_caller]
fn assert_markdown(text: &str, files: &[(SourceFile, Vec<Diagnostic>)]) {
    let (mut rows, mut cells, mut headings) = (0, 0, 0);
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with(&format!("{WEBSITE}/codes#")), "{dest_url}\n{text}");
            }
            Event::Start(Tag::Table(_) | Tag::TableHead | Tag::Paragraph | Tag::List(None) | Tag::Item)
            | Event::End(_)
            | Event::Text(_)
            | Event::SoftBreak => {}
            Event::Code(code) => {
                assert!(code.chars().all(|c| c.is_ascii_lowercase() || "-=".contains(c)), "{code}\n{text}");
            }
            Event::InlineHtml(tag) => assert!(["<code>", "</code>", "<br>"].contains(&&*tag), "{tag}\n{text}"),
            other => panic!("{other:?}\n{text}"),
        }
    }
    let tables = files.iter().filter(|(_, findings)| !findings.is_empty()).count();
    assert_eq!(rows, findings_of(files), "{text}");
    assert_eq!(cells, (rows + tables) * 5, "{text}");
    assert_eq!(headings, 1 + tables, "{text}");
    // What the finished text would make a reference to somebody or something, and a bare address a link.
    for sign in ['@', '#'] {
        let number = format!("&#{};", u32::from(sign));
        for (at, _) in text.match_indices(&number) {
            let behind = &text[at + number.len()..];
            let parted = behind.starts_with("&#8203;") || behind.starts_with([' ', '<']) || behind.starts_with("&#");
            let in_code = text[..at].rfind("<code>") > text[..at].rfind("</code>");
            assert!(parted || in_code || behind.is_empty(), "{behind}");
        }
    }
    let around = text.replace(&format!("({WEBSITE}/codes#"), "(");
    assert!(!around.contains("://") && !around.contains("www.") && !around.contains('@'), "{text}");
}

#[test]
fn markdown_is_counts_and_tables() {
    let text = shown(markdown);
    golden("markdown.md.txt", &text);
    assert_markdown(&text, &samples());
    assert!(text.starts_with("### corsynth: "), "{text}");
    assert_eq!(markdown(&Report::default()), "### corsynth: no findings\n\nChecked 0 files.\n");
    let (source, findings) = samples().remove(0);
    let many = vec![(source, findings.iter().cycle().take(3000).cloned().collect())];
    let text = with_report(&many, markdown);
    assert!(text.len() < 65_536);
    assert!(text.trim_end().ends_with("lines more than fit here."), "{}", &text[text.len() - 200..]);
}

const CODE: Code = Code { id: "a-code", kind: Kind::Invalid, severity: Severity::Warning, summary: "something" };

proptest! {
    /// Whatever somebody writes into an intent or calls a file, it stays text in every format.
    #[test]
    fn no_text_breaks_out(
        words in proptest::collection::vec(
            prop_oneof![
                "[a-z |`<>&@#!~*_%:,;\\[\\](){}$\\\\\"'\\-\\n\\r\u{0}\u{1b}\u{202e}\u{fffe}ä\u{1f600}]{0,12}",
                prop::sample::select(vec![
                    "::error::x", "\n::set-output name=a::b", "]]>", "<!--", "-->", "<script>", "https://evil.example/",
                    "www.evil.example", "@someone", "#12", "![x](y)", "[x](y)", "`|`", "\\|", "\\\\|", "&#64;", "%0A::error::",
                    "| a | b |", "\n# x", "<!DOCTYPE x>", "&lt;", "</code>", "$x$", "a@b.example",
                ]).prop_map(str::to_owned),
            ],
            5,
        ),
        start in 0usize..30,
    ) {
        let text = words.concat();
        let [message, label, help, replacement, name] = <[String; 5]>::try_from(words).unwrap();
        let source = SourceFile::new(name, text);
        let finding = Diagnostic::new(&CODE, Span::new(start, start + 5), format!("`{message}` is wrong {message}"))
            .label(label.clone())
            .related(Span::new(start + 1, start + 3), label)
            .help(format!("write `{help}`"))
            .fix(Span::new(start, start + 2), replacement);
        let files = [(source, vec![finding.clone(), finding])];
        let log: Value = serde_json::from_str(&with_report(&files, sarif)).expect("JSON");
        prop_assert!(log["runs"][0]["results"].as_array().is_some_and(|results| results.len() == 2));
        with_report(&files, gitlab).parse::<Value>().expect("JSON");
        let commands = with_report(&files, github);
        prop_assert_eq!(commands.lines().count(), 3);
        assert_commands(&commands);
        assert_junit(&with_report(&files, |report| junit(report, Severity::Warning)));
        assert_markdown(&with_report(&files, markdown), &files);
    }
}
