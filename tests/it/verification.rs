//! What a plan comes to, as findings: plans are broken here, because the compiler makes none of that kind.

use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::deployed::{Deployed, Source};
use corsynth::diagnostic::{Diagnostic, Diagnostics, Severity};
use corsynth::verify;

const INTENT: &str = "version: 1
name: acme
assets:
  static: { bucket: acme-static, region: eu-west-1, cdn: {} }
frontends:
  site: https://www.acme.example
allow:
  - { from: site, to: static, use: [fonts, range] }
";

fn compiled() -> (Compiled, Deployed) {
    let compiled = compile(Input { name: "acme.yaml".into(), bytes: INTENT.as_bytes().to_vec(), syntax: Syntax::Yaml });
    assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
    let deployed = Deployed::from(compiled.plan.as_ref().expect("a plan"));
    (compiled, deployed)
}

/// What is told of a plan after `change`, and what was not understood of it.
fn told(change: impl FnOnce(&mut Deployed), unknowns: &[String]) -> (Compiled, Vec<Diagnostic>) {
    let (compiled, mut deployed) = compiled();
    change(&mut deployed);
    let mut diags = Diagnostics::default();
    verify::grants(&mut diags, compiled.intent.as_ref().expect("an intent"), &deployed, unknowns);
    (compiled, diags.into_sorted())
}

#[track_caller]
fn assert_about_the_asset(compiled: &Compiled, finding: &Diagnostic) {
    assert_eq!((finding.code.id, finding.severity), ("unproven-grant", Severity::Error));
    assert_eq!(compiled.source.slice(finding.primary.span), "static");
    assert!(finding.help.last().is_some_and(|help| help.ends_with("please report it")), "{finding:#?}");
}

#[test]
fn a_correct_plan_is_told_nothing_of() {
    assert_eq!(told(|_| {}, &[]).1, []);
}

#[test]
fn a_grant_that_is_lost_is_told_with_its_request() {
    let (compiled, findings) = told(|deployed| deployed.assets[0].bucket.cors = None, &[]);
    let ranged = findings.iter().find(|f| f.message.starts_with("`GET` of `https://")).expect("a lost grant");
    assert_about_the_asset(&compiled, ranged);
    assert!(ranged.message.ends_with("` from `https://www.acme.example`: blocked"), "{ranged:#?}");
    assert_eq!(ranged.primary.text, "the intent says: readable");
    let [because, next] = ranged.help.as_slice() else { panic!("{ranged:#?}") };
    assert!(because.contains("Response to preflight request") && next.starts_with("`corsynth prove`"), "{ranged:#?}");
}

#[test]
fn a_grant_that_is_won_is_told_with_its_request() {
    let open = |deployed: &mut Deployed| {
        deployed.assets[0].bucket.policy.as_mut().expect("a policy")[0].source = Source::Any;
    };
    let (compiled, findings) = told(open, &[]);
    let foreign = findings.iter().find(|f| f.message.starts_with("`GET` of `")).expect("a won grant");
    assert_about_the_asset(&compiled, foreign);
    assert!(foreign.message.ends_with("`: a distribution of anybody is let in"), "{foreign:#?}");
    assert_eq!(foreign.primary.text, "the intent says: the bucket lets in its own distribution only");
    assert!(foreign.help[0].contains("`AWS:SourceArn`"), "{foreign:#?}");
}

#[test]
fn what_cannot_be_decided_is_told_whoever_cannot() {
    let without = |deployed: &mut Deployed| deployed.assets[0].distribution = None;
    for (change, unknowns, said) in [
        (Box::new(without) as Box<dyn Fn(&mut Deployed)>, vec![], "distribution"),
        (Box::new(|_| {}), vec!["main.tf:3: a `dynamic` block".to_owned()], "main.tf:3: a `dynamic` block"),
    ] {
        let (compiled, findings) = told(change, &unknowns);
        let finding = findings.first().expect("a finding");
        assert_about_the_asset(&compiled, finding);
        assert!(finding.message.starts_with("cannot decide whether the plan is exact: "), "{finding:#?}");
        assert!(finding.message.contains(said), "{finding:#?}");
    }
}

#[test]
fn with_such_a_finding_there_is_no_plan() {
    let (compiled, mut deployed) = compiled();
    deployed.assets[0].bucket.cors = None;
    let verified = compiled.clone().verified_with(&deployed, &[]);
    assert!(verified.plan.is_none() && verified.intent.is_some());
    assert!(verified.diagnostics.iter().all(|finding| finding.code.id == "unproven-grant"));
    assert!(compiled.verified().plan.is_some());
}
