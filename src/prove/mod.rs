//! Decides that artifacts grant exactly what an intent grants, for every request and every history of the cache, or
//! finds a counterexample.
//!
//! Finitely many requests stand for all (`docs/proof.md` has the argument): origins by what matches them
//! (`origins`), paths by the patterns that they match (`paths`), header sets by what covers them (`headers`),
//! histories by what a cache key can hold (`histories`). Each is sent through the simulator under every reading of
//! what is not confirmed, and held against [`crate::intent::permits`]. What is outside of the model is told as unknown.

mod access;
mod asset;
mod counterexample;
mod custom;
mod errors;
pub(crate) mod headers;
pub(crate) mod histories;
mod judge;
pub(crate) mod methods;
pub(crate) mod origins;
pub(crate) mod paths;
mod prover;
mod refused;
mod remarks;
mod signed;
pub(crate) mod slim;
mod stars;

pub use counterexample::{About, Counterexample, Kind};

use crate::deployed::{Asset, Deployed};
use crate::intent::{AssetOrigin, Intent};

/// What a proof comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// How many requests stood for all.
    pub request_classes: usize,
    /// How many different histories were before them, the empty one included.
    pub histories: usize,
    /// What is granted too much or too little; the simplest of its kind first.
    pub counterexamples: Vec<Counterexample>,
    /// What could not be decided, and why.
    pub unknown: Vec<String>,
    /// What a reader should know, though it refutes nothing.
    pub notes: Vec<String>,
}

impl Proof {
    /// Whether it is proved.
    pub fn is_proved(&self) -> bool {
        self.counterexamples.is_empty() && self.unknown.is_empty()
    }

    fn unknown(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.unknown.contains(&text) {
            self.unknown.push(text);
        }
    }

    fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }
}

/// Decides whether `deployed` grants exactly what `intent` grants.
pub fn prove(intent: &Intent, deployed: &Deployed) -> Proof {
    let mut proof = Proof { histories: 1, ..Proof::default() };
    let mut judged: Vec<&str> = Vec::new();
    for (index, asset) in intent.assets.iter().enumerate() {
        let granted = intent.grants.iter().any(|g| g.to.iter().any(|t| t.asset == index));
        match held(intent, index, deployed) {
            Some(found) if ambiguous(intent, index, deployed) => {
                judged.push(&found.id);
                proof.unknown(format!(
                    "several distributions stand in front of the bucket of `{}`: say which one by `aliases` or `distribution`",
                    asset.id.value
                ));
            }
            Some(found) => {
                judged.push(&found.id);
                asset::prove(&mut proof, intent, index, found);
            }
            None if granted => proof.unknown(format!(
                "the artifacts hold nothing for `{}` ({}), to which the intent grants access",
                asset.id.value,
                match &asset.origin {
                    AssetOrigin::Bucket(bucket) => format!("bucket `{}`", bucket.name.value),
                    AssetOrigin::Custom(custom) => format!("`{}`", custom.url.value),
                }
            )),
            None => {}
        }
    }
    for asset in deployed.assets.iter().filter(|asset| !judged.contains(&asset.id.as_str())) {
        proof.note(format!("`{}` of the artifacts is no asset of the intent, and was not judged", asset.id));
    }
    proof.counterexamples.sort_by_key(Counterexample::size);
    if let Some(environment) = intent.environment.as_ref().filter(|_| proof.is_proved()) {
        for frontend in &intent.withheld {
            proof.note(format!(
                "`{}` is kept from `{environment}`: none of its pages gets there what is not granted to others",
                frontend.id.value
            ));
        }
    }
    proof
}

/// The asset of the artifacts that an asset of the intent is: by its bucket and its distribution or id, by one of them, or as
/// the only one.
pub(crate) fn held<'d>(intent: &Intent, index: usize, deployed: &'d Deployed) -> Option<&'d Asset> {
    let wanted = intent.assets.get(index)?;
    let is_bucket = |asset: &&Asset| {
        asset.bucket.name.as_deref().is_some_and(|name| wanted.bucket().is_some_and(|b| b.name.value == name))
    };
    let is_id = |asset: &&Asset| asset.id == wanted.id.value;
    let only = || match (deployed.assets.as_slice(), intent.assets.len()) {
        ([asset], 1) => Some(asset),
        _ => None,
    };
    let all = || deployed.assets.iter();
    all()
        .find(|a| is_bucket(a) && is_named(intent, index, a))
        .or_else(|| all().find(|a| is_bucket(a) && is_id(a)))
        .or_else(|| all().find(is_bucket))
        .or_else(|| all().find(is_id))
        .or_else(only)
}

/// Whether an asset of the artifacts has the distribution that the intent names.
fn is_named(intent: &Intent, index: usize, asset: &Asset) -> bool {
    let both = intent.assets.get(index).and_then(|asset| asset.cdn.as_ref()).zip(asset.distribution.as_ref());
    both.is_some_and(|(cdn, distribution)| {
        let id = cdn.distribution.as_ref().map(|id| id.value.as_str());
        (id.is_some() && id == distribution.id.as_deref())
            || cdn.aliases.iter().any(|alias| distribution.aliases.contains(alias))
    })
}

/// Whether several assets of the artifacts have the bucket of one of the intent, each behind a distribution of its own, and
/// nothing says which one is meant.
fn ambiguous(intent: &Intent, index: usize, deployed: &Deployed) -> bool {
    let bucket = intent.assets.get(index).and_then(|asset| asset.bucket()).map(|bucket| bucket.name.value.as_str());
    let same = || {
        deployed
            .assets
            .iter()
            .filter(|asset| bucket.is_some() && asset.bucket.name.as_deref() == bucket && asset.distribution.is_some())
    };
    same().count() > 1 && same().filter(|asset| is_named(intent, index, asset)).count() != 1
}
