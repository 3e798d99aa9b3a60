//! Text to a tree that remembers where everything was: bytes or a [`SourceFile`] come in, a [`Node`] and findings
//! go out. Must never know what a key means: no intent, no AWS, no schema.
//!
//! The tree is what YAML 1.2's core schema says (<https://yaml.org/spec/1.2.2/#103-core-schema>), narrowed to what
//! JSON can say too, and to what two readers cannot take for two different things:
//! - one document, mappings with written-out scalar keys, no key twice, no merge keys, no tags but `!!str`;
//! - an integer with a leading zero (`012345678901`, an account id) is text and keeps its zero;
//! - `yes`, `no`, `on`, `off`, `y`, `n` are text, with a warning, because YAML 1.1 readers take them for booleans;
//! - numbers are finite and fit in 64 bits.
//!
//! Everything is bounded, whatever the input: see [`limits`].

mod build;
pub mod codes;
mod findings;
pub mod limits;
mod node;
mod read;
mod scalar;
mod syntax;

pub use node::{Entry, Node, Spanned, Value};
pub use read::read_source;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// YAML 1.2.
    Yaml,
    /// JSON, strictly: what YAML would take beyond it is an error.
    Json,
}

/// Reads one document.
///
/// `None` means that there is no tree that says what the file says; the findings tell why. With `Some` there can
/// be errors all the same, which leave the rest worth looking at (of a key that stands twice the first is kept),
/// so a caller that wants output asks [`Diagnostics::has_errors`].
pub fn parse(diags: &mut Diagnostics, file: &SourceFile, syntax: Syntax) -> Option<Node> {
    parse_with_tags(diags, file, syntax, &[])
}

/// Reads one document in which some tags are shorthands: of a pair `("!Name", "Key")`, `!Name value` is read as the
/// mapping `{"Key": value}`, and a scalar behind it is text. Everything else is as in [`parse`].
pub fn parse_with_tags(
    diags: &mut Diagnostics,
    file: &SourceFile,
    syntax: Syntax,
    tags: &[(&str, &str)],
) -> Option<Node> {
    let text = file.text();
    if text.trim_start_matches('\u{FEFF}').trim().is_empty() {
        diags.push(empty());
        return None;
    }
    match syntax {
        Syntax::Yaml => build::build(diags, text, &codes::INVALID_YAML, tags),
        Syntax::Json => {
            if let Err(finding) = syntax::check_json(file) {
                diags.push(*finding);
                return None;
            }
            // JSON may be indented with tabs and YAML may not; in JSON that passed they are all indentation.
            build::build(diags, &text.replace('\t', " "), &codes::INVALID_JSON, &[])
        }
    }
}

/// What is said of a file without a value in it.
fn empty() -> Diagnostic {
    Diagnostic::new(&codes::EMPTY_DOCUMENT, Span::at(0), "the file holds no value")
}
