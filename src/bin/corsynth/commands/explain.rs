//! `corsynth explain`: the pages of codes.

use crate::args::{Explain, PageFormat};
use crate::exit::{Exit, Failure};
use crate::io::Terminal;
use corsynth::{catalog, report};

pub(crate) fn run(args: &Explain, terminal: &Terminal) -> Result<Exit, Failure> {
    let pages: Vec<String> = args.codes.iter().map(|code| page(code)).collect::<Result<_, _>>()?;
    terminal.data(&match args.output_format {
        PageFormat::Markdown => pages.join("\n"),
        PageFormat::Human => {
            let (width, styled) = (terminal.width(), terminal.styles_data());
            pages.iter().map(|page| report::page_human(page, width, styled)).collect()
        }
    })?;
    Ok(Exit::Fine)
}

/// The page of one code, which may be written as a finding shows it.
fn page(word: &str) -> Result<String, Failure> {
    let id = word.trim_start_matches('[').trim_end_matches(']');
    catalog::page(id).ok_or_else(|| {
        let failure = Failure::new(format!("no finding has the code `{word}`"));
        let failure = match catalog::nearest(id) {
            Some(code) => failure.help(format!("did you mean `{}`?", code.id)),
            None => failure,
        };
        failure.help("`corsynth rules` lists all codes")
    })
}
