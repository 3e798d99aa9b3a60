//! Findings, simulations and proofs to text, for people and for programs.
//!
//! Knows neither terminal nor files: the caller says whether to style, and prints. Text from the user never
//! reaches the result raw where it could steer a terminal (see [`printable()`]).

mod cost;
mod diff;
mod expectations;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod origins;
mod page;
mod paint;
mod printable;
mod proof;
mod replay;
mod rules;
mod sarif;
mod short;
mod simulation;
mod window;

pub use cost::{cost_human, cost_json, cost_markdown};
pub use diff::{DiffReport, diff_human, diff_json, diff_markdown, sentence};
pub use expectations::{expectations_human, expectations_json};
pub use github::github;
pub use gitlab::gitlab;
pub use human::human;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use origins::{OriginTable, origins_human, origins_json, origins_markdown};
pub use page::page_human;
pub use printable::printable;
pub use proof::{CounterexampleReport, ProofReport, proof_human, proof_json};
pub use replay::{Subject, replay, shell_word};
pub use rules::{explain_hint, rules_human, rules_json, rules_markdown};
pub use sarif::sarif;
pub use short::short;
pub use simulation::{SimulationReport, simulation_human, simulation_json};

use crate::compile::{Checked, Choice, Compiled};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceFile;

/// A file, and what was found in it.
#[derive(Debug, Clone, Copy)]
pub struct FileReport<'a> {
    /// The file.
    pub source: &'a SourceFile,
    /// The findings, sorted.
    pub diagnostics: &'a [Diagnostic],
    /// What the compiler chose.
    pub choices: &'a [Choice],
}

impl<'a> From<&'a Compiled> for FileReport<'a> {
    fn from(compiled: &'a Compiled) -> Self {
        Self { source: &compiled.source, diagnostics: &compiled.diagnostics, choices: &compiled.choices }
    }
}

impl<'a> From<&'a Checked> for FileReport<'a> {
    fn from(checked: &'a Checked) -> Self {
        Self { source: &checked.source, diagnostics: &checked.diagnostics, choices: &checked.choices }
    }
}

/// What one run found, over all its files.
#[derive(Debug, Clone, Default)]
pub struct Report<'a> {
    /// The files that were read, in the order of the run.
    pub files: Vec<FileReport<'a>>,
    /// Files that could not be read: name and reason.
    pub unreadable: &'a [(String, String)],
}

impl Report<'_> {
    /// How many findings of each severity there are.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for file in &self.files {
            counts.add(file.diagnostics);
        }
        counts
    }
}

/// How many findings of each severity there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that prevent output.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
    /// Remarks.
    pub notes: usize,
}

impl Counts {
    /// Counts more findings.
    pub fn add(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    /// `1 error, 2 warnings`; `no findings` when there are none.
    pub fn sentence(&self) -> String {
        let parts: Vec<_> = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
            .into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, word)| counted(count, word))
            .collect();
        if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
    }
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_a_sentence() {
        assert_eq!(Counts::default().sentence(), "no findings");
        assert_eq!(Counts { errors: 1, warnings: 0, notes: 2 }.sentence(), "1 error, 2 notes");
    }
}
