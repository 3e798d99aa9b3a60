//! `corsynth man`: one manual page a command, made from the definition of the command line.

use crate::args::{Args, Man};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use clap::{Command, CommandFactory as _};

pub(crate) fn run(args: &Man, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut root = Args::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, &mut pages);
    for (name, text) in &pages {
        io::replace(&args.dir.join(name), text)?;
    }
    terminal.say(&format!("wrote {} pages to `{}`", pages.len(), io::shown(&args.dir)));
    Ok(Exit::Fine)
}

fn collect(command: &Command, pages: &mut Vec<(String, String)>) {
    let page = clap_mangen::Man::new(command.clone());
    let name = page.get_filename();
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = page.render(&mut text);
    pages.push((name, String::from_utf8_lossy(&text).into_owned()));
    for inner in command.get_subcommands() {
        collect(inner, pages);
    }
}
