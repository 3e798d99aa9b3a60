//! An output directory: what is in it, what would change, whose files they are, and writing it whole.
//!
//! A file is corsynth's when it carries the mark of a header or when the directory's lock file lists it. What is
//! not corsynth's is never changed or removed without `--force`. How the whole appears at once: see `exchange`.
#![expect(clippy::disallowed_methods, reason = "the writer reads what is there before it replaces it")]

mod exchange;

use crate::exit::Failure;
use crate::io::{LARGEST_INPUT, Terminal, reason, shown};
use corsynth::hash::sha256_hex;
use corsynth::render::artifact::{LOCK_FILE, MARK};
use corsynth::render::{Artifact, Earlier, Target};
use exchange::{Guard, Staging};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

/// A directory to write an output to. It need not exist.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Absolute, without symbolic links.
    path: PathBuf,
    /// As the user wrote it.
    shown: String,
}

/// What would change.
#[derive(Debug)]
pub(crate) struct Comparison<'a> {
    /// Sorted by path.
    pub(crate) changes: Vec<Change<'a>>,
    /// The format whose output the directory holds, when that is another one.
    pub(crate) other_format: Option<String>,
    /// What the user should know before or after.
    pub(crate) remarks: Vec<String>,
}

/// One file that would change.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// Path below the directory.
    pub(crate) path: String,
    pub(crate) kind: ChangeKind,
    /// What is there; empty when nothing is, or nothing that has text.
    pub(crate) old: Vec<u8>,
    /// What should be there; `None` when the file is to go.
    pub(crate) new: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// Corsynth's, and not what it should be.
    Stale,
    /// Not there.
    Missing,
    /// Written by an earlier run, and no longer made.
    Extra,
    /// In the way, and not corsynth's.
    Foreign,
    /// A directory where a file should be. Not even `--force` removes it.
    ForeignDirectory,
}

impl ChangeKind {
    /// The word in the list that `--check` prints.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Foreign | Self::ForeignDirectory => "foreign",
        }
    }
}

/// What stands at a path below the directory.
enum Found {
    Nothing,
    File {
        bytes: Vec<u8>,
        executable: bool,
    },
    /// Something else, here or where a parent directory should be.
    InTheWay {
        path: String,
        directory: bool,
    },
}

/// What a lock file says.
#[derive(Default)]
struct Lock {
    format: String,
    intent: String,
    files: BTreeMap<String, String>,
}

impl Directory {
    /// Refuses what cannot be, or must not be, exchanged as a whole.
    pub(crate) fn new(out: &Path) -> Result<Self, Failure> {
        let shown = shown(out);
        let path = resolve(out)?;
        if path.exists() && !path.is_dir() {
            return Err(Failure::new(format!("`{shown}` is a file")).help("name a directory for the output"));
        }
        let current = std::env::current_dir().and_then(fs::canonicalize);
        if current.is_ok_and(|current| current.starts_with(&path)) {
            return Err(Failure::new(format!("`{shown}` is, or holds, the current directory")).help(
                "the output is exchanged as a whole, so it needs a directory of its own: `--out infra/cors`, say",
            ));
        }
        Ok(Self { path, shown })
    }

    /// The directory as the user wrote it.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Path of the intent from here, with `/`: the same from every current directory.
    pub(crate) fn intent_path(&self, intent: &Path) -> String {
        match fs::canonicalize(intent) {
            Ok(intent) => relative(&self.path, &intent),
            Err(_) => shown(intent),
        }
    }

    /// Waits for a writer in progress, then compares.
    pub(crate) fn compare<'a>(&self, target: Target, artifacts: &'a [Artifact]) -> Result<Comparison<'a>, Failure> {
        let _guard = Guard::shared(&self.path);
        self.compare_now(target, artifacts)
    }

    fn compare_now<'a>(&self, target: Target, artifacts: &'a [Artifact]) -> Result<Comparison<'a>, Failure> {
        let lock = self.lock()?;
        let known = lock.as_ref();
        let mut comparison = Comparison { changes: Vec::new(), other_format: None, remarks: Vec::new() };
        if let Some(lock) = known
            && lock.format != target.as_str()
        {
            comparison.other_format = Some(lock.format.clone());
        }
        let new_lock = artifacts.iter().find(|artifact| artifact.path == LOCK_FILE);
        if let (Some(old), Some(new)) = (known, new_lock.and_then(|artifact| read_lock(artifact.contents.as_bytes())))
            && old.intent != new.intent
        {
            comparison
                .remarks
                .push(format!("`{}` was made from `{}`, and not from `{}`", self.shown, old.intent, new.intent));
        }
        for artifact in artifacts {
            let change = |kind, path: &str, old| {
                Some(Change { path: path.to_owned(), kind, old, new: Some(artifact.contents.as_str()) })
            };
            let change = match self.found(&artifact.path)? {
                Found::Nothing => change(ChangeKind::Missing, &artifact.path, Vec::new()),
                Found::File { bytes, executable }
                    if bytes == artifact.contents.as_bytes() && executable == artifact.executable =>
                {
                    None
                }
                Found::File { bytes, .. } => {
                    let listed = known.and_then(|lock| lock.files.get(&artifact.path));
                    let is_edited = listed.is_some_and(|hash| *hash != sha256_hex(&bytes));
                    // What has a header when corsynth writes it, and lacks it, somebody else put in its place.
                    let has_header = is_marked(artifact.contents.as_bytes());
                    let is_ours = is_marked(&bytes)
                        || (listed.is_some() && !(has_header && is_edited))
                        || (artifact.path == LOCK_FILE && known.is_some())
                        || bytes == artifact.contents.as_bytes();
                    if is_edited {
                        comparison.remarks.push(format!("`{}` was edited since corsynth wrote it", artifact.path));
                    }
                    change(if is_ours { ChangeKind::Stale } else { ChangeKind::Foreign }, &artifact.path, bytes)
                }
                Found::InTheWay { path, directory } => {
                    let kind = if directory { ChangeKind::ForeignDirectory } else { ChangeKind::Foreign };
                    change(kind, &path, Vec::new())
                }
            };
            comparison.changes.extend(change);
        }
        if let Some(lock) = known {
            self.compare_extra(lock, artifacts, &mut comparison)?;
        }
        comparison.changes.sort_by(|a, b| a.path.cmp(&b.path));
        // One thing can be in the way of several files.
        comparison.changes.dedup_by(|a, b| a.path == b.path);
        Ok(comparison)
    }

    /// Files that an earlier run wrote and this one does not.
    fn compare_extra(
        &self,
        lock: &Lock,
        artifacts: &[Artifact],
        comparison: &mut Comparison<'_>,
    ) -> Result<(), Failure> {
        let made: BTreeSet<_> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
        let gone = lock.files.iter().filter(|(path, _)| !made.contains(path.as_str()) && is_plain(path));
        for (path, hash) in gone {
            match self.found(path)? {
                Found::File { bytes, .. } if sha256_hex(&bytes) == *hash => comparison.changes.push(Change {
                    path: path.clone(),
                    kind: ChangeKind::Extra,
                    old: bytes,
                    new: None,
                }),
                Found::File { .. } => comparison.remarks.push(format!(
                    "`{path}` is no longer made, but was edited since corsynth wrote it, and stays: remove it yourself"
                )),
                Found::Nothing | Found::InTheWay { .. } => {}
            }
        }
        Ok(())
    }

    /// Fails as [`Directory::write`] would for what stands there, and writes nothing.
    pub(crate) fn may_write(&self, target: Target, artifacts: &[Artifact], force: bool) -> Result<(), Failure> {
        self.refuse(&self.compare(target, artifacts)?, force, target)
    }

    /// Refuses a directory that a symbolic link leads out of the one that the user named.
    pub(crate) fn is_below(&self, out: &Path) -> Result<(), Failure> {
        if self.path.starts_with(resolve(out)?) {
            return Ok(());
        }
        Err(Failure::new(format!(
            "`{}` leads to `{}`, which is not below `{}`",
            self.shown,
            self.path.display(),
            shown(out)
        ))
        .help("remove the symbolic link, or write this environment alone, with `--env`, to where it leads"))
    }

    /// Makes the directory hold the artifacts, whole or not at all. Says what it did.
    pub(crate) fn write(
        &self,
        target: Target,
        artifacts: &[Artifact],
        force: bool,
        terminal: &Terminal,
    ) -> Result<String, Failure> {
        let parent = self.path.parent().unwrap_or(&self.path);
        fs::create_dir_all(parent).map_err(|error| self.cannot_write(&error))?;
        let _guard = Guard::exclusive(&self.path, || {
            terminal.say(&format!("waiting for another run that writes beside `{}`", self.shown));
        })
        .map_err(|error| self.cannot_write(&error))?;
        let comparison = self.compare_now(target, artifacts)?;
        self.refuse(&comparison, force, target)?;
        exchange::remove_leftovers(&self.path);
        for remark in &comparison.remarks {
            terminal.warn(remark);
        }
        let changes = &comparison.changes;
        if changes.is_empty() {
            return Ok(format!("`{}` is up to date", self.shown));
        }
        let touched: BTreeSet<_> = changes.iter().map(|change| change.path.as_str()).collect();
        let mut staging = Staging::beside(&self.path).map_err(|error| {
            self.cannot_write(&error).help("the new output is made beside the old one, and then exchanged with it")
        })?;
        // What has not changed is carried over as the same file, so that its time stays.
        staging.carry(&self.path, &|path| !touched.contains(path))?;
        for artifact in artifacts {
            if !staging.holds(&artifact.path) {
                staging.write(artifact)?;
            }
        }
        for left in staging.publish(&self.path, &self.shown)? {
            terminal.warn(&left);
        }
        let removed = changes.iter().filter(|change| change.new.is_none()).count();
        let written = changes.len() - removed;
        let removed = if removed > 0 { format!(", removed {removed}") } else { String::new() };
        Ok(format!("wrote {written} of {} files to `{}`{removed}", artifacts.len(), self.shown))
    }

    /// What must not be replaced.
    fn refuse(&self, comparison: &Comparison<'_>, force: bool, target: Target) -> Result<(), Failure> {
        let paths = |wanted: &[ChangeKind]| -> Vec<_> {
            let changes = comparison.changes.iter().filter(|change| wanted.contains(&change.kind));
            changes.map(|change| format!("`{}/{}`", self.shown, change.path)).collect()
        };
        let directories = paths(&[ChangeKind::ForeignDirectory]);
        if !directories.is_empty() {
            return Err(Failure::new(format!("a directory is in the way of the output: {}", directories.join(", ")))
                .help("move it away, or write to another directory"));
        }
        if force {
            return Ok(());
        }
        if let Some(format) = &comparison.other_format {
            return Err(Failure::new(format!("`{}` holds {format} output", self.shown))
                .help(format!("write {} to another directory, or replace it with --force", target.as_str())));
        }
        let foreign = paths(&[ChangeKind::Foreign]);
        if !foreign.is_empty() {
            return Err(Failure::new(format!("corsynth did not write what it would replace: {}", foreign.join(", ")))
                .help("move it away, write to another directory, or replace it with --force"));
        }
        Ok(())
    }

    fn cannot_write(&self, error: &io::Error) -> Failure {
        Failure::new(format!("cannot write `{}`: {}", self.shown, reason(error)))
    }

    fn cannot_read(&self, path: &str, error: &io::Error) -> Failure {
        Failure::new(format!("cannot read `{}/{path}`: {}", self.shown, reason(error)))
    }

    /// What stands there, for an output that takes its place.
    pub(crate) fn earlier(&self) -> Result<Earlier, Failure> {
        let Found::File { bytes, .. } = self.found(LOCK_FILE)? else { return Ok(Earlier::default()) };
        Ok(Earlier::read(&String::from_utf8_lossy(&bytes)))
    }

    /// The directory's lock file, when it is one of corsynth's.
    fn lock(&self) -> Result<Option<Lock>, Failure> {
        let Found::File { bytes, .. } = self.found(LOCK_FILE)? else { return Ok(None) };
        Ok(read_lock(&bytes))
    }

    /// What stands at a path; symbolic links are not followed, because the output has none.
    fn found(&self, path: &str) -> Result<Found, Failure> {
        let mut below = PathBuf::new();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            below.push(part);
            let metadata = match fs::symlink_metadata(self.path.join(&below)) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
                Err(error) => return Err(self.cannot_read(path, &error)),
            };
            let is_last = parts.peek().is_none();
            if is_last && metadata.is_file() {
                if metadata.len() > LARGEST_INPUT {
                    let message = format!("`{}/{path}` is larger than {} MiB", self.shown, LARGEST_INPUT >> 20);
                    return Err(Failure::new(message).help("nothing that corsynth writes is: move it away"));
                }
                let bytes = fs::read(self.path.join(&below)).map_err(|error| self.cannot_read(path, &error))?;
                return Ok(Found::File { bytes, executable: metadata.permissions().mode() & 0o111 != 0 });
            }
            if is_last || !metadata.is_dir() {
                let path = below.to_string_lossy().into_owned();
                return Ok(Found::InTheWay { path, directory: metadata.is_dir() });
            }
        }
        Ok(Found::Nothing)
    }
}

/// Whether a header of corsynth's stands in the first lines.
fn is_marked(bytes: &[u8]) -> bool {
    let head = bytes.get(..2048).unwrap_or(bytes);
    String::from_utf8_lossy(head).lines().take(10).any(|line| line.contains(MARK))
}

fn read_lock(bytes: &[u8]) -> Option<Lock> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    value.get("generated-by")?.as_str()?.strip_prefix("corsynth ")?;
    let text = |pointer| value.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let files = value.get("files")?.as_object()?;
    let files = files.iter().filter_map(|(path, hash)| Some((path.clone(), hash.as_str()?.to_owned()))).collect();
    Some(Lock { format: text("/format"), intent: text("/intent/path"), files })
}

/// Whether a path from a lock file stays below the directory.
fn is_plain(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The absolute path without symbolic links, of which the last parts need not exist.
fn resolve(path: &Path) -> Result<PathBuf, Failure> {
    let fail = |why: &str| Failure::new(format!("cannot write to `{}`: {why}", shown(path)));
    match fs::canonicalize(path) {
        Ok(found) => Ok(found),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(fail(&reason(&error))),
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(fail("it is a symbolic link to nothing")),
        Err(_) => {
            let name = path.file_name().ok_or_else(|| fail("it leads through a directory that does not exist"))?;
            let parent = match path.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            Ok(resolve(parent)?.join(name))
        }
    }
}

/// The path of `to` as seen from the directory `from`, both absolute.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let down = to.iter().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Color;

    #[test]
    fn paths_are_relative_to_the_output() {
        let relative = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(relative("/a/b", "/a/c.yaml"), "../c.yaml");
        assert_eq!(relative("/a/b", "/a/b/c.yaml"), "c.yaml");
        assert_eq!(relative("/a/b/c", "/x/y.yaml"), "../../../x/y.yaml");
    }

    #[test]
    fn scripts_can_be_run_and_a_lost_bit_is_stale() {
        let here = tempfile::tempdir().unwrap();
        let directory = Directory::new(&here.path().join("out/deep")).unwrap();
        let artifacts = [Artifact::script("bin/apply.sh", "#!/bin/sh\n"), Artifact::file("manifest.json", "{}\n")];
        let terminal = Terminal::new(Color::Never);
        let done = directory.write(Target::AwsCli, &artifacts, false, &terminal).unwrap();
        assert!(done.starts_with("wrote 2 of 2 files"), "{done}");
        let mode = |path: &str| fs::metadata(here.path().join("out/deep").join(path)).unwrap().permissions().mode();
        assert_eq!(mode("bin/apply.sh") & 0o100, 0o100);
        assert_eq!(mode("manifest.json") & 0o111, 0);
        assert!(directory.compare(Target::AwsCli, &artifacts).unwrap().changes.is_empty());
        fs::set_permissions(here.path().join("out/deep/bin/apply.sh"), fs::Permissions::from_mode(0o644)).unwrap();
        let comparison = directory.compare(Target::AwsCli, &artifacts).unwrap();
        assert_eq!(comparison.changes.len(), 1);
        assert_eq!(comparison.changes[0].kind, ChangeKind::Stale);
        directory.write(Target::AwsCli, &artifacts, false, &terminal).unwrap();
        assert_eq!(mode("bin/apply.sh") & 0o100, 0o100);
    }

    #[test]
    fn what_appears_while_the_new_directory_is_made_is_not_lost() {
        let here = tempfile::tempdir().unwrap();
        let out = here.path().join("out");
        fs::create_dir(&out).unwrap();
        for name in ["kept", "replaced", "ours"] {
            fs::write(out.join(name), "old").unwrap();
        }
        let mut staging = Staging::beside(&out).unwrap();
        staging.carry(&out, &|path| path != "ours").unwrap();
        staging.write(&Artifact::file("ours", "new")).unwrap();
        // Somebody else works in the old directory: a new file, and one replaced as editors do.
        fs::create_dir(out.join("late")).unwrap();
        fs::write(out.join("late/state"), "precious").unwrap();
        fs::write(out.join("temporary"), "newer").unwrap();
        fs::rename(out.join("temporary"), out.join("replaced")).unwrap();
        assert_eq!(staging.publish(&out, "out").unwrap(), Vec::<String>::new());
        let read = |path: &str| fs::read_to_string(out.join(path)).unwrap();
        assert_eq!((read("kept"), read("ours")), ("old".into(), "new".into()));
        assert_eq!((read("late/state"), read("replaced")), ("precious".into(), "newer".into()));
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1, "the old directory is gone");
    }

    /// A directory with a file of its own, and the new one for it, complete but for the exchange.
    fn staged(here: &Path) -> (PathBuf, Staging) {
        let out = here.join("out");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("mine"), "old").unwrap();
        let mut staging = Staging::beside(&out).unwrap();
        staging.carry(&out, &|_| true).unwrap();
        staging.write(&Artifact::file("ours", "new")).unwrap();
        (out, staging)
    }

    #[test]
    fn what_takes_the_directory_s_place_meanwhile_stays() {
        type Swap = fn(&Path);
        let swaps: [(&str, Swap); 3] = [
            ("a file", |out| fs::write(out, "precious").unwrap()),
            ("a link", |out| {
                let elsewhere = out.with_file_name("elsewhere");
                fs::create_dir(&elsewhere).unwrap();
                fs::write(elsewhere.join("precious"), "p").unwrap();
                std::os::unix::fs::symlink(elsewhere, out).unwrap();
            }),
            ("a directory", |out| {
                fs::create_dir(out).unwrap();
                fs::write(out.join("precious"), "p").unwrap();
            }),
        ];
        for (name, swap) in swaps {
            let here = tempfile::tempdir().unwrap();
            let (out, staging) = staged(here.path());
            fs::rename(&out, here.path().join("moved")).unwrap();
            swap(&out);
            let refused = staging.publish(&out, "out").unwrap_err();
            assert!(refused.message.starts_with("`out` became another directory or file"), "{name}: {refused:?}");
            let stays = if out.is_file() { out.clone() } else { out.join("precious") };
            assert!(stays.is_file() && !out.join("ours").exists(), "{name}");
            assert_eq!(fs::read_to_string(here.path().join("moved/mine")).unwrap(), "old", "{name}");
            let names = fs::read_dir(here.path()).unwrap().map(|entry| entry.unwrap().file_name());
            assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "{name}");
        }
    }

    #[test]
    fn a_directory_that_is_deleted_meanwhile_is_made_anew() {
        let here = tempfile::tempdir().unwrap();
        let (out, staging) = staged(here.path());
        fs::remove_dir_all(&out).unwrap();
        assert_eq!(staging.publish(&out, "out").unwrap(), Vec::<String>::new());
        assert_eq!(fs::read_to_string(out.join("ours")).unwrap(), "new");
    }

    #[test]
    fn a_parent_that_is_deleted_meanwhile_is_told() {
        let here = tempfile::tempdir().unwrap();
        let parent = here.path().join("parent");
        fs::create_dir(&parent).unwrap();
        let (out, staging) = staged(&parent);
        fs::remove_dir_all(&parent).unwrap();
        let refused = staging.publish(&out, "out").unwrap_err();
        assert!(refused.message.contains("no such file or directory"), "{refused:?}");
        assert!(!parent.exists());
    }
}
