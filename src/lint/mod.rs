//! Rules about what is legal and unwise, or consistent and useless: one file a rule, with its code beside its check.
//!
//! [`mod@intent`] has those that an intent shows, [`guard`] those of them that somebody must ask for, [`style`] those on
//! how it is written; [`deployed`] those that only artifacts can show, because no intent says them.

pub mod deployed;
pub mod guard;
pub mod intent;
pub mod style;

use crate::diagnostic::{Code, Diagnostics};
use crate::intent::Intent;

/// A rule over an intent: what it reports, and how it finds that.
#[derive(Debug)]
struct Rule {
    code: &'static Code,
    check: fn(&mut Diagnostics, &Intent),
}

fn codes_of(rules: &[Rule]) -> Vec<&'static Code> {
    rules.iter().map(|rule| rule.code).collect()
}
