//! The code of a CloudFront function that corsynth wrote: a table, and a body that is known by its hash. What other code
//! does is not known here.

use crate::deployed::{CorsFunction, FunctionRule};
use crate::hash::sha256_hex;
use serde_json::{Map, Value};

/// What stands in front of the table, comments left out.
const TABLE: &str = "const CORS = ";

/// SHA-256 of the body behind the table.
const BODY: &str = "f9cb53bf28ff13f768f93c5c0d934f01b25516094abca7310b3dc6ce1eb5a47c";

/// What code of corsynth does; `None` for any other code.
pub(super) fn cors_function(code: &str) -> Option<CorsFunction> {
    let mut rest = code;
    while rest.starts_with("//") {
        rest = rest.split_once('\n')?.1;
    }
    let table = rest.strip_prefix(TABLE)?;
    let mut values = serde_json::Deserializer::from_str(table).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let body = table.get(values.byte_offset()..)?.strip_prefix(";\n\n")?;
    if sha256_hex(body.as_bytes()) != BODY {
        return None;
    }
    let mut members = Members(value.as_object()?.clone());
    let function = CorsFunction {
        answers_preflights: members.0.remove("answersPreflights")?.as_bool()?,
        canonical_origin: match members.0.remove("canonicalOrigin")? {
            Value::Null => None,
            origin => Some(origin.as_str()?.to_owned()),
        },
        sets_headers: members.0.remove("setsHeaders")?.as_bool()?,
        rules: members.0.remove("rules")?.as_array()?.iter().map(rule).collect::<Option<_>>()?,
    };
    members.0.is_empty().then_some(function)
}

fn rule(value: &Value) -> Option<FunctionRule> {
    let mut members = Members(value.as_object()?.clone());
    let rule = FunctionRule {
        allowed_origins: members.words("allowedOrigins")?,
        allowed_methods: members.words("allowedMethods")?,
        allowed_headers: members.words("allowedHeaders")?,
        expose_headers: members.words("exposeHeaders")?,
        max_age_seconds: u32::try_from(members.0.remove("maxAge")?.as_u64()?).ok()?,
        allow_credentials: members.0.remove("allowCredentials")?.as_bool()?,
    };
    members.0.is_empty().then_some(rule)
}

struct Members(Map<String, Value>);

impl Members {
    fn words(&mut self, key: &str) -> Option<Vec<String>> {
        let list = self.0.remove(key)?;
        list.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    }
}
