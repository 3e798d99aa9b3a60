//! Whatever text a plan holds, it stays data.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::reader::resolved;
use super::{artifacts, contents, is_payload, is_yaml};
use crate::sample_plan;
use corsynth::aws::cloudfront::OriginRequestHeaders;
use corsynth::plan::{AssetOrigin, Cdn, Plan};
use corsynth::render::Artifact;

/// Puts the next text into every place of a plan that holds free text. What the plan promises about its ids stays.
fn fill(plan: &mut Plan, next: &mut dyn FnMut() -> String) {
    plan.name = next();
    plan.owner = Some(next());
    for asset in &mut plan.assets {
        let AssetOrigin::Bucket(bucket) = &mut asset.origin else { continue };
        for text in
            [&mut bucket.name, &mut bucket.region].into_iter().chain(&mut bucket.account).chain(&mut bucket.kms_key)
        {
            *text = next();
        }
        for rule in asset.cors.iter_mut().flat_map(|cors| &mut cors.rules) {
            rule.id = next();
            let lists = [
                &mut rule.allowed_origins,
                &mut rule.allowed_methods,
                &mut rule.allowed_headers,
                &mut rule.expose_headers,
            ];
            lists.into_iter().flatten().for_each(|text| *text = next());
        }
        asset.provenance.0.iter_mut().for_each(|text| *text = next());
        if let Some(certificate) = asset.owned.as_mut().and_then(|owned| owned.certificate.as_mut()) {
            *certificate = next();
        }
        if let Some(cdn) = &mut asset.cdn {
            fill_cdn(cdn, next);
        }
    }
}

fn fill_cdn(cdn: &mut Cdn, next: &mut dyn FnMut() -> String) {
    cdn.distribution
        .iter_mut()
        .chain(&mut cdn.aliases)
        .chain(&mut cdn.invalidation_paths)
        .for_each(|text| *text = next());
    if let Some(control) = &mut cdn.origin_access_control {
        control.name.suffix = next();
        control.config.description = next();
    }
    for policy in &mut cdn.cache_policies {
        policy.name.suffix = next();
        policy.config.comment = next();
        policy.config.headers.iter_mut().for_each(|text| *text = next());
    }
    for policy in &mut cdn.origin_request_policies {
        policy.name.suffix = next();
        policy.config.comment = next();
        let (OriginRequestHeaders::Whitelist(headers) | OriginRequestHeaders::AllExcept(headers)) =
            &mut policy.config.headers;
        for text in headers.iter_mut() {
            *text = next();
        }
    }
    for policy in &mut cdn.response_headers_policies {
        policy.name.suffix = next();
        policy.config.comment = next();
        policy.provenance.0.iter_mut().for_each(|text| *text = next());
        for header in &mut policy.config.custom_headers {
            header.header = next();
            header.value = next();
        }
        if let Some(cors) = &mut policy.config.cors {
            let lists = [
                &mut cors.access_control_allow_origins,
                &mut cors.access_control_allow_headers,
                &mut cors.access_control_allow_methods,
                &mut cors.access_control_expose_headers,
            ];
            lists.into_iter().flatten().for_each(|text| *text = next());
        }
    }
    cdn.behaviors.iter_mut().filter_map(|behavior| behavior.path_pattern.as_mut()).for_each(|text| *text = next());
    for statement in cdn.bucket_policy.iter_mut().chain(&mut cdn.key_policy) {
        statement.sid = next();
        statement.actions.iter_mut().for_each(|text| *text = next());
    }
}

fn filled(of: &str, mut next: impl FnMut() -> String) -> Plan {
    let (_, mut plan) = sample_plan::all().into_iter().find(|(name, _)| *name == of).expect("there is one");
    fill(&mut plan, &mut next);
    plan
}

/// The tree with every string changed.
fn map_texts(tree: Json, change: &dyn Fn(String) -> String) -> Json {
    match tree {
        Json::String(text) => change(text).into(),
        Json::Array(items) => items.into_iter().map(|item| map_texts(item, change)).collect(),
        Json::Object(map) => {
            map.into_iter().map(|(k, v)| (k, map_texts(v, change))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}

/// Rendering and putting in texts can change places: a plan whose texts are tokens, rendered, read and computed, with
/// the tokens then replaced, is the plan with the texts, rendered, read and computed.
fn assert_texts_are_data(texts: &[String]) {
    for of in ["mixed", "owned-and-attached"] {
        assert_texts_of(of, texts);
    }
}

fn assert_texts_of(of: &str, texts: &[String]) {
    let mut count = 0;
    let tokens = artifacts(&filled(of, || {
        count += 1;
        format!("TOKEN{count:04}")
    }));
    let text = |index: usize| texts[index % texts.len()].clone();
    let mut index = 0;
    let actual = artifacts(&filled(of, || {
        index += 1;
        text(index)
    }));
    let put_in = |with_tokens: String| {
        let mut pieces = with_tokens.split("TOKEN");
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |out, piece| {
            let (number, rest) = piece.split_at(4);
            out + &text(number.parse().expect("a number")) + rest
        })
    };
    let harmless = |text: String| text.replace("{{resolve:", "{{ resolve:");
    let paths = |artifacts: &[Artifact]| artifacts.iter().map(|a| a.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&tokens), paths(&actual));
    for (token, actual) in tokens.iter().zip(&actual) {
        let (expected, actual) = if is_yaml(token) {
            (map_texts(resolved(&token.contents), &|text| harmless(put_in(text))), resolved(&actual.contents))
        } else if is_payload(token) {
            let parse = |text: &str| serde_json::from_str::<Json>(text).expect("JSON");
            (map_texts(parse(&token.contents), &put_in), parse(&actual.contents))
        } else {
            continue;
        };
        assert_eq!(expected, actual, "{}", token.path);
    }
    // Each text went somewhere.
    assert!(count > 50, "{count}");
    for number in 1..=count {
        let token = format!("TOKEN{number:04}");
        assert!(
            tokens.iter().any(|a| (is_yaml(a) || a.path == "corsynth.lock.json") && a.contents.contains(&token)),
            "{token}"
        );
    }
}

#[test]
fn functions_and_references_in_a_text_are_data() {
    let texts = [
        "${AWS::AccountId}",
        "${",
        "${!a}",
        "$${NamePrefix}",
        "a${b",
        "!Ref NamePrefix",
        "{{resolve:ssm:/secret}}",
        "Fn::Sub",
        "2012-10-17",
        "no",
        "\ttab\nline",
        "-->",
        "```\n$(id)",
        "'; rm -rf /",
        "a | b",
        "\u{2028}",
        "<<",
        "*a",
    ];
    assert_texts_are_data(&texts.map(str::to_owned));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_text_is_data(texts in prop::collection::vec(prop_oneof![any::<String>(), "[${}!A-Z:\\\\\"'\n\t #-]{0,9}"], 1..40)) {
        assert_texts_are_data(&texts);
    }
}

#[test]
fn the_readme_shows_hostile_text_on_one_line_as_code() {
    let hostile = "`a`` | <b> \n# c ${d} $(e) ```\nf";
    let plan = filled("owned-and-attached", || hostile.to_owned());
    let artifacts = artifacts(&plan);
    let readme = contents(&artifacts, "README.md");
    let headings = |text: &str| text.lines().map(str::trim_start).filter(|line| line.starts_with('#')).count();
    let benign = filled("owned-and-attached", || "text".to_owned());
    let benign = self::artifacts(&benign);
    assert_eq!(headings(readme), headings(contents(&benign, "README.md")), "no heading of its own");
    assert_eq!(readme.lines().count(), contents(&benign, "README.md").lines().count());
    assert!(!readme.contains("--bucket `"), "commands hold plain words only");
    for row in readme.lines().filter(|line| line.starts_with("| `")) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert!(matches!(bars, 3 | 4), "{row}");
    }
}
