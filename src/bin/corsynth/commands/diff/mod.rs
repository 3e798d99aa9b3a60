//! `corsynth diff`: the access that is gained and lost.

mod compared;
mod place;

use crate::args::{Diff, DiffFormat};
use crate::exit::{Exit, Failure};
use crate::io::Terminal;
use compared::Compared;
use corsynth::diff::{Change, Risk, Row, Side, diff};
use corsynth::report::{DiffReport, counted, diff_human, diff_json, diff_markdown, sentence};
use place::Place;

pub(crate) fn run(args: &Diff, terminal: &Terminal) -> Result<Exit, Failure> {
    let places = place::named(&args.what)?;
    let mut read = Vec::new();
    let mut exit = Exit::Fine;
    for place in &places {
        match compared::read(place, args.artifacts, terminal)? {
            Ok(compared) => read.push(compared),
            Err(worst) => exit = exit.max(worst),
        }
    }
    let Ok([mut before, mut after]) = <[Vec<Compared>; 2]>::try_from(read) else { return Ok(exit) };
    if before.is_empty() && after.is_empty() {
        let [one, other] = places.each_ref().map(Place::shown);
        return Err(Failure::new(format!("there is no intent, and there are no artifacts, in `{one}` and `{other}`"))
            .help("`corsynth.yaml` and `*.cors.yaml` are searched for"));
    }
    compared::pair_up(&mut before, &mut after);
    let sides = |all: &[Compared]| -> Vec<(String, Option<String>)> {
        all.iter().map(|c| (c.name.clone(), c.environment())).collect()
    };
    let (labels_before, labels_after) = (sides(&before), sides(&after));
    let found = diff(&as_sides(&before, &labels_before), &as_sides(&after, &labels_after));
    let replay = |row: &Row| {
        let of = if row.change == Change::Gained { &after } else { &before };
        of.iter().find(|c| c.name == row.name && c.environment() == row.environment)?.replay(row)
    };
    let shown = places.each_ref().map(Place::shown);
    let report =
        DiffReport { diff: &found, replays: found.rows.iter().map(replay).collect(), sides: [&shown[0], &shown[1]] };
    terminal.data(&match args.output_format {
        DiffFormat::Human => diff_human(&report, terminal.styles_data()),
        DiffFormat::Json => diff_json(&report),
        DiffFormat::Markdown => diff_markdown(&report),
    })?;
    let denied = denied(args, &found.rows, terminal);
    if args.output_format == DiffFormat::Human {
        let count = |change| found.rows.iter().filter(|row| row.change == change).count();
        let (gained, lost) = (count(Change::Gained), count(Change::Lost));
        terminal.say(&match (found.rows.len(), found.unknown.len()) {
            (0, 0) => "no access is gained or lost".to_owned(),
            (0, _) => "it is not certain that no access is gained or lost".to_owned(),
            (changes, _) => format!("{}: {gained} gained, {lost} lost", counted(changes, "change")),
        });
    }
    Ok(if denied || (args.exit_code && !found.is_empty()) { Exit::Problem } else { Exit::Fine })
}

fn as_sides<'a>(all: &'a [Compared], labels: &'a [(String, Option<String>)]) -> Vec<Side<'a>> {
    all.iter()
        .zip(labels)
        .map(|(compared, (name, environment))| Side {
            name,
            environment: environment.as_deref(),
            intent: compared.intent(),
            deployed: &compared.deployed,
        })
        .collect()
}

/// Says what is gained and may not be; whether there is anything.
fn denied(args: &Diff, rows: &[Row], terminal: &Terminal) -> bool {
    let denied: Vec<Risk> = args.deny_new.iter().map(|&deny| deny.into()).collect();
    let mut any = false;
    for row in rows {
        let risks = row.risks();
        let words: Vec<&str> = risks.iter().filter(|risk| denied.contains(risk)).map(|risk| risk.as_str()).collect();
        if !words.is_empty() {
            any = true;
            terminal.deny(&format!("{}: {}", words.join(", "), sentence(row)));
        }
    }
    any
}
