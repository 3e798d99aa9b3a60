//! Generates `docs/intent.md`: `docs/intent.head.md`, then the keys of the schema, then the presets.

use crate::support::project;
use corsynth::diagnostic::Diagnostics;
use corsynth::document::{self, Syntax};
use corsynth::intent::presets::{self, Preset};
use corsynth::intent::{self, Intent};
use corsynth::source::SourceFile;
use serde_json::Value;

/// The objects of the language in the order of the page: heading, and the name in the schema's `$defs`.
const OBJECTS: [(&str, &str); 11] = [
    ("The file", ""),
    ("An entry of `assets`", "Asset"),
    ("`cdn`", "Cdn"),
    ("`ttl`", "Ttl"),
    ("An entry of `frontends`", "Frontend"),
    ("An entry of `allow`", "Grant"),
    ("`upload`", "Upload"),
    ("An entry of `expect`", "Expectation"),
    ("An entry of `environments`", "Environment"),
    ("An entry of `guardrails`", "Guardrail"),
    ("An entry of `waivers`", "Waiver"),
];

/// The page.
pub(super) fn page() -> String {
    let schema: Value = serde_json::from_str(corsynth::schema::INTENT_SCHEMA).expect("the schema is JSON");
    let mut page = std::fs::read_to_string(project("docs/intent.head.md")).expect("docs/intent.head.md");
    page.push_str("\n## Keys\n");
    for (heading, definition) in OBJECTS {
        object(&mut page, &schema, heading, definition);
    }
    let objects = schema["$defs"].as_object().expect("definitions").iter();
    for (name, definition) in objects.filter(|(_, d)| d.get("properties").is_some()) {
        assert!(OBJECTS.iter().any(|(_, listed)| listed == name), "{name} is not on the page: {definition}");
    }
    uses(&mut page, &schema);
    uploads(&mut page, &schema);
    page
}

fn object(page: &mut String, schema: &Value, heading: &str, definition: &str) {
    let object = if definition.is_empty() { schema } else { &schema["$defs"][definition] };
    page.push_str(&format!("\n### {heading}\n\n{}\n\n", text(&object["description"])));
    page.push_str("| key | takes | meaning |\n|---|---|---|\n");
    let required: Vec<&str> = object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut words = String::new();
    for (key, property) in object["properties"].as_object().expect("properties") {
        let needed = if required.contains(&key.as_str()) { ", required" } else { "" };
        let mut meaning = text(&property["description"]);
        if let Some(default) = property.get("default").filter(|_| !meaning.contains("efault")) {
            meaning.push_str(&format!(" Default {}.", flow(default)));
        }
        if let Some(example) = property["examples"].get(0) {
            meaning.push_str(&format!(" Example: `{}`", flow(example)));
        }
        page.push_str(&format!("| `{key}` | {}{needed} | {} |\n", takes(schema, property), cell(&meaning)));
        words.push_str(&word_list(schema, key, property));
    }
    page.push_str(&words);
}

/// The words that a key takes, each with its meaning.
fn word_list(schema: &Value, key: &str, property: &Value) -> String {
    let described = resolved(schema, property);
    let Some(meanings) = described["markdownDescription"].as_str() else { return String::new() };
    let mut list = format!("\nWords of `{key}`:\n\n");
    for meaning in meanings.split("\n\n").skip(1) {
        list.push_str(&format!("- {meaning}\n"));
    }
    list
}

/// The schema under a `$ref`, or the schema itself.
fn resolved<'a>(schema: &'a Value, property: &'a Value) -> &'a Value {
    match property["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
        Some(name) => &schema["$defs"][name],
        None => property,
    }
}

/// What a key takes, in words.
fn takes(schema: &Value, property: &Value) -> String {
    if let Some(name) = property["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/"))
        && let Some((heading, _)) = OBJECTS.iter().find(|(_, definition)| *definition == name)
    {
        return format!("[map](#{})", crate::markdown::anchor(heading));
    }
    let property = resolved(schema, property);
    if let Some(words) = property["enum"].as_array() {
        return words.iter().map(|w| format!("`{}`", flow(w))).collect::<Vec<_>>().join(", ");
    }
    let types: Vec<&str> = match &property["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    match types.as_slice() {
        ["string"] => "text".to_owned(),
        ["boolean"] => "`true`, `false`".to_owned(),
        ["integer"] => "whole number".to_owned(),
        ["integer", "string"] => "[duration](#durations)".to_owned(),
        ["array"] => match property["items"]["$ref"].as_str() {
            Some(_) => format!("list of {}", takes(schema, &property["items"]).replace("[map]", "[maps]")),
            None => "list of texts".to_owned(),
        },
        ["string", "array"] if property["items"].get("enum").is_some() => "one word, or a list".to_owned(),
        ["string", "array"] => "text, or a list of texts".to_owned(),
        ["array", "object"] => "list of texts, or a map of names to texts".to_owned(),
        ["object"] => match property["additionalProperties"]["$ref"].as_str() {
            Some("#/$defs/Asset") => "map of [ids](#names) to [assets](#an-entry-of-assets)".to_owned(),
            Some("#/$defs/Frontend") => "map of [ids](#names) to [frontends](#an-entry-of-frontends)".to_owned(),
            Some("#/$defs/Environment") => {
                "map of [ids](#names) to [environments](#an-entry-of-environments)".to_owned()
            }
            Some("#/$defs/Guardrail") => "map of [ids](#names) to [guardrails](#an-entry-of-guardrails)".to_owned(),
            _ => "map of [ids](#names) to texts".to_owned(),
        },
        other => panic!("no words for {other:?}"),
    }
}

fn uses(page: &mut String, schema: &Value) {
    page.push_str(
        "\n## What `use` brings\n\n\
         | `use` | methods | request headers | exposed headers | because |\n|---|---|---|---|---|\n",
    );
    for word in schema["$defs"]["Grant"]["properties"]["use"]["items"]["enum"].as_array().expect("words") {
        let word = word.as_str().expect("a word");
        let intent = intent_with(&format!("use: {word}")).expect("every use can be granted");
        let meaning = intent.grants[0].uses.first().expect("one use");
        page.push_str(&format!("| `{word}` | {} |\n", preset(&meaning.preset())));
    }
}

fn uploads(page: &mut String, schema: &Value) {
    page.push_str(
        "\n## What `upload` brings\n\n\
         | `client` | `how` | methods | request headers | exposed headers | because |\n|---|---|---|---|---|---|\n",
    );
    let words = |name: &str| {
        let words = schema["$defs"][name]["enum"].as_array().expect("words");
        words.iter().map(|w| w.as_str().expect("a word").to_owned()).collect::<Vec<_>>()
    };
    let mut missing = Vec::new();
    for client in words("Client") {
        for how in words("How") {
            let Some(intent) = intent_with(&format!("upload: {{ how: {how}, client: {client} }}")) else {
                missing.push(format!("`{how}` with `{client}`"));
                continue;
            };
            let upload = intent.grants[0].upload.expect("an upload");
            let brings = presets::upload(upload.how, upload.client).expect("the grant was read");
            page.push_str(&format!("| `{client}` | `{how}` | {} |\n", preset(&brings)));
        }
    }
    page.push_str(&format!(
        "\n`metadata: [NAME]` adds the request header `x-amz-meta-NAME`. Refused, because the library does not do it: {}.\n",
        missing.join(", ")
    ));
}

/// An intent with one grant; `None` when it is refused.
fn intent_with(purpose: &str) -> Option<Intent> {
    let text = format!(
        "version: 1\nname: a\nassets: {{ a: {{ bucket: abc, region: eu-west-1 }} }}\n\
         frontends: {{ f: https://a.example }}\nallow: [{{ from: f, to: a, {purpose} }}]\n"
    );
    let mut diags = Diagnostics::default();
    let root = document::parse(&mut diags, &SourceFile::new("page", text), Syntax::Yaml).expect("YAML");
    intent::read(&mut diags, &root, &intent::Setting::default()).filter(|_| !diags.has_errors())
}

fn preset(preset: &Preset) -> String {
    let names = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let because = cell(preset.because);
    [names(preset.methods), names(preset.request_headers), names(preset.expose), because].join(" | ")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a description").to_owned()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A JSON value as YAML in one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => format!("\"{text}\""),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            format!("{{ {} }}", map.iter().map(|(k, v)| format!("{k}: {}", flow(v))).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
