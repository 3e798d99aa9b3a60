//! Conditions of `terraform test`: what every file of asserts is made of.
//! <https://developer.hashicorp.com/terraform/language/tests>

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::hcl::{attribute, block, call, equal, group, text};

/// An `assert` block.
pub(crate) fn assert(condition: Expression, message: impl Into<String>) -> Structure {
    block("assert", &[], [attribute("condition", group(condition)), attribute("error_message", text(message))])
}

/// Equal as JSON: an object and a map, or a tuple and a list, are never equal in Terraform.
pub(super) fn same(actual: impl Into<Expression>, expected: Expression) -> Expression {
    equal(call("jsonencode", [actual.into()]), call("jsonencode", [expected]))
}
