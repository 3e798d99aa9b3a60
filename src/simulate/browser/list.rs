//! Header values as lists of tokens.
//!
//! <https://fetch.spec.whatwg.org/#extract-header-list-values>

use crate::fetch::HeaderList;
use crate::fetch::header::is_token;
use std::borrow::Cow;

/// The combined value of a header, without copying the usual single one.
/// <https://fetch.spec.whatwg.org/#concept-header-list-get>
pub(super) fn combined<'l>(headers: &'l HeaderList, name: &'l str) -> Option<Cow<'l, str>> {
    let mut values = headers.values(name);
    let first = values.next()?;
    match values.next() {
        None => Some(Cow::Borrowed(trimmed(first))),
        Some(_) => headers.get(name).map(|all| Cow::Owned(trimmed(&all).to_owned())),
    }
}

/// A value as it is on the wire. <https://fetch.spec.whatwg.org/#concept-header-value-normalize>
pub(super) fn trimmed(value: &str) -> &str {
    value.trim_matches([' ', '\t', '\r', '\n'])
}

/// The tokens of `#token` headers such as `Access-Control-Allow-Methods`.
pub(super) enum Extracted<'l> {
    /// There is no such header.
    Missing,
    /// Not a list of tokens.
    Malformed,
    /// The tokens, as they stand there. Empty members do not count:
    /// <https://www.rfc-editor.org/rfc/rfc9110#name-recipient-requirements>
    Tokens(Vec<&'l str>),
}

/// The tokens of all headers with a name.
pub(super) fn extract<'l>(headers: &'l HeaderList, name: &'l str) -> Extracted<'l> {
    if !headers.contains(name) {
        return Extracted::Missing;
    }
    let members = headers.values(name).flat_map(|value| value.split(',')).map(trimmed).filter(|m| !m.is_empty());
    let tokens: Vec<&str> = members.collect();
    if tokens.iter().all(|token| is_token(token)) { Extracted::Tokens(tokens) } else { Extracted::Malformed }
}
