//! `corsynth simulate`: one request with its history through browser, CloudFront and S3.

use super::validate::findings;
use crate::args::{OutputFormat, ReportFormat, Simulate};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use corsynth::compile::{Compiled, compile};
use corsynth::deployed::Deployed;
use corsynth::readback::{self, Format};
use corsynth::report::{SimulationReport, simulation_human, simulation_json};
use corsynth::simulate::simulate_readings;
use corsynth::simulate::words::{Mistake, Names, readings};
use std::path::Path;

pub(crate) fn run(args: &Simulate, terminal: &Terminal) -> Result<Exit, Failure> {
    // A wrong reading is wrong whatever is asked.
    let (readings, settled) = readings(args.reading.iter().map(String::as_str))?;
    let subject = match &args.artifacts {
        Some(path) => read_back(path, terminal)?,
        None => match compiled(&args.file, args.output_format, terminal)? {
            Ok(subject) => subject,
            Err(exit) => return Ok(exit),
        },
    };
    let names = Names { deployed: &subject.deployed, any: subject.format == Some(Format::CorsRules) };
    let ask = args.words().read(names)?;
    for remark in &ask.remarks {
        terminal.warn(remark);
    }
    let outcomes = simulate_readings(ask.asset, &ask.scenario, &readings, &settled, true);
    let Some(report) = SimulationReport::new(&ask.scenario, &outcomes, subject.intent.as_ref()) else {
        return Ok(Exit::Internal);
    };
    terminal.data(&match args.output_format {
        ReportFormat::Human => simulation_human(&report, terminal.styles_data()),
        ReportFormat::Json => simulation_json(&report),
    })?;
    Ok(Exit::Fine)
}

impl From<Mistake> for Failure {
    fn from(mistake: Mistake) -> Self {
        Self { message: mistake.message, help: mistake.help }
    }
}

/// What requests are asked of.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What AWS holds.
    pub(crate) deployed: Deployed,
    /// The intent that says so, when it is one.
    pub(crate) intent: Option<Compiled>,
    /// The format of the artifacts that say so, when it is these.
    pub(crate) format: Option<Format>,
}

/// What AWS holds once an intent is applied; or the exit code, when it has errors. Findings go to stderr.
pub(crate) fn compiled(
    file: &Path,
    format: ReportFormat,
    terminal: &Terminal,
) -> Result<Result<Subject, Exit>, Failure> {
    let compiled = compile(io::read_intent(file)?);
    let format = match format {
        ReportFormat::Human => OutputFormat::Human,
        ReportFormat::Json => OutputFormat::Json,
    };
    if !compiled.diagnostics.is_empty() {
        terminal.talk(&findings(&compiled, format, terminal.styles_talk()));
    }
    Ok(match &compiled.plan {
        Some(plan) => Ok(Subject { deployed: Deployed::from(plan), intent: Some(compiled), format: None }),
        None if compiled.readable => Err(Exit::Problem),
        None => Err(Exit::Unusable),
    })
}

/// What AWS holds once artifacts are applied. What was not understood goes to stderr.
pub(crate) fn read_back(path: &Path, terminal: &Terminal) -> Result<Subject, Failure> {
    let files = io::read_artifacts(path)?;
    let read = readback::read(&files)
        .map_err(|unreadable| Failure::new(format!("cannot read `{}`: {}", unreadable.place, unreadable.message)))?;
    for unknown in &read.unknowns {
        terminal.warn(&format!("{}: {}", unknown.place, unknown.what));
    }
    Ok(Subject { deployed: read.deployed, intent: None, format: Some(read.format) })
}
