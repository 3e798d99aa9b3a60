//! What a server must answer: corsynth's own document, in the words of a bucket's rules.

use super::super::notes::Notes;
use super::super::value::Value;
use super::members::{Members, Spelling, plain_list};
use crate::deployed::{CorsConfiguration, CorsRule, Provenance, RuleOrder, Site};

/// The rules of `{"Rules": [...]}`.
pub(in super::super) fn contract(notes: &mut Notes, value: &Value) -> CorsConfiguration {
    let mut members = Members::of(notes, value, "contract", Spelling::Api);
    let rules = members.take("Rules");
    members.finish(notes);
    let list = rules.map(|rules| plain_list(notes, rules, "Rules")).unwrap_or_default();
    let rules = list.into_iter().map(|rule| contract_rule(notes, rule)).collect();
    CorsConfiguration { rules, order: RuleOrder::Kept }
}

fn contract_rule(notes: &mut Notes, value: &Value) -> CorsRule {
    let mut members = Members::of(notes, value, "rule", Spelling::Api);
    let rule = CorsRule {
        id: None,
        allowed_origins: members.plain_words(notes, "AllowedOrigins"),
        allowed_methods: members.plain_words(notes, "AllowedMethods"),
        allowed_headers: members.plain_words(notes, "AllowedHeaders"),
        expose_headers: members.plain_words(notes, "ExposeHeaders"),
        max_age_seconds: members.natural(notes, "MaxAgeSeconds"),
        allow_credentials: members.boolean(notes, "AllowCredentials").unwrap_or(false),
        provenance: Provenance::default(),
        site: Site::default(),
    };
    members.finish(notes);
    rule
}
