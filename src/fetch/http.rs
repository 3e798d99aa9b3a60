//! Header lists and credentials modes: what requests and responses are made of.

use smol_str::{SmolStr, format_smolstr};
use std::borrow::Cow;

/// Headers in order, names as they were given. <https://fetch.spec.whatwg.org/#concept-header-list>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct HeaderList(Vec<(Name, SmolStr)>);

/// Most names are words of this program's, and cost nothing to keep.
type Name = Cow<'static, str>;

impl HeaderList {
    /// No headers.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The combined value: those of all headers with this name, in order, joined by `, `; `None` without any.
    /// <https://fetch.spec.whatwg.org/#concept-header-list-get>
    pub fn get(&self, name: &str) -> Option<SmolStr> {
        let mut values = self.0.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let first = values.next()?.clone();
        Some(values.fold(first, |all, value| format_smolstr!("{all}, {value}")))
    }

    /// The first value of a header, as most headers have one.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The values of all headers with this name, in order.
    pub fn values<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l str> {
        self.0.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether there is a header with this name. <https://fetch.spec.whatwg.org/#header-list-contains>
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n.eq_ignore_ascii_case(name))
    }

    /// Adds one behind the others. <https://fetch.spec.whatwg.org/#concept-header-list-append>
    pub fn append(&mut self, name: impl Into<Name>, value: impl Into<SmolStr>) {
        self.0.push((name.into(), value.into()));
    }

    /// Makes the value of a header this one, at the place of the first of that name or at the end.
    /// <https://fetch.spec.whatwg.org/#concept-header-list-set>
    pub fn set(&mut self, name: impl Into<Name>, value: impl Into<SmolStr>) {
        let (name, value) = (name.into(), value.into());
        let Some(at) = self.0.iter().position(|(n, _)| n.eq_ignore_ascii_case(&name)) else {
            return self.0.push((name, value));
        };
        let mut index = 0;
        self.0.retain(|(n, _)| {
            index += 1;
            index - 1 <= at || !n.eq_ignore_ascii_case(&name)
        });
        if let Some(entry) = self.0.get_mut(at) {
            *entry = (name, value);
        }
    }

    /// Takes out all headers with this name. <https://fetch.spec.whatwg.org/#concept-header-list-delete>
    pub fn delete(&mut self, name: &str) {
        self.0.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// Keeps the headers whose names are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_wanted(name));
    }

    /// A list of the headers that are wanted, which is asked of each in order.
    #[must_use]
    pub fn filtered(&self, mut is_wanted: impl FnMut(&str, &str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, value)| is_wanted(name, value)).cloned().collect())
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }
}

impl<N: Into<Name>, V: Into<SmolStr>> FromIterator<(N, V)> for HeaderList {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        Self(headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Whether a request carries cookies and the like. <https://fetch.spec.whatwg.org/#concept-request-credentials-mode>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum CredentialsMode {
    /// Never.
    Omit,
    /// To the page's own origin only: the default of `fetch()`.
    #[default]
    SameOrigin,
    /// Always.
    Include,
}

impl CredentialsMode {
    /// The standard's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Omit => "omit",
            Self::SameOrigin => "same-origin",
            Self::Include => "include",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HeaderList;

    #[test]
    fn header_lists_combine_set_and_delete_without_case() {
        let mut list: HeaderList = [("Vary", "Origin"), ("ETag", "1"), ("vary", "Accept")].into_iter().collect();
        assert_eq!(list.get("VARY").as_deref(), Some("Origin, Accept"));
        list.set("vary", "Accept-Encoding");
        assert_eq!(list.iter().collect::<Vec<_>>(), [("vary", "Accept-Encoding"), ("ETag", "1")]);
        list.delete("etag");
        assert!(!list.contains("ETag"));
        assert_eq!(list.get("ETag"), None);
    }
}
