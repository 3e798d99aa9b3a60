//! `corsynth validate --watch`: checks, waits until a file is another one, and checks again.

use super::check::{self, find_quietly};
use crate::args::Validate;
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// An editor writes a file in several steps; this long nothing happens when it is done.
const QUIET: Duration = Duration::from_millis(50);
/// Where something happens all the time, this many events are waited for.
const MOST_EVENTS: usize = 1000;
/// A directory that is not there cannot be watched: this often it is looked for.
const AGAIN: Duration = Duration::from_secs(1);

/// Never comes back, unless nothing can be watched or printed; Ctrl-C ends it.
pub(crate) fn run(args: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    if args.paths.iter().any(|path| io::is_stdin(path)) {
        return Err(Failure::new("stdin cannot be watched").help("name a file or a directory"));
    }
    let mut watch = Watch::new()?;
    loop {
        watch.follow(&args.paths);
        let seen = contents(args);
        terminal.clear()?;
        // Editors tell one report from the next by the first and the last line.
        terminal.say("checking");
        check::run(args, terminal)?;
        terminal.say("watching; Ctrl-C ends");
        // What happens in between, to files that are not checked, or to access times, is not a change.
        while contents(args) == seen {
            watch.wait();
            watch.follow(&args.paths);
        }
    }
}

/// Every intent with its bytes; `None` for one that cannot be read.
fn contents(args: &Validate) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let read = |path: PathBuf| {
        let bytes = io::read_intent(&path).ok().map(|input| input.bytes);
        (path, bytes)
    };
    find_quietly(&args.paths).0.into_iter().map(read).collect()
}

/// The operating system's word for changes.
struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<()>,
    /// What is watched, which may not be there any more.
    followed: Vec<PathBuf>,
    /// Whether everything that was asked for is watched.
    is_complete: bool,
}

impl Watch {
    fn new() -> Result<Self, Failure> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading a file is an event, too, and is what answers one.
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Nobody waits any more when the program ends.
                let _ = sender.send(());
            }
        })
        .map_err(|error| Failure::new(format!("cannot watch files: {error}")))?;
        Ok(Self { watcher, events, followed: Vec::new(), is_complete: false })
    }

    /// Watches directories, and of files the directory they are in: an editor puts another file in the place of one.
    /// Begins anew every time, because a directory may be another one under the same name.
    fn follow(&mut self, paths: &[PathBuf]) {
        for path in self.followed.drain(..) {
            // What is gone is not watched any more.
            let _ = self.watcher.unwatch(&path);
        }
        let wanted: BTreeMap<PathBuf, RecursiveMode> = paths.iter().flat_map(|path| directories_of(path)).collect();
        self.is_complete = true;
        for (directory, mode) in wanted {
            match self.watcher.watch(&directory, mode) {
                Ok(()) => self.followed.push(directory),
                Err(_) => self.is_complete = false,
            }
        }
    }

    /// Until something happened and nothing does any more.
    fn wait(&self) {
        if self.is_complete {
            // The sender lives as long as the watcher.
            let _ = self.events.recv();
        } else {
            let _ = self.events.recv_timeout(AGAIN);
        }
        for _ in 0..MOST_EVENTS {
            if self.events.recv_timeout(QUIET).is_err() {
                break;
            }
        }
    }
}

/// A directory with all that is below it; of a file the directory, and that of what a symbolic link leads to.
fn directories_of(path: &Path) -> Vec<(PathBuf, RecursiveMode)> {
    if path.is_dir() {
        return vec![(path.to_owned(), RecursiveMode::Recursive)];
    }
    let parent = |path: &Path| match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let file = Some(path.to_owned()).into_iter().chain(io::target_of(path));
    file.map(|path| (parent(&path), RecursiveMode::NonRecursive)).collect()
}
