//! Findings as JUnit's XML, which nearly every CI server shows: a suite for each file, a case for each finding.
//!
//! <https://github.com/testmoapp/junitxml>

use super::printable::{printable, told};
use super::{FileReport, Report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::SourceFile;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// The document. A finding at or above `fail_on` is a failure, as it is for the exit code, any other one passes and says
/// what it is; a file without findings has one case, so that it is seen to have been checked.
pub fn junit(report: &Report<'_>, fail_on: Severity) -> String {
    let mut out = Out(Writer::new_with_indent(Vec::new(), b' ', 2));
    out.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let unreadable = report.unreadable.len();
    let counts = Counts {
        tests: report.files.iter().map(cases).sum::<usize>() + unreadable,
        failures: report.files.iter().map(|file| failing(file, fail_on)).sum(),
        errors: unreadable,
    };
    out.suite("testsuites", "corsynth", counts, |out| {
        report.unreadable.iter().for_each(|(file, reason)| unreadable_suite(out, file, reason));
        report.files.iter().for_each(|file| file_suite(out, file, fail_on));
    });
    let mut bytes = out.0.into_inner();
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

fn unreadable_suite(out: &mut Out, file: &str, reason: &str) {
    out.suite("testsuite", file, Counts { tests: 1, failures: 0, errors: 1 }, |out| {
        out.case(file, "the file can be read", |out| {
            out.element("error", &[("type", "unreadable-file"), ("message", &told(reason))], |_| {});
        });
    });
}

fn file_suite(out: &mut Out, file: &FileReport<'_>, fail_on: Severity) {
    let name = file.source.name();
    let counts = Counts { tests: cases(file), failures: failing(file, fail_on), errors: 0 };
    out.suite("testsuite", name, counts, |out| {
        if file.diagnostics.is_empty() {
            out.case(name, "no findings", |_| {});
        }
        for diagnostic in file.diagnostics {
            let at = file.source.position(diagnostic.primary.span.start);
            let title = format!("{} at {}:{}", diagnostic.code.id, at.line, at.column);
            out.case(name, &title, |out| finding(out, file.source, diagnostic, fail_on));
        }
    });
}

fn finding(out: &mut Out, source: &SourceFile, diagnostic: &Diagnostic, fail_on: Severity) {
    let (severity, message) = (diagnostic.severity.as_str(), told(&diagnostic.message));
    let text = story(source, diagnostic);
    if diagnostic.severity >= fail_on {
        out.element("failure", &[("type", severity), ("message", &message)], |out| out.text(&text));
    } else {
        out.element("system-out", &[], |out| out.text(&format!("{severity}: {message}\n{text}")));
    }
}

/// Place, label, help and page of a finding, a line each.
fn story(source: &SourceFile, diagnostic: &Diagnostic) -> String {
    let at = source.position(diagnostic.primary.span.start);
    let mut lines = vec![format!("{}:{}:{}", printable(source.name()), at.line, at.column)];
    lines.extend(Some(told(&diagnostic.primary.text)).filter(|label| !label.is_empty()));
    lines.extend(diagnostic.help.iter().map(|sentence| format!("help: {}", told(sentence))));
    lines.push(diagnostic.code.url());
    lines.join("\n")
}

#[derive(Clone, Copy)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
}

/// XML in memory, where writing cannot fail.
struct Out(Writer<Vec<u8>>);

impl Out {
    fn suite(&mut self, element: &str, name: &str, counts: Counts, inner: impl FnOnce(&mut Self)) {
        let [tests, failures, errors] = [counts.tests, counts.failures, counts.errors].map(|count| count.to_string());
        let name = printable(name);
        let counts = [("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", errors.as_str())];
        let attributes: Vec<_> = std::iter::once(("name", name.as_ref())).chain(counts).collect();
        self.element(element, &attributes, inner);
    }

    fn case(&mut self, file: &str, title: &str, inner: impl FnOnce(&mut Self)) {
        self.element("testcase", &[("classname", &printable(file)), ("name", title)], inner);
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], inner: impl FnOnce(&mut Self)) {
        let mut start = BytesStart::new(name);
        for (name, value) in attributes {
            start.push_attribute((*name, legal(value).as_str()));
        }
        self.event(Event::Start(start));
        inner(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(&legal(text))));
    }

    fn event(&mut self, event: Event<'_>) {
        let _ = self.0.write_event(event);
    }
}

/// How many cases a file has.
fn cases(file: &FileReport<'_>) -> usize {
    file.diagnostics.len().max(1)
}

fn failing(file: &FileReport<'_>, fail_on: Severity) -> usize {
    file.diagnostics.iter().filter(|diagnostic| diagnostic.severity >= fail_on).count()
}

/// Text with `U+FFFD` for what no document of XML 1.0 can hold. <https://www.w3.org/TR/xml/#charsets>
fn legal(text: &str) -> String {
    let is_legal =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if is_legal(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}
