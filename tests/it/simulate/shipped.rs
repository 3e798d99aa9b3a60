//! The compiler's own plans of the shipped examples, asked as pages ask: held to what their READMEs promise.

use super::told::{readings, scenario, told};
use crate::examples::compile_last;
use crate::support::project;
use corsynth::deployed::Deployed;
use corsynth::simulate::{Readings, simulate, simulate_readings};

/// Example, history, what is asked, the verdict, and the exposed headers.
type Case = (&'static str, &'static [&'static str], &'static str, &'static str, &'static str);

const SHOP: &str = "origin=https://www.shop.example";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("01-public-fonts", &[], "GET /a.woff2 origin=https://any.example", "readable cors-check-passed", ""),
    ("01-public-fonts", &["GET /a.woff2", "GET /a.woff2 origin=https://b.example"], "GET /a.woff2 origin=https://any.example", "readable cors-check-passed", ""),
    ("01-public-fonts", &["same GET /a.woff2"], "GET /a.woff2 origin=https://any.example", "readable cors-check-passed", ""),
    ("01-public-fonts", &[], "GET /a.woff2 include origin=https://any.example", "blocked wildcard-with-credentials", ""),
    ("02-uploads", &[], "GET /i.jpg origin=https://www.shop.example", "readable cors-check-passed", "*"),
    ("02-uploads", &["GET /i.jpg origin=https://evil.example", "GET /i.jpg", "HEAD /i.jpg"], "GET /i.jpg origin=https://www.shop.example", "readable cors-check-passed", "*"),
    ("02-uploads", &["same GET /i.jpg"], "GET /i.jpg origin=https://www.shop.example", "readable cors-check-passed", "*"),
    ("02-uploads", &[], "GET /i.jpg origin=https://evil.example", "blocked allow-origin-missing", ""),
    ("02-uploads", &[], "GET /i.jpg origin=https://www.shop.example Range=bytes=-500", "readable cors-check-passed", "*"),
    ("02-uploads", &[], "PUT /i.jpg origin=https://editor.shop.example content-type=image/jpeg bucket", "readable cors-check-passed", "etag location"),
    ("02-uploads", &[], "PUT /i.jpg origin=https://www.shop.example content-type=image/jpeg bucket", "blocked allow-origin-missing", ""),
    ("03-preview-wildcards", &[], "GET /m.js origin=https://pr-7.preview.app.example authorization=x", "readable cors-check-passed", "*"),
    ("03-preview-wildcards", &["GET /m.js origin=https://staging.app.example", "GET /m.js"], "GET /m.js origin=http://localhost:5173 authorization=x", "readable cors-check-passed", "*"),
    // Not a browser, out to spoil the cache for a frontend.
    ("02-uploads", &["GET /i.jpg origin=https://www.shop.example acrm=DELETE", "GET /i.jpg origin=https://www.shop.example acrh=x-evil"], "GET /i.jpg origin=https://www.shop.example", "readable cors-check-passed", "*"),
    ("03-preview-wildcards", &["GET /m.js origin=https://staging.app.example acrm=DELETE", "GET /m.js origin=https://staging.app.example acrh=x-evil"], "GET /m.js origin=https://staging.app.example", "readable cors-check-passed", "*"),
    ("05-kms", &["GET /hls/a.m3u8 origin=https://www.campus.example acrm=DELETE"], "GET /hls/a.m3u8 origin=https://www.campus.example", "readable cors-check-passed", "*"),
    ("03-preview-wildcards", &[], "GET /m.js origin=https://pr-7.preview.app.example.evil.example", "blocked allow-origin-missing", ""),
    ("04-public-tiles", &[], "GET /t.pmtiles origin=https://any.example Range=bytes=-500", "readable cors-check-passed", "*"),
    ("05-kms", &[], "GET /hls/a.m3u8 origin=https://www.campus.example", "readable cors-check-passed", "*"),
    ("05-kms", &[], "GET /hls/a.m3u8 origin=https://partner.example", "blocked allow-origin-missing", ""),
    ("05-kms", &[], "GET /extras/a.vtt origin=https://partner.example", "readable cors-check-passed", "*"),
    ("05-kms", &[], "GET /elsewhere origin=https://www.campus.example", "unknown not-modelled", ""),
];

fn deployed(example: &str) -> Deployed {
    let path = project(&format!("examples/{example}/corsynth.yaml"));
    let bytes = std::fs::read(&path).unwrap();
    let compiled = compile_last(example, bytes);
    Deployed::from(&compiled.plan.expect(example))
}

#[test]
fn the_examples_answer_as_promised_under_every_reading() {
    for (example, given, asked, verdict, exposed) in CASES {
        let deployed = deployed(example);
        let asset = deployed.assets.first().expect("an asset");
        let scenario = scenario(asset, given, asked);
        for (readings, outcome) in simulate_readings(asset, &scenario, &Readings::default(), &[], false) {
            let told = told(&outcome);
            assert!(told.ends_with(verdict), "{example} {given:?} {asked} {:?}: {told}", readings.unusual());
            let found = outcome.exposed_headers.join(" ");
            assert!(*exposed == "*" || found == *exposed, "{example} {asked}: exposes {found}");
        }
    }
}

/// A name that the store knows: the history of a shop, one visitor after the other.
#[test]
fn one_copy_for_each_origin_where_the_origin_is_in_the_key() {
    let deployed = deployed("02-uploads");
    let asset = deployed.assets.first().expect("an asset");
    let usual = readings(&[]);
    let given = |lines: &[&str]| simulate(asset, &scenario(asset, lines, &format!("GET /i.jpg {SHOP}")), &usual, false);
    let cache = |lines: &[&str]| told(&given(lines)).split(' ').nth(1).map(str::to_owned);
    assert_eq!(cache(&["GET /i.jpg origin=https://shop.example"]).as_deref(), Some("miss"));
    assert_eq!(cache(&[&format!("GET /i.jpg {SHOP}")]).as_deref(), Some("hit"));
}
