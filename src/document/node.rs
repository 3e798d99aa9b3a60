//! The tree: values with their places. Plain data; knows neither YAML nor JSON syntax.

use crate::source::Span;

/// Something and the place where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value's own text, without anchor and tag. A block collection ends with its last value, a block scalar
    /// starts at its first line and ends with its last, a value that was left out is empty. What an alias brought
    /// here was written at the anchor, and this is the place there.
    pub span: Span,
    /// What was written.
    pub value: Value,
    /// The `*name` that brought the value here. Values inside it carry none: see [`Node::aliases`].
    pub alias: Option<Span>,
}

/// What can be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number; finite.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the file, no key twice.
    Mapping(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key. What YAML would read as a number or a boolean is the text of it.
    pub key: String,
    /// Where the key was written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry under `key`, if this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Mapping(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        if let Value::Sequence(items) = &self.value { items } else { &[] }
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The text with its place, if this is one.
    pub fn as_spanned_str(&self) -> Option<Spanned<&str>> {
        self.as_str().map(|value| Spanned { value, span: self.span })
    }

    /// The boolean, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(value) = self.value { Some(value) } else { None }
    }

    /// The whole number, if this is one.
    pub fn as_i64(&self) -> Option<i64> {
        if let Value::Integer(value) = self.value { Some(value) } else { None }
    }

    /// Whether this is `null` or was left out.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// The place in the text where the value counts: of an alias the `*name`, of anything else its own text.
    pub fn place(&self) -> Span {
        self.alias.unwrap_or(self.span)
    }

    /// What kind of value this is, for messages.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The value that a JSON pointer names (<https://www.rfc-editor.org/rfc/rfc6901>); the empty one is this value.
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        self.walk(pointer)?.last().map(|step| step.node)
    }

    /// Where the key was written that a JSON pointer ends with; `None` for the root, list items, and what is not there.
    pub fn key_span(&self, pointer: &str) -> Option<Span> {
        self.walk(pointer)?.last().and_then(|step| step.key_span)
    }

    /// The `*name`s through which a JSON pointer leads, outermost first; they are where the value is used, while its
    /// span is where it was written.
    pub fn aliases(&self, pointer: &str) -> Vec<Span> {
        self.walk(pointer).unwrap_or_default().iter().filter_map(|step| step.node.alias).collect()
    }

    /// This value, and one more for each token of the pointer.
    fn walk(&self, pointer: &str) -> Option<Vec<Step<'_>>> {
        let mut tokens = pointer.split('/');
        if tokens.next() != Some("") {
            return None;
        }
        let mut steps = vec![Step { node: self, key_span: None }];
        for token in tokens {
            let token = token.replace("~1", "/").replace("~0", "~");
            let node = steps.last()?.node;
            steps.push(match &node.value {
                Value::Mapping(_) => node.entry(&token).map(|e| Step { node: &e.value, key_span: Some(e.key_span) })?,
                Value::Sequence(items) => Step { node: items.get(token.parse::<usize>().ok()?)?, key_span: None },
                _ => return None,
            });
        }
        Some(steps)
    }

    /// The value without its places, in the order of the file.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::String(value) => value.as_str().into(),
            Value::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Value::Mapping(entries) => {
                serde_json::Value::Object(entries.iter().map(|e| (e.key.clone(), e.value.to_json())).collect())
            }
        }
    }
}

struct Step<'n> {
    node: &'n Node,
    key_span: Option<Span>,
}
