//! What any program has to do that reads an intent, as a process: the measure for what corsynth does.

use std::path::{Path, PathBuf};

/// The argument with which a benchmark only reads and parses.
pub(crate) const PARSE: &str = "parse-only";

/// Reads and parses a file, or all files below a folder, where the arguments ask for it; tells whether they do.
pub(crate) fn is_asked(arguments: &[String]) -> bool {
    let [_, word, path] = arguments else { return false };
    if word == PARSE {
        parse(Path::new(path));
    }
    word == PARSE
}

fn parse(path: &Path) {
    let mut paths: Vec<PathBuf> = vec![path.to_owned()];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).expect("a folder");
            paths.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            let text = std::fs::read_to_string(&path).expect("a file");
            let value: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
            assert!(value.is_mapping());
        }
    }
}
