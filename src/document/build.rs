//! Events of the YAML parser to the tree, within limits. Must never know who reads the tree.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Span as EventSpan, StructureStyle, Tag, options};

use super::findings::{Findings, shown};
use super::limits::{MAX_COPIED_BYTES, MAX_DEPTH, MAX_NODES};
use super::node::{Entry, Node, Value};
use super::scalar::{Unusable, is_yaml_1_1_boolean, resolve};
use super::{codes, empty, syntax};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// The tree of a text; see [`super::parse_with_tags`]. `invalid` is the code of syntax errors.
pub(super) fn build<'t>(
    diags: &mut Diagnostics,
    text: &'t str,
    invalid: &'static Code,
    tags: &'t [(&'t str, &'t str)],
) -> Option<Node> {
    let limits = options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        text,
        invalid,
        tags,
        findings: Findings::new(diags),
        open: Vec::new(),
        wrappers: 0,
        root: None,
        documents: 0,
        anchors: BTreeMap::new(),
        tree: Weight::default(),
        kept_nodes: 0,
        copied_bytes: 0,
        last_unknown_alias: None,
        faithful: true,
    };
    for event in Parser::new_from_str_with_options(text, limits) {
        let step = match event {
            Ok((event, span)) => builder.step(event, &span),
            Err(error) => Err(Box::new(syntax::explain(&error, text, invalid))),
        };
        if let Err(finding) = step {
            builder.faithful = false;
            if !builder.follows_unknown_alias(&finding) {
                builder.findings.push(*finding);
            }
            break;
        }
    }
    while let Some(Open { content, .. }) = builder.open.pop() {
        if let Content::Mapping { entries, .. } = content {
            builder.without_duplicates(entries);
        }
    }
    builder.findings.finish();
    builder.root.filter(|_| builder.faithful)
}

/// `Err` is a finding after which there is no going on.
type Step = Result<(), Box<Diagnostic>>;

struct Builder<'t, 'd> {
    text: &'t str,
    /// The code of syntax errors.
    invalid: &'static Code,
    /// Tags that are shorthands, and the keys that they stand for.
    tags: &'t [(&'t str, &'t str)],
    findings: Findings<'d>,
    /// The collections that are not complete yet, outermost first.
    open: Vec<Open>,
    /// How many of them stand in the mapping that a tag is short for.
    wrappers: usize,
    root: Option<Node>,
    documents: usize,
    /// Complete values with an anchor, by the parser's number for it.
    anchors: BTreeMap<usize, Complete>,
    /// What the tree weighs so far.
    tree: Weight,
    /// Values in `anchors`.
    kept_nodes: usize,
    /// Text in `anchors` and in what aliases put into the tree.
    copied_bytes: usize,
    last_unknown_alias: Option<Span>,
    /// Whether the tree still says what the file says.
    faithful: bool,
}

/// What a part of the tree costs: values and keys, and the bytes of their text.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
}

/// A value with what limits need to know of it.
#[derive(Debug, Clone)]
struct Complete {
    node: Node,
    weight: Weight,
    /// Levels of collections, itself included.
    height: usize,
}

/// A collection that is not complete yet.
#[derive(Debug)]
struct Open {
    content: Content,
    style: StructureStyle,
    anchor: usize,
    /// From the first byte to the end of the last value so far.
    span: Span,
    /// What the tree weighed before it.
    before: Weight,
    /// Levels of collections inside it.
    height: usize,
    /// The tag before it, when that is a shorthand.
    shorthand: Option<Shorthand>,
}

/// A tag that stands for a mapping with one key.
#[derive(Debug)]
struct Shorthand {
    key: String,
    span: Span,
}

#[derive(Debug)]
enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Key },
}

/// What a mapping waits for.
#[derive(Debug)]
enum Key {
    /// A key.
    Expected,
    /// The value of this key.
    Read(String, Span),
    /// The value of a key that was refused.
    Refused,
}

impl Builder<'_, '_> {
    fn step(&mut self, event: Event<'_>, event_span: &EventSpan) -> Step {
        let place = bytes(event_span);
        match event {
            Event::DocumentStart(_, version) => {
                self.documents += 1;
                if self.documents > 1 {
                    let finding = Diagnostic::new(&codes::MULTIPLE_DOCUMENTS, place, "a second document begins here");
                    return Err(Box::new(finding.help("put each document into a file of its own")));
                }
                if version.is_some_and(|v| (v.major, v.minor) != (1, 2)) {
                    self.faithful = false;
                    self.findings.push(syntax::other_version(self.text, place));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let shorthand = self.shorthand(tag.as_deref(), event_span);
                let is_text = shorthand.is_some() || tag.is_some_and(|tag| self.is_text(&tag, event_span));
                self.scalar(&text, style, is_text, anchor, place, shorthand)
            }
            Event::SequenceStart(style, anchor, tag) => {
                let shorthand = self.shorthand(tag.as_deref(), event_span);
                if shorthand.is_none() {
                    self.refuse_tag(tag.as_deref(), event_span);
                }
                let place = if style == StructureStyle::Block { self.start_of_list(place) } else { place };
                self.start(Content::Sequence(Vec::new()), style, anchor, place, shorthand)
            }
            Event::MappingStart(style, anchor, tag) => {
                let shorthand = self.shorthand(tag.as_deref(), event_span);
                if shorthand.is_none() {
                    self.refuse_tag(tag.as_deref(), event_span);
                }
                let content = Content::Mapping { entries: Vec::new(), key: Key::Expected };
                self.start(content, style, anchor, place, shorthand)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(place),
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::UnresolvedAlias(name) => {
                self.unknown_alias(&name, place);
                Ok(())
            }
            Event::StreamEnd if self.documents == 0 => Err(Box::new(empty())),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        is_text: bool,
        anchor: usize,
        place: Span,
        shorthand: Option<Shorthand>,
    ) -> Step {
        let written = self.text.get(place.start..place.end).unwrap_or_default();
        let plain = style == ScalarStyle::Plain && !is_text;
        // The parser makes a `~` of a value that was left out.
        let left_out = style == ScalarStyle::Plain && matches!(text, "" | "~") && written != "~";
        let (text, span) = match style {
            _ if left_out => ("", Span::at(self.place_of_nothing(place))),
            ScalarStyle::Literal | ScalarStyle::Folded => (text, place.part(0, written.trim_end().len())),
            _ => (text, place),
        };
        let before = self.tree;
        self.grow(text.len(), span)?;
        if plain && is_yaml_1_1_boolean(text) {
            self.findings.report(
                &codes::YAML_1_1_BOOLEAN,
                span,
                format_args!("`{text}` is text here, and other tools read it as a boolean"),
                |d| d.help(format!("quote it: `\"{text}\"`; a boolean is `true` or `false`")),
            );
        }
        if let Some(key) = self.expected_key() {
            if left_out {
                *key = Key::Refused;
                self.refuse_key(span, "this value has no key");
            } else if plain && text == "<<" {
                *key = Key::Refused;
                self.faithful = false;
                let message = format_args!("`<<` does not merge mappings in YAML 1.2");
                self.findings.report(&codes::MERGE_KEY, span, message, |d| {
                    d.help("write the keys out, or give whole values an anchor and use them by alias")
                });
            } else {
                *key = Key::Read(text.to_owned(), span);
            }
            self.extend(span);
            if anchor == 0 {
                return Ok(());
            }
            // Here a key is text, but an alias of it may be of another type.
            let value = self.value(text, plain, span);
            let node = Node { span, value, alias: None };
            return self.keep(anchor, &Complete { node, weight: self.tree.minus(before), height: 0 });
        }
        if left_out && self.open.is_empty() && anchor == 0 && !is_text {
            return Err(Box::new(empty()));
        }
        let value = self.value(text, plain, span);
        let node = Node { span, value, alias: None };
        let complete = Complete { node, weight: self.tree.minus(before), height: 0 };
        let complete = self.expanded(complete, shorthand)?;
        self.keep(anchor, &complete)?;
        self.add(complete);
        Ok(())
    }

    fn start(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        place: Span,
        shorthand: Option<Shorthand>,
    ) -> Step {
        self.wrappers += usize::from(shorthand.is_some());
        if self.depth() >= MAX_DEPTH {
            return Err(Box::new(syntax::too_deep(place)));
        }
        let before = self.tree;
        self.grow(0, place)?;
        self.open.push(Open { content, style, anchor, span: place, before, height: 0, shorthand });
        Ok(())
    }

    /// Levels of collections around what comes next.
    fn depth(&self) -> usize {
        self.open.len() + self.wrappers
    }

    /// A value in the mapping that the tag before it is short for.
    fn expanded(&mut self, complete: Complete, shorthand: Option<Shorthand>) -> Result<Complete, Box<Diagnostic>> {
        let Some(Shorthand { key, span: key_span }) = shorthand else { return Ok(complete) };
        let Complete { node: value, weight, height } = complete;
        if self.depth() >= MAX_DEPTH {
            return Err(Box::new(syntax::too_deep(key_span)));
        }
        let before = self.tree;
        self.grow(0, key_span)?;
        self.grow(key.len(), key_span)?;
        let span = key_span.to(value.span);
        let node = Node { span, value: Value::Mapping(vec![Entry { key, key_span, value }]), alias: None };
        Ok(Complete { node, weight: weight.plus(self.tree.minus(before)), height: height + 1 })
    }

    fn end(&mut self, place: Span) -> Step {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let span = match open.style {
            StructureStyle::Flow => open.span.to(place),
            // The parser ends it where the next token begins.
            StructureStyle::Block => open.span,
        };
        let value = match open.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping { entries, .. } => Value::Mapping(self.without_duplicates(entries)),
        };
        let node = Node { span, value, alias: None };
        let complete = Complete { node, weight: self.tree.minus(open.before), height: open.height + 1 };
        self.wrappers -= usize::from(open.shorthand.is_some());
        let complete = self.expanded(complete, open.shorthand)?;
        self.keep(open.anchor, &complete)?;
        self.add(complete);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, place: Span) -> Step {
        if self.expected_key().is_some() {
            // `add` refuses it; what it stands for does not matter.
            self.add(Complete::nothing(place));
            return Ok(());
        }
        let Some(target) = self.anchors.get(&anchor) else {
            self.faithful = false;
            self.findings.report(
                &codes::UNKNOWN_ALIAS,
                place,
                format_args!("this alias stands inside the value that it names"),
                |d| d,
            );
            self.add(Complete::nothing(place));
            return Ok(());
        };
        if self.depth() + target.height > MAX_DEPTH {
            return Err(Box::new(syntax::too_deep(place)));
        }
        self.tree = self.tree.plus(target.weight);
        self.copied_bytes += target.weight.bytes;
        if self.is_too_much() {
            return Err(Box::new(alias_bomb(place)));
        }
        let mut copy = target.clone();
        copy.node.alias = Some(place);
        self.add(copy);
        Ok(())
    }

    fn unknown_alias(&mut self, name: &str, place: Span) {
        self.faithful = false;
        self.last_unknown_alias = Some(place);
        let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let is_whole_value = self.open.last().is_some_and(|open| open.style == StructureStyle::Flow)
            || self.rest_of_line(place.end).is_empty();
        let quoted = format!("'*{}'", name.replace('\'', "''"));
        let name = shown(name);
        self.findings.report(
            &codes::UNKNOWN_ALIAS,
            place,
            format_args!("`*{name}` is an alias, and no `&{name}` stands before it"),
            |d| match (is_name, is_whole_value) {
                (true, _) => d.help("an anchor comes before its aliases; quote a value that starts with `*`"),
                (false, false) => d.help(syntax::QUOTE_ASTERISK),
                (false, true) => d.help(syntax::QUOTE_ASTERISK).fix(place, quoted).safe(),
            },
        );
        if let Some(key) = self.expected_key() {
            *key = Key::Refused;
            self.extend(place);
        } else {
            self.add(Complete::nothing(place));
        }
    }

    /// Whether an unquoted `*.example.com, …` was taken for an alias before this error, which is the same mistake.
    fn follows_unknown_alias(&self, finding: &Diagnostic) -> bool {
        self.last_unknown_alias.is_some_and(|alias| {
            let between = self.text.get(alias.end..finding.primary.span.start);
            finding.code == self.invalid && between.is_some_and(|text| !text.contains('\n'))
        })
    }

    /// Where a value was left out: right behind what it follows. The parser points at the `:` before it or at what
    /// comes next.
    fn place_of_nothing(&mut self, place: Span) -> usize {
        let is_value = self.expected_key().is_none();
        let (before, after) = self.text.split_at_checked(place.end).unwrap_or((self.text, ""));
        if is_value && after.starts_with(':') { place.end + 1 } else { before.trim_end().len() }
    }

    /// Where a block list begins. Of one that is not indented more than its key the parser points behind the first `-`.
    fn start_of_list(&self, place: Span) -> Span {
        let before = self.text.get(..place.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let indented = before.get(line_start..).unwrap_or_default().trim_start();
        let is_value = self.open.last().is_some_and(|open| matches!(open.content, Content::Mapping { .. }));
        match indented.strip_prefix('-').map(str::trim) {
            Some(rest) if is_value && (rest.is_empty() || rest.starts_with('#')) => {
                Span::new(place.start - indented.len(), place.end)
            }
            _ => place,
        }
    }

    /// What stands behind an offset on its line, without blanks.
    fn rest_of_line(&self, offset: usize) -> &str {
        self.text.get(offset..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim()
    }

    /// Puts a value where the parser stands.
    fn add(&mut self, complete: Complete) {
        let Complete { node, height, .. } = complete;
        let place = node.place();
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.span = open.span.to(place);
        open.height = open.height.max(height);
        match &mut open.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, key } => match std::mem::replace(key, Key::Expected) {
                Key::Read(key, key_span) => entries.push(Entry { key, key_span, value: node }),
                Key::Refused => {}
                Key::Expected => {
                    *key = Key::Refused;
                    self.refuse_key(place, "a key must be text, written out");
                }
            },
        }
    }

    /// The place for a key, if a key comes next.
    fn expected_key(&mut self) -> Option<&mut Key> {
        match &mut self.open.last_mut()?.content {
            Content::Mapping { key: key @ Key::Expected, .. } => Some(key),
            _ => None,
        }
    }

    /// Lets the innermost collection reach over a key.
    fn extend(&mut self, span: Span) {
        if let Some(open) = self.open.last_mut() {
            open.span = open.span.to(span);
        }
    }

    /// Counts a value or a key of the text.
    fn grow(&mut self, bytes: usize, span: Span) -> Step {
        self.tree = self.tree.plus(Weight { nodes: 1, bytes });
        if self.is_too_much() {
            let message = format!("more than {MAX_NODES} keys and values");
            return Err(Box::new(Diagnostic::new(&codes::DOCUMENT_TOO_LARGE, span, message)));
        }
        Ok(())
    }

    /// Keeps a value for the aliases of its anchor; 0 is no anchor.
    fn keep(&mut self, anchor: usize, complete: &Complete) -> Step {
        if anchor == 0 {
            return Ok(());
        }
        self.kept_nodes += complete.weight.nodes;
        self.copied_bytes += complete.weight.bytes;
        if self.is_too_much() {
            return Err(Box::new(alias_bomb(complete.node.span)));
        }
        self.anchors.insert(anchor, complete.clone());
        Ok(())
    }

    fn is_too_much(&self) -> bool {
        self.tree.nodes + self.kept_nodes > MAX_NODES || self.copied_bytes > MAX_COPIED_BYTES
    }

    /// The entries without keys that were there before, which are reported.
    fn without_duplicates(&mut self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let mut keys: Vec<(&str, Span)> = entries.iter().map(|e| (e.key.as_str(), e.key_span)).collect();
        keys.sort_unstable();
        let mut repeated = Vec::new();
        for same in keys.chunk_by(|a, b| a.0 == b.0) {
            let [(key, first), rest @ ..] = same else { continue };
            for &(_, span) in rest {
                repeated.push(span);
                let message = format_args!("the key `{}` stands twice in this mapping", shown(key));
                self.findings.report(&codes::DUPLICATE_KEY, span, message, |d| {
                    d.label("again here").related(*first, "first here")
                });
            }
        }
        if !repeated.is_empty() {
            repeated.sort_unstable();
            entries.retain(|entry| repeated.binary_search(&entry.key_span).is_err());
        }
        entries
    }

    fn refuse_key(&mut self, span: Span, message: &str) {
        self.faithful = false;
        self.findings.report(&codes::INVALID_KEY, span, format_args!("{message}"), |d| d);
    }

    /// What a tag is short for; a key stands for itself.
    fn shorthand(&mut self, tag: Option<&Tag>, event: &EventSpan) -> Option<Shorthand> {
        let name = tag.filter(|_| !self.tags.is_empty())?.original();
        if self.expected_key().is_some() {
            return None;
        }
        let (_, key) = self.tags.iter().find(|(tag, _)| *tag == name)?;
        let span = event.tag_span().map_or_else(|| bytes(event), |span| bytes(&span));
        Some(Shorthand { key: (*key).to_owned(), span })
    }

    /// Whether a tag says that a scalar is text; other tags are refused.
    fn is_text(&mut self, tag: &Tag, event: &EventSpan) -> bool {
        // `!` alone is the tag that quotes stand for.
        let is_text = tag.is_yaml_core_schema_tag("str") || tag.original() == "!";
        if !is_text {
            self.refuse_tag(Some(tag), event);
        }
        is_text
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, event: &EventSpan) {
        let Some(tag) = tag else { return };
        self.faithful = false;
        let span = event.tag_span().map_or_else(|| bytes(event), |span| bytes(&span));
        let message = format_args!("the tag `{}` means nothing here", shown(&tag.original()));
        self.findings.report(&codes::UNKNOWN_TAG, span, message, |d| {
            d.help("remove the tag, or quote a value that starts with `!`; only `!!str` before a scalar is known")
        });
    }

    /// What a scalar means; a number that cannot be used is reported.
    fn value(&mut self, text: &str, plain: bool, span: Span) -> Value {
        if !plain {
            return Value::String(text.to_owned());
        }
        resolve(text).unwrap_or_else(|unusable| {
            self.faithful = false;
            let why = match unusable {
                Unusable::NotFinite => "is not a finite number",
                Unusable::TooLarge => "does not fit in 64 bits",
            };
            let message = format_args!("`{}` {why}", shown(text));
            self.findings.report(&codes::NUMBER_OUT_OF_RANGE, span, message, |d| d.help("quote it if it is text"));
            Value::Null
        })
    }
}

impl Weight {
    fn plus(self, other: Self) -> Self {
        Self { nodes: self.nodes + other.nodes, bytes: self.bytes + other.bytes }
    }

    fn minus(self, other: Self) -> Self {
        Self { nodes: self.nodes - other.nodes, bytes: self.bytes - other.bytes }
    }
}

impl Complete {
    /// What stands for a value that was refused.
    fn nothing(span: Span) -> Self {
        Self { node: Node { span, value: Value::Null, alias: None }, weight: Weight::default(), height: 0 }
    }
}

fn alias_bomb(span: Span) -> Diagnostic {
    let message =
        format!("more than {MAX_NODES} values, or {MAX_COPIED_BYTES} bytes, with what anchors and aliases copy");
    Diagnostic::new(&codes::ALIAS_BOMB, span, message)
}

/// The parser counts bytes of the text that it was given.
fn bytes(span: &EventSpan) -> Span {
    span.byte_range().map_or_else(Span::default, |range| Span::new(range.start, range.end))
}
