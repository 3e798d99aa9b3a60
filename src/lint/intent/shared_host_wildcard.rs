//! A hosting service gives names to whoever asks: `https://pr-*.vercel.app` is also the page of whoever calls a project
//! `pr-evil`. The public suffix list has most such services in its private part. <https://publicsuffix.org/learn/>

use super::wildcards::{Words, report};
use crate::diagnostic::{Code, Diagnostics, Kind, Severity, shown};
use crate::fetch::WildcardTrouble;
use crate::intent::Intent;

/// `shared-host-wildcard`
pub(crate) const CODE: Code = Code {
    id: "shared-host-wildcard",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a `*` where a hosting service gives names to anybody, such as `https://*.github.io`",
};

const WORDS: Words = Words {
    code: &CODE,
    trouble: WildcardTrouble::SharedHost,
    message: |pattern, risk| format!("`{}` gives names to anybody: `{}`", shown(&risk.domain), shown(pattern)),
    label: "anybody can get a name that matches",
    help: "list the hosts that are yours, or give them a domain of your own: `https://*.preview.example.com`",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    report(diags, intent, &WORDS);
}
