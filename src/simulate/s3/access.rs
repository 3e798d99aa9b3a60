//! Whether the policies of a bucket and its key let a request in.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use super::super::glob::{glob, one_of_any};
use super::super::trace::{Party, Step, Trace};
use super::Client;
use crate::deployed::{Bucket, Principal, Resource, Source, Statement};

const LOGIC: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";
const ORIGIN_ACCESS: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html";

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'r> {
    /// The object with this key.
    Object(&'r str),
    /// An object whose key stands in the body of a form.
    ObjectOfForm,
    /// The bucket.
    Bucket,
    /// The key of its objects.
    Key,
}

/// Whether the bucket's policy lets a client do something. A policy that was not told lets in.
pub(super) fn bucket_lets_in(
    bucket: &Bucket,
    client: Client,
    action: &str,
    target: Target<'_>,
    trace: &mut Trace,
) -> bool {
    if client == Client::Direct {
        trace.step(|| {
            Step::new(Party::S3, "lets the request in", ORIGIN_ACCESS)
                .because("who may use the bucket without CloudFront is not modelled")
        });
        return true;
    }
    let Some(policy) = &bucket.policy else {
        trace.step(|| {
            Step::new(Party::S3, "lets the request in", ORIGIN_ACCESS).because("the bucket's policy was not told")
        });
        return true;
    };
    decide(policy, "bucket", client, action, target, trace)
}

/// Whether the key's policy lets a client read, or write, objects under SSE-KMS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>
pub(super) fn key_lets_in(bucket: &Bucket, client: Client, action: &str, trace: &mut Trace) -> bool {
    let needed = match action {
        "s3:GetObject" => "kms:Decrypt",
        "s3:PutObject" => "kms:GenerateDataKey",
        _ => return true,
    };
    let (Some(_), Some(policy)) = (&bucket.kms_key, &bucket.key_policy) else { return true };
    client == Client::Direct || decide(policy, "key", client, needed, Target::Key, trace)
}

/// An explicit deny wins; without an allow nobody gets in. A statement with conditions that are not modelled counts
/// for nothing here.
fn decide(
    statements: &[Statement],
    whose: &str,
    client: Client,
    action: &str,
    target: Target<'_>,
    trace: &mut Trace,
) -> bool {
    let counts = |s: &&Statement| s.other_conditions.is_empty() && concerns(s, client, action, target);
    let denied = statements.iter().find(|s| !s.allows && counts(s));
    let allowed = statements.iter().find(|s| s.allows && counts(s));
    let is_let_in = denied.is_none() && allowed.is_some();
    for statement in statements.iter().filter(|s| !s.other_conditions.is_empty()) {
        if concerns(statement, client, action, target) {
            trace.step(|| {
                let what = format!("does not count {}", named(statements, statement));
                Step::new(Party::S3, what, LOGIC)
                    .because(format!("not modelled: {}", statement.other_conditions.join(", ")))
            });
        }
    }
    trace.step(|| {
        let what = if is_let_in { format!("allows `{action}`") } else { format!("denies `{action}`") };
        let why = match (denied, allowed) {
            (Some(s), _) => format!("{} of the {whose}'s policy denies it", named(statements, s)),
            (None, Some(s)) => format!("{} of the {whose}'s policy allows it", named(statements, s)),
            (None, None) => format!("no statement of the {whose}'s policy allows it for {}", client.described()),
        };
        Step::new(Party::S3, what, LOGIC).because(why)
    });
    is_let_in
}

fn named(statements: &[Statement], statement: &Statement) -> String {
    let place = statements.iter().position(|s| std::ptr::eq(s, statement)).unwrap_or_default();
    statement.sid.as_ref().map_or_else(|| format!("statement {}", place + 1), |sid| format!("statement `{sid}`"))
}

fn concerns(statement: &Statement, client: Client, action: &str, target: Target<'_>) -> bool {
    // An unsigned request is nobody's: no service, no source.
    let signed = matches!(client, Client::OwnDistribution { signs: true } | Client::ForeignDistribution);
    let principal = match &statement.principal {
        Principal::CloudFront => signed,
        Principal::Anyone => true,
        Principal::Other(_) => false,
    };
    let source = match &statement.source {
        Source::Any => true,
        Source::OwnDistribution => client == Client::OwnDistribution { signs: true },
        Source::Other(_) => false,
    };
    principal
        && source
        && statement.actions.iter().any(|pattern| {
            glob(pattern, action, |wanted, found| one_of_any(wanted.to_ascii_lowercase(), found.to_ascii_lowercase()))
        })
        && statement.resources.iter().any(|resource| covers(resource, target, statement.allows))
}

/// Where the key stands in a form, an allow must cover every key, and a deny may hit any.
fn covers(resource: &Resource, target: Target<'_>, allows: bool) -> bool {
    match (resource, target) {
        (Resource::Objects, Target::Object(_) | Target::ObjectOfForm)
        | (Resource::Bucket, Target::Bucket)
        | (Resource::Key, Target::Key) => true,
        (Resource::ObjectsLike(pattern), Target::Object(key)) => glob(pattern, key, one_of_any),
        (Resource::ObjectsLike(_), Target::ObjectOfForm) => !allows,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_know_two_wildcards() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("a/?.txt", "a/b.txt", true),
            ("a/?.txt", "a/.txt", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, text, one_of_any), expected, "{pattern} {text}");
        }
    }
}
