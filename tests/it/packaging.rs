//! What `cargo package` would publish, and which compiler it asks for.

use crate::support::project;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(project(".")).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn packaged() -> BTreeSet<PathBuf> {
    cargo(&["package", "--list", "--allow-dirty", "--offline"]).lines().map(PathBuf::from).collect()
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => assert!(plain.pop(), "{}", path.display()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn the_crate_holds_what_its_sources_include_and_no_tests() {
    let packaged = packaged();
    let mut included = 0;
    for source in packaged.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        let text = std::fs::read_to_string(project(source.to_str().expect("UTF-8"))).expect("a source");
        for rest in text.split("include_str!(\"").skip(1) {
            let (relative, _) = rest.split_once('"').expect("the end of a path");
            let wanted = plain(&source.parent().expect("a folder").join(relative));
            assert!(packaged.contains(&wanted), "{} includes {}", source.display(), wanted.display());
            included += 1;
        }
    }
    assert!(included >= 20, "{included}");
    for file in &packaged {
        assert!(
            !file.starts_with("tests") && !file.starts_with("examples/01-public-fonts/expected"),
            "{}",
            file.display()
        );
    }
}

/// The standard library's part of the promise is kept by the lint `incompatible_msrv`.
#[test]
fn every_dependency_builds_with_the_oldest_compiler_that_is_promised() {
    // Packages for other platforms need not be on this machine.
    let version = cargo(&["--version", "--verbose"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a platform");
    let metadata = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let metadata = cargo(&metadata);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let minor = |package: &serde_json::Value| -> Option<u32> {
        let version = package["rust_version"].as_str()?;
        let minor = version.strip_prefix("1.").and_then(|rest| rest.split('.').next()?.parse().ok());
        Some(minor.unwrap_or_else(|| panic!("Rust {version}")))
    };
    let packages = metadata["packages"].as_array().expect("packages");
    let own = packages.iter().find(|package| package["name"] == "corsynth").and_then(minor).expect("a promise");
    let mut asked =
        packages.iter().filter_map(|package| Some((minor(package)?, &package["name"], &package["version"])));
    assert!(asked.clone().count() > 50);
    let newer = asked.find(|(minor, ..)| *minor > own);
    assert_eq!(newer, None, "Rust 1.{own} is promised");
    let install = std::fs::read_to_string(project("docs/install.md")).expect("docs/install.md");
    assert!(install.contains(&format!("Rust 1.{own} or newer; ")), "docs/install.md promises another compiler");
}
