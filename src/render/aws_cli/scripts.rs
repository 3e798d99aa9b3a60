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
const LIBRARY: [(&str, &str); 9] = [
    ("lib/checks.jq", include_str!("scripts/lib/checks.jq")),
    ("lib/common.sh", include_str!("scripts/lib/common.sh")),
    ("lib/compare.jq", include_str!("scripts/lib/compare.jq")),
    ("lib/cors.jq", include_str!("scripts/lib/cors.jq")),
    ("lib/distribution.jq", include_str!("scripts/lib/distribution.jq")),
    ("lib/patterns.jq", include_str!("scripts/lib/patterns.jq")),
    ("lib/resolve.jq", include_str!("scripts/lib/resolve.jq")),
    ("lib/statements.jq", include_str!("scripts/lib/statements.jq")),
    ("lib/steps.sh", include_str!("scripts/lib/steps.sh")),
];

pub(super) fn scripts(stamp: &Stamp) -> Vec<Artifact> {
    let commands = COMMANDS.iter().map(|(path, text)| {
        let (interpreter, program) = text.split_once('\n').unwrap_or((text, ""));
        Artifact::script(*path, format!("{interpreter}\n{}#\n{program}", stamp.hash_comment()))
    });
    let library =
        LIBRARY.iter().map(|(path, text)| Artifact::file(*path, format!("{}#\n{text}", stamp.hash_comment())));
    commands.chain(library).collect()
}
