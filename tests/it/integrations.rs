//! What others include: hooks of pre-commit, the action, the GitLab template, and what `docs/ci.md` and `docs/editors.md`
//! tell to type. Files and options in them exist, and their scripts run.

use crate::cli::{INTENT, corsynth, workplace};
use crate::markdown::documents;
use crate::support::{project, tool};
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

fn text(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A command line's sub-command and options are the program's.
#[track_caller]
fn assert_command(line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "corsynth" || word.ends_with("/corsynth")).expect("corsynth");
    let mut words = words[at + 1..].iter().take_while(|word| !["|", ">", ">>", "<", "--"].contains(word));
    let command = words.find(|word| !word.starts_with('-') && **word != "never").expect("a sub-command");
    let here = tempfile::tempdir().unwrap();
    let output = corsynth(here.path()).args([command, "--help"]).output().unwrap();
    assert!(output.status.success(), "{line}: no command `{command}`");
    let help = String::from_utf8(output.stdout).unwrap();
    let known: BTreeSet<&str> = help.split(|c: char| c.is_whitespace() || ",=[".contains(c)).collect();
    for option in words.filter(|word| word.starts_with("--")) {
        let name = option.split('=').next().unwrap();
        assert!(known.contains(name), "{line}: `corsynth {command}` has no `{name}`");
    }
}

#[test]
fn hooks_run_what_exists_on_what_validate_finds() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_sequence().unwrap();
    let names: Vec<_> = hooks.iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["corsynth-validate", "corsynth-validate-system", "corsynth-emit-check", "corsynth-emit-check-system"]
    );
    for hook in hooks {
        assert_command(hook["entry"].as_str().unwrap());
        let is_system = hook["id"].as_str().unwrap().ends_with("-system");
        assert_eq!(hook["language"], if is_system { "system" } else { "rust" });
    }
    let pattern = hooks[0]["files"].as_str().unwrap();
    assert_eq!(hooks[1]["files"], pattern);
    if !tool("grep", "--version") {
        return;
    }
    let here = tempfile::tempdir().unwrap();
    let names = [
        "corsynth.yaml",
        "a/corsynth.yml",
        "a/corsynth.json",
        "b/fonts.cors.yaml",
        "x.cors.yml",
        "x.cors.json",
        "notcors.yaml",
        "corsynth.text",
        "acorsynth.yaml",
        "a/cors.yaml",
        "corsynth.yaml.bak",
        "x.corsx.yaml",
    ];
    for name in names {
        fs::create_dir_all(here.path().join(name).parent().unwrap()).unwrap();
        fs::write(here.path().join(name), "version: 2\n").unwrap();
    }
    let output = corsynth(here.path()).args(["validate", ".", "--output-format", "short"]).output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<&str> = found.lines().filter_map(|line| line.split(':').next()).collect();
    let mut grep = assert_cmd::Command::new("grep");
    let hooked = grep.args(["-E", pattern]).write_stdin(names.join("\n")).output().unwrap();
    let hooked = String::from_utf8(hooked.stdout).unwrap();
    assert_eq!(hooked.lines().collect::<BTreeSet<_>>(), found);
    assert_eq!(found.len(), 6);
}

#[test]
fn the_action_passes_inputs_through_the_environment_only() {
    let action = yaml("action.yml");
    let inputs = action["inputs"].as_mapping().unwrap();
    for (name, input) in inputs {
        assert!(input["description"].as_str().is_some_and(|text| text.len() > 20), "{name:?} is not described");
        assert!(input["default"].is_string(), "{name:?} has no default");
        assert!(
            text("docs/ci.md").contains(&format!("| `{}` |", name.as_str().unwrap())),
            "{name:?} is not in the docs"
        );
    }
    let mut used = BTreeSet::new();
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        assert!(step.get("uses").is_none(), "an action of somebody else would be pinned by its whole hash");
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "{run}");
        assert_eq!(step["shell"], "bash");
        let script = run.trim_matches('"').strip_prefix("$GITHUB_ACTION_PATH/").unwrap();
        let mode = fs::metadata(project(script)).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{script} can be executed");
        let script = text(script);
        for (variable, value) in step.get("env").and_then(Value::as_mapping).into_iter().flatten() {
            assert!(script.contains(variable.as_str().unwrap()), "{variable:?} is not read");
            let value = value.as_str().unwrap();
            let input = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")).expect("an input");
            used.insert(input.to_owned());
        }
        if let Some(directory) = step.get("working-directory") {
            assert_eq!(directory, "${{ inputs.working-directory }}");
            used.insert("working-directory".to_owned());
        }
    }
    let declared: BTreeSet<String> = inputs.keys().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(used, declared);
}

/// The program's folder before the usual ones, for scripts that find it there.
fn path_with_corsynth() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_corsynth")).parent().unwrap().display().to_string();
    format!("{folder}:/usr/local/bin:/usr/bin:/bin")
}

/// The action's script, as the runner starts it.
fn run_action(here: &Path, changes: &[(&str, &str)]) -> Output {
    let defaults = [
        ("CORSYNTH_PATHS", "."),
        ("CORSYNTH_FAIL_ON", "error"),
        ("CORSYNTH_ANNOTATIONS", "true"),
        ("CORSYNTH_JOB_SUMMARY", "true"),
        ("CORSYNTH_SARIF_FILE", ""),
    ];
    Command::new(project("integrations/github/validate.sh"))
        .env_clear()
        .env("PATH", path_with_corsynth())
        .envs(defaults.iter().copied())
        .env("GITHUB_STEP_SUMMARY", here.join("summary"))
        .env("GITHUB_OUTPUT", here.join("output"))
        .envs(changes.iter().copied())
        .current_dir(here)
        .output()
        .unwrap()
}

#[test]
fn the_action_annotates_summarizes_and_writes_sarif() {
    if !tool("bash", "--version") {
        return;
    }
    let here = workplace();
    let fine = run_action(here.path(), &[]);
    assert!(fine.status.success(), "{fine:?}");
    assert_eq!(fine.stdout, b"");
    assert!(!here.path().join("output").exists());

    fs::create_dir(here.path().join("a folder")).unwrap();
    fs::write(here.path().join("a folder/b.cors.yaml"), INTENT.replace("https://www", "www")).unwrap();
    let run = run_action(here.path(), &[("CORSYNTH_SARIF_FILE", "my $(touch no).sarif")]);
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let commands = String::from_utf8(run.stdout).unwrap();
    assert!(commands.starts_with("::error file=a folder/b.cors.yaml,line=6,"), "{commands}");
    let summary = fs::read_to_string(here.path().join("summary")).unwrap();
    assert!(summary.starts_with("### corsynth: no findings\n"), "{summary}");
    assert!(summary.contains("\n### corsynth: 1 error\n"), "{summary}");
    let log = fs::read_to_string(here.path().join("my $(touch no).sarif")).unwrap();
    assert!(log.parse::<serde_json::Value>().unwrap()["runs"][0]["results"][0].is_object());
    assert!(!here.path().join("no").exists());
    assert_eq!(fs::read_to_string(here.path().join("output")).unwrap(), "sarif-file=my $(touch no).sarif\n");

    // One path a line, whatever is in it; and no annotations.
    let only = [
        ("CORSYNTH_PATHS", "\n--help\na folder\n"),
        ("CORSYNTH_ANNOTATIONS", "false"),
        ("CORSYNTH_JOB_SUMMARY", "false"),
    ];
    let run = run_action(here.path(), &only);
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    let log = String::from_utf8(run.stdout).unwrap();
    let token = log.lines().next().unwrap().strip_prefix("::stop-commands::").unwrap();
    assert_eq!(token.len(), 32);
    assert_eq!(log.lines().last(), Some(format!("::{token}::").as_str()));
    assert!(log.contains("error[malformed-origin]"), "{log}");
    assert!(String::from_utf8(run.stderr).unwrap().contains("cannot read `--help`"));
    assert_eq!(fs::read_to_string(here.path().join("summary")).unwrap(), summary);
}

#[test]
fn scripts_of_the_action_are_good_shell() {
    if tool("shellcheck", "--version") {
        let scripts = ["install.sh", "validate.sh"].map(|name| project("integrations/github").join(name));
        let output = Command::new("shellcheck").args(scripts).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_template_makes_the_reports_it_names() {
    let template = yaml("integrations/gitlab/corsynth.gitlab-ci.yml");
    let job = &template["corsynth"];
    let lines: Vec<&str> = job["script"].as_sequence().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    for line in &lines {
        assert_command(line);
    }
    let here = workplace();
    let run = |script: &str| {
        let mut command = Command::new("/bin/sh");
        command.args(["-ec", script]).env_clear().env("PATH", path_with_corsynth()).current_dir(here.path());
        for (name, value) in template["variables"].as_mapping().unwrap() {
            command.env(name.as_str().unwrap(), value.as_str().unwrap());
        }
        command.output().unwrap()
    };
    assert!(run(&lines.join("\n")).status.success());
    fs::write(here.path().join("b.cors.yaml"), INTENT.replace("https://www", "www")).unwrap();
    assert_eq!(run(&lines.join("\n")).status.code(), Some(1));
    let report = |name: &str| {
        let file = job["artifacts"]["reports"][name].as_str().unwrap();
        fs::read_to_string(here.path().join(file)).unwrap()
    };
    let quality: serde_json::Value = report("codequality").parse().unwrap();
    assert_eq!(quality[0]["location"]["path"], "b.cors.yaml");
    let junit = report("junit");
    let tests = roxmltree::Document::parse(&junit).unwrap();
    assert_eq!(tests.root_element().attribute("failures"), Some("1"));
}

#[test]
fn commands_in_the_pages_exist() {
    let mut commands = 0;
    for document in documents().iter().filter(|d| ["docs/ci.md", "docs/editors.md"].contains(&d.name().as_str())) {
        for block in &document.blocks {
            let place = format!("{}:{}", document.name(), block.line);
            match block.info.as_str() {
                "sh" => {
                    for line in block.text.lines().filter(|line| line.starts_with("corsynth ")) {
                        assert_command(line);
                        commands += 1;
                    }
                }
                "yaml" => drop(serde_yaml::from_str::<Value>(&block.text).unwrap_or_else(|e| panic!("{place}: {e}"))),
                "json" => drop(block.text.parse::<serde_json::Value>().unwrap_or_else(|e| panic!("{place}: {e}"))),
                _ => {}
            }
        }
    }
    assert!(commands >= 6, "{commands}");
    let hooks = yaml(".pre-commit-hooks.yaml");
    for hook in hooks.as_sequence().unwrap() {
        assert!(text("docs/ci.md").contains(hook["id"].as_str().unwrap()), "{hook:?} is not in the docs");
    }
}

/// The line that `corsynth init` writes, and what VS Code matches, are what the program prints.
#[test]
fn the_problem_matcher_matches_the_short_format() {
    let page = text("docs/editors.md");
    for line in ["checking", "watching"] {
        assert!(page.contains(&format!("\"^{line}\"")), "{line}");
        assert!(text("src/bin/corsynth/commands/watch.rs").contains(&format!("say(\"{line}")), "{line}");
    }
    if !tool("grep", "--version") {
        return;
    }
    let pattern = page.lines().find_map(|line| line.trim().strip_prefix("\"regexp\": ")).unwrap();
    let pattern: String = serde_json::from_str(pattern.trim_end_matches(',')).unwrap();
    let here = workplace();
    fs::write(here.path().join("corsynth.yaml"), INTENT.replace("https://www", "www")).unwrap();
    let output = corsynth(here.path()).args(["validate", "--output-format", "short"]).output().unwrap();
    let mut grep = assert_cmd::Command::new("grep");
    grep.args(["-cE", &pattern.replace("\\d", "[0-9]")]).write_stdin(output.stdout).assert().code(0).stdout("1\n");
}
