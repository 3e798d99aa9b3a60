//! Findings as text, in the format that was asked for.

use crate::args::OutputFormat;
use crate::io::Terminal;
use corsynth::diagnostic::{Code, Severity};
use corsynth::report::{self, FileReport, Report, explain_hint};

impl OutputFormat {
    /// Whether a report is one document over all files, with nothing before or behind it.
    pub(crate) fn is_one_document(self) -> bool {
        !matches!(self, Self::Human | Self::Short)
    }

    /// Whether others may stand beside the report: people read it, or a log.
    pub(crate) fn allows_talk(self) -> bool {
        matches!(self, Self::Human | Self::Short | Self::GitHub)
    }
}

/// The findings of one file.
pub(super) fn of_file(file: FileReport<'_>, format: OutputFormat, styled: bool) -> String {
    match format {
        OutputFormat::Human => file.diagnostics.iter().map(|d| report::human(file.source, d, styled)).collect(),
        OutputFormat::Short => file.diagnostics.iter().map(|d| report::short(file.source, d)).collect(),
        _ => document(&Report { files: vec![file], unreadable: &[] }, format, Severity::Error),
    }
}

/// The findings of all files; a finding at or above `fail_on` is a failure where a format knows such.
pub(super) fn document(report: &Report<'_>, format: OutputFormat, fail_on: Severity) -> String {
    match format {
        OutputFormat::Human | OutputFormat::Short => {
            report.files.iter().map(|file| of_file(*file, format, false)).collect()
        }
        OutputFormat::Json => report::json(report),
        OutputFormat::Sarif => report::sarif(report),
        OutputFormat::GitHub => report::github(report),
        OutputFormat::GitLab => report::gitlab(report),
        OutputFormat::JUnit => report::junit(report, fail_on),
        OutputFormat::Markdown => report::markdown(report),
    }
}

/// Says behind findings, to people, how to read more about them.
pub(super) fn hint<'a>(codes: impl IntoIterator<Item = &'a Code>, format: OutputFormat, terminal: &Terminal) {
    if let Some(line) = explain_hint(codes).filter(|_| format == OutputFormat::Human) {
        terminal.say(&line);
    }
}
