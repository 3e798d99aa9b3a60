//! The instances of a plan or a state to what AWS holds: an asset for each bucket behind each distribution, and for
//! each other bucket that has CORS rules.

use super::super::{Place, Unknown};
use super::behaviors::in_words;
use super::buckets::{self, BucketRef, Buckets, argument};
use super::distributions::{self, Origins};
use super::instances::{Estate, Instance};
use super::outputs;
use super::statements::Subject;
use super::value::{Attribute, Value};
use crate::deployed::{Asset, Deployed, Provenance};
use std::collections::BTreeMap;

/// What AWS will hold.
pub(super) fn read(
    estate: &Estate,
    outputs: &BTreeMap<String, Value>,
    place: &Place,
    unknowns: &mut Vec<Unknown>,
) -> Deployed {
    read_with(estate, outputs, place, unknowns, None)
}

/// What is known of distributions in another state.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// What the ARN of the distribution in front of a bucket is called, by the bucket's name.
    pub(super) arns: BTreeMap<String, String>,
}

/// The same; with what is known of distributions elsewhere, buckets count that have neither rules nor a distribution.
pub(super) fn read_with(
    estate: &Estate,
    outputs: &BTreeMap<String, Value>,
    place: &Place,
    unknowns: &mut Vec<Unknown>,
    elsewhere: Option<&Elsewhere>,
) -> Deployed {
    let buckets = Buckets::new(estate, place);
    let configurations = buckets.about("aws_s3_bucket_cors_configuration", unknowns);
    let policies = buckets.about("aws_s3_bucket_policy", unknowns);
    let encryptions = buckets.about("aws_s3_bucket_server_side_encryption_configuration", unknowns);
    let distributions: Vec<_> =
        estate.values().filter(|instance| instance.kind == "aws_cloudfront_distribution").collect();
    if distributions.is_empty() && outputs.contains_key("bucket_regional_domain_names") {
        return outputs::read(&buckets, outputs, place, unknowns);
    }
    let mut behind: BTreeMap<BucketRef, Vec<(&Instance, Origins)>> = BTreeMap::new();
    for distribution in distributions {
        for (bucket, origins) in distributions::origins(distribution, &buckets, unknowns) {
            behind.entry(bucket).or_default().push((distribution, origins));
        }
    }
    let has_rules =
        |instance: &Instance| argument(instance, "cors_rule").items().is_some_and(|rules| !rules.is_empty());
    let inline =
        buckets.planned().filter(|(_, instance)| elsewhere.is_some() || has_rules(instance)).map(|(bucket, _)| bucket);
    let mut all: Vec<BucketRef> = behind.keys().chain(configurations.keys()).cloned().chain(inline).collect();
    all.sort();
    all.dedup();
    let mut assets = Vec::new();
    for (bucket, id) in all.iter().zip(buckets::ids(&all)) {
        let fronts = behind.get(bucket).map_or(&[][..], Vec::as_slice);
        let related = Related {
            configurations: configurations.get(bucket).cloned().unwrap_or_default(),
            policies: policies.get(bucket).cloned().unwrap_or_default(),
            encryptions: encryptions.get(bucket).cloned().unwrap_or_default(),
        };
        if fronts.is_empty() {
            let arn = elsewhere.and_then(|elsewhere| elsewhere.arns.get(buckets.name(bucket)?)).cloned();
            assets.push(asset(&buckets, bucket, &related, (id, arn), None, unknowns));
        } else {
            for (distribution, origins) in fronts {
                // A bucket may be behind several: each answers in its own way.
                let id = match fronts {
                    [_] => id.clone(),
                    _ => format!("{id}.{}", distribution.address.rsplit('.').next().unwrap_or_default()),
                };
                assets.push(asset(&buckets, bucket, &related, (id, None), Some((distribution, origins)), unknowns));
            }
        }
    }
    assets.sort_by(|one, other| one.id.cmp(&other.id));
    Deployed { assets }
}

/// Resources that are about one bucket.
struct Related<'e> {
    configurations: Vec<&'e Instance>,
    policies: Vec<&'e Instance>,
    encryptions: Vec<&'e Instance>,
}

fn asset(
    buckets: &Buckets<'_>,
    bucket: &BucketRef,
    related: &Related<'_>,
    (id, arn): (String, Option<String>),
    front: Option<(&Instance, &Origins)>,
    unknowns: &mut Vec<Unknown>,
) -> Asset {
    let mut problems = Vec::new();
    let mut subject = Subject { distribution_arn: arn, ..Subject::default() };
    if let Some((distribution, _)) = front {
        subject.distribution = argument(distribution, "id").as_str().map(str::to_owned);
        let attribute =
            |name: &str| Attribute { address: distribution.address.clone(), name: name.to_owned() }.spelled();
        subject.distribution_ref = Some(attribute("id"));
        let told = argument(distribution, "arn").as_str();
        subject.distribution_arn = Some(told.map_or_else(|| attribute("arn"), str::to_owned));
        // `arn:PARTITION:cloudfront::ACCOUNT:distribution/ID`
        let account = told.and_then(|arn| arn.split(':').nth(4)).filter(|account| !account.is_empty());
        subject.account = account.map(str::to_owned);
    }
    let mut out = buckets.bucket(bucket, &related.configurations, &related.policies, &mut subject, &mut problems);
    let inline = match bucket {
        BucketRef::Planned(address) => buckets.estate.get(address),
        BucketRef::Named(_) => None,
    };
    key(&mut out, related, inline, buckets.estate, &subject, &mut problems);
    let distribution = front.map(|(distribution, origins)| {
        let mut distribution = distributions::read(distribution, origins, buckets.estate, &mut problems, unknowns);
        for behavior in distribution.behaviors.iter_mut().filter(|behavior| behavior.is_for_this_bucket) {
            behavior.unknown.extend(problems.iter().map(in_words));
        }
        distribution
    });
    unknowns.append(&mut problems);
    Asset { id, bucket: out, distribution, provenance: Provenance::default() }
}

/// The key of the bucket's objects and what its policy says.
fn key(
    bucket: &mut crate::deployed::Bucket,
    related: &Related<'_>,
    inline: Option<&Instance>,
    estate: &Estate,
    subject: &Subject,
    problems: &mut Vec<Unknown>,
) {
    let inline = inline.and_then(|bucket| argument(bucket, "server_side_encryption_configuration").items());
    let inline = inline.into_iter().flatten().filter_map(|block| block.members()?.get("rule")?.items());
    let separate = related.encryptions.iter().filter_map(|instance| argument(instance, "rule").items());
    let rules = separate.chain(inline).flatten();
    let defaults = rules.filter_map(|rule| rule.members()?.get("apply_server_side_encryption_by_default")?.items());
    let member = |default: &Value, name: &str| default.members().and_then(|members| members.get(name)).cloned();
    let kms = defaults.flatten().find(|default| {
        let algorithm = member(default, "sse_algorithm");
        algorithm.as_ref().and_then(Value::as_str).is_some_and(|algorithm| algorithm.starts_with("aws:kms"))
    });
    let Some(default) = kms else { return };
    let id = member(default, "kms_master_key_id").unwrap_or(Value::Null);
    // Without a key of its own the bucket uses the account's, which no distribution can use.
    bucket.kms_key = Some(id.spelled().filter(|id| !id.is_empty()).unwrap_or_else(|| "alias/aws/s3".to_owned()));
    let own = |instance: &&Instance| instance.kind == "aws_kms_key" && is(instance, &id);
    let Some(key) = estate.values().find(own) else { return };
    let separate =
        estate.values().find(|instance| instance.kind == "aws_kms_key_policy" && is(key, argument(instance, "key_id")));
    let holder = separate.unwrap_or(key);
    let policy = argument(holder, "policy");
    if matches!(policy, Value::Null) {
        return;
    }
    let subject = Subject { of_key: true, kms_key: bucket.kms_key.clone(), ..subject.clone() };
    bucket.key_policy = buckets::document(policy, holder, estate, &subject, problems);
}

/// Whether a value names a key.
fn is(key: &Instance, id: &Value) -> bool {
    match id {
        Value::Attribute(attribute) => attribute.address == key.address,
        Value::Text(text) => ["arn", "key_id", "id"].iter().any(|name| argument(key, name).as_str() == Some(text)),
        _ => false,
    }
}
