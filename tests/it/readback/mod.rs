//! What is emitted reads back as what was planned, and what others wrote as what it says.

mod aws_cli;
mod cloudformation;
mod lambda;
mod terraform;
mod terraform_own;
mod terraform_plan;
mod terraform_split;

use crate::properties::plans;
use crate::sample_plan;
use corsynth::deployed::Deployed;
use corsynth::plan::Plan;
use corsynth::readback::{self, File, Format, ReadBack};
use corsynth::render::{Artifact, Target, can_say, render};

/// The files of an artifact set.
pub(crate) fn files(artifacts: Vec<Artifact>) -> Vec<File> {
    artifacts.into_iter().map(|artifact| File { path: artifact.path, text: artifact.contents }).collect()
}

/// What a format says of a plan.
pub(crate) fn emitted(plan: &Plan, target: Target) -> Vec<File> {
    files(render(plan, target, &sample_plan::stamp()))
}

#[track_caller]
pub(crate) fn read(files: &[File]) -> ReadBack {
    readback::read(files).unwrap_or_else(|e| panic!("{}: {}", e.place, e.message))
}

/// Sample plans, shipped examples, and random intents.
fn all_plans() -> Vec<(String, Plan)> {
    let samples = sample_plan::all_for_terraform().into_iter().map(|(name, plan)| (name.to_owned(), plan));
    let examples = std::fs::read_dir(crate::support::project("examples")).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path().join("corsynth.yaml");
        let bytes = std::fs::read(&path).ok()?;
        let name = path.display().to_string();
        Some((name.clone(), crate::examples::compile_last(&name, bytes).plan.unwrap()))
    });
    let random = plans(60).into_iter().map(|(intent, plan)| (intent.to_string(), plan));
    samples.chain(examples).chain(random).collect()
}

/// The law of every format.
#[track_caller]
pub(crate) fn reads_back(target: Target, format: Format) {
    for (name, plan) in all_plans().into_iter().filter(|(_, plan)| can_say(plan, target)) {
        let read = read(&emitted(&plan, target));
        assert_eq!(read.format, format, "{name}");
        assert_eq!(read.unknowns, [], "{name}");
        assert_eq!(read.deployed, Deployed::from(&plan), "{name}");
    }
}

/// Replaces a text that stands in a file.
#[track_caller]
pub(crate) fn edit(files: &mut [File], path: &str, old: &str, new: &str) {
    let file = files.iter_mut().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    assert!(file.text.contains(old), "{path} has no {old}:\n{}", file.text);
    file.text = file.text.replacen(old, new, 1);
}
