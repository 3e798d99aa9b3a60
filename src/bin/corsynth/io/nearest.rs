//! The file that holds for what is in its directory and below: the nearest one of a name.

use super::{folder, is_stdin};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Finds the nearest file of a name, and remembers it for each directory: thousands of files have few directories above
/// them.
#[derive(Debug)]
pub(crate) struct Nearest {
    name: &'static str,
    /// By absolute directory.
    known: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Nearest {
    /// Files of this name.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, known: BTreeMap::new() }
    }

    /// The one in the directory of a file, or above it: up to the root of the repository, where the file is in one. Of
    /// stdin, from the current directory.
    pub(crate) fn to(&mut self, path: &Path) -> Option<PathBuf> {
        let start = if is_stdin(path) { Path::new(".") } else { folder(path) };
        let absolute = fs::canonicalize(start).ok()?;
        let found = self.from(&absolute)?;
        // Shown as it is reached from here, so no more of the path is made absolute than has to be.
        Some(if found.parent() == Some(&absolute) { start.join(self.name) } else { relative(found) })
    }

    fn from(&mut self, directory: &Path) -> Option<PathBuf> {
        if let Some(known) = self.known.get(directory) {
            return known.clone();
        }
        let file = directory.join(self.name);
        let found = if file.is_file() {
            Some(file)
        } else if directory.join(".git").exists() {
            None
        } else {
            directory.parent().and_then(|above| self.from(above))
        };
        self.known.insert(directory.to_owned(), found.clone());
        found
    }
}

/// A path as it is reached from the current directory, where it is below.
fn relative(path: PathBuf) -> PathBuf {
    let current = std::env::current_dir().and_then(fs::canonicalize).ok();
    current.and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf)).unwrap_or(path)
}
