//! Generates `schemas/intent.v1.schema.json` from the raw types (tests only: the program ships the file), and the
//! copy without patterns that is compiled into the program. `CORSYNTH_UPDATE=1 cargo test schema` rewrites both.

use super::raw::{Duration, Map, OneOrMany, PathPattern, RawFrontend, RawIntent, RawUrl};
use crate::WEBSITE;
use crate::document::Spanned;
use crate::fetch::CredentialsMode;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Ids of assets, frontends and paths.
const ID: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";

/// A variable somewhere in a text.
const VARIABLE: &str = r"\$\{[a-z][a-z0-9-]*\}";

/// A name: what schemars needs of every hand-written schema.
macro_rules! inline {
    ($name:literal) => {
        fn schema_name() -> Cow<'static, str> {
            $name.into()
        }
        fn inline_schema() -> bool {
            true
        }
    };
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    inline!("Spanned");
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl<T: JsonSchema> JsonSchema for Map<T> {
    inline!("Map");
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": ID, "maxLength": 32 },
            "patternProperties": { "^x-": true },
            "additionalProperties": generator.subschema_for::<T>(),
        })
    }
}

/// One value of a kind of text, or a list of them.
fn one_or_many(items: &Schema) -> Schema {
    let mut schema = items.clone();
    schema.insert("type".into(), json!(["string", "array"]));
    schema.insert("items".into(), items.clone().to_value());
    schema.insert("minItems".into(), json!(1));
    schema.insert("uniqueItems".into(), json!(true));
    // `enum` and `pattern` speak of the text; of a list, `items` does.
    if let Some(Value::Array(words)) = schema.remove("enum") {
        schema.insert("if".into(), json!({ "type": "string" }));
        schema.insert("then".into(), json!({ "enum": words }));
    }
    schema
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    inline!("OneOrMany");
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut items = T::json_schema(generator);
        fold_words(items.as_object_mut().expect("a schema is an object"));
        items.remove("description");
        one_or_many(&items)
    }
}

impl JsonSchema for Duration {
    inline!("Duration");
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]{1,9}(s|m|h|d)?$" })
    }
}

impl JsonSchema for PathPattern {
    inline!("PathPattern");
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^/[^#\\s]*$", "maxLength": 255 })
    }
}

impl JsonSchema for RawUrl {
    inline!("Url");
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[^:/\\s]+:/[^#\\s]*$" })
    }
}

impl JsonSchema for RawFrontend {
    fn schema_name() -> Cow<'static, str> {
        "Frontend".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let origin = json_schema!({
            "type": "string",
            "description": "An origin as browsers send it: `scheme://host[:port]`, lower case, no path, no default port. One `*` in the host or for the port stands for any run of characters.",
            "pattern": "^[a-z][a-z0-9+.-]*://[^/?#@\\s]+$",
            "examples": ["https://www.acme.com", "https://*.preview.acme.dev", "http://localhost:3000"],
        });
        let mut schema = one_or_many(&origin);
        schema.insert(
            "description".into(),
            "The origins of one frontend: one origin, a list, or an object with `origins`.".into(),
        );
        schema.insert("type".into(), json!(["string", "array", "object"]));
        let only_in = json_schema!({
            "type": "string",
            "description": "Names of the environments that the frontend is given to; all of them when left out.",
            "examples": [["staging", "dev"]],
        });
        let properties = json!({ "origins": one_or_many(&origin), "only-in": one_or_many(&only_in) });
        schema.insert("properties".into(), properties);
        schema.insert("required".into(), json!(["origins"]));
        schema.insert("additionalProperties".into(), json!(false));
        schema
    }
}

/// `version`: there is one.
pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "enum": [1] })
}

/// `cdn.missing-objects`.
pub(super) fn missing_objects(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "enum": [403, 404], "default": 403 })
}

/// `headers` of an expectation: texts, and what YAML makes of a text with a colon in it.
pub(super) fn page_headers(_: &mut SchemaGenerator) -> Schema {
    let value = json!({ "type": ["string", "integer"] });
    json_schema!({
        "type": ["array", "object"],
        "items": { "type": ["string", "object"], "additionalProperties": value },
        "additionalProperties": value,
        "minItems": 1,
        "minProperties": 1,
        "uniqueItems": true,
    })
}

/// `credentials` of an expectation: the words of `fetch()`, whose type has no schema of its own.
pub(super) fn credentials_mode(_: &mut SchemaGenerator) -> Schema {
    let words = [
        (CredentialsMode::Omit, "No cookies and no client certificate."),
        (CredentialsMode::SameOrigin, "Cookies only where the page's own origin is asked: not across origins."),
        (CredentialsMode::Include, "Cookies always; then the server must allow credentials."),
    ];
    let meanings: Vec<String> = words.iter().map(|(word, text)| format!("`{}`: {text}", word.as_str())).collect();
    json_schema!({
        "type": "string",
        "enum": words.map(|(word, _)| word.as_str()),
        "default": CredentialsMode::default().as_str(),
        "markdownDescription": format!("Credentials mode of the request.\n\n{}", meanings.join("\n\n")),
    })
}

/// schemars writes an enum whose words have comments as `oneOf` of `const`; one `enum` gives one exact error.
fn fold_words(schema: &mut serde_json::Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else { return };
    let words: Vec<(Value, String)> = branches
        .iter()
        .filter_map(|b| Some((b.get("const")?.clone(), b.get("description")?.as_str()?.to_owned())))
        .collect();
    assert_eq!(words.len(), branches.len(), "a `oneOf` that is no list of words: {schema:?}");
    let meanings = words.iter().map(|(word, meaning)| format!("`{}`: {meaning}", word.as_str().unwrap_or_default()));
    let description = std::iter::once(schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned())
        .chain(meanings)
        .collect::<Vec<_>>()
        .join("\n");
    schema.remove("oneOf");
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), words.into_iter().map(|(word, _)| word).collect());
    schema.insert("markdownDescription".into(), description.replace('\n', "\n\n").into());
}

/// Makes the schema say what the language means: nothing is null, `x-*` is allowed in the file's own objects.
fn polish(value: &mut Value) {
    if let Value::Object(schema) = value {
        fold_words(schema);
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|t| t != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".into(), only);
            }
        }
        // `Option<T>` of a named type: `anyOf` of the reference and null.
        if let Some(Value::Array(branches)) = schema.get("anyOf").cloned() {
            let real: Vec<_> = branches.into_iter().filter(|b| b.get("type") != Some(&json!("null"))).collect();
            if let [Value::Object(only)] = real.as_slice() {
                schema.remove("anyOf");
                schema.extend(only.clone());
            }
        }
        if schema.get("default").is_some_and(|d| d.is_null() || d.as_object().is_some_and(serde_json::Map::is_empty)) {
            schema.remove("default");
        }
        if schema.get("additionalProperties") == Some(&json!(false)) {
            schema.insert("patternProperties".into(), json!({ "^x-": true }));
        }
        // A text may hold variables of an environment; what it then is, the compiler sees.
        if let Some(Value::String(pattern)) = schema.get_mut("pattern").filter(|p| *p != ID) {
            *pattern = format!("{pattern}|{VARIABLE}");
        }
    }
    match value {
        Value::Object(map) => {
            for (key, child) in map.iter_mut() {
                match (key.as_str(), child) {
                    ("default" | "examples" | "enum" | "const", _) => {}
                    ("properties" | "$defs", Value::Object(named)) => named.values_mut().for_each(polish),
                    (_, child) => polish(child),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(polish),
        _ => {}
    }
}

/// Leaves what the compiled copy checks: shapes. Texts are checked by `validate`, with better words; `x-*` keys are
/// taken out of the document before.
fn structure(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in [
                "$id",
                "title",
                "pattern",
                "patternProperties",
                "propertyNames",
                "examples",
                "default",
                "description",
                "markdownDescription",
                "maxLength",
            ] {
                map.remove(key);
            }
            for (key, child) in map.iter_mut() {
                match (key.as_str(), child) {
                    ("properties" | "$defs", Value::Object(named)) => named.values_mut().for_each(structure),
                    (_, child) => structure(child),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(structure),
        _ => {}
    }
}

fn public_schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<RawIntent>();
    schema.insert("$id".into(), format!("{WEBSITE}/schemas/intent.v1.schema.json").into());
    schema.insert("title".into(), "corsynth intent, version 1".into());
    let mut value = schema.to_value();
    polish(&mut value);
    value
}

#[track_caller]
fn assert_current(path: &str, value: &Value) {
    #![allow(clippy::disallowed_methods, reason = "a test compares a checked-in file")]
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = format!("{value:#}\n");
    if std::env::var_os("CORSYNTH_UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == text,
        "{} is stale; CORSYNTH_UPDATE=1 rewrites it",
        path.display()
    );
}

#[test]
fn checked_in_schemas_are_current() {
    let public = public_schema();
    assert_current("schemas/intent.v1.schema.json", &public);
    let mut compiled = public;
    structure(&mut compiled);
    assert_current("src/schema/intent.v1.structure.json", &compiled);
}

#[test]
fn every_property_is_described_and_has_an_example() {
    fn walk(value: &Value, path: &str, missing: &mut Vec<String>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                let described = property.get("description").is_some();
                let shown = property.get("examples").is_some();
                let obvious = [
                    "/assets",
                    "/frontends",
                    "/allow",
                    "/origins",
                    "/expect",
                    "/environments",
                    "/guardrails",
                    "/waivers",
                ]
                .contains(&format!("/{name}").as_str());
                if !(described && (shown || obvious)) && name != "origins" {
                    missing.push(format!("{path}/{name}"));
                }
            }
        }
        match value {
            Value::Object(map) => map.iter().for_each(|(k, v)| walk(v, &format!("{path}/{k}"), missing)),
            Value::Array(items) => items.iter().for_each(|v| walk(v, path, missing)),
            _ => {}
        }
    }
    let mut missing = Vec::new();
    walk(&public_schema(), "", &mut missing);
    assert_eq!(missing, Vec::<String>::new());
}
