//! Mends an intent by the fixes of its findings: a text and its findings in, a text that differs in nothing else out.
//!
//! Writes no file. Comments, layout, line ends and a byte order mark stay, because only the places of fixes are touched.

use crate::compile::{Checked, Input, Options, check};
use crate::diagnostic::{Code, Diagnostic, Fix};
use crate::source::{Position, SourceFile};

/// A mended finding can uncover another; more rounds than this mean that two fixes undo each other.
const MOST_ROUNDS: usize = 20;

/// Which fixes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Those with which the file means the same to whoever wrote it.
    Safe,
    /// All, also guesses at what was meant.
    All,
}

/// What was mended, and where it stood when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// The finding's code.
    pub code: &'static Code,
    /// Line and column, at the time.
    pub at: Position,
}

/// An intent after its fixes.
#[derive(Debug, Clone)]
pub struct Mended {
    /// What is to be written, and what is left to report.
    pub checked: Checked,
    /// What was mended, in the order of the rounds and then of the text.
    pub applied: Vec<Applied>,
}

/// Checks, applies fixes and starts over, until none is left. A fix after which the text could not be read any more is
/// not applied.
pub fn mend(input: Input, options: &Options, choice: Choice) -> Mended {
    let (name, syntax) = (input.name.clone(), input.syntax);
    let mut checked = check(input, options);
    let mut applied = Vec::new();
    let mut seen = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let (text, mended) = apply(&checked.source, &checked.diagnostics, choice);
        if mended.is_empty() || seen.contains(&text) {
            break;
        }
        let next = check(Input { name: name.clone(), bytes: text.into_bytes(), syntax }, options);
        if checked.readable && !next.readable {
            break;
        }
        seen.push(checked.source.text().to_owned());
        applied.extend(mended);
        checked = next;
    }
    Mended { checked, applied }
}

/// The text with the fixes of findings that are chosen, and what they mended. Of fixes that meet, the first is applied.
/// A text that is not UTF-8 is left as it is.
pub fn apply(source: &SourceFile, findings: &[Diagnostic], choice: Choice) -> (String, Vec<Applied>) {
    let text = source.text();
    let is_chosen = |fix: &Fix| choice == Choice::All || fix.is_safe;
    let mut chosen: Vec<(&Fix, &Diagnostic)> =
        findings.iter().filter_map(|finding| Some((finding.fix.as_ref()?, finding))).collect();
    chosen.retain(|(fix, _)| is_chosen(fix) && text.get(fix.span.start..fix.span.end).is_some());
    chosen.sort_by_key(|(fix, _)| fix.span);
    let mut out = String::with_capacity(text.len());
    let mut applied = Vec::new();
    let mut last: Option<&Fix> = None;
    for (fix, finding) in chosen {
        let copied = last.map_or(0, |last| last.span.end);
        // The same text behind an anchor is found wrong wherever it is used.
        let is_repeated = last.is_some_and(|last| last.span == fix.span && last.replacement == fix.replacement);
        if !is_repeated {
            if last.is_some() && fix.span.start <= copied {
                continue;
            }
            out.push_str(text.get(copied..fix.span.start).unwrap_or_default());
            out.push_str(&fix.replacement);
            last = Some(fix);
        }
        applied.push(Applied { code: finding.code, at: source.position(finding.primary.span.start) });
    }
    out.push_str(text.get(last.map_or(0, |last| last.span.end)..).unwrap_or_default());
    (out, applied)
}
