//! Lists whose order means nothing, in an order: two people who add an origin each then change different lines.

use super::entries;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity};
use crate::document::Node;
use crate::source::{SourceFile, Span};

/// `unsorted-list`
pub(super) const CODE: Code = Code {
    id: "unsorted-list",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "a list that is not in alphabetical order, where order means nothing",
};

/// Keys whose lists are sets. What stands under `frontends` is one, too.
const SETS: [&str; 16] = [
    "aliases",
    "asset",
    "expose",
    "exposed",
    "forbid",
    "from",
    "frontend",
    "guardrails",
    "in",
    "metadata",
    "methods",
    "only-in",
    "origins",
    "request-headers",
    "to",
    "use",
];

pub(super) fn check(diags: &mut Diagnostics, source: &SourceFile, root: &Node) {
    let mut lists: Vec<&Node> = Vec::new();
    entries(root, &mut |key, value| {
        if SETS.contains(&key) {
            lists.push(value);
        }
    });
    let frontends = root.get("frontends").into_iter().flat_map(Node::entries);
    lists.extend(frontends.map(|entry| &entry.value));
    for list in lists.into_iter().filter(|list| list.alias.is_none()) {
        if let Some(finding) = unsorted(source, list) {
            diags.push(finding);
        }
    }
}

fn unsorted(source: &SourceFile, list: &Node) -> Option<Diagnostic> {
    let texts: Vec<&str> = list.items().iter().map(Node::as_str).collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&index| texts.get(index));
    let first = order.iter().enumerate().find(|(place, index)| place != *index).map(|(place, _)| place)?;
    let finding = Diagnostic::new(&CODE, list.items().get(first)?.place(), "the list is not in alphabetical order")
        .label("the first that stands elsewhere in that order")
        .help("sort the list");
    Some(match sorted(source, list, &order) {
        Some((span, text)) => finding.fix(span, text).safe(),
        None => finding,
    })
}

/// The list with its items in another order and everything between them where it was; `None` where a comment stands
/// between them, which belongs to one of them, and nobody knows to which, or where more than the item itself makes it up.
fn sorted(source: &SourceFile, list: &Node, order: &[usize]) -> Option<(Span, String)> {
    let places: Vec<Span> = list.items().iter().map(Node::place).collect();
    let (start, end) = (places.first()?, places.last()?);
    if !places.iter().all(|place| stands_alone(source, *place)) {
        return None;
    }
    let mut text = String::new();
    for (position, index) in order.iter().enumerate() {
        text.push_str(source.slice(*places.get(*index)?));
        if let (Some(here), Some(next)) = (places.get(position), places.get(position + 1)) {
            let between = source.slice(Span::new(here.end, next.start));
            if between.contains('#') {
                return None;
            }
            text.push_str(between);
        }
    }
    let behind = source.text().get(end.end..)?.lines().next().unwrap_or_default();
    (!behind.contains('#')).then_some((start.to(*end), text))
}

/// Whether nothing belongs to an item but its own text: no `&anchor`, no tag, and no `>-` of a block.
fn stands_alone(source: &SourceFile, item: Span) -> bool {
    let before = source.text().get(..item.start).unwrap_or_default();
    let on_line = before.trim_end_matches([' ', '\t']);
    match on_line.strip_suffix('-') {
        Some(dash) => dash.is_empty() || dash.ends_with([' ', '\t', '\n', '\r']),
        None => on_line.trim_end().ends_with(['[', ',']),
    }
}
