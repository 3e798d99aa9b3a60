//! Whom a pattern of `AWS:SourceArn` lets in.
//!
//! The ARN of a distribution is `arn:PARTITION:cloudfront::ACCOUNT:distribution/ID`; ids are unique in the world.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html>

use super::value::Text;

/// What the distribution in front of a bucket may be called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    /// Behind `distribution/`.
    pub(super) ids: &'a [Text],
    /// As a whole.
    pub(super) arns: &'a [Text],
    /// Its account; any, when there is none.
    pub(super) accounts: &'a [Text],
    /// The partition, when it is known.
    pub(super) partition: Option<&'a str>,
}

/// Which distributions a text lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The one in front of the bucket.
    Own,
    /// That one, and others of the same account.
    OwnAccount,
    /// That one, and others of accounts that anybody may have.
    Anyone,
    /// Not the one in front.
    Others,
    /// Nobody here can tell.
    Undecided,
}

/// Ids and accounts that have nothing in common, so that a pattern that takes both takes all.
const IDS: [&str; 2] = ["E00000000000", "EZZZZZZZZZZZZZ"];
const ACCOUNTS: [&str; 2] = ["000000000000", "999999999999"];
const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];

/// Partition, service, region, account and the rest of an ARN.
pub(super) fn arn(text: &Text) -> Option<[Text; 5]> {
    let (head, rest) = text.split_once(':')?;
    let (partition, rest) = rest.split_once(':')?;
    let (service, rest) = rest.split_once(':')?;
    let (region, rest) = rest.split_once(':')?;
    let (account, rest) = rest.split_once(':')?;
    (head.as_literal() == Some("arn")).then_some([partition, service, region, account, rest])
}

/// Whether this is the partition, or may be it.
pub(super) fn is_partition(text: &Text, partition: Option<&str>) -> bool {
    match text.as_literal() {
        Some(text) => partition.is_none_or(|partition| partition == text),
        None => text.as_reference() == Some("AWS::Partition"),
    }
}

/// Whom a text lets in; `wildcards` says whether `*` and `?` are more than characters in it.
///
/// An account that is written out is taken for the bucket's own unless that is known to be another.
pub(super) fn reach(text: &Text, wildcards: bool, own: Own<'_>) -> Reach {
    if own.arns.contains(text) {
        return Reach::Own;
    }
    let is_pattern = |text: &Text| wildcards && text.raw().contains(['*', '?']);
    let undecided = if is_pattern(text) { Reach::Undecided } else { Reach::Others };
    let Some([partition, service, region, account, rest]) = arn(text) else {
        return if wildcards && takes_every_arn(text, own) { Reach::Anyone } else { undecided };
    };
    let takes = |part: &Text, text: &str| {
        if is_pattern(part) { glob(part.raw(), text) } else { part.as_literal() == Some(text) }
    };
    let of_partition = is_partition(&partition, own.partition)
        || (is_pattern(&partition) && takes(&partition, own.partition.unwrap_or("aws")));
    if !of_partition || !takes(&service, "cloudfront") || !takes(&region, "") {
        // With `StringLike`, a `*` may stand for several parts.
        return if [&partition, &service, &region].into_iter().any(is_pattern) { undecided } else { Reach::Others };
    }
    let id = match rest.strip_prefix(&Text::literal("distribution/")) {
        Some(id) => id,
        None if is_pattern(&rest) && IDS.iter().all(|id| takes(&rest, &format!("distribution/{id}"))) => {
            Text::literal("*")
        }
        None => return if is_pattern(&rest) { undecided } else { Reach::Others },
    };
    let of_own_account = own.accounts.is_empty()
        || own.accounts.contains(&account)
        || (is_pattern(&account) && own.accounts.iter().any(|own| glob(account.raw(), own.raw())));
    if !is_pattern(&id) {
        return if of_own_account && own.ids.contains(&id) { Reach::Own } else { Reach::Others };
    }
    let all_ids = IDS.iter().all(|one| takes(&id, one));
    let takes_own_id = all_ids || own.ids.iter().any(|one| glob(id.raw(), one.raw()));
    // Terraform's reader spells what only AWS can tell as `${ADDRESS.id}`.
    let knows_own_id = own.ids.iter().any(|one| one.as_literal().is_some_and(|one| !one.starts_with('$')));
    match (is_pattern(&account), of_own_account && takes_own_id) {
        // Whoever may be meant by a part of an account or of an id can be somebody else.
        (true, true) => Reach::Anyone,
        (false, true) => Reach::OwnAccount,
        (false, false) if !of_own_account || knows_own_id => Reach::Others,
        (_, false) => Reach::Undecided,
    }
}

/// Whether a pattern that is shorter than an ARN takes every distribution of a partition.
fn takes_every_arn(text: &Text, own: Own<'_>) -> bool {
    let of = |partition: &str| {
        let pattern = text.with("AWS::Partition", partition);
        let mut samples = ACCOUNTS.iter().zip(IDS);
        samples.all(|(account, id)| {
            glob(pattern.raw(), &format!("arn:{partition}:cloudfront::{account}:distribution/{id}"))
        })
    };
    own.partition.map_or_else(|| PARTITIONS.into_iter().any(of), of)
}

/// `*` stands for any run of characters, `?` for one.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
pub(super) fn glob(pattern: &str, text: &str) -> bool {
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
            (Some(p), Some(t)) if p == '?' || p == t => (pattern, text) = (next_pattern, next_text),
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
    fn patterns_reach_as_far_as_they_say() {
        let ids = [Text::literal("E1OWN")];
        let accounts = [Text::literal("111122223333")];
        let known = Own { ids: &ids, arns: &[], accounts: &accounts, partition: Some("aws") };
        let unknown = Own { accounts: &[], partition: None, ..known };
        for (text, wildcards, with_account, without) in [
            ("arn:aws:cloudfront::111122223333:distribution/E1OWN", false, Reach::Own, Reach::Own),
            ("arn:aws:cloudfront::999900000000:distribution/E1OWN", false, Reach::Others, Reach::Own),
            ("arn:aws:cloudfront::111122223333:distribution/E2", true, Reach::Others, Reach::Others),
            ("arn:aws:cloudfront::111122223333:distribution/*", true, Reach::OwnAccount, Reach::OwnAccount),
            ("arn:aws:cloudfront::999900000000:distribution/*", true, Reach::Others, Reach::OwnAccount),
            ("arn:aws:cloudfront::111122223333:*", true, Reach::OwnAccount, Reach::OwnAccount),
            ("arn:aws:cloudfront::111122223333:distribution/E1*", true, Reach::OwnAccount, Reach::OwnAccount),
            ("arn:aws:cloudfront::111122223333:distribution/E2*", true, Reach::Others, Reach::Others),
            ("arn:aws:cloudfront::111122223333:function/*", true, Reach::Undecided, Reach::Undecided),
            ("arn:aws:cloudfront::*:distribution/*", true, Reach::Anyone, Reach::Anyone),
            ("arn:aws:cloudfront::*:distribution/E1*", true, Reach::Anyone, Reach::Undecided),
            ("arn:aws:cloudfront::*:distribution/E1OWN", true, Reach::Own, Reach::Own),
            ("arn:*:cloudfront::*:distribution/*", true, Reach::Anyone, Reach::Anyone),
            ("arn:aws:*:*:*:*", true, Reach::Anyone, Reach::Anyone),
            ("arn:aws:cloudfront:*", true, Reach::Anyone, Reach::Anyone),
            ("*", true, Reach::Anyone, Reach::Anyone),
            ("*E1OWN", true, Reach::Undecided, Reach::Undecided),
            ("arn:aws:s3:::bucket/*", true, Reach::Others, Reach::Others),
            ("arn:aws:cloudfront::*:distribution/*", false, Reach::Others, Reach::Others),
            ("*", false, Reach::Others, Reach::Others),
        ] {
            let text = &Text::literal(text);
            assert_eq!(reach(text, wildcards, known), with_account, "{text:?}");
            let expected = if with_account == Reach::Anyone { Reach::Anyone } else { without };
            assert_eq!(reach(text, wildcards, unknown), expected, "{text:?}, of an unknown account");
        }
    }
}
