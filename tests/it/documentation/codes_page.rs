//! Generates `docs/codes.md` from the codes that the stages declare.

use corsynth::diagnostic::Code;

/// What stands above each stage's table, in the order in which the stages run.
fn stages() -> [(&'static str, &'static str, &'static [&'static Code]); 5] {
    [
        (
            "Reading the file",
            "Whether the file is one document of YAML 1.2 or JSON, and means the same to every reader.",
            corsynth::document::codes::ALL,
        ),
        (
            "Shape",
            "Whether keys and values are those of the [schema](../schemas/intent.v1.schema.json).",
            corsynth::schema::codes::ALL,
        ),
        (
            "Meaning",
            "Whether names, origins, headers, methods and durations mean something, and may be granted at all.",
            corsynth::intent::codes::ALL,
        ),
        (
            "What the layers of AWS can say",
            "Whether S3 and CloudFront can say exactly what is granted. The reasons are in \
             [Who speaks](decisions/0001-who-speaks.md).",
            corsynth::lower::codes::ALL,
        ),
        (
            "What the plan comes to",
            "Whether the examples under `expect` hold, and whether exactly what is meant is granted, as the \
             [model](model.md) and the [proof](proof.md) have it.",
            corsynth::verify::codes::ALL,
        ),
    ]
}

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
    let mut listed: Vec<&Code> = Vec::new();
    for (title, introduction, codes) in stages() {
        page.push_str(&format!("\n## {title}\n\n{introduction}\n\n| code | kind | severity | what is reported |\n"));
        page.push_str("|---|---|---|---|\n");
        let mut codes = codes.to_vec();
        codes.sort_by_key(|code| code.id);
        for code in codes {
            let summary = code.summary.replace('|', "\\|");
            let (kind, severity) = (code.kind.as_str(), code.severity.as_str());
            page.push_str(&format!("| <a id=\"{0}\"></a>`{0}` | {kind} | {severity} | {summary} |\n", code.id));
            listed.push(code);
        }
    }
    listed.sort_by_key(|code| code.id);
    assert_eq!(listed, corsynth::catalog::codes(), "a stage of the catalog is missing on the page");
    page
}
