//! `corsynth completions`: a script for a shell, made from the definition of the command line.

use crate::args::{Args, Completions};
use crate::exit::{Exit, Failure};
use crate::io::Terminal;
use clap::CommandFactory as _;

pub(crate) fn run(args: &Completions, terminal: &Terminal) -> Result<Exit, Failure> {
    // Into memory first: the generator panics when a pipe breaks.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "corsynth", &mut script);
    terminal.data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Fine)
}
