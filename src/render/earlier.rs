//! What stood in the same place before: the lock file of an earlier output in, what this output must remember out.
//!
//! A resource is the same one when it serves the same bucket and, where the bucket has several of its kind, the same
//! paths. Its address is made of ids, and ids change. Whoever reads the lock file hands in its text.

use serde_json::Value;
use std::collections::BTreeMap;

/// What an earlier output says of its resources. The default is that there was none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The word of the format it was in.
    pub(super) format: String,
    /// What each resource belongs to, by address.
    pub(super) identities: BTreeMap<String, Identity>,
    /// The changes of address that it knew, oldest first.
    pub(super) moves: Vec<Move>,
}

/// What makes a resource the same one under another address: the bucket, and the paths that it serves there.
pub(super) type Identity = Vec<String>;

/// A resource got another address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) from: String,
    pub(super) to: String,
}

impl Earlier {
    /// The text of a lock file. What is not one of corsynth's, or is older than this knowledge, says nothing.
    pub fn read(lock_file: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(lock_file) else { return Self::default() };
        let identities = value.get("identities").and_then(Value::as_object).into_iter().flatten();
        let moves = value.get("moved").and_then(Value::as_array).into_iter().flatten();
        Self {
            format: value.get("format").and_then(Value::as_str).unwrap_or_default().to_owned(),
            identities: identities.filter_map(|(address, of)| Some((address.clone(), texts(of)?))).collect(),
            moves: moves.filter_map(Move::read).collect(),
        }
    }
}

impl Move {
    fn read(value: &Value) -> Option<Self> {
        let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self { from: text("from")?, to: text("to")? })
    }
}

fn texts(value: &Value) -> Option<Identity> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_lock_file_says_nothing() {
        for text in ["", "{", "[]", "null", r#"{"identities": [], "moved": {}}"#, r#"{"moved": [{"from": 1}]}"#] {
            assert_eq!(Earlier::read(text), Earlier::default(), "{text}");
        }
    }
}
