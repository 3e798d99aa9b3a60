//! What stands behind the URLs of an asset, with what its cache has seen.

use super::cache::Cache;
use super::readings::Readings;
use crate::deployed::Asset;

/// What answers the requests to one asset, with what its cache has seen.
#[derive(Debug)]
pub struct Server<'d> {
    /// The asset.
    pub(super) asset: &'d Asset,
    /// How what is not confirmed is read.
    pub(super) readings: &'d Readings,
    /// Whether the object exists.
    pub(super) object_exists: bool,
    /// Whether the visitor's requests carry signed cookies of CloudFront, where they carry cookies.
    pub(super) has_signed_cookies: bool,
    /// Who looks at the next answer.
    pub(super) audience: Audience,
    /// What the distribution has cached.
    pub(super) cache: Cache,
}

/// Who looks at an answer once it is given. What nobody looks at needs no policy, and no reading of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Another visitor, of whom nothing is told: only CloudFront's cache remembers the answer.
    Nobody,
    /// The cache of the same browser, where `Vary` has a say.
    BrowserCache,
    /// The page.
    Page,
}

impl<'d> Server<'d> {
    /// A server with an empty cache.
    pub fn new(asset: &'d Asset, readings: &'d Readings, object_exists: bool) -> Self {
        Self {
            asset,
            readings,
            object_exists,
            has_signed_cookies: false,
            audience: Audience::Page,
            cache: Cache::default(),
        }
    }
}
