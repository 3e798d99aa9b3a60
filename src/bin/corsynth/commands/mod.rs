//! One file a command: its arguments in, an exit code or a failure out.

pub(crate) mod artifacts;
mod check;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod diff;
pub(crate) mod emit;
pub(crate) mod environment;
pub(crate) mod explain;
mod findings;
mod fix;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod origins;
pub(crate) mod prove;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod simulate;
pub(crate) mod test;
pub(crate) mod validate;
mod watch;
