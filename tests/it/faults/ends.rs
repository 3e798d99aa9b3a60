//! Runs that are ended from outside, whatever they write.

use super::{ends, other, program, shell, tree};
use crate::cli::{INTENT, workplace};
use crate::support::{project, tool};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const TURNS: u32 = 12;

type Tree = BTreeMap<String, Vec<u8>>;

/// Runs a command to its end to see how long it takes, and then ends it at different moments. `prepare` comes before
/// each run; `look` judges what is left.
fn end_often(here: &Path, words: &[&str], signal: &str, prepare: &dyn Fn(), look: &dyn Fn(u32)) {
    let spawn = || program(here, words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    prepare();
    let start = Instant::now();
    spawn().wait().unwrap();
    let whole = start.elapsed();
    for turn in 0..TURNS {
        prepare();
        let mut child = spawn();
        // From at once to after the end, and a bit of disorder.
        std::thread::sleep(whole * turn / (TURNS - 2) + Duration::from_micros(u64::from(turn % 5) * 97));
        let id = child.id().to_string();
        // It may have ended: then there is nobody to signal.
        let _ = shell(here, &format!("kill -{signal} {id} 2>/dev/null"), &[]).status();
        child.wait().unwrap();
        look(turn);
    }
}

#[test]
fn a_signal_leaves_the_old_output_or_the_new_one() {
    for signal in ["INT", "TERM", "HUP"] {
        let here = workplace();
        let emit = ["emit", "--format", "tf", "--out", "out"];
        fs::write(here.path().join("corsynth.yaml"), other()).unwrap();
        ends(&mut program(here.path(), &emit), 0, "");
        let new = tree(&here.path().join("out"));
        fs::write(here.path().join("corsynth.yaml"), INTENT).unwrap();
        ends(&mut program(here.path(), &emit), 0, "");
        let old = tree(&here.path().join("out"));
        let swap = std::cell::Cell::new(false);
        let prepare = || {
            swap.set(!swap.get());
            fs::write(here.path().join("corsynth.yaml"), if swap.get() { other() } else { INTENT.to_owned() }).unwrap();
        };
        end_often(here.path(), &emit, signal, &prepare, &|turn| {
            let now = tree(&here.path().join("out"));
            assert!(now == old || now == new, "{signal}, turn {turn}: {:?}", now.keys());
        });
        ends(&mut program(here.path(), &emit), 0, "");
    }
}

#[test]
fn of_all_environments_each_is_whole() {
    let here = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(project("examples/06-environments/corsynth.yaml")).unwrap();
    let emit = ["emit", "i.yaml", "--format", "tf", "--all-envs", "--out", "out", "--output-format", "short"];
    let whole = |text: &str| -> BTreeMap<String, Tree> {
        fs::write(here.path().join("i.yaml"), text).unwrap();
        ends(&mut program(here.path(), &emit), 0, "");
        let folders = fs::read_dir(here.path().join("out")).unwrap().map(|entry| entry.unwrap().path());
        folders.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), tree(&path))).collect()
    };
    let (old, new) = (whole(&text), whole(&format!("{text}# another hash\n")));
    assert!(old.len() >= 2 && old.keys().eq(new.keys()) && old.values().ne(new.values()));
    let turns = std::cell::Cell::new(0);
    let prepare = || {
        turns.set(turns.get() + 1);
        let end = if turns.get() % 2 == 0 { "# another hash\n" } else { "" };
        fs::write(here.path().join("i.yaml"), format!("{text}{end}")).unwrap();
    };
    end_often(here.path(), &emit, "KILL", &prepare, &|turn| {
        for (environment, old) in &old {
            let now = tree(&here.path().join("out").join(environment));
            assert!(now == *old || now == new[environment], "turn {turn}, {environment}: {:?}", now.keys());
        }
    });
    // The next run goes on, and leaves nothing of the killed ones.
    assert_eq!(whole(&text), old);
    let names = fs::read_dir(here.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().starts_with('.')));
}

#[test]
fn an_intent_is_mended_or_it_is_not() {
    let here = workplace();
    let file = here.path().join("corsynth.yaml");
    let broken = INTENT.replace("https://www.acme.com", "HTTPS://www.acme.com");
    let fix = ["validate", "--fix", "corsynth.yaml"];
    fs::write(&file, &broken).unwrap();
    ends(&mut program(here.path(), &fix), 0, "fixed corsynth.yaml");
    let mended = fs::read_to_string(&file).unwrap();
    assert_ne!(mended, broken);
    let prepare = || fs::write(&file, &broken).unwrap();
    end_often(here.path(), &fix, "KILL", &prepare, &|turn| {
        let now = fs::read_to_string(&file).unwrap();
        assert!(now == mended || now == broken, "turn {turn}: {now}");
    });
    // What a killed run left is no intent, and in nobody's way.
    ends(&mut program(here.path(), &["validate", "--fix", "."]), 0, "checked 1 file");
}

#[test]
fn a_new_intent_and_every_page_of_the_manual_is_whole() {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("corsynth.yaml");
    ends(&mut program(here.path(), &["init"]), 0, "wrote");
    let whole = fs::read(&file).unwrap();
    let prepare = || drop(fs::remove_file(&file));
    end_often(here.path(), &["init"], "KILL", &prepare, &|turn| {
        assert!(!file.exists() || fs::read(&file).unwrap() == whole, "turn {turn}");
    });
    let man = here.path().join("man");
    ends(&mut program(here.path(), &["man", "man"]), 0, "pages");
    let pages = tree(&man);
    let prepare = || drop(fs::remove_dir_all(&man));
    end_often(here.path(), &["man", "man"], "KILL", &prepare, &|turn| {
        for (name, page) in if man.exists() { tree(&man) } else { Tree::new() } {
            assert!(pages[&name] == page, "turn {turn}: {name}");
        }
    });
    ends(&mut program(here.path(), &["man", "man"]), 0, "pages");
    assert_eq!(tree(&man), pages);
}

#[test]
fn a_limit_on_the_size_of_files_is_told() {
    let here = workplace();
    let emit = ["emit", "--format", "tf", "--out", "out"];
    ends(&mut program(here.path(), &emit), 0, "");
    let old = tree(here.path());
    fs::write(here.path().join("b.yaml"), other()).unwrap();
    let words = ["emit", "b.yaml", "--format", "tf", "--out", "out"];
    ends(&mut shell(here.path(), "ulimit -f 1; exec \"$@\"", &words), 2, "of the new output: file too large");
    fs::remove_file(here.path().join("b.yaml")).unwrap();
    assert_eq!(tree(here.path()), old);
    let names: Vec<_> = fs::read_dir(here.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    for words in [&["init", "new.yaml"][..], &["man", "man"]] {
        ends(&mut shell(here.path(), "ulimit -f 1; exec \"$@\"", words), 2, "file too large");
    }
    assert!(!here.path().join("new.yaml").exists());
}

/// A disk of its own, in a name space of its own: it goes with the shell.
#[test]
fn a_full_disk_is_told() {
    let here = workplace();
    let disk = here.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = "mount -t tmpfs -o size=64k,nr_inodes=60 none disk";
    if !tool("unshare", "--version") {
        return;
    }
    let may = program_of("unshare", here.path(), &["-m", "/bin/sh", "-c", mount]).status().unwrap().success();
    if !may {
        eprintln!("not run: this user may not mount a disk");
        return;
    }
    let line = format!(
        "{mount} && \"$@\" -o disk/out && cp -r disk/out old && \
         {{ cat /dev/zero > disk/full 2>/dev/null; \"$@\" -o disk/out b.yaml; code=$?; \
         diff -r old disk/out && ls -A disk; exit $code; }}"
    );
    fs::write(here.path().join("b.yaml"), other()).unwrap();
    let words = ["-m", "/bin/sh", "-c", &line, "sh", env!("CARGO_BIN_EXE_corsynth"), "emit", "-f", "cfn"];
    let output = ends(&mut program_of("unshare", here.path(), &words), 2, "no space left on device");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "full\nout\n", "the old output, and nothing beside it");
}

fn program_of(name: &str, here: &Path, words: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(name);
    command.args(words).current_dir(here).env("LC_ALL", "C");
    command
}
