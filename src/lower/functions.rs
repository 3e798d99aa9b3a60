//! CloudFront functions, by the same rules as a bucket's.

use super::cors::Rule;
use super::custom::function_rule;
use super::names::{Purpose, resource_name};
use crate::intent::{Asset, Intent};
use crate::plan::{CorsFunction, LogicalId, Policy, Provenance};

/// A function that answers preflights by these rules, and leaves everything else alone.
pub(super) fn preflight(intent: &Intent, asset: &Asset, id: LogicalId, rules: &[Rule]) -> Policy<CorsFunction> {
    Policy {
        name: resource_name(intent, asset, &id, Purpose::Function),
        config: CorsFunction {
            answers_preflights: true,
            rules: rules.iter().map(function_rule).collect(),
            ..CorsFunction::default()
        },
        provenance: Provenance(vec![format!("/assets/{}/cdn", asset.id.value)]),
        id,
    }
}
