//! What depends on the partition of a bucket's region: whether there is a CDN, which ARNs name what is there, and which
//! assets can be in one intent.

use super::codes;
use super::raw::{Map, Named, RawAsset, RawCdn};
use crate::aws::partition::Partition;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::Spanned;

/// Reports a `cdn` where there is no CloudFront, or one that nobody has confirmed.
pub(super) fn cdn(diags: &mut Diagnostics, region: &Spanned<String>, cdn: &RawCdn) {
    let partition = Partition::of_region(&region.value);
    match partition {
        Partition::Aws => {}
        Partition::AwsCn => {
            unverified(diags, region, partition);
            china(diags, region, cdn);
        }
        Partition::AwsEusc => unverified(diags, region, partition),
        Partition::AwsUsGov | Partition::AwsIso | Partition::AwsIsoB | Partition::AwsIsoE | Partition::AwsIsoF => {
            let message = format!("there is no CloudFront in the partition of `{}`", shown(&region.value));
            let finding = Diagnostic::new(&codes::CDN_IN_UNSUPPORTED_PARTITION, cdn.span, message)
                .label("an origin access control does not reach across partitions")
                .related(region.span, "the bucket's region")
                .help("remove `cdn`, and let browsers talk to S3");
            diags.push(finding.help("or keep what may leave the partition in a bucket of a commercial region"));
        }
    }
}

fn unverified(diags: &mut Diagnostics, region: &Spanned<String>, partition: Partition) {
    let message = format!("`{}` is in `{}`", shown(&region.value), partition.arn());
    let finding = Diagnostic::new(&codes::UNVERIFIED_PARTITION, region.span, message)
        .label("which features CloudFront has there is not confirmed")
        .help("try the result on a distribution that matters to nobody first");
    diags.push(finding);
}

/// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/cloudfront.html>
fn china(diags: &mut Diagnostics, region: &Spanned<String>, cdn: &RawCdn) {
    if cdn.aliases.as_ref().is_some_and(|aliases| !aliases.is_empty()) {
        return;
    }
    diags.push(
        Diagnostic::new(&codes::CHINA_CDN_WITHOUT_ALIAS, cdn.span, "a distribution in China without a host name")
            .label("`*.cloudfront.cn` serves nothing")
            .related(region.span, "the bucket's region")
            .help("write `aliases:` with the host name that pages use; it needs an ICP registration"),
    );
}

/// Reports an ARN whose partition is not that of its own region.
pub(super) fn key(diags: &mut Diagnostics, key: &Spanned<String>) {
    let mut fields = key.value.splitn(5, ':');
    let (Some("arn"), Some(written), Some(service), Some(region), Some(rest)) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return;
    };
    let partition = Partition::of_region(region);
    if Partition::of_arn(written) != Some(partition) {
        let meant = format!("arn:{}:{service}:{region}:{rest}", partition.arn());
        diags.push(
            Diagnostic::new(
                &codes::INVALID_KMS_KEY,
                key.span,
                format!("`{region}` is not in the partition `{written}`"),
            )
            .label(format!("an ARN of that region begins with `arn:{}:`", partition.arn()))
            .fix_text(key.span, meant),
        );
    }
}

/// Partitions have accounts, credentials and names of their own: no provider, no stack and no profile is of two.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub(super) fn mixed(diags: &mut Diagnostics, assets: &Map<RawAsset>) {
    let mut seen: Vec<(Partition, &Named<RawAsset>, &Spanned<String>)> = Vec::new();
    for (asset, place) in assets.entries.iter().filter_map(|a| Some((a, place(&a.value)?))) {
        // A server is anywhere; what the artifacts make for it is a distribution of the commercial partition.
        let partition =
            asset.value.region.as_ref().map_or(Partition::Aws, |region| Partition::of_region(&region.value));
        if seen.iter().any(|(known, ..)| *known == partition) {
            continue;
        }
        if let Some((first, other, first_place)) = seen.first() {
            let [here, there] = [partition.arn(), first.arn()];
            let message =
                format!("`{}` is in `{here}`, and `{}` in `{there}`", shown(&asset.id.value), shown(&other.id.value));
            diags.push(
                Diagnostic::new(&codes::MIXED_PARTITIONS, place.span, message)
                    .label("no account, provider or stack is in both")
                    .related(first_place.span, "in another partition than this")
                    .help("write an intent for each, or make the region a variable and each partition an environment"),
            );
        }
        seen.push((partition, asset, place));
    }
}

/// What says where an asset is: its region, or the server that a distribution of `aws` stands in front of.
fn place(asset: &RawAsset) -> Option<&Spanned<String>> {
    asset.region.as_ref().or_else(|| asset.origin.as_ref().filter(|_| asset.cdn.is_some() && asset.bucket.is_none()))
}
