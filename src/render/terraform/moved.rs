//! `moved.tf`: a resource that an earlier output knew under another address stays the same object.
//!
//! `for_each` over ids makes an id part of the address, and Terraform destroys and creates what has a new one, unless a
//! `moved` block says where it went. <https://developer.hashicorp.com/terraform/language/modules/develop/refactoring>
//!
//! The blocks stay in later outputs, because nobody knows who has applied which. They go when they say something that
//! is no longer so: Terraform refuses one whose `from` is declared, and two with the same `to`.

use std::collections::{BTreeMap, BTreeSet};

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;
use serde_json::{Value, json};

use super::hcl::{at, attribute, block, path, text};
use super::resources::{self, Resource};
use crate::render::artifact::Target;
use crate::render::earlier::{Earlier, Identity, Move};

/// A change of address that cannot be told, because one of its ends stands for another bucket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clash {
    /// The bucket whose resource would have to move.
    pub bucket: String,
    /// Its address so far.
    pub from: String,
    /// Its address now.
    pub to: String,
}

/// Every change of address to tell, oldest first; those of today sorted.
pub(super) fn moves(earlier: &Earlier, resources: &[Resource]) -> Vec<Move> {
    let declared: BTreeSet<&str> = resources.iter().map(|resource| resource.address.as_str()).collect();
    let mut moves = known(earlier);
    for new in changed(earlier, resources).into_iter().filter(|new| !clashes_with(earlier, &declared, new)) {
        moves.retain(|old| old.from != new.from && old.to != new.to);
        moves.push(new);
    }
    moves.retain(|one| !declared.contains(one.from.as_str()));
    let ahead = moves.clone();
    moves.retain(|one| leads_to(&one.to, &ahead, &declared));
    moves
}

/// Changes of address that no `moved` block can tell, and that are not safe without one.
///
/// S3 has one CORS configuration a bucket and no name for it: where an id went from one bucket to another, Terraform
/// deletes the first one's and writes the second one's in any order, and what was just written may be what is deleted.
pub(super) fn clashes(earlier: &Earlier, resources: &[Resource]) -> Vec<Clash> {
    let declared = resources.iter().map(|resource| resource.address.as_str()).collect();
    let of_bucket = |one: &Move| [resources::CORS, resources::BUCKET_POLICY].contains(&kind(&one.from));
    let clashing = changed(earlier, resources).into_iter();
    clashing
        .filter(|one| of_bucket(one) && clashes_with(earlier, &declared, one))
        .map(|one| {
            let identity = earlier.identities.get(&one.from);
            let bucket = identity.and_then(|identity| identity.first()).cloned().unwrap_or_default();
            Clash { bucket, from: one.from, to: one.to }
        })
        .collect()
}

pub(super) fn blocks(moves: &[Move]) -> Vec<Structure> {
    let address = |address: &str| parse(address).map_or(Expression::Null, Address::expression);
    let one_block =
        |one: &Move| block("moved", &[], [attribute("from", address(&one.from)), attribute("to", address(&one.to))]);
    moves.iter().map(one_block).collect()
}

/// The moves, for the lock file.
pub(super) fn json(moves: &[Move]) -> Value {
    moves.iter().map(|one| json!({ "from": one.from, "to": one.to })).collect()
}

/// What the earlier output tells, as far as it is what corsynth would have written: a lock file can be edited.
fn known(earlier: &Earlier) -> Vec<Move> {
    if earlier.format != Target::Terraform.as_str() {
        return Vec::new();
    }
    let (mut sources, mut targets) = (BTreeSet::new(), BTreeSet::new());
    let mut moves = earlier.moves.clone();
    moves.retain(|one| {
        let readable = parse(&one.from).is_some() && parse(&one.to).is_some() && kind(&one.from) == kind(&one.to);
        readable && one.from != one.to && sources.insert(one.from.clone()) && targets.insert(one.to.clone())
    });
    moves
}

/// The resources that have another address now.
fn changed(earlier: &Earlier, resources: &[Resource]) -> Vec<Move> {
    if earlier.format != Target::Terraform.as_str() {
        return Vec::new();
    }
    let before: BTreeMap<(&str, &Identity), &str> =
        earlier.identities.iter().map(|(address, of)| ((kind(address), of), address.as_str())).collect();
    let moved = |resource: &Resource| {
        let from = *before.get(&(kind(&resource.address), resource.identity.as_ref()?))?;
        let readable = from != resource.address && parse(from).is_some();
        readable.then(|| Move { from: from.to_owned(), to: resource.address.clone() })
    };
    resources.iter().filter_map(moved).collect()
}

/// Whether one of the addresses of a move stood, or stands, for something else.
fn clashes_with(earlier: &Earlier, declared: &BTreeSet<&str>, one: &Move) -> bool {
    declared.contains(one.from.as_str()) || earlier.identities.contains_key(&one.to)
}

/// Whether an address is declared, or moved on to one that is.
fn leads_to(address: &str, moves: &[Move], declared: &BTreeSet<&str>) -> bool {
    let mut here = address;
    // Sources are unique, so a walk is at most this long.
    for _ in 0..=moves.len() {
        if declared.contains(here) {
            return true;
        }
        match moves.iter().find(|one| one.from == here) {
            Some(next) => here = &next.to,
            None => return false,
        }
    }
    false
}

/// `aws_cloudfront_cache_policy` of `aws_cloudfront_cache_policy.this["static"]`.
fn kind(address: &str) -> &str {
    address.split_once('.').map_or(address, |(kind, _)| kind)
}

/// An address in its parts.
struct Address<'a> {
    kind: &'a str,
    label: &'a str,
    key: &'a str,
}

impl Address<'_> {
    fn expression(self) -> Expression {
        at(path([self.kind, self.label]), text(self.key))
    }
}

/// An address as corsynth writes them, and nothing else.
fn parse(address: &str) -> Option<Address<'_>> {
    let word = |text: &str, more: &[char]| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(&c);
        text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(plain)
    };
    let (kind, rest) = address.split_once('.')?;
    let (label, key) = rest.strip_suffix("\"]")?.split_once("[\"")?;
    let whole = word(kind, &['_']) && word(label, &['_']) && word(key, &['-', '/']);
    whole.then_some(Address { kind, label, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids, and the buckets that they stand for.
    type Ids<'a> = &'a [(&'a str, &'a str)];

    fn resource(key: &str, identity: &[&str]) -> Resource {
        let address = resources::address(resources::CORS, "this", key);
        Resource { address, intent: vec![], identity: Some(identity.iter().map(|&s| s.to_owned()).collect()) }
    }

    /// What the output of some resources is to the next one.
    fn remembered(resources: &[Resource], moves: Vec<Move>) -> Earlier {
        Earlier { format: "terraform".to_owned(), identities: resources::identities(resources), moves }
    }

    /// Emits one set of ids after the other into the same place; the moves at each step, by key.
    fn history(steps: &[Ids<'_>]) -> Vec<Vec<String>> {
        let key = |address: &str| parse(address).unwrap().key.to_owned();
        let mut earlier = Earlier::default();
        let mut out = Vec::new();
        for step in steps {
            let resources: Vec<_> = step.iter().map(|(key, bucket)| resource(key, &[bucket])).collect();
            let moves = moves(&earlier, &resources);
            out.push(moves.iter().map(|one| format!("{}>{}", key(&one.from), key(&one.to))).collect());
            earlier = remembered(&resources, moves);
        }
        out
    }

    #[test]
    fn a_rename_is_kept_and_chained() {
        let steps = history(&[&[("a", "x")], &[("b", "x")], &[("b", "x")], &[("c", "x")], &[("c", "x")]]);
        assert_eq!(steps, [vec![], vec!["a>b"], vec!["a>b"], vec!["a>b", "b>c"], vec!["a>b", "b>c"]]);
    }

    #[test]
    fn a_rename_that_is_taken_back_leaves_no_block_from_what_is_in_use() {
        let steps = history(&[&[("a", "x")], &[("b", "x")], &[("a", "x")], &[("b", "x")]]);
        assert_eq!(steps, [vec![], vec!["a>b"], vec!["b>a"], vec!["a>b"]]);
        let steps = history(&[&[("a", "x")], &[("b", "x")], &[("c", "x")], &[("a", "x")]]);
        assert_eq!(steps.last().unwrap(), &["b>c", "c>a"]);
    }

    #[test]
    fn what_is_gone_or_replaced_is_forgotten() {
        let steps = history(&[&[("a", "x")], &[("b", "x")], &[("c", "other")]]);
        assert_eq!(steps.last().unwrap(), &Vec::<String>::new(), "nobody asks where `a` went once `b` is gone");
        let steps = history(&[&[("a", "x"), ("k", "y")], &[("b", "x"), ("k", "y")], &[("k", "y")], &[("b", "y")]]);
        assert_eq!(steps.last().unwrap(), &["k>b"], "two blocks to one address are refused");
        let steps = history(&[&[("a", "x")], &[("b", "x")], &[("a", "new"), ("b", "x")]]);
        assert_eq!(steps.last().unwrap(), &Vec::<String>::new(), "`a` is in use again");
    }

    #[test]
    fn an_id_that_stands_for_another_bucket_cannot_be_told() {
        let cases: [(Ids<'_>, Ids<'_>, usize); 5] = [
            // Swapped; one moved up; reused; taken from what is gone; an innocent rename.
            (&[("a", "x"), ("b", "y")], &[("a", "y"), ("b", "x")], 2),
            (&[("a", "x"), ("b", "y")], &[("b", "x"), ("c", "y")], 2),
            (&[("a", "x")], &[("a", "new"), ("b", "x")], 1),
            (&[("a", "x"), ("b", "y")], &[("a", "y")], 1),
            (&[("a", "x"), ("b", "y")], &[("c", "x"), ("b", "y")], 0),
        ];
        for (before, after, expected) in cases {
            let all = |step: Ids<'_>| step.iter().map(|(k, b)| resource(k, &[b])).collect::<Vec<_>>();
            let earlier = remembered(&all(before), vec![]);
            assert_eq!(clashes(&earlier, &all(after)).len(), expected, "{before:?} to {after:?}");
            let told = moves(&earlier, &all(after)).len();
            assert_eq!(told, usize::from(expected == 0), "{before:?} to {after:?}");
        }
    }

    #[test]
    fn an_edited_lock_file_puts_nothing_into_the_module() {
        let good = resources::address(resources::CORS, "this", "a");
        let here = [resource("b", &["x"])];
        for from in ["", "x", "aws_x.this[\"${path.cwd}\"]", "aws_x.this[\"a\"]\n}", "module.m.x[\"a\"]", "a.b[\"\"]"] {
            let moves = vec![Move { from: from.to_owned(), to: here[0].address.clone() }];
            let earlier = Earlier { format: "terraform".to_owned(), moves, ..Earlier::default() };
            assert_eq!(super::moves(&earlier, &here), [], "{from}");
        }
        // Circles and forks are none of corsynth's.
        let to = |from: &str, to: &str| Move {
            from: good.replace("\"a\"", &format!("{from:?}")),
            to: good.replace("\"a\"", &format!("{to:?}")),
        };
        let moves = vec![to("p", "q"), to("q", "p"), to("c", "b"), to("d", "b")];
        let earlier = Earlier { format: "terraform".to_owned(), moves, ..Earlier::default() };
        assert_eq!(super::moves(&earlier, &here), [to("c", "b")]);
    }

    #[test]
    fn another_format_has_no_addresses() {
        let mut earlier = remembered(&[resource("a", &["x"])], vec![]);
        earlier.format = "aws-cli".to_owned();
        assert_eq!(moves(&earlier, &[resource("b", &["x"])]), []);
    }
}
