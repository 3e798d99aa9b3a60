//! What the sections `Parameters` and `Outputs` are made of.

use super::super::yaml::{Yaml, map, text};
use super::function::{Part, concat};

/// A parameter of the template.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// Without one the parameter must be given.
    pub(super) default: Option<String>,
    pub(super) label: &'static str,
    pub(super) description: String,
    pub(super) allowed: Allowed,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Allowed {
    Pattern { pattern: &'static str, meaning: &'static str },
    Values(&'static [&'static str]),
}

/// An output, exported behind the stack's name.
pub(super) fn output(name: &str, description: &str, value: Yaml, condition: Option<String>) -> (String, Yaml) {
    let export = concat(&[Part::Ref("AWS::StackName"), Part::Text("-"), Part::Text(name)]);
    let mut entry = vec![("Description", text(description))];
    entry.extend(condition.map(|name| ("Condition", text(name))));
    entry.extend([("Value", value), ("Export", map([("Name", export)]))]);
    (name.to_owned(), map(entry))
}
