//! Findings of one text on their way to the sink: hostile input can cause millions, so each code is shown a number
//! of times and then only counted. Knows no code.

use std::collections::BTreeMap;
use std::fmt::Arguments;

use super::limits::MAX_FINDINGS_OF_A_CODE;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, excerpt};
use crate::source::Span;

/// A sink with a limit for each code.
pub(super) struct Findings<'d> {
    sink: &'d mut Diagnostics,
    seen: BTreeMap<&'static str, Seen>,
}

struct Seen {
    code: &'static Code,
    count: usize,
    first_hidden: Span,
}

impl<'d> Findings<'d> {
    pub(super) fn new(sink: &'d mut Diagnostics) -> Self {
        Self { sink, seen: BTreeMap::new() }
    }

    /// Reports a finding, finished by `more`, unless there were enough of its code. The message is only written
    /// when it is shown.
    pub(super) fn report(
        &mut self,
        code: &'static Code,
        span: Span,
        message: Arguments<'_>,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let seen = self.seen.entry(code.id).or_insert(Seen { code, count: 0, first_hidden: span });
        seen.count += 1;
        if seen.count <= MAX_FINDINGS_OF_A_CODE {
            self.sink.push(more(Diagnostic::new(code, span, message.to_string())));
        } else if seen.count == MAX_FINDINGS_OF_A_CODE + 1 {
            seen.first_hidden = span;
        }
    }

    /// Reports a finding of a kind that a text can hold once only.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    /// Tells how many findings were not shown.
    pub(super) fn finish(self) {
        for Seen { code, count, first_hidden } in self.seen.into_values() {
            if let Some(hidden @ 1..) = count.checked_sub(MAX_FINDINGS_OF_A_CODE) {
                let message = format!("{hidden} more of `{}`, from here on, are not shown", code.id);
                self.sink.push(Diagnostic::new(code, first_hidden, message));
            }
        }
    }
}

/// User text for a message: short, on one line, without control characters.
pub(super) fn shown(text: &str) -> String {
    excerpt(text, 60)
}
