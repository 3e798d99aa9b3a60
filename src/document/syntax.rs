//! What is said of text that is not YAML or not JSON: the parsers' errors in words of our own, with a place.

use granit_parser::{ErrorKind, ScanError};
use serde::de::IgnoredAny;

use super::codes;
use super::limits::MAX_DEPTH;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceFile, Span};

/// What helps where a wildcard was taken for an alias.
pub(super) const QUOTE_ASTERISK: &str = "quote a value that starts with `*`";

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
    // A control character in a string is not counted yet.
    let mark = if error.line() == 1 { text.len() - json.len() } else { 0 };
    let end = mark + file.line_start(error.line()) + error.column();
    let is_control = message.starts_with("control character");
    let offset = if is_control { end } else { end.saturating_sub(1) };
    let span = character_at(text, offset);
    let finding = match message {
        "trailing characters" => Diagnostic::new(&codes::INVALID_JSON, span, "text after the end of the document"),
        "trailing comma" => Diagnostic::new(&codes::INVALID_JSON, span, "a comma with nothing after it")
            .help("JSON takes no comma after the last item"),
        "key must be a string" => Diagnostic::new(&codes::INVALID_JSON, span, "a key without double quotes"),
        "expected value" => Diagnostic::new(&codes::INVALID_JSON, span, "a JSON value is expected here")
            .help("strings need double quotes, and JSON has no comments"),
        _ if is_control => Diagnostic::new(&codes::INVALID_JSON, span, "a control character in a string")
            .help("write `\\n` for a line feed, `\\t` for a tab"),
        other => Diagnostic::new(&codes::INVALID_JSON, span, other),
    };
    Err(Box::new(finding))
}

/// The finding for an error of the YAML parser in a text that should be what `code` says it is not.
pub(super) fn explain(error: &ScanError, text: &str, code: &'static Code) -> Diagnostic {
    let offset = error.marker().byte_offset().unwrap_or(text.len());
    let span = character_at(text, offset);
    let place = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return too_deep(span),
        ErrorKind::MissingAnchorOrAliasName if text.get(offset..).is_some_and(|rest| rest.starts_with('*')) => {
            return Diagnostic::new(&codes::UNKNOWN_ALIAS, span, "`*` begins an alias, and no name follows")
                .help(QUOTE_ASTERISK);
        }
        ErrorKind::UnsupportedYamlMajorVersion => return other_version(text, span),
        kind if is_about_tabs(kind) => tab_at(text, offset),
        ErrorKind::UnknownQuotedScalarEscape => escape_in(text, offset),
        _ => None,
    };
    let (message, help) = words(error.kind());
    let mut finding = Diagnostic::new(code, place.unwrap_or(span), message);
    finding.help.extend(help.map(str::to_owned));
    finding
}

/// The finding for nesting beyond the limit.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("more than {MAX_DEPTH} lists and mappings inside one another");
    Diagnostic::new(&codes::DOCUMENT_TOO_DEEP, span, message)
}

/// The finding for a `%YAML` line, at `span` or the last one before it, that names another version.
pub(super) fn other_version(text: &str, span: Span) -> Diagnostic {
    let start = text.get(..span.end).and_then(|before| before.rfind('%')).unwrap_or(span.start);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let span = Span::new(start, start + line.trim_end().len());
    Diagnostic::new(&codes::YAML_VERSION, span, "this file says that it is not YAML 1.2")
        .help("remove the line; other versions read words such as `yes` and `0777` in another way")
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

fn is_about_tabs(kind: &ErrorKind) -> bool {
    use ErrorKind as K;
    matches!(
        kind,
        K::TabNotAllowed
            | K::TabInBlockIndentation
            | K::TabInIndentation
            | K::TabInPlainScalar
            | K::TabAtBlockScalarStart
            | K::InvalidBlockEntryWhitespace
            | K::InvalidMappingValueWhitespace
    )
}

/// The parser stands behind the tab, or at the start of the text that goes on behind it.
fn tab_at(text: &str, offset: usize) -> Option<Span> {
    let (before, after) = text.split_at_checked(offset)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let tab = match before.get(line_start..)?.rfind('\t') {
        Some(at) => line_start + at,
        None => offset + after.find('\t')?,
    };
    Some(Span::new(tab, tab + 1))
}

/// The first escape that YAML does not know in the quoted text that begins at an offset.
/// <https://yaml.org/spec/1.2.2/#57-escaped-characters>
fn escape_in(text: &str, offset: usize) -> Option<Span> {
    let mut characters = text.get(offset..)?.char_indices();
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            let (_, escaped) = characters.next()?;
            if !"0abt\tnvfre \"/\\N_LPxuU\r\n".contains(escaped) {
                return Some(Span::new(offset + at, offset + at + 1 + escaped.len_utf8()));
            }
        }
    }
    None
}

/// Message and help for each kind of error; kinds that people hardly ever cause share words.
fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as K;
    const INDENT: &str = "what belongs together begins in the same column";
    const QUOTE: &str = "quote a value that is more than a plain word";
    let (message, help) = match kind {
        kind if is_about_tabs(kind) => ("a tab where YAML takes spaces only", "indent with spaces"),
        K::MissingAnchorOrAliasName => {
            ("`&` begins an anchor, and no name follows", "quote a value that starts with `&`")
        }
        K::UnexpectedCharacter { character } => {
            let message = format!("a value cannot start with `{}`", character.escape_debug());
            return (message, Some("quote the value"));
        }
        K::UnclosedFlowCollection { open } => return (format!("this `{open}` is not closed"), None),
        K::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("this `{open}` is closed by a `{close}`"), None);
        }
        K::MisplacedFlowCollectionEnd => ("a closing bracket that nothing opened", QUOTE),
        K::UnclosedQuotedScalar => ("this quote is not closed", ""),
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            ("text after a closing quote", "quote the whole value")
        }
        K::UnknownQuotedScalarEscape => {
            ("an escape that YAML does not know", "write `\\\\` for a backslash, or use `'`")
        }
        K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => ("an escape in this text names no character", ""),
        K::DocumentIndicatorInQuotedScalar => ("`---` or `...` begins a line of this text", "indent the line"),
        K::InvalidQuotedScalarIndent | K::InvalidFlowScalarIndent => {
            ("a line of this text is not indented enough", INDENT)
        }
        K::MappingValueNotAllowed | K::InvalidColonPlacement | K::FlowMappingValueAdjacentCollection => {
            ("a `:` where no key can stand", "quote a value that contains `: `, and let keys begin in the same column")
        }
        K::SimpleKeyExpected | K::InvalidSimpleKey => {
            ("a key without its `:`", "a key and its `:` stand on one line, within 1,024 characters")
        }
        K::ExpectedBlockMappingKey => ("a key is expected here", INDENT),
        K::MappingKeyNotAllowed => ("a key cannot stand here", INDENT),
        K::ExpectedBlockSequenceEntry => ("a list item, `- `, is expected here", INDENT),
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection | K::PlainScalarStartsWithDashFlowIndicator => {
            (
                "a list item cannot begin here",
                "begin a list on a line of its own, or quote a value that starts with `-`",
            )
        }
        K::InvalidIndentation => ("the indentation fits nothing before it", INDENT),
        K::ExpectedFlowSequenceSeparator => ("`,` or `]` is expected here", QUOTE),
        K::ExpectedFlowMappingSeparator => ("`,` or `}` is expected here", QUOTE),
        K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::UnexpectedEofBlockSequence
        | K::UnexpectedEofBlockMapping
        | K::UnexpectedEof
        | K::ExpectedNodeContent => ("a value is expected here", QUOTE),
        K::CommentInterceptedScalar => ("a comment inside a text of several lines", "quote the text"),
        K::CommentNotSeparated => ("a comment needs a space before its `#`", ""),
        K::ExpectedDocumentStart | K::InvalidDocumentEnd => ("text after the end of the document", INDENT),
        K::ZeroBlockScalarIndent | K::InvalidBlockScalarHeader => {
            ("only `-`, `+` and a digit can follow `|` and `>`", "begin the text on the next line")
        }
        K::InvalidBlockScalarIndent => ("a line of this text is not indented as its first one", INDENT),
        K::BomInsideDocument => ("a byte order mark inside the document", "remove the invisible character U+FEFF"),
        K::UndeclaredTagHandle
        | K::ExpectedTagBang
        | K::InvalidGlobalTagCharacter
        | K::InvalidTagTerminator
        | K::MissingTagUri
        | K::UnclosedVerbatimTag
        | K::InvalidTagEscape
        | K::InvalidTagUtf8LeadingByte
        | K::InvalidTagUtf8TrailingByte
        | K::InvalidTagUtf8 => ("a tag that is not well-formed", "quote a value that starts with `!`"),
        K::MissingDocumentEndBeforeDirective
        | K::DuplicateVersionDirective
        | K::DuplicateTagDirective
        | K::ExpectedTagDirectiveBang
        | K::InvalidDirectiveTerminator
        | K::MissingYamlVersionSeparator
        | K::MissingDirectiveName
        | K::InvalidDirectiveName
        | K::DirectiveByteLimitExceeded { .. }
        | K::YamlVersionTooLong
        | K::MissingYamlVersion
        | K::InvalidTagDirectiveTerminator => ("a line that starts with `%` and is no directive", QUOTE),
        // What is left cannot come from a text that is held in memory, or is new in the parser.
        _ => ("the text is not well-formed here", ""),
    };
    (message.to_owned(), Some(help).filter(|help| !help.is_empty()))
}
