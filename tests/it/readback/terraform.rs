//! Terraform modules read back: what is emitted says what the plan says, and an edit shows.

use crate::examples::{compiled, examples};
use crate::properties::plans;
use crate::sample_plan;
use corsynth::deployed::{Deployed, RuleOrder};
use corsynth::plan::Plan;
use corsynth::readback::{File, Format, ReadBack, read};
use corsynth::render::{Stamp, Target, render};

fn module(plan: &Plan) -> Vec<File> {
    let stamp = Stamp::new("../corsynth.yaml", b"readback");
    let artifacts = render(plan, Target::Terraform, &stamp);
    artifacts.into_iter().map(|artifact| File { path: artifact.path, text: artifact.contents }).collect()
}

/// What the plan comes to, with the order of rules that Terraform keeps: none, and none within a rule.
fn expected(plan: &Plan) -> Deployed {
    let mut deployed = Deployed::from(plan);
    for cors in deployed.assets.iter_mut().filter_map(|asset| asset.bucket.cors.as_mut()) {
        cors.order = RuleOrder::Any;
        for rule in &mut cors.rules {
            rule.allowed_methods.sort_unstable();
        }
    }
    deployed
}

#[track_caller]
fn assert_reads_back(name: &str, plan: &Plan) {
    let ReadBack { format, deployed, unknowns } = read(&module(plan)).unwrap();
    assert_eq!(format, Format::TerraformModule);
    assert_eq!(unknowns, [], "{name}");
    assert_eq!(deployed, expected(plan), "{name}");
}

#[test]
fn examples_read_back() {
    for example in examples() {
        assert_reads_back(&example.display().to_string(), &compiled(&example).plan.unwrap());
    }
}

#[test]
fn sample_plans_read_back() {
    for (name, plan) in sample_plan::all() {
        assert_reads_back(name, &plan);
    }
}

#[test]
fn random_intents_read_back() {
    for (intent, plan) in plans(60) {
        assert_reads_back(&intent.to_string(), &plan);
    }
}
