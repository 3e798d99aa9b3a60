//! Codes of findings about `corsynth.toml`.

crate::diagnostic::codes! {
    INVALID_CONFIGURATION = "invalid-configuration", Invalid, Error,
        "a `corsynth.toml` that says something that it cannot";
}
