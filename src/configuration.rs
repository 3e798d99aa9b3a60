//! `corsynth.toml`: what holds for all intents below it. Levels of findings, codes that are forbidden, and from which
//! severity on a run fails.
//!
//! ```toml
//! fail-on = "warning"
//! forbid = ["public-grant"]
//!
//! [levels]
//! unused-declaration = "error"
//! preflight-cache-above-cap = "off"
//! ```

pub mod codes;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Level, Levels, Severity, Suppression, shown};
use crate::document::Spanned;
use crate::nearest::nearest;
use crate::silence;
use crate::source::{SourceFile, Span};
use toml::de::{DeTable, DeValue};

/// The name of the file.
pub const FILE: &str = "corsynth.toml";

/// Keys of the file.
const KEYS: [&str; 3] = ["fail-on", "forbid", "levels"];

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Levels of findings.
    pub levels: Levels,
    /// Codes whose findings are errors that nothing lets pass.
    pub forbidden: Vec<&'static Code>,
    /// The least severity that makes a run fail.
    pub fail_on: Option<Severity>,
}

/// Reads the file. All that is wrong with it is reported, to a sink that knows all codes.
pub fn read(diags: &mut Diagnostics, source: &SourceFile) -> Configuration {
    let mut configuration = Configuration::default();
    let (table, errors) = DeTable::parse_recoverable(source.text());
    for error in errors {
        let span = error.span().map_or(Span::at(0), |range| Span::new(range.start, range.end));
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        diags.push(finding(span, "the text is not TOML").label(message));
    }
    for (key, value) in table.get_ref() {
        let at = Span::new(value.span().start, value.span().end);
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("fail-on", DeValue::String(word)) => configuration.fail_on = severity(diags, at, word),
            ("forbid", DeValue::Array(codes)) => {
                for code in codes {
                    let at = Span::new(code.span().start, code.span().end);
                    match code.get_ref() {
                        DeValue::String(id) => configuration.forbidden.extend(code_of(diags, at, id)),
                        _ => diags.push(finding(at, "a code is a text").label("expected a code in quotes")),
                    }
                }
            }
            ("levels", DeValue::Table(levels)) => {
                for (code, level) in levels {
                    let key = Span::new(code.span().start, code.span().end);
                    let at = Span::new(level.span().start, level.span().end);
                    let known = code_of(diags, key, code.get_ref());
                    let level = match level.get_ref() {
                        DeValue::String(word) => parse_level(word).or_else(|| unknown_level(diags, at, word)),
                        _ => unknown_level(diags, at, ""),
                    };
                    if let (Some(known), Some(level)) = (known, level) {
                        set(diags, &mut configuration.levels, known, level, key);
                    }
                }
            }
            (known, _) if KEYS.contains(&known) => {
                let wanted = match known {
                    "fail-on" => "expected a severity in quotes",
                    "forbid" => "expected a list of codes",
                    _ => "expected a table of codes and levels",
                };
                diags.push(finding(at, &format!("`{known}` cannot be this")).label(wanted));
            }
            (unknown, _) => {
                let at = Span::new(key.span().start, key.span().end);
                let known: Vec<String> = KEYS.map(str::to_owned).to_vec();
                let finding = finding(at, &format!("unknown key `{}`", shown(unknown)));
                diags.push(match nearest(unknown, &known) {
                    Some(near) => finding.label(format!("did you mean `{near}`?")).fix(at, near),
                    None => finding.label("not a key of this file").help(format!("known: `{}`", KEYS.join("`, `"))),
                });
            }
        }
    }
    configuration
}

/// A level: `off`, or a severity.
pub fn parse_level(word: &str) -> Option<Level> {
    match word {
        "off" => Some(Level::Off),
        _ => parse_severity(word).map(Level::At),
    }
}

fn parse_severity(word: &str) -> Option<Severity> {
    [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|severity| severity.as_str() == word)
}

/// Why a code's findings have no level to set, and what to do instead.
pub fn refusal(code: &Code) -> (&'static str, &'static str) {
    match code.suppression() {
        Suppression::Waiver => {
            ("it reports what is dangerous", "write an entry of `waivers` in the intent that needs it")
        }
        Suppression::Never | Suppression::Comment => {
            ("no output can be made of what it reports", "mend what it reports")
        }
    }
}

fn set(diags: &mut Diagnostics, levels: &mut Levels, code: &'static Code, level: Level, at: Span) {
    if !levels.set(code, level) {
        let (label, help) = refusal(code);
        let message = format!("`{}` has no level to set", code.id);
        diags.push(Diagnostic::new(&silence::codes::UNSUPPRESSIBLE_CODE, at, message).label(label).help(help));
    }
}

fn severity(diags: &mut Diagnostics, at: Span, word: &str) -> Option<Severity> {
    let severity = parse_severity(word);
    if severity.is_none() {
        let message = format!("`{}` is no severity", shown(word));
        diags.push(finding(at, &message).label("expected `error`, `warning` or `note`"));
    }
    severity
}

fn unknown_level(diags: &mut Diagnostics, at: Span, word: &str) -> Option<Level> {
    let message =
        if word.is_empty() { "a level is a text".to_owned() } else { format!("`{}` is no level", shown(word)) };
    diags.push(finding(at, &message).label("expected `off`, `note`, `warning` or `error`"));
    None
}

fn code_of(diags: &mut Diagnostics, span: Span, id: &str) -> Option<&'static Code> {
    silence::code(diags, &Spanned { value: id.to_owned(), span })
}

fn finding(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(&codes::INVALID_CONFIGURATION, span, message)
}
