//! `corsynth simulate`: one request with its history through browser, CloudFront and S3.

use super::{environment, findings};
use crate::args::{Governance, InEnvironment, OutputFormat, ReportFormat, Simulate, SimulationFormat};
use crate::exit::{Exit, Failure};
use crate::io::{self, Terminal};
use crate::settings::Settings;
use corsynth::compile::{Compiled, Parsed};
use corsynth::deployed::{Asset, Deployed, RuleOrder};
use corsynth::page::drawing;
use corsynth::readback::{self, Format};
use corsynth::report::{SimulationReport, simulation_human, simulation_json};
use corsynth::simulate::words::{Mistake, Names, readings};
use corsynth::simulate::{Outcome, Readings, Scenario, simulate, simulate_readings};
use std::path::Path;

pub(crate) fn run(args: &Simulate, terminal: &Terminal) -> Result<Exit, Failure> {
    // A wrong reading is wrong whatever is asked.
    let (readings, settled) = readings(args.reading.iter().map(String::as_str))?;
    let subject = match &args.artifacts {
        Some(path) => read_back(path)?,
        None => match compiled(&args.file, &args.environment, args.output_format.into(), terminal)? {
            Ok(subject) => subject,
            Err(exit) => return Ok(exit),
        },
    };
    for unknown in &subject.unknowns {
        terminal.warn(unknown);
    }
    let names = Names { deployed: &subject.deployed, any: subject.format == Some(Format::CorsRules) };
    let ask = args.words().read(names)?;
    for remark in &ask.remarks {
        terminal.warn(remark);
    }
    let outcomes = simulate_readings(ask.asset, &ask.scenario, &readings, &settled, true);
    if let Some(warning) = order_matters(ask.asset, &ask.scenario, &outcomes) {
        terminal.warn(&warning);
    }
    let Some(report) = SimulationReport::new(&ask.scenario, &outcomes, subject.intent.as_ref()) else {
        return Ok(Exit::Internal);
    };
    terminal.data(&match args.output_format {
        SimulationFormat::Human => simulation_human(&report, terminal.styles_data()),
        SimulationFormat::Json => simulation_json(&report),
        SimulationFormat::Svg => {
            outcomes.first().map(|(_, outcome)| drawing(&ask.scenario, outcome)).unwrap_or_default()
        }
    })?;
    Ok(Exit::Fine)
}

/// Terraform keeps no order of a bucket's rules. Says so where another rule in front would answer otherwise.
fn order_matters(asset: &Asset, scenario: &Scenario, outcomes: &[(Readings, Outcome)]) -> Option<String> {
    let cors = asset.cors()?;
    let (readings, outcome) = outcomes.first()?;
    if cors.order == RuleOrder::Kept || scenario.first_rule.is_some() {
        return None;
    }
    let first = (0..cors.rules.len()).find(|&first| {
        let reordered = Scenario { first_rule: Some(first), ..scenario.clone() };
        let other = simulate(asset, &reordered, readings, false);
        (other.verdict.decision, other.exposed_headers) != (outcome.verdict.decision, outcome.exposed_headers.clone())
    })?;
    let number = first + 1;
    Some(format!("Terraform keeps no order of rules, and `--first-rule {number}` answers otherwise"))
}

impl From<Mistake> for Failure {
    fn from(mistake: Mistake) -> Self {
        Self { message: mistake.message, help: mistake.help }
    }
}

/// What requests are asked of.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What AWS holds.
    pub(crate) deployed: Deployed,
    /// The intent that says so, when it is one.
    pub(crate) intent: Option<Compiled>,
    /// The format of the artifacts that say so, when it is these.
    pub(crate) format: Option<Format>,
    /// What of the artifacts was not understood, with its place.
    pub(crate) unknowns: Vec<String>,
}

/// What AWS holds once an intent is applied; or the exit code, when it has errors. Findings go to stderr.
pub(crate) fn compiled(
    file: &Path,
    environment: &InEnvironment,
    format: ReportFormat,
    terminal: &Terminal,
) -> Result<Result<Subject, Exit>, Failure> {
    let options = Settings::new(&Governance::default(), terminal)?.of(file)?.options;
    let parsed = Parsed::new(io::read_intent(file)?, &options);
    let environment = environment::chosen(&parsed, file, environment.env.as_deref())?;
    let compiled = parsed.compile(environment.as_deref());
    let format = match format {
        ReportFormat::Human => OutputFormat::Human,
        ReportFormat::Json => OutputFormat::Json,
    };
    if !compiled.diagnostics.is_empty() {
        terminal.talk(&findings::of_file((&compiled).into(), format, terminal.styles_talk()));
        findings::hint(compiled.diagnostics.iter().map(|finding| finding.code), format, terminal);
    }
    Ok(match &compiled.plan {
        Some(plan) => {
            let deployed = Deployed::from(plan);
            Ok(Subject { deployed, intent: Some(compiled), format: None, unknowns: Vec::new() })
        }
        None if compiled.readable => Err(Exit::Problem),
        None => Err(Exit::Unusable),
    })
}

/// What AWS holds once artifacts are applied.
pub(crate) fn read_back(path: &Path) -> Result<Subject, Failure> {
    let files = io::read_artifacts(path)?;
    let read = readback::read(&files)
        .map_err(|unreadable| Failure::new(format!("cannot read `{}`: {}", unreadable.place, unreadable.message)))?;
    let unknowns = read.unknowns.iter().map(|unknown| format!("{}: {}", unknown.place, unknown.what)).collect();
    Ok(Subject { deployed: read.deployed, intent: None, format: Some(read.format), unknowns })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Command};
    use corsynth::compile::{Input, Syntax, compile};
    use corsynth::report::{Subject as Judged, replay};
    use corsynth::simulate::words::Words;
    use corsynth::simulate::{CredentialsMode, Door};
    use std::ffi::OsString;

    const INTENT: &str = include_str!("../../../../examples/02-uploads/corsynth.yaml");

    /// The words that a shell makes of a command.
    fn split_by_a_shell(command: &str) -> Vec<OsString> {
        let script = format!("corsynth() {{ for word do printf '%s\\0' \"$word\"; done; }}; {command}");
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let words = String::from_utf8(output.stdout).unwrap();
        std::iter::once("corsynth").chain(words.split_terminator('\0')).map(OsString::from).collect()
    }

    /// A scenario, told as a command, goes through a shell and the definition of the command line unchanged.
    #[test]
    fn a_counterexample_is_replayed_as_it_was() {
        let input = Input { name: "corsynth.yaml".into(), bytes: INTENT.into(), syntax: Syntax::Yaml };
        let deployed = Deployed::from(&compile(input).plan.unwrap());
        let names = Names { deployed: &deployed, any: false };
        let page = |url: &str| Words {
            origin: Some("https://www.shop.example".into()),
            method: "GET".into(),
            url: url.into(),
            ..Words::default()
        };
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let samples = [
            page("media:/a.jpg"),
            Words { missing: true, credentials: CredentialsMode::Include, ..page("media:/it's/$(x)?a=`b`&c=*") },
            Words { via: Some(Door::Bucket), preflight: true, method: "PUT".into(), ..page("media:/") },
            Words { via: Some(Door::ForeignDistribution), credentials: CredentialsMode::Omit, ..page("media:/a") },
            Words { headers: texts(&["x-amz-acl", "Range: bytes=0-9", "-x: ", "a: \"q\" \\ 'r'"]), ..page("media:/a") },
            Words {
                given: texts(&["GET media:/a", "HEAD media:/a origin=null \"a=b c\" same-browser"]),
                ..page("http://media.shop.example/a")
            },
            Words {
                raw: true,
                origin: None,
                method: "OPTIONS".into(),
                headers: texts(&["Access-Control-Request-Method: PUT", "Origin: null"]),
                ..page("media:/a")
            },
            Words { origin: Some("-capacitor://localhost".into()), method: "-".into(), ..page("media:/a") },
        ];
        for (index, words) in samples.iter().enumerate() {
            let ask = words.read(names).unwrap();
            let judged = [
                Judged::Intent("corsynth.yaml"),
                Judged::Intent("it's -x.yaml"),
                Judged::Environment("-x.yaml", "prod"),
                Judged::Artifacts("-a b"),
            ];
            for judged in judged {
                let command = replay(judged, ask.asset, &ask.scenario, &[("s3-origin-case", "insensitive")]);
                let arguments = split_by_a_shell(&command);
                let Ok(Args { command: Command::Simulate(args), .. }) = Args::read(&arguments) else {
                    panic!("{index}: {command}: {:?}", Args::read(&arguments));
                };
                let (file, environment, artifacts) = match judged {
                    Judged::Intent(path) => (path, None, None),
                    Judged::Environment(_, name) => ("./-x.yaml", Some(name), None),
                    Judged::Artifacts(path) => ("corsynth.yaml", None, Some(Path::new(path))),
                };
                assert_eq!((args.file.as_path(), args.artifacts.as_deref()), (Path::new(file), artifacts), "{command}");
                assert_eq!(args.environment.env.as_deref(), environment);
                assert_eq!(args.reading, ["s3-origin-case=insensitive"]);
                assert_eq!(args.words().read(names).unwrap().scenario, ask.scenario, "{index}: {command}");
            }
        }
    }
}
