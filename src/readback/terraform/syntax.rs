//! Files of a module to what they declare, each with its place.

use super::super::{Doubt, File, Mistake, Place, Unknown, Unreadable};
use hcl::edit::expr::Expression;
use hcl::edit::structure::{Attribute, Block, BlockLabel, Body, Structure};
use hcl::edit::{Span, parser};
use std::collections::BTreeMap;

/// A file with its syntax tree.
#[derive(Debug)]
pub(super) struct Source {
    path: String,
    text: String,
    line_starts: Vec<usize>,
    body: Body,
}

/// Where in the files something stands: the file's position in the list, the byte in its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) byte: usize,
}

/// An expression, and the file it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition<'s> {
    pub(super) file: usize,
    pub(super) value: &'s Expression,
}

/// A `resource` or `data` block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared<'s> {
    pub(super) at: At,
    pub(super) body: &'s Body,
}

/// What the files of a module declare.
#[derive(Debug)]
pub(super) struct Module<'s> {
    sources: &'s [Source],
    /// All files, also those that are no configuration.
    files: &'s [File],
    pub(super) locals: BTreeMap<&'s str, Definition<'s>>,
    /// Defaults; `None` where there is none.
    pub(super) variables: BTreeMap<&'s str, Option<Definition<'s>>>,
    /// The types of variables that say one.
    pub(super) types: BTreeMap<&'s str, &'s Expression>,
    /// By address without a key: `TYPE.LABEL`, `data.TYPE.LABEL`.
    pub(super) resources: BTreeMap<String, Declared<'s>>,
    pub(super) outputs: BTreeMap<&'s str, Definition<'s>>,
    /// Calls of other modules, by name.
    pub(super) calls: BTreeMap<&'s str, Declared<'s>>,
    /// What cannot be followed, or is declared twice.
    pub(super) unknowns: Vec<Unknown>,
}

/// Whether Terraform takes a file for one of the module's.
pub(super) fn is_configuration(path: &str) -> bool {
    path.strip_suffix(".tf").is_some_and(|stem| !stem.is_empty() && !stem.contains('/'))
}

/// Parses the files of a module. Terraform reads them in the order of their names, which has no say.
pub(super) fn parse(files: &[File]) -> Result<Vec<Source>, Unreadable> {
    files.iter().filter(|file| is_configuration(&file.path)).map(source).collect()
}

fn source(file: &File) -> Result<Source, Unreadable> {
    let body = parser::parse_body(&file.text).map_err(|error| {
        let location = error.location();
        let place = Place { path: file.path.clone(), line: location.line(), column: location.column() };
        Unreadable { place, message: format!("not HCL: {}", error.message()), mistake: Mistake::Syntax }
    })?;
    let breaks = file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
    let line_starts = std::iter::once(0).chain(breaks).collect();
    Ok(Source { path: file.path.clone(), text: file.text.clone(), line_starts, body })
}

impl Source {
    /// The same file, called by its path from the folder above.
    pub(super) fn below(self, folder: &str) -> Self {
        Self { path: format!("{folder}{}", self.path), ..self }
    }
}

/// Where in its file something starts.
pub(super) fn byte(of: &impl Span) -> usize {
    of.span().map_or(0, |span| span.start)
}

impl<'s> Module<'s> {
    /// The text of a file, by its path from the module's folder, which `path.module` calls `.`.
    pub(super) fn text(&self, path: &str) -> Option<&'s str> {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// Sorts out what parsed files declare; `files` are all files of the folder.
    pub(super) fn new(sources: &'s [Source], files: &'s [File]) -> Self {
        let mut module = Self {
            sources,
            files,
            locals: BTreeMap::new(),
            variables: BTreeMap::new(),
            types: BTreeMap::new(),
            resources: BTreeMap::new(),
            outputs: BTreeMap::new(),
            calls: BTreeMap::new(),
            unknowns: Vec::new(),
        };
        for path in files.iter().map(|file| &file.path) {
            let name = path.strip_suffix(".json").unwrap_or(path);
            let variables = name == "terraform.tfvars" || name.ends_with(".auto.tfvars") || path.ends_with(".tf.json");
            let overrides = path == "override.tf" || path.ends_with("_override.tf");
            if !path.contains('/') && (variables || overrides) {
                let place = Place { path: path.clone(), line: 0, column: 0 };
                let unknown = Unknown::new(place, "a file of this kind is not read here");
                module.unknowns.push(Unknown { doubt: Doubt::Untold, ..unknown });
            }
        }
        for (file, source) in sources.iter().enumerate() {
            for structure in &source.body {
                match structure {
                    Structure::Block(block) => module.block(file, block),
                    Structure::Attribute(attribute) => {
                        module
                            .unknown(At { file, byte: byte(attribute) }, "an argument outside of any block".to_owned());
                    }
                }
            }
        }
        module
    }

    fn block(&mut self, file: usize, block: &'s Block) {
        let at = At { file, byte: byte(block) };
        let labels: Vec<&'s str> = block.labels.iter().map(BlockLabel::as_str).collect();
        match (block.ident.as_str(), labels.as_slice()) {
            ("locals", []) => {
                for attribute in block.body.attributes() {
                    let definition = Definition { file, value: &attribute.value };
                    if self.locals.insert(attribute.key.as_str(), definition).is_some() {
                        self.twice(at_attribute(file, attribute), "local", attribute.key.as_str());
                    }
                }
            }
            ("variable", [name]) => {
                let default = attribute(&block.body, "default").map(|a| Definition { file, value: &a.value });
                self.types.extend(attribute(&block.body, "type").map(|a| (*name, &a.value)));
                if self.variables.insert(name, default).is_some() {
                    self.twice(at, "variable", name);
                }
            }
            ("output", [name]) => {
                let value = attribute(&block.body, "value").map(|a| Definition { file, value: &a.value });
                let twice = value.is_some_and(|value| self.outputs.insert(name, value).is_some());
                if twice {
                    self.twice(at, "output", name);
                }
            }
            ("resource", [kind, label]) => self.resource(format!("{kind}.{label}"), at, block),
            ("data", [kind, label]) => self.resource(format!("data.{kind}.{label}"), at, block),
            ("module", [name]) => {
                let twice = self.calls.insert(name, Declared { at, body: &block.body }).is_some();
                if twice {
                    self.twice(at, "module", name);
                }
            }
            ("terraform" | "provider" | "check" | "moved" | "import", _) => {}
            (other, _) => self.unknown(at, format!("a block `{other}` is not understood")),
        }
    }

    fn resource(&mut self, address: String, at: At, block: &'s Block) {
        if self.resources.contains_key(&address) {
            self.twice(at, "resource", &address);
        }
        self.resources.insert(address, Declared { at, body: &block.body });
    }

    fn twice(&mut self, at: At, what: &str, name: &str) {
        self.unknown(at, format!("the {what} `{name}` is declared a second time"));
    }

    /// Remembers that calls of other modules are not followed.
    pub(super) fn without_calls(mut self) -> Self {
        for call in std::mem::take(&mut self.calls).into_values() {
            self.unknown(call.at, "a block `module` is not understood".to_owned());
        }
        self
    }

    /// Remembers something that is not understood.
    pub(super) fn unknown(&mut self, at: At, what: String) {
        let unknown = Unknown::new(self.place(at), what);
        self.unknowns.push(Unknown { doubt: Doubt::Untold, ..unknown });
    }

    /// The place that a reader sees.
    pub(super) fn place(&self, at: At) -> Place {
        let Some(source) = self.sources.get(at.file) else { return Place { path: String::new(), line: 0, column: 0 } };
        let line = source.line_starts.partition_point(|start| *start <= at.byte);
        let start = line.checked_sub(1).and_then(|index| source.line_starts.get(index)).copied().unwrap_or(0);
        // Nobody looks for a column in a line of this length, and a hostile file may have only one line.
        let before = source.text.get(start..at.byte).filter(|before| before.len() < 1000);
        let column = before.map_or(0, |before| before.chars().count() + 1);
        Place { path: source.path.clone(), line, column }
    }
}

/// The attribute of this name.
pub(super) fn attribute<'s>(body: &'s Body, name: &str) -> Option<&'s Attribute> {
    body.attributes().find(|attribute| attribute.key.as_str() == name)
}

fn at_attribute(file: usize, attribute: &Attribute) -> At {
    At { file, byte: byte(attribute) }
}
