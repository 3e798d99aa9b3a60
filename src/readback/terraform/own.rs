//! `own/`, the module around that of corsynth that makes buckets and distributions. What it says is not followed here: it
//! is held to the lock file, and where it says something else than what was written, it may say anything.

use super::super::lock::Lock;
use super::super::{File, Place, Unknown};
use crate::deployed::Asset;
use crate::hash::sha256_hex;

const FOLDER: &str = "own/";

/// What is not as it was written in the module around. It makes all of the distributions, so it has a say in whatever
/// they answer.
pub(super) fn doubts(files: &[File], assets: &mut [Asset]) -> Vec<Unknown> {
    let configuration = |file: &&File| {
        let name = file.path.strip_prefix(FOLDER).filter(|name| !name.contains('/'));
        name.is_some_and(|name| [".tf", ".tf.json", ".tfvars", ".tfvars.json"].iter().any(|end| name.ends_with(end)))
    };
    let lock = Lock::of(files);
    // Without a file of corsynth's in it, the folder is somebody else's, and no part of the module.
    if !lock.hashes.is_empty() && !lock.hashes.keys().any(|path| path.starts_with(FOLDER)) {
        return Vec::new();
    }
    let changed = files.iter().filter(configuration).filter_map(|file| {
        let what = match lock.hashes.get(&file.path) {
            Some(hash) if *hash == sha256_hex(file.text.as_bytes()) => return None,
            Some(_) => "is not as it was made, and what it says now is not followed",
            None => "is not in the lock file, and what it says is not followed",
        };
        let place = Place { path: file.path.clone(), line: 0, column: 0 };
        Some(Unknown::new(place, format!("`{}`, which makes the distributions, {what}", file.path)))
    });
    let unknowns: Vec<Unknown> = changed.collect();
    for distribution in assets.iter_mut().filter_map(|asset| asset.distribution.as_mut()) {
        for behavior in &mut distribution.behaviors {
            behavior.unknown.extend(unknowns.iter().map(super::behaviors::in_words));
        }
    }
    unknowns
}
