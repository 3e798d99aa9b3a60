//! `corsynth simulate` and `corsynth test` as a user meets them: what is read, exit codes, streams, contracts.

use crate::cli::corsynth;
use crate::support::project;
use serde_json::Value;
use std::fs;
use std::path::Path;

const INTENT: &str = include_str!("../cli/test.in/corsynth.yaml");
const ASK: [&str; 4] = ["--origin", "https://www.acme.com", "--url", "static:/a.woff2"];

fn workplace() -> tempfile::TempDir {
    let here = tempfile::tempdir().expect("a directory");
    fs::write(here.path().join("corsynth.yaml"), INTENT).expect("a file");
    here
}

/// Exit code, stdout and stderr.
fn run(here: &Path, words: &[&str], stdin: &[u8]) -> (i32, String, String) {
    let output = corsynth(here).args(words).write_stdin(stdin).output().expect("a run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn simulate(here: &Path, words: &[&str], stdin: &[u8]) -> (i32, String, String) {
    run(here, &[&["simulate"], &ASK[..], words].concat(), stdin)
}

fn valid(here: &Path, of: &str, text: &str) -> Value {
    let schema = run(here, &["schema", of], b"").1;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<_> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{of}: {errors:#?}");
    value
}

#[test]
fn an_answer_is_an_answer_whatever_it_is() {
    let here = workplace();
    let decision = |words: &[&str]| {
        let (code, stdout, stderr) = simulate(here.path(), &[words, &["--output-format", "json"]].concat(), b"");
        assert_eq!((code, stderr.as_str()), (0, ""), "{words:?}");
        valid(here.path(), "simulation", &stdout)["verdict"]["decision"].as_str().expect("a decision").to_owned()
    };
    assert_eq!(decision(&[]), "readable");
    assert_eq!(decision(&["--method", "DELETE"]), "blocked");
    assert_eq!(decision(&["--header", "x-custom"]), "blocked");
    assert_eq!(decision(&["--via", "s3"]), "readable");
    assert_eq!(decision(&["--preflight"]), "readable");
    assert_eq!(decision(&["--raw", "--header", "Accept: */*"]), "readable");
    assert_eq!(decision(&["--credentials", "include"]), "readable");
    assert_eq!(decision(&["--credentials", "include", "--reading", "bucket-credentials=replaced"]), "blocked");
}

#[test]
fn an_intent_comes_from_anywhere_and_its_findings_are_talk() {
    let here = workplace();
    let (code, stdout, stderr) = simulate(here.path(), &["-"], INTENT.as_bytes());
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("\n    <stdin>:10  https://"), "the intent's line is told: {stdout}");
    fs::write(here.path().join("warned.yaml"), INTENT.replace("  editor:", "  unused: https://x.example\n  editor:"))
        .expect("a file");
    let (code, stdout, stderr) = simulate(here.path(), &["warned.yaml", "--output-format", "json"], b"");
    assert_eq!(code, 0);
    valid(here.path(), "simulation", &stdout);
    assert_eq!(valid(here.path(), "findings", &stderr)["summary"]["warnings"], 1);
    let bad = INTENT.replace("https://www", "www");
    for (words, text, expected) in
        [(["-"], bad.as_bytes(), 1), (["-"], b"a: [", 2), (["-"], b"\xff\xfe", 2), (["gone.yaml"], b"", 2)]
    {
        let (code, stdout, stderr) = simulate(here.path(), &words, text);
        assert_eq!((code, stdout.as_str()), (expected, ""), "{stderr}");
        assert!(stderr.starts_with("error"), "{stderr}");
        assert_eq!(run(here.path(), &[&["test"], &words[..]].concat(), text).0, expected);
    }
}

#[test]
fn what_is_asked_wrongly_is_usage() {
    let here = workplace();
    for (words, said) in [
        (&["--given", "GET"][..], "lacks a method or a URL"),
        (&["--given", "GET uploads:/a"], "is at `uploads`"),
        (&["--given", "GET static:/a origin"], "`origin` is neither"),
        (&["--reading", "s3"], "no reading is called `s3`"),
        (&["--reading", "s3-origin-case=no"], "`no` does not answer"),
        (&["--header", "a b"], "not the name of a header"),
        (&["--raw", "--header", "a"], "has no value"),
        (&["--credentials", "maybe"], "invalid value 'maybe'"),
        (&["--via", "nowhere"], "invalid value 'nowhere'"),
        (&["--artifacts", ".", "corsynth.yaml"], "cannot be used with"),
        (&["--output-format", "short"], "invalid value 'short'"),
    ] {
        let (code, stdout, stderr) = simulate(here.path(), words, b"");
        assert_eq!((code, stdout.as_str()), (2, ""), "{words:?}: {stderr}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
    for (url, said) in [
        ("statics:/a", "did you mean `static`?"),
        ("https://static.acme.co/a", "did you mean `static.acme.com`?"),
        ("/a", "`ASSET:/PATH`"),
    ] {
        let (code, _, stderr) = run(here.path(), &["simulate", "--origin", "null", "--url", url], b"");
        assert_eq!(code, 2);
        assert!(stderr.contains(said), "{stderr}");
    }
}

#[test]
fn artifacts_that_cannot_be_read_are_told_with_their_place() {
    let here = workplace();
    let path = here.path();
    fs::create_dir_all(path.join("empty/.hidden")).expect("a directory");
    fs::write(path.join("empty/.hidden/main.tf"), "x").expect("a file");
    fs::write(path.join("empty/notes.txt"), "x").expect("a file");
    fs::write(path.join("latin.json"), b"\"\xe9\"").expect("a file");
    fs::create_dir(path.join("bad")).expect("a directory");
    fs::write(path.join("bad/main.tf"), "resource {{{").expect("a file");
    for (artifacts, stdin, said) in [
        ("gone", &b""[..], "cannot read `gone`: no such file or directory"),
        ("empty", b"", "no artifacts below `empty`"),
        ("latin.json", b"", "cannot read `latin.json`: it is not UTF-8 text"),
        ("/dev/zero", b"", "cannot read `/dev/zero`: it is larger than 64 MiB"),
        ("bad", b"", "main.tf:1"),
        ("-", b"hello", "cannot read `<stdin>`"),
        ("-", b"\xff", "cannot read `<stdin>`: it is not UTF-8 text"),
        ("-", b"", "cannot read `<stdin>`"),
        ("corsynth.yaml", b"", "cannot read `corsynth.yaml`"),
    ] {
        let (code, stdout, stderr) = simulate(path, &["--artifacts", artifacts], stdin);
        assert_eq!((code, stdout.as_str()), (2, ""), "{artifacts}: {stderr}");
        assert!(stderr.contains(said), "{artifacts}: {stderr}");
    }
}

/// A directory is one artifact set: what belongs to other modules, and what is hidden, is not read.
#[test]
fn a_module_is_read_without_its_examples_and_tests() {
    let here = workplace();
    let emit = ["emit", "--format", "tf", "--out", "infra"];
    assert_eq!(run(here.path(), &emit, b"").0, 0);
    let infra = here.path().join("infra");
    assert!(infra.join("examples").is_dir() && infra.join("tests").is_dir(), "the module has both");
    for folder in ["examples/more", ".terraform"] {
        fs::create_dir_all(infra.join(folder)).expect("a directory");
        fs::write(infra.join(folder).join("broken.tf"), "resource {{{").expect("a file");
    }
    let (code, stdout, stderr) = simulate(here.path(), &["--artifacts", "infra", "--output-format", "json"], b"");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(valid(here.path(), "simulation", &stdout)["verdict"]["decision"], "readable");
    fs::write(infra.join("broken.tf"), "resource {{{").expect("a file");
    let (code, _, stderr) = simulate(here.path(), &["--artifacts", "infra"], b"");
    assert_eq!(code, 2);
    assert!(stderr.contains("broken.tf:1"), "{stderr}");
}

#[test]
fn expectations_decide_the_exit_code() {
    let here = workplace();
    let wrong = INTENT.replace("then: blocked", "then: readable");
    fs::write(here.path().join("wrong.yaml"), &wrong).expect("a file");
    let test = |words: &[&str]| run(here.path(), &[&["test"], words].concat(), wrong.as_bytes());
    let (code, stdout, stderr) = test(&["--output-format", "json"]);
    assert_eq!((code, stderr.as_str()), (0, "2 expectations: all hold\n"));
    assert_eq!(valid(here.path(), "expectations", &stdout)["passed"], 2);
    let (code, stdout, stderr) = test(&["wrong.yaml", "--output-format", "json"]);
    assert_eq!((code, stderr.as_str()), (1, "2 expectations: 1 failed\n"));
    let report = valid(here.path(), "expectations", &stdout);
    assert_eq!(report["failed"], 1);
    let replay = report["expectations"][1]["replay"].as_str().expect("a command");
    let words: Vec<_> = replay.split(' ').skip(1).collect();
    assert!(run(here.path(), &words, b"").1.starts_with("blocked["), "{replay}");
    let (code, stdout, _) = test(&["-"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("replay: corsynth simulate - --origin"), "{stdout}");
    // What does not hold is not exported.
    let (code, stdout, stderr) = test(&["wrong.yaml", "--export", "curl"]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert!(stderr.contains("\nFAIL  PUT uploads:/photo.jpg"), "{stderr}");
    let none = INTENT.split("expect:").next().expect("a part");
    let (code, stdout, stderr) = run(here.path(), &["test", "-"], none.as_bytes());
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert_eq!(stderr, "no expectations in `<stdin>`: its `expect` may list some\n");
}

/// The CLI's object and the console's list, from stdin and from a file; every name is that bucket's, and S3 takes the
/// first rule that matches.
#[test]
fn lone_rules_are_a_bucket() {
    let here = workplace();
    let rules = r#"[{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]},
                    {"AllowedOrigins": ["https://www.acme.com"], "AllowedMethods": ["GET", "PUT"],
                     "AllowedHeaders": ["x-*"], "ExposeHeaders": ["ETag"]}]"#;
    let wrapped = format!("{{\"CORSRules\": {rules}}}");
    fs::write(here.path().join("cors.json"), &wrapped).expect("a file");
    let exposed = |artifacts: &str, words: &[&str]| {
        let words = [&["--artifacts", artifacts, "--output-format", "json"], words].concat();
        let (code, stdout, stderr) = simulate(here.path(), &words, rules.as_bytes());
        assert_eq!((code, stderr.as_str()), (0, ""), "{words:?}");
        valid(here.path(), "simulation", &stdout)["exposed_headers"].to_string()
    };
    for artifacts in ["-", "cors.json"] {
        assert_eq!(exposed(artifacts, &[]), "[]");
        assert_eq!(exposed(artifacts, &["--first-rule", "2"]), r#"["etag"]"#);
        assert_eq!(exposed(artifacts, &["--method", "PUT", "--header", "x-a"]), r#"["etag"]"#);
    }
    let raw = ["simulate", "--artifacts", "cors.json", "--raw", "--method", "OPTIONS", "--url", "any:/thing"];
    let asked = ["--header", "Origin: https://www.acme.com", "--header", "Access-Control-Request-Method: DELETE"];
    let (code, stdout, _) = run(here.path(), &[&raw[..], &asked, &["--output-format", "json"]].concat(), b"");
    let exchange = valid(here.path(), "simulation", &stdout)["exchanges"][0].clone();
    assert_eq!((code, exchange["response"]["status"].as_u64()), (0, Some(403)));
    assert_eq!(exchange["response"]["error"]["code"], "AccessForbidden");
    let (code, _, stderr) = simulate(here.path(), &["--artifacts", "cors.json", "--first-rule", "3"], b"");
    assert_eq!(code, 2);
    assert!(stderr.contains("rules 1 to 2"), "{stderr}");
}

/// What a command prints when a shell runs it.
fn by_a_shell(here: &Path, command: &str) -> String {
    let script = format!("corsynth() {{ '{}' \"$@\"; }}; {command}", env!("CARGO_BIN_EXE_corsynth"));
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(here).output().expect("a shell");
    assert!(output.stderr.is_empty(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Artifacts of others call things by names of their own, and so does all that is told of them.
#[test]
fn artifacts_of_others_are_asked_by_their_own_names() {
    const HEADERS: &str = "            AllowedHeaders: [range, if-range]";
    for (intent, artifacts, old, new, id, kinds) in [
        ("reads", "cloudformation/template.yaml", HEADERS, "", "AssetsBucket", &["under-grant"][..]),
        (
            "reads",
            "cloudformation/template.yaml",
            HEADERS,
            "            AllowedHeaders: ['*']",
            "AssetsBucket",
            &["over-grant"],
        ),
        ("uploads", "uploads/template.json", "\"PUT\"", "\"POST\"", "Incoming", &["over-grant", "under-grant"]),
        ("uploads", "rules/cors.json", "admin.", "*.", "bucket", &["over-grant"]),
        (
            "fetch",
            "terraform-state/state.json",
            "https://app.example.com",
            "https://*.example.com",
            "assets",
            &["over-grant"],
        ),
    ] {
        let here = tempfile::tempdir().expect("a directory");
        let foreign = project("tests/readback/foreign");
        let text = fs::read_to_string(foreign.join(artifacts)).expect("artifacts");
        assert!(text.contains(old), "{artifacts}");
        let name = artifacts.rsplit('/').next().expect("a name");
        fs::write(here.path().join(name), text.replace(old, new)).expect("a file");
        let meant = fs::read(foreign.join(format!("intents/{intent}.yaml"))).expect("an intent");
        // Another id and, for the bucket that is the only one, another name: the artifacts' own are told.
        let words = ["prove", "-", "--artifacts", name, "--output-format", "json"];
        let (code, stdout, stderr) = run(here.path(), &words, &meant);
        assert_eq!((code, stderr.as_str()), (1, ""), "{artifacts}: {stdout}");
        let proof = valid(here.path(), "proof", &stdout);
        let mut told = std::collections::BTreeSet::new();
        for found in proof["counterexamples"].as_array().expect("a list") {
            let text = |member: &str| found[member].as_str().unwrap_or_default().to_owned();
            let (kind, replay) = (text("kind"), text("replay"));
            assert!(replay.contains(&format!(" --url {id}:/")), "{replay}");
            let expected = if kind == "over-grant" { "readable[" } else { "blocked[" };
            let shown = by_a_shell(here.path(), &replay);
            assert!(shown.starts_with(expected), "{replay}: {shown}");
            told.insert(kind);
        }
        assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), kinds, "{artifacts}: {stdout}");
        assert_eq!(proof["unknown"].as_array().map(Vec::len), Some(0), "{artifacts}: {stdout}");
    }
}

/// What a proof refutes, and what the commands show that it gives.
#[test]
fn counterexamples_are_shown_by_their_replays() {
    let here = workplace();
    assert_eq!(run(here.path(), &["emit", "--format", "tf", "--out", "it's infra"], b"").0, 0);
    let (code, stdout, stderr) = run(here.path(), &["prove", "--output-format", "json"], b"");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(valid(here.path(), "proof", &stdout)["proved"], true);
    let narrower = INTENT.replace("www.acme.com", "other.acme.com");
    let words = ["prove", "-", "--artifacts", "it's infra", "--output-format", "json"];
    let (code, stdout, _) = run(here.path(), &words, narrower.as_bytes());
    assert_eq!(code, 1);
    let proof = valid(here.path(), "proof", &stdout);
    assert_eq!(proof["proved"], false);
    let mut kinds = std::collections::BTreeSet::new();
    for found in proof["counterexamples"].as_array().expect("a list") {
        let (kind, replay) = (found["kind"].as_str().expect("a kind"), found["replay"].as_str().expect("a command"));
        let shown = by_a_shell(here.path(), replay);
        let expected = if kind == "over-grant" { "readable[" } else { "blocked[" };
        assert!(shown.starts_with(expected), "{replay}: {shown}");
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 2, "{kinds:?}");
}

#[test]
fn what_cannot_be_judged_is_told() {
    let here = workplace();
    for (words, expected, said) in [
        (&["prove", "gone.yaml"][..], 2, "cannot read `gone.yaml`"),
        (&["prove", "--artifacts", "gone"], 2, "cannot read `gone`"),
        (&["prove", "-", "--artifacts", "-"], 2, "cannot both come from stdin"),
        (&["prove", "--artifacts", "corsynth.yaml"], 2, "cannot read `corsynth.yaml`"),
        (&["prove", "-"], 2, "error"),
    ] {
        let (code, stdout, stderr) = run(here.path(), words, b"a: [");
        assert_eq!((code, stdout.as_str()), (expected, ""), "{words:?}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
}

/// An expectation that holds only under some readings does not hold.
#[test]
fn expectations_hold_under_all_readings() {
    let here = workplace();
    for (then, unusual) in [("readable", Some("replaced")), ("blocked", None)] {
        let expectation =
            format!("  - {{ origin: https://www.acme.com, get: static:/a, credentials: include, then: {then} }}\n");
        let (code, stdout, _) =
            run(here.path(), &["test", "-", "--output-format", "json"], (INTENT.to_owned() + &expectation).as_bytes());
        assert_eq!(code, 1, "{then}");
        let report = valid(here.path(), "expectations", &stdout);
        assert_eq!(report["expectations"][2]["reading"]["bucket-credentials"].as_str(), unusual);
        assert_eq!(report["expectations"][2]["holds"], false);
    }
}

#[test]
fn the_expectations_of_the_examples_hold() {
    for example in fs::read_dir(project("examples")).expect("the examples") {
        let intent = example.expect("an example").path().join("corsynth.yaml");
        let has_environments = fs::read_to_string(&intent).expect("an intent").contains("\nenvironments:");
        let environments: &[&[&str]] = if has_environments { &[&["--env=staging"], &["--env=prod"]] } else { &[&[]] };
        for environment in environments {
            let words = [&["test", intent.to_str().expect("a path")], *environment].concat();
            let (code, stdout, stderr) = run(&project(""), &words, b"");
            assert_eq!(code, 0, "{stdout}{stderr}");
        }
    }
}

#[test]
fn text_of_others_reaches_no_terminal_raw() {
    let here = workplace();
    let evil = "\u{1b}]0;x\u{7}\u{202e}\u{9b}2J";
    let path = format!("static:/{evil}");
    let origin = format!("https://{evil}");
    let header = format!("x: {evil}");
    let given = format!("GET static:/a x={evil}");
    let query = "static:/a?\u{202e}\u{200b}";
    for words in [
        vec!["simulate", "--origin", "null", "--url", &path],
        vec!["simulate", "--origin", &origin, "--url", "static:/a"],
        vec!["simulate", "--origin", "https://a\u{202e}b", "--url", query],
        vec!["simulate", "--origin", "https://a\u{202e}b", "--url", query, "--output-format", "json"],
        vec!["simulate", "--origin", "null", "--url", "static:/a", "--raw", "--header", &header],
        vec!["simulate", "--origin", "null", "--url", "static:/a", "--header", &header, "--output-format", "json"],
        vec!["simulate", "--origin", "null", "--url", "static:/a", "--given", &given],
        vec!["simulate", "--origin", "null", "--url", "static:/a", "--reading", evil],
        vec!["simulate", "--origin", "null", "--url", "static:/a", "--artifacts", evil],
        vec!["test", evil],
    ] {
        let (_, stdout, stderr) = run(here.path(), &words, b"");
        let text = stdout + &stderr;
        assert!(!text.is_empty());
        assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{words:?}: {text:?}");
    }
}
