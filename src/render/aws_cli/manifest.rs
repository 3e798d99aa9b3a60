//! `Plan` to `manifest.json`: the facts of each asset, and the steps in the order in which the scripts take them.
//!
//! Order: the buckets grant both what they granted and what they will (*widen*), then the *edge* changes, then
//! the buckets lose what is no longer granted (*narrow*), then caches forget it. So nothing that is granted
//! before and after fails in between, and whatever is taken away is gone in the end.

use serde::Serialize;
use serde_json::{Value, json};

use super::super::artifact::{Artifact, Stamp};
use super::layout::{self, Folder};
use crate::aws::iam::CloudFrontStatement;
use crate::plan::{AssetPlan, Bucket, Cdn, LogicalId, Plan, Policy, ResourceName, TrustedKeyGroups};

pub(super) fn manifest(plan: &Plan, stamp: &Stamp, payloads: &[Artifact]) -> Value {
    json!({
        "version": 1,
        "generated-by": format!("corsynth {}", stamp.version),
        "intent": { "path": stamp.intent_path, "sha256": stamp.intent_sha256 },
        "name": plan.name,
        "owner": plan.owner,
        "assets": plan.assets.iter().map(asset).collect::<Vec<_>>(),
        "steps": steps(plan, payloads),
    })
}

fn asset(asset: &AssetPlan) -> Value {
    let folder = Folder::of(asset);
    let cdn = asset.cdn.as_ref();
    let mut about = json!({
        "id": asset.id,
        "folder": folder.name(),
        "bucket": asset.bucket().map(bucket),
        "cdn": cdn.is_some(),
        "distribution": cdn.and_then(|c| c.distribution.as_deref()),
        "aliases": cdn.map(|c| c.aliases.as_slice()).unwrap_or_default(),
        "origin-access-control": cdn
            .and_then(|c| c.origin_access_control.as_ref())
            .map(|control| layout::policy_file(layout::ORIGIN_ACCESS_CONTROL, &control.id)),
        "invalidation": cdn
            .filter(|c| !c.invalidation_paths.is_empty())
            .map(|_| folder.file(layout::INVALIDATION)),
        "checks": folder.file(layout::CHECKS),
        "environment": {
            "bucket": layout::variable("BUCKET", &asset.id),
            "distribution": layout::variable("DISTRIBUTION", &asset.id),
            "url": layout::variable("URL", &asset.id),
        },
    });
    let asks = |cdn: &Cdn| cdn.behaviors.iter().any(|b| b.trusted_key_groups == TrustedKeyGroups::Parameter);
    let environment = about.pointer_mut("/environment").and_then(Value::as_object_mut);
    if let Some(environment) = environment.filter(|_| cdn.is_some_and(asks)) {
        environment.insert("key-groups".to_owned(), layout::variable("KEY_GROUPS", &asset.id).into());
    }
    if let (Some(custom), Some(members)) = (asset.custom_origin(), about.as_object_mut()) {
        let origin = json!({ "domain-name": custom.domain_name, "https-port": custom.https_port });
        members.insert("origin".to_owned(), origin);
        let contract = (!custom.contract.is_empty()).then(|| folder.file(layout::ORIGIN_CONTRACT));
        members.insert("origin-contract".to_owned(), contract.into());
    }
    about
}

fn bucket(bucket: &Bucket) -> Value {
    json!({
        "name": bucket.name,
        "arn": bucket.arn(),
        "region": bucket.region,
        "partition": bucket.partition.arn(),
        "dns-suffix": bucket.partition.dns_suffix(),
        "account": bucket.account,
        "kms-key": bucket.kms_key,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Phase {
    Widen,
    Edge,
    Narrow,
}

/// One step, as the scripts read it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Step {
    id: String,
    phase: Phase,
    asset: String,
    /// Which of the scripts' functions.
    #[serde(rename = "do")]
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// The code of a function, whose payload has its settings only.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_sha256: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sids: Vec<String>,
    /// What this step would take away stays for now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    keep_previous: bool,
    depends_on: Vec<String>,
}

/// Two parts, because the prefix can be overridden when the scripts run.
#[derive(Serialize)]
struct Name {
    prefix: String,
    suffix: String,
}

impl Step {
    fn new(asset: &AssetPlan, phase: Phase, what: &'static str, depends_on: Vec<String>) -> Self {
        let word = match phase {
            Phase::Widen => "widen",
            Phase::Edge => "edge",
            Phase::Narrow => "narrow",
        };
        Self {
            id: format!("{}/{word}/{what}", asset.id),
            phase,
            asset: asset.id.clone(),
            what,
            name: None,
            payload: None,
            sha256: None,
            code: None,
            code_sha256: None,
            sids: Vec::new(),
            keep_previous: phase == Phase::Widen,
            depends_on,
        }
    }

    fn payload(mut self, path: String, payloads: &[Artifact]) -> Self {
        self.sha256 = sha256(&path, payloads);
        self.payload = Some(path);
        self
    }

    fn code(mut self, path: String, payloads: &[Artifact]) -> Self {
        self.code_sha256 = sha256(&path, payloads);
        self.code = Some(path);
        self
    }

    fn sids(mut self, statements: &[CloudFrontStatement]) -> Self {
        self.sids = statements.iter().map(|statement| statement.sid.clone()).collect();
        self
    }

    fn named(mut self, id: &LogicalId, ResourceName { prefix, suffix }: &ResourceName) -> Self {
        self.id.extend(id.part.iter().flat_map(|part| [".", part]));
        self.name = Some(Name { prefix: prefix.clone(), suffix: suffix.clone() });
        self
    }
}

fn sha256(path: &str, files: &[Artifact]) -> Option<String> {
    files.iter().find(|artifact| artifact.path == path).map(Artifact::sha256)
}

fn steps(plan: &Plan, payloads: &[Artifact]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // The ids of an asset's steps so far.
    let ids = |steps: &[Step], asset: &AssetPlan, phases: &[Phase]| -> Vec<String> {
        let wanted = |step: &&Step| step.asset == asset.id && phases.contains(&step.phase);
        steps.iter().filter(wanted).map(|step| step.id.clone()).collect()
    };
    let fronted: Vec<_> = plan.assets.iter().filter_map(|asset| Some((asset, asset.cdn.as_ref()?))).collect();

    for (asset, _) in &fronted {
        steps.extend(bucket_steps(asset, Phase::Widen, &[], payloads));
    }
    for (asset, cdn) in &fronted {
        let before = ids(&steps, asset, &[Phase::Widen]);
        steps.extend(policy_steps(asset, cdn, &before, payloads));
    }
    for (asset, _) in &fronted {
        let behaviors = Folder::of(asset).file(layout::CACHE_BEHAVIORS);
        let before = ids(&steps, asset, &[Phase::Widen, Phase::Edge]);
        steps.push(Step::new(asset, Phase::Edge, "distribution", before).payload(behaviors, payloads));
    }
    for (asset, _) in &fronted {
        let before = ids(&steps, asset, &[Phase::Edge]);
        steps.push(Step::new(asset, Phase::Edge, "wait", before));
    }
    for asset in &plan.assets {
        let before = ids(&steps, asset, &[Phase::Edge]);
        steps.extend(bucket_steps(asset, Phase::Narrow, &before, payloads));
    }
    for (asset, cdn) in &fronted {
        if !cdn.invalidation_paths.is_empty() {
            let paths = Folder::of(asset).file(layout::INVALIDATION);
            let before = ids(&steps, asset, &[Phase::Edge, Phase::Narrow]);
            steps.push(Step::new(asset, Phase::Narrow, "invalidation", before).payload(paths, payloads));
        }
    }
    steps
}

/// The documents of the bucket and its key. A bucket without a distribution is written once.
fn bucket_steps(asset: &AssetPlan, phase: Phase, before: &[String], payloads: &[Artifact]) -> Vec<Step> {
    let folder = Folder::of(asset);
    let step = |what, file| Step::new(asset, phase, what, before.to_vec()).payload(folder.file(file), payloads);
    let mut steps = Vec::new();
    if let Some(cdn) = &asset.cdn {
        if !cdn.key_policy.is_empty() {
            steps.push(step("key-policy", layout::KEY_POLICY).sids(&cdn.key_policy));
        }
        if !cdn.bucket_policy.is_empty() {
            steps.push(step("bucket-policy", layout::BUCKET_POLICY).sids(&cdn.bucket_policy));
        }
    }
    if asset.cors.is_some() {
        steps.push(step("bucket-cors", layout::BUCKET_CORS));
    }
    // The lists of functions are wider in between, too: a rule that changes has two keys then.
    let functions = asset.cdn.iter().flat_map(|cdn| &cdn.functions).filter(|function| function.config.stored);
    steps.extend(functions.map(|function| {
        Step::new(asset, phase, "key-value-store", before.to_vec())
            .payload(layout::store_file(&function.id), payloads)
            .named(&function.id, &function.name)
    }));
    steps
}

/// What the behaviours refer to.
fn policy_steps(asset: &AssetPlan, cdn: &Cdn, before: &[String], payloads: &[Artifact]) -> Vec<Step> {
    fn named<'a, T>(
        kind: &'static str,
        policies: &'a [Policy<T>],
    ) -> Vec<(&'static str, &'a LogicalId, &'a ResourceName)> {
        policies.iter().map(|policy| (kind, &policy.id, &policy.name)).collect()
    }
    let mut policies = named(layout::ORIGIN_ACCESS_CONTROL, cdn.origin_access_control.as_slice());
    policies.extend(named(layout::CACHE_POLICY, &cdn.cache_policies));
    policies.extend(named(layout::ORIGIN_REQUEST_POLICY, &cdn.origin_request_policies));
    policies.extend(named(layout::RESPONSE_HEADERS_POLICY, &cdn.response_headers_policies));
    policies.extend(named(layout::FUNCTION, &cdn.functions));
    policies
        .into_iter()
        .map(|(kind, id, name)| {
            let step = Step::new(asset, Phase::Edge, kind, before.to_vec())
                .payload(layout::policy_file(kind, id), payloads)
                .named(id, name);
            if kind == layout::FUNCTION { step.code(layout::code_file(id), payloads) } else { step }
        })
        .collect()
}
