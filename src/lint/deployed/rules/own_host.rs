//! An allowed origin is the *page's*, and a CDN of assets or a bucket serves no pages: whoever lists its host took the
//! `Origin` of a request for its `Host`. <https://fetch.spec.whatwg.org/#origin-header>

use super::super::view::{List, lists};
use super::super::{Artifacts, Findings};
use crate::deployed::Asset;
use crate::diagnostic::{Diagnostic, shown};
use crate::fetch::origin::OriginPattern;
use crate::lint::intent::ORIGIN_IS_OWN_CDN;

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for list in lists(artifacts, List::Origins) {
        for origin in list.items {
            let pattern = OriginPattern::parse(origin.trim_end_matches('/')).ok();
            let Some(host) = pattern.as_ref().and_then(|pattern| Some(pattern.parts()?.1)) else { continue };
            let own = artifacts.deployed.assets.iter().any(|asset| serves(asset, host));
            if !own
                && ![".cloudfront.net", ".cloudfront.cn"].iter().any(|end| host.ends_with(end))
                && !is_bucket(host)
                && !is_called_cdn(host)
            {
                continue;
            }
            let place = artifacts.at(list.site, list.member, Some(origin));
            findings.push(
                place.file,
                Diagnostic::new(&ORIGIN_IS_OWN_CDN, place.span, format!("`{}` serves assets, not pages", shown(host)))
                    .label("no page comes from here")
                    .help("list the origins of the pages that use the assets, and remove this one"),
            );
        }
    }
}

/// Whether an asset answers to a host.
fn serves(asset: &Asset, host: &str) -> bool {
    asset.distribution.iter().flat_map(|distribution| &distribution.aliases).any(|alias| alias == host)
}

/// Whether the host's first label says so, where no file tells the aliases.
fn is_called_cdn(host: &str) -> bool {
    let label = host.split('.').next().unwrap_or_default();
    label.strip_prefix("cdn").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '-'))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>; a website endpoint serves pages.
fn is_bucket(host: &str) -> bool {
    host.contains(".amazonaws.com") && (host.contains(".s3.") || host.contains(".s3-")) && !host.contains("s3-website")
}
