//! `corsynth validate`: every finding of every intent on stdout, a summary on stderr.

use crate::args::{OutputFormat, Validate};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use corsynth::compile::{Compiled, compile};
use corsynth::diagnostic::Severity;
use corsynth::report::{self, Counts, FileReport, Report, counted};
use std::collections::BTreeSet;
use std::path::PathBuf;

pub(crate) fn run(args: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    let format = args.findings.output_format;
    let fail_on = Severity::from(args.fail_on);
    let (files, mut exit) = find(&args.paths, terminal);
    let mut counts = Counts::default();
    // Only JSON needs all of them at once.
    let (mut compiled, mut unreadable) = (Vec::new(), Vec::new());
    for path in &files {
        let input = match io::read_intent(path) {
            Ok(input) => input,
            Err(failure) => {
                exit = exit.max(terminal.fail(&failure));
                unreadable.push((io::shown(path), failure.message));
                continue;
            }
        };
        let file = compile(input).verified();
        counts.add(&file.diagnostics);
        exit = exit.max(exit_of(&file, fail_on));
        if format == OutputFormat::Json {
            compiled.push(file);
        } else {
            terminal.data(&findings(&file, format, terminal.styles_data()))?;
        }
    }
    if format == OutputFormat::Json {
        terminal.data(&report::json(&Report {
            files: compiled.iter().map(FileReport::from).collect(),
            unreadable: &unreadable,
        }))?;
    }
    let checked = files.len() - unreadable.len();
    if checked > 0 {
        let unread = match unreadable.len() {
            0 => String::new(),
            count => format!("; {} could not be read", counted(count, "file")),
        };
        terminal.say(&format!("checked {}: {}{unread}", counted(checked, "file"), counts.sentence()));
    }
    Ok(exit)
}

/// The intents that the arguments name, in order, each once; and the exit code for what could not be found.
fn find(paths: &[PathBuf], terminal: &Terminal) -> (Vec<PathBuf>, Exit) {
    let (mut files, mut exit) = (Vec::new(), Exit::Fine);
    for path in paths {
        if io::is_stdin(path) || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let (found, failures) = io::intents_below(path);
        for failure in &failures {
            exit = terminal.fail(failure);
        }
        if found.is_empty() {
            let failure = Failure::new(format!("no intent below `{}`", io::shown(path)))
                .help("`corsynth.yaml` and `*.cors.yaml` are searched for, as far as `.gitignore` lets them be seen");
            exit = terminal.fail(&failure);
        }
        files.extend(found);
    }
    let mut seen = BTreeSet::new();
    files.retain(|path| seen.insert(io::shown(path)));
    (files, exit)
}

fn exit_of(file: &Compiled, fail_on: Severity) -> Exit {
    if !file.readable {
        Exit::Unusable
    } else if file.diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on) {
        Exit::Problem
    } else {
        Exit::Fine
    }
}

/// The findings of one file as text.
pub(crate) fn findings(file: &Compiled, format: OutputFormat, styled: bool) -> String {
    match format {
        OutputFormat::Human => file.diagnostics.iter().map(|d| report::human(&file.source, d, styled)).collect(),
        OutputFormat::Short => file.diagnostics.iter().map(|d| report::short(&file.source, d)).collect(),
        OutputFormat::Json => report::json(&Report { files: vec![FileReport::from(file)], unreadable: &[] }),
    }
}
