//! As much of Markdown as the project's own documents use: fenced blocks, code spans, links, headings.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::format_push_string,
    reason = "the helpers of tests may do what tests may"
)]

use crate::support::project;
use std::path::{Path, PathBuf};

/// A Markdown file of the project, taken apart.
pub(crate) struct Document {
    pub(crate) path: PathBuf,
    pub(crate) blocks: Vec<Block>,
    /// The texts in backticks outside of blocks.
    pub(crate) code_spans: Vec<String>,
    /// The targets of `[text](target)` outside of blocks.
    pub(crate) links: Vec<String>,
    /// The anchors of the headings, as GitHub makes them, and those written as `<a id="...">`.
    pub(crate) anchors: Vec<String>,
}

/// A fenced block.
pub(crate) struct Block {
    /// What stands behind the opening fence: a language, and perhaps more.
    pub(crate) info: String,
    pub(crate) text: String,
    /// The line of the opening fence, from 1.
    pub(crate) line: usize,
}

impl Document {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a Markdown file");
        let mut document = Self {
            path: path.to_owned(),
            blocks: Vec::new(),
            code_spans: Vec::new(),
            links: Vec::new(),
            anchors: Vec::new(),
        };
        let mut prose = String::new();
        let mut open: Option<Block> = None;
        for (number, line) in text.lines().enumerate() {
            let fence = line.trim_start().strip_prefix("```");
            match (&mut open, fence) {
                (None, Some(info)) => {
                    open = Some(Block { info: info.trim().to_owned(), text: String::new(), line: number + 1 });
                }
                (Some(_), Some(_)) => document.blocks.extend(open.take()),
                (Some(block), None) => block.text.push_str(&format!("{line}\n")),
                (None, None) => {
                    if line.starts_with('#') {
                        document.anchors.push(anchor(line));
                    }
                    document.anchors.extend(between(line, "<a id=\"", "\">"));
                    prose.push_str(line);
                    prose.push('\n');
                }
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", path.display());
        let mut without_code = String::new();
        for (i, part) in prose.split('`').enumerate() {
            if i % 2 == 1 {
                document.code_spans.push(part.to_owned());
            } else {
                without_code.push_str(part);
            }
        }
        document.links = between(&without_code, "](", ")");
        document
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> String {
        self.path.strip_prefix(project("")).unwrap_or(&self.path).display().to_string()
    }
}

/// All Markdown files that people write: not those of outputs, which speak of their own folders.
pub(crate) fn documents() -> Vec<Document> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            let passed_over = name.starts_with('.') || ["target", "expected", "golden"].contains(&name.as_str());
            if path.is_dir() && !passed_over {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&project(""), &mut found);
    found.sort();
    found.iter().map(|path| Document::read(path)).collect()
}

/// The anchor of a heading, as GitHub makes it: `### In Words, twice` becomes `in-words-twice`.
pub(crate) fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    text.split(start).skip(1).filter_map(|rest| rest.split_once(end)).map(|(inner, _)| inner.to_owned()).collect()
}
