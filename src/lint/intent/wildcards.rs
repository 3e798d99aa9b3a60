//! What the three rules about a `*` that lets in strangers have in common.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Subject};
use crate::fetch::{WildcardRisk, WildcardTrouble};
use crate::intent::{Intent, part_of};

/// The words of one of the rules.
pub(super) struct Words {
    pub(super) code: &'static Code,
    pub(super) trouble: WildcardTrouble,
    pub(super) message: fn(&str, &WildcardRisk) -> String,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
}

/// Reports every pattern of a frontend with the trouble that the words are about.
pub(super) fn report(diags: &mut Diagnostics, intent: &Intent, words: &Words) {
    for frontend in &intent.frontends {
        for origin in &frontend.origins {
            let risk = origin.value.wildcard_risk().filter(|risk| risk.trouble == words.trouble);
            let Some(risk) = risk else { continue };
            let text = origin.value.as_str();
            let message = (words.message)(text, &risk);
            let finding = Diagnostic::new(words.code, part_of(origin.span, text, risk.place), message)
                .label(words.label)
                .about([Subject::Frontend(frontend.id.value.clone())]);
            diags.push(match risk.corrected {
                Some(corrected) => {
                    finding.help(format!("write `{corrected}`")).fix_text(origin.span, corrected.to_string())
                }
                None => finding.help(words.help),
            });
        }
    }
}
