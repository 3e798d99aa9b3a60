//! Two modules for two states: nothing is in both, nothing is left out, and Terraform takes each by itself.

use crate::examples::{compiled, examples};
use crate::sample_plan;
use crate::support::tool;
use crate::terraform::{provider_mirror, succeeds, write};
use corsynth::plan::Plan;
use corsynth::render::{Artifact, Earlier, Target, can_split, render, render_split};
use std::collections::BTreeSet;

fn split(plan: &Plan) -> Vec<Artifact> {
    render_split(plan, &sample_plan::stamp(), &Earlier::default())
}

/// The resources that a lock file tells, by address.
fn addresses(artifacts: &[Artifact], lock: &str) -> BTreeSet<String> {
    let lock = artifacts.iter().find(|artifact| artifact.path == lock).expect("a lock file");
    let lock: serde_json::Value = serde_json::from_str(&lock.contents).expect("JSON");
    lock["resources"].as_object().expect("resources").keys().cloned().collect()
}

fn plans() -> Vec<(String, Plan)> {
    let samples = sample_plan::all().into_iter().map(|(name, plan)| (name.to_owned(), plan));
    let examples = examples().into_iter().filter_map(|path| Some((path.display().to_string(), compiled(&path).plan?)));
    samples.chain(examples).filter(|(_, plan)| can_split(plan)).collect()
}

#[test]
fn every_resource_is_in_one_of_the_two() {
    for (name, plan) in plans() {
        let artifacts = split(&plan);
        let lock = |path: &str| addresses(&artifacts, path);
        let (bucket, cdn) = (lock("bucket/corsynth.lock.json"), lock("cdn/corsynth.lock.json"));
        // A bucket's policy is written where it is asked for, which is where the bucket is.
        assert_eq!(bucket.intersection(&cdn).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}");
        let both: BTreeSet<String> = bucket.union(&cdn).cloned().collect();
        let whole = render(&plan, Target::Terraform, &sample_plan::stamp());
        assert_eq!(both, addresses(&whole, "corsynth.lock.json"), "{name}");
        assert_eq!(both, lock("corsynth.lock.json"), "{name}");
        assert!(bucket.iter().all(|address| address.starts_with("aws_s3_")), "{name}: {bucket:?}");
        assert!(!cdn.iter().any(|address| address.starts_with("aws_s3_")), "{name}: {cdn:?}");
    }
}

#[test]
fn the_cdn_needs_no_provider_of_a_buckets_region() {
    let plan = sample_plan::all().into_iter().find(|(name, _)| *name == "regions").expect("a sample plan").1;
    let artifacts = split(&plan);
    let versions = |path: &str| &artifacts.iter().find(|artifact| artifact.path == path).expect("a file").contents;
    assert!(versions("bucket/versions.tf").contains("configuration_aliases"));
    assert!(!versions("cdn/versions.tf").contains("configuration_aliases"));
}

#[test]
fn terraform_takes_each_by_itself() {
    if !tool("terraform", "version") || !provider_mirror() {
        return;
    }
    for name in ["mixed", "owned", "owned-lessons"] {
        let plan = sample_plan::all().into_iter().find(|(other, _)| *other == name).expect("a sample plan").1;
        let directory = tempfile::tempdir().expect("a temporary folder");
        write(directory.path(), &split(&plan));
        for module in ["bucket", "cdn", "bucket/own", "cdn/own"] {
            let module = directory.path().join(module);
            if module.is_dir() {
                succeeds(&module, &["init", "-backend=false", "-no-color"]);
                let report = succeeds(&module, &["test", "-no-color"]);
                assert!(report.contains("0 failed"), "{name}: {report}");
            }
        }
    }
}
