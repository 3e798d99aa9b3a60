//! Input made to hurt: always an answer with a place, in bounded time and memory, and never a crash. No clock: what
//! is not bounded does not come back.

use std::fmt::Write as _;

use corsynth::diagnostic::Diagnostics;
use corsynth::document::{Node, Syntax, limits, parse, read_source};

use super::underlined;

const MIB: usize = 1024 * 1024;

/// Reads and parses; the first finding's code, its position, and the tree after it was converted, copied and compared.
#[track_caller]
fn outcome(bytes: Vec<u8>, syntax: Syntax) -> (Option<&'static str>, usize, Option<Node>) {
    let mut diags = Diagnostics::default();
    let (file, tree) = match read_source(&mut diags, "hostile", bytes) {
        Ok(file) => {
            let tree = parse(&mut diags, &file, syntax);
            (file, tree)
        }
        Err(file) => (file, None),
    };
    if let Some(tree) = &tree {
        assert!(!tree.to_json().to_string().is_empty() && *tree == tree.clone());
    }
    let findings = diags.into_sorted();
    assert!(findings.len() <= limits::MAX_FINDINGS_OF_A_CODE * 3);
    let _ = underlined(&file, &findings);
    let first = findings.first();
    (first.map(|f| f.code.id), first.map_or(0, |f| f.primary.span.start), tree)
}

#[track_caller]
fn refused(name: &str, text: impl Into<Vec<u8>>, syntax: Syntax, code: &str, position: usize) {
    let (seen, at, tree) = outcome(text.into(), syntax);
    assert_eq!((seen, at), (Some(code), position), "{name}");
    assert!(tree.is_none(), "{name}");
}

#[track_caller]
fn accepted(name: &str, text: impl Into<Vec<u8>>, syntax: Syntax) -> Node {
    let (seen, _, tree) = outcome(text.into(), syntax);
    assert_eq!(seen, None, "{name}");
    tree.unwrap_or_else(|| panic!("{name}: no tree"))
}

/// `a0` is a list of ten words, and each next one a list of ten of the one before.
fn laughs(levels: usize) -> String {
    let mut text = format!("a0: &a0 [{}]\n", ["x"; 10].join(", "));
    for level in 1..levels {
        let alias = format!("*a{}", level - 1);
        writeln!(text, "a{level}: &a{level} [{}]", [alias.as_str(); 10].join(", ")).expect("a string takes all");
    }
    text
}

#[test]
fn aliases_cost_what_they_stand_for() {
    let text = laughs(10);
    let (code, at, tree) = outcome(text.clone().into_bytes(), Syntax::Yaml);
    assert_eq!((code, tree), (Some("alias-bomb"), None));
    assert!(text.get(at..).is_some_and(|rest| rest.starts_with("*a") || rest.starts_with('[')), "{at}");
    accepted("four levels are 11,000 values", laughs(4), Syntax::Yaml);

    let long = "x".repeat(MIB);
    let text = format!("a: &a {long}\nb: [{}]", ["*a"; 20].join(", "));
    // The anchor keeps one copy, and seven aliases take one each.
    refused("a long text, often", text, Syntax::Yaml, "alias-bomb", MIB + 11 + 7 * 4);

    // Anchors in anchors: what each keeps is counted, not only what aliases use.
    let text = format!("{}{}", "&a [".repeat(100), vec!["1"; 100_000].join(","));
    let (code, _, _) = outcome(format!("{text}{}", "]".repeat(100)).into_bytes(), Syntax::Yaml);
    assert_eq!(code, Some("alias-bomb"));
}

#[test]
fn depth_is_limited_whatever_makes_it() {
    let deep = |open: &str, close: &str, times| format!("{}{}", open.repeat(times), close.repeat(times));
    accepted("128 lists", deep("[", "]", 128), Syntax::Yaml);
    accepted("128 lists", deep("[", "]", 128), Syntax::Json);
    refused("129 lists", deep("[", "]", 129), Syntax::Yaml, "document-too-deep", 128);
    refused("129 lists", deep("[", "]", 129), Syntax::Json, "document-too-deep", 128);
    refused(
        "deep JSON",
        deep("{\"a\":", "", 100_000) + "1" + &"}".repeat(100_000),
        Syntax::Json,
        "document-too-deep",
        640,
    );
    refused("100 kB of `[`", "[".repeat(100_000), Syntax::Yaml, "document-too-deep", 128);
    refused("100 kB of `[`", "[".repeat(100_000), Syntax::Json, "invalid-json", 100_000);
    refused("200 kB of `- `", "- ".repeat(100_000), Syntax::Yaml, "document-too-deep", 256);
    refused("100 kB of `{a: `", "{a: ".repeat(25_000), Syntax::Yaml, "document-too-deep", 512);
    refused("100 kB of `? `", "? ".repeat(50_000), Syntax::Yaml, "document-too-deep", 256);
    refused("block, then flow", "- ".repeat(100) + &deep("[", "]", 100), Syntax::Yaml, "document-too-deep", 228);
    let staircase = (0..2_000).fold(String::new(), |text, depth| text + &" ".repeat(depth) + "a:\n");
    assert_eq!(outcome(staircase.into_bytes(), Syntax::Yaml).0, Some("document-too-deep"));
    // An alias brings its depth along: 100 levels, and 28 or 29 around them.
    let hundred = format!("a: &a {}\nb: ", deep("[", "]", 100));
    accepted("100 + 28", format!("{hundred}{}*a{}", "[".repeat(27), "]".repeat(27)), Syntax::Yaml);
    let text = format!("{hundred}{}*a{}", "[".repeat(28), "]".repeat(28));
    refused("100 + 29", text, Syntax::Yaml, "document-too-deep", hundred.len() + 28);
}

#[test]
fn size_is_limited_and_used_up_to_the_limit() {
    let ten = "x".repeat(10 * MIB);
    refused("10 MiB scalar", format!("a: {ten}"), Syntax::Yaml, "document-too-large", 0);
    refused("10 MiB quoted key", format!("{{\"{ten}\": 1}}"), Syntax::Json, "document-too-large", 0);
    let seven = "x".repeat(7 * MIB);
    let tree = accepted("7 MiB scalar", format!("a: {seven}"), Syntax::Yaml);
    assert_eq!(tree.get("a").and_then(Node::as_str).map(str::len), Some(7 * MIB));
    let one = "x".repeat(MIB);
    accepted("quoted", format!("a: '{one}'"), Syntax::Yaml);
    accepted("a block", format!("a: |\n  {one}"), Syntax::Yaml);
    accepted("JSON text", format!("[\"{one}\"]"), Syntax::Json);
    accepted("comments", format!("a: 1\n{}", "# c\n".repeat(MIB / 4)), Syntax::Yaml);
    accepted("a long comment", format!("a: 1 # {one}\nb: 2"), Syntax::Yaml);
    accepted("blank lines", format!("a: 1{}b: 2", "\n".repeat(MIB)), Syntax::Yaml);
    refused("a quote that stays open", format!("a: '{one}"), Syntax::Yaml, "invalid-yaml", 3);
    refused("an escape at the far end", format!("a: \"{one}\\q\""), Syntax::Yaml, "invalid-yaml", 4 + MIB);
    refused("digits", format!("a: {}", "9".repeat(MIB)), Syntax::Yaml, "number-out-of-range", 3);

    let many = format!("[{}]", vec!["1"; 600_000].join(","));
    refused("600,000 numbers", many.clone(), Syntax::Yaml, "document-too-large", 2 * (limits::MAX_NODES - 1) + 1);
    refused("600,000 numbers", many, Syntax::Json, "document-too-large", 2 * (limits::MAX_NODES - 1) + 1);
    assert_eq!(outcome("- &a x\n".repeat(300_000).into_bytes(), Syntax::Yaml).0, Some("alias-bomb"));
    let anchors = (0..1_000_000).fold(String::new(), |mut text, n| {
        if text.len() < 8 * MIB - 16 {
            writeln!(text, "- &{n:x}").expect("a string takes all");
        }
        text
    });
    assert_eq!(outcome(anchors.into_bytes(), Syntax::Yaml).0, Some("alias-bomb"));
}

#[test]
fn long_keys_are_refused_where_they_begin() {
    let key = "k".repeat(1025);
    refused("flow key", format!("{{{key}: 1}}"), Syntax::Yaml, "invalid-yaml", 1026);
    refused("quoted flow key", format!("{{\"{key}\": 1}}"), Syntax::Json, "invalid-json", 1028);
    refused("block key", format!("{key}: 1"), Syntax::Yaml, "invalid-yaml", 1025);
    accepted("flow key", format!("{{{}: 1}}", "k".repeat(1000)), Syntax::Yaml);
}

#[test]
fn many_mistakes_are_counted_and_not_all_shown() {
    let limit = limits::MAX_FINDINGS_OF_A_CODE;
    let mut diags = Diagnostics::default();
    let text = "a: no\n".repeat(100_000);
    let file = read_source(&mut diags, "hostile", text.into()).expect("it is text");
    assert!(parse(&mut diags, &file, Syntax::Yaml).is_some());
    let findings = diags.into_sorted();
    assert_eq!(findings.len(), 2 * (limit + 1));
    let last: Vec<_> = findings.iter().rev().take(2).map(|f| (f.primary.span.start, f.message.as_str())).collect();
    assert_eq!(
        last,
        [
            (6 * (limit + 1), "99979 more of `duplicate-key`, from here on, are not shown"),
            (6 * limit + 3, "99980 more of `yaml-1-1-boolean`, from here on, are not shown"),
        ]
    );

    refused("NUL", vec![0; MIB], Syntax::Yaml, "control-character", 0);
    refused("0xFF", vec![0xFF; MIB], Syntax::Yaml, "invalid-encoding", 0);
    refused("unknown aliases", "- *a.b\n".repeat(50_000), Syntax::Yaml, "unknown-alias", 2);
    refused("unknown tags", "- !t x\n".repeat(50_000), Syntax::Yaml, "unknown-tag", 2);
    refused("missing keys", format!("{{{}}}", ": 1,".repeat(20_000)), Syntax::Yaml, "invalid-key", 1);
    let text = format!("{0}: 1\n{0}: 2\n", "\\x".repeat(500));
    let long = super::parsed(&text, Syntax::Yaml).findings;
    assert!(long.iter().all(|f| f.code.id == "duplicate-key" && f.message.len() < 200), "{long:?}");
}

#[test]
fn shapes_that_made_other_parsers_slow_are_read_in_one_go() {
    let flow = format!("{}{}{}", "[".repeat(127), "a,".repeat(50_000), "]".repeat(127));
    accepted("wide under deep", flow, Syntax::Yaml);
    accepted(
        "many pairs in a line",
        format!("{{{}}}", (0..30_000).fold(String::new(), |t, n| t + &format!("{n}: 1,"))),
        Syntax::Yaml,
    );
    accepted("many lists in a line", format!("[{}]", "[],".repeat(50_000)), Syntax::Yaml);
    accepted("words of one text", format!("a: {}", "b ".repeat(MIB / 4)), Syntax::Yaml);
    accepted("lines of one text", format!("a:{}", "\n b".repeat(MIB / 4)), Syntax::Yaml);
    accepted("lines of a block", format!("a: |{}", "\n b".repeat(MIB / 4)), Syntax::Yaml);
    accepted("lines of a quoted text", format!("a: \"{}\"", "\n b".repeat(MIB / 4)), Syntax::Yaml);
    accepted("escapes", format!("a: \"{}\"", "\\x41".repeat(MIB / 8)), Syntax::Yaml);
    accepted("carriage returns", "a: |\r\n".to_owned() + &" b\r\n".repeat(MIB / 8), Syntax::Yaml);
    accepted("reserved directives", "%X y\n".repeat(MIB / 8) + "---\na: 1", Syntax::Yaml);
    for text in [
        ":", "!", "&a ", "*a ", "|\n", "'", "\"\\", "---\n", "...\n", "%", "{", "}", "<<: ", "?\n", "-\n", "\t",
        "\n\t", "@",
    ] {
        let _ = outcome(text.repeat(MIB / 8 / text.len()).into_bytes(), Syntax::Yaml);
        let _ = outcome(text.repeat(MIB / 8 / text.len()).into_bytes(), Syntax::Json);
    }
}

#[test]
fn what_is_only_unusual_is_read() {
    accepted("CRLF", "a: 1\r\nb: |\r\n  c\r\n", Syntax::Yaml);
    accepted("a byte order mark", "\u{FEFF}{\"a\": 1}", Syntax::Json);
    accepted("a directive", "%YAML 1.2\n---\na: 1\n...\n", Syntax::Yaml);
    refused("an older version", "%YAML 1.1\n---\na: 1\n", Syntax::Yaml, "yaml-version", 0);
    refused("a lone carriage return", "a: 1\rb: 2", Syntax::Yaml, "control-character", 4);
    refused("nothing", "", Syntax::Yaml, "empty-document", 0);
    refused("comments", "# a\n# b\n", Syntax::Yaml, "empty-document", 0);
}
