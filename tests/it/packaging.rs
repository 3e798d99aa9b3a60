//! What `cargo package` would publish.

use crate::support::project;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

fn packaged() -> BTreeSet<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(project("."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("paths").lines().map(PathBuf::from).collect()
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
