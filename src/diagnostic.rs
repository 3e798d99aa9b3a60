//! The one report type of every stage: a finding with a code, a place, a reason and a fix.
//!
//! Plain data without formatting; `report` turns it into text. Knows no code: each stage declares its own
//! [`Code`] constants, and `catalog` collects them.

mod policy;
mod removal;

pub use policy::{Allowance, Level, Levels, Policy, Waiver};

use crate::WEBSITE;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Risky or fragile; the output is still made.
    Warning,
    /// The intent means nothing, or nothing that could be granted exactly; no output is made.
    Error,
}

impl Severity {
    /// The lower-case word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Why a finding is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not well-formed: it says nothing.
    Invalid,
    /// Well-formed, but AWS or the Fetch standard says no.
    Forbidden,
    /// Legal, but this tool advises against it.
    Discouraged,
}

impl Kind {
    /// The lower-case word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Forbidden => "forbidden",
            Self::Discouraged => "discouraged",
        }
    }
}

/// The name and nature of one kind of finding. Declared as a constant by the stage that reports it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case, a noun phrase that reads well after "allow".
    pub id: &'static str,
    /// Why it is a finding.
    pub kind: Kind,
    /// Severity unless somebody overrides it.
    pub severity: Severity,
    /// One sentence: what is reported.
    pub summary: &'static str,
}

/// What makes a finding go away, beside mending what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// Nothing: there would be nothing to compile, or AWS would refuse it.
    Never,
    /// A comment with a reason, or a level.
    Comment,
    /// A waiver in the intent, with a reason, an owner and a day on which it ends: what it lets pass is dangerous.
    Waiver,
}

impl Suppression {
    /// The lower-case word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Comment => "comment",
            Self::Waiver => "waiver",
        }
    }
}

impl Code {
    /// Where its page is published.
    pub fn url(&self) -> String {
        format!("{WEBSITE}/codes#{}", self.id)
    }

    /// What makes a finding of this code go away.
    pub fn suppression(&self) -> Suppression {
        match (self.kind, self.severity) {
            (Kind::Invalid | Kind::Forbidden, _) => Suppression::Never,
            (Kind::Discouraged, Severity::Error) => Suppression::Waiver,
            (Kind::Discouraged, _) => Suppression::Comment,
        }
    }
}

/// Declares the codes of a stage, each documented by its summary, and `ALL`, the list of them.
macro_rules! codes {
    ($($name:ident = $id:literal, $kind:ident, $severity:ident, $summary:literal;)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $summary, ".")]
            pub const $name: $crate::diagnostic::Code = $crate::diagnostic::Code {
                id: $id,
                kind: $crate::diagnostic::Kind::$kind,
                severity: $crate::diagnostic::Severity::$severity,
                summary: $summary,
            };
        )*

        /// All codes of this stage.
        pub const ALL: &[&$crate::diagnostic::Code] = &[$(&$name),*];
    };
}
pub(crate) use codes;

/// A place and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said about it; may be empty.
    pub text: String,
}

/// A replacement of text that mends the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// What to write there instead.
    pub replacement: String,
    /// Whether the replacement is only the text that is meant: [`Fix::written_into`] gives it the quotes that the
    /// file needs there.
    pub is_meant: bool,
    /// Whether it removes an entry of a list: [`Fix::written_into`] takes its comma or its line, too.
    pub is_removal: bool,
    /// Whether the file means the same with it, to whoever wrote it: `--fix` applies it unasked.
    pub is_safe: bool,
}

impl Fix {
    /// The fix as it is written into `source`: a text that is meant gets the quotes of the text that it replaces, and
    /// an entry goes with its comma or its line. `None` when the entry cannot be taken out of the text around it.
    #[must_use]
    pub fn written_into(self, source: &SourceFile) -> Option<Self> {
        if self.is_removal {
            let span = removal::of_entry(source.text(), self.span)?;
            return Some(Self { span, is_removal: false, ..self });
        }
        if !self.is_meant {
            return Some(self);
        }
        let replacement = match source.slice(self.span).chars().next() {
            Some('\'') => format!("'{}'", self.replacement.replace('\'', "''")),
            Some('"') => serde_json::Value::from(self.replacement).to_string(),
            _ if is_plain(&self.replacement) => self.replacement,
            _ => serde_json::Value::from(self.replacement).to_string(),
        };
        Some(Self { replacement, is_meant: false, ..self })
    }
}

/// Whether YAML reads a text without quotes as itself everywhere, in flow collections, too.
/// <https://yaml.org/spec/1.2.2/#733-plain-style>, and what YAML 1.1 reads as something else: <https://yaml.org/type/bool.html>
fn is_plain(text: &str) -> bool {
    const NO_TEXTS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    !NO_TEXTS.iter().any(|word| text.eq_ignore_ascii_case(word))
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !text.ends_with([':', ' '])
        && !text.contains(['[', ']', '{', '}', ',', '\n'])
        && !text.contains(": ")
        && !text.contains(" #")
}

/// Something with a name in the intent that a finding is about; a waiver names it, too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The id of a frontend, or `anyone`.
    Frontend(String),
    /// The id of an asset.
    Asset(String),
}

/// One finding. Exactly one primary label, by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of finding.
    pub code: &'static Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: lower case, no final period, user text in backticks.
    pub message: String,
    /// Where, and what is said about that place.
    pub primary: Label,
    /// Other places that explain the first.
    pub related: Vec<Label>,
    /// What to do about it, one sentence each.
    pub help: Vec<String>,
    /// The corrected text, when it can be told.
    pub fix: Option<Fix>,
    /// What it is about, as far as that has a name.
    pub about: Vec<Subject>,
}

impl Diagnostic {
    /// A finding of the code's own severity at `span`.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
            about: Vec::new(),
        }
    }

    /// Says something about the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds a sentence on what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Names what it is about.
    #[must_use]
    pub fn about(mut self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        self.about.extend(subjects);
        self
    }

    /// Says that the fix changes nothing of what the file means to whoever wrote it.
    #[must_use]
    pub fn safe(mut self) -> Self {
        if let Some(fix) = &mut self.fix {
            fix.is_safe = true;
        }
        self
    }

    /// Offers the corrected text, exactly as it goes into the file.
    #[must_use]
    pub fn fix(self, span: Span, replacement: impl Into<String>) -> Self {
        self.offering(span, replacement.into(), false, false)
    }

    /// Offers the text that was meant by the one at `span`, whether that stands in quotes or not.
    #[must_use]
    pub fn fix_text(self, span: Span, meant: impl Into<String>) -> Self {
        self.offering(span, meant.into(), true, false)
    }

    /// Offers to remove the entry of a list that stands at `span`.
    #[must_use]
    pub fn fix_removal(self, span: Span) -> Self {
        self.offering(span, String::new(), false, true)
    }

    fn offering(mut self, span: Span, replacement: String, is_meant: bool, is_removal: bool) -> Self {
        self.fix = Some(Fix { span, replacement, is_meant, is_removal, is_safe: false });
        self
    }
}

/// Collects the findings of all stages of one file, as far as the policy reports them.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    /// Those at each place: of many findings, only these can be the same.
    by_place: BTreeMap<Span, Vec<usize>>,
    /// What becomes of findings.
    pub policy: Policy,
}

impl Diagnostics {
    /// An empty sink with a policy.
    pub fn new(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Adds a finding, unless something silences it; the same finding at the same place is kept once.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let Some(diagnostic) = self.policy.judge(diagnostic) else { return };
        let here = self.by_place.entry(diagnostic.primary.span).or_default();
        if here.iter().all(|&index| self.items.get(index) != Some(&diagnostic)) {
            here.push(self.items.len());
            self.items.push(diagnostic);
        }
    }

    /// Whether a finding prevents output.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|d| d.severity == Severity::Error)
    }

    /// The findings so far, in the order they were made.
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.items
    }

    /// All findings, sorted.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        sort(&mut self.items);
        self.items
    }
}

/// Sorts findings by position, then severity (worst first), then code.
pub fn sort(findings: &mut [Diagnostic]) {
    findings.sort_by(|a, b| {
        (a.primary.span, b.severity, a.code.id, &a.message).cmp(&(b.primary.span, a.severity, b.code.id, &b.message))
    });
}

/// User text for a message: one line, no control characters, and not a long one.
pub(crate) fn shown(text: &str) -> String {
    excerpt(text, 80)
}

/// The first characters of a text, on one line and without control characters; `…` tells that there are more.
pub(crate) fn excerpt(text: &str, longest: usize) -> String {
    let mut short = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == longest {
            short.push('…');
            break;
        }
        if c.is_control() { short.extend(c.escape_default()) } else { short.push(c) }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Code = Code { id: "a-code", kind: Kind::Invalid, severity: Severity::Warning, summary: "something" };

    #[test]
    fn a_fix_keeps_the_quotes_of_the_text_that_it_replaces() {
        let fixed = |text: &str, meant: &str| {
            let finding = Diagnostic::new(&CODE, Span::at(0), "m").fix_text(Span::new(0, text.len()), meant);
            finding.fix.unwrap().written_into(&SourceFile::new("f", text)).unwrap().replacement
        };
        assert_eq!(fixed("a", "https://b.example"), "https://b.example");
        assert_eq!(fixed("\"a\"", "b"), "\"b\"");
        assert_eq!(fixed("'a'", "it's"), "'it''s'");
        assert_eq!(fixed("a", "http://[::1]:3000"), "\"http://[::1]:3000\"");
        assert_eq!(fixed("a", "*.example"), "\"*.example\"");
    }

    #[test]
    fn findings_are_sorted_by_place_and_kept_once() {
        let mut sink = Diagnostics::default();
        sink.push(Diagnostic::new(&CODE, Span::new(5, 6), "later"));
        sink.push(Diagnostic::new(&CODE, Span::new(1, 2), "sooner"));
        sink.push(Diagnostic::new(&CODE, Span::new(1, 2), "sooner"));
        assert!(!sink.has_errors());
        let messages: Vec<_> = sink.into_sorted().into_iter().map(|d| d.message).collect();
        assert_eq!(messages, ["sooner", "later"]);
    }
}
