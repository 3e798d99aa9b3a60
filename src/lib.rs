#![doc = "corsynth as a library."]

pub mod aws;
pub mod catalog;
pub mod compile;
pub mod configuration;
pub mod cost;
pub mod deployed;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod export;
pub mod fetch;
pub mod fix;
pub mod hash;
pub mod inspect;
pub mod intent;
pub mod lint;
pub mod lower;
mod markdown;
pub mod nearest;
pub mod outline;
pub mod page;
pub mod plan;
pub mod prove;
pub mod readback;
pub mod render;
pub mod report;
pub mod schema;
pub mod silence;
pub mod simulate;
pub mod source;
pub mod trial;
pub mod verify;

/// Where the schemas and the pages of the findings are found.
pub const WEBSITE: &str = "https://corsynth.dev";
