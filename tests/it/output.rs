//! `emit --out`: whole or not at all, nobody else's files, and the same bytes from everywhere.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a test that cannot go on says so by a panic, and makes its own files"
)]

use crate::cli::{INTENT, corsynth, workplace};
use assert_cmd::assert::Assert;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const EMIT: [&str; 5] = ["emit", "--format", "cfn", "--out", "out"];

/// Everything below a directory: path to mode and contents, or to the target of a symbolic link.
type Tree = BTreeMap<String, (u32, Vec<u8>)>;

fn tree(directory: &Path) -> Tree {
    fn walk(root: &Path, below: &Path, tree: &mut Tree) {
        for entry in fs::read_dir(below).unwrap_or_else(|e| panic!("{}: {e}", below.display())) {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let contents = if metadata.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else if metadata.is_dir() {
                walk(root, &path, tree);
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            tree.insert(name, (metadata.permissions().mode(), contents));
        }
    }
    let mut all = Tree::new();
    walk(directory, directory, &mut all);
    all
}

fn emit(here: &Path, more: &[&str]) -> Assert {
    corsynth(here).args(EMIT).args(more).assert()
}

fn edit(here: &Path) {
    fs::write(here.join("corsynth.yaml"), INTENT.replace("www.acme.com", "shop.acme.com")).unwrap();
}

fn leftovers(here: &Path) -> Vec<String> {
    let names = fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn a_killed_run_leaves_the_old_output_or_the_new_one() {
    let here = workplace();
    fs::write(here.path().join("b.yaml"), INTENT.replace("www.acme.com", "shop.acme.com")).unwrap();
    let run = |intent: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corsynth"));
        command.args(EMIT).args([intent, "--output-format", "short"]).env_clear().current_dir(here.path());
        command.stderr(Stdio::null()).stdout(Stdio::null());
        command
    };
    let out = here.path().join("out");
    assert!(run("corsynth.yaml").status().unwrap().success());
    // Files of somebody else are part of what must stay whole.
    fs::create_dir_all(out.join(".terraform/providers")).unwrap();
    fs::write(out.join(".terraform/providers/x"), "a plugin").unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let a = tree(&out);
    let start = Instant::now();
    assert!(run("b.yaml").status().unwrap().success());
    let whole_run = start.elapsed();
    let b = tree(&out);
    assert_ne!(a, b);

    let (mut kept, mut exchanged) = (0, 0);
    // Where the machine has other things to do, a run takes longer than the first one did.
    for turn in 0..600 {
        if turn >= 60 && kept > 0 && exchanged > 0 {
            break;
        }
        let before = tree(&out);
        let mut child = run(if before == a { "b.yaml" } else { "corsynth.yaml" }).spawn().unwrap();
        // From at once to after the end, and a bit of disorder.
        std::thread::sleep(whole_run * turn / 50 + Duration::from_micros(u64::from(turn % 7) * 113));
        child.kill().unwrap();
        child.wait().unwrap();
        let after = tree(&out);
        assert!(after == a || after == b, "turn {turn}: {:?}", after.keys());
        if after == before { kept += 1 } else { exchanged += 1 }
    }
    assert!(kept > 0 && exchanged > 0, "{kept} runs left the old output and {exchanged} the new one");
    // The next run that comes to its end cleans up behind the killed ones.
    edit(here.path());
    emit(here.path(), &[]).code(0);
    assert_eq!(leftovers(here.path()), Vec::<String>::new());
}

#[test]
fn runs_at_the_same_time_leave_the_output_of_one() {
    let here = workplace();
    fs::write(here.path().join("b.yaml"), INTENT.replace("www.acme.com", "shop.acme.com")).unwrap();
    let out = here.path().join("out");
    emit(here.path(), &[]).code(0);
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let a = tree(&out);
    emit(here.path(), &["b.yaml"]).code(0);
    let b = tree(&out);
    for _ in 0..5 {
        let children: Vec<_> = ["corsynth.yaml", "b.yaml"]
            .into_iter()
            .cycle()
            .take(6)
            .map(|intent| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_corsynth"));
                command.args(EMIT).arg(intent).env_clear().current_dir(here.path());
                command.stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let after = tree(&out);
        assert!(after == a || after == b, "{:?}", after.keys());
        assert_eq!(leftovers(here.path()), Vec::<String>::new());
    }
}

#[test]
fn files_of_others_stay_the_same_files() {
    let here = workplace();
    emit(here.path(), &[]).code(0);
    let out = here.path().join("out");
    fs::create_dir_all(out.join("empty")).unwrap();
    fs::create_dir_all(out.join("modules/x")).unwrap();
    fs::write(out.join("modules/x/main.tf"), "# mine").unwrap();
    fs::set_permissions(out.join("modules/x/main.tf"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(out.join("modules"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::set_permissions(&out, fs::Permissions::from_mode(0o711)).unwrap();
    symlink("../corsynth.yaml", out.join("intent")).unwrap();
    symlink("nowhere", out.join("dangling")).unwrap();
    let before = tree(&out);
    let inode = fs::metadata(out.join("modules/x/main.tf")).unwrap().ino();
    edit(here.path());
    emit(here.path(), &[]).code(0);
    let after = tree(&out);
    assert_ne!(before, after);
    for path in ["empty", "modules", "modules/x", "modules/x/main.tf", "intent", "dangling"] {
        assert_eq!(before[path], after[path], "{path}");
    }
    assert_eq!(fs::metadata(out.join("modules/x/main.tf")).unwrap().ino(), inode);
    assert_eq!(fs::metadata(out.join("modules/x/main.tf")).unwrap().nlink(), 1, "the old directory is gone");
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o7777, 0o711);
}

#[test]
fn nothing_is_touched_when_nothing_changes() {
    let here = workplace();
    emit(here.path(), &[]).code(0);
    let state = || {
        let mut state = BTreeMap::new();
        for path in tree(&here.path().join("out")).into_keys().chain([".".to_owned()]) {
            let metadata = fs::metadata(here.path().join("out").join(&path)).unwrap();
            state.insert(path, (metadata.ino(), metadata.mtime(), metadata.mtime_nsec(), metadata.ctime_nsec()));
        }
        state
    };
    let before = state();
    emit(here.path(), &[]).code(0);
    emit(here.path(), &["--check"]).code(0).stdout("");
    emit(here.path(), &["--diff"]).code(0).stdout("");
    assert_eq!(state(), before);
    // Where something changes, what does not is still the same file.
    fs::write(here.path().join("out/bucket-cors.static.yaml"), "# Generated by corsynth, and edited\n").unwrap();
    emit(here.path(), &[]).code(0);
    let after = state();
    assert_eq!(after["README.md"].0, before["README.md"].0);
    assert_eq!(after["README.md"].1, before["README.md"].1);
    assert_ne!(after["bucket-cors.static.yaml"].0, before["bucket-cors.static.yaml"].0);
}

#[test]
fn check_fails_after_any_edit_and_diff_is_a_patch() {
    let here = workplace();
    emit(here.path(), &[]).code(0);
    let out = here.path().join("out");
    let fresh = tree(&out);
    let files: Vec<_> = fresh.keys().filter(|path| out.join(path).is_file()).cloned().collect();
    assert!(files.len() >= 3);
    for path in &files {
        for change in ["edit", "remove", "mode"] {
            let file = out.join(path);
            let bytes = fs::read(&file).unwrap();
            match change {
                "edit" => fs::write(&file, [&bytes[..], b"\n"].concat()).unwrap(),
                "remove" => fs::remove_file(&file).unwrap(),
                _ => fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap(),
            }
            let checked = emit(here.path(), &["--check"]).code(1);
            let list = String::from_utf8_lossy(&checked.get_output().stdout).into_owned();
            // Without the lock file, what holds no comment is known by its unchanged bytes.
            assert!(list.lines().any(|line| line.ends_with(&format!(" {path}"))), "{change} {path}: {list}");
            let _ = fs::remove_file(&file);
            fs::write(&file, &bytes).unwrap();
            emit(here.path(), &["--check"]).code(0).stdout("");
        }
    }
    edit(here.path());
    emit(here.path(), &["--check"]).code(1);
    let diff = emit(here.path(), &["--diff"]).code(0).get_output().stdout.clone();
    assert_eq!(emit(here.path(), &["--diff", "--check"]).code(1).get_output().stdout, diff);
    assert_eq!(tree(&out), fresh, "neither writes");

    // Applied, it is what `emit` would have written.
    if !crate::support::tool("git", "--version") {
        return;
    }
    fs::write(here.path().join("a.diff"), diff).unwrap();
    let patched = Command::new("git").args(["apply", "../a.diff"]).current_dir(&out).status().unwrap();
    assert!(patched.success());
    emit(here.path(), &["--check"]).code(0);
}

#[test]
fn what_is_not_ours_is_not_replaced() {
    let here = workplace();
    let out = here.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("README.md"), "mine").unwrap();
    fs::write(here.path().join("elsewhere"), "# Generated by corsynth\nand far away").unwrap();
    symlink("../elsewhere", out.join("bucket-cors.static.yaml")).unwrap();
    let before = tree(&out);
    let refused = emit(here.path(), &[]).code(2).get_output().stderr.clone();
    let refused = String::from_utf8(refused).unwrap();
    assert!(refused.contains("`out/README.md`, `out/bucket-cors.static.yaml`"), "all of them at once: {refused}");
    assert_eq!(tree(&out), before);
    assert_eq!(leftovers(here.path()), Vec::<String>::new());

    emit(here.path(), &["--force"]).code(0);
    assert!(out.join("bucket-cors.static.yaml").symlink_metadata().unwrap().is_file());
    let elsewhere = fs::read_to_string(here.path().join("elsewhere")).unwrap();
    assert_eq!(elsewhere, "# Generated by corsynth\nand far away", "a link is replaced, not followed");

    // A directory is never replaced.
    fs::remove_file(out.join("README.md")).unwrap();
    fs::create_dir(out.join("README.md")).unwrap();
    emit(here.path(), &["--force"]).code(2);
    assert!(out.join("README.md").is_dir());
}

#[test]
fn a_mark_or_the_lock_file_makes_a_file_ours() {
    let here = workplace();
    let out = here.path().join("out");
    emit(here.path(), &[]).code(0);
    edit(here.path());
    // By its mark alone.
    fs::remove_file(out.join("corsynth.lock.json")).unwrap();
    let json = tree(&out)
        .into_keys()
        .find(|path| Path::new(path).extension().is_some_and(|e| e == "json"))
        .expect("JSON holds no comment");
    fs::remove_file(out.join(&json)).unwrap();
    emit(here.path(), &[]).code(0);
    // By the lock alone, even when edited; the user is told.
    fs::write(out.join(&json), "{}").unwrap();
    let told = emit(here.path(), &[]).code(0).get_output().stderr.clone();
    assert!(String::from_utf8(told).unwrap().contains(&format!("warning: `{json}` was edited")));
    // By neither.
    fs::write(out.join(&json), "{}").unwrap();
    fs::write(out.join("corsynth.lock.json"), "{\"files\": {}}").unwrap();
    let refused = emit(here.path(), &[]).code(2).get_output().stderr.clone();
    let refused = String::from_utf8(refused).unwrap();
    assert!(refused.contains(&format!("`out/{json}`")) && refused.contains("`out/corsynth.lock.json`"), "{refused}");
}

/// A file that lost its header is somebody else's, whatever the lock file says; one that cannot have a header is the lock
/// file's to tell.
#[test]
fn a_file_that_took_the_place_of_one_of_ours_stays() {
    let here = workplace();
    let out = here.path().join("out");
    emit(here.path(), &[]).code(0);
    let mine = "Resources: {}\n";
    fs::write(out.join("README.md"), mine).unwrap();
    let json = tree(&out).into_keys().find(|path| path.ends_with(".json") && path != "corsynth.lock.json").unwrap();
    let payload = fs::read(out.join(&json)).unwrap();
    let checked = emit(here.path(), &["--check"]).code(1).get_output().stdout.clone();
    assert!(String::from_utf8(checked).unwrap().contains("foreign README.md"));
    emit(here.path(), &[]).code(2);
    assert_eq!(fs::read_to_string(out.join("README.md")).unwrap(), mine);
    emit(here.path(), &["--force"]).code(0);
    fs::write(out.join(&json), "{}").unwrap();
    emit(here.path(), &[]).code(0);
    assert_eq!(fs::read(out.join(&json)).unwrap(), payload);
}

#[test]
fn files_that_are_no_longer_made_go_unless_edited() {
    let here = workplace();
    let out = here.path().join("out");
    let two = INTENT.replace(
        "static: { bucket: acme-static-prod, region: eu-west-1 }",
        "static: { bucket: acme-static-prod, region: eu-west-1 }\n  more: { bucket: acme-more-prod, region: eu-west-1 }",
    );
    let two = two.replace("to: static", "to: [static, more]");
    fs::write(here.path().join("corsynth.yaml"), two).unwrap();
    emit(here.path(), &[]).code(0);
    let of_more: Vec<_> = tree(&out).into_keys().filter(|path| path.contains("more")).collect();
    assert!(of_more.len() >= 2, "{of_more:?}");
    fs::write(out.join(&of_more[0]), "edited").unwrap();
    fs::write(out.join("more-of-mine.txt"), "mine").unwrap();

    fs::write(here.path().join("corsynth.yaml"), INTENT).unwrap();
    let checked = emit(here.path(), &["--check"]).code(1).get_output().stdout.clone();
    assert!(String::from_utf8(checked).unwrap().contains(&format!("extra   {}\n", of_more[1])));
    let told = emit(here.path(), &[]).code(0).get_output().stderr.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains(&format!("`{}` is no longer made, but was edited", of_more[0])), "{told}");
    let left: Vec<_> = tree(&out).into_keys().filter(|path| path.contains("more")).collect();
    assert_eq!(left, [of_more[0].as_str(), "more-of-mine.txt"]);
    emit(here.path(), &["--check"]).code(0);
}

#[test]
fn a_lock_file_cannot_reach_outside() {
    let here = workplace();
    let out = here.path().join("out");
    emit(here.path(), &[]).code(0);
    fs::write(here.path().join("victim"), "v").unwrap();
    let hash = corsynth::hash::sha256_hex(b"v");
    let absolute = here.path().join("victim");
    let lock = fs::read_to_string(out.join("corsynth.lock.json")).unwrap();
    let mut lock: serde_json::Value = serde_json::from_str(&lock).unwrap();
    for path in ["../victim", "x/../../victim", absolute.to_str().unwrap(), "", "."] {
        lock["files"][path] = hash.clone().into();
    }
    fs::write(out.join("corsynth.lock.json"), lock.to_string()).unwrap();
    emit(here.path(), &[]).code(0);
    assert_eq!(fs::read_to_string(here.path().join("victim")).unwrap(), "v");
}

#[test]
fn the_output_does_not_depend_on_where_it_is_made_from() {
    let here = workplace();
    fs::create_dir_all(here.path().join("web/deep")).unwrap();
    fs::rename(here.path().join("corsynth.yaml"), here.path().join("web/corsynth.yaml")).unwrap();
    symlink("web", here.path().join("link")).unwrap();
    let absolute = here.path().join("web/corsynth.yaml");
    let out = here.path().join("infra/cors");
    let run = |directory: &str, intent: &str, out: &str, more: &[&str]| {
        let mut command = corsynth(&here.path().join(directory));
        command.args(["emit", intent, "--format", "cfn", "--out", out]).args(more).assert().code(0);
    };
    run(".", "web/corsynth.yaml", "infra/cors", &[]);
    let first = tree(&out);
    let lock = String::from_utf8(first["corsynth.lock.json"].1.clone()).unwrap();
    assert!(lock.contains("\"../../web/corsynth.yaml\""), "{lock}");
    for (directory, intent, out) in [
        ("web", "corsynth.yaml", "../infra/cors"),
        ("web/deep", "./../corsynth.yaml", "../../infra/./cors/"),
        (".", absolute.to_str().unwrap(), out.to_str().unwrap()),
        ("link", "corsynth.yaml", "../infra/cors"),
        (".", "link/corsynth.yaml", "infra/cors"),
    ] {
        run(directory, intent, out, &["--check"]);
    }
    assert_eq!(tree(&out), first);
}

#[test]
fn a_symbolic_link_to_a_directory_is_followed_and_one_to_nothing_refused() {
    let here = workplace();
    fs::create_dir(here.path().join("real")).unwrap();
    symlink("real", here.path().join("out")).unwrap();
    emit(here.path(), &[]).code(0);
    assert!(here.path().join("out").symlink_metadata().unwrap().is_symlink());
    assert!(here.path().join("real/bucket-cors.static.yaml").is_file());
    symlink("nowhere", here.path().join("dangling")).unwrap();
    let refused = corsynth(here.path()).args(["emit", "-f", "cfn", "-o", "dangling"]).assert().code(2);
    let refused = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(refused.contains("it is a symbolic link to nothing"), "{refused}");
}
