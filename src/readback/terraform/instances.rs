//! `resource` and `data` blocks to instances, with their blocks as lists of objects, the way plans show them.

use super::super::{Doubt, Place, Unknown};
use super::evaluate::{Context, Evaluator, Instances, Scope, entries, keyed, unkeyed};
use super::syntax::{At, Declared, attribute, byte};
use super::value::Result;
use super::value::Value;
use hcl::edit::expr::Expression;
use hcl::edit::structure::{Block, Body, Structure};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Arguments of every resource that say nothing about what it is.
const META: [&str; 4] = ["for_each", "count", "provider", "depends_on"];

/// All instances, by address.
pub(super) type Estate = BTreeMap<Rc<str>, Instance>;

/// A resource or data source as it will be.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    /// Its address.
    pub(super) address: Rc<str>,
    /// Its type, with `data.` in front of a data source's.
    pub(super) kind: String,
    /// Its `each.key`.
    pub(super) key: Option<String>,
    /// Where it stands.
    pub(super) place: Place,
    /// Its arguments; its blocks are lists of objects.
    pub(super) body: Value,
}

impl<'m> Evaluator<'m> {
    /// Every instance of every resource and data source, by address. A resource whose instances cannot be told is an
    /// unknown.
    pub(super) fn everything(&mut self) -> (BTreeMap<Rc<str>, Instance>, Vec<Unknown>) {
        let mut all = BTreeMap::new();
        let mut unknowns = Vec::new();
        for (address, declared) in &self.module.resources {
            let kind = address.rsplit_once('.').map_or(address.as_str(), |(kind, _)| kind);
            let place = self.module.place(declared.at);
            let instances = match self.instances(address) {
                Ok(Instances::One) => vec![None],
                Ok(Instances::Each(each)) => each.keys().cloned().map(Some).collect(),
                Err(unknown) => {
                    unknowns.push(Unknown { doubt: Doubt::Untold, ..(*unknown).clone() });
                    Vec::new()
                }
            };
            for key in instances {
                let address: Rc<str> = key.as_deref().map_or_else(|| address.clone(), |key| keyed(address, key)).into();
                let body = self.body(&address).unwrap_or_else(Value::Unknown);
                let instance =
                    Instance { address: address.clone(), kind: kind.to_owned(), key, place: place.clone(), body };
                all.insert(address, instance);
            }
        }
        (all, unknowns)
    }

    /// The instances of a resource.
    pub(super) fn instances(&mut self, address: &'m str) -> std::result::Result<Instances, Rc<Unknown>> {
        let Some(declared) = self.module.resources.get(address).copied() else { return Ok(Instances::One) };
        self.instances_once(address, |evaluator| evaluator.for_each(declared))
    }

    fn for_each(&mut self, declared: Declared<'m>) -> std::result::Result<Instances, Rc<Unknown>> {
        let file = declared.at.file;
        if let Some(count) = attribute(declared.body, "count") {
            return Err(self.fail(At { file, byte: byte(count) }, "`count` is not followed".to_owned()));
        }
        let Some(for_each) = attribute(declared.body, "for_each") else { return Ok(Instances::One) };
        let each = match self.eval(&for_each.value, Context { file, scope: None })? {
            Value::Map(map) => map.members.clone(),
            Value::Set(set) => {
                set.items.iter().filter_map(|item| Some((item.as_str()?.to_owned(), item.clone()))).collect()
            }
            other => {
                let what = format!("`for_each` over {}", other.kind());
                return Err(self.fail(At { file, byte: byte(for_each) }, what));
            }
        };
        Ok(Instances::Each(Rc::new(each)))
    }

    /// The arguments and blocks of an instance.
    pub(super) fn body(&mut self, address: &str) -> Result {
        let (resource, key) = unkeyed(address);
        let Some((resource, declared)) = self.module.resources.get_key_value(resource) else {
            return Err(self.fail(At { file: 0, byte: 0 }, format!("there is no `{address}`")));
        };
        let declared = *declared;
        let each = match self.instances(resource)? {
            Instances::Each(each) => key.as_deref().and_then(|key| each.get_key_value(key)).map(entry),
            Instances::One => None,
        };
        self.body_once(address, |evaluator| {
            let each = each.and_then(Value::map).map(|value| Scope { name: "each", value, outer: None });
            let context = Context { file: declared.at.file, scope: each.as_ref() };
            evaluator.block(declared.body, context, declared.at)
        })
    }

    fn block(&mut self, body: &'m Body, context: Context<'_>, at: At) -> Result {
        let mut members: BTreeMap<String, Value> = BTreeMap::new();
        let mut blocks: BTreeMap<&str, std::result::Result<Vec<Value>, Rc<Unknown>>> = BTreeMap::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) if META.contains(&attribute.key.as_str()) => {}
                Structure::Attribute(attribute) => {
                    let value = self.eval(&attribute.value, context).unwrap_or_else(Value::Unknown);
                    members.insert(attribute.key.as_str().to_owned(), value);
                }
                Structure::Block(block) => match (block.ident.as_str(), block.labels.as_slice()) {
                    ("dynamic", [label]) => {
                        let made = self.dynamic(block, label.as_str(), context);
                        append(blocks.entry(label.as_str()).or_insert_with(|| Ok(Vec::new())), made);
                    }
                    ("lifecycle", []) => {
                        if let Some(ignored) = attribute(&block.body, "ignore_changes") {
                            let at = At { file: context.file, byte: byte(ignored) };
                            let unknown = self.fail(at, "`ignore_changes`: AWS may hold something else".to_owned());
                            members.insert("lifecycle".to_owned(), Value::Unknown(unknown));
                        }
                    }
                    (name, _) => {
                        let at = At { file: context.file, byte: byte(block) };
                        let made = self.block(&block.body, context, at).map(|block| vec![block]);
                        append(blocks.entry(name).or_insert_with(|| Ok(Vec::new())), made);
                    }
                },
            }
        }
        for (name, made) in blocks {
            let value = made.map_or_else(Value::Unknown, |made| Value::list(made).unwrap_or(Value::Null));
            members.insert(name.to_owned(), value);
        }
        self.map(members, at)
    }

    /// The blocks that a `dynamic` block makes.
    fn dynamic(
        &mut self,
        block: &'m Block,
        label: &'m str,
        outer: Context<'_>,
    ) -> std::result::Result<Vec<Value>, Rc<Unknown>> {
        let at = At { file: outer.file, byte: byte(block) };
        let inner = block.body.blocks().find(|block| block.ident.as_str() == "content");
        let (Some(for_each), Some(content)) = (attribute(&block.body, "for_each"), inner) else {
            return Err(self.fail(at, "a `dynamic` block without `for_each` or `content`".to_owned()));
        };
        let iterator = match attribute(&block.body, "iterator").map(|attribute| &attribute.value) {
            None => label,
            Some(Expression::Variable(name)) => name.as_str(),
            Some(_) => return Err(self.fail(at, "an `iterator` that is not a name".to_owned())),
        };
        let collection = self.eval(&for_each.value, outer)?;
        let Some(entries) = entries(&collection) else {
            return Err(self.fail(at, format!("`for_each` over {}", collection.kind())));
        };
        let mut made = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let members = BTreeMap::from([("key".to_owned(), key), ("value".to_owned(), value)]);
            let value = self.map(members, at)?;
            let scope = Scope { name: iterator, value, outer: outer.scope };
            made.push(self.block(&content.body, Context { file: outer.file, scope: Some(&scope) }, at)?);
        }
        Ok(made)
    }
}

fn entry((key, value): (&String, &Value)) -> BTreeMap<String, Value> {
    BTreeMap::from([("key".to_owned(), Value::text(key)), ("value".to_owned(), value.clone())])
}

fn append(all: &mut std::result::Result<Vec<Value>, Rc<Unknown>>, made: std::result::Result<Vec<Value>, Rc<Unknown>>) {
    match (all, made) {
        (Ok(all), Ok(made)) => all.extend(made),
        (all, Err(unknown)) => *all = Err(unknown),
        (Err(_), Ok(_)) => {}
    }
}
