//! Codes of findings about what silences findings.

crate::diagnostic::codes! {
    MALFORMED_ALLOWANCE = "malformed-allowance", Invalid, Error,
        "a comment `# corsynth:` that is not `allow CODE -- reason`";
    UNKNOWN_CODE = "unknown-code", Invalid, Error,
        "a name that is no code of a finding";
    UNSUPPRESSIBLE_CODE = "unsuppressible-code", Invalid, Error,
        "a comment or a waiver for findings that it cannot let pass";
    UNUSED_ALLOWANCE = "unused-allowance", Discouraged, Warning,
        "a comment that silences nothing";
}
