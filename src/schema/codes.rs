//! Codes of schema violations.

use crate::diagnostic::{Code, Kind, Severity};

const fn invalid(id: &'static str, summary: &'static str) -> Code {
    Code { id, kind: Kind::Invalid, severity: Severity::Error, summary }
}

/// A key that the language does not have.
pub const UNKNOWN_KEY: Code = invalid("unknown-key", "a key that the intent language does not have at this place");
/// A key that must be there.
pub const MISSING_KEY: Code = invalid("missing-key", "a key that must be there is not");
/// A list where a text belongs, or the like.
pub const WRONG_TYPE: Code = invalid("wrong-type", "a value of another type than the key takes");
/// A word outside a closed list.
pub const UNKNOWN_VALUE: Code = invalid("unknown-value", "a value that is not one of those the key takes");
/// A list or a map without entries.
pub const EMPTY_VALUE: Code = invalid("empty-value", "a list or a map that must have an entry has none");
/// The same entry twice in a list.
pub const DUPLICATE_ITEM: Code = invalid("duplicate-item", "the same entry twice in one list");

/// All of this stage.
pub const ALL: &[&Code] = &[&UNKNOWN_KEY, &MISSING_KEY, &WRONG_TYPE, &UNKNOWN_VALUE, &EMPTY_VALUE, &DUPLICATE_ITEM];
