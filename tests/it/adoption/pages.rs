//! `docs/migrate/`: every snippet stands in a file, every transcript is what the program says, every intent is clean.

use crate::markdown::Document;
use crate::support::project;
use corsynth::compile::{Checked, Input, Options, Syntax, check};
use corsynth::plan::Plan;
use corsynth::render::{Stamp, Target, render};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders below `docs/migrate/`, sorted.
pub(super) fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(project("docs/migrate")).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    assert_eq!(folders.len(), 6, "{folders:?}");
    folders
}

fn checked(folder: &Path) -> Checked {
    let path = folder.join("corsynth.yaml");
    let bytes = fs::read(&path).unwrap();
    check(Input { name: path.display().to_string(), bytes, syntax: Syntax::Yaml }, &Options::default())
}

pub(super) fn plan(folder: &Path) -> Plan {
    let mut checked = checked(folder);
    checked.environments.remove(0).plan.expect("a plan")
}

/// Lines without the indentation of the list that they stand in.
fn dedented(text: &str) -> String {
    let depth = text.lines().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min();
    text.lines().map(|line| line.get(depth.unwrap_or(0)..).unwrap_or("").to_owned() + "\n").collect()
}

#[test]
fn snippets_are_parts_of_files_that_are_tested() {
    for folder in folders() {
        let page = Document::read(&folder.join("README.md"));
        let files: Vec<(String, String)> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with("README.md"))
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
            .collect();
        let snippets = page.blocks.iter().filter(|block| !["console", "sh"].contains(&block.info.as_str()));
        let mut intents = 0;
        for block in snippets {
            let snippet = dedented(&block.text);
            let found = files.iter().find(|(_, text)| holds(text, &snippet));
            let (name, text) =
                found.unwrap_or_else(|| panic!("{}:{}: in no file of the folder\n{snippet}", page.name(), block.line));
            intents += usize::from(name == "corsynth.yaml" && *text == snippet);
        }
        assert_eq!(intents, 1, "{}: the whole intent", page.name());
        for (name, _) in files.iter().filter(|(name, _)| name != "after.template.json") {
            assert!(page.links.contains(name), "{}: nobody is led to {name}", page.name());
        }
    }
}

/// Whether the lines stand in a text one after the other, all moved in by the same depth.
fn holds(text: &str, snippet: &str) -> bool {
    (0..=8).any(|depth| {
        let margin = " ".repeat(depth);
        let moved: String = snippet
            .lines()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{margin}{line}\n") })
            .collect();
        text.contains(&moved)
    })
}

#[test]
fn transcripts_are_what_the_program_says() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("CLICOLOR_FORCE", "0")
        .env("COLUMNS", "100")
        .case("docs/migrate/*/README.md")
        .run();
    for folder in folders() {
        let page = Document::read(&folder.join("README.md"));
        let told = |word: &str| page.blocks.iter().any(|b| b.info == "console" && b.text.contains(word));
        assert!(told("corsynth validate --artifacts") && told("corsynth diff "), "{}", page.name());
    }
}

#[test]
fn intents_are_without_findings() {
    for folder in folders() {
        let checked = checked(&folder);
        assert!(checked.diagnostics.is_empty(), "{}: {:#?}", folder.display(), checked.diagnostics);
    }
}

/// What CDK makes of `after.ts` against the template and the fragments that it refers to.
#[test]
fn the_stack_of_cdk_takes_what_is_emitted() {
    let folder = project("docs/migrate/cdk");
    let stack: Value = serde_json::from_str(&fs::read_to_string(folder.join("after.template.json")).unwrap()).unwrap();
    let artifacts = render(&plan(&folder), Target::CloudFormation, &Stamp::new("corsynth.yaml", b""));
    let emitted = |path: &str| -> Value {
        let text = &artifacts.iter().find(|artifact| artifact.path == path).unwrap().contents;
        let plain = text.replace("!Sub ${CorsynthStackName}", "acme-assets").replace("!Sub ", "");
        serde_yaml::from_str(&plain).unwrap()
    };
    let of = |kind: &str| {
        let resources = stack["Resources"].as_object().unwrap();
        resources.values().find(|resource| resource["Type"] == kind).unwrap()["Properties"].clone()
    };
    let rules = emitted("bucket-cors.assets.yaml");
    assert_eq!(of("AWS::S3::Bucket")["CorsConfiguration"], rules["CorsConfiguration"]);
    let (made, told) = (of("AWS::CloudFront::Distribution"), emitted("cache-behaviors.assets.yaml"));
    let made = made["DistributionConfig"]["DefaultCacheBehavior"].as_object().unwrap().clone();
    for (key, value) in told["DefaultCacheBehavior"].as_object().unwrap() {
        // The origin is the app's own, with its own name.
        if key != "TargetOriginId" {
            assert_eq!(made[key], *value, "{key}");
        }
    }
    // The exports exist.
    let template = &artifacts.iter().find(|artifact| artifact.path == "template.yaml").unwrap().contents;
    for key in ["CachePolicyId", "ResponseHeadersPolicyId"] {
        let name = made[key]["Fn::ImportValue"].as_str().unwrap().strip_prefix("acme-assets-").unwrap();
        assert!(template.contains(&format!("${{AWS::StackName}}-{name}")), "{name} is not exported\n{template}");
    }
}
