//! Checks a document against the intent schema, and turns each violation into a finding at the right place.
//!
//! The schema is compiled at build time from `intent.v1.structure.json`, which is `schemas/intent.v1.schema.json`
//! without patterns and texts (`intent::schema` generates both): what a text may hold is checked by
//! `intent::validate`, which can say why and what to write instead.

pub mod codes;

use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::{Node, Value};
use crate::nearest::nearest;
use crate::source::Span;
use codes::{DUPLICATE_ITEM, EMPTY_VALUE, MISSING_KEY, UNKNOWN_KEY, UNKNOWN_VALUE, WRONG_TYPE};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

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

/// Violations that are told of one file: whoever has more has another mistake.
const MOST_VIOLATIONS: usize = 5000;

/// Reports every violation of the schema.
pub fn check(diags: &mut Diagnostics, root: &Node) {
    let json = without_extensions(root);
    // Where an unknown key was meant to be a required one, the missing key is the same mistake.
    let mut meant: BTreeSet<(String, String)> = BTreeSet::new();
    let mut missing: Vec<(String, String)> = Vec::new();
    let errors: Vec<_> = Structure::iter_errors(&json).take(MOST_VIOLATIONS).collect();
    // A value of another type breaks what is said of the type, too.
    let mistyped: BTreeSet<String> = errors
        .iter()
        .filter(|error| matches!(error.kind(), ValidationErrorKind::Type { .. }))
        .map(|error| error.instance_path().as_str().to_owned())
        .collect();
    for error in &errors {
        let pointer = error.instance_path().as_str().to_owned();
        let Some(node) = root.pointer(&pointer) else { continue };
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = known_keys(error.schema_path().as_str());
                let absent: Vec<String> = known.iter().filter(|k| node.get(k).is_none()).cloned().collect();
                for key in unexpected {
                    let near = nearest(key, &absent).or_else(|| synonym(key, &absent));
                    if let Some(near) = &near {
                        meant.insert((pointer.clone(), near.clone()));
                    }
                    unknown_key(diags, node, key, near.as_deref(), &known);
                }
            }
            ValidationErrorKind::Required { property } => {
                missing.push((pointer, property.as_str().unwrap_or_default().to_owned()));
            }
            ValidationErrorKind::Type { .. } => diags.push(violation(error.kind(), node, place(root, &pointer, node))),
            _ if mistyped.contains(&pointer) => {}
            // A reason or an owner that says nothing is told as one that is missing.
            ValidationErrorKind::MinLength { .. } => {}
            ValidationErrorKind::UniqueItems => duplicate_items(node).into_iter().for_each(|one| diags.push(one)),
            kind => diags.push(violation(kind, node, place(root, &pointer, node))),
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
            Some(near) => finding.label(format!("did you mean `{near}`?")).fix_text(entry.key_span, near),
            None => finding.label("not a key of the intent language here").help(format!(
                "known here: {}; keys that begin with `x-` are free for anchors",
                list(known.iter().map(String::as_str))
            )),
        });
    }
}

fn violation(kind: &ValidationErrorKind, node: &Node, span: Span) -> Diagnostic {
    let found = describe(node);
    match kind {
        ValidationErrorKind::Type { kind } => wrong_type(&type_names(kind), node, span),
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
            let message = match node.value {
                Value::Null | Value::Sequence(_) | Value::Mapping(_) => {
                    format!("expected a known value, found {found}")
                }
                _ => format!("unknown value {found}"),
            };
            let finding = Diagnostic::new(&UNKNOWN_VALUE, span, message);
            let finding = match node.as_str().and_then(|word| nearest(word, &options)) {
                Some(near) => finding.label(format!("did you mean `{near}`?")).fix_text(span, near),
                None => finding.label("not a value of this key"),
            };
            finding.help(format!("known here: {}", list(options.iter().map(String::as_str))))
        }
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => {
            Diagnostic::new(&EMPTY_VALUE, span, format!("{found} without entries"))
                .label("at least one entry belongs here")
        }
        ValidationErrorKind::Minimum { limit } => {
            Diagnostic::new(&UNKNOWN_VALUE, span, format!("{found} is less than {limit}"))
                .label(format!("at least {limit}"))
        }
        // The schema has no other keyword; a new one is still reported, in the library's words.
        other => Diagnostic::new(&WRONG_TYPE, span, format!("{found} does not fit `{}`", other.keyword())),
    }
}

/// Every item that stands in the list a second time.
fn duplicate_items(node: &Node) -> Vec<Diagnostic> {
    let Value::Sequence(items) = &node.value else { return Vec::new() };
    let mut known: BTreeMap<String, &Node> = BTreeMap::new();
    let twice = items.iter().filter_map(|item| {
        let first = *known.entry(without_extensions(item).to_string()).or_insert(item);
        (!std::ptr::eq(first, item)).then_some((first, item))
    });
    let finding = |(first, again): (&Node, &Node)| {
        Diagnostic::new(&DUPLICATE_ITEM, again.place(), format!("{} stands in the list twice", describe(again)))
            .label("again here")
            .related(first.place(), "first here")
            .help("remove one of the two")
            .fix_removal(again.place())
            .safe()
    };
    twice.map(finding).collect()
}

/// The keys that the object schema above a keyword's location knows.
fn known_keys(schema_path: &str) -> Vec<String> {
    static PARSED: LazyLock<Json> = LazyLock::new(|| serde_json::from_str(STRUCTURE).unwrap_or_default());
    let structure = &*PARSED;
    let object = schema_path.rsplit_once('/').map_or("", |(object, _)| object);
    let properties = structure.pointer(object).and_then(|o| o.get("properties")).and_then(Json::as_object);
    properties.into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

/// Where a value is wrong: the value, and of one that was left out the key or the character before it.
fn place(root: &Node, pointer: &str, node: &Node) -> Span {
    if node.span.start < node.span.end {
        return node.span;
    }
    root.key_span(pointer).unwrap_or_else(|| Span::new(node.span.start.saturating_sub(1), node.span.start))
}

fn wrong_type(expected: &[String], node: &Node, span: Span) -> Diagnostic {
    let takes = |name: &str| expected.iter().any(|e| e == name);
    let words = expected_types(expected);
    let finding = |found: &str| {
        Diagnostic::new(&WRONG_TYPE, span, format!("expected {words}, found {found}"))
            .label(format!("expected {words}"))
    };
    let text = text(node);
    match &node.value {
        Value::Null if expected == ["object"] => finding("nothing").help("write `{}` where nothing has to be said"),
        Value::String(_) if text.parse::<i64>().is_ok() && takes("integer") => {
            finding(&format!("the text `{text}`")).help(format!("write `{text}` without quotes"))
        }
        Value::String(_) if takes("boolean") => {
            let meant = match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" => "true",
                "false" | "no" | "n" | "off" => "false",
                _ => return finding(&format!("the text {}", describe(node))),
            };
            let finding = finding(&format!("the text `{text}`"));
            let in_quotes = span.end - span.start != text.len();
            if in_quotes {
                finding.help(format!("write `{meant}`, without quotes"))
            } else {
                finding.fix(span, meant).safe()
            }
        }
        Value::String(_) if takes("array") => {
            finding(&describe(node)).help(format!("write a list: `[{}]`", shown(&text)))
        }
        Value::Mapping(_) if takes("array") => finding(&describe(node)).help("write a list: begin each entry with `-`"),
        Value::Mapping(_) if expected == ["string"] => {
            finding(&describe(node)).help("put a text that holds a colon and a space in quotes")
        }
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) if expected == ["string"] => {
            // As long as it was written, the number is spelled as it is read: no `0x1f`, no `+1`.
            let is_as_written = matches!(node.value, Value::Integer(_)) && span.end - span.start == text.len();
            let finding = finding(&describe(node)).help("put it in quotes").fix(span, Json::from(text).to_string());
            if is_as_written { finding.safe() } else { finding }
        }
        _ => finding(&describe(node)),
    }
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|t| t.to_string()).collect(),
    }
}

/// The word here for one of the S3 or CloudFront APIs.
fn synonym(key: &str, known: &[String]) -> Option<String> {
    const SYNONYMS: [(&str, &[&str]); 8] = [
        ("from", &["origins", "allowedorigins", "alloworigins", "frontends"]),
        ("to", &["assets", "resources"]),
        ("methods", &["allowedmethods", "allowmethods"]),
        ("request-headers", &["headers", "allowedheaders", "allowheaders"]),
        ("expose", &["exposeheaders", "exposedheaders"]),
        ("preflight-cache", &["maxage", "maxageseconds", "maxagesec"]),
        ("cdn", &["cloudfront"]),
        ("kms-key", &["kmskeyid", "kmskeyarn", "kmsmasterkeyid"]),
    ];
    let folded: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let (word, _) = SYNONYMS.iter().find(|(_, others)| others.contains(&folded.as_str()))?;
    known.iter().find(|k| k == word).cloned()
}

fn expected_types(names: &[String]) -> String {
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
            format!("`{}`", shown(&text(node)))
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

/// Under this key stand names of headers, many of which begin with `x-`.
const HEADERS: &str = "headers";

/// The document as JSON, without the `x-*` keys: those are free everywhere but among the names of headers.
fn without_extensions(node: &Node) -> Json {
    json(node, true)
}

fn json(node: &Node, has_extensions: bool) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(text) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(|item| json(item, has_extensions)).collect(),
        Value::Mapping(entries) => entries
            .iter()
            .filter(|e| !(has_extensions && e.key.starts_with("x-")))
            .map(|e| (e.key.clone(), json(&e.value, has_extensions && e.key != HEADERS)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
