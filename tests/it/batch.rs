//! Many intents in one run: the same output whatever the number of threads, and what holds for each of them.

use crate::cli::{INTENT, corsynth};
use crate::support::project;
use std::fs;
use std::path::Path;

/// Intents of which every third has something to say.
fn estate(count: usize) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for index in 0..count {
        let text = match index % 3 {
            0 => INTENT.replace("name: acme", &format!("name: acme-{index}")),
            1 => INTENT.replace("https://www", "www"),
            _ => INTENT.replace("frontends:", "frontends:\n  old: https://old.example"),
        };
        let folder = directory.path().join(format!("team-{}/app-{index:04}", index % 7));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("corsynth.yaml"), text).unwrap();
    }
    fs::write(directory.path().join("team-3/broken.cors.yaml"), "version: [").unwrap();
    fs::write(directory.path().join("team-4/bytes.cors.yaml"), [0xff, 0xfe, 0x00]).unwrap();
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> (Option<i32>, Vec<u8>, Vec<u8>) {
    let output = corsynth(directory).arg("validate").args(arguments).output().unwrap();
    (output.status.code(), output.stdout, output.stderr)
}

#[test]
fn the_output_is_the_same_whatever_the_number_of_threads() {
    let estate = estate(400);
    for format in ["human", "short", "json"] {
        let with = |threads: &str| run(estate.path(), &[".", "--output-format", format, "--threads", threads]);
        let (code, stdout, stderr) = with("1");
        assert_eq!(code, Some(2));
        assert!(stdout.len() > 10_000, "{format}: {}", stdout.len());
        for threads in ["2", "3", "8", "64"] {
            assert!(with(threads) == (code, stdout.clone(), stderr.clone()), "{format} with {threads} threads");
        }
        let summary = String::from_utf8(stderr).unwrap();
        assert!(summary.contains("checked 402 files: 135 errors, 133 warnings\n"), "{summary}");
    }
}

#[test]
fn the_nearest_configuration_counts_up_to_the_root_of_the_repository() {
    let here = tempfile::tempdir().unwrap();
    let at = |path: &str| here.path().join(path);
    for folder in ["repository/.git", "repository/team/app", "repository/other"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    let unused = INTENT.replace("frontends:", "frontends:\n  old: https://old.example");
    fs::write(at("repository/team/app/corsynth.yaml"), &unused).unwrap();
    fs::write(at("repository/other/corsynth.yaml"), &unused).unwrap();
    let told = |intent: &str| {
        let (code, stdout, _) = run(&at("repository"), &["--output-format", "short", intent]);
        let text = String::from_utf8(stdout).unwrap();
        (code.unwrap(), text.split_once(": ").map(|(_, rest)| rest.split(['[']).next().unwrap().to_owned()))
    };
    let said = |code, severity: &str| (code, Some(severity.to_owned()));
    let (app, other) = ("team/app/corsynth.yaml", "other/corsynth.yaml");
    // Beyond the repository nobody looks.
    fs::write(at("corsynth.toml"), "[levels]\nunused-declaration = \"error\"\n").unwrap();
    assert_eq!((told(app), told(other)), (said(0, "warning"), said(0, "warning")));
    fs::write(at("repository/corsynth.toml"), "fail-on = \"warning\"\n").unwrap();
    assert_eq!((told(app), told(other)), (said(1, "warning"), said(1, "warning")));
    // The nearest counts, and alone.
    fs::write(at("repository/team/corsynth.toml"), "[levels]\nunused-declaration = \"note\"\n").unwrap();
    assert_eq!((told(app), told(other)), (said(0, "note"), said(1, "warning")));
    fs::write(at("repository/team/app/corsynth.toml"), "[levels]\nunused-declaration = \"off\"\n").unwrap();
    assert_eq!(told(app), (0, None));
}

#[test]
fn the_table_of_origins_matches_its_schema() {
    let schema = fs::read_to_string(project("schemas/origins.v1.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let validator = jsonschema::validator_for(&schema).unwrap();
    for example in crate::examples::examples() {
        let output = corsynth(&example).args(["origins", "--output-format", "json"]).output().unwrap();
        let table: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(validator.is_valid(&table), "{table}");
        let columns = table["environments"].as_array().unwrap().len().max(1);
        for frontend in table["frontends"].as_array().unwrap() {
            assert_eq!(frontend["origins"].as_array().unwrap().len(), columns, "{table}");
        }
    }
}
