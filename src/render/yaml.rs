//! A tree of values to YAML text that every reader reads alike, with tags such as `!Sub`.
//!
//! Knows nothing of plans or AWS. Why this serializer: docs/decisions/0003-yaml.md.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_saphyr::{DoubleQuoted, FlowSeq, Tagged};

/// A YAML node. Maps keep the order in which they are built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Yaml {
    /// A string, whatever its text looks like.
    Text(String),
    /// An integer.
    Int(u64),
    /// `true` or `false`.
    Bool(bool),
    /// A list, one item a line.
    List(Vec<Yaml>),
    /// A list on one line.
    Flow(Vec<Yaml>),
    /// A mapping.
    Map(Vec<(String, Yaml)>),
    /// A node with a local tag, which begins with `!`.
    Tagged(&'static str, Box<Yaml>),
}

/// A map of entries, in order.
pub(super) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Yaml)>) -> Yaml {
    Yaml::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// A string.
pub(super) fn text(text: impl Into<String>) -> Yaml {
    Yaml::Text(text.into())
}

/// A list of strings, one a line.
pub(super) fn texts<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Yaml {
    Yaml::List(items.into_iter().map(text).collect())
}

impl Yaml {
    /// The same tree with every string that is not a key changed.
    pub(super) fn map_texts(self, change: &impl Fn(String) -> String) -> Self {
        let all = |items: Vec<Self>| items.into_iter().map(|item| item.map_texts(change)).collect();
        match self {
            Self::Text(text) => Self::Text(change(text)),
            Self::List(items) => Self::List(all(items)),
            Self::Flow(items) => Self::Flow(all(items)),
            Self::Map(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (key, value.map_texts(change))).collect())
            }
            Self::Tagged(tag, value) => Self::Tagged(tag, Box::new(value.map_texts(change))),
            scalar @ (Self::Int(_) | Self::Bool(_)) => scalar,
        }
    }

    /// The document: block style, lists indented below their key, strings on one line each.
    pub(super) fn document(&self) -> String {
        let options = serde_saphyr::ser_options! {
            compact_list_indent: false,
            // A block scalar whose first line starts with a tab is an error for some readers, and folding breaks
            // lines where no one asked for it. Text of several lines is double-quoted instead.
            prefer_block_scalars: false,
        };
        // Writing to a string cannot fail and the tags are our own; should it fail all the same, the file says so
        // and no reader takes it for a template.
        serde_saphyr::to_string_with_options(self, options)
            .unwrap_or_else(|error| format!("# this document could not be written: {error}\n"))
    }
}

impl Serialize for Yaml {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Int(number) => serializer.serialize_u64(*number),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::List(items) => sequence(items.iter(), serializer),
            Self::Flow(items) => FlowSeq(items.iter().map(Inline).collect::<Vec<_>>()).serialize(serializer),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Tagged(tag, value) => Tagged(value, Some((*tag).to_owned())).serialize(serializer),
        }
    }
}

/// An item of a list on one line.
struct Inline<'a>(&'a Yaml);

impl Serialize for Inline<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        match self.0 {
            // The serializer leaves `?a` and `a:?` bare here, which libyaml takes for a key or an error.
            Yaml::Text(text) if !is_word(text) => DoubleQuoted(text).serialize(serializer),
            Yaml::Tagged(tag, value) => Tagged(Inline(value), Some((*tag).to_owned())).serialize(serializer),
            Yaml::List(items) | Yaml::Flow(items) => sequence(items.iter().map(Inline), serializer),
            other => other.serialize(serializer),
        }
    }
}

fn sequence<S: Serializer, T: Serialize>(
    items: impl ExactSizeIterator<Item = T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        list.serialize_element(&item)?;
    }
    list.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tagged(tag: &'static str, value: Yaml) -> Yaml {
        Yaml::Tagged(tag, Box::new(value))
    }

    /// The same tree as the independent reader's type.
    fn expected(value: &Yaml) -> serde_yaml::Value {
        use serde_yaml::Value;
        match value {
            Yaml::Text(text) => Value::String(text.clone()),
            Yaml::Int(number) => (*number).into(),
            Yaml::Bool(value) => (*value).into(),
            Yaml::List(items) | Yaml::Flow(items) => Value::Sequence(items.iter().map(expected).collect()),
            Yaml::Map(entries) => {
                Value::Mapping(entries.iter().map(|(k, v)| (Value::String(k.clone()), expected(v))).collect())
            }
            Yaml::Tagged(tag, value) => Value::Tagged(Box::new(serde_yaml::value::TaggedValue {
                tag: serde_yaml::value::Tag::new(*tag),
                value: expected(value),
            })),
        }
    }

    /// Strings that readers of YAML 1.1 or 1.2 take for something else, or that break simple writers.
    const NASTY: &[&str] = &[
        "",
        " ",
        "~",
        "null",
        "no",
        "No",
        "on",
        "off",
        "y",
        "true",
        "2012-10-17",
        "2001-01-01 00:00:00",
        "1_000",
        "60:30",
        "0o17",
        "017",
        "0x1F",
        "1e3",
        ".5",
        ".inf",
        ".nan",
        "-",
        "- a",
        "-a",
        "? a",
        "?a",
        "a:?",
        ":",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "*",
        "*a",
        "&a",
        "!Ref a",
        "!",
        "|",
        ">",
        "@a",
        "`a`",
        "%a",
        "---",
        "...",
        "<<",
        "=",
        "[a",
        "{a}",
        "a, b",
        "]",
        "'",
        "\"",
        "\\",
        "\ttab",
        "\ttab\nline",
        "\n\ttab",
        "a\n",
        "a\n\n",
        "\n",
        "a\r\nb",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{7f}",
        "\0",
        "${a}",
        "${",
        "!Sub ${AWS::Region}",
        " lead",
        "trail ",
    ];

    #[test]
    fn text_stays_text_wherever_it_stands() {
        for &nasty in NASTY {
            let value = map([
                ("value".to_owned(), text(nasty)),
                ("list".to_owned(), Yaml::List(vec![text(nasty), map([(nasty, text(nasty))])])),
                ("flow".to_owned(), Yaml::Flow(vec![text(nasty), tagged("!Ref", text(nasty))])),
                ("tagged".to_owned(), tagged("!Sub", text(nasty))),
                ("call".to_owned(), tagged("!Equals", Yaml::Flow(vec![text(nasty), text(nasty)]))),
                (format!("key {nasty}"), text("x")),
            ]);
            let document = value.document();
            let read: serde_yaml::Value =
                serde_yaml::from_str(&document).unwrap_or_else(|e| panic!("{nasty:?}: {e}\n{document}"));
            assert_eq!(read, expected(&value), "{nasty:?}\n{document}");
        }
    }

    #[test]
    fn what_older_readers_retype_is_quoted() {
        for nasty in ["no", "on", "y", "2012-10-17", "1_000", "60:30", "017", "~", "=", "<<"] {
            assert_eq!(map([("a", text(nasty))]).document(), format!("a: \"{nasty}\"\n"));
        }
    }

    #[test]
    fn long_text_keeps_its_line_and_lines_keep_their_tabs() {
        let long = "word ".repeat(60) + "end";
        assert_eq!(map([("a", text(&long))]).document(), format!("a: {long}\n"));
        assert_eq!(map([("a", text("\tx\ny"))]).document(), "a: \"\\tx\\ny\"\n");
    }

    #[test]
    fn lists_are_indented_and_tags_are_tags() {
        let value = map([
            ("Items", Yaml::List(vec![map([("Id", text("a")), ("Name", text("b"))])])),
            ("Name", tagged("!Sub", text("${NamePrefix}-a"))),
            ("If", tagged("!Equals", Yaml::Flow(vec![tagged("!Ref", text("A")), text("")]))),
            ("Empty", Yaml::List(vec![])),
        ]);
        let document =
            "Items:\n  - Id: a\n    Name: b\nName: !Sub ${NamePrefix}-a\nIf: !Equals [!Ref A, \"\"]\nEmpty: []\n";
        assert_eq!(value.document(), document);
    }

    fn trees() -> impl Strategy<Value = Yaml> {
        let words = prop_oneof![any::<String>(), "[-?:,\\[\\]{}#&*!|>'\"%@`$ \\n\\t a0]{0,6}"];
        let leaf = prop_oneof![
            words.clone().prop_map(Yaml::Text),
            any::<u64>().prop_map(Yaml::Int),
            any::<bool>().prop_map(Yaml::Bool)
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            let items = prop::collection::vec(inner.clone(), 0..5);
            prop_oneof![
                items.clone().prop_map(Yaml::List),
                prop::collection::btree_map(words.clone(), inner, 0..5).prop_map(map),
                prop::collection::vec(words.clone().prop_map(Yaml::Text), 0..4)
                    .prop_map(|items| tagged("!Equals", Yaml::Flow(items))),
                words.clone().prop_map(|word| tagged("!Sub", Yaml::Text(word))),
                items.prop_map(|items| tagged("!Join", Yaml::List(items))),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_independent_reader_reads_every_tree_back(value in trees()) {
            let document = value.document();
            let read: serde_yaml::Value = serde_yaml::from_str(&document)
                .map_err(|e| TestCaseError::fail(format!("{e}\n{document}")))?;
            prop_assert_eq!(read, expected(&value), "{}", document);
        }
    }
}
