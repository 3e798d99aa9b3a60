//! What `terraform show -json` prints of a plan or a state to the instances that will be there.
//!
//! A plan does not tell what only AWS can tell, such as the id of a new policy. The configuration in the plan tells
//! what an expression refers to, but not the expression. A reference is followed only where it can mean one instance and
//! is the only one; then it is taken for the whole value, except where text around it is usual: ARNs in policies, hosts.
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use super::super::File;
use super::super::{Format, Mistake, Place, ReadBack, Unknown, Unreadable};
use super::behaviors::{own_policies, whole};
use super::deployment;
use super::instances::{Estate, Instance};
use super::references::{References, Scope};
use super::value::Value;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Whether a file is what `terraform show -json` prints. The text is looked at, not parsed.
pub(super) fn is_plan(file: &File) -> bool {
    let values = file.text.contains("\"planned_values\"") || file.text.contains("\"values\"");
    file.text.trim_start().starts_with('{') && file.text.contains("\"format_version\"") && values
}

/// Reads a plan or a state.
pub(super) fn read(file: &File) -> Result<ReadBack, Unreadable> {
    let place = whole(&file.path);
    let unreadable = |message: String, place: Place, mistake: Mistake| Unreadable { place, message, mistake };
    let plan: Json = serde_json::from_str(&file.text).map_err(|error| {
        let place = Place { path: file.path.clone(), line: error.line(), column: error.column() };
        unreadable(format!("not JSON: {error}"), place, Mistake::Syntax)
    })?;
    let planned = plan.get("planned_values").or_else(|| plan.get("values"));
    let Some(planned) = planned.filter(|planned| planned.is_object()) else {
        let message = "neither a plan nor a state of Terraform with anything in it".to_owned();
        return Err(unreadable(message, place, Mistake::Format));
    };
    let mut reader = Reader::new(&plan, &place);
    reader.module(planned.get("root_module").unwrap_or(&Json::Null), 0);
    // Data sources that are read while planning are told of as what is there already.
    let prior = plan.pointer("/prior_state/values/root_module").unwrap_or(&Json::Null);
    reader.only_data = true;
    reader.module(prior, 0);
    reader.data_of_apply(&plan);
    let estate = reader.estate();
    let outputs = outputs(planned, &place);
    let mut unknowns = Vec::new();
    for (member, bad, what) in [
        ("errored", true, "planning failed, and what is here is a part"),
        ("complete", false, "the plan leaves out a part of what the configuration asks for"),
    ] {
        if plan.get(member).and_then(Json::as_bool) == Some(bad) {
            unknowns.push(Unknown::new(place.clone(), what));
        }
    }
    let deployed = deployment::read(&estate, &outputs, &place, &mut unknowns);
    Ok(ReadBack { format: Format::TerraformPlan, deployed, policies: own_policies(&estate), unknowns })
}

/// The outputs of the root module; those that AWS will tell are unknown.
fn outputs(planned: &Json, place: &Place) -> BTreeMap<String, Value> {
    let outputs = planned.get("outputs").and_then(Json::as_object).into_iter().flatten();
    let value = |(name, output): (&String, &Json)| {
        let value = match output.get("value") {
            Some(value) => plain(value),
            None => unknown(place, format!("the output `{name}` is known only after apply")),
        };
        (name.clone(), value)
    };
    outputs.map(value).collect()
}

fn unknown(place: &Place, what: String) -> Value {
    Value::Unknown(Rc::new(Unknown::new(place.clone(), what)))
}

/// JSON as a value. (Depth is bounded by the parser, above what a list may be: deeper ones are null.)
pub(super) fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), _, _) => Value::Number(number.into()),
            (_, Some(number), _) => Value::Number(number.into()),
            (_, _, number) => number.and_then(hcl::edit::Number::from_f64).map_or(Value::Null, Value::Number),
        },
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::list(items.iter().map(plain).collect()).unwrap_or(Value::Null),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
            Value::map(members).unwrap_or(Value::Null)
        }
    }
}

/// An instance whose values are not put together yet.
struct Pending<'j> {
    kind: String,
    key: Option<String>,
    values: &'j Json,
    unknown: &'j Json,
    expressions: &'j Json,
    /// The scope of its module, by the module's address.
    scope: String,
}

struct Reader<'j> {
    place: &'j Place,
    changes: BTreeMap<&'j str, &'j Json>,
    references: References<'j>,
    pending: BTreeMap<String, Pending<'j>>,
    only_data: bool,
}

impl<'j> Reader<'j> {
    fn new(plan: &'j Json, place: &'j Place) -> Self {
        let changes = plan.get("resource_changes").and_then(Json::as_array).into_iter().flatten();
        let changes = changes.filter_map(|change| Some((change.get("address")?.as_str()?, change.get("change")?)));
        let root = plan.pointer("/configuration/root_module").unwrap_or(&Json::Null);
        Self {
            place,
            changes: changes.collect(),
            references: References::new(root),
            pending: BTreeMap::new(),
            only_data: false,
        }
    }

    /// A module of the planned values with the modules in it.
    fn module(&mut self, module: &'j Json, depth: u32) {
        let address = module.get("address").and_then(Json::as_str).unwrap_or_default();
        for resource in module.get("resources").and_then(Json::as_array).into_iter().flatten() {
            let is_data = resource.get("mode").and_then(Json::as_str) == Some("data");
            let values = resource.get("values").unwrap_or(&Json::Null);
            if is_data || !self.only_data {
                self.resource(resource, values, &Json::Null, address);
            }
        }
        for child in module.get("child_modules").and_then(Json::as_array).into_iter().flatten() {
            let child_address = child.get("address").and_then(Json::as_str).unwrap_or_default();
            self.references.enter(address, child_address);
            if depth < 32 {
                self.module(child, depth + 1);
            }
        }
    }

    /// Data sources that are read while applying: what is known of them is among the changes.
    fn data_of_apply(&mut self, plan: &'j Json) {
        for change in plan.get("resource_changes").and_then(Json::as_array).into_iter().flatten() {
            let is_data = change.get("mode").and_then(Json::as_str) == Some("data");
            let Some(after) = change.pointer("/change/after").filter(|_| is_data) else { continue };
            let module = change.get("module_address").and_then(Json::as_str).unwrap_or_default();
            self.resource(change, after, &Json::Null, module);
        }
    }

    fn resource(&mut self, resource: &'j Json, values: &'j Json, nothing: &'j Json, module: &str) {
        let text = |name: &str| resource.get(name).and_then(Json::as_str);
        let (Some(address), Some(kind), Some(name)) = (text("address"), text("type"), text("name")) else { return };
        let data = if text("mode") == Some("data") { "data." } else { "" };
        let unknown = self.changes.get(address).and_then(|change| change.get("after_unknown")).unwrap_or(nothing);
        let kind = format!("{data}{kind}");
        let expressions = self.references.expressions(module, &format!("{kind}.{name}")).unwrap_or(nothing);
        let index = resource.get("index");
        let key = index.map(|index| index.as_str().map_or_else(|| index.to_string(), str::to_owned));
        self.references.instance(module, &format!("{kind}.{name}"), address);
        let scope = module.to_owned();
        let pending = Pending { kind, key, values, unknown, expressions, scope };
        self.pending.entry(address.to_owned()).or_insert(pending);
    }

    fn estate(&self) -> Estate {
        let instance = |(address, pending): (&String, &Pending<'j>)| {
            let address: Rc<str> = Rc::from(address.as_str());
            let merge = Merge { address: &address, place: self.place, references: &self.references };
            let scope = self.references.scope(&pending.scope);
            let body = merge.value(pending.values, pending.unknown, Some(pending.expressions), scope, "", 0);
            let (kind, key) = (pending.kind.clone(), pending.key.clone());
            (address.clone(), Instance { address, kind, key, place: self.place.clone(), body })
        };
        self.pending.iter().map(instance).collect()
    }
}

/// Puts the known values, the unknown ones and what they refer to together.
struct Merge<'m, 'j> {
    address: &'m str,
    place: &'m Place,
    references: &'m References<'j>,
}

impl<'j> Merge<'_, 'j> {
    fn value(
        &self,
        value: &Json,
        unknown_there: &Json,
        expression: Option<&'j Json>,
        scope: Option<&Scope<'j>>,
        name: &str,
        depth: u32,
    ) -> Value {
        let told_later = || {
            let what = format!("`{name}` of `{}` is known only after apply", self.address);
            unknown(self.place, what)
        };
        if depth > 32 {
            return told_later();
        }
        match (value, unknown_there) {
            // What the configuration does not set is up to the provider, which makes up nothing that is read here.
            (_, Json::Bool(true)) if expression.is_some_and(Json::is_null) => Value::Null,
            // In a policy an ARN mostly has something behind it, which the plan does not tell.
            (_, Json::Bool(true)) if name == "resources" => told_later(),
            (_, Json::Bool(true)) => {
                let found =
                    expression.zip(scope).and_then(|(expression, scope)| self.references.follow(expression, scope, 0));
                // Of a condition's text only the references are told: an id is a part of an ARN there.
                let found = found.filter(|attribute| name != "values" || attribute.name == "arn");
                found.map_or_else(told_later, |attribute| Value::Attribute(Rc::new(attribute)))
            }
            (_, Json::Object(unknowns)) => {
                let known = value.as_object();
                let names = known.into_iter().flat_map(|known| known.keys()).chain(unknowns.keys());
                let member = |name: &String| {
                    let value = known.and_then(|known| known.get(name)).unwrap_or(&Json::Null);
                    let unknown = unknowns.get(name).unwrap_or(&Json::Null);
                    let inner = expression.map(|expression| expression.get(name).unwrap_or(&Json::Null));
                    (name.clone(), self.value(value, unknown, inner, scope, name, depth + 1))
                };
                Value::map(names.map(member).collect()).unwrap_or(Value::Null)
            }
            (_, Json::Array(unknowns)) => {
                let known = value.as_array().map_or(&[][..], Vec::as_slice);
                let length = known.len().max(unknowns.len());
                // Blocks that the configuration does not list come of a `dynamic` one, and what they refer to is told
                // nowhere.
                let is_dynamic = expression.is_some_and(Json::is_null) && known.iter().any(Json::is_object);
                let expression = expression.filter(|_| !is_dynamic);
                let item = |index: usize| {
                    let value = known.get(index).unwrap_or(&Json::Null);
                    let unknown = unknowns.get(index).unwrap_or(&Json::Null);
                    let inner = expression.and_then(|all| item_expression(all, index, value, length, name));
                    self.value(value, unknown, inner, scope, name, depth + 1)
                };
                Value::list((0..length).map(item).collect()).unwrap_or(Value::Null)
            }
            _ => plain(value),
        }
    }
}

/// What the configuration says about an item of a list: blocks are listed, in an order that only lists keep; other
/// lists have one expression. Blocks that a `dynamic` block makes are not in the configuration.
fn item_expression<'j>(all: &'j Json, index: usize, value: &Json, length: usize, name: &str) -> Option<&'j Json> {
    let Some(blocks) = all.as_array() else { return Some(all) };
    if blocks.len() != length {
        return None;
    }
    if length == 1 || name == "ordered_cache_behavior" || name == "statement" {
        return blocks.get(index);
    }
    let fits = |block: &&Json| {
        block.as_object().into_iter().flatten().all(|(name, expression)| {
            expression.get("constant_value").is_none_or(|constant| value.get(name) == Some(constant))
        })
    };
    let mut fitting = blocks.iter().filter(fits);
    let first = fitting.next();
    first.filter(|_| fitting.next().is_none())
}
