//! A page of the catalogue as a person reads it in a terminal: headings that stand out, code indented, lines wrapped.

use super::paint::Paint;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use textwrap::{Options, WordSplitter, WrapAlgorithm};

/// Longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 100;
/// Narrower, and words would stand alone.
const NARROWEST: usize = 40;

/// Markdown for a terminal of `width` columns; with ANSI styles when `styled`.
pub fn page_human(markdown: &str, width: usize, styled: bool) -> String {
    let mut page = Page {
        paint: Paint(styled),
        width: width.clamp(NARROWEST, WIDEST),
        out: String::new(),
        text: String::new(),
        inside: Inside::Prose,
        link: None,
        bold: false,
    };
    for event in Parser::new(markdown) {
        page.take(event);
    }
    page.out
}

/// What kind of block is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Prose,
    Heading,
    Code,
    Item,
}

#[derive(Debug)]
struct Page {
    paint: Paint,
    width: usize,
    out: String,
    /// The block that is being read.
    text: String,
    inside: Inside,
    /// Where the link leads that is being read, and where in `text` its words begin.
    link: Option<(String, usize)>,
    bold: bool,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.inside = Inside::Heading,
            Event::Start(Tag::CodeBlock(_)) => self.inside = Inside::Code,
            Event::Start(Tag::Item) => self.inside = Inside::Item,
            Event::Start(Tag::Link { dest_url, .. }) => self.link = Some((dest_url.into_string(), self.text.len())),
            Event::Start(Tag::Strong | Tag::Emphasis) => self.bold = true,
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => self.bold = false,
            Event::Text(text) if self.bold || self.inside == Inside::Heading => {
                self.text.push_str(&self.paint.bold(&text));
            }
            Event::Text(text) => self.text.push_str(&text),
            // In a terminal's one typeface, backticks tell code from prose, as they do in messages.
            Event::Code(text) if self.inside == Inside::Heading => self.text.push_str(&self.paint.bold(&text)),
            Event::Code(text) => self.text.push_str(&["`", &text, "`"].concat()),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::End(TagEnd::Link) => self.end_link(),
            Event::End(TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Item) => self.end_block(),
            // The last item has ended the line; the list ends the block.
            Event::End(TagEnd::List(_)) => self.out.push('\n'),
            _ => {}
        }
    }

    /// A link whose words are not its address shows that, too.
    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        if self.text.get(start..).is_some_and(|words| words != address) {
            self.text.push_str(&[" (", &address, ")"].concat());
        }
    }

    fn end_block(&mut self) {
        let text = std::mem::take(&mut self.text);
        match self.inside {
            _ if text.is_empty() => {}
            Inside::Heading => self.out.push_str(&(text + "\n\n")),
            Inside::Code => {
                for line in text.lines() {
                    self.out.push_str(if line.is_empty() { "" } else { "    " });
                    self.out.push_str(line);
                    self.out.push('\n');
                }
                self.out.push('\n');
            }
            Inside::Prose => self.out.push_str(&(self.wrapped(&text, "", "") + "\n\n")),
            Inside::Item => self.out.push_str(&(self.wrapped(&text, "- ", "  ") + "\n")),
        }
        self.inside = Inside::Prose;
    }

    fn wrapped(&self, text: &str, first: &str, others: &str) -> String {
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(others)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        textwrap::fill(text, options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a-code\n\nSome `text` of *many* words,\nwith [a link](https://a.example/b) and \
        <https://c.example/d>.\n\n## Why\n\n```yaml a-code\nversion: 1\n\n  a: b\n```\n\n- one thing that is as \
        long as a line\n- two\n\nThe end.\n";

    #[test]
    fn a_page_is_wrapped_and_indented() {
        let expected = "a-code\n\nSome `text` of many words, with a link\n(https://a.example/b) and\n\
            https://c.example/d.\n\nWhy\n\n    version: 1\n\n      a: b\n\n- one thing that is as long as a line\n\
            - two\n\nThe end.\n\n";
        assert_eq!(page_human(PAGE, 40, false), expected);
    }

    #[test]
    fn lines_are_no_longer_than_can_be_read_and_styles_have_no_width() {
        let text = "word ".repeat(60);
        let longest = |width| page_human(&text, width, false).lines().map(str::len).max().unwrap();
        assert_eq!((longest(1), longest(72), longest(9999)), (39, 69, 99));
        let styled = page_human("# a\n\n*one* two three four five six seven eight nine ten\n", 40, true);
        let bold = |text: &str| format!("\u{1b}[1m{text}\u{1b}[0m");
        assert_eq!(
            styled,
            format!("{}\n\n{} two three four five six seven eight\nnine ten\n\n", bold("a"), bold("one"))
        );
    }
}
