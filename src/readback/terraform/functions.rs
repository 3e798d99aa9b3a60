//! Functions of Terraform's language, as far as modules of corsynth use them or are likely to be edited to use them.
//! <https://developer.hashicorp.com/terraform/language/functions>

use super::operators::equal;
use super::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many items the result of one call may have.
const MAX_ITEMS: usize = 100_000;

/// The result of a call, or why there is none.
pub(super) fn call(name: &str, arguments: &[Value], steps: &mut u32) -> Result<Value, String> {
    let told = || format!("`{name}` of what is not known");
    let list = |items: Vec<Value>| Value::list(items).ok_or_else(told);
    let items = |value: &Value| match value {
        Value::List(list) | Value::Set(list) => Ok(list.items.clone()),
        _ => Err(told()),
    };
    let value = match (name, arguments) {
        ("length", [Value::List(items) | Value::Set(items)]) => number(items.items.len()),
        ("length", [Value::Map(map)]) => number(map.members.len()),
        ("length", [Value::Text(text)]) if text.is_ascii() => number(text.len()),
        ("keys", [Value::Map(map)]) => list(map.members.keys().map(|key| Value::text(key)).collect())?,
        ("values", [Value::Map(map)]) => list(map.members.values().cloned().collect())?,
        ("lookup", [Value::Map(map), Value::Text(key), default]) => map.members.get(&**key).unwrap_or(default).clone(),
        ("lookup", [Value::Map(map), Value::Text(key)]) => map.members.get(&**key).cloned().ok_or_else(told)?,
        ("contains", [collection, wanted]) => contains(&items(collection)?, wanted, steps).ok_or_else(told)?,
        ("merge", maps) => merge(maps).ok_or_else(told)?,
        ("coalesce", values) => coalesce(values).ok_or_else(told)?,
        ("one", [value]) => match items(value)?.as_slice() {
            [] => Value::Null,
            [item] => item.clone(),
            _ => return Err("`one` of several".to_owned()),
        },
        ("element", [Value::List(list), Value::Number(index)]) if !list.items.is_empty() => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok()).ok_or_else(told)?;
            list.items.get(index % list.items.len()).cloned().ok_or_else(told)?
        }
        ("toset", [collection]) => Value::set(&items(collection)?).ok_or_else(told)?,
        ("tolist", [collection]) => list(items(collection)?)?,
        ("tomap", [map @ Value::Map(_)]) => map.clone(),
        ("concat", lists) => {
            let mut all = Vec::new();
            for value in lists {
                all.extend(items(value)?);
                if all.len() > MAX_ITEMS {
                    return Err(told());
                }
            }
            list(all)?
        }
        ("flatten", [value @ (Value::List(_) | Value::Set(_))]) => {
            let mut all = Vec::new();
            flatten(value, &mut all, &mut { MAX_ITEMS }).ok_or_else(told)?;
            list(all)?
        }
        ("compact", [collection]) => {
            let items = items(collection)?;
            // Only AWS can tell whether other attributes are empty; a document never is.
            let document = |item: &Value| matches!(item, Value::Attribute(attribute) if attribute.name == "json");
            let known = items.iter().all(|item| matches!(item, Value::Null | Value::Text(_)) || document(item));
            let kept = |item: &Value| document(item) || item.as_str().is_some_and(|text| !text.is_empty());
            if known { list(items.into_iter().filter(kept).collect())? } else { return Err(told()) }
        }
        ("distinct", [collection]) => distinct(items(collection)?).ok_or_else(told).and_then(list)?,
        ("sort", [collection]) => {
            let items = items(collection)?;
            let mut texts = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>().ok_or_else(told)?;
            texts.sort_unstable();
            list(texts.into_iter().map(Value::text).collect())?
        }
        ("alltrue" | "anytrue", [collection]) => {
            let all = name == "alltrue";
            let bools = items(collection)?;
            let bools = bools.iter().map(|item| match item {
                Value::Bool(bool) => Some(*bool),
                _ => None,
            });
            let bools = bools.collect::<Option<Vec<_>>>().ok_or_else(told)?;
            Value::Bool(if all { bools.iter().all(|bool| *bool) } else { bools.iter().any(|bool| *bool) })
        }
        ("join", [Value::Text(separator), collection]) => join(separator, &items(collection)?).ok_or_else(told)?,
        ("tostring", [Value::Null]) => Value::Null,
        ("tostring", [value @ (Value::Text(_) | Value::Number(_) | Value::Bool(_))]) => {
            Value::text(&value.spelled().ok_or_else(told)?)
        }
        ("jsonencode", [value]) => Value::text(&json(value).ok_or_else(told)?.to_string()),
        ("tobool", [Value::Bool(bool)]) => Value::Bool(*bool),
        ("tonumber", [Value::Number(number)]) => Value::Number(*number),
        ("tonumber", [Value::Text(text)]) => {
            text.parse::<u64>().map(|n| Value::Number(n.into())).map_err(|_| told())?
        }
        ("lower", [Value::Text(text)]) if text.is_ascii() => Value::text(&text.to_ascii_lowercase()),
        ("upper", [Value::Text(text)]) if text.is_ascii() => Value::text(&text.to_ascii_uppercase()),
        (
            "length" | "keys" | "values" | "lookup" | "element" | "tomap" | "flatten" | "join" | "tostring" | "tobool"
            | "tonumber" | "lower" | "upper" | "jsonencode",
            _,
        ) => return Err(told()),
        _ => return Err(format!("the function `{name}` is not followed")),
    };
    Ok(value)
}

/// A value as JSON. What only AWS can tell stands in it as a reference, as it does in other texts.
fn json(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(bool) => (*bool).into(),
        Value::Number(number) => serde_json::to_value(number).ok()?,
        Value::List(list) | Value::Set(list) => list.items.iter().map(json).collect::<Option<_>>()?,
        Value::Map(map) => {
            let members = map.members.iter().map(|(key, value)| Some((key.clone(), json(value)?)));
            serde_json::Value::Object(members.collect::<Option<_>>()?)
        }
        text => text.spelled()?.into(),
    })
}

fn number(number: usize) -> Value {
    Value::Number(number.into())
}

/// Whether an item is the wanted value; `None` when that is not known.
fn contains(items: &[Value], wanted: &Value, steps: &mut u32) -> Option<Value> {
    let mut found = Some(false);
    for item in items {
        *steps = steps.saturating_add(1);
        match equal(item, wanted) {
            Some(true) => return Some(Value::Bool(true)),
            Some(false) => {}
            None => found = None,
        }
    }
    found.map(Value::Bool)
}

fn merge(maps: &[Value]) -> Option<Value> {
    let mut all = BTreeMap::new();
    for map in maps {
        match map {
            Value::Null => {}
            Value::Map(map) => all.extend(map.members.iter().map(|(key, value)| (key.clone(), value.clone()))),
            _ => return None,
        }
    }
    Value::map(all)
}

/// The first that is neither null nor empty.
fn coalesce(values: &[Value]) -> Option<Value> {
    values.iter().find(|value| !matches!(value, Value::Null) && value.as_str() != Some("")).cloned()
}

fn flatten(value: &Value, all: &mut Vec<Value>, budget: &mut usize) -> Option<()> {
    *budget = budget.checked_sub(1)?;
    match value {
        Value::List(list) | Value::Set(list) => list.items.iter().try_for_each(|item| flatten(item, all, budget)),
        Value::Unknown(_) | Value::Attribute(_) => None,
        other => {
            all.push(other.clone());
            Some(())
        }
    }
}

fn distinct(items: Vec<Value>) -> Option<Vec<Value>> {
    let mut seen = std::collections::BTreeSet::new();
    let texts = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?;
    let first: Vec<bool> = texts.into_iter().map(|text| seen.insert(text.to_owned())).collect();
    Some(items.into_iter().zip(first).filter(|(_, first)| *first).map(|(item, _)| item).collect())
}

fn join(separator: &str, items: &[Value]) -> Option<Value> {
    let composed = items.iter().any(|item| matches!(item, Value::Attribute(_) | Value::Composed(_)));
    let texts = items.iter().map(Value::spelled).collect::<Option<Vec<_>>>()?;
    let text = Rc::from(texts.join(separator));
    Some(if composed { Value::Composed(text) } else { Value::Text(text) })
}
