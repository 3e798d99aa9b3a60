//! What a server of the user's own must answer, as a file for whoever runs it: JSON in the words of a bucket's rules, and
//! `AllowCredentials`.

use serde_json::{Value, json};

use crate::plan::{CustomOrigin, FunctionRule};

/// The document; `None` where the server has no part in CORS.
pub(super) fn document(custom: &CustomOrigin) -> Option<Value> {
    let rule = |rule: &FunctionRule| {
        json!({
            "AllowedOrigins": rule.allowed_origins,
            "AllowedMethods": rule.allowed_methods,
            "AllowedHeaders": rule.allowed_headers,
            "ExposeHeaders": rule.expose_headers,
            "MaxAgeSeconds": rule.max_age_seconds,
            "AllowCredentials": rule.allow_credentials,
        })
    };
    let rules: Vec<_> = custom.contract.iter().map(rule).collect();
    (!rules.is_empty()).then(|| json!({ "Rules": rules }))
}

/// What the rules ask of a server, in Markdown.
pub(super) const MEANING: &str = "\
The first rule that matches origin, method and request headers decides; none of them contradicts another. In an origin or a
header name one `*` stands for any run of characters, and `authorization` is matched by its name only.

- To a preflight (`OPTIONS` with `Origin` and `Access-Control-Request-Method`) the server answers 204 with
  `Access-Control-Allow-Origin` (the origin that asked, or `*` where that is the rule's), `Access-Control-Allow-Methods` (the
  rule's), `Access-Control-Allow-Headers` (those asked for) and `Access-Control-Max-Age`. Where no rule matches it answers 403,
  and sends no CORS header.
- To any other request it adds `Access-Control-Allow-Origin` and `Access-Control-Expose-Headers`, to errors as well. Where no
  rule matches it adds nothing.
- `Access-Control-Allow-Credentials: true` goes along only where the rule allows credentials.
- `Vary: Origin` goes with every answer, whether it has CORS headers or not.
";
