//! The module around that makes buckets and distributions: what it says is held to what was written.

use super::{edit, emitted, read};
use crate::examples::{compiled, examples};
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
fn an_edit_of_the_module_around_is_not_proved() {
    let (compiled, files) = owned();
    let intent = compiled.intent.as_ref().unwrap();
    let simple_cors = "response_headers_policy_id = \"60669652-455b-4ae9-85a4-c4c02393f86c\"";
    for (path, old, new) in [
        // Every website may read what the intent does not speak of.
        ("own/main.tf", "response_headers_policy_id = null", simple_cors),
        ("own/main.tf", "block_public_policy     = true", "block_public_policy     = false"),
        (
            "own/main.tf",
            "cache_policy_id            = ordered_cache_behavior.value.cache_policy_id",
            "cache_policy_id = null",
        ),
        ("own/locals.tf", "acme-docs-assets", "somebody-elses-bucket"),
    ] {
        let mut edited = files.clone();
        edit(&mut edited, path, old, new);
        let read = read(&edited);
        let told = format!(
            "{path}: `{path}`, which makes the distributions, is not as it was made, and what it says now is not followed"
        );
        assert_eq!(doubted(&read), [told], "{old}");
        assert!(!prove(intent, &read.deployed).is_proved(), "{old}");
    }
}

#[test]
fn a_file_more_and_a_lock_less_are_doubted() {
    let (compiled, files) = owned();
    let intent = compiled.intent.as_ref().unwrap();
    let mut more = files.clone();
    more.push(File { path: "own/main_override.tf".to_owned(), text: "locals {}\n".to_owned() });
    let unlocked: Vec<File> = files.iter().filter(|file| file.path != LOCK).cloned().collect();
    for (files, count) in [(more, 1), (unlocked, 5)] {
        let read = read(&files);
        assert_eq!(read.unknowns.len(), count, "{:#?}", doubted(&read));
        assert!(doubted(&read).iter().all(|told| told.contains("is not in the lock file")), "{:#?}", doubted(&read));
        assert!(!prove(intent, &read.deployed).is_proved());
    }
}

#[test]
fn a_folder_of_somebody_else_is_no_part_of_the_module() {
    let example = examples().into_iter().find(|path| path.ends_with("05-kms")).unwrap();
    let mut files = emitted(compiled(&example).plan.as_ref().unwrap(), Target::Terraform);
    files.push(File { path: "own/main.tf".to_owned(), text: "not even HCL {".to_owned() });
    assert_eq!(doubted(&read(&files)), [""; 0]);
}
