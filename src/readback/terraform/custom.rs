//! Servers of the user's own, from the outputs that tell the distribution's owner and the server's what they need.

use super::super::Place;
use super::fields::{Fields, Problems};
use super::value::Value;
use crate::deployed::{CorsConfiguration, CorsRule, CustomOrigin, RuleOrder};

/// What the outputs `custom_origins` and `origin_contracts` say of an asset.
pub(super) fn custom_origin(id: &str, origin: &Value, contract: &Value, place: &Place) -> (CustomOrigin, Problems) {
    let mut fields = Fields::new(format!("output.custom_origins[\"{id}\"]"), place, origin);
    let port = fields.number("https_port").and_then(|port| u16::try_from(port).ok());
    let mut custom =
        CustomOrigin { domain_name: fields.text("domain_name").unwrap_or_default(), ..CustomOrigin::default() };
    match port {
        Some(port) => custom.https_port = port,
        None => fields.problem("`https_port` is no port"),
    }
    // How the server is asked changes no header of its answer, as long as it is asked over `https`.
    if fields.text("origin_protocol_policy").as_deref() != Some("https-only") {
        fields.problem("`origin_protocol_policy` is not `https-only`");
    }
    let mut problems = fields.finish(&["http_port", "origin_ssl_protocols"]);
    let of = format!("output.origin_contracts[\"{id}\"]");
    let rules = contract.items();
    if rules.is_none() {
        let mut fields = Fields::new(of.clone(), place, &Value::Null);
        fields.problems.clear();
        fields.refuse("the contract", contract);
        problems.append(&mut fields.problems);
    }
    let rules = rules.unwrap_or_default().iter().map(|rule| {
        let mut rule = Fields::new(of.clone(), place, rule);
        let read = CorsRule {
            allowed_origins: rule.texts("allowed_origins"),
            allowed_methods: rule.texts("allowed_methods"),
            allowed_headers: rule.texts("allowed_headers"),
            expose_headers: rule.texts("expose_headers"),
            max_age_seconds: rule.number("max_age_seconds"),
            allow_credentials: rule.bool("allow_credentials"),
            ..CorsRule::default()
        };
        problems.append(&mut rule.finish(&[]));
        read
    });
    custom.contract = CorsConfiguration { rules: rules.collect(), order: RuleOrder::Kept };
    (custom, problems)
}
