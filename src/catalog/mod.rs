//! All codes of all stages in one place, each with its page, for documentation and machine formats.

mod pages;

use crate::diagnostic::{Code, Kind, Suppression};
use pages::PAGES;

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
        stage(
            "Reading artifacts",
            "Whether files of Terraform, CloudFormation and the AWS CLI can be read by `corsynth validate --artifacts`, and \
             taken by AWS.",
            crate::inspect::codes::ALL,
        ),
        stage(
            "What artifacts show",
            "Rules over artifacts, whoever wrote them. Findings about origins, methods and headers in them have the codes \
             that they have in an intent.",
            &crate::lint::deployed::codes(),
        ),
    ]
}

/// Every code that a finding can have, sorted by id.
pub fn codes() -> Vec<&'static Code> {
    let mut codes: Vec<_> = stages().into_iter().flat_map(|stage| stage.codes).collect();
    codes.sort_by_key(|code| code.id);
    codes
}

/// The code with an id.
pub fn find(id: &str) -> Option<&'static Code> {
    codes().into_iter().find(|code| code.id == id)
}

/// The code whose id was probably meant by a text that is none.
pub fn nearest(text: &str) -> Option<&'static Code> {
    let ids: Vec<String> = codes().iter().map(|code| code.id.to_owned()).collect();
    crate::nearest::nearest(text, &ids).and_then(|id| find(&id))
}

/// The page of a code, in Markdown: what it reports, why that matters, an intent that triggers it, what to write
/// instead, how to silence it, and the sources. Links are whole, and other codes are named.
pub fn page(id: &str) -> Option<String> {
    let code = find(id)?;
    let (_, written) = PAGES.iter().find(|(page, _)| *page == id)?;
    // What stands between comments is rewritten by a test, and the comments are for that.
    let text: String = written.split_inclusive('\n').filter(|line| !line.starts_with("<!-- ")).collect();
    let body = text.strip_prefix(&format!("# {id}\n\n"))?;
    let (before, sources) = body.split_once(SOURCES)?;
    let head = format!("# {id}\n\n*{}, {}*\n\n", code.severity.as_str(), code.kind.as_str());
    Some([&head, before, "## How to silence it\n\n", &silencing(code), "\n", SOURCES, sources].concat())
}

/// The heading of a page's last part.
const SOURCES: &str = "## Sources\n";

/// What makes a finding of a code go away, beside mending what it is about.
fn silencing(code: &Code) -> String {
    let id = code.id;
    if crate::lint::guard::codes().contains(&code) || crate::lint::style::codes().contains(&code) {
        return format!(
            "It is reported only where a guardrail forbids it, which nothing silences, or where a level in \
             `corsynth.toml`\nasks for it. That, a comment with a reason silences: \
             `# corsynth: allow {id} -- reason`.\n"
        );
    }
    match (code.suppression(), code.kind) {
        (Suppression::Never, Kind::Forbidden) => {
            "Not at all: AWS, browsers or the proof say no, and no comment changes that.\n".to_owned()
        }
        (Suppression::Never, _) => "Not at all: what is written there cannot be taken at its word.\n".to_owned(),
        (Suppression::Comment, _) => format!(
            "With a comment and a reason, `# corsynth: allow {id} -- reason`,\nbehind the value or on the line before \
             it; or with a level for the code in `corsynth.toml`. Where a guardrail\nforbids the code, with neither.\n"
        ),
        (Suppression::Waiver, _) => {
            "Only with an entry of `waivers` in the intent, which has a reason, an owner and a \
             day on which it ends:\nwhat it lets pass is dangerous. Where a guardrail forbids the code, not at all.\n"
                .to_owned()
        }
    }
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

    #[test]
    fn a_misspelt_id_has_a_neighbour_and_nonsense_has_none() {
        assert_eq!(find("null-origin").map(|code| code.id), Some("null-origin"));
        assert_eq!(find("Null-Origin"), None);
        for near in ["nul-origin", "NULL_ORIGIN", "null-origins"] {
            assert_eq!(nearest(near).map(|code| code.id), Some("null-origin"), "{near}");
        }
        assert_eq!(nearest("cors"), None);
        assert_eq!(nearest(""), None);
    }

    #[test]
    fn a_page_says_how_to_silence_its_code() {
        let says = |id: &str, text: &str| {
            let page = page(id).expect("a page");
            assert!(page.starts_with(&format!("# {id}\n")), "{page}");
            assert!(page.contains(text), "{page}");
            assert!(!page.contains("<!--"), "{page}");
        };
        says("null-origin", "Not at all: AWS, browsers or the proof");
        says("unknown-key", "Not at all: what is written there");
        says("dotted-bucket-name", "`# corsynth: allow dotted-bucket-name -- reason`");
        says("public-grant", "only where a guardrail forbids it");
        says("origin-wildcard-trap", "an entry of `waivers`");
        assert_eq!(page("no-such-code"), None);
    }
}
