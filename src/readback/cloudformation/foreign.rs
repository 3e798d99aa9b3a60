//! A template of somebody else: buckets, their policies, and the distributions in front of them.

use super::super::notes::Notes;
use super::super::payload::{
    BucketOrigin, Config, Owner, Spelling, cors_configuration, distribution, front, shown, statements,
};
use super::super::value::{At, Kind, Text, Value};
use super::resources::{self, Resource};
use super::scope::Scope;
use crate::deployed::{Asset, Bucket, Provenance, Statement};
use crate::document::Node;

/// A distribution of the template.
struct Front<'r> {
    resource: &'r Resource<'r>,
    config: Config,
}

/// A bucket on its way.
struct Draft {
    id: String,
    /// Its name, or a reference to its resource or to a parameter.
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
    let resources: Vec<_> = resources.into_iter().filter(|(_, exists)| *exists).map(|(resource, _)| resource).collect();
    for nested in resources.iter().filter(|resource| resource.kind == "AWS::CloudFormation::Stack") {
        notes.unknown(nested.at, "what a nested stack holds is not told");
    }
    let policies = resources::policies(notes, &scope, &resources);
    let of_kind = |kind: &str| resources.iter().filter(move |resource| resource.kind == kind).collect::<Vec<_>>();
    let mut drafts: Vec<Draft> = of_kind("AWS::S3::Bucket").into_iter().map(|r| bucket(notes, &scope, r)).collect();
    let policy_documents: Vec<_> =
        of_kind("AWS::S3::BucketPolicy").into_iter().map(|resource| (resource, resource.properties(&scope))).collect();
    let key_documents: Vec<_> =
        of_kind("AWS::KMS::Key").into_iter().map(|resource| (resource, resource.properties(&scope))).collect();
    let mut fronts = Vec::new();
    for resource in of_kind("AWS::CloudFront::Distribution") {
        let properties = resource.properties(&scope);
        let Some(config) = properties.as_ref().and_then(|properties| properties.get("DistributionConfig")) else {
            notes.unknown(resource.at, "a distribution without `DistributionConfig`");
            continue;
        };
        let config = distribution(notes, config, Spelling::CloudFormation, &policies);
        add_buckets_of_others(notes, &mut drafts, resource, &config);
        fronts.push(Front { resource, config });
    }
    let mut used = vec![false; policy_documents.len()];
    let mut assets = Vec::new();
    for draft in drafts {
        assets.push(asset(notes, draft, &fronts, &policy_documents, &key_documents, &mut used));
    }
    for ((resource, _), _) in policy_documents.iter().zip(used).filter(|(_, used)| !used) {
        notes.unknown(resource.at, "a policy of a bucket that is not told");
    }
    assets
}

fn bucket(notes: &mut Notes, scope: &Scope<'_>, resource: &Resource<'_>) -> Draft {
    if let Some(doubt) = resource.doubt() {
        notes.unknown(resource.at, doubt);
    }
    let properties = resource.properties(scope);
    let get = |key: &str| properties.as_ref().and_then(|properties| properties.get(key));
    let name = get("BucketName").and_then(text_of);
    let mut bucket = Bucket { name: name.as_ref().and_then(Text::as_literal).map(str::to_owned), ..Bucket::default() };
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
fn add_buckets_of_others(notes: &mut Notes, drafts: &mut Vec<Draft>, resource: &Resource<'_>, config: &Config) {
    for origin in config.origins.iter().filter_map(|origin| BucketOrigin::of(origin.domain.as_ref()?)) {
        if drafts.iter().any(|draft| draft.names.contains(&origin.bucket)) {
            continue;
        }
        let id = origin.bucket.as_reference().map_or_else(|| origin.bucket.shown(), str::to_owned);
        let what = format!("the bucket `{}` is not in the template: its CORS rules are not told", shown(&id));
        notes.unknown(resource.at, what);
        let bucket =
            Bucket { name: origin.bucket.as_literal().map(str::to_owned), region: origin.region, ..Bucket::default() };
        drafts.push(Draft {
            id,
            names: vec![origin.bucket],
            arns: Vec::new(),
            bucket,
            key: None,
            provenance: Provenance::default(),
        });
    }
}

/// Policies of buckets or keys, with their properties.
type Documents<'d, 'n> = [(&'d Resource<'n>, Option<Value>)];

fn asset(
    notes: &mut Notes,
    draft: Draft,
    fronts: &[Front<'_>],
    policies: &Documents<'_, '_>,
    keys: &Documents<'_, '_>,
    used: &mut [bool],
) -> Asset {
    let mut distribution = None;
    let mut distributions = Vec::new();
    for Front { resource, config } in fronts {
        let found = front(config, |origin| {
            let bucket = origin.domain.as_ref().and_then(BucketOrigin::of);
            bucket.is_some_and(|found| draft.names.contains(&found.bucket))
        });
        let Some(mut found) = found else { continue };
        if let Some(doubt) = resource.doubt() {
            notes.unknown(resource.at, doubt.clone());
            for behavior in &mut found.behaviors {
                behavior.unknown.push(doubt.clone());
            }
        }
        if distribution.is_some() {
            notes.unknown(resource.at, format!("a second distribution in front of `{}`", shown(&draft.id)));
        } else {
            distributions.extend(resource.names());
            distribution = Some(found);
        }
    }
    let owner = Owner {
        buckets: &draft.names,
        bucket_arns: &draft.arns,
        key: None,
        distributions: &distributions,
        accounts: &[],
        partition: None,
    };
    let mut bucket = draft.bucket;
    for ((resource, properties), used) in policies.iter().zip(used) {
        let of_bucket = properties.as_ref().and_then(|properties| properties.get("Bucket")).and_then(text_of);
        if !of_bucket.is_some_and(|name| draft.names.contains(&name)) {
            continue;
        }
        *used = true;
        let document = properties.as_ref().and_then(|properties| properties.get("PolicyDocument"));
        if bucket.policy.is_some() {
            notes.unknown(resource.at, format!("a second policy of `{}`", shown(&draft.id)));
        }
        bucket.policy.get_or_insert_default().extend(document_statements(notes, resource, document, owner));
    }
    if let Some(key) = &draft.key {
        let names: Vec<_> = draft.key.iter().cloned().collect();
        let owner = Owner { buckets: &[], bucket_arns: &[], key: Some(&names), ..owner };
        let resource = key.as_reference().map(|name| name.split_once('.').map_or(name, |(name, _)| name));
        if let Some((resource, properties)) = keys.iter().find(|(key, _)| Some(key.name) == resource) {
            let document = properties.as_ref().and_then(|properties| properties.get("KeyPolicy"));
            bucket.key_policy = Some(document_statements(notes, resource, document, owner));
        }
    }
    Asset { id: draft.id, bucket, distribution, provenance: draft.provenance }
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
