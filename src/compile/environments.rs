//! All environments of an intent at once: each is compiled and verified, and what is found in all of them is told once.

use super::{Choice, Compiled, Input, Options, Parsed};
use crate::diagnostic::{self, Diagnostic};
use crate::intent;
use crate::source::SourceFile;
use std::collections::BTreeMap;

/// What became of an intent in every environment.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The text, for showing findings.
    pub source: SourceFile,
    /// All findings, sorted; one that not all environments have says which do.
    pub diagnostics: Vec<Diagnostic>,
    /// What the compiler chose, and why; one that it did not choose everywhere says where it did.
    pub choices: Vec<Choice>,
    /// False when encoding or syntax are so broken that nothing could be read.
    pub readable: bool,
    /// The environments in the order of the file; one without a name when the file has none.
    pub environments: Vec<Compiled>,
}

/// Compiles and verifies an intent in every environment that it has.
pub fn check(input: Input, options: &Options) -> Checked {
    let parsed = Parsed::new(input, options);
    let mut names = parsed.environments();
    // More than that is a finding of each.
    names.truncate(intent::MOST_ENVIRONMENTS);
    let environments: Vec<Compiled> = match names.split_last() {
        None => vec![parsed.compile(None).verified()],
        Some((last, others)) => {
            let mut all: Vec<_> = others.iter().map(|name| parsed.clone().compile(Some(name)).verified()).collect();
            all.push(parsed.compile(Some(last)).verified());
            all
        }
    };
    Checked::from(environments)
}

impl From<Vec<Compiled>> for Checked {
    /// Of one text, compiled for several environments.
    fn from(environments: Vec<Compiled>) -> Self {
        let mut diagnostics = merged(
            &environments,
            |compiled| &compiled.diagnostics,
            |finding| finding.primary.span,
            |finding, names| {
                // Its own words may say it.
                let told = finding.message.contains(names);
                let message = if told { finding.message.clone() } else { format!("{} (in {names})", finding.message) };
                Some(Diagnostic { message, ..finding.clone() })
            },
        );
        diagnostics.extend(unused(&environments));
        diagnostic::sort(&mut diagnostics);
        let choices = merged(
            &environments,
            |compiled| &compiled.choices,
            |choice| choice.subject.clone(),
            |choice, names| {
                Some(Choice { subject: choice.subject.clone(), text: format!("{} (in {names})", choice.text) })
            },
        );
        let first = environments.first();
        Self {
            source: first.map_or_else(|| SourceFile::new("", ""), |compiled| compiled.source.clone()),
            readable: first.is_none_or(|compiled| compiled.readable),
            diagnostics,
            choices,
            environments,
        }
    }
}

/// The comments and waivers that no environment has a use for, as far as all of them were looked at.
fn unused(environments: &[Compiled]) -> Vec<Diagnostic> {
    let root = environments.first().and_then(|compiled| compiled.root.as_ref());
    if root.is_some_and(|root| intent::environments(root).len() > environments.len()) {
        return Vec::new();
    }
    merged(environments, |compiled| &compiled.unused, |finding| finding.primary.span, |_, _| None)
}

/// The items of all environments, each once: as it is where all have it, and with their names where only some do. `key` is
/// what equal items have in common.
fn merged<T: PartialEq + Clone, K: Ord>(
    environments: &[Compiled],
    items: impl Fn(&Compiled) -> &Vec<T>,
    key: impl Fn(&T) -> K,
    only_in: impl Fn(&T, &str) -> Option<T>,
) -> Vec<T> {
    let mut seen: Vec<(&T, Vec<&str>)> = Vec::new();
    let mut by_key: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for compiled in environments {
        let name = compiled.environment.as_deref().unwrap_or_default();
        for item in items(compiled) {
            let like_it = by_key.entry(key(item)).or_default();
            let known = like_it.iter().copied().find(|&index| seen.get(index).is_some_and(|(known, _)| *known == item));
            if let Some((_, names)) = known.and_then(|index| seen.get_mut(index)) {
                names.push(name);
            } else {
                like_it.push(seen.len());
                seen.push((item, vec![name]));
            }
        }
    }
    let all = environments.len();
    seen.into_iter()
        .filter_map(|(item, names)| match names.len() {
            count if count == all => Some(item.clone()),
            _ => only_in(item, &format!("`{}`", names.join("`, `"))),
        })
        .collect()
}
