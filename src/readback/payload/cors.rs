//! `CORSRule`, as the API and CloudFormation spell it.

use super::super::notes::Notes;
use super::super::value::Value;
use super::members::{Members, Spelling, plain_list};
use crate::deployed::{CorsConfiguration, CorsRule, Provenance, RuleOrder};

/// The rules of the API's object, `{"CORSRules": [...]}`; `None` when there are none.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSConfiguration.html>
pub(in super::super) fn cors_configuration(
    notes: &mut Notes,
    value: &Value,
    spelling: Spelling,
) -> Option<CorsConfiguration> {
    let mut members = Members::of(notes, value, "CORSConfiguration", spelling);
    let rules = members.take(match spelling {
        Spelling::Api => "CORSRules",
        Spelling::CloudFormation => "CorsRules",
    });
    members.finish_with(notes, |key| match (key, spelling) {
        ("CorsRules" | "CORSRules" | "cors_rule", Spelling::Api) => Some("the API calls it `CORSRules`"),
        ("CorsRules" | "CORSRules" | "cors_rule", Spelling::CloudFormation) => {
            Some("CloudFormation calls it `CorsRules`")
        }
        _ => None,
    });
    rules.and_then(|rules| cors_rules(notes, rules, spelling))
}

/// The rules of a list; `None` when it is empty.
pub(in super::super) fn cors_rules(notes: &mut Notes, value: &Value, spelling: Spelling) -> Option<CorsConfiguration> {
    let list = plain_list(notes, value, "CORSRules");
    let rules: Vec<_> = list.into_iter().map(|rule| cors_rule(notes, rule, spelling)).collect();
    (!rules.is_empty()).then_some(CorsConfiguration { rules, order: RuleOrder::Kept })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>, and
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-s3-bucket-corsrule.html>
fn cors_rule(notes: &mut Notes, value: &Value, spelling: Spelling) -> CorsRule {
    let mut members = Members::of(notes, value, "CORSRule", spelling);
    let (id, expose, age) = match spelling {
        Spelling::Api => ("ID", "ExposeHeaders", "MaxAgeSeconds"),
        Spelling::CloudFormation => ("Id", "ExposedHeaders", "MaxAge"),
    };
    let rule = CorsRule {
        id: members.literal(notes, id),
        allowed_origins: members.plain_words(notes, "AllowedOrigins"),
        allowed_methods: members.plain_words(notes, "AllowedMethods"),
        allowed_headers: members.plain_words(notes, "AllowedHeaders"),
        expose_headers: members.plain_words(notes, expose),
        allow_credentials: false,
        max_age_seconds: members.natural(notes, age),
        provenance: Provenance::default(),
        site: notes.site(value.at),
    };
    members.finish_with(notes, |key| other_spelling(key, spelling));
    rule
}

/// What a member of another surface is called here.
fn other_spelling(key: &str, spelling: Spelling) -> Option<&'static str> {
    let (api, cloud_formation) = match key {
        "Id" | "ID" | "id" => ("the API calls it `ID`", "CloudFormation calls it `Id`"),
        "ExposedHeaders" | "ExposeHeaders" | "ExposeHeader" | "expose_headers" => {
            ("the API calls it `ExposeHeaders`", "CloudFormation calls it `ExposedHeaders`")
        }
        "MaxAge" | "MaxAgeSeconds" | "max_age_seconds" => {
            ("the API calls it `MaxAgeSeconds`", "CloudFormation calls it `MaxAge`")
        }
        "AllowedOrigin" | "allowed_origins" => {
            ("the API calls it `AllowedOrigins`", "CloudFormation calls it `AllowedOrigins`")
        }
        "AllowedMethod" | "allowed_methods" => {
            ("the API calls it `AllowedMethods`", "CloudFormation calls it `AllowedMethods`")
        }
        "AllowedHeader" | "allowed_headers" => {
            ("the API calls it `AllowedHeaders`", "CloudFormation calls it `AllowedHeaders`")
        }
        _ => return None,
    };
    Some(match spelling {
        Spelling::Api => api,
        Spelling::CloudFormation => cloud_formation,
    })
}
