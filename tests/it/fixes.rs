//! `--fix`: what the library mends, held to every file of `tests/diagnostics` and the examples, and what the program
//! writes.

use crate::cli::{INTENT, corsynth, workplace};
use crate::support::project;
use corsynth::compile::{Checked, Input, Options, Syntax, check};
use corsynth::diagnostic::{Level, Severity};
use corsynth::fix::{Choice, Mended, mend};
use corsynth::plan::Plan;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

fn input(name: &str, text: &str) -> Input {
    let syntax = if name.ends_with(".json") { Syntax::Json } else { Syntax::Yaml };
    Input { name: name.to_owned(), bytes: text.as_bytes().to_vec(), syntax }
}

/// Every file below a folder that ends in a name of intents.
fn texts(folder: &str) -> Vec<(String, String)> {
    let (mut folders, mut found) = (vec![project(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end)) {
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

/// The comments of a YAML text, as far as a line tells.
fn comments(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| {
            let at = if line.trim_start().starts_with('#') { line.find('#') } else { line.find(" #").map(|at| at + 1) };
            at.map(|at| line[at..].trim_end())
        })
        .collect()
}

/// The plan of every environment.
fn plans(checked: &Checked) -> Vec<Option<Plan>> {
    checked.environments.iter().map(|compiled| compiled.plan.clone()).collect()
}

/// What holds for every text: nothing is left to do, doing it again does nothing, comments and line ends stay.
#[track_caller]
fn assert_mended(name: &str, text: &str, choice: Choice) -> Mended {
    let before = check(input(name, text), &Options::default());
    let mended = mend(input(name, text), &Options::default(), choice);
    let fixed = mended.checked.source.text();
    let left: Vec<_> = mended.checked.diagnostics.iter().filter_map(|d| d.fix.as_ref()).collect();
    assert!(!left.iter().any(|fix| fix.is_safe), "{name}: {left:?} is left in\n{fixed}");
    assert_eq!(mended.applied.is_empty(), fixed == before.source.text(), "{name}");
    assert!(mended.checked.readable || !before.readable, "{name}: broken by its fix\n{fixed}");
    let again = mend(input(name, fixed), &Options::default(), choice);
    assert_eq!(again.checked.source.text(), fixed, "{name}: mended twice");
    assert_eq!(comments(before.source.text()), comments(fixed), "{name}: a comment is gone\n{fixed}");
    if choice == Choice::Safe && plans(&before).iter().all(Option::is_some) {
        assert_eq!(plans(&before), plans(&mended.checked), "{name}: another plan\n{fixed}");
    }
    mended
}

/// What no fix may touch.
#[test]
fn what_a_fix_would_change_the_meaning_of_is_left_alone() {
    let head = "version: 1\nname: acme\nassets:\n  s: { bucket: acme-static-prod, region: eu-west-1 }\n";
    let allow = "allow:\n  - { from: [site], to: s, use: fonts }\n";
    let with_environments = "version: 1\nname: acme\nenvironments: { dev: { vars: { d: a.dev } }, prod: { vars: { d: a.com } } }\n\
        assets: { s: { bucket: \"acme-${env}\", region: eu-west-1 } }\n";
    let upload = "frontends: { site: https://a.com }\nallow:\n  - { from: site, to: s, upload: { how: presigned-put, metadata: [album, user] } }\n";
    for text in [
        // An anchor stands before its item, and an alias elsewhere means it.
        format!("{head}{allow}frontends:\n  site:\n    - &b https://c.com\n    - https://a.com\n  o: *b\n"),
        // The text of a block is no text in quotes.
        format!("{head}{allow}frontends:\n  site:\n    - \"https://c.com\"\n    - >-\n      https://a.com\n"),
        // A variable, however its `$` is written, has another value elsewhere.
        format!("{with_environments}{allow}frontends: {{ site: \"https://\\x24{{d}}/\" }}\n"),
        // Names of headers may begin with `x-`.
        format!(
            "{head}{upload}expect:\n  - origin: https://a.com\n    put: s:/a\n    headers:\n      - x-amz-meta-user: ann\n      \
             - x-amz-meta-album: summer\n    then: readable\n"
        ),
    ] {
        let mut options = Options::default();
        let code = corsynth::catalog::find("unsorted-list").unwrap();
        options.levels.set(code, Level::At(Severity::Note));
        let mended = mend(input("corsynth.yaml", &text), &options, Choice::Safe);
        assert_eq!(mended.checked.source.text(), text);
    }
}

#[test]
fn every_mistake_is_mended_or_left_alone() {
    let files = texts("tests/diagnostics");
    let mut safe = 0;
    for (name, text) in &files {
        let mended = assert_mended(name, text, Choice::Safe);
        safe += usize::from(!mended.applied.is_empty());
        assert_mended(name, text, Choice::All);
        if !name.ends_with(".json") {
            let other = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            let mended = assert_mended(name, &other, Choice::All);
            let text = mended.checked.source.text();
            assert!(text.starts_with('\u{feff}'), "{name}: the byte order mark is gone");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}: another line end");
        }
    }
    assert!(safe >= 15, "only {safe} of {} files have a safe fix", files.len());
    for (name, text) in texts("examples").iter().filter(|(name, _)| name.ends_with("/corsynth.yaml")) {
        assert!(assert_mended(name, text, Choice::All).applied.is_empty(), "{name}");
    }
}

#[test]
fn a_mended_file_is_the_file_with_other_words() {
    let text = "\
# top
version: 1
name: acme
assets:
  static: { bucket: acme-static, region: eu-west-1 }
frontends: # who
  site: [https://WWW.acme.example/, https://acme.example, https://www.acme.example] # three
allow:
  - from: site
    to: static
    use:
      - fonts # one
      - modules

      - fonts # again
      - fetch
      - modules
";
    let mended = assert_mended("corsynth.yaml", text, Choice::Safe);
    let expected = text
        .replace(
            "[https://WWW.acme.example/, https://acme.example, https://www.acme.example]",
            "[https://www.acme.example, https://acme.example]",
        )
        .replace("      - fonts # again\n", "      # again\n")
        .replace("      - fetch\n      - modules\n", "      - fetch\n");
    assert_eq!(mended.checked.source.text(), expected);
    assert!(plans(&mended.checked)[0].is_some(), "{:#?}", mended.checked.diagnostics);
    let codes: Vec<_> = mended.applied.iter().map(|applied| (applied.code.id, applied.at.line)).collect();
    assert_eq!(codes.len(), 4, "{codes:?}");
}

proptest! {
    /// Lists with repeated entries, in every layout: what is left is each entry once, in the order of the first ones.
    #[test]
    fn repeated_entries_are_removed(
        picks in proptest::collection::vec(0usize..4, 1..7),
        layout in 0usize..4,
        ending in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        const WORDS: [&str; 4] = ["fonts", "modules", "fetch", "images"];
        let words: Vec<&str> = picks.iter().map(|&pick| WORDS[pick]).collect();
        let list = match layout {
            0 => format!(" [{}]", words.join(", ")),
            1 => format!(" [ {} , ]", words.join(" , ")),
            2 => format!("\n      [\n        {}\n      ]", words.join(",\n        ")),
            _ => words.iter().enumerate().map(|(i, word)| format!("\n      - {word} # {i}")).collect(),
        };
        let text = format!(
            "version: 1\nname: acme\nassets:\n  static: {{ bucket: acme-static, region: eu-west-1 }}\nfrontends:\n  \
             site: https://acme.example\nallow:\n  - from: site\n    to: static\n    use:{list}\n"
        ).replace('\n', ending);
        let mended = assert_mended("corsynth.yaml", &text, Choice::Safe);
        let fixed = mended.checked.source.text();
        let root: serde_yaml::Value = serde_yaml::from_str(fixed).expect("YAML");
        let left: Vec<&str> = root["allow"][0]["use"].as_sequence().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
        let mut expected: Vec<&str> = Vec::new();
        for word in &words {
            if !expected.contains(word) {
                expected.push(word);
            }
        }
        prop_assert_eq!(left, expected, "{}", fixed);
        prop_assert_eq!(mended.applied.len(), words.len() - root["allow"][0]["use"].as_sequence().unwrap().len());
    }
}

/// An intent, and what somebody could have written there instead and meant the same.
const MEANT: &str = "\
# of the team
version: 1
name: acme # the name
assets:
  static: { bucket: acme-static, region: eu-west-1 } # files
frontends:
  site: [https://www.acme.example, https://acme.example] # both
  shop: https://shop.example
allow:
  # reading
  - from: [site, shop]
    to: static
    use: [fonts, fetch]
    # methods
    request-headers: [x-acme-id] # ours
";
const WRITTEN: [(&str, &str); 10] = [
    ("[https://www.acme", "[https://WWW.acme"),
    ("www.acme.example,", "www.acme.example:443/,"),
    ("https://acme.example]", "\"https://acme.example/\"]"),
    ("https://acme.example]", "https://acme.example, HTTPS://acme.example/ ]"),
    ("shop: https://shop.example", "shop: [ https://shop.example,https://shop.example ]"),
    ("shop: https://shop.example", "shop:\n    - https://shop.example\n    - https://shop.example:443 # again"),
    ("[site, shop]", "[site, shop, site]"),
    ("[fonts, fetch]", "[ fonts,\n          fetch, # both\n          fonts, fetch, ]"),
    ("[fonts, fetch]", "\n      - fonts # one\n      - fetch\n      - fonts # two\n      - fetch"),
    ("[x-acme-id]", "[x-acme-id, x-acme-id]"),
];

proptest! {
    /// Safe fixes bring back what was meant, to the last byte of the plan.
    #[test]
    fn what_is_mended_means_what_was_meant(
        picks in proptest::sample::subsequence((0..WRITTEN.len()).collect::<Vec<_>>(), 0..6),
        mark in any::<bool>(),
        ending in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut text = MEANT.to_owned();
        for pick in picks {
            let (meant, written) = WRITTEN[pick];
            text = text.replacen(meant, written, 1);
        }
        let text = format!("{}{}", if mark { "\u{feff}" } else { "" }, text.replace('\n', ending));
        let mended = assert_mended("corsynth.yaml", &text, Choice::Safe);
        let meant = check(input("corsynth.yaml", MEANT), &Options::default());
        prop_assert!(plans(&meant)[0].is_some(), "{:#?}", meant.diagnostics);
        prop_assert_eq!(plans(&mended.checked), plans(&meant), "{}", mended.checked.source.text());
        prop_assert!(mended.checked.diagnostics.is_empty());
        let all = assert_mended("corsynth.yaml", &text, Choice::All);
        prop_assert_eq!(all.checked.source.text(), mended.checked.source.text());
    }
}

const SLASH: &str = "https://www.acme.com/";

fn with_slash() -> String {
    INTENT.replace("https://www.acme.com", SLASH)
}

#[test]
fn files_are_written_and_what_is_left_decides() {
    let here = workplace();
    let path = here.path().join("corsynth.yaml");
    fs::write(&path, with_slash()).unwrap();
    corsynth(here.path())
        .args(["validate", "--fix"])
        .assert()
        .code(0)
        .stdout("")
        .stderr("fixed corsynth.yaml:6:29: non-canonical-origin\nchecked 1 file: no findings\n");
    assert_eq!(fs::read_to_string(&path).unwrap(), INTENT);
    corsynth(here.path()).args(["validate", "--fix"]).assert().code(0).stderr("checked 1 file: no findings\n");

    // A guess is for `--fix=all`.
    fs::write(&path, INTENT.replace("https://www", "www")).unwrap();
    corsynth(here.path()).args(["validate", "--fix"]).assert().code(1);
    corsynth(here.path()).args(["validate", "--fix=all"]).assert().code(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), INTENT);
    corsynth(here.path()).args(["validate", "--fix", "gone.yaml", "corsynth.yaml"]).assert().code(2);
}

#[test]
fn a_link_stays_a_link_and_the_mode_stays() {
    let here = workplace();
    let path = here.path().join("corsynth.yaml");
    let link = here.path().join("link.cors.yaml");
    fs::write(&path, with_slash()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("corsynth.yaml", &link).unwrap();
    corsynth(here.path()).args(["validate", "--fix", "link.cors.yaml"]).assert().code(0);
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), INTENT);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn a_diff_writes_nothing_and_git_applies_it() {
    let here = workplace();
    fs::create_dir(here.path().join("a")).unwrap();
    let path = here.path().join("a/x.cors.yaml");
    fs::write(&path, with_slash()).unwrap();
    let run = corsynth(here.path()).args(["validate", "--diff", "."]).assert().code(1).stderr("1 file would change\n");
    let diff = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(diff.starts_with("--- a/a/x.cors.yaml\n+++ b/a/x.cors.yaml\n"), "{diff}");
    assert_eq!(fs::read_to_string(&path).unwrap(), with_slash());
    if crate::support::tool("git", "--version") {
        let mut git = assert_cmd::Command::new("git");
        git.args(["apply", "-"]).current_dir(here.path()).write_stdin(diff).assert().code(0);
        assert_eq!(fs::read_to_string(&path).unwrap(), INTENT);
        corsynth(here.path())
            .args(["validate", "--diff", "."])
            .assert()
            .code(0)
            .stdout("")
            .stderr("nothing would change\n");
    }
}

#[test]
fn stdin_is_mended_to_stdout() {
    let here = tempfile::tempdir().unwrap();
    let fix = ["validate", "--fix", "-", "--output-format", "short"];
    corsynth(here.path()).args(fix).write_stdin(with_slash()).assert().code(0).stdout(INTENT);
    let bare = INTENT.replace("https://www", "www");
    let run = corsynth(here.path()).args(fix).write_stdin(bare.clone()).assert().code(1).stdout(bare);
    assert!(String::from_utf8_lossy(&run.get_output().stderr).starts_with("<stdin>:6:9: error[malformed-origin]"));
    let bytes = b"a: \xff\n".as_slice();
    corsynth(here.path()).args(fix).write_stdin(bytes).assert().code(2).stdout(bytes);
}

#[test]
fn a_file_that_cannot_be_read_is_not_written() {
    let here = tempfile::tempdir().unwrap();
    for (name, bytes) in [("a.yaml", &b"version: 1\nname: \xff\n"[..]), ("b.yaml", b"version: [1\n")] {
        fs::write(here.path().join(name), bytes).unwrap();
        corsynth(here.path()).args(["validate", "--fix=all", name]).assert().code(2);
        assert_eq!(fs::read(here.path().join(name)).unwrap(), bytes);
    }
}
