//! `corsynth validate --fix` and `--diff`: mends files, or shows how, and reports what is left.

use super::check::{configured, exit_of, fail_on, find, say_summary, strictest};
use super::emit::unified;
use super::findings;
use crate::args::{Fixes, Validate};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::settings::Configured;
use corsynth::diagnostic::Severity;
use corsynth::fix::{Choice, Mended, mend};
use corsynth::report::{FileReport, Report, counted};
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    let choice = Choice::from(args.fix.unwrap_or(Fixes::Safe));
    let (files, mut exit) = find(&args.paths, terminal);
    let files = configured(args, files, terminal)?;
    let strictest = strictest(args, &files);
    let (mut mended, mut unreadable) = (Vec::new(), Vec::new());
    for (configured, path) in files {
        match read(&path, &configured, choice) {
            Ok((before, after)) => mended.push(File { path, configured, before, after }),
            Err(failure) => {
                exit = exit.max(terminal.fail(&failure));
                unreadable.push((io::shown(&path), failure.message));
            }
        }
    }
    if args.diff {
        return show(&mended, exit, terminal);
    }
    for file in mended.iter().filter(|file| file.is_changed()) {
        // Each file is on its own: what one refuses, the others get.
        if let Err(failure) = file.write(terminal) {
            exit = exit.max(terminal.fail(&failure));
        }
    }
    report(
        args,
        &mended,
        &Report { files: mended.iter().map(File::report).collect(), unreadable: &unreadable },
        strictest,
        exit,
        terminal,
    )
}

/// A file before and after its fixes.
struct File {
    path: PathBuf,
    configured: Configured,
    before: Vec<u8>,
    after: Mended,
}

impl File {
    fn text(&self) -> &str {
        self.after.checked.source.text()
    }

    fn report(&self) -> FileReport<'_> {
        FileReport::from(&self.after.checked)
    }

    fn is_changed(&self) -> bool {
        !self.after.applied.is_empty() && self.before != self.text().as_bytes()
    }

    fn write(&self, terminal: &Terminal) -> Result<(), Failure> {
        if !io::is_stdin(&self.path) {
            io::overwrite(&self.path, &self.before, self.text())?;
        }
        let name = io::shown(&self.path);
        for fix in &self.after.applied {
            terminal.say(&format!("fixed {name}:{}:{}: {}", fix.at.line, fix.at.column, fix.code.id));
        }
        Ok(())
    }
}

fn read(path: &Path, configured: &Configured, choice: Choice) -> Result<(Vec<u8>, Mended), Failure> {
    let input = io::read_intent(path)?;
    Ok((input.bytes.clone(), mend(input, &configured.options, choice)))
}

/// What would change, as a diff; the exit code is 1 when something would.
fn show(files: &[File], exit: Exit, terminal: &Terminal) -> Result<Exit, Failure> {
    let changed: Vec<_> = files.iter().filter(|file| file.is_changed()).collect();
    for file in &changed {
        let name = io::shown(&file.path);
        let old = String::from_utf8_lossy(&file.before);
        terminal.diff(&unified(&old, file.text(), &format!("a/{name}"), &format!("b/{name}")))?;
    }
    terminal.say(&match changed.len() {
        0 => "nothing would change".to_owned(),
        count => format!("{} would change", counted(count, "file")),
    });
    let problem = if changed.is_empty() { Exit::Fine } else { Exit::Problem };
    let unusable = files.iter().map(|file| if file.after.checked.readable { Exit::Fine } else { Exit::Unusable });
    Ok(unusable.fold(exit.max(problem), Exit::max))
}

/// What is left. The text of stdin goes to stdout, whether it was fixed or not, and findings make room for it.
fn report(
    args: &Validate,
    files: &[File],
    report: &Report<'_>,
    strictest: Severity,
    exit: Exit,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let format = args.findings.output_format;
    let piped = files.iter().find(|file| io::is_stdin(&file.path));
    let styled = if piped.is_some() { terminal.styles_talk() } else { terminal.styles_data() };
    let text = if format.is_one_document() {
        findings::document(report, format, strictest)
    } else {
        report.files.iter().map(|file| findings::of_file(*file, format, styled)).collect()
    };
    match piped {
        // What is not UTF-8 goes on as it came.
        Some(file) if !file.is_changed() => terminal.data_bytes(&file.before)?,
        Some(file) => terminal.data(file.text())?,
        None => terminal.data(&text)?,
    }
    if piped.is_some() {
        terminal.talk(&text);
    }
    say_summary(files.len(), report.unreadable.len(), report.counts(), terminal);
    let codes = report.files.iter().flat_map(|file| file.diagnostics).map(|finding| finding.code);
    findings::hint(codes, format, terminal);
    let exit_of = |file: &File| exit_of(&file.after.checked, fail_on(args, &file.configured));
    Ok(files.iter().map(exit_of).fold(exit, Exit::max))
}
