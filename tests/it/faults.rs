//! What goes wrong around the program: it is killed, the disk is full, files are not what they seem, nobody listens.
//! It ends with the old output or the new one, a sentence, and the exit code for it.

mod ends;
mod places;
mod streams;

use crate::cli::INTENT;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Everything below a directory that is no leftover of a killed run: path to contents.
fn tree(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, below: &Path, tree: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(below).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                walk(root, &path, tree);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                tree.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(directory, directory, &mut all);
    all
}

/// The program as the operating system starts it, with nothing of the caller's environment.
fn program(here: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corsynth"));
    command.args(words).env_clear().current_dir(here);
    command
}

/// The program behind a line of shell, which calls it `"$@"`.
fn shell(here: &Path, line: &str, words: &[&str]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line, "sh", env!("CARGO_BIN_EXE_corsynth")]).args(words).env_clear().current_dir(here);
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// It ended with this code, and said this, and nothing of a panic.
#[track_caller]
fn ends(command: &mut Command, code: i32, said: &str) -> Output {
    let output = command.output().unwrap();
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{:?}: {told}", output.status);
    assert!(told.contains(said), "`{said}` is not in: {told}");
    assert!(!told.contains("panicked") && !told.contains("internal error"), "{told}");
    output
}

/// The intent with another origin.
fn other() -> String {
    INTENT.replace("www.acme.com", "shop.acme.com")
}
