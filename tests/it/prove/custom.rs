//! Servers of the user's own: what their contract, their cache and what identifies users must be.

use corsynth::compile::{Compiled, Input, Syntax, compile};
use corsynth::deployed::{Asset, Deployed, Distribution, Selection, managed};
use corsynth::prove::{About, Kind, Proof, prove};

/// An intent with one server, its `cdn` and its grants.
fn compiled(cdn: &str, allow: &[&str]) -> Compiled {
    let allow: String = allow.iter().map(|grant| format!("  - {{ to: api, {grant} }}\n")).collect();
    let text = format!(
        "version: 1\nname: acme\nassets:\n  api: {{ origin: 'https://api.internal.acme.example', cdn: {{ {cdn} }} }}\n\
         frontends:\n  site: [https://www.acme.example]\n  desk: [https://desk.acme.example]\n  both: [https://www.acme.example, https://desk.acme.example]\n\
         allow:\n{allow}"
    );
    compile(Input { name: "custom".into(), bytes: text.into_bytes(), syntax: Syntax::Yaml })
}

#[track_caller]
fn proved(cdn: &str, allow: &[&str]) -> (Compiled, Deployed) {
    let compiled = compiled(cdn, allow);
    let plan = compiled.plan.as_ref().unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    let deployed = Deployed::from(plan);
    let proof = prove(compiled.intent.as_ref().unwrap(), &deployed);
    assert!(proof.is_proved(), "{cdn} {allow:?}: {proof:#?}");
    assert!(proof.notes.iter().any(|note| note.contains("provided that")), "{proof:#?}");
    (compiled, deployed)
}

fn distribution(deployed: &mut Deployed) -> &mut Distribution {
    deployed.assets[0].distribution.as_mut().unwrap()
}

fn asset(deployed: &Deployed) -> &Asset {
    &deployed.assets[0]
}

/// The proof after a change.
fn after(cdn: &str, allow: &[&str], change: impl FnOnce(&mut Deployed)) -> Proof {
    let (compiled, mut deployed) = proved(cdn, allow);
    change(&mut deployed);
    prove(compiled.intent.as_ref().unwrap(), &deployed)
}

#[track_caller]
fn refuted(proof: &Proof, kind: Kind, about: About, actual: &str) {
    let found = proof.counterexamples.iter().find(|c| (c.kind, c.about) == (kind, about));
    assert!(found.is_some_and(|c| c.actual.contains(actual)), "{proof:#?}");
}

#[test]
fn every_voice_of_a_server_is_proved() {
    for (cdn, allow, rules, keyed) in [
        // The edge speaks, and the server never hears of `Origin`.
        ("", &["from: site, use: fetch"][..], 0, false),
        // Preflights are the server's.
        ("", &["from: site, use: fetch, request-headers: [x-trace]"], 1, true),
        ("key-on-origin: false", &["from: site, use: fetch, request-headers: [x-trace]"], 1, false),
        ("authority: origin", &["from: site, use: fetch"], 1, true),
        ("authority: origin, ttl: { max: 0 }", &["from: site, use: fetch"], 1, false),
        ("ttl: { max: 0 }", &["from: site, use: fetch"], 0, false),
        ("", &["from: site, use: fetch, credentials: bearer"], 1, false),
        ("", &["from: site, use: fetch, credentials: cookies"], 1, false),
        ("authority: origin", &["from: site, use: fetch, credentials: cookies"], 1, false),
        ("authority: origin", &["from: site, use: fetch", "from: desk, use: fetch, credentials: cookies"], 2, false),
        (
            "",
            &["from: desk, use: fetch, methods: [PATCH, POST, DELETE, PUT], request-headers: [content-type]"],
            1,
            false,
        ),
        ("security-headers: true", &["from: anyone, use: fetch"], 0, false),
        ("authority: origin", &["from: anyone, use: [fetch, range]"], 1, true),
    ] {
        let (_, deployed) = proved(cdn, allow);
        let custom = asset(&deployed).custom_origin().unwrap();
        assert_eq!(custom.contract.rules.len(), rules, "{cdn} {allow:?}: {custom:#?}");
        let distribution = asset(&deployed).distribution.as_ref().unwrap();
        assert_eq!(distribution.behaviors[0].cache_policy.headers.takes("Origin"), keyed, "{cdn} {allow:?}");
        assert_eq!(distribution.origin_access_control, None);
        assert_eq!(asset(&deployed).bucket, corsynth::deployed::Bucket::default(), "nothing of S3");
        let behavior = &distribution.behaviors[0];
        let forwards_query = behavior.cache_policy.query_strings == Selection::All
            || behavior.origin_request_policy.as_ref().is_some_and(|p| p.query_strings == Selection::All);
        assert!(forwards_query, "{cdn} {allow:?}: a server may answer by the query string");
    }
}

#[test]
fn credentials_that_nobody_granted_are_refused() {
    let grants = ["from: site, use: fetch", "from: desk, use: fetch, credentials: cookies"];
    let proof = after("authority: origin", &grants, |deployed| {
        for rule in &mut deployed.assets[0].cors_mut().unwrap().rules {
            rule.allow_credentials = true;
        }
    });
    refuted(&proof, Kind::OverGrant, About::Credentials, "with cookies");
    let proof = after("authority: origin", &grants, |deployed| {
        for rule in &mut deployed.assets[0].cors_mut().unwrap().rules {
            rule.allow_credentials = false;
        }
    });
    refuted(&proof, Kind::UnderGrant, About::Credentials, "blocked with cookies");
    // A policy of the edge that allows them, in front of a server that looks at cookies.
    let proof = after("", &["from: site, use: fetch"], |deployed| {
        let policy = distribution(deployed).behaviors[0].response_headers_policy.as_mut().unwrap();
        policy.cors.as_mut().unwrap().allow_credentials = true;
    });
    refuted(&proof, Kind::OverGrant, About::Credentials, "with cookies");
    // A grant that writes gets none, either.
    let grants = ["from: desk, use: fetch, methods: [PATCH]"];
    let proof = after("authority: origin", &grants, |deployed| {
        deployed.assets[0].cors_mut().unwrap().rules[0].allow_credentials = true;
    });
    refuted(&proof, Kind::OverGrant, About::Credentials, "with cookies");
}

#[test]
fn what_identifies_users_reaches_the_server_and_no_other_user() {
    for credentials in ["cookies", "bearer"] {
        let grant = format!("from: site, use: fetch, credentials: {credentials}");
        let proof = after("authority: origin", &[&grant], |deployed| {
            let behavior = &mut distribution(deployed).behaviors[0];
            behavior.cache_policy = managed::cache_policy("658327ea-f89d-4fab-a63d-7e88639e58f6").unwrap();
            behavior.cache_policy.headers = Selection::Whitelist(vec!["Origin".to_owned()]);
        });
        refuted(&proof, Kind::OverGrant, About::Users, "the cache keeps it for all others");
        let proof = after("authority: origin", &[&grant], |deployed| {
            let policy = managed::origin_request_policy("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf");
            distribution(deployed).behaviors[0].origin_request_policy = policy;
        });
        refuted(&proof, Kind::UnderGrant, About::Users, "neither the cache policy");
    }
}

#[test]
fn the_managed_policy_for_custom_origins_brings_no_preflight_to_the_server() {
    let grant = ["from: site, use: fetch, request-headers: [x-trace]"];
    let proof = after("authority: origin, ttl: { max: 0 }", &grant, |deployed| {
        let policy = managed::origin_request_policy("59781a5b-3903-41f3-afcb-af62929ccde1");
        distribution(deployed).behaviors[0].origin_request_policy = policy;
    });
    refuted(&proof, Kind::UnderGrant, About::Response, "blocked");
}

#[test]
fn a_server_that_is_not_told_apart_by_origin_is_refuted_by_its_cache() {
    let proof = after("authority: origin", &["from: both, use: fetch"], |deployed| {
        let key = &mut distribution(deployed).behaviors[0].cache_policy.headers;
        *key = Selection::None;
    });
    let found = proof.counterexamples.iter().find(|c| c.kind == Kind::UnderGrant).unwrap();
    assert_eq!(found.scenario.given.len(), 1, "{found:#?}");
}

#[test]
fn a_contract_that_lets_strangers_in_is_refuted() {
    let proof = after("authority: origin", &["from: site, use: fetch"], |deployed| {
        deployed.assets[0].cors_mut().unwrap().rules[0].allowed_origins = vec!["https://*.acme.example".to_owned()];
    });
    refuted(&proof, Kind::OverGrant, About::Response, "readable");
}

#[test]
fn one_contract_for_all_paths_cannot_hold_what_is_granted_on_one() {
    let text = "version: 1
name: acme
assets:
  api: { origin: 'https://api.internal.acme.example', paths: { staff: /staff/* }, cdn: { authority: origin } }
frontends:
  site: https://www.acme.example
  desk: https://desk.acme.example
allow:
  - { from: site, to: api, use: fetch }
  - { from: desk, to: api/staff, use: fetch }
";
    let compiled = compile(Input { name: "paths".into(), bytes: text.into(), syntax: Syntax::Yaml });
    let found = compiled.diagnostics.iter().find(|d| d.code.id == "grant-leaks-to-path").expect("it is refused");
    assert!(found.message.starts_with("the server's contract would also"), "{found:#?}");
}

#[test]
fn a_function_that_answers_preflights_leaves_the_server_out_of_it() {
    let compiled = compiled("preflight: function", &["from: site, use: fetch, request-headers: [x-trace]"]);
    // What functions make of requests is decided elsewhere: here it is what the plan says.
    let intent = compiled.intent.as_ref().unwrap();
    let mut diagnostics = corsynth::diagnostic::Diagnostics::default();
    let plan = corsynth::lower::lower(&mut diagnostics, intent).unwrap().plan;
    let cdn = plan.assets[0].cdn.as_ref().unwrap();
    assert_eq!(plan.assets[0].custom_origin().unwrap().contract, []);
    let [function] = cdn.functions.as_slice() else { panic!("{cdn:#?}") };
    assert!(function.config.answers_preflights && !function.config.sets_headers);
    assert_eq!(function.config.rules[0].allowed_headers, ["x-trace"]);
    assert!(function.name.full().len() <= 64, "{:?}", function.name);
    assert_eq!(cdn.behaviors[0].viewer_request.as_ref(), Some(&function.id));
    assert!(cdn.behaviors[0].allowed_methods.methods().contains(&"OPTIONS"));
    assert_eq!(cdn.behaviors[0].origin_request_policy, None, "the server does not hear of `Origin`");
}

#[test]
fn another_origin_than_the_intent_has_is_not_judged() {
    let (compiled, deployed) = proved("authority: origin", &["from: site, use: fetch"]);
    let intent = compiled.intent.as_ref().unwrap();
    let unknown = |change: &dyn Fn(&mut Distribution)| {
        let mut deployed = deployed.clone();
        change(distribution(&mut deployed));
        let proof = prove(intent, &deployed);
        assert!(!proof.is_proved());
        proof.unknown.join("; ")
    };
    assert!(unknown(&|d| d.custom_origin = None).contains("do not say what"));
    assert!(unknown(&|d| d.custom_origin.as_mut().unwrap().https_port = 8443).contains("on port 8443"));
    let other = |d: &mut Distribution| "evil.example".clone_into(&mut d.custom_origin.as_mut().unwrap().domain_name);
    assert!(unknown(&other).contains("`evil.example`"));
    // A bucket that became a server: its own host would not be looked at.
    let text = "version: 1\nname: acme\nassets:\n  api: { bucket: acme-api, region: eu-west-1, cdn: {} }\n\
                frontends:\n  site: https://www.acme.example\nallow:\n  - { from: site, to: api, use: fetch }\n";
    let bucket = compile(Input { name: "bucket".into(), bytes: text.into(), syntax: Syntax::Yaml });
    let proof = prove(bucket.intent.as_ref().unwrap(), &deployed);
    assert!(proof.unknown.join("; ").contains("which is the bucket `acme-api`"), "{proof:#?}");
}
