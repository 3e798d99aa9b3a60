//! Environments: which there are, and a document with the values of one in place of its variables.

use super::codes;
use super::decode;
use super::raw::{Map, Named, OneOrMany, RawEnvironment};
use super::texts::part_of;
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::codes::DOCUMENT_TOO_LARGE;
use crate::document::limits::MAX_BYTES;
use crate::document::{Entry, Node, Spanned, Value};
use crate::nearest::nearest;
use crate::source::Span;
use std::collections::BTreeSet;

/// The variable that every environment has: its name.
pub(super) const OWN_NAME: &str = "env";

/// Keys of the file whose texts are no one's to substitute: they say what the variables are.
const LITERAL: [&str; 2] = ["environments", "guardrails"];

/// The names of a document's environments, in the order of the file.
pub fn environments(root: &Node) -> Vec<String> {
    decode::environments(root).entries.into_iter().map(|environment| environment.id.value).collect()
}

/// The environments of the file, and the one that it is read for.
#[derive(Debug)]
pub(super) struct Environments<'e> {
    pub(super) declared: &'e Map<RawEnvironment>,
    pub(super) current: Option<&'e Named<RawEnvironment>>,
}

impl Environments<'_> {
    /// Whether something counts here that names the environments in which it counts. Reports names of none.
    pub(super) fn counts(&self, diags: &mut Diagnostics, names: Option<&OneOrMany<String>>) -> bool {
        let Some(names) = names else { return true };
        for name in &names.0 {
            if self.declared.is_map && !self.declared.entries.iter().any(|e| e.id.value == name.value) {
                self.unknown(diags, name);
            }
        }
        let here = self.current.map(|environment| &environment.id.value);
        names.0.iter().any(|name| Some(&name.value) == here)
    }

    fn unknown(&self, diags: &mut Diagnostics, name: &Spanned<String>) {
        let known: Vec<String> = self.declared.entries.iter().map(|e| e.id.value.clone()).collect();
        let message = format!("unknown environment `{}`", shown(&name.value));
        let finding = Diagnostic::new(&codes::UNKNOWN_ENVIRONMENT, name.span, message);
        diags.push(match nearest(&name.value, &known) {
            Some(near) => finding.label(format!("did you mean `{near}`?")).fix_text(name.span, near),
            None if known.is_empty() => finding
                .label("the file has no environments")
                .help("declare it under `environments`, or leave the name out"),
            None => finding.label("not declared").help(format!("declared: `{}`", known.join("`, `"))),
        });
    }
}

/// Most environments of one file: each is compiled for itself.
pub const MOST_ENVIRONMENTS: usize = 64;

/// The document with the current environment's values in its texts, and those of other environments in what is for these
/// alone. Without environments, `${` is text like any other.
pub(super) fn substituted(diags: &mut Diagnostics, root: &Node, environments: &Environments<'_>) -> Node {
    if environments.declared.entries.is_empty() {
        return root.clone();
    }
    let Value::Mapping(entries) = &root.value else { return root.clone() };
    let mut filler = Filler { diags, environments, current: environments.current, is_told: true, room: MAX_BYTES };
    let mut entry = |entry: &Entry| {
        let value = match entry.key.as_str() {
            key if LITERAL.contains(&key) || key.starts_with("x-") => entry.value.clone(),
            "frontends" => filler.frontends(&entry.value),
            "expect" | "waivers" => filler.list(&entry.value),
            _ => filler.node(&entry.value),
        };
        Entry { value, ..entry.clone() }
    };
    Node { value: Value::Mapping(entries.iter().map(&mut entry).collect()), ..root.clone() }
}

/// Puts values in place of variables.
struct Filler<'f, 'e> {
    diags: &'f mut Diagnostics,
    environments: &'f Environments<'e>,
    /// Whose values are put in.
    current: Option<&'e Named<RawEnvironment>>,
    /// Whether a variable without a value is reported.
    is_told: bool,
    /// Bytes that values may still add: a file that grows beyond all bounds is none.
    room: usize,
}

impl<'e> Filler<'_, 'e> {
    fn frontends(&mut self, node: &Node) -> Node {
        let Value::Mapping(entries) = &node.value else { return self.node(node) };
        let frontend = |entry: &Entry| {
            let owners = self.elsewhere(&entry.value, "only-in");
            let value = if owners.is_empty() { self.node(&entry.value) } else { self.withheld(&entry.value, &owners) };
            Entry { value, ..entry.clone() }
        };
        Node { value: Value::Mapping(entries.iter().map(frontend).collect()), ..node.clone() }
    }

    /// A list whose items may be for some environments only.
    fn list(&mut self, node: &Node) -> Node {
        let Value::Sequence(items) = &node.value else { return self.node(node) };
        let item = |item: &Node| match self.elsewhere(item, "in").first() {
            Some(owner) => self.of(owner, item),
            None => self.node(item),
        };
        Node { value: Value::Sequence(items.iter().map(item).collect()), ..node.clone() }
    }

    /// The environments that something is for, when the current one is none of them.
    fn elsewhere(&self, node: &Node, key: &str) -> Vec<&'e Named<RawEnvironment>> {
        let (Some(current), Some(names)) = (self.current, node.get(key)) else { return Vec::new() };
        let names: Vec<&str> =
            names.as_str().into_iter().chain(names.items().iter().filter_map(Node::as_str)).collect();
        if names.contains(&current.id.value.as_str()) {
            return Vec::new();
        }
        self.environments.declared.entries.iter().filter(|e| names.contains(&e.id.value.as_str())).collect()
    }

    /// A frontend that is kept from the current environment: its origins are those that it has in its own.
    fn withheld(&mut self, node: &Node, owners: &[&'e Named<RawEnvironment>]) -> Node {
        let Value::Mapping(entries) = &node.value else { return self.node(node) };
        let entry = |entry: &Entry| {
            let value = match owners.first() {
                _ if entry.key == "origins" => self.origins(&entry.value, owners),
                Some(owner) => self.of(owner, &entry.value),
                None => entry.value.clone(),
            };
            Entry { value, ..entry.clone() }
        };
        Node { value: Value::Mapping(entries.iter().map(entry).collect()), ..node.clone() }
    }

    /// Origins with the values of several environments, each once.
    fn origins(&mut self, node: &Node, owners: &[&'e Named<RawEnvironment>]) -> Node {
        let items =
            if let Value::Sequence(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
        let mut origins: Vec<Node> = Vec::new();
        for (item, owner) in items.iter().flat_map(|item| owners.iter().map(move |owner| (item, owner))) {
            let origin = self.of(owner, item);
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        Node { value: Value::Sequence(origins), ..node.clone() }
    }

    /// A node with the values of another environment, which tells what is wrong there.
    fn of(&mut self, owner: &'e Named<RawEnvironment>, node: &Node) -> Node {
        let (current, is_told) = (self.current.replace(owner), std::mem::replace(&mut self.is_told, false));
        let filled = self.node(node);
        (self.current, self.is_told) = (current, is_told);
        filled
    }

    fn node(&mut self, node: &Node) -> Node {
        let value = match &node.value {
            Value::String(text) if text.contains("${") => {
                Value::String(self.filled(&Spanned { value: text.clone(), span: node.span }))
            }
            Value::Sequence(items) => Value::Sequence(items.iter().map(|item| self.node(item)).collect()),
            Value::Mapping(entries) => {
                let entry = |entry: &Entry| Entry { value: self.node(&entry.value), ..entry.clone() };
                Value::Mapping(entries.iter().map(entry).collect())
            }
            other => other.clone(),
        };
        Node { span: node.span, value, alias: node.alias }
    }

    /// A text with values for its variables. A variable without a value is reported.
    fn filled(&mut self, text: &Spanned<String>) -> String {
        let mut out = String::new();
        for piece in pieces(&text.value) {
            match piece {
                Piece::Literal(literal) => out.push_str(literal),
                Piece::Variable(name, start, end) => match value(self.current, name) {
                    Some(value) if value.len() <= self.room => {
                        self.room -= value.len();
                        out.push_str(value);
                    }
                    Some(_) => {
                        out.push_str(NO_VALUE);
                        self.too_large();
                    }
                    None => {
                        let place = part_of(text.span, &text.value, start..end);
                        if self.is_told {
                            unknown_variable(self.diags, place, name, self.environments);
                        }
                        out.push_str(NO_VALUE);
                    }
                },
            }
        }
        out
    }

    fn too_large(&mut self) {
        let place = self.environments.current.map_or_else(Span::default, |environment| environment.id.span);
        self.diags.push(
            Diagnostic::new(&DOCUMENT_TOO_LARGE, place, "with the values of its variables, the file is too large")
                .label(format!("values add more than {} MiB here", MAX_BYTES >> 20)),
        );
    }
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    /// Text that stands for itself.
    Literal(&'t str),
    /// `${NAME}`, the name, and where the whole begins and ends in the text.
    Variable(&'t str, usize, usize),
}

/// Takes a text apart. A `${` without its `}` is a variable without a name, to the end of the text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let at = text.len() - after.len() - 2;
        if let Some(before) = before.strip_suffix('$') {
            pieces.push(Piece::Literal(before));
            pieces.push(Piece::Literal("${"));
            rest = after;
            continue;
        }
        pieces.push(Piece::Literal(before));
        let (name, after) = after.split_once('}').unwrap_or(("", ""));
        pieces.push(Piece::Variable(name, at, text.len() - after.len()));
        rest = after;
    }
    pieces.push(Piece::Literal(rest));
    pieces
}

/// What stands for a variable without a value: no text says less, and the mistake is told already.
const NO_VALUE: &str = "x";

fn value<'e>(environment: Option<&'e Named<RawEnvironment>>, name: &str) -> Option<&'e str> {
    let current = environment?;
    if name == OWN_NAME {
        return Some(&current.id.value);
    }
    current.value.vars.entries.iter().find(|var| var.id.value == name).map(|var| var.value.value.as_str())
}

fn unknown_variable(diags: &mut Diagnostics, span: Span, name: &str, environments: &Environments<'_>) {
    // Without a current environment, that is what is wrong.
    let Some(current) = environments.current.filter(|environment| environment.value.vars.is_map) else { return };
    let has = |environment: &Named<RawEnvironment>| environment.value.vars.entries.iter().any(|v| v.id.value == name);
    let environment = &current.id.value;
    let elsewhere = environments.declared.entries.iter().find(|other| has(other));
    let mut known: Vec<String> = current.value.vars.entries.iter().map(|var| var.id.value.clone()).collect();
    known.push(OWN_NAME.to_owned());
    let finding = |message: String| Diagnostic::new(&codes::UNKNOWN_VARIABLE, span, message);
    let finding = match (elsewhere, nearest(name, &known)) {
        _ if name.is_empty() => finding("a `${` that names no variable".to_owned()).label("expected `${NAME}`"),
        (Some(other), _) => finding(format!("`{environment}` has no variable `{}`", shown(name)))
            .label(format!("`{}` has one", other.id.value))
            .related(current.id.span, "this environment lacks it"),
        (None, Some(near)) => {
            finding(format!("no variable is called `{}`", shown(name))).label(format!("did you mean `${{{near}}}`?"))
        }
        (None, None) => finding(format!("no variable is called `{}`", shown(name)))
            .label(format!("known here: `{}`", known.join("`, `"))),
    };
    diags.push(finding.help("declare it under `vars`; `$${` is a `${` that stands for itself"));
}

/// Where the texts of a document stand that name variables.
pub fn variables(node: &Node) -> Vec<Span> {
    match &node.value {
        Value::String(text) if text.contains("${") => vec![node.place()],
        Value::Sequence(items) => items.iter().flat_map(variables).collect(),
        Value::Mapping(entries) => entries.iter().flat_map(|entry| variables(&entry.value)).collect(),
        _ => Vec::new(),
    }
}

/// The variables that the texts of a document name, whatever their environment.
pub(super) fn used_variables(root: &Node) -> BTreeSet<String> {
    fn walk(node: &Node, used: &mut BTreeSet<String>) {
        match &node.value {
            Value::String(text) => used.extend(pieces(text).into_iter().filter_map(|piece| match piece {
                Piece::Variable(name, ..) => Some(name.to_owned()),
                Piece::Literal(_) => None,
            })),
            Value::Sequence(items) => items.iter().for_each(|item| walk(item, used)),
            Value::Mapping(entries) => entries.iter().for_each(|entry| walk(&entry.value, used)),
            _ => {}
        }
    }
    let mut used = BTreeSet::new();
    root.entries().iter().filter(|e| !LITERAL.contains(&e.key.as_str())).for_each(|e| walk(&e.value, &mut used));
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        use Piece::{Literal, Variable};
        assert_eq!(pieces("plain"), [Literal("plain")]);
        assert_eq!(pieces("a-${env}-b"), [Literal("a-"), Variable("env", 2, 8), Literal("-b")]);
        assert_eq!(pieces("${a}${b}").len(), 5);
        assert_eq!(pieces("$${env}"), [Literal(""), Literal("${"), Literal("env}")]);
        assert_eq!(pieces("ä${open"), [Literal("ä"), Variable("", 2, 8), Literal("")]);
        assert_eq!(pieces("$5 {x}"), [Literal("$5 {x}")]);
    }
}
