//! Findings as a person reads them: the code with its reasons underlined, what to do, and the fix as a diff.

use super::printable::{printable, told};
use super::window::Window;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::source::{SourceFile, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

/// A replacement above this is not shown: it would be a document, not a suggestion.
const LONGEST_FIX: usize = 2000;

/// One finding with its code, its reasons and its fix, and an empty line behind; with ANSI styles when `styled`.
pub fn human(source: &SourceFile, diagnostic: &Diagnostic, styled: bool) -> String {
    let spans: Vec<_> =
        std::iter::once(&diagnostic.primary).chain(&diagnostic.related).map(|l| underlined(source, l.span)).collect();
    let window = Window::new(source, &spans);
    let name = printable(source.name());
    let message = told(&diagnostic.message);
    let label = told(&diagnostic.primary.text);
    let related: Vec<_> =
        diagnostic.related.iter().map(|l| (window.map(source, underlined(source, l.span)), told(&l.text))).collect();
    let fix = diagnostic.fix.as_ref().filter(|fix| is_shown(source, fix));
    // The first sentence of help introduces the fix, the others stand as they are.
    let (title, help) = match (fix, diagnostic.help.split_first()) {
        (Some(_), Some((first, rest))) => (told(first), rest),
        _ => ("write this instead".to_owned(), diagnostic.help.as_slice()),
    };
    let help: Vec<_> = help.iter().map(|sentence| told(sentence)).collect();

    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let primary = window.map(source, underlined(source, diagnostic.primary.span));
    let shown_at = SourceFile::new("", window.text.as_str()).position(primary.start);
    let mut group = level.primary_title(message.as_str()).id(diagnostic.code.id).element(
        Snippet::source(window.text.as_str())
            .path(name.as_ref())
            .line_start(window.first_line)
            .annotation(AnnotationKind::Primary.span(primary).label(some_text(&label)))
            .annotations(
                related.iter().map(|(span, label)| AnnotationKind::Context.span(span.clone()).label(some_text(label))),
            ),
    );
    for sentence in &help {
        group = group.element(Level::HELP.message(sentence.as_str()));
    }
    let mut groups = vec![group];
    let fix = fix.map(|fix| (Window::new(source, &[fix.span]), fix));
    if let Some((window, fix)) = &fix {
        groups.push(suggestion(source, window, fix, &title));
    }
    let style = if styled { Renderer::styled() } else { Renderer::plain() };
    let rendered = style.render(&groups);
    // The renderer counts columns in what it was given, and that line may be cut or hold escapes.
    let at = source.position(diagnostic.primary.span.start);
    let place = |column: usize| format!("{name}:{}:{column}", at.line);
    match rendered.split_once('\n') {
        Some((title, rest)) if shown_at.column != at.column => {
            format!("{title}\n{}\n\n", rest.replacen(&place(shown_at.column), &place(at.column), 1))
        }
        _ => format!("{rendered}\n\n"),
    }
}

fn suggestion<'a>(source: &SourceFile, window: &'a Window, fix: &Fix, title: &'a str) -> Group<'a> {
    let replacement = fix.replacement.split('\n').map(printable).collect::<Vec<_>>().join("\n");
    Level::HELP.secondary_title(title).element(
        Snippet::source(window.text.as_str())
            .line_start(window.first_line)
            .patch(Patch::new(window.map(source, fix.span), replacement)),
    )
}

/// A fix of many lines, or of a text that the window cuts, would show something that is not the fix.
fn is_shown(source: &SourceFile, fix: &Fix) -> bool {
    let Span { start, end } = fix.span;
    fix.replacement.len() <= LONGEST_FIX
        && fix.replacement.lines().count() <= 20
        && end - start <= LONGEST_FIX
        && source.position(end).line - source.position(start).line < 8
}

/// Without the line ends behind it: they would underline the beginning of the next line.
fn underlined(source: &SourceFile, span: Span) -> Span {
    match source.slice(span).trim_end_matches(['\n', '\r']).len() {
        0 => span,
        length => Span::new(span.start, span.start + length),
    }
}

fn some_text(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
