//! Patterns that also match strangers are an error of `lint`; what lets them pass must meet a compiler that says them
//! exactly, or refuses them for the layer that cannot.

use corsynth::deployed::Deployed;
use corsynth::diagnostic::Diagnostics;
use corsynth::document::{self, Syntax};
use corsynth::intent::{self, Intent};
use corsynth::lower::{Lowered, lower};
use corsynth::prove::prove;
use corsynth::{lint, schema};

/// Patterns, and whether a response headers policy can say them: `*` is its whole first label, or its whole port.
const PATTERNS: [(&str, bool); 12] = [
    ("https://*example.com", false),
    ("https://*", false),
    ("http://*:3000", false),
    ("https://acme.*", false),
    ("https://app-*.com", false),
    ("https://acme.*.co.uk", false),
    ("https://pr-*.vercel.app", false),
    ("https://acme-*-team.netlify.app", false),
    ("https://*.co.uk", true),
    ("https://*.com:8443", true),
    ("https://*.github.io", true),
    ("https://*.cloudfront.net", true),
];

fn read(pattern: &str, cdn: &str) -> Intent {
    let yaml = format!(
        "version: 1\nname: acme\nassets:\n  static: {{ bucket: acme-static, region: eu-west-1{cdn} }}\n\
         frontends:\n  site: [\"{pattern}\", https://www.acme.example]\n\
         allow:\n  - {{ from: site, to: static, use: fetch, request-headers: [x-trace] }}\n"
    );
    let mut diags = Diagnostics::default();
    let source = document::read_source(&mut diags, "a.yaml", yaml.into_bytes()).expect("it is text");
    let root = document::parse(&mut diags, &source, Syntax::Yaml).expect("it is YAML");
    schema::check(&mut diags, &root);
    let intent = intent::read(&mut diags, &root, &intent::Setting::default()).expect("it means something");
    assert!(diags.as_slice().is_empty(), "{pattern}: {:?}", diags.as_slice());
    lint::intent::check(&mut diags, &intent);
    assert!(diags.has_errors(), "{pattern} would be lowered");
    intent
}

fn lowered(intent: &Intent) -> Result<Lowered, Vec<&'static str>> {
    let mut diags = Diagnostics::default();
    lower(&mut diags, intent).ok_or_else(|| diags.as_slice().iter().map(|d| d.code.id).collect())
}

fn assert_exact(pattern: &str, intent: &Intent, lowered: &Lowered) {
    let proof = prove(intent, &Deployed::from(&lowered.plan));
    assert!(proof.is_proved(), "{pattern}: {:#?}", proof.counterexamples);
}

#[test]
fn the_bucket_says_every_pattern_exactly() {
    for (pattern, _) in PATTERNS {
        for cdn in ["", ", cdn: { authority: bucket }"] {
            let intent = read(pattern, cdn);
            let lowered = lowered(&intent).expect(pattern);
            let rules = &lowered.plan.assets[0].cors.as_ref().expect("something is granted").rules;
            assert!(
                rules.iter().any(|rule| rule.allowed_origins.iter().any(|o| o == pattern)),
                "{pattern}: {rules:#?}"
            );
            assert_exact(pattern, &intent, &lowered);
        }
    }
}

#[test]
fn a_policy_says_a_pattern_exactly_or_is_refused() {
    for (pattern, can_be_said) in PATTERNS {
        let intent = read(pattern, ", cdn: {}");
        match lowered(&intent) {
            Ok(lowered) => {
                assert!(can_be_said, "{pattern}");
                assert_exact(pattern, &intent, &lowered);
            }
            Err(codes) => {
                assert_eq!(codes, ["origin-pattern-at-edge"], "{pattern}");
                assert!(!can_be_said, "{pattern}");
            }
        }
    }
}
