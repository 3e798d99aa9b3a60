//! Generates `docs/codes.md`: the codes that the stages declare, in tables, and the page of each.

use corsynth::catalog::{self, Stage, stages};

/// The page.
pub(super) fn page() -> String {
    let mut page = "# Codes of findings\n\n\
        <!-- Generated from the sources and from src/catalog/pages/;\n     \
        CORSYNTH_UPDATE=1 cargo test --test it documentation rewrites it. -->\n\n\
        Every finding has a code. An *error* prevents output; a *warning* and a *note* do not. The kind says why\n\
        something is a finding:\n\n\
        - *invalid*: not well-formed, so it says nothing;\n\
        - *forbidden*: well-formed, but AWS or the Fetch standard says no;\n\
        - *discouraged*: legal, but this tool advises against it.\n\n\
        Each code has a page below; `corsynth explain CODE` prints it in a terminal, and `corsynth rules` lists all\n\
        codes. What is impossible to write, and what is reported, of everything that goes wrong with CORS on S3 and\n\
        CloudFront, is in [gotchas.md](gotchas.md).\n"
        .to_owned();
    let stages = stages();
    for Stage { title, introduction, codes } in &stages {
        page.push_str(&format!("\n## {title}\n\n{introduction}\n\n"));
        page.push_str("| code | kind | severity | silenced by | what is reported |\n|---|---|---|---|---|\n");
        for code in codes {
            let summary = code.summary.replace('|', "\\|");
            let (kind, severity, silenced) = (code.kind.as_str(), code.severity.as_str(), code.suppression().as_str());
            page.push_str(&format!("| [`{0}`](#{0}) | {kind} | {severity} | {silenced} | {summary} |\n", code.id));
        }
    }
    let ids: Vec<&str> = catalog::codes().iter().map(|code| code.id).collect();
    for id in &ids {
        let text = catalog::page(id).unwrap_or_else(|| panic!("src/catalog/pages.rs does not list `{id}`"));
        page.push('\n');
        page.push_str(&section(&text, &ids));
    }
    page
}

/// A page as a section of the whole: its headings one deeper, and the names of other codes as links.
fn section(text: &str, ids: &[&str]) -> String {
    let mut in_block = false;
    let mut section = String::new();
    for line in text.lines() {
        in_block ^= line.starts_with("```");
        if !in_block && line.starts_with('#') {
            section.push('#');
        }
        section.push_str(&if in_block { line.to_owned() } else { linked(line, ids) });
        section.push('\n');
    }
    section
}

fn linked(line: &str, ids: &[&str]) -> String {
    let mut linked = line.to_owned();
    for id in ids {
        linked = linked.replace(&format!("`{id}`"), &format!("[`{id}`](#{id})"));
    }
    linked
}

#[test]
fn a_section_is_one_deeper_and_names_codes_as_links() {
    let text = "# a-code\n\nSee `other`.\n\n```yaml\n# `other`\n```\n\n## Why\n";
    let expected = "## a-code\n\nSee [`other`](#other).\n\n```yaml\n# `other`\n```\n\n### Why\n";
    assert_eq!(section(text, &["other"]), expected);
}
