//! What names mean in a template: parameters, mappings, conditions, exports. Intrinsic functions in, values out.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::super::value::{At, Kind, Member, Text, Value};
use crate::diagnostic::shown;
use crate::document::{self, Node};

pub(super) use crate::outline::SHORT_FORMS as TAGS;

/// How deep functions and conditions may lead.
const MAX_DEPTH: usize = 200;

/// Values and bytes that a template may come to.
const BUDGET: usize = 1024 * 1024;

/// What names mean.
#[derive(Debug)]
pub(super) struct Scope<'n> {
    /// Parameters with their defaults.
    parameters: BTreeMap<&'n str, Option<&'n Node>>,
    /// Parameters whose value is a list, written as one text.
    lists: BTreeSet<&'n str>,
    mappings: Option<&'n Node>,
    conditions: BTreeMap<&'n str, &'n Node>,
    /// What conditions came to; nothing for one that is being computed.
    truths: RefCell<BTreeMap<&'n str, Option<bool>>>,
    /// Parameters that stand for something that the caller knows by their names.
    kept: BTreeSet<String>,
    /// Exported values, by what stands behind the stack's name.
    exports: BTreeMap<Text, Text>,
    budget: Cell<usize>,
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
fn is_list(parameter: &Node) -> bool {
    let kind = parameter.get("Type").and_then(Node::as_str).unwrap_or_default();
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

impl<'n> Scope<'n> {
    /// Of a template.
    pub(super) fn of(template: &'n Node) -> Self {
        let entries = |key: &str| template.get(key).map(Node::entries).unwrap_or_default();
        let default = |parameter: &'n Node| {
            // The default of such a parameter is the name of what holds the value.
            let stored = parameter.get("Type").and_then(Node::as_str).is_some_and(|t| t.starts_with("AWS::SSM::"));
            parameter.get("Default").filter(|_| !stored)
        };
        Self {
            parameters: entries("Parameters").iter().map(|e| (e.key.as_str(), default(&e.value))).collect(),
            lists: entries("Parameters").iter().filter(|e| is_list(&e.value)).map(|e| e.key.as_str()).collect(),
            mappings: template.get("Mappings"),
            conditions: entries("Conditions").iter().map(|e| (e.key.as_str(), &e.value)).collect(),
            truths: RefCell::default(),
            kept: BTreeSet::new(),
            exports: BTreeMap::new(),
            budget: Cell::new(BUDGET),
        }
    }

    /// Keeps a parameter as a reference, whatever its default.
    pub(super) fn keep(&mut self, parameter: String) {
        self.kept.insert(parameter);
    }

    /// Lets `Fn::ImportValue` of `PREFIX-name` find what the template exports as `STACK-name`.
    pub(super) fn export(&mut self, outputs: &Node, file: usize) {
        let exports = outputs.entries().iter().filter_map(|output| {
            let name = self.text(output.value.get("Export")?.get("Name")?, file)?;
            let name = name.strip_prefix(&Text::reference("AWS::StackName"))?;
            Some((name, self.text(output.value.get("Value")?, file)?))
        });
        self.exports = exports.collect();
    }

    /// The default of a parameter, as text.
    pub(super) fn default(&self, parameter: &str) -> Option<String> {
        self.parameters.get(parameter).copied().flatten().and_then(scalar)
    }

    fn text(&self, node: &Node, file: usize) -> Option<Text> {
        match self.value(node, file).kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a node; what `AWS::NoValue` leaves out at its top is null.
    pub(super) fn value(&self, node: &Node, file: usize) -> Value {
        let at = At { file, span: node.place() };
        self.compute(node, file, 0).unwrap_or(Value { at, kind: Kind::Null })
    }

    /// `None` is `AWS::NoValue`.
    fn compute(&self, node: &Node, file: usize, depth: usize) -> Option<Value> {
        let at = At { file, span: node.place() };
        let kind = if depth > MAX_DEPTH {
            Kind::Unknown("functions lead too deep".to_owned())
        } else if !self.pay(1) {
            too_much()
        } else {
            match &node.value {
                document::Value::Mapping(entries) => match entries.as_slice() {
                    [entry] if entry.key == "Ref" || entry.key.starts_with("Fn::") => {
                        let kind = self.function(&entry.key, &entry.value, file, depth + 1)?;
                        if let Kind::Text(text) = &kind
                            && !self.pay(text.size())
                        {
                            too_much()
                        } else {
                            kind
                        }
                    }
                    _ => Kind::Map(
                        entries
                            .iter()
                            .filter_map(|entry| {
                                let value = self.compute(&entry.value, file, depth + 1)?;
                                Some(Member { key: entry.key.clone(), at: At { file, span: entry.key_span }, value })
                            })
                            .collect(),
                    ),
                },
                document::Value::Sequence(items) => {
                    Kind::List(items.iter().filter_map(|item| self.compute(item, file, depth + 1)).collect())
                }
                // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
                document::Value::String(text) if text.contains("{{resolve:") => {
                    Kind::Unknown(format!("`{}` is fetched from elsewhere", shown(text)))
                }
                _ => return Some(Value::of(node, file)),
            }
        };
        Some(Value { at, kind })
    }

    fn pay(&self, price: usize) -> bool {
        let left = self.budget.get().checked_sub(price);
        self.budget.set(left.unwrap_or(0));
        left.is_some()
    }

    fn function(&self, name: &str, argument: &Node, file: usize, depth: usize) -> Option<Kind> {
        let compute = |node: &Node| self.compute(node, file, depth + 1).map(|value| value.kind);
        let text = |node: &Node| match compute(node) {
            Some(Kind::Text(text)) => Ok(text),
            Some(Kind::Integer(number)) => Ok(Text::literal(&number.to_string())),
            Some(Kind::Bool(flag)) => Ok(Text::literal(&flag.to_string())),
            Some(Kind::Unknown(why)) => Err(Kind::Unknown(why)),
            _ => Err(Kind::Unknown(format!("`{name}` of something that is no text"))),
        };
        let computed = match (name, argument.items()) {
            ("Ref", _) => return self.reference(argument.as_str().unwrap_or_default(), file, depth),
            ("Fn::GetAtt", _) => Ok(attribute(argument)),
            ("Fn::Sub", []) => {
                argument.as_str().map_or_else(|| Err(not_computed(name)), |t| self.sub(t, None, file, depth))
            }
            ("Fn::Sub", [template, variables]) => {
                let template = template.as_str();
                template.map_or_else(|| Err(not_computed(name)), |t| self.sub(t, Some(variables), file, depth))
            }
            ("Fn::Join", [delimiter, list]) => text(delimiter).and_then(|d| join(&d, compute(list))),
            ("Fn::If", [condition, yes, no]) => {
                let condition = condition.as_str().unwrap_or_default();
                match self.truth(condition, file, depth) {
                    Some(true) => return compute(yes),
                    Some(false) => return compute(no),
                    None => Err(Kind::Unknown(format!("it depends on the condition `{}`", shown(condition)))),
                }
            }
            ("Fn::FindInMap", [map, first, second]) => text(map).and_then(|map| {
                let (first, second) = (text(first)?, text(second)?);
                let found = self.find(&map, &first, &second).and_then(&compute);
                found.ok_or_else(|| Kind::Unknown(format!("`{}` of a mapping is not known", shown(&first.shown()))))
            }),
            ("Fn::Select", [index, list]) => text(index).and_then(|index| {
                let Some(Kind::List(items)) = compute(list) else { return Err(not_computed(name)) };
                let index = index.as_literal().and_then(|index| index.parse::<usize>().ok());
                index.and_then(|i| items.into_iter().nth(i)).map(|value| value.kind).ok_or_else(|| not_computed(name))
            }),
            ("Fn::Split", [delimiter, whole]) => text(delimiter).and_then(|delimiter| {
                let whole = text(whole)?;
                match (delimiter.as_literal(), whole.as_literal()) {
                    (Some(delimiter), Some(whole)) if !delimiter.is_empty() => {
                        let at = At { file, span: argument.place() };
                        let part = |part: &str| Value { at, kind: Kind::Text(Text::literal(part)) };
                        Ok(Kind::List(whole.split(delimiter).map(part).collect()))
                    }
                    _ => Err(not_computed(name)),
                }
            }),
            ("Fn::ImportValue", _) => text(argument).and_then(|name| {
                let behind_stack = name.strip_prefix(&Text::reference(super::STACK_NAME));
                let found = behind_stack.and_then(|name| self.exports.get(&name));
                let missing = || Kind::Unknown(format!("another stack exports `{}`", shown(&name.shown())));
                found.cloned().map(Kind::Text).ok_or_else(missing)
            }),
            _ => Err(not_computed(name)),
        };
        Some(computed.unwrap_or_else(|unknown| unknown))
    }

    /// What `Ref` says; `None` for `AWS::NoValue`.
    fn reference(&self, name: &str, file: usize, depth: usize) -> Option<Kind> {
        if name == "AWS::NoValue" {
            return None;
        }
        if self.kept.contains(name) {
            return Some(Kind::Text(Text::reference(name)));
        }
        match self.parameters.get(name) {
            Some(Some(default)) if self.lists.contains(name) => {
                let at = At { file, span: default.place() };
                let item = |text: &str| Value { at, kind: Kind::Text(Text::literal(text.trim())) };
                Some(Kind::List(scalar(default)?.split(',').map(item).collect()))
            }
            Some(Some(default)) => {
                let text = scalar(default).map(|text| Kind::Text(Text::literal(&text)));
                text.or_else(|| self.compute(default, file, depth + 1).map(|value| value.kind))
            }
            _ => Some(Kind::Text(Text::reference(name))),
        }
    }

    /// `${Name}`, `${Resource.Attribute}`, and `${!Literal}`.
    fn sub(&self, template: &str, variables: Option<&Node>, file: usize, depth: usize) -> Result<Kind, Kind> {
        let mut out = Text::default();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            out.push(&Text::literal(before));
            let Some((name, after)) = after.split_once('}') else { return Err(not_computed("Fn::Sub")) };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                out.push(&Text::literal(&["${", literal, "}"].concat()));
                continue;
            }
            let variable = variables.and_then(|variables| variables.get(name));
            let value = match variable {
                Some(variable) => self.compute(variable, file, depth + 1).map(|value| value.kind),
                None => self.reference(name.trim(), file, depth + 1),
            };
            match value {
                Some(Kind::Text(text)) if self.pay(text.size()) => out.push(&text),
                Some(Kind::Text(_)) => return Err(too_much()),
                Some(Kind::Integer(number)) => out.push(&Text::literal(&number.to_string())),
                Some(Kind::Unknown(why)) => return Err(Kind::Unknown(why)),
                _ => return Err(Kind::Unknown(format!("`{}` in `Fn::Sub` is no text", shown(name)))),
            }
        }
        out.push(&Text::literal(rest));
        if out.shown().contains("{{resolve:") {
            return Err(Kind::Unknown(format!("`{}` is fetched from elsewhere", shown(template))));
        }
        Ok(Kind::Text(out))
    }

    fn find(&self, map: &Text, first: &Text, second: &Text) -> Option<&'n Node> {
        self.mappings?.get(map.as_literal()?)?.get(first.as_literal()?)?.get(second.as_literal()?)
    }

    /// Whether a named condition holds; `None` when nobody here can tell.
    pub(super) fn truth_of(&self, name: &str, file: usize) -> Option<bool> {
        self.truth(name, file, 0)
    }

    fn truth(&self, name: &str, file: usize, depth: usize) -> Option<bool> {
        let (&name, &node) = self.conditions.get_key_value(name)?;
        if let Some(truth) = self.truths.borrow().get(name) {
            return *truth;
        }
        // A condition that leads to itself is not known.
        self.truths.borrow_mut().insert(name, None);
        let truth = self.holds(node, file, depth + 1);
        self.truths.borrow_mut().insert(name, truth);
        truth
    }

    fn holds(&self, node: &Node, file: usize, depth: usize) -> Option<bool> {
        let [entry] = node.entries() else { return None };
        if depth > MAX_DEPTH || !self.pay(1) {
            return None;
        }
        let parts = || entry.value.items().iter().map(|part| self.holds(part, file, depth + 1));
        match (entry.key.as_str(), entry.value.items()) {
            ("Condition", _) => self.truth(entry.value.as_str()?, file, depth + 1),
            ("Fn::Not", [part]) => self.holds(part, file, depth + 1).map(|holds| !holds),
            ("Fn::And", _) => all(parts()),
            ("Fn::Or", _) => all(parts().map(|holds| holds.map(|holds| !holds))).map(|none| !none),
            ("Fn::Equals", [a, b]) => {
                let (a, b) = (self.operand(a, file, depth)?, self.operand(b, file, depth)?);
                let literal = a.as_literal().is_some() && b.as_literal().is_some();
                (literal || a == b).then_some(a == b)
            }
            _ => None,
        }
    }

    /// A side of `Fn::Equals`: of a parameter its default, even when it is kept.
    fn operand(&self, node: &Node, file: usize, depth: usize) -> Option<Text> {
        if let [entry] = node.entries()
            && entry.key == "Ref"
            && let Some(default) = entry.value.as_str().and_then(|name| self.default(name))
            && self.pay(default.len())
        {
            return Some(Text::literal(&default));
        }
        match self.compute(node, file, depth + 1)?.kind {
            Kind::Text(text) => Some(text),
            Kind::Bool(flag) => Some(Text::literal(&flag.to_string())),
            Kind::Integer(number) => Some(Text::literal(&number.to_string())),
            _ => None,
        }
    }
}

/// Whether all hold; one that does not decides, whatever is not known.
fn all(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for truth in truths {
        match truth {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// A scalar as the text that a parameter makes of it.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        document::Value::String(text) => Some(text.clone()),
        document::Value::Integer(number) => Some(number.to_string()),
        document::Value::Float(number) => Some(number.to_string()),
        document::Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// `Resource.Attribute`, or a list of the two.
fn attribute(argument: &Node) -> Kind {
    let name = match argument.items() {
        [resource, attribute] => resource.as_str().zip(attribute.as_str()).map(|(r, a)| format!("{r}.{a}")),
        _ => argument.as_str().map(str::to_owned),
    };
    name.map_or_else(|| not_computed("Fn::GetAtt"), |name| Kind::Text(Text::reference(&name)))
}

fn join(delimiter: &Text, list: Option<Kind>) -> Result<Kind, Kind> {
    let Some(Kind::List(items)) = list else { return Err(not_computed("Fn::Join")) };
    let mut out = Text::default();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(delimiter);
        }
        match &item.kind {
            Kind::Text(text) => out.push(text),
            Kind::Integer(number) => out.push(&Text::literal(&number.to_string())),
            Kind::Unknown(why) => return Err(Kind::Unknown(why.clone())),
            _ => return Err(not_computed("Fn::Join")),
        }
    }
    Ok(Kind::Text(out))
}

fn not_computed(function: &str) -> Kind {
    Kind::Unknown(format!("`{}` is not computed here", shown(function)))
}

fn too_much() -> Kind {
    Kind::Unknown("the template comes to more than is read".to_owned())
}
