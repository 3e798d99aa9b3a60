//! `corsynth rules`: every code that a finding can have.

use crate::args::{Rules, RulesFormat};
use crate::exit::{Exit, Failure};
use crate::io::Terminal;
use corsynth::{catalog, report};

pub(crate) fn run(args: &Rules, terminal: &Terminal) -> Result<Exit, Failure> {
    let codes = catalog::codes();
    terminal.data(&match args.output_format {
        RulesFormat::Human => report::rules_human(&codes, terminal.styles_data()),
        RulesFormat::Json => report::rules_json(&codes),
        RulesFormat::Markdown => report::rules_markdown(&codes),
    })?;
    Ok(Exit::Fine)
}
