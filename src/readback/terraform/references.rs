//! What an expression of a planned configuration refers to, through variables and outputs of modules.

use super::value::Attribute;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many variables and outputs a reference may go through.
const MAX_DEPTH: u32 = 16;

/// A module with its configuration.
#[derive(Debug, Clone)]
pub(super) struct Scope<'j> {
    /// Its address; empty for the root.
    address: String,
    /// The address of the module that calls it.
    parent: Option<String>,
    /// The call.
    call: Option<&'j Json>,
    /// What is in it.
    config: &'j Json,
}

/// The modules of a configuration, and the instances that are planned.
#[derive(Debug)]
pub(super) struct References<'j> {
    scopes: BTreeMap<String, Scope<'j>>,
    /// Addresses of instances by the address of their resource.
    instances: BTreeMap<String, Vec<String>>,
    /// Expressions of resources, by the address of the resource.
    expressions: BTreeMap<String, &'j Json>,
}

impl<'j> References<'j> {
    /// The configuration of the root module.
    pub(super) fn new(root: &'j Json) -> Self {
        let mut all = Self { scopes: BTreeMap::new(), instances: BTreeMap::new(), expressions: BTreeMap::new() };
        all.add(Scope { address: String::new(), parent: None, call: None, config: root });
        all
    }

    fn add(&mut self, scope: Scope<'j>) {
        for resource in scope.config.get("resources").and_then(Json::as_array).into_iter().flatten() {
            if let (Some(address), Some(expressions)) =
                (resource.get("address").and_then(Json::as_str), resource.get("expressions"))
            {
                self.expressions.insert(within(&scope.address, address), expressions);
            }
        }
        self.scopes.insert(scope.address.clone(), scope);
    }

    /// Makes a module that is called by another one known.
    pub(super) fn enter(&mut self, parent: &str, address: &str) {
        let Some(config) = self.scopes.get(parent).map(|scope| scope.config) else { return };
        let name = address.strip_prefix(parent).unwrap_or(address).trim_start_matches('.');
        let name = name.strip_prefix("module.").and_then(|name| name.split('[').next()).unwrap_or_default();
        let call = config.get("module_calls").and_then(|calls| calls.get(name));
        if let Some(config) = call.and_then(|call| call.get("module")) {
            self.add(Scope { address: address.to_owned(), parent: Some(parent.to_owned()), call, config });
        }
    }

    /// Makes an instance known.
    pub(super) fn instance(&mut self, module: &str, resource: &str, address: &str) {
        let all = self.instances.entry(within(module, resource)).or_default();
        if all.last().is_none_or(|last| last != address) {
            all.push(address.to_owned());
        }
    }

    /// The scope of a module.
    pub(super) fn scope(&self, module: &str) -> Option<&Scope<'j>> {
        self.scopes.get(module)
    }

    /// The expressions of a resource.
    pub(super) fn expressions(&self, module: &str, resource: &str) -> Option<&'j Json> {
        self.expressions.get(&within(module, resource)).copied()
    }

    /// The attribute that an expression refers to, when it refers to one, and that can only be one instance's. Its name
    /// is empty when the configuration does not tell it.
    pub(super) fn follow(&self, expression: &Json, scope: &Scope<'j>, depth: u32) -> Option<Attribute> {
        let references = expression.get("references")?.as_array()?;
        let mut last = "";
        let mut only = None;
        for reference in references.iter().filter_map(Json::as_str) {
            // A traversal is listed with what it starts with: `a.b.id`, `a.b`.
            let starts_last = last.strip_prefix(reference).is_some_and(|rest| rest.starts_with(['.', '[']));
            if starts_last || reference == "each.key" {
                continue;
            }
            last = reference;
            if only.replace(reference).is_some_and(|before| before != reference) {
                return None;
            }
        }
        if depth > MAX_DEPTH {
            return None;
        }
        self.reference(only?, scope, depth)
    }

    fn reference(&self, reference: &str, scope: &Scope<'j>, depth: u32) -> Option<Attribute> {
        let steps = steps(reference);
        let mut steps = steps.iter().copied();
        match steps.next()? {
            "local" | "each" | "count" | "path" | "terraform" | "self" => None,
            "var" => {
                let parent = self.scopes.get(scope.parent.as_ref()?)?;
                let argument = scope.call?.get("expressions")?.get(steps.next()?)?;
                self.follow(argument, parent, depth + 1)
            }
            "module" => {
                let called = within(&scope.address, &format!("module.{}", steps.next()?));
                let mut calls = self.scopes.values().filter(|scope| {
                    scope.address.strip_prefix(&called).is_some_and(|rest| rest.is_empty() || is_key(rest))
                });
                let call = calls.next().filter(|_| calls.next().is_none())?;
                // A key into an output need not be that of an instance, so it does not tell which one.
                let name = steps.next()?.split('[').next()?;
                let output = call.config.get("outputs")?.get(name)?.get("expression")?;
                self.follow(output, call, depth + 1)
            }
            "data" => {
                let resource = format!("data.{}.{}", steps.next()?, steps.next()?);
                self.attribute(&resource, steps, scope)
            }
            kind => {
                let resource = format!("{kind}.{}", steps.next()?);
                self.attribute(&resource, steps, scope)
            }
        }
    }

    fn attribute<'r>(
        &self,
        resource: &str,
        steps: impl Iterator<Item = &'r str>,
        scope: &Scope<'j>,
    ) -> Option<Attribute> {
        let address = within(&scope.address, resource);
        let found = match address.split_once('[') {
            Some((resource, _)) if address.ends_with(']') => {
                self.instances.get(resource)?.iter().find(|instance| **instance == address)?
            }
            _ => match self.instances.get(&address)?.as_slice() {
                [one] => one,
                _ => return None,
            },
        };
        let name = steps.collect::<Vec<_>>().join(".");
        Some(Attribute { address: Rc::from(found.as_str()), name })
    }
}

fn is_key(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && !text.contains("].")
}

fn within(module: &str, address: &str) -> String {
    if module.is_empty() { address.to_owned() } else { format!("{module}.{address}") }
}

/// The steps of a reference: `module.a["b.c"].d` is `module`, `a["b.c"]`, `d`.
fn steps(reference: &str) -> Vec<&str> {
    let mut steps = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, character) in reference.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '.' if !quoted => {
                steps.extend(reference.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    steps.extend(reference.get(start..));
    steps
}
