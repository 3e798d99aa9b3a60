//! Bytes to text: the bytes of a file come in, a [`SourceFile`] goes out. Must never know YAML or JSON.

use super::codes;
use super::findings::Findings;
use super::limits::MAX_BYTES;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, Span};

const SAVE_AS_UTF_8: &str = "save the file as UTF-8";

/// Takes the bytes of a file as UTF-8 text.
///
/// A byte order mark is accepted and counts in all offsets. `Err` is a file that cannot be used, kept so that its
/// findings can be shown: the text with `U+FFFD` for what is not UTF-8, and no text at all when nothing of it would
/// be readable. `name` is what messages call the file.
pub fn read_source(diags: &mut Diagnostics, name: &str, bytes: Vec<u8>) -> Result<SourceFile, SourceFile> {
    let mut findings = Findings::new(diags);
    if bytes.len() > MAX_BYTES {
        let size = bytes.len();
        findings.report(&codes::DOCUMENT_TOO_LARGE, Span::at(0), format_args!("the file has {size} bytes"), |d| {
            d.help(format!("at most {MAX_BYTES} bytes are read"))
        });
        return Err(SourceFile::new(name, ""));
    }
    if let Some(encoding) = other_encoding(&bytes) {
        let message = format_args!("the file is encoded in {encoding}, not in UTF-8");
        findings.report(&codes::INVALID_ENCODING, Span::at(0), message, |d| d.help(SAVE_AS_UTF_8));
        return Err(SourceFile::new(name, ""));
    }
    let (text, mut usable) = match String::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(error) => (replace_invalid(&mut findings, error.as_bytes()), false),
    };
    usable &= !report_control_characters(&mut findings, &text);
    findings.finish();
    let file = SourceFile::new(name, text);
    if usable { Ok(file) } else { Err(file) }
}

/// The encoding that a byte order mark or the zero bytes of its first characters give away.
/// <https://yaml.org/spec/1.2.2/#52-character-encodings>
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] => return Some("UTF-32LE"),
        [0, 0, 0xFE, 0xFF, ..] => return Some("UTF-32BE"),
        [0xFF, 0xFE, ..] => return Some("UTF-16LE"),
        [0xFE, 0xFF, ..] => return Some("UTF-16BE"),
        _ => {}
    }
    let zeros: Vec<bool> = bytes.iter().take(4).map(|&byte| byte == 0).collect();
    match zeros.as_slice() {
        [false, true, true, true] => Some("UTF-32LE"),
        [true, true, true, false] => Some("UTF-32BE"),
        [false, true] | [false, true, false, true] => Some("UTF-16LE"),
        [true, false] | [true, false, true, false] => Some("UTF-16BE"),
        _ => None,
    }
}

/// The text with `U+FFFD` for every sequence that is not UTF-8, each of them reported at its place in that text.
fn replace_invalid(findings: &mut Findings<'_>, bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        offset += chunk.valid().len();
        let Some(first) = chunk.invalid().first() else { continue };
        let start = text.len();
        text.push(char::REPLACEMENT_CHARACTER);
        let message = format_args!("byte 0x{first:02X} at offset {offset} is not UTF-8");
        findings.report(&codes::INVALID_ENCODING, Span::new(start, text.len()), message, |d| d.help(SAVE_AS_UTF_8));
        offset += chunk.invalid().len();
    }
    text
}

/// Reports what YAML calls not printable (<https://yaml.org/spec/1.2.2/#51-character-set>), and carriage returns
/// without a line feed: terminals let them overwrite what was shown, and editors disagree on where lines end.
fn report_control_characters(findings: &mut Findings<'_>, text: &str) -> bool {
    let mut found = false;
    let mut characters = text.char_indices().peekable();
    while let Some((start, c)) = characters.next() {
        let lone_return = c == '\r' && characters.peek().is_none_or(|&(_, next)| next != '\n');
        if !lone_return && (matches!(c, '\t' | '\n' | '\r' | '\u{85}') || is_printable(c)) {
            continue;
        }
        found = true;
        let span = Span::new(start, start + c.len_utf8());
        if lone_return {
            let message = format_args!("a carriage return without a line feed");
            findings.report(&codes::CONTROL_CHARACTER, span, message, |d| {
                d.help("end lines with a line feed, with or without a carriage return before it")
            });
        } else {
            let number = u32::from(c);
            let message = format_args!("the character U+{number:04X} stands in the file");
            findings.report(&codes::CONTROL_CHARACTER, span, message, |d| {
                d.help(format!("remove it; a quoted string can hold it as `\\u{number:04X}`"))
            });
        }
    }
    found
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}
