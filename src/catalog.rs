//! All codes of all stages in one place, for documentation and machine formats.

use crate::diagnostic::Code;

/// A stage of the compiler with its codes.
#[derive(Debug, Clone)]
pub struct Stage {
    /// What the stage is about, as a heading.
    pub title: &'static str,
    /// What its findings say, in Markdown; links lead from the folder `docs`.
    pub introduction: &'static str,
    /// Its codes, by id.
    pub codes: Vec<&'static Code>,
}

/// The stages in the order in which they run.
pub fn stages() -> Vec<Stage> {
    let stage = |title, introduction, codes: &[&'static Code]| {
        let mut codes = codes.to_vec();
        codes.sort_by_key(|code| code.id);
        Stage { title, introduction, codes }
    };
    vec![
        stage(
            "Reading the file",
            "Whether the file is one document of YAML 1.2 or JSON, and means the same to every reader.",
            crate::document::codes::ALL,
        ),
        stage(
            "Shape",
            "Whether keys and values are those of the [schema](../schemas/intent.v1.schema.json).",
            crate::schema::codes::ALL,
        ),
        stage(
            "Silencing",
            "Whether comments, waivers and `corsynth.toml` say what they let pass, and let something pass.",
            &[crate::silence::codes::ALL, crate::configuration::codes::ALL].concat(),
        ),
        stage(
            "Meaning",
            "Whether names, origins, headers, methods and durations mean something, and may be granted at all.",
            crate::intent::codes::ALL,
        ),
        stage("Wisdom", "What an intent may say, and had better not, or need not.", &crate::lint::intent::codes()),
        stage(
            "Guarded",
            "What is as it should be in most intents, and is reported only where a guardrail forbids it, or a level asks \
             for it.",
            &crate::lint::guard::codes(),
        ),
        stage(
            "Style",
            "How an intent is written, whatever it means; reported only where a level asks for it. `--fix` mends all of it.",
            &crate::lint::style::codes(),
        ),
        stage(
            "What the layers of AWS can say",
            "Whether S3 and CloudFront can say exactly what is granted. The reasons are in \
             [Who speaks](decisions/0001-who-speaks.md).",
            crate::lower::codes::ALL,
        ),
        stage(
            "What the plan comes to",
            "Whether the examples under `expect` hold, and whether exactly what is meant is granted, as the \
             [model](model.md) and the [proof](proof.md) have it.",
            crate::verify::codes::ALL,
        ),
    ]
}

/// Every code that a finding can have, sorted by id.
pub fn codes() -> Vec<&'static Code> {
    let mut codes: Vec<_> = stages().into_iter().flat_map(|stage| stage.codes).collect();
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
