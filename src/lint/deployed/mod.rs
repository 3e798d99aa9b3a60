//! Rules over what AWS holds, whoever wrote it: the model that `readback` makes, and the outline of the files for places
//! and for what the model does not hold.

mod rules;
mod view;

use crate::deployed::{Deployed, Policies, Site};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Policy};
use crate::outline::{Outline, Place};
use crate::silence;
use crate::source::SourceFile;
use rules::RULES;

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Artifacts<'a> {
    /// What AWS holds by them.
    pub deployed: &'a Deployed,
    /// The account's own policies, used or not.
    pub policies: &'a Policies,
    /// Whether every resource was told: only then something is known not to be there.
    pub is_whole: bool,
    /// The files.
    pub outline: &'a Outline,
}

impl Artifacts<'_> {
    /// Where a member of a thing stands, and in it a text.
    fn at(&self, site: &Site, member: &str, text: Option<&str>) -> Place {
        self.outline.place(site, member, text)
    }
}

/// The findings, by file.
#[derive(Debug, Clone)]
pub struct Findings(Vec<Diagnostics>);

impl Findings {
    /// None yet, for so many files.
    pub fn new(files: usize, policy: &Policy) -> Self {
        Self(vec![Diagnostics::new(policy.clone()); files])
    }

    /// Reads what comments in a file silence.
    pub fn read_comments(&mut self, file: usize, source: &SourceFile) {
        if let Some(diagnostics) = self.0.get_mut(file) {
            silence::read_comment_lines(diagnostics, source);
        }
    }

    /// Reports the comments that silence nothing; for when every rule has run.
    pub fn unused(&mut self) {
        for diagnostics in &mut self.0 {
            for finding in silence::unused(diagnostics) {
                diagnostics.push(finding);
            }
        }
    }

    /// Reports something in a file.
    pub fn push(&mut self, file: usize, finding: Diagnostic) {
        if let Some(diagnostics) = self.0.get_mut(file) {
            diagnostics.push(finding);
        }
    }

    /// The findings of each file, sorted.
    pub fn into_sorted(self) -> Vec<Vec<Diagnostic>> {
        self.0.into_iter().map(Diagnostics::into_sorted).collect()
    }
}

/// A rule: what it alone reports, and how it finds that. Some report codes of the intent, too, where the mistake is the
/// same one.
#[derive(Debug)]
struct Rule {
    codes: &'static [&'static Code],
    check: fn(&mut Findings, &Artifacts<'_>),
}

/// The codes that only artifacts show.
pub fn codes() -> Vec<&'static Code> {
    RULES.iter().flat_map(|rule| rule.codes).copied().collect()
}

/// Reports what the rules find.
pub fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for rule in RULES {
        (rule.check)(findings, artifacts);
    }
}
