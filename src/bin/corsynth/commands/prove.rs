//! `corsynth prove`: decides that exactly the intent is granted, or shows requests that tell otherwise.

use super::emit;
use super::simulate::{Subject, compiled, read_back};
use crate::args::{Prove, ReportFormat};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use corsynth::compile::Compiled;
use corsynth::deployed::Deployed;
use corsynth::prove::{Proof, prove};
use corsynth::render::{Stamp, Target, can_say, render};
use corsynth::report::{self, CounterexampleReport, ProofReport, proof_human, proof_json};

pub(crate) fn run(args: &Prove, terminal: &Terminal) -> Result<Exit, Failure> {
    if io::is_stdin(&args.file) && args.artifacts.as_deref().is_some_and(io::is_stdin) {
        return Err(Failure::new("the intent and the artifacts cannot both come from stdin"));
    }
    let own = match compiled(&args.file, &args.environment, args.output_format, terminal)? {
        Ok(subject) => subject,
        Err(exit) => return Ok(exit),
    };
    let Some(intent) = own.intent.as_ref().and_then(|compiled| compiled.intent.as_ref()) else {
        return Ok(Exit::Internal);
    };
    let judged = match &args.artifacts {
        Some(path) => vec![read_back(path)?],
        None => in_every_format(own.intent.as_ref())?,
    };
    let mut proofs: Vec<(&Deployed, Proof)> = Vec::new();
    for Subject { deployed, unknowns, .. } in &judged {
        // Formats that come to the same are proved once.
        let at = proofs.iter().position(|(known, _)| *known == deployed).unwrap_or_else(|| {
            proofs.push((deployed, prove(intent, deployed)));
            proofs.len() - 1
        });
        // What was not understood may have a say.
        if let Some((_, proof)) = proofs.get_mut(at) {
            proof.unknown.extend(unknowns.iter().cloned());
        }
    }
    // The first that fails has something to say; without any, the last one tried most.
    let failed = proofs.iter().position(|(_, proof)| !proof.is_proved());
    let Some((deployed, proof)) = failed.map_or(proofs.first(), |at| proofs.get(at)) else { return Ok(Exit::Internal) };
    let formats: Vec<String> = judged.iter().filter_map(|s| Some(s.format?.as_str().to_owned())).collect();
    let counterexamples = proof.counterexamples.iter().filter_map(|found| {
        Some(CounterexampleReport {
            kind: found.kind.as_str(),
            asset: deployed.asset(&found.asset)?,
            scenario: &found.scenario,
            expected: &found.expected,
            actual: &found.actual,
            because: &found.because,
            readings: found.readings.unusual(),
        })
    });
    let path = args.artifacts.as_deref().unwrap_or(&args.file);
    let name = if io::is_stdin(path) { "-".to_owned() } else { io::shown(path) };
    let report = ProofReport {
        subject: match &args.artifacts {
            Some(_) => report::Subject::Artifacts(&name),
            None => report::Subject::of(&name, intent.environment.as_deref()),
        },
        proved: proof.is_proved(),
        request_classes: proof.request_classes,
        histories: proof.histories,
        counterexamples: counterexamples.collect(),
        notes: &proof.notes,
        unknown: &proof.unknown,
        formats: &formats,
    };
    terminal.data(&match args.output_format {
        ReportFormat::Human => proof_human(&report, terminal.styles_data()),
        ReportFormat::Json => proof_json(&report),
    })?;
    Ok(if report.proved { Exit::Fine } else { Exit::Problem })
}

/// What AWS holds by each format that the intent can be emitted in, read back from it.
fn in_every_format(compiled: Option<&Compiled>) -> Result<Vec<Subject>, Failure> {
    let Some((compiled, plan)) = compiled.and_then(|c| Some((c, c.plan.as_ref()?))) else { return Ok(Vec::new()) };
    let stamp = Stamp::new(compiled.source.name(), compiled.source.text().as_bytes());
    let read = |target: Target| {
        let read = emit::read_back(&render(plan, target, &stamp))?;
        let unknowns = read.unknowns.iter().map(|unknown| format!("{}: {}", unknown.place, unknown.what)).collect();
        Ok(Subject { deployed: read.deployed, intent: None, format: Some(read.format), unknowns })
    };
    Target::ALL.into_iter().filter(|target| can_say(plan, *target)).map(read).collect()
}
