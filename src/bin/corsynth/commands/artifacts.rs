//! Artifact sets for `corsynth validate --artifacts`: every finding of every file.

use crate::exit::Exit;
use crate::io::{self, Terminal};
use crate::settings::Configured;
use corsynth::inspect::{Inspected, inspect};
use corsynth::report::FileReport;
use corsynth::source::SourceFile;
use std::path::{Path, PathBuf};

/// A file of an artifact set, and what holds for the set.
pub(super) struct File {
    inspected: Inspected,
    pub(super) configured: Configured,
}

impl File {
    /// As reports take it.
    pub(super) fn report(&self) -> FileReport<'_> {
        FileReport { source: &self.inspected.source, diagnostics: &self.inspected.diagnostics, choices: &[] }
    }
}

/// What was found in artifact sets.
pub(super) struct Checked {
    /// The files, with the names that the user knows them by.
    pub(super) files: Vec<File>,
    /// Sets that could not be read from disk: name and reason.
    pub(super) unreadable: Vec<(String, String)>,
    /// [`Exit::Unusable`] when a set means nothing.
    pub(super) exit: Exit,
}

/// Inspects each artifact set.
pub(super) fn check(sets: Vec<(Configured, PathBuf)>, terminal: &Terminal) -> Checked {
    let mut checked = Checked { files: Vec::new(), unreadable: Vec::new(), exit: Exit::Fine };
    for (configured, path) in sets {
        let files = match io::read_artifacts(&path) {
            Ok(files) => files,
            Err(failure) => {
                checked.exit = checked.exit.max(terminal.fail(&failure));
                checked.unreadable.push((io::shown(&path), failure.message));
                continue;
            }
        };
        let inspection = inspect(&files, &configured.options.policy());
        if inspection.format.is_none() {
            checked.exit = checked.exit.max(Exit::Unusable);
        }
        checked.files.extend(inspection.files.into_iter().map(|file| {
            let inspected = Inspected { source: named(&path, &file.source), ..file };
            File { inspected, configured: configured.clone() }
        }));
    }
    checked
}

/// A file under the name that leads to it from here.
fn named(set: &Path, source: &SourceFile) -> SourceFile {
    let name = if set.is_dir() { io::shown(&set.join(source.name())) } else { io::shown(set) };
    SourceFile::new(name, source.text())
}
