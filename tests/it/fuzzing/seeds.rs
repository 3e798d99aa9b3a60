//! Where fuzzing starts: the project's own small inputs, sorted by what reads them, and what once failed.

use std::fs;
use std::path::{Path, PathBuf};

/// Larger ones only make it slow; a plan of Terraform says everything more than once.
fn is_small(target: &str, path: &Path) -> bool {
    let most = if target == "terraform_plan" { 32 << 10 } else { 8 << 10 };
    fs::metadata(path).is_ok_and(|file| file.len() <= most)
}

/// Where the project keeps inputs.
const FOLDERS: [&str; 6] =
    ["examples", "tests/claims", "tests/cli", "tests/diagnostics", "tests/documents", "tests/readback"];

/// Texts that mean something in a format that holds them.
const TEXTS: [&str; 12] = [
    "plain",
    "${path.cwd} %{ if true }$${x}%%{y}",
    "a\nb\r\n\tc\\n\"'`",
    "EOT\nEOF\n<<-X\n",
    "!Ref AWS::AccountId",
    "no",
    "0x1F 1_000 1e3 .inf ~ =",
    "- a: b # c",
    "--- \n...\n",
    " leading and trailing ",
    "é e\u{301} \u{1f469}\u{200d}\u{1f467} \u{2028}\u{85}\u{a0}",
    "| > & * ? [ ] { } , @ %",
];

/// The seeds of a target, in the same order everywhere.
pub fn of(target: &str, root: &Path) -> Vec<Vec<u8>> {
    if target.ends_with("_text") {
        return TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect();
    }
    let mut found = Vec::new();
    for folder in FOLDERS {
        below(&root.join(folder), &mut found);
    }
    found.retain(|path| fits(target, path) && is_small(target, path));
    found.iter().map(|path| fs::read(path).expect("a seed can be read")).collect()
}

/// What once failed: `fuzz/regressions/TARGET/`.
pub fn regressions(target: &str, root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    below(&root.join("fuzz/regressions").join(target), &mut found);
    found.into_iter().map(|path| (path.clone(), fs::read(path).expect("a regression can be read"))).collect()
}

fn fits(target: &str, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let is_below = |folder: &str| path.to_string_lossy().contains(folder);
    let is_intent = name.ends_with(".yaml") && !name.ends_with(".cfn.yaml") && !is_below("/expected/");
    match target {
        "document" => ends(&[".yaml", ".json"]),
        "intent" | "fixes" => is_intent && !is_below("/readback/"),
        "configuration" => ends(&[".toml"]),
        "terraform" => ends(&[".tf"]),
        "terraform_plan" => ends(&[".plan.json"]) || (name.ends_with(".json") && is_below("/readback/terraform")),
        "cloudformation" => ends(&[".cfn.yaml"]) || (name.ends_with(".yaml") && is_below("/readback/")),
        "aws_cli" => ends(&[".cli.json"]) || (name.ends_with(".json") && is_below("/readback/payloads")),
        _ => false,
    }
}

/// All files below a folder, sorted.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { below(&path, found) } else { found.push(path) }
    }
}
