//! Scenarios in words: what is understood, what is refused, and that words and scenarios tell the same.

use corsynth::deployed::{Asset, Bucket, CorsConfiguration, CorsRule, Deployed, Distribution, Provenance, RuleOrder};
use corsynth::simulate::words::{Mistake, Names, Words, readings};
use corsynth::simulate::{Asked, CredentialsMode, Door, Reading};
use proptest::prelude::*;

/// Two assets: one behind a distribution with aliases, one without any.
pub(crate) fn deployed() -> Deployed {
    let bucket = |name: &str| Bucket {
        name: Some(name.to_owned()),
        region: Some("eu-west-1".to_owned()),
        cors: Some(CorsConfiguration { rules: vec![CorsRule::default(), CorsRule::default()], order: RuleOrder::Any }),
        ..Bucket::default()
    };
    let asset = |id: &str, distribution| Asset {
        id: id.to_owned(),
        bucket: bucket(&format!("acme-{id}")),
        distribution,
        provenance: Provenance::default(),
    };
    let aliases = vec!["static.acme.com".to_owned(), "*.files.acme.com".to_owned()];
    let distribution = Distribution { aliases, ..Distribution::default() };
    Deployed { assets: vec![asset("static", Some(distribution)), asset("uploads", None)] }
}

fn names(deployed: &Deployed) -> Names<'_> {
    Names { deployed, any: false }
}

fn page(url: &str) -> Words {
    Words { origin: Some("https://www.acme.com".into()), method: "GET".into(), url: url.into(), ..Words::default() }
}

fn mistake(words: &Words) -> Mistake {
    words.read(names(&deployed())).map(|ask| ask.scenario).expect_err("a mistake")
}

#[test]
fn urls_lead_to_a_door_of_an_asset() {
    let deployed = deployed();
    for (text, asset, door, shown) in [
        ("static:/a?b=c", "static", Door::Distribution, "https://static.acme.com/a?b=c"),
        ("uploads:/", "uploads", Door::Bucket, "https://acme-uploads.s3.eu-west-1.amazonaws.com/"),
        ("https://STATIC.acme.com", "static", Door::Distribution, "https://static.acme.com/"),
        ("http://static.acme.com/a", "static", Door::Distribution, "http://static.acme.com/a"),
        ("https://x.files.acme.com?q", "static", Door::Distribution, "https://x.files.acme.com/?q"),
        (
            "https://acme-static.s3.eu-west-1.amazonaws.com/a",
            "static",
            Door::Bucket,
            "https://acme-static.s3.eu-west-1.amazonaws.com/a",
        ),
    ] {
        let ask = page(text).read(names(&deployed)).expect(text);
        let Asked::Page(request) = &ask.scenario.asked else { panic!("{text}") };
        assert_eq!((ask.asset.id.as_str(), request.url.door, request.url.to_string().as_str()), (asset, door, shown));
    }
    let via = Words { via: Some(Door::ForeignDistribution), ..page("uploads:/x") };
    assert!(via.read(names(&deployed)).is_ok());
}

#[test]
fn a_lone_bucket_answers_to_every_name() {
    let mut deployed = deployed();
    deployed.assets.remove(0);
    for text in ["whatever:/a", "uploads:/a", "https://cdn.example.com/a"] {
        assert!(page(text).read(Names { deployed: &deployed, any: true }).is_ok(), "{text}");
    }
    assert!(page("whatever:/a").read(names(&deployed)).is_err());
    assert!(page("/a").read(Names { deployed: &deployed, any: true }).is_err());
}

#[test]
fn mistakes_say_what_was_probably_meant() {
    let with = |change: fn(&mut Words)| {
        let mut words = page("static:/a");
        change(&mut words);
        mistake(&words)
    };
    let cases: [(Mistake, &str, &str); 22] = [
        (with(|w| w.url = "statics:/a".into()), "no asset is called `statics`", "did you mean `static`?"),
        (with(|w| w.url = "zzz:/a".into()), "no asset is called `zzz`", "there is `static`, `uploads`"),
        (with(|w| w.url = "static/a".into()), "`static/a` is not an address", "write `ASSET:/PATH`"),
        (with(|w| w.url = "static:a".into()), "`static:a` is not an address", "write `ASSET:/PATH`"),
        (
            with(|w| w.url = "https://statik.acme.com/".into()),
            "no asset answers at `statik.acme.com`",
            "`static.acme.com`",
        ),
        (with(|w| w.url = "static:/a b".into()), "spaces", "%20"),
        (with(|w| w.url = "static:/a#b".into()), "fragment", "drop"),
        (
            with(|w| (w.url, w.via) = ("https://static.acme.com".into(), Some(Door::Bucket))),
            "not to `s3`",
            "`static:/`",
        ),
        (with(|w| (w.url, w.via) = ("uploads:/a".into(), Some(Door::Distribution))), "no distribution", "--via s3"),
        (with(|w| w.first_rule = Some(3)), "there is no rule 3", "rules 1 to 2"),
        (with(|w| w.first_rule = Some(0)), "there is no rule 0", "rules 1 to 2"),
        (with(|w| w.origin = None), "has an origin", "--origin"),
        (with(|w| w.origin = Some("a b".into())), "`a b` is not an origin", "scheme://host"),
        (with(|w| w.method = "GE T".into()), "`GE T` is not a method", ""),
        (with(|w| w.headers = vec!["a b: c".into()]), "`a b` is not the name of a header", "NAME: VALUE"),
        (with(|w| w.headers = vec!["a: b\nc".into()]), "line end", ""),
        (with(|w| (w.raw, w.headers) = (true, vec!["a".into()])), "`a` of a raw request has no value", "`a: VALUE`"),
        (with(|w| (w.raw, w.preflight) = (true, true)), "a raw request has no preflight", "OPTIONS"),
        (with(|w| w.given = vec!["GET".into()]), "lacks a method or a URL", "METHOD URL"),
        (with(|w| w.given = vec!["GET static:/a nonsense".into()]), "`nonsense` is neither", "METHOD URL"),
        (with(|w| w.given = vec!["GET static:/a \"x".into()]), "quote", "METHOD URL"),
        (with(|w| w.given = vec!["GET uploads:/a".into()]), "`uploads:/a` is at `uploads`", "same asset"),
    ];
    for (found, message, help) in cases {
        assert!(found.message.contains(message), "{found:?}");
        assert!(help.is_empty() || found.help.join("\n").contains(help), "{found:?}");
    }
}

#[test]
fn an_origin_that_no_browser_sends_is_remarked() {
    let deployed = deployed();
    for (origin, is_odd) in [
        ("https://www.acme.com", false),
        ("null", false),
        ("http://localhost:5173", false),
        ("www.acme.com", true),
        ("https://www.acme.com/", true),
        ("HTTPS://WWW.ACME.COM", true),
        ("https://*.acme.com", true),
    ] {
        let words = Words { origin: Some(origin.into()), ..page("static:/a") };
        assert_eq!(words.read(names(&deployed)).expect(origin).remarks.len(), usize::from(is_odd), "{origin}");
    }
}

#[test]
fn earlier_requests_take_headers_and_quotes() {
    let deployed = deployed();
    let given =
        r#"OPTIONS https://acme-static.s3.eu-west-1.amazonaws.com/a origin=null "accept-language=en, de" same-browser"#;
    let words = Words { given: vec![given.into()], ..page("static:/a") };
    let scenario = words.read(names(&deployed)).expect(given).scenario;
    let headers: Vec<_> = scenario.given[0].request.headers.iter().collect();
    assert_eq!(headers, [("Origin", "null"), ("accept-language", "en, de")]);
    assert_eq!(scenario.given[0].request.url.door, Door::Bucket);
}

#[test]
fn readings_are_settled_by_name() {
    let (values, settled) = readings(["policy-wildcard=one-label", "s3-origin-case=sensitive"]).expect("readings");
    assert_eq!(values.unusual(), [("policy-wildcard", "one-label")]);
    assert_eq!(settled, [Reading::PolicyWildcard, Reading::S3OriginCase]);
    let wrong = |text: &[&str]| readings(text.iter().copied()).expect_err("a mistake");
    assert_eq!(wrong(&["list"]).help.len(), corsynth::simulate::readings::READINGS.len());
    assert!(wrong(&["s3-origin-case"]).help[0].starts_with("`s3-origin-case=sensitive|insensitive`: does case"));
    assert!(wrong(&["s3-origin-case=x"]).message.contains("`x` does not answer"));
    assert!(wrong(&["s3-origin-case=sensitive", "s3-origin-case=sensitive"]).message.contains("twice"));
}

/// Words of all kinds, odd ones among them.
pub(crate) fn any_words() -> impl Strategy<Value = Words> {
    let url = prop_oneof![
        "(static|uploads):/[a-z0-9/%.'$&;*]{0,8}(\\?[a-z=&'/]{0,5})?",
        "https?://(static[.]acme[.]com|x[.]files[.]acme[.]com|foreign[.]cdn[.]invalid)/[a-z']{0,4}",
        "http://acme-static[.]s3[.]eu-west-1[.]amazonaws[.]com/[a-z]{0,4}",
    ];
    let headers = || proptest::collection::vec("[A-Za-z-]{1,6}(: [a-z0-9'\"\\\\$=, ]{0,8})?", 0..3);
    let given = proptest::collection::vec(
        ("(GET|OPTIONS|x)", "(static:/[a-z?']{0,4}|https?://static[.]acme[.]com/a)", headers(), any::<bool>()),
        0..3,
    );
    let credentials =
        prop_oneof![Just(CredentialsMode::Omit), Just(CredentialsMode::SameOrigin), Just(CredentialsMode::Include),];
    let first_rule = prop_oneof![Just(None), Just(Some(1)), Just(Some(2))];
    let via = prop_oneof![Just(None), Just(Some(Door::Bucket)), Just(Some(Door::ForeignDistribution))];
    let origin = "(https://[a-z'$]{1,5}[.]com|null|-x|capacitor://localhost)";
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (origin, "[!A-Za-z'-]{1,7}", url, headers(), credentials, given, flags, (via, first_rule)).prop_map(
        |(origin, method, url, headers, credentials, given, (raw, preflight, missing), (via, first_rule))| Words {
            origin: Some(origin),
            method,
            headers: headers.into_iter().filter(|header| !raw || header.contains(": ")).collect(),
            credentials: if raw { CredentialsMode::default() } else { credentials },
            given: if url.contains("static") { given.iter().map(spell).collect() } else { Vec::new() },
            raw,
            preflight: preflight && !raw,
            missing,
            via: via.filter(|_| !url.contains("//")),
            first_rule,
            url,
        },
    )
}

fn spell((method, url, headers, same_browser): &(String, String, Vec<String>, bool)) -> String {
    let mut text = format!("{method} {url}");
    for (name, value) in headers.iter().filter_map(|header| header.split_once(": ")) {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        text = format!("{text} {name}=\"{value}\"");
    }
    if *same_browser { text + " same-browser" } else { text }
}

proptest! {
    /// What one direction writes, the other reads.
    #[test]
    fn words_and_scenarios_tell_the_same(words in any_words()) {
        let deployed = deployed();
        let ask = match words.read(names(&deployed)) {
            Ok(ask) => ask,
            // A foreign host tells no asset.
            Err(mistake) => {
                prop_assert!(mistake.message.contains("several assets"), "{mistake:?}");
                return Ok(());
            }
        };
        let told = Words::telling(ask.asset, &ask.scenario);
        let again = told.read(names(&deployed)).expect("what is told is understood");
        prop_assert_eq!(&again.scenario, &ask.scenario, "{:?}", told);
        prop_assert_eq!(&again.asset.id, &ask.asset.id);
        prop_assert_eq!(Words::telling(again.asset, &again.scenario), told);
    }

    /// Any text is a scenario or a mistake, and no panic.
    #[test]
    fn any_words_are_read(
        texts in proptest::collection::vec("(static:/|https?://|GET |[a-z:/?#=\"\\\\ \u{0}\u{1b}ä名*-]{0,12}){0,3}", 6),
    ) {
        let [origin, method, url, header, given, reading] = texts.try_into().expect("six texts");
        let _ = readings([reading.as_str()]);
        let words = Words {
            origin: Some(origin),
            method,
            url,
            headers: vec![header],
            given: vec![given],
            ..Words::default()
        };
        let deployed = deployed();
        for any in [false, true] {
            for words in [words.clone(), Words { method: "GET".into(), url: "static:/".into(), ..words.clone() }] {
                let _ = words.read(Names { deployed: &deployed, any });
            }
        }
    }
}
