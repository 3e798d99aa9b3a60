//! The module around that makes buckets and distributions: what it says is followed.

use super::{edit, emitted, read};
use crate::examples::{compiled, examples};
use crate::sample_plan;
use corsynth::prove::prove;
use corsynth::readback::{File, ReadBack};
use corsynth::render::Target;

const LOCK: &str = "corsynth.lock.json";

fn owned() -> (corsynth::compile::Compiled, Vec<File>) {
    let example = examples().into_iter().find(|path| path.ends_with("10-own-everything")).unwrap();
    let compiled = compiled(&example);
    let files = emitted(compiled.plan.as_ref().unwrap(), Target::Terraform);
    (compiled, files)
}

fn doubted(read: &ReadBack) -> Vec<String> {
    read.unknowns.iter().map(|unknown| format!("{}: {}", unknown.place, unknown.what)).collect()
}

#[test]
fn what_was_written_is_taken_as_written() {
    let (compiled, files) = owned();
    assert!(files.iter().any(|file| file.path == "own/main.tf"));
    let read = read(&files);
    assert_eq!(doubted(&read), [""; 0]);
    assert!(prove(compiled.intent.as_ref().unwrap(), &read.deployed).is_proved());
}

#[test]
fn what_it_makes_is_read() {
    let read = read(&owned().1);
    let pages = read.deployed.asset("pages").unwrap();
    let distribution = pages.distribution.as_ref().unwrap();
    assert!(distribution.complete, "all paths are told");
    assert_eq!(distribution.custom_error_responses.len(), 6);
    assert_eq!(pages.bucket.policy.as_ref().map(Vec::len), Some(1), "nothing goes without TLS anyway");
}

#[test]
fn an_edit_of_the_module_around_is_judged_by_what_it_does() {
    let (compiled, files) = owned();
    let intent = compiled.intent.as_ref().unwrap();
    let cors = "module.cors.origin_access_control_ids[each.key]";
    for (path, old, new, doubt) in [
        // Nobody signs, so that the bucket refuses.
        ("own/main.tf", cors, "\"\"", None),
        // All of the bucket is one behaviour of AWS's own, by which the cache does not tell origins apart.
        (
            "own/main.tf",
            "cache_policy_id            = default_cache_behavior.value.cache_policy_id",
            "cache_policy_id = local.other_paths.cache_policy_id",
            None,
        ),
        // Whatever the origin, it is allowed.
        (
            "own/main.tf",
            "response_headers_policy_id = default_cache_behavior.value.response_headers_policy_id",
            "response_headers_policy_id = \"60669652-455b-4ae9-85a4-c4c02393f86c\"",
            None,
        ),
        (
            "own/main.tf",
            "block_public_policy     = true",
            "block_public_policy = false",
            Some("does not block all that is public"),
        ),
        ("own/main.tf", "=> bucket.id }", "=> \"somebody-elses-bucket\" }", Some("is none of the module's")),
        (
            "own/main.tf",
            "source_policy_documents = compact",
            "source_policy_documents = reverse",
            Some("`reverse` is not followed"),
        ),
        ("own/main.tf", "source = \"../\"", "source = \"../../another\"", Some("is not the one here")),
        ("own/main.tf", "[distribution.arn]", "[\"arn:aws:cloudfront::111122223333:distribution/EOTHER\"]", None),
    ] {
        let mut edited = files.clone();
        edit(&mut edited, path, old, new);
        let read = read(&edited);
        match doubt {
            None => assert_eq!(doubted(&read), [""; 0], "{old}"),
            Some(doubt) => {
                let is_told = |told: &String| told.starts_with("own/") && told.contains(doubt);
                assert!(doubted(&read).iter().any(is_told), "{old}: {:#?}", doubted(&read));
            }
        }
        assert!(!prove(intent, &read.deployed).is_proved(), "{old}");
    }
    let mut harmless = files;
    edit(&mut harmless, "own/main.tf", "\"http2and3\"", "\"http2\"");
    let read = read(&harmless);
    assert!(read.unknowns.is_empty() && prove(intent, &read.deployed).is_proved());
}

#[test]
fn paths_that_the_intent_does_not_speak_of_have_no_cors() {
    let plan = sample_plan::plan(vec![sample_plan::owned_lessons_asset()]);
    let mut files = emitted(&plan, Target::Terraform);
    let default = |files: &[File]| {
        let read = read(files);
        let behaviors = read.deployed.assets[0].distribution.clone().unwrap().behaviors;
        let behavior = behaviors.last().unwrap().clone();
        (behavior.path_pattern, behavior.response_headers_policy.is_some())
    };
    assert_eq!(default(&files), (None, false));
    let simple_cors = "response_headers_policy_id = \"60669652-455b-4ae9-85a4-c4c02393f86c\"";
    edit(&mut files, "own/main.tf", "response_headers_policy_id = null", simple_cors);
    assert_eq!(default(&files), (None, true));
}

#[test]
fn a_file_that_overrides_is_doubted_and_the_lock_is_not_needed() {
    let (compiled, files) = owned();
    let intent = compiled.intent.as_ref().unwrap();
    let mut more = files.clone();
    more.push(File { path: "own/main_override.tf".to_owned(), text: "locals {}\n".to_owned() });
    let doubtful = read(&more);
    assert_eq!(doubted(&doubtful), ["own/main_override.tf: a file of this kind is not read here"]);
    assert!(!prove(intent, &doubtful.deployed).is_proved());
    let unlocked: Vec<File> = files.iter().filter(|file| file.path != LOCK).cloned().collect();
    let read = read(&unlocked);
    assert!(read.unknowns.is_empty() && prove(intent, &read.deployed).is_proved());
}

#[test]
fn a_folder_of_somebody_else_is_no_part_of_the_module() {
    let example = examples().into_iter().find(|path| path.ends_with("05-kms")).unwrap();
    let mut files = emitted(compiled(&example).plan.as_ref().unwrap(), Target::Terraform);
    files.push(File { path: "own/main.tf".to_owned(), text: "not even HCL {".to_owned() });
    assert_eq!(doubted(&read(&files)), [""; 0]);
}
