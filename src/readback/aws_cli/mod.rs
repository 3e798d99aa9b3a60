//! The AWS CLI: bundles that corsynth emitted, payloads on their own, and lone CORS rules.

mod bundle;
mod payloads;

use super::notes::Notes;
use super::payload::{Spelling, cors_configuration, cors_rules};
use super::value::{Kind, Value};
use super::{File, Format, ReadBack, Unreadable};
use crate::deployed::{Asset, Bucket, Deployed, Provenance};

/// The manifest of a bundle.
const MANIFEST: &str = "manifest.json";

/// Whether these are payloads of the AWS CLI, more than CORS rules alone.
pub(super) fn is_bundle(files: &[File]) -> bool {
    manifest(files).is_some() || files.iter().any(payloads::is_payload)
}

/// Reads them.
pub(super) fn read(files: &[File]) -> Result<ReadBack, Unreadable> {
    match manifest(files) {
        Some(manifest) => bundle::read(manifest, files),
        None => payloads::read(files),
    }
}

fn manifest(files: &[File]) -> Option<&File> {
    files.iter().find(|file| file.path == MANIFEST && file.text.contains("\"steps\""))
}

/// A bucket's rules: the CLI's object, or the console's list.
pub(super) fn find_cors_rules(files: &[File]) -> Option<&File> {
    match files {
        [file] => is_cors_rules(&file.text).then_some(file),
        _ => files.iter().find(|file| is_json(&file.path) && is_cors_rules(&file.text)),
    }
}

fn is_json(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"))
}

/// By its first characters: a list, or an object that says `CORSRules`. What is wrong in it is told when it is read.
fn is_cors_rules(text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    match text.strip_prefix('[') {
        Some(rest) => rest.trim_start().starts_with([']', '{']),
        None => text.starts_with('{') && ["\"CORSRules\"", "\"CorsRules\""].iter().any(|key| text.contains(key)),
    }
}

/// Reads them as a bucket that nobody stands in front of, and of which nothing else is known.
pub(super) fn read_cors_rules(file: &File) -> Result<ReadBack, Unreadable> {
    let mut notes = Notes::default();
    let value = Value::of_json(&mut notes, file)?;
    let cors = match value.kind {
        Kind::List(_) => cors_rules(&mut notes, &value, Spelling::Api),
        _ => cors_configuration(&mut notes, &value, Spelling::Api),
    };
    let bucket = Bucket { cors, ..Bucket::default() };
    let asset = Asset { id: "bucket".to_owned(), bucket, distribution: None, provenance: Provenance::default() };
    let deployed = Deployed { assets: vec![asset] };
    notes.finish(Format::CorsRules, deployed)
}
