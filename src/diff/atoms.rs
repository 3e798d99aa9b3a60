//! A set of origins, paths or header names in the words that people wrote.
//!
//! The texts of both sides cut all origins (or paths, or names) into atoms: those that the same texts match. A set is told
//! by texts that lie in it as a whole, by a text without others, or by what several texts have in common; always exactly.

use std::collections::BTreeSet;

/// What all of some texts match, without what others match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The texts, as written; mostly one.
    pub all: Vec<String>,
    /// Without what these match.
    pub except: Vec<String>,
}

/// The atoms that some texts make.
#[derive(Debug, Clone, Default)]
pub(super) struct Atoms {
    texts: Vec<String>,
    /// Of each atom, the texts that match it.
    touched: Vec<BTreeSet<usize>>,
    /// Of each text, the atoms that it matches.
    of: Vec<BTreeSet<usize>>,
}

impl Atoms {
    /// Atoms by the texts that match each, as indices.
    pub(super) fn new(texts: Vec<String>, atoms: Vec<BTreeSet<usize>>) -> Self {
        let mut of = vec![BTreeSet::new(); texts.len()];
        for (atom, texts) in atoms.iter().enumerate() {
            for &text in texts {
                if let Some(of) = of.get_mut(text) {
                    of.insert(atom);
                }
            }
        }
        Self { texts, touched: atoms, of }
    }

    /// Some atoms, in words.
    pub(super) fn describe(&self, wanted: &BTreeSet<usize>) -> Vec<Part> {
        let mut rest = wanted.clone();
        let touching: BTreeSet<usize> =
            wanted.iter().filter_map(|&at| self.touched.get(at)).flatten().copied().collect();
        let (whole, partly): (BTreeSet<usize>, BTreeSet<usize>) =
            touching.into_iter().partition(|&text| self.of(text).is_subset(wanted));
        // Each with the atoms that it tells.
        let mut parts: Vec<(Part, BTreeSet<usize>)> = Vec::new();
        for text in largest(&whole, |text| self.of(text).clone()) {
            rest.retain(|atom| !self.of(text).contains(atom));
            parts.push((self.part([text], []), self.of(text).clone()));
        }
        let mut partly: Vec<usize> = partly.into_iter().collect();
        partly.sort_by_key(|&text| std::cmp::Reverse(self.of(text).len()));
        for text in partly {
            if self.of(text).is_disjoint(&rest) {
                continue;
            }
            let without: BTreeSet<usize> = self.of(text).difference(wanted).copied().collect();
            let others = self.inside(&without, self.of(text));
            let taken: BTreeSet<usize> = others.iter().flat_map(|&other| self.of(other)).copied().collect();
            if without.is_subset(&taken) {
                let told: BTreeSet<usize> = self.of(text).intersection(wanted).copied().collect();
                rest.retain(|atom| !told.contains(atom));
                // What was told before may be a part of it.
                parts.retain(|(_, atoms)| !atoms.is_subset(&told));
                parts.push((self.part([text], others), told));
            }
        }
        parts.into_iter().map(|(part, _)| part).chain(rest.iter().filter_map(|&atom| self.atom(atom))).collect()
    }

    /// One atom: what its texts have in common, without all others.
    fn atom(&self, atom: usize) -> Option<Part> {
        let texts = self.touched.get(atom)?;
        let narrowest = texts.iter().copied().filter(|&text| {
            let narrower =
                |&other: &usize| self.of(other).len() < self.of(text).len() && self.of(other).is_subset(self.of(text));
            !texts.iter().any(narrower)
        });
        let common: BTreeSet<usize> = (0..self.touched.len())
            .filter(|&at| self.touched.get(at).is_some_and(|other| other.is_superset(texts)))
            .collect();
        let without: BTreeSet<usize> = common.iter().copied().filter(|&other| other != atom).collect();
        Some(self.part(narrowest, self.inside(&without, &common)))
    }

    /// The largest texts whose share of `within` lies in `some` of it.
    fn inside(&self, some: &BTreeSet<usize>, within: &BTreeSet<usize>) -> Vec<usize> {
        let share = |text: usize| -> BTreeSet<usize> { self.of(text).intersection(within).copied().collect() };
        let touching = some.iter().filter_map(|&at| self.touched.get(at)).flatten().copied();
        let inside: BTreeSet<usize> = touching.filter(|&text| share(text).is_subset(some)).collect();
        largest(&inside, share)
    }

    fn part(&self, all: impl IntoIterator<Item = usize>, except: impl IntoIterator<Item = usize>) -> Part {
        let named =
            |texts: &mut dyn Iterator<Item = usize>| texts.filter_map(|at| self.texts.get(at).cloned()).collect();
        Part { all: named(&mut all.into_iter()), except: named(&mut except.into_iter()) }
    }

    fn of(&self, text: usize) -> &BTreeSet<usize> {
        static NONE: BTreeSet<usize> = BTreeSet::new();
        self.of.get(text).unwrap_or(&NONE)
    }
}

/// The texts whose sets are in no other's; of equal ones, the first.
fn largest(texts: &BTreeSet<usize>, set: impl Fn(usize) -> BTreeSet<usize>) -> Vec<usize> {
    let mut sets: Vec<(usize, BTreeSet<usize>)> = texts.iter().map(|&text| (text, set(text))).collect();
    sets.sort_by_key(|(text, set)| (std::cmp::Reverse(set.len()), *text));
    let mut kept: Vec<(usize, BTreeSet<usize>)> = Vec::new();
    // What one text alone covers needs no search among those that cover nothing of it.
    let mut covered: BTreeSet<usize> = BTreeSet::new();
    for (text, set) in sets {
        let is_inside = set.is_subset(&covered) && kept.iter().any(|(_, larger)| set.is_subset(larger));
        if !is_inside {
            covered.extend(&set);
            kept.push((text, set));
        }
    }
    let mut kept: Vec<usize> = kept.into_iter().map(|(text, _)| text).collect();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(atoms: &Atoms, wanted: &[usize]) -> Vec<String> {
        let wanted = wanted.iter().copied().collect();
        let text = |part: Part| {
            let except: Vec<String> = part.except.iter().map(|e| format!("-{e}")).collect();
            part.all.join("&") + &except.concat()
        };
        atoms.describe(&wanted).into_iter().map(text).collect()
    }

    #[test]
    fn sets_are_told_by_the_texts_that_people_wrote() {
        let texts = ["all", "pull", "pull-1", "site"].map(str::to_owned).to_vec();
        let atoms = [&[0][..], &[0, 1], &[0, 1, 2], &[3]].map(|texts| texts.iter().copied().collect()).to_vec();
        let atoms = Atoms::new(texts, atoms);
        assert_eq!(told(&atoms, &[0, 1, 2, 3]), ["all", "site"]);
        assert_eq!(told(&atoms, &[0, 3]), ["site", "all-pull"]);
        assert_eq!(told(&atoms, &[0, 2]), ["pull-1", "all-pull"]);
        assert_eq!(told(&atoms, &[0, 1]), ["all-pull-1"]);
        assert_eq!(told(&atoms, &[1]), ["pull-pull-1"]);
        assert_eq!(told(&atoms, &[]), [""; 0]);
    }

    proptest! {
        #[test]
        fn every_set_is_told_exactly(
            atoms in proptest::collection::btree_set(proptest::collection::btree_set(0..5_usize, 1..5), 1..12),
            chosen in proptest::collection::vec(any::<bool>(), 12),
        ) {
            let texts: Vec<String> = (0..5).map(|at| at.to_string()).collect();
            let atoms: Vec<BTreeSet<usize>> = atoms.into_iter().collect();
            let wanted: BTreeSet<usize> = (0..atoms.len()).filter(|&at| chosen[at]).collect();
            let parts = Atoms::new(texts, atoms.clone()).describe(&wanted);
            let index = |text: &String| text.parse::<usize>().unwrap();
            for (at, atom) in atoms.iter().enumerate() {
                let is_told = parts.iter().any(|part| {
                    part.all.iter().all(|t| atom.contains(&index(t))) && !part.except.iter().any(|t| atom.contains(&index(t)))
                });
                prop_assert_eq!(is_told, wanted.contains(&at), "{:?} {:?} {:?}", atoms, wanted, parts);
            }
        }
    }
}
