//! The lock file in every output of corsynth: the format, and where in the intent each part comes from.

use std::collections::{BTreeMap, BTreeSet};

use super::File;
use super::notes::Notes;
use super::value::{Kind, Value};
use crate::deployed::Provenance;

const LOCK_FILE: &str = "corsynth.lock.json";

/// The lock file, when it is for this format.
pub(super) fn find<'f>(files: &'f [File], format: &str) -> Option<&'f File> {
    let line = format!("\"format\": \"{format}\"");
    files.iter().find(|file| file.path == LOCK_FILE && file.text.contains(&line))
}

/// What a lock file tells; nothing, when it is missing or broken.
#[derive(Debug, Default)]
pub(super) struct Lock {
    /// The files that were written.
    pub(super) files: BTreeSet<String>,
    /// JSON Pointers into the intent, by resource.
    pub(super) provenance: BTreeMap<String, Provenance>,
}

impl Lock {
    /// Of a set of files.
    pub(super) fn of(files: &[File]) -> Self {
        let Some(file) = files.iter().find(|file| is(file)) else { return Self::default() };
        let Ok(value) = Value::of_json(&mut Notes::default(), file) else { return Self::default() };
        let members = |key: &str| value.get(key).map(Value::members).unwrap_or_default();
        Self {
            files: members("files").iter().map(|member| member.key.clone()).collect(),
            provenance: members("resources").iter().map(|m| (m.key.clone(), pointers(&m.value))).collect(),
        }
    }
}

/// A list of JSON Pointers.
pub(super) fn pointers(value: &Value) -> Provenance {
    match &value.kind {
        Kind::List(items) => Provenance(items.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => Provenance::default(),
    }
}

/// Whether a file is a lock file.
pub(super) fn is(file: &File) -> bool {
    file.path == LOCK_FILE
}
