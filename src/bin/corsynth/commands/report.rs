//! `corsynth report`: one page of HTML or Markdown about an intent, to stdout or to a file.

use super::environment;
use super::simulate::{Subject, read_back};
use crate::args::{MarkupFormat, Report};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::settings::Settings;
use corsynth::compile::Parsed;
use corsynth::deployed::Deployed;
use corsynth::diagnostic::Severity;
use corsynth::page::{Judged, Page, page_html, page_markdown};
use corsynth::prove::prove;
use corsynth::render::Stamp;
use corsynth::render::artifact::MARK;
use corsynth::report;

pub(crate) fn run(args: &Report, terminal: &Terminal) -> Result<Exit, Failure> {
    if io::is_stdin(&args.file) && args.artifacts.as_deref().is_some_and(io::is_stdin) {
        return Err(Failure::new("the intent and the artifacts cannot both come from stdin"));
    }
    // A file that must not be replaced is told before anything is proved.
    check_replaceable(args)?;
    let options = Settings::new(&args.governance, terminal)?.of(&args.file)?.options;
    let input = io::read_intent(&args.file)?;
    let stamp = Stamp::new(input.name.clone(), &input.bytes);
    let parsed = Parsed::new(input, &options);
    let environment = environment::chosen(&parsed, &args.file, args.environment.env.as_deref())?;
    let compiled = parsed.compile(environment.as_deref());
    let held = match (&args.artifacts, &compiled.plan) {
        (Some(path), _) => Some(read_back(path)?),
        (None, Some(plan)) => {
            Some(Subject { deployed: Deployed::from(plan), intent: None, format: None, unknowns: Vec::new() })
        }
        (None, None) => None,
    };
    let proof = held.as_ref().zip(compiled.intent.as_ref()).map(|(held, intent)| {
        let mut proof = prove(intent, &held.deployed);
        // What was not understood may have a say.
        proof.unknown.extend(held.unknowns.iter().cloned());
        proof
    });
    let judged = held.as_ref().and_then(|held| {
        Some(Judged {
            intent: compiled.intent.as_ref()?,
            plan: compiled.plan.as_ref()?,
            deployed: &held.deployed,
            proof: proof.as_ref()?,
        })
    });
    let verified = match &held {
        Some(held) => compiled.clone().verified_with(&held.deployed, &held.unknowns),
        None => compiled.clone(),
    };
    let path = args.artifacts.as_deref().unwrap_or(&args.file);
    let name = if io::is_stdin(path) { "-".to_owned() } else { io::shown(path) };
    let subject = match &args.artifacts {
        Some(_) => report::Subject::Artifacts(&name),
        None => report::Subject::of(&name, compiled.environment.as_deref()),
    };
    let page = Page { compiled: &compiled, findings: &verified.diagnostics, subject, judged, stamp: &stamp };
    let written = match args.output_format {
        MarkupFormat::Html => page_html(&page),
        MarkupFormat::Markdown => page_markdown(&page),
    };
    match &args.out {
        None => terminal.data(&written)?,
        Some(out) => {
            io::replace(&io::target_of(out).unwrap_or_else(|| out.clone()), &written)?;
            terminal.say(&format!("wrote `{}`", io::shown(out)));
        }
    }
    let is_fine = judged.is_some_and(|judged| judged.proof.is_proved())
        && verified.diagnostics.iter().all(|finding| finding.severity < Severity::Error);
    Ok(match (is_fine, compiled.readable) {
        (true, _) => Exit::Fine,
        (false, true) => Exit::Problem,
        (false, false) => Exit::Unusable,
    })
}

/// Whether there is nothing in the way, or an older report, which its header tells.
fn check_replaceable(args: &Report) -> Result<(), Failure> {
    let Some(out) = args.out.as_deref().filter(|_| !args.force) else { return Ok(()) };
    let start = match args.output_format {
        MarkupFormat::Html => format!("<!doctype html>\n<!-- {MARK}"),
        MarkupFormat::Markdown => format!("<!-- {MARK}"),
    };
    match io::begins_with(out, start.as_bytes())? {
        None | Some(true) => Ok(()),
        Some(false) => Err(Failure::new(format!("`{}` is not a report of corsynth", io::shown(out)))
            .help("name another file, or replace it with `--force`")),
    }
}
