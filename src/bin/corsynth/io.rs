//! The only place, with `output`, that touches files, the terminal and the environment.

mod artifacts;
pub(crate) mod git;
mod nearest;

pub(crate) use artifacts::{holds_artifacts, is_artifact_name, is_packed, is_too_large, read_artifacts};
pub(crate) use nearest::Nearest;

use crate::args::Color;
use crate::exit::{Exit, Failure};
use anstream::ColorChoice;
use corsynth::compile::{Input, Syntax};
use corsynth::intent::Date;
use corsynth::report::printable;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, IsTerminal as _, Read as _, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// No intent comes near this; a device or a wrong file does.
pub(crate) const LARGEST_INPUT: u64 = 64 << 20;

/// The command line, with the program's name.
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// Makes writing beyond the limit on the size of a file (`ulimit -f`) fail, where it would end the program.
pub(crate) fn outlive_file_size_limit() {
    // Where that cannot be, the program ends there, and leaves the old output as any other end does.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// Where the program talks: data to stdout, everything else to stderr.
#[derive(Debug)]
pub(crate) struct Terminal {
    color: Color,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        Self { color }
    }

    /// Whether what goes to stdout is styled.
    pub(crate) fn styles_data(&self) -> bool {
        styled(self.color, &io::stdout())
    }

    /// Whether what goes to stderr is styled.
    pub(crate) fn styles_talk(&self) -> bool {
        styled(self.color, &io::stderr())
    }

    /// How many columns a line on stdout has; as many as a page wants when nobody looks.
    #[expect(clippy::unused_self, reason = "a question to the terminal")]
    pub(crate) fn width(&self) -> usize {
        terminal_size::terminal_size_of(io::stdout()).map_or(usize::MAX, |(width, _)| width.0.into())
    }

    /// Whether a person reads stdout, for whom control characters are shown instead of sent.
    #[expect(clippy::unused_self, reason = "a question to the terminal")]
    pub(crate) fn is_read_by_a_person(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Writes data to stdout. A reader who went away is no error.
    pub(crate) fn data(&self, text: &str) -> Result<(), Failure> {
        self.data_bytes(text.as_bytes())
    }

    /// The same for what need not be text.
    #[expect(clippy::unused_self, reason = "all output goes through the terminal")]
    pub(crate) fn data_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("cannot write to stdout: {}", reason(&error))))
            }
            _ => Ok(()),
        }
    }

    /// Writes a diff to stdout. It is for `patch` first; on a terminal it must not act.
    pub(crate) fn diff(&self, diff: &str) -> Result<(), Failure> {
        if !self.is_read_by_a_person() {
            return self.data(diff);
        }
        let shown: String =
            diff.split_inclusive('\n').map(|line| printable(line.trim_end_matches('\n')) + "\n").collect();
        self.data(&shown)
    }

    /// Begins on an empty screen, where a person looks at one.
    pub(crate) fn clear(&self) -> Result<(), Failure> {
        if self.is_read_by_a_person() { self.data("\u{1b}[2J\u{1b}[3J\u{1b}[H") } else { Ok(()) }
    }

    /// Writes finished text to stderr. Nobody can be told when that fails.
    #[expect(clippy::unused_self, reason = "all output goes through the terminal")]
    pub(crate) fn talk(&self, text: &str) {
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// One line on stderr.
    pub(crate) fn say(&self, line: &str) {
        self.talk(&format!("{}\n", printable(line)));
    }

    /// A remark, with its word in front.
    pub(crate) fn note(&self, line: &str) {
        self.headed("note", "\u{1b}[1m\u{1b}[92m", line);
    }

    /// A warning, with its word in front.
    pub(crate) fn warn(&self, line: &str) {
        self.headed("warning", "\u{1b}[1m\u{1b}[33m", line);
    }

    /// What was not to be.
    pub(crate) fn deny(&self, line: &str) {
        self.headed("denied", "\u{1b}[1m\u{1b}[91m", line);
    }

    /// Says why the command failed, and gives the exit code for it.
    pub(crate) fn fail(&self, failure: &Failure) -> Exit {
        self.headed("error", "\u{1b}[1m\u{1b}[91m", &failure.message);
        for help in &failure.help {
            self.headed("  help", "\u{1b}[1m\u{1b}[96m", help);
        }
        Exit::Unusable
    }

    fn headed(&self, word: &str, style: &str, line: &str) {
        let line = printable(line);
        if self.styles_talk() {
            self.talk(&format!("{style}{word}\u{1b}[0m: {line}\n"));
        } else {
            self.talk(&format!("{word}: {line}\n"));
        }
    }
}

/// Prints help and version (stdout, fine) or a usage error (stderr, unusable).
pub(crate) fn show_usage(message: &clap::Error, color: Color) -> Exit {
    let (text, to_stderr) = (message.render(), message.use_stderr());
    let styled = if to_stderr { styled(color, &io::stderr()) } else { styled(color, &io::stdout()) };
    let plain = text.to_string();
    let shown: String = plain.split('\n').map(printable).collect::<Vec<_>>().join("\n");
    // An argument that would steer the terminal is quoted in the message, and costs it its styles.
    let text = if styled && shown == plain { text.ansi().to_string() } else { shown };
    let terminal = Terminal::new(color);
    if to_stderr {
        terminal.talk(&text);
        return Exit::Unusable;
    }
    match terminal.data(&text) {
        Ok(()) => Exit::Fine,
        Err(failure) => terminal.fail(&failure),
    }
}

/// The sentence before an internal error's exit.
pub(crate) fn last_words(sentence: &str) {
    Terminal::new(Color::Auto).say(sentence);
}

fn styled(color: Color, stream: &impl anstream::stream::RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(stream) != ColorChoice::Never,
    }
}

/// Reads an intent; `-` is stdin.
pub(crate) fn read_intent(path: &Path) -> Result<Input, Failure> {
    let bytes = read_bytes(path, LARGEST_INPUT)?;
    Ok(Input { name: shown(path), bytes, syntax: syntax_of(path) })
}

/// JSON by its extension, YAML otherwise.
pub(crate) fn syntax_of(path: &Path) -> Syntax {
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if json { Syntax::Json } else { Syntax::Yaml }
}

/// The text of a file that corsynth is set up with.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = read_bytes(path, LARGEST_INPUT)?;
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("cannot read `{}`: it is not UTF-8", shown(path))))
}

/// The day, in UTC; none where the clock shows what no calendar has.
#[expect(clippy::disallowed_methods, reason = "waivers end on a day, and the command line can name another")]
pub(crate) fn today() -> Option<Date> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    day(since.as_secs())
}

/// The day so many seconds after the beginning of 1970.
fn day(seconds: u64) -> Option<Date> {
    let days = jiff::Span::new().try_days(i64::try_from(seconds / 86_400).ok()?).ok()?;
    Date::new(1970, 1, 1).ok()?.checked_add(days).ok()
}

/// The bytes of a file, or of stdin, if they are not more than `most`.
fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let name = shown(path);
    let read = |mut source: Box<dyn io::Read>| {
        // Room for nearly every intent, so that one call reads it.
        let mut bytes = Vec::with_capacity(16 << 10);
        source.by_ref().take(most + 1).read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = if is_stdin(path) {
        read(Box::new(io::stdin().lock()))
    } else {
        File::open(path).and_then(|file| read(Box::new(file)))
    };
    let bytes = bytes.map_err(|error| {
        let failure = Failure::new(format!("cannot read `{name}`: {}", reason(&error)));
        match error.kind() {
            ErrorKind::NotFound if path == Path::new("corsynth.yaml") => {
                failure.help("`corsynth init` writes one to start from; or name the file")
            }
            ErrorKind::IsADirectory => failure.help("name the intent file in it"),
            _ => failure,
        }
    })?;
    if bytes.len() as u64 <= most {
        return Ok(bytes);
    }
    let what = if most == LARGEST_INPUT { "it is" } else { "it and the files before it are" };
    Err(Failure::new(format!("cannot read `{name}`: {what} larger than {} MiB", LARGEST_INPUT >> 20)))
}

/// Whether a path stands for stdin.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// A path as messages show it: as given, without a leading `./`.
pub(crate) fn shown(path: &Path) -> String {
    if is_stdin(path) {
        return "<stdin>".to_owned();
    }
    let text = path.to_string_lossy();
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text.into_owned(),
    }
}

/// Where a symbolic link leads; `None` for anything else.
pub(crate) fn target_of(path: &Path) -> Option<PathBuf> {
    path.is_symlink().then(|| fs::canonicalize(path).ok()).flatten()
}

/// What the operating system said, in our voice: no code, lower case.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// The intents below a directory, sorted. Errors of single entries come back beside what was found.
pub(crate) fn intents_below(directory: &Path) -> (Vec<PathBuf>, Vec<Failure>) {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    // As `git` sees the directory, but the same for everybody: no global excludes, no other tools' files.
    let walk = ignore::WalkBuilder::new(directory)
        .require_git(false)
        .git_global(false)
        .git_exclude(false)
        .ignore(false)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if is_intent_name(entry.path()) && is_to_be_read(entry.path()) => found.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => failures.push(Failure::new(format!("cannot search `{}`: {error}", shown(directory)))),
        }
    }
    found.sort();
    (found, failures)
}

/// Whether something of an intent's name is one: a file, or a symbolic link that leads nowhere, which whoever put it
/// there should know of.
fn is_to_be_read(path: &Path) -> bool {
    path.is_file() || (path.is_symlink() && fs::metadata(path).is_err())
}

/// Whether a file of this name is an intent.
pub(crate) fn is_intent_name(path: &Path) -> bool {
    let extension = |path: &Path| path.extension().map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = path.file_stem().map_or(Path::new(""), Path::new);
    matches!(extension(path).as_str(), "yaml" | "yml" | "json")
        && (stem == Path::new("corsynth") || extension(stem) == "cors")
}

/// Writes a file that does not exist yet, whole or not at all; an existing one stays.
pub(crate) fn create_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written = temporary_beside(path, text)
        .and_then(|file| file.persist_noclobber(path).map(drop).map_err(|refused| refused.error));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!("`{}` exists", shown(path)))
            .help("corsynth does not overwrite it; name another file, or remove it first"),
        _ => Failure::new(format!("cannot write `{}`: {}", shown(path), reason(&error))),
    })
}

/// Writes a file, whole or not at all, over an old one; and the directory it is in, when that does not exist.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    fs::create_dir_all(folder(path))
        .and_then(|()| temporary_beside(path, text))
        .and_then(|file| file.persist(path).map(drop).map_err(|refused| refused.error))
        .map_err(|error| Failure::new(format!("cannot write `{}`: {}", shown(path), reason(&error))))
}

/// Whether a file begins with some bytes; `None` when there is no file.
pub(crate) fn begins_with(path: &Path, start: &[u8]) -> Result<Option<bool>, Failure> {
    let read = || {
        let mut bytes = Vec::with_capacity(start.len());
        File::open(path)?.take(start.len() as u64).read_to_end(&mut bytes).map(|_| bytes)
    };
    match read() {
        Ok(bytes) => Ok(Some(bytes == start)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("cannot read `{}`: {}", shown(path), reason(&error)))),
    }
}

/// Writes a file that exists, whole or not at all, if it still holds what was read. Its mode and owner stay, and a
/// symbolic link keeps leading to it.
pub(crate) fn overwrite(path: &Path, before: &[u8], text: &str) -> Result<(), Failure> {
    let write = |file: &Path| {
        let old = fs::metadata(file)?;
        let temporary = temporary_beside(file, text)?;
        // Only root may give a file away; anybody else's stays their own.
        let _ = chown(temporary.path(), Some(old.uid()), Some(old.gid()));
        temporary.as_file().set_permissions(old.permissions())?;
        temporary.persist(file).map(drop).map_err(|refused| refused.error)
    };
    let file = fs::canonicalize(path);
    if file.as_ref().is_ok_and(|file| read_bytes(file, LARGEST_INPUT).is_ok_and(|now| now != before)) {
        return Err(Failure::new(format!("`{}` was edited while it was read, and is left alone", shown(path)))
            .help("run it again"));
    }
    file.and_then(|file| write(&file))
        .map_err(|error| Failure::new(format!("cannot write `{}`: {}", shown(path), reason(&error))))
}

fn temporary_beside(path: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    // The mode is what any new file has; the user's umask still applies.
    let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make their own files")]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_far_off() {
        assert_eq!(day(0), Date::new(1970, 1, 1).ok());
        assert_eq!(day(86_400 * 365), Date::new(1971, 1, 1).ok());
        assert_eq!(day(u64::MAX), None);
        assert_eq!(day(86_400 * 400 * 10_000), None);
    }

    #[test]
    fn what_was_edited_meanwhile_is_left_alone() {
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("a.yaml");
        fs::write(&file, "newer").unwrap();
        let refused = overwrite(&file, b"old", "mended").unwrap_err();
        assert!(refused.message.ends_with("was edited while it was read, and is left alone"), "{refused:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "newer");
        overwrite(&file, b"newer", "mended").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "mended");
    }
}
