//! A token for a bucket behind a CDN: the distribution's own signature takes its place, so S3 never sees it, and CloudFront
//! asks for none.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, Subject};
use crate::intent::{Credentials, Grant, Intent, Via};

/// `unseen-token`
pub(super) const CODE: Code = Code {
    id: "unseen-token",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a `bearer` token to a bucket behind a CDN, where nobody looks at it",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    let through_cdn = |grant: &&Grant| grant.upload.is_none_or(|upload| upload.via == Via::Cdn);
    let with_token = intent.grants.iter().filter(|grant| grant.credentials == Credentials::Bearer);
    for grant in with_token.filter(through_cdn) {
        let assets = grant.to.iter().filter_map(|target| Some((target, intent.assets.get(target.asset)?)));
        let fronted = assets.into_iter().find(|(_, asset)| asset.cdn.is_some() && asset.bucket().is_some());
        let Some((target, asset)) = fronted else { continue };
        diags.push(
            Diagnostic::new(
                &CODE,
                grant.credentials_span,
                format!("the token never reaches the bucket of `{}`", asset.id.value),
            )
            .label("CloudFront signs the request, and its signature takes the place of `Authorization`")
            .related(target.span, "which stands behind a distribution")
            .help("whoever sends no token, or a wrong one, gets the same object: ask for a signature that CloudFront checks, `credentials: signed-urls`")
            .help("where a function of your own checks it on `viewer-request`, say so: `# corsynth: allow unseen-token -- ...`")
            .about(grant.frontends.iter().cloned().map(Subject::Frontend)),
        );
    }
}
