//! Header names in one spelling: HTTP/2 and scripts have them in lower case, and case means nothing in them.
//! <https://www.rfc-editor.org/rfc/rfc9113#section-8.2.1>

use super::entries;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Kind, Severity, shown};
use crate::document::Node;
use crate::source::SourceFile;

/// `upper-case-header`
pub(super) const CODE: Code = Code {
    id: "upper-case-header",
    kind: Kind::Discouraged,
    severity: Severity::Note,
    summary: "a header name with upper case letters",
};

/// Keys whose texts are names of headers.
const HEADERS: [&str; 3] = ["expose", "exposed", "request-headers"];

pub(super) fn check(diags: &mut Diagnostics, _: &SourceFile, root: &Node) {
    entries(root, &mut |key, value| {
        if !HEADERS.contains(&key) {
            return;
        }
        let texts = value.items().iter().chain(std::iter::once(value)).filter_map(Node::as_spanned_str);
        for name in texts.filter(|name| name.value.bytes().any(|b| b.is_ascii_uppercase())) {
            let lower = name.value.to_ascii_lowercase();
            diags.push(
                Diagnostic::new(&CODE, name.span, format!("`{}` has upper case letters", shown(name.value)))
                    .label("case means nothing in header names")
                    .help(format!("write `{}`", shown(&lower)))
                    .fix_text(name.span, lower)
                    .safe(),
            );
        }
    });
}
