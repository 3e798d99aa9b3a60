//! `validate`, `emit` and `prove` beside tools that people run in the same place, on the same intent or on what comes of it.
//!
//! `cargo bench --bench neighbours` prints versions, medians and ratios for the tools that are at hand, and which are not;
//! nothing is asserted, because machines are noisy. `check-jsonschema`, `cfn-lint`, `terraform` and `npm` are looked for on
//! the `PATH`; `npm install` brings the AWS CDK and Ajv, and `terraform init` the provider.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark that prints")]

mod measure;

use measure::{command, medians, quiet};
use std::path::Path;
use std::process::Command;

const RUNS: usize = 15;

const CORSYNTH: &str = env!("CARGO_BIN_EXE_corsynth");

/// A tool that is run beside corsynth.
struct Neighbour {
    name: &'static str,
    /// What it is asked for its version.
    version: Vec<String>,
    /// What must have succeeded before it can be run.
    before: Vec<String>,
    run: Vec<String>,
}

fn main() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = project.join("examples/02-uploads/corsynth.yaml");
    let example = example.to_str().expect("the path of the project is UTF-8");
    let own = [
        ("corsynth validate", command(&[CORSYNTH, "validate", example])),
        ("corsynth emit", command(&[CORSYNTH, "emit", example, "--format", "terraform"])),
        ("corsynth prove", command(&[CORSYNTH, "prove", example])),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let mut commands = own.to_vec();
    for neighbour in neighbours(project, example, folder.path().to_str().expect("UTF-8")) {
        let ready = quiet(&neighbour.before).status().is_ok_and(|status| status.success());
        match first_line(&neighbour.version).filter(|_| ready) {
            None => println!("not run: {}", neighbour.name),
            Some(version) => {
                println!("{}: {version}", neighbour.name);
                commands.push((neighbour.name, neighbour.run));
            }
        }
    }
    let medians = medians(RUNS, &commands);
    let validate = medians[0].as_secs_f64();
    for ((name, _), median) in commands.iter().zip(&medians) {
        let median = median.as_secs_f64();
        println!("{name:20} {:9.2} ms  {:7.1} x corsynth validate", median * 1e3, median / validate);
    }
}

fn neighbours(project: &Path, example: &str, folder: &str) -> Vec<Neighbour> {
    for file in ["app.js", "package.json"] {
        std::fs::copy(project.join("benches/neighbours").join(file), format!("{folder}/{file}")).expect("a copy");
    }
    let (module, template) = (format!("{folder}/terraform"), format!("{folder}/cloudformation"));
    for (format, out) in [("terraform", &module), ("cloudformation", &template)] {
        let emit = command(&[CORSYNTH, "emit", example, "--format", format, "--out", out]);
        assert!(quiet(&emit).status().expect("the program can be started").success(), "{emit:?}");
    }
    let schema = project.join("schemas/intent.v1.schema.json");
    let schema = schema.to_str().expect("the path of the project is UTF-8");
    let from_npm = |name: &str| format!("{folder}/node_modules/.bin/{name}");
    let install = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund"];
    let chdir = format!("-chdir={module}");
    vec![
        Neighbour {
            name: "check-jsonschema",
            version: command(&["check-jsonschema", "--version"]),
            before: command(&["true"]),
            run: command(&["check-jsonschema", "--schemafile", schema, example]),
        },
        Neighbour {
            name: "ajv validate",
            version: command(&[
                "node",
                "-p",
                &format!("require('{folder}/node_modules/ajv-cli/package.json').version"),
            ]),
            before: command(&install),
            run: command(&[
                &from_npm("ajv"),
                "validate",
                "--spec=draft2020",
                "--strict=false",
                "-s",
                schema,
                "-d",
                example,
            ]),
        },
        Neighbour {
            name: "cdk synth",
            version: command(&[&from_npm("cdk"), "--version"]),
            before: command(&install),
            run: command(&[
                &from_npm("cdk"),
                "synth",
                "--quiet",
                "--no-notices",
                "--app",
                &format!("node {folder}/app.js"),
                "--output",
                &format!("{folder}/cdk.out"),
            ]),
        },
        Neighbour {
            name: "terraform validate",
            version: command(&["terraform", "version"]),
            before: command(&["terraform", &chdir, "init", "-backend=false"]),
            run: command(&["terraform", &chdir, "validate"]),
        },
        Neighbour {
            name: "cfn-lint",
            version: command(&["cfn-lint", "--version"]),
            before: command(&["true"]),
            run: command(&["cfn-lint", &format!("{template}/template.yaml")]),
        },
    ]
}

/// The first line of what a command prints; nothing where it fails, or cannot be started.
fn first_line(words: &[String]) -> Option<String> {
    let output = Command::new(&words[0]).args(&words[1..]).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned);
    line.filter(|_| output.status.success())
}
