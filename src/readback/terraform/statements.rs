//! Statements of the policies of buckets and keys: from `aws_iam_policy_document`, and from JSON.

use super::super::Place;
use super::fields::{Fields, Problems};
use super::instances::Instance;
use super::policies::fields;
use super::value::Value;
use crate::aws::partition::Partition;
use crate::deployed::{Principal, Resource, Source, Statement};
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
    /// What the ARN of the distribution is called where it is not known yet.
    pub(super) distribution_arn: Option<String>,
}

/// `data.aws_iam_policy_document`
pub(super) fn document(instance: &Instance, subject: &Subject) -> (Vec<Statement>, Problems) {
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
        let mut conditions = Conditions::default();
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
        append(&mut statements, Parts { sid, allows, principals, actions, resources, conditions });
        fields.problems.append(&mut statement.finish(&[]));
    }
    let no_say = ["id", "json", "minified_json", "version", "policy_id"];
    (statements, fields.finish(&no_say))
}

/// A policy as JSON. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(super) fn json(text: &str, of: &str, place: &Place, subject: &Subject) -> (Vec<Statement>, Problems) {
    let nothing = Value::map(BTreeMap::new()).unwrap_or(Value::Null);
    let mut problems = Fields::new(of.to_owned(), place, &nothing);
    let mut statements = Vec::new();
    let Ok(policy) = serde_json::from_str::<serde_json::Value>(text) else {
        problems.problem("the policy is not JSON");
        return (statements, problems.problems);
    };
    let listed = policy.get("Statement").map(one_or_many).unwrap_or_default();
    for statement in listed {
        let Some(members) = statement.as_object() else {
            problems.problem("a statement is not an object");
            continue;
        };
        let texts = |name: &str| members.get(name).map(one_or_many).unwrap_or_default();
        let texts = |name: &str| texts(name).into_iter().filter_map(|text| text.as_str()).map(str::to_owned).collect();
        let mut conditions = Conditions::default();
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
        };
        append(&mut statements, parts);
    }
    (statements, problems.problems)
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
    conditions: Conditions,
}

/// One statement for each principal: they are alternatives.
fn append(statements: &mut Vec<Statement>, parts: Parts) {
    let mut principals = parts.principals;
    principals.dedup();
    if principals.is_empty() {
        principals.push(Principal::Other("nobody".to_owned()));
    }
    statements.extend(principals.into_iter().map(|principal| Statement {
        sid: parts.sid.clone(),
        allows: parts.allows,
        principal,
        actions: parts.actions.clone(),
        resources: parts.resources.clone(),
        source: parts.conditions.source.clone().unwrap_or(Source::Any),
        other_conditions: parts.conditions.others.clone(),
    }));
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
    let partition = Partition::of_region(subject.region.as_deref().unwrap_or_default()).arn();
    let known = subject.bucket.as_ref().map(|bucket| format!("arn:{partition}:s3:::{bucket}"));
    let rest =
        [known.as_ref(), subject.bucket_arn.as_ref()].into_iter().flatten().find_map(|arn| text.strip_prefix(arn));
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

#[derive(Default)]
struct Conditions {
    source: Option<Source>,
    others: Vec<String>,
}

impl Conditions {
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    fn add(&mut self, test: &str, variable: &str, values: &[String], subject: &Subject) {
        let exact = ["StringEquals", "ArnEquals", "StringLike", "ArnLike"].contains(&test);
        if !exact || !variable.eq_ignore_ascii_case("aws:SourceArn") || self.source.is_some() {
            self.others.push(format!("{test} {variable} {}", values.join(", ")));
            return;
        }
        let own = !values.is_empty() && values.iter().all(|arn| is_own(arn, subject));
        self.source = Some(if own { Source::OwnDistribution } else { Source::Other(values.join(", ")) });
    }
}

/// Whether an ARN is that of the distribution in front of the bucket. Ids of distributions are unique in the world, so
/// an account that is only known to AWS does no harm, and a wrong one does.
fn is_own(arn: &str, subject: &Subject) -> bool {
    if subject.distribution_arn.as_deref() == Some(arn) {
        return true;
    }
    let Some(id) = &subject.distribution else { return false };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let partition = Partition::of_region(subject.region.as_deref().unwrap_or_default()).arn();
    let [_, _, _, _, account, _] = parts.as_slice() else { return false };
    let account_fits = subject.account.as_deref().is_none_or(|own| own == *account);
    account_fits && parts == ["arn", partition, "cloudfront", "", account, &format!("distribution/{id}")]
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
