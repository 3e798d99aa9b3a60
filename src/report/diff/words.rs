//! Rows in words, as code spans and what stands between them.

use crate::diff::{Change, Consequence, Layer, Part, Row, What};
use crate::simulate::Door;

/// How many of a list are told one by one.
const MOST: usize = 6;

/// How a code span is written.
pub(super) type Code<'c> = &'c dyn Fn(&str) -> String;

/// What a row says, as one sentence without a period, with names in backticks.
pub fn sentence(row: &Row) -> String {
    let code: Code<'_> = &|text| format!("`{text}`");
    format!("{} {}", who(row, code), does(row, code, &|path| format!("`{}:{path}`", row.asset)))
}

/// From where.
pub(super) fn who(row: &Row, code: Code<'_>) -> String {
    parts(&row.origins, &|text| if text == "*" { "anyone".to_owned() } else { code(text) })
}

/// What they may do.
pub(super) fn does(row: &Row, code: Code<'_>, path: Code<'_>) -> String {
    let may = match row.change {
        Change::Gained => "may now",
        Change::Lost => "may no longer",
    };
    let places = parts(&row.paths, path);
    let methods = list(row.methods.iter().map(|method| code(method)));
    match &row.what {
        What::Requests { .. } => match verb(row, code) {
            (reads, Some(sends)) if reads => format!("{may} read and send {sends} to {places}"),
            (_, Some(sends)) => format!("{may} send {sends} to {places}"),
            (_, None) => format!("{may} read {places}"),
        },
        What::RequestHeaders(names) => {
            format!("{may} send {} with {methods} to {places}", parts(names, code))
        }
        What::HeadersTogether(names) => {
            format!("{may} send {} together with {methods} to {places}", parts(names, code))
        }
        What::Exposed(names) => {
            format!("{may} read the headers {} of {methods} of {places}", list(names.iter().map(|name| code(name))))
        }
        What::Credentials => format!("{may} send cookies with {methods} to {places}"),
    }
}

/// Whether both reads are among the methods, and the others.
fn verb(row: &Row, code: Code<'_>) -> (bool, Option<String>) {
    let has = |method: &str| row.methods.iter().any(|m| m == method);
    let reads = has("GET") && has("HEAD");
    let others: Vec<String> = row
        .methods
        .iter()
        .filter(|method| !(reads && matches!(method.as_str(), "GET" | "HEAD")))
        .map(|method| code(method))
        .collect();
    (reads, (!others.is_empty()).then(|| list(others.into_iter())))
}

/// What else a row says: a name for it, and the text.
pub(super) fn details(row: &Row, code: Code<'_>) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    if let What::Requests { header_sets, exposed } = &row.what {
        let sets: Vec<String> = header_sets.iter().map(|set| parts(set, code)).collect();
        details.extend((!sets.is_empty()).then(|| ("with", sets.join("; or with "))));
        details.extend((!exposed.is_empty()).then(|| ("reads", list(exposed.iter().map(|name| code(name))))));
    }
    details.push(("via", doors(row)));
    details.extend(row.depends.iter().map(|on| ("depends", on.clone())));
    let risks: Vec<&str> = row.risks().iter().map(|risk| risk.as_str()).collect();
    details.extend((!risks.is_empty()).then(|| ("risk", risks.join(", "))));
    details
}

/// Through which doors.
pub(super) fn doors(row: &Row) -> String {
    row.doors.iter().copied().map(Door::as_str).collect::<Vec<_>>().join(", ")
}

/// Where a row is, when there is more than one place: the file and the environment.
pub(super) fn place(name: &str, environment: Option<&str>) -> Option<String> {
    match (name, environment) {
        ("", None) => None,
        ("", Some(environment)) => Some(environment.to_owned()),
        (name, None) => Some(name.to_owned()),
        (name, Some(environment)) => Some(format!("{name} ({environment})")),
    }
}

/// What takes effect at once.
pub(super) fn at_once(consequence: &Consequence) -> String {
    let name = |layer: &Layer| match layer {
        Layer::OriginContract => "what the server answers, once it does, for what is not cached".to_owned(),
        Layer::BucketCors if consequence.has_cache => "the bucket's CORS rules, for what is not cached".to_owned(),
        layer => named(*layer).to_owned(),
    };
    list_or_nothing(consequence.at_once.iter().map(name))
}

/// What shows in new entries of the cache only.
pub(super) fn new_entries(consequence: &Consequence) -> String {
    list_or_nothing(consequence.new_entries.iter().map(|layer| named(*layer).to_owned()))
}

fn named(layer: Layer) -> &'static str {
    match layer {
        Layer::BucketCors => "the bucket's CORS rules",
        Layer::OriginContract => "what the server answers",
        Layer::BucketPolicy => "the bucket's policy",
        Layer::ResponseHeaders => "the response headers policy",
        Layer::CacheKey => "the cache policy",
        Layer::Forwarding => "what is forwarded",
    }
}

fn list_or_nothing(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "nothing".to_owned() } else { items.join("; ") }
}

fn list(items: impl Iterator<Item = String>) -> String {
    shortened(items.collect(), ", ")
}

/// Parts in words: texts, what they have in common, and what of them is not meant.
pub(super) fn parts(parts: &[Part], code: Code<'_>) -> String {
    let one = |part: &Part| {
        let all: Vec<String> = part.all.iter().map(|text| code(text)).collect();
        let all = all.join(" that is also ");
        if part.except.is_empty() {
            return all;
        }
        format!("{all} except {}", shortened(part.except.iter().map(|text| code(text)).collect(), " and "))
    };
    let separator = if parts.iter().any(|part| !part.except.is_empty()) { "; " } else { ", " };
    shortened(parts.iter().map(one).collect(), separator)
}

fn shortened(mut items: Vec<String>, separator: &str) -> String {
    let more = items.len().saturating_sub(MOST);
    // One more is as long as saying so.
    if more > 1 {
        items.truncate(MOST);
        items.push(format!("{more} more"));
    }
    items.join(separator)
}
