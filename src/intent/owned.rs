//! `manage: own`: what the artifacts need to make a distribution, and what only makes sense for one that they make.

use super::codes;
use super::raw::{Manage, Map, Named, RawAsset, RawCdn};
use crate::aws::partition::Partition;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::Spanned;
use std::collections::BTreeMap;

/// CloudFront takes certificates of ACM from this region only.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>
const CERTIFICATE_REGION: &str = "us-east-1";

/// Reports what does not fit together.
pub(super) fn check(diags: &mut Diagnostics, raw: &Named<RawAsset>) {
    let asset = &raw.value;
    let Some(cdn) = &asset.cdn else { return };
    let own = asset.manage.as_ref().filter(|manage| manage.value == Manage::Own);
    if let (Some(own), Some(id)) = (own, &cdn.distribution) {
        diags.push(
            Diagnostic::new(
                &codes::OWNED_DISTRIBUTION_WITH_ID,
                id.span,
                format!("`{}` is a distribution that exists", shown(&id.value)),
            )
            .label("and one is to be made")
            .related(own.span, "asked for here")
            .help("remove `distribution`, or let the artifacts attach to it: `manage: attach`"),
        );
    }
    if let Some(arn) = &cdn.certificate {
        certificate(diags, arn);
    }
    let aliases = cdn.aliases.as_deref().unwrap_or_default();
    let inconsistent = |span, message: &str, label: &str, help: &str| {
        Diagnostic::new(&codes::INCONSISTENT_CERTIFICATE, span, message).label(label).help(help)
    };
    match (own, &cdn.certificate, aliases.first()) {
        (None, Some(arn), _) => diags.push(inconsistent(
            arn.span,
            "`certificate` without `manage: own`",
            "a distribution that exists has its certificate already",
            "remove it, or let the artifacts make the distribution: `manage: own`",
        )),
        (Some(_), Some(arn), None) => diags.push(inconsistent(
            arn.span,
            "`certificate` without `aliases`",
            "for which host names?",
            "add `aliases`, or remove the certificate: the distribution's own name has one",
        )),
        (Some(_), None, Some(alias)) => diags.push(inconsistent(
            alias.span,
            "`aliases` without `certificate`",
            "CloudFront takes a host name only with a certificate that covers it",
            "add `certificate:` with the ARN of one in `us-east-1`",
        )),
        _ => {}
    }
}

/// A host name belongs to one distribution of all: CloudFront answers `CNAMEAlreadyExists` to the second. Two assets may be
/// served by one distribution that exists, and may be where the intent does not say which it is.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>
pub(super) fn same_alias(diags: &mut Diagnostics, assets: &Map<RawAsset>) {
    let mut seen: BTreeMap<&str, Vec<Alias<'_>>> = BTreeMap::new();
    for asset in &assets.entries {
        let Some(cdn) = &asset.value.cdn else { continue };
        for alias in cdn.aliases.iter().flatten() {
            let this = Alias { asset, cdn, host: alias };
            let others = seen.entry(&alias.value).or_default();
            if let Some(first) = others.iter().find(|other| this.contradicts(other)) {
                // Both can be one text with an anchor; then the ids tell the two apart.
                let is_one_text = first.host.span == alias.span;
                let place = |of: &Alias<'_>| if is_one_text { of.asset.id.span } else { of.host.span };
                diags.push(
                    Diagnostic::new(
                        &codes::ALIAS_USED_TWICE,
                        place(&this),
                        format!("`{}` belongs to two distributions", shown(&alias.value)),
                    )
                    .label("again here")
                    .related(place(first), "first here")
                    .help("give each distribution a host name of its own, or make it one asset with several `paths`"),
                );
            }
            // One asset may say it a thousand times.
            if others.last().is_none_or(|last| last.asset.id.span != asset.id.span) {
                others.push(this);
            }
        }
    }
}

/// A host name that an asset's distribution is to answer to.
struct Alias<'r> {
    asset: &'r Named<RawAsset>,
    cdn: &'r RawCdn,
    host: &'r Spanned<String>,
}

impl Alias<'_> {
    fn is_owned(&self) -> bool {
        self.asset.value.manage.as_ref().is_some_and(|manage| manage.value == Manage::Own)
    }

    /// Whether the two are of two distributions.
    fn contradicts(&self, other: &Self) -> bool {
        let id = |of: &Self| of.cdn.distribution.as_ref().map(|id| id.value.clone());
        let have_two_ids = matches!((id(self), id(other)), (Some(one), Some(other)) if one != other);
        self.asset.id.span != other.asset.id.span && (self.is_owned() || other.is_owned() || have_two_ids)
    }
}

/// `arn:PARTITION:acm:REGION:ACCOUNT:certificate/ID`
fn certificate(diags: &mut Diagnostics, arn: &Spanned<String>) {
    let parts: Vec<&str> = arn.value.split(':').collect();
    let problem = match parts.as_slice() {
        ["arn", partition, "acm", region, account, id]
            if account.len() == 12
                && account.chars().all(|c| c.is_ascii_digit())
                && id.strip_prefix("certificate/").is_some_and(|id| !id.is_empty()) =>
        {
            let expected = Partition::of_region(CERTIFICATE_REGION).arn();
            if *region == CERTIFICATE_REGION {
                (*partition != expected).then(|| format!("`{region}` is not in the partition `{}`", shown(partition)))
            } else {
                Some(format!("the certificate is in `{}`", shown(region)))
            }
        }
        _ => Some("this is no ARN of a certificate of ACM".to_owned()),
    };
    if let Some(problem) = problem {
        diags.push(
            Diagnostic::new(&codes::INVALID_CERTIFICATE, arn.span, problem)
                .label(format!("CloudFront takes certificates of ACM in `{CERTIFICATE_REGION}` only"))
                .help("expected `arn:aws:acm:us-east-1:ACCOUNT:certificate/ID`: request or import it there as well"),
        );
    }
}
