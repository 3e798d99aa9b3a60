//! The parts of a CDN that get a behaviour of their own, and the grants that reach each.

use super::codes;
use super::paths::{EVERYTHING, contains, intersect};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::intent::{Asset, Grant, Intent, Via};
use crate::source::Span;

/// A grant as one asset sees it: on which of its paths, and through which door.
#[derive(Debug, Clone)]
pub(super) struct Claim<'a> {
    pub(super) grant: &'a Grant,
    /// The id and the pattern of the path; `None` is the whole asset.
    pub(super) path: Option<(&'a str, &'a str)>,
    /// Whether the requests go through the CDN, or to the bucket's own host.
    pub(super) through_cdn: bool,
    /// Where the grant names the asset.
    pub(super) span: Span,
}

impl Claim<'_> {
    /// The path pattern.
    pub(super) fn pattern(&self) -> &str {
        self.path.map_or(EVERYTHING, |(_, pattern)| pattern)
    }

    /// Whether the grant reaches all of a region.
    pub(super) fn reaches(&self, pattern: &str) -> bool {
        self.pattern() == pattern || contains(self.pattern(), pattern) == Some(true)
    }
}

/// Where a grant says whom it is for.
pub(super) fn from_span(claims: &[Claim<'_>], grant: usize) -> Span {
    claims.iter().find(|c| c.grant.index == grant).map_or_else(Span::default, |c| c.grant.from_span())
}

/// One behaviour in the making.
#[derive(Debug, Clone)]
pub(super) struct Region<'a> {
    /// The id of the path; `None` is the default behaviour.
    pub(super) path: Option<&'a str>,
    pub(super) pattern: &'a str,
    /// Whether it is all there is.
    pub(super) alone: bool,
    /// The grants whose requests come through here.
    pub(super) grants: Vec<&'a Grant>,
}

impl Region<'_> {
    /// What messages call it.
    pub(super) fn name(&self) -> String {
        match self.path {
            Some(_) => format!("path `{}`", self.pattern),
            None if self.alone => "all paths".to_owned(),
            None => "all other paths".to_owned(),
        }
    }

    /// Whether anything is written through here.
    pub(super) fn writes(&self) -> bool {
        self.grants.iter().any(|g| g.methods.iter().any(|m| !m.is_read()))
    }
}

/// Every grant on an asset, once for each target.
pub(super) fn claims<'a>(intent: &'a Intent, index: usize, asset: &'a Asset) -> Vec<Claim<'a>> {
    let mut claims = Vec::new();
    for grant in &intent.grants {
        for target in grant.to.iter().filter(|t| t.asset == index) {
            let path = target.path.and_then(|p| asset.paths.get(p));
            claims.push(Claim {
                grant,
                path: path.map(|p| (p.id.value.as_str(), p.pattern.value.as_str())),
                through_cdn: asset.cdn.is_some() && grant.upload.is_none_or(|u| u.via == Via::Cdn),
                span: target.span,
            });
        }
    }
    claims
}

/// The regions of the claims that go through the CDN: the most specific pattern first, as CloudFront takes the first
/// that matches.
pub(super) fn regions<'a>(diags: &mut Diagnostics, claims: &[Claim<'a>]) -> Vec<Region<'a>> {
    let through_cdn: Vec<&Claim<'a>> = claims.iter().filter(|c| c.through_cdn).collect();
    let mut patterns: Vec<(&'a str, Option<&'a str>)> = Vec::new();
    for claim in &through_cdn {
        let (path, pattern) = claim.path.map_or((None, EVERYTHING), |(id, pattern)| (Some(id), pattern));
        if !patterns.iter().any(|(known, _)| *known == pattern) {
            patterns.push((pattern, path));
        }
    }
    let mut regions: Vec<(usize, Region<'a>)> = patterns
        .iter()
        .map(|&(pattern, path)| {
            let around = patterns.iter().filter(|(outer, _)| contains(outer, pattern) == Some(true)).count();
            let mut grants: Vec<&'a Grant> =
                through_cdn.iter().filter(|c| c.reaches(pattern)).map(|c| c.grant).collect();
            grants.dedup_by_key(|g| g.index);
            (around, Region { path, pattern, alone: patterns.len() == 1, grants })
        })
        .collect();
    regions.sort_by(|(a, left), (b, right)| {
        (left.path.is_none(), b, left.pattern).cmp(&(right.path.is_none(), a, right.pattern))
    });
    let regions: Vec<Region<'a>> = regions.into_iter().map(|(_, region)| region).collect();
    for (i, first) in regions.iter().enumerate() {
        for second in regions.iter().skip(i + 1) {
            let nested = [contains(first.pattern, second.pattern), contains(second.pattern, first.pattern)];
            let same = first.grants.iter().map(|g| g.index).eq(second.grants.iter().map(|g| g.index));
            if !nested.contains(&Some(true)) && !same && intersect(first.pattern, second.pattern) {
                let span = |pattern: &str| {
                    through_cdn.iter().find(|c| c.pattern() == pattern).map_or_else(Span::default, |c| c.span)
                };
                diags.push(
                    Diagnostic::new(
                        &codes::OVERLAPPING_PATHS,
                        span(second.pattern),
                        format!("`{}` and `{}` overlap", first.pattern, second.pattern),
                    )
                    .label("a path that matches both would get one of the two grants only")
                    .related(span(first.pattern), "the other path is granted here")
                    .help("choose patterns of which one holds the other, or that have nothing in common"),
                );
            }
        }
    }
    regions
}
