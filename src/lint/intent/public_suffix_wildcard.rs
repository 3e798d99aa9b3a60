//! Everybody may register a name below a public suffix. <https://publicsuffix.org/learn/>

use super::wildcards::{Words, report};
use crate::diagnostic::{Code, Diagnostics, Kind, Severity, shown};
use crate::fetch::WildcardTrouble;
use crate::intent::Intent;

/// `public-suffix-wildcard`
pub(crate) const CODE: Code = Code {
    id: "public-suffix-wildcard",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a `*` below a public suffix, such as `https://*.co.uk`",
};

const WORDS: Words = Words {
    code: &CODE,
    trouble: WildcardTrouble::PublicSuffix,
    message: |pattern, risk| format!("`{}` is every website below `{}`", shown(pattern), shown(&risk.domain)),
    label: "no domain of one owner is left behind the `*`",
    help: "put a domain of your own behind the `*`: `https://*.example.com`",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    report(diags, intent, &WORDS);
}
