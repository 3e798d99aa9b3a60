//! Buckets have no ACLs unless somebody turned them on: since April 2023 S3 answers an upload that sets one with 400
//! `AccessControlListNotSupported`, except for `bucket-owner-full-control`, which says nothing new.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, shown};
use crate::intent::Intent;

/// `acl-request-header`
pub(crate) const CODE: Code = Code {
    id: "acl-request-header",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a request header that sets an ACL, which buckets refuse by default",
};

pub(super) fn check(diags: &mut Diagnostics, intent: &Intent) {
    for (header, span) in intent.grants.iter().flat_map(|grant| &grant.header_spans) {
        if header.as_str() == "x-amz-acl" || header.as_str().starts_with("x-amz-grant-") {
            diags.push(
                Diagnostic::new(&CODE, *span, format!("`{}` sets an ACL", shown(header.as_str())))
                    .label("S3 answers 400 to uploads with it, unless the bucket has ACLs turned on")
                    .help("remove it here and from the upload: the bucket's policy says who may read"),
            );
        }
    }
}
