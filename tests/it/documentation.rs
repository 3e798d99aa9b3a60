//! The documents against the program: generated pages are current, intents in them compile, paths and links exist.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "the helpers of tests may do what tests may"
)]

mod code_pages;
mod codes_page;
mod gotchas_page;
mod intent_page;
mod model_page;

use crate::examples::compile_last;
use crate::markdown::{Document, documents};
use crate::support::{assert_golden, project};
use corsynth::compile::{Checked, Compiled, Input, Options, Syntax, check};
use corsynth::diagnostic::Severity;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_reference_of_the_language_is_current() {
    assert_golden(&project("docs/intent.md"), &intent_page::page());
}

#[test]
fn the_list_of_codes_is_current() {
    assert_golden(&project("docs/codes.md"), &codes_page::page());
}

#[test]
fn the_readings_of_the_model_are_current() {
    let path = project("docs/model.md");
    let text = std::fs::read_to_string(&path).expect("docs/model.md");
    assert_golden(&path, &model_page::page(&text));
}

/// ARCHITECTURE.md walks one origin through all stages: what it quotes of a file stands there.
#[test]
fn the_way_of_one_origin_is_where_it_is_said_to_be() {
    let text = std::fs::read_to_string(project("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, walk) = text.split_once("## One origin on its way").expect("the walk");
    let (walk, _) = walk.split_once("\n## ").expect("its end");
    let mut stations = 0;
    for row in walk.lines().filter(|line| line.starts_with("| ") && line.matches('`').count() >= 4) {
        let mut quoted = row.rsplit(" | ").take(2).map(|cell| cell.trim_matches([' ', '|']).trim_matches('`'));
        let (there, file) = (quoted.next().expect("a text"), quoted.next().expect("a file"));
        let source = std::fs::read_to_string(project(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(there), "{file} has no `{there}`");
        stations += 1;
    }
    assert!(stations >= 15, "{stations}");
}

/// A block of YAML with a `version:` is an intent. With the info `yaml` it compiles; with `yaml CODE...` it is refused
/// with those codes, and no others. An `excerpt` is not all of one.
#[test]
fn intents_in_documents_compile_or_are_refused_as_they_say() {
    let mut count = 0;
    for document in documents() {
        for block in document.blocks.iter().filter(|b| b.text.lines().any(|line| line.starts_with("version:"))) {
            let place = format!("{}:{}", document.name(), block.line);
            let checked = checked(&place, &block.text);
            let mut words = block.info.split_whitespace();
            assert_eq!(words.next(), Some("yaml"), "{place}: not a `yaml` block");
            let expected: BTreeSet<&str> = words.collect();
            if expected.contains("excerpt") {
                continue;
            }
            let errors = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
            let errors: BTreeSet<&str> = errors.map(|d| d.code.id).collect();
            assert_eq!(errors, expected, "{place}: {:#?}", checked.diagnostics);
            count += 1;
        }
    }
    assert!(count >= 150, "only {count} intents found in the documents");
}

/// The text between the two comments is what the compiler says of the example.
#[test]
fn every_example_says_what_is_decided() {
    const START: &str = "<!-- decided by corsynth; CORSYNTH_UPDATE=1 rewrites this -->\n";
    const END: &str = "<!-- end -->\n";
    let mut count = 0;
    for entry in std::fs::read_dir(project("examples")).expect("examples") {
        let folder = entry.expect("an entry").path();
        let intent = folder.join("corsynth.yaml");
        let compiled = compile_last("corsynth.yaml", std::fs::read(&intent).expect("an intent"));
        assert!(compiled.plan.is_some(), "{}: {:#?}", intent.display(), compiled.diagnostics);
        let readme = folder.join("README.md");
        let text = std::fs::read_to_string(&readme).unwrap_or_else(|e| panic!("{}: {e}", readme.display()));
        let parts = text.split_once(START).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        let (before, after) = parts.unwrap_or_else(|| panic!("{} has no decided part", readme.display()));
        assert_golden(&readme, &[before, START, &decided(&compiled), END, after].concat());
        count += 1;
    }
    assert!(count >= 5, "only {count} examples");
}

#[test]
fn paths_named_in_documents_exist() {
    let mut count = 0;
    for document in documents() {
        for path in document.code_spans.iter().filter(|span| looks_like_a_path(span)) {
            let beside = document.path.parent().expect("a folder").join(path);
            assert!(exists(&project(path)) || beside.exists(), "{}: there is no `{path}`", document.name());
            count += 1;
        }
    }
    assert!(count >= 30, "only {count} paths found in the documents");
}

#[test]
fn documents_named_in_sources_exist() {
    for (file, text) in sources() {
        for (at, _) in text.match_indices("docs/") {
            let inside_address = text[..at].ends_with(['/', '.']);
            let path: String =
                text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/._-".contains(*c)).collect();
            if Path::new(&path).extension().is_some_and(|e| e == "md") && !inside_address {
                assert!(project(&path).exists(), "{file}: there is no `{path}`");
            }
        }
    }
}

#[test]
fn links_between_documents_resolve() {
    let mut count = 0;
    for document in documents() {
        for link in document.links.iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                // The head of the page is read on the page.
                project(&document.name().replace("intent.head.md", "intent.md"))
            } else {
                document.path.parent().expect("a folder").join(file)
            };
            assert!(target.exists(), "{}: `{link}` leads nowhere", document.name());
            if !anchor.is_empty() {
                let anchors = Document::read(&target).anchors;
                assert!(anchors.iter().any(|a| a == anchor), "{}: no `#{anchor}` in {anchors:?}", document.name());
            }
            count += 1;
        }
    }
    assert!(count >= 10, "only {count} links found in the documents");
}

/// What is said of a text in all its environments, on the day for which waivers in documents are written.
fn checked(name: &str, text: &str) -> Checked {
    let syntax = if name.ends_with(".json") { Syntax::Json } else { Syntax::Yaml };
    let today = Some("2026-06-30".parse().expect("a day"));
    let input = Input { name: name.to_owned(), bytes: text.as_bytes().to_vec(), syntax };
    check(input, &Options { today, ..Options::default() })
}

/// The voice of each behaviour and the choices, as Markdown.
fn decided(compiled: &Compiled) -> String {
    let mut lines = String::new();
    for choice in &compiled.choices {
        lines.push_str(&format!("- `{}`: {}\n", choice.subject, choice.text));
    }
    for finding in &compiled.diagnostics {
        lines.push_str(&format!("- {}: {} (`{}`)\n", finding.severity.as_str(), finding.message, finding.code.id));
    }
    if lines.is_empty() { "Nothing: there is one way to say this.\n".to_owned() } else { lines }
}

/// A text in backticks that names something in the project: `src/plan.rs`, `docs/decisions/`, `tests/it/*.rs`,
/// `Cargo.toml`.
fn looks_like_a_path(text: &str) -> bool {
    // A user's file.
    if text == corsynth::configuration::FILE {
        return false;
    }
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-*/".contains(c));
    match text.split_once('/') {
        Some((first, _)) => plain && !first.is_empty() && !first.contains('*') && project(first).is_dir(),
        // The user's own file of settings is in no folder of ours.
        None => {
            plain && [".md", ".toml"].iter().any(|end| text.ends_with(end) && text != *end && text != "corsynth.toml")
        }
    }
}

/// Whether a path exists, or something that fits it where it has a `*`.
fn exists(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let Some((before, after)) = text.split_once('*') else { return path.exists() };
    let (folder, start) = before.rsplit_once('/').expect("an absolute path");
    let (end, rest) = after.split_once('/').map_or((after, None), |(end, rest)| (end, Some(rest)));
    std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let fits = name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end);
        fits && rest.is_none_or(|rest| exists(&entry.path().join(rest)))
    })
}

/// The manifest, and every Rust file of the project with its name.
fn sources() -> Vec<(String, String)> {
    let mut folders = vec![project("src"), project("tests"), project("benches")];
    let mut sources = Vec::new();
    let mut add = |path: &Path| {
        let name = path.strip_prefix(project("")).unwrap_or(path).display().to_string();
        sources.push((name, std::fs::read_to_string(path).expect("a source")));
    };
    add(&project("Cargo.toml"));
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                add(&path);
            }
        }
    }
    assert!(sources.len() > 40);
    sources
}
