//! What is said of text that is not YAML or not JSON: the parsers' errors in words of our own, with a place.

use granit_parser::{ErrorKind, ScanError};
use serde::de::IgnoredAny;

use super::codes;
use super::limits::MAX_DEPTH;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceFile, Span};

/// Checks that a text is JSON and not something that only YAML would take.
pub(super) fn check_json(file: &SourceFile) -> Result<(), Box<Diagnostic>> {
    let text = file.text();
    let json = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let Err(error) = serde_json::from_str::<IgnoredAny>(json) else { return Ok(()) };
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    if error.is_eof() {
        let inside = message.strip_prefix("EOF while parsing ").unwrap_or("a value");
        let end = text.trim_end().len();
        let finding = Diagnostic::new(&codes::INVALID_JSON, Span::at(end), format!("the file ends inside {inside}"));
        return Err(Box::new(finding));
    }
    // The column counts bytes up to and with the one that was not expected; 0 is the line feed before the line.
    let mark = if error.line() == 1 { text.len() - json.len() } else { 0 };
    let offset = (mark + file.line_start(error.line()) + error.column()).saturating_sub(1);
    let span = character_at(text, offset);
    let finding = match message {
        "trailing characters" => Diagnostic::new(&codes::INVALID_JSON, span, "text after the end of the document"),
        "trailing comma" => Diagnostic::new(&codes::INVALID_JSON, span, "a comma with nothing after it")
            .help("JSON takes no comma after the last item"),
        "key must be a string" => Diagnostic::new(&codes::INVALID_JSON, span, "a key without double quotes"),
        "expected value" => Diagnostic::new(&codes::INVALID_JSON, span, "a JSON value is expected here")
            .help("strings need double quotes, and JSON has no comments"),
        other => Diagnostic::new(&codes::INVALID_JSON, span, other),
    };
    Err(Box::new(finding))
}

/// The finding for an error of the YAML parser.
pub(super) fn explain(error: &ScanError, text: &str, code: &'static Code) -> Diagnostic {
    let offset = error.marker().byte_offset().unwrap_or(text.len());
    let span = character_at(text, offset);
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(span);
    }
    let (message, help) = words(error.kind());
    let mut finding = Diagnostic::new(code, span, message);
    finding.help.extend(help.map(str::to_owned));
    finding
}

/// The finding for nesting beyond the limit.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("more than {MAX_DEPTH} lists and mappings inside one another");
    Diagnostic::new(&codes::DOCUMENT_TOO_DEEP, span, message)
}

/// The character at a byte offset, or in which the offset lies; empty at the end of a line and of the text.
fn character_at(text: &str, offset: usize) -> Span {
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    match text.get(start..).and_then(|rest| rest.chars().next()) {
        Some(c) if !matches!(c, '\n' | '\r') => Span::new(start, start + c.len_utf8()),
        _ => Span::at(start),
    }
}

/// Message and help for each kind of error; kinds that people hardly ever cause share words.
fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    (format!("{kind:?}"), None)
}
