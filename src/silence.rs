//! Comments that silence findings, `# corsynth: allow CODE -- reason`: for what is legal and a matter of taste. What is
//! dangerous needs a waiver in the intent itself, and what means nothing is never silenced.
//!
//! A comment behind a value is about its line; one on a line of its own is about the next line that is no comment.

pub mod codes;

use crate::diagnostic::{Allowance, Code, Diagnostic, Diagnostics, Suppression, shown};
use crate::document::{Node, Spanned, Value};
use crate::nearest::nearest;
use crate::source::{SourceFile, Span};

/// What such a comment begins with, behind its `#`.
const MARK: &str = "corsynth:";

/// Reads the comments on lines of their own: of a text whose tree nobody has.
pub fn read_comment_lines(diags: &mut Diagnostics, source: &SourceFile) {
    let lines: Vec<Span> = lines(source.text());
    for (index, line) in lines.iter().enumerate() {
        let Some((at, body)) = comment(source, *line, &[]) else { continue };
        if source.slice(Span::new(line.start, at)).trim().is_empty() {
            read_comment(diags, Span::new(at, line.end), body, next_line(source, lines.get(index + 1..)));
        }
    }
}

/// Reads the comments of a text, whose tree tells what is text and what is comment, into the sink's policy.
pub fn read_comments(diags: &mut Diagnostics, source: &SourceFile, root: &Node) {
    if !source.text().contains(MARK) {
        return;
    }
    let mut texts = Vec::new();
    spans_of_texts(root, &mut texts);
    let lines: Vec<Span> = lines(source.text());
    for (index, line) in lines.iter().enumerate() {
        let Some((at, body)) = comment(source, *line, &texts) else { continue };
        let place = Span::new(at, line.end);
        let before = source.slice(Span::new(line.start, at));
        let covers = if before.trim().is_empty() { next_line(source, lines.get(index + 1..)) } else { *line };
        read_comment(diags, place, body, covers);
    }
}

/// Reports a comment that says nothing, or adds what it silences to the policy.
fn read_comment(diags: &mut Diagnostics, place: Span, body: &str, covers: Span) {
    let malformed = |label: &str| {
        Diagnostic::new(&codes::MALFORMED_ALLOWANCE, place, "a comment for corsynth that says nothing to it")
            .label(label.to_owned())
            .help("write `# corsynth: allow CODE -- reason`")
    };
    let Some(rest) = body.trim_start().strip_prefix("allow").filter(|rest| rest.starts_with([' ', '\t'])) else {
        diags.push(malformed("expected `allow`"));
        return;
    };
    let (names, reason) = rest.split_once("--").unwrap_or((rest, ""));
    if names.trim().is_empty() {
        diags.push(malformed("which code?"));
        return;
    }
    if reason.trim().is_empty() {
        diags.push(malformed("why? a reason stands behind `--`"));
        return;
    }
    // The names begin the rest of the line.
    let mut at = place.end.saturating_sub(rest.len());
    for name in names.split([' ', '\t', ',']) {
        let text = Spanned { value: name.to_owned(), span: Span::new(at, at + name.len()) };
        at += name.len() + 1;
        if name.is_empty() {
            continue;
        }
        if let Some(code) = code(diags, &text).filter(|code| may(diags, code, &text, Suppression::Comment)) {
            diags.policy.allow(Allowance { code, covers, place });
        }
    }
}

/// The code that a text names; reports a text that names none.
pub fn code(diags: &mut Diagnostics, text: &Spanned<String>) -> Option<&'static Code> {
    let known = diags.policy.known.iter().find(|code| code.id == text.value).copied();
    if known.is_none() {
        let ids: Vec<String> = diags.policy.known.iter().map(|code| code.id.to_owned()).collect();
        let message = format!("`{}` is no code of a finding", shown(&text.value));
        let finding = Diagnostic::new(&codes::UNKNOWN_CODE, text.span, message);
        diags.push(match nearest(&text.value, &ids) {
            Some(near) => finding.label(format!("did you mean `{near}`?")).fix_text(text.span, near),
            None => finding.label("no finding has this code").help("`corsynth rules` lists all codes"),
        });
    }
    known
}

/// Whether findings of a code may be silenced this way; reports where not, with what would.
pub fn may(diags: &mut Diagnostics, code: &'static Code, text: &Spanned<String>, way: Suppression) -> bool {
    let needed = code.suppression();
    if needed == way {
        return true;
    }
    let (label, help) = match needed {
        Suppression::Never => ("no output can be made of what it reports", "mend what it reports, and remove this"),
        Suppression::Comment => (
            "a matter of taste, which needs no waiver",
            "write a comment where it is reported: `# corsynth: allow CODE -- reason`",
        ),
        Suppression::Waiver => (
            "it lets pass what is dangerous",
            "write an entry of `waivers`, with a reason, an owner and the day on which it ends",
        ),
    };
    let what = if way == Suppression::Waiver { "a waiver" } else { "a comment" };
    let message = format!("{what} cannot let `{}` pass", code.id);
    diags.push(Diagnostic::new(&codes::UNSUPPRESSIBLE_CODE, text.span, message).label(label).help(help));
    false
}

/// What the comments did not silence, as findings; for when every rule has run.
pub fn unused(diags: &Diagnostics) -> Vec<Diagnostic> {
    let finding = |allowance: &Allowance| {
        let message = format!("there is no `{}` here to allow", allowance.code.id);
        Diagnostic::new(&codes::UNUSED_ALLOWANCE, allowance.place, message)
            .label("it silences nothing")
            .help("remove the comment")
    };
    diags.policy.unused_allowances().map(finding).collect()
}

/// The places of all keys and texts, in which a `#` begins no comment.
fn spans_of_texts(node: &Node, found: &mut Vec<Span>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                found.push(entry.key_span);
                spans_of_texts(&entry.value, found);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| spans_of_texts(item, found)),
        _ => found.push(node.span),
    }
}

/// The lines of a text without their ends.
fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let span = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
            start += line.len();
            span
        })
        .collect()
}

/// The comment for corsynth on a line: where its `#` stands, and what follows the mark.
fn comment<'s>(source: &'s SourceFile, line: Span, texts: &[Span]) -> Option<(usize, &'s str)> {
    let text = source.slice(line);
    text.match_indices('#').find_map(|(offset, _)| {
        let (before, rest) = text.split_at_checked(offset)?;
        let body = rest.strip_prefix('#')?.trim_start().strip_prefix(MARK)?;
        let at = line.start + offset;
        let is_comment = before.is_empty() || before.ends_with([' ', '\t']);
        let in_text = texts.iter().any(|span| span.start <= at && at < span.end);
        (is_comment && !in_text).then_some((at, body))
    })
}

/// The next line that holds something else than a comment.
fn next_line(source: &SourceFile, lines: Option<&[Span]>) -> Span {
    let holds = |line: &&Span| {
        let text = source.slice(**line).trim_start();
        !text.is_empty() && !text.starts_with('#')
    };
    lines.unwrap_or_default().iter().find(holds).copied().unwrap_or_default()
}
