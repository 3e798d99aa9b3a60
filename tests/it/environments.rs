//! Environments: what variables, `only-in`, accounts, guardrails and `in` come to in each, and what the proof says of it.

use corsynth::compile::{Checked, Compiled, Input, Options, Parsed, Syntax, check};
use corsynth::deployed::Deployed;
use corsynth::prove::prove;

const INTENT: &str = r#"version: 1
name: acme
environments:
  staging:
    account: "111122223333"
    vars: { domain: staging.acme.example }
  prod:
    account: "444455556666"
    vars: { domain: acme.example }
    guardrails: strict
guardrails:
  strict: { forbid: [wildcard-origin], max-origins: 2 }
assets:
  static: { bucket: "acme-static-${env}", region: eu-west-1, cdn: { aliases: ["cdn.${domain}"] } }
  drafts: { bucket: "acme-drafts-${env}", region: eu-west-1, account: "777788889999" }
frontends:
  site: ["https://www.${domain}", "https://${domain}"]
  preview: { origins: "https://*.preview.acme.example", only-in: staging }
allow:
  - { from: [site, preview], to: static, use: fonts }
  - { from: preview, to: drafts, use: fetch }
expect:
  - { origin: "https://www.${domain}", get: static:/a.woff2, then: readable }
  - { in: staging, origin: https://a.preview.acme.example, get: static:/a.woff2, then: readable }
  - { in: prod, origin: https://a.preview.acme.example, get: static:/a.woff2, then: blocked }
"#;

fn input(text: &str) -> Input {
    Input { name: "corsynth.yaml".to_owned(), bytes: text.as_bytes().to_vec(), syntax: Syntax::Yaml }
}

fn checked(text: &str) -> Checked {
    check(input(text), &Options::default())
}

/// Each finding in one line.
fn told(checked: &Checked) -> Vec<String> {
    checked.diagnostics.iter().map(|finding| format!("{}: {}", finding.code.id, finding.message)).collect()
}

fn both() -> (Compiled, Compiled) {
    let mut checked = checked(INTENT);
    assert_eq!(told(&checked), Vec::<String>::new());
    let prod = checked.environments.pop().expect("prod");
    (checked.environments.pop().expect("staging"), prod)
}

#[test]
fn every_environment_has_its_own_values() {
    let (staging, prod) = both();
    let facts = |compiled: &Compiled| {
        let plan = compiled.plan.as_ref().expect("a plan");
        let buckets =
            plan.assets.iter().filter_map(|asset| asset.bucket()).map(|b| (b.name.clone(), b.account.clone().unwrap()));
        (compiled.environment.clone().unwrap(), plan.name.clone(), buckets.collect::<Vec<_>>())
    };
    let bucket = |name: &str, account: &str| (name.to_owned(), account.to_owned());
    assert_eq!(
        facts(&staging),
        (
            "staging".to_owned(),
            "acme-staging".to_owned(),
            vec![bucket("acme-drafts-staging", "777788889999"), bucket("acme-static-staging", "111122223333")]
        )
    );
    // What is granted to preview pages alone is not made where there are none.
    let prod_buckets = vec![bucket("acme-static-prod", "444455556666")];
    assert_eq!(facts(&prod), ("prod".to_owned(), "acme-prod".to_owned(), prod_buckets));
}

#[test]
fn names_in_the_account_differ_by_environment() {
    let (staging, prod) = both();
    let names = |compiled: &Compiled| {
        let plan = compiled.plan.as_ref().expect("a plan");
        let asset = plan.assets.iter().find(|asset| asset.id == "static").expect("static");
        let cdn = asset.cdn.as_ref().expect("a CDN");
        format!("{:?}", cdn.origin_access_control)
    };
    assert_ne!(names(&staging), names(&prod));
}

#[test]
fn a_preview_page_reaches_no_environment_that_it_was_not_given_to() {
    let (staging, prod) = both();
    for (compiled, is_kept) in [(&staging, false), (&prod, true)] {
        let deployed = Deployed::from(compiled.plan.as_ref().expect("a plan"));
        let proof = prove(compiled.intent.as_ref().expect("an intent"), &deployed);
        assert!(proof.is_proved(), "{:#?}", proof.counterexamples);
        let kept = "`preview` is kept from `prod`: none of its pages gets there what is not granted to others";
        assert_eq!(proof.notes.iter().any(|note| note == kept), is_kept, "{:#?}", proof.notes);
    }
    // The plan of staging, set up in prod, lets the preview pages in: the proof of prod sees it.
    let mut leaky = Deployed::from(staging.plan.as_ref().expect("a plan"));
    for asset in &mut leaky.assets {
        asset.bucket.name = asset.bucket.name.as_ref().map(|name| name.replace("staging", "prod"));
    }
    let proof = prove(prod.intent.as_ref().expect("an intent"), &leaky);
    let shown = format!("{:?}", proof.counterexamples);
    assert!(!proof.is_proved() && shown.contains(".preview.acme.example"), "{shown}");
    assert!(!proof.notes.iter().any(|note| note.contains("is kept from")));
}

/// A frontend's pages are those of the environments that have it, whatever the variables are elsewhere.
#[test]
fn a_frontend_that_is_kept_has_the_origins_of_its_own_environment() {
    let text = r#"version: 1
name: acme
environments: { staging: { vars: { d: staging.acme.dev } }, prod: { vars: { d: acme.com } } }
assets: { s: { bucket: "acme-${env}", region: eu-west-1 } }
frontends:
  site: ["https://${d}", "https://pr-7.staging.acme.dev"]
  press: { origins: "https://pr-agency.acme.com", only-in: prod }
  preview: { origins: "https://pr-*.${d}", only-in: staging }
allow: [ { from: [site, press, preview], to: s, use: fonts } ]
"#;
    let kept = "withheld-origin-granted: `https://pr-*.staging.acme.dev` is kept from `prod`, and gets in as `site`";
    assert_eq!(told(&checked(text)), [kept]);
}

/// What is for one environment may use what only that one has.
#[test]
fn a_variable_is_needed_where_it_is_used() {
    let text = r#"version: 1
name: acme
environments: { dev: { vars: { preview: pr.a.dev } }, prod: {} }
assets: { s: { bucket: "acme-${env}", region: eu-west-1 } }
frontends:
  site: https://a.com
  lab: { origins: "https://${preview}", only-in: dev }
  site-dev: { origins: https://dev.a.com, only-in: dev }
  site-prod: { origins: https://www.a.com, only-in: prod }
allow: [ { from: [site, lab, "site-${env}"], to: s, use: fonts } ]
expect: [ { in: dev, origin: "https://${preview}", get: "s:/a", then: readable } ]
"#;
    assert_eq!(told(&checked(text)), Vec::<String>::new());
    let unknown = text.replace("only-in: dev }\n  site-dev", "only-in: prod }\n  site-dev");
    let told = told(&checked(&unknown));
    assert!(told.iter().any(|line| line.starts_with("unknown-variable: `prod` has no variable `preview`")), "{told:?}");
}

#[test]
fn a_guardrail_holds_where_it_is_named() {
    let leaky = INTENT.replace("only-in: staging", "only-in: [staging, prod]");
    let checked = checked(&leaky);
    let expected = [
        "wildcard-origin: `https://*.preview.acme.example` stands for many origins (in `prod`)",
        "too-many-origins: 3 origins are granted something, and the guardrail `strict` has room for 2 (in `prod`)",
    ];
    let mut told = told(&checked);
    told.sort();
    let mut expected: Vec<_> = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(told, expected);
}

#[test]
fn a_finding_of_every_environment_is_told_once() {
    let text = INTENT.replace("frontends:\n", "frontends:\n  old: https://old.acme.example\n");
    assert_eq!(told(&checked(&text)), ["unused-declaration: no grant uses the frontend `old`"]);
}

#[test]
fn a_fix_does_not_replace_a_variable_by_its_value() {
    let text = INTENT.replace("https://www.${domain}", "https://www.${domain}/");
    let checked = checked(&text);
    let fixes: Vec<_> = checked.diagnostics.iter().map(|finding| (finding.code.id, finding.fix.is_some())).collect();
    assert!(fixes.contains(&("non-canonical-origin", false)) && !fixes.iter().any(|(_, fix)| *fix), "{fixes:?}");
}

#[test]
fn an_environment_must_be_named_and_be_there() {
    let said = |text: &str, environment: Option<&str>| {
        let compiled = Parsed::new(input(text), &Options::default()).compile(environment);
        assert!(compiled.plan.is_none());
        let first = compiled.diagnostics.first().expect("a finding");
        let underlined = compiled.source.slice(first.primary.span).chars().take(12).collect::<String>();
        (first.code.id, first.message.clone(), underlined)
    };
    let finding = |code, message: &str, underlined: &str| (code, message.to_owned(), underlined.to_owned());
    assert_eq!(
        said(INTENT, None),
        finding("unnamed-environment", "the intent is for several environments", "environments")
    );
    assert_eq!(
        said(INTENT, Some("dev")),
        finding("unknown-environment", "the intent has no environment `dev`", "environments")
    );
}

#[test]
fn without_environments_a_variable_is_text() {
    let text = "version: 1\nname: acme\nowner: a ${team} and $${more}\n\
        assets: { static: { bucket: acme-static, region: eu-west-1 } }\n\
        frontends: { site: https://www.acme.example }\nallow: [{ from: site, to: static, use: fonts }]\n";
    let of = |text: &str, at: usize| checked(text).environments[at].intent.as_ref().and_then(|i| i.owner.clone());
    assert_eq!(of(text, 0).as_deref(), Some("a ${team} and $${more}"));
    let with =
        format!("{text}environments: {{ one: {{ vars: {{ team: \"b\" }} }}, two: {{ vars: {{ team: $c }} }} }}\n");
    assert_eq!(of(&with, 0).as_deref(), Some("a b and ${more}"));
    assert_eq!(of(&with, 1).as_deref(), Some("a $c and ${more}"));
}

#[test]
fn a_waiver_counts_in_its_environment_until_its_last_day() {
    let text = "version: 1\nname: acme\nenvironments: { staging: {}, prod: {} }\n\
        assets: { inbox: { bucket: \"acme-inbox-${env}\", region: eu-west-1 } }\n\
        allow: [{ from: anyone, to: inbox, upload: { how: presigned-put } }]\n\
        waivers: [{ rule: upload-from-anyone, in: staging, frontend: anyone, asset: inbox, reason: r, owner: o, expires: 2026-12-31 }]\n";
    let told_on = |day: &str| {
        let options = Options { today: Some(day.parse().expect("a day")), ..Options::default() };
        told(&check(input(text), &options))
    };
    let prod = "upload-from-anyone: an upload is granted to `anyone` (in `prod`)".to_owned();
    assert_eq!(told_on("2026-06-30"), std::slice::from_ref(&prod));
    assert_eq!(told_on("2026-12-31"), [prod, "expiring-waiver: the waiver ends today (in `staging`)".to_owned()]);
    let expired = [
        "upload-from-anyone: an upload is granted to `anyone`",
        "expired-waiver: the waiver ended on 2026-12-31 (in `staging`)",
    ];
    assert_eq!(told_on("2027-01-01"), expired);
}

#[test]
fn values_cannot_make_a_file_grow_beyond_all_bounds() {
    let value = "x".repeat(1 << 16);
    let text = format!(
        "version: 1\nname: acme\nowner: \"{}\"\nenvironments: {{ one: {{ vars: {{ a: {value} }} }} }}\n\
         assets: {{ static: {{ bucket: acme-static, region: eu-west-1 }} }}\n\
         frontends: {{ site: https://www.acme.example }}\nallow: [{{ from: site, to: static, use: fonts }}]\n",
        "${a}".repeat(100_000)
    );
    let told = told(&checked(&text));
    assert!(told.contains(&"document-too-large: with the values of its variables, the file is too large".to_owned()));
    let unknown = text.replace("{ a: x", "{ b: x");
    let told = self::told(&checked(&unknown));
    assert!(told.iter().filter(|line| line.starts_with("unknown-variable")).count() > 1000);
}

#[test]
fn what_one_environment_has_no_use_for_is_unused_when_no_other_has() {
    let text = |only_in: &str| {
        format!(
            "version: 1\nname: acme\nenvironments: {{ staging: {{}}, prod: {{}} }}\n\
             assets: {{ inbox: {{ bucket: \"acme-inbox-${{env}}\", region: eu-west-1 }} }}\nfrontends:\n  \
             site: https://www.acme.example\n  # corsynth: allow local-origin-in-production -- the demo is local\n  \
             dev: {{ origins: http://localhost:3000, only-in: {only_in} }}\n\
             allow: [{{ from: [site, dev], to: inbox, use: fonts }}]\n"
        )
    };
    let both = text("[staging, prod]");
    assert_eq!(told(&checked(&both)), Vec::<String>::new());
    let staging = text("staging");
    let unused = "unused-allowance: there is no `local-origin-in-production` here to allow";
    assert_eq!(told(&checked(&staging)), [unused]);
    // Of one of them alone nobody can tell.
    let one = Parsed::new(input(&staging), &Options::default()).compile(Some("staging"));
    assert_eq!(told(&Checked::from(vec![one])), Vec::<String>::new());
}

#[test]
fn a_variable_that_is_not_closed_is_none() {
    for broken in ["acme-static-${env", "acme-static-${}", "acme-static-${"] {
        let text = INTENT.replace("acme-static-${env}", broken);
        let told = told(&checked(&text));
        assert_eq!(told, ["unknown-variable: a `${` that names no variable"], "{broken}");
    }
}
