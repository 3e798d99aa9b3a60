//! Reads the files of an artifact set: a file, a directory, or stdin.

use super::{LARGEST_INPUT, is_stdin, read_bytes, shown};
use crate::exit::Failure;
use corsynth::readback::File;
use std::collections::BTreeMap;
use std::path::Path;

/// No module comes near this; a home directory does.
const MOST_FILES: usize = 10_000;

/// Bytes of code that the API takes at most.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html>
const LARGEST_FUNCTION: u64 = 40_960;

/// More than the rules of the largest intent take in the archive of a Lambda.
const LARGEST_ARCHIVE: u64 = 4_194_304;

/// The files of an artifact set, sorted by path. Of a directory: all `*.tf`, `*.tfvars`, `*.json`, `*.yaml` and `*.yml`
/// below it, and code of functions, without hidden directories, and without the `examples/` and `tests/` of a Terraform
/// module, which are modules of their own.
pub(crate) fn read_artifacts(path: &Path) -> Result<Vec<File>, Failure> {
    if is_stdin(path) || !path.is_dir() {
        let name = path.file_name().filter(|_| !is_stdin(path)).map(|name| name.to_string_lossy().into_owned());
        let text = text(path, read_bytes(path, LARGEST_INPUT)?)?;
        return Ok(vec![File { path: name.unwrap_or_else(|| shown(path)), text }]);
    }
    let mut files = BTreeMap::new();
    let mut room = LARGEST_INPUT;
    let walk = ignore::WalkBuilder::new(path)
        .standard_filters(false)
        .hidden(true)
        .filter_entry(|entry| entry.depth() == 0 || !is_beside_a_module(entry.path()))
        .build();
    for entry in walk {
        let entry = entry.map_err(|error| Failure::new(format!("cannot search `{}`: {error}", shown(path))))?;
        let length = || entry.path().metadata().map_or(0, |metadata| metadata.len());
        if !is_artifact_name(entry.path()) || !entry.path().is_file() || is_too_large(entry.path(), length()) {
            continue;
        }
        if files.len() == MOST_FILES {
            return Err(Failure::new(format!("there are more than {MOST_FILES} files below `{}`", shown(path)))
                .help("name the directory of one module, template or bundle"));
        }
        let bytes = read_bytes(entry.path(), room)?;
        if is_packed(entry.path(), &bytes) {
            continue;
        }
        room = room.saturating_sub(bytes.len() as u64);
        let below = entry.path().strip_prefix(path).unwrap_or(entry.path());
        let name: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        if files.insert(name.join("/"), text(entry.path(), bytes)?).is_some() {
            let name = shown(entry.path());
            return Err(Failure::new(format!("two files are called `{name}`, as far as their names are UTF-8")));
        }
    }
    if files.is_empty() {
        return Err(Failure::new(format!("there are no artifacts below `{}`", shown(path)))
            .help("`*.tf`, `*.json`, `*.yaml` and `*.yml` are searched for"));
    }
    Ok(files.into_iter().map(|(path, text)| File { path, text }).collect())
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, Failure> {
    let text = String::from_utf8(bytes);
    text.map_err(|_| Failure::new(format!("cannot read `{}`: it is not UTF-8 text", shown(path))))
}

/// Whether a file of this name can be one of artifacts.
pub(crate) fn is_artifact_name(path: &Path) -> bool {
    path.extension().is_some_and(|e| {
        ["tf", "tfvars", "json", "yaml", "yml", "js", "zip"].iter().any(|known| e.eq_ignore_ascii_case(known))
    })
}

/// Whether a script is more than the code of a CloudFront function can be, or an archive more than that of a Lambda's
/// rules: then it is something else.
pub(crate) fn is_too_large(path: &Path, bytes: u64) -> bool {
    let is_script = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("js"));
    let largest = if is_archive(path) { LARGEST_ARCHIVE } else { LARGEST_FUNCTION };
    (is_script || is_archive(path)) && bytes > largest
}

/// Whether a file is an archive of whatever else a module packs: one of corsynth's is text.
pub(crate) fn is_packed(path: &Path, bytes: &[u8]) -> bool {
    is_archive(path) && !bytes.is_ascii()
}

fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// Whether this is the `examples` or `tests` of a module.
fn is_beside_a_module(path: &Path) -> bool {
    let is_named = path.file_name().is_some_and(|name| name == "examples" || name == "tests");
    is_named && path.is_dir() && path.parent().is_some_and(holds_terraform)
}

/// Whether a directory is artifacts by what is in it: Terraform, or what corsynth wrote.
pub(crate) fn holds_artifacts(directory: &Path) -> bool {
    holds_terraform(directory) || directory.join("corsynth.lock.json").is_file()
}

fn holds_terraform(directory: &Path) -> bool {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.take(MOST_FILES).any(|entry| entry.path().extension().is_some_and(|extension| extension == "tf"))
}
