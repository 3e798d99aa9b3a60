//! The lock file in every output of corsynth: the format, and where in the intent each part comes from.

use std::collections::BTreeMap;

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

/// JSON Pointers into the intent, by resource. A lock file that is missing or broken tells none.
pub(super) fn provenance(notes: &mut Notes, files: &[File]) -> BTreeMap<String, Provenance> {
    let Some(file) = files.iter().find(|file| file.path == LOCK_FILE) else { return BTreeMap::new() };
    let Ok(value) = Value::of_json(notes, file) else { return BTreeMap::new() };
    let resources = value.get("resources").map(Value::members).unwrap_or_default();
    resources.iter().map(|member| (member.key.clone(), pointers(&member.value))).collect()
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

/// The files that were written; none, when there is no lock file that tells.
pub(super) fn listed(files: &[File]) -> Vec<String> {
    let Some(file) = files.iter().find(|file| is(file)) else { return Vec::new() };
    let Ok(value) = Value::of_json(&mut Notes::default(), file) else { return Vec::new() };
    value.get("files").map(Value::members).unwrap_or_default().iter().map(|member| member.key.clone()).collect()
}
