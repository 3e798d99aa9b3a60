//! The few lines of a source that a finding is about, made fit to be shown, with a map of byte offsets into them.
//!
//! Lines far from every span are blank (the renderer folds them away), long lines are cut around the spans, and
//! unprintable characters are shown as escapes; so a file of ten megabytes costs no more than its line count.

use super::printable::{escape, is_unprintable};
use crate::source::{SourceFile, Span};

/// A line up to this many bytes is shown whole.
const WHOLE_LINE: usize = 400;
/// Characters kept on each side of the ends of a span in a longer line.
const AROUND: usize = 60;
/// A span over more lines than this is shown by its first line alone.
const MOST_LINES: usize = 8;
/// Lines with text on each side of a span; the renderer shows a line that stands alone between two others.
const NEIGHBOURS: usize = 2;

/// Text to show instead of the source's.
#[derive(Debug)]
pub(super) struct Window {
    /// The lines, from [`Self::first_line`] on.
    pub(super) text: String,
    /// Number of the first line in the source, from 1.
    pub(super) first_line: usize,
    /// Where source bytes went, in ascending order.
    pieces: Vec<Piece>,
}

/// Source bytes from `source` up to the next piece begin at `window`.
#[derive(Debug)]
struct Piece {
    source: usize,
    window: usize,
    /// Copied byte for byte; otherwise something else stands for the bytes.
    verbatim: bool,
}

impl Window {
    /// The window around `spans`.
    pub(super) fn new(source: &SourceFile, spans: &[Span]) -> Self {
        let spans: Vec<_> = spans.iter().map(|&span| shown_part(source, span)).collect();
        let lines: Vec<_> =
            spans.iter().map(|s| (source.position(s.start).line, source.position(s.end).line)).collect();
        let first = lines.iter().map(|l| l.0).min().unwrap_or(1);
        let last = lines.iter().map(|l| l.1).max().unwrap_or(1);
        let mut window = Self { text: String::new(), first_line: first, pieces: Vec::new() };
        for line in first..=last {
            if line > first {
                window.text.push('\n');
            }
            let start = source.line_start(line);
            let near = lines.iter().any(|&(from, to)| line + NEIGHBOURS >= from && line <= to + NEIGHBOURS);
            if near {
                let end = if line < source.line_count() { source.line_start(line + 1) } else { source.text().len() };
                let marks: Vec<_> = spans.iter().flat_map(|s| [s.start, s.end]).collect();
                window.push_line(source, Span::new(start, end), &marks);
            } else {
                window.mark(start, false);
            }
        }
        window
    }

    /// Where a span of the source stands in the window. Always within the text and on character boundaries.
    pub(super) fn map(&self, source: &SourceFile, span: Span) -> std::ops::Range<usize> {
        let span = shown_part(source, span);
        let start = self.offset(span.start);
        start..self.offset(span.end).max(start)
    }

    fn offset(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|piece| piece.source <= at);
        let limit = self.pieces.get(next).map_or(self.text.len(), |piece| piece.window);
        let Some(piece) = next.checked_sub(1).and_then(|i| self.pieces.get(i)) else { return 0 };
        let offset = if piece.verbatim { piece.window + (at - piece.source) } else { piece.window };
        let mut offset = offset.min(limit).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn mark(&mut self, source: usize, verbatim: bool) {
        self.pieces.push(Piece { source, window: self.text.len(), verbatim });
    }

    fn push_line(&mut self, source: &SourceFile, line: Span, marks: &[usize]) {
        let text = source.slice(line);
        let end = line.start + text.trim_end_matches(['\n', '\r']).len();
        let mut at = line.start;
        for kept in kept_parts(source, Span::new(line.start, end), marks) {
            if kept.start > at {
                self.mark(at, false);
                self.text.push('…');
            }
            self.push_text(source.slice(kept), kept.start);
            at = kept.end;
        }
        if at < end {
            self.mark(at, false);
            self.text.push('…');
        }
        // The line end stands at the end of what is shown.
        self.mark(end, false);
    }

    fn push_text(&mut self, text: &str, start: usize) {
        self.mark(start, true);
        for (offset, character) in text.char_indices() {
            // Tabs are expanded by the renderer, which then also moves the underline.
            if character != '\t' && is_unprintable(character) {
                self.mark(start + offset, false);
                self.text.extend(escape(character));
                self.mark(start + offset + character.len_utf8(), true);
            } else {
                self.text.push(character);
            }
        }
    }
}

/// The span within the text, on character boundaries, and not over too many lines.
fn shown_part(source: &SourceFile, span: Span) -> Span {
    let floor = |mut at: usize| {
        at = at.min(source.text().len());
        while !source.text().is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let span = Span::new(floor(span.start), floor(span.end));
    let (first, last) = (source.position(span.start).line, source.position(span.end).line);
    if last - first < MOST_LINES {
        return span;
    }
    let line = source.slice(Span::new(span.start, source.line_start(first + 1)));
    Span::new(span.start, span.start + line.trim_end_matches(['\n', '\r']).len())
}

/// The parts of a line to show: all of it, or what lies around the marks, or its beginning.
fn kept_parts(source: &SourceFile, line: Span, marks: &[usize]) -> Vec<Span> {
    if line.end - line.start <= WHOLE_LINE {
        return vec![line];
    }
    let mut marks: Vec<_> = marks.iter().copied().filter(|&at| line.start <= at && at <= line.end).collect();
    if marks.is_empty() {
        marks.push(line.start);
    }
    marks.sort_unstable();
    let mut parts: Vec<Span> = Vec::new();
    for at in marks {
        let before = source.slice(Span::new(line.start, at)).char_indices().rev().take(AROUND).last();
        let after = source.slice(Span::new(at, line.end)).char_indices().nth(AROUND);
        let part = Span::new(
            before.map_or(at, |(offset, _)| line.start + offset),
            after.map_or(line.end, |(offset, _)| at + offset),
        );
        match parts.last_mut() {
            Some(previous) if part.start <= previous.end => *previous = previous.to(part),
            _ => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Span) -> (String, String) {
        let source = SourceFile::new("a", text);
        let window = Window::new(&source, &[span]);
        let range = window.map(&source, span);
        let marked = window.text.get(range).expect("the range lies in the window").to_owned();
        (window.text, marked)
    }

    #[test]
    fn escapes_move_the_span_with_them() {
        let (text, marked) = shown("a: \u{1b}[31m \"x\u{202e}y\" z\r\nb: 2\r\n", Span::new(9, 16));
        assert_eq!(text, "a: \\u{1b}[31m \"x\\u{202e}y\" z");
        assert_eq!(marked, "\"x\\u{202e}y\"");
    }

    #[test]
    fn a_huge_line_is_cut_around_the_span() {
        let mut line = "ä".repeat(5_000_000);
        let at = line.len();
        line.push_str("HERE");
        line.push_str(&"ö".repeat(5_000_000));
        let (text, marked) = shown(&line, Span::new(at, at + 4));
        assert_eq!(marked, "HERE");
        assert_eq!(text, format!("…{}HERE{}…", "ä".repeat(60), "ö".repeat(60)));
    }

    #[test]
    fn a_span_over_many_lines_is_shown_by_its_first() {
        let text = format!("head: |\n{}", "  line\n".repeat(100_000));
        let (text, marked) = shown(&text, Span::new(6, text.len()));
        assert_eq!(text, "head: |");
        assert_eq!(marked, "|");
    }

    #[test]
    fn every_span_of_nasty_text_lands_in_the_window() {
        let text = "\u{feff}ä\t\u{0}\r\n\n名\u{2028}x\r\n";
        let source = SourceFile::new("a", text);
        for start in 0..text.len() + 2 {
            for end in start..text.len() + 2 {
                let window = Window::new(&source, &[Span::new(start, end)]);
                let range = window.map(&source, Span::new(start, end));
                assert!(
                    window.text.get(range.clone()).is_some(),
                    "{start}..{end} became {range:?} in {:?}",
                    window.text
                );
            }
        }
    }
}
