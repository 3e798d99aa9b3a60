//! All codes of all stages in one place, for documentation and machine formats.

use crate::diagnostic::Code;

/// Every code that a finding can have, sorted by id.
pub fn codes() -> Vec<&'static Code> {
    let stages = [
        crate::document::codes::ALL,
        crate::schema::codes::ALL,
        crate::intent::codes::ALL,
        crate::lower::codes::ALL,
        crate::verify::codes::ALL,
    ];
    let mut codes = stages.concat();
    codes.sort_by_key(|code| code.id);
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_kebab_case_and_summaries_are_phrases() {
        let codes = codes();
        for pair in codes.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        for code in &codes {
            let words_are_plain = code
                .id
                .split('-')
                .all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            assert!(words_are_plain, "{}", code.id);
            assert!(!code.summary.ends_with('.'), "{}", code.summary);
        }
    }
}
