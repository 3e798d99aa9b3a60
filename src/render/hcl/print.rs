//! A tree in, text out, as `terraform fmt` would leave it.
//!
//! An expression stays on its line while it fits; otherwise its outermost brackets are opened, one item a line. Objects
//! with more than a few members, or with members that are objects themselves, are always opened: they are data to be
//! read.

use ::hcl::expr::{Conditional, Expression, ForExpr, FuncCall, ObjectKey, Operation, TemplateExpr, TraversalOperator};
use ::hcl::structure::{Block, BlockLabel, Body, Structure};
use unicode_segmentation::UnicodeSegmentation;

use super::quote::quote;

/// Lines are kept below this, where brackets allow it.
const WIDTH: usize = 110;

/// Members of an object that may share a line.
const FLAT_MEMBERS: usize = 3;

/// The text of a whole file or body; ends in a newline unless it is empty.
pub fn print(body: &Body) -> String {
    let mut out = String::new();
    print_body(&mut out, body, 0);
    out
}

/// One attribute or object member whose key and value are text already.
struct Row {
    key: String,
    value: String,
}

impl Row {
    fn spans_lines(&self) -> bool {
        self.value.contains('\n')
    }
}

/// What stands on the lines of a body, from the printer's point of view.
enum Line<'a> {
    Blank,
    Comment(&'a str),
    Row(Row),
    Block(&'a Block),
}

fn print_body(out: &mut String, body: &Body, depth: usize) {
    let lines: Vec<Line<'_>> = body.0.iter().map(|structure| line(structure, depth)).collect();
    let mut chain: Vec<&Row> = Vec::new();
    let mut previous: Option<&Line<'_>> = None;
    for line in &lines {
        if previous.is_some_and(|previous| apart(previous, line)) {
            flush(out, &mut chain, depth);
            out.push('\n');
        }
        match line {
            Line::Row(row) => chain.push(row),
            Line::Blank => {}
            Line::Comment(text) => {
                flush(out, &mut chain, depth);
                indent(out, depth);
                out.push_str(text);
                out.push('\n');
            }
            Line::Block(block) => {
                flush(out, &mut chain, depth);
                print_block(out, block, depth);
            }
        }
        if !matches!(line, Line::Blank) {
            previous = Some(line);
        } else if previous.is_some() {
            previous = Some(&Line::Blank);
        }
    }
    flush(out, &mut chain, depth);
}

fn line(structure: &Structure, depth: usize) -> Line<'_> {
    match structure {
        Structure::Block(block) => Line::Block(block),
        Structure::Attribute(attribute) if attribute.key().is_empty() => Line::Blank,
        Structure::Attribute(attribute) if attribute.key().starts_with('#') => Line::Comment(attribute.key()),
        Structure::Attribute(attribute) => {
            let key = attribute.key().to_owned();
            let value = fitted(attribute.expr(), depth, 2 * depth + width(&key) + 3);
            Line::Row(Row { key, value })
        }
    }
}

/// Whether an empty line goes between two lines of a body.
fn apart(previous: &Line<'_>, next: &Line<'_>) -> bool {
    match (previous, next) {
        (_, Line::Blank) | (Line::Comment(_), _) => false,
        (Line::Row(a), Line::Row(b)) => a.spans_lines() || b.spans_lines(),
        (Line::Blank | Line::Block(_) | Line::Row(_), _) => true,
    }
}

fn print_block(out: &mut String, block: &Block, depth: usize) {
    indent(out, depth);
    out.push_str(block.identifier());
    for label in block.labels() {
        out.push(' ');
        match label {
            BlockLabel::Identifier(name) => out.push_str(name),
            BlockLabel::String(text) => out.push_str(&quote(text)),
        }
    }
    if block.body().0.is_empty() {
        out.push_str(" {}\n");
        return;
    }
    out.push_str(" {\n");
    print_body(out, block.body(), depth + 1);
    indent(out, depth);
    out.push_str("}\n");
}

/// Writes rows on consecutive lines. Runs of rows that each keep to one line are aligned at their `=`.
fn flush(out: &mut String, rows: &mut Vec<&Row>, depth: usize) {
    for run in rows.chunk_by(|a, b| !a.spans_lines() && !b.spans_lines()) {
        let column = run.iter().map(|row| width(&row.key)).max().unwrap_or(0);
        for row in run {
            indent(out, depth);
            out.push_str(&row.key);
            out.extend(std::iter::repeat_n(' ', column - width(&row.key) + 1));
            out.push_str("= ");
            out.push_str(&row.value);
            out.push('\n');
        }
    }
    rows.clear();
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// `terraform fmt` counts grapheme clusters: neither bytes nor columns of the display.
fn width(text: &str) -> usize {
    // In ASCII only CR LF is one cluster of two characters, and both are written as escapes. Most text is ASCII.
    if text.is_ascii() && !text.contains('\r') { text.len() } else { text.graphemes(true).count() }
}

/// The expression as it begins at `column` of a line at `depth`.
fn fitted(expression: &Expression, depth: usize, column: usize) -> String {
    if !wants_lines(expression) {
        let flat = flat(expression);
        if column + width(&flat) <= WIDTH {
            return flat;
        }
    }
    opened(expression, depth, column)
}

/// Whether some object in the expression is to be read line by line.
fn wants_lines(expression: &Expression) -> bool {
    match expression {
        Expression::Object(object) => {
            object.len() > FLAT_MEMBERS
                || object.values().any(|v| matches!(v, Expression::Object(o) if !o.is_empty()) || wants_lines(v))
        }
        Expression::Array(items) => items.iter().any(wants_lines),
        Expression::FuncCall(call) => call.args.iter().any(wants_lines),
        Expression::Parenthesis(inner) => wants_lines(inner),
        Expression::ForExpr(each) => wants_lines(&each.value_expr),
        Expression::Conditional(c) => wants_lines(&c.false_expr),
        _ => false,
    }
}

fn opened(expression: &Expression, depth: usize, column: usize) -> String {
    match expression {
        Expression::Array(items) if !items.is_empty() => bracketed("[", items.iter(), "]", depth),
        Expression::Object(object) if !object.is_empty() => {
            let rows: Vec<Row> = object.iter().map(|(key, value)| member(key, value, depth + 1)).collect();
            let mut out = String::from("{\n");
            flush(&mut out, &mut rows.iter().collect(), depth + 1);
            indent(&mut out, depth);
            out.push('}');
            out
        }
        Expression::FuncCall(call) => opened_call(call, depth, column),
        Expression::ForExpr(each) => opened_for(each, depth),
        Expression::Parenthesis(inner) => {
            let mut out = String::from("(\n");
            indent(&mut out, depth + 1);
            operands(&mut out, inner, depth + 1);
            out.push('\n');
            indent(&mut out, depth);
            out.push(')');
            out
        }
        Expression::Traversal(traversal) => {
            let mut out = fitted(&traversal.expr, depth, column);
            traversal.operators.iter().for_each(|operator| push_operator(&mut out, operator));
            out
        }
        // Only the last operand is opened: a line that closes one bracket and opens another keeps the indentation
        // of neither.
        Expression::Conditional(conditional) => {
            let Conditional { cond_expr, true_expr, false_expr } = &**conditional;
            let head = format!("{} ? {} : ", flat(cond_expr), flat(true_expr));
            let last = fitted(false_expr, depth, column + width(&head));
            head + &last
        }
        Expression::Operation(operation) => match &**operation {
            Operation::Unary(op) => format!("{}{}", op.operator, fitted(&op.expr, depth, column + 1)),
            Operation::Binary(op) => {
                let head = format!("{} {} ", flat(&op.lhs_expr), op.operator);
                let last = fitted(&op.rhs_expr, depth, column + width(&head));
                head + &last
            }
        },
        other => flat(other),
    }
}

fn last_width(text: &str) -> usize {
    width(text.rsplit('\n').next().unwrap_or(text))
}

/// What stands in parentheses over several lines: operators begin lines.
fn operands(out: &mut String, expression: &Expression, depth: usize) {
    let mut push = |separator: &str, operand: &Expression| {
        if !separator.is_empty() {
            out.push('\n');
            indent(out, depth);
            out.push_str(separator);
            out.push(' ');
        }
        out.push_str(&fitted(operand, depth, 2 * depth));
    };
    match expression {
        Expression::Conditional(c) => {
            push("", &c.cond_expr);
            push("?", &c.true_expr);
            push(":", &c.false_expr);
        }
        Expression::Operation(operation) if matches!(**operation, Operation::Binary(_)) => {
            if let Operation::Binary(op) = &**operation {
                push("", &op.lhs_expr);
                push(op.operator.as_str(), &op.rhs_expr);
            }
        }
        other => push("", other),
    }
}

fn bracketed<'a>(open: &str, items: impl Iterator<Item = &'a Expression>, close: &str, depth: usize) -> String {
    let mut out = format!("{open}\n");
    for item in items {
        indent(&mut out, depth + 1);
        out.push_str(&fitted(item, depth + 1, 2 * depth + 3));
        out.push_str(",\n");
    }
    indent(&mut out, depth);
    out.push_str(close);
    out
}

fn opened_call(call: &FuncCall, depth: usize, column: usize) -> String {
    let name = function_name(call);
    match call.args.as_slice() {
        [] => format!("{name}()"),
        // One bracketed argument opens together with the call: `object({`.
        [only @ (Expression::Object(_) | Expression::Array(_) | Expression::FuncCall(_) | Expression::ForExpr(_))] => {
            let dots = if call.expand_final { "..." } else { "" };
            format!("{name}({}{dots})", fitted(only, depth, column + width(&name) + 1))
        }
        args => {
            let mut out = bracketed(&format!("{name}("), args.iter(), ")", depth);
            if call.expand_final
                && let Some(comma) = out.rfind(",\n")
            {
                out.replace_range(comma..=comma, "...");
            }
            out
        }
    }
}

fn opened_for(each: &ForExpr, depth: usize) -> String {
    let (open, close) = if each.key_expr.is_some() { ('{', '}') } else { ('[', ']') };
    let mut out = format!("{open}\n");
    indent(&mut out, depth + 1);
    out.push_str("for ");
    if let Some(key) = &each.key_var {
        out.push_str(key);
        out.push_str(", ");
    }
    out.push_str(&each.value_var);
    out.push_str(" in");
    push_after_word(&mut out, &flat(&each.collection_expr));
    out.push_str(" : ");
    if let Some(key) = &each.key_expr {
        out.push_str(&flat(key));
        out.push_str(" => ");
    }
    let value = fitted(&each.value_expr, depth + 1, last_width(&out));
    push_positive(&mut out, &value);
    if each.grouping {
        out.push_str("...");
    }
    out.push('\n');
    if let Some(condition) = &each.cond_expr {
        indent(&mut out, depth + 1);
        out.push_str("if");
        push_after_word(&mut out, &fitted(condition, depth + 1, 2 * depth + 5));
        out.push('\n');
    }
    indent(&mut out, depth);
    out.push(close);
    out
}

fn member(key: &ObjectKey, value: &Expression, depth: usize) -> Row {
    let key = object_key(key);
    let value = fitted(value, depth, 2 * depth + width(&key) + 3);
    Row { key, value }
}

fn object_key(key: &ObjectKey) -> String {
    match key {
        // `{ for = 1 }` would begin a comprehension.
        ObjectKey::Identifier(name) if name.as_str() != "for" => name.to_string(),
        ObjectKey::Identifier(name) => quote(name),
        ObjectKey::Expression(expression) => flat(expression),
        // The enum is open to new variants; there are no others.
        _ => String::new(),
    }
}

fn function_name(call: &FuncCall) -> String {
    let mut out = String::new();
    for part in &call.name.namespace {
        out.push_str(part);
        out.push_str("::");
    }
    out.push_str(&call.name.name);
    out
}

/// After `in` and `=>`, `terraform fmt` takes a minus for an operator and sets a space behind it.
fn push_positive(out: &mut String, value: &str) {
    if value.starts_with('-') {
        out.extend(["(", value, ")"]);
    } else {
        out.push_str(value);
    }
}

/// What follows `in` or `if`. Before a parenthesis `terraform fmt` takes these words for names of functions.
fn push_after_word(out: &mut String, value: &str) {
    if !value.starts_with(['(', '-']) {
        out.push(' ');
    }
    push_positive(out, value);
}

/// The expression on one line.
pub(super) fn flat(expression: &Expression) -> String {
    let mut out = String::new();
    push_flat(&mut out, expression);
    out
}

fn push_flat(out: &mut String, expression: &Expression) {
    match expression {
        Expression::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Expression::Number(number) => out.push_str(&number.to_string()),
        Expression::String(text) => out.push_str(&quote(text)),
        Expression::Array(items) => {
            out.push('[');
            push_separated(out, items, push_flat);
            out.push(']');
        }
        Expression::Object(object) if object.is_empty() => out.push_str("{}"),
        Expression::Object(object) => {
            out.push_str("{ ");
            push_separated(out, object, |out, (key, value)| {
                out.push_str(&object_key(key));
                out.push_str(" = ");
                push_flat(out, value);
            });
            out.push_str(" }");
        }
        Expression::TemplateExpr(template) => match &**template {
            // Built by `template`, which has escaped its texts.
            TemplateExpr::QuotedString(raw) => out.extend(["\"", raw, "\""]),
            // Nothing here builds one: its text stays text.
            TemplateExpr::Heredoc(heredoc) => out.push_str(&quote(&heredoc.template)),
        },
        Expression::Variable(name) => out.push_str(name),
        Expression::Traversal(traversal) => {
            push_flat(out, &traversal.expr);
            traversal.operators.iter().for_each(|operator| push_operator(out, operator));
        }
        Expression::FuncCall(call) => {
            out.push_str(&function_name(call));
            out.push('(');
            push_separated(out, &call.args, push_flat);
            if call.expand_final {
                out.push_str("...");
            }
            out.push(')');
        }
        Expression::Parenthesis(inner) => {
            out.push('(');
            push_flat(out, inner);
            out.push(')');
        }
        Expression::Conditional(conditional) => {
            push_flat(out, &conditional.cond_expr);
            out.push_str(" ? ");
            push_flat(out, &conditional.true_expr);
            out.push_str(" : ");
            push_flat(out, &conditional.false_expr);
        }
        Expression::Operation(operation) => match &**operation {
            Operation::Unary(op) => {
                out.push_str(op.operator.as_str());
                push_flat(out, &op.expr);
            }
            Operation::Binary(op) => {
                push_flat(out, &op.lhs_expr);
                out.extend([" ", op.operator.as_str(), " "]);
                push_flat(out, &op.rhs_expr);
            }
        },
        Expression::ForExpr(each) => push_flat_for(out, each),
        // `Null`, and the variants that a later version of the crate may add.
        _ => out.push_str("null"),
    }
}

fn push_flat_for(out: &mut String, each: &ForExpr) {
    out.push_str(if each.key_expr.is_some() { "{ for " } else { "[for " });
    if let Some(key) = &each.key_var {
        out.push_str(key);
        out.push_str(", ");
    }
    out.push_str(&each.value_var);
    out.push_str(" in");
    push_after_word(out, &flat(&each.collection_expr));
    out.push_str(" : ");
    if let Some(key) = &each.key_expr {
        push_flat(out, key);
        out.push_str(" => ");
    }
    push_positive(out, &flat(&each.value_expr));
    if each.grouping {
        out.push_str("...");
    }
    if let Some(condition) = &each.cond_expr {
        out.push_str(" if");
        push_after_word(out, &flat(condition));
    }
    out.push_str(if each.key_expr.is_some() { " }" } else { "]" });
}

fn push_operator(out: &mut String, operator: &TraversalOperator) {
    match operator {
        TraversalOperator::AttrSplat => out.push_str(".*"),
        TraversalOperator::FullSplat => out.push_str("[*]"),
        TraversalOperator::GetAttr(name) => out.extend([".", name]),
        TraversalOperator::Index(index) => {
            out.push('[');
            push_flat(out, index);
            out.push(']');
        }
        TraversalOperator::LegacyIndex(index) => out.extend([".", &index.to_string()]),
    }
}

fn push_separated<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut push: impl FnMut(&mut String, T)) {
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        push(out, item);
    }
}
