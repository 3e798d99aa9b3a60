//! What the rows of a comparison say of one request, restated from their words.

use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::deployed::Deployed;
use corsynth::diff::{Change, Diff, Part, Row, Side, What, diff};
use corsynth::intent::permits::path_matches;
use corsynth::simulate::Door;

/// A request, as rows see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) door: Door,
    pub(super) path: &'a str,
    pub(super) origin: &'a str,
    pub(super) method: &'a str,
    pub(super) headers: &'a [&'a str],
}

fn star(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end),
    }
}

fn header(pattern: &str, name: &str) -> bool {
    star(pattern, name) && (name != "authorization" || !pattern.contains('*'))
}

fn told(parts: &[Part], matches: impl Fn(&str) -> bool) -> bool {
    parts.iter().any(|part| part.all.iter().all(|t| matches(t)) && !part.except.iter().any(|t| matches(t)))
}

fn concerns(row: &Row, asked: &Asked<'_>) -> bool {
    row.doors.contains(&asked.door)
        && row.methods.iter().any(|m| m == asked.method)
        && told(&row.origins, |text| star(text, asked.origin))
        && told(&row.paths, |text| path_matches(text, asked.path))
}

/// Whether the rows say that a request is gained (or lost).
pub(super) fn says(diff: &Diff, change: Change, asked: &Asked<'_>) -> bool {
    let of = |parts: &[Part], name: &str| told(parts, |text| header(text, name));
    diff.rows.iter().filter(|row| row.change == change && concerns(row, asked)).any(|row| match &row.what {
        What::Requests { header_sets, .. } => {
            asked.headers.is_empty() || header_sets.iter().any(|set| asked.headers.iter().all(|name| of(set, name)))
        }
        What::RequestHeaders(parts) => asked.headers.iter().any(|name| of(parts, name)),
        What::HeadersTogether(parts) => asked.headers.iter().filter(|name| of(parts, name)).count() > 1,
        What::Exposed(_) | What::Credentials => false,
    })
}

/// Whether a row is about some of its headers together.
pub(super) fn is_together(diff: &Diff, change: Change, asked: &Asked<'_>) -> bool {
    let is = |row: &Row| row.change == change && concerns(row, asked) && matches!(row.what, What::HeadersTogether(_));
    diff.rows.iter().any(is)
}

/// The response headers that the rows say may be read newly (or no longer).
pub(super) fn exposed(diff: &Diff, change: Change, asked: &Asked<'_>) -> Vec<String> {
    let rows = diff.rows.iter().filter(|row| row.change == change && concerns(row, asked));
    let mut names: Vec<String> = rows
        .flat_map(|row| match &row.what {
            What::Requests { exposed, .. } | What::Exposed(exposed) => exposed.clone(),
            _ => Vec::new(),
        })
        .collect();
    names.sort();
    names
}

pub(super) fn compiled(text: &str) -> Compiled {
    compile(Input { name: "corsynth.yaml".into(), bytes: text.as_bytes().to_vec(), syntax: Syntax::Yaml })
}

/// Artifacts as a side.
pub(super) fn holding(deployed: &Deployed) -> Side<'_> {
    Side { name: "", environment: None, intent: None, deployed }
}

/// An intent as a side.
pub(super) fn granting<'a>(compiled: &'a Compiled, deployed: &'a Deployed) -> Side<'a> {
    Side { name: "", environment: None, intent: compiled.intent.as_ref(), deployed }
}

/// Two intents, compared as intents.
pub(super) fn intents(before: &Compiled, after: &Compiled) -> Diff {
    let [old, new] = [before, after].map(|c| c.plan.as_ref().map(Deployed::from).unwrap_or_default());
    diff(&[granting(before, &old)], &[granting(after, &new)])
}

/// Two sets of artifacts, compared.
pub(super) fn artifacts(before: &Deployed, after: &Deployed) -> Diff {
    diff(&[holding(before)], &[holding(after)])
}
