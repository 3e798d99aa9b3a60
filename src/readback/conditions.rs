//! The conditions of a statement: what they ask of `AWS:SourceArn` and `AWS:SourceAccount`, and what they come to for
//! requests over TLS, which are all that is modelled.
//!
//! All conditions of a statement must hold, of one of them any value is enough.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use super::source_arn::{Own, Reach, glob, reach};
use super::value::Text;
use crate::deployed::Source;

/// The conditions of one statement, read so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    arns: Option<Vec<Source>>,
    account: Option<Account>,
    never: bool,
}

/// What `AWS:SourceAccount` must be.
#[derive(Debug, Clone)]
struct Account {
    is_own: bool,
    shown: String,
}

/// What became of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Understood {
    Yes,
    /// The statement may or may not count.
    No,
}

/// The lowest version of TLS that browsers and CloudFront speak to S3.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html>
const LOWEST_TLS: f64 = 1.2;

impl Conditions {
    /// Reads one condition: the values of a key under an operator.
    pub(super) fn add(&mut self, operator: &str, key: &str, values: &[Text], own: Own<'_>) -> Understood {
        let found = if key.eq_ignore_ascii_case("aws:SourceArn") {
            self.source_arn(operator, values, own)
        } else if key.eq_ignore_ascii_case("aws:SourceAccount") {
            self.source_account(operator, values, own)
        } else if key.eq_ignore_ascii_case("aws:SecureTransport") {
            self.constant(secure_transport(operator, values))
        } else if key.eq_ignore_ascii_case("s3:TlsVersion") {
            self.constant(tls_version(operator, values))
        } else {
            None
        };
        if found.is_some() { Understood::Yes } else { Understood::No }
    }

    /// Whether no request over TLS meets the conditions, so that the statement counts for nothing.
    pub(super) fn never_hold(&self) -> bool {
        self.never
    }

    /// The sources of which each is enough.
    pub(super) fn sources(self) -> Vec<Source> {
        let arns = self.arns.unwrap_or_else(|| vec![Source::Any]);
        let Some(account) = self.account else { return arns };
        let other = || Source::Other(format!("a distribution of account {}", account.shown));
        let mut sources = Vec::new();
        for source in arns {
            sources.extend(match source {
                Source::Any if account.is_own => vec![Source::OwnDistribution, other()],
                Source::Any | Source::OwnDistribution if !account.is_own => vec![other()],
                source => vec![source],
            });
        }
        sources
    }

    fn source_arn(&mut self, operator: &str, values: &[Text], own: Own<'_>) -> Option<()> {
        let wildcards = wildcards(operator)?;
        if self.arns.is_some() || values.is_empty() {
            return None;
        }
        let (mut sources, mut undecided) = (Vec::new(), false);
        for value in values {
            let other = || Source::Other(value.shown());
            match reach(value, wildcards, own) {
                Reach::Own => sources.push(Source::OwnDistribution),
                Reach::OwnAccount => sources.extend([Source::OwnDistribution, other()]),
                Reach::Anyone => sources.push(Source::Any),
                Reach::Others => sources.push(other()),
                Reach::Undecided => {
                    undecided = true;
                    sources.push(other());
                }
            }
        }
        if sources.contains(&Source::Any) {
            (sources, undecided) = (vec![Source::Any], false);
        }
        self.arns = Some(sources);
        (!undecided).then_some(())
    }

    /// That CloudFront sends `AWS:SourceAccount` with its requests to S3 is UNCONFIRMED; the account is taken for the
    /// bucket's own unless that is known to be another.
    fn source_account(&mut self, operator: &str, values: &[Text], own: Own<'_>) -> Option<()> {
        let wildcards = wildcards(operator).filter(|_| !operator.starts_with("Arn"))?;
        if self.account.is_some() || values.is_empty() {
            return None;
        }
        let is_pattern = |value: &Text| wildcards && value.raw().contains(['*', '?']);
        if values.iter().any(|value| is_pattern(value) && value.as_literal() == Some("*")) {
            return Some(());
        }
        if values.iter().any(is_pattern) {
            return None;
        }
        let is_own =
            own.accounts.is_empty() || values.iter().any(|v| own.accounts.iter().any(|a| glob(a.raw(), v.raw())));
        let shown = values.iter().map(Text::shown).collect::<Vec<_>>().join(", ");
        self.account = Some(Account { is_own, shown });
        Some(())
    }

    fn constant(&mut self, holds: Option<bool>) -> Option<()> {
        self.never |= !holds?;
        Some(())
    }
}

/// Whether `*` and `?` are more than characters under an operator that asks for equality. `ArnEquals` and `ArnLike` do
/// the same.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
fn wildcards(operator: &str) -> Option<bool> {
    match operator {
        "StringEquals" | "StringEqualsIgnoreCase" => Some(false),
        "ArnEquals" | "ArnLike" | "StringLike" => Some(true),
        _ => None,
    }
}

/// Whether requests over TLS meet it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport>
fn secure_transport(operator: &str, values: &[Text]) -> Option<bool> {
    // The key is there in every request, so that `IfExists` changes nothing.
    if !["Bool", "BoolIfExists"].contains(&operator) {
        return None;
    }
    match values {
        [value] if value.as_literal()?.eq_ignore_ascii_case("false") => Some(false),
        [value] if value.as_literal()?.eq_ignore_ascii_case("true") => Some(true),
        _ => None,
    }
}

/// Whether all requests meet it, or none. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html>
fn tls_version(operator: &str, values: &[Text]) -> Option<bool> {
    let [value] = values else { return None };
    let version: f64 = value.as_literal()?.parse().ok()?;
    match operator {
        "NumericLessThan" if version <= LOWEST_TLS => Some(false),
        "NumericLessThanEquals" if version < LOWEST_TLS => Some(false),
        "NumericGreaterThanEquals" if version <= LOWEST_TLS => Some(true),
        "NumericGreaterThan" if version < LOWEST_TLS => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANYONE: &str = "arn:aws:cloudfront::*:distribution/*";
    const OF_ACCOUNT: &str = "a distribution of account 111122223333";

    /// What conditions come to for the distribution `E1OWN` of the account `111122223333`.
    #[test]
    fn conditions_come_to_sources() {
        let ids = [Text::literal("E1OWN")];
        let accounts = [Text::literal("111122223333")];
        let own = Own { ids: &ids, arns: &[], accounts: &accounts, partition: None };
        let other = |text: &str| Source::Other(text.to_owned());
        let by = |conditions: &[(&str, &str, &str)]| {
            let mut all = Conditions::default();
            let understood = conditions.iter().all(|(operator, key, value)| {
                let values: Vec<Text> = value.split(' ').map(Text::literal).collect();
                all.add(operator, key, &values, own) == Understood::Yes
            });
            (understood, !all.never_hold(), all.sources())
        };
        let (arn, account) = ("AWS:SourceArn", "aws:SourceAccount");
        for (conditions, understood, counts, sources) in [
            (vec![], true, true, vec![Source::Any]),
            (vec![("StringLike", arn, ANYONE)], true, true, vec![Source::Any]),
            (vec![("StringEquals", arn, ANYONE)], true, true, vec![other(ANYONE)]),
            (vec![("StringNotLike", arn, ANYONE)], false, true, vec![Source::Any]),
            (
                vec![("StringEquals", account, "111122223333")],
                true,
                true,
                vec![Source::OwnDistribution, other(OF_ACCOUNT)],
            ),
            (
                vec![("StringEquals", account, "999900000000")],
                true,
                true,
                vec![other("a distribution of account 999900000000")],
            ),
            (vec![("StringLike", account, "*")], true, true, vec![Source::Any]),
            (vec![("StringLike", account, "1*")], false, true, vec![Source::Any]),
            (
                vec![("ArnLike", arn, ANYONE), ("StringEquals", account, "111122223333")],
                true,
                true,
                vec![Source::OwnDistribution, other(OF_ACCOUNT)],
            ),
            (vec![("ArnLike", arn, "* arn:aws:cloudfront::1:distribution/E")], true, true, vec![Source::Any]),
            (vec![("Bool", "aws:SecureTransport", "false")], true, false, vec![Source::Any]),
            (vec![("Bool", "AWS:SecureTransport", "true")], true, true, vec![Source::Any]),
            (vec![("Null", "aws:SecureTransport", "true")], false, true, vec![Source::Any]),
            (vec![("NumericLessThan", "s3:TlsVersion", "1.2")], true, false, vec![Source::Any]),
            (vec![("NumericLessThan", "s3:TlsVersion", "1.3")], false, true, vec![Source::Any]),
            (vec![("IpAddress", "aws:SourceIp", "10.0.0.0/8")], false, true, vec![Source::Any]),
        ] {
            assert_eq!(by(&conditions), (understood, counts, sources), "{conditions:?}");
        }
    }
}
