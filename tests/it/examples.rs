//! The shipped examples: each compiles without an error, and its `expected/` folders hold exactly what `emit` makes.

use crate::support::{assert_golden, project};
use corsynth::compile::{Compiled, Input, Options, Parsed, Syntax, check};
use corsynth::render::{Stamp, Target, can_say, render};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folders below `examples/`, sorted.
pub(crate) fn examples() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(project("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 5, "there are five stories to tell: {folders:?}");
    folders
}

pub(crate) fn compiled(example: &Path) -> Compiled {
    let path = example.join("corsynth.yaml");
    compile_last(&path.display().to_string(), std::fs::read(&path).unwrap()).verified()
}

/// An example in its last environment, or as it is.
pub(crate) fn compile_last(name: &str, bytes: Vec<u8>) -> Compiled {
    let parsed = Parsed::new(Input { name: name.to_owned(), bytes, syntax: Syntax::Yaml }, &Options::default());
    let last = parsed.environments().pop();
    parsed.compile(last.as_deref())
}

#[test]
fn every_example_compiles_without_a_finding_in_all_its_environments() {
    for example in examples() {
        let path = example.join("corsynth.yaml");
        let bytes = std::fs::read(&path).unwrap();
        let input = Input { name: path.display().to_string(), bytes, syntax: Syntax::Yaml };
        let checked = check(input, &Options::default());
        assert!(checked.diagnostics.is_empty(), "{}: {:#?}", example.display(), checked.diagnostics);
    }
}

#[test]
fn expected_folders_hold_what_is_emitted() {
    for example in examples() {
        let compiled = compiled(&example);
        let plan = compiled.plan.unwrap();
        for target in Target::ALL.into_iter().filter(|target| can_say(&plan, *target)) {
            let stamp = Stamp::new("../../corsynth.yaml", compiled.source.text().as_bytes());
            let folder = example.join("expected").join(target.as_str());
            let mut made = BTreeSet::new();
            for artifact in render(&plan, target, &stamp) {
                let path = folder.join(&artifact.path);
                assert_golden(&path, &artifact.contents);
                make_executable(&path, artifact.executable);
                made.insert(path);
            }
            let mut there = BTreeSet::new();
            files_below(&folder, &mut there);
            assert_eq!(there, made, "{} holds other files than are made", folder.display());
        }
    }
}

/// Checks the executable bit of a file, or sets it when the golden files are being rewritten.
fn make_executable(path: &Path, executable: bool) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if executable { 0o755 } else { 0o644 };
    if std::env::var_os("CORSYNTH_UPDATE").is_some() {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let found = std::fs::metadata(path).unwrap().permissions().mode() & 0o111 != 0;
    assert_eq!(found, executable, "{}", path.display());
}

fn files_below(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, files);
        } else {
            files.insert(path);
        }
    }
}
