//! Statements of the policy of a bucket or a key.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use super::super::conditions::{Conditions, Understood};
use super::super::notes::Notes;
use super::super::source_arn::{Own, arn, is_partition};
use super::super::value::{At, Kind, Text, Value};
use super::members::{Members, Spelling, plain_list, refuse, text};
use crate::aws::partition::Partition;
use crate::deployed::{Bucket, Principal, Resource, Source, Statement};
use crate::diagnostic::shown;

/// Whose policy it is.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Owner<'a> {
    /// What the bucket may be called behind `arn:PARTITION:s3:::`; none for a key's policy.
    pub(in super::super) buckets: &'a [Text],
    /// What the bucket's whole ARN may be.
    pub(in super::super) bucket_arns: &'a [Text],
    /// The key's ARN, when this is its policy.
    pub(in super::super) key: Option<&'a [Text]>,
    /// What the distribution in front may be called behind `distribution/`.
    pub(in super::super) distributions: &'a [Text],
    /// What its account may be called; any, when there is none.
    pub(in super::super) accounts: &'a [Text],
    /// The partition, when it is known.
    pub(in super::super) partition: Option<&'a str>,
}

/// What the bucket, the key and the distribution of one asset are called in its statements, in files that tell all of
/// them.
pub(in super::super) struct OwnNames {
    buckets: Vec<Text>,
    keys: Vec<Text>,
    distributions: Vec<Text>,
    accounts: Vec<Text>,
    partition: Option<&'static str>,
}

impl OwnNames {
    /// The names of a bucket, with what its distribution and that one's account may be called.
    pub(in super::super) fn new(bucket: &Bucket, distribution: Text, accounts: Vec<Text>) -> Self {
        let texts = |text: Option<&str>| text.map(Text::literal).into_iter().collect();
        Self {
            buckets: texts(bucket.name.as_deref()),
            keys: texts(bucket.kms_key.as_deref()),
            distributions: vec![distribution],
            accounts,
            partition: bucket.region.as_deref().map(|region| Partition::of_region(region).arn()),
        }
    }

    /// Whether this is a name of the bucket.
    pub(in super::super) fn is_bucket(&self, name: &Text) -> bool {
        self.buckets.contains(name)
    }

    /// Whose policy the bucket's is.
    pub(in super::super) fn of_bucket(&self) -> Owner<'_> {
        Owner {
            buckets: &self.buckets,
            bucket_arns: &[],
            key: None,
            distributions: &self.distributions,
            accounts: &self.accounts,
            partition: self.partition,
        }
    }

    /// Whose policy the key's is.
    pub(in super::super) fn of_key(&self) -> Owner<'_> {
        Owner { buckets: &[], key: Some(&self.keys), ..self.of_bucket() }
    }
}

impl<'a> Owner<'a> {
    /// What the distribution in front may be called.
    fn distribution(&self) -> Own<'a> {
        Own { ids: self.distributions, arns: &[], accounts: self.accounts, partition: self.partition }
    }
}

/// The statements of a list, or of one on its own.
pub(in super::super) fn statements(
    notes: &mut Notes,
    value: &Value,
    owner: Owner<'_>,
    spelling: Spelling,
) -> Vec<Statement> {
    let list = match &value.kind {
        Kind::Map(_) => vec![value],
        _ => plain_list(notes, value, "Statement"),
    };
    list.into_iter().flat_map(|value| statement(notes, value, owner, spelling)).collect()
}

/// One statement; several when it names several principals or sources, of which each is enough.
fn statement(notes: &mut Notes, value: &Value, owner: Owner<'_>, spelling: Spelling) -> Vec<Statement> {
    let mut members = Members::of(notes, value, "Statement", spelling);
    let sid = members.shown(notes, "Sid");
    let mut other_conditions = Vec::new();
    let allows = match members.take("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => {
            notes.unknown(value.at, "`Effect` is neither `Allow` nor `Deny`");
            other_conditions.push("an `Effect` that is not known".to_owned());
            true
        }
    };
    let principals = match (members.take("Principal"), members.take("NotPrincipal")) {
        (Some(value), _) => principals(notes, value, &mut other_conditions),
        (None, not) => {
            negated(notes, "NotPrincipal", not.map_or(value.at, |not| not.at), &mut other_conditions);
            vec![Principal::Anyone]
        }
    };
    let has_say = principals.iter().any(|principal| !matches!(principal, Principal::Other(_)));
    let conditions = members.take("Condition").map_or_else(Conditions::default, |value| {
        conditions_of(notes, value, owner, spelling, has_say, &mut other_conditions)
    });
    if conditions.never_hold() {
        return Vec::new();
    }
    let sources = conditions.sources();
    let actions = match (members.take("Action"), members.take("NotAction")) {
        (Some(value), _) => texts(notes, value, "Action").into_iter().map(|(text, _)| text.shown()).collect(),
        (None, not) => {
            negated(notes, "NotAction", not.map_or(value.at, |not| not.at), &mut other_conditions);
            vec!["*".to_owned()]
        }
    };
    let resources = match (members.take("Resource"), members.take("NotResource")) {
        (Some(value), _) => resources(notes, value, owner, &mut other_conditions),
        (None, not) => {
            negated(notes, "NotResource", not.map_or(value.at, |not| not.at), &mut other_conditions);
            everything(owner)
        }
    };
    members.finish_with(notes, |key| {
        other_conditions.push(format!("`{}`, which is not known here", shown(key)));
        None
    });
    let (mut principals, mut sources) = (principals, sources);
    let times = principals.len() * sources.len();
    if times > 1 && !notes.may_copy(value.size().saturating_mul(times)) {
        notes.unknown(value.at, "more principals and sources than are read");
        other_conditions.push("more principals and sources than are read".to_owned());
        (principals, sources) = (vec![Principal::Anyone], vec![Source::Any]);
    }
    let mut statements = Vec::new();
    for principal in &principals {
        for source in &sources {
            statements.push(Statement {
                sid: sid.clone(),
                allows,
                principal: principal.clone(),
                actions: actions.clone(),
                resources: resources.clone(),
                source: source.clone(),
                other_conditions: other_conditions.clone(),
                site: notes.site(value.at),
            });
        }
    }
    statements
}

/// The statement may be about anything, and nobody here can tell.
fn negated(notes: &mut Notes, key: &str, at: At, other_conditions: &mut Vec<String>) {
    notes.unknown(at, format!("`{key}` is not understood here"));
    other_conditions.push(format!("`{key}`"));
}

/// A text or a list of texts, each with its place.
fn texts<'v>(notes: &mut Notes, value: &'v Value, what: &str) -> Vec<(&'v Text, At)> {
    match &value.kind {
        Kind::Text(text) => vec![(text, value.at)],
        Kind::List(items) => {
            items.iter().filter_map(|item| text(notes, item, what).map(|text| (text, item.at))).collect()
        }
        _ => {
            refuse(notes, value, what, "a text or a list of texts");
            Vec::new()
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn principals(notes: &mut Notes, value: &Value, other_conditions: &mut Vec<String>) -> Vec<Principal> {
    let mut found = Vec::new();
    match &value.kind {
        Kind::Text(text) if text.as_literal() == Some("*") => found.push(Principal::Anyone),
        Kind::Map(members) => {
            for member in members {
                for (text, _) in texts(notes, &member.value, &member.key) {
                    found.push(match (member.key.as_str(), text.as_literal()) {
                        ("Service", Some("cloudfront.amazonaws.com")) => Principal::CloudFront,
                        ("AWS", Some("*")) => Principal::Anyone,
                        (kind, _) => Principal::Other(format!("{kind} {}", text.shown())),
                    });
                }
            }
        }
        _ => refuse(notes, value, "Principal", "`*` or a mapping"),
    }
    if found.is_empty() {
        notes.unknown(value.at, "`Principal` names nobody that is known here");
        other_conditions.push("a `Principal` that is not known".to_owned());
        found.push(Principal::Anyone);
    }
    found
}

fn everything(owner: Owner<'_>) -> Vec<Resource> {
    if owner.key.is_some() { vec![Resource::Key] } else { vec![Resource::Objects, Resource::Bucket] }
}

fn resources(notes: &mut Notes, value: &Value, owner: Owner<'_>, other_conditions: &mut Vec<String>) -> Vec<Resource> {
    let mut found = Vec::new();
    for (text, at) in texts(notes, value, "Resource") {
        if text.as_literal() == Some("*") {
            found.extend(everything(owner));
        } else if let Some(keys) = owner.key {
            let is_this = keys.contains(text);
            found.push(if is_this { Resource::Key } else { Resource::Other(text.shown()) });
        } else if let Some(inside) = inside_bucket(text, owner) {
            found.extend(of_bucket(&inside));
        } else {
            if may_be_any_bucket(text) {
                notes.unknown(at, format!("`Resource` is `{}`, which may be this bucket", shown(&text.shown())));
                other_conditions.push(format!("a `Resource` that is not known: `{}`", shown(&text.shown())));
            }
            found.push(Resource::Other(text.shown()));
        }
    }
    found.dedup();
    found
}

/// Whether a resource that is not this bucket by its name may be it all the same: the name is a pattern, or not known.
/// An attribute of a resource (`${Other.Arn}`) is one of another bucket.
fn may_be_any_bucket(text: &Text) -> bool {
    let rest = arn(text).map_or_else(|| text.clone(), |[.., rest]| rest);
    let name = rest.split_once('/').map_or(rest, |(name, _)| name);
    match (name.as_literal(), name.as_reference()) {
        (Some(name), _) => name.contains(['*', '?']),
        (None, Some(reference)) => !reference.contains('.'),
        (None, None) => true,
    }
}

/// What stands behind the bucket's ARN.
fn inside_bucket(text: &Text, owner: Owner<'_>) -> Option<Text> {
    if let Some(rest) = owner.bucket_arns.iter().find_map(|arn| text.strip_prefix(arn)) {
        return Some(rest);
    }
    let [partition, service, region, account, rest] = arn(text)?;
    let fits = is_partition(&partition, owner.partition)
        && service.as_literal() == Some("s3")
        && region.is_empty()
        && account.is_empty();
    let mut inside = owner.buckets.iter().filter_map(|bucket| rest.strip_prefix(bucket));
    inside.find(|inside| fits && starts_outside_name(inside))
}

fn starts_outside_name(inside: &Text) -> bool {
    inside.as_literal().is_none_or(|text| text.is_empty() || text.starts_with(['/', '*']))
}

fn of_bucket(inside: &Text) -> Vec<Resource> {
    let inside = inside.shown();
    match inside.strip_prefix('/') {
        None if inside.is_empty() => vec![Resource::Bucket],
        // `BUCKET*` is the bucket, and all that is in it.
        None => vec![Resource::Objects, Resource::Bucket],
        Some("*") => vec![Resource::Objects],
        Some(keys) => vec![Resource::ObjectsLike(keys.to_owned())],
    }
}

/// What the conditions of a statement come to. What is not understood of them is told when the statement is about
/// anybody whose requests are modelled.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
fn conditions_of(
    notes: &mut Notes,
    value: &Value,
    owner: Owner<'_>,
    spelling: Spelling,
    has_say: bool,
    other_conditions: &mut Vec<String>,
) -> Conditions {
    let mut conditions = Conditions::default();
    let mut operators = Members::of(notes, value, "Condition", spelling);
    let operators = operators.take_rest();
    if operators.is_empty() && !matches!(value.kind, Kind::Map(_)) {
        other_conditions.push("a `Condition` that is not known".to_owned());
    }
    let own = owner.distribution();
    for operator in operators {
        let mut keys = Members::of(notes, &operator.value, &operator.key, spelling);
        let keys = keys.take_rest();
        if keys.is_empty() {
            other_conditions.push(format!("`{}`", shown(&operator.key)));
        }
        for key in keys {
            let understood = match scalars(&key.value) {
                Some(values) => conditions.add(&operator.key, &key.key, &values, own),
                None => Understood::No,
            };
            if understood == Understood::No {
                let what = format!("`{}` on `{}`", shown(&operator.key), shown(&key.key));
                if has_say {
                    notes.unknown(key.at, format!("the condition {what} is not understood here"));
                }
                other_conditions.push(what);
            }
        }
    }
    conditions
}

/// A scalar or a list of scalars, as texts; `None` when it is something else.
fn scalars(value: &Value) -> Option<Vec<Text>> {
    let items = if let Kind::List(items) = &value.kind { items.as_slice() } else { std::slice::from_ref(value) };
    let scalar = |item: &Value| match &item.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Bool(value) => Some(Text::literal(&value.to_string())),
        Kind::Integer(value) => Some(Text::literal(&value.to_string())),
        Kind::Float(value) => Some(Text::literal(&value.to_string())),
        _ => None,
    };
    items.iter().map(scalar).collect()
}
