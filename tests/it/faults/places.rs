//! Files and directories that are not what they seem, or may not be read or written.

use super::{ends, program, shell, stderr, tree};
use crate::cli::{INTENT, workplace};
use crate::support::project;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

const EMIT: [&str; 5] = ["emit", "--format", "cfn", "--out", "out"];

/// Whoever tests as root becomes somebody whom the modes of files mean, and owns the workplace.
fn as_anybody(here: &Path, words: &[&str]) -> Option<Command> {
    let mut command = program(here, words);
    let probe = here.join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, Permissions::from_mode(0o0)).unwrap();
    if fs::read(&probe).is_err() {
        return Some(command);
    }
    let nobody = 65534;
    let all = |path: &Path| chown(path, Some(nobody), Some(nobody)).unwrap();
    all(here);
    for name in tree(here).keys() {
        all(&here.join(name));
    }
    command.uid(nobody).gid(nobody);
    let starts = Command::new(env!("CARGO_BIN_EXE_corsynth")).arg("--version").uid(nobody).gid(nobody).output();
    if starts.is_ok_and(|output| output.status.success()) {
        return Some(command);
    }
    eprintln!("not run: another user may not start what root has built");
    None
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_written_stays() {
    let here = workplace();
    fs::create_dir_all(here.path().join("locked/out")).unwrap();
    fs::write(here.path().join("locked/corsynth.yaml"), INTENT.replace("https://www", "HTTPS://www")).unwrap();
    let before = tree(&here.path().join("locked"));
    let locked = here.path().join("locked");
    for (words, said) in [
        (&["emit", "--format", "cfn", "--out", "locked/out"][..], "cannot write `locked/out`: permission denied"),
        (&["init", "locked/new.yaml"], "cannot write `locked/new.yaml`: permission denied"),
        (&["man", "locked"], "permission denied"),
        (&["validate", "--fix", "locked/corsynth.yaml"], "cannot write `locked/corsynth.yaml`: permission denied"),
    ] {
        mode(&locked, 0o755);
        let Some(mut command) = as_anybody(here.path(), words) else { return };
        mode(&locked, 0o555);
        ends(&mut command, 2, said);
    }
    mode(&locked, 0o755);
    assert_eq!(tree(&locked), before);
}

#[test]
fn what_may_not_be_read_is_told_and_the_rest_is_checked() {
    let here = workplace();
    for folder in ["a", "b"] {
        fs::create_dir(here.path().join(folder)).unwrap();
        fs::write(here.path().join(folder).join("corsynth.yaml"), INTENT).unwrap();
    }
    let Some(mut command) = as_anybody(here.path(), &["validate", "."]) else { return };
    mode(&here.path().join("a"), 0);
    mode(&here.path().join("b/corsynth.yaml"), 0);
    let told = stderr(&ends(&mut command, 2, "cannot read `b/corsynth.yaml`: permission denied"));
    assert!(told.contains("cannot search `.`") && told.contains("a: Permission denied"), "{told}");
    assert!(told.contains("checked 1 file: no findings; 1 file could not be read"), "{told}");
    mode(&here.path().join("a"), 0o755);
}

#[test]
fn one_file_that_cannot_be_mended_keeps_no_other_from_it() {
    let here = workplace();
    let broken = INTENT.replace("https://www", "HTTPS://www");
    for folder in ["a", "b"] {
        fs::create_dir(here.path().join(folder)).unwrap();
        fs::write(here.path().join(folder).join("corsynth.yaml"), &broken).unwrap();
    }
    let Some(mut command) = as_anybody(here.path(), &["validate", "--fix", "a", "b"]) else { return };
    chown(here.path().join("b"), fs::metadata(here.path()).map(|m| std::os::unix::fs::MetadataExt::uid(&m)).ok(), None)
        .unwrap();
    mode(&here.path().join("a"), 0o555);
    mode(&here.path().join("b"), 0o777);
    ends(&mut command, 2, "cannot write `a/corsynth.yaml`: permission denied");
    assert_eq!(fs::read_to_string(here.path().join("a/corsynth.yaml")).unwrap(), broken);
    assert!(fs::read_to_string(here.path().join("b/corsynth.yaml")).unwrap().contains("https://www"));
    mode(&here.path().join("a"), 0o755);
}

#[test]
fn nothing_outside_of_the_output_is_touched() {
    let here = workplace();
    ends(&mut program(here.path(), &EMIT), 0, "");
    let out = here.path().join("out");
    let template = fs::read(out.join("template.yaml")).unwrap_or_default();
    let victims = here.path().join("victims");
    fs::create_dir(&victims).unwrap();
    for name in ["file", "README.md", "corsynth.lock.json"] {
        fs::write(victims.join(name), "precious").unwrap();
    }
    let before = tree(&victims);
    // A link in the place of a file, one that leads nowhere, and a directory behind one.
    for target in ["../victims/file", "../victims/new", "../victims"] {
        fs::remove_file(out.join("README.md")).unwrap();
        symlink(target, out.join("README.md")).unwrap();
        ends(&mut program(here.path(), &EMIT), 2, "`out/README.md`");
        ends(program(here.path(), &EMIT).arg("--force"), 0, "");
        assert!(out.join("README.md").symlink_metadata().unwrap().is_file());
        assert_eq!(tree(&victims), before, "{target}");
    }
    assert_eq!(fs::read(out.join("template.yaml")).unwrap_or_default(), template);
    // Pages of the manual and new intents replace links, or refuse them, and follow none.
    fs::create_dir(here.path().join("man")).unwrap();
    symlink("../victims/file", here.path().join("man/corsynth.1")).unwrap();
    symlink("victims/new", here.path().join("new.yaml")).unwrap();
    ends(&mut program(here.path(), &["man", "man"]), 0, "");
    ends(&mut program(here.path(), &["init", "new.yaml"]), 2, "`new.yaml` exists");
    assert_eq!(tree(&victims), before);
}

#[test]
fn an_environment_stays_below_the_directory_that_is_named() {
    let here = tempfile::tempdir().unwrap();
    fs::copy(project("examples/06-environments/corsynth.yaml"), here.path().join("corsynth.yaml")).unwrap();
    let emit = ["emit", "--format", "tf", "--all-envs", "--out", "out", "--output-format", "short"];
    ends(&mut program(here.path(), &emit), 0, "");
    let mut names: Vec<_> = fs::read_dir(here.path().join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    let last = here.path().join("out").join(names.last().unwrap());
    fs::remove_dir_all(&last).unwrap();
    fs::create_dir(here.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", &last).unwrap();
    ends(&mut program(here.path(), &emit), 2, "which is not below `out`");
    assert!(tree(&here.path().join("elsewhere")).is_empty());
    // What is in the way of one keeps all from being written.
    fs::remove_file(&last).unwrap();
    fs::create_dir(&last).unwrap();
    fs::write(last.join("main.tf"), "mine").unwrap();
    let first = here.path().join("out").join(&names[0]);
    fs::write(here.path().join("more"), "\n# another hash\n").unwrap();
    let text = fs::read_to_string(here.path().join("corsynth.yaml")).unwrap();
    fs::write(here.path().join("corsynth.yaml"), text + "# another hash\n").unwrap();
    let before = tree(&first);
    ends(&mut program(here.path(), &emit), 2, "corsynth did not write what it would replace");
    assert_eq!(tree(&first), before);
}

#[test]
fn names_need_not_be_text() {
    let here = tempfile::tempdir().unwrap();
    let odd = |bytes: &[u8]| here.path().join(OsStr::from_bytes(bytes));
    // Both are shown alike, and are two.
    fs::write(odd(b"a\xff.cors.yaml"), INTENT).unwrap();
    fs::write(odd(b"a\xfe.cors.yaml"), INTENT.replace("https://www", "www")).unwrap();
    ends(&mut program(here.path(), &["validate", "."]), 1, "checked 2 files");
    let mut emit = program(here.path(), &["emit", "--format", "tf"]);
    ends(emit.arg(odd(b"a\xff.cors.yaml")).arg("--out").arg(odd(b"out\xff")), 0, "");
    assert!(odd(b"out\xff").join("main.tf").is_file());
    ends(program(here.path(), &["prove", "--artifacts"]).arg(odd(b"out\xff")).arg(odd(b"a\xff.cors.yaml")), 0, "");
    ends(program(here.path(), &["validate"]).arg(odd(b"\xfe\xff")), 2, "cannot read");
    ends(program(here.path(), &["explain"]).arg(OsStr::from_bytes(b"\xff")), 2, "");
    // Of artifacts, two that are shown alike could be taken for one.
    for name in [&b"x\xff.tf"[..], b"x\xfe.tf"] {
        fs::write(odd(b"out\xff").join(OsStr::from_bytes(name)), "").unwrap();
    }
    ends(program(here.path(), &["validate", "--artifacts"]).arg(odd(b"out\xff")), 2, "two files are called");
}

#[test]
fn what_is_no_file_is_no_intent() {
    let here = workplace();
    let at = |name: &str| here.path().join(name);
    fs::create_dir_all(at("tree/deep")).unwrap();
    fs::write(at("tree/corsynth.yaml"), INTENT).unwrap();
    symlink("..", at("tree/deep/loop")).unwrap();
    symlink("self", at("tree/self")).unwrap();
    let pipe = Command::new("mkfifo").arg(at("tree/deep/corsynth.yaml")).status().unwrap();
    assert!(pipe.success());
    ends(&mut program(here.path(), &["validate", "tree"]), 0, "checked 1 file");
    // A link that leads nowhere had a purpose.
    symlink("nowhere", at("tree/lost.cors.yaml")).unwrap();
    ends(&mut program(here.path(), &["validate", "tree"]), 2, "cannot read `tree/lost.cors.yaml`");
    symlink("loop.yaml", at("loop.yaml")).unwrap();
    for (name, said) in [
        ("tree", "is a directory"),
        ("loop.yaml", "too many levels of symbolic links"),
        ("/dev/zero", "it is larger than 64 MiB"),
        ("corsynth.yaml/x", "not a directory"),
        ("", "a value is required"),
    ] {
        let output = ends(&mut program(here.path(), &["emit", name, "--format", "tf"]), 2, said);
        assert!(output.stdout.is_empty());
    }
    ends(&mut program(here.path(), &["validate", "/dev/null"]), 2, "");
    // Who names a pipe waits for what comes out of it.
    let line = "cat corsynth.yaml > tree/deep/corsynth.yaml & exec \"$@\"";
    let words = ["validate", "tree/deep/corsynth.yaml"];
    ends(shell(here.path(), line, &words).env("PATH", "/usr/bin:/bin"), 0, "checked 1 file");
    // One among the output is carried over, and never opened.
    ends(&mut program(here.path(), &EMIT), 0, "");
    assert!(Command::new("mkfifo").arg(at("out/pipe")).status().unwrap().success());
    fs::write(at("corsynth.yaml"), super::other()).unwrap();
    ends(&mut program(here.path(), &EMIT), 0, "wrote");
    assert!(at("out/pipe").exists());
}

#[test]
fn files_may_be_huge_and_names_long() {
    let here = workplace();
    let at = |name: &str| here.path().join(name);
    // Holes, so they take no disk.
    let hole = |path: &Path| fs::File::create(path).unwrap().set_len(1 << 40).unwrap();
    hole(&at("huge.yaml"));
    ends(&mut program(here.path(), &["validate", "huge.yaml"]), 2, "it is larger than 64 MiB");
    ends(&mut program(here.path(), &EMIT), 0, "");
    hole(&at("out/notes.bin"));
    fs::remove_file(at("out/README.md")).unwrap();
    ends(&mut program(here.path(), &EMIT), 0, "wrote 1 of");
    assert_eq!(fs::metadata(at("out/notes.bin")).unwrap().len(), 1 << 40);
    hole(&at("out/README.md"));
    ends(&mut program(here.path(), &EMIT), 2, "`out/README.md` is larger than 64 MiB");

    let longest = "n".repeat(255);
    for name in [&longest, &"é".repeat(127)] {
        ends(&mut program(here.path(), &["emit", "--format", "cfn", "--out", name]), 0, "wrote");
        fs::remove_file(at(name).join("README.md")).unwrap();
        ends(&mut program(here.path(), &["emit", "--format", "cfn", "--out", name]), 0, "wrote 1 of");
    }
    let deep = format!("{}x", "d/".repeat(5000));
    for name in [&"n".repeat(256), &deep] {
        ends(&mut program(here.path(), &["emit", "--format", "cfn", "--out", name]), 2, "file name too long");
        ends(&mut program(here.path(), &["init", name]), 2, "file name too long");
        ends(&mut program(here.path(), &["validate", name]), 2, "file name too long");
    }
}

#[test]
fn directories_of_others_stay() {
    let here = workplace();
    ends(&mut program(here.path(), &EMIT), 0, "");
    // Hidden, and called nearly as what a killed run leaves.
    for name in [".out.corsynth-notes", ".out.corsynth-", ".out.corsynth-1234567"] {
        fs::create_dir(here.path().join(name)).unwrap();
    }
    fs::create_dir(here.path().join(".out.corsynth-a1B2c3")).unwrap();
    fs::write(here.path().join("corsynth.yaml"), super::other()).unwrap();
    ends(&mut program(here.path(), &EMIT), 0, "wrote");
    let names = fs::read_dir(here.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut hidden: Vec<_> = names.filter(|name| name.as_bytes().starts_with(b".")).collect();
    hidden.sort();
    assert_eq!(hidden, [".out.corsynth-", ".out.corsynth-1234567", ".out.corsynth-notes"]);
}

#[test]
fn the_current_directory_may_be_gone() {
    let here = workplace();
    let words = ["validate", "corsynth.yaml"];
    let line = "mkdir gone && cd gone && rmdir ../gone && exec \"$@\"";
    let mut command = shell(here.path(), line, &words);
    ends(command.env("PATH", "/usr/bin:/bin").stdin(Stdio::null()), 2, "cannot read `corsynth.yaml`");
    let intent = here.path().join("corsynth.yaml");
    let words = ["validate", intent.to_str().unwrap()];
    ends(shell(here.path(), line, &words).env("PATH", "/usr/bin:/bin"), 0, "checked 1 file");
}
