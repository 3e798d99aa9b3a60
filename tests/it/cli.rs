//! The program as a user meets it: transcripts, streams, exit codes, colours, and the reference made from its help.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says so by a panic, and makes its own files"
)]

use crate::support::{assert_golden, project};
use assert_cmd::Command;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// An intent without findings.
pub(crate) const INTENT: &str = include_str!("../cli/validate.in/corsynth.yaml");

/// The program in `directory`, with nothing of the caller's environment.
pub(crate) fn corsynth(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corsynth"));
    command.env_clear().current_dir(directory);
    command
}

/// A directory of the test's own with an intent in it.
pub(crate) fn workplace() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("corsynth.yaml"), INTENT).unwrap();
    directory
}

fn bare_host() -> String {
    INTENT.replace("https://www", "www")
}

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("CLICOLOR_FORCE", "0")
        .env("COLUMNS", "100")
        .case("tests/cli/*.trycmd")
        .case("README.md")
        .run();
}

/// The help of every command, as one page.
#[test]
fn the_reference_is_the_help() {
    let here = tempfile::tempdir().unwrap();
    let help = |words: &[&str]| {
        let output = corsynth(here.path()).args(words).arg("--help").assert().code(0).stderr("").get_output().clone();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| line.trim_end().to_owned() + "\n").collect::<String>()
    };
    let mut page = String::from(
        "# The command line\n\nMade from the program's own help by the test `the_reference_is_the_help`; \
         `CORSYNTH_UPDATE=1 cargo test` rewrites it.\n",
    );
    let root = help(&[]);
    let commands: Vec<_> = root
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    write!(page, "\n## corsynth\n\n```text\n{root}```\n").unwrap();
    for command in &commands {
        write!(page, "\n## corsynth {command}\n\n```text\n{}```\n", help(&[command])).unwrap();
    }
    assert_golden(&project("docs/cli.md"), &page);
}

#[test]
fn the_new_intent_is_valid_with_and_without_its_suggestions() {
    let here = tempfile::tempdir().unwrap();
    corsynth(here.path()).arg("init").assert().code(0).stdout("");
    let path = here.path().join("corsynth.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# yaml-language-server: $schema="));
    corsynth(here.path()).args(["validate", "--fail-on", "note"]).assert().code(0).stdout("");

    // A line that comments out a key, or a grant of them, has `# ` and a key; a sentence has no colon that early.
    let mut suggestions = 0;
    let all: String = text
        .lines()
        .map(|line| {
            let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
            let key = rest.strip_prefix("# ").filter(|rest| {
                let key = rest.trim_start_matches([' ', '-']).split(": ").next().unwrap();
                rest.contains(": ")
                    && line.starts_with("  ")
                    && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            });
            suggestions += usize::from(key.is_some());
            key.map_or_else(|| format!("{line}\n"), |key| format!("{indent}{key}\n"))
        })
        .collect();
    assert!(suggestions >= 10, "{suggestions} in {all}");
    fs::write(&path, &all).unwrap();
    corsynth(here.path()).args(["validate", "--fail-on", "note"]).assert().code(0).stdout("");
}

#[test]
fn findings_of_validate_are_data_and_those_of_emit_are_talk() {
    let here = workplace();
    fs::write(here.path().join("corsynth.yaml"), bare_host()).unwrap();
    let run = |words: &[&str]| {
        let output = corsynth(here.path()).args(words).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (stdout, stderr) = run(&["validate"]);
    assert!(stdout.starts_with("error["), "{stdout}");
    assert_eq!(stderr, "checked 1 file: 1 error\n`corsynth explain malformed-origin` says more\n");
    let (stdout, stderr) = run(&["emit", "--format", "cfn"]);
    assert_eq!(stdout, "");
    assert!(stderr.starts_with("error["), "{stderr}");
    let (stdout, stderr) = run(&["emit", "--format", "cfn", "--output-format", "json"]);
    assert_eq!(stdout, "");
    let report: serde_json::Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(report["findings"][0]["primary"]["start"]["line"], 6);
}

#[test]
fn json_of_the_program_matches_its_schema() {
    let here = workplace();
    let schema = corsynth(here.path()).args(["schema", "findings"]).output().unwrap().stdout;
    let validator = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
    fs::write(here.path().join("bare.cors.yaml"), bare_host()).unwrap();
    fs::write(here.path().join("broken.cors.yaml"), b"\xff\xfe\x00").unwrap();
    let output = corsynth(here.path())
        .args(["validate", ".", "gone.yaml", "--output-format", "json"])
        .assert()
        .code(2)
        .get_output()
        .clone();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(validator.is_valid(&report), "{report:#}");
    assert_eq!(report["summary"]["files"], 4);
    assert_eq!(report["unreadable"][0]["file"], "gone.yaml");
    let files: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| f["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["bare.cors.yaml", "broken.cors.yaml"]);
}

#[test]
fn every_code_can_be_listed_and_explained() {
    let here = tempfile::tempdir().unwrap();
    let text = |words: &[&str]| {
        let output = corsynth(here.path()).args(words).assert().code(0).stderr("").get_output().clone();
        String::from_utf8(output.stdout).unwrap()
    };
    let schema = serde_json::from_str(&text(&["schema", "rules"])).unwrap();
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let rules: serde_json::Value = serde_json::from_str(&text(&["rules", "--output-format", "json"])).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&rules), "{rules:#}");
    let rules = rules["rules"].as_array().unwrap();
    let codes: Vec<_> = rules.iter().map(|rule| rule["code"].as_str().unwrap()).collect();
    assert_eq!(codes, corsynth::catalog::codes().iter().map(|code| code.id).collect::<Vec<_>>());
    assert_eq!(text(&["rules"]).lines().count(), codes.len());
    assert_eq!(text(&["rules", "--output-format", "markdown"]).lines().count(), codes.len() + 2);

    let all = text(&[&["explain"], &codes[..]].concat());
    for (code, rule) in codes.iter().zip(rules) {
        assert!(all.contains(&format!("{code}\n\n{}, ", rule["severity"].as_str().unwrap())), "{code}");
    }
    // Code keeps its own lines; what stands by itself in a line can be as long as an address.
    let is_prose = |line: &&str| !line.starts_with("    ") && line.trim().contains(' ') && !line.contains("://");
    let longest = all.lines().filter(is_prose).max_by_key(|line| line.chars().count()).unwrap();
    assert!(longest.chars().count() <= 100, "{longest}");
    assert!(!all.contains("<!--") && !all.contains("```"));

    let page = |id: &str| corsynth::catalog::page(id).unwrap();
    let two = text(&["explain", "reserved-name", "null-origin", "--output-format", "markdown"]);
    assert_eq!(two, [page("reserved-name"), page("null-origin")].join("\n"));
}

#[test]
fn stdin_is_an_intent_too() {
    let here = tempfile::tempdir().unwrap();
    corsynth(here.path()).args(["validate", "-"]).write_stdin(INTENT).assert().code(0).stdout("");
    let short = ["validate", "-", "--output-format", "short"];
    let output = corsynth(here.path()).args(short).write_stdin(bare_host()).assert().code(1).get_output().clone();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("<stdin>:6:9: error"));
    let output = corsynth(here.path()).args(["emit", "-", "-f", "cfn"]).write_stdin(INTENT).assert().code(0);
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("from <stdin> "));
}

#[test]
fn what_cannot_be_an_intent_is_unusable() {
    let here = workplace();
    for (name, bytes) in
        [("broken.yaml", &b"version: [1\n"[..]), ("utf16.yaml", b"\xff\xfev\0"), ("nul.yaml", b"a: \0")]
    {
        fs::write(here.path().join(name), bytes).unwrap();
        corsynth(here.path()).args(["validate", name]).assert().code(2);
        corsynth(here.path()).args(["emit", name, "-f", "cfn"]).assert().code(2).stdout("");
    }
    // A device that never ends.
    let output = corsynth(here.path()).args(["validate", "/dev/zero"]).assert().code(2).get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains("larger than 64 MiB"));
}

#[test]
fn the_worst_file_decides_and_all_are_checked() {
    let here = workplace();
    fs::write(here.path().join("bare.cors.yaml"), bare_host()).unwrap();
    let run = |words: &[&str], code| {
        corsynth(here.path()).arg("validate").args(words).args(["--output-format", "short"]).assert().code(code)
    };
    run(&["corsynth.yaml"], 0).stdout("");
    run(&["."], 1).stderr("checked 2 files: 1 error\n");
    run(&["gone.yaml", "."], 2)
        .stderr("error: cannot read `gone.yaml`: no such file or directory\nchecked 2 files: 1 error; 1 file could not be read\n");
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let here = workplace();
    fs::write(here.path().join("corsynth.yaml"), bare_host()).unwrap();
    let styled = |words: &[&str], environment: &[(&str, &str)]| {
        let mut command = corsynth(here.path());
        let output = command.args(words).envs(environment.iter().copied()).output().unwrap();
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    assert!(!styled(&["validate"], &[]), "a pipe is no terminal");
    assert!(styled(&["validate", "--color", "always"], &[]));
    assert!(styled(&["validate", "--color", "always"], &[("NO_COLOR", "1")]), "the option is nearer than the variable");
    assert!(styled(&["validate"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!styled(&["validate"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!styled(&["validate", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(styled(&["--color", "always", "--help"], &[]));
    assert!(!styled(&["--color", "never", "nonsense"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!styled(&["validate", "--color", "always", "--output-format", "json"], &[]), "JSON is JSON");
}

#[test]
fn text_of_the_user_reaches_no_terminal_raw() {
    let here = tempfile::tempdir().unwrap();
    let evil = "\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J";
    fs::write(here.path().join("x.yaml"), INTENT.replace("https://www.acme.com", &format!("\"{evil}\""))).unwrap();
    fs::write(here.path().join("y.yaml"), INTENT.replace("https://www.acme.com", "\"\\e[31m\\u202e\"")).unwrap();
    for words in [
        vec!["validate", "x.yaml"],
        vec!["validate", "x.yaml", "--output-format", "short"],
        vec!["validate", "x.yaml", "--output-format", "json"],
        vec!["validate", "y.yaml"],
        vec!["validate", "y.yaml", "--output-format", "json"],
        vec!["validate", "\u{1b}[2J.yaml"],
        vec!["--color", "always", "emit", "--\u{1b}[2J\u{202e}"],
        vec!["emit", "\u{1b}[2J.yaml", "-f", "cfn", "--out", "\u{9b}2J"],
    ] {
        let output = corsynth(here.path()).args(&words).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!text.is_empty());
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{words:?}: {text:?}");
    }
}

#[test]
fn a_reader_who_leaves_is_no_error_and_a_full_disk_is() {
    let here = workplace();
    for words in
        [&["completions", "bash"][..], &["emit", "-f", "cfn"], &["prove"], &["--help"], &["schema"], &["rules"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_corsynth"))
            .args(words)
            .env_clear()
            .current_dir(here.path())
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("error"), "{words:?}");

        if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_corsynth"))
                .args(words)
                .env_clear()
                .current_dir(here.path())
                .stdout(full)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(2), "{words:?}");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(stderr.contains("error: cannot write to stdout: no space left on device"), "{stderr}");
        }
    }
}

#[test]
fn a_closed_stdout_is_no_crash() {
    let here = workplace();
    let status = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("'{}' emit -f cfn >&- 2>&-", env!("CARGO_BIN_EXE_corsynth"))])
        .current_dir(here.path())
        .status()
        .unwrap();
    assert!(matches!(status.code(), Some(0 | 2)), "{status}");
}

#[test]
fn directories_are_searched_as_git_sees_them() {
    let here = workplace();
    let put = |path: &&str| {
        let path = here.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bare_host()).unwrap();
    };
    ["b/corsynth.yml", "a/fonts.cors.yaml", "a/corsynth.json", "a/x.cors.yml", "other.yaml", "notcors.yaml"]
        .iter()
        .for_each(put);
    ["ignored/corsynth.yaml", ".hidden/corsynth.yaml", "b/skip.cors.yaml"].iter().for_each(put);
    fs::write(here.path().join(".gitignore"), "/ignored\nskip.cors.yaml\n").unwrap();
    let arguments = ["validate", ".", "a", "./corsynth.yaml", "--output-format", "short"];
    let output = corsynth(here.path()).args(arguments).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let mut files: Vec<_> = stdout.lines().map(|line| line.split(':').next().unwrap()).collect();
    files.dedup();
    assert_eq!(files, ["a/corsynth.json", "a/fonts.cors.yaml", "a/x.cors.yml", "b/corsynth.yml"]);
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("checked 5 files: "));
}

#[test]
fn manual_pages_and_completions_name_every_command() {
    let here = tempfile::tempdir().unwrap();
    corsynth(here.path()).args(["man", "man"]).assert().code(0).stdout("");
    let pages: Vec<_> = fs::read_dir(here.path().join("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let commands = [
        "init",
        "validate",
        "emit",
        "simulate",
        "prove",
        "test",
        "diff",
        "origins",
        "explain",
        "rules",
        "schema",
        "completions",
        "man",
    ];
    for command in commands {
        assert!(pages.contains(&format!("corsynth-{command}.1")), "{command} in {pages:?}");
        for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
            let script = corsynth(here.path()).args(["completions", shell]).assert().code(0).get_output().clone();
            assert!(String::from_utf8(script.stdout).unwrap().contains(command), "{command} in {shell}");
        }
    }
    let page = fs::read_to_string(here.path().join("man/corsynth-emit.1")).unwrap();
    assert!(page.starts_with(".ie"), "{page}");
    assert!(page.contains("\\-\\-check"), "{page}");
}

/// A proof names the formats that the intent can be emitted in, and no other.
#[test]
fn what_is_proved_is_what_can_be_emitted() {
    for example in ["02-uploads", "08-custom-origin", "10-own-everything"] {
        let folder = project("examples").join(example);
        let proof = corsynth(&folder).args(["prove", "--output-format", "json"]).assert().code(0).get_output().clone();
        let proof: serde_json::Value = serde_json::from_slice(&proof.stdout).unwrap();
        for format in ["terraform", "cloudformation", "aws-cli"] {
            let emitted = corsynth(&folder).args(["emit", "--format", format]).output().unwrap().status.success();
            let named = proof["formats"].as_array().unwrap().iter().any(|named| named == format);
            assert_eq!(named, emitted, "{example} as {format}");
        }
    }
}
