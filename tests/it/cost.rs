//! `corsynth cost`: counts against what the intents say, the contract of its JSON, text of the user in its Markdown, and
//! its page.

use crate::cli::corsynth;
use crate::examples::{compile_last, examples};
use crate::support::project;
use corsynth::aws::prices::{FUNCTION_INVOCATIONS, INVALIDATION_PATHS, STORE_READS};
use corsynth::cost::{Cost, Options, cost, usd};
use corsynth::report::{cost_human, cost_json, cost_markdown};
use serde_json::Value;

fn cost_of(text: &str, requests: Option<u64>) -> Cost {
    let compiled = compile_last("corsynth.yaml", text.into());
    let findings = &compiled.diagnostics;
    let (Some(intent), Some(plan)) = (&compiled.intent, &compiled.plan) else { panic!("{findings:#?}") };
    cost(intent, plan, Options { requests })
}

/// An intent with one asset, `cdn` of it, and grants.
fn intent(cdn: &str, frontends: &str, allow: &str) -> String {
    format!(
        "version: 1\nname: acme\nassets:\n  static: {{ bucket: acme-static, region: eu-west-1, cdn: {{ {cdn} }} }}\n\
         frontends:\n{frontends}allow:\n  - {allow}\n"
    )
}

const SITES: &str = "  site: [https://www.acme.example, https://acme.example]\n  shop: https://shop.acme.example\n";

fn known(cost: &Cost, header: &str) -> Option<u64> {
    let objects = &cost.assets[0].behaviors[0].objects;
    objects.iter().find(|factor| factor.header == header).expect("in the report").known
}

#[test]
fn every_granted_origin_and_none_is_a_copy() {
    let allow = "{ from: [site, shop], to: static, use: fonts }";
    let keyed = cost_of(&intent("", SITES, allow), None);
    let behavior = &keyed.assets[0].behaviors[0];
    assert_eq!(known(&keyed, "Origin"), Some(4));
    assert_eq!(known(&keyed, "Accept-Encoding"), Some(4));
    assert_eq!((behavior.known_copies(), behavior.is_unbounded()), (Some(16), true));

    let unkeyed = cost_of(&intent("key-on-origin: false", SITES, allow), None);
    let behavior = &unkeyed.assets[0].behaviors[0];
    assert_eq!((behavior.known_copies(), behavior.is_unbounded()), (Some(4), false));
    assert!(unkeyed.assets[0].switches.is_empty(), "nothing is left to save");
}

#[test]
fn what_a_pattern_or_anyone_brings_cannot_be_counted() {
    let pattern = "  site: https://*.preview.acme.example\n";
    for (frontends, allow) in
        [(pattern, "{ from: site, to: static, use: fonts }"), ("  {}\n", "{ from: anyone, to: static, use: fonts }")]
    {
        let counted = cost_of(&intent("", frontends, allow), None);
        assert_eq!(counted.assets[0].behaviors[0].known_copies(), None, "{allow}");
    }
}

#[test]
fn nothing_is_counted_where_nothing_is_cached() {
    let allow = "{ from: site, to: static, use: fonts }";
    let frontends = "  site: https://www.acme.example\n";
    let counted = cost_of(&intent("ttl: { min: 0, default: 0, max: 0 }", frontends, allow), None);
    let behavior = &counted.assets[0].behaviors[0];
    assert!(!behavior.cached && behavior.objects.is_empty() && behavior.preflights.is_empty());
    let json: Value = serde_json::from_str(&cost_json(&counted)).expect("JSON");
    assert_eq!(json["assets"][0]["behaviors"][0]["object_copies"], Value::Null);
}

#[test]
fn cached_preflights_are_a_copy_for_each_combination() {
    let frontends = "  site: https://www.acme.example\n";
    let counted = |headers: &str| {
        let allow = format!("{{ from: site, to: static, use: fetch{headers} }}");
        let cost = cost_of(&intent("", frontends, &allow), None);
        let behavior = cost.assets[0].behaviors[0].clone();
        behavior.preflights.iter().map(|factor| factor.known).collect::<Vec<_>>()
    };
    // One origin, GET and HEAD, and every subset of three headers.
    assert_eq!(counted(", request-headers: [x-a, x-b, x-c]"), [Some(1), Some(2), Some(8)]);
    assert_eq!(counted(""), [Some(1), Some(2), Some(1)]);
}

/// Each setting that is called possible compiles and makes fewer copies; each other one is refused with that code.
#[test]
fn a_setting_is_possible_exactly_when_it_compiles() {
    let literal = "  site: https://www.acme.example\n";
    let pattern = "  site: https://*.preview.acme.example\n";
    let mut verdicts = Vec::new();
    for (cdn, frontends) in
        [("", literal), ("", pattern), ("authority: bucket", literal), ("authority: bucket", pattern)]
    {
        let allow = "{ from: site, to: static, use: fetch, request-headers: [range] }";
        let counted = cost_of(&intent(cdn, frontends, allow), None);
        for switch in &counted.assets[0].switches {
            let kept = if switch.setting.contains("authority") { "" } else { cdn };
            let changed = [kept, switch.setting].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
            let compiled = compile_last("corsynth.yaml", intent(&changed, frontends, allow).into()).verified();
            let codes: Vec<&str> = compiled.diagnostics.iter().map(|finding| finding.code.id).collect();
            if let Some(why) = &switch.obstacle {
                assert!(codes.contains(&why.code), "{changed}: {} is not in {codes:?}", why.code);
            } else {
                assert!(compiled.plan.is_some(), "{changed}: {codes:?}");
                let less = cost_of(&intent(&changed, frontends, allow), None);
                assert!(!less.assets[0].behaviors[0].is_unbounded(), "{changed}");
            }
            verdicts.push(switch.obstacle.is_none());
        }
    }
    assert!(verdicts.contains(&true) && verdicts.contains(&false) && verdicts.len() == 6, "{verdicts:?}");
}

#[test]
fn browsers_forget_preflights_when_they_like() {
    let frontends = "  site: https://www.acme.example\n";
    let counted = |age: &str| {
        let grant = format!("{{ from: site, to: static, use: fetch, request-headers: [x-a], preflight-cache: {age} }}");
        let cost = cost_of(&intent("", frontends, &grant), None);
        let browsers = cost.assets[0].preflights[0].browsers.clone();
        browsers.iter().map(|b| (b.browser, b.remembered, b.in_one_hour, b.in_eight_hours)).collect::<Vec<_>>()
    };
    assert_eq!(counted("1d"), [("Chromium", 7200, 1, 4), ("Firefox", 86_400, 1, 1), ("WebKit", 600, 6, 48)]);
    assert_eq!(counted("1m"), [("Chromium", 60, 60, 480), ("Firefox", 60, 60, 480), ("WebKit", 60, 60, 480)]);
    let simple = cost_of(&intent("", frontends, "{ from: site, to: static, use: fonts }"), None);
    assert!(simple.assets[0].preflights[0].browsers.is_empty());
}

#[test]
fn quotas_are_counted_from_the_plan() {
    for example in examples() {
        let text = std::fs::read_to_string(example.join("corsynth.yaml")).expect("an intent");
        let compiled = compile_last("corsynth.yaml", text.clone().into());
        let plan = compiled.plan.expect("a plan");
        let counted = cost_of(&text, None);
        let used = |what: &str| counted.quotas.iter().filter(|row| row.what == what).map(|row| row.used).sum::<usize>();
        let cdns = || plan.assets.iter().filter_map(|asset| asset.cdn.as_ref());
        assert_eq!(used("cache policies"), cdns().map(|cdn| cdn.cache_policies.len()).sum::<usize>());
        assert_eq!(
            used("response headers policies"),
            cdns().map(|cdn| cdn.response_headers_policies.len()).sum::<usize>()
        );
        assert_eq!(used("cache behaviours"), cdns().map(|cdn| cdn.behaviors.len()).sum::<usize>());
        let signing = cdns().filter(|cdn| cdn.origin_access_control.is_some()).count();
        assert_eq!(used("origin access controls"), signing);
        let rules =
            plan.assets.iter().filter_map(|asset| asset.cors.as_ref()).map(|cors| cors.rules.len()).sum::<usize>();
        assert_eq!(used("CORS rules"), rules);
        assert!(counted.quotas.iter().all(|row| row.used <= row.quota), "{}", example.display());
    }
}

#[test]
fn json_matches_its_schema() {
    let here = tempfile::tempdir().expect("a directory");
    let run = |words: &[&str]| {
        let output = corsynth(here.path()).args(words).output().expect("it runs");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let schema = run(&["schema", "cost"]);
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for example in examples() {
        let path = example.join("corsynth.yaml");
        let text = std::fs::read_to_string(&path).expect("an intent");
        let last = compile_last("corsynth.yaml", text.into()).environment;
        let path = path.to_str().expect("UTF-8");
        let mut words = vec!["cost", path, "--output-format", "json", "--requests", "3000000"];
        words.extend(last.iter().flat_map(|name| ["--env", name]));
        let document = run(&words);
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
        assert_eq!(document["version"], 1);
        assert_eq!(document["environment"].as_str(), last.as_deref());
    }
}

#[test]
fn prices_are_known_in_one_partition_only() {
    let allow = "{ from: site, to: static, use: fonts }";
    let text = intent("aliases: [cdn.acme.example]", "  site: https://www.acme.example\n", allow);
    let here = cost_of(&text, Some(3_000_000));
    assert_eq!(here.functions.monthly_micro_usd, Some(100_000));
    let china = cost_of(&text.replace("eu-west-1", "cn-north-1"), Some(3_000_000));
    assert_eq!((china.functions.price, china.functions.monthly_micro_usd), (None, None));
    assert_eq!(china.invalidations.as_ref().expect("paths").price, None);
    assert!(!cost_human(&china, false).contains("USD"), "{}", cost_human(&china, false));
}

/// A path may hold `$`, `~` and `&`, and the name of a header backticks and bars.
#[test]
fn text_of_the_user_is_text_in_every_format() {
    let text = "version: 1\nname: acme\nassets:\n  static:\n    bucket: acme-static\n    region: eu-west-1\n    cdn: {}\n    \
                paths: { odd: \"/a$~'@:+&/*\" }\nfrontends:\n  site: https://www.acme.example\nallow:\n  \
                - { from: site, to: static/odd, use: fetch, request-headers: [\"x-`|`\"] }\n";
    let counted = cost_of(text, None);
    let markdown = cost_markdown(&counted);
    assert!(markdown.contains("| `/a$~'@:+&/*` |"), "{markdown}");
    assert!(!markdown.contains("x-`"), "{markdown}");
    // Every row of a table has as many cells as its head.
    let mut cells = 0;
    for line in markdown.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        if line.starts_with("|---") || cells > 0 && bars > 0 {
            assert!(cells == 0 || cells == bars, "{line}");
            cells = bars;
        } else {
            cells = 0;
        }
    }
}

#[test]
fn styles_are_asked_for() {
    let counted = cost_of(&intent("", SITES, "{ from: [site, shop], to: static, use: fonts }"), None);
    let plain = cost_human(&counted, false);
    let styled = cost_human(&counted, true);
    assert!(!plain.contains('\u{1b}') && styled.contains("\u{1b}[1m"));
    assert_eq!(styled.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
}

/// The prices of the page are those of the table in the sources.
#[test]
fn the_page_names_the_prices() {
    let page = std::fs::read_to_string(project("docs/cost.md")).expect("docs/cost.md");
    for price in [FUNCTION_INVOCATIONS, STORE_READS, INVALIDATION_PATHS] {
        let usd = usd(price.micro_usd);
        let row = format!("| {} | {usd} USD for {} | {} |", price.unit, price.per, price.free_per_month);
        assert!(page.contains(&row), "no row `{row}`");
        assert!(page.contains(&format!("as of {}", price.looked_up)));
        assert!(price.page.starts_with("https://"));
    }
}

/// An origin is looked up once where the answer depends on it: for a preflight, or for what is read.
#[test]
fn look_ups_are_counted_where_origins_are_in_a_store() {
    let many = (0..200).map(|at| format!("https://shop-{at:04}.example")).collect::<Vec<_>>().join(", ");
    let frontends = format!("  shops: [{many}]\n  site: https://www.acme.example\n");
    let allow =
        "{ from: shops, to: static, use: fetch }\n  - { from: site, to: static, use: fetch, request-headers: [x-id] }";
    let counted = cost_of(&intent("authority: function", &frontends, allow), Some(102_000_000));
    let stores = counted.functions.stores.as_ref().expect("a store");
    assert_eq!((stores.count, stores.reads_per_request), (1, 1));
    assert_eq!(stores.monthly_micro_usd.map(usd).as_deref(), Some("3.00"));
    let text = cost_human(&counted, false);
    assert!(text.contains("asked at most 1 time a request") && text.contains("3.00 USD"), "{text}");
    let json: Value = serde_json::from_str(&cost_json(&counted)).unwrap();
    assert_eq!(json["functions"]["key_value_stores"]["micro_usd_per_month"], 3_000_000);
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(project("schemas/cost.v1.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &json), "{json:#}");
    let fewer = cost_of(&intent("authority: function", SITES, "{ from: [site, shop], to: static, use: fetch }"), None);
    assert!(fewer.functions.stores.is_none() && !cost_human(&fewer, false).contains("key value store"));
}

#[test]
fn what_runs_as_lambda_is_told() {
    let frontends = "  previews: https://pr-*.acme.example\n  site: https://www.acme.example\n";
    let allow = "{ from: [previews, site], to: static, use: fetch }";
    let counted = cost_of(&intent("authority: function, readable-errors: true", frontends, allow), None);
    assert_eq!(counted.functions.lambda_at_edge, 1);
    assert!(cost_human(&counted, false).contains("as Lambda@Edge as well, for `readable-errors`: 1;"));
    let json: Value = serde_json::from_str(&cost_json(&counted)).unwrap();
    assert_eq!(json["functions"]["lambda_at_edge"], 1);
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(project("schemas/cost.v1.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &json), "{json:#}");
}
