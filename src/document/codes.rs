//! What can be wrong with a text before anybody asks what it means.

crate::diagnostic::codes! {
    INVALID_ENCODING = "invalid-encoding", Invalid, Error,
        "the file is not UTF-8 text";
    CONTROL_CHARACTER = "control-character", Invalid, Error,
        "a character that text files do not hold, such as NUL or a lone carriage return";
    DOCUMENT_TOO_LARGE = "document-too-large", Invalid, Error,
        "the file has more bytes or values than are read";
    DOCUMENT_TOO_DEEP = "document-too-deep", Invalid, Error,
        "lists and mappings are nested deeper than is read";
    ALIAS_BOMB = "alias-bomb", Invalid, Error,
        "aliases stand for more values than are read";
    INVALID_YAML = "invalid-yaml", Invalid, Error,
        "the text is not YAML";
    INVALID_JSON = "invalid-json", Invalid, Error,
        "the text is not JSON";
    YAML_VERSION = "yaml-version", Invalid, Error,
        "the file says that it is another YAML than 1.2";
    EMPTY_DOCUMENT = "empty-document", Invalid, Error,
        "the file holds no value";
    MULTIPLE_DOCUMENTS = "multiple-documents", Invalid, Error,
        "the file holds more than one document";
    DUPLICATE_KEY = "duplicate-key", Invalid, Error,
        "a mapping has the same key twice";
    INVALID_KEY = "invalid-key", Invalid, Error,
        "a key is missing, an alias, a list or a mapping";
    MERGE_KEY = "merge-key", Invalid, Error,
        "`<<` merges mappings in YAML 1.1 only";
    UNKNOWN_ALIAS = "unknown-alias", Invalid, Error,
        "an alias names no anchor that is complete before it";
    UNKNOWN_TAG = "unknown-tag", Invalid, Error,
        "a tag other than `!!str`";
    NUMBER_OUT_OF_RANGE = "number-out-of-range", Invalid, Error,
        "a number is infinite, no number, or does not fit in 64 bits";
    YAML_1_1_BOOLEAN = "yaml-1-1-boolean", Discouraged, Warning,
        "an unquoted word that is text here and a boolean to readers of YAML 1.1";
}
