//! A new directory in place of an old one, in one step.
//!
//! The new one is made beside the old one, under a hidden name, and holds everything: what is written, and the
//! old one's other files as the same files (hard links). When it is complete and on disk, the two exchange their
//! names (`renameat2` with `RENAME_EXCHANGE`), which no kill and no power cut can interrupt. Then the old one is
//! removed. So whoever looks sees the old output or the new one. See docs/decisions/0005-whole-output.md.

use crate::exit::Failure;
use crate::io::reason;
use corsynth::render::Artifact;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown, symlink,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Of the directory's name, how much the staging one shares: with the rest it has at most 255 bytes.
const LONGEST_NAME: usize = 230;

/// Keeps other runs from writing in the same parent directory while it lives. The lock is on the parent itself,
/// so it leaves no file behind, and the kernel drops it when the process dies.
#[derive(Debug)]
pub(super) struct Guard {
    _parent: File,
}

impl Guard {
    /// For writing; calls `waiting` once when it has to wait.
    pub(super) fn exclusive(target: &Path, waiting: impl FnOnce()) -> io::Result<Self> {
        let parent = File::open(parent(target))?;
        match parent.try_lock() {
            Err(TryLockError::WouldBlock) => {
                waiting();
                parent.lock()?;
            }
            // Some network file systems have no locks; the exchange is whole there too.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        Ok(Self { _parent: parent })
    }

    /// For reading; nothing to wait for when the parent does not exist.
    pub(super) fn shared(target: &Path) -> Option<Self> {
        let parent = File::open(parent(target)).ok()?;
        parent.lock_shared().ok()?;
        Some(Self { _parent: parent })
    }
}

/// A directory in the making.
#[derive(Debug)]
pub(super) struct Staging {
    directory: TempDir,
    /// Which directory is replaced; `None` when there was none.
    replaced: Option<(u64, u64)>,
    /// Directories to be flushed to disk: the deepest last.
    made: Vec<PathBuf>,
    /// The files of the old directory, by path below it.
    seen: BTreeMap<PathBuf, Seen>,
}

/// A file of the old directory.
#[derive(Debug)]
struct Seen {
    /// Device and inode: which file it was.
    identity: (u64, u64),
    /// Whether it is in the new directory, too.
    carried: bool,
}

impl Staging {
    /// An empty one beside `target`.
    pub(super) fn beside(target: &Path) -> io::Result<Self> {
        let directory = tempfile::Builder::new()
            .prefix(&prefix(target))
            .permissions(Permissions::from_mode(0o777))
            .tempdir_in(parent(target))?;
        Ok(Self { made: vec![directory.path().to_owned()], directory, replaced: None, seen: BTreeMap::new() })
    }

    /// Takes over the files of `old` that `wanted` accepts by their path with `/`, and the directories they are in.
    pub(super) fn carry(&mut self, old: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
        match fs::symlink_metadata(old) {
            Ok(metadata) => {
                self.replaced = Some(identity(&metadata));
                self.carry_below(old, Path::new(""), wanted)?;
                let root = self.directory.path().to_owned();
                like(&metadata, &root).map_err(|error| failure("write", &root, &error))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failure("read", old, &error)),
        }
    }

    fn carry_below(&mut self, old: &Path, below: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
        let here = old.join(below);
        for entry in fs::read_dir(&here).map_err(|error| failure("read", &here, &error))? {
            let entry = entry.map_err(|error| failure("read", &here, &error))?;
            let path = below.join(entry.file_name());
            let metadata = entry.metadata().map_err(|error| failure("read", &entry.path(), &error))?;
            let new = self.directory.path().join(&path);
            if !metadata.is_dir() {
                let carried = wanted(&path.to_string_lossy());
                if carried {
                    self.ensure_parent(&path)?;
                    take(&entry.path(), &new, &metadata)
                        .map_err(|error| failure("carry over", &entry.path(), &error))?;
                }
                self.seen.insert(path, Seen { identity: identity(&metadata), carried });
                continue;
            }
            let is_empty = fs::read_dir(entry.path()).is_ok_and(|mut entries| entries.next().is_none());
            if is_empty {
                self.ensure_directory(&path)?;
            }
            self.carry_below(old, &path, wanted)?;
            // A directory that held only what is to go is not made.
            if new.exists() {
                like(&metadata, &new).map_err(|error| failure("write", &new, &error))?;
            }
        }
        Ok(())
    }

    /// Whether a path with `/` is in it.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.seen.get(Path::new(path)).is_some_and(|seen| seen.carried)
    }

    /// Adds a file, flushed to disk.
    pub(super) fn write(&mut self, artifact: &Artifact) -> Result<(), Failure> {
        let path = Path::new(&artifact.path);
        self.ensure_parent(path)?;
        let new = self.directory.path().join(path);
        let mode = if artifact.executable { 0o777 } else { 0o666 };
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&new)?;
            file.write_all(artifact.contents.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| {
            let message = format!("cannot write `{}` of the new output: {}", artifact.path, reason(&error));
            Failure::new(message).help("nothing was changed")
        })
    }

    /// Puts it in the place of `target`. Comes back with what could not be cleaned up.
    pub(super) fn publish(self, target: &Path, shown: &str) -> Result<Vec<String>, Failure> {
        for directory in self.made.iter().rev() {
            flush(directory).map_err(|error| failure("write", directory, &error))?;
        }
        let staged = self.directory.path();
        let Ok(there) = fs::symlink_metadata(target) else {
            fs::rename(staged, target).map_err(|error| failure("write", target, &error))?;
            // The name that would be cleaned up is gone.
            let _ = self.directory.keep();
            return flush(parent(target)).map(|()| Vec::new()).map_err(|error| failure("write", target, &error));
        };
        if self.replaced != Some(identity(&there)) {
            return Err(replaced_meanwhile(shown));
        }
        exchange(staged, target).map_err(|error| {
            Failure::new(format!("cannot exchange `{shown}` for the new output: {}", reason(&error))).help(
                "nothing was changed; a mount point, and a directory on a file system that cannot exchange two \
                 directories, can only be written anew: remove it first, or write to a directory below it",
            )
        })?;
        // Between the look and the exchange somebody may have put another thing there, which is not ours to take apart.
        let taken = fs::symlink_metadata(staged).map(|taken| identity(&taken)).ok();
        if self.replaced != taken && exchange(staged, target).is_ok() {
            return Err(replaced_meanwhile(shown));
        }
        let old = self.directory.keep();
        flush(parent(target)).map_err(|error| failure("write", target, &error))?;
        let mut left = Vec::new();
        retire(&old, target, Path::new(""), &self.seen, &mut left);
        Ok(left)
    }

    fn ensure_parent(&mut self, path: &Path) -> Result<(), Failure> {
        match path.parent() {
            Some(parent) if parent != Path::new("") => self.ensure_directory(parent),
            _ => Ok(()),
        }
    }

    fn ensure_directory(&mut self, path: &Path) -> Result<(), Failure> {
        let new = self.directory.path().join(path);
        if new.is_dir() {
            return Ok(());
        }
        self.ensure_parent(path)?;
        DirBuilder::new().mode(0o777).create(&new).map_err(|error| failure("write", &new, &error))?;
        self.made.push(new);
        Ok(())
    }
}

/// Exchanges the names of two directories, in one step.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

fn replaced_meanwhile(shown: &str) -> Failure {
    Failure::new(format!("`{shown}` became another directory or file while its output was made"))
        .help("nothing was changed: run it again when nobody else moves it")
}

/// Removes the old directory, now under the name of the staging one. A file that somebody made or replaced
/// there while the new one was being made is newer than what was carried, and moves over instead.
fn retire(old: &Path, new: &Path, below: &Path, seen: &BTreeMap<PathBuf, Seen>, left: &mut Vec<String>) {
    let here = old.join(below);
    for entry in fs::read_dir(&here).into_iter().flatten().flatten() {
        let path = below.join(entry.file_name());
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            retire(old, new, &path, seen, left);
            continue;
        }
        let (known, carried) = match seen.get(&path) {
            Some(seen) => (seen.identity == identity(&metadata), seen.carried),
            None => (false, false),
        };
        if known {
            // What cannot be removed is reported with its directory.
            let _ = fs::remove_file(entry.path());
        } else if carried || fs::symlink_metadata(new.join(&path)).is_err() {
            let _ = fs::create_dir_all(new.join(below)).and_then(|()| fs::rename(entry.path(), new.join(&path)));
        }
    }
    if fs::remove_dir(&here).is_err() {
        left.push(format!("cannot remove all of `{}`, which the output no longer needs", here.display()));
    }
}

/// Removes what killed runs left beside `target`. Only for the holder of an exclusive [`Guard`].
pub(super) fn remove_leftovers(target: &Path) {
    let prefix = prefix(target);
    for entry in fs::read_dir(parent(target)).into_iter().flatten().flatten() {
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_directory && is_temporary(&entry.file_name(), &prefix) {
            // Another user's, perhaps; it is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a name is a prefix and what `tempfile` adds to it: six letters and digits.
fn is_temporary(name: &OsStr, prefix: &OsStr) -> bool {
    let random = name.as_bytes().strip_prefix(prefix.as_bytes());
    random.is_some_and(|random| random.len() == 6 && random.iter().all(u8::is_ascii_alphanumeric))
}

/// The hidden name of a staging directory, up to its random part: no longer than a file's name may be.
fn prefix(target: &Path) -> OsString {
    let name = target.file_name().unwrap_or_else(|| OsStr::new("output"));
    let name = name.as_bytes().get(..LONGEST_NAME).unwrap_or(name.as_bytes());
    let mut prefix = OsString::from(".");
    prefix.push(OsStr::from_bytes(name));
    prefix.push(".corsynth-");
    prefix
}

fn parent(target: &Path) -> &Path {
    target.parent().unwrap_or(target)
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// The same file under another name, or, where that cannot be, an equal one.
fn take(old: &Path, new: &Path, metadata: &Metadata) -> io::Result<()> {
    if metadata.is_symlink() {
        return symlink(fs::read_link(old)?, new);
    }
    // Some file systems have no hard links, and Linux refuses them for files of other users.
    fs::hard_link(old, new).or_else(|refused| {
        // Whoever opens a pipe waits for the other end.
        if !metadata.is_file() {
            return Err(refused);
        }
        fs::copy(old, new)?;
        File::open(new)?.sync_all()
    })
}

/// Gives a directory the owner and the mode of the one that it replaces.
fn like(old: &Metadata, new: &Path) -> io::Result<()> {
    let made = fs::metadata(new)?;
    if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
        // Only root may give a directory away; anybody else's stays their own.
        let _ = chown(new, Some(old.uid()), Some(old.gid()));
    }
    fs::set_permissions(new, old.permissions())
}

/// Makes the entries of a directory survive a power cut.
fn flush(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        // Some file systems cannot, and have nothing better to offer.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

fn failure(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot {what} `{}`: {}", path.display(), reason(error)))
}
