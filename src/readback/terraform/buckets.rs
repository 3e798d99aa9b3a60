//! The buckets of a plan: what they are called, which resources are about which, and their rules and policies.

use super::super::{Place, Unknown};
use super::evaluate::unkeyed;
use super::fields::{Fields, Problems};
use super::instances::{Estate, Instance};
use super::policies::{COMPUTED, cors_rules, fields};
use super::statements::{self, Subject};
use super::value::{Attribute, Value};
use crate::deployed::{Bucket, CorsConfiguration, RuleOrder, Site, Statement};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the provider sends for a `max_age_seconds` that is not set: the separate resource as seen on the wire, inline
/// rules as in <https://github.com/hashicorp/terraform-provider-aws> (`internal/service/s3/bucket.go`).
const UNSET_AGE: Option<u64> = Some(0);

/// How many resources a reference to a bucket may go through.
const MAX_HOPS: u32 = 4;

/// A bucket: one of the plan's, by address, or somebody else's, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BucketRef {
    Planned(Rc<str>),
    Named(String),
}

/// All that is known of buckets.
#[derive(Debug)]
pub(super) struct Buckets<'e> {
    pub(super) estate: &'e Estate,
    place: &'e Place,
    by_name: BTreeMap<&'e str, &'e Rc<str>>,
}

/// The value of an argument.
pub(super) fn argument<'e>(instance: &'e Instance, name: &str) -> &'e Value {
    instance.body.members().and_then(|members| members.get(name)).unwrap_or(&Value::Null)
}

fn is_bucket(instance: &Instance) -> bool {
    instance.kind == "aws_s3_bucket" || instance.kind == "data.aws_s3_bucket"
}

impl<'e> Buckets<'e> {
    /// The buckets among the instances.
    pub(super) fn new(estate: &'e Estate, place: &'e Place) -> Self {
        let named = |(address, instance): (&'e Rc<str>, &'e Instance)| {
            let name = argument(instance, "bucket").as_str().or_else(|| argument(instance, "id").as_str());
            Some((name?, address))
        };
        let by_name = estate.iter().filter(|(_, instance)| is_bucket(instance)).filter_map(named).collect();
        Self { estate, place, by_name }
    }

    /// The instances of a kind that are about a bucket, by bucket; what is about none that can be told is a problem.
    pub(super) fn about(&self, kind: &'static str, problems: &mut Problems) -> BTreeMap<BucketRef, Vec<&'e Instance>> {
        let mut all: BTreeMap<BucketRef, Vec<&Instance>> = BTreeMap::new();
        for instance in self.estate.values().filter(|instance| instance.kind == kind) {
            match self.of(argument(instance, "bucket"), 0) {
                Some(bucket) => all.entry(bucket).or_default().push(instance),
                None => problems.push(self.problem(&format!("which bucket `{}` is about", instance.address))),
            }
        }
        all
    }

    /// The name of a bucket, where it is told.
    pub(super) fn name<'b>(&'b self, bucket: &'b BucketRef) -> Option<&'b str> {
        match bucket {
            BucketRef::Named(name) => Some(name),
            BucketRef::Planned(address) => argument(self.estate.get(address)?, "bucket").as_str(),
        }
    }

    /// The buckets of the plan.
    pub(super) fn planned(&self) -> impl Iterator<Item = (BucketRef, &'e Instance)> {
        let buckets = self.estate.iter().filter(|(_, instance)| is_bucket(instance));
        buckets.map(|(address, instance)| (BucketRef::Planned(address.clone()), instance))
    }

    /// A problem that only AWS can solve.
    pub(super) fn problem(&self, what: &str) -> Unknown {
        Unknown::new(self.place.clone(), format!("{what} is not told"))
    }

    /// The bucket that a value names.
    pub(super) fn of(&self, value: &Value, hops: u32) -> Option<BucketRef> {
        match value {
            Value::Text(name) if !name.is_empty() => Some(self.named(name)),
            Value::Attribute(attribute) if hops < MAX_HOPS => {
                let instance = self.estate.get(&attribute.address)?;
                if is_bucket(instance) {
                    return Some(BucketRef::Planned(attribute.address.clone()));
                }
                // Resources that are about a bucket have its name as their id.
                let about = instance.kind.starts_with("aws_s3_bucket_");
                about.then(|| self.of(argument(instance, "bucket"), hops + 1)).flatten()
            }
            _ => None,
        }
    }

    fn named(&self, name: &str) -> BucketRef {
        match self.by_name.get(name) {
            Some(&address) => BucketRef::Planned(address.clone()),
            None => BucketRef::Named(name.to_owned()),
        }
    }

    /// The bucket behind an origin; `None` when that is no bucket, and a problem when it cannot be told.
    pub(super) fn behind(&self, domain: &Value) -> Result<Option<BucketRef>, Unknown> {
        match domain {
            Value::Text(host) => Ok(bucket_of_host(host).map(|name| self.named(name))),
            Value::Attribute(attribute) => {
                match (self.of(domain, 0), attribute.name.as_str()) {
                    (Some(bucket), "bucket_regional_domain_name" | "bucket_domain_name") => Ok(Some(bucket)),
                    // A website's host name is an origin like any other server.
                    (Some(_), "website_endpoint" | "website_domain") => Ok(None),
                    // Another resource's host name: a load balancer, an API.
                    (None, name) if !name.is_empty() => Ok(None),
                    // A host name that is put together from a name.
                    _ => Err(self.problem("which host is behind an origin")),
                }
            }
            Value::Unknown(unknown) => Err((**unknown).clone()),
            _ => Err(self.problem("which host is behind an origin")),
        }
    }

    /// What is known of a bucket.
    pub(super) fn bucket(
        &self,
        bucket: &BucketRef,
        configurations: &[&Instance],
        policies: &[&Instance],
        subject: &mut Subject,
        problems: &mut Problems,
    ) -> Bucket {
        let mut out = Bucket::default();
        let mut inline = None;
        match bucket {
            BucketRef::Named(name) => out.name = Some(name.clone()),
            BucketRef::Planned(address) => {
                if let Some(instance) = self.estate.get(address) {
                    let text = |name: &str| argument(instance, name).as_str().filter(|text| !text.is_empty());
                    out.name = text("bucket").or_else(|| text("id")).map(str::to_owned);
                    out.region = text("bucket_region").or_else(|| text("region")).map(str::to_owned);
                    let arn = Attribute { address: address.clone(), name: "arn".to_owned() };
                    subject.bucket_arn = Some(text("arn").map_or_else(|| arn.spelled(), str::to_owned));
                    out.site = Site::resource(address, Vec::new());
                    inline = Some(instance);
                }
            }
        }
        subject.bucket.clone_from(&out.name);
        subject.region.clone_from(&out.region);
        out.cors = self.cors(inline, configurations, problems);
        out.policy = policy(inline, policies, self.estate, subject, problems);
        out
    }

    fn cors(
        &self,
        inline: Option<&Instance>,
        configurations: &[&Instance],
        problems: &mut Problems,
    ) -> Option<CorsConfiguration> {
        let mut rules = inline.map(|bucket| {
            let mut fields = fields(bucket);
            let rules = cors_rules(&mut fields, UNSET_AGE);
            problems.append(&mut fields.problems);
            rules
        });
        rules = rules.filter(|rules| !rules.is_empty());
        if let [_, second, ..] = configurations {
            problems.push(self.problem(&format!("which CORS configuration stands, beside `{}`", second.address)));
        }
        let Some(first) = configurations.first() else {
            return rules.map(|rules| CorsConfiguration { rules, order: RuleOrder::Kept });
        };
        let mut fields = fields(first);
        fields.value("bucket");
        let separate = cors_rules(&mut fields, UNSET_AGE);
        let no_say = [&COMPUTED[..], &["expected_bucket_owner", "region"]].concat();
        problems.append(&mut fields.finish(&no_say));
        // After a refresh the bucket shows the rules that the other resource wrote.
        let differ = rules.is_some_and(|rules| {
            rules.len() != separate.len() || !rules.iter().all(|rule| separate.iter().any(|other| same(rule, other)))
        });
        if differ {
            problems
                .push(self.problem(&format!("which rules stand: the bucket's own, or those of `{}`", first.address)));
        }
        Some(CorsConfiguration { rules: separate, order: RuleOrder::Any })
    }
}

/// Whether two rules say the same; an inline one has no id.
fn same(one: &crate::deployed::CorsRule, other: &crate::deployed::CorsRule) -> bool {
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    };
    sorted(&one.allowed_origins) == sorted(&other.allowed_origins)
        && sorted(&one.allowed_methods) == sorted(&other.allowed_methods)
        && sorted(&one.allowed_headers) == sorted(&other.allowed_headers)
        && sorted(&one.expose_headers) == sorted(&other.expose_headers)
        && one.max_age_seconds == other.max_age_seconds
}

/// The name in an S3 host: `NAME.s3.REGION.amazonaws.com`, `NAME.s3.amazonaws.com`, `NAME.s3-REGION.amazonaws.com`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
fn bucket_of_host(host: &str) -> Option<&str> {
    let (name, rest) = host.rsplit_once(".s3.").or_else(|| host.rsplit_once(".s3-"))?;
    let aws = rest.ends_with("amazonaws.com") || rest.ends_with("amazonaws.com.cn") || rest.ends_with("amazonaws.eu");
    (aws && !rest.starts_with("website")).then_some(name)
}

fn policy(
    inline: Option<&Instance>,
    policies: &[&Instance],
    estate: &Estate,
    subject: &Subject,
    problems: &mut Problems,
) -> Option<Vec<Statement>> {
    let (instance, value) = match (policies, inline) {
        ([], Some(bucket)) => match argument(bucket, "policy") {
            // A state shows an empty text for a bucket that has none.
            Value::Text(text) if text.is_empty() => return Some(Vec::new()),
            Value::Text(_) => (bucket, argument(bucket, "policy")),
            _ => return None,
        },
        ([], None) => return None,
        ([one, ..], _) => (*one, argument(one, "policy")),
    };
    if let [_, second, ..] = policies {
        let mut fields = fields(second);
        fields.problem("the bucket has another policy as well");
        problems.append(&mut fields.problems);
    }
    document(value, instance, estate, subject, problems)
}

/// The statements of a policy that an argument holds; `None`, and a problem, when they are not known.
pub(super) fn document(
    value: &Value,
    of: &Instance,
    estate: &Estate,
    subject: &Subject,
    problems: &mut Problems,
) -> Option<Vec<Statement>> {
    let document = statements::is_document(value).and_then(|address| estate.get(address));
    let (statements, mut more) = match (value, document) {
        (Value::Text(text), _) => statements::json(text, &of.address, &of.place, subject),
        (_, Some(instance)) if instance.kind == "data.aws_iam_policy_document" => {
            statements::document(instance, subject)
        }
        (other, _) => {
            let mut fields = Fields::new(of.address.to_string(), &of.place, &of.body);
            fields.refuse("policy", other);
            problems.append(&mut fields.problems);
            return None;
        }
    };
    problems.append(&mut more);
    statements
}

/// Ids for buckets: the label of the resource, more of its address where that is not enough, or the name.
pub(super) fn ids(buckets: &[BucketRef]) -> Vec<String> {
    let spelled = |bucket: &BucketRef, level: u32| match bucket {
        BucketRef::Named(name) => name.clone(),
        BucketRef::Planned(address) => {
            let (resource, key) = unkeyed_last(address);
            let mut parts: Vec<&str> = resource.split('.').collect();
            let label = parts.pop().unwrap_or_default();
            let kind = parts.iter().rposition(|part| part.starts_with("aws_")).unwrap_or(0);
            parts.truncate(kind);
            let key = key.map(|key| format!(".{key}")).unwrap_or_default();
            match level {
                0 => label.to_owned(),
                1 => format!("{label}{key}"),
                _ => format!("{}.{label}{key}", parts.join(".")),
            }
        }
    };
    let mut counts: BTreeMap<(u32, String), usize> = BTreeMap::new();
    for (bucket, level) in buckets.iter().flat_map(|bucket| [(bucket, 0), (bucket, 1)]) {
        *counts.entry((level, spelled(bucket, level))).or_default() += 1;
    }
    let unique = |bucket: &BucketRef, level: u32| counts.get(&(level, spelled(bucket, level))) == Some(&1);
    let level = |bucket: &BucketRef| (0..2).find(|level| unique(bucket, *level)).unwrap_or(2);
    buckets.iter().map(|bucket| spelled(bucket, level(bucket))).collect()
}

/// The address without the key of the instance, which is the last bracket.
fn unkeyed_last(address: &str) -> (&str, Option<String>) {
    if !address.ends_with(']') {
        return (address, None);
    }
    let at = address.rfind('[').unwrap_or(address.len());
    let (resource, key) = address.split_at_checked(at).unwrap_or((address, ""));
    let quoted = unkeyed(key).1;
    (resource, quoted.or_else(|| Some(key.trim_matches(['[', ']']).to_owned())))
}
