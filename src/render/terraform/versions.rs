//! `versions.tf`: lower bounds only, so that the caller chooses the versions.

use ::hcl::structure::Structure;

use super::functions;
use super::hcl::{attribute, block, list, object, text};
use super::region::{self, Region};
use crate::plan::Plan;

/// `check` blocks came with 1.5. (`terraform test` with `mock_provider` needs 1.7, but only whoever runs it.)
/// <https://developer.hashicorp.com/terraform/language/checks>
pub(super) const TERRAFORM: &str = ">= 1.5.7";

/// The resources and arguments that the module uses are the same in 5.x and 6.x.
const PROVIDER: &str = ">= 5.0";

/// `aws_cloudfrontkeyvaluestore_keys_exclusive` came with 5.98.
/// <https://github.com/hashicorp/terraform-provider-aws/pull/42246>
const PROVIDER_WITH_STORES: &str = ">= 5.98.0";

/// The runtime `nodejs22.x` came shortly before 5.79.
/// <https://github.com/hashicorp/terraform-provider-aws/pull/40277>
const PROVIDER_WITH_LAMBDA: &str = ">= 5.79.0";

/// The versions of the provider that the module of a plan works with.
pub(super) fn provider(plan: &Plan) -> &'static str {
    if functions::has_store(plan) {
        PROVIDER_WITH_STORES
    } else if plan.has_lambda() {
        PROVIDER_WITH_LAMBDA
    } else {
        PROVIDER
    }
}

pub(super) fn module(plan: &Plan) -> Vec<Structure> {
    let aliases: Vec<_> = region::with_edge(plan).iter().filter_map(Region::provider).collect();
    let mut aws = vec![("source", text("hashicorp/aws")), ("version", text(provider(plan)))];
    if !aliases.is_empty() {
        aws.push(("configuration_aliases", list(aliases)));
    }
    terraform(TERRAFORM, aws)
}

pub(super) fn example(plan: &Plan) -> Vec<Structure> {
    terraform(TERRAFORM, vec![("source", text("hashicorp/aws")), ("version", text(provider(plan)))])
}

pub(super) fn terraform(required: &str, aws: Vec<(&'static str, ::hcl::Expression)>) -> Vec<Structure> {
    let providers = block("required_providers", &[], [attribute("aws", object(aws))]);
    vec![block("terraform", &[], [attribute("required_version", text(required)), providers])]
}
