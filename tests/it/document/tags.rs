//! Tags that a reader declares as shorthands.

use corsynth::diagnostic::Diagnostics;
use corsynth::document::{Node, Syntax, limits, parse_with_tags};
use corsynth::source::SourceFile;
use serde_json::json;

const TAGS: &[(&str, &str)] = &[("!Ref", "Ref"), ("!Join", "Fn::Join")];

fn tagged(text: &str) -> (Option<Node>, Vec<(&'static str, String)>) {
    let mut diags = Diagnostics::default();
    let file = SourceFile::new("test", text);
    let tree = parse_with_tags(&mut diags, &file, Syntax::Yaml, TAGS);
    (tree, super::underlined(&file, &diags.into_sorted()))
}

#[test]
fn a_shorthand_is_a_mapping_with_one_key() {
    for (text, value) in [
        ("!Ref a", json!({ "Ref": "a" })),
        ("!Ref 012", json!({ "Ref": "012" })),
        ("!Ref 12", json!({ "Ref": "12" })),
        ("!Ref no", json!({ "Ref": "no" })),
        ("a: !Ref\nb: 1", json!({ "a": { "Ref": "" }, "b": 1 })),
        ("a: !Join\n  - ''\n  - [x, !Ref y]", json!({ "a": { "Fn::Join": ["", ["x", { "Ref": "y" }]] } })),
        ("!Join {a: 1}", json!({ "Fn::Join": { "a": 1 } })),
        ("- &x !Ref a\n- *x", json!([{ "Ref": "a" }, { "Ref": "a" }])),
        ("!!str 1", json!("1")),
    ] {
        let (tree, findings) = tagged(text);
        assert_eq!((tree.map(|tree| tree.to_json()), findings), (Some(value), vec![]), "{text}");
    }
    let (tree, _) = tagged("a: !Ref bucket");
    let tree = tree.expect("a tree");
    let entry = &tree.get("a").expect("a value").entries()[0];
    assert_eq!((entry.key_span.start, entry.key_span.end), (3, 7));
    assert_eq!((entry.value.span.start, entry.value.span.end), (8, 14));
    assert_eq!((tree.get("a").map(|a| (a.span.start, a.span.end))), Some((3, 14)));
}

#[test]
fn other_tags_and_tagged_keys_are_refused() {
    for (text, tag) in [("!Sub a", "!Sub"), ("a: !ref b", "!ref"), ("!Ref a: b", "!Ref"), ("!<Ref> a", "!<Ref>")] {
        let (tree, findings) = tagged(text);
        assert!(tree.is_none(), "{text}");
        assert_eq!(findings, [("unknown-tag", tag.to_owned())], "{text}");
    }
}

#[test]
fn what_a_shorthand_adds_counts() {
    let nested = |levels: usize| format!("{}x{}", "!Join [".repeat(levels), "]".repeat(levels));
    assert!(tagged(&nested(limits::MAX_DEPTH / 2)).0.is_some());
    let (tree, findings) = tagged(&nested(limits::MAX_DEPTH / 2 + 1));
    assert!(tree.is_none());
    assert_eq!(findings[0].0, "document-too-deep");
    let many = "- !Ref a\n".repeat(limits::MAX_NODES / 3 + 1);
    assert_eq!(tagged(&many).1[0].0, "document-too-large");
}
