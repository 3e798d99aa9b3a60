//! Plans and states read back. The files are what `terraform show -json` printed, without what says nothing here; the
//! modules behind them are in `tests/readback/terraform/modules/` and `examples/`.

use crate::examples::{compiled, examples};
use crate::support::project;
use corsynth::aws::cloudfront::SecurityHeaders;
use corsynth::deployed::{
    Asset, CacheBehavior, Deployed, Distribution, PolicyName, Principal, Resource, RuleOrder, Selection, Source,
    ViewerProtocolPolicy,
};
use corsynth::readback::{File, Format, ReadBack, read};
use serde_json::Value;

fn text(name: &str) -> String {
    std::fs::read_to_string(project(&format!("tests/readback/terraform/{name}.json"))).unwrap()
}

fn file(name: &str) -> ReadBack {
    let read = read(&[File { path: format!("{name}.json"), text: text(name) }]).unwrap();
    assert_eq!(read.format, Format::TerraformPlan);
    read
}

fn told(read: &ReadBack) -> Vec<&str> {
    read.unknowns.iter().map(|unknown| unknown.what.as_str()).collect()
}

fn asset<'r>(read: &'r ReadBack, id: &str) -> &'r Asset {
    read.deployed.asset(id).unwrap_or_else(|| panic!("no `{id}` in {:#?}", read.deployed))
}

fn distribution(asset: &Asset) -> &Distribution {
    asset.distribution.as_ref().unwrap()
}

const FUNCTION: &str = "a function runs at `viewer-request` (`function_association`), in \
                        `aws_cloudfront_distribution.assets.ordered_cache_behavior`";
const IDENTITY: &str = "signs, which is not modelled: replace it by an `aws_cloudfront_origin_access_control`, and let in \
                        the distribution by `AWS:SourceArn`, in `aws_cloudfront_distribution.assets.origin`";

#[test]
fn rules_in_the_bucket_and_forwarded_values() {
    for name in ["legacy-plan", "legacy-state"] {
        let read = file(name);
        let [function, identity] = told(&read)[..] else { panic!("{name}: {:?}", told(&read)) };
        assert_eq!(function, FUNCTION, "{name}");
        assert!(identity.starts_with("the origin access identity `") && identity.ends_with(IDENTITY), "{identity}");
        assert_eq!(read.deployed.assets.len(), 1);
        let asset = asset(&read, "assets");
        assert_eq!(asset.bucket.name.as_deref(), Some("globex-assets"));
        assert_eq!(asset.bucket.region.as_deref(), Some("us-east-1"));

        let cors = asset.bucket.cors.as_ref().unwrap();
        assert_eq!(cors.order, RuleOrder::Kept);
        assert_eq!(cors.rules[0].allowed_methods, ["PUT", "POST"]);
        assert_eq!(cors.rules[0].max_age_seconds, Some(3000));
        assert_eq!(cors.rules[1].allowed_origins, ["*"]);
        assert_eq!(cors.rules[1].max_age_seconds, Some(0), "the provider sends it");

        let policy = asset.bucket.policy.as_ref().unwrap();
        assert_eq!(policy[0].principal, Principal::Anyone);
        assert_eq!(policy[0].resources, [Resource::ObjectsLike("public/*".to_owned())]);
        assert_eq!(policy.len(), 1, "what refuses requests without TLS hits none that is modelled");

        let distribution = distribution(asset);
        assert_eq!(distribution.aliases, ["assets.globex.example"]);
        assert_eq!(distribution.origin_custom_headers, [("X-Trace".to_owned(), "cdn".to_owned())]);
        assert!(distribution.complete && distribution.origin_access_control.is_none());
        let errors: Vec<_> =
            distribution.custom_error_responses.iter().map(|e| (e.error_code, e.response_code)).collect();
        assert!(errors.contains(&(403, Some(200))) && errors.contains(&(404, None)), "{errors:?}");

        let [api, private, rest] = distribution.behaviors.as_slice() else { panic!("{distribution:#?}") };
        assert_eq!(private.trusted_key_groups.len(), 1);
        assert!(!api.is_for_this_bucket && api.unknown.is_empty());
        assert_eq!(api.viewer_protocol_policy, ViewerProtocolPolicy::HttpsOnly);
        assert_eq!(private.path_pattern.as_deref(), Some("/private/*"));
        assert_eq!(private.unknown.len(), 2);
        assert_eq!(rest.unknown.len(), 1, "the identity");
        assert_eq!(rest.path_pattern, None);
        assert_eq!(rest.cache_policy.name, PolicyName::Inline);
        assert!(rest.cache_policy.headers.takes("origin") && !rest.cache_policy.headers.takes("Range"));
        assert_eq!(rest.cache_policy.query_strings, Selection::All);
        assert_eq!(rest.cache_policy.cookies, Selection::Whitelist(vec!["session".to_owned()]));
        let ttl = (rest.cache_policy.min_ttl, rest.cache_policy.default_ttl, rest.cache_policy.max_ttl);
        assert_eq!(ttl, (0, 3600, 86_400));
    }
}

#[test]
fn managed_policies_and_a_bucket_on_its_own() {
    let planned = file("managed-plan");
    assert_eq!(
        told(&planned),
        ["`resources` of `data.aws_iam_policy_document.fonts` is known only after apply"],
        "an ARN with something behind it"
    );
    assert_eq!(asset(&planned, "fonts").bucket.policy, None);
    let applied = file("managed-state");
    assert_eq!(told(&applied), Vec::<&str>::new());
    let policy = asset(&applied, "fonts").bucket.policy.as_ref().unwrap();
    assert_eq!(policy[0].principal, Principal::CloudFront);
    assert_eq!((&policy[0].resources[..], &policy[0].source), (&[Resource::Objects][..], &Source::OwnDistribution));
    for read in [&planned, &applied] {
        let ids: Vec<_> = read.deployed.assets.iter().map(|asset| asset.id.as_str()).collect();
        assert_eq!(ids, ["fonts", "uploads"]);
        let uploads = asset(read, "uploads");
        assert!(uploads.distribution.is_none());
        assert_eq!(uploads.bucket.cors.as_ref().unwrap().rules[0].id.as_deref(), Some("cms"));

        let fonts = asset(read, "fonts");
        assert_eq!(fonts.bucket.cors.as_ref().unwrap().order, RuleOrder::Any);
        let distribution = distribution(fonts);
        assert!(distribution.origin_access_control.as_ref().unwrap().signs_always);
        let [css, rest] = distribution.behaviors.as_slice() else { panic!("{distribution:#?}") };
        assert_eq!(css.path_pattern.as_deref(), Some("*.css"));
        assert_eq!(css.cache_policy.name, PolicyName::Managed("658327ea-f89d-4fab-a63d-7e88639e58f6".to_owned()));
        let simple = css.response_headers_policy.as_ref().unwrap().cors.as_ref().unwrap();
        assert!(!simple.origin_override && simple.allow_origins == ["*"]);
        assert!(rest.origin_request_policy.as_ref().unwrap().headers.takes("Access-Control-Request-Method"));
        let own = rest.response_headers_policy.as_ref().unwrap();
        assert_eq!(own.name, PolicyName::Own("initech-fonts".to_owned()));
        assert_eq!(own.remove_headers, ["Server"]);
        let cors = own.cors.as_ref().unwrap();
        assert_eq!((cors.allow_methods[0].as_str(), cors.max_age_sec, cors.origin_override), ("ALL", None, false));
    }
}

#[test]
fn own_policies_are_found_by_reference_and_by_id() {
    for name in ["attached-plan", "attached-state"] {
        let read = file(name);
        let asset = asset(&read, "assets");
        let [behavior] = distribution(asset).behaviors.as_slice() else { panic!("one behaviour") };
        assert_eq!(behavior.cache_policy.name, PolicyName::Own("assets-cors-key".to_owned()));
        assert!(behavior.cache_policy.headers.takes("Origin"));
        assert_eq!(
            behavior.origin_request_policy.as_ref().unwrap().name,
            PolicyName::Own("assets-cors-forward".to_owned())
        );
        let cors = behavior.response_headers_policy.as_ref().unwrap().cors.as_ref().unwrap();
        assert_eq!(cors.allow_methods, ["GET", "HEAD", "OPTIONS"]);
        assert_eq!(cors.max_age_sec, Some(3600));
        assert!(behavior.unknown[0].contains("a function runs"), "{:?}", behavior.unknown);
    }
}

/// The example's root with the emitted module in it, applied: what is there is what the plan says, under other names.
#[test]
fn applied_examples_hold_what_the_plan_says() {
    for (example, state, id) in
        [("05-kms", "complete-kms-state", "video"), ("02-uploads", "complete-uploads-state", "media")]
    {
        let read = file(state);
        assert_eq!(told(&read), Vec::<&str>::new(), "{state}");
        let [mut found] = <[Asset; 1]>::try_from(read.deployed.assets).unwrap();
        // Terraform keeps rules in an order of its own.
        found.bucket.cors.as_mut().unwrap().rules.sort_by(|one, other| one.id.cmp(&other.id));
        assert_eq!(found.id, "this");
        let example = examples().into_iter().find(|path| path.ends_with(example)).unwrap();
        let mut plan = compiled(&example).plan.unwrap();
        for cdn in plan.assets.iter_mut().filter_map(|asset| asset.cdn.as_mut()) {
            cdn.origin_access_control.iter_mut().for_each(|c| c.name.prefix = "corsynth-example".to_owned());
            cdn.cache_policies.iter_mut().for_each(|p| p.name.prefix = "corsynth-example".to_owned());
            cdn.response_headers_policies.iter_mut().for_each(|p| p.name.prefix = "corsynth-example".to_owned());
        }
        let mut expected = Deployed::from(&plan).asset(id).unwrap().clone();
        // The root of the example makes a bucket and a distribution of its own.
        expected.id.clone_from(&found.id);
        expected.bucket.name.clone_from(&found.bucket.name);
        assert!(found.bucket.name.as_ref().unwrap().starts_with("corsynth-example-"));
        expected.bucket.region.clone_from(&found.bucket.region);
        assert!(expected.bucket.region.is_some());
        expected.bucket.account = None;
        expected.bucket.kms_key = None;
        expected.bucket.key_policy = None;
        expected.bucket.cors.as_mut().unwrap().order = RuleOrder::Any;
        let front = expected.distribution.as_mut().unwrap();
        front.id.clone_from(&distribution(&found).id);
        assert!(front.id.is_some());
        front.aliases = Vec::new();
        if !front.complete {
            front.complete = true;
            front.behaviors.push(distribution(&found).behaviors.last().unwrap().clone());
            assert!(front.behaviors.last().unwrap().response_headers_policy.is_none());
        }
        assert_eq!(found, expected, "{state}");
    }
}

#[test]
fn a_plan_that_does_not_tell_enough_says_so() {
    let read = file("complete-kms-plan");
    assert_eq!(
        told(&read),
        [
            "`domain_name` of `aws_cloudfront_distribution.this[\"video\"]` is known only after apply",
            "which bucket `module.cors.aws_s3_bucket_cors_configuration.this[\"video\"]` is about is not told",
            "which bucket `module.cors.aws_s3_bucket_policy.this[\"video\"]` is about is not told",
        ]
    );
    assert_eq!(read.deployed.assets, []);
}

#[test]
fn a_module_of_corsynth_that_is_a_root() {
    for name in ["module-kms-plan", "module-fonts-plan"] {
        assert_eq!(told(&file(name)), ["the output `cache_behaviors` is known only after apply"], "{name}");
    }
    let read = file("module-kms-state");
    assert_eq!(told(&read), Vec::<&str>::new());
    let example = examples().into_iter().find(|path| path.ends_with("05-kms")).unwrap();
    let mut expected = Deployed::from(&compiled(&example).plan.unwrap());
    // Only the text of the module has these.
    expected.assets[0].bucket.account = None;
    expected.assets[0].bucket.kms_key = None;
    expected.assets[0].bucket.cors.as_mut().unwrap().order = RuleOrder::Any;
    expected.assets[0].distribution.as_mut().unwrap().aliases.clear();
    assert_eq!(read.deployed, expected);
}

/// What a change of a state must change in what is read: a path to a value, the new value, what must be true then.
type Change = (&'static str, &'static str, fn(&mut Value), fn(&ReadBack) -> bool);

fn resource<'v>(state: &'v mut Value, address: &str) -> &'v mut Value {
    let resources = state["values"]["root_module"]["resources"].as_array_mut().unwrap();
    let found = resources.iter_mut().find(|resource| resource["address"] == address);
    &mut found.unwrap_or_else(|| panic!("no {address}"))["values"]
}

fn behaviors(read: &ReadBack) -> &[CacheBehavior] {
    &distribution(asset(read, "fonts")).behaviors
}

const CHANGES: &[Change] = &[
    (
        "an override",
        "aws_cloudfront_response_headers_policy.fonts",
        |v| v["cors_config"][0]["origin_override"] = true.into(),
        |r| behaviors(r)[1].response_headers_policy.as_ref().unwrap().cors.as_ref().unwrap().origin_override,
    ),
    (
        "a policy that nobody knows",
        "aws_cloudfront_distribution.fonts",
        |v| v["default_cache_behavior"][0]["cache_policy_id"] = "0".into(),
        |r| {
            behaviors(r)[1].unknown
                == [
                    "what the cache policy `0` says was not told, in `aws_cloudfront_distribution.fonts.default_cache_behavior` (state.json)",
                ]
        },
    ),
    (
        "another origin",
        "aws_cloudfront_distribution.fonts",
        |v| v["default_cache_behavior"][0]["target_origin_id"] = "api".into(),
        |r| !behaviors(r)[1].is_for_this_bucket && behaviors(r)[0].is_for_this_bucket,
    ),
    (
        "somebody else's bucket",
        "aws_cloudfront_distribution.fonts",
        |v| v["origin"][0]["domain_name"] = "other.bucket.s3.eu-west-1.amazonaws.com".into(),
        |r| {
            let other = asset(r, "other.bucket");
            other.bucket.cors.is_none() && other.distribution.is_some() && asset(r, "fonts").distribution.is_none()
        },
    ),
    (
        "a website",
        "aws_cloudfront_distribution.fonts",
        |v| v["origin"][0]["domain_name"] = "initech.s3-website.eu-west-1.amazonaws.com".into(),
        |r| asset(r, "fonts").distribution.is_none() && r.unknowns.is_empty(),
    ),
    (
        "unsigned requests",
        "aws_cloudfront_origin_access_control.fonts",
        |v| v["signing_behavior"] = "never".into(),
        |r| !distribution(asset(r, "fonts")).origin_access_control.as_ref().unwrap().signs_always,
    ),
    (
        "rules of the bucket's own that differ",
        "aws_s3_bucket.uploads",
        |v| v["cors_rule"] = serde_json::json!([{ "allowed_origins": ["*"], "allowed_methods": ["GET"] }]),
        |r| {
            told(r)[0].starts_with(
                "which rules stand: the bucket's own, or those of `aws_s3_bucket_cors_configuration.uploads`",
            )
        },
    ),
    (
        "a policy for another distribution",
        "aws_s3_bucket_policy.fonts",
        |v| v["policy"] = v["policy"].as_str().unwrap().replace(":distribution/", ":distribution/X").into(),
        |r| matches!(&asset(r, "fonts").bucket.policy.as_ref().unwrap()[0].source, Source::Other(arn) if arn.contains("/XE")),
    ),
    (
        "a policy that is no JSON",
        "aws_s3_bucket_policy.fonts",
        |v| v["policy"] = "{".into(),
        |r| {
            asset(r, "fonts").bucket.policy.is_none()
                && told(r) == ["the policy is not JSON, in `aws_s3_bucket_policy.fonts`"]
        },
    ),
    (
        "security headers",
        "aws_cloudfront_response_headers_policy.fonts",
        |v| {
            v["security_headers_config"] = serde_json::json!([{
                "content_type_options": [{ "override": true }],
                "frame_options": [{ "frame_option": "SAMEORIGIN", "override": false }],
                "referrer_policy": [{ "referrer_policy": "strict-origin-when-cross-origin", "override": false }],
                "strict_transport_security": [{ "access_control_max_age_sec": 31_536_000, "override": false }],
                "xss_protection": [{ "mode_block": true, "override": false, "protection": true }],
            }]);
        },
        |r| {
            let policy = behaviors(r)[1].response_headers_policy.as_ref().unwrap();
            policy.security_headers == Some(SecurityHeaders::managed()) && r.unknowns.is_empty()
        },
    ),
];

#[test]
fn a_change_of_a_state_shows() {
    for (what, address, change, shows) in CHANGES {
        let mut state: Value = serde_json::from_str(&text("managed-state")).unwrap();
        let read = |state: &Value| read(&[File { path: "state.json".to_owned(), text: state.to_string() }]).unwrap();
        assert!(!std::panic::catch_unwind(|| shows(&read(&state))).unwrap_or(false), "{what} shows without the change");
        change(resource(&mut state, address));
        let read = read(&state);
        assert!(shows(&read), "{what}: {read:#?}");
    }
}

/// Whatever stands where something is expected: it is read or refused, and nobody panics.
#[test]
fn anything_may_stand_anywhere() {
    let odd = [Value::Null, 0.into(), "x".into(), Value::Array(vec![Value::Null]), serde_json::json!({ "a": {} })];
    for name in ["managed-plan", "managed-state", "legacy-plan", "complete-kms-plan", "module-kms-state"] {
        let whole: Value = serde_json::from_str(&text(name)).unwrap();
        let mut pointers = Vec::new();
        collect(&whole, String::new(), &mut pointers);
        for (index, pointer) in pointers.iter().enumerate().filter(|(index, _)| index % 17 == 0) {
            let mut changed = whole.clone();
            *changed.pointer_mut(pointer).unwrap() = odd[index % odd.len()].clone();
            let _ = read(&[File { path: "plan.json".to_owned(), text: changed.to_string() }]);
        }
    }
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| collect(item, format!("{pointer}/{i}"), pointers));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            collect(member, format!("{pointer}/{name}"), pointers);
        }),
        _ => {}
    }
    pointers.push(pointer);
}

/// A plan in which nothing that has a say is left to AWS, but ids: references are followed through two modules.
#[test]
fn references_are_followed_through_modules() {
    let read = file("wired-plan");
    assert_eq!(told(&read), Vec::<&str>::new());
    let example = examples().into_iter().find(|path| path.ends_with("01-public-fonts")).unwrap();
    let mut expected = Deployed::from(&compiled(&example).plan.unwrap());
    let asset = &mut expected.assets[0];
    asset.id = "foundry-fonts-prod".to_owned();
    asset.bucket.region = None;
    asset.bucket.account = None;
    asset.bucket.cors.as_mut().unwrap().order = RuleOrder::Any;
    // The distribution is new, and the module lets in the one that the intent names.
    let arn = "arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE1FONTS";
    asset.bucket.policy.as_mut().unwrap()[0].source = Source::Other(arn.to_owned());
    let front = asset.distribution.as_mut().unwrap();
    front.id = None;
    front.aliases.clear();
    assert_eq!(read.deployed, expected);
}
