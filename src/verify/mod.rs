//! What a plan comes to, as findings: the intent's own examples are tried, and its exactness is proved. The last stage
//! before anybody says that an intent is fine.

pub mod codes;

use crate::deployed::Deployed;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::intent::Intent;
use crate::prove::{Counterexample, prove};
use crate::simulate::{Asked, Decision};
use crate::source::Span;
use crate::trial::{Trial, try_all};

/// Reports every expectation that does not hold.
pub fn expectations(diags: &mut Diagnostics, intent: &Intent, deployed: &Deployed) {
    for trial in try_all(intent, deployed, false) {
        if let Some(finding) = failed(&trial) {
            diags.push(finding);
        }
    }
}

/// Reports what is granted too much or too little, and what cannot be decided; `unknowns` is what was not understood
/// of the artifacts. The compiler makes no such plan, so this guards against mistakes of its own.
pub fn grants(diags: &mut Diagnostics, intent: &Intent, deployed: &Deployed, unknowns: &[String]) {
    let proof = prove(intent, deployed);
    for found in &proof.counterexamples {
        let asset = intent.assets.iter().find(|asset| asset.id.value == found.asset);
        let span = asset.map_or_else(Span::default, |asset| asset.id.span);
        diags.push(
            Diagnostic::new(&codes::UNPROVEN_GRANT, span, format!("{}: {}", sentence(found), found.actual))
                .label(format!("the intent says: {}", found.expected))
                .help(found.because.clone())
                .help("`corsynth prove` shows the whole story; the compiler should not have made this plan: please report it"),
        );
    }
    for what in proof.unknown.iter().chain(unknowns) {
        let span = intent.assets.first().map_or_else(Span::default, |asset| asset.id.span);
        diags.push(
            Diagnostic::new(&codes::UNPROVEN_GRANT, span, format!("cannot decide whether the plan is exact: {what}"))
                .label("in what was made for this")
                .help("the compiler should not have made this plan: please report it"),
        );
    }
}

/// The request of a counterexample in one line.
pub(crate) fn sentence(found: &Counterexample) -> String {
    match &found.scenario.asked {
        Asked::Page(page) => format!("`{}` of `{}` from `{}`", page.method, page.url, page.origin),
        Asked::Raw(raw) => format!("`{}` of `{}`", raw.method, raw.url),
    }
}

fn failed(trial: &Trial<'_>) -> Option<Diagnostic> {
    let (readings, outcome) = trial.failing()?;
    let decision = outcome.verdict.decision;
    let (span, message, label) = if decision == trial.expected() {
        let names = |names: &[&str]| {
            if names.is_empty() { "nothing".to_owned() } else { format!("`{}`", names.join("`, `")) }
        };
        let actual: Vec<&str> = outcome.exposed_headers.iter().map(String::as_str).collect();
        let message = format!("`{}` exposes {}", trial.expectation.title(), names(&actual));
        let expected = names(&trial.expected_exposed().unwrap_or_default());
        (trial.expectation.exposed_span, message, format!("expected to expose {expected}"))
    } else {
        let message = format!("`{}` is {}", trial.expectation.title(), decision.as_str());
        (trial.expectation.then.span, message, format!("expected to be {}", trial.expected().as_str()))
    };
    let mut finding = Diagnostic::new(&codes::FAILED_EXPECTATION, span, message).label(label);
    let said = &outcome.verdict.message;
    match decision {
        Decision::Blocked if !said.is_empty() => finding = finding.help(format!("the console says `{said}`")),
        Decision::Unknown => finding = finding.help(format!("nobody can tell: {said}")),
        _ => {}
    }
    for (name, value) in readings.unusual() {
        finding = finding.help(format!("under the reading {name}={value}, which is not confirmed"));
    }
    Some(finding.help("`corsynth test` shows every step of the request"))
}
