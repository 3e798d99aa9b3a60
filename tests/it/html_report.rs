//! The HTML report: text of the user stays text, everything is in it, nothing else is needed, and a browser is content.

use crate::cli::{corsynth, workplace};
use crate::support::{assert_golden, project, tool};
use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::Deployed;
use corsynth::page::drawing;
use corsynth::simulate::words::{Names, Words};
use corsynth::simulate::{Readings, simulate};
use roxmltree::{Document, Node};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What would end an attribute, an element, a comment, a style or a script, and what would steer.
const EVIL: &str =
    r#"'"></title></style></svg></code>--><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`${x}`"#;

fn report(here: &Path, arguments: &[&str], code: i32) -> String {
    let output = corsynth(here).arg("report").args(arguments).assert().code(code).get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

/// Every example, in the environment for production where it has some.
fn examples() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(project("examples")).unwrap() {
        let folder = entry.unwrap().path();
        let text = fs::read_to_string(folder.join("corsynth.yaml")).unwrap();
        let environment: &[&str] = if text.contains("\nenvironments:") { &["--env", "prod"] } else { &[] };
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        pages.push((name, report(&folder, environment, 0)));
    }
    pages.sort();
    assert!(pages.len() >= 6);
    pages
}

/// The page as a reader of XML sees it, who accepts nothing that is not closed.
fn read<T>(page: &str, look: impl FnOnce(&Document<'_>) -> T) -> T {
    let page = page.strip_prefix("<!doctype html>\n").unwrap_or(page);
    look(&Document::parse(page).unwrap_or_else(|error| panic!("{error}\n{page}")))
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

fn elements<'d, 'i>(document: &'d Document<'i>, name: &'static str) -> impl Iterator<Item = Node<'d, 'i>> {
    document.descendants().filter(move |node| node.tag_name().name() == name)
}

#[test]
fn every_example_is_told_in_full() {
    for (name, page) in examples() {
        read(&page, |document| {
            let bad: Vec<String> =
                elements(document, "td").filter(|n| n.attribute("class") == Some("bad")).map(text).collect();
            assert!(bad.is_empty(), "{name}: {bad:?}");
            let headings: Vec<String> = elements(document, "h2").map(text).collect();
            assert_eq!(headings.len(), 8, "{name}: {headings:?}");
            let pictures: Vec<String> =
                elements(document, "svg").filter_map(|n| n.attribute("aria-label")).map(ToOwned::to_owned).collect();
            assert!(pictures.iter().any(|alt| alt.contains(": readable")), "{name}: {pictures:?}");
            assert!(pictures.iter().any(|alt| alt.contains(": blocked")), "{name}: {pictures:?}");
            assert!(elements(document, "rect").any(|n| n.attribute("class") == Some("decided")), "{name}");
            let all = text(document.root());
            let bundle = project(&format!("examples/{name}/expected/aws-cli"));
            // Only Terraform makes buckets, which the page lists as well, and Lambda@Edge.
            let names = match name.as_str() {
                "10-own-everything" => ["Bucket", "Distribution"].map(str::to_owned).into(),
                "13-readable-errors" => {
                    ["acme-previews-kit-fn-", "as Lambda@Edge on origin-response"].map(str::to_owned).into()
                }
                _ => names_in(&bundle),
            };
            let fewest = match name.as_str() {
                "04-public-tiles" => 1,
                "10-own-everything" | "13-readable-errors" => 2,
                _ => 4,
            };
            assert!(names.len() >= fewest, "{name}: {names:?}");
            for made in names {
                assert!(all.contains(&made), "{name}: nothing is told of `{made}`");
            }
        });
    }
}

/// What the payloads of a bundle, which are made by other code, call the objects that they make.
fn names_in(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_of_an_object = |name: &str| {
            ["bucket-cors.cli", "cache-policy", "origin-", "response-headers-policy", "bucket-policy", "function."]
                .iter()
                .any(|start| name.starts_with(start) && name.ends_with(".json"))
        };
        if path.is_dir() {
            names.extend(names_in(&path));
        } else if path.file_name().and_then(|name| name.to_str()).is_some_and(is_of_an_object) {
            each_text(&serde_json::from_slice(&fs::read(&path).unwrap()).unwrap(), &mut |key, value| {
                if ["Name", "ID", "Sid"].contains(&key) {
                    names.insert(value.to_owned());
                }
            });
        }
    }
    names
}

fn each_text(value: &serde_json::Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        serde_json::Value::Object(members) => {
            for (key, value) in members {
                if let Some(text) = value.as_str() {
                    look(key, text);
                }
                each_text(value, look);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| each_text(item, look)),
        _ => {}
    }
}

#[test]
fn the_same_intent_gives_the_same_bytes() {
    assert_eq!(examples(), examples());
}

#[test]
fn a_page_needs_nothing_but_itself() {
    for (name, page) in examples() {
        for word in ["url(", "@import", "@font-face"] {
            assert!(!page.contains(word), "{name}: {word}");
        }
        read(&page, |document| {
            for node in document.descendants().filter(Node::is_element) {
                let tag = node.tag_name().name();
                assert!(!["script", "link", "img", "iframe", "object", "use", "image"].contains(&tag), "{name}: {tag}");
                for attribute in node.attributes() {
                    let loads = ["src", "srcset", "data", "poster", "style"].contains(&attribute.name());
                    let runs = attribute.name().starts_with("on");
                    assert!(!loads && !runs, "{name}: {}", attribute.name());
                }
            }
        });
    }
}

#[test]
fn links_lead_somewhere_and_tables_have_heads() {
    for (name, page) in examples() {
        read(&page, |document| {
            let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
            let unique: BTreeSet<&str> = ids.iter().copied().collect();
            assert_eq!(unique.len(), ids.len(), "{name}: an id twice");
            let links: Vec<&str> = elements(document, "a").filter_map(|node| node.attribute("href")).collect();
            for link in &links {
                let resolves = link.strip_prefix('#').map_or(link.starts_with("https://"), |id| unique.contains(id));
                assert!(resolves, "{name}: `{link}`");
            }
            assert!(links.iter().filter(|link| link.starts_with("#L")).count() > 10, "{name}");
            for table in elements(document, "table") {
                let has = |tag: &str, scope: Option<&str>| {
                    table.descendants().any(|n| n.tag_name().name() == tag && n.attribute("scope") == scope)
                };
                assert!(has("caption", None) && has("th", Some("col")) && has("th", Some("row")), "{name}");
            }
        });
    }
}

#[test]
fn text_of_the_user_stays_text() {
    let here = tempfile::tempdir().unwrap();
    let yaml = serde_json::to_string(EVIL).unwrap();
    let good = format!(
        "# {EVIL}\nversion: 1\nname: acme\nowner: {yaml}\nx-note: {yaml}\nassets:\n  static: {{ bucket: acme-static, region: \
         eu-west-1, cdn: {{}} }}\nfrontends:\n  site: https://www.acme.com\nallow:\n  - {{ from: site, to: static, use: fonts \
         }}\n"
    );
    let bad = good.replace("https://www.acme.com", &yaml).replace("use: fonts", &format!("use: {yaml}"));
    let name = "a--><b onclick='x'>.yaml";
    for (intent, code) in [(&good, 0), (&bad, 1)] {
        fs::write(here.path().join(name), intent).unwrap();
        let page = report(here.path(), &[name], code);
        read(&page, |document| {
            for node in document.descendants().filter(Node::is_element) {
                assert!(!["script", "img", "b"].contains(&node.tag_name().name()), "{page}");
                assert!(node.attributes().all(|a| !a.name().starts_with("on")), "{page}");
            }
            // The comment at the beginning has the name; it is still one, and nothing of it is text.
            assert_eq!(document.root().children().filter(Node::is_comment).count(), 1);
            let lines: Vec<String> = elements(document, "li")
                .filter(|node| node.attribute("id").is_some_and(|id| id.starts_with('L')))
                .map(|node| node.children().skip(1).map(text).collect())
                .collect();
            assert_eq!(lines, intent.lines().collect::<Vec<_>>());
            if code == 0 {
                assert!(text(document.root()).contains(&format!("Owner: {EVIL}. ")), "{page}");
            }
        });
    }
}

#[test]
fn an_intent_with_errors_has_a_page_of_findings() {
    let here = workplace();
    let broken = crate::cli::INTENT.replace("https://www", "www");
    fs::write(here.path().join("corsynth.yaml"), broken).unwrap();
    let page = report(here.path(), &[], 1);
    assert!(page.contains("the intent has errors") && page.contains("malformed-origin"), "{page}");
    assert!(!page.contains("<svg"), "{page}");
}

#[test]
fn what_refutes_the_proof_is_told_with_its_replay() {
    let here = project("");
    let rules = tempfile::tempdir().unwrap();
    let path = rules.path().join("cors.json");
    let open = r#"[{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "AllowedHeaders": ["*"]}]"#;
    fs::write(&path, open).unwrap();
    let path = path.to_str().unwrap();
    let page = report(&here, &["examples/04-public-tiles/corsynth.yaml", "--artifacts", path], 1);
    read(&page, |document| {
        let all = text(document.root());
        assert!(all.contains("refuted: ") && all.contains("over-grant"), "{all}");
        assert!(all.contains(&format!("corsynth simulate --artifacts {path}")), "{all}");
        assert!(
            all.contains("S3 decided: ") && !all.contains("(the compiler)"),
            "artifacts have no lines of the intent"
        );
        assert!(
            elements(document, "td").any(|n| n.attribute("class") == Some("bad")),
            "the matrix knows nothing of it"
        );
    });
}

#[test]
fn only_an_older_report_is_replaced() {
    let here = workplace();
    let out = here.path().join("deep/access.html");
    let write = |more: &[&str], code: i32| {
        let arguments = [&["report", "--out", "deep/access.html"], more].concat();
        let assert = corsynth(here.path()).args(arguments).assert().code(code).stdout("");
        String::from_utf8(assert.get_output().stderr.clone()).unwrap()
    };
    assert_eq!(write(&[], 0), "wrote `deep/access.html`\n");
    let first = fs::read_to_string(&out).unwrap();
    assert!(first.starts_with("<!doctype html>\n<!-- Generated by corsynth "));
    write(&[], 0);
    assert_eq!(fs::read_to_string(&out).unwrap(), first);
    fs::write(&out, "<p>mine</p>").unwrap();
    let refused = write(&[], 2);
    assert!(refused.contains("is not a report of corsynth") && refused.contains("--force"), "{refused}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "<p>mine</p>");
    write(&["--force"], 0);
    assert_eq!(fs::read_to_string(&out).unwrap(), first);
    assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 1, "something was left behind");
}

/// The first intent of the README, and a subdomain that it does not name.
#[test]
fn the_drawing_in_the_readme_is_current() {
    let readme = fs::read_to_string(project("README.md")).unwrap();
    let (_, rest) = readme.split_once("```yaml\n").unwrap();
    let intent = rest.split_once("```").unwrap().0;
    let compiled = compile(Input { name: "corsynth.yaml".into(), bytes: intent.into(), syntax: Syntax::Yaml });
    let deployed = Deployed::from(&compiled.plan.unwrap());
    let words = Words {
        origin: Some("https://shop.acme.com".into()),
        method: "GET".into(),
        url: "static:/fonts/inter.woff2".into(),
        ..Words::default()
    };
    let ask = words.read(Names { deployed: &deployed, any: false }).unwrap();
    let outcome = simulate(ask.asset, &ask.scenario, &Readings::default(), true);
    let svg = drawing(&ask.scenario, &outcome);
    assert_golden(&project("docs/images/blocked-font.svg"), &svg);
    let document = Document::parse(&svg).unwrap();
    let decided = elements(&document, "rect").filter(|node| node.attribute("class") == Some("decided"));
    assert_eq!(decided.count(), 1);
    assert_eq!(elements(&document, "title").map(text).count(), 1);
    let all = text(document.root());
    assert!(all.contains("no entry of the policy matches") && all.contains("allow-origin-missing"), "{all}");
}

/// What `prove` finds in the module that the README refutes, as its `replay` asks it.
#[test]
fn the_counterexample_in_the_readme_is_current() {
    let words = ["simulate", "--artifacts", "tests/documents/tutorial", "--origin", "https://www.acme.example"];
    let request = ["--url", "fonts:/a", "--given", "GET fonts:/a", "--output-format", "svg"];
    let output = corsynth(&project("")).args(words).args(request).output().unwrap();
    let svg = String::from_utf8(output.stdout).unwrap();
    assert_golden(&project("docs/images/poisoned-cache.svg"), &svg);
    let document = Document::parse(&svg).unwrap();
    let all = text(document.root());
    assert!(all.contains("earlier, another visitor") && all.contains("without `Origin`"), "{all}");
    assert!(all.contains("answers from the cache") && all.contains("allow-origin-missing"), "{all}");
}

/// Chromium shows each page from a file without a word in its console, in light and in dark, and at 400 pixels only what
/// scrolls by itself is wider than the window.
#[test]
fn a_browser_has_nothing_to_complain_about() {
    let Ok(program) = std::env::var("CORSYNTH_CHROMIUM") else {
        assert!(std::env::var_os("CORSYNTH_REQUIRE_TOOLS").is_none(), "CORSYNTH_CHROMIUM is required here");
        eprintln!("not run: CORSYNTH_CHROMIUM names no Chromium");
        return;
    };
    assert!(tool(&program, "--version"), "CORSYNTH_CHROMIUM cannot be started");
    let here = tempfile::tempdir().unwrap();
    let measure = "<script>addEventListener('load', () => parent.postMessage([document.documentElement.scrollWidth, \
                   document.documentElement.clientWidth, document.querySelectorAll('svg').length, \
                   getComputedStyle(document.body).backgroundColor].join(' '), '*'))</script></body>";
    let frame = "<body><iframe src='page.html' style='width:400px;height:900px;border:0'></iframe>\
                 <script>addEventListener('message', e => { document.title = 'measured ' + e.data })</script></body>";
    fs::write(here.path().join("frame.html"), frame).unwrap();
    for (name, page) in examples() {
        fs::write(here.path().join("page.html"), page.replace("</body>", measure)).unwrap();
        for (scheme, setting, ground) in [("light", 1, "rgb(255, 255, 255)"), ("dark", 0, "rgb(13, 17, 23)")] {
            let output = Command::new(&program)
                .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"])
                .arg("--virtual-time-budget=5000")
                .arg(format!("--blink-settings=preferredColorScheme={setting}"))
                .arg(format!("--user-data-dir={}", here.path().join("profile").display()))
                .arg(format!("file://{}", here.path().join("frame.html").display()))
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            let complaints: Vec<&str> = said.lines().filter(|line| line.contains("CONSOLE")).collect();
            assert!(complaints.is_empty(), "{name}, {scheme}: {complaints:?}");
            let dom = String::from_utf8_lossy(&output.stdout);
            let measured = dom.split_once("measured ").and_then(|(_, rest)| rest.split_once('<')).map(|(text, _)| text);
            let measured = measured.unwrap_or_else(|| panic!("{name}, {scheme}: nothing was measured: {dom}\n{said}"));
            let mut words = measured.splitn(4, ' ');
            let mut number = || words.next().and_then(|word| word.parse::<u32>().ok()).unwrap();
            let (wide, window, pictures) = (number(), number(), number());
            assert!(
                (300..=400).contains(&window) && wide <= window,
                "{name}, {scheme}: {wide} pixels in a window of {window}"
            );
            assert!(pictures >= 2, "{name}, {scheme}");
            assert_eq!(words.next(), Some(ground), "{name}: not {scheme}");
        }
    }
}
