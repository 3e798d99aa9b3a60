//! `corsynth validate --watch`: a report now, and another after every change.

use crate::cli::{INTENT, workplace};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Generous: nothing is measured, and a machine can be slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, watching, with the lines of its stdout and stderr.
struct Watching {
    child: Child,
    out: Receiver<String>,
    talk: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        // One that has ended is no failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Watching {
    fn start(directory: &Path, words: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_corsynth"))
            .args(["validate", "--watch", "--output-format", "short"])
            .args(words)
            .env_clear()
            .current_dir(directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, talk) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Self { child, out, talk }
    }

    /// The talk up to the end of a report.
    fn report(&self) -> String {
        let mut report = Vec::new();
        loop {
            let line = self.talk.recv_timeout(PATIENCE).expect("another report");
            if line == "watching; Ctrl-C ends" {
                return report.join("\n");
            }
            report.push(line);
        }
    }

    /// Reports up to one that says this: a change can be seen in two steps.
    #[track_caller]
    fn expect(&self, text: &str) {
        let mut last = String::new();
        for _ in 0..20 {
            last = self.report();
            if last.contains(text) {
                return;
            }
        }
        panic!("expected `{text}`, found `{last}`");
    }
}

#[test]
fn a_change_brings_another_report() {
    let here = workplace();
    let path = here.path().join("corsynth.yaml");
    let watching = Watching::start(here.path(), &[]);
    watching.expect("checked 1 file: no findings");
    fs::write(&path, INTENT.replace("https://www", "www")).unwrap();
    watching.expect("checked 1 file: 1 error");
    let line = watching.out.recv_timeout(PATIENCE).unwrap();
    assert!(line.starts_with("corsynth.yaml:6:9: error["), "{line}: a pipe is not cleared");
    // As editors do it: another file in its place.
    fs::write(here.path().join("new"), INTENT).unwrap();
    fs::rename(here.path().join("new"), &path).unwrap();
    watching.expect("checked 1 file: no findings");
    fs::remove_file(&path).unwrap();
    watching.expect("cannot read `corsynth.yaml`");
    fs::write(&path, INTENT).unwrap();
    watching.expect("checked 1 file: no findings");
}

#[test]
fn a_directory_may_go_and_come_back_and_gets_new_intents() {
    let here = workplace();
    let below = here.path().join("a");
    fs::create_dir(&below).unwrap();
    fs::write(below.join("x.cors.yaml"), INTENT).unwrap();
    let watching = Watching::start(here.path(), &["a"]);
    watching.expect("checked 1 file: no findings");
    fs::create_dir(below.join("deep")).unwrap();
    fs::write(below.join("deep/corsynth.yaml"), INTENT).unwrap();
    watching.expect("checked 2 files");
    fs::remove_dir_all(&below).unwrap();
    watching.expect("cannot read `a`");
    fs::create_dir(&below).unwrap();
    fs::write(below.join("y.cors.yaml"), INTENT.replace("https://www", "www")).unwrap();
    watching.expect("checked 1 file: 1 error");
}

#[test]
fn a_signal_ends_it_and_stdin_is_refused() {
    let here = workplace();
    let mut watching = Watching::start(here.path(), &[]);
    watching.expect("checked 1 file");
    let id = watching.child.id().to_string();
    // A shell that runs this in the background has it ignore SIGINT, and nothing else.
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(!watching.child.wait().unwrap().success());
    crate::cli::corsynth(here.path())
        .args(["validate", "--watch", "-"])
        .assert()
        .code(2)
        .stderr("error: stdin cannot be watched\n  help: name a file or a directory\n");
}
