//! What a plan costs, for people, for pull requests and for programs.

mod human;
mod json;
mod markdown;
mod words;

pub use human::cost_human;
pub use json::cost_json;
pub use markdown::cost_markdown;
