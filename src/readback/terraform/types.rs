//! Types of variables. Terraform converts what does not fit, which is not done here.
//!
//! <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>

use super::value::Value;
use hcl::edit::expr::Expression;

/// Whether a value is what a type makes of it.
pub(super) fn fits(kind: &Expression, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) => true,
        (Expression::Parenthesis(inner), value) => fits(inner.inner(), value),
        (Expression::Variable(name), value) => is_called(name.as_str(), value),
        // How the first versions of Terraform wrote types.
        (Expression::String(name), value) => is_called(name.as_str(), value),
        (Expression::FuncCall(call), value) => {
            let Some(inner) = call.args.iter().next() else { return false };
            match (call.name.name.as_str(), value) {
                ("optional", value) => fits(inner, value),
                ("list" | "set", Value::List(list) | Value::Set(list)) => {
                    list.items.iter().all(|item| fits(inner, item))
                }
                ("map", Value::Map(map)) => map.members.values().all(|member| fits(inner, member)),
                ("object", Value::Map(map)) => match inner {
                    Expression::Object(declared) => {
                        // What is not declared is dropped, and what is left out may get a default.
                        declared.len() == map.members.len()
                            && declared.iter().all(|(key, kind)| {
                                let member = key.as_ident().and_then(|name| map.members.get(name.as_str()));
                                member.is_some_and(|member| fits(kind.expr(), member))
                            })
                    }
                    _ => false,
                },
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_called(name: &str, value: &Value) -> bool {
    matches!(
        (name, value),
        ("any", _)
            | ("string", Value::Text(_) | Value::Composed(_) | Value::Attribute(_))
            | ("number", Value::Number(_))
            | ("bool", Value::Bool(_))
            | ("list" | "set", Value::List(_) | Value::Set(_))
            | ("map", Value::Map(_))
    )
}
