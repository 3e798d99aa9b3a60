//! A module of corsynth that is planned as a root: it has no distribution, and puts out what one needs.

use super::super::{Place, Unknown};
use super::behaviors::{associate, behavior, in_words, sign};
use super::buckets::{BucketRef, Buckets};
use super::custom::custom_origin;
use super::fields::Fields;
use super::instances::Instance;
use super::policies::origin_access_control;
use super::statements::{self, Subject};
use super::value::Value;
use crate::deployed::{Asset, Bucket, Deployed, Distribution, Provenance, Statement};
use std::collections::BTreeMap;

/// What AWS will hold.
pub(super) fn read(
    buckets: &Buckets<'_>,
    outputs: &BTreeMap<String, Value>,
    place: &Place,
    unknowns: &mut Vec<Unknown>,
) -> Deployed {
    let configurations = buckets.about("aws_s3_bucket_cors_configuration", &mut Vec::new());
    let hosts = outputs.get("bucket_regional_domain_names").unwrap_or(&Value::Null);
    let Some(hosts) = hosts.members() else {
        let mut fields = Fields::new("output".to_owned(), place, hosts);
        unknowns.append(&mut fields.problems);
        return Deployed::default();
    };
    let assets = hosts.iter().filter_map(|(id, host)| {
        let Ok(Some(bucket)) = buckets.behind(host) else {
            unknowns.push(buckets.problem(&format!("which bucket `{id}` is")));
            return None;
        };
        let configurations = configurations.get(&bucket).map_or(&[][..], Vec::as_slice);
        Some(Reader { buckets, outputs, place, id }.asset(&bucket, host, configurations, unknowns))
    });
    let mut assets: Vec<Asset> = assets.collect();
    let servers = outputs.get("custom_origins").and_then(Value::members).into_iter().flatten();
    let servers: Vec<_> =
        servers.map(|(id, origin)| Reader { buckets, outputs, place, id }.server(origin, unknowns)).collect();
    assets.extend(servers);
    assets.sort_by(|one, other| one.id.cmp(&other.id));
    Deployed { assets }
}

struct Reader<'r> {
    buckets: &'r Buckets<'r>,
    outputs: &'r BTreeMap<String, Value>,
    place: &'r Place,
    id: &'r str,
}

impl Reader<'_> {
    fn asset(
        &self,
        bucket: &BucketRef,
        host: &Value,
        configurations: &[&Instance],
        unknowns: &mut Vec<Unknown>,
    ) -> Asset {
        let mut problems = Vec::new();
        let mut subject = Subject::default();
        let mut out = self.buckets.bucket(bucket, configurations, &[], &mut subject, &mut problems);
        // `NAME.s3.REGION.SUFFIX`
        let region = host.as_str().and_then(|host| host.rsplit_once(".s3.")?.1.split('.').next());
        out.region = region.map(str::to_owned);
        subject.region.clone_from(&out.region);
        let control = self.control();
        let listed = self.member("cache_behaviors");
        let distribution =
            (control.is_some() || listed.as_ref().is_some_and(|value| value.items().is_some())).then(|| {
                let mut distribution = Distribution { id: self.distribution(), ..Distribution::default() };
                subject.distribution.clone_from(&distribution.id);
                out.policy = self.statements("bucket_policy_json", &subject, &mut problems);
                let key =
                    self.statements("key_policy_json", &Subject { of_key: true, ..subject.clone() }, &mut problems);
                out.key_policy = key.filter(|key| !key.is_empty());
                distribution.origin_access_control = control.map(|control| {
                    let (control, mut more) = origin_access_control(control);
                    problems.append(&mut more);
                    control
                });
                let listed = listed.clone().unwrap_or(Value::Null);
                self.behaviors(&listed, &mut distribution, &mut problems, unknowns);
                distribution
            });
        unknowns.append(&mut problems);
        Asset { id: self.id.to_owned(), bucket: out, distribution, provenance: Provenance::default() }
    }

    /// A server: which distribution is in front of it is not among the outputs.
    fn server(&self, origin: &Value, unknowns: &mut Vec<Unknown>) -> Asset {
        let contract = self.member("origin_contracts").unwrap_or(Value::Null);
        let (custom, mut problems) = custom_origin(self.id, origin, &contract, self.place);
        let mut distribution = Distribution { custom_origin: Some(custom), ..Distribution::default() };
        let listed = self.member("cache_behaviors").unwrap_or(Value::Null);
        self.behaviors(&listed, &mut distribution, &mut problems, unknowns);
        unknowns.append(&mut problems);
        Asset {
            id: self.id.to_owned(),
            bucket: Bucket::default(),
            distribution: Some(distribution),
            provenance: Provenance::default(),
        }
    }

    fn behaviors(
        &self,
        listed: &Value,
        distribution: &mut Distribution,
        problems: &mut Vec<Unknown>,
        unknowns: &mut Vec<Unknown>,
    ) {
        let of = format!("output.cache_behaviors[\"{}\"]", self.id);
        if listed.items().is_none() {
            problems.append(&mut Fields::new(of.clone(), self.place, listed).problems);
        }
        for item in listed.items().unwrap_or_default() {
            let fields = Fields::new(of.clone(), self.place, item);
            let (mut behavior, mut more) = behavior(fields, self.id, self.buckets.estate);
            more.extend(associate(
                &mut behavior,
                self.member("function_associations").as_ref(),
                self.buckets.estate,
                self.place,
            ));
            more.extend(sign(&mut behavior, self.member("trusted_key_groups").as_ref(), self.place));
            distribution.behaviors.push(behavior);
            unknowns.append(&mut more);
        }
        for behavior in &mut distribution.behaviors {
            behavior.unknown.extend(problems.iter().map(in_words));
        }
        distribution.complete = distribution.behaviors.iter().any(|behavior| behavior.path_pattern.is_none());
    }

    /// The asset's member of an output; what is not known of the whole is not known of it.
    fn member(&self, output: &str) -> Option<Value> {
        match self.outputs.get(output)? {
            Value::Map(map) => map.members.get(self.id).cloned(),
            other => Some(other.clone()),
        }
    }

    fn control(&self) -> Option<&Instance> {
        let mut controls = self.buckets.estate.values().filter(|instance| {
            instance.kind == "aws_cloudfront_origin_access_control" && instance.key.as_deref() == Some(self.id)
        });
        controls.next()
    }

    /// The distribution that the module lets in is the one that its behaviours are for.
    fn distribution(&self) -> Option<String> {
        let Some(Value::Text(text)) = self.member("bucket_policy_json") else { return None };
        let policy: serde_json::Value = serde_json::from_str(&text).ok()?;
        let arn = policy.pointer("/Statement/0/Condition/StringEquals/AWS:SourceArn")?.as_str()?;
        Some(arn.rsplit_once(":distribution/")?.1.to_owned())
    }

    fn statements(&self, output: &str, subject: &Subject, problems: &mut Vec<Unknown>) -> Option<Vec<Statement>> {
        match self.member(output)? {
            Value::Text(text) => {
                let (statements, mut more) = statements::json(&text, output, self.place, subject);
                problems.append(&mut more);
                statements
            }
            other => {
                problems.append(&mut Fields::new(output.to_owned(), self.place, &other).problems);
                None
            }
        }
    }
}
