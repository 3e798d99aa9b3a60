//! How a run ends: the exit codes, and the failures that lead to them.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_counts() {
        assert_eq!([Exit::Problem, Exit::Unusable, Exit::Fine].into_iter().max(), Some(Exit::Unusable));
    }
}
