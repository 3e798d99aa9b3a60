//! HCL: a syntax tree in, text in the canonical form of `terraform fmt` out. Knows nothing of plans or AWS.
//!
//! The tree is the one of the crate `hcl-rs`. Printing and quoting are our own, because `hcl::format` can be
//! made to evaluate a plain string (docs/decisions/0002-hcl-printer.md): never hand a tree to it.
//!
//! Two structures exist for layout only: [`comment`] and [`blank`]. They are attributes whose key no identifier
//! can have, so that a body stays an ordinary [`Body`].

mod print;
mod quote;

use ::hcl::expr::{
    BinaryOp, BinaryOperator, Expression, FuncCall, ObjectKey, TemplateExpr, Traversal, TraversalOperator, UnaryOp,
    UnaryOperator, Variable,
};
use ::hcl::structure::{Attribute, Block, BlockLabel, Body, Structure};
use ::hcl::{Identifier, Number};

pub use print::print;
pub use quote::quote;

/// A line comment of its own. Control characters in the text are shown escaped: it stays one line.
pub fn comment(text: &str) -> Structure {
    let mut line = String::from("#");
    if !text.is_empty() {
        line.push(' ');
    }
    for c in text.chars() {
        // U+2028 and friends end no line in HCL, but do so in some editors.
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    layout(line)
}

/// An empty line. Blocks, comments and values over several lines get theirs anyway.
pub fn blank() -> Structure {
    layout(String::new())
}

fn layout(key: String) -> Structure {
    Structure::Attribute(Attribute { key: Identifier::unchecked(key), expr: Expression::Null })
}

/// Whether a structure is a [`comment`] or [`blank`].
pub fn is_layout(structure: &Structure) -> bool {
    matches!(structure, Structure::Attribute(a) if a.key().is_empty() || a.key().starts_with('#'))
}

/// `key = value`
pub fn attribute(key: &'static str, value: impl Into<Expression>) -> Structure {
    Structure::Attribute(Attribute { key: Identifier::sanitized(key), expr: value.into() })
}

/// `kind "label" { … }`. A label cannot quote a `${`: take it from the program's own words.
pub fn block(kind: &'static str, labels: &[&str], body: impl IntoIterator<Item = Structure>) -> Structure {
    Structure::Block(Block {
        identifier: Identifier::sanitized(kind),
        labels: labels.iter().map(|&label| BlockLabel::String(label.to_owned())).collect(),
        body: Body(body.into_iter().collect()),
    })
}

/// A string that is nothing but this text.
pub fn text(text: impl Into<String>) -> Expression {
    Expression::String(text.into())
}

/// A whole number.
pub fn number(n: impl Into<Number>) -> Expression {
    Expression::Number(n.into())
}

/// The text as a string, or `null`.
pub fn text_or_null(value: Option<&str>) -> Expression {
    value.map_or(Expression::Null, text)
}

/// `[a, b]`
pub fn list(items: impl IntoIterator<Item = Expression>) -> Expression {
    Expression::Array(items.into_iter().collect())
}

/// `["a", "b"]`
pub fn texts(items: impl IntoIterator<Item = impl Into<String>>) -> Expression {
    list(items.into_iter().map(text))
}

/// `{ name = value }`, the names being words of a schema.
pub fn object(rows: impl IntoIterator<Item = (&'static str, Expression)>) -> Expression {
    let rows = rows.into_iter().map(|(name, value)| (ObjectKey::Identifier(Identifier::sanitized(name)), value));
    Expression::Object(rows.collect())
}

/// `{ "key" = value }`, the keys being data.
pub fn map(rows: impl IntoIterator<Item = (String, Expression)>) -> Expression {
    let rows = rows.into_iter().map(|(key, value)| (ObjectKey::Expression(text(key)), value));
    Expression::Object(rows.collect())
}

/// `name(a, b)`
pub fn call(name: &'static str, arguments: impl IntoIterator<Item = Expression>) -> Expression {
    Expression::from(FuncCall {
        name: Identifier::sanitized(name).into(),
        args: arguments.into_iter().collect(),
        expand_final: false,
    })
}

/// `a.b.c`
pub fn path<'a>(names: impl IntoIterator<Item = &'a str>) -> Expression {
    let mut names = names.into_iter().map(Identifier::sanitized);
    let Some(first) = names.next() else { return Expression::Null };
    let operators: Vec<_> = names.map(TraversalOperator::GetAttr).collect();
    let base = Expression::Variable(Variable::from(first));
    if operators.is_empty() { base } else { Expression::from(Traversal { expr: base, operators }) }
}

/// `base[index]`
pub fn at(base: Expression, index: impl Into<Expression>) -> Expression {
    traverse(base, TraversalOperator::Index(index.into()))
}

/// `base.name`
pub fn get(base: Expression, name: &'static str) -> Expression {
    traverse(base, TraversalOperator::GetAttr(Identifier::sanitized(name)))
}

/// `base[*].name`
pub fn each(base: Expression, name: &'static str) -> Expression {
    get(traverse(base, TraversalOperator::FullSplat), name)
}

/// The expression in parentheses, so that it can take several lines, where it is too long for one.
pub fn group(expression: Expression) -> Expression {
    if print::flat(&expression).len() < 80 { expression } else { Expression::Parenthesis(Box::new(expression)) }
}

fn traverse(base: Expression, operator: TraversalOperator) -> Expression {
    Expression::from(match base {
        Expression::Traversal(mut traversal) => {
            traversal.operators.push(operator);
            *traversal
        }
        base => Traversal { expr: base, operators: vec![operator] },
    })
}

/// `a == b`
pub fn equal(a: Expression, b: Expression) -> Expression {
    Expression::from(BinaryOp::new(a, BinaryOperator::Eq, b))
}

/// `a && b`
pub fn and(a: Expression, b: Expression) -> Expression {
    Expression::from(BinaryOp::new(a, BinaryOperator::And, b))
}

/// `a || b`
pub fn or(a: Expression, b: Expression) -> Expression {
    Expression::from(BinaryOp::new(a, BinaryOperator::Or, b))
}

/// `a <= b`
pub fn at_most(a: Expression, b: Expression) -> Expression {
    Expression::from(BinaryOp::new(a, BinaryOperator::LessEq, b))
}

/// `!a`
pub fn not(a: Expression) -> Expression {
    Expression::from(UnaryOp::new(UnaryOperator::Not, a))
}

/// One piece of a [`template`].
#[derive(Debug, Clone)]
pub enum Part {
    /// Text that stays text.
    Text(String),
    /// `${…}`
    Value(Expression),
}

/// `"text${value}text"`
pub fn template(parts: impl IntoIterator<Item = Part>) -> Expression {
    let mut parts: Vec<Part> =
        parts.into_iter().filter(|part| !matches!(part, Part::Text(t) if t.is_empty())).collect();
    // `terraform fmt` rewrites `"${x}"` to `x`.
    if let [Part::Value(value)] = parts.as_mut_slice() {
        return std::mem::replace(value, Expression::Null);
    }
    if parts.iter().all(|part| matches!(part, Part::Text(_))) {
        let whole = parts.iter().map(|part| if let Part::Text(t) = part { t.as_str() } else { "" }).collect::<String>();
        return text(whole);
    }
    let mut raw = String::new();
    let mut literal = String::new();
    for part in &parts {
        match part {
            // Neighbouring texts are quoted as one: a `$` may end the first and a `{` begin the second.
            Part::Text(text) => literal.push_str(text),
            Part::Value(value) => {
                quote::escape_before_interpolation(&mut raw, &literal);
                literal.clear();
                raw.push_str("${");
                raw.push_str(&print::flat(value));
                raw.push('}');
            }
        }
    }
    quote::escape(&mut raw, &literal);
    Expression::from(TemplateExpr::QuotedString(raw))
}

/// The expression on one line, for prose.
pub fn inline(expression: &Expression) -> String {
    print::flat(expression)
}

/// A fixed expression of the program's own, in HCL's notation; `'static` keeps text from an intent out.
pub fn code(source: &'static str) -> Expression {
    let parsed = source.parse();
    debug_assert!(parsed.is_ok(), "not an HCL expression: {source}");
    parsed.unwrap_or(Expression::Null)
}
