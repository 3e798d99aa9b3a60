//! JSON and YAML to the tree.

use super::{Node, path_ends};
use crate::diagnostic::Diagnostics;
use crate::document::{self, Syntax, Value};
use crate::source::{SourceFile, Span};

/// The short forms of CloudFormation's functions, and their long ones.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
pub const SHORT_FORMS: &[(&str, &str)] = &[
    ("!Ref", "Ref"),
    ("!Condition", "Condition"),
    ("!And", "Fn::And"),
    ("!Base64", "Fn::Base64"),
    ("!Cidr", "Fn::Cidr"),
    ("!Equals", "Fn::Equals"),
    ("!FindInMap", "Fn::FindInMap"),
    ("!GetAZs", "Fn::GetAZs"),
    ("!GetAtt", "Fn::GetAtt"),
    ("!If", "Fn::If"),
    ("!ImportValue", "Fn::ImportValue"),
    ("!Join", "Fn::Join"),
    ("!Length", "Fn::Length"),
    ("!Not", "Fn::Not"),
    ("!Or", "Fn::Or"),
    ("!Select", "Fn::Select"),
    ("!Split", "Fn::Split"),
    ("!Sub", "Fn::Sub"),
    ("!ToJsonString", "Fn::ToJsonString"),
    ("!Transform", "Fn::Transform"),
];

/// The tree of a file; `None` when it is not well-formed.
pub(super) fn tree(source: &SourceFile) -> Option<Node> {
    let begins = source.text().trim_start_matches('\u{FEFF}').trim_start();
    let is_json = path_ends(source.name(), &["json"]) || begins.starts_with(['{', '[']);
    let syntax = if is_json { Syntax::Json } else { Syntax::Yaml };
    document::parse_with_tags(&mut Diagnostics::default(), source, syntax, SHORT_FORMS).map(|node| of(&node))
}

fn of(node: &document::Node) -> Node {
    let out = Node { span: node.place(), ..Node::default() };
    match &node.value {
        Value::Null => out,
        Value::Bool(value) => Node { text: Some(value.to_string()), ..out },
        Value::Integer(value) => Node { text: Some(value.to_string()), ..out },
        Value::Float(value) => Node { text: Some(value.to_string()), ..out },
        Value::String(text) => Node { text: Some(text.clone()), ..out },
        Value::Sequence(items) => Node { children: items.iter().map(of).collect(), ..out },
        Value::Mapping(entries) => {
            let member = |entry: &document::Entry| Node {
                key: entry.key.clone(),
                head: Span::new(entry.key_span.start, entry.key_span.end),
                ..of(&entry.value)
            };
            Node { children: entries.iter().map(member).collect(), ..out }
        }
    }
}
