//! A `*` spans dots and stands for nothing, too: `https://*acme.com` is also `https://evilacme.com`, and `https://acme.*`
//! is also `https://acme.evil.com`. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

use super::wildcards::{Words, report};
use crate::diagnostic::{Code, Diagnostics, Kind, Severity, shown};
use crate::fetch::WildcardTrouble;
use crate::intent::Intent;

/// `origin-wildcard-trap`
pub(crate) const CODE: Code = Code {
    id: "origin-wildcard-trap",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a `*` that also matches domains of strangers",
};

const WORDS: Words = Words {
    code: &CODE,
    trouble: WildcardTrouble::Trap,
    message: |pattern, _| format!("this `*` also matches domains of strangers: `{}`", shown(pattern)),
    label: "anybody can register a name that matches",
    help: "put a domain of your own behind the `*`: `https://*.example.com`",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    report(diags, intent, &WORDS);
}
