//! Checks a document against the intent schema, and turns each violation into a finding at the right place.
//!
//! The schema is compiled at build time from `intent.v1.structure.json`, which is `schemas/intent.v1.schema.json`
//! without patterns and texts (`intent::schema` generates both): what a text may hold is checked by
//! `intent::validate`, which can say why and what to write instead.

pub mod codes;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Node, Value};
use crate::source::Span;
use codes::{DUPLICATE_ITEM, EMPTY_VALUE, MISSING_KEY, UNKNOWN_KEY, UNKNOWN_VALUE, WRONG_TYPE};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;

/// The schema of intents, as users and editors see it.
pub const INTENT_SCHEMA: &str = include_str!("../../schemas/intent.v1.schema.json");

/// The same as it is compiled into the program; at run time only to list what a place could hold.
const STRUCTURE: &str = include_str!("intent.v1.structure.json");

#[jsonschema::validator(
    path = "src/schema/intent.v1.structure.json",
    draft = Draft202012,
    methods = { is_valid = false, validate = false, iter_errors = true }
)]
struct Structure;

/// Reports every violation of the schema.
pub fn check(diags: &mut Diagnostics, root: &Node) {
    let json = without_extensions(root);
    // Where an unknown key was meant to be a required one, the missing key is the same mistake.
    let mut meant: Vec<(String, String)> = Vec::new();
    let mut missing: Vec<(String, String)> = Vec::new();
    for error in Structure::iter_errors(&json) {
        let pointer = error.instance_path().as_str().to_owned();
        let Some(node) = root.pointer(&pointer) else { continue };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = known_keys(error.schema_path().as_str());
                for key in unexpected {
                    let near = nearest(key, &known);
                    if let Some(near) = &near {
                        meant.push((pointer.clone(), near.clone()));
                    }
                    unknown_key(diags, node, key, near.as_deref(), &known);
                }
            }
            ValidationErrorKind::Required { property } => {
                missing.push((pointer, property.as_str().unwrap_or_default().to_owned()));
            }
            kind => diags.push(violation(kind, node)),
        }
    }
    for (pointer, property) in missing {
        let Some(node) = root.pointer(&pointer) else { continue };
        if !meant.contains(&(pointer.clone(), property.clone())) {
            let place = if pointer.is_empty() { "the intent".to_owned() } else { format!("`{pointer}`") };
            diags.push(
                Diagnostic::new(&MISSING_KEY, first_entry(node), format!("{place} has no `{property}`"))
                    .label(format!("`{property}` is missing here"))
                    .help(format!("add `{property}:`")),
            );
        }
    }
}

fn unknown_key(diags: &mut Diagnostics, node: &Node, key: &str, near: Option<&str>, known: &[String]) {
    let Value::Mapping(entries) = &node.value else { return };
    for entry in entries.iter().filter(|e| e.key == key) {
        let finding = Diagnostic::new(&UNKNOWN_KEY, entry.key_span, format!("unknown key `{key}`"));
        diags.push(match near {
            Some(near) => finding.label(format!("did you mean `{near}`?")).fix(entry.key_span, near),
            None => finding.label("not a key of the intent language here").help(format!(
                "known here: {}; keys that begin with `x-` are free for anchors",
                list(known.iter().map(String::as_str))
            )),
        });
    }
}

fn violation(kind: &ValidationErrorKind, node: &Node) -> Diagnostic {
    let found = describe(node);
    match kind {
        ValidationErrorKind::Type { kind } => {
            let expected = expected_types(kind);
            let finding = Diagnostic::new(&WRONG_TYPE, node.span, format!("expected {expected}, found {found}"))
                .label(format!("expected {expected}"));
            // An account number, say: without quotes it is a number.
            let unquoted = matches!(node.value, Value::Bool(_) | Value::Integer(_) | Value::Float(_));
            if unquoted && expected.contains("a text") {
                finding.help("quote it").fix(node.span, format!("\"{}\"", text(node)))
            } else {
                finding
            }
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            let finding = Diagnostic::new(&UNKNOWN_VALUE, node.span, format!("unknown value {found}"));
            let finding = match nearest(&text(node), &options) {
                Some(near) => finding.label(format!("did you mean `{near}`?")).fix(node.span, near),
                None => finding.label("not a value of this key"),
            };
            finding.help(format!("known here: {}", list(options.iter().map(String::as_str))))
        }
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => {
            Diagnostic::new(&EMPTY_VALUE, node.span, format!("{found} without entries"))
                .label("at least one entry belongs here")
        }
        ValidationErrorKind::UniqueItems => duplicate_item(node),
        ValidationErrorKind::Minimum { limit } => {
            Diagnostic::new(&UNKNOWN_VALUE, node.span, format!("{found} is less than {limit}"))
                .label(format!("at least {limit}"))
        }
        // The schema has no other keyword; a new one is still reported, in the library's words.
        other => Diagnostic::new(&WRONG_TYPE, node.span, format!("{found} does not fit `{}`", other.keyword())),
    }
}

fn duplicate_item(node: &Node) -> Diagnostic {
    let items = match &node.value {
        Value::Sequence(items) => items.as_slice(),
        _ => &[],
    };
    let twice = items.iter().enumerate().find_map(|(i, item)| {
        let first = items.iter().take(i).find(|first| first.value == item.value)?;
        Some((first, item))
    });
    match twice {
        Some((first, again)) => {
            Diagnostic::new(&DUPLICATE_ITEM, again.span, format!("{} stands in the list twice", describe(again)))
                .label("again here")
                .related(first.span, "first here")
                .help("remove one of the two")
        }
        None => Diagnostic::new(&DUPLICATE_ITEM, node.span, "the same entry stands in the list twice"),
    }
}

/// The keys that the object schema above a keyword's location knows.
fn known_keys(schema_path: &str) -> Vec<String> {
    let structure: Json = serde_json::from_str(STRUCTURE).unwrap_or_default();
    let object = schema_path.rsplit_once('/').map_or("", |(object, _)| object);
    let properties = structure.pointer(object).and_then(|o| o.get("properties")).and_then(Json::as_object);
    properties.into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

/// The known word that was probably meant. Upper case and `_` for `-` are common slips and always count.
pub(crate) fn nearest(word: &str, known: &[String]) -> Option<String> {
    let folded = word.to_ascii_lowercase().replace('_', "-");
    known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(&folded, k), k))
        .filter(|(distance, k)| *distance <= (k.chars().count() / 3).max(1))
        .min()
        .map(|(_, k)| k.clone())
}

fn expected_types(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|t| t.to_string()).collect(),
    };
    let words = names.iter().map(|name| match name.as_str() {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a map",
        _ => "nothing",
    });
    let words: Vec<&str> = words.collect();
    words.join(" or ")
}

/// What stands at a node, for a message: its text, or what kind of thing it is.
fn describe(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".to_owned(),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a map".to_owned(),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::String(_) => {
            let text = text(node);
            let mut short: String = text.chars().take(60).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            format!("`{short}`")
        }
    }
}

fn text(node: &Node) -> String {
    plain(&without_extensions(node))
}

fn plain(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

/// The key of a map's first entry: the place to say that another is missing, without underlining the whole map.
fn first_entry(node: &Node) -> Span {
    match &node.value {
        Value::Mapping(entries) => entries.first().map_or(node.span, |e| e.key_span),
        _ => node.span,
    }
}

/// The document as JSON, without the `x-*` keys: those are free everywhere.
fn without_extensions(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(text) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(without_extensions).collect(),
        Value::Mapping(entries) => entries
            .iter()
            .filter(|e| !e.key.starts_with("x-"))
            .map(|e| (e.key.clone(), without_extensions(&e.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
