//! What a plan costs beside the ordinary lines of a bill: copies in the cache, preflights, quotas, functions and
//! invalidations.
//!
//! A plan and its intent go in, facts come out: counts with their reasons, quotas and list prices with their pages.
//! Never how many visitors there will be: who knows that says so ([`Options`]). Prices are those of the partition `aws`.

mod function;
mod key;
mod preflights;
mod quotas;
mod switches;

pub use crate::aws::prices::Price;
pub use function::{Functions, Invalidations, Stores, usd};
pub use key::{BehaviorCost, Factor};
pub use preflights::{BrowserPreflights, Preflights};
pub use quotas::QuotaUse;
pub use switches::{Obstacle, Switch};

use crate::intent::Intent;
use crate::plan::{AssetPlan, Plan, Provenance};

/// What only the user knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// How many requests viewers make in a month.
    pub requests: Option<u64>,
}

/// What a plan costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The stem of every AWS name.
    pub name: String,
    /// The environment of the intent, when it has some.
    pub environment: Option<String>,
    /// By asset, sorted by id.
    pub assets: Vec<AssetCost>,
    /// What is used of the quotas.
    pub quotas: Vec<QuotaUse>,
    /// What functions cost, or would.
    pub functions: Functions,
    /// What invalidations cost; `None` when the plan has no paths to invalidate.
    pub invalidations: Option<Invalidations>,
}

/// What one asset costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetCost {
    /// Its id.
    pub asset: String,
    /// The behaviours of the distribution in front of it; none when browsers talk to S3.
    pub behaviors: Vec<BehaviorCost>,
    /// What the user could set for fewer copies.
    pub switches: Vec<Switch>,
    /// By grant, in the order of the file.
    pub preflights: Vec<Preflights>,
    /// What a change of its CORS rules invalidates.
    pub invalidation_paths: Vec<String>,
}

/// What the plan of an intent costs.
pub fn cost(intent: &Intent, plan: &Plan, options: Options) -> Cost {
    Cost {
        name: plan.name.clone(),
        environment: intent.environment.clone(),
        assets: plan.assets.iter().map(|asset| of_asset(intent, asset)).collect(),
        quotas: quotas::used(plan),
        functions: function::functions(plan, options),
        invalidations: function::invalidations(plan),
    }
}

fn of_asset(intent: &Intent, asset: &AssetPlan) -> AssetCost {
    let behaviors: Vec<BehaviorCost> = match &asset.cdn {
        Some(cdn) => cdn.behaviors.iter().map(|behavior| key::of_behavior(intent, cdn, behavior)).collect(),
        None => Vec::new(),
    };
    AssetCost {
        asset: asset.id.clone(),
        switches: switches::for_fewer_copies(intent, asset, &behaviors),
        behaviors,
        preflights: preflights::by_grant(intent, asset),
        invalidation_paths: asset.cdn.iter().flat_map(|cdn| cdn.invalidation_paths.clone()).collect(),
    }
}

/// The grants that something of a plan comes from, as indices into `allow`.
fn grants(provenance: &Provenance) -> impl Iterator<Item = usize> {
    provenance.0.iter().filter_map(|pointer| pointer.strip_prefix("/allow/")?.parse().ok())
}
