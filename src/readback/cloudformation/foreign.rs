//! A template that makes buckets, their policies, and the distributions in front of them: of somebody else, or of
//! corsynth's for assets that are made.

use std::collections::{BTreeMap, BTreeSet};

use super::super::notes::Notes;
use super::super::payload::{
    BucketOrigin, Config, Owner, Policies, Spelling, cors_configuration, distribution, front, statements,
};
use super::super::value::{At, Kind, Text, Value};
use super::resources::{self, Resource};
use super::scope::Scope;
use crate::deployed::{Asset, Bucket, Distribution, Provenance, Statement};
use crate::diagnostic::shown;
use crate::document::Node;

/// A policy of a bucket or a key, with its properties.
type Document<'r> = (&'r Resource<'r>, Option<Value>);

/// What stands around the buckets.
#[derive(Default)]
pub(super) struct Estate<'r> {
    /// The distributions.
    fronts: Vec<(&'r Resource<'r>, Config)>,
    /// Which of them have an origin that is this bucket.
    in_front: BTreeMap<Text, BTreeSet<usize>>,
    /// Policies of buckets that nobody has taken yet, by what they call the bucket.
    policies: BTreeMap<Text, Vec<Document<'r>>>,
    /// Keys by their logical ids.
    keys: BTreeMap<&'r str, Document<'r>>,
}

/// A bucket on its way.
pub(super) struct Draft {
    /// Its logical id.
    pub(super) id: String,
    /// A reference to its resource, its name, or a reference to a parameter.
    names: Vec<Text>,
    arns: Vec<Text>,
    bucket: Bucket,
    /// The key of its objects.
    key: Option<Text>,
    provenance: Provenance,
}

pub(super) fn read(notes: &mut Notes, file: usize, template: &Node) -> Vec<Asset> {
    let scope = Scope::of(template);
    if let Some(transform) = template.entry("Transform") {
        notes.unknown(At { file, span: transform.key_span }, "a macro may change everything in the template");
    }
    let resources = resources::all(notes, &scope, template, file);
    let resources: Vec<_> = resources.iter().filter(|(_, exists)| *exists).map(|(resource, _)| resource).collect();
    let policies = resources::policies(notes, &scope, &resources, &[]);
    let (mut estate, mut drafts) = estate(notes, &scope, &resources, &policies);
    add_buckets_of_others(notes, &mut drafts, &estate);
    let assets = drafts.into_iter().map(|draft| estate.asset(notes, draft)).collect();
    estate.tell_left_policies(notes);
    assets
}

/// The buckets, and what stands around them.
pub(super) fn estate<'r>(
    notes: &mut Notes,
    scope: &Scope<'_>,
    resources: &[&'r Resource<'r>],
    policies: &Policies,
) -> (Estate<'r>, Vec<Draft>) {
    let mut estate = Estate::default();
    let mut drafts = Vec::new();
    for &resource in resources {
        let properties = || resource.properties(scope);
        match resource.kind {
            "AWS::S3::Bucket" => drafts.push(bucket(notes, scope, resource)),
            "AWS::S3::BucketPolicy" => {
                let properties = properties();
                let of_bucket = properties.as_ref().and_then(|p| p.get("Bucket")).and_then(text_of).unwrap_or_default();
                estate.policies.entry(of_bucket).or_default().push((resource, properties));
            }
            "AWS::KMS::Key" => {
                estate.keys.insert(resource.name, (resource, properties()));
            }
            "AWS::CloudFront::Distribution" => {
                let properties = properties();
                match properties.as_ref().and_then(|properties| properties.get("DistributionConfig")) {
                    None => notes.unknown(resource.at, "a distribution without `DistributionConfig`"),
                    Some(config) => {
                        let config = distribution(notes, config, Spelling::CloudFormation, policies);
                        estate.add_front(resource, config);
                    }
                }
            }
            "AWS::CloudFormation::Stack" => notes.unknown(resource.at, "what a nested stack holds is not told"),
            _ => {}
        }
    }
    (estate, drafts)
}

fn bucket(notes: &mut Notes, scope: &Scope<'_>, resource: &Resource<'_>) -> Draft {
    if let Some(doubt) = resource.doubt() {
        notes.unknown(resource.at, doubt);
    }
    let properties = resource.properties(scope);
    let get = |key: &str| properties.as_ref().and_then(|properties| properties.get(key));
    let name = get("BucketName").and_then(text_of);
    let mut bucket = Bucket {
        name: name.as_ref().and_then(Text::as_literal).map(str::to_owned),
        site: notes.site(resource.at),
        ..Bucket::default()
    };
    if let Some(cors) = get("CorsConfiguration") {
        bucket.cors = cors_configuration(notes, cors, Spelling::CloudFormation);
    }
    if matches!(properties.as_ref().map(|p| &p.kind), Some(Kind::Unknown(_))) {
        notes.unknown(resource.at, "the properties of the bucket are not known");
    }
    let key = get("BucketEncryption").and_then(|value| encryption_key(notes, value));
    bucket.kms_key = key.as_ref().map(Text::shown);
    let mut names = vec![Text::reference(resource.name)];
    names.extend(name);
    Draft {
        id: resource.name.to_owned(),
        names,
        arns: vec![Text::reference(&format!("{}.Arn", resource.name))],
        bucket,
        key,
        provenance: resource.provenance(),
    }
}

fn text_of(value: &Value) -> Option<Text> {
    if let Kind::Text(text) = &value.kind { Some(text.clone()) } else { None }
}

/// The KMS key of the first rule; without one, AWS takes its own.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-serversideencryptionbydefault.html>
fn encryption_key(notes: &mut Notes, value: &Value) -> Option<Text> {
    let rules = value.get("ServerSideEncryptionConfiguration");
    let Some(Kind::List(rules)) = rules.map(|rules| &rules.kind) else {
        notes.unknown(value.at, "`BucketEncryption` is not known");
        return None;
    };
    let default = rules.first()?.get("ServerSideEncryptionByDefault")?;
    match default.get("SSEAlgorithm").and_then(Value::as_str) {
        Some("AES256") => None,
        Some("aws:kms" | "aws:kms:dsse") => {
            Some(default.get("KMSMasterKeyID").and_then(text_of).unwrap_or_else(|| Text::literal("alias/aws/s3")))
        }
        _ => {
            notes.unknown(default.at, "`SSEAlgorithm` is not known");
            None
        }
    }
}

/// Buckets behind a distribution that are no resources of the template.
fn add_buckets_of_others(notes: &mut Notes, drafts: &mut Vec<Draft>, estate: &Estate<'_>) {
    let known: BTreeSet<Text> = drafts.iter().flat_map(|draft| draft.names.iter().cloned()).collect();
    for (name, fronts) in &estate.in_front {
        if known.contains(name) {
            continue;
        }
        let id = name.as_reference().map_or_else(|| name.shown(), str::to_owned);
        let fronts = fronts.iter().filter_map(|&index| estate.fronts.get(index));
        let mut region = None;
        for (resource, config) in fronts {
            let what = format!("the bucket `{}` is not in the template: its CORS rules are not told", shown(&id));
            notes.unknown(resource.at, what);
            let origins = config.origins.iter().filter_map(|origin| BucketOrigin::of(origin.domain.as_ref()?));
            region = origins.filter(|origin| origin.bucket == *name).find_map(|origin| origin.region).or(region);
        }
        let bucket = Bucket { name: name.as_literal().map(str::to_owned), region, ..Bucket::default() };
        let names = vec![name.clone()];
        drafts.push(Draft { id, names, arns: Vec::new(), bucket, key: None, provenance: Provenance::default() });
    }
}

impl<'r> Estate<'r> {
    fn add_front(&mut self, resource: &'r Resource<'r>, config: Config) {
        for origin in &config.origins {
            if let Some(found) = origin.domain.as_ref().and_then(BucketOrigin::of) {
                self.in_front.entry(found.bucket).or_default().insert(self.fronts.len());
            }
        }
        self.fronts.push((resource, config));
    }

    /// Tells of policies that no bucket has taken.
    pub(super) fn tell_left_policies(&self, notes: &mut Notes) {
        for (resource, _) in self.policies.values().flatten() {
            notes.unknown(resource.at, "a policy of a bucket that is not told");
        }
    }

    /// The bucket with the distribution in front of it, and the policies that are about it.
    pub(super) fn asset(&mut self, notes: &mut Notes, draft: Draft) -> Asset {
        let (distribution, distributions) = self.front_of(notes, &draft);
        let owner = Owner {
            buckets: &draft.names,
            bucket_arns: &draft.arns,
            key: None,
            distributions: &distributions,
            accounts: &[],
            partition: None,
        };
        let mut bucket = draft.bucket;
        let policies: Vec<_> = draft.names.iter().filter_map(|name| self.policies.remove(name)).flatten().collect();
        for (resource, properties) in &policies {
            let document = properties.as_ref().and_then(|properties| properties.get("PolicyDocument"));
            if bucket.policy.is_some() {
                notes.unknown(resource.at, format!("a second policy of `{}`", shown(&draft.id)));
            }
            bucket.policy.get_or_insert_default().extend(document_statements(notes, resource, document, owner));
        }
        let key = draft.key.as_ref().and_then(Text::as_reference);
        let key = key.map(|name| name.split_once('.').map_or(name, |(name, _)| name));
        if let Some((resource, properties)) = key.and_then(|name| self.keys.get(name)) {
            let names: Vec<_> = draft.key.iter().cloned().collect();
            let owner = Owner { buckets: &[], bucket_arns: &[], key: Some(&names), ..owner };
            let document = properties.as_ref().and_then(|properties| properties.get("KeyPolicy"));
            bucket.key_policy = Some(document_statements(notes, resource, document, owner));
        }
        Asset { id: draft.id, bucket, distribution, provenance: draft.provenance }
    }

    /// The distribution in front of a bucket, and what statements call it.
    fn front_of(&self, notes: &mut Notes, draft: &Draft) -> (Option<Distribution>, Vec<Text>) {
        let fronts: BTreeSet<usize> =
            draft.names.iter().filter_map(|name| self.in_front.get(name)).flatten().copied().collect();
        let mut fronts = fronts.into_iter().filter_map(|index| self.fronts.get(index));
        let Some((resource, config)) = fronts.next() else { return (None, Vec::new()) };
        for (resource, _) in fronts {
            notes.unknown(resource.at, format!("a second distribution in front of `{}`", shown(&draft.id)));
        }
        let mut distribution = front(notes, config, |origin| {
            let bucket = origin.domain.as_ref().and_then(BucketOrigin::of);
            bucket.is_some_and(|found| draft.names.contains(&found.bucket))
        });
        if let Some(doubt) = resource.doubt() {
            notes.unknown(resource.at, doubt.clone());
            for behavior in distribution.iter_mut().flat_map(|distribution| &mut distribution.behaviors) {
                behavior.unknown.push(doubt.clone());
            }
        }
        (distribution, resource.names().to_vec())
    }
}

/// The statements of a policy document; of one that may not exist, with that as a condition.
fn document_statements(
    notes: &mut Notes,
    resource: &Resource<'_>,
    document: Option<&Value>,
    owner: Owner<'_>,
) -> Vec<Statement> {
    let Some(list) = document.and_then(|document| document.get("Statement")) else {
        notes.unknown(resource.at, "the statements of the policy are not known");
        return Vec::new();
    };
    let mut found = statements(notes, list, owner, Spelling::CloudFormation);
    if let Some(doubt) = resource.doubt() {
        notes.unknown(resource.at, doubt.clone());
        for statement in &mut found {
            statement.other_conditions.push(doubt.clone());
        }
    }
    found
}
