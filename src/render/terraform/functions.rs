//! CloudFront Functions: data in `locals.tf`, the resources in `functions.tf`, and the code's body in a file of its
//! own. A plan without functions has none of that.

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::Structure;

use super::super::artifact::Artifact;
use super::super::function as code;
use super::cdns;
use super::condition::{assert, same};
use super::hcl::code as code_of;
use super::hcl::{at, attribute, block, comment, get, list, map, number, object, path, text, text_or_null, texts};
use crate::plan::{CacheBehavior, Cdn, CorsFunction, FunctionRule, Plan, Policy};

/// The resources, with stores where the plan has one, and the outputs.
pub(super) fn resources(plan: &Plan) -> [&'static str; 2] {
    let resources = if has_store(plan) {
        include_str!("module/functions_with_stores.tf")
    } else {
        include_str!("module/functions.tf")
    };
    [resources, include_str!("module/function_outputs.tf")]
}

/// The files of the code behind the tables.
pub(super) fn bodies(plan: &Plan) -> Vec<Artifact> {
    let mut bodies = vec![Artifact::file("functions/cors.js", code::BODY)];
    bodies.extend(has_store(plan).then(|| Artifact::file("functions/cors_store.js", code::store_body())));
    bodies
}

/// Whether the plan has a function.
pub(super) fn any(plan: &Plan) -> bool {
    cdns(plan).any(|(_, cdn)| !cdn.functions.is_empty())
}

/// Whether origins of a function are in a key value store.
pub(super) fn has_store(plan: &Plan) -> bool {
    stored(plan).next().is_some()
}

/// The entries of `locals.tf`.
pub(super) fn locals(plan: &Plan) -> Vec<Structure> {
    if !any(plan) {
        return vec![comment("No path runs a function."), attribute("function_associations", map([]))];
    }
    let functions = cdns(plan).flat_map(|(_, cdn)| &cdn.functions);
    let associations =
        cdns(plan).filter(|(_, cdn)| !cdn.functions.is_empty()).map(|(asset, cdn)| (asset.id.clone(), paths(cdn)));
    let mut out = vec![
        comment("CORS by functions: the first rule that matches origin, method and request headers decides."),
        attribute("functions", map(functions.map(|function| (function.id.key(), entry(plan, function))))),
        comment("What runs on which path; `*` is the default behavior."),
        attribute("functions_by_path", map(associations)),
        attribute("function_prelude", text(code::PRELUDE)),
    ];
    if has_store(plan) {
        out.extend([
            comment("What is in the key value stores of functions: origins, each with the keys of its rules."),
            attribute("function_stores", map(stored(plan).map(|f| (f.id.key(), pairs(&f.config))))),
            attribute("function_store_prelude", text(code::STORE_PRELUDE)),
        ]);
    }
    out
}

/// The provider looks at the ARN of a store, which a mocked one must have, too.
pub(super) fn mock_store(plan: &Plan) -> Option<Structure> {
    let arn = text("arn:aws:cloudfront::111122223333:key-value-store/1a2b3c4d-12ab-34cd-56ef-1234567890ab");
    let defaults = attribute("defaults", object([("arn", arn)]));
    has_store(plan).then(|| block("mock_resource", &["aws_cloudfront_key_value_store"], [defaults]))
}

fn stored(plan: &Plan) -> impl Iterator<Item = &Policy<CorsFunction>> {
    cdns(plan).flat_map(|(_, cdn)| &cdn.functions).filter(|function| function.config.stored)
}

fn pairs(function: &CorsFunction) -> Expression {
    map(code::store(function).into_iter().map(|(origin, keys)| (origin, text(keys))))
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
    let rule = |(rule, key): &(FunctionRule, Option<String>)| {
        let content = [
            ("allowedOrigins", texts(&rule.allowed_origins)),
            ("allowedMethods", texts(&rule.allowed_methods)),
            ("allowedHeaders", texts(&rule.allowed_headers)),
            ("exposeHeaders", texts(&rule.expose_headers)),
            ("maxAge", number(rule.max_age_seconds)),
            ("allowCredentials", rule.allow_credentials.into()),
        ];
        object(key.iter().map(|key| ("key", text(key))).chain(content))
    };
    object([
        ("answersPreflights", function.answers_preflights.into()),
        ("canonicalOrigin", text_or_null(function.canonical_origin.as_deref())),
        ("setsHeaders", function.sets_headers.into()),
        ("rules", list(code::rules(function).iter().map(rule))),
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
    asserts.extend(cdn.functions.iter().filter(|function| function.config.stored).map(|function| {
        let held = at(path(["aws_cloudfrontkeyvaluestore_keys_exclusive", "this"]), text(function.id.key()));
        let listed = ForExpr::new("pair".into(), get(held, "resource_key_value_pair"), code_of("pair.value"))
            .with_key_expr(code_of("pair.key"));
        assert(
            same(Expression::from(listed), pairs(&function.config)),
            format!("{}: the store has the origins that the code has no room for", function.id.key()),
        )
    }));
    for behavior in cdn.behaviors.iter().filter(|behavior| code::associations(behavior).next().is_some()) {
        let listed = at(at(path(["output", "function_associations"]), text(id)), text(path_key(behavior)));
        let events = super::hcl::each(listed, "event_type");
        let expected = texts(code::associations(behavior).map(|(event, _)| event));
        asserts.push(assert(same(events, expected), format!("{id}: when functions run on `{}`", path_key(behavior))));
    }
    asserts
}
