//! Access gained and lost, as text: for people, for programs, and for pull requests.

mod human;
mod json;
mod markdown;
mod words;

pub use human::diff_human;
pub use json::diff_json;
pub use markdown::diff_markdown;
pub use words::sentence;

use crate::diff::Diff;

/// What a comparison found.
#[derive(Debug, Clone)]
pub struct DiffReport<'a> {
    /// What it found.
    pub diff: &'a Diff,
    /// Of each row, the command that shows its example, where one can be given.
    pub replays: Vec<Option<String>>,
    /// What was compared, before and after.
    pub sides: [&'a str; 2],
}
