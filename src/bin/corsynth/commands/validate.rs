//! `corsynth validate`: every finding of every intent on stdout, a summary on stderr.

use crate::args::{OutputFormat, Validate};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::parallel;
use crate::settings::{Configured, Settings};
use corsynth::compile::{Checked, check};
use corsynth::diagnostic::{Code, Severity};
use corsynth::report::{self, Counts, FileReport, Report, counted, explain_hint};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    let format = args.findings.output_format;
    let mut settings = Settings::new(&args.findings.governance, terminal)?;
    let (files, mut exit) = find(&args.paths, terminal);
    let files = files
        .into_iter()
        .map(|path| Ok((settings.of(&path)?, path)))
        .collect::<Result<Vec<(Configured, PathBuf)>, Failure>>()?;
    let mut counts = Counts::default();
    let mut codes: Vec<&Code> = Vec::new();
    // Formats that are one document need all of them at once.
    let (mut all, mut unreadable) = (Vec::new(), Vec::new());
    let styled = terminal.styles_data();
    let work = |(configured, path): &(Configured, PathBuf)| {
        let mut checked = check_file(path, configured)?;
        // Neither intents nor plans are shown, and there may be thousands.
        checked.environments = Vec::new();
        let text = if format.is_one_document() { String::new() } else { findings((&checked).into(), format, styled) };
        Ok::<_, Failure>((checked, text))
    };
    parallel::in_order(&files, args.threads, work, |(configured, path), done| {
        match done {
            Err(failure) => {
                exit = exit.max(terminal.fail(&failure));
                unreadable.push((io::shown(path), failure.message));
            }
            Ok((checked, text)) => {
                let fail_on = args.fail_on.map(Severity::from).or(configured.fail_on).unwrap_or(Severity::Error);
                counts.add(&checked.diagnostics);
                codes.extend(checked.diagnostics.iter().map(|finding| finding.code));
                exit = exit.max(exit_of(&checked, fail_on));
                if format.is_one_document() {
                    all.push(checked);
                } else {
                    terminal.data(&text)?;
                }
            }
        }
        Ok::<_, Failure>(())
    })?;
    if format.is_one_document() {
        let report = Report { files: all.iter().map(FileReport::from).collect(), unreadable: &unreadable };
        terminal.data(&document(&report, format))?;
    }
    let checked = files.len() - unreadable.len();
    if checked > 0 {
        let unread = match unreadable.len() {
            0 => String::new(),
            count => format!("; {} could not be read", counted(count, "file")),
        };
        terminal.say(&format!("checked {}: {}{unread}", counted(checked, "file"), counts.sentence()));
    }
    hint(codes, format, terminal);
    Ok(exit)
}

fn check_file(path: &Path, configured: &Configured) -> Result<Checked, Failure> {
    Ok(check(io::read_intent(path)?, &configured.options))
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

fn exit_of(checked: &Checked, fail_on: Severity) -> Exit {
    if !checked.readable {
        Exit::Unusable
    } else if checked.diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on) {
        Exit::Problem
    } else {
        Exit::Fine
    }
}

/// Says behind findings, to people, how to read more about them.
pub(crate) fn hint<'a>(codes: impl IntoIterator<Item = &'a Code>, format: OutputFormat, terminal: &Terminal) {
    if let Some(line) = explain_hint(codes).filter(|_| format == OutputFormat::Human) {
        terminal.say(&line);
    }
}

/// The findings of one file as text.
pub(crate) fn findings(file: FileReport<'_>, format: OutputFormat, styled: bool) -> String {
    match format {
        OutputFormat::Human => file.diagnostics.iter().map(|d| report::human(file.source, d, styled)).collect(),
        OutputFormat::Short => file.diagnostics.iter().map(|d| report::short(file.source, d)).collect(),
        OutputFormat::Json => document(&Report { files: vec![file], unreadable: &[] }, format),
    }
}

/// All findings as one document.
fn document(report: &Report<'_>, format: OutputFormat) -> String {
    match format {
        OutputFormat::Human | OutputFormat::Short => String::new(),
        OutputFormat::Json => report::json(report),
    }
}
