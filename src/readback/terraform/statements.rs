//! Statements of the policies of buckets and keys: from `aws_iam_policy_document`, and from JSON.

use super::super::conditions::{Conditions, Understood};
use super::super::source_arn::Own;
use super::super::value::Text;
use super::super::{Place, Unknown};
use super::fields::{Fields, Problems};
use super::instances::Instance;
use super::policies::fields;
use super::value::Value;
use crate::aws::partition::Partition;
use crate::deployed::{Principal, Resource, Site, Statement};
use std::collections::BTreeMap;

/// The bucket whose policy, or the policy of whose key, is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Subject {
    /// The bucket's name.
    pub(super) bucket: Option<String>,
    /// What else its ARN may be called where it is not known yet.
    pub(super) bucket_arn: Option<String>,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) kms_key: Option<String>,
    /// Whether it is the key's policy.
    pub(super) of_key: bool,
    /// The id of the distribution in front of the bucket.
    pub(super) distribution: Option<String>,
    /// What this id is called where it is not known yet.
    pub(super) distribution_ref: Option<String>,
    /// The ARN of the distribution, or what it is called where it is not known yet.
    pub(super) distribution_arn: Option<String>,
}

/// `data.aws_iam_policy_document`; no statements when something of them was not understood but their conditions.
pub(super) fn document(instance: &Instance, subject: &Subject) -> (Option<Vec<Statement>>, Problems) {
    let mut fields = fields(instance);
    let mut statements = Vec::new();
    for mut statement in fields.blocks("statement") {
        let effect = statement.text("effect").unwrap_or_else(|| "Allow".to_owned());
        let sid = statement.text("sid").filter(|sid| !sid.is_empty());
        let actions = statement.texts("actions");
        let resources = spelled(&mut statement, "resources");
        let mut principals = Vec::new();
        for mut block in statement.blocks("principals") {
            let kind = block.text("type").unwrap_or_default();
            let identifiers = spelled(&mut block, "identifiers");
            principals.extend(identifiers.iter().map(|identifier| principal(&kind, identifier)));
            statement.problems.append(&mut block.finish(&[]));
        }
        let mut conditions = Told::default();
        for mut block in statement.blocks("condition") {
            let (test, variable) = (block.text("test").unwrap_or_default(), block.text("variable").unwrap_or_default());
            let values = spelled(&mut block, "values");
            conditions.add(&test, &variable, &values, subject);
            statement.problems.append(&mut block.finish(&[]));
        }
        let allows = effect == "Allow";
        if !allows && effect != "Deny" {
            statement.problem(&format!("`{effect}` is not an effect"));
        }
        let resources = resources.iter().flat_map(|text| resource(text, subject)).collect();
        let site = statement.site();
        append(&mut statements, Parts { sid, allows, principals, actions, resources, conditions, site });
        fields.problems.append(&mut statement.finish(&[]));
    }
    let no_say = ["id", "json", "minified_json", "version", "policy_id"];
    with_doubts(statements, fields.finish(&no_say), &instance.address, &instance.place)
}

/// A policy as JSON; no statements when something of them was not understood but their conditions.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(super) fn json(text: &str, of: &str, place: &Place, subject: &Subject) -> (Option<Vec<Statement>>, Problems) {
    let nothing = Value::map(BTreeMap::new()).unwrap_or(Value::Null);
    let mut problems = Fields::new(of.to_owned(), place, &nothing);
    let mut statements = Vec::new();
    let Ok(policy) = serde_json::from_str::<serde_json::Value>(text) else {
        problems.problem("the policy is not JSON");
        return (None, problems.problems);
    };
    let listed = policy.get("Statement").map(one_or_many).unwrap_or_default();
    for (index, statement) in listed.into_iter().enumerate() {
        let Some(members) = statement.as_object() else {
            problems.problem("a statement is not an object");
            continue;
        };
        let texts = |name: &str| members.get(name).map(one_or_many).unwrap_or_default();
        let texts = |name: &str| texts(name).into_iter().filter_map(|text| text.as_str()).map(str::to_owned).collect();
        let mut conditions = Told::default();
        let operators = members.get("Condition").and_then(serde_json::Value::as_object);
        for (test, variables) in operators.into_iter().flatten() {
            for (variable, values) in variables.as_object().into_iter().flatten() {
                let values: Vec<String> = one_or_many(values).into_iter().map(scalar).collect();
                conditions.add(test, variable, &values, subject);
            }
        }
        for name in members.keys() {
            if !["Sid", "Effect", "Principal", "Action", "Resource", "Condition"].contains(&name.as_str()) {
                problems.problem(&format!("`{name}` of a statement is not modelled"));
            }
        }
        let principals = match members.get("Principal") {
            Some(serde_json::Value::String(text)) => vec![principal("*", text)],
            Some(serde_json::Value::Object(kinds)) => kinds
                .iter()
                .flat_map(|(kind, list)| one_or_many(list).into_iter().map(|one| principal(kind, &scalar(one))))
                .collect(),
            _ => Vec::new(),
        };
        let resources: Vec<String> = texts("Resource");
        let parts = Parts {
            sid: members.get("Sid").and_then(|sid| sid.as_str()).map(str::to_owned),
            allows: members.get("Effect").and_then(|effect| effect.as_str()) == Some("Allow"),
            principals,
            actions: texts("Action"),
            resources: resources.iter().flat_map(|text| resource(text, subject)).collect(),
            conditions,
            site: Site::resource(of, vec![("policy".to_owned(), 0), ("Statement".to_owned(), index)]),
        };
        append(&mut statements, parts);
    }
    with_doubts(statements, problems.problems, of, place)
}

/// The statements, when all of them was understood, and what is not known of their conditions, when they are about
/// anybody whose requests are modelled.
fn with_doubts(
    statements: Vec<Statement>,
    mut problems: Problems,
    of: &str,
    place: &Place,
) -> (Option<Vec<Statement>>, Problems) {
    let told = problems.is_empty();
    let has_say = |statement: &&Statement| !matches!(statement.principal, Principal::Other(_));
    for condition in statements.iter().filter(has_say).flat_map(|statement| &statement.other_conditions) {
        let what = format!("the condition {condition} is not understood here, in `{of}`");
        problems.push(Unknown::new(place.clone(), what));
    }
    problems.dedup();
    (told.then_some(statements), problems)
}

fn one_or_many(value: &serde_json::Value) -> Vec<&serde_json::Value> {
    match value {
        serde_json::Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn scalar(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The texts of a list, also those of which only AWS can tell a part.
fn spelled(fields: &mut Fields<'_>, name: &'static str) -> Vec<String> {
    let value = fields.value(name);
    let Some(items) = value.items() else {
        return fields.all_texts(name, value);
    };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        match item.spelled() {
            Some(text) => texts.push(text),
            None => fields.refuse(name, item),
        }
    }
    texts
}

struct Parts {
    sid: Option<String>,
    allows: bool,
    principals: Vec<Principal>,
    actions: Vec<String>,
    resources: Vec<Resource>,
    conditions: Told,
    site: Site,
}

/// One statement for each principal and each source: they are alternatives.
fn append(statements: &mut Vec<Statement>, parts: Parts) {
    let mut principals = parts.principals;
    principals.dedup();
    if principals.is_empty() {
        principals.push(Principal::Other("nobody".to_owned()));
    }
    if parts.conditions.known.never_hold() {
        return;
    }
    let sources = parts.conditions.known.sources();
    for principal in &principals {
        statements.extend(sources.iter().map(|source| Statement {
            sid: parts.sid.clone(),
            allows: parts.allows,
            principal: principal.clone(),
            actions: parts.actions.clone(),
            resources: parts.resources.clone(),
            source: source.clone(),
            other_conditions: parts.conditions.others.clone(),
            site: parts.site.clone(),
        }));
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn principal(kind: &str, identifier: &str) -> Principal {
    match (kind, identifier) {
        ("Service", "cloudfront.amazonaws.com") => Principal::CloudFront,
        ("*" | "AWS", "*") => Principal::Anyone,
        _ => Principal::Other(format!("{kind} {identifier}")),
    }
}

/// What a resource stands for.
fn resource(text: &str, subject: &Subject) -> Vec<Resource> {
    if subject.of_key {
        let own = text == "*" || subject.kms_key.as_deref() == Some(text);
        return vec![if own { Resource::Key } else { Resource::Other(text.to_owned()) }];
    }
    if text == "*" {
        return vec![Resource::Objects, Resource::Bucket];
    }
    // A bucket is in one partition: where the region is not told, an ARN of it says which.
    let is_of = |partition: &str| {
        subject.region.as_deref().is_none_or(|region| Partition::of_region(region).arn() == partition)
    };
    let by_name = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":s3:::"));
    let by_name = by_name.filter(|(partition, _)| is_of(partition));
    let rest = by_name.zip(subject.bucket.as_deref()).and_then(|((_, rest), bucket)| rest.strip_prefix(bucket));
    let rest = rest.or_else(|| text.strip_prefix(subject.bucket_arn.as_deref()?));
    vec![match rest {
        Some("") => Resource::Bucket,
        Some("/*") => Resource::Objects,
        Some("*") => return vec![Resource::Objects, Resource::Bucket],
        rest => match rest.and_then(|rest| rest.strip_prefix('/')) {
            Some(key) => Resource::ObjectsLike(key.to_owned()),
            None => Resource::Other(text.to_owned()),
        },
    }]
}

/// The conditions of a statement, and those that are not understood, in words.
#[derive(Default)]
struct Told {
    known: Conditions,
    others: Vec<String>,
}

impl Told {
    fn add(&mut self, test: &str, variable: &str, values: &[String], subject: &Subject) {
        let texts =
            |list: &[&Option<String>]| list.iter().filter_map(|text| Some(Text::literal(text.as_deref()?))).collect();
        let ids: Vec<Text> = texts(&[&subject.distribution, &subject.distribution_ref]);
        let arns: Vec<Text> = texts(&[&subject.distribution_arn]);
        let accounts: Vec<Text> = texts(&[&subject.account]);
        let partition = subject.region.as_deref().map(|region| Partition::of_region(region).arn());
        let own = Own { ids: &ids, arns: &arns, accounts: &accounts, partition };
        let values: Vec<Text> = values.iter().map(|value| Text::literal(value)).collect();
        if self.known.add(test, variable, &values, own) == Understood::No {
            self.others.push(format!("`{test}` on `{variable}`"));
        }
    }
}

/// A value that stands for a document.
pub(super) fn is_document(value: &Value) -> Option<&str> {
    match value {
        Value::Attribute(attribute) if attribute.name == "json" || attribute.name == "minified_json" => {
            Some(&attribute.address)
        }
        _ => None,
    }
}
