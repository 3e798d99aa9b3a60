//! An archive of one file, stored and not packed: a Lambda's code is one, and so it can be read where it lies.
//!
//! All of its bytes are ASCII, because every file of an output is a text: numbers of the format stand in bytes of seven
//! bits, for which the file is filled up until its length and its checksum have such. Same text in, same bytes out.
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use std::fmt::Write as _;

/// Bytes of the record in front of the file, without its name.
const LOCAL: usize = 30;

/// Bytes of the record about the file, without its name.
const CENTRAL: usize = 46;

/// A line in front of the file. JavaScript reads on behind it.
const FILL: &str = "// Stored as it is, so that it can be read here. Filled up so that the archive is text: ";

/// How far the search goes. Of 16 checksums about one will do.
const TRIES: usize = 4_096;

/// How many digits there may be. A length has seven bits in each byte after that many at the latest, up to 8 MB.
const WIDEST: usize = 0x8200;

/// The archive of one file of JavaScript.
pub(super) fn archive(name: &str, code: &str) -> String {
    let filled = |width: usize, number: usize| format!("{FILL}{number:0width$}\n{code}");
    let fits = |length: usize| is_text(number(length)) && is_text(number(LOCAL + name.len() + length));
    let width = (8..WIDEST).find(|&width| fits(FILL.len() + width + 1 + code.len())).unwrap_or(8);
    let found = (0..TRIES).map(|number| filled(width, number)).find(|text| is_text(checksum(text.as_bytes())));
    let text = found.unwrap_or_else(|| filled(width, 0));
    let mut out = format!("PK\u{3}\u{4}{}{name}{text}", entry(name, &text));
    let start = out.len();
    let _ = write!(out, "PK\u{1}\u{2}\u{14}\0{}{}{name}", entry(name, &text), "\0".repeat(14));
    let about = out.len() - start;
    let _ = write!(out, "PK\u{5}\u{6}\0\0\0\0\u{1}\0\u{1}\0{}{}\0\0", written(number(about)), written(number(start)));
    debug_assert_eq!(about, CENTRAL + name.len());
    out
}

/// What both records say: version 2.0, no flags, stored, the first of January 1980, checksum, length twice, that of the
/// name.
fn entry(name: &str, text: &str) -> String {
    let length = written(number(text.len()));
    let sum = written(checksum(text.as_bytes()));
    let name = u8::try_from(name.len()).map_or('\0', char::from);
    format!("\u{14}\0\0\0\0\0\0\0\u{21}\0{sum}{length}{length}{name}\0\0\0")
}

fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

fn is_text(bytes: [u8; 4]) -> bool {
    bytes.is_ascii()
}

fn written(bytes: [u8; 4]) -> String {
    bytes.map(char::from).iter().collect()
}

/// CRC-32, as the format has it.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    let step =
        |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)));
    (!bytes.iter().fold(u32::MAX, step)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::{archive, checksum};

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(u32::from_le_bytes(checksum(b"123456789")), 0xCBF4_3926);
    }

    #[test]
    fn archives_of_any_length_are_text() {
        for length in (0..700).chain([32_700, 32_768, 40_000, 70_000]) {
            let archive = archive("index.js", &"x".repeat(length));
            assert!(archive.is_ascii(), "{length}");
        }
    }
}
