//! Agreement with the JSON that was rendered, and with another YAML reader where that one is right.

use corsynth::document::{Node, Syntax, Value as Tree};
use corsynth::source::{SourceFile, Span};
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{parsed, underlined};

/// Text without the few characters that a JSON writer leaves raw and a text file may not hold.
fn text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "no",
        "012345678901",
        "1e3",
        "~",
        "null",
        "*.example.com",
        "*",
        "&a",
        "!x",
        "<<",
        "- a",
        "a: b",
        "# c",
        " ",
        "\t",
        "",
        "it's",
        "\"q\"",
        "\\d",
        "---",
        "...",
        "%YAML",
        "[",
        "{}",
        "0x1F",
        ".inf",
        "a #b",
        "a:",
        ":",
        "?",
        "|",
        ">",
        "é\u{85}\u{2028}",
        "\u{FEFF}",
        "\u{1F600}",
        "a\nb",
        "\n",
        "a\n",
        " a",
        "a ",
        "\r\n",
        "\0",
        "2012-10-17",
        "60:30",
        "=",
        "@",
        "`",
        "Yes",
    ]);
    let characters = prop::collection::vec(any::<char>(), 0..12).prop_map(|chars| {
        let refused = |c: &char| matches!(c, '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
        chars.into_iter().filter(|c| !refused(c)).collect::<String>()
    });
    prop_oneof![words.prop_map(str::to_owned), characters, "[a-z]{1,8}"]
}

fn number() -> impl Strategy<Value = Value> {
    let float = any::<f64>().prop_filter("JSON has finite numbers only", |f| f.is_finite());
    prop_oneof![any::<i64>().prop_map(Value::from), (-9i64..99).prop_map(Value::from), float.prop_map(Value::from)]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number(), text().prop_map(Value::from)];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let entry = (text(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            prop::collection::vec(entry, 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Every value and key, read again from the text under its span, is the same.
fn assert_spans_hold_their_values(node: &Node, file: &SourceFile) {
    match &node.value {
        Tree::Sequence(items) => items.iter().for_each(|item| assert_spans_hold_their_values(item, file)),
        Tree::Mapping(entries) => {
            for entry in entries {
                assert_span_holds(entry.key_span, &Tree::String(entry.key.clone()), file);
                assert_spans_hold_their_values(&entry.value, file);
            }
        }
        value => assert_span_holds(node.span, value, file),
    }
}

fn assert_span_holds(span: Span, value: &Tree, file: &SourceFile) {
    let written = file.slice(span);
    let again = parsed(&format!("- {written}"), Syntax::Yaml).tree;
    if again.and_then(|list| list.items().first().map(|item| item.value == *value)) == Some(true) {
        return;
    }
    match value {
        Tree::Null => assert!(written.is_empty(), "{written:?}"),
        // A block scalar has its header in front of its span, or nothing but its header.
        Tree::String(text) if text.trim().is_empty() => {
            assert!(written.is_empty() || written.starts_with('|'), "{written:?}");
        }
        Tree::String(text) if text.contains('\n') => {
            let first = |text: &str| text.trim().lines().next().unwrap_or_default().to_owned();
            assert_eq!(first(written), first(text));
        }
        _ => panic!("{written:?} is not {value:?}"),
    }
}

fn tab_indented(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    serde::Serialize::serialize(value, &mut serde_json::Serializer::with_formatter(&mut out, formatter))
        .expect("values can be written");
    String::from_utf8(out).expect("JSON is text")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_reads_back_through_both_syntaxes(value in value()) {
        let compact = value.to_string();
        let pretty = serde_json::to_string_pretty(&value).expect("values can be written");
        for (text, syntax) in [
            (&compact, Syntax::Json),
            (&compact, Syntax::Yaml),
            (&pretty, Syntax::Json),
            (&pretty, Syntax::Yaml),
            (&tab_indented(&value), Syntax::Json),
        ] {
            let parsed = parsed(text, syntax);
            let Some(tree) = parsed.tree else { panic!("{text}: {:?}", underlined(&parsed.file, &parsed.findings)) };
            prop_assert!(parsed.findings.is_empty());
            prop_assert_eq!(tree.to_json().to_string(), compact.as_str());
            assert_spans_hold_their_values(&tree, &parsed.file);
        }
    }

    #[test]
    fn block_yaml_of_another_writer_reads_back(value in value()) {
        let text = serde_yaml::to_string(&value).expect("values can be written");
        // That writer leaves text bare that means a merge where it is a key.
        prop_assume!(!text.lines().any(|line| line.contains("<<:")));
        let parsed = parsed(&text, Syntax::Yaml);
        let Some(tree) = parsed.tree else { panic!("{text}: {:?}", underlined(&parsed.file, &parsed.findings)) };
        prop_assert_eq!(tree.to_json().to_string(), value.to_string());
        assert_spans_hold_their_values(&tree, &parsed.file);
    }
}

#[test]
fn another_reader_agrees_on_documents_as_people_write_them() {
    let cases = [
        include_str!("../../documents/intent.yaml"),
        include_str!("../../documents/styles.yaml"),
        "a: 1\nb: [x, y]\nc: {d: 1.5, e: true}\n",
        "- - a\n  - b\n-\n  - c\n",
        "a: 'x'\nb: \"y\\n\"\nc: >\n  folded\n  text\n\n  more\nd: |-\n  literal\n",
        "a: &x {b: 1}\nc: *x\n",
        "? a\n: b\n",
        "---\na: ~\n...\n",
        "",
    ];
    for text in cases {
        let other: Value = serde_yaml::from_str(text).expect("it is YAML");
        let ours = parsed(text, Syntax::Yaml).tree.map_or(Value::Null, |tree| tree.to_json());
        assert_eq!(ours, other, "{text}");
    }
}
