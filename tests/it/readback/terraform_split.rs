//! Two modules for two states: together they read back as the plan, and an edit of either shows.

use super::{all_plans, edit, files, read};
use crate::examples::{compiled, examples};
use crate::sample_plan;
use corsynth::deployed::{Deployed, RuleOrder};
use corsynth::plan::Plan;
use corsynth::prove::prove;
use corsynth::readback::{File, Format};
use corsynth::render::{Earlier, can_split, render_split};

fn emitted(plan: &Plan) -> Vec<File> {
    files(render_split(plan, &sample_plan::stamp(), &Earlier::default()))
}

fn without_order(plan: &Plan) -> Deployed {
    let mut deployed = Deployed::from(plan);
    for cors in deployed.assets.iter_mut().filter_map(|asset| asset.bucket.cors.as_mut()) {
        cors.order = RuleOrder::Any;
        cors.rules.iter_mut().for_each(|rule| rule.allowed_methods.sort_unstable());
    }
    deployed
}

#[test]
fn what_is_emitted_reads_back() {
    let plans: Vec<_> = all_plans().into_iter().filter(|(_, plan)| can_split(plan)).collect();
    assert!(plans.iter().filter(|(_, plan)| plan.assets.iter().any(|asset| asset.owned.is_some())).count() > 3);
    for (name, plan) in plans {
        let read = read(&emitted(&plan));
        assert_eq!(read.format, Format::TerraformModule, "{name}");
        assert_eq!(read.unknowns, [], "{name}");
        assert_eq!(read.deployed, without_order(&plan), "{name}");
    }
}

#[test]
fn every_half_is_a_module_by_itself() {
    let plan = sample_plan::plan(vec![sample_plan::owned_asset(), sample_plan::owned_tiles_asset()]);
    let all = emitted(&plan);
    for (folder, has_cors, has_behaviors) in [("bucket/", true, false), ("cdn/", false, true)] {
        let half = all.iter().filter_map(|file| {
            let path = file.path.strip_prefix(folder)?.to_owned();
            Some(File { path, text: file.text.clone() })
        });
        let read = read(&half.collect::<Vec<_>>());
        assert_eq!(read.unknowns, [], "{folder}");
        let asset = read.deployed.asset("static").unwrap();
        assert_eq!(asset.bucket.cors.is_some(), has_cors, "{folder}");
        let behaviors = asset.distribution.iter().flat_map(|distribution| &distribution.behaviors);
        assert_eq!(behaviors.count() > 0, has_behaviors, "{folder}");
    }
}

#[test]
fn an_edit_of_either_module_is_judged_by_what_it_does() {
    let example = examples().into_iter().find(|path| path.ends_with("10-own-everything")).unwrap();
    let compiled = compiled(&example);
    let (intent, plan) = (compiled.intent.unwrap(), compiled.plan.unwrap());
    let all = emitted(&plan);
    assert!(prove(&intent, &read(&all).deployed).is_proved());
    for (path, old, new, doubt) in [
        // Nobody is let in.
        ("bucket/own/main.tf", "= var.distribution_arns", "= {}", None),
        ("bucket/locals.tf", "https://docs.acme.com", "https://evil.example", None),
        ("cdn/locals.tf", "https://docs.acme.com", "https://evil.example", None),
        ("cdn/own/main.tf", "module.cors.origin_access_control_ids[each.key]", "\"\"", None),
        (
            "cdn/own/main.tf",
            "bucket_regional_domain_name = name",
            "bucket_regional_domain_name = \"acme-other.s3.eu-central-1.amazonaws.com\"",
            Some("cdn/own/"),
        ),
        ("cdn/locals.tf", "\"acme-docs-assets\"", "\"acme-other\"", Some("two buckets for `pages`")),
        (
            "bucket/own/main.tf",
            "block_public_policy     = true",
            "block_public_policy = false",
            Some("bucket/own/main.tf"),
        ),
    ] {
        let mut edited = all.clone();
        edit(&mut edited, path, old, new);
        let read = read(&edited);
        let told: Vec<_> = read.unknowns.iter().map(|unknown| format!("{}: {}", unknown.place, unknown.what)).collect();
        match doubt {
            None => assert_eq!(told, [""; 0], "{old}"),
            Some(doubt) => assert!(told.iter().any(|told| told.contains(doubt)), "{old}: {told:#?}"),
        }
        assert!(!prove(&intent, &read.deployed).is_proved(), "{path}: {old}");
    }
}
