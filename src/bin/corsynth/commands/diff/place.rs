//! What the arguments name: files, or revisions.

use crate::exit::Failure;
use crate::io::{self, git};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// One of the two things that are compared.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A file, a directory, or stdin.
    Disk(PathBuf),
    /// A path in a revision.
    Revision {
        /// As written.
        revision: OsString,
        /// What it names.
        commit: OsString,
        /// From the current directory.
        path: PathBuf,
    },
}

impl Place {
    /// What messages call it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Disk(path) => io::shown(path),
            Self::Revision { revision, path, .. } if path == Path::new(".") => io::shown(Path::new(revision)),
            Self::Revision { revision, path, .. } => format!("{}:{}", io::shown(Path::new(revision)), io::shown(path)),
        }
    }
}

/// The two things that the arguments name.
pub(super) fn named(words: &[OsString]) -> Result<[Place; 2], Failure> {
    let range = words.first().and_then(|word| range(word));
    match (range, words) {
        (Some(range), [_]) => between(range, Path::new(".")),
        (Some(range), [_, path]) => between(range, Path::new(path)),
        (Some(_), _) => Err(Failure::new("`A..B` names both sides, and one PATH may follow")),
        (None, [before, after]) => two(before, after),
        (None, [before, after, path]) => {
            let place = |revision: &OsString| at(revision, revision, Path::new(path));
            Ok([place(before)?, place(after)?])
        }
        (None, [only]) if !is_on_disk(Path::new(only)) => {
            let here = Path::new(".");
            Ok([at(only, only, here)?, Place::Disk(here.to_owned())])
        }
        (None, _) => {
            let name = words.first().map(|word| io::shown(Path::new(word))).unwrap_or_default();
            Err(Failure::new(format!("there is nothing to compare `{name}` with"))
                .help("name two files or directories, or revisions as `main..HEAD`"))
        }
    }
}

/// Two words, each a path or a revision; a revision beside a path is asked for that path.
fn two(before: &OsString, after: &OsString) -> Result<[Place; 2], Failure> {
    if [before, after].iter().all(|word| io::is_stdin(Path::new(word))) {
        return Err(Failure::new("A and B cannot both come from stdin"));
    }
    let path = [before, after].into_iter().map(Path::new).find(|path| is_on_disk(path) && !io::is_stdin(path));
    let place = |word: &OsString| match Path::new(word) {
        own if is_on_disk(own) => Ok(Place::Disk(own.to_owned())),
        // A path that does not exist is more likely than a revision that looks like one.
        own if looks_like_a_file(own) => {
            Err(Failure::new(format!("cannot read `{}`: no such file or directory", io::shown(own))))
        }
        _ => at(word, word, path.unwrap_or(Path::new("."))),
    };
    Ok([place(before)?, place(after)?])
}

fn is_on_disk(path: &Path) -> bool {
    io::is_stdin(path) || path.exists()
}

fn looks_like_a_file(path: &Path) -> bool {
    io::is_artifact_name(path) || path.starts_with(".") || path.starts_with("..") || path.is_absolute()
}

fn at(shown: &OsStr, revision: &OsStr, path: &Path) -> Result<Place, Failure> {
    Ok(Place::Revision { revision: shown.to_owned(), commit: git::commit(revision)?, path: path.to_owned() })
}

/// Two revisions with `..` or, for what they have in common, `...` between them; `HEAD` goes without saying.
struct Range {
    before: OsString,
    after: OsString,
    from_merge_base: bool,
}

fn range(word: &OsStr) -> Option<Range> {
    let path = Path::new(word);
    if path.exists() || path.starts_with("..") || path.starts_with(".") || path.is_absolute() {
        return None;
    }
    let bytes = word.as_bytes();
    let dots = bytes.windows(2).position(|two| two == b"..")?;
    let (before, rest) = bytes.split_at_checked(dots)?;
    let (from_merge_base, after) = match rest.strip_prefix(b"...") {
        Some(after) => (true, after),
        None => (false, rest.strip_prefix(b"..")?),
    };
    let or_head = |bytes: &[u8]| if bytes.is_empty() { "HEAD".into() } else { OsStr::from_bytes(bytes).to_owned() };
    Some(Range { before: or_head(before), after: or_head(after), from_merge_base })
}

fn between(range: Range, path: &Path) -> Result<[Place; 2], Failure> {
    let Range { before, after, from_merge_base } = range;
    let place =
        |revision: &OsString, commit| Place::Revision { revision: revision.clone(), commit, path: path.to_owned() };
    let (old, new) = (git::commit(&before)?, git::commit(&after)?);
    if !from_merge_base {
        return Ok([place(&before, old), place(&after, new)]);
    }
    let base = git::merge_base(&old, &new)?;
    // The name of the branch may be elsewhere by now; the commit is what was compared.
    let short = String::from_utf8_lossy(base.as_bytes()).chars().take(12).collect::<String>();
    Ok([place(&short.into(), base), place(&after, new)])
}
