//! The steps of `docs/migrate/` in Terraform: from the configuration of before to that of after, with one state.

use super::pages::{folders, plan};
use crate::hcl_printer::terraform;
use crate::support::{project, tool};
use crate::terraform::{provider_mirror, write};
use corsynth::render::{Stamp, Target, render};
use std::fs;
use std::path::Path;

/// What `docs/migrate/NAME` comes to with mocked providers: the plan that leads from before to after.
fn planned(name: &str, change: impl Fn(String) -> String) -> String {
    let folder = project("docs/migrate").join(name);
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    // `terraform init` does nothing in a folder without a configuration.
    put("main.tf", "terraform {}\n");
    put("before/main.tf", &text("before.tf"));
    put("after/main.tf", &change(text("after.tf")));
    write(&root.join("after/cors"), &render(&plan(&folder), Target::Terraform, &Stamp::new("corsynth.yaml", b"")));
    put("migrate.tftest.hcl", include_str!("migrate.tftest.hcl"));
    run(root, &["init", "-backend=false", "-no-color"]);
    let report = run(root, &["test", "-no-color", "-verbose"]);
    report.split_once("run \"after\"").expect("the plan of after").1.to_owned()
}

fn run(root: &Path, words: &[&str]) -> String {
    let output = terraform(root, words);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "terraform {words:?}\n{text}");
    text
}

/// The text without its first block of a kind that begins a line.
fn without(kind: &str, text: &str) -> String {
    let start = format!("\n{kind} {{\n");
    let (before, rest) = text.split_once(&start).unwrap_or_else(|| panic!("no `{kind}` in\n{text}"));
    format!("{before}\n{}", rest.split_once("\n}\n").expect("the end of the block").1)
}

#[test]
fn nothing_is_destroyed_on_the_way() {
    if !tool("terraform", "version") || !provider_mirror() {
        return;
    }
    // A mocked provider imports nothing; what is not imported is put over what is there.
    let inline = planned("terraform-inline", |text| without("import", &text));
    // (It also takes `cors_rule` out of the bucket, which the provider leaves alone when it is absent.)
    assert!(inline.contains("1 to add") && inline.contains("0 to destroy"), "{inline}");
    for name in ["forwarded-values", "managed-policies"] {
        let after = planned(name, |text| text);
        assert!(after.contains("0 to destroy"), "{name}: {after}");
        assert!(
            after.contains("aws_cloudfront_distribution.") && after.contains("will be updated in-place"),
            "{after}"
        );
        assert!(after.contains("aws_s3_bucket_cors_configuration.this[\""), "{after}");
    }
    let untold = planned("forwarded-values", |text| without("moved", &text));
    assert!(untold.contains("1 to destroy"), "the test would notice: {untold}");
}

/// Roots that call modules of a registry can only be looked at.
#[test]
fn what_cannot_be_planned_is_canonical_at_least() {
    if !tool("terraform", "version") {
        return;
    }
    for folder in folders() {
        run(&folder, &["fmt", "-check", "-diff", "-no-color"]);
    }
}
