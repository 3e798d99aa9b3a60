//! Files of artifacts as trees with places, whatever their syntax: Terraform's language, JSON, YAML. Files come in;
//! rules ask where something stands, and for what no model holds.
//!
//! Knows no key: a tree is what is written, and references in it are followed by `readback` alone.

mod data;
mod hcl;

pub use data::SHORT_FORMS;

use crate::deployed::{Site, Spot};
use crate::source::{SourceFile, Span};

/// Something with a name, or an item of a list, and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Its key or the type of its block; empty for an item of a list.
    pub key: String,
    /// The labels of a block, with `.` between them.
    pub label: String,
    /// Where the key, or the block's type with its labels, stands; empty for an item of a list.
    pub head: Span,
    /// Where the value stands; of a block, all of it.
    pub span: Span,
    /// The scalar, as text.
    pub text: Option<String>,
    /// Members, blocks or items.
    pub children: Vec<Node>,
}

/// A place in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which file.
    pub file: usize,
    /// Where in it.
    pub span: Span,
}

/// The files of an artifact set.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    files: Vec<(SourceFile, Option<Node>)>,
}

impl Outline {
    /// Reads files, each a path and a text. One that is not well-formed has no tree.
    pub fn of<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Self {
        let read = |(path, text)| {
            let source = SourceFile::new(path, text);
            let tree = if path_ends(path, &["tf"]) { hcl::tree(text) } else { data::tree(&source) };
            (source, tree)
        };
        Self { files: files.into_iter().map(read).collect() }
    }

    /// The files.
    pub fn sources(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().map(|(source, _)| source)
    }

    /// The trees, each with the number of its file.
    pub fn trees(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.files.iter().enumerate().filter_map(|(index, (_, tree))| Some((index, tree.as_ref()?)))
    }

    /// A file.
    pub fn source(&self, file: usize) -> Option<&SourceFile> {
        self.files.get(file).map(|(source, _)| source)
    }

    /// What to underline of a node: its value when that is short, otherwise its head.
    pub fn headline(&self, file: usize, node: &Node) -> Place {
        let one_line = |span: Span| self.source(file).is_some_and(|source| !source.slice(span).contains('\n'));
        let has_head = node.head.start < node.head.end;
        let span = if has_head && (node.text.is_none() || !one_line(node.span)) {
            node.head
        } else if one_line(node.span) {
            node.span
        } else {
            node.children.first().map_or_else(|| self.first_line(file, node.span), |c| self.headline(file, c).span)
        };
        Place { file, span }
    }

    fn first_line(&self, file: usize, span: Span) -> Span {
        let length = self.source(file).map_or(0, |source| source.slice(span).lines().next().map_or(0, str::len));
        span.part(0, length)
    }

    /// Where a thing stands; with a member, where that stands in it, and with a text, where that stands in the member.
    /// What cannot be found more exactly is the member, the thing, or the first file.
    pub fn place(&self, site: &Site, member: &str, text: Option<&str>) -> Place {
        let Some((file, node)) = self.find(site) else {
            return text.and_then(|text| self.anywhere(text)).unwrap_or_else(|| self.beginning());
        };
        let found = if member.is_empty() { None } else { node.descend(member) };
        let within = |node: &Node| text.and_then(|text| node.holding(text).map(|item| item.span));
        if let Some(span) = found.and_then(within) {
            return Place { file, span };
        }
        // Terraform may say elsewhere what an argument holds.
        if let (Some(Spot::Resource { .. }), Some(text)) = (site.spot(), text)
            && let Some(place) = self.anywhere(text)
        {
            return place;
        }
        self.headline(file, found.unwrap_or(node))
    }

    /// Where the name of a member of a thing stands.
    pub fn name(&self, site: &Site, member: &str) -> Option<Place> {
        let (file, node) = self.find(site)?;
        let found = if node.key == member { Some(node) } else { node.descend(member) };
        found.map(|found| Place { file, span: found.head })
    }

    /// The first text of this kind in any file.
    fn anywhere(&self, text: &str) -> Option<Place> {
        self.trees().find_map(|(file, tree)| Some(Place { file, span: tree.holding(text)?.span }))
    }

    /// The first line of the first file.
    fn beginning(&self) -> Place {
        self.beginning_of(0)
    }

    /// The first line of a file.
    pub fn beginning_of(&self, file: usize) -> Place {
        let all = self.source(file).map_or(0, |source| source.text().len());
        Place { file, span: self.first_line(file, Span::new(0, all)) }
    }

    /// The node that a site means.
    pub fn find(&self, site: &Site) -> Option<(usize, &Node)> {
        match site.spot()? {
            Spot::Text { path, start, end } => {
                let file = self.files.iter().position(|(source, _)| source.name() == path)?;
                let tree = self.files.get(file)?.1.as_ref()?;
                Some((file, tree.smallest(Span::new(*start, *end))?))
            }
            Spot::Resource { address, steps } => {
                let (file, mut node) = self.trees().find_map(|(file, tree)| Some((file, tree.resource(address)?)))?;
                for (name, index) in steps {
                    let Some(next) = node.step(name, *index) else { break };
                    node = next;
                }
                Some((file, node))
            }
        }
    }
}

impl Node {
    /// The first member of this name, in whatever spelling, at any depth.
    pub fn descend(&self, name: &str) -> Option<&Node> {
        let own = self.children.iter().find(|child| same_name(&child.key, name));
        own.or_else(|| self.children.iter().find_map(|child| child.descend(name)))
    }

    /// The member of this name, in whatever spelling.
    pub fn member(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| same_name(&child.key, name))
    }

    /// Every node that fits, at any depth.
    pub fn all<'n>(&'n self, fits: &dyn Fn(&Node) -> bool, found: &mut Vec<&'n Node>) {
        if fits(self) {
            found.push(self);
        }
        for child in &self.children {
            child.all(fits, found);
        }
    }

    /// The node with this text.
    fn holding(&self, text: &str) -> Option<&Node> {
        if self.text.as_deref() == Some(text) {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.holding(text))
    }

    /// The smallest node around a span.
    fn smallest(&self, span: Span) -> Option<&Node> {
        let whole = if self.head.start < self.head.end { self.head.to(self.span) } else { self.span };
        let inner = self.children.iter().find_map(|child| child.smallest(span));
        inner.or_else(|| (whole.start <= span.start && span.end <= whole.end).then_some(self))
    }

    /// A resource of Terraform: a block by its labels, or the values in a plan by the address beside them.
    fn resource(&self, address: &str) -> Option<&Node> {
        if let Some(blocks) = self.children.iter().find(|child| child.is_block(address)) {
            return Some(blocks);
        }
        if self.member("address").and_then(|a| a.text.as_deref()) == Some(address)
            && let Some(values) = self.member("values")
        {
            return Some(values);
        }
        // A module has no resources inside others.
        if self.head.start < self.head.end && !self.label.is_empty() {
            return None;
        }
        self.children.iter().find_map(|child| child.resource(address))
    }

    fn is_block(&self, address: &str) -> bool {
        let unkeyed = address.split_once('[').map_or(address, |(unkeyed, _)| unkeyed);
        let (kind, label) = match unkeyed.split_once('.') {
            Some((kind @ ("data" | "output"), label)) => (kind, label),
            _ => ("resource", unkeyed),
        };
        !self.label.is_empty() && self.key == kind && self.label == label
    }

    /// The `index`th member of a name, or the `index`th item of the only one.
    fn step(&self, name: &str, index: usize) -> Option<&Node> {
        let mut named = self.children.iter().filter(|child| same_name(&child.key, name));
        let first = named.next()?;
        if first.children.first().is_some_and(|item| item.key.is_empty()) {
            return first.children.get(index).or(Some(first));
        }
        if index == 0 { Some(first) } else { named.nth(index - 1).or(Some(first)) }
    }
}

/// Whether two keys are the same name: case, `_` and `-` do not count, nor do the two names that CloudFormation changes.
fn same_name(key: &str, name: &str) -> bool {
    fn plain(text: &str) -> String {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.to_ascii_lowercase().as_str() {
            "exposedheaders" => "exposeheaders".to_owned(),
            "maxage" => "maxageseconds".to_owned(),
            "action" => "actions".to_owned(),
            "resource" => "resources".to_owned(),
            "principal" => "principals".to_owned(),
            other => other.to_owned(),
        }
    }
    !key.is_empty() && plain(key) == plain(name)
}

fn path_ends(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, e)| extensions.iter().any(|known| e.eq_ignore_ascii_case(known)))
}
