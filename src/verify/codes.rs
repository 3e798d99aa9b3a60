//! Codes of findings about what a plan comes to.

crate::diagnostic::codes! {
    FAILED_EXPECTATION = "failed-expectation", Invalid, Error,
        "an example under `expect` that does not hold";
    UNPROVEN_GRANT = "unproven-grant", Forbidden, Error,
        "a plan that grants more or less than the intent, or whose exactness cannot be decided";
}
