//! What the user means: `Document` to `RawIntent` (as written) to [`Intent`] (as meant).
//!
//! After `validate` nobody checks again: names are resolved, texts are origins, methods and header names, and
//! the values of a grant are those of its presets together with what the user added.

mod asset_origin;
pub mod codes;
mod decode;
mod environments;
pub mod expect;
mod governance;
mod grants;
mod owned;
mod partitions;
pub mod permits;
pub mod presets;
mod raw;
pub mod request_line;
#[cfg(test)]
mod schema;
mod texts;
mod validate;

pub use environments::{MOST_ENVIRONMENTS, environments, variables};
pub use expect::Expectation;
pub use jiff::civil::Date;
pub use raw::{Authority, Client, Credentials, Encryption, How, Manage, Preflight, Then, Use, Via};
pub use request_line::{AssetUrl, GivenRequest, parse_given};
pub(crate) use texts::part_of;

use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::{Node, Spanned};
use crate::fetch::{HeaderName, HeaderPattern, Method, OriginPattern};
use crate::source::Span;
use environments::Environments;
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
    /// Frontends that are kept from this environment: given to others only.
    pub withheld: Vec<Frontend>,
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

/// A bucket or a server, and perhaps a CDN in front of it.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its key in the file.
    pub id: Spanned<String>,
    /// Where its objects come from.
    pub origin: AssetOrigin,
    /// The account that owns it, 12 digits.
    pub account: Option<String>,
    /// Whose the bucket and the distribution are.
    pub manage: Manage,
    /// Named parts of it.
    pub paths: Vec<PathAlias>,
    /// The CDN; `None` when browsers talk to S3.
    pub cdn: Option<Cdn>,
}

impl Asset {
    /// Its bucket; `None` for a custom origin.
    pub fn bucket(&self) -> Option<&Bucket> {
        match &self.origin {
            AssetOrigin::Bucket(bucket) => Some(bucket),
            AssetOrigin::Custom(_) => None,
        }
    }

    /// Whether its objects come from a server of the user's own.
    pub fn is_custom(&self) -> bool {
        matches!(self.origin, AssetOrigin::Custom(_))
    }
}

/// Where the objects of an asset come from; CloudFront calls it an origin, too.
#[derive(Debug, Clone)]
pub enum AssetOrigin {
    /// An S3 bucket.
    Bucket(Bucket),
    /// A server of the user's own: `https://host[:port]`. It always stands behind a CDN.
    Custom(CustomOrigin),
}

/// A bucket.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name.
    pub name: Spanned<String>,
    /// Its region.
    pub region: Spanned<String>,
    /// ARN of the KMS key of its objects; `None` under SSE-S3.
    pub kms_key: Option<String>,
}

/// A server that CloudFront fetches from over `https`.
#[derive(Debug, Clone)]
pub struct CustomOrigin {
    /// As written.
    pub url: Spanned<String>,
    /// Its host, lower case.
    pub host: String,
    /// Its port.
    pub port: u16,
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
    /// ARN of the certificate of its aliases.
    pub certificate: Option<Spanned<String>>,
    /// Who answers preflights, and where the file says so.
    pub preflight: (Preflight, Option<Span>),
    /// Whether a function supplies and normalises `Origin`, and where the file says so.
    pub inject_origin: (bool, Option<Span>),
    /// Whether pages can read errors where a function speaks, and where the file says so.
    pub readable_errors: (bool, Option<Span>),
    /// Ids of trusted key groups.
    pub signers: Vec<Spanned<String>>,
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
    /// What a page may send to identify its user.
    pub credentials: Credentials,
    /// Where the file says so, or else the grant.
    pub credentials_span: Span,
}

impl Grant {
    /// Whether it promises requests with the credentials mode `include`: those that carry cookies.
    pub fn promises_cookies(&self) -> bool {
        matches!(self.credentials, Credentials::Cookies | Credentials::SignedCookies)
    }

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

/// Where and when an intent is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting<'s> {
    /// The environment, where the file has some.
    pub environment: Option<&'s str>,
    /// The day, by which waivers end; on no day they do not.
    pub today: Option<Date>,
}

/// The intent that a document states. Everything wrong with it is reported; the intent is `None` when something
/// was wrong enough that a part of it means nothing.
pub fn read(diags: &mut Diagnostics, root: &Node, setting: &Setting<'_>) -> Option<Intent> {
    let declared = decode::environments(root);
    let named = |name: &str| declared.entries.iter().find(|environment| environment.id.value == name);
    let current = setting.environment.and_then(named);
    if current.is_none() {
        unnamed_environment(diags, root, setting);
    }
    let environments = Environments { declared: &declared, current };
    let filled = environments::substituted(diags, root, &environments);
    let raw = decode::decode(&filled)?;
    governance::apply(diags, &raw, &environments, setting);
    validate::unused_names(diags, root, &raw);
    validate::validate(diags, &raw, &environments)
}

/// Reports that an intent with environments is read for none of them, or for one that it lacks.
fn unnamed_environment(diags: &mut Diagnostics, root: &Node, setting: &Setting<'_>) {
    let names = environments::environments(root);
    let span = root.entry("environments").map_or(root.span, |entry| entry.key_span);
    let listed = || format!("there is `{}`", names.join("`, `"));
    match setting.environment {
        Some(name) => {
            let message = format!("the intent has no environment `{}`", shown(name));
            let finding = Diagnostic::new(&codes::UNKNOWN_ENVIRONMENT, span, message);
            diags.push(if names.is_empty() { finding.help("it has none") } else { finding.help(listed()) });
        }
        None if names.is_empty() => {}
        None => diags.push(
            Diagnostic::new(&codes::UNNAMED_ENVIRONMENT, span, "the intent is for several environments")
                .label("for which one?")
                .help(listed()),
        ),
    }
}

/// The waivers that let nothing pass, as findings; for when every rule has run.
pub fn unused_waivers(diags: &Diagnostics) -> Vec<Diagnostic> {
    governance::unused_waivers(diags)
}
