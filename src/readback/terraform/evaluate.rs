//! Expressions of a module to values. Whatever is not understood becomes a [`Value::Unknown`] with its place, never a
//! guess; what only AWS can tell stays a reference. Depth, steps and the length of texts are bounded.

use super::super::Unknown;
use super::functions;
use super::operators;
use super::syntax::{At, Definition, Module, byte};
use super::value::{Result, Value};
use crate::hash::sha256_hex;
use hcl::edit::expr::{Expression, ForExpr, FuncCall, Object, ObjectKey};
use hcl::edit::template::{Element, StringTemplate};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How deep expressions may be nested, through locals and resources as well.
const MAX_DEPTH: u32 = 100;
/// How many expressions may be evaluated; a module for hundreds of assets stays far below.
const MAX_STEPS: u32 = 2_000_000;
/// How many bytes of text may be made.
const MAX_BYTES: usize = 16 << 20;

/// A name that an expression may use besides the module's: of a `for`, of `each`, of a `dynamic` block.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) name: &'a str,
    pub(super) value: Value,
    pub(super) outer: Option<&'a Scope<'a>>,
}

/// What an expression is evaluated in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) file: usize,
    pub(super) scope: Option<&'a Scope<'a>>,
}

/// What became of something that is evaluated once.
#[derive(Debug)]
enum Once<T> {
    Running,
    Done(T),
}

/// The instances of a resource: by key, or one without.
#[derive(Debug, Clone)]
pub(super) enum Instances {
    /// No `for_each`.
    One,
    /// What `each.value` is, by `each.key`.
    Each(Rc<BTreeMap<String, Value>>),
}

/// Evaluates expressions of one module.
#[derive(Debug)]
pub(super) struct Evaluator<'m> {
    pub(super) module: &'m Module<'m>,
    /// What the caller of the module sets.
    pub(super) inputs: BTreeMap<&'static str, Value>,
    /// The outputs of the modules that it calls.
    pub(super) modules: BTreeMap<&'static str, Value>,
    /// Failures that Terraform has as well, as something is not there: `try` goes on behind them.
    pub(super) absent: Vec<Rc<Unknown>>,
    locals: BTreeMap<&'m str, Once<Result>>,
    instances: BTreeMap<&'m str, Once<std::result::Result<Instances, Rc<Unknown>>>>,
    bodies: BTreeMap<String, Once<Result>>,
    pub(super) references: BTreeMap<&'m str, Value>,
    pub(super) steps: u32,
    bytes: usize,
    depth: u32,
}

impl<'m> Evaluator<'m> {
    /// An evaluator of a module, with some of its variables set.
    pub(super) fn new(module: &'m Module<'m>, inputs: BTreeMap<&'static str, Value>) -> Self {
        Self {
            module,
            inputs,
            modules: BTreeMap::new(),
            absent: Vec::new(),
            locals: BTreeMap::new(),
            instances: BTreeMap::new(),
            bodies: BTreeMap::new(),
            references: BTreeMap::new(),
            steps: 0,
            bytes: 0,
            depth: 0,
        }
    }

    /// A failure at a place.
    pub(super) fn fail(&self, at: At, what: String) -> Rc<Unknown> {
        Rc::new(Unknown::new(self.module.place(at), what))
    }

    /// The value of a definition, outside of any scope.
    pub(super) fn definition(&mut self, definition: Definition<'m>) -> Result {
        self.eval(definition.value, Context { file: definition.file, scope: None })
    }

    /// The value of an output; `None` when there is no such output.
    pub(super) fn output(&mut self, name: &str) -> Option<Result> {
        let definition = self.module.outputs.get(name).copied()?;
        Some(self.definition(definition))
    }

    /// The value of a local; `None` when there is no such local.
    pub(super) fn local(&mut self, name: &str) -> Option<Result> {
        let (&name, &definition) = self.module.locals.get_key_value(name)?;
        Some(self.local_once(name, definition))
    }

    fn local_once(&mut self, name: &'m str, definition: Definition<'m>) -> Result {
        match self.locals.get(name) {
            Some(Once::Done(value)) => return value.clone(),
            Some(Once::Running) => {
                let at = At { file: definition.file, byte: byte(definition.value) };
                return Err(self.fail(at, format!("`local.{name}` is defined by itself")));
            }
            None => {}
        }
        self.locals.insert(name, Once::Running);
        let value = self.definition(definition);
        self.locals.insert(name, Once::Done(value.clone()));
        value
    }

    /// The instances of a resource, evaluated once.
    pub(super) fn instances_once(
        &mut self,
        address: &'m str,
        evaluate: impl FnOnce(&mut Self) -> std::result::Result<Instances, Rc<Unknown>>,
    ) -> std::result::Result<Instances, Rc<Unknown>> {
        match self.instances.get(address) {
            Some(Once::Done(instances)) => return instances.clone(),
            Some(Once::Running) => return Err(self.circle(address)),
            None => {}
        }
        self.instances.insert(address, Once::Running);
        let instances = evaluate(self);
        self.instances.insert(address, Once::Done(instances.clone()));
        instances
    }

    /// The body of an instance, evaluated once.
    pub(super) fn body_once(&mut self, address: &str, evaluate: impl FnOnce(&mut Self) -> Result) -> Result {
        match self.bodies.get(address) {
            Some(Once::Done(body)) => return body.clone(),
            Some(Once::Running) => return Err(self.circle(address)),
            None => {}
        }
        self.bodies.insert(address.to_owned(), Once::Running);
        let body = evaluate(self);
        self.bodies.insert(address.to_owned(), Once::Done(body.clone()));
        body
    }

    fn circle(&self, address: &str) -> Rc<Unknown> {
        let resource = address.split('[').next().unwrap_or(address);
        let at = self.module.resources.get(resource).map_or(At { file: 0, byte: 0 }, |declared| declared.at);
        self.fail(at, format!("`{address}` is defined by itself"))
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &'m Expression, context: Context<'_>) -> Result {
        self.steps += 1;
        self.depth += 1;
        let value = if self.depth > MAX_DEPTH || self.steps > MAX_STEPS {
            let at = At { file: context.file, byte: byte(expr) };
            Err(self.fail(at, "the module is too large or nested too deep to be followed".to_owned()))
        } else {
            self.eval_inner(expr, context)
        };
        self.depth -= 1;
        match value {
            Ok(Value::Unknown(unknown)) => Err(unknown),
            value => value,
        }
    }

    fn eval_inner(&mut self, expr: &'m Expression, context: Context<'_>) -> Result {
        let at = At { file: context.file, byte: byte(expr) };
        match expr {
            Expression::Null(_) => Ok(Value::Null),
            Expression::Bool(bool) => Ok(Value::Bool(*bool.value())),
            Expression::Number(number) => Ok(Value::Number(*number.value())),
            Expression::String(text) => Ok(Value::text(text.value())),
            Expression::Parenthesis(inner) => self.eval(inner.inner(), context),
            Expression::Array(array) => {
                let items = array.iter().map(|item| self.eval(item, context).unwrap_or_else(Value::Unknown)).collect();
                self.list(items, at)
            }
            Expression::Object(object) => self.object(object, context, at),
            Expression::StringTemplate(template) => self.template(template, context, at),
            Expression::Conditional(conditional) => {
                let holds = self.bool(&conditional.cond_expr, context)?;
                self.eval(if holds { &conditional.true_expr } else { &conditional.false_expr }, context)
            }
            Expression::FuncCall(call) => self.call(call, context, at),
            Expression::Variable(name) => self.root(name.as_str(), &mut [].iter(), context, at),
            Expression::Traversal(traversal) => self.traversal(traversal, context, at),
            Expression::UnaryOp(unary) => {
                let value = self.eval(&unary.expr, context)?;
                operators::unary(*unary.operator.value(), &value).map_err(|what| self.fail(at, what))
            }
            Expression::BinaryOp(binary) => {
                let left = self.eval(&binary.lhs_expr, context);
                let right = self.eval(&binary.rhs_expr, context);
                operators::binary(*binary.operator.value(), left, right)?.map_err(|what| self.fail(at, what))
            }
            Expression::ForExpr(each) => self.for_expr(each, context, at),
            Expression::HeredocTemplate(_) => Err(self.fail(at, "a heredoc is not followed".to_owned())),
        }
    }

    /// The truth of a condition.
    pub(super) fn bool(
        &mut self,
        expr: &'m Expression,
        context: Context<'_>,
    ) -> std::result::Result<bool, Rc<Unknown>> {
        match self.eval(expr, context)? {
            Value::Bool(bool) => Ok(bool),
            Value::Text(text) if &*text == "true" => Ok(true),
            Value::Text(text) if &*text == "false" => Ok(false),
            other => {
                let at = At { file: context.file, byte: byte(expr) };
                Err(self.fail(at, format!("a condition that is {}", other.kind())))
            }
        }
    }

    /// A list, unless it is too deep.
    pub(super) fn list(&self, items: Vec<Value>, at: At) -> Result {
        Value::list(items).ok_or_else(|| self.fail(at, "a value that is nested too deep".to_owned()))
    }

    /// A map, unless it is too deep.
    pub(super) fn map(&self, members: BTreeMap<String, Value>, at: At) -> Result {
        Value::map(members).ok_or_else(|| self.fail(at, "a value that is nested too deep".to_owned()))
    }

    fn made(&mut self, text: &str, at: At) -> std::result::Result<(), Rc<Unknown>> {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > MAX_BYTES { Err(self.fail(at, "texts too long to be followed".to_owned())) } else { Ok(()) }
    }

    fn object(&mut self, object: &'m Object, context: Context<'_>, at: At) -> Result {
        let mut members = BTreeMap::new();
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(name) => name.as_str().to_owned(),
                ObjectKey::Expression(expr) => {
                    let key = self.eval(expr, context)?;
                    let plain = !matches!(key, Value::Attribute(_) | Value::Composed(_));
                    let key = key.spelled().filter(|_| plain);
                    key.ok_or_else(|| self.fail(at, "a key that is not known".to_owned()))?
                }
            };
            let value = self.eval(value.expr(), context).unwrap_or_else(Value::Unknown);
            if members.insert(key, value).is_some() {
                return Err(self.fail(at, "a key is there twice".to_owned()));
            }
        }
        self.map(members, at)
    }

    fn template(&mut self, template: &'m StringTemplate, context: Context<'_>, at: At) -> Result {
        let mut out = String::new();
        let mut composed = false;
        for element in template {
            match element {
                Element::Literal(text) => out.push_str(text.value()),
                Element::Interpolation(part) => {
                    let value = self.eval(&part.expr, context)?;
                    if template.len() == 1 {
                        return Ok(value);
                    }
                    composed |= matches!(value, Value::Attribute(_) | Value::Composed(_));
                    match value.spelled() {
                        Some(text) => out.push_str(&text),
                        None => return Err(self.fail(at, format!("{} in a text", value.kind()))),
                    }
                }
                Element::Directive(_) => return Err(self.fail(at, "a directive in a text is not followed".to_owned())),
            }
        }
        self.made(&out, at)?;
        Ok(if composed { Value::Composed(Rc::from(out)) } else { Value::Text(Rc::from(out)) })
    }

    fn call(&mut self, call: &'m FuncCall, context: Context<'_>, at: At) -> Result {
        let name = call.name.name.as_str();
        if call.name.is_namespaced() || call.args.expand_final() {
            return Err(self.fail(at, format!("this call of `{name}` is not followed")));
        }
        if name == "try" {
            return self.first_that_is_there(call, context, at);
        }
        let mut arguments = Vec::with_capacity(call.args.len());
        for argument in &call.args {
            arguments.push(self.eval(argument, context)?);
        }
        let items = arguments.iter().filter_map(Value::items).map(<[Value]>::len).sum::<usize>();
        self.steps = self.steps.saturating_add(u32::try_from(items).unwrap_or(u32::MAX));
        if let ("file", [Value::Text(path)]) = (name, arguments.as_slice()) {
            let text = self.module.text(path);
            let Some(text) = text else { return Err(self.fail(at, "a file that is not here".to_owned())) };
            self.made(text, at)?;
            return Ok(Value::text(text));
        }
        if let ("filebase64sha256", [Value::Text(path)]) = (name, arguments.as_slice()) {
            // How it is spelled has no say; a file that is not here has one.
            let Some(text) = self.module.text(path) else {
                return Err(self.fail(at, "a file that is not here".to_owned()));
            };
            return Ok(Value::text(&sha256_hex(text.as_bytes())));
        }
        let value = functions::call(name, &arguments, &mut self.steps).map_err(|what| self.fail(at, what))?;
        if let Value::Text(text) | Value::Composed(text) = &value {
            self.made(text, at)?;
        }
        Ok(value)
    }

    /// `try`: the first argument that refers to nothing that is not there. What is not understood here is not tried.
    fn first_that_is_there(&mut self, call: &'m FuncCall, context: Context<'_>, at: At) -> Result {
        for argument in &call.args {
            match self.eval(argument, context) {
                Err(failure) if self.absent.iter().any(|absent| Rc::ptr_eq(absent, &failure)) => {}
                value => return value,
            }
        }
        Err(self.fail(at, "no argument of `try` is there".to_owned()))
    }

    fn for_expr(&mut self, each: &'m ForExpr, context: Context<'_>, at: At) -> Result {
        let collection = self.eval(&each.intro.collection_expr, context)?;
        let Some(entries) = entries(&collection) else {
            return Err(self.fail(at, format!("a `for` over {}", collection.kind())));
        };
        if each.grouping {
            return Err(self.fail(at, "a `for` that groups is not followed".to_owned()));
        }
        let mut items = Vec::new();
        let mut members = BTreeMap::new();
        for (key, value) in entries {
            let key = Scope {
                name: each.intro.key_var.as_ref().map_or("", |name| name.as_str()),
                value: key,
                outer: context.scope,
            };
            let scope = Scope { name: each.intro.value_var.as_str(), value, outer: Some(&key) };
            let inner = Context { file: context.file, scope: Some(&scope) };
            if let Some(condition) = &each.cond
                && !self.bool(&condition.expr, inner)?
            {
                continue;
            }
            let key = each.key_expr.as_ref().map(|expr| self.eval(expr, inner)).transpose()?;
            let value = self.eval(&each.value_expr, inner).unwrap_or_else(Value::Unknown);
            match key.as_ref().map(Value::as_str) {
                None => items.push(value),
                Some(Some(key)) => {
                    if members.insert(key.to_owned(), value).is_some() {
                        return Err(self.fail(at, format!("the key `{key}` is made twice")));
                    }
                }
                Some(None) => return Err(self.fail(at, "a key that is not known".to_owned())),
            }
        }
        if each.key_expr.is_some() { self.map(members, at) } else { self.list(items, at) }
    }
}

/// Key and value of everything in a collection, as `for` and `for_each` of a `dynamic` block see it.
pub(super) fn entries(collection: &Value) -> Option<Vec<(Value, Value)>> {
    Some(match collection {
        Value::List(list) => {
            list.items.iter().enumerate().map(|(index, item)| (Value::Number(index.into()), item.clone())).collect()
        }
        Value::Set(set) => set.items.iter().map(|item| (item.clone(), item.clone())).collect(),
        Value::Map(map) => map.members.iter().map(|(key, value)| (Value::text(key), value.clone())).collect(),
        _ => return None,
    })
}

/// The address of an instance: `TYPE.LABEL["KEY"]`.
pub(super) fn keyed(address: &str, key: &str) -> String {
    format!("{address}[{}]", serde_json::Value::from(key))
}

/// The address of a resource, and the key of one of its instances.
pub(super) fn unkeyed(address: &str) -> (&str, Option<String>) {
    let split = address.split_once('[').and_then(|(resource, key)| Some((resource, key.strip_suffix(']')?)));
    split.map_or((address, None), |(resource, key)| (resource, serde_json::from_str(key).ok()))
}
