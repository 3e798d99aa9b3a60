//! The pages of codes, `src/catalog/pages/`: each code has one, what is generated in it is current, and what is written
//! by hand keeps to the plan.

use super::checked;
use crate::markdown::Document;
use crate::support::{assert_golden, project};
use corsynth::catalog;
use corsynth::diagnostic::Severity;
use corsynth::report;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const FOLDER: &str = "src/catalog/pages";
const FIXTURES: &str = "tests/diagnostics";
const PARTS: [&str; 4] = ["## Why it matters", "## Triggers it", "## Write instead", "## Sources"];
const REWRITTEN: &str = "; CORSYNTH_UPDATE=1 cargo test --test it documentation rewrites this -->";
const END: &str = "<!-- end -->";

/// A longer fixture is shortened.
const MOST_LINES: usize = 24;
/// A longer line is cut.
const LONGEST_LINE: usize = 160;
/// Findings of a code that a page shows of one file.
const MOST_FINDINGS: usize = 3;

fn file_of(id: &str) -> PathBuf {
    project(FOLDER).join(id).with_extension("md")
}

fn text_of(id: &str) -> String {
    let path = file_of(id);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("`{id}` needs a page, {FOLDER}/{id}.md: {e}"))
}

fn ids() -> Vec<&'static str> {
    catalog::codes().iter().map(|code| code.id).collect()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let known: BTreeSet<&str> = ids().into_iter().collect();
    for id in &known {
        assert!(text_of(id).starts_with(&format!("# {id}\n\n")), "{FOLDER}/{id}.md begins with another heading");
        assert!(catalog::page(id).is_some(), "`{id}` is missing in the list of src/catalog/pages.rs");
    }
    for entry in std::fs::read_dir(project(FOLDER)).expect("the pages") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        assert!(known.contains(stem), "no finding has the code of {}", path.display());
    }
    let list = std::fs::read_to_string(project("src/catalog/pages.rs")).expect("the list");
    let listed: Vec<&str> = list.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"')).collect();
    assert_eq!(listed, known.into_iter().collect::<Vec<_>>(), "src/catalog/pages.rs lists the codes, sorted");
}

#[test]
fn what_is_generated_in_the_pages_is_current() {
    for id in ids() {
        let text = text_of(id);
        let mut rewritten = String::new();
        let mut shown = BTreeSet::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            rewritten.push_str(&format!("{line}\n"));
            let Some(name) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(REWRITTEN)) else { continue };
            assert!(lines.any(|line| line == END), "{id}: `{name}` has no end");
            rewritten.push_str(&format!("{}{END}\n", blocks(id, name)));
            shown.insert(name.split(['.', '-', '/']).next().expect("a first word").to_owned());
        }
        assert_eq!(
            shown.len(),
            if has_fixture(id) { 2 } else { 0 },
            "{id} shows a bad and a good file, if there are any"
        );
        assert_golden(&file_of(id), &rewritten);
    }
}

fn has_fixture(id: &str) -> bool {
    project(FIXTURES).join(id).is_dir()
}

/// A fixture as a block, and of a bad one what is told of it, as another.
fn blocks(id: &str, name: &str) -> String {
    let path = project(FIXTURES).join(id).join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (excerpt, is_short) = match part(id, name, &text) {
        Some(part) => (part, true),
        None => excerpt(&text),
    };
    let (codes, told) = if name.starts_with("bad") { told(id, name, &text) } else { (Vec::new(), String::new()) };
    assert!(!name.starts_with("bad") || !told.is_empty(), "{id}: nothing is told of {name}");
    let language = match path.extension().and_then(|e| e.to_str()) {
        Some("tf") => "hcl",
        Some(other) => other,
        None => "text",
    };
    let info = if is_short { vec![language, "excerpt"] } else { [vec![language], codes].concat() };
    let block = format!("```{}\n{}\n```\n", info.join(" "), excerpt.trim_end());
    if told.is_empty() { block } else { format!("{block}\n```text\n{}\n```\n", told.trim_end()) }
}

/// The telling part of a long artifact that has a counterpart.
fn part(id: &str, name: &str, text: &str) -> Option<String> {
    let counterpart = match name.strip_prefix("bad") {
        Some(rest) => format!("good{rest}"),
        None => name.replacen("good", "bad", 1),
    };
    let other = std::fs::read_to_string(project(FIXTURES).join(id).join(counterpart)).ok()?;
    differing(text, &other, name).filter(|_| text.lines().count() > MOST_LINES)
}

/// The codes of a bad file's errors, the page's own first, and what a person is told of the page's own.
fn told(id: &str, name: &str, text: &str) -> (Vec<&'static str>, String) {
    let extension = name.rsplit_once('.').map_or("yaml", |(_, extension)| extension);
    let compiled = checked(&format!("corsynth.{extension}"), text);
    let own: Vec<_> = compiled.diagnostics.iter().filter(|finding| finding.code.id == id).collect();
    if own.is_empty() {
        // Not an intent, or nothing that the compiler finds: another test has written down what is told.
        return (Vec::new(), expected(id, name));
    }
    let mut told: String =
        own.iter().take(MOST_FINDINGS).map(|finding| report::human(&compiled.source, finding, false)).collect();
    if own.len() > MOST_FINDINGS {
        told.push_str(&format!("… and {} more\n", own.len() - MOST_FINDINGS));
    }
    let told = told.lines().map(|line| cut(line) + "\n").collect();
    let mut codes: Vec<&str> = Vec::new();
    let errors = compiled.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
    for code in errors.map(|finding| finding.code.id) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes.sort_by_key(|code| *code != id);
    (codes, told)
}

/// What another test has written down about one file: of artifacts apart from intents.
fn expected(id: &str, name: &str) -> String {
    let folder = project(FIXTURES).join(id);
    let files = ["expected.artifacts.txt", "expected.txt"].map(|file| std::fs::read_to_string(folder.join(file)));
    let texts: Vec<String> = files.into_iter().flatten().collect();
    // Of a folder of files, all is told together.
    let name = name.split('/').next().expect("a first part");
    let about = |text: &String| {
        let (_, rest) = text.split_once(&format!("=== {name}\n"))?;
        Some(of_code(id, rest.split("\n=== ").next()?))
    };
    texts.iter().find_map(about).unwrap_or_else(|| panic!("{}: nothing is expected of {name}", folder.display()))
}

/// The findings of one code among what is told: each is a line that is not indented, with indented ones behind it.
fn of_code(id: &str, told: &str) -> String {
    let mut is_own = false;
    let mut own = String::new();
    for line in told.lines() {
        if !line.starts_with(' ') {
            is_own = line.contains(&format!("[{id}] "));
        }
        if is_own && !line.is_empty() {
            own.push_str(&(cut(line) + "\n"));
        }
    }
    own
}

/// Of a long artifact, the resources that differ between the bad and the good one.
fn differing(text: &str, other: &str, name: &str) -> Option<String> {
    let level = match name.rsplit_once('.')? {
        (_, "tf") => 0,
        (stem, "yaml") if stem.ends_with(".cfn") => 2,
        _ => return None,
    };
    let known: BTreeSet<&str> = other.lines().collect();
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        let begins =
            !line.trim().is_empty() && indent(line) <= level && !line.trim_start().starts_with(['}', ')', ']']);
        match parts.last_mut() {
            Some(part) if !begins => part.push(line),
            _ => parts.push(vec![line]),
        }
    }
    let is_shown = |part: &[&str]| indent(part[0]) < level || part.iter().any(|line| !known.contains(line));
    let mut shown: Vec<String> = Vec::new();
    let gap = format!("{}# …", " ".repeat(level));
    for part in &parts {
        if is_shown(part) {
            shown.extend(part.iter().map(|line| cut(line)));
        } else if shown.last() != Some(&gap) {
            shown.push(gap.clone());
        }
    }
    Some(shown.join("\n") + "\n")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A text without the middle of long runs of similar lines, and whether that is less than the text.
fn excerpt(text: &str) -> (String, bool) {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept = String::new();
    let mut at = 0;
    while at < lines.len() {
        let similar = |line: &&&str| indent(line) == indent(lines[at]) && !line.is_empty();
        let run = lines[at..].iter().take_while(similar).count().max(1);
        let gap = if lines.len() > MOST_LINES && run > 5 { run - 3 } else { 0 };
        let (before, after) = lines[at..at + run].split_at(if gap > 0 { 2 } else { run });
        let mut shown: Vec<String> = before.iter().map(|line| cut(line)).collect();
        if gap > 0 {
            shown.push(format!("{}# …", " ".repeat(indent(lines[at]))));
            shown.extend(after[gap..].iter().map(|line| cut(line)));
        }
        kept.push_str(&(shown.join("\n") + "\n"));
        at += run;
    }
    let is_short = kept.trim_end() != text.trim_end();
    (kept, is_short)
}

/// A line, or its beginning.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line.to_owned(),
    }
}

/// What somebody wrote of a page: its parts by heading, the first under the empty one, without what is generated.
fn parts(text: &str) -> Vec<(String, String)> {
    let mut parts = vec![(String::new(), String::new())];
    let mut generated = false;
    for line in text.lines().skip(1) {
        if line.starts_with("<!-- ") {
            generated = line != END;
        } else if !generated && line.starts_with("## ") {
            parts.push((line.to_owned(), String::new()));
        } else if !generated {
            parts.last_mut().expect("a part").1.push_str(&format!("{line}\n"));
        }
    }
    parts
}

/// The sentences of a text; a period inside of a word or of code ends none.
fn sentences(text: &str) -> Vec<String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.split(". ").map(|s| s.trim_end_matches('.').to_owned()).filter(|s| !s.is_empty()).collect()
}

#[test]
fn pages_keep_to_the_plan() {
    for id in ids() {
        let text = text_of(id);
        let parts = parts(&text);
        let headings: Vec<&str> = parts.iter().skip(1).map(|(heading, _)| heading.as_str()).collect();
        assert_eq!(headings, PARTS, "{id}");
        let what = sentences(&parts[0].1).len();
        assert!((1..=3).contains(&what), "{id} says in {what} sentences what is reported");
        let why = sentences(&parts[1].1).len();
        assert!((2..=7).contains(&why), "{id} has {why} sentences on why it matters");
        assert!(!parts[3].1.trim().is_empty(), "{id} says nothing about what to write instead");
        let sources = parts[4].1.lines().filter(|line| line.starts_with("- ")).count();
        assert!(sources > 0, "{id} has no sources");
        for link in Document::read(&file_of(id)).links {
            assert!(link.starts_with("https://"), "{id}: `{link}` does not work in a terminal");
        }
    }
}

#[test]
fn no_two_pages_say_the_same_sentence() {
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    for id in ids() {
        for (_, text) in parts(&text_of(id)).into_iter().filter(|(heading, _)| heading != "## Sources") {
            for sentence in sentences(&text) {
                let before = said.insert(sentence.clone(), id);
                assert_eq!(before, None, "`{sentence}` stands on the page of `{id}`, too");
            }
        }
    }
    assert!(said.len() > 400);
}

#[test]
fn long_texts_are_shortened_and_short_ones_are_not() {
    let short = "a:\n  b: 1\n";
    assert_eq!(excerpt(short), (short.to_owned(), false));
    let long = format!("a:\n{}b: 1\n", "  - c\n".repeat(30));
    assert_eq!(excerpt(&long), ("a:\n  - c\n  - c\n  # …\n  - c\nb: 1\n".to_owned(), true));
    let wide = "x".repeat(400);
    assert_eq!(excerpt(&wide), (format!("{} …\n", "x".repeat(160)), true));
}

#[test]
fn of_a_long_artifact_the_part_that_matters_is_shown() {
    let good = "resource \"a\" \"x\" {\n  b = 1\n}\n\nresource \"c\" \"y\" {\n  d = 2\n}\n";
    let bad = good.replace("d = 2", "d = 3");
    let expected = "# …\nresource \"c\" \"y\" {\n  d = 3\n}\n";
    assert_eq!(differing(&bad, good, "bad.tf").unwrap(), expected);
    assert_eq!(differing(good, &bad, "good.tf").unwrap(), expected.replace('3', "2"));
    let good = "Resources:\n  A:\n    B: 1\n  C:\n    D: 2\n  E:\n    F: 3\n";
    let bad = good.replace("    D: 2", "    D: 4");
    let expected = "Resources:\n  # …\n  C:\n    D: 4\n  # …\n";
    assert_eq!(differing(&bad, good, "bad.cfn.yaml").unwrap(), expected);
    assert_eq!(differing(&bad, good, "bad.yaml"), None);
}

#[test]
fn of_what_is_told_the_findings_of_the_code_are_shown() {
    let told = "error[a-code] a.tf:1:1-1:2: one\n  \"x\" two\nwarning[b-code] a.tf:2:1-2:2: three\n  \"y\" four\n";
    assert_eq!(of_code("b-code", told), "warning[b-code] a.tf:2:1-2:2: three\n  \"y\" four\n");
    assert_eq!(of_code("c-code", told), "");
}
