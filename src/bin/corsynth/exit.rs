//! How a run ends: the exit codes, the failures that lead to them, and the net under everything.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

/// The exit code. Ordered: of several files, the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All is well.
    Fine = 0,
    /// The input has a problem, or the output is stale.
    Problem = 1,
    /// Wrong usage, or something that cannot be read, parsed or written.
    Unusable = 2,
    /// A mistake of corsynth's own.
    Internal = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command cannot do what it was asked to. Always [`Exit::Unusable`]: a problem *in* an intent is a finding.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong: lower case, no final period, names in backticks.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Vec<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: Vec::new() }
    }

    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

/// Runs the program. A panic becomes one sentence on stderr instead of a trace.
pub(crate) fn guard(run: impl FnOnce() -> Exit) -> Exit {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let what = text.or(payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let version = env!("CARGO_PKG_VERSION");
        crate::io::last_words(&format!(
            "internal error: corsynth {version} made a mistake{place} ({what}); nothing was half-written, please report it"
        ));
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_and_not_a_trace() {
        assert_eq!(guard(|| panic!("on purpose")), Exit::Internal);
        assert_eq!(guard(|| Exit::Problem), Exit::Problem);
        // The tests after this one report their own panics as usual.
        drop(panic::take_hook());
    }

    #[test]
    fn the_worst_of_several_counts() {
        assert_eq!([Exit::Problem, Exit::Unusable, Exit::Fine].into_iter().max(), Some(Exit::Unusable));
    }
}
