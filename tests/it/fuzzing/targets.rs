//! What is fuzzed: bytes in, and a panic when something does not hold for them. The test runs these a bounded number
//! of times, and `fuzz/` as long as it is asked to.

use corsynth::compile::{Input, Options, Syntax, check, compile};
use corsynth::deployed::{Deployed, RuleOrder};
use corsynth::diagnostic::{Diagnostic, Diagnostics};
use corsynth::document::{Node, parse, read_source};
use corsynth::fix::{Choice, mend};
use corsynth::plan::Plan;
use corsynth::readback::{self, File};
use corsynth::render::{Artifact, Stamp, Target, can_say, hcl as printer, render};
use corsynth::report::{self, FileReport, Report};
use corsynth::source::{SourceFile, Span};
use corsynth::{configuration, inspect};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A target: its name, and what must hold for any bytes.
pub type Fuzzed = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Fuzzed; 10] = [
    ("document", document),
    ("intent", intent),
    ("fixes", fixes),
    ("configuration", config),
    ("terraform", terraform),
    ("terraform_plan", terraform_plan),
    ("cloudformation", cloudformation),
    ("aws_cli", aws_cli),
    ("hcl_text", hcl_text),
    ("owner_text", owner_text),
];

/// Bytes to a tree, in both syntaxes. Whatever is told of them lies in the text; whoever takes JSON for YAML sees the
/// same.
pub fn document(bytes: &[u8]) {
    let [yaml, json] = [Syntax::Yaml, Syntax::Json].map(|syntax| {
        let mut diags = Diagnostics::default();
        let source = match read_source(&mut diags, "fuzzed", bytes.to_vec()) {
            Ok(source) => source,
            Err(source) => {
                shown(&source, &diags.into_sorted());
                return None;
            }
        };
        let tree = parse(&mut diags, &source, syntax);
        if let Some(tree) = &tree {
            lies_in(&source, tree);
            assert_eq!(tree, &tree.clone());
        }
        let has_errors = diags.has_errors();
        shown(&source, &diags.into_sorted());
        tree.filter(|_| !has_errors).map(|tree| tree.to_json())
    });
    if let (Some(yaml), Some(json)) = (yaml, &json) {
        assert_eq!(&yaml, json, "YAML and JSON see two things");
    }
    if let Some(json) = json {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let other: Result<serde_json::Value, _> = serde_json::from_slice(text);
        assert!(other.is_ok(), "`{json}` is not JSON to others: {other:?}");
    }
}

/// An intent to findings and, where it means something, to artifacts that read back as what was planned.
pub fn intent(bytes: &[u8]) {
    let checked = check(input(bytes), &Options::default());
    shown(&checked.source, &checked.diagnostics);
    for compiled in &checked.environments {
        if let Some(plan) = &compiled.plan {
            read_back(plan);
        }
    }
}

/// An intent, mended: what is mended needs no mending.
pub fn fixes(bytes: &[u8]) {
    for choice in [Choice::Safe, Choice::All] {
        let once = mend(input(bytes), &Options::default(), choice);
        shown(&once.checked.source, &once.checked.diagnostics);
        let again = mend(input(once.checked.source.text().as_bytes()), &Options::default(), choice);
        if once.checked.readable {
            assert_eq!(once.checked.source.text(), again.checked.source.text(), "{choice:?}");
        }
    }
}

/// A `corsynth.toml`.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = SourceFile::new("corsynth.toml", text);
    let mut diags = Diagnostics::new(Options::default().policy());
    configuration::read(&mut diags, &source);
    shown(&source, &diags.into_sorted());
}

/// A file of a Terraform module.
pub fn terraform(bytes: &[u8]) {
    artifact("main.tf", bytes);
}

/// What `terraform show -json` prints.
pub fn terraform_plan(bytes: &[u8]) {
    artifact("plan.json", bytes);
}

/// A `CloudFormation` template.
pub fn cloudformation(bytes: &[u8]) {
    artifact("template.yaml", bytes);
}

/// A payload of the AWS CLI.
pub fn aws_cli(bytes: &[u8]) {
    artifact("payload.json", bytes);
}

/// Any text as a string of HCL is that text to another reader.
pub fn hcl_text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let printed = format!("a = {}\n", printer::inline(&printer::text(text)));
    let read: Result<BTreeMap<String, String>, _> = hcl::from_str(&printed);
    assert_eq!(read.map_err(|e| e.to_string()), Ok(BTreeMap::from([("a".into(), text.into())])), "{printed}");
}

/// Any text as the owner of an intent stays text in every format: other readers read the files, YAML's gives the text
/// back, and what AWS would hold does not change.
pub fn owner_text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // The document's reader refuses what no YAML may hold, so no plan has it.
    let mut diags = Diagnostics::default();
    if read_source(&mut diags, "fuzzed", bytes.to_vec()).is_err() || text.contains('\u{FEFF}') {
        return;
    }
    let mut plan = SAMPLE.clone();
    plan.owner = Some(text.to_owned());
    let template = read_back(&plan).into_iter().find(|artifact| artifact.path == "template.yaml");
    let template: serde_yaml::Value =
        serde_yaml::from_str(&template.expect("a template").contents).expect("other readers read it");
    let owner = template
        .get("Metadata")
        .and_then(|m| m.as_mapping())
        .and_then(|metadata| metadata.values().filter_map(|value| value.get("Owner")).find_map(|owner| owner.as_str()));
    assert_eq!(owner, Some(text));
}

/// The plan of an intent with paths, a key and a distribution.
static SAMPLE: LazyLock<Plan> = LazyLock::new(|| {
    let text = include_bytes!("../../../examples/05-kms/corsynth.yaml");
    compile(input(text)).plan.expect("the sample compiles")
});

fn input(bytes: &[u8]) -> Input {
    Input { name: "fuzzed".to_owned(), bytes: bytes.to_vec(), syntax: Syntax::Yaml }
}

fn artifact(path: &str, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let files = [File { path: path.to_owned(), text: text.to_owned() }];
    let inspected = inspect::inspect(&files, &Options::default().policy());
    for file in &inspected.files {
        shown(&file.source, &file.diagnostics);
    }
    match readback::read(&files) {
        Ok(read) => {
            assert_eq!(inspected.format, Some(read.format));
            for unknown in &read.unknowns {
                assert!(unknown.place.line <= text.lines().count() + 1, "{}", unknown.place);
            }
        }
        Err(unreadable) => assert!(!unreadable.message.is_empty() && inspected.format.is_none()),
    }
}

/// The artifacts of a plan in the formats that can say it, of which other readers read every file, and which read back as planned.
fn read_back(plan: &Plan) -> Vec<Artifact> {
    let stamp = Stamp::new("../corsynth.yaml", b"fuzzed");
    let mut all = Vec::new();
    for target in Target::ALL.into_iter().filter(|target| can_say(plan, *target)) {
        let artifacts = render(plan, target, &stamp);
        for Artifact { path, contents, .. } in &artifacts {
            let refused = match path.rsplit('.').next() {
                Some("json") => serde_json::from_str::<serde_json::Value>(contents).map_err(|e| e.to_string()).err(),
                Some("yaml") => serde_yaml::from_str::<serde_yaml::Value>(contents).map_err(|e| e.to_string()).err(),
                Some("tf" | "hcl") => hcl::parse(contents).map_err(|e| e.to_string()).err(),
                _ => None,
            };
            assert_eq!(refused, None, "{path}:\n{contents}");
        }
        let file = |artifact: &Artifact| File { path: artifact.path.clone(), text: artifact.contents.clone() };
        let read = readback::read(&artifacts.iter().map(file).collect::<Vec<_>>());
        let read = read.unwrap_or_else(|refused| panic!("{target:?}: {refused:?}"));
        assert_eq!(read.unknowns, [], "{target:?}");
        assert_eq!(read.deployed, planned(plan, target), "{target:?}");
        all.extend(artifacts);
    }
    all
}

/// What a plan comes to, with the order of rules that Terraform keeps: none, and none within a rule.
fn planned(plan: &Plan, target: Target) -> Deployed {
    let mut deployed = Deployed::from(plan);
    let rules = deployed.assets.iter_mut().filter_map(|asset| asset.bucket.cors.as_mut());
    for cors in rules.filter(|_| target == Target::Terraform) {
        cors.order = RuleOrder::Any;
        cors.rules.iter_mut().for_each(|rule| rule.allowed_methods.sort_unstable());
    }
    deployed
}

/// Findings can be shown, in every format, and lie in the text.
fn shown(source: &SourceFile, diagnostics: &[Diagnostic]) {
    for finding in diagnostics {
        let spans = finding.related.iter().map(|related| related.span).chain([finding.primary.span]);
        spans.for_each(|span| in_text(source, span));
        if let Some(fix) = &finding.fix {
            in_text(source, fix.span);
        }
        assert!(!report::human(source, finding, true).is_empty());
        assert!(!report::short(source, finding).contains(['\u{1b}', '\r']));
    }
    let file = FileReport { source, diagnostics, choices: &[] };
    let report = Report { files: vec![file], unreadable: &[] };
    for text in [report::json(&report), report::sarif(&report), report::gitlab(&report)] {
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }
    let _ = (report::github(&report), report::markdown(&report));
    report::junit(&report, corsynth::diagnostic::Severity::Error);
}

#[track_caller]
fn in_text(source: &SourceFile, span: Span) {
    let text = source.text();
    assert!(text.get(span.start..span.end).is_some(), "{span:?} of {} bytes", text.len());
}

fn lies_in(source: &SourceFile, node: &Node) {
    in_text(source, node.span);
    in_text(source, node.place());
    for entry in node.entries() {
        in_text(source, entry.key_span);
        lies_in(source, &entry.value);
    }
    node.items().iter().for_each(|item| lies_in(source, item));
}
