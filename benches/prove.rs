//! What a proof costs, by the number of origins: 10 assets, 20 patterns among the origins of 100 frontends.
//!
//! `cargo bench --bench prove` prints medians and ratios; nothing is asserted, because machines are noisy.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark that prints")]

use corsynth::compile::{Input, Syntax, compile};
use corsynth::deployed::Deployed;
use corsynth::prove::prove;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const RUNS: usize = 15;

fn main() {
    let mut before: Option<Duration> = None;
    for frontends in [25, 50, 100, 200, 400] {
        let text = intent(frontends, 10, 20);
        let compiled = compile(Input { name: "bench".into(), bytes: text.into_bytes(), syntax: Syntax::Yaml });
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
        let median = times[RUNS / 2];
        let ratio = before.map_or_else(String::new, |before| {
            format!("{:.2} x the time of half as many", median.as_secs_f64() / before.as_secs_f64())
        });
        println!(
            "{frontends:4} frontends, 10 assets, 20 patterns: {:8.2} ms  {:6} request classes  {ratio}",
            median.as_secs_f64() * 1e3,
            proof.request_classes
        );
        before = Some(median);
    }
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
