//! One asset on two sides: the requests that stand for all, asked of both.

use super::Diff;
use super::answer::{Access, Answer, Asker, Place, Question, Subject};
use super::atoms::{Atoms, Part};
use super::pairs::Label;
use super::rows::{Change, Fact, Legend, Unit, What, rows};
use crate::prove::origins::{OriginClass, classes_of, is_sent_by_browsers, spelled_out};
use crate::prove::{headers, methods, paths};
use crate::simulate::{Door, Readings, s3};
use std::collections::{BTreeMap, BTreeSet};

/// Tells what the two sides of an asset differ in.
pub(super) fn compare(diff: &mut Diff, label: &Label, sides: [Subject<'_>; 2]) {
    let origins = Origins::new(sides);
    let (mut legend, mut places) = (BTreeMap::new(), Vec::new());
    let has_distribution = sides.iter().any(|side| side.has_distribution());
    for door in [Door::Distribution, Door::Bucket] {
        if door == Door::Bucket || has_distribution {
            match paths_of(sides, door) {
                Some((atoms, shortest)) => {
                    let at_door = |(atom, path): (usize, &String)| Place { door, path: path.clone(), atom };
                    places.extend(shortest.iter().enumerate().map(at_door));
                    legend.insert(door, (atoms, shortest));
                }
                None => diff.unknown(format!("the path patterns of `{}` are too many to be told apart", label.asset)),
            }
        }
    }
    let names = Names::new(sides);
    let methods = methods_of(sides);
    let [before, after] = sides;
    let is_mixed = sides.iter().any(|side| matches!(side, Subject::Holds(_)));
    let asker = |side, first_rule| Asker::new(side, is_mixed, &origins.classes, first_rule, &names.all, &places);
    let mut askers = [asker(before, 0), asker(after, before.rules().len())];
    let mut units = BTreeSet::new();
    for (class, origin) in origins.classes.iter().enumerate() {
        let Some(origin) = origin.pages.first() else { continue };
        for asker in &mut askers {
            asker.turn_to(class, origin);
        }
        for (at, place) in places.iter().enumerate() {
            for method in &methods {
                let question = Question { place: (at, place), origin, method };
                let facts = facts(diff, &mut askers, question, &names);
                let unit =
                    |fact| Unit { fact, door: place.door, path: place.atom, origin: class, method: method.clone() };
                units.extend(facts.into_iter().map(unit));
            }
        }
    }
    let pages = origins.classes.iter().map(|class| class.pages.first().cloned());
    let classes: Vec<_> = origins.members.into_iter().zip(pages).collect();
    diff.rows.extend(rows(label, units, &Legend { paths: legend, origins: &origins.atoms, classes: &classes }));
}

/// What changed for the requests from one origin with one method.
fn facts(diff: &mut Diff, askers: &mut [Asker<'_>; 2], question: Question<'_>, names: &Names) -> Vec<Fact> {
    diff.request_classes += 1;
    let plain = askers.each_mut().map(|asker| asker.answer(question, &[]));
    if let Some(what) =
        plain.iter().find_map(|answer| if let Access::Unknown(what) = &answer.access { Some(what) } else { None })
    {
        diff.unknown(what.clone());
        return Vec::new();
    }
    if plain.iter().all(|answer| answer.access == Access::No)
        || plain.iter().any(|answer| answer.access == Access::Open)
    {
        return Vec::new();
    }
    // Who does not let a request through lets none through that asks for more.
    let mut covered: Vec<BTreeSet<&str>> =
        askers.iter().flat_map(|asker| asker.header_sets(question, &names.all)).collect();
    covered.sort();
    covered.dedup();
    let mut candidates = headers::sets(&names.all, &covered);
    candidates.extend(names.all.iter().map(|name| vec![name.as_str()]));
    diff.request_classes += candidates.len();
    let mut sets: [Vec<BTreeSet<&str>>; 2] = [Vec::new(), Vec::new()];
    for candidate in &candidates {
        let mut levels = [0; 2];
        let mut is_open = false;
        for ((asker, plain), level) in askers.iter_mut().zip(&plain).zip(&mut levels) {
            if plain.access.level() > 0 {
                let access = asker.answer(question, candidate).access;
                is_open |= access == Access::Open;
                *level = access.level();
            }
        }
        for (sets, _) in sets.iter_mut().zip(levels).filter(|(_, level)| *level > 0 && !is_open) {
            sets.push(candidate.iter().copied().collect());
        }
    }
    let credentials = askers.each_ref().map(|asker| asker.lets_credentials(question));
    let mut facts = Vec::new();
    for (change, from, to) in [(Change::Gained, 0, 1), (Change::Lost, 1, 0)] {
        let (Some(less), Some(more)) = (plain.get(from), plain.get(to)) else { continue };
        let (Some(few), Some(many)) = (sets.get(from), sets.get(to)) else { continue };
        let fact = |what, headers: &[&str]| Fact {
            change,
            what,
            depends: None,
            headers: headers.iter().map(|name| (*name).to_owned()).collect(),
        };
        if more.access.level() > less.access.level() {
            let header_sets = maximal(many).into_iter().filter(|set| !set.is_empty()).map(|set| names.describe(set));
            let what =
                What::Requests { header_sets: header_sets.collect(), exposed: more.exposed.iter().cloned().collect() };
            facts.push(Fact { depends: depends(change, less, more), ..fact(what, &[]) });
        }
        if more.access.level() > 0 && less.access.level() > 0 {
            let exposed: Vec<String> = more.exposed.difference(&less.may_expose).cloned().collect();
            if !exposed.is_empty() {
                facts.push(fact(What::Exposed(exposed), &[]));
            }
            let single =
                |sets: &[BTreeSet<&str>], name: &str| sets.iter().any(|set| set.len() == 1 && set.contains(name));
            let singles: BTreeSet<&str> = names.all().filter(|name| single(many, name) && !single(few, name)).collect();
            if let Some(first) = singles.first() {
                facts.push(fact(What::RequestHeaders(names.describe(&singles)), &[first]));
            }
            for set in maximal(many) {
                let known: BTreeSet<&str> = set.difference(&singles).copied().collect();
                if known.len() > 1 && !few.iter().any(|other| known.is_subset(other)) {
                    let together: Vec<&str> = known.iter().copied().collect();
                    facts.push(fact(What::HeadersTogether(names.describe(&known)), &together));
                }
            }
        }
        if matches!((credentials.get(from), credentials.get(to)), (Some(false), Some(true))) {
            facts.push(fact(What::Credentials, &[]));
        }
    }
    facts
}

/// On what a change depends, when it is not one between never and always.
fn depends(change: Change, less: &Answer, more: &Answer) -> Option<String> {
    match (change, &less.access, &more.access) {
        (Change::Gained, Access::Depends(on), _) => Some(format!("it was so already, depending on {on}")),
        (Change::Lost, Access::Depends(on), _) => Some(format!("it is still so, depending on {on}")),
        (Change::Gained, _, Access::Depends(on)) => Some(format!("it is so depending on {on}")),
        (Change::Lost, _, Access::Depends(on)) => Some(format!("it was so depending on {on}")),
        _ => None,
    }
}

/// The sets that are in no other.
fn maximal<'s, 'n>(sets: &'s [BTreeSet<&'n str>]) -> Vec<&'s BTreeSet<&'n str>> {
    let is_inside = |set: &BTreeSet<&str>| sets.iter().any(|other| other.len() > set.len() && set.is_subset(other));
    sets.iter().filter(|set| !is_inside(set)).collect()
}

/// The origins that stand for all, and the texts that they are told by.
struct Origins {
    classes: Vec<OriginClass>,
    /// The atoms of each class.
    members: Vec<BTreeSet<usize>>,
    atoms: Atoms,
}

impl Origins {
    fn new(sides: [Subject<'_>; 2]) -> Self {
        let tellers: Vec<_> = sides.iter().filter_map(|side| side.teller()).collect();
        let texts = OriginTexts::new(sides);
        // Of each class, which texts match together.
        let mut met: BTreeMap<Vec<u32>, BTreeSet<BTreeSet<usize>>> = BTreeMap::new();
        let classes = classes_of(&tellers, |signature, origin| {
            let touched = met.entry(signature.to_vec()).or_default();
            if is_sent_by_browsers(origin) {
                touched.insert(texts.matching(origin));
            }
        });
        let (mut atoms, mut members) = (Vec::new(), Vec::new());
        // Classes come in the order of what is the same for all of one.
        for touched in met.into_values() {
            members.push((atoms.len()..atoms.len() + touched.len()).collect());
            atoms.extend(touched);
        }
        Self { classes, members, atoms: Atoms::new(texts.all, atoms) }
    }
}

/// Texts that stand for origins, by what could match one.
struct OriginTexts {
    all: Vec<String>,
    literals: BTreeMap<String, BTreeSet<usize>>,
    patterns: Vec<(String, usize)>,
}

impl OriginTexts {
    fn new(sides: [Subject<'_>; 2]) -> Self {
        let mut spelled: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for side in sides {
            let granted =
                side.grants().into_iter().flat_map(|grant| &grant.origins).map(crate::fetch::OriginPattern::as_str);
            let ruled = side.rules().iter().flat_map(|rule| &rule.allowed_origins).map(String::as_str);
            for text in granted.chain(ruled) {
                spelled.entry(text.to_owned()).or_default().insert(text.to_owned());
            }
            for entry in side.policies().into_iter().flat_map(|cors| &cors.allow_origins) {
                spelled.entry(entry.clone()).or_default().extend(spelled_out(entry));
            }
        }
        let mut texts = Self { all: Vec::new(), literals: BTreeMap::new(), patterns: Vec::new() };
        for (text, spellings) in spelled {
            let index = texts.all.len();
            texts.all.push(text);
            for spelling in spellings {
                if spelling.contains('*') {
                    texts.patterns.push((spelling, index));
                } else {
                    texts.literals.entry(spelling).or_default().insert(index);
                }
            }
        }
        texts
    }

    fn matching(&self, origin: &str) -> BTreeSet<usize> {
        let readings = Readings::default();
        let literals = self.literals.get(origin).into_iter().flatten().copied();
        let patterns = self.patterns.iter().filter(|(pattern, _)| s3::origin_matches(pattern, origin, &readings));
        literals.chain(patterns.map(|(_, index)| *index)).collect()
    }
}

/// The paths that stand for all at a door, and the patterns that they are told by; `None` when there are too many.
fn paths_of(sides: [Subject<'_>; 2], door: Door) -> Option<(Atoms, Vec<String>)> {
    let patterns: BTreeSet<&str> = sides.iter().flat_map(|side| side.path_patterns(door)).collect();
    let patterns: Vec<&str> = patterns.into_iter().filter(|pattern| !["*", "/*"].contains(pattern)).collect();
    let found = paths::witnesses(&patterns)?;
    let whole = patterns.len();
    let matching = |matches: &Vec<bool>| {
        let matched = matches.iter().enumerate().filter(|(_, matches)| **matches).map(|(at, _)| at);
        matched.chain([whole]).collect()
    };
    let atoms = found.keys().map(matching).collect();
    let texts = patterns.iter().chain(&["/*"]).map(|text| (*text).to_owned()).collect();
    Some((Atoms::new(texts, atoms), found.into_values().collect()))
}

/// The methods of which one side could let some through.
fn methods_of(sides: [Subject<'_>; 2]) -> Vec<String> {
    let mut methods: BTreeSet<String> = BTreeSet::new();
    for side in sides {
        match side {
            Subject::Nothing => {}
            Subject::Grants(..) => {
                let granted = side.grants().into_iter().flat_map(|grant| &grant.methods);
                methods.extend(granted.map(|method| method.as_str().to_owned()));
            }
            Subject::Holds(asset) => methods.extend(methods::named(Some(asset))),
        }
    }
    methods.into_iter().collect()
}

const AUTHORIZATION: &str = "authorization";

/// The header names that stand for all, and the texts that they are told by.
struct Names {
    all: Vec<String>,
    atoms: Atoms,
}

impl Names {
    fn new(sides: [Subject<'_>; 2]) -> Self {
        let texts: Vec<&str> = sides.into_iter().flat_map(Subject::header_texts).collect();
        let all = headers::names(texts.iter().copied());
        // In the standard no `*` covers `Authorization`; where one does, in S3, its name is what people must read.
        let words: BTreeSet<String> =
            texts.iter().copied().chain([AUTHORIZATION]).map(str::to_ascii_lowercase).collect();
        let matches =
            |word: &str, name: &str| s3::header_matches(word, name) && (name != AUTHORIZATION || word == AUTHORIZATION);
        let touched = |name: &String| {
            words.iter().enumerate().filter(|(_, word)| matches(word, name)).map(|(index, _)| index).collect()
        };
        let atoms = all.iter().map(touched).collect();
        Self { atoms: Atoms::new(words.into_iter().collect(), atoms), all }
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str)
    }

    /// Some names, in words.
    fn describe(&self, names: &BTreeSet<&str>) -> Vec<Part> {
        let wanted = self.all().enumerate().filter(|(_, name)| names.contains(name)).map(|(index, _)| index);
        self.atoms.describe(&wanted.collect())
    }
}
