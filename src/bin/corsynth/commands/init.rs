//! `corsynth init`: a commented intent to start from.

use crate::args::Init;
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};

/// The intent that it writes.
const INTENT: &str = include_str!("../init.yaml");

pub(crate) fn run(args: &Init, terminal: &Terminal) -> Result<Exit, Failure> {
    io::create_new(&args.file, INTENT)?;
    let file = io::shown(&args.file);
    terminal.say(&format!("wrote `{file}`: edit it, then run `corsynth validate {file}`"));
    Ok(Exit::Fine)
}
