//! What the bucket's policy and the key's policy must let CloudFront do: reading, and writing only where granted.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use super::regions::Region;
use crate::aws::iam::{CloudFrontStatement, StatementResource};
use crate::fetch::Method;
use crate::intent::{Asset, Cdn, How};
use crate::plan::LogicalId;
use std::collections::BTreeSet;

/// Statements for the policy of the bucket.
pub(super) fn bucket_policy(asset: &Asset, cdn: &Cdn, regions: &[Region<'_>]) -> Vec<CloudFrontStatement> {
    let mut statements = vec![statement(asset, "Read", &["s3:GetObject"], StatementResource::Objects)];
    let write = write_actions(regions);
    if !write.is_empty() {
        let write: Vec<&str> = write.into_iter().collect();
        statements.push(statement(asset, "Write", &write, StatementResource::Objects));
    }
    // Without this permission S3 answers 403 for a key that does not exist.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    if cdn.missing_objects_404 {
        statements.push(statement(asset, "List", &["s3:ListBucket"], StatementResource::Bucket));
    }
    statements
}

/// Statements for the policy of the key; none without a key.
pub(super) fn key_policy(asset: &Asset, regions: &[Region<'_>]) -> Vec<CloudFrontStatement> {
    if asset.bucket().is_none_or(|bucket| bucket.kms_key.is_none()) {
        return Vec::new();
    }
    let actions: &[&str] = if write_actions(regions).is_empty() {
        &["kms:Decrypt"]
    } else {
        &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"]
    };
    vec![statement(asset, "UseKey", actions, StatementResource::Key)]
}

fn write_actions(regions: &[Region<'_>]) -> BTreeSet<&'static str> {
    let mut actions = BTreeSet::new();
    for grant in regions.iter().flat_map(|r| &r.grants) {
        for method in &grant.methods {
            match method {
                Method::Put | Method::Post => {
                    actions.insert("s3:PutObject");
                }
                Method::Delete => {
                    actions.insert("s3:DeleteObject");
                }
                Method::Get | Method::Head | Method::Other(_) => {}
            }
        }
        if grant.upload.is_some_and(|u| u.how == How::Multipart) {
            actions.extend(["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]);
        }
    }
    actions
}

fn statement(asset: &Asset, purpose: &str, actions: &[&str], resource: StatementResource) -> CloudFrontStatement {
    let id = LogicalId { asset: asset.id.value.clone(), part: None };
    CloudFrontStatement {
        sid: format!("Corsynth{}{purpose}", id.pascal_case()),
        actions: actions.iter().map(|&a| a.to_owned()).collect(),
        resource,
    }
}
