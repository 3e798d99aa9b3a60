//! What the user means: `Document` to `RawIntent` (as written) to [`Intent`] (as meant).
//!
//! After `validate` nobody checks again: names are resolved, texts are origins, methods and header names, and
//! the values of a grant are those of its presets together with what the user added.

pub mod codes;
mod decode;
pub mod expect;
mod grants;
pub mod permits;
pub mod presets;
mod raw;
pub mod request_line;
#[cfg(test)]
mod schema;
mod texts;
mod validate;

pub use expect::Expectation;
pub use raw::{Authority, Client, Credentials, Encryption, How, Then, Use, Via};
pub use request_line::{AssetUrl, GivenRequest, parse_given};

use crate::diagnostic::Diagnostics;
use crate::document::{Node, Spanned};
use crate::fetch::{HeaderName, HeaderPattern, Method, OriginPattern};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Who may use which assets from which web pages, and how.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The stem of every AWS name.
    pub name: String,
    /// The environment that it is meant for; `None` when the file has none.
    pub environment: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The assets, in the order of the file; ids are unique.
    pub assets: Vec<Asset>,
    /// The frontends, in the order of the file; ids are unique.
    pub frontends: Vec<Frontend>,
    /// The grants, in the order of the file. Everything else is denied.
    pub grants: Vec<Grant>,
    /// Examples of what must be readable and what must be blocked, in the order of the file.
    pub expectations: Vec<Expectation>,
}

/// Web pages with a name.
#[derive(Debug, Clone)]
pub struct Frontend {
    /// Its key in the file.
    pub id: Spanned<String>,
    /// Its origins, in the order of the file.
    pub origins: Vec<Spanned<OriginPattern>>,
}

/// A bucket, and perhaps a CDN in front of it.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its key in the file.
    pub id: Spanned<String>,
    /// The bucket's name.
    pub bucket: Spanned<String>,
    /// The bucket's region.
    pub region: Spanned<String>,
    /// The account that owns it, 12 digits.
    pub account: Option<String>,
    /// ARN of the KMS key of its objects; `None` under SSE-S3.
    pub kms_key: Option<String>,
    /// Named parts of it.
    pub paths: Vec<PathAlias>,
    /// The CDN; `None` when browsers talk to S3.
    pub cdn: Option<Cdn>,
}

/// A named part of an asset.
#[derive(Debug, Clone)]
pub struct PathAlias {
    /// Its key in the file.
    pub id: Spanned<String>,
    /// A path pattern as CloudFront writes it.
    pub pattern: Spanned<String>,
}

/// A distribution in front of a bucket.
#[derive(Debug, Clone)]
pub struct Cdn {
    /// Place of the object in the file.
    pub span: Span,
    /// Its id, when the file names it.
    pub distribution: Option<Spanned<String>>,
    /// The host names it answers to.
    pub aliases: Vec<String>,
    /// Who says `Access-Control-Allow-Origin`.
    pub authority: Authority,
    /// Whether `Origin` is in the cache key, and where the file says so.
    pub key_on_origin: (bool, Option<Span>),
    /// Whether S3 tells the CDN that a key does not exist (404) or hides it (403).
    pub missing_objects_404: bool,
    /// Seconds; `min <= default <= max`.
    pub ttl: Ttl,
    /// Whether the CDN adds security headers.
    pub security_headers: bool,
}

/// How long a CDN keeps answers, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ttl {
    /// At least.
    pub min: u64,
    /// When the origin says nothing.
    pub default: u64,
    /// At most.
    pub max: u64,
}

/// A grant: every origin of `from` may use every target of `to` with `methods` and `request_headers`, and read
/// `expose`.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Its place in `allow`, from 0.
    pub index: usize,
    /// Place of the grant in the file.
    pub span: Span,
    /// Where it says from whom: the place of each name, and the origins that the name brings.
    pub from: Vec<(Span, BTreeSet<OriginPattern>)>,
    /// The frontends' ids, or `anyone`; sorted.
    pub frontends: Vec<String>,
    /// The origins; [`OriginPattern::any`] alone for `anyone`.
    pub origins: BTreeSet<OriginPattern>,
    /// The targets.
    pub to: Vec<Target>,
    /// The read presets.
    pub uses: BTreeSet<Use>,
    /// The upload, when it is one.
    pub upload: Option<Upload>,
    /// The methods.
    pub methods: BTreeSet<Method>,
    /// CORS-unsafe request headers that a page may send.
    pub request_headers: BTreeSet<HeaderPattern>,
    /// Where the file names request headers; those of presets have no place.
    pub header_spans: BTreeMap<HeaderPattern, Span>,
    /// Response headers that a page may read beside the safelisted ones.
    pub expose: BTreeSet<HeaderName>,
    /// How long a preflight may be remembered, seconds.
    pub preflight_cache: u32,
}

impl Grant {
    /// Where it says from whom.
    pub fn from_span(&self) -> Span {
        self.from.first().map_or(self.span, |(span, _)| *span)
    }

    /// The name that brings an origin.
    pub fn span_of(&self, origin: &OriginPattern) -> Span {
        let named = self.from.iter().find(|(_, origins)| origins.contains(origin));
        named.map_or_else(|| self.from_span(), |(span, _)| *span)
    }

    /// Where it names a request header, or else the grant.
    pub fn span_of_header(&self, header: &HeaderPattern) -> Span {
        self.header_spans.get(header).copied().unwrap_or(self.span)
    }
}

/// An asset, or a named part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Index into [`Intent::assets`].
    pub asset: usize,
    /// Index into [`Asset::paths`]; the whole asset when `None`.
    pub path: Option<usize>,
    /// Where the file names it.
    pub span: Span,
}

/// How pages upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// The kind of request.
    pub how: How,
    /// The library.
    pub client: Client,
    /// Where it goes.
    pub via: Via,
}

/// The intent that a document states. Everything wrong with it is reported; the intent is `None` when something
/// was wrong enough that a part of it means nothing.
pub fn read(diags: &mut Diagnostics, root: &Node) -> Option<Intent> {
    let raw = decode::decode(root)?;
    validate::validate(diags, &raw)
}
