//! The programs of a bundle. They are the same for every plan, so they stand in files of their own, as they
//! are run; only the header is added.

use super::super::artifact::{Artifact, Stamp};

/// What a user starts.
const COMMANDS: [(&str, &str); 4] = [
    ("apply.sh", include_str!("scripts/apply.sh")),
    ("plan.sh", include_str!("scripts/plan.sh")),
    ("rollback.sh", include_str!("scripts/rollback.sh")),
    ("verify.sh", include_str!("scripts/verify.sh")),
];

/// What those read.
const LIBRARY: [(&str, &str); 10] = [
    ("lib/checks.jq", include_str!("scripts/lib/checks.jq")),
    ("lib/common.sh", include_str!("scripts/lib/common.sh")),
    ("lib/compare.jq", include_str!("scripts/lib/compare.jq")),
    ("lib/cors.jq", include_str!("scripts/lib/cors.jq")),
    ("lib/distribution.jq", include_str!("scripts/lib/distribution.jq")),
    ("lib/patterns.jq", include_str!("scripts/lib/patterns.jq")),
    ("lib/resolve.jq", include_str!("scripts/lib/resolve.jq")),
    ("lib/statements.jq", include_str!("scripts/lib/statements.jq")),
    ("lib/steps.sh", include_str!("scripts/lib/steps.sh")),
    ("lib/stores.sh", include_str!("scripts/lib/stores.sh")),
];

pub(super) fn scripts(stamp: &Stamp) -> Vec<Artifact> {
    COMMANDS.iter().map(|(path, text)| command(stamp, path, text)).chain(library(stamp)).collect()
}

/// A program with the header.
pub(in super::super) fn command(stamp: &Stamp, path: &str, text: &str) -> Artifact {
    let (interpreter, program) = text.split_once('\n').unwrap_or((text, ""));
    Artifact::script(path, format!("{interpreter}\n{}#\n{program}", stamp.hash_comment()))
}

/// What programs read, with the header.
pub(in super::super) fn library(stamp: &Stamp) -> impl Iterator<Item = Artifact> {
    LIBRARY.iter().map(|(path, text)| Artifact::file(*path, format!("{}#\n{text}", stamp.hash_comment())))
}
