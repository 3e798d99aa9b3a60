//! Other ids for the same buckets: `moved` blocks, what cannot be told with them, and Terraform's own word on it.

use crate::cli::corsynth;
use crate::hcl_printer::terraform;
use crate::support::tool;
use crate::terraform::provider_mirror;
use assert_cmd::assert::Assert;
use std::fs;
use std::path::Path;

const INTENT: &str = include_str!("renames/before.yaml");

const EMIT: [&str; 5] = ["emit", "--format", "terraform", "--out", "out"];

fn write(here: &Path, intent: &str) {
    fs::write(here.join("corsynth.yaml"), intent).unwrap();
}

fn emit(here: &Path, more: &[&str]) -> Assert {
    corsynth(here).args(EMIT).args(more).assert()
}

/// Each id as a word of its own.
fn renamed(from: &str, to: &str) -> String {
    let text = INTENT.replace(&format!("  {from}:"), &format!("  {to}:"));
    text.replace(&format!("to: {from}"), &format!("to: {to}")).replace(&format!("/{from} "), &format!("/{to} "))
}

fn moved(here: &Path) -> String {
    fs::read_to_string(here.join("out/moved.tf")).unwrap_or_default()
}

#[test]
fn a_renamed_asset_is_moved_and_check_agrees() {
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    write(here, INTENT);
    emit(here, &[]).code(0);
    assert_eq!(moved(here), "", "there is nothing to tell");

    write(here, &renamed("static", "assets"));
    let diff = emit(here, &["--diff"]).code(0).get_output().stdout.clone();
    assert!(String::from_utf8_lossy(&diff).contains("+++ b/moved.tf"));
    emit(here, &["--check"]).code(1);
    emit(here, &[]).code(0);
    for (kind, part) in [
        ("aws_s3_bucket_cors_configuration", ""),
        ("aws_s3_bucket_policy", ""),
        ("aws_cloudfront_origin_access_control", ""),
        ("aws_cloudfront_cache_policy", ""),
        ("aws_cloudfront_response_headers_policy", "/docs"),
        ("aws_cloudfront_response_headers_policy", "/fonts"),
    ] {
        let address = |id: &str| format!("{kind}.this[\"{id}{part}\"]");
        let block = format!("moved {{\n  from = {}\n  to   = {}\n}}\n", address("static"), address("assets"));
        assert!(moved(here).contains(&block), "{kind}: {}", moved(here));
    }

    // Kept, and the same bytes, as long as it is so.
    let told = moved(here);
    emit(here, &["--check"]).code(0).stdout("");
    emit(here, &[]).code(0);
    assert_eq!(moved(here), told);

    // Back again: no block may begin at what is in use.
    write(here, INTENT);
    emit(here, &[]).code(0);
    assert!(moved(here).contains("from = aws_cloudfront_cache_policy.this[\"assets\"]"), "{}", moved(here));
    assert!(!moved(here).contains("from = aws_cloudfront_cache_policy.this[\"static\"]"), "{}", moved(here));
    emit(here, &["--check"]).code(0);
}

#[test]
fn a_renamed_path_moves_what_serves_it() {
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    write(here, INTENT);
    emit(here, &[]).code(0);
    write(here, &renamed("fonts", "type").replace("{ fonts:", "{ type:").replace("use: [type]", "use: [fonts]"));
    emit(here, &[]).code(0);
    let told = moved(here);
    assert!(told.contains("to   = aws_cloudfront_response_headers_policy.this[\"static/type\"]"), "{told}");
    assert!(!told.contains("aws_s3_bucket_cors_configuration"), "the bucket's stays where it is: {told}");
}

#[test]
fn another_region_among_the_buckets_moves_those_of_the_first() {
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    write(here, INTENT);
    emit(here, &[]).code(0);
    write(here, &INTENT.replace("region: eu-west-1 } # uploads", "region: us-east-1 }"));
    emit(here, &[]).code(0);
    let told = moved(here);
    assert!(
        told.contains("to   = aws_s3_bucket_cors_configuration.eu_west_1[\"static\"]"),
        "the label of the resource is the region's: {told}"
    );
}

#[test]
fn ids_that_are_swapped_are_refused_and_nothing_is_written() {
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    write(here, INTENT);
    emit(here, &[]).code(0);
    let before = fs::read(here.join("out/corsynth.lock.json")).unwrap();
    let swapped = INTENT.replace("acme-static-prod", "?").replace("acme-uploads-prod", "acme-static-prod");
    write(here, &swapped.replace('?', "acme-uploads-prod"));
    for more in [&[][..], &["--check"], &["--force"]] {
        let refused = emit(here, more).code(2);
        let talk = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(talk.contains("cannot be renamed in one step"), "{talk}");
        assert!(talk.contains("acme-static-prod") && talk.contains("two steps"), "{talk}");
    }
    assert_eq!(fs::read(here.join("out/corsynth.lock.json")).unwrap(), before);
    // Elsewhere nobody knows of other ids.
    corsynth(here).args(["emit", "--format", "terraform", "--out", "elsewhere"]).assert().code(0);
}

/// The module of before and the module of after, with one state: the objects must be the same ones.
#[test]
fn terraform_destroys_nothing_when_an_id_changes() {
    // `state_key` came with 1.11: older ones cannot be asked.
    if !tool("terraform", "version") || !provider_mirror() {
        return;
    }
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    let copy = |to: &str| crate::support::copy(&here.join("out"), &here.join("root").join(to));
    write(here, INTENT);
    emit(here, &[]).code(0);
    copy("before");
    write(here, &renamed("static", "assets"));
    emit(here, &[]).code(0);
    copy("after");
    copy("untold");
    fs::remove_file(here.join("root/untold/moved.tf")).unwrap();
    fs::write(here.join("root/renames.tftest.hcl"), include_str!("renames/renames.tftest.hcl")).unwrap();
    let root = here.join("root");
    // `terraform init` does nothing in a folder without a configuration.
    fs::write(root.join("main.tf"), "terraform {}\n").unwrap();
    let run = |words: &[&str]| {
        let output = terraform(&root, words);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(output.status.success(), "terraform {words:?}\n{text}");
        text
    };
    run(&["init", "-backend=false", "-no-color"]);
    let report = run(&["test", "-no-color", "-verbose"]);
    let (_, after) = report.split_once("run \"after\"").expect("the plan of the module with its `moved` blocks");
    let (after, untold) = after.split_once("run \"untold\"").expect("the plan of the module without them");
    assert!(after.contains("0 to add") && after.contains("0 to destroy"), "{after}");
    assert!(after.contains("has moved to") || after.contains("(moved from"), "{after}");
    assert!(!untold.contains("0 to destroy"), "the test would notice: {untold}");
}
