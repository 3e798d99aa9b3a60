//! What an entry of `Resources` is made of, and how others refer to it.

use super::super::yaml::{Yaml, map, text, texts};
use super::function::{Part, concat, import, reference};
use super::name;
use super::statement::Place;
use crate::plan::{LogicalId, PolicyRef, ResourceName};

/// A resource of the template.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// Its logical id.
    pub(super) name: String,
    /// JSON Pointers into the intent.
    pub(super) intent: Vec<String>,
    /// The entry in `Resources`.
    pub(super) body: Yaml,
    /// The output that tells its id, for the distribution's template.
    pub(super) output: Option<IdOutput>,
}

/// An output that tells the id of a resource.
#[derive(Debug, Clone)]
pub(super) struct IdOutput {
    /// The output's name.
    pub(super) name: String,
    /// What it is.
    pub(super) description: String,
    /// `!Ref` or `!GetAtt`.
    pub(super) value: Yaml,
}

/// What a behaviour says to use a policy: the id that AWS gave it, the resource, or the stack's export.
pub(super) fn policy_id(policy: &PolicyRef, kind: &str, place: Place) -> Yaml {
    match (policy, place) {
        (PolicyRef::Managed(managed), _) => text(managed.id),
        (PolicyRef::Own(id), Place::Owner) => import(&name::id_output(id, kind)),
        (PolicyRef::Own(id), _) => reference(name::resource(id, kind)),
    }
}

pub(super) fn described(id: &LogicalId) -> String {
    match &id.part {
        Some(part) => format!("for `{part}` of asset `{}`", id.asset),
        None => format!("of asset `{}`", id.asset),
    }
}

pub(super) fn metadata(intent: &[String]) -> Yaml {
    map([("Corsynth", map([("Intent", texts(intent))]))])
}

pub(super) fn aws_name(name: &ResourceName) -> Yaml {
    concat(&[Part::Ref(name::NAME_PREFIX), Part::Text("-"), Part::Text(&name.suffix)])
}
