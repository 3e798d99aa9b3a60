//! The meaning of an intent on its own: who may read what. The yardstick of every proof, so it shares no code with the
//! compiler that is measured by it.
//!
//! A request is granted when one grant's frontends match its origin, its asset and path match, its method is in the
//! grant's set, and every CORS-unsafe request-header name is in the grant's header set.
//! <https://fetch.spec.whatwg.org/#cors-protocol>

use super::{Grant, HeaderName, HeaderPattern, Intent, OriginPattern, Via};
use std::collections::BTreeSet;

/// A request as an intent sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The asset, as an index into [`Intent::assets`].
    pub asset: usize,
    /// Whether it goes through the distribution in front of the bucket, or to the bucket's own host.
    pub through_cdn: bool,
    /// The path, from `/`, without a query.
    pub path: &'a str,
    /// The page's origin, serialized.
    pub origin: &'a str,
    /// The method.
    pub method: &'a str,
}

/// What a request is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// It is promised: the page must be able to read this.
    Granted(Granted),
    /// It is granted, but at another door of the asset: an upload that goes to the bucket may also pass through the
    /// distribution, and the bucket's own host knows no paths. Or a `GET` is granted and the request is a `HEAD`, which a
    /// cache answers by the same copy. Nothing is promised here, and nothing more than this may be readable.
    Elsewhere(Granted),
    /// Nobody granted it.
    Denied,
}

/// What a page gets with a granted request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Response headers that it must be able to read, beside the safelisted ones.
    pub exposed: BTreeSet<HeaderName>,
    /// Response headers that it may be able to read: those of grants at other doors, too.
    pub may_expose: BTreeSet<HeaderName>,
    /// For how long a preflight may be remembered, seconds: the least of all grants that concern the request here.
    pub max_age: u32,
    /// The same with the grants at other doors: an answer cannot tell doors apart.
    pub least_max_age: u32,
    /// Whether the grants at this door promise requests with cookies.
    pub credentials: bool,
    /// Indices into `allow` of the grants behind it.
    pub grants: Vec<usize>,
}

/// The grants that concern requests from one origin to one path with one method, whatever headers they have.
#[derive(Debug, Clone)]
pub struct Concern<'i> {
    /// Those that promise it at this door.
    here: Vec<&'i Grant>,
    /// Those at other doors of the asset.
    elsewhere: Vec<&'i Grant>,
    /// Of a `HEAD` through the distribution: those of `GET` alone. A cache answers it by what it keeps of a `GET`.
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2>
    copied: Vec<&'i Grant>,
}

impl Intent {
    /// What a request with these CORS-unsafe request-header names is granted.
    pub fn permits(&self, request: &Request<'_>, headers: &[&str]) -> Permission {
        self.concern(request).permits(headers)
    }

    /// The grants that concern a request, before its headers are looked at.
    pub fn concern(&self, request: &Request<'_>) -> Concern<'_> {
        let mut concern = Concern { here: Vec::new(), elsewhere: Vec::new(), copied: Vec::new() };
        let has = |grant: &Grant, method: &str| grant.methods.iter().any(|m| m.as_str() == method);
        let is_copied = request.through_cdn && request.method == "HEAD";
        for grant in self.grants.iter().filter(|grant| from(grant, request.origin)) {
            let is_named = has(grant, request.method);
            let is_concerned = is_named || (is_copied && has(grant, "GET"));
            if !is_concerned {
                continue;
            }
            match self.reaches(grant, request) {
                Some(_) if !is_named => concern.copied.push(grant),
                Some(true) => concern.here.push(grant),
                Some(false) => concern.elsewhere.push(grant),
                None => {}
            }
        }
        concern
    }

    /// Whether a grant is on the path of a request, and whether that is promised at its door.
    fn reaches(&self, grant: &Grant, request: &Request<'_>) -> Option<bool> {
        let asset = self.assets.get(request.asset)?;
        let mut reached = None;
        for target in grant.to.iter().filter(|t| t.asset == request.asset) {
            let pattern = target.path.and_then(|index| asset.paths.get(index)).map(|p| p.pattern.value.as_str());
            let on_path = pattern.is_none_or(|pattern| path_matches(pattern, request.path));
            let through_cdn = asset.cdn.is_some() && grant.upload.is_none_or(|u| u.via == Via::Cdn);
            let same_door = through_cdn == request.through_cdn;
            // The bucket's own host, where a distribution stands in front of it, is no place that tells paths apart.
            if on_path || (!request.through_cdn && asset.cdn.is_some()) {
                reached = Some(reached == Some(true) || (same_door && on_path));
            }
        }
        reached
    }
}

impl Concern<'_> {
    /// What a request with these CORS-unsafe request-header names is granted. What is exposed does not depend on them:
    /// the answer to a request does not know which headers a preflight asked for.
    pub fn permits(&self, headers: &[&str]) -> Permission {
        let covers = |grant: &&&Grant| headers.iter().all(|name| allows(&grant.request_headers, name));
        if self.here.iter().any(|grant| covers(&grant)) {
            Permission::Granted(self.granted())
        } else if self.elsewhere.iter().chain(&self.copied).any(|grant| covers(&grant)) {
            Permission::Elsewhere(self.granted())
        } else {
            Permission::Denied
        }
    }

    /// The header sets of the grants: what each lets pages send.
    pub fn header_sets(&self) -> impl Iterator<Item = &BTreeSet<HeaderPattern>> {
        self.here.iter().chain(&self.elsewhere).chain(&self.copied).map(|grant| &grant.request_headers)
    }

    /// Whether no grant concerns the request.
    pub fn is_empty(&self) -> bool {
        self.here.is_empty() && self.elsewhere.is_empty() && self.copied.is_empty()
    }

    fn granted(&self) -> Granted {
        let all = || self.here.iter().chain(&self.elsewhere);
        let least = || all().map(|g| g.preflight_cache).min().unwrap_or_default();
        Granted {
            exposed: self.here.iter().flat_map(|g| g.expose.iter().cloned()).collect(),
            may_expose: all().chain(&self.copied).flat_map(|g| g.expose.iter().cloned()).collect(),
            max_age: self.here.iter().map(|g| g.preflight_cache).min().unwrap_or_else(least),
            least_max_age: least(),
            credentials: self.here.iter().any(|grant| grant.promises_cookies()),
            grants: all().chain(&self.copied).map(|g| g.index).collect(),
        }
    }
}

fn from(grant: &Grant, origin: &str) -> bool {
    grant.origins.iter().any(|pattern: &OriginPattern| pattern.matches(origin))
}

/// Whether a header set has a name: without case, one `*` standing for any run of characters; `Authorization` by its
/// name only. <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
pub fn allows(set: &BTreeSet<HeaderPattern>, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    set.iter().any(|pattern| match pattern.as_str().split_once('*') {
        None => pattern.as_str() == name,
        Some((start, end)) => {
            name != "authorization" && name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end))
        }
    })
}

/// Whether a path matches a path pattern: `*` stands for any run of characters, `?` for one; case counts.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html>
pub fn path_matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    // The positions in the pattern that what was read so far can lead to.
    let mut at: BTreeSet<usize> = BTreeSet::new();
    let reach = |at: &mut BTreeSet<usize>, mut position: usize| {
        at.insert(position);
        while pattern.get(position) == Some(&'*') {
            position += 1;
            at.insert(position);
        }
    };
    reach(&mut at, 0);
    for c in path.chars() {
        let mut next = BTreeSet::new();
        for &position in &at {
            match pattern.get(position) {
                Some('*') => reach(&mut next, position),
                Some(&symbol) if symbol == '?' || symbol == c => reach(&mut next, position + 1),
                _ => {}
            }
        }
        at = next;
    }
    at.contains(&pattern.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_as_cloudfront_writes_them() {
        for (pattern, path, matches) in [
            ("/fonts/*", "/fonts/a.woff2", true),
            ("/fonts/*", "/fonts", false),
            ("/Fonts/*", "/fonts/a", false),
            ("/a?c", "/abc", true),
            ("/a?c", "/ac", false),
            ("*.js", "/x/y.js", true),
            ("*", "/", true),
            ("/a*b*c", "/axxbyyc", true),
            ("/a*b*c", "/axxbyy", false),
        ] {
            assert_eq!(path_matches(pattern, path), matches, "{pattern} {path}");
        }
    }

    #[test]
    fn authorization_is_granted_by_name_only() {
        let set = |names: &[&str]| names.iter().filter_map(|n| HeaderPattern::parse(n)).collect::<BTreeSet<_>>();
        assert!(allows(&set(&["x-amz-*"]), "X-Amz-Date"));
        assert!(!allows(&set(&["*"]), "authorization"));
        assert!(allows(&set(&["*", "Authorization"]), "authorization"));
    }
}
