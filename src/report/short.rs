//! One line a finding, for `grep`, editors' error lists and logs.

use super::printable::{printable, told};
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;

/// `path:line:column: severity[code]: message`, with a newline; line and column from 1, columns in characters.
pub fn short(source: &SourceFile, diagnostic: &Diagnostic) -> String {
    let at = source.position(diagnostic.primary.span.start);
    format!(
        "{}:{}:{}: {}[{}]: {}\n",
        printable(source.name()),
        at.line,
        at.column,
        diagnostic.severity.as_str(),
        diagnostic.code.id,
        told(&diagnostic.message),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Kind, Severity};
    use crate::source::Span;

    const CODE: Code = Code { id: "bare-host", kind: Kind::Invalid, severity: Severity::Error, summary: "" };

    #[test]
    fn a_finding_is_one_line_whatever_the_text() {
        let source = SourceFile::new("a\n.yaml", "x: 1\nç: acme.com\n");
        let finding = Diagnostic::new(&CODE, Span::new(9, 17), "`acme\n.com` is not an origin");
        assert_eq!(short(&source, &finding), "a\\n.yaml:2:4: error[bare-host]: `acme\\n.com` is not an origin\n");
    }
}
