//! What tells a finding apart from the others of its file, and stays the same when lines move.

use super::FileReport;
use crate::diagnostic::Diagnostic;
use crate::hash::sha256_hex;
use crate::source::SourceFile;
use std::collections::BTreeMap;

/// Underlined text enters a fingerprint up to this many characters: a span can be the whole file.
const MOST_TEXT: usize = 200;

/// One fingerprint for each finding of a file, in their order; no two are equal.
///
/// Code, message and underlined text make it, with a counter for findings that are alike: no line and no column, so
/// that an edit elsewhere in the file changes none.
pub(super) fn fingerprints(file: &FileReport<'_>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |diagnostic: &Diagnostic| {
        let alike = hashed(&[diagnostic.code.id, &diagnostic.message, &underlined(file.source, diagnostic)]);
        let earlier = seen.entry(alike.clone()).or_default();
        let number = *earlier;
        *earlier += 1;
        hashed(&[&alike, &number.to_string()])
    };
    file.diagnostics.iter().map(numbered).collect()
}

/// A hash of several texts, none of which can be taken for a part of another.
pub(super) fn hashed(texts: &[&str]) -> String {
    let mut whole = String::new();
    for text in texts {
        whole.push_str(&text.len().to_string());
        whole.push(':');
        whole.push_str(text);
    }
    sha256_hex(whole.as_bytes())
}

/// The underlined text with every run of white space as one blank: a new indentation is no other finding.
fn underlined(source: &SourceFile, diagnostic: &Diagnostic) -> String {
    let text: String = source.slice(diagnostic.primary.span).chars().take(MOST_TEXT).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
