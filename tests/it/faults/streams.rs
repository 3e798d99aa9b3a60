//! Streams that are closed, full or read in part, and an environment that is empty.

use super::{ends, program, shell};
use crate::cli::workplace;
use crate::support::project;
use std::process::Stdio;

const COMMANDS: [&[&str]; 8] = [
    &["validate"],
    &["emit", "--format", "tf"],
    &["prove"],
    &["rules"],
    &["schema"],
    &["explain", "wildcard-origin-with-credentials"],
    &["completions", "bash"],
    &["--help"],
];

#[test]
fn a_full_stdout_is_told_and_a_closed_one_is_not() {
    let here = workplace();
    for words in COMMANDS {
        // `prove` and `validate` may have nothing to say on stdout.
        let talks = !program(here.path(), words).output().unwrap().stdout.is_empty();
        let (code, said) = if talks { (2, "cannot write to stdout: no space left on device") } else { (0, "") };
        ends(&mut shell(here.path(), "exec \"$@\" >/dev/full", words), code, said);
        for closed in [">&-", "2>&-", "<&-", "<&- >&- 2>&-", "2>/dev/full"] {
            ends(&mut shell(here.path(), &format!("exec \"$@\" {closed}"), words), 0, "");
        }
    }
}

#[test]
fn a_reader_may_go_away() {
    let here = workplace();
    for words in COMMANDS {
        let mut child = program(here.path(), words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // And so may one of what is told: the output is there all the same.
    let mut emit = program(here.path(), &["emit", "--format", "tf", "--out", "out"]);
    let mut child = emit.stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(here.path().join("out/main.tf").is_file());
}

#[test]
fn an_intent_on_stdin_may_be_missing() {
    let here = workplace();
    ends(&mut shell(here.path(), "exec \"$@\" <&-", &["validate", "-"]), 2, "");
    ends(program(here.path(), &["validate", "-"]).stdin(Stdio::null()), 2, "");
}

#[test]
fn nothing_of_the_environment_is_needed() {
    let here = workplace();
    for words in COMMANDS {
        let plain = ends(&mut program(here.path(), words), 0, "");
        let nowhere = here.path().join("nowhere");
        let mut odd = program(here.path(), words);
        for name in ["HOME", "TMPDIR", "PATH", "XDG_CONFIG_HOME", "TERM", "COLUMNS", "LANG"] {
            odd.env(name, &nowhere);
        }
        assert_eq!(ends(&mut odd, 0, "").stdout, plain.stdout, "{words:?}");
    }
    let out = here.path().join("out");
    let mut emit = program(here.path(), &["emit", "--format", "tf", "--out", "out"]);
    ends(emit.env("TMPDIR", "/nowhere"), 0, "");
    assert!(out.join("main.tf").is_file());
}

#[test]
fn a_day_may_be_far_off() {
    let here = workplace();
    for day in ["0001-01-01", "9999-12-31"] {
        ends(&mut program(here.path(), &["validate", "--today", day]), 0, "");
    }
    ends(&mut program(&project(""), &["validate", "examples", "--today", "1970-01-01"]), 0, "");
}
