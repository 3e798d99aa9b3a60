//! What a proof costs, by the number of frontends, of assets, and of patterns among the frontends' origins.
//!
//! `cargo bench --bench prove` prints medians and ratios; nothing is asserted, because machines are noisy.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark that prints")]

use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::Deployed;
use corsynth::prove::prove;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const RUNS: usize = 15;

/// Frontends, assets, and how many of the frontends are patterns: each of the three is doubled while the others stay.
const SERIES: [&[(usize, usize, usize)]; 3] = [
    &[(25, 10, 20), (50, 10, 20), (100, 10, 20), (200, 10, 20), (400, 10, 20)],
    &[(100, 5, 20), (100, 10, 20), (100, 20, 20), (100, 40, 20)],
    &[(100, 10, 10), (100, 10, 20), (100, 10, 40), (100, 10, 80)],
];

fn main() {
    for series in SERIES {
        let mut before: Option<Duration> = None;
        for &(frontends, assets, patterns) in series {
            let (time, request_classes) = proved(&intent(frontends, assets, patterns));
            let ratio = before.map_or_else(String::new, |before| {
                format!("{:.2} x the time of half as many", time.as_secs_f64() / before.as_secs_f64())
            });
            println!(
                "{frontends:4} frontends, {assets:2} assets, {patterns:2} patterns: {:8.2} ms  {request_classes:6} request classes  {ratio}",
                time.as_secs_f64() * 1e3,
            );
            before = Some(time);
        }
    }
}

/// The median time of a proof of an intent, and how many classes of requests it asks about.
fn proved(text: &str) -> (Duration, usize) {
    let compiled = compile(Input { name: "bench".into(), bytes: text.into(), syntax: Syntax::Yaml });
    let plan = compiled.plan.expect("the intent of the benchmark compiles");
    let intent = compiled.intent.expect("the intent of the benchmark means something");
    let deployed = Deployed::from(&plan);
    let mut times = Vec::with_capacity(RUNS);
    let mut proof = prove(&intent, &deployed);
    for _ in 0..RUNS {
        let start = Instant::now();
        proof = prove(&intent, &deployed);
        times.push(start.elapsed());
    }
    assert!(proof.is_proved(), "{proof:#?}");
    times.sort_unstable();
    (times[RUNS / 2], proof.request_classes)
}

/// An intent in which every frontend reads from every asset.
fn intent(frontends: usize, assets: usize, patterns: usize) -> String {
    let mut text = "version: 1\nname: bench\nassets:\n".to_owned();
    for asset in 0..assets {
        let _ = writeln!(text, "  asset-{asset}: {{ bucket: bench-{asset}, region: eu-west-1, cdn: {{}} }}");
    }
    text.push_str("frontends:\n");
    for frontend in 0..frontends {
        let origin = if frontend < patterns { "*.preview" } else { "www" };
        let _ = writeln!(text, "  site-{frontend}: \"https://{origin}.site-{frontend}.example\"");
    }
    text.push_str("allow:\n");
    let from: Vec<String> = (0..frontends).map(|f| format!("site-{f}")).collect();
    for asset in 0..assets {
        let _ = writeln!(text, "  - {{ from: [{}], to: asset-{asset}, use: [fonts, range] }}", from.join(", "));
    }
    text
}
