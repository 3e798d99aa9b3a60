//! The list of codes, for people, for documents and for programs.

use super::paint::Paint;
use crate::diagnostic::{Code, Severity};
use serde::Serialize;

/// One line a code, in columns; with ANSI styles when `styled`.
pub fn rules_human(codes: &[&Code], styled: bool) -> String {
    let widest = codes.iter().map(|code| code.id.len()).max().unwrap_or_default();
    codes.iter().map(|code| line(code, widest, Paint(styled))).collect()
}

fn line(code: &Code, widest: usize, paint: Paint) -> String {
    let [id, severity, kind, silenced] = [
        format!("{:widest$}", code.id),
        format!("{:7}", code.severity.as_str()),
        format!("{:11}", code.kind.as_str()),
        format!("{:7}", code.suppression().as_str()),
    ];
    let severity = match code.severity {
        Severity::Error => paint.bad(&severity),
        Severity::Warning => paint.doubtful(&severity),
        Severity::Note => paint.good(&severity),
    };
    format!("{}  {severity}  {kind}  {silenced}  {}\n", paint.bold(&id), code.summary)
}

/// A table that links to the published pages.
pub fn rules_markdown(codes: &[&Code]) -> String {
    let rows = codes.iter().map(|code| {
        format!(
            "| [`{}`]({}) | {} | {} | {} | {} |\n",
            code.id,
            code.url(),
            code.kind.as_str(),
            code.severity.as_str(),
            code.suppression().as_str(),
            code.summary.replace('|', "\\|"),
        )
    });
    let head = "| code | kind | severity | silenced by | what is reported |\n|---|---|---|---|---|\n".to_owned();
    std::iter::once(head).chain(rows).collect()
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    code: &'a str,
    kind: &'static str,
    severity: &'static str,
    silenced_by: &'static str,
    summary: &'a str,
    url: String,
}

/// Version 1 of the JSON format, pretty-printed, with a newline at its end.
pub fn rules_json(codes: &[&Code]) -> String {
    let rule = |code: &&'_ Code| Rule {
        code: code.id,
        kind: code.kind.as_str(),
        severity: code.severity.as_str(),
        silenced_by: code.suppression().as_str(),
        summary: code.summary,
        url: code.url(),
    };
    let document = Document { version: 1, rules: codes.iter().map(rule).collect() };
    // Strings under string keys always serialize.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// What to type to read more about findings: each of their codes once, in order, and not too many.
pub fn explain_hint<'a>(codes: impl IntoIterator<Item = &'a Code>) -> Option<String> {
    const MOST: usize = 3;
    let mut ids: Vec<&str> = Vec::new();
    for code in codes {
        if !ids.contains(&code.id) {
            ids.push(code.id);
        }
    }
    let all = ids.len();
    ids.truncate(MOST);
    let rest = if all > MOST { ", and so on," } else { "" };
    (all > 0).then(|| format!("`corsynth explain {}`{rest} says more", ids.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Kind;

    const fn code(id: &'static str) -> Code {
        Code { id, kind: Kind::Discouraged, severity: Severity::Warning, summary: "this | that" }
    }

    #[test]
    fn the_hint_names_each_code_once_and_not_too_many() {
        let [a, b, c, d] = [code("a"), code("b"), code("c"), code("d")];
        assert_eq!(explain_hint([]), None);
        assert_eq!(explain_hint([&b, &a, &b]).unwrap(), "`corsynth explain b a` says more");
        assert_eq!(explain_hint([&a, &b, &c, &d]).unwrap(), "`corsynth explain a b c`, and so on, says more");
    }

    #[test]
    fn a_rule_is_a_line_or_a_row() {
        let (a, bb) = (code("a"), code("bb"));
        assert_eq!(
            rules_human(&[&a, &bb], false),
            "a   warning  discouraged  comment  this | that\nbb  warning  discouraged  comment  this | that\n"
        );
        let table = rules_markdown(&[&a]);
        let row = "| [`a`](https://corsynth.dev/codes#a) | discouraged | warning | comment | this \\| that |\n";
        assert!(table.ends_with(row), "{table}");
    }
}
