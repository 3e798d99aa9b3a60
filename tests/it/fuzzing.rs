//! Broken inputs, a bounded number of them and always the same: no panic, and what must hold of any input holds.
//! `fuzz/` runs the same targets with the coverage of the code as a guide (docs/fuzzing.md).

mod mutation;
#[expect(unreachable_pub, reason = "the crate in fuzz/ takes it from here")]
mod seeds;
#[expect(unreachable_pub, reason = "the crate in fuzz/ takes it from here")]
mod targets;

use crate::support::project;
use mutation::Mutator;
use std::panic::{AssertUnwindSafe, catch_unwind};
use targets::TARGETS;

/// Inputs of a target. `CORSYNTH_FUZZ_CASES` asks for more.
fn cases(usual: usize) -> usize {
    std::env::var("CORSYNTH_FUZZ_CASES").map_or(usual, |count| count.parse().expect("a number of cases"))
}

/// Runs a target. Of a failure the input is kept.
#[track_caller]
fn holds(target: &str, number: &str, bytes: &[u8]) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of this name");
    if catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err() {
        let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}-{number}"));
        std::fs::write(&kept, bytes).expect("the input can be kept");
        panic!("{target} fails on {}: mend it, and keep the input in fuzz/regressions/{target}/", kept.display());
    }
}

fn fuzz(target: &str, usual: usize) {
    let seeds = seeds::of(target, &project(""));
    assert!(seeds.len() >= 2, "{} seeds of {target}", seeds.len());
    for (number, seed) in seeds.iter().enumerate() {
        holds(target, &format!("seed-{number}"), seed);
    }
    for (path, bytes) in seeds::regressions(target, &project("")) {
        holds(target, &path.file_name().expect("a file").to_string_lossy(), &bytes);
    }
    let mut mutator = Mutator::new(&seeds);
    for number in 0..cases(usual) {
        holds(target, &number.to_string(), &mutator.next());
    }
}

macro_rules! fuzzed {
    ($($target:ident: $usual:literal),* $(,)?) => {
        $(#[test]
        fn $target() {
            fuzz(stringify!($target), $usual);
        })*

        #[test]
        fn no_target_is_left_out() {
            assert_eq!([$(stringify!($target)),*], TARGETS.map(|(name, _)| name));
        }
    };
}

fuzzed! {
    document: 600,
    intent: 150,
    fixes: 60,
    configuration: 1000,
    terraform: 300,
    terraform_plan: 60,
    cloudformation: 300,
    aws_cli: 300,
    hcl_text: 1000,
    owner_text: 30,
}

/// Parsers that call themselves end on the stack's last page, where nothing can be caught.
#[test]
fn what_is_deep_has_an_answer() {
    let deep = |open: &str, inside: &str, close: &str| {
        [open.repeat(5000), inside.to_owned(), close.repeat(5000)].concat().into_bytes()
    };
    for (number, (open, inside, close)) in [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("[", "", ""),
        ("{b=", "1", "}"),
        ("!", "true", ""),
        ("-", "1", ""),
        ("\"${", "1", "}\""),
        ("true ? 1 : ", "1", ""),
        ("1 + ", "1", ""),
        ("f(", "1", ")"),
        ("[for x in ", "[]", ": x]"),
        ("b.", "c", ""),
        ("b", "", "[0]"),
    ]
    .into_iter()
    .enumerate()
    {
        holds("terraform", &format!("deep-{number}"), &[b"a = ", &deep(open, inside, close)[..], b"\n"].concat());
    }
    holds("terraform", "deep-blocks", &deep("a {\n", "", "}\n"));
    holds(
        "terraform",
        "deep-directives",
        &[b"a = <<E\n", &deep("%{ if true }", "", "%{ endif }")[..], b"\nE\n"].concat(),
    );
    for (open, inside, close) in
        [("[", "", "]"), ("{\"a\":", "1", "}"), ("[", "", ""), ("- ", "", ""), ("? ", "", ""), ("!Sub ", "a", "")]
    {
        for target in ["document", "intent", "terraform_plan", "cloudformation", "aws_cli"] {
            holds(target, "deep", &deep(open, inside, close));
        }
    }
    holds("configuration", "deep", &[b"a = ", &deep("[", "", "]")[..]].concat());
}

#[test]
fn every_target_has_its_file_for_the_guided_run() {
    for (target, _) in TARGETS {
        let file = std::fs::read_to_string(project(&format!("fuzz/fuzz_targets/{target}.rs"))).expect(target);
        assert!(file.contains(&format!("run(\"{target}\", bytes)")), "{target}");
        let manifest = std::fs::read_to_string(project("fuzz/Cargo.toml")).expect("a manifest");
        assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
    }
}
