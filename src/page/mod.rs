//! The report: one page of HTML about one intent, that needs nothing but itself. What is granted, the way of a request as
//! a picture, who may do what where, the proof, what is made in AWS and which lines ask for it, and what was found.
//!
//! Same input, same bytes. All markup is built of elements (`markup`), so text of the user stays text.

mod access;
mod drawing;
mod grants;
mod markdown;
mod markup;
mod matrix;
mod objects;
mod proof;
mod samples;
mod source;
mod way;

pub use drawing::drawing;

use crate::compile::{Choice, Compiled};
use crate::deployed::{Asset, Deployed, Provenance};
use crate::diagnostic::Diagnostic;
use crate::intent::Intent;
use crate::plan::Plan;
use crate::prove::{Proof, held};
use crate::render::Stamp;
use crate::render::artifact::MARK;
use crate::report::{Subject, counted};
use markup::{Element, comment, element, prose, table};

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The intent's text, as a tree, and what was chosen.
    pub compiled: &'a Compiled,
    /// What was found, the proof's findings among it.
    pub findings: &'a [Diagnostic],
    /// What messages call what was judged, for the commands that ask again.
    pub subject: Subject<'a>,
    /// What was judged; `None` when the intent has errors.
    pub judged: Option<Judged<'a>>,
    /// From what the page is made.
    pub stamp: &'a Stamp,
}

/// An intent that can be judged, and by what.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The intent.
    pub intent: &'a Intent,
    /// What the intent is compiled to.
    pub plan: &'a Plan,
    /// What AWS holds: by the plan, or by artifacts.
    pub deployed: &'a Deployed,
    /// What the proof came to.
    pub proof: &'a Proof,
}

impl<'a> Judged<'a> {
    /// What AWS holds of an asset of the intent, as the proof takes it.
    fn asset(&self, index: usize) -> Option<&'a Asset> {
        held(self.intent, index, self.deployed)
    }
}

/// The page as HTML, with a newline at its end.
pub fn page_html(page: &Page<'_>) -> String {
    let mut out = String::from("<!doctype html>\n");
    out.push_str(&comment(&header(page.stamp)));
    let title = title(page);
    let head = element("head")
        .child(element("meta").with("charset", "utf-8"))
        .child(element("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"))
        .child(element("meta").with("name", "color-scheme").with("content", "light dark"))
        .child(element("meta").with("name", "generator").with("content", format!("corsynth {}", page.stamp.version)))
        .child(element("title").text(title.as_str()))
        .child(element("style").style(include_str!("page.css")))
        .child(element("style").style(drawing::STYLE));
    let sections = sections(page);
    let links = sections.iter().map(|section| {
        let link = element("a").with("href", format!("#{}", section.id)).text(section.title);
        element("li").child(link)
    });
    let top = element("header").child(element("h1").text(title)).child(verdict(page)).child(made_from(page));
    let nav = element("nav").with("aria-label", "Contents").child(element("ul").children(links));
    let main = element("main").with("id", "main").children(sections.into_iter().map(Section::draw));
    let skip = element("a").with("class", "skip").with("href", "#main").text("Skip to the content");
    let body = element("body").child(skip).child(top).child(nav).child(main);
    element("html").with("lang", "en").child(head).child(body).write(&mut out);
    out
}

/// The page without pictures and without the text of the intent, as Markdown: for a pull request.
pub fn page_markdown(page: &Page<'_>) -> String {
    let mut out = comment(&header(page.stamp));
    let top = [element("h1").text(title(page)), verdict(page), made_from(page)];
    let shown = sections(page).into_iter().filter(|section| !matches!(section.id, "way" | "intent"));
    let all = element("main").children(top).children(shown.map(Section::draw));
    markdown::blocks(&all, &mut out);
    out
}

/// By this a report is known as one.
fn header(stamp: &Stamp) -> String {
    format!(
        "{MARK} {} from {} (sha256 {}). Do not edit this page: edit the intent and run `corsynth report` again.",
        stamp.version,
        stamp.intent_path,
        stamp.short_hash()
    )
}

fn title(page: &Page<'_>) -> String {
    let name = page.judged.map_or(page.compiled.source.name(), |judged| judged.intent.name.as_str());
    let environment = page.compiled.environment.as_ref().map(|name| format!(" in {name}")).unwrap_or_default();
    format!("{name}{environment}: who may use what")
}

/// What it comes to, in one line.
fn verdict(page: &Page<'_>) -> Element {
    let (class, text) = match page.judged.map(|judged| judged.proof) {
        None => ("bad", "the intent has errors: nothing is made of it".to_owned()),
        Some(proof) if proof.is_proved() => {
            let classes = proof.request_classes;
            ("good", format!("proved: exactly the intent is granted, in {classes} classes of requests"))
        }
        Some(proof) if proof.counterexamples.is_empty() => {
            ("doubt", "unknown: something has a say that is not modelled".to_owned())
        }
        Some(proof) => ("bad", format!("refuted: {}", counted(proof.counterexamples.len(), "counterexample"))),
    };
    element("p").with("class", format!("verdict {class}")).text(text)
}

fn made_from(page: &Page<'_>) -> Element {
    let judged = match page.subject {
        Subject::Artifacts(path) => format!("; judged is what `{path}` says"),
        Subject::Intent(_) | Subject::Environment(..) => String::new(),
    };
    let owner = page.judged.and_then(|judged| judged.intent.owner.as_ref());
    let owner = owner.map(|owner| format!("Owner: {owner}. ")).unwrap_or_default();
    let text = format!(
        "Made by corsynth {} from `{}` (sha256 {}){judged}.",
        page.stamp.version,
        page.compiled.source.name(),
        page.stamp.short_hash()
    );
    prose(element("p").text(owner), &text)
}

/// A part of the page, whose content is made when it is drawn.
struct Section<'p> {
    id: &'static str,
    title: &'static str,
    content: Box<dyn FnOnce() -> Vec<Element> + 'p>,
}

impl Section<'_> {
    fn draw(self) -> Element {
        let heading = format!("{}-heading", self.id);
        let title = element("h2").with("id", heading.as_str()).text(self.title);
        element("section").with("id", self.id).with("aria-labelledby", heading).child(title).children((self.content)())
    }
}

fn sections<'p>(page: &'p Page<'_>) -> Vec<Section<'p>> {
    fn section<'p>(id: &'static str, title: &'static str, content: impl FnOnce() -> Vec<Element> + 'p) -> Section<'p> {
        Section { id, title, content: Box::new(content) }
    }
    let mut sections = Vec::new();
    if let Some(judged) = &page.judged {
        sections.extend([
            section("grants", "What is granted", || grants::grants(page, judged.intent)),
            section("way", "The way of a request", || way::ways(page, judged)),
            section("access", "Who may do what", || matrix::tables(judged)),
            section("proof", "The proof", || proof::proof(page, judged)),
            section("objects", "What is made in AWS", || objects::objects(page, judged)),
            section("choices", "What was chosen", || choices(&page.compiled.choices)),
        ]);
    }
    sections.extend([
        section("findings", "Findings", || source::findings(page)),
        section("intent", "The intent", || vec![source::listing(page)]),
    ]);
    sections
}

fn choices(choices: &[Choice]) -> Vec<Element> {
    if choices.is_empty() {
        return vec![element("p").text("Nothing: there is one way to say this.")];
    }
    let row = |choice: &Choice| vec![element("td").text(&choice.subject), markup::cell(&choice.text)];
    vec![table(
        "What the compiler decided where there was more than one safe way",
        &["About", "Choice"],
        choices.iter().map(row),
    )]
}

/// Links to the lines of the intent that ask for something.
fn lines(page: &Page<'_>, provenance: &Provenance) -> Element {
    let mut lines: Vec<usize> = Vec::new();
    for pointer in &provenance.0 {
        let place = page.compiled.place_of(pointer);
        let line = place.and_then(|place| place.rsplit_once(':').and_then(|(_, line)| line.parse().ok()));
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    lines.sort_unstable();
    let mut cell = element("td");
    if lines.is_empty() {
        cell = cell.text("the compiler");
    }
    for (index, line) in lines.iter().enumerate() {
        cell = cell.text(if index == 0 { "" } else { ", " }).child(line_link(*line));
    }
    cell
}

fn line_link(line: usize) -> Element {
    element("a").with("href", format!("#L{line}")).text(format!("line {line}"))
}
