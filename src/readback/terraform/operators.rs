//! Operators of Terraform's language.

use super::super::Unknown;
use super::value::Result;
use super::value::Value;
use hcl::edit::expr::{BinaryOperator, UnaryOperator};
use std::rc::Rc;

/// How many comparisons one `==` may take.
const MAX_COMPARISONS: u32 = 100_000;

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
    steps: &mut u32,
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
    Ok(known(operator, &left?, &right?, steps))
}

fn known(operator: BinaryOperator, left: &Value, right: &Value, steps: &mut u32) -> std::result::Result<Value, String> {
    let undecided = || format!("an operator between {} and {}", left.kind(), right.kind());
    let mut budget = MAX_COMPARISONS;
    let equal = |budget: &mut u32| equal(left, right, budget).ok_or_else(undecided);
    let value = match operator {
        BinaryOperator::Eq => Value::Bool(equal(&mut budget)?),
        BinaryOperator::NotEq => Value::Bool(!equal(&mut budget)?),
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
    *steps = steps.saturating_add(MAX_COMPARISONS - budget);
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
pub(super) fn equal(left: &Value, right: &Value, budget: &mut u32) -> Option<bool> {
    *budget = budget.checked_sub(1)?;
    match (left, right) {
        (Value::Attribute(left), Value::Attribute(right)) if left == right => Some(true),
        (Value::Unknown(_) | Value::Attribute(_) | Value::Composed(_) | Value::Resource(_), _)
        | (_, Value::Unknown(_) | Value::Attribute(_) | Value::Composed(_) | Value::Resource(_)) => None,
        (Value::Null, Value::Null) => Some(true),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::Text(left), Value::Text(right)) => Some(left == right),
        (Value::List(left), Value::List(right)) | (Value::Set(left), Value::Set(right)) => {
            if left.items.len() != right.items.len() {
                return Some(false);
            }
            all(left.items.iter().zip(&right.items), budget)
        }
        (Value::Map(left), Value::Map(right)) => {
            if !left.members.keys().eq(right.members.keys()) {
                return Some(false);
            }
            all(left.members.values().zip(right.members.values()), budget)
        }
        _ => Some(false),
    }
}

/// Whether all pairs are the same: one that differs decides, otherwise one that is not known.
fn all<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>, budget: &mut u32) -> Option<bool> {
    let mut all = Some(true);
    for (left, right) in pairs {
        match equal(left, right, budget) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}
