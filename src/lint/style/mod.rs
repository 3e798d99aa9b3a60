//! Rules on how an intent is written, whatever it means. They run only where somebody set a level for their code, and
//! each has a fix that changes nothing of what the file means.

mod unsorted_list;
mod upper_case_header;

use crate::diagnostic::{Code, Diagnostics};
use crate::document::Node;
use crate::source::SourceFile;

/// A rule: what it reports, and how it finds that.
#[derive(Debug)]
struct Rule {
    code: &'static Code,
    check: fn(&mut Diagnostics, &SourceFile, &Node),
}

/// All rules, by code.
const RULES: &[Rule] = &[
    Rule { code: &unsorted_list::CODE, check: unsorted_list::check },
    Rule { code: &upper_case_header::CODE, check: upper_case_header::check },
];

/// The codes of the rules.
pub fn codes() -> Vec<&'static Code> {
    RULES.iter().map(|rule| rule.code).collect()
}

/// Reports what those rules find that were asked for.
pub fn check(diags: &mut Diagnostics, source: &SourceFile, root: &Node) {
    for rule in RULES.iter().filter(|rule| diags.policy.asks_for(rule.code)).collect::<Vec<_>>() {
        (rule.check)(diags, source, root);
    }
}

/// Every key with its value, at every depth; not what is the user's own.
fn entries<'n>(node: &'n Node, visit: &mut impl FnMut(&'n str, &'n Node)) {
    for entry in node.entries().iter().filter(|entry| !entry.key.starts_with("x-")) {
        visit(&entry.key, &entry.value);
        entries(&entry.value, visit);
    }
    for item in node.items() {
        entries(item, visit);
    }
}
