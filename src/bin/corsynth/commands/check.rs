//! Checks every file that `corsynth validate` names: every finding of every intent and of every artifact on stdout, a
//! summary on stderr.

use super::{artifacts, findings};
use crate::args::Validate;
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::parallel;
use crate::settings::{Configured, Settings};
use corsynth::compile::{self, Checked};
use corsynth::diagnostic::{Code, Diagnostic, Severity};
use corsynth::report::{Counts, FileReport, Report, counted};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Checks every file once.
pub(super) fn run(args: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    let format = args.findings.output_format;
    let (files, mut exit) = find(&args.paths, terminal);
    let files = configured(args, files, terminal)?;
    let mut counts = Counts::default();
    let mut codes: Vec<&Code> = Vec::new();
    // Formats that are one document need all of them at once.
    let (mut all, mut unreadable) = (Vec::new(), Vec::new());
    let styled = terminal.styles_data();
    let work = |(configured, path): &(Configured, PathBuf)| {
        let mut checked = check_file(path, configured)?;
        // Neither intents nor plans are shown, and there may be thousands.
        checked.environments = Vec::new();
        let is_shown_now = !format.is_one_document();
        let text = if is_shown_now { findings::of_file((&checked).into(), format, styled) } else { String::new() };
        Ok::<_, Failure>((checked, text))
    };
    parallel::in_order(&files, args.threads, work, |(configured, path), done| {
        match done {
            Err(failure) => {
                exit = exit.max(terminal.fail(&failure));
                unreadable.push((io::shown(path), failure.message));
            }
            Ok((checked, text)) => {
                counts.add(&checked.diagnostics);
                codes.extend(checked.diagnostics.iter().map(|finding| finding.code));
                exit = exit.max(exit_of(&checked, fail_on(args, configured)));
                if format.is_one_document() {
                    all.push(checked);
                } else {
                    terminal.data(&text)?;
                }
            }
        }
        Ok::<_, Failure>(())
    })?;
    let sets = configured(args, args.artifacts.clone(), terminal)?;
    let strictest = strictest(args, files.iter().chain(&sets));
    let inspected = artifacts::check(sets, terminal);
    exit = exit.max(inspected.exit);
    for file in &inspected.files {
        let report = file.report();
        counts.add(report.diagnostics);
        codes.extend(report.diagnostics.iter().map(|finding| finding.code));
        exit = exit.max(fails(report.diagnostics, fail_on(args, &file.configured)));
        if !format.is_one_document() {
            terminal.data(&findings::of_file(report, format, styled))?;
        }
    }
    let read = files.len() - unreadable.len() + inspected.files.len();
    unreadable.extend(inspected.unreadable);
    if format.is_one_document() {
        let files = all.iter().map(FileReport::from).chain(inspected.files.iter().map(artifacts::File::report));
        let report = Report { files: files.collect(), unreadable: &unreadable };
        terminal.data(&findings::document(&report, format, strictest))?;
    }
    say_summary(read, unreadable.len(), counts, terminal);
    findings::hint(codes, format, terminal);
    Ok(exit)
}

/// Files with what holds for each.
pub(super) fn configured(
    args: &Validate,
    files: Vec<PathBuf>,
    terminal: &Terminal,
) -> Result<Vec<(Configured, PathBuf)>, Failure> {
    let mut settings = Settings::new(&args.findings.governance, terminal)?;
    files.into_iter().map(|path| Ok((settings.of(&path)?, path))).collect()
}

/// From which severity on a file fails the run.
pub(super) fn fail_on(args: &Validate, configured: &Configured) -> Severity {
    args.fail_on.map(Severity::from).or(configured.fail_on).unwrap_or(Severity::Error)
}

/// The same for a document over all files: the least severe that fails one of them.
pub(super) fn strictest<'f>(args: &Validate, files: impl IntoIterator<Item = &'f (Configured, PathBuf)>) -> Severity {
    files.into_iter().map(|(configured, _)| fail_on(args, configured)).min().unwrap_or(Severity::Error)
}

/// What was checked, and what came of it.
pub(super) fn say_summary(checked: usize, unreadable: usize, counts: Counts, terminal: &Terminal) {
    if checked > 0 {
        let unread = match unreadable {
            0 => String::new(),
            count => format!("; {} could not be read", counted(count, "file")),
        };
        terminal.say(&format!("checked {}: {}{unread}", counted(checked, "file"), counts.sentence()));
    }
}

fn check_file(path: &Path, configured: &Configured) -> Result<Checked, Failure> {
    Ok(compile::check(io::read_intent(path)?, &configured.options))
}

/// The intents that the arguments name, in order, each once; and the exit code for what could not be found.
pub(super) fn find(paths: &[PathBuf], terminal: &Terminal) -> (Vec<PathBuf>, Exit) {
    let (files, failures) = find_quietly(paths);
    (files, failures.iter().map(|failure| terminal.fail(failure)).max().unwrap_or(Exit::Fine))
}

/// The same, with what could not be found.
pub(super) fn find_quietly(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Failure>) {
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for path in paths {
        if io::is_stdin(path) || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let (found, failed) = io::intents_below(path);
        failures.extend(failed);
        if found.is_empty() {
            failures.push(
                Failure::new(format!("no intent below `{}`", io::shown(path))).help(
                    "`corsynth.yaml` and `*.cors.yaml` are searched for, as far as `.gitignore` lets them be seen",
                ),
            );
        }
        files.extend(found);
    }
    let mut seen = BTreeSet::new();
    // By the bytes of the name: two that are not UTF-8 can be shown alike.
    files.retain(|path| seen.insert(path.strip_prefix(".").unwrap_or(path).to_path_buf()));
    (files, failures)
}

pub(super) fn exit_of(checked: &Checked, fail_on: Severity) -> Exit {
    if checked.readable { fails(&checked.diagnostics, fail_on) } else { Exit::Unusable }
}

fn fails(diagnostics: &[Diagnostic], fail_on: Severity) -> Exit {
    let fails = diagnostics.iter().any(|diagnostic| diagnostic.severity >= fail_on);
    if fails { Exit::Problem } else { Exit::Fine }
}
