//! What reading comes to, as findings: what cannot be read, what AWS would refuse, what is not understood.

use super::codes;
use crate::diagnostic::{Diagnostic, shown};
use crate::lint::deployed::Findings;
use crate::outline::{Node, Outline};
use crate::readback::{Doubt, Format, Mistake, Place, ReadBack, Unknown, Unreadable};
use crate::source::Span;

/// Why nothing can be made of the files.
pub(super) fn explain(findings: &mut Findings, outline: &Outline, unreadable: &Unreadable) {
    let (file, span) = place(outline, &unreadable.place);
    let (code, help) = match unreadable.mistake {
        Mistake::Format => (&codes::UNREADABLE_ARTIFACT, None),
        Mistake::Type => (&codes::WRONG_MEMBER_TYPE, Some("write it as the reference of the API has it")),
        Mistake::Syntax => {
            let text = outline.source(file).map_or("", |source| source.text());
            (&codes::MALFORMED_ARTIFACT, has_comment(text).then_some("JSON has no comments: remove them"))
        }
    };
    let mut finding = Diagnostic::new(code, span, unreadable.message.clone());
    finding.help.extend(help.map(str::to_owned));
    findings.push(file, finding);
}

/// Whether a line of JSON begins with what other languages take for a comment.
fn has_comment(text: &str) -> bool {
    let begins = |line: &str, marks: &[&str]| marks.iter().any(|mark| line.trim_start().starts_with(mark));
    let is_json = text.lines().any(|line| begins(line, &["{", "["]));
    is_json && text.lines().any(|line| begins(line, &["#", "//", "/*"]))
}

/// What was read, but not understood; and what AWS would refuse to take.
pub(super) fn notice(findings: &mut Findings, outline: &Outline, read: &ReadBack) {
    if matches!(read.format, Format::CorsRules | Format::AwsCli) {
        bare_list(findings, outline);
    }
    let has_distribution = read.deployed.assets.iter().any(|asset| asset.distribution.is_some());
    for unknown in &read.unknowns {
        // Of a policy on its own nobody expects to hear about buckets.
        if has_distribution || unknown.what != "the CORS rules of the bucket are not told" {
            let (file, finding) = of_unknown(outline, unknown);
            findings.push(file, finding);
        }
    }
}

fn of_unknown(outline: &Outline, unknown: &Unknown) -> (usize, Diagnostic) {
    match &unknown.doubt {
        Doubt::Misspelled { written, meant } => {
            let at = outline.name(&unknown.site, written);
            let (file, span) = at.map_or_else(|| place(outline, &unknown.place), |at| (at.file, at.span));
            let finding =
                Diagnostic::new(&codes::MISSPELLED_MEMBER, span, format!("`{}` is not known here", shown(written)))
                    .label(format!("expected `{meant}`"))
                    .help(format!("write `{meant}`"));
            let is_key = outline.source(file).is_some_and(|source| source.slice(span).trim_matches('"') == written);
            (file, if is_key { finding.fix_text(span, meant.clone()) } else { finding })
        }
        doubt => {
            let (file, span) = place_of(outline, unknown);
            let finding = match doubt {
                Doubt::Quantity => Diagnostic::new(&codes::QUANTITY_MISMATCH, span, unknown.what.clone())
                    .help("let `Quantity` be the number of `Items`"),
                Doubt::Mixed => Diagnostic::new(
                    &codes::MIXED_CACHE_SETTINGS,
                    span,
                    "a cache policy and `ForwardedValues` in one behaviour",
                )
                .label("CloudFront takes one of the two")
                .help("keep the cache policy, and remove `ForwardedValues` with the TTLs beside it"),
                _ => Diagnostic::new(&codes::UNMODELLED_CONFIGURATION, span, unknown.what.clone())
                    .label("not understood here, so nothing is said about it"),
            };
            (file, finding)
        }
    }
}

/// The member that the reason names, in the thing that it is about; what is known of the place otherwise.
fn place_of(outline: &Outline, unknown: &Unknown) -> (usize, Span) {
    if !unknown.site.is_known() {
        return place(outline, &unknown.place);
    }
    let member = match unknown.doubt {
        Doubt::Quantity => Some("Quantity"),
        Doubt::Mixed => Some("ForwardedValues"),
        _ => unknown.what.split('`').nth(1),
    };
    let place = outline.place(&unknown.site, member.unwrap_or_default(), None);
    (place.file, place.span)
}

/// `put-bucket-cors` takes an object. The console's editor takes a list, and a file may say that it is for that.
/// <https://docs.aws.amazon.com/cli/latest/reference/s3api/put-bucket-cors.html>
fn bare_list(findings: &mut Findings, outline: &Outline) {
    for (file, tree) in outline.trees() {
        let Some(source) = outline.source(file) else { continue };
        let whole = source.slice(tree.span);
        let is_rules = tree.children.iter().any(|item| item.member("AllowedOrigins").is_some());
        if whole.starts_with('[') && is_rules && !source.name().ends_with("console.json") {
            findings.push(
                file,
                Diagnostic::new(
                    &codes::BARE_CORS_LIST,
                    first_line(whole, tree),
                    "a list of CORS rules, without the object around it",
                )
                .label("the API and the AWS CLI take `{\"CORSRules\": [...]}`")
                .help("put the list under `CORSRules`; only the editor of the S3 console takes it bare")
                .fix(tree.span, format!("{{\"CORSRules\": {whole}}}")),
            );
        }
    }
}

fn first_line(text: &str, tree: &Node) -> Span {
    tree.span.part(0, text.lines().next().map_or(0, str::len))
}

/// A place of the reader as a span: the name or the value that starts there, or the line.
fn place(outline: &Outline, at: &Place) -> (usize, Span) {
    let file = outline.sources().position(|source| source.name() == at.path).unwrap_or(0);
    let Some(source) = outline.source(file) else { return (0, Span::default()) };
    if at.line == 0 {
        return (file, outline.beginning_of(file).span);
    }
    let line = Span::new(source.line_start(at.line), source.line_start(at.line + 1));
    let text = source.slice(line).trim_end();
    let skipped = text.chars().take(at.column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
    let rest = text.get(skipped..).unwrap_or_default();
    let length = match rest.chars().next() {
        Some('"') => rest.get(1..).and_then(|inner| inner.find('"')).map_or(rest.len(), |end| end + 2),
        Some(first) if first.is_alphanumeric() => {
            rest.find(|c: char| !c.is_alphanumeric() && !"_-:".contains(c)).unwrap_or(rest.len())
        }
        _ => rest.len(),
    };
    let name = rest.get(..length).unwrap_or_default().trim_end_matches(':').len();
    if name > 0 {
        return (file, line.part(skipped, name));
    }
    // At the end of a line, or of the file: the last line with something on it.
    let before = source.text().get(..line.start + text.len()).unwrap_or_default().trim_end();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (file, Span::new(start, before.len()))
}
