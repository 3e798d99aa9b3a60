//! Arguments of a resource, taken one by one: what is not understood, and what nobody took, is a problem with its place.

use super::super::{Doubt, Place, Unknown};
use super::value::Value;
use crate::deployed::Site;
use std::collections::{BTreeMap, BTreeSet};

/// What was not understood about one thing.
pub(super) type Problems = Vec<Unknown>;

/// The arguments of a resource or block that is being read.
#[derive(Debug)]
pub(super) struct Fields<'v> {
    /// What is read, for messages: an address, or a block of one.
    pub(super) of: String,
    pub(super) place: Place,
    /// The address of what this is a part of, and the blocks that lead here.
    root: String,
    steps: Vec<(String, usize)>,
    members: Option<&'v BTreeMap<String, Value>>,
    taken: BTreeSet<&'static str>,
    /// Whether something could not be told.
    pub(super) problems: Problems,
}

impl<'v> Fields<'v> {
    /// The arguments of something.
    pub(super) fn new(of: String, place: &Place, value: &'v Value) -> Self {
        let mut fields = Self {
            root: of.clone(),
            of,
            place: place.clone(),
            steps: Vec::new(),
            members: value.members(),
            taken: BTreeSet::new(),
            problems: Vec::new(),
        };
        if fields.members.is_none() {
            fields.refuse("its arguments", value);
        }
        fields
    }

    /// Where it stands.
    pub(super) fn site(&self) -> Site {
        Site::resource(&self.root, self.steps.clone())
    }

    /// The same, as the `index`th `name` of `parent`.
    fn inside(mut self, parent: &Self, name: &str, index: usize) -> Self {
        self.root.clone_from(&parent.root);
        self.steps.clone_from(&parent.steps);
        self.steps.push((name.to_owned(), index));
        self
    }

    /// Remembers that a value is not what was looked for.
    pub(super) fn refuse(&mut self, name: &str, value: &Value) {
        match value {
            Value::Unknown(unknown) => self.problems.push((**unknown).clone()),
            other => self.problem(&format!("`{name}` is {}", other.kind())),
        }
    }

    /// Remembers a problem with this.
    pub(super) fn problem(&mut self, what: &str) {
        self.doubt(what, Doubt::Unmodelled);
    }

    /// Remembers a problem with a reason of its own.
    pub(super) fn doubt(&mut self, what: &str, doubt: Doubt) {
        let unknown = Unknown::new(self.place.clone(), format!("{what}, in `{}`", self.of));
        self.problems.push(Unknown { doubt, site: self.site(), ..unknown });
    }

    /// What an argument that nobody took may be meant to be.
    fn meant(&self, name: &str) -> Option<String> {
        let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase().replace("exposed", "expose");
        let same = |known: &str| {
            let (known, name) = (plain(known), plain(name));
            known == name || known.strip_suffix('s') == Some(&name) || known.strip_suffix("seconds") == Some(&name)
        };
        self.taken.iter().find(|known| same(known)).map(|known| (*known).to_owned())
    }

    /// Any value; null when it is absent.
    pub(super) fn value(&mut self, name: &'static str) -> &'v Value {
        self.taken.insert(name);
        self.members.and_then(|members| members.get(name)).unwrap_or(&Value::Null)
    }

    /// A text.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.value(name) {
            Value::Null => None,
            value @ (Value::Text(_) | Value::Number(_) | Value::Bool(_)) => value.spelled(),
            other => {
                self.refuse(name, other);
                None
            }
        }
    }

    /// A text that has no say: one that is not known is not there.
    pub(super) fn remark(&mut self, name: &'static str) -> Option<String> {
        self.value(name).as_str().map(str::to_owned)
    }

    /// A bool; false when it is absent.
    pub(super) fn bool(&mut self, name: &'static str) -> bool {
        match self.value(name) {
            Value::Null => false,
            Value::Bool(bool) => *bool,
            Value::Text(text) if &**text == "true" => true,
            Value::Text(text) if &**text == "false" => false,
            other => {
                self.refuse(name, other);
                false
            }
        }
    }

    /// A whole number.
    pub(super) fn number(&mut self, name: &'static str) -> Option<u64> {
        let value = self.value(name);
        let number = match value {
            Value::Null => return None,
            Value::Number(number) => number.as_u64().or_else(|| number.to_string().parse().ok()),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.refuse(name, value);
        }
        number
    }

    /// Texts; none when they are absent.
    pub(super) fn texts(&mut self, name: &'static str) -> Vec<String> {
        let value = self.value(name);
        self.all_texts(name, value)
    }

    /// The texts of a list.
    pub(super) fn all_texts(&mut self, name: &str, value: &Value) -> Vec<String> {
        let items = match (value, value.items()) {
            (Value::Null, _) => return Vec::new(),
            (_, Some(items)) => items,
            (_, None) => {
                self.refuse(name, value);
                return Vec::new();
            }
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => self.refuse(name, item),
            }
        }
        texts
    }

    /// Blocks; none when they are absent.
    pub(super) fn blocks(&mut self, name: &'static str) -> Vec<Fields<'v>> {
        let value = self.value(name);
        match (value, value.items()) {
            (Value::Null, _) => Vec::new(),
            (_, Some(items)) => {
                let block = |item| Fields::new(format!("{}.{name}", self.of), &self.place, item);
                items.iter().enumerate().map(|(index, item)| block(item).inside(self, name, index)).collect()
            }
            (_, None) => {
                self.refuse(name, value);
                Vec::new()
            }
        }
    }

    /// The only block of a name; more than one is a problem.
    pub(super) fn block(&mut self, name: &'static str) -> Option<Fields<'v>> {
        let mut blocks = self.blocks(name);
        if blocks.len() > 1 {
            self.problem(&format!("`{name}` is there more than once"));
        }
        blocks.drain(..).next()
    }

    /// The `items` of a block, as the provider writes lists; `None` without the block.
    pub(super) fn items(&mut self, name: &'static str) -> Option<Vec<String>> {
        let mut block = self.block(name)?;
        let items = block.texts("items");
        self.problems.append(&mut block.finish(&[]));
        Some(items)
    }

    /// All problems; what nobody took and has a value is one, unless it is listed as having no say.
    pub(super) fn finish(mut self, no_say: &[&str]) -> Problems {
        let members = self.members;
        for (name, value) in members.into_iter().flatten() {
            let empty = matches!(value, Value::Null) || value.items().is_some_and(<[Value]>::is_empty);
            if !empty && !self.taken.contains(name.as_str()) && !no_say.contains(&name.as_str()) {
                if let Value::Unknown(unknown) = value {
                    self.problems.push((**unknown).clone());
                    continue;
                }
                let doubt = self
                    .meant(name)
                    .map_or(Doubt::Unmodelled, |meant| Doubt::Misspelled { written: name.clone(), meant });
                self.doubt(&format!("`{name}` is not modelled"), doubt);
            }
        }
        self.problems
    }
}
