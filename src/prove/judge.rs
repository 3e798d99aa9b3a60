//! Whether what became of a request is what it is granted.

use super::{About, Kind};
use crate::fetch::HeaderName;
use crate::intent::permits::{Granted, Permission};
use crate::simulate::signed::MISSING_KEY;
use crate::simulate::{Decision, Exchange, Outcome, Party};
use std::collections::BTreeSet;

/// A difference between what was granted and what became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    pub(super) about: About,
    /// What the intent says.
    pub(super) expected: String,
    /// What happens.
    pub(super) actual: String,
}

/// What became of a request, in the eyes of the intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    /// As it was granted.
    Right,
    /// Too much or too little.
    Wrong(Failure),
    /// Something has a say that is not modelled.
    Unknown(String),
}

/// Judges one outcome.
pub(super) fn judge(permission: &Permission, outcome: &Outcome) -> Judgement {
    let verdict = &outcome.verdict;
    if verdict.decision == Decision::Unknown {
        return Judgement::Unknown(verdict.message.clone());
    }
    let readable = verdict.decision == Decision::Readable;
    let last = outcome.exchanges.last();
    // What CloudFront makes itself (an error, a redirect) carries nothing of the asset.
    let is_of_asset = last.is_some_and(|exchange| matches!(exchange.response.by, Party::S3 | Party::Server));
    let failure = match permission {
        Permission::Denied if readable && is_of_asset => {
            Some(over(About::Response, "blocked: nobody grants it", "readable"))
        }
        Permission::Granted(_) if !readable => Some(under(About::Response, "readable", "blocked")),
        Permission::Granted(granted) => {
            refused(last).or_else(|| exposure(granted, true, outcome)).or_else(|| age(granted, outcome))
        }
        Permission::Elsewhere(granted) if readable && is_of_asset => exposure(granted, false, outcome),
        Permission::Denied | Permission::Elsewhere(_) => None,
    };
    failure.map_or(Judgement::Right, Judgement::Wrong)
}

fn over(about: About, expected: impl Into<String>, actual: impl Into<String>) -> Failure {
    Failure { kind: Kind::OverGrant, about, expected: expected.into(), actual: actual.into() }
}

fn under(about: About, expected: impl Into<String>, actual: impl Into<String>) -> Failure {
    Failure { kind: Kind::UnderGrant, about, expected: expected.into(), actual: actual.into() }
}

/// A response that the page can read, and that says that the distribution may not have the object.
fn refused(last: Option<&Exchange>) -> Option<Failure> {
    let last = last?;
    // What the object of `/` is, a distribution's default root object says.
    let error = last.response.error.as_ref().filter(|_| last.request.url.path != "/")?;
    let expected = "the object";
    if error.code == MISSING_KEY {
        return Some(under(About::Access, expected, "403 `MissingKey`: CloudFront asks for a signature"));
    }
    (error.code == "AccessDenied")
        .then(|| under(About::Access, expected, "403 `AccessDenied`: the bucket does not let the distribution in"))
}

/// What the page can read of the headers.
fn exposure(granted: &Granted, is_promised: bool, outcome: &Outcome) -> Option<Failure> {
    let exposed: BTreeSet<&str> = outcome.exposed_headers.iter().map(String::as_str).collect();
    let names = |set: &BTreeSet<HeaderName>| {
        if set.is_empty() { "no header".to_owned() } else { list(set.iter().map(HeaderName::as_str)) }
    };
    if let Some(more) = exposed.iter().find(|name| !granted.may_expose.iter().any(|h| h.as_str() == **name)) {
        return Some(over(
            About::ExposedHeaders,
            format!("exposes {}", names(&granted.may_expose)),
            format!("exposes `{more}` as well"),
        ));
    }
    let missing = granted.exposed.iter().find(|h| {
        let name = h.as_str();
        !exposed.contains(name) && !crate::fetch::header::is_cors_safelisted_response_header_name(name)
    });
    missing.filter(|_| is_promised).map(|missing| {
        under(
            About::ExposedHeaders,
            format!("exposes {}", names(&granted.exposed)),
            format!("`{}` is not readable", missing.as_str()),
        )
    })
}

/// For how long the preflight may be remembered.
fn age(granted: &Granted, outcome: &Outcome) -> Option<Failure> {
    let age = outcome.preflight_max_age?;
    let (most, least) = (u64::from(granted.max_age), u64::from(granted.least_max_age));
    let expected = format!("the preflight is remembered for {most} s");
    if age > most {
        Some(over(About::PreflightAge, expected, format!("{age} s")))
    } else if age < least {
        Some(under(About::PreflightAge, expected, format!("{age} s")))
    } else {
        None
    }
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
