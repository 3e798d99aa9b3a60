//! Whether the policies of a bucket and its key let a request in.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

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
        && statement.actions.iter().any(|pattern| glob_matches(pattern, action, |a, b| a.eq_ignore_ascii_case(&b)))
        && statement.resources.iter().any(|resource| covers(resource, target, statement.allows))
}

/// Where the key stands in a form, an allow must cover every key, and a deny may hit any.
fn covers(resource: &Resource, target: Target<'_>, allows: bool) -> bool {
    match (resource, target) {
        (Resource::Objects, Target::Object(_) | Target::ObjectOfForm)
        | (Resource::Bucket, Target::Bucket)
        | (Resource::Key, Target::Key) => true,
        (Resource::ObjectsLike(pattern), Target::Object(key)) => glob_matches(pattern, key, |a, b| a == b),
        (Resource::ObjectsLike(_), Target::ObjectOfForm) => !allows,
        _ => false,
    }
}

/// `*` stands for any run of characters, `?` for one.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
fn glob_matches(pattern: &str, text: &str, same: fn(char, char) -> bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Behind the last `*`: the pattern's rest, and the text it was tried on.
    let mut retry = None;
    loop {
        let (mut next_pattern, mut next_text) = (pattern.clone(), text.clone());
        match (next_pattern.next(), next_text.next()) {
            (Some('*'), _) => {
                retry = Some((next_pattern.clone(), text.clone()));
                pattern = next_pattern;
            }
            (None, None) => return true,
            (Some(p), Some(t)) if p == '?' || same(p, t) => (pattern, text) = (next_pattern, next_text),
            _ => {
                let Some((rest, tried)) = &mut retry else { return false };
                if tried.next().is_none() {
                    return false;
                }
                (pattern, text) = (rest.clone(), tried.clone());
            }
        }
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
            assert_eq!(glob_matches(pattern, text, |a, b| a == b), expected, "{pattern} {text}");
        }
    }
}
