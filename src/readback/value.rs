//! What a file says, whatever its format: values with their places. A text may hold references to what only AWS knows.

use super::File;
pub(super) use super::notes::At;
use super::notes::Notes;
use crate::document::{self, Node};

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) at: At,
    pub(super) kind: Kind,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Text),
    List(Vec<Value>),
    Map(Vec<Member>),
    /// Something that nobody here can compute, in words.
    Unknown(String),
}

/// A member of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) at: At,
    pub(super) value: Value,
}

/// Noncharacters, which no text of AWS has, around a reference.
/// <https://www.unicode.org/faq/private_use.html#nonchar1>
const OPEN: char = '\u{FDD0}';
const CLOSE: char = '\u{FDD1}';

/// A text, perhaps with references in it: to a parameter, a resource, an attribute of it (`Bucket.Arn`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Text(String);

impl Text {
    /// A text that is written out.
    pub(super) fn literal(text: &str) -> Self {
        if text.contains([OPEN, CLOSE]) { Self(text.replace([OPEN, CLOSE], "\u{FFFD}")) } else { Self(text.to_owned()) }
    }

    /// A reference alone.
    pub(super) fn reference(name: &str) -> Self {
        Self(format!("{OPEN}{}{CLOSE}", Self::literal(name).0))
    }

    /// Appends a text.
    pub(super) fn push(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// The text, when there is no reference in it.
    pub(super) fn as_literal(&self) -> Option<&str> {
        (!self.0.contains(OPEN)).then_some(self.0.as_str())
    }

    /// The text, with marks around the references in it.
    pub(super) fn raw(&self) -> &str {
        &self.0
    }

    /// The text with something for a reference.
    pub(super) fn with(&self, name: &str, text: &str) -> Self {
        Self(self.0.replace(&Self::reference(name).0, text))
    }

    /// What it refers to, when it is a reference and nothing else.
    pub(super) fn as_reference(&self) -> Option<&str> {
        self.0.strip_prefix(OPEN)?.strip_suffix(CLOSE).filter(|name| !name.contains(OPEN))
    }

    /// What stands behind a prefix.
    pub(super) fn strip_prefix(&self, prefix: &Self) -> Option<Self> {
        self.0.strip_prefix(&prefix.0).map(|rest| Self(rest.to_owned()))
    }

    /// The parts around the first `separator`, which stands in no reference.
    pub(super) fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let mut inside = false;
        let found = self.0.char_indices().find(|&(_, c)| {
            inside = c == OPEN || (inside && c != CLOSE);
            !inside && c == separator
        });
        let (before, rest) = self.0.split_at_checked(found?.0)?;
        Some((Self(before.to_owned()), Self(rest.strip_prefix(separator)?.to_owned())))
    }

    /// The parts in front of the last `separator`, and from behind it on.
    pub(super) fn split_at_last(&self, separator: &str) -> Option<(Self, Self)> {
        let (before, rest) = self.0.rsplit_once(separator)?;
        (!before.is_empty()).then(|| (Self(before.to_owned()), Self(rest.to_owned())))
    }

    /// How many bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As `Fn::Sub` writes it.
    pub(super) fn shown(&self) -> String {
        if self.as_literal().is_some() {
            return self.0.clone();
        }
        self.0.replace(OPEN, "${").replace(CLOSE, "}")
    }
}

impl Value {
    /// The value of a node as it stands there.
    pub(super) fn of(node: &Node, file: usize) -> Self {
        let kind = match &node.value {
            document::Value::Null => Kind::Null,
            document::Value::Bool(value) => Kind::Bool(*value),
            document::Value::Integer(value) => Kind::Integer(*value),
            document::Value::Float(value) => Kind::Float(*value),
            document::Value::String(text) => Kind::Text(Text::literal(text)),
            document::Value::Sequence(items) => Kind::List(items.iter().map(|item| Self::of(item, file)).collect()),
            document::Value::Mapping(entries) => Kind::Map(
                entries
                    .iter()
                    .map(|entry| Member {
                        key: entry.key.clone(),
                        at: At { file, span: entry.key_span },
                        value: Self::of(&entry.value, file),
                    })
                    .collect(),
            ),
        };
        Self { at: At { file, span: node.place() }, kind }
    }

    /// The value of a JSON file.
    pub(super) fn of_json(notes: &mut Notes, file: &File) -> Result<Self, super::Unreadable> {
        let (index, node) = notes.parse(file, document::Syntax::Json, &[])?;
        Ok(Self::of(&node, index))
    }

    /// The members of a mapping; none of anything else.
    pub(super) fn members(&self) -> &[Member] {
        if let Kind::Map(members) = &self.kind { members } else { &[] }
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.members().iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The text, when it is written out.
    pub(super) fn as_str(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { text.as_literal() } else { None }
    }

    /// About how many bytes it takes, whatever its place is: an alias is short and may stand for much.
    pub(super) fn size(&self) -> usize {
        let inside = match &self.kind {
            Kind::Text(text) => text.size(),
            Kind::List(items) => items.iter().map(Self::size).sum(),
            Kind::Map(members) => members.iter().map(|member| member.key.len() + member.value.size()).sum(),
            _ => 0,
        };
        inside + 8
    }

    /// The text as `Fn::Sub` writes it, if this is one.
    pub(super) fn shown(&self) -> Option<String> {
        if let Kind::Text(text) = &self.kind { Some(text.shown()) } else { None }
    }

    /// What kind of value this is, for messages.
    pub(super) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Integer(_) => "an integer",
            Kind::Float(_) => "a number",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Unknown(_) => "not known",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_no_text() {
        let mut arn = Text::literal("arn:");
        arn.push(&Text::reference("AWS::Partition"));
        arn.push(&Text::literal(":s3:::a"));
        assert_eq!(arn.shown(), "arn:${AWS::Partition}:s3:::a");
        assert_eq!(arn.as_literal(), None);
        let (head, rest) = arn.split_once(':').unwrap();
        assert_eq!(head.as_literal(), Some("arn"));
        let (partition, rest) = rest.split_once(':').unwrap();
        assert_eq!(partition.as_reference(), Some("AWS::Partition"));
        assert_eq!(rest.as_literal(), Some("s3:::a"));
        assert_eq!(Text::literal("\u{FDD0}a\u{FDD1}").as_reference(), None);
    }
}
