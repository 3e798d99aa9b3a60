//! Rules over what the user means. What means nothing has been refused by `intent` before.

mod origin_is_own_cdn;
mod withheld_origin_granted;

use crate::diagnostic::{Code, Diagnostics};
use crate::intent::Intent;

/// A rule: what it reports, and how it finds that.
#[derive(Debug)]
struct Rule {
    code: &'static Code,
    check: fn(&mut Diagnostics, &Intent),
}

/// All rules, by code.
const RULES: &[Rule] = &[
    Rule { code: &origin_is_own_cdn::CODE, check: origin_is_own_cdn::check },
    Rule { code: &withheld_origin_granted::CODE, check: withheld_origin_granted::check },
];

/// The codes of the rules.
pub fn codes() -> Vec<&'static Code> {
    RULES.iter().map(|rule| rule.code).collect()
}

/// Reports what the rules find.
pub fn check(diags: &mut Diagnostics, intent: &Intent) {
    for rule in RULES {
        (rule.check)(diags, intent);
    }
}
