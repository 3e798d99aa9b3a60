//! The code of a CloudFront function that corsynth wrote: a table, and a body that is known by its hash. What other code
//! does is not known here. A table may leave origins to a key value store, which is told beside the code.

use crate::deployed::{CorsFunction, FunctionRule};
use crate::hash::sha256_hex;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What stands in front of the table, comments left out, and SHA-256 of the body behind it.
const ALONE: (&str, &str) = ("const CORS = ", "f9cb53bf28ff13f768f93c5c0d934f01b25516094abca7310b3dc6ce1eb5a47c");

/// The same of code that asks a key value store.
const STORED: (&str, &str) = ("const TABLE = ", "843619a27d0a9bdc68259845c648aeab3af83eb90f35bd1c62d08463453ce0f7");

/// The same of code for Lambda@Edge.
const ERRORS: (&str, &str) = ("const CORS = ", "630360900365b02c5408102240154b7c0f1514a9f84174b30b5ebb4d70a96257");

/// What makes a store known to code.
const IMPORT: &str = "import cf from 'cloudfront';\n\n";

/// A function as its code tells it.
#[derive(Debug)]
pub(super) struct Written {
    function: CorsFunction,
    /// The key of each rule, by which the store names it.
    keys: Vec<String>,
}

impl Written {
    /// Whether it asks a key value store, which must be told, too.
    pub(super) fn asks_store(&self) -> bool {
        self.function.stored
    }

    /// What it does, with what is in its store; `None` for keys that are no origins, of which nobody here says what they do.
    pub(super) fn with(mut self, store: &BTreeMap<String, String>) -> Option<CorsFunction> {
        if store.keys().any(|origin| origin.contains('*')) {
            return None;
        }
        for (rule, key) in self.function.rules.iter_mut().zip(&self.keys) {
            let named = store.iter().filter(|(_, keys)| keys.split(',').any(|one| one == key));
            rule.allowed_origins.extend(named.map(|(origin, _)| origin.clone()));
            rule.allowed_origins.sort();
            rule.allowed_origins.dedup();
        }
        Some(self.function)
    }
}

/// What code of corsynth does; `None` for any other code.
pub(super) fn cors_function(code: &str) -> Option<Written> {
    match code.strip_prefix(IMPORT) {
        Some(rest) => written(rest, STORED, true),
        None => written(code, ALONE, false),
    }
}

/// What the code of a Lambda@Edge does on errors; `None` for code that is not corsynth's.
pub(super) fn errors_function(code: &str) -> Option<CorsFunction> {
    let function = written(code, ERRORS, false)?.function;
    (function == function.on_errors()).then_some(function)
}

fn written(mut rest: &str, (before, hash): (&str, &str), stored: bool) -> Option<Written> {
    while rest.starts_with("//") {
        rest = rest.split_once('\n')?.1;
    }
    let table = rest.strip_prefix(before)?;
    let mut values = serde_json::Deserializer::from_str(table).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let body = table.get(values.byte_offset()..)?.strip_prefix(";\n\n")?;
    if sha256_hex(body.as_bytes()) != hash {
        return None;
    }
    let mut members = Members(value.as_object()?.clone());
    let rules = members.0.remove("rules")?;
    let rules: Vec<(FunctionRule, Option<String>)> = rules.as_array()?.iter().map(rule).collect::<Option<_>>()?;
    let (rules, keys): (Vec<_>, Vec<_>) = rules.into_iter().unzip();
    if keys.iter().any(|key| key.is_some() != stored) {
        return None;
    }
    let function = CorsFunction {
        answers_preflights: members.0.remove("answersPreflights")?.as_bool()?,
        canonical_origin: match members.0.remove("canonicalOrigin")? {
            Value::Null => None,
            origin => Some(origin.as_str()?.to_owned()),
        },
        sets_headers: members.0.remove("setsHeaders")?.as_bool()?,
        rules,
        stored,
    };
    members.0.is_empty().then(|| Written { function, keys: keys.into_iter().flatten().collect() })
}

/// A rule, and its key when it has one.
fn rule(value: &Value) -> Option<(FunctionRule, Option<String>)> {
    let mut members = Members(value.as_object()?.clone());
    let key = match members.0.remove("key") {
        Some(key) => Some(key.as_str()?.to_owned()),
        None => None,
    };
    let rule = FunctionRule {
        allowed_origins: members.words("allowedOrigins")?,
        allowed_methods: members.words("allowedMethods")?,
        allowed_headers: members.words("allowedHeaders")?,
        expose_headers: members.words("exposeHeaders")?,
        max_age_seconds: u32::try_from(members.0.remove("maxAge")?.as_u64()?).ok()?,
        allow_credentials: members.0.remove("allowCredentials")?.as_bool()?,
    };
    members.0.is_empty().then_some((rule, key))
}

struct Members(Map<String, Value>);

impl Members {
    fn words(&mut self, key: &str) -> Option<Vec<String>> {
        let list = self.0.remove(key)?;
        list.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    }
}
