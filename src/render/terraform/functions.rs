//! CloudFront Functions: data in `locals.tf`, the resources in `functions.tf`, and the code's body in a file of its own. A plan
//! without functions has none of that.

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::super::function as code;
use super::cdns;
use super::hcl::{at, attribute, comment, get, list, map, number, object, path, text, text_or_null, texts};
use super::tftest::{assert, same};
use crate::plan::{CacheBehavior, Cdn, CorsFunction, FunctionRule, Plan, Policy};

/// The resources and outputs.
pub(super) const RESOURCES: &str = include_str!("module/functions.tf");

/// The file of the body.
pub(super) const BODY_PATH: &str = "functions/cors.js";

/// Whether the plan has a function.
pub(super) fn any(plan: &Plan) -> bool {
    cdns(plan).any(|(_, cdn)| !cdn.functions.is_empty())
}

/// The entries of `locals.tf`.
pub(super) fn locals(plan: &Plan) -> Vec<Structure> {
    if !any(plan) {
        return vec![comment("No path runs a function."), attribute("function_associations", map([]))];
    }
    let functions = cdns(plan).flat_map(|(_, cdn)| &cdn.functions);
    let associations =
        cdns(plan).filter(|(_, cdn)| !cdn.functions.is_empty()).map(|(asset, cdn)| (asset.id.clone(), paths(cdn)));
    vec![
        comment("CORS by functions: the first rule that matches origin, method and request headers decides."),
        attribute("functions", map(functions.map(|function| (function.id.key(), entry(plan, function))))),
        comment("What runs on which path; `*` is the default behavior."),
        attribute("functions_by_path", map(associations)),
        attribute("function_prelude", text(code::PRELUDE)),
    ]
}

fn entry(plan: &Plan, function: &Policy<CorsFunction>) -> Expression {
    object([
        ("name_suffix", text(&function.name.suffix)),
        ("comment", text(code::comment(plan, &function.id))),
        ("cors", table(&function.config)),
    ])
}

/// The table under the names that the body knows.
fn table(function: &CorsFunction) -> Expression {
    let rule = |rule: &FunctionRule| {
        object([
            ("allowedOrigins", texts(&rule.allowed_origins)),
            ("allowedMethods", texts(&rule.allowed_methods)),
            ("allowedHeaders", texts(&rule.allowed_headers)),
            ("exposeHeaders", texts(&rule.expose_headers)),
            ("maxAge", number(rule.max_age_seconds)),
            ("allowCredentials", rule.allow_credentials.into()),
        ])
    };
    object([
        ("answersPreflights", function.answers_preflights.into()),
        ("canonicalOrigin", text_or_null(function.canonical_origin.as_deref())),
        ("setsHeaders", function.sets_headers.into()),
        ("rules", list(function.rules.iter().map(rule))),
    ])
}

fn paths(cdn: &Cdn) -> Expression {
    map(cdn.behaviors.iter().filter(|behavior| code::associations(behavior).next().is_some()).map(|behavior| {
        let associations = code::associations(behavior)
            .map(|(event, id)| object([("event_type", text(event)), ("function", text(id.key()))]));
        (path_key(behavior), list(associations))
    }))
}

pub(super) fn path_key(behavior: &CacheBehavior) -> String {
    behavior.path_pattern.clone().unwrap_or_else(|| "*".to_owned())
}

/// What the functions and the outputs must say of an asset.
pub(super) fn asserts(id: &str, cdn: &Cdn) -> Vec<Structure> {
    let mut asserts: Vec<Structure> = cdn
        .functions
        .iter()
        .map(|function| {
            let held = at(path(["aws_cloudfront_function", "this"]), text(function.id.key()));
            assert(
                same(get(held, "code"), text(code::code(&function.config))),
                format!("{}: the function answers by the intent's lists", function.id.key()),
            )
        })
        .collect();
    for behavior in cdn.behaviors.iter().filter(|behavior| code::associations(behavior).next().is_some()) {
        let listed = at(at(path(["output", "function_associations"]), text(id)), text(path_key(behavior)));
        let events = super::hcl::each(listed, "event_type");
        let expected = texts(code::associations(behavior).map(|(event, _)| event));
        asserts.push(assert(same(events, expected), format!("{id}: when functions run on `{}`", path_key(behavior))));
    }
    asserts
}
