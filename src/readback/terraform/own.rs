//! `own/`, the module around that of corsynth that makes buckets and distributions: it is evaluated with what the module
//! inside puts out, as Terraform would, and read by its resources. Without it, or where it is somebody else's, the
//! buckets and distributions are somebody else's, too.

use super::super::lock::Lock;
use super::super::{File, Place, Unknown, Unreadable};
use super::behaviors::in_words;
use super::buckets::argument;
use super::deployment;
use super::evaluate::Evaluator;
use super::instances::{Estate, Instance};
use super::statements::is_document;
use super::syntax::{self, At, Module, Source, attribute, byte};
use super::value::{Attribute, Value};
use crate::deployed::Asset;
use hcl::edit::expr::Expression;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const FOLDER: &str = "own/";

/// What the call of the module inside is named.
const CALL: &str = "cors";

/// In front of addresses of the module inside, as the module around calls them.
const INSIDE: &str = "module.cors.";

/// In front of addresses of the module around, while they are inside.
const AROUND: &str = "around:";

/// Arguments of the call that are followed, or have no say.
const ARGUMENTS: [&str; 5] = ["source", "providers", "bucket_names", "distribution_arns", "key_group_ids"];

/// Resources of the module around that are read, or have no say in what is answered.
const KINDS: [&str; 9] = [
    "aws_s3_bucket",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_policy",
    "aws_cloudfront_distribution",
    "data.aws_iam_policy_document",
];

/// The files of the module around; empty where there is none.
pub(super) fn files(files: &[File]) -> Vec<File> {
    let lock = Lock::of(files);
    // Without a file of corsynth's in it, the folder is somebody else's, and no part of the module.
    if !lock.files.is_empty() && !lock.files.iter().any(|path| path.starts_with(FOLDER)) {
        return Vec::new();
    }
    let inside = files.iter().filter_map(|file| {
        let path = file.path.strip_prefix(FOLDER).filter(|path| !path.contains('/'))?;
        Some(File { path: path.to_owned(), text: file.text.clone() })
    });
    inside.collect()
}

/// The syntax of its files, with places as one sees them from the module inside.
pub(super) fn parse(files: &[File]) -> Result<Vec<Source>, Unreadable> {
    let sources = syntax::parse(files).map_err(|e| Unreadable { place: outside(&e.place), ..e })?;
    Ok(sources.into_iter().map(|source| source.below(FOLDER)).collect())
}

fn outside(place: &Place) -> Place {
    let path = if place.path.starts_with(FOLDER) { place.path.clone() } else { format!("{FOLDER}{}", place.path) };
    Place { path, ..place.clone() }
}

/// The module around, before it has what the module inside puts out.
pub(super) struct Around<'m> {
    module: &'m Module<'m>,
    /// What is handed to the module inside: names of buckets and ARNs of distributions, by asset.
    pub(super) bucket_names: BTreeMap<String, Value>,
    pub(super) distribution_arns: BTreeMap<String, Value>,
    /// The assets that it makes, as far as they are not another state's.
    pub(super) owned: BTreeSet<String>,
    unknowns: Vec<Unknown>,
}

impl<'m> Around<'m> {
    /// What it hands to the module inside; `None` where it calls none.
    pub(super) fn of(module: &'m Module<'m>) -> Option<Self> {
        let call = module.calls.get(CALL)?;
        let mut around = Self {
            module,
            bucket_names: BTreeMap::new(),
            distribution_arns: BTreeMap::new(),
            owned: owned(module),
            unknowns: module.unknowns.iter().map(|u| Unknown { place: outside(&u.place), ..u.clone() }).collect(),
        };
        let source = attribute(call.body, "source").and_then(|source| match &source.value {
            Expression::String(text) => Some(text.value().trim_end_matches('/')),
            _ => None,
        });
        if source != Some("..") {
            around.unknown(call.at, "the module that it calls is not the one here");
        }
        for given in call.body.attributes().filter(|given| !ARGUMENTS.contains(&given.key.as_str())) {
            let what = format!("`{}` of the module inside is not followed", given.key.as_str());
            around.unknown(At { file: call.at.file, byte: byte(given) }, &what);
        }
        for (_, other) in module.calls.iter().filter(|(name, _)| **name != CALL) {
            around.unknown(other.at, "a block `module` is not understood");
        }
        around.bucket_names = around.given("bucket_names");
        around.distribution_arns = around.given("distribution_arns");
        Some(around)
    }

    fn unknown(&mut self, at: At, what: &str) {
        self.unknowns.push(Unknown::new(self.module.place(at), what));
    }

    /// What its own caller sets: where distributions are made elsewhere, an ARN for each.
    fn inputs(&self) -> BTreeMap<&'static str, Value> {
        let name = "distribution_arns";
        let arn = |id: &String| Some((id.clone(), Value::list(vec![elsewhere(id)])?));
        let arns = Value::map(self.owned.iter().filter_map(arn).collect());
        let takes_them = self.module.variables.contains_key(name);
        arns.filter(|_| takes_them).map(|arns| (name, arns)).into_iter().collect()
    }

    /// A map that the call hands over. The name of a bucket is told by its resource; all else is of the module around.
    fn given(&mut self, name: &str) -> BTreeMap<String, Value> {
        let Some(call) = self.module.calls.get(CALL).copied() else { return BTreeMap::new() };
        let Some(given) = attribute(call.body, name) else { return BTreeMap::new() };
        let mut evaluator = Evaluator::new(self.module, self.inputs());
        let context = super::evaluate::Context { file: call.at.file, scope: None };
        let members = match evaluator.eval(&given.value, context) {
            Ok(Value::Map(map)) => map.members.clone(),
            Ok(_) => BTreeMap::new(),
            Err(unknown) => {
                self.unknowns.push((*unknown).clone());
                BTreeMap::new()
            }
        };
        let told = |value: &Value| match value {
            Value::Attribute(bucket) if bucket.name == "id" => {
                let body = evaluator.body(&bucket.address).ok()?;
                body.members()?.get("bucket").filter(|name| name.as_str().is_some()).cloned()
            }
            _ => None,
        };
        let mut told = told;
        let each = |(id, value): (String, Value)| {
            let value = told(&value).unwrap_or(value);
            (id, value.at_other_addresses(&|address| format!("{AROUND}{address}")))
        };
        members.into_iter().map(each).collect()
    }

    /// What the module around makes, with what the module inside puts out: the assets that are owned in place of what is
    /// known of them inside.
    pub(super) fn complete(
        self,
        inside: &Estate,
        outputs: BTreeMap<String, Value>,
        assets: &mut [Asset],
        unknowns: &mut Vec<Unknown>,
    ) {
        let mut evaluator = Evaluator::new(self.module, self.inputs());
        let mut doubts = self.unknowns;
        let inwards = |address: &str| format!("{INSIDE}{address}");
        let outputs = outputs.into_iter().map(|(name, value)| (name, value.at_other_addresses(&inwards)));
        evaluator.modules.extend(Value::map(outputs.collect()).map(|outputs| (CALL, outputs)));
        let (mut estate, more) = evaluator.everything();
        doubts.extend(more);
        for instance in estate.values().filter(|instance| !KINDS.contains(&instance.kind.as_str())) {
            doubts.push(Unknown::new(instance.place.clone(), format!("`{}` is not modelled", instance.address)));
        }
        doubts.extend(estate.values().filter_map(opened));
        let made: BTreeSet<String> = estate
            .values()
            .filter(|instance| instance.kind == "aws_s3_bucket")
            .filter_map(|bucket| argument(bucket, "bucket").as_str().map(str::to_owned))
            .collect();
        for (address, instance) in inside.iter().filter(|(_, instance)| instance.kind != "aws_s3_bucket_policy") {
            let name = |address: &str| {
                address.strip_prefix(AROUND).map_or_else(|| format!("{INSIDE}{address}"), str::to_owned)
            };
            let address: Rc<str> = name(address).into();
            let body = instance.body.at_other_addresses(&name);
            estate.insert(address.clone(), Instance { address, body, ..instance.clone() });
        }
        put_together(&mut estate);
        let place = self.module.place(At { file: 0, byte: 0 });
        let arn = |asset: &Asset| Some((asset.bucket.name.clone()?, elsewhere(&asset.id).spelled()?));
        let elsewhere = deployment::Elsewhere { arns: assets.iter().filter_map(arn).collect() };
        let deployed = deployment::read_with(&estate, &BTreeMap::new(), &place, &mut doubts, Some(&elsewhere));
        for found in deployed.assets {
            // A distribution that is made here may be for a bucket that is made elsewhere.
            let is_made = |name: &String| made.contains(name) || found.distribution.is_some();
            let Some(name) = found.bucket.name.clone().filter(is_made) else { continue };
            match assets.iter_mut().find(|asset| asset.bucket.name.as_ref() == Some(&name)) {
                Some(asset) => take(asset, found),
                None => {
                    doubts.push(Unknown::new(place.clone(), format!("the bucket `{name}` is none of the module's")));
                }
            }
        }
        doubts.dedup();
        // It makes all of the distributions, so it has a say in whatever they answer.
        for distribution in assets.iter_mut().filter_map(|asset| asset.distribution.as_mut()) {
            for behavior in &mut distribution.behaviors {
                behavior.unknown.extend(doubts.iter().map(in_words));
            }
        }
        unknowns.extend(doubts);
    }
}

/// The ids in `local.owned`.
fn owned(module: &Module<'_>) -> BTreeSet<String> {
    match Evaluator::new(module, BTreeMap::new()).local("owned") {
        Some(Ok(Value::Map(owned))) => owned.members.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

/// The ARN of a distribution that is made in another state.
fn elsewhere(id: &str) -> Value {
    let address = Rc::from(format!("the distribution of {id}"));
    Value::Attribute(Rc::new(Attribute { address, name: "arn".to_owned() }))
}

/// What is made in place of what was taken as brought. Where the bucket is, and what its key's policy says, is told inside.
fn take(asset: &mut Asset, found: Asset) {
    asset.bucket.cors = found.bucket.cors;
    asset.bucket.policy = found.bucket.policy;
    asset.bucket.kms_key = found.bucket.kms_key;
    asset.bucket.site = found.bucket.site;
    asset.distribution = found.distribution;
}

/// A bucket of which something may be public.
fn opened(instance: &Instance) -> Option<Unknown> {
    let switches = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
    let is_open = instance.kind == "aws_s3_bucket_public_access_block"
        && switches.iter().any(|name| !matches!(argument(instance, name), Value::Bool(true)));
    let what = || format!("`{}` does not block all that is public", instance.address);
    is_open.then(|| Unknown::new(instance.place.clone(), what()))
}

/// Documents that begin with others get the statements of these. Two with one `sid` are not put together here.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>
fn put_together(estate: &mut Estate) {
    let with_sources = |instance: &&Instance| {
        instance.kind == "data.aws_iam_policy_document" && argument(instance, SOURCES).items().is_some()
    };
    let whole: Vec<(Rc<str>, Value)> = estate
        .values()
        .filter(with_sources)
        .filter_map(|instance| Some((instance.address.clone(), together(estate, instance)?)))
        .collect();
    for (address, body) in whole {
        if let Some(instance) = estate.get_mut(&address) {
            instance.body = body;
        }
    }
}

const SOURCES: &str = "source_policy_documents";

fn together(estate: &Estate, instance: &Instance) -> Option<Value> {
    let statements = |instance: &Instance| argument(instance, "statement").items().unwrap_or_default().to_vec();
    let mut all = Vec::new();
    for source in argument(instance, SOURCES).items()? {
        let document = estate.get(is_document(source)?)?;
        // One that begins with others itself is not followed.
        if argument(document, SOURCES).items().is_some_and(|items| !items.is_empty()) {
            return None;
        }
        all.extend(statements(document));
    }
    all.extend(statements(instance));
    let sids: Vec<_> = all.iter().filter_map(|one| one.members()?.get("sid")?.as_str()).collect();
    if sids.iter().collect::<BTreeSet<_>>().len() != sids.len() {
        return None;
    }
    let mut members = instance.body.members()?.clone();
    members.remove(SOURCES);
    members.insert("statement".to_owned(), Value::list(all)?);
    Value::map(members)
}
