//! `corsynth cost`: copies in the cache, preflights, quotas, and what functions and invalidations cost.

use super::simulate::compiled;
use crate::args::{Cost, ReportFormat, TableFormat};
use crate::exit::{Exit, Failure};
use crate::io::Terminal;
use corsynth::cost::{Options, cost};
use corsynth::report::{cost_human, cost_json, cost_markdown};

pub(crate) fn run(args: &Cost, terminal: &Terminal) -> Result<Exit, Failure> {
    let findings = match args.output_format {
        TableFormat::Json => ReportFormat::Json,
        TableFormat::Human | TableFormat::Markdown => ReportFormat::Human,
    };
    let compiled = match compiled(&args.file, &args.environment, findings, terminal)? {
        Ok(subject) => subject.intent,
        Err(exit) => return Ok(exit),
    };
    let Some((intent, plan)) = compiled.as_ref().and_then(|c| c.intent.as_ref().zip(c.plan.as_ref())) else {
        return Ok(Exit::Internal);
    };
    let cost = cost(intent, plan, Options { requests: args.requests });
    terminal.data(&match args.output_format {
        TableFormat::Human => cost_human(&cost, terminal.styles_data()),
        TableFormat::Json => cost_json(&cost),
        TableFormat::Markdown => cost_markdown(&cost),
    })?;
    Ok(Exit::Fine)
}
