//! Artifacts that nobody emitted, each held against an intent: what is right is proved, and what people get wrong is
//! refuted by a request that can be run.

mod module;
mod others;
mod template;
mod uploads;

use super::mutations::replays;
use crate::support::project;
use corsynth::compile::{Input, Syntax, compile};
use corsynth::intent::Intent;
use corsynth::prove::{Counterexample, Proof, prove};
use corsynth::readback::{self, File, ReadBack};
use corsynth::simulate::{Asked, HttpRequest};
use std::path::Path;

/// What a proof comes to.
#[derive(Clone, Copy)]
enum Outcome {
    Proved,
    /// The simplest counterexample in one line, and a part of why it happens.
    Refuted(&'static str, &'static str),
    /// The beginning of what is not known.
    Unknown(&'static str),
}

/// An artifact set with edits, and an intent.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    /// Below `tests/readback/`: a file, or a folder.
    artifacts: &'static str,
    edits: &'static [(&'static str, &'static str)],
    /// Below `tests/readback/foreign/intents/`, or an intent of this name there with edits.
    intent: (&'static str, &'static [(&'static str, &'static str)]),
    outcome: Outcome,
}

fn artifacts(case: &Case) -> ReadBack {
    let path = project("tests/readback").join(case.artifacts);
    let mut files: Vec<File> = if path.is_dir() {
        let mut paths: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| file(path)).collect()
    } else {
        vec![file(&path)]
    };
    for (old, new) in case.edits {
        assert!(files.iter().any(|file| file.text.contains(old)), "{}: no `{old}`", case.name);
        for file in &mut files {
            file.text = file.text.replace(old, new);
        }
    }
    readback::read(&files).unwrap_or_else(|error| panic!("{}: {error:?}", case.name))
}

fn file(path: &Path) -> File {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    File { path: name, text: std::fs::read_to_string(path).unwrap() }
}

fn intent(case: &Case) -> Intent {
    let (name, edits) = case.intent;
    let mut text = file(&project("tests/readback/foreign/intents").join(format!("{name}.yaml"))).text;
    for (old, new) in edits {
        assert!(text.contains(old), "{}: no `{old}`", case.name);
        text = text.replace(old, new);
    }
    let compiled = compile(Input { name: "intent".into(), bytes: text.into_bytes(), syntax: Syntax::Yaml });
    compiled.intent.unwrap_or_else(|| panic!("{}: {:#?}", case.name, compiled.diagnostics))
}

/// A counterexample in one line.
fn line(found: &Counterexample) -> String {
    let given = |request: &HttpRequest| {
        let headers = request.headers.iter().map(|(name, value)| format!(", {name}: {value}"));
        format!(" after {}{}", request.method, headers.collect::<String>())
    };
    let given: String = found.scenario.given.iter().map(|earlier| given(&earlier.request)).collect();
    let asked = match &found.scenario.asked {
        Asked::Page(request) => {
            let headers: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
            let headers = if headers.is_empty() { String::new() } else { format!(" with {}", headers.join(", ")) };
            format!("{} {} from {}{headers}", request.method, request.url, request.origin)
        }
        Asked::Raw(request) => format!("{} {} at the {:?}", request.method, request.url, request.url.door),
    };
    format!("{}: {asked}{given}: {}, is {}", found.kind.as_str(), found.expected, found.actual)
}

/// As `corsynth prove` puts it together: what was not understood may have a say.
fn proof(intent: &Intent, read: &ReadBack) -> Proof {
    let mut proof = prove(intent, &read.deployed);
    proof.unknown.extend(read.unknowns.iter().map(|unknown| format!("{}: {}", unknown.place, unknown.what)));
    proof
}

#[test]
fn artifacts_of_others_are_proved_or_refuted() {
    let mut wrong = Vec::new();
    for case in [template::CASES, uploads::CASES, others::CASES, module::CASES].concat() {
        let (intent, read) = (intent(&case), artifacts(&case));
        let proof = proof(&intent, &read);
        replays(&intent, &read.deployed, &proof, case.name);
        let first = proof.counterexamples.first();
        let right = match case.outcome {
            Outcome::Proved => proof.is_proved(),
            Outcome::Refuted(expected, because) => {
                first.is_some_and(|c| line(c) == expected && c.because.contains(because)) && !because.is_empty()
            }
            Outcome::Unknown(start) => first.is_none() && proof.unknown.first().is_some_and(|u| u.starts_with(start)),
        };
        if !right {
            let shown = proof.counterexamples.iter().take(2).map(|c| format!("\n  {}\n    {}", line(c), c.because));
            wrong.push(format!("{}:{}\n  unknown: {:#?}", case.name, shown.collect::<String>(), proof.unknown));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
