//! Every finding that the compiler can make, told by a small file that makes it and its smallest mended version.
//!
//! In `tests/diagnostics/CODE/`, `bad*.yaml` (or `.json`) is what somebody wrote, `expected.txt` is what they are told,
//! and `good*.yaml` says nothing to complain of. Artifacts beside them are for `inspection.rs`. `CORSYNTH_UPDATE=1` rewrites `expected.txt`.

use super::support::{assert_golden, project};
use corsynth::catalog;
use corsynth::compile::{Checked, Input, Options, Syntax, check};
use corsynth::diagnostic::{Diagnostic, Diagnostics, Label, Severity};
use corsynth::document;
use corsynth::inspect;
use corsynth::lint;
use corsynth::lower;
use corsynth::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Codes of findings that a text file in a repository cannot show: about bytes, line ends that `git` may change, and
/// eight megabytes. `document.rs` tests them.
const NEED_BYTES: [&str; 3] = ["control-character", "document-too-large", "invalid-encoding"];

/// The code that no intent makes: the compiler refuses what it cannot say exactly. `verification.rs` breaks plans for it.
const NEEDS_A_BROKEN_PLAN: &str = "unproven-grant";

/// The code that nobody sees who has all environments checked. `environments.rs` asks for none of them.
const NEEDS_NO_ENVIRONMENT: &str = "unnamed-environment";

/// The code that is about another file. `tests/cli/environments.trycmd` has one.
const IS_ABOUT_CONFIGURATION: &str = "invalid-configuration";

/// What is said of a text, on the day for which the waivers in the files are written.
fn compile_text(name: &str, text: &str) -> Checked {
    let syntax = if name.ends_with(".json") { Syntax::Json } else { Syntax::Yaml };
    let today = Some("2026-06-30".parse().expect("a day"));
    check(
        Input { name: name.to_owned(), bytes: text.as_bytes().to_vec(), syntax },
        &Options { today, ..Options::default() },
    )
}

/// Whether every environment has a plan.
fn has_plans(checked: &Checked) -> bool {
    checked.environments.iter().all(|compiled| compiled.plan.is_some())
}

/// The folders of `tests/diagnostics`, by code.
pub(crate) fn folders() -> BTreeMap<String, PathBuf> {
    let entries = std::fs::read_dir(project("tests/diagnostics")).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    paths.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path)).collect()
}

/// The files of a folder whose names begin with `stem`, with their texts.
fn files(folder: &Path, stem: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|e| e.expect("an entry can be read").file_name().into_string().expect("UTF-8"));
    let is_intent = |name: &String| name.starts_with(stem) && !is_artifact(&folder.join(name));
    let names: BTreeSet<String> = names.filter(is_intent).collect();
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the file can be read");
    names.into_iter().map(|name| (name.clone(), text(&name))).collect()
}

/// Whether this is an artifact, which `inspection.rs` looks at.
pub(crate) fn is_artifact(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    path.is_dir() || [".tf", ".cfn.yaml", ".cfn.json", ".plan.json", ".cli.json"].iter().any(|end| name.ends_with(end))
}

/// Every `bad` file of every folder: its code, its name, its text.
fn bad_files() -> Vec<(String, String, String)> {
    let of = |(code, folder): (String, PathBuf)| {
        files(&folder, "bad").into_iter().map(move |(name, text)| (code.clone(), name, text))
    };
    folders().into_iter().flat_map(of).collect()
}

/// A finding as `expected.txt` has it.
fn dump(compiled: &Checked, finding: &Diagnostic) -> String {
    let source = &compiled.source;
    let place = |Span { start, end }| {
        let (start, end) = (source.position(start), source.position(end));
        format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
    };
    let label = |label: &Label| format!("{:?} {}", source.slice(label.span), label.text).trim_end().to_owned();
    let Diagnostic { code, severity, message, primary, related, help, fix, about: _ } = finding;
    let mut out = format!("{}[{}] {}: {message}\n", severity.as_str(), code.id, place(primary.span));
    writeln!(out, "  {}", label(primary)).unwrap();
    for other in related {
        writeln!(out, "  related: {}", label(other)).unwrap();
    }
    for help in help {
        writeln!(out, "  help: {help}").unwrap();
    }
    if let Some(fix) = fix {
        let safe = if fix.is_safe { " (safe)" } else { "" };
        writeln!(out, "  fix{safe}: {:?} -> {:?}", source.slice(fix.span), fix.replacement).unwrap();
    }
    out
}

fn dumps(compiled: &Checked) -> String {
    compiled.diagnostics.iter().map(|finding| dump(compiled, finding)).collect()
}

/// What every finding keeps to, whatever it is about.
#[track_caller]
fn assert_well_made(compiled: &Checked, finding: &Diagnostic) {
    let shown = dump(compiled, finding);
    let texts = [&finding.message, &finding.primary.text];
    let others = finding.related.iter().map(|label| &label.text).chain(&finding.help);
    for text in texts.into_iter().chain(others) {
        assert!(!text.starts_with(char::is_uppercase) || starts_with_a_name(text), "upper case: {text}\n{shown}");
        assert!(!text.ends_with('.') && !text.contains('\n'), "final period or line end: {text}\n{shown}");
        assert_eq!(text.matches('`').count() % 2, 0, "odd backticks: {text}\n{shown}");
    }
    assert!(!finding.message.is_empty(), "{shown}");
    let text = compiled.source.text();
    for label in std::iter::once(&finding.primary).chain(&finding.related) {
        assert!(label.span.end <= text.len() && text.get(label.span.start..label.span.end).is_some(), "{shown}");
    }
    assert!(finding.related.iter().all(|label| label.span != finding.primary.span), "twice the same place:\n{shown}");
}

/// Words that are written in upper case wherever they stand.
pub(crate) fn starts_with_a_name(text: &str) -> bool {
    ["S3", "AWS", "CloudFront", "CloudFormation", "Chromium", "JSON", "YAML", "Terraform"]
        .iter()
        .any(|name| text.starts_with(name))
}

#[test]
fn every_code_has_a_folder_and_every_folder_a_code() {
    let codes: BTreeSet<&str> = catalog::codes().iter().map(|code| code.id).collect();
    let folders = folders();
    for code in &codes {
        let is_elsewhere = NEED_BYTES.contains(code)
            || [NEEDS_A_BROKEN_PLAN, NEEDS_NO_ENVIRONMENT, IS_ABOUT_CONFIGURATION].contains(code);
        assert_eq!(folders.contains_key(*code), !is_elsewhere, "{code}");
    }
    for folder in folders.keys() {
        assert!(codes.contains(folder.as_str()), "no finding has the code `{folder}`");
    }
}

#[test]
fn mistakes_are_told_as_expected() {
    for (code, folder) in folders() {
        let mut expected = String::new();
        let bad = files(&folder, "bad");
        if bad.is_empty() {
            assert!(is_of_artifacts(&code), "{code} has no bad file");
            continue;
        }
        for (name, text) in &bad {
            let compiled = compile_text(name, text);
            assert!(compiled.diagnostics.iter().any(|d| d.code.id == code), "{code}/{name}:\n{}", dumps(&compiled));
            let errors = compiled.diagnostics.iter().any(|d| d.severity == Severity::Error);
            assert_eq!(!has_plans(&compiled), errors, "{code}/{name}:\n{}", dumps(&compiled));
            if bad.len() > 1 {
                writeln!(expected, "=== {name}").unwrap();
            }
            expected.push_str(&dumps(&compiled));
        }
        assert_golden(&folder.join("expected.txt"), &expected);
    }
}

/// Whether only artifacts show this.
fn is_of_artifacts(code: &str) -> bool {
    let codes = inspect::codes::ALL.iter().copied().chain(lint::deployed::codes());
    codes.into_iter().any(|known| known.id == code)
}

#[test]
fn mended_files_are_silent() {
    for (code, folder) in folders() {
        let good = files(&folder, "good");
        assert!(!good.is_empty() || is_of_artifacts(&code), "{code} has no good file");
        for (name, text) in good {
            let compiled = compile_text(&name, &text);
            assert!(compiled.diagnostics.is_empty(), "{code}/{name}:\n{}", dumps(&compiled));
            assert!(has_plans(&compiled), "{code}/{name}");
        }
    }
}

#[test]
fn findings_keep_to_the_style_and_underline_something() {
    for (code, name, text) in bad_files() {
        let compiled = compile_text(&name, &text);
        for finding in &compiled.diagnostics {
            assert_well_made(&compiled, finding);
            // A syntax error can be at the end of the text, where there is nothing to underline.
            let span = finding.primary.span;
            assert!(span.start < span.end || is_about_text(finding), "{code}/{name}:\n{}", dump(&compiled, finding));
        }
    }
}

/// Whether a finding is about YAML or JSON, not about the intent.
fn is_about_text(finding: &Diagnostic) -> bool {
    document::codes::ALL.contains(&finding.code)
}

/// What AWS cannot say exactly is refused with the honest options.
#[test]
fn refusals_of_the_compiler_say_what_to_do() {
    let mut told = BTreeSet::new();
    for (code, name, text) in bad_files() {
        let compiled = compile_text(&name, &text);
        for finding in compiled.diagnostics.iter().filter(|d| lower::codes::ALL.contains(&d.code)) {
            assert!(!finding.help.is_empty(), "{code}/{name}:\n{}", dump(&compiled, finding));
            assert!(!finding.primary.text.is_empty(), "{code}/{name}:\n{}", dump(&compiled, finding));
            told.insert(finding.code.id);
        }
    }
    assert_eq!(told.len(), lower::codes::ALL.len(), "{told:?}");
}

#[test]
fn every_fix_removes_its_finding() {
    for (code, name, text) in bad_files() {
        let compiled = compile_text(&name, &text);
        assert_fixes_mend(&format!("{code}/{name}"), &name, &compiled);
    }
}

/// Applies each fix alone: the finding is gone, and the text can still be read.
#[track_caller]
fn assert_fixes_mend(place: &str, name: &str, compiled: &Checked) {
    for finding in &compiled.diagnostics {
        let Some(fix) = &finding.fix else { continue };
        let mut fixed = compiled.source.text().to_owned();
        fixed.replace_range(fix.span.start..fix.span.end, &fix.replacement);
        let after = compile_text(name, &fixed);
        let like_it = |compiled: &Checked| {
            let same = |d: &&Diagnostic| d.code == finding.code && d.message == finding.message;
            compiled.diagnostics.iter().filter(same).count()
        };
        let shown = || format!("{place}:\n{}\n{fixed}\n{}", dump(compiled, finding), dumps(&after));
        assert!(like_it(&after) < like_it(compiled), "the fix does not mend {}", shown());
        assert!(after.readable, "the fix breaks the text of {}", shown());
    }
}

/// Code and message of every finding, sorted; what is told of several places, once.
fn told(compiled: &Checked) -> Vec<(&'static str, String)> {
    let mut told: Vec<_> = compiled.diagnostics.iter().map(|d| (d.code.id, d.message.clone())).collect();
    told.sort();
    told.dedup();
    told
}

/// The tree of a text in which there is nothing wrong with the YAML or the JSON itself.
fn tree(name: &str, text: &str) -> Option<document::Node> {
    let mut diags = Diagnostics::default();
    let source = document::read_source(&mut diags, name, text.as_bytes().to_vec()).ok()?;
    let syntax = if name.ends_with(".json") { Syntax::Json } else { Syntax::Yaml };
    let root = document::parse(&mut diags, &source, syntax)?;
    diags.as_slice().is_empty().then_some(root)
}

#[test]
fn the_same_mistakes_are_found_in_json() {
    for (code, name, text) in bad_files() {
        let Some(root) = tree(&name, &text).filter(|_| !text.contains("# corsynth:")) else { continue };
        let compiled = compile_text(&name, &text);
        let json = serde_json::to_string_pretty(&root.to_json()).unwrap();
        let in_json = compile_text("bad.json", &json);
        assert_eq!(told(&compiled), told(&in_json), "{code}/{name}\n{json}");
        for finding in &in_json.diagnostics {
            assert_well_made(&in_json, finding);
            let underlined = in_json.source.slice(finding.primary.span);
            assert!(!underlined.is_empty(), "{code}/{name}\n{json}\n{}", dump(&in_json, finding));
        }
        assert_fixes_mend(&format!("{code}/{name} in JSON"), "bad.json", &in_json);
    }
}

#[test]
fn the_same_mistakes_are_found_behind_a_byte_order_mark_and_with_other_line_ends() {
    for (code, name, text) in bad_files() {
        if tree(&name, &text).is_none() {
            continue;
        }
        let compiled = compile_text(&name, &text);
        let other = compile_text(&name, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert_eq!(told(&compiled), told(&other), "{code}/{name}");
        let underlined = |compiled: &Checked| {
            let text = |d: &Diagnostic| compiled.source.slice(d.primary.span).replace("\r\n", "\n");
            compiled.diagnostics.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(underlined(&compiled), underlined(&other), "{code}/{name}");
        assert_fixes_mend(&format!("{code}/{name} with CRLF"), &name, &other);
    }
}

/// A document in which every text is written once, behind an anchor, and stands in its place as an alias.
fn with_aliases(root: &serde_json::Value) -> String {
    fn walk(value: &serde_json::Value, anchors: &mut String, count: &mut usize) -> String {
        match value {
            serde_json::Value::String(_) => {
                *count += 1;
                writeln!(anchors, "x-{count}: &a{count} {value}").unwrap();
                format!("*a{count}")
            }
            serde_json::Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| walk(item, anchors, count)).collect();
                format!("[{}]", items.join(", "))
            }
            serde_json::Value::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let key = serde_json::Value::from(key.as_str());
                    format!("{key}: {}", walk(value, anchors, count))
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            other => other.to_string(),
        }
    }
    let mut anchors = String::new();
    let mut count = 0;
    let Some(entries) = root.as_object() else { return root.to_string() };
    let body: Vec<String> = entries
        .iter()
        .filter(|(key, _)| !key.starts_with("x-"))
        .map(|(key, value)| {
            format!("{}: {}", serde_json::Value::from(key.as_str()), walk(value, &mut anchors, &mut count))
        })
        .collect();
    format!("{anchors}{}\n", body.join("\n"))
}

#[test]
fn the_same_mistakes_are_found_behind_aliases() {
    for (code, name, text) in bad_files() {
        let Some(root) = tree(&name, &text).filter(|_| !text.contains("# corsynth:")) else { continue };
        let compiled = compile_text(&name, &text);
        let aliased = with_aliases(&root.to_json());
        let behind = compile_text("bad.yaml", &aliased);
        assert_eq!(told(&compiled), told(&behind), "{code}/{name}\n{aliased}");
        for finding in &behind.diagnostics {
            assert_well_made(&behind, finding);
            let underlined = behind.source.slice(finding.primary.span);
            assert!(!underlined.is_empty(), "{code}/{name}\n{aliased}\n{}", dump(&behind, finding));
        }
        assert_fixes_mend(&format!("{code}/{name} behind aliases"), "bad.yaml", &behind);
    }
}

/// Every document that differs from `root` in one value, which is one of `others`.
fn with_one_change(root: &serde_json::Value, others: &[serde_json::Value]) -> Vec<(String, serde_json::Value)> {
    fn pointers(value: &serde_json::Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            serde_json::Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, item)| pointers(item, &format!("{at}/{i}"), found));
            }
            serde_json::Value::Object(entries) => {
                entries.iter().filter(|(key, _)| !key.starts_with("x-")).for_each(|(key, value)| {
                    pointers(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
                });
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    pointers(root, "", &mut found);
    let mut changed = Vec::new();
    for pointer in found {
        for other in others {
            let mut document = root.clone();
            let place = document.pointer_mut(&pointer).expect("the pointer was just found");
            if place != other {
                *place = other.clone();
                changed.push((format!("{pointer} = {other}"), document));
            }
        }
    }
    changed
}

#[test]
fn a_value_of_another_type_is_one_mistake() {
    let others = serde_json::json!([null, true, 7, 1.0, 1.5, "", [], {}, [null]]);
    let others = others.as_array().unwrap();
    let mut told_twice = Vec::new();
    for name in ["01-public-fonts", "02-uploads", "03-preview-wildcards", "04-public-tiles", "05-kms"] {
        let path = project("examples").join(name).join("corsynth.yaml");
        let root = tree("corsynth.yaml", &std::fs::read_to_string(path).unwrap()).expect("an example is good");
        for (change, document) in with_one_change(&root.to_json(), others) {
            let compiled = compile_text("corsynth.json", &serde_json::to_string_pretty(&document).unwrap());
            let place = format!("{name}: {change}");
            let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
            assert_eq!(!has_plans(&compiled), !errors.is_empty(), "{place}:\n{}", dumps(&compiled));
            // An empty map lacks several things, and what was in it is not known to others; all else is told once.
            let codes: BTreeSet<&str> = errors.iter().map(|d| d.code.id).collect();
            let several = codes.len() > 1 && !change.ends_with("{}");
            if several {
                told_twice.push(format!("{place}:\n{}", dumps(&compiled)));
            }
            for finding in &compiled.diagnostics {
                assert_well_made(&compiled, finding);
                assert!(finding.primary.span.start < finding.primary.span.end, "{place}:\n{}", dumps(&compiled));
            }
            assert_fixes_mend(&place, "corsynth.json", &compiled);
        }
    }
    assert!(told_twice.is_empty(), "{}", told_twice.join("\n"));
}
