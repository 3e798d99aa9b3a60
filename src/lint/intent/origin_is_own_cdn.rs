//! An allowed origin is the *page's*, and a CDN of assets or a bucket serves no pages: whoever lists its host took the
//! `Origin` of a request for its `Host`. <https://fetch.spec.whatwg.org/#origin-header>

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject, shown};
use crate::intent::{Asset, Intent};

/// `origin-is-own-cdn`
pub(crate) const CODE: Code = Code {
    id: "origin-is-own-cdn",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a frontend whose origin is the host of an asset's own CDN or bucket",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for frontend in &intent.frontends {
        for origin in &frontend.origins {
            let Some((_, host, _)) = origin.value.parts() else { continue };
            let Some(asset) = intent.assets.iter().find(|asset| serves(asset, host)) else { continue };
            diags.push(
                Diagnostic::new(&CODE, origin.span, format!("`{}` is the host of an asset", shown(host)))
                    .label("no page comes from here")
                    .related(asset.id.span, "the asset's own host")
                    .help("name the origins of the pages that use the asset, and remove this one")
                    .about([Subject::Frontend(frontend.id.value.clone()), Subject::Asset(asset.id.value.clone())]),
            );
        }
    }
}

/// Whether an asset answers to a host: an alias of its CDN, or one of the bucket's own names. A website endpoint of the
/// bucket is not one of them: it serves pages, to which the asset's own host is another origin.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html>
fn serves(asset: &Asset, host: &str) -> bool {
    let alias = asset.cdn.iter().flat_map(|cdn| &cdn.aliases).any(|alias| alias == host);
    let bucket = asset.bucket().and_then(|bucket| host.strip_prefix(bucket.name.value.as_str())).is_some_and(|rest| {
        let is_website = rest.starts_with(".s3-website");
        (rest.starts_with(".s3.") || rest.starts_with(".s3-")) && !is_website && rest.contains(".amazonaws.com")
    });
    alias || bucket
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Input, Syntax, compile};

    #[test]
    fn hosts_of_a_bucket_are_known_and_a_website_is_none() {
        let text = "{ version: 1, name: acme, assets: { static: { bucket: acme-static, region: eu-west-1 } }, frontends: \
            { site: https://www.acme.example }, allow: [{ from: site, to: static, use: fonts }] }";
        let input = Input { name: "a.yaml".to_owned(), bytes: text.as_bytes().to_vec(), syntax: Syntax::Yaml };
        let intent = compile(input).intent.expect("the intent has no errors");
        for (host, expected) in [
            ("acme-static.s3.eu-west-1.amazonaws.com", true),
            ("acme-static.s3.dualstack.eu-west-1.amazonaws.com", true),
            ("acme-static.s3-accelerate.amazonaws.com", true),
            ("acme-static.s3-website-eu-west-1.amazonaws.com", false),
            ("acme-static.s3-website.eu-central-1.amazonaws.com", false),
            ("acme-other.s3.eu-west-1.amazonaws.com", false),
            ("acme-static.example", false),
        ] {
            assert_eq!(serves(&intent.assets[0], host), expected, "{host}");
        }
    }
}
