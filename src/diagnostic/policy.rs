//! What becomes of a finding on its way into the sink: its level, what silences it, and who forbids that.
//!
//! Knows no code: whoever makes a policy has looked the codes up.

use super::{Code, Diagnostic, Severity, Subject, Suppression};
use crate::source::Span;
use std::collections::BTreeMap;

/// What a code's findings are set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are not reported.
    Off,
    /// They have this severity.
    At(Severity),
}

/// Levels by code, as far as somebody set them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<&'static str, Level>);

impl Levels {
    /// Sets a level over an earlier one; false where the code's findings have none to set: they are errors, or a
    /// waiver is needed.
    pub fn set(&mut self, code: &'static Code, level: Level) -> bool {
        let may = code.suppression() == Suppression::Comment;
        if may {
            self.0.insert(code.id, level);
        }
        may
    }
}

/// A comment that silences the findings of one code at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The code.
    pub code: &'static Code,
    /// The lines that it is about.
    pub covers: Span,
    /// Where the comment stands.
    pub place: Span,
}

/// A waiver of the intent: lets the findings of one code pass that are about these subjects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The code.
    pub code: &'static Code,
    /// The frontends, or `anyone`; of any frontend when empty.
    pub frontends: Vec<String>,
    /// The assets; of any asset when empty.
    pub assets: Vec<String>,
    /// Where its rule is named.
    pub place: Span,
    /// Whether it counts: not when it is expired, or of another environment.
    pub counts: bool,
    /// Why, who answers for it, and until when: free text of the intent.
    pub reason: String,
}

impl Waiver {
    /// Whether a finding is about nothing else than this waiver's subjects, and about one of each kind that it names.
    fn covers(&self, finding: &Diagnostic) -> bool {
        let all = |names: &[String], about: &[&String]| {
            names.is_empty() || (!about.is_empty() && about.iter().all(|name| names.contains(name)))
        };
        let (mut frontends, mut assets) = (Vec::new(), Vec::new());
        for subject in &finding.about {
            match subject {
                Subject::Frontend(id) => frontends.push(id),
                Subject::Asset(id) => assets.push(id),
            }
        }
        finding.code == self.code && all(&self.frontends, &frontends) && all(&self.assets, &assets)
    }
}

/// What becomes of findings.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Every code that there is, for whoever reads one.
    pub known: Vec<&'static Code>,
    /// Levels that somebody set.
    pub levels: Levels,
    /// Codes whose findings are errors that nothing silences, and who says so.
    pub forbidden: BTreeMap<&'static str, String>,
    allowances: Vec<(Allowance, bool)>,
    waivers: Vec<(Waiver, bool)>,
}

impl Policy {
    /// Adds a comment that silences.
    pub fn allow(&mut self, allowance: Allowance) {
        self.allowances.push((allowance, false));
    }

    /// Adds a waiver.
    pub fn waive(&mut self, waiver: Waiver) {
        self.waivers.push((waiver, false));
    }

    /// Whether findings of a code, which nobody sees unasked, were asked for.
    pub fn asks_for(&self, code: &Code) -> bool {
        self.forbidden.contains_key(code.id) || matches!(self.levels.0.get(code.id), Some(Level::At(_)))
    }

    /// The finding as it is reported; `None` when something silences it.
    pub(super) fn judge(&mut self, mut finding: Diagnostic) -> Option<Diagnostic> {
        if let Some(by) = self.forbidden.get(finding.code.id) {
            finding.severity = Severity::Error;
            return Some(
                finding.help(format!("forbidden by {by}: neither a comment, nor a level, nor a waiver lets it pass")),
            );
        }
        let silenced = match finding.code.suppression() {
            Suppression::Never => false,
            Suppression::Comment => mark(&mut self.allowances, |allowance| {
                let Span { start, end } = allowance.covers;
                allowance.code == finding.code && (start..end).contains(&finding.primary.span.start)
            }),
            Suppression::Waiver => mark(&mut self.waivers, |waiver| waiver.counts && waiver.covers(&finding)),
        };
        match self.levels.0.get(finding.code.id) {
            _ if silenced => return None,
            Some(Level::Off) => return None,
            Some(Level::At(severity)) => finding.severity = *severity,
            None => {}
        }
        Some(finding)
    }

    /// The comments that silenced nothing.
    pub fn unused_allowances(&self) -> impl Iterator<Item = &Allowance> {
        self.allowances.iter().filter(|(_, used)| !used).map(|(allowance, _)| allowance)
    }

    /// The waivers that let something pass.
    pub fn used_waivers(&self) -> impl Iterator<Item = &Waiver> {
        self.waivers.iter().filter(|(_, used)| *used).map(|(waiver, _)| waiver)
    }

    /// The waivers that let nothing pass.
    pub fn unused_waivers(&self) -> impl Iterator<Item = &Waiver> {
        self.waivers.iter().filter(|(_, used)| !used).map(|(waiver, _)| waiver)
    }
}

/// Marks all that apply; whether there is one.
fn mark<T>(items: &mut [(T, bool)], applies: impl Fn(&T) -> bool) -> bool {
    let mut any = false;
    for (item, used) in items {
        if applies(item) {
            (*used, any) = (true, true);
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::super::{Diagnostics, Kind};
    use super::*;

    const STYLE: Code = Code { id: "style", kind: Kind::Discouraged, severity: Severity::Warning, summary: "style" };
    const DANGER: Code = Code { id: "danger", kind: Kind::Discouraged, severity: Severity::Error, summary: "danger" };
    const BROKEN: Code = Code { id: "broken", kind: Kind::Invalid, severity: Severity::Error, summary: "broken" };

    fn told(policy: Policy, findings: &[Diagnostic]) -> Vec<(&'static str, Severity)> {
        let mut sink = Diagnostics::new(policy);
        findings.iter().cloned().for_each(|finding| sink.push(finding));
        sink.into_sorted().iter().map(|finding| (finding.code.id, finding.severity)).collect()
    }

    fn at(code: &'static Code, start: usize) -> Diagnostic {
        Diagnostic::new(code, Span::new(start, start + 1), "m")
    }

    #[test]
    fn a_level_is_set_where_a_code_has_one() {
        let mut policy = Policy::default();
        assert!(policy.levels.set(&STYLE, Level::At(Severity::Note)));
        assert!(!policy.levels.set(&DANGER, Level::Off));
        assert!(!policy.levels.set(&BROKEN, Level::Off));
        let all = [at(&STYLE, 0), at(&DANGER, 1), at(&BROKEN, 2)];
        let errors = [("danger", Severity::Error), ("broken", Severity::Error)];
        assert_eq!(told(policy.clone(), &all), [&[("style", Severity::Note)][..], &errors].concat());
        policy.levels.set(&STYLE, Level::Off);
        assert_eq!(told(policy, &all), errors);
    }

    #[test]
    fn a_comment_silences_style_on_its_lines_only() {
        let mut policy = Policy::default();
        for code in [&STYLE, &DANGER, &BROKEN] {
            policy.allow(Allowance { code, covers: Span::new(10, 20), place: Span::new(0, 9) });
        }
        let all = [at(&STYLE, 9), at(&STYLE, 10), at(&STYLE, 19), at(&STYLE, 20), at(&DANGER, 11), at(&BROKEN, 12)];
        let codes: Vec<_> = told(policy, &all).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["style", "danger", "broken", "style"]);
    }

    #[test]
    fn a_waiver_covers_a_finding_when_it_names_all_that_it_is_about() {
        let frontend = |id: &str| Subject::Frontend(id.to_owned());
        let asset = |id: &str| Subject::Asset(id.to_owned());
        let waived = |frontends: &[&str], assets: &[&str], about: &[Subject]| {
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            let waiver = Waiver {
                code: &DANGER,
                frontends: names(frontends),
                assets: names(assets),
                place: Span::at(0),
                counts: true,
                reason: String::new(),
            };
            let mut policy = Policy::default();
            policy.waive(waiver);
            told(policy, &[at(&DANGER, 0).about(about.iter().cloned())]).is_empty()
        };
        assert!(waived(&["a"], &[], &[frontend("a")]));
        assert!(waived(&["a"], &[], &[frontend("a"), asset("x")]));
        assert!(waived(&["a"], &["x", "y"], &[frontend("a"), asset("x")]));
        assert!(!waived(&["a"], &[], &[frontend("b")]));
        assert!(!waived(&["a"], &["x"], &[frontend("a")]));
        assert!(!waived(&["a"], &["x"], &[frontend("a"), asset("x"), asset("y")]));
        assert!(!waived(&["a"], &[], &[]));
    }

    #[test]
    fn what_is_forbidden_is_an_error_whatever_silences_it() {
        let mut policy = Policy::default();
        policy.forbidden.insert("style", "the guardrail `strict`".to_owned());
        policy.allow(Allowance { code: &STYLE, covers: Span::new(0, 9), place: Span::at(0) });
        policy.levels.set(&STYLE, Level::Off);
        assert!(policy.asks_for(&STYLE) && !policy.asks_for(&DANGER));
        assert_eq!(told(policy, &[at(&STYLE, 0)]), [("style", Severity::Error)]);
    }

    #[test]
    fn what_silenced_nothing_is_known() {
        let mut policy = Policy::default();
        let allowance = |start| Allowance { code: &STYLE, covers: Span::new(start, start + 5), place: Span::at(start) };
        policy.allow(allowance(0));
        policy.allow(allowance(50));
        let mut sink = Diagnostics::new(policy);
        sink.push(at(&STYLE, 3));
        let unused: Vec<_> = sink.policy.unused_allowances().map(|allowance| allowance.place).collect();
        assert_eq!(unused, [Span::at(50)]);
    }
}
