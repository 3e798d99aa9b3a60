//! `corsynth diff` as a user meets it: revisions, directories, exit codes, contracts.

use crate::cli::corsynth;
use crate::support::tool;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const BEFORE: &str = include_str!("../../cli/diff.in/before.yaml");
const AFTER: &str = include_str!("../../cli/diff.in/after.yaml");
const REWRITTEN: &str = include_str!("../../cli/diff.in/rewritten.yaml");

/// Exit code, stdout and stderr.
fn run(here: &Path, words: &[&str]) -> (i32, String, String) {
    // `git` is found by the path, and by nothing else of the environment.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let output = corsynth(here).env("PATH", path).args(words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn changes(here: &Path, words: &[&str]) -> Vec<Value> {
    let (code, stdout, stderr) = run(here, &[&["diff", "--output-format", "json"], words].concat());
    assert_eq!(code, 0, "{words:?}: {stderr}");
    let document: Value = serde_json::from_str(&stdout).unwrap();
    let schema = serde_json::from_str(&run(here, &["schema", "diff"]).1).unwrap();
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document["changes"].as_array().unwrap().clone()
}

fn put(here: &Path, path: &str, text: &str) {
    let path = here.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Runs `git`, with nobody's settings.
fn git(here: &Path, words: &[&str]) {
    let person = ["-c", "user.name=Nobody", "-c", "user.email=nobody@acme.example", "-c", "init.defaultBranch=main"];
    let status = Command::new("git")
        .args(person)
        .args(words)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .current_dir(here)
        .output()
        .unwrap();
    assert!(status.status.success(), "{words:?}: {}", String::from_utf8_lossy(&status.stderr));
}

/// A repository with an intent and a file of Terraform on `main`, and a branch `change` on which the intent changed; `main`
/// went on in the meantime.
fn repository() -> tempfile::TempDir {
    let here = tempfile::tempdir().unwrap();
    let at = here.path();
    git(at, &["init", "--quiet"]);
    put(at, "web/corsynth.yaml", BEFORE);
    put(at, "web/.hidden/corsynth.yaml", AFTER);
    corsynth(at).args(["emit", "web/corsynth.yaml", "-f", "tf", "--out", "infra"]).assert().code(0);
    // Whatever else a module packs.
    fs::write(at.join("infra/code.zip"), b"PK\x03\x04\xff").unwrap();
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "before"]);
    git(at, &["checkout", "--quiet", "-b", "change"]);
    put(at, "web/corsynth.yaml", AFTER);
    corsynth(at).args(["emit", "web/corsynth.yaml", "-f", "tf", "--out", "infra"]).assert().code(0);
    git(at, &["commit", "--quiet", "-a", "-m", "after"]);
    git(at, &["checkout", "--quiet", "main"]);
    put(at, "other.cors.yaml", &BEFORE.replace("acme-", "other-"));
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "meanwhile"]);
    git(at, &["checkout", "--quiet", "change"]);
    here
}

#[test]
fn revisions_are_compared_without_checking_them_out() {
    if !tool("git", "--version") {
        return;
    }
    let here = repository();
    let at = here.path();
    put(at, "before.yaml", BEFORE);
    let expected = changes(at, &["before.yaml", "web/corsynth.yaml"]);
    let told = |changes: &[Value]| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        changes.iter().map(|change| (text(&change["change"]), text(&change["sentence"]))).collect()
    };
    assert!(expected.len() > 3, "{expected:#?}");
    // The same file on both sides has no name; one below a directory has.
    for words in [
        &["main...HEAD", "web"][..],
        &["main...change"],
        &["main...", "web/corsynth.yaml"],
        &["main..HEAD", "web"],
        &["main", "HEAD", "web"],
        &["main", "web"],
        &["main", "web/corsynth.yaml"],
        &["main:./"],
    ] {
        if words == ["main:./"] {
            continue;
        }
        assert_eq!(told(&changes(at, words)), told(&expected), "{words:?}");
    }
    let names = |words: &[&str]| -> Vec<String> {
        let mut names: Vec<String> =
            changes(at, words).iter().map(|change| change["name"].as_str().unwrap().to_owned()).collect();
        names.dedup();
        names
    };
    assert_eq!(names(&["main...HEAD"]), ["web/corsynth.yaml"]);
    assert_eq!(names(&["main...HEAD", "web"]), ["corsynth.yaml"]);
    // What `main` got in the meantime is no loss of the branch, unless the two are compared as they are.
    assert_eq!(names(&["main..HEAD"]), ["other.cors.yaml", "web/corsynth.yaml"]);
    // Below another directory, paths are from there.
    let (code, stdout, _) = run(&at.join("web"), &["diff", "main..HEAD"]);
    assert_eq!(code, 0);
    assert!(stdout.starts_with("corsynth.yaml\n\ngained: "), "{stdout}");
    assert_eq!(told(&changes(at, &["main", "."])), told(&changes(at, &["main"])));

    // Artifacts, too: on both sides, and beside a path on disk.
    let artifacts = changes(at, &["main...HEAD", "infra"]);
    assert!(!artifacts.is_empty());
    assert_eq!(told(&changes(at, &["main", "infra"])), told(&artifacts));
    assert_eq!(changes(at, &["HEAD", "infra"]), Vec::<Value>::new());
    assert_eq!(changes(at, &["HEAD", "HEAD"]), Vec::<Value>::new());
}

#[test]
fn every_replay_shows_what_its_row_says() {
    if !tool("git", "--version") {
        return;
    }
    let here = repository();
    let shown = |words: &[&str]| {
        let mut count = 0;
        for change in changes(here.path(), words) {
            let replay = change["replay"].as_str().unwrap();
            let script = format!("corsynth() {{ '{}' \"$@\"; }}; {replay}", env!("CARGO_BIN_EXE_corsynth"));
            let output = Command::new("sh").args(["-c", &script]).current_dir(here.path()).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.starts_with("readable"), "{replay}: {text} {}", String::from_utf8_lossy(&output.stderr));
            count += 1;
        }
        assert!(count > 2, "{words:?}");
    };
    shown(&["main...HEAD", "web"]);
    put(here.path(), "before.yaml", BEFORE);
    put(here.path(), "after.yaml", AFTER);
    shown(&["before.yaml", "after.yaml"]);
    corsynth(here.path()).args(["emit", "before.yaml", "-f", "cli", "--out", "old"]).assert().code(0);
    shown(&["old", "infra"]);
}

#[test]
fn what_git_cannot_say_is_told_in_words() {
    if !tool("git", "--version") {
        return;
    }
    let here = repository();
    let refused = |words: &[&str], message: &str| {
        let (code, stdout, stderr) = run(here.path(), &[&["diff"], words].concat());
        assert_eq!((code, stdout.as_str()), (2, ""), "{words:?}");
        assert!(stderr.starts_with(&format!("error: {message}")), "{words:?}: {stderr}");
    };
    refused(&["nowhere..HEAD"], "`nowhere` is neither a file nor a revision");
    refused(&["main..nowhere"], "`nowhere` is neither a file nor a revision");
    refused(&["nowhere", "HEAD"], "`nowhere` is neither a file nor a revision");
    refused(&["--", "--output=x..HEAD"], "`--output=x` is neither a file nor a revision");
    refused(
        &["main..HEAD", "nowhere"],
        "there is no intent, and there are no artifacts, in `main:nowhere` and `HEAD:nowhere`",
    );
    refused(&["main..HEAD", "web", "infra"], "`A..B` names both sides");
    refused(&["web"], "there is nothing to compare `web` with");
    git(here.path(), &["checkout", "--quiet", "--orphan", "alone"]);
    git(here.path(), &["commit", "--quiet", "-m", "alone"]);
    refused(&["main...alone"], "the two revisions have no common ancestor");

    let elsewhere = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(elsewhere.path(), &["diff", "main..HEAD"]);
    assert_eq!(code, 2);
    assert!(stderr.starts_with("error: `main` is no file, and this is not a git repository\n"), "{stderr}");
    let output = corsynth(here.path()).env("PATH", "/nowhere").args(["diff", "main..HEAD"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: `main` is no file, and `git` is not installed\n"), "{stderr}");
}

#[test]
fn directories_are_paired_by_path() {
    let here = tempfile::tempdir().unwrap();
    let at = here.path();
    put(at, "old/web/corsynth.yaml", BEFORE);
    put(at, "old/gone.cors.yaml", &BEFORE.replace("acme-", "gone-"));
    put(at, "new/web/corsynth.yaml", REWRITTEN);
    put(at, "new/came.cors.yaml", &BEFORE.replace("acme-", "came-"));
    fs::create_dir_all(at.join("empty")).unwrap();
    let told = |words: &[&str]| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut told: Vec<_> = changes(at, words).iter().map(|c| (text(&c["name"]), text(&c["change"]))).collect();
        told.dedup();
        told
    };
    let pair = |name: &str, change: &str| (name.to_owned(), change.to_owned());
    assert_eq!(told(&["old", "new"]), [pair("came.cors.yaml", "gained"), pair("gone.cors.yaml", "lost")]);
    assert_eq!(told(&["empty", "new"]), [pair("came.cors.yaml", "gained"), pair("web/corsynth.yaml", "gained")]);
    assert_eq!(told(&["old/web/corsynth.yaml", "new/web"]), []);
    let (code, _, stderr) = run(at, &["diff", "empty", "empty"]);
    assert_eq!(
        (code, stderr.lines().next()),
        (2, Some("error: there is no intent, and there are no artifacts, in `empty` and `empty`"))
    );
}

#[test]
fn an_intent_with_errors_is_not_compared() {
    let here = tempfile::tempdir().unwrap();
    let at = here.path();
    put(at, "good.yaml", BEFORE);
    put(at, "bad.yaml", &BEFORE.replace("https://acme.com", "acme.com"));
    put(at, "broken.yaml", "version: [1\n");
    put(at, "all/bad.cors.yaml", &BEFORE.replace("https://acme.com", "acme.com"));
    let code = |words: &[&str], code: i32, finding: &str| {
        let (found, stdout, stderr) = run(at, &[&["diff"], words].concat());
        assert_eq!((found, stdout.as_str()), (code, ""), "{words:?}: {stderr}");
        assert!(stderr.contains(finding), "{words:?}: {stderr}");
    };
    code(&["good.yaml", "bad.yaml"], 1, "--> bad.yaml:7:");
    code(&["bad.yaml", "good.yaml", "--output-format", "json"], 1, "--> bad.yaml:7:");
    code(&["bad.yaml", "broken.yaml"], 2, "--> broken.yaml:");
    code(&["good.yaml", "all"], 1, "--> all/bad.cors.yaml:7:");
    code(&["--artifacts", "good.yaml", "good.yaml"], 2, "neither a Terraform module");
    // What is no artifact is read as an intent, wherever it comes from.
    let output = corsynth(at).args(["diff", "-", "good.yaml", "--exit-code"]).write_stdin(REWRITTEN).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn text_of_the_user_breaks_out_of_no_table() {
    let here = tempfile::tempdir().unwrap();
    let at = here.path();
    let rules = |header: &str| {
        serde_json::json!({ "CORSRules": [{ "AllowedOrigins": ["https://a.example", "https://|`x`\n| <b>*"],
        "AllowedMethods": ["GET"], "ExposeHeaders": [header] }] })
        .to_string()
    };
    put(at, "old.json", &serde_json::json!({ "CORSRules": [] }).to_string());
    put(at, "new.json", &rules("x-a`|<script>\u{202e}\n|b"));
    let (code, stdout, stderr) =
        run(at, &["diff", "--artifacts", "old.json", "new.json", "--output-format", "markdown"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("| **gained** |"), "{stdout}");
    for line in stdout.lines().filter(|line| line.starts_with('|')) {
        let cells = line.replace("\\|", "").matches('|').count();
        assert_eq!(cells, 5, "{line}");
        // Outside of code spans, nothing of it is left.
        let outside: String = line.split('`').step_by(2).collect();
        assert!(!outside.contains("<script>") && !outside.contains("<b>"), "{line}");
    }
    assert!(!stdout.contains('\u{202e}'));
}
