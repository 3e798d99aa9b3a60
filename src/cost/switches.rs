//! What the user could set for fewer copies in the cache, and whether that is possible: it is compiled and proved,
//! to see.

use super::key::BehaviorCost;
use crate::deployed::Deployed;
use crate::diagnostic::{Diagnostics, Severity};
use crate::intent::{Authority, Intent};
use crate::lower::{codes, lower};
use crate::plan::AssetPlan;
use crate::prove::prove;
use crate::verify;

/// A setting of an asset's `cdn` with which its cache would hold fewer copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// As it is written.
    pub setting: &'static str,
    /// What there would be then.
    pub effect: &'static str,
    /// Why it cannot be; `None` when it can.
    pub obstacle: Option<Obstacle>,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The code of the finding that would be told.
    pub code: &'static str,
    /// Its message.
    pub message: String,
}

const ONE_FOR_ALL: &str = "`Origin` leaves the key: one copy for each encoding serves all origins";

pub(super) fn for_fewer_copies(intent: &Intent, asset: &AssetPlan, behaviors: &[BehaviorCost]) -> Vec<Switch> {
    if !behaviors.iter().any(BehaviorCost::is_unbounded) {
        return Vec::new();
    }
    let authority = intent.assets.iter().find(|a| a.id.value == asset.id).and_then(|a| Some(a.cdn.as_ref()?.authority));
    match authority {
        Some(Authority::Edge) => {
            vec![Switch { setting: "key-on-origin: false", effect: ONE_FOR_ALL, obstacle: obstacle(intent, &asset.id) }]
        }
        Some(Authority::Bucket) => vec![
            Switch {
                setting: "key-on-origin: false",
                effect: ONE_FOR_ALL,
                obstacle: Some(Obstacle {
                    code: crate::intent::codes::UNKEYED_ORIGIN.id,
                    message: "the bucket speaks (`authority: bucket`), and its answer to the first origin would be \
                              served to all others"
                        .to_owned(),
                }),
            },
            Switch {
                setting: "authority: edge, key-on-origin: false",
                effect: ONE_FOR_ALL,
                obstacle: obstacle(intent, &asset.id),
            },
        ],
        // A function speaks without `Origin` in the key, and where a server speaks its answers differ by it.
        Some(Authority::Function | Authority::Origin) | None => Vec::new(),
    }
}

/// What is found when an asset lets the edge speak, without `Origin` in the key.
fn obstacle(intent: &Intent, asset: &str) -> Option<Obstacle> {
    let mut changed = intent.clone();
    for cdn in changed.assets.iter_mut().filter(|a| a.id.value == asset).filter_map(|a| a.cdn.as_mut()) {
        cdn.authority = Authority::Edge;
        cdn.key_on_origin = (false, Some(cdn.span));
    }
    let mut diags = Diagnostics::default();
    if let Some(lowered) = lower(&mut diags, &changed) {
        let proof = prove(&changed, &Deployed::from(&lowered.plan));
        let code = verify::codes::UNPROVEN_GRANT.id;
        return (!proof.is_proved()).then(|| match proof.counterexamples.first() {
            Some(found) => {
                let message = format!(
                    "{} would be {}; the intent says {}",
                    verify::sentence(found),
                    found.actual,
                    found.expected
                );
                Obstacle { code, message }
            }
            None => Obstacle { code, message: "whether it grants exactly the intent cannot be decided".to_owned() },
        });
    }
    let found = diags.into_sorted();
    let errors = || found.iter().filter(|finding| finding.severity == Severity::Error);
    // What the key is for says more than what follows from it.
    let told = errors().find(|finding| *finding.code == codes::WILDCARD_ORIGIN_WITHOUT_KEY).or_else(|| errors().next());
    told.map(|finding| Obstacle { code: finding.code.id, message: finding.message.clone() })
}
