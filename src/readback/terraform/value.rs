//! Values of Terraform's language as far as they can be told without AWS: what expressions and plans come down to.

use super::super::Unknown;
use hcl::edit::Number;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value, or why there is none.
pub(super) type Result = std::result::Result<Value, Rc<Unknown>>;

/// How deep values may be nested; nothing that is read here is deeper than ten.
pub(super) const MAX_DEPTH: u32 = 64;

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// `null`, and what is absent.
    Null,
    Bool(bool),
    Number(Number),
    Text(Rc<str>),
    /// A list or tuple.
    List(Rc<List>),
    /// A set, in the order in which Terraform iterates it.
    Set(Rc<List>),
    /// A map or object.
    Map(Rc<Map>),
    /// A resource or data source, by its address.
    Resource(Rc<str>),
    /// An attribute that only AWS can tell.
    Attribute(Rc<Attribute>),
    /// Text with `${ADDRESS.ATTRIBUTE}` where only AWS can tell the rest.
    Composed(Rc<str>),
    /// Not understood.
    Unknown(Rc<Unknown>),
}

/// The items of a list or set.
#[derive(Debug)]
pub(super) struct List {
    pub(super) items: Vec<Value>,
    depth: u32,
}

/// The members of a map or object.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) members: BTreeMap<String, Value>,
    depth: u32,
}

/// An attribute that only AWS can tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// The address of the resource or data source.
    pub(super) address: Rc<str>,
    /// The attribute's name.
    pub(super) name: String,
}

impl Value {
    /// A text.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(Rc::from(text))
    }

    /// A list; `None` when it would be nested too deep.
    pub(super) fn list(items: Vec<Self>) -> Option<Self> {
        let depth = 1 + items.iter().map(Self::depth).max().unwrap_or(0);
        (depth <= MAX_DEPTH).then(|| Self::List(Rc::new(List { items, depth })))
    }

    /// A set of texts, sorted, each once; `None` when an item is no text.
    pub(super) fn set(items: &[Self]) -> Option<Self> {
        let mut texts = items.iter().map(|item| item.as_str().map(Rc::from)).collect::<Option<Vec<Rc<str>>>>()?;
        texts.sort_unstable();
        texts.dedup();
        Some(Self::Set(Rc::new(List { items: texts.into_iter().map(Self::Text).collect(), depth: 1 })))
    }

    /// A map; `None` when it would be nested too deep.
    pub(super) fn map(members: BTreeMap<String, Self>) -> Option<Self> {
        let depth = 1 + members.values().map(Self::depth).max().unwrap_or(0);
        (depth <= MAX_DEPTH).then(|| Self::Map(Rc::new(Map { members, depth })))
    }

    fn depth(&self) -> u32 {
        match self {
            Self::List(list) | Self::Set(list) => list.depth,
            Self::Map(map) => map.depth,
            _ => 0,
        }
    }

    /// The text, when it is one and all of it is known.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same with other addresses in whatever only AWS can tell.
    pub(super) fn at_other_addresses(&self, other: &impl Fn(&str) -> String) -> Self {
        let all = |list: &List| List {
            items: list.items.iter().map(|item| item.at_other_addresses(other)).collect(),
            depth: list.depth,
        };
        match self {
            Self::Resource(address) => Self::Resource(Rc::from(other(address))),
            Self::Attribute(attribute) => Self::Attribute(Rc::new(Attribute {
                address: Rc::from(other(&attribute.address)),
                name: attribute.name.clone(),
            })),
            Self::List(list) => Self::List(Rc::new(all(list))),
            Self::Set(list) => Self::Set(Rc::new(all(list))),
            Self::Map(map) => {
                let members = map.members.iter().map(|(key, value)| (key.clone(), value.at_other_addresses(other)));
                Self::Map(Rc::new(Map { members: members.collect(), depth: map.depth }))
            }
            same => same.clone(),
        }
    }

    /// The items of a list or set.
    pub(super) fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) | Self::Set(list) => Some(&list.items),
            _ => None,
        }
    }

    /// The members of a map.
    pub(super) fn members(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Map(map) => Some(&map.members),
            _ => None,
        }
    }

    /// The text of a text, number or bool, with `${ADDRESS.ATTRIBUTE}` for what only AWS can tell.
    pub(super) fn spelled(&self) -> Option<String> {
        Some(match self {
            Self::Text(text) | Self::Composed(text) => text.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Bool(bool) => bool.to_string(),
            Self::Attribute(attribute) => attribute.spelled(),
            _ => return None,
        })
    }

    /// What kind of value it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "an object",
            Self::Resource(_) => "a resource",
            Self::Attribute(_) | Self::Composed(_) => "told by AWS only",
            Self::Unknown(_) => "not understood",
        }
    }
}

impl Attribute {
    /// `${ADDRESS.ATTRIBUTE}`.
    pub(super) fn spelled(&self) -> String {
        format!("${{{}.{}}}", self.address, self.name)
    }
}
