//! Terraform's language to the tree.

use super::Node;
use crate::source::Span;
use hcl::edit::expr::{Expression, ObjectKey};
use hcl::edit::parser;
use hcl::edit::structure::{Block, BlockLabel, Body, Structure};

/// How deep trees may be; nothing that is looked for is deeper than ten.
const MAX_DEPTH: u32 = 64;

/// The tree of a file; `None` when it is not well-formed.
pub(super) fn tree(text: &str) -> Option<Node> {
    let body = parser::parse_body(text).ok()?;
    Some(Node { span: Span::new(0, text.len()), children: members(&body, 0), ..Node::default() })
}

fn place(of: &impl hcl::edit::Span) -> Span {
    of.span().map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}

fn members(body: &Body, depth: u32) -> Vec<Node> {
    body.iter()
        .map(|structure| match structure {
            Structure::Attribute(attribute) => {
                let value = value(&attribute.value, depth);
                Node { key: attribute.key.as_str().to_owned(), head: place(&attribute.key), ..value }
            }
            Structure::Block(found) => block(found, depth),
        })
        .collect()
}

/// A `dynamic` block is what it makes.
fn block(block: &Block, depth: u32) -> Node {
    let ident = place(&block.ident);
    let label_place = |label: &BlockLabel| match label {
        BlockLabel::Ident(ident) => place(ident),
        BlockLabel::String(text) => place(text),
    };
    let head = block.labels.iter().map(label_place).fold(ident, Span::to);
    let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
    let children = if depth < MAX_DEPTH { members(&block.body, depth + 1) } else { Vec::new() };
    let span = place(block);
    match (block.ident.as_str(), labels.as_slice()) {
        ("dynamic", [made]) => {
            let children = children.into_iter().flat_map(|child| match child.key.as_str() {
                "content" => child.children,
                _ => vec![child],
            });
            Node { key: (*made).to_owned(), head, span, children: children.collect(), ..Node::default() }
        }
        (ident, labels) => Node { key: ident.to_owned(), label: labels.join("."), head, span, text: None, children },
    }
}

fn value(expression: &Expression, depth: u32) -> Node {
    let node = Node { span: place(expression), ..Node::default() };
    if depth >= MAX_DEPTH {
        return node;
    }
    let inner = |expression: &Expression| value(expression, depth + 1);
    match expression {
        Expression::String(text) => Node { text: Some(text.to_string()), ..node },
        Expression::Bool(flag) => Node { text: Some(flag.to_string()), ..node },
        Expression::Number(number) => Node { text: Some(number.to_string()), ..node },
        Expression::HeredocTemplate(heredoc) => Node { text: Some(heredoc.template.to_string()), ..node },
        Expression::Array(items) => Node { children: items.iter().map(inner).collect(), ..node },
        Expression::Object(object) => {
            let member = |(key, value): (&ObjectKey, &hcl::edit::expr::ObjectValue)| {
                let (name, head) = match key {
                    ObjectKey::Ident(ident) => (ident.as_str().to_owned(), place(ident)),
                    ObjectKey::Expression(Expression::String(text)) => (text.to_string(), place(text)),
                    ObjectKey::Expression(Expression::Variable(name)) => (name.as_str().to_owned(), place(name)),
                    ObjectKey::Expression(other) => (String::new(), place(other)),
                };
                Node { key: name, head, ..inner(value.expr()) }
            };
            Node { children: object.iter().map(member).collect(), ..node }
        }
        // What a function makes is mostly what it is given: `jsonencode`, `toset`, `concat`.
        Expression::FuncCall(call) => match call.args.iter().collect::<Vec<_>>().as_slice() {
            [only] => Node { span: node.span, ..inner(only) },
            args => Node { children: args.iter().map(|arg| inner(arg)).collect(), ..node },
        },
        Expression::Parenthesis(parenthesis) => inner(parenthesis.inner()),
        Expression::Conditional(conditional) => {
            Node { children: vec![inner(&conditional.true_expr), inner(&conditional.false_expr)], ..node }
        }
        _ => node,
    }
}
