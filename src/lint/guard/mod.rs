//! Rules that run only where a guardrail forbids their code, or somebody set a level for it: what most intents hold, and
//! some environments must not.

mod bearer_grant;
mod public_grant;
mod wildcard_origin;
mod write_grant;

use super::{Rule, codes_of};
use crate::diagnostic::{Code, Diagnostics};
use crate::intent::Intent;

/// All rules, by code.
const RULES: &[Rule] = &[
    Rule { code: &bearer_grant::CODE, check: bearer_grant::check },
    Rule { code: &public_grant::CODE, check: public_grant::check },
    Rule { code: &wildcard_origin::CODE, check: wildcard_origin::check },
    Rule { code: &write_grant::CODE, check: write_grant::check },
];

/// The codes of the rules.
pub fn codes() -> Vec<&'static Code> {
    codes_of(RULES)
}

/// Reports what those rules find that were asked for.
pub fn check(diags: &mut Diagnostics, intent: &Intent) {
    for rule in RULES.iter().filter(|rule| diags.policy.asks_for(rule.code)).collect::<Vec<_>>() {
        (rule.check)(diags, intent);
    }
}
