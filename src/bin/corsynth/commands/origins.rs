//! `corsynth origins`: the origins of every frontend, side by side for all environments.

use super::findings;
use crate::args::{Governance, Origins, OutputFormat, TableFormat};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::settings::Settings;
use corsynth::compile::check;
use corsynth::report::{OriginTable, origins_human, origins_json, origins_markdown};

pub(crate) fn run(args: &Origins, terminal: &Terminal) -> Result<Exit, Failure> {
    let options = Settings::new(&Governance::default(), terminal)?.of(&args.file)?.options;
    let checked = check(io::read_intent(&args.file)?, &options);
    if !checked.diagnostics.is_empty() {
        terminal.talk(&findings::of_file((&checked).into(), OutputFormat::Human, terminal.styles_talk()));
    }
    let Some(table) = OriginTable::of(&checked.environments) else {
        return Ok(if checked.readable { Exit::Problem } else { Exit::Unusable });
    };
    terminal.data(&match args.output_format {
        TableFormat::Human => origins_human(&table),
        TableFormat::Json => origins_json(&table),
        TableFormat::Markdown => origins_markdown(&table),
    })?;
    Ok(Exit::Fine)
}
