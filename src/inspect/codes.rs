//! The codes of reading artifacts.

crate::diagnostic::codes! {
    UNREADABLE_ARTIFACT = "unreadable-artifact", Invalid, Error,
        "files that are nothing known here, or that nothing can be made of";
    MALFORMED_ARTIFACT = "malformed-artifact", Invalid, Error,
        "a file that is not well-formed HCL, JSON or YAML";
    WRONG_MEMBER_TYPE = "wrong-member-type", Forbidden, Error,
        "a member that holds another type than AWS takes";
    MISSPELLED_MEMBER = "misspelled-member", Forbidden, Error,
        "a member as another surface of AWS spells it";
    BARE_CORS_LIST = "bare-cors-list", Forbidden, Error,
        "a list of CORS rules where the API takes an object";
    QUANTITY_MISMATCH = "quantity-mismatch", Forbidden, Error,
        "a `Quantity` that is not the number of the items";
    MIXED_CACHE_SETTINGS = "mixed-cache-settings", Forbidden, Error,
        "`ForwardedValues` beside a cache policy";
    UNMODELLED_CONFIGURATION = "unmodelled-configuration", Discouraged, Note,
        "configuration that may have a say and is not understood here";
}
