//! Reads revisions of the git repository that the current directory is in, by asking `git`. Nothing is fetched, nothing is
//! written.

use super::{LARGEST_INPUT, reason, shown};
use crate::exit::Failure;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file of a revision.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where it is, from the current directory.
    pub(crate) path: PathBuf,
    object: OsString,
    size: u64,
}

/// The commit that a revision names.
pub(crate) fn commit(revision: &OsStr) -> Result<OsString, Failure> {
    let name = shown(Path::new(revision));
    let mut asked = revision.to_owned();
    asked.push("^{commit}");
    // What begins with `-` is an option to `git`, and never a revision.
    let found = if revision.as_bytes().starts_with(b"-") || revision.is_empty() {
        None
    } else {
        ask(&name, &["rev-parse".as_ref(), "--verify".as_ref(), "--quiet".as_ref(), &asked])?.ok()
    };
    found.map(line).ok_or_else(|| {
        Failure::new(format!("`{name}` is neither a file nor a revision"))
            .help("`git log` and `git branch --all` show which revisions there are")
    })
}

/// The best common ancestor of two commits.
pub(crate) fn merge_base(one: &OsStr, other: &OsStr) -> Result<OsString, Failure> {
    let found = ask("...", &["merge-base".as_ref(), one, other])?;
    found.map(line).map_err(|_| {
        Failure::new("the two revisions have no common ancestor")
            .help("a shallow clone may lack it: fetch more of the history, or write `A..B`")
    })
}

/// The files of a commit at a path: of a directory, all below it.
pub(crate) fn files(commit: &OsStr, path: &Path) -> Result<Vec<Entry>, Failure> {
    let name = shown(path);
    let arguments = ["ls-tree", "-r", "-l", "-z"].map(OsStr::new);
    let listed = ask(&name, &[&arguments[..], &[commit, "--".as_ref(), path.as_os_str()]].concat())?;
    let listed = listed.map_err(|why| Failure::new(format!("cannot read `{name}` of the revision: {why}")))?;
    Ok(listed.split(|byte| *byte == 0).filter_map(entry).collect())
}

/// `MODE blob OBJECT SIZE<tab>PATH`; nothing for a symbolic link or a submodule.
fn entry(listed: &[u8]) -> Option<Entry> {
    let tab = listed.iter().position(|byte| *byte == b'\t')?;
    let (facts, path) = listed.split_at_checked(tab)?;
    let facts = std::str::from_utf8(facts).ok()?;
    let mut facts = facts.split_ascii_whitespace();
    let (mode, kind, object, size) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    let path = PathBuf::from(OsString::from_vec(path.get(1..)?.to_vec()));
    (kind == "blob" && mode != "120000")
        .then(|| Some(Entry { path, object: object.into(), size: size.parse().ok()? }))?
}

/// The bytes of a file.
pub(crate) fn read(entry: &Entry) -> Result<Vec<u8>, Failure> {
    let name = shown(&entry.path);
    if entry.size > LARGEST_INPUT {
        return Err(Failure::new(format!("cannot read `{name}`: it is larger than {} MiB", LARGEST_INPUT >> 20)));
    }
    let bytes = ask(&name, &["cat-file".as_ref(), "blob".as_ref(), &entry.object])?;
    bytes.map_err(|why| Failure::new(format!("cannot read `{name}` of the revision: {why}")))
}

/// What `git` prints, or why it refuses. The failure is that it cannot be asked at all.
fn ask(about: &str, arguments: &[&OsStr]) -> Result<Result<Vec<u8>, String>, Failure> {
    let output = Command::new("git")
        .args(arguments)
        // Answers in English, leaves the index alone, and fetches nothing that a partial clone lacks.
        .envs([("LC_ALL", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_NO_LAZY_FETCH", "1")])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::new(format!("`{about}` is no file, and `git` is not installed"))
                .help("with `git` on the PATH, revisions can be compared"),
            _ => Failure::new(format!("cannot run `git`: {}", reason(&error))),
        })?;
    if output.status.success() {
        return Ok(Ok(output.stdout));
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let first = told.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    if first.starts_with("not a git repository") {
        return Err(Failure::new(format!("`{about}` is no file, and this is not a git repository"))
            .help("name two files or directories, or run this inside of the repository"));
    }
    if first.contains("dubious ownership") {
        return Err(Failure::new(format!("`git` does not read this repository: {first}"))
            .help("see `safe.directory` in the documentation of `git config`"));
    }
    Ok(Err(if first.is_empty() { "`git` refuses without a word".to_owned() } else { first }))
}

fn line(mut bytes: Vec<u8>) -> OsString {
    bytes.truncate(bytes.trim_ascii_end().len());
    OsString::from_vec(bytes)
}
