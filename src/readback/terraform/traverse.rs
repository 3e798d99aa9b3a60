//! References and traversals: names of the module, members, indices and splats.

use super::evaluate::{Context, Evaluator, Instances, keyed};
use super::syntax::At;
use super::types;
use super::value::{Attribute, Result, Value};
use hcl::edit::Decorated;
use hcl::edit::expr::{Expression, Traversal, TraversalOperator};
use std::rc::Rc;

impl<'m> Evaluator<'m> {
    /// The value of a traversal.
    pub(super) fn traversal(&mut self, traversal: &'m Traversal, context: Context<'_>, at: At) -> Result {
        let mut operators = traversal.operators.iter();
        let start = match &traversal.expr {
            Expression::Variable(name) => {
                let mut names = operators.clone().map(Decorated::value);
                let before = names.len();
                let value = self.root(name.as_str(), &mut names, context, at)?;
                for _ in names.len()..before {
                    operators.next();
                }
                value
            }
            other => self.eval(other, context)?,
        };
        let operators: Vec<&'m TraversalOperator> = operators.map(Decorated::value).collect();
        self.follow(start, &operators, context, at)
    }

    /// What a name at the front of a traversal stands for; takes the names that belong to it.
    pub(super) fn root<'o>(
        &mut self,
        name: &str,
        rest: &mut (impl Iterator<Item = &'o TraversalOperator> + Clone),
        context: Context<'_>,
        at: At,
    ) -> Result {
        let mut scope = context.scope;
        while let Some(inner) = scope {
            if inner.name == name {
                return Ok(inner.value.clone());
            }
            scope = inner.outer;
        }
        let mut next = || match rest.next() {
            Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
            _ => None,
        };
        let missing = || format!("`{name}` is not understood");
        match name {
            "local" => {
                let name = next().ok_or_else(|| self.fail(at, missing()))?;
                self.local(name).unwrap_or_else(|| Err(self.fail(at, format!("there is no `local.{name}`"))))
            }
            "var" => {
                let name = next().ok_or_else(|| self.fail(at, missing()))?;
                self.variable(name, at)
            }
            // From where files are read; see `Module::text`.
            "path" => match next() {
                Some("module") => Ok(Value::text(".")),
                _ => Err(self.fail(at, missing())),
            },
            "module" => {
                let called = next().and_then(|name| self.modules.get(name)).cloned();
                called.ok_or_else(|| self.fail(at, missing()))
            }
            "terraform" | "self" | "count" | "each" => Err(self.fail(at, missing())),
            "data" => {
                let kind = next().ok_or_else(|| self.fail(at, missing()))?.to_owned();
                let label = next().ok_or_else(|| self.fail(at, missing()))?;
                self.resource(&format!("data.{kind}.{label}"), at)
            }
            kind => {
                let label = next().ok_or_else(|| self.fail(at, missing()))?;
                self.resource(&format!("{kind}.{label}"), at)
            }
        }
    }

    /// The value of a variable: what the caller sets, or the default.
    pub(super) fn variable(&mut self, name: &str, at: At) -> Result {
        if let Some(value) = self.inputs.get(name) {
            return Ok(value.clone());
        }
        match self.module.variables.get(name) {
            Some(Some(default)) => {
                let value = self.definition(*default)?;
                if self.module.types.get(name).is_none_or(|kind| types::fits(kind, &value)) {
                    return Ok(value);
                }
                Err(self.fail(at, format!("the type of the variable `{name}` makes another value of its default")))
            }
            Some(None) => Err(self.fail(at, format!("the variable `{name}` has no default"))),
            None => Err(self.fail(at, format!("there is no `var.{name}`"))),
        }
    }

    fn resource(&mut self, address: &str, at: At) -> Result {
        let Some((address, _)) = self.module.resources.get_key_value(address) else {
            return Err(self.fail(at, format!("there is no `{address}`")));
        };
        if let Some(reference) = self.references.get(address.as_str()) {
            return Ok(reference.clone());
        }
        let reference = match self.instances(address)? {
            Instances::One => Value::Resource(Rc::from(address.as_str())),
            Instances::Each(each) => {
                let instance = |key: &String| Value::Resource(Rc::from(keyed(address, key)));
                self.map(each.keys().map(|key| (key.clone(), instance(key))).collect(), at)?
            }
        };
        self.references.insert(address, reference.clone());
        Ok(reference)
    }

    fn follow(&mut self, start: Value, operators: &[&'m TraversalOperator], context: Context<'_>, at: At) -> Result {
        let mut value = start;
        let mut left = operators;
        while let Some((operator, rest)) = left.split_first() {
            left = rest;
            value = match operator {
                TraversalOperator::GetAttr(name) => self.member(&value, name.as_str(), at)?,
                TraversalOperator::Index(expr) => {
                    let index = self.eval(expr, context)?;
                    self.index(&value, &index, at)?
                }
                TraversalOperator::LegacyIndex(index) => {
                    self.index(&value, &Value::Number((*index.value()).into()), at)?
                }
                TraversalOperator::FullSplat(_) | TraversalOperator::AttrSplat(_) => {
                    let attributes_only = matches!(operator, TraversalOperator::AttrSplat(_));
                    let ends = |operator: &&&TraversalOperator| {
                        !attributes_only || matches!(operator, TraversalOperator::GetAttr(_))
                    };
                    let count = rest.iter().take_while(ends).count();
                    let (inner, outer) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    left = outer;
                    self.splat(value, inner, context, at)?
                }
            };
            if let Value::Unknown(unknown) = value {
                return Err(unknown);
            }
        }
        Ok(value)
    }

    /// `value[*]`: every item of a list, none of null, the value itself otherwise.
    fn splat(&mut self, value: Value, inner: &[&'m TraversalOperator], context: Context<'_>, at: At) -> Result {
        let items = match &value {
            Value::Null => Vec::new(),
            Value::List(list) | Value::Set(list) => list.items.clone(),
            _ => vec![value],
        };
        self.steps = self.steps.saturating_add(u32::try_from(items.len()).unwrap_or(u32::MAX));
        let each = |item| self.follow(item, inner, context, at).unwrap_or_else(Value::Unknown);
        let items = items.into_iter().map(each).collect();
        self.list(items, at)
    }

    fn member(&mut self, value: &Value, name: &str, at: At) -> Result {
        match value {
            Value::Map(map) => {
                let member = map.members.get(name).cloned();
                member.ok_or_else(|| {
                    let failure = self.fail(at, format!("there is no `{name}` in the object"));
                    self.absent.push(failure.clone());
                    failure
                })
            }
            Value::Resource(address) => {
                let body = self.body(address)?;
                let set = body.members().and_then(|members| members.get(name)).cloned();
                let told = || Value::Attribute(Rc::new(Attribute { address: address.clone(), name: name.to_owned() }));
                Ok(set.filter(|value| !matches!(value, Value::Null)).unwrap_or_else(told))
            }
            Value::Attribute(attribute) => Ok(Value::Attribute(Rc::new(Attribute {
                address: attribute.address.clone(),
                name: format!("{}.{name}", attribute.name),
            }))),
            other => Err(self.fail(at, format!("`.{name}` of {}", other.kind()))),
        }
    }

    fn index(&mut self, value: &Value, index: &Value, at: At) -> Result {
        let found = match (value, index) {
            (Value::Map(_) | Value::Resource(_), Value::Text(name)) => return self.member(value, name, at),
            (Value::List(list), Value::Number(number)) => {
                number.as_u64().and_then(|number| usize::try_from(number).ok()).and_then(|index| list.items.get(index))
            }
            _ => None,
        };
        found.cloned().ok_or_else(|| self.fail(at, format!("an index into {} that is {}", value.kind(), index.kind())))
    }
}
