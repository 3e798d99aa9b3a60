//! What is in a place: intents, compiled, or artifacts, read back.

use super::place::Place;
use crate::args::OutputFormat;
use crate::commands::findings;
use crate::commands::simulate::{Subject, read_back};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal, git};
use corsynth::compile::{Checked, Compiled, Input, Options, Parsed};
use corsynth::deployed::Deployed;
use corsynth::diff::Row;
use corsynth::intent::Intent;
use corsynth::readback::{self, File};
use corsynth::report::{self, replay, shell_word};
use std::path::{Path, PathBuf};

/// An intent, or a set of artifacts.
#[derive(Debug)]
pub(super) struct Compared {
    /// The path below what is compared; empty for what was named itself.
    pub(super) name: String,
    compiled: Option<Compiled>,
    /// What AWS holds.
    pub(super) deployed: Deployed,
    source: Source,
}

/// Where it can be read again.
#[derive(Debug, Clone)]
enum Source {
    Disk(PathBuf),
    /// One file of a revision: what `git show` takes.
    Shown(String),
    Nowhere,
}

impl Compared {
    pub(super) fn intent(&self) -> Option<&Intent> {
        self.compiled.as_ref()?.intent.as_ref()
    }

    pub(super) fn environment(&self) -> Option<String> {
        self.compiled.as_ref()?.environment.clone()
    }

    /// The command that shows the example of a row.
    pub(super) fn replay(&self, row: &Row) -> Option<String> {
        // Of two assets with one id, the bucket is told behind it.
        let id = row.asset.split(" (").next().unwrap_or(&row.asset);
        let asset = self.deployed.asset(&row.asset).or_else(|| self.deployed.asset(id))?;
        let (before, path) = match &self.source {
            Source::Disk(path) => (String::new(), io::shown(path)),
            Source::Shown(object) => (format!("git show {} | ", shell_word(object)), "-".to_owned()),
            Source::Nowhere => return None,
        };
        let subject = match (&self.compiled, path.as_str()) {
            (Some(compiled), "-") => report::Subject::of("<stdin>", compiled.environment.as_deref()),
            (Some(compiled), path) => report::Subject::of(path, compiled.environment.as_deref()),
            (None, path) => report::Subject::Artifacts(path),
        };
        Some(before + &replay(subject, asset, &row.witness.scenario(asset), &[]))
    }
}

/// Whatever was named itself has the same name on both sides.
pub(super) fn pair_up(before: &mut [Compared], after: &mut [Compared]) {
    let is_one = |side: &[Compared]| side.windows(2).all(|pair| matches!(pair, [a, b] if a.name == b.name));
    let was_named = |side: &[Compared]| side.first().is_some_and(|first| first.name.is_empty());
    if is_one(before) && is_one(after) && (was_named(before) || was_named(after)) {
        before.iter_mut().chain(after).for_each(|compared| compared.name.clear());
    }
}

/// What is in a place; the exit code, when there are errors in it. Findings go to stderr.
pub(super) fn read(
    place: &Place,
    artifacts: bool,
    terminal: &Terminal,
) -> Result<Result<Vec<Compared>, Exit>, Failure> {
    match place {
        Place::Disk(path) if path.is_dir() => directory(path, artifacts, terminal),
        Place::Disk(path) => {
            let source = if io::is_stdin(path) { Source::Nowhere } else { Source::Disk(path.clone()) };
            if io::is_intent_name(path) && !artifacts {
                return Ok(intent(io::read_intent(path)?, "", &source, terminal));
            }
            file(io::read_artifacts(path)?, path, artifacts, source, terminal)
        }
        Place::Revision { revision, commit, path } => {
            let entries = git::files(commit, path)?;
            let show = |path: &Path| format!("{}:./{}", io::shown(Path::new(revision)), io::shown(path));
            at_revision(&entries, path, artifacts, &show, terminal)
        }
    }
}

fn directory(path: &Path, artifacts: bool, terminal: &Terminal) -> Result<Result<Vec<Compared>, Exit>, Failure> {
    let (found, failures) =
        if artifacts || io::holds_artifacts(path) { Default::default() } else { io::intents_below(path) };
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    if found.is_empty() {
        return match read_back(path) {
            Ok(subject) => Ok(Ok(vec![held(subject, Source::Disk(path.to_owned()), terminal)])),
            Err(failure) if artifacts || io::holds_artifacts(path) => Err(failure),
            // An empty directory is a side without anything.
            Err(_) => Ok(Ok(Vec::new())),
        };
    }
    let mut all = Vec::new();
    for file in found {
        let name = file.strip_prefix(path).unwrap_or(&file).to_string_lossy().into_owned();
        all.push(intent(io::read_intent(&file)?, &name, &Source::Disk(file), terminal));
    }
    Ok(together(all))
}

fn at_revision(
    entries: &[git::Entry],
    path: &Path,
    artifacts: bool,
    show: &dyn Fn(&Path) -> String,
    terminal: &Terminal,
) -> Result<Result<Vec<Compared>, Exit>, Failure> {
    let below = |entry: &git::Entry| -> PathBuf { entry.path.strip_prefix(path).unwrap_or(&entry.path).to_owned() };
    if let [only] = entries
        && below(only) == Path::new("")
    {
        let source = Source::Shown(show(&only.path));
        if io::is_intent_name(&only.path) && !artifacts {
            return compiled_at(only, "", &source, terminal);
        }
        return file(vec![artifact(git::read(only)?, &only.path)?], &only.path, artifacts, source, terminal);
    }
    let is_artifacts = |entry: &git::Entry| {
        let below = below(entry);
        let is_at_top = below.components().count() == 1;
        is_at_top && (below.extension().is_some_and(|e| e == "tf") || below == Path::new("corsynth.lock.json"))
    };
    let is_hidden = |path: &Path| path.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    if !artifacts && !entries.iter().any(is_artifacts) {
        let mut all = Vec::new();
        for entry in entries.iter().filter(|entry| io::is_intent_name(&entry.path) && !is_hidden(&below(entry))) {
            let name = below(entry).to_string_lossy().into_owned();
            all.push(compiled_at(entry, &name, &Source::Shown(show(&entry.path)), terminal)?);
        }
        return Ok(together(all));
    }
    let has_module =
        entries.iter().any(|entry| is_artifacts(entry) && below(entry).extension().is_some_and(|e| e == "tf"));
    let mut files = Vec::new();
    for entry in entries {
        let name = below(entry);
        let is_beside = has_module && (name.starts_with("examples") || name.starts_with("tests"));
        if !io::is_artifact_name(&name) || is_beside || is_hidden(&name) {
            continue;
        }
        let bytes = git::read(entry)?;
        if !io::is_too_large(&name, bytes.len() as u64) && !io::is_packed(&name, &bytes) {
            files.push(artifact(bytes, &name)?);
        }
    }
    if files.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    file(files, path, true, Source::Nowhere, terminal)
}

fn compiled_at(
    entry: &git::Entry,
    name: &str,
    source: &Source,
    terminal: &Terminal,
) -> Result<Result<Vec<Compared>, Exit>, Failure> {
    let shown = match source {
        Source::Shown(object) => object.clone(),
        Source::Disk(_) | Source::Nowhere => io::shown(&entry.path),
    };
    let input = Input { name: shown, bytes: git::read(entry)?, syntax: io::syntax_of(&entry.path) };
    Ok(intent(input, name, source, terminal))
}

fn artifact(bytes: Vec<u8>, name: &Path) -> Result<File, Failure> {
    let path = name.to_string_lossy().into_owned();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(File { path, text }),
        Err(_) => Err(Failure::new(format!("cannot read `{path}`: it is not UTF-8 text"))),
    }
}

/// Artifacts, or one file that is an intent when it is no artifact.
fn file(
    mut files: Vec<File>,
    path: &Path,
    artifacts: bool,
    source: Source,
    terminal: &Terminal,
) -> Result<Result<Vec<Compared>, Exit>, Failure> {
    match readback::read(&files) {
        Ok(read) => {
            let unknowns = read.unknowns.iter().map(|u| format!("{}: {}", u.place, u.what)).collect();
            let subject = Subject { deployed: read.deployed, intent: None, format: Some(read.format), unknowns };
            Ok(Ok(vec![held(subject, source, terminal)]))
        }
        Err(unreadable) if artifacts => {
            Err(Failure::new(format!("cannot read `{}`: {}", unreadable.place, unreadable.message)))
        }
        Err(_) => {
            let text = files.pop().map(|file| file.text).unwrap_or_default();
            let input = Input { name: io::shown(path), bytes: text.into_bytes(), syntax: io::syntax_of(path) };
            Ok(intent(input, "", &source, terminal))
        }
    }
}

fn held(subject: Subject, source: Source, terminal: &Terminal) -> Compared {
    for unknown in &subject.unknowns {
        terminal.warn(unknown);
    }
    Compared { name: String::new(), compiled: None, deployed: subject.deployed, source }
}

/// An intent without errors in every environment, or the exit code. Warnings are for `validate`, and so is the day on
/// which a waiver ends.
fn intent(input: Input, name: &str, source: &Source, terminal: &Terminal) -> Result<Vec<Compared>, Exit> {
    let parsed = Parsed::new(input, &Options::default());
    let mut names: Vec<Option<String>> = parsed.environments().into_iter().map(Some).collect();
    if names.is_empty() {
        names.push(None);
    }
    let compiled = names.iter().map(|environment| parsed.clone().compile(environment.as_deref()));
    let checked = Checked::from(compiled.collect::<Vec<_>>());
    if !checked.environments.iter().all(|compiled| compiled.plan.is_some()) {
        terminal.talk(&findings::of_file((&checked).into(), OutputFormat::Human, terminal.styles_talk()));
        return Err(if checked.readable { Exit::Problem } else { Exit::Unusable });
    }
    let compared = |compiled: Compiled| {
        let deployed = Deployed::from(compiled.plan.as_ref()?);
        Some(Compared { name: name.to_owned(), deployed, source: source.clone(), compiled: Some(compiled) })
    };
    Ok(checked.environments.into_iter().filter_map(compared).collect())
}

/// All of them, or the worst exit code.
fn together(all: Vec<Result<Vec<Compared>, Exit>>) -> Result<Vec<Compared>, Exit> {
    match all.iter().filter_map(|one| one.as_ref().err()).max() {
        Some(worst) => Err(*worst),
        None => Ok(all.into_iter().flatten().flatten().collect()),
    }
}
