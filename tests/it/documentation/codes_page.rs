//! Generates `docs/codes.md` from the codes that the stages declare.

use corsynth::catalog::{Stage, stages};

/// The page.
pub(super) fn page() -> String {
    let mut page = "# Codes of findings\n\n\
        <!-- Generated from the sources; CORSYNTH_UPDATE=1 cargo test --test it documentation rewrites it. -->\n\n\
        Every finding has a code. An *error* prevents output; a *warning* and a *note* do not. The kind says why\n\
        something is a finding:\n\n\
        - *invalid*: not well-formed, so it says nothing;\n\
        - *forbidden*: well-formed, but AWS or the Fetch standard says no;\n\
        - *discouraged*: legal, but this tool advises against it.\n"
        .to_owned();
    for Stage { title, introduction, codes } in stages() {
        page.push_str(&format!("\n## {title}\n\n{introduction}\n\n| code | kind | severity | what is reported |\n"));
        page.push_str("|---|---|---|---|\n");
        for code in codes {
            let summary = code.summary.replace('|', "\\|");
            let (kind, severity) = (code.kind.as_str(), code.severity.as_str());
            page.push_str(&format!("| <a id=\"{0}\"></a>`{0}` | {kind} | {severity} | {summary} |\n", code.id));
        }
    }
    page
}
