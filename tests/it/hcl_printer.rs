//! The HCL printer against `terraform fmt`, an independent parser, and Terraform's own evaluation.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "tests: they write files for a tool, and a failed step is a failed test"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use corsynth::render::hcl::{self as printer, Part};
use hcl::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, FuncCall, FuncName, ObjectKey, Operation, Traversal,
    TraversalOperator, UnaryOp, UnaryOperator, Variable,
};
use hcl::structure::{Attribute, Block, BlockLabel, Body, Structure};
use hcl::{Identifier, Number};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::tool;

/// Always the same cases: a failure in CI is the failure at the desk.
fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn samples<T: std::fmt::Debug>(count: usize, strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = runner(1);
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("the strategy rejects nothing").current()).collect()
}

/// Texts made of everything that means something to HCL.
fn nasty_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(vec![
            "$", "%", "{", "}", "\"", "\\", "\n", "\r", "\t", "\0", "\u{1b}", "\u{7f}", "${", "%{", "$${", "%%{", "~", "`", "<<EOT\n",
            "\nEOT\n", "#", "//", "/*", "${path.cwd}", "%{ if true }", "$(id)", "!Ref", "é", "e\u{301}", "名前", "👩‍👩‍👧", "\u{2028}", "\u{feff}",
        ])
        .prop_map(str::to_owned),
        1 => "[ -~]{0,4}",
        1 => proptest::char::any().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn name() -> impl Strategy<Value = String> {
    // Letters that no keyword (`for`, `in`, `if`, `null`, `true`, `false`) can be made of.
    "[bcdghjk][bcdghjk_0-9]{0,8}(-[bcd]{1,3})?"
}

fn identifier() -> impl Strategy<Value = Identifier> {
    name().prop_map(|name| Identifier::new(name).expect("a valid identifier"))
}

fn literal() -> impl Strategy<Value = Expression> {
    prop_oneof![
        Just(Expression::Null),
        any::<bool>().prop_map(Expression::Bool),
        any::<u32>().prop_map(|n| Expression::Number(n.into())),
        (0u16..1000, 1u16..100).prop_map(|(a, b)| {
            Expression::Number(Number::from_f64(f64::from(a) + f64::from(b) / 128.0).expect("a finite number"))
        }),
        nasty_text().prop_map(Expression::String),
    ]
}

/// What can be an operand, the base of a traversal, or in an interpolation without parentheses.
fn term(inner: impl Strategy<Value = Expression> + Clone + 'static) -> impl Strategy<Value = Expression> {
    let operator = prop_oneof![
        identifier().prop_map(TraversalOperator::GetAttr),
        // `terraform fmt` deletes an index that is `null`, `true` or `false`.
        inner
            .clone()
            .prop_filter("no keyword", |e| !matches!(e, Expression::Null | Expression::Bool(_)))
            .prop_map(TraversalOperator::Index),
        Just(TraversalOperator::FullSplat),
    ];
    let base = prop_oneof![
        identifier().prop_map(|name| Expression::Variable(Variable::from(name))),
        inner.clone().prop_map(|e| Expression::Parenthesis(Box::new(e))),
    ];
    let traversal = (base.clone(), proptest::collection::vec(operator, 1..4))
        .prop_map(|(base, operators)| Expression::from(Traversal::new(base, operators)));
    let call =
        (identifier(), proptest::collection::vec(inner, 0..4), any::<bool>()).prop_map(|(name, args, expand)| {
            let expand_final = expand && !args.is_empty();
            Expression::from(FuncCall { name: FuncName::new(name), args, expand_final })
        });
    prop_oneof![base, traversal, call]
}

fn object_key() -> impl Strategy<Value = ObjectKey> {
    prop_oneof![
        identifier().prop_map(ObjectKey::Identifier),
        nasty_text().prop_map(|text| ObjectKey::Expression(Expression::String(text))),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    literal().prop_recursive(3, 24, 4, |inner| {
        let term = term(inner.clone()).boxed();
        let binary = proptest::sample::select(vec![
            BinaryOperator::And,
            BinaryOperator::Or,
            BinaryOperator::Eq,
            BinaryOperator::NotEq,
            BinaryOperator::Less,
            BinaryOperator::Plus,
            BinaryOperator::Mul,
        ]);
        // The parser prints templates anew with its own faulty quoting, so nothing to quote in here; what is
        // quoted around and in interpolations is left to Terraform below.
        let value = proptest::collection::vec(name(), 1..4)
            .prop_map(|names| printer::path(names.iter().map(String::as_str)));
        let parts = proptest::collection::vec(
            prop_oneof!["[a-z é-]{0,6}".prop_map(Part::Text), value.prop_map(Part::Value)],
            1..4,
        );
        prop_oneof![
            2 => literal(),
            3 => term.clone(),
            2 => proptest::collection::vec(inner.clone(), 0..5).prop_map(Expression::Array),
            2 => proptest::collection::vec((object_key(), inner.clone()), 0..5)
                .prop_map(|rows| Expression::Object(rows.into_iter().collect())),
            1 => (term.clone(), binary, term.clone())
                .prop_map(|(a, operator, b)| Expression::from(Operation::Binary(BinaryOp::new(a, operator, b)))),
            1 => term.clone().prop_map(|e| Expression::from(Operation::Unary(UnaryOp::new(UnaryOperator::Not, e)))),
            1 => (term.clone(), term.clone(), inner.clone()).prop_map(|(c, a, b)| Expression::from(Conditional::new(c, a, b))),
            1 => (term.clone(), term.clone(), inner.clone()).prop_map(|(c, a, b)| {
                Expression::Parenthesis(Box::new(Expression::from(Conditional::new(c, a, b))))
            }),
            1 => (identifier(), proptest::option::of(identifier()), term.clone(), proptest::option::of(term.clone()), inner, any::<bool>(), proptest::option::of(term))
                .prop_map(|(value_var, key_var, collection_expr, key_expr, value_expr, grouping, cond_expr)| {
                    let grouping = grouping && key_expr.is_some();
                    Expression::from(ForExpr { key_var, value_var, collection_expr, key_expr, value_expr, grouping, cond_expr })
                }),
            1 => parts.prop_map(printer::template),
        ]
    })
}

fn body() -> impl Strategy<Value = Body> {
    let attributes = proptest::collection::vec((identifier(), expression()), 0..6).prop_map(|rows| {
        // A body may name an attribute once.
        let rows: BTreeMap<String, Expression> = rows.into_iter().map(|(k, v)| (k.into_inner(), v)).collect();
        rows.into_iter().map(|(k, v)| Structure::Attribute(Attribute::new(k, v))).collect::<Vec<_>>()
    });
    let attributes = attributes.boxed();
    let layout = prop_oneof![nasty_text().prop_map(|text| printer::comment(&text)), Just(printer::blank())];
    let leaf = (attributes.clone(), proptest::collection::vec((any::<prop::sample::Index>(), layout), 0..4)).prop_map(
        |(mut structures, layout)| {
            for (at, line) in layout {
                structures.insert(at.index(structures.len() + 1), line);
            }
            Body(structures)
        },
    );
    leaf.prop_recursive(2, 12, 3, move |inner| {
        let block = (identifier(), proptest::collection::vec("[a-z\"\\\\ ]{0,6}", 0..3), inner).prop_map(
            |(identifier, labels, body)| {
                Structure::Block(Block {
                    identifier,
                    labels: labels.into_iter().map(BlockLabel::String).collect(),
                    body,
                })
            },
        );
        (attributes.clone(), proptest::collection::vec(block, 0..3)).prop_map(|(attributes, blocks)| {
            let mut structures = attributes;
            for (i, block) in blocks.into_iter().enumerate() {
                structures.insert((i * 2).min(structures.len()), block);
            }
            Body(structures)
        })
    })
}

/// What the parser sees: no comments, no empty lines.
fn without_layout(body: &Body) -> Body {
    let structures =
        body.0.iter().filter(|structure| !printer::is_layout(structure)).map(|structure| match structure {
            Structure::Block(block) => Structure::Block(Block { body: without_layout(&block.body), ..block.clone() }),
            attribute @ Structure::Attribute(_) => attribute.clone(),
        });
    Body(structures.collect())
}

pub(crate) fn terraform(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("terraform")
        .args(arguments)
        .current_dir(directory)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_INPUT", "0")
        .output()
        .expect("terraform can be started")
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the file can be written");
}

#[test]
fn a_printed_body_reads_back_and_prints_the_same_again() {
    runner(400)
        .run(&body(), |body| {
            let text = printer::print(&body);
            let parsed = hcl::parse(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            let expected = without_layout(&body);
            prop_assert_eq!(&parsed, &expected, "{}", text);
            prop_assert_eq!(printer::print(&parsed), printer::print(&expected));
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn printed_bodies_are_canonical_for_terraform_fmt() {
    if !tool("terraform", "version") {
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary folder");
    for (i, body) in samples(400, body()).iter().enumerate() {
        write(&directory.path().join(format!("f{i:03}.tf")), &printer::print(body));
    }
    let output = terraform(directory.path(), &["fmt", "-check", "-diff", "-no-color"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn any_text_reads_back_as_itself() {
    runner(2000)
        .run(&(nasty_text(), nasty_text()), |(key, value)| {
            let rows = printer::map([(key, printer::text(value))]);
            let body = Body(vec![printer::attribute("data", rows)]);
            let text = printer::print(&body);
            let parsed = hcl::parse(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(parsed, body, "{}", text);
            Ok(())
        })
        .unwrap_or_else(|e| panic!("{e}"));
}

/// The texts that must not come alive, written down so that a failure names one.
pub(crate) const INJECTIONS: [&str; 22] = [
    "${path.cwd}",
    "$${path.cwd}",
    "$$${path.cwd}",
    "%{ if true }yes%{ endif }",
    "%%{ if true }yes%%{ endif }",
    "${a}%${path.cwd}",
    "${a}%$${path.cwd}",
    "%{a}$%{ for x in [1] }${x}%{ endfor }",
    "a$",
    "a%",
    "$",
    "{",
    "\"${path.cwd}\"",
    "\\\"${path.cwd}",
    "\\${path.cwd}",
    "\" }\nresource \"null\" \"x\" {",
    "<<EOT\n${path.cwd}\nEOT\n",
    "*/ // # comment",
    "$(id) `id` !Ref X",
    "tab\tcr\rnul\u{0}del\u{7f}",
    "\u{feff}bom \u{2028} sep",
    "${~ path.cwd ~}",
];

#[test]
fn terraform_evaluates_any_text_to_itself() {
    if !tool("terraform", "version") {
        return;
    }
    let mut texts: Vec<String> = INJECTIONS.iter().map(|&text| text.to_owned()).collect();
    texts.extend(samples(300, nasty_text()));
    let directory = tempfile::tempdir().expect("a temporary folder");
    // The same texts on both sides of something that is evaluated.
    let around = printer::list(texts.iter().map(|text| {
        let piece = || Part::Text(text.clone());
        let nested = printer::call("coalesce", [printer::text(text.as_str()), printer::code("local.live")]);
        printer::template([
            piece(),
            Part::Value(printer::code("local.live")),
            piece(),
            Part::Value(nested),
            piece(),
            piece(),
        ])
    }));
    let body = Body(vec![
        printer::block("locals", &[], [printer::attribute("live", printer::text("<live>"))]),
        printer::block("output", &["plain"], [printer::attribute("value", printer::texts(&texts))]),
        printer::block("output", &["mixed"], [printer::attribute("value", around)]),
        // Terraform brings every string to normalisation form C: what it makes of the same texts as JSON is the yardstick.
        printer::block(
            "output",
            &["expected"],
            [printer::attribute("value", printer::code("jsondecode(file(\"texts.json\"))"))],
        ),
    ]);
    write(&directory.path().join("texts.json"), &serde_json::to_string(&texts).expect("JSON"));
    write(&directory.path().join("main.tf"), &printer::print(&body));
    let apply = terraform(directory.path(), &["apply", "-auto-approve", "-no-color"]);
    assert!(apply.status.success(), "{}", String::from_utf8_lossy(&apply.stderr));
    let output = terraform(directory.path(), &["output", "-json"]);
    let values: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let read = |name: &str| -> Vec<String> {
        let list = values[name]["value"].as_array().expect("a list");
        list.iter().map(|value| value.as_str().expect("a string").to_owned()).collect()
    };
    let expected = read("expected");
    assert_eq!(expected[..INJECTIONS.len()], INJECTIONS, "the yardstick itself");
    assert_eq!(read("plain"), expected);
    // Whole texts stand around the evaluated one; how they join may change their normal form, so take plain ones.
    for ((text, expected), mixed) in texts.iter().zip(&expected).zip(read("mixed")) {
        if text.is_ascii() {
            let nested = if expected.is_empty() { "<live>" } else { expected };
            assert_eq!(mixed, format!("{expected}<live>{expected}{nested}{expected}{expected}"));
        }
    }
}
