//! Operators of Terraform's language.

use super::super::Unknown;
use super::value::Result;
use super::value::Value;
use hcl::edit::expr::{BinaryOperator, UnaryOperator};
use std::rc::Rc;

/// `!value`, `-value`.
pub(super) fn unary(operator: UnaryOperator, value: &Value) -> std::result::Result<Value, String> {
    match (operator, value) {
        (UnaryOperator::Not, Value::Bool(bool)) => Ok(Value::Bool(!bool)),
        (UnaryOperator::Neg, Value::Number(number)) => {
            let negative =
                number.as_i64().and_then(i64::checked_neg).ok_or("a number that is not whole, or too large")?;
            Ok(Value::Number(negative.into()))
        }
        (_, other) => Err(format!("an operator before {}", other.kind())),
    }
}

/// `left operator right`: the outer error is an operand's own, the inner one says why there is no value.
pub(super) fn binary(
    operator: BinaryOperator,
    left: Result,
    right: Result,
) -> std::result::Result<std::result::Result<Value, String>, Rc<Unknown>> {
    // One known operand can decide, whatever the other one is.
    match (operator, &left, &right) {
        (BinaryOperator::Or, Ok(Value::Bool(true)), _) | (BinaryOperator::Or, _, Ok(Value::Bool(true))) => {
            return Ok(Ok(Value::Bool(true)));
        }
        (BinaryOperator::And, Ok(Value::Bool(false)), _) | (BinaryOperator::And, _, Ok(Value::Bool(false))) => {
            return Ok(Ok(Value::Bool(false)));
        }
        _ => {}
    }
    Ok(known(operator, &left?, &right?))
}

fn known(operator: BinaryOperator, left: &Value, right: &Value) -> std::result::Result<Value, String> {
    let undecided = || format!("an operator between {} and {}", left.kind(), right.kind());
    let equal = || equal(left, right).ok_or_else(undecided);
    let value = match operator {
        BinaryOperator::Eq => Value::Bool(equal()?),
        BinaryOperator::NotEq => Value::Bool(!equal()?),
        _ => match (left, right) {
            (Value::Bool(left), Value::Bool(right)) => match operator {
                BinaryOperator::And => Value::Bool(*left && *right),
                BinaryOperator::Or => Value::Bool(*left || *right),
                _ => return Err(undecided()),
            },
            (Value::Number(left), Value::Number(right)) => match operator {
                BinaryOperator::Less => Value::Bool(left < right),
                BinaryOperator::LessEq => Value::Bool(left <= right),
                BinaryOperator::Greater => Value::Bool(left > right),
                BinaryOperator::GreaterEq => Value::Bool(left >= right),
                BinaryOperator::Plus => Value::Number(exact(left.as_i64(), right.as_i64(), i64::checked_add)?.into()),
                BinaryOperator::Minus => Value::Number(exact(left.as_i64(), right.as_i64(), i64::checked_sub)?.into()),
                BinaryOperator::Mul => Value::Number(exact(left.as_i64(), right.as_i64(), i64::checked_mul)?.into()),
                _ => return Err("this operator is not followed".to_owned()),
            },
            _ => return Err(undecided()),
        },
    };
    Ok(value)
}

fn exact(
    left: Option<i64>,
    right: Option<i64>,
    operation: fn(i64, i64) -> Option<i64>,
) -> std::result::Result<i64, String> {
    let result = left.zip(right).and_then(|(left, right)| operation(left, right));
    result.ok_or_else(|| "a number that is not whole, or too large".to_owned())
}

/// Whether two values are the same; `None` when that is not known.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Attribute(left), Value::Attribute(right)) if left == right => Some(true),
        (Value::Unknown(_) | Value::Attribute(_) | Value::Composed(_) | Value::Resource(_), _)
        | (_, Value::Unknown(_) | Value::Attribute(_) | Value::Composed(_) | Value::Resource(_)) => None,
        (Value::Null, Value::Null) => Some(true),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::Text(left), Value::Text(right)) => Some(left == right),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        // Of others the types decide, too, which are not kept: a list never equals `[]`, which is a tuple.
        // <https://developer.hashicorp.com/terraform/language/expressions/operators#equality-operators>
        _ => None,
    }
}
