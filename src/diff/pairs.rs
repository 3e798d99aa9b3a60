//! Which things are compared with which: sides by name and environment, their assets by bucket.

use super::Side;
use super::answer::Subject;
use crate::deployed;
use crate::intent::Intent;

/// What rows say of where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) environment: Option<String>,
    pub(super) asset: String,
}

/// An asset of one side, or nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Member<'a> {
    /// In the intent; `None` when the side is artifacts.
    granted: Option<(&'a Intent, usize)>,
    /// As AWS holds it.
    pub(super) held: Option<&'a deployed::Asset>,
}

impl<'a> Member<'a> {
    /// Who is asked.
    pub(super) fn subject(&self) -> Subject<'a> {
        match (self.granted, self.held) {
            (Some((intent, index)), _) => Subject::Grants(intent, index),
            (None, Some(asset)) => Subject::Holds(asset),
            (None, None) => Subject::Nothing,
        }
    }

    fn id(&self) -> Option<&'a str> {
        let granted = self.granted.and_then(|(intent, index)| intent.assets.get(index));
        granted.map(|asset| asset.id.value.as_str()).or_else(|| self.held.map(|asset| asset.id.as_str()))
    }

    fn bucket(&self) -> Option<&'a str> {
        let granted = self.granted.and_then(|(intent, index)| intent.assets.get(index));
        let named = granted.and_then(|asset| asset.bucket()).map(|bucket| bucket.name.value.as_str());
        named.or_else(|| self.held?.bucket.name.as_deref())
    }

    /// Everything of a side.
    fn all(side: &Side<'a>) -> Vec<Self> {
        match side.intent {
            Some(intent) => (0..intent.assets.len())
                .map(|index| {
                    let id = intent.assets.get(index).map(|asset| asset.id.value.as_str());
                    Self { granted: Some((intent, index)), held: id.and_then(|id| side.deployed.asset(id)) }
                })
                .collect(),
            None => side.deployed.assets.iter().map(|asset| Self { granted: None, held: Some(asset) }).collect(),
        }
    }
}

/// Two sides that are compared, either of which may be missing.
pub(super) type Pair<'s, 'a> = (Option<&'s Side<'a>>, Option<&'s Side<'a>>);

/// The pairs of sides: by name and environment, in the order of what is there afterwards.
pub(super) fn sides<'s, 'a>(before: &'s [Side<'a>], after: &'s [Side<'a>]) -> Vec<Pair<'s, 'a>> {
    let is_same = |one: &Side<'_>, other: &Side<'_>| (one.name, one.environment) == (other.name, other.environment);
    let lost = before.iter().filter(|side| !after.iter().any(|other| is_same(side, other)));
    let kept = after.iter().map(|side| (before.iter().find(|other| is_same(side, other)), Some(side)));
    let mut pairs: Vec<Pair<'s, 'a>> = kept.chain(lost.map(|side| (Some(side), None))).collect();
    pairs.sort_by_key(|(before, after)| after.or(*before).map(|side| (side.name, side.environment)));
    pairs
}

/// Whether two assets are taken for one.
type Rule<'r> = &'r dyn Fn(&Member<'_>, &Member<'_>) -> bool;

/// The pairs of assets. Another bucket is another asset, whatever it is called; where no bucket is told, the id counts, and
/// the only asset of artifacts is that of the other side.
pub(super) fn assets<'a>((before, after): &Pair<'_, 'a>) -> Vec<(Label, Member<'a>, Member<'a>)> {
    let mut left: Vec<Member<'a>> = before.map(Member::all).unwrap_or_default();
    let right: Vec<Member<'a>> = after.map(Member::all).unwrap_or_default();
    let is_only = left.len() == 1 && right.len() == 1;
    let told = |one: &Member<'_>, other: &Member<'_>| one.bucket().is_some() && other.bucket().is_some();
    let mut matches: Vec<Option<Member<'a>>> = vec![None; right.len()];
    let by_bucket = |one: &Member<'_>, other: &Member<'_>| told(one, other) && one.bucket() == other.bucket();
    let rules: [Rule<'_>; 4] = [
        &|one, other| by_bucket(one, other) && one.id() == other.id(),
        &by_bucket,
        &|one, other| !told(one, other) && one.id() == other.id(),
        &|one, other| is_only && !told(one, other),
    ];
    for rule in rules {
        for (member, slot) in right.iter().zip(&mut matches).filter(|(_, slot)| slot.is_none()) {
            if let Some(at) = left.iter().position(|other| rule(other, member)) {
                *slot = Some(left.remove(at));
            }
        }
    }
    let changed = right.into_iter().zip(matches).map(|(after, before)| (before.unwrap_or_default(), after));
    let pairs: Vec<(Member<'a>, Member<'a>)> =
        changed.chain(left.into_iter().map(|before| (before, Member::default()))).collect();
    let side = after.or(*before);
    let ids: Vec<&str> = pairs.iter().filter_map(|(before, after)| after.id().or(before.id())).collect();
    let label = |before: &Member<'a>, after: &Member<'a>| {
        let id = after.id().or(before.id()).unwrap_or_default();
        let is_twice = ids.iter().filter(|other| **other == id).count() > 1;
        let bucket = after.bucket().or(before.bucket()).filter(|_| is_twice);
        Label {
            name: side.map_or("", |side| side.name).to_owned(),
            environment: side.and_then(|side| side.environment).map(ToOwned::to_owned),
            asset: bucket.map_or_else(|| id.to_owned(), |bucket| format!("{id} ({bucket})")),
        }
    };
    pairs.iter().map(|(before, after)| (label(before, after), *before, *after)).collect()
}
