//! The document stage: what is underlined, what is said, what the tree holds.

#![expect(clippy::panic, clippy::expect_used, reason = "helpers of tests fail as tests do")]

mod agreement;
mod hostile;
mod tags;

use corsynth::diagnostic::{Diagnostic, Diagnostics, Severity};
use corsynth::document::{Node, Syntax, codes, parse, read_source};
use corsynth::source::SourceFile;
use serde_json::json;

/// A text after its first stage.
pub(crate) struct Parsed {
    pub(crate) file: SourceFile,
    pub(crate) tree: Option<Node>,
    pub(crate) findings: Vec<Diagnostic>,
}

pub(crate) fn parsed(text: &str, syntax: Syntax) -> Parsed {
    let mut diags = Diagnostics::default();
    let file = SourceFile::new("test", text);
    let tree = parse(&mut diags, &file, syntax);
    Parsed { file, tree, findings: diags.into_sorted() }
}

#[track_caller]
pub(crate) fn tree(text: &str) -> Node {
    let parsed = parsed(text, Syntax::Yaml);
    parsed.tree.unwrap_or_else(|| panic!("no tree for {text:?}: {:?}", underlined(&parsed.file, &parsed.findings)))
}

/// Code and underlined text of every finding, by position; on the way each is held to the house style.
#[track_caller]
pub(crate) fn underlined(file: &SourceFile, findings: &[Diagnostic]) -> Vec<(&'static str, String)> {
    let mut seen = Vec::new();
    for finding in findings {
        let span = finding.primary.span;
        let text = file.text().get(span.start..span.end);
        let text = text.unwrap_or_else(|| panic!("{span:?} of {} is no text of the file", finding.code.id));
        for sentence in finding.help.iter().chain([&finding.message, &finding.primary.text]) {
            let first = sentence.chars().next();
            assert!(!first.is_some_and(char::is_uppercase) || sentence.starts_with("JSON"), "{sentence}");
            assert!(
                !sentence.ends_with('.') && !sentence.contains("granit") && !sentence.contains("serde"),
                "{sentence}"
            );
            assert!(!sentence.chars().any(char::is_control), "{sentence:?}");
        }
        seen.push((finding.code.id, text.to_owned()));
    }
    seen
}

type Expected<'a> = &'a [(&'a str, &'a str)];

/// Holds all rows of a table before it fails.
#[track_caller]
fn assert_findings(cases: &[(&str, Expected<'_>)], syntax: Syntax) {
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let parsed = parsed(text, syntax);
        let seen = underlined(&parsed.file, &parsed.findings);
        if !seen.iter().map(|(code, text)| (*code, text.as_str())).eq(expected.iter().copied()) {
            wrong.push(format!("{text:?}\n  expected {expected:?}\n  seen     {seen:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn yaml_findings_underline_the_mistake() {
    const INVALID: &str = "invalid-yaml";
    let cases: &[(&str, Expected<'_>)] = &[
        // Nothing, or too much.
        ("", &[("empty-document", "")]),
        ("\u{FEFF}\n", &[("empty-document", "")]),
        ("# only\n\n# comments\n", &[("empty-document", "")]),
        ("---\n# c\n", &[("empty-document", "")]),
        ("...\n", &[("empty-document", "")]),
        ("a: 1\n---\nb: 2\n", &[("multiple-documents", "---")]),
        ("a: 1\n---\n", &[("multiple-documents", "---")]),
        ("a: 1\n...\nfoo bar\n", &[("multiple-documents", "foo bar")]),
        ("%YAML 1.1 # old\n---\na: 1", &[("yaml-version", "%YAML 1.1 # old")]),
        ("%YAML 2.0\n---\na: 1", &[("yaml-version", "%YAML 2.0")]),
        ("%YAML 1.2\n---\na: 1", &[]),
        // Keys.
        ("a: 1\nb: 2\na: 3", &[("duplicate-key", "a")]),
        ("a: 1\n\"a\": 2\n'a': 3", &[("duplicate-key", "\"a\""), ("duplicate-key", "'a'")]),
        ("{1: a, \"1\": b}", &[("duplicate-key", "\"1\"")]),
        ("x: {b: 1, b: 2}\nz: [{c: 1, c: 2}]", &[("duplicate-key", "b"), ("duplicate-key", "c")]),
        ("a: &o {x: 1}\nb:\n  <<: *o\n", &[("merge-key", "<<")]),
        ("\"<<\": 1", &[]),
        ("? [a, b]\n: c", &[("invalid-key", "[a, b]")]),
        ("? a: 1\n  b: 2\n: c", &[("invalid-key", "a: 1\n  b: 2")]),
        ("{[a]: b}", &[("invalid-key", "[a]")]),
        ("a: &x 1\n*x : b", &[("invalid-key", "*x")]),
        (": b", &[("invalid-key", "")]),
        ("{: b}", &[("invalid-key", "")]),
        // Aliases, and what was not meant to be one.
        ("a: *o\nx: &o 1", &[("unknown-alias", "*o")]),
        ("a: &o [*o]", &[("unknown-alias", "*o")]),
        ("a: [*]", &[("unknown-alias", "*")]),
        ("a:\n  - *", &[("unknown-alias", "*")]),
        ("- *.example.com", &[("unknown-alias", "*.example.com")]),
        ("[*.a.com, *.b.com]", &[("unknown-alias", "*.a.com"), ("unknown-alias", "*.b.com")]),
        ("a: *.a.com, *.b.com\nb: 1", &[("unknown-alias", "*.a.com")]),
        ("*.a.com: 1", &[("unknown-alias", "*.a.com:")]),
        ("a: &", &[(INVALID, "&")]),
        // Tags.
        ("a: !Sub x", &[("unknown-tag", "!Sub")]),
        ("a: !!int 3\nb: !!binary aGk=\n", &[("unknown-tag", "!!int"), ("unknown-tag", "!!binary")]),
        ("!!map\na: !!seq [1]", &[("unknown-tag", "!!map"), ("unknown-tag", "!!seq")]),
        ("a: !<tag:yaml.org,2002:set> {b}", &[("unknown-tag", "!<tag:yaml.org,2002:set>")]),
        ("a: !e!x 1", &[(INVALID, "!")]),
        // Scalars.
        ("a: no\nb: [on, Y]", &[("yaml-1-1-boolean", "no"), ("yaml-1-1-boolean", "on"), ("yaml-1-1-boolean", "Y")]),
        ("off: 1", &[("yaml-1-1-boolean", "off")]),
        ("a: 'no'\nb: \"on\"\nc: nO\nd: !!str y\ne: |-\n  yes", &[]),
        (
            "a: .inf\nb: -.INF\nc: .nan",
            &[("number-out-of-range", ".inf"), ("number-out-of-range", "-.INF"), ("number-out-of-range", ".nan")],
        ),
        (
            "a: 9223372036854775808\nb: 1e400",
            &[("number-out-of-range", "9223372036854775808"), ("number-out-of-range", "1e400")],
        ),
        // Syntax.
        ("a:\n\tb: 1", &[(INVALID, "\t")]),
        ("a:\n  b: 1\n\tc: 2", &[(INVALID, "\t")]),
        ("- a\n\t- b", &[(INVALID, "\t")]),
        ("a: |\n\tx", &[(INVALID, "\t")]),
        ("a: b: c", &[(INVALID, ":")]),
        ("a: 1\n b: 2", &[(INVALID, ":")]),
        ("a:\n  b: 1\n c: 2", &[(INVALID, "c")]),
        ("a: 1\n- b", &[(INVALID, "b")]),
        ("- a\nb: 1", &[(INVALID, "b")]),
        ("a: - b", &[(INVALID, "-")]),
        ("a: [1, 2", &[(INVALID, "[")]),
        ("a: {b: 1\n", &[(INVALID, "{")]),
        ("a: [1}", &[(INVALID, "[")]),
        ("a: ]", &[(INVALID, "]")]),
        ("a: 'x", &[(INVALID, "'")]),
        ("a: \"x", &[(INVALID, "\"")]),
        ("a: 'x' y", &[(INVALID, "y")]),
        ("a: \"b\\\\ \\d+\"", &[(INVALID, "\\d")]),
        ("a: \"\\ud800\"", &[(INVALID, "\"")]),
        ("a: @x", &[(INVALID, "@")]),
        ("a: `x`", &[(INVALID, "`")]),
        ("a: x #c\n y", &[(INVALID, "#")]),
        ("{a: 1}}", &[(INVALID, "}")]),
        ("[a, , b]", &[(INVALID, ",")]),
        ("a: ,", &[(INVALID, ",")]),
        ("ü: é\nä: ö: ß", &[(INVALID, ":")]),
        ("\u{FEFF}a: 1\n\u{FEFF}b: 1", &[(INVALID, "\u{FEFF}")]),
        // All in one run, and the syntax error ends it.
        (
            "a: no\na: .inf\nb: !x c\nd: [*c, {<<: 1}]\ne: ]\nf: no",
            &[
                ("yaml-1-1-boolean", "no"),
                ("duplicate-key", "a"),
                ("number-out-of-range", ".inf"),
                ("unknown-tag", "!x"),
                ("unknown-alias", "*c"),
                ("merge-key", "<<"),
                (INVALID, "]"),
            ],
        ),
    ];
    assert_findings(cases, Syntax::Yaml);
}

#[test]
fn json_findings_underline_the_mistake() {
    const INVALID: &str = "invalid-json";
    let cases: &[(&str, Expected<'_>)] = &[
        ("", &[("empty-document", "")]),
        (" \n\t", &[("empty-document", "")]),
        ("{\"a\": 1,}", &[(INVALID, "}")]),
        ("[1,\n 2,\n]", &[(INVALID, "]")]),
        ("[\"é\", x]", &[(INVALID, "x")]),
        ("\u{FEFF}[\"é\", x]", &[(INVALID, "x")]),
        ("\u{FEFF}[\n\"é\", é]", &[(INVALID, "é")]),
        ("{a: 1}", &[(INVALID, "a")]),
        ("{'a': 1}", &[(INVALID, "'")]),
        ("{\"a\": 1} // done", &[(INVALID, "/")]),
        ("# yaml\n{}", &[(INVALID, "#")]),
        ("[01]", &[(INVALID, "1")]),
        ("[1 2]", &[(INVALID, "2")]),
        ("{\"a\" 1}", &[(INVALID, "1")]),
        ("[\"a\tb\"]", &[(INVALID, "\t")]),
        ("[\"a\nb\"]", &[(INVALID, "")]),
        ("[1.]", &[(INVALID, "]")]),
        ("[-]", &[(INVALID, "]")]),
        ("[truf]", &[(INVALID, "f")]),
        ("[\"\\q\"]", &[(INVALID, "q")]),
        ("[\"\\u00g0\"]", &[(INVALID, "0")]),
        ("[\"\\ud800\"]", &[(INVALID, "\"")]),
        ("[1, 2\n", &[(INVALID, "")]),
        ("{\"a\": \"b", &[(INVALID, "")]),
        ("nul", &[(INVALID, "")]),
        ("{\"a\": 1, \"b\": 2, \"\\u0061\": 3}", &[("duplicate-key", "\"\\u0061\"")]),
        (
            "[1e999, 18446744073709551615]",
            &[("number-out-of-range", "1e999"), ("number-out-of-range", "18446744073709551615")],
        ),
    ];
    assert_findings(cases, Syntax::Json);
}

#[test]
fn a_json_error_is_where_the_file_is_wrong() {
    let parsed = parsed("{\n  \"a\": [1],\n  \"b\": tru\n}", Syntax::Json);
    let at = parsed.file.position(parsed.findings[0].primary.span.start);
    assert_eq!((at.line, at.column), (3, 11));
    assert_eq!(parsed.findings[0].message, "expected ident");
}

#[test]
fn a_repeated_key_shows_both_places_and_keeps_the_first() {
    let parsed = parsed("a: 1\nb: 2\na: 3\n", Syntax::Yaml);
    let [finding] = parsed.findings.as_slice() else { panic!("{:?}", parsed.findings) };
    assert_eq!(finding.message, "the key `a` stands twice in this mapping");
    assert_eq!((finding.primary.span.start, finding.related[0].span.start), (10, 0));
    assert_eq!(parsed.tree.expect("the rest is worth looking at").to_json(), json!({"a": 1, "b": 2}));
}

#[test]
fn findings_that_change_the_meaning_leave_no_tree() {
    for text in ["a: *o", "<<: {a: 1}", "a: !x 1", "[a]: 1", "a: .nan", "%YAML 1.1\n---\na", "a: &a [*a]", "a: ["] {
        assert!(parsed(text, Syntax::Yaml).tree.is_none(), "{text}");
    }
    let warned = parsed("a: no", Syntax::Yaml);
    assert_eq!(warned.findings[0].severity, Severity::Warning);
    assert_eq!(warned.tree.expect("a warning").to_json(), json!({"a": "no"}));
}

#[test]
fn a_wildcard_taken_for_an_alias_is_quoted_only_where_that_mends_it() {
    let fix = |text: &str| parsed(text, Syntax::Yaml).findings[0].fix.clone().map(|fix| fix.replacement);
    assert_eq!(fix("- *.example.com").as_deref(), Some("'*.example.com'"));
    assert_eq!(fix("a: [*.o'b.com, x]").as_deref(), Some("'*.o''b.com'"));
    assert_eq!(fix("a: *.a.com, *.b.com"), None);
    assert_eq!(fix("a: *origins"), None);
    let help = parsed("a: [*]", Syntax::Yaml).findings[0].help.clone();
    assert_eq!(help, ["quote a value that starts with `*`"]);
}

#[test]
fn values_follow_the_core_schema() {
    let cases = [
        ("[~, null, , ]", None),
        ("a:\nb: ~\nc: null\nd: ''\n", Some(json!({"a": null, "b": null, "c": null, "d": ""}))),
        ("[true, False, TRUE, tRue]", Some(json!([true, false, true, "tRue"]))),
        (
            "[012345678901, 123456789012, 0, -0, 0o17, 0x1F]",
            Some(json!(["012345678901", 123_456_789_012_i64, 0, 0, 15, 31])),
        ),
        (
            "[1.5, 1e3, .5, 1_000, 60:30, 2012-10-17, 1.2.3]",
            Some(json!([1.5, 1000.0, 0.5, "1_000", "60:30", "2012-10-17", "1.2.3"])),
        ),
        ("[!!str 1, !!str true, ! 012, !!str ]", Some(json!(["1", "true", "012", ""]))),
        ("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n", Some(json!({"a": "x\n y\n", "b": "x y"}))),
        ("a: x\n  y\n", Some(json!({"a": "x y"}))),
        ("\"\\u00e9\\uD834\\uDD1E\\x41\\t\"", Some(json!("é\u{1D11E}A\t"))),
        ("1: a\ntrue: b\n0x10: c\nnull: d", Some(json!({"1": "a", "true": "b", "0x10": "c", "null": "d"}))),
        ("{a, b: , c}", Some(json!({"a": null, "b": null, "c": null}))),
        ("- - 1\n  - 2\n- [a: b]", Some(json!([[1, 2], [{"a": "b"}]]))),
        ("? a\n? b\n: 1", Some(json!({"a": null, "b": 1}))),
        ("key: [\n1,\n2\n]", Some(json!({"key": [1, 2]}))),
        ("a: 1\r\nb:\r\n  - 2\r\n", Some(json!({"a": 1, "b": [2]}))),
        ("\u{FEFF}a: 1", Some(json!({"a": 1}))),
        ("a: https://x.com:8080/#f\nb: c #d", Some(json!({"a": "https://x.com:8080/#f", "b": "c"}))),
        (
            "x-o: &o [a, b]\nc: *o\nd: {e: *o}",
            Some(json!({"x-o": ["a", "b"], "c": ["a", "b"], "d": {"e": ["a", "b"]}})),
        ),
        ("&k a: &v 1\nb: *k\nc: *v\nd: &v 2\ne: *v", Some(json!({"a": 1, "b": "a", "c": 1, "d": 2, "e": 2}))),
        ("&k 1: a\nb: *k", Some(json!({"1": "a", "b": 1}))),
        ("a: &n\nb: *n", Some(json!({"a": null, "b": null}))),
        ("just text", Some(json!("just text"))),
        ("~", Some(json!(null))),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Syntax::Yaml);
        assert_eq!(parsed.tree.map(|tree| tree.to_json()), expected, "{text}: {:?}", parsed.findings);
    }
}

#[test]
fn every_value_and_key_knows_its_place() {
    let text = "\u{FEFF}# é\n\
        version: 1\n\
        plain: some text   # comment\n\
        quoted: 'it''s'\n\
        empty:\n\
        tagged: !!str &t 12\n\
        flow: { a: [1, 2 ], \"b\": {} }   # comment\n\
        block:\n\
        \x20 - x: 1\n\
        \x20   y: 2   # comment\n\
        \n\
        \x20 # comment\n\
        \x20 -\n\
        indentless:\n\
        -   # comment\n\
        \x20 - p\n\
        - q\n\
        \n\
        literal: |\n\
        \x20 one\n\
        \x20  two\n\
        \n\
        folded: >+  # comment\n\n\
        \x20 three\n\
        multi: a\n\
        \x20 b\n\
        a/~b: last\n";
    let tree = tree(text);
    let file = SourceFile::new("test", text);
    let value = |pointer: &str| {
        let node = tree.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
        file.slice(node.span)
    };
    for (pointer, expected) in [
        ("/version", "1"),
        ("/plain", "some text"),
        ("/quoted", "'it''s'"),
        ("/empty", ""),
        ("/tagged", "12"),
        ("/flow", "{ a: [1, 2 ], \"b\": {} }"),
        ("/flow/a", "[1, 2 ]"),
        ("/flow/a/1", "2"),
        ("/flow/b", "{}"),
        ("/block", "- x: 1\n    y: 2   # comment\n\n  # comment\n  -"),
        ("/block/0", "x: 1\n    y: 2"),
        ("/block/1", ""),
        ("/indentless", "-   # comment\n  - p\n- q"),
        ("/indentless/0", "- p"),
        ("/literal", "one\n   two"),
        ("/folded", "three"),
        ("/multi", "a\n  b"),
        ("/a~1~0b", "last"),
    ] {
        assert_eq!(value(pointer), expected, "{pointer}");
    }
    assert!(value("").starts_with("version: 1") && value("").ends_with("a/~b: last"));
    // What was left out has its place right behind the `:` or `-`.
    for (pointer, before) in [("/empty", "empty:"), ("/block/1", "\n  -")] {
        let at = tree.pointer(pointer).map_or(0, |node| node.span.start);
        assert!(text.get(..at).is_some_and(|text| text.ends_with(before)), "{pointer}");
    }
    for (pointer, expected) in [("/version", "version"), ("/flow/b", "\"b\""), ("/block/0/y", "y"), ("/a~1~0b", "a/~b")]
    {
        let span = tree.key_span(pointer).unwrap_or_else(|| panic!("{pointer} has no key"));
        assert_eq!(file.slice(span), expected);
    }
    for pointer in ["", "/block/0", "/nowhere", "/block/2", "/block/x", "version", "/version/0"] {
        assert_eq!(tree.key_span(pointer), None, "{pointer}");
    }
    assert!(tree.pointer("/block/2").is_none() && tree.pointer("/block/-1").is_none() && tree.pointer("x").is_none());
}

#[test]
fn a_value_from_an_alias_shows_both_places() {
    let text = "x-o: &o [https://a.com]\nsites:\n  one: *o\n  two: {from: *o}\n";
    let tree = tree(text);
    let file = SourceFile::new("test", text);
    let one = tree.pointer("/sites/one").expect("it is there");
    assert_eq!(file.slice(one.span), "[https://a.com]");
    assert_eq!(file.slice(one.place()), "*o");
    assert_eq!(one.place().start, 38);
    assert_eq!(tree.aliases("/sites/one/0"), [one.place()]);
    let origin = tree.pointer("/sites/two/from/0").expect("it is there");
    assert_eq!((origin.span.start, origin.alias), (9, None));
    assert_eq!(tree.aliases("/sites/two/from/0").len(), 1);
    assert_eq!(tree.aliases("/x-o/0"), []);
    // The mapping ends with its alias, not with what the alias stands for.
    assert_eq!(file.slice(tree.pointer("/sites").expect("it is there").span), "one: *o\n  two: {from: *o}");
}

#[test]
fn questions_to_a_node_are_answered_by_its_kind() {
    let tree = tree("s: x\ni: 1\nf: 1.5\nb: true\nn:\nl: [1]\nm: {k: v}");
    let kinds: Vec<_> = tree.entries().iter().map(|e| e.value.type_name()).collect();
    assert_eq!(kinds, ["a string", "an integer", "a number", "a boolean", "null", "a list", "a mapping"]);
    assert_eq!(tree.get("s").and_then(Node::as_str), Some("x"));
    assert_eq!(tree.get("s").and_then(Node::as_spanned_str).map(|s| (s.value, s.span.start)), Some(("x", 3)));
    assert_eq!(tree.get("i").and_then(Node::as_i64), Some(1));
    assert_eq!(tree.get("b").and_then(Node::as_bool), Some(true));
    assert!(tree.get("n").is_some_and(Node::is_null));
    assert_eq!(tree.get("l").map(|l| l.items().len()), Some(1));
    assert_eq!(tree.entry("m").map(|e| e.key_span.start), Some(35));
    for wrong in [tree.get("x"), tree.get("s").and_then(|s| s.get("x"))] {
        assert!(wrong.is_none());
    }
    assert!(tree.as_str().is_none() && tree.as_i64().is_none() && tree.as_bool().is_none() && tree.items().is_empty());
}

#[test]
fn bytes_that_are_not_text_are_refused_with_their_place() {
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let utf_32 = |text: &str| text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect::<Vec<u8>>();
    let cases: Vec<(Vec<u8>, &str, usize, &str, &str)> = vec![
        (utf_16("\u{FEFF}a: é", u16::to_le_bytes), "invalid-encoding", 0, "", "encoded in UTF-16LE"),
        (utf_16("\u{FEFF}a: é", u16::to_be_bytes), "invalid-encoding", 0, "", "encoded in UTF-16BE"),
        (utf_16("a: é", u16::to_le_bytes), "invalid-encoding", 0, "", "encoded in UTF-16LE"),
        (utf_16("a: é", u16::to_be_bytes), "invalid-encoding", 0, "", "encoded in UTF-16BE"),
        (utf_32("a: é"), "invalid-encoding", 0, "", "encoded in UTF-32BE"),
        (b"\xFF\xFE\0\0a\0\0\0".to_vec(), "invalid-encoding", 0, "", "encoded in UTF-32LE"),
        (b"a: \xC3\xA9\nb: \xE9t\xE9".to_vec(), "invalid-encoding", 9, "\u{FFFD}", "byte 0xE9 at offset 9 "),
        (b"\xEF\xBB\xBFa: \xFF".to_vec(), "invalid-encoding", 6, "\u{FFFD}", "byte 0xFF at offset 6 "),
        (b"a: b\0c".to_vec(), "control-character", 4, "\0", "U+0000"),
        (b"a: b\n\x1B[31m".to_vec(), "control-character", 5, "\x1B", "U+001B"),
        ("é: \u{7F}".into(), "control-character", 4, "\u{7F}", "U+007F"),
        ("é: \u{9B}".into(), "control-character", 4, "\u{9B}", "U+009B"),
        ("a: \u{FFFE}".into(), "control-character", 3, "\u{FFFE}", "U+FFFE"),
        (b"a: 1\rb: 2\r\n".to_vec(), "control-character", 4, "\r", "carriage return without"),
        (b"a: 1\r".to_vec(), "control-character", 4, "\r", "carriage return without"),
    ];
    for (bytes, code, start, text, message) in cases {
        let mut diags = Diagnostics::default();
        let file = read_source(&mut diags, "f", bytes.clone()).expect_err("it is refused");
        let findings = diags.into_sorted();
        assert_eq!(underlined(&file, &findings)[0], (code, text.to_owned()), "{bytes:?}");
        assert_eq!(findings[0].primary.span.start, start, "{bytes:?}");
        assert!(findings[0].message.contains(message), "{} / {message}", findings[0].message);
    }
}

#[test]
fn all_of_invalid_utf_8_is_reported_at_its_place_in_the_shown_text() {
    let mut diags = Diagnostics::default();
    let file = read_source(&mut diags, "f", b"a\xE9b\xE9\xE9\xF0\x9Fc\0".to_vec()).expect_err("it is refused");
    let findings = diags.into_sorted();
    let messages: Vec<_> = findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "byte 0xE9 at offset 1 is not UTF-8",
            "byte 0xE9 at offset 3 is not UTF-8",
            "byte 0xE9 at offset 4 is not UTF-8",
            "byte 0xF0 at offset 5 is not UTF-8",
            "the character U+0000 stands in the file",
        ]
    );
    assert!(underlined(&file, &findings[..4]).iter().all(|(_, text)| text == "\u{FFFD}"));
}

#[test]
fn text_is_read_as_it_is() {
    for bytes in ["", "a: 1", "\u{FEFF}a: 1\r\nb: \té\u{85}\u{2028}\u{FEFF}\u{1F600}\r\n"] {
        let mut diags = Diagnostics::default();
        let file = read_source(&mut diags, "f", bytes.into()).expect("it is text");
        assert_eq!((file.text(), file.name(), diags.as_slice()), (bytes, "f", &[][..]));
    }
}

#[test]
fn codes_are_kebab_case_and_listed_once() {
    let mut ids: Vec<_> = codes::ALL.iter().map(|code| code.id).collect();
    for id in &ids {
        assert!(
            id.split('-').all(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
        );
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), codes::ALL.len());
}
