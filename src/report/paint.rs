//! Styles of reports that are not findings: a few ANSI codes, or none.

/// Whether to style.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    /// What must be seen first.
    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What is there for those who ask.
    pub(super) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// Good news.
    pub(super) fn good(self, text: &str) -> String {
        self.with("1;92", text)
    }

    /// Bad news.
    pub(super) fn bad(self, text: &str) -> String {
        self.with("1;91", text)
    }

    /// Neither.
    pub(super) fn doubtful(self, text: &str) -> String {
        self.with("1;33", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
