//! Paths for signed requests: a behaviour asks all of its requests for a signature, or none.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-overview.html>

use super::codes;
use super::functions;
use super::regions::Region;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::intent::{Cdn, Credentials, Grant};
use crate::plan::TrustedKeyGroups;

fn is_signed(grant: &Grant) -> bool {
    matches!(grant.credentials, Credentials::SignedCookies | Credentials::SignedUrls)
}

/// Whose signatures the requests to a region need.
pub(super) fn key_groups(cdn: &Cdn, region: &Region<'_>) -> TrustedKeyGroups {
    if !region.grants.iter().any(|grant| is_signed(grant)) {
        TrustedKeyGroups::None
    } else if cdn.signers.is_empty() {
        TrustedKeyGroups::Parameter
    } else {
        TrustedKeyGroups::Ids(cdn.signers.iter().map(|id| id.value.clone()).collect())
    }
}

/// Reports what a signature stands in the way of.
pub(super) fn check(diags: &mut Diagnostics, cdn: &Cdn, regions: &[Region<'_>]) {
    for region in regions {
        let Some(signed) = region.grants.iter().find(|grant| is_signed(grant)) else { continue };
        if let Some(open) = region.grants.iter().find(|grant| !is_signed(grant)) {
            diags.push(
                Diagnostic::new(
                    &codes::MIXED_SIGNING,
                    signed.credentials_span,
                    format!("not all that is granted on {} is for signed requests", region.name()),
                )
                .label("with this CloudFront asks every request there for a signature")
                .related(open.span, "this grant is not for signed requests")
                .help("grant the two on different paths, or both for signed requests; a grant on the whole asset reaches all paths"),
            );
        }
        let with_cookies = region.grants.iter().find(|grant| grant.credentials == Credentials::SignedCookies);
        if let Some(grant) = with_cookies.filter(|_| functions::needs_preflight(region)) {
            diags.push(preflight(cdn, region, grant));
        }
    }
    let is_used = regions.iter().any(|region| region.grants.iter().any(|grant| is_signed(grant)));
    if let Some(unused) = cdn.signers.first().filter(|_| !is_used) {
        diags.push(
            Diagnostic::new(&crate::intent::codes::UNUSED_DECLARATION, unused.span, "no grant is for signed requests")
                .label("nobody's signatures are asked for")
                .help("add `credentials: signed-cookies` or `signed-urls` to a grant, or remove `signers`"),
        );
    }
}

/// A preflight carries no cookies. <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
fn preflight(cdn: &Cdn, region: &Region<'_>, grant: &Grant) -> Diagnostic {
    let message = format!("a preflight to {} carries no cookies", region.name());
    let without = "grant no request headers that need a preflight, or sign URLs: `credentials: signed-urls`";
    if functions::answers_preflights(cdn) {
        Diagnostic::new(&codes::ASSUMED_SIGNATURE_ORDER, grant.credentials_span, message)
            .label("whether functions run before CloudFront looks for a signature is not confirmed")
            .help(without)
            .help("or try it on a distribution of your own first: the proof holds by the reading `signature-check=after-functions`")
    } else {
        Diagnostic::new(&codes::UNSIGNED_PREFLIGHT, grant.credentials_span, message)
            .label("so CloudFront refuses it, and the request that it asks for is never sent")
            .help(without)
            .help("or let a function answer preflights, which may run before the signature is looked for: `preflight: function`")
    }
}
