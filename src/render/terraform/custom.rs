//! Servers of the user's own: data in `locals.tf`, outputs in `custom_origins.tf`, and asserts. A plan without them has
//! none of that.

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::condition::{assert, same};
use super::hcl::{at, attribute, comment, list, map, number, object, path, text, text_or_null, texts};
use crate::plan::{AssetPlan, CustomOrigin, FunctionRule, Plan};

/// The outputs.
pub(super) const OUTPUTS: &str = include_str!("module/custom_origins.tf");

/// A distribution in front of each server.
pub(super) const EXAMPLE: &str = include_str!("module/examples/complete/custom_origins.tf");

/// Whether the plan has a server.
pub(super) fn any(plan: &Plan) -> bool {
    plan.assets.iter().any(|asset| asset.custom_origin().is_some())
}

/// The entry of `locals.tf`.
pub(super) fn locals(plan: &Plan) -> Vec<Structure> {
    if !any(plan) {
        return Vec::new();
    }
    let servers =
        plan.assets.iter().filter_map(|asset| Some((asset.id.clone(), server(asset, asset.custom_origin()?))));
    vec![
        comment(
            "The servers, what the intent says about the distributions in front of them, and what they must answer.",
        ),
        attribute("custom_origins", map(servers)),
    ]
}

fn server(asset: &AssetPlan, custom: &CustomOrigin) -> Expression {
    let cdn = asset.cdn.as_ref();
    object([
        ("domain_name", text(&custom.domain_name)),
        ("https_port", number(custom.https_port)),
        ("distribution", text_or_null(cdn.and_then(|cdn| cdn.distribution.as_deref()))),
        ("aliases", texts(cdn.map_or(&[][..], |cdn| &cdn.aliases))),
        ("contract", contract(custom)),
    ])
}

fn contract(custom: &CustomOrigin) -> Expression {
    let rule = |rule: &FunctionRule| {
        object([
            ("allowed_origins", texts(&rule.allowed_origins)),
            ("allowed_methods", texts(&rule.allowed_methods)),
            ("allowed_headers", texts(&rule.allowed_headers)),
            ("expose_headers", texts(&rule.expose_headers)),
            ("max_age_seconds", number(rule.max_age_seconds)),
            ("allow_credentials", rule.allow_credentials.into()),
        ])
    };
    list(custom.contract.iter().map(rule))
}

/// What the outputs must say of an asset.
pub(super) fn asserts(asset: &AssetPlan) -> Vec<Structure> {
    let Some(custom) = asset.custom_origin() else { return Vec::new() };
    let output = |name: &'static str| at(path(["output", name]), text(&asset.id));
    let origin = object([
        ("domain_name", text(&custom.domain_name)),
        ("http_port", number(80u16)),
        ("https_port", number(custom.https_port)),
        ("origin_protocol_policy", text("https-only")),
        ("origin_ssl_protocols", texts(["TLSv1.2"])),
    ]);
    vec![
        assert(same(output("custom_origins"), origin), format!("{}: the server, asked over https only", asset.id)),
        assert(
            same(output("origin_contracts"), contract(custom)),
            format!("{}: what the server must answer", asset.id),
        ),
    ]
}
