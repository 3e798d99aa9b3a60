//! What the integration tests share: golden files, and external tools that may be missing.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A path below the project's root.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares with a checked-in file, or rewrites it when `CORSYNTH_UPDATE=1`.
#[track_caller]
pub(crate) fn assert_golden(path: &Path, actual: &str) {
    if std::env::var_os("CORSYNTH_UPDATE").is_some() {
        // Other tests read these files meanwhile: what is current is left alone.
        if std::fs::read_to_string(path).is_ok_and(|current| current == actual) {
            return;
        }
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(path, actual).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{}: {e}; CORSYNTH_UPDATE=1 writes it", path.display()));
    if expected != actual {
        let differing = expected.lines().zip(actual.lines()).position(|(old, new)| old != new);
        let line = differing.unwrap_or(expected.lines().count().min(actual.lines().count()));
        panic!(
            "{}:{}: expected `{}`, found `{}`; CORSYNTH_UPDATE=1 rewrites it",
            path.display(),
            line + 1,
            expected.lines().nth(line).unwrap_or("<the end>"),
            actual.lines().nth(line).unwrap_or("<the end>"),
        );
    }
}

/// Whether an external tool can be started. A missing one is printed as *not run*; with
/// `CORSYNTH_REQUIRE_TOOLS` set (as in `.ci/run`) it fails the test.
#[track_caller]
pub(crate) fn tool(name: &str, version_argument: &str) -> bool {
    let found = Command::new(name).arg(version_argument).output().is_ok_and(|o| o.status.success());
    if !found {
        assert!(
            std::env::var_os("CORSYNTH_REQUIRE_TOOLS").is_none(),
            "`{name}` is required here and cannot be started"
        );
        eprintln!("not run: `{name}` is not installed");
    }
    found
}

/// The value, or a panic with the error: for set-up that cannot fail.
#[track_caller]
pub(crate) fn unwrapped<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error:?}"))
}

/// All files of a folder in another place.
pub(crate) fn copy(from: &Path, to: &Path) {
    unwrapped(std::fs::create_dir_all(to));
    for entry in unwrapped(std::fs::read_dir(from)) {
        let from = unwrapped(entry).path();
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            copy(&from, &to);
        } else {
            unwrapped(std::fs::copy(&from, &to));
        }
    }
}
