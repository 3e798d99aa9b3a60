//! Intents that are written otherwise and mean the same differ in nothing; and what differs is told in people's words.

use super::telling::{artifacts, compiled, intents};
use corsynth::deployed::Deployed;
use corsynth::diff::{Change, Diff, Layer, Part, Risk, What};

const INTENT: &str = "version: 1
name: acme
assets:
  static: { bucket: acme-static, region: eu-west-1, cdn: {}, paths: { fonts: /fonts/*, data: /data/* } }
frontends:
  site: [https://www.acme.example, https://acme.example]
  previews: https://*.preview.acme.example
allow:
  - { from: site, to: static, use: [fonts, range] }
  - { from: previews, to: static/fonts, use: [fonts, range] }
";

#[track_caller]
fn changed(replacements: &[(&str, &str)]) -> Diff {
    let mut text = INTENT.to_owned();
    for (old, new) in replacements {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    let [before, after] = [INTENT, &text].map(compiled);
    assert!(before.intent.is_some() && after.intent.is_some(), "{:#?} {:#?}", before.diagnostics, after.diagnostics);
    intents(&before, &after)
}

#[test]
fn what_means_the_same_is_no_change() {
    let reordered = "  - { from: previews, to: static/fonts, use: [range, fonts] }\n  - { from: site, to: static, use: [fonts, range] }\n";
    let as_written = INTENT.split_once("allow:\n").unwrap().1;
    for replacements in [
        &[][..],
        &[(as_written, reordered)],
        &[("site", "website"), ("previews", "pulls")],
        &[("name: acme\n", "name: renamed\nowner: somebody\n")],
        &[(
            "{ from: site, to: static, use: [fonts, range] }",
            "{ from: site, to: static, use: [fonts], methods: [GET, HEAD], request-headers: [Range, If-Range], expose: [Accept-Ranges, Content-Range, ETag] }",
        )],
        &[(
            "  previews: https://*.preview.acme.example\n",
            "  previews: [https://*.preview.acme.example, https://a.preview.acme.example]\n",
        )],
        &[(
            "{ from: site, to: static, use: [fonts, range] }",
            "{ from: site, to: static, use: [range] }\n  - { from: site, to: static, use: [range, fonts] }",
        )],
        &[("use: [fonts, range] }\n  - { from: prev", "use: [fonts, range], preflight-cache: 60 }\n  - { from: prev")],
        &[("fonts: /fonts/*, data: /data/*", "fonts: /fonts/*, unused: /unused/*")],
    ] {
        let found = changed(replacements);
        assert!(found.is_empty() && found.consequences.is_empty(), "{replacements:?}: {found:#?}");
    }
}

fn part(all: &str, except: &[&str]) -> Part {
    Part { all: vec![all.to_owned()], except: except.iter().map(|text| (*text).to_owned()).collect() }
}

#[test]
fn a_pattern_for_a_member_is_told_without_it() {
    let found = changed(&[(
        "[https://www.acme.example, https://acme.example]",
        "[https://*.acme.example, https://acme.example]",
    )]);
    // Previews could read the fonts before, and nothing else.
    let rows: Vec<_> = found.rows.iter().map(|row| (row.change, row.origins.clone(), row.paths.clone())).collect();
    let exceptions = ["https://*.preview.acme.example", "https://www.acme.example"];
    assert_eq!(
        rows,
        [
            (Change::Gained, vec![part("https://*.acme.example", &exceptions[1..])], vec![part("/*", &["/fonts/*"])]),
            (Change::Gained, vec![part("https://*.acme.example", &exceptions)], vec![part("/fonts/*", &[])]),
        ]
    );
    assert!(found.rows.iter().all(|row| row.risks() == [Risk::Wildcard]), "{found:#?}");
}

#[test]
fn risks_are_what_is_newly_allowed() {
    let risks = |replacements: &[(&str, &str)]| {
        let mut risks: Vec<Risk> = changed(replacements).rows.iter().flat_map(corsynth::diff::Row::risks).collect();
        risks.sort();
        risks.dedup();
        risks
    };
    let grant = "{ from: site, to: static, use: [fonts, range] }";
    let upload = "  - { from: site, to: static, upload: { how: presigned-put } }\n";
    assert_eq!(risks(&[("from: site", "from: anyone")]), [Risk::Anyone]);
    assert_eq!(
        risks(&[(grant, "{ from: site, to: static, use: [fonts, range], credentials: bearer }")]),
        [Risk::Credentials]
    );
    assert_eq!(risks(&[("allow:\n", &format!("allow:\n{upload}"))]), [Risk::Write]);
    assert_eq!(risks(&[("from: previews, to: static/fonts", "from: previews, to: static/data")]), [Risk::Wildcard]);
    assert_eq!(risks(&[("https://acme.example]", "https://acme.example, https://new.acme.example]")]), []);
    assert_eq!(risks(&[("https://*.preview.acme.example", "https://one.preview.acme.example")]), []);
}

#[test]
fn another_bucket_is_another_asset() {
    let found = changed(&[("bucket: acme-static", "bucket: acme-secrets")]);
    let gained: Vec<_> =
        found.rows.iter().filter(|row| row.change == Change::Gained).map(|row| row.asset.as_str()).collect();
    let lost: Vec<_> =
        found.rows.iter().filter(|row| row.change == Change::Lost).map(|row| row.asset.as_str()).collect();
    assert!(!gained.is_empty() && gained.iter().all(|asset| *asset == "static (acme-secrets)"), "{gained:?}");
    assert!(!lost.is_empty() && lost.iter().all(|asset| *asset == "static (acme-static)"), "{lost:?}");
}

#[test]
fn caches_forget_what_a_bucket_said_and_policies_need_nothing() {
    let text = |allow: &str, authority: &str| {
        format!(
            "version: 1\nname: acme\nassets:\n  static: {{ bucket: acme-static, region: eu-west-1, cdn: {{ authority: {authority} }} }}
frontends: {{ site: https://www.acme.example, shop: https://shop.acme.example }}\nallow:\n  - {{ from: site, to: static, {allow} }}\n"
        )
    };
    let consequence = |before: &str, after: &str| {
        let found = intents(&compiled(before), &compiled(after));
        let [consequence] = found.consequences.as_slice() else { panic!("{found:#?}") };
        consequence.clone()
    };
    let edge = text("use: [fetch]", "edge");
    // What is exposed is said by the policy, behind the cache, and by the bucket, whose word the cache keeps.
    let exposes = consequence(&edge, &text("use: [fetch], expose: [x-amz-version-id]", "edge"));
    assert!(exposes.at_once.contains(&Layer::ResponseHeaders), "{exposes:#?}");
    assert_eq!((&exposes.new_entries[..], &exposes.invalidate[..]), (&[Layer::BucketCors][..], &["/*".to_owned()][..]));
    let bucket = consequence(&text("use: [fetch]", "bucket"), &text("use: [fetch, range]", "bucket"));
    assert_eq!(bucket.at_once, [Layer::BucketCors], "{bucket:#?}");
    assert_eq!(bucket.invalidate, ["/*"]);

    // The same rules, and a policy that exposes more.
    let mut deployed = [(); 2].map(|()| Deployed::from(&compiled(&edge).plan.unwrap()));
    let behavior = &mut deployed[1].assets[0].distribution.as_mut().unwrap().behaviors[0];
    let cors = behavior.response_headers_policy.as_mut().unwrap().cors.as_mut().unwrap();
    cors.expose_headers.push("x-more".to_owned());
    let found = artifacts(&deployed[0], &deployed[1]);
    assert!(found.rows.iter().all(|row| row.what == What::Exposed(vec!["x-more".to_owned()])), "{found:#?}");
    let [consequence] = found.consequences.as_slice() else { panic!("{found:#?}") };
    assert_eq!(consequence.at_once, [Layer::ResponseHeaders]);
    assert_eq!((&consequence.new_entries[..], &consequence.invalidate[..]), (&[][..], &[][..]));
}
