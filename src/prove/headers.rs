//! Sets of request headers that stand for all sets.
//!
//! A preflight needs one rule that covers the whole set, and a grant covers a set or does not. So what decides a set is
//! which names the lists of rules, policies and grants have: the largest set that each of them covers, what two of them
//! have in common, and one name that nobody lists.

use super::stars;
use crate::deployed::CorsConfig;
use crate::fetch::header::is_forbidden_request_header;
use crate::simulate::s3;
use std::collections::BTreeSet;

/// A name that nobody lists.
pub(crate) const UNLISTED: &str = "x-corsynth-unlisted";

/// Names that stand for all header names, for lists of names with at most one `*` each.
pub(crate) fn names<'l>(lists: impl Iterator<Item = &'l str>) -> Vec<String> {
    let lists: BTreeSet<String> = lists.map(str::to_ascii_lowercase).collect();
    let mut names = stars::witnesses(lists.iter().filter_map(|name| stars::cut(name)), &["corsynth"]);
    names.extend(lists.iter().filter(|name| !name.contains('*')).cloned());
    // Never covered by a `*` in the standard, always in S3.
    names.extend(["authorization", UNLISTED].map(ToOwned::to_owned));
    names.retain(|name| crate::fetch::header::is_token(name) && !is_forbidden_request_header(name));
    names.into_iter().collect()
}

/// Of all `names`, the largest sets that the header lists of some rules, and a policy behind them, cover.
pub(crate) fn covered<'n, 'r>(
    names: &'n [String],
    rules: impl Iterator<Item = &'r [String]>,
    policy: Option<&CorsConfig>,
) -> Vec<BTreeSet<&'n str>> {
    let listed = |list: &[String]| -> BTreeSet<&'n str> {
        let has = |name: &&str| list.iter().any(|entry| s3::header_matches(entry, name));
        names.iter().map(String::as_str).filter(has).collect()
    };
    let by_policy = policy.map(|cors| listed(&cors.allow_headers));
    let mut covered = Vec::new();
    for rule in rules {
        let by_rule = listed(rule);
        covered.extend(by_policy.as_ref().map(|policy| by_rule.intersection(policy).copied().collect()));
        covered.push(by_rule);
    }
    covered.extend(by_policy);
    covered
}

/// Of all `names`, the sets that decide: none, each of `covered`, what each two of them share, and one unlisted name.
pub(crate) fn sets<'n>(names: &'n [String], covered: &[BTreeSet<&'n str>]) -> BTreeSet<Vec<&'n str>> {
    let mut sets = BTreeSet::from([Vec::new()]);
    for (index, set) in covered.iter().enumerate() {
        sets.insert(set.iter().copied().collect());
        for other in covered.iter().skip(index + 1) {
            sets.insert(set.intersection(other).copied().collect());
        }
    }
    sets.extend(names.iter().find(|name| *name == UNLISTED).map(|name| vec![name.as_str()]));
    sets
}
