//! `corsynth test`: the expectations of an intent, simulated; or exported for other tools.

use super::simulate::{Subject, compiled};
use crate::args::{Export, ReportFormat, Test};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use corsynth::export::{curl, tftest};
use corsynth::render::Stamp;
use corsynth::report::{counted, expectations_human, expectations_json};
use corsynth::trial::try_all;

pub(crate) fn run(args: &Test, terminal: &Terminal) -> Result<Exit, Failure> {
    let Subject { deployed, intent, .. } = match compiled(&args.file, &args.environment, args.output_format, terminal)?
    {
        Ok(subject) => subject,
        Err(exit) => return Ok(exit),
    };
    let Some((file, intent, plan)) = intent.as_ref().and_then(|c| Some((c, c.intent.as_ref()?, c.plan.as_ref()?)))
    else {
        return Ok(Exit::Internal);
    };
    let trials = try_all(intent, &deployed, true);
    let failed = trials.iter().filter(|trial| !trial.holds()).count();
    let exit = if failed == 0 { Exit::Fine } else { Exit::Problem };
    match args.export {
        // An export of what does not hold would approve of it.
        Some(_) if failed > 0 => terminal.talk(&expectations_human(file, &trials, terminal.styles_talk())),
        Some(export) => {
            let stamp = Stamp::new(io::shown(&args.file), file.source.text().as_bytes());
            let exported: Vec<_> = trials.iter().map(corsynth::trial::Trial::exported).collect();
            terminal.data(&match export {
                Export::Curl => curl(&exported, &stamp),
                Export::Tftest => tftest(plan, &exported, &stamp),
            })?;
        }
        None => terminal.data(&match args.output_format {
            ReportFormat::Human => expectations_human(file, &trials, terminal.styles_data()),
            ReportFormat::Json => expectations_json(file, &trials),
        })?,
    }
    let what = counted(trials.len(), "expectation");
    terminal.say(&match (trials.len(), failed) {
        (0, _) => format!("no expectations in `{}`: its `expect` may list some", io::shown(&args.file)),
        (_, 0) => format!("{what}: all hold"),
        _ => format!("{what}: {failed} failed"),
    });
    Ok(exit)
}
