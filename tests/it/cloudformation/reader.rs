//! Templates by the independent reader, with their intrinsic functions computed.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use serde_yaml::Value;

/// A YAML artifact by the independent reader, with every intrinsic function computed as CloudFormation does it:
/// parameters have their defaults, everything else that a `Ref` can name is shown in angle brackets.
pub(crate) fn resolved(text: &str) -> Json {
    let tree: Value = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let defaults = tree.get("Parameters").and_then(Value::as_mapping).into_iter().flatten().map(|(name, parameter)| {
        // What must be given is shown as what a `Ref` names.
        (word(name), parameter.get("Default").map_or_else(|| format!("<{}>", word(name)), word))
    });
    resolve(&tree, &defaults.collect())
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value:?}")).to_owned()
}

fn resolve(value: &Value, parameters: &BTreeMap<String, String>) -> Json {
    let lookup = |name: &str| parameters.get(name).cloned().unwrap_or_else(|| format!("<{name}>"));
    match value {
        Value::Tagged(tagged) => match tagged.tag.to_string().as_str() {
            "!Ref" => lookup(&word(&tagged.value)).into(),
            "!GetAtt" => format!("<{}>", word(&tagged.value)).into(),
            "!Sub" => substitute(&word(&tagged.value), lookup).into(),
            "!Join" => {
                let Json::Array(arguments) = resolve(&tagged.value, parameters) else { panic!("{tagged:?}") };
                let items = arguments[1].as_array().expect("a list").iter().map(|item| item.as_str().expect("text"));
                items.collect::<Vec<_>>().join(arguments[0].as_str().expect("a delimiter")).into()
            }
            function @ ("!Equals" | "!Not" | "!And" | "!Condition" | "!If") => {
                json!({ function: resolve(&tagged.value, parameters) })
            }
            other => panic!("an unknown function: {other}"),
        },
        Value::Mapping(map) => map
            .iter()
            .map(|(key, value)| (word(key), resolve(value, parameters)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Sequence(items) => items.iter().map(|item| resolve(item, parameters)).collect(),
        Value::String(text) => text.as_str().into(),
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number.as_u64().expect("only natural numbers").into(),
        Value::Null => panic!("nothing is null"),
    }
}

/// `Fn::Sub`: `${Name}` is looked up, `${!Name}` is a literal `${Name}`.
fn substitute(text: &str, lookup: impl Fn(&str) -> String) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (name, rest) = rest.split_once('}').unwrap_or_else(|| panic!("an open `${{` in `Fn::Sub`: {text}"));
    let value = name.strip_prefix('!').map_or_else(|| lookup(name), |literal| format!("${{{literal}}}"));
    format!("{before}{value}{}", substitute(rest, lookup))
}
