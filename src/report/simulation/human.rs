//! A simulation as a person reads it: the verdict, then every exchange with who decided what, then the console.

use super::super::paint::Paint;
use super::super::printable::printable;
use super::{SimulationReport, listed};
use crate::simulate::{Asked, CacheUse, Decision, Exchange, Outcome, Reading, Readings, Scenario, Step};
use std::borrow::Cow;

/// The report, with a newline at its end; with ANSI styles when `styled`.
pub fn simulation_human(report: &SimulationReport<'_>, styled: bool) -> String {
    let paint = Paint(styled);
    let outcome = report.outcome;
    let mut lines = vec![verdict_line(report.scenario, outcome, paint)];
    for exchange in &outcome.exchanges {
        lines.push(String::new());
        tell_exchange(&mut lines, report, exchange, paint);
    }
    lines.push(String::new());
    tell_end(&mut lines, outcome, "", paint);
    if !report.differing.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("what AWS has not documented decides otherwise:"));
        for (readings, outcome) in &report.differing {
            tell_differing(&mut lines, readings, outcome, paint);
        }
    }
    lines.join("\n") + "\n"
}

fn verdict_line(scenario: &Scenario, outcome: &Outcome, paint: Paint) -> String {
    let decision = outcome.verdict.decision;
    let sentence = match &scenario.asked {
        Asked::Page(page) => {
            let may = match decision {
                Decision::Readable => "may read",
                Decision::Blocked => "may not read",
                Decision::Unknown => "perhaps may read",
            };
            format!("`{}` {may} `{} {}`", page.origin, page.method, page.url)
        }
        Asked::Raw(request) => {
            let passes = match decision {
                Decision::Readable => "passes",
                Decision::Blocked => "does not pass",
                Decision::Unknown => "perhaps passes",
            };
            format!("the answer to `{} {}` {passes} the CORS check", request.method, request.url)
        }
    };
    format!("{}: {}", painted(decision, outcome, paint), printable(&sentence))
}

/// `blocked[allow-origin-missing]`
fn painted(decision: Decision, outcome: &Outcome, paint: Paint) -> String {
    let text = format!("{}[{}]", decision.as_str(), outcome.verdict.reason.as_str());
    match decision {
        Decision::Readable => paint.good(&text),
        Decision::Blocked => paint.bad(&text),
        Decision::Unknown => paint.doubtful(&text),
    }
}

fn tell_exchange(lines: &mut Vec<String>, report: &SimulationReport<'_>, exchange: &Exchange, paint: Paint) {
    let (request, response) = (&exchange.request, &exchange.response);
    let cache = match exchange.cache {
        CacheUse::None => String::new(),
        used => paint.dim(&format!("  (cache: {})", used.as_str())),
    };
    let line = format!("{} {}", request.method, request.url);
    lines.push(format!("{}: {}{cache}", exchange.kind.as_str(), paint.bold(&printable(&line))));
    for (name, value) in request.headers.iter() {
        lines.push(format!("  > {}: {}", printable(name), printable(value)));
    }
    lines.push(format!("  < {}", paint.bold(&response.status.to_string())));
    for (name, value) in response.headers.iter() {
        lines.push(format!("  < {}: {}", printable(name), printable(value)));
    }
    if let Some(error) = &response.error {
        let code_and_message = [("Code", &*error.code), ("Message", &*error.message)];
        let details = error.details.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, text) in code_and_message.into_iter().chain(details).filter(|(_, text)| !text.is_empty()) {
            lines.push(format!("  < <{0}>{1}</{0}>", printable(name), printable(text)));
        }
    }
    let before = std::iter::once(None).chain(exchange.steps.iter().map(Some));
    for (step, before) in exchange.steps.iter().zip(before) {
        tell_step(lines, report, step, before, paint);
    }
}

/// What was decided and why, and below it where the intent asks for that and where the behaviour is documented. What
/// the step before has told already is not told again.
fn tell_step(lines: &mut Vec<String>, report: &SimulationReport<'_>, step: &Step, before: Option<&Step>, paint: Paint) {
    let what = match step.because.as_str() {
        "" => step.what.clone(),
        because => format!("{}: {because}", step.what),
    };
    lines.push(format!("  * {}: {}", paint.bold(step.by.as_str()), printable(&what)));
    let places = report.places(&step.provenance);
    let is_new = before.is_none_or(|b| b.source != step.source || report.places(&b.provenance) != places);
    let places = listed(&places);
    if is_new && !(places.is_empty() && step.source.is_empty()) {
        let gap = if places.is_empty() || step.source.is_empty() { "" } else { "  " };
        lines.push(format!("    {}{gap}{}", printable(&places), paint.dim(&printable(step.source))));
    }
}

/// What the page gets, or what the console says.
fn tell_end(lines: &mut Vec<String>, outcome: &Outcome, indent: &str, paint: Paint) {
    let message = printable(&outcome.verdict.message);
    let heading = match outcome.verdict.decision {
        Decision::Blocked => "the console says",
        Decision::Readable => "the page gets",
        Decision::Unknown => "nobody can tell",
    };
    if !message.is_empty() {
        lines.push(format!("{indent}{}: {message}", paint.bold(heading)));
    }
    if outcome.verdict.decision == Decision::Readable {
        let names: Vec<Cow<'_, str>> = outcome.exposed_headers.iter().map(|name| printable(name)).collect();
        let names = if names.is_empty() { "none beside the safelisted ones".to_owned() } else { names.join(", ") };
        lines.push(format!("{indent}{}: {names}", paint.bold("exposed headers")));
    }
    if let Some(seconds) = outcome.preflight_max_age {
        lines.push(format!(
            "{indent}{}: for {seconds} s, or the browser's cap",
            paint.bold("the preflight is remembered")
        ));
    }
}

fn tell_differing(lines: &mut Vec<String>, readings: &Readings, outcome: &Outcome, paint: Paint) {
    let unusual = readings.unusual();
    let options: Vec<_> = unusual.iter().map(|(name, value)| format!("--reading {name}={value}")).collect();
    lines.push(format!("  {} with {}", painted(outcome.verdict.decision, outcome, paint), options.join(" ")));
    for info in unusual.iter().filter_map(|(name, _)| Reading::named(name)).map(Reading::info) {
        let value = readings.peek(info.reading);
        let meaning = info.values.iter().find(|(name, _)| *name == value).map_or("", |(_, meaning)| meaning);
        lines.push(format!("    {} {meaning}", info.question));
    }
    tell_end(lines, outcome, "    ", paint);
}
