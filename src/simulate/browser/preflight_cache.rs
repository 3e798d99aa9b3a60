//! What earlier preflights allowed. Time does not pass, so an entry stays, unless its age is zero.
//!
//! <https://fetch.spec.whatwg.org/#concept-cache>

use crate::fetch::CredentialsMode;
use crate::simulate::Url;
use std::collections::{BTreeMap, BTreeSet};

/// Who asked for what: origin, address, and whether with credentials.
type Key = (String, Url, bool);

/// What the preflights of one key allowed.
#[derive(Debug, Clone, Default)]
struct Allowed {
    methods: BTreeSet<String>,
    /// Lower case.
    header_names: BTreeSet<String>,
}

/// The CORS-preflight cache.
#[derive(Debug, Clone, Default)]
pub(super) struct PreflightCache {
    entries: BTreeMap<Key, Allowed>,
}

/// Whose entries count for a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'r> {
    /// The origin as it is sent.
    pub(super) origin: &'r str,
    /// The address.
    pub(super) url: &'r Url,
    /// Whether cookies go along.
    pub(super) credentials: CredentialsMode,
}

impl PreflightCache {
    /// <https://fetch.spec.whatwg.org/#concept-cache-match-method>
    pub(super) fn allows_method(&self, asker: Asker<'_>, method: &str) -> bool {
        self.matching(asker)
            .any(|(wildcard, allowed)| allowed.methods.contains(method) || wildcard && allowed.methods.contains("*"))
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-match-header>. A remembered `*` does not stand for
    /// `Authorization`, and that is so in Chromium 156 too, which takes it for that in the answer itself.
    pub(super) fn allows_header(&self, asker: Asker<'_>, name: &str) -> bool {
        self.matching(asker).any(|(wildcard, allowed)| {
            let names = &allowed.header_names;
            names.contains(name) || wildcard && names.contains("*") && name != "authorization"
        })
    }

    /// The entries that count, and whether a `*` in them is a wildcard: in the answer to a request with credentials it
    /// was an ordinary name. <https://fetch.spec.whatwg.org/#concept-cache-match>
    fn matching<'c>(&'c self, asker: Asker<'c>) -> impl Iterator<Item = (bool, &'c Allowed)> {
        let with_credentials = asker.credentials == CredentialsMode::Include;
        let keys = [true, false].into_iter().filter(move |&kept| kept || !with_credentials);
        // Most browsers have nothing cached, and a key is three copies.
        let keys = keys.filter(|_| !self.entries.is_empty());
        keys.filter_map(move |kept| self.entries.get(&key(asker, kept)).map(|allowed| (!kept, allowed)))
    }

    /// Keeps what a preflight allowed; an age of zero takes it away.
    /// <https://fetch.spec.whatwg.org/#concept-cache-create-entry>
    pub(super) fn store(&mut self, asker: Asker<'_>, methods: &[&str], header_names: &[&str], max_age: u64) {
        let with_credentials = asker.credentials == CredentialsMode::Include;
        let allowed = self.entries.entry(key(asker, with_credentials)).or_default();
        for &method in methods {
            match max_age {
                0 => allowed.methods.remove(method),
                _ => allowed.methods.insert(method.to_owned()),
            };
        }
        for name in header_names {
            let name = name.to_ascii_lowercase();
            match max_age {
                0 => allowed.header_names.remove(&name),
                _ => allowed.header_names.insert(name),
            };
        }
    }

    /// <https://fetch.spec.whatwg.org/#concept-cache-clear>. Chromium 156 does not forget when the request itself fails.
    pub(super) fn clear(&mut self, asker: Asker<'_>) {
        if self.entries.is_empty() {
            return;
        }
        for with_credentials in [true, false] {
            self.entries.remove(&key(asker, with_credentials));
        }
    }
}

fn key(asker: Asker<'_>, with_credentials: bool) -> Key {
    (asker.origin.to_owned(), asker.url.clone(), with_credentials)
}
