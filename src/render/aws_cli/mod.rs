//! `Plan` to a bundle for the AWS CLI: the APIs' own JSON, a manifest that orders it, and the scripts that
//! apply it.
//!
//! The scripts are the same in every bundle and hold nothing of the plan: what they do is in the JSON files.

mod checks;
mod layout;
mod manifest;
mod payloads;
mod permissions;
mod readme;
mod scripts;

use serde_json::Value;

use super::artifact::{Artifact, Stamp, Target, lock_file};
use super::contract;
use super::function as code;
use crate::plan::{AssetPlan, Plan, Policy, Provenance};
use layout::Folder;
pub(super) use scripts::{command, library};

pub(super) fn render(plan: &Plan, stamp: &Stamp) -> Vec<Artifact> {
    let mut bundle = Bundle::default();
    for asset in &plan.assets {
        add_payloads(&mut bundle, plan, asset);
    }
    let manifest = manifest::manifest(plan, stamp, &bundle.artifacts);
    let permissions = permissions::policy(plan);
    let readme = readme::readme(plan, stamp, &permissions);
    bundle.artifacts.push(json_file("manifest.json", &manifest));
    bundle.artifacts.push(json_file("iam-policy.json", &permissions));
    bundle.artifacts.push(readme);
    bundle.artifacts.extend(scripts::scripts(stamp));
    let lock = lock_file(Target::AwsCli, stamp, &bundle.artifacts, &bundle.addresses, Vec::new());
    bundle.artifacts.push(lock);
    bundle.artifacts
}

/// The files so far, and which intent pointers stand behind which of them.
#[derive(Default)]
struct Bundle {
    artifacts: Vec<Artifact>,
    addresses: Vec<(String, Vec<String>)>,
}

impl Bundle {
    fn add(&mut self, path: String, payload: &Value, provenance: &Provenance) {
        self.artifacts.push(json_file(path.clone(), payload));
        self.addresses.push((path, provenance.0.clone()));
    }

    fn add_policies<T>(&mut self, kind: &str, policies: &[Policy<T>], payload: fn(&Policy<T>) -> Value) {
        for policy in policies {
            self.add(layout::policy_file(kind, &policy.id), &payload(policy), &policy.provenance);
        }
    }
}

fn add_payloads(bundle: &mut Bundle, plan: &Plan, asset: &AssetPlan) {
    let folder = Folder::of(asset);
    if let Some(cors) = &asset.cors {
        let rules = payloads::cors_rules(cors);
        let document = serde_json::json!({ "CORSRules": rules });
        bundle.add(folder.file(layout::BUCKET_CORS), &document, &asset.provenance);
        // The console's editor takes the bare array, the API the object around it.
        bundle.artifacts.push(json_file(folder.file("bucket-cors.console.json"), &rules));
    }
    if let Some(contract) = asset.custom_origin().and_then(contract::document) {
        bundle.add(folder.file(layout::ORIGIN_CONTRACT), &contract, &asset.provenance);
    }
    if let Some(cdn) = &asset.cdn {
        bundle.add_policies(
            layout::ORIGIN_ACCESS_CONTROL,
            cdn.origin_access_control.as_slice(),
            payloads::origin_access_control,
        );
        bundle.add_policies(layout::CACHE_POLICY, &cdn.cache_policies, payloads::cache_policy);
        bundle.add_policies(
            layout::ORIGIN_REQUEST_POLICY,
            &cdn.origin_request_policies,
            payloads::origin_request_policy,
        );
        bundle.add_policies(
            layout::RESPONSE_HEADERS_POLICY,
            &cdn.response_headers_policies,
            payloads::response_headers_policy,
        );
        for function in &cdn.functions {
            let settings = payloads::function(plan, function);
            bundle.add(layout::policy_file(layout::FUNCTION, &function.id), &settings, &function.provenance);
            bundle.artifacts.push(Artifact::file(layout::code_file(&function.id), code::code(&function.config)));
            if function.config.stored {
                let origins = code::store_document(&function.config);
                bundle.add(layout::store_file(&function.id), &origins, &function.provenance);
            }
        }
        for (name, statements) in [(layout::BUCKET_POLICY, &cdn.bucket_policy), (layout::KEY_POLICY, &cdn.key_policy)] {
            if let Some(bucket) = asset.bucket().filter(|_| !statements.is_empty()) {
                let payload = payloads::statements(statements, bucket, cdn.distribution.as_deref());
                bundle.add(folder.file(name), &payload, &asset.provenance);
            }
        }
        let pointers = cdn.behaviors.iter().flat_map(|b| b.provenance.0.iter().cloned()).collect();
        bundle.add(
            folder.file(layout::CACHE_BEHAVIORS),
            &payloads::cache_behaviors(&cdn.behaviors),
            &Provenance(pointers),
        );
        if !cdn.invalidation_paths.is_empty() {
            let paths = payloads::quantity(&cdn.invalidation_paths);
            bundle.add(folder.file(layout::INVALIDATION), &paths, &asset.provenance);
        }
    }
    bundle.artifacts.push(json_file(folder.file(layout::CHECKS), &checks::checks(asset)));
}

fn json_file(path: impl Into<String>, value: &Value) -> Artifact {
    Artifact::file(path, format!("{value:#}\n"))
}
