//! `expect` of an intent as meant: what each text becomes.

use crate::support::project;
use corsynth::diagnostic::Diagnostics;
use corsynth::document::{self, Syntax};
use corsynth::fetch::CredentialsMode;
use corsynth::intent::{self, Intent, Then, Via};
use corsynth::source::SourceFile;

fn read(text: &str) -> (SourceFile, Intent) {
    let source = SourceFile::new("corsynth.yaml", text);
    let mut diags = Diagnostics::default();
    let root = document::parse(&mut diags, &source, Syntax::Yaml).expect("YAML");
    let intent = intent::read(&mut diags, &root, &intent::Setting::default());
    assert!(diags.as_slice().is_empty(), "{:#?}", diags.as_slice());
    (source, intent.expect("an intent"))
}

const INTENT: &str = r#"version: 1
name: acme
assets:
  static: { bucket: acme-static, region: eu-west-1, cdn: {} }
frontends:
  site: https://www.acme.example
allow:
  - { from: site, to: static, use: fetch }
expect:
  - name: a token in the key
    given: [GET static:/a origin=null x-id=1, "HEAD static:/a same-browser"]
    origin: https://www.acme.example
    get: static:/a?b=c
    headers: ["range: bytes=0-1", "x-id:", authorization]
    credentials: include
    via: cdn
    then: readable
    exposed: [etag, ETag]
  - { origin: "null", options: "static:/", then: blocked }
  - { origin: "http://localhost:3000", head: "static:/", then: readable, exposed: [] }
"#;

#[test]
fn every_text_becomes_what_it_means() {
    let (source, intent) = read(INTENT);
    let [token, null, local] = intent.expectations.as_slice() else { panic!("{:#?}", intent.expectations) };

    assert_eq!((token.index, token.title().as_str()), (0, "a token in the key"));
    let headers: Vec<_> = token.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    assert_eq!(headers, [("range", Some("bytes=0-1")), ("x-id", Some("")), ("authorization", None)]);
    assert_eq!(
        (token.credentials, token.via, token.then.value),
        (CredentialsMode::Include, Some(Via::Cdn), Then::Readable)
    );
    assert_eq!((token.method.as_str(), token.url.value.to_string().as_str()), ("GET", "static:/a?b=c"));
    let exposed: Vec<_> = token.exposed.iter().flatten().map(corsynth::fetch::HeaderName::as_str).collect();
    assert_eq!(exposed, ["etag"]);
    let [first, second] = token.given.as_slice() else { panic!("{:#?}", token.given) };
    assert_eq!(first.value.headers.iter().collect::<Vec<_>>(), [("Origin", "null"), ("x-id", "1")]);
    assert_eq!((first.value.same_browser, second.value.same_browser), (false, true));

    assert_eq!(source.slice(token.then.span), "readable");
    assert_eq!(source.slice(token.exposed_span), "etag, ETag");
    assert_eq!(source.slice(second.span), "\"HEAD static:/a same-browser\"");
    assert!(
        source.slice(token.span).starts_with("name: a token") && source.slice(token.url.span).starts_with("static:")
    );

    assert_eq!(null.title(), "OPTIONS static:/ from null");
    assert_eq!((null.credentials, null.via, null.exposed.as_ref()), (CredentialsMode::SameOrigin, None, None));
    assert_eq!(local.exposed.as_ref().map(std::collections::BTreeSet::len), Some(0));
}

#[test]
fn the_examples_say_what_must_be_blocked_too() {
    for (name, count) in [("02-uploads", 6), ("03-preview-wildcards", 4), ("05-kms", 4)] {
        let path = project("examples").join(name).join("corsynth.yaml");
        let (_, intent) = read(&std::fs::read_to_string(path).expect("an example"));
        assert_eq!(intent.expectations.len(), count, "{name}");
        let blocked = intent.expectations.iter().filter(|e| e.then.value == Then::Blocked).count();
        assert!(blocked > 0 && blocked < count, "{name}: {blocked} blocked");
    }
}
