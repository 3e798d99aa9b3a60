//! `corsynth emit`: an intent to a document on stdout, or to a directory; or what would change there.

use super::validate::findings;
use crate::args::{Emit, OutputFormat};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::output::{Comparison, Directory};
use corsynth::compile::{Compiled, compile};
use corsynth::readback::{self, File, ReadBack};
use corsynth::render::artifact::LOCK_FILE;
use corsynth::render::{Artifact, Stamp, Target, render};
use corsynth::report::{counted, printable};
use std::fmt::Write as _;

pub(crate) fn run(args: &Emit, terminal: &Terminal) -> Result<Exit, Failure> {
    // A wrong directory is wrong whatever the intent says.
    let directory = args.out.as_deref().map(Directory::new).transpose()?;
    let input = io::read_intent(&args.file)?;
    let intent_path = match &directory {
        Some(directory) if !io::is_stdin(&args.file) => directory.intent_path(&args.file),
        _ => io::shown(&args.file),
    };
    let stamp = Stamp::new(intent_path, &input.bytes);
    let target = Target::from(args.format);
    let compiled = compile(input);
    // What is written is read back first, and must grant exactly the intent.
    let artifacts = compiled.plan.as_ref().map(|plan| render(plan, target, &stamp)).unwrap_or_default();
    let compiled = if compiled.plan.is_some() { proved_as(compiled, &artifacts)? } else { compiled };
    terminal.talk(&findings(&compiled, args.findings.output_format, terminal.styles_talk()));
    if compiled.plan.is_none() {
        return Ok(if compiled.readable { Exit::Problem } else { Exit::Unusable });
    }
    // JSON has said it already, and what follows it on stderr would not be JSON.
    let talks = args.findings.output_format != OutputFormat::Json;
    if talks {
        for choice in &compiled.choices {
            terminal.note(&format!("{}: {}", choice.subject, choice.text));
        }
    }
    match &directory {
        None => {
            terminal.data(&document(&artifacts))?;
            Ok(Exit::Fine)
        }
        Some(directory) if args.check || args.diff => compare(args, directory, target, &artifacts, terminal),
        Some(directory) => {
            let done = directory.write(target, &artifacts, args.force, terminal)?;
            if talks {
                terminal.say(&done);
            }
            Ok(Exit::Fine)
        }
    }
}

/// The same with the findings about what the artifacts come to.
fn proved_as(compiled: Compiled, artifacts: &[Artifact]) -> Result<Compiled, Failure> {
    let read = read_back(artifacts)?;
    let unknowns: Vec<String> = read.unknowns.iter().map(|u| format!("{}: {}", u.place, u.what)).collect();
    Ok(compiled.verified_with(&read.deployed, &unknowns))
}

/// What AWS holds once artifacts are applied that were just made.
pub(super) fn read_back(artifacts: &[Artifact]) -> Result<ReadBack, Failure> {
    let file = |artifact: &Artifact| File { path: artifact.path.clone(), text: artifact.contents.clone() };
    let files: Vec<File> = artifacts.iter().map(file).collect();
    readback::read(&files).map_err(|unreadable| {
        let message = format!("what was made cannot be read back, {}: {}", unreadable.place, unreadable.message);
        Failure::new(message).help("this is a mistake of corsynth's own: please report it")
    })
}

/// What would change: as a list for `--check`, as a diff for `--diff`, and in the exit code for `--check`.
fn compare(
    args: &Emit,
    directory: &Directory,
    target: Target,
    artifacts: &[Artifact],
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let comparison = directory.compare(target, artifacts)?;
    if let Some(format) = &comparison.other_format {
        terminal.warn(&format!("`{}` holds {format} output", directory.shown()));
    }
    for remark in &comparison.remarks {
        terminal.warn(remark);
    }
    let changes = &comparison.changes;
    if args.diff {
        let diff = unified_diff(&comparison);
        // A diff is for `patch` first; on a terminal it must not act.
        let shown = if terminal.is_read_by_a_person() {
            diff.split_inclusive('\n').map(|line| printable(line.trim_end_matches('\n')) + "\n").collect()
        } else {
            diff
        };
        terminal.data(&shown)?;
    } else {
        let mut list = String::new();
        for change in changes {
            // Writing to a string cannot fail.
            let _ = writeln!(list, "{:7} {}", change.kind.as_str(), printable(&change.path));
        }
        terminal.data(&list)?;
    }
    if args.findings.output_format != OutputFormat::Json {
        terminal.say(&match changes.len() {
            0 => format!("`{}` is up to date", directory.shown()),
            count => format!("{} of `{}` would change", counted(count, "file"), directory.shown()),
        });
    }
    Ok(if args.check && !changes.is_empty() { Exit::Problem } else { Exit::Fine })
}

/// One document to read. The lock file speaks of a directory, so it is left out; a file that is then alone
/// stays as it is, and several stand each under a line with its path.
fn document(artifacts: &[Artifact]) -> String {
    let files: Vec<_> = artifacts.iter().filter(|artifact| artifact.path != LOCK_FILE).collect();
    if let [only] = files.as_slice() {
        return only.contents.clone();
    }
    let parts: Vec<_> = files.iter().map(|file| format!("# ==> {} <==\n{}", file.path, file.contents)).collect();
    parts.join("\n")
}

fn unified_diff(comparison: &Comparison<'_>) -> String {
    let mut out = String::new();
    for change in &comparison.changes {
        let old = String::from_utf8_lossy(&change.old);
        let new = change.new.unwrap_or_default();
        let before = if change.old.is_empty() { "/dev/null".to_owned() } else { format!("a/{}", change.path) };
        let after = if change.new.is_none() { "/dev/null".to_owned() } else { format!("b/{}", change.path) };
        let diff = similar::TextDiff::from_lines(old.as_ref(), new);
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", diff.unified_diff().header(&before, &after));
    }
    out
}
