//! The files that were read, and what is told about them.

use super::{Doubt, File, Format, Mistake, Place, ReadBack, Unknown, Unreadable};
use crate::deployed::{Deployed, Policies, Site};
use crate::diagnostic::{Diagnostics, Severity};
use crate::document::limits::MAX_BYTES;
use crate::document::{self, Node, Syntax};
use crate::source::{SourceFile, Span};

/// Where something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// Which file of [`Notes`].
    pub(super) file: usize,
    /// Where in it.
    pub(super) span: Span,
}

/// What policies, behaviours and statements may come to when they are copied to whatever uses them, in bytes of their
/// files.
const COPIED_BYTES: usize = 64 * 1024 * 1024;

/// How much of what is not understood is said of one thing; [`Unknown`]s tell all of it.
const MARKS: usize = 20;

/// Files by number, what was not understood in them, and the first thing that AWS would not take at all.
#[derive(Debug, Default)]
pub(super) struct Notes {
    files: Vec<SourceFile>,
    unknowns: Vec<Unknown>,
    copied: usize,
    wrong: Option<Unreadable>,
    /// The account's own policies, as they are read.
    pub(super) policies: Policies,
}

impl Notes {
    /// Reads one file; `tags` as in [`document::parse_with_tags`].
    pub(super) fn parse(
        &mut self,
        file: &File,
        syntax: Syntax,
        tags: &[(&str, &str)],
    ) -> Result<(usize, Node), Unreadable> {
        if file.text.len() > MAX_BYTES {
            let place = Place { path: file.path.clone(), line: 0, column: 0 };
            return Err(Unreadable {
                place,
                message: format!("at most {MAX_BYTES} bytes are read"),
                mistake: Mistake::Format,
            });
        }
        let source = SourceFile::new(file.path.as_str(), file.text.as_str());
        let mut diagnostics = Diagnostics::default();
        let node = document::parse_with_tags(&mut diagnostics, &source, syntax, tags);
        let index = self.files.len();
        self.files.push(source);
        let error = diagnostics.into_sorted().into_iter().find(|finding| finding.severity == Severity::Error);
        match (node, error) {
            (Some(node), None) => Ok((index, node)),
            (_, error) => {
                let (span, message) = error.map_or_else(Default::default, |e| (e.primary.span, e.message));
                Err(Unreadable { place: self.place(At { file: index, span }), message, mistake: Mistake::Syntax })
            }
        }
    }

    /// The place for people.
    pub(super) fn place(&self, at: At) -> Place {
        self.files.get(at.file).map_or_else(
            || Place { path: String::new(), line: 0, column: 0 },
            |file| {
                let position = file.position(at.span.start);
                Place { path: file.name().to_owned(), line: position.line, column: position.column }
            },
        )
    }

    /// The place for [`crate::deployed`].
    pub(super) fn site(&self, at: At) -> Site {
        let file = self.files.get(at.file);
        file.map(|file| Site::text(file.name(), at.span.start, at.span.end)).unwrap_or_default()
    }

    /// Tells of something that may have a say and is not understood.
    pub(super) fn unknown(&mut self, at: At, what: impl Into<String>) {
        let place = self.place(at);
        self.unknowns.push(Unknown::new(place, what));
    }

    /// Tells of something with a reason of its own.
    pub(super) fn doubt(&mut self, at: At, what: impl Into<String>, doubt: Doubt) {
        let unknown = Unknown::new(self.place(at), what);
        self.unknowns.push(Unknown { doubt, site: self.site(at), ..unknown });
    }

    /// Tells of a whole file.
    pub(super) fn unknown_file(&mut self, path: &str, what: impl Into<String>) {
        let place = Place { path: path.to_owned(), line: 0, column: 0 };
        self.unknowns.push(Unknown::new(place, what));
    }

    /// Tells of something that AWS would not take; the first one is why the files are unreadable.
    pub(super) fn wrong(&mut self, at: At, message: impl Into<String>) {
        if self.wrong.is_none() {
            self.wrong = Some(Unreadable { place: self.place(at), message: message.into(), mistake: Mistake::Type });
        }
    }

    /// A mark for [`Notes::since`].
    pub(super) fn mark(&self) -> usize {
        self.unknowns.len()
    }

    /// What was not understood since a mark, with its place, for what it may have a say in.
    pub(super) fn since(&self, mark: usize) -> Vec<String> {
        let unknowns = self.unknowns.iter().skip(mark).take(MARKS);
        unknowns.map(|unknown| format!("{} ({})", unknown.what, unknown.place)).collect()
    }

    /// Whether something of this size may be copied once more: hostile files must not come to much more than they are.
    pub(super) fn may_copy(&mut self, size: usize) -> bool {
        self.copied = self.copied.saturating_add(size);
        self.copied <= COPIED_BYTES
    }

    /// What was read with what was not understood, or why nothing can be made of the files.
    pub(super) fn finish(self, format: Format, deployed: Deployed) -> Result<ReadBack, Unreadable> {
        match self.wrong {
            Some(wrong) => Err(wrong),
            None => Ok(ReadBack { format, deployed, policies: self.policies, unknowns: self.unknowns }),
        }
    }
}
