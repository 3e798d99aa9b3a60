//! A trace as a picture: one lane each for browser, CloudFront and S3 or a server, the decisions as cards from top to
//! bottom in the order in which they were made, and arrows where the request or its answer changes hands.

use super::markup::{Element, element};
use crate::simulate::{
    Asked, CacheUse, Decision, Earlier, Exchange, HttpRequest, Outcome, Party, Scenario, Step, Visitor,
};

/// The style sheet that the classes of a drawing need.
pub(super) const STYLE: &str = include_str!("drawing.css");

const LANE: usize = 290;
const GAP: usize = 24;
const MARGIN: usize = 12;
const PADDING: usize = 8;
const LINE: usize = 15;
/// Room for the names of the lanes.
const TOP: usize = 40;
/// Columns of a card: 11 pixels of a monospaced font are 6.6 wide.
const COLUMNS: usize = 41;

/// A drawing as a file of its own, which follows the reader's preference for light or dark.
pub fn drawing(scenario: &Scenario, outcome: &Outcome) -> String {
    let mut out = String::new();
    picture(scenario, outcome, true).write(&mut out);
    out
}

/// A sentence that says what a drawing shows, for those who do not see it.
pub(super) fn told(scenario: &Scenario, outcome: &Outcome) -> String {
    let decision = outcome.verdict.decision.as_str();
    let reason = outcome.verdict.reason.as_str();
    let asked = match &scenario.asked {
        Asked::Page(page) => format!("{} {} from {}", page.method, page.url, page.origin),
        Asked::Raw(request) => format!("{} {}", request.method, request.url),
    };
    let earlier = |earlier: &Earlier| format!("{}, ", spelled(earlier));
    let given: String = scenario.given.iter().map(earlier).collect();
    format!("{given}{asked}: {decision} ({reason})")
}

/// An earlier request in one line.
fn spelled(earlier: &Earlier) -> String {
    let who = match earlier.visitor {
        Visitor::Another => "another visitor",
        Visitor::SameBrowser => "the same browser",
    };
    format!("earlier, {who}: {} {}", earlier.request.method, earlier.request.url)
}

/// What decided that a request is blocked, or whether anything is known: the last decision of CloudFront or S3 that has
/// a reason. That an answer varies is hardly ever why.
pub(super) fn decided(outcome: &Outcome) -> Option<&Step> {
    if outcome.verdict.decision == Decision::Readable {
        return None;
    }
    let steps = || outcome.exchanges.last().into_iter().flat_map(|e| &e.steps).filter(|step| step.by != Party::Browser);
    let refusal = |step: &&Step| ["refuses ", "denies `"].iter().any(|word| step.what.contains(word));
    let reason = |step: &&Step| !step.because.is_empty() && !step.what.contains("`Vary`");
    steps().rfind(refusal).or_else(|| steps().rfind(reason)).or_else(|| steps().next_back())
}

/// The drawing as an element.
pub(super) fn picture(scenario: &Scenario, outcome: &Outcome, is_file: bool) -> Element {
    let cards = cards(scenario, outcome);
    let mut lanes: Vec<Party> = cards.iter().map(|card| card.by).collect();
    lanes.sort_unstable();
    lanes.dedup();
    let left = |by: Party| MARGIN + lanes.iter().position(|lane| *lane == by).unwrap_or_default() * (LANE + GAP);
    let mut drawn = Vec::new();
    let mut y = TOP;
    let mut before: Option<&Placed<'_>> = None;
    let mut placed: Vec<Placed<'_>> = Vec::new();
    for card in &cards {
        let changes_hands = before.is_some_and(|before| before.card.by != card.by);
        y += if changes_hands { 12 } else { 5 };
        let height = card.lines.len() * LINE + PADDING;
        placed.push(Placed { card, x: left(card.by), y, height });
        y += height;
        before = placed.last();
    }
    let height = y + MARGIN;
    let width = 2 * MARGIN + lanes.len() * LANE + lanes.len().saturating_sub(1) * GAP;
    for &lane in &lanes {
        drawn.extend(lane_head(lane, left(lane), height));
    }
    for (from, to) in placed.iter().zip(placed.iter().skip(1)).filter(|(from, to)| from.card.by != to.card.by) {
        drawn.extend(arrow(from, to));
    }
    drawn.extend(placed.iter().flat_map(Placed::draw));
    let alt = told(scenario, outcome);
    let root = element("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("class", "drawing")
        .with("role", "img")
        .with("aria-label", alt.as_str())
        .with("width", width.to_string())
        .with("height", height.to_string())
        .with("viewBox", format!("0 0 {width} {height}"))
        .child(element("title").text(alt));
    let root = if is_file { root.child(element("style").style(STYLE)) } else { root };
    root.child(rect("ground", 0, 0, width, height, 0)).children(drawn)
}

/// Something that is done, in the lane of who does it.
struct Card {
    by: Party,
    class: &'static str,
    /// Lines, each with its class.
    lines: Vec<(&'static str, String)>,
}

impl Card {
    fn new(by: Party, class: &'static str) -> Self {
        Self { by, class, lines: Vec::new() }
    }

    fn line(mut self, class: &'static str, text: &str) -> Self {
        let wrapped = textwrap::wrap(text, COLUMNS);
        self.lines.extend(wrapped.into_iter().map(|line| (class, line.into_owned())));
        self
    }
}

fn cards(scenario: &Scenario, outcome: &Outcome) -> Vec<Card> {
    let decided = decided(outcome);
    let mut cards: Vec<Card> = scenario.given.iter().map(given).collect();
    for exchange in &outcome.exchanges {
        exchanged(&mut cards, exchange, decided);
    }
    let verdict = &outcome.verdict;
    let (class, word) = match verdict.decision {
        Decision::Readable => ("readable", "the page may read it"),
        Decision::Blocked => ("blocked", "blocked: the page gets nothing"),
        Decision::Unknown => ("unknown", "nobody can tell"),
    };
    let mut last = Card::new(Party::Browser, class).line("strong", word).line("soft", verdict.reason.as_str());
    if let Asked::Page(page) = &scenario.asked {
        last = last.line("", &format!("page: {}", page.origin));
    }
    if !outcome.exposed_headers.is_empty() {
        last = last.line("", &format!("readable headers: {}", outcome.exposed_headers.join(", ")));
    }
    cards.push(last);
    cards
}

/// A request of the history, of which only what the caches keep of it is left.
fn given(earlier: &Earlier) -> Card {
    let card = sent(Card::new(Party::Browser, "card").line("strong", &spelled(earlier)), &earlier.request);
    if earlier.request.headers.contains("Origin") { card } else { card.line("soft", "without `Origin`") }
}

/// A card with the headers of a request.
fn sent(card: Card, request: &HttpRequest) -> Card {
    let headers = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("accept"));
    headers.fold(card, |card, (name, value)| card.line("", &format!("> {name}: {value}")))
}

/// A request, what was decided on its way, and the answer.
fn exchanged(cards: &mut Vec<Card>, exchange: &Exchange, decided: Option<&Step>) {
    let step = |step: &Step| {
        let class = if decided.is_some_and(|decided| std::ptr::eq(decided, step)) { "decided" } else { "card" };
        let card = Card::new(step.by, class).line("strong", &step.what);
        if step.because.is_empty() { card } else { card.line("", &step.because) }
    };
    let is_servers = |step: &Step| step.by != Party::Browser;
    let first = exchange.steps.iter().position(is_servers).unwrap_or_default();
    let end = exchange.steps.iter().rposition(is_servers).map_or(first, |last| last + 1);
    let part = |from: usize, to: usize| exchange.steps.get(from..to).unwrap_or_default();
    cards.extend(part(0, first).iter().map(step));
    let request = &exchange.request;
    let line = format!("{}: {} {}", exchange.kind.as_str(), request.method, request.url);
    cards.push(sent(Card::new(Party::Browser, "ask").line("strong", &line), request));
    if first == end {
        cards.push(Card::new(exchange.response.by, "card").line("strong", "answers"));
    }
    cards.extend(part(first, end).iter().map(step));
    let cache = match exchange.cache {
        CacheUse::None => String::new(),
        used => format!("  (cache: {})", used.as_str()),
    };
    let answer = Card::new(Party::Browser, "ask").line("strong", &format!("{}{cache}", exchange.response.status));
    let matters = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("access-control-") || name == "vary" || name == "location"
    };
    let told = exchange.response.headers.iter().filter(|(name, _)| matters(name));
    let error = exchange.response.error.iter().map(|error| format!("{}: {}", error.code, error.message));
    let answer = told.fold(answer, |card, (name, value)| card.line("", &format!("< {name}: {value}")));
    cards.push(error.fold(answer, |card, text| card.line("soft", &text)));
    cards.extend(part(end, exchange.steps.len()).iter().map(step));
}

/// A card in its place.
struct Placed<'c> {
    card: &'c Card,
    x: usize,
    y: usize,
    height: usize,
}

impl Placed<'_> {
    fn draw(&self) -> Vec<Element> {
        let mut drawn = vec![rect(self.card.class, self.x, self.y, LANE, self.height, 5)];
        for (index, (class, text)) in self.card.lines.iter().enumerate() {
            drawn.push(written(class, self.x + PADDING, self.y + (index + 1) * LINE, text));
        }
        drawn
    }
}

fn lane_head(lane: Party, x: usize, height: usize) -> [Element; 2] {
    let name = match lane {
        Party::Browser => "Browser",
        Party::CloudFront => "CloudFront",
        Party::S3 => "S3",
        Party::Server => "Server",
    };
    let middle = (x + LANE / 2).to_string();
    let rail = element("line").with("class", "rail").with("x1", middle.as_str()).with("x2", middle.as_str());
    [rail.with("y1", TOP.to_string()).with("y2", (height - MARGIN).to_string()), written("lane", x + PADDING, 26, name)]
}

/// From the side of one card to the top of the next.
fn arrow(from: &Placed<'_>, to: &Placed<'_>) -> [Element; 2] {
    let start = if from.x < to.x { from.x + LANE } else { from.x };
    let level = from.y + from.height.saturating_sub(9);
    let (middle, end) = (to.x + LANE / 2, to.y);
    let shaft = element("path").with("class", "arrow").with("d", format!("M{start} {level}H{middle}V{}", end - 4));
    let head = format!("M{} {}L{} {}L{middle} {end}Z", middle - 4, end - 7, middle + 4, end - 7);
    [shaft, element("path").with("class", "head").with("d", head)]
}

fn rect(class: &'static str, x: usize, y: usize, width: usize, height: usize, radius: usize) -> Element {
    let rect = element("rect").with("class", class).with("x", x.to_string()).with("y", y.to_string());
    rect.with("width", width.to_string()).with("height", height.to_string()).with("rx", radius.to_string())
}

fn written(class: &str, x: usize, y: usize, text: &str) -> Element {
    let element = element("text").with("x", x.to_string()).with("y", y.to_string());
    let element = if class.is_empty() { element } else { element.with("class", class) };
    element.text(text)
}
