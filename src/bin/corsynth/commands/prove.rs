//! `corsynth prove`: decides that exactly the intent is granted, or shows requests that tell otherwise.

use super::simulate::{Subject, compiled, read_back};
use crate::args::{Prove, ReportFormat};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use corsynth::prove::prove;
use corsynth::report::{self, CounterexampleReport, ProofReport, proof_human, proof_json};

pub(crate) fn run(args: &Prove, terminal: &Terminal) -> Result<Exit, Failure> {
    if io::is_stdin(&args.file) && args.artifacts.as_deref().is_some_and(io::is_stdin) {
        return Err(Failure::new("the intent and the artifacts cannot both come from stdin"));
    }
    let own = match compiled(&args.file, args.output_format, terminal)? {
        Ok(subject) => subject,
        Err(exit) => return Ok(exit),
    };
    let Some(intent) = own.intent.as_ref().and_then(|compiled| compiled.intent.as_ref()) else {
        return Ok(Exit::Internal);
    };
    let judged = args.artifacts.as_deref().map(read_back).transpose()?;
    let Subject { deployed, format, unknowns, .. } = judged.as_ref().unwrap_or(&own);
    let mut proof = prove(intent, deployed);
    // What was not understood may have a say.
    proof.unknown.extend(unknowns.iter().cloned());
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
            None => report::Subject::Intent(&name),
        },
        proved: proof.is_proved(),
        request_classes: proof.request_classes,
        histories: proof.histories,
        counterexamples: counterexamples.collect(),
        notes: &proof.notes,
        unknown: &proof.unknown,
        formats: &[format.map_or("plan", corsynth::readback::Format::as_str).to_owned()],
    };
    terminal.data(&match args.output_format {
        ReportFormat::Human => proof_human(&report, terminal.styles_data()),
        ReportFormat::Json => proof_json(&report),
    })?;
    Ok(if report.proved { Exit::Fine } else { Exit::Problem })
}
