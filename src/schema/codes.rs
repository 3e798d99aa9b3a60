//! Codes of schema violations.

crate::diagnostic::codes! {
    DUPLICATE_ITEM = "duplicate-item", Invalid, Error,
        "the same entry twice in one list";
    EMPTY_VALUE = "empty-value", Invalid, Error,
        "a list or a map that must have an entry has none";
    MISSING_KEY = "missing-key", Invalid, Error,
        "a key that must be there is not";
    UNKNOWN_KEY = "unknown-key", Invalid, Error,
        "a key that the intent language does not have at this place";
    UNKNOWN_VALUE = "unknown-value", Invalid, Error,
        "a value that is not one of those the key takes";
    WRONG_TYPE = "wrong-type", Invalid, Error,
        "a value of another type than the key takes";
}
