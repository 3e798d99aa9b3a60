//! `variables.tf`: what a caller may set. No nested objects: Terraform drops a misspelt nested key in silence.

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::{bucket_cdns, hcl, signers};
use crate::plan::Plan;
use hcl::{attribute, block, call, code, path, text, texts};

/// One input of the module.
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) description: String,
    pub(super) kind: &'static str,
    pub(super) default: Expression,
    validations: Vec<(Expression, String)>,
}

pub(super) fn all(plan: &Plan) -> Vec<Variable> {
    let assets: Vec<&str> =
        plan.assets.iter().filter(|asset| asset.bucket().is_some()).map(|asset| asset.id.as_str()).collect();
    let cdn_assets: Vec<&str> = bucket_cdns(plan).map(|(asset, _)| asset.id.as_str()).collect();
    let signed = signers::asked(plan);
    let key_groups = Variable {
        name: "key_group_ids",
        description:
            "Ids of the trusted key groups by asset, one to four each: whose signatures its private paths need."
                .to_owned(),
        kind: "map(list(string))",
        default: empty_map(),
        validations: vec![
            known_assets("key_group_ids", &signed),
            (
                code("alltrue([for ids in values(var.key_group_ids) : length(ids) > 0 && length(ids) <= 4])"),
                "Each asset needs one to four key groups: without one its private paths would be open.".to_owned(),
            ),
        ],
    };
    let mut variables = vec![
        Variable {
            name: "create",
            description: "Whether to create anything at all.".to_owned(),
            kind: "bool",
            default: true.into(),
            validations: vec![],
        },
        Variable {
            name: "name_prefix",
            description: "The stem of every name in the account. Another one lets the module be used twice in an account.".to_owned(),
            kind: "string",
            default: text(&plan.name),
            validations: vec![(
                code(r#"can(regex("^[a-z][a-z0-9-]{0,39}$", var.name_prefix))"#),
                "The prefix must begin with a lower case letter, followed by at most 39 lower case letters, digits or hyphens.".to_owned(),
            )],
        },
        Variable {
            name: "bucket_names",
            description: "Names of buckets by asset, where they differ from the intent's.".to_owned(),
            kind: "map(string)",
            default: empty_map(),
            validations: vec![known_assets("bucket_names", &assets)],
        },
        Variable {
            name: "distribution_arns",
            description: "ARNs of the distributions that may use an asset's bucket, by asset. Needed where the intent names no distribution; replaces the one that it names.".to_owned(),
            kind: "map(list(string))",
            default: empty_map(),
            validations: vec![
                known_assets("distribution_arns", &cdn_assets),
                (
                    code(r#"alltrue([for arn in flatten(values(var.distribution_arns)) : can(regex("^arn:aws[a-z-]*:cloudfront::[0-9]{12}:distribution/[A-Z0-9]+$", arn))])"#),
                    format!("Each ARN must look like arn:{}:cloudfront::111122223333:distribution/E2EXAMPLE.", super::partition(plan)),
                ),
            ],
        },
        Variable {
            name: "manage_bucket_policy",
            description: "Whether to write the bucket policies. A bucket has one policy, and it belongs to the bucket's owner: set this only where nobody else writes it, and hand over what is there in `existing_bucket_policies`.".to_owned(),
            kind: "bool",
            default: false.into(),
            validations: vec![],
        },
        Variable {
            name: "existing_bucket_policies",
            description: "Bucket policies (JSON) by asset, into which the module's statements are merged by `Sid`.".to_owned(),
            kind: "map(string)",
            default: empty_map(),
            validations: vec![
                known_assets("existing_bucket_policies", &cdn_assets),
                (
                    code("alltrue([for policy in values(var.existing_bucket_policies) : can(jsondecode(policy))])"),
                    "Each policy must be a JSON document.".to_owned(),
                ),
            ],
        },
    ];
    if !signed.is_empty() {
        variables.push(key_groups);
    }
    variables
}

pub(super) fn blocks(variables: &[Variable]) -> Vec<Structure> {
    variables.iter().map(variable).collect()
}

fn variable(variable: &Variable) -> Structure {
    let mut body = vec![
        attribute("description", text(&variable.description)),
        attribute("type", variable.kind.parse().unwrap_or(Expression::Null)),
        attribute("default", variable.default.clone()),
        attribute("nullable", false),
    ];
    body.extend(variable.validations.iter().map(|(condition, message)| {
        block("validation", &[], [attribute("condition", condition.clone()), attribute("error_message", text(message))])
    }));
    block("variable", &[variable.name], body)
}

fn empty_map() -> Expression {
    hcl::object([])
}

/// Before Terraform 1.9 a validation sees nothing but its own variable, so the ids stand in it.
fn known_assets(variable: &'static str, ids: &[&str]) -> (Expression, String) {
    let unknown = call("setsubtract", [call("keys", [path(["var", variable])]), texts(ids.iter().copied())]);
    let condition = hcl::equal(call("length", [unknown]), hcl::number(0));
    let message = if ids.is_empty() {
        "No asset of the intent can be named here: none has a distribution.".to_owned()
    } else {
        format!("The keys are ids of assets: {}.", ids.join(", "))
    };
    (condition, message)
}
