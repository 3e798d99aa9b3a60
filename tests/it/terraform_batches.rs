//! Modules of random intents before the real provider, many in one root: Terraform starts once for all of them.
//!
//! `CORSYNTH_TERRAFORM_CASES` asks for more than the usual few.

use crate::prove::vocabulary::{compiled, intents};
use crate::sample_plan;
use crate::support::tool;
use crate::terraform::{provider_mirror, succeeds, write};
use corsynth::plan::{AssetPlan, TrustedKeyGroups};
use corsynth::render::{Target, render};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::fmt::Write as _;

const USUAL_CASES: usize = 8;
/// Modules of one root.
const BATCH: usize = 40;

fn cases() -> usize {
    std::env::var("CORSYNTH_TERRAFORM_CASES").map_or(USUAL_CASES, |count| count.parse().expect("a number of modules"))
}

#[test]
fn the_provider_accepts_modules_of_random_intents() {
    if !tool("terraform", "version") || !provider_mirror() {
        return;
    }
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let stamp = sample_plan::stamp();
    let mut plans = std::iter::repeat_with(|| intents().new_tree(&mut runner).expect("an intent").current())
        .filter_map(|intent| compiled(&intent).plan)
        // Their callers bring a provider for us-east-1, and the stand-in for the real one knows no Lambda.
        .filter(|plan| !plan.has_lambda());
    let (mut accepted, wanted) = (0, cases());
    while accepted < wanted {
        let root = tempfile::tempdir().expect("a folder");
        let mut calls = "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n".to_owned();
        for (index, plan) in plans.by_ref().take(BATCH.min(wanted - accepted)).enumerate() {
            let folder = root.path().join(format!("m{index}"));
            write(&folder, &render(&plan, Target::Terraform, &stamp));
            let around = if folder.join("own").exists() { "/own" } else { "" };
            let mut arguments = format!("  source = \"./m{index}{around}\"\n");
            for asset in plan.assets.iter().filter(|asset| takes_key_groups(asset)) {
                let _ = writeln!(arguments, "\n  key_group_ids = {{ \"{}\" = [\"a\"] }}", asset.id);
            }
            let _ = write!(calls, "\nmodule \"m{index}\" {{\n{arguments}}}\n");
            accepted += 1;
        }
        std::fs::write(root.path().join("main.tf"), calls).expect("the root can be written");
        succeeds(root.path(), &["fmt", "-check", "-diff", "-recursive"]);
        succeeds(root.path(), &["init", "-backend=false", "-input=false", "-no-color"]);
        succeeds(root.path(), &["validate", "-no-color"]);
    }
    println!("{accepted} modules of random intents accepted");
}

/// Whether whoever calls the module says whose signatures count. An intent of these has one asset.
fn takes_key_groups(asset: &AssetPlan) -> bool {
    let mut behaviors = asset.cdn.iter().flat_map(|cdn| &cdn.behaviors);
    behaviors.any(|behavior| behavior.trusted_key_groups == TrustedKeyGroups::Parameter)
}
