//! Terraform modules read back: what is emitted says what the plan says, and an edit shows.

use crate::examples::{compiled, examples};
use crate::properties::plans;
use crate::sample_plan;
use corsynth::deployed::{
    Asset, CacheBehavior, CorsConfig, CorsRule, Deployed, PolicyName, Principal, Resource, ResponseHeadersPolicy,
    RuleOrder, Selection, Source, Statement,
};
use corsynth::plan::{AssetPlan, Plan, PolicyRef};
use corsynth::readback::{File, Format, ReadBack, read};
use corsynth::render::{Stamp, Target, render};

fn module(plan: &Plan) -> Vec<File> {
    let stamp = Stamp::new("../corsynth.yaml", b"readback");
    let artifacts = render(plan, Target::Terraform, &stamp);
    artifacts.into_iter().map(|artifact| File { path: artifact.path, text: artifact.contents }).collect()
}

/// What the plan comes to, with the order of rules that Terraform keeps: none, and none within a rule.
fn expected(plan: &Plan) -> Deployed {
    let mut deployed = Deployed::from(plan);
    for cors in deployed.assets.iter_mut().filter_map(|asset| asset.bucket.cors.as_mut()) {
        cors.order = RuleOrder::Any;
        for rule in &mut cors.rules {
            rule.allowed_methods.sort_unstable();
        }
    }
    deployed
}

#[track_caller]
fn assert_reads_back(name: &str, plan: &Plan) {
    let ReadBack { format, deployed, unknowns, policies: _ } = read(&module(plan)).unwrap();
    assert_eq!(format, Format::TerraformModule);
    assert_eq!(unknowns, [], "{name}");
    assert_eq!(deployed, expected(plan), "{name}");
}

#[test]
fn examples_read_back() {
    for example in examples() {
        assert_reads_back(&example.display().to_string(), &compiled(&example).plan.unwrap());
    }
}

#[test]
fn sample_plans_read_back() {
    for (name, plan) in sample_plan::all_for_terraform() {
        assert_reads_back(name, &plan);
    }
}

/// The asset of the sample plan under another name.
fn renamed(id: &str) -> AssetPlan {
    let mut asset = sample_plan::static_asset();
    id.clone_into(&mut asset.id);
    sample_plan::bucket_mut(&mut asset).name = format!("acme-{id}");
    let cdn = asset.cdn.as_mut().unwrap();
    id.clone_into(&mut sample_plan::control_mut(cdn).id.asset);
    cdn.cache_policies.iter_mut().for_each(|policy| id.clone_into(&mut policy.id.asset));
    cdn.origin_request_policies.iter_mut().for_each(|policy| id.clone_into(&mut policy.id.asset));
    cdn.response_headers_policies.iter_mut().for_each(|policy| id.clone_into(&mut policy.id.asset));
    for behavior in &mut cdn.behaviors {
        let optional = [&mut behavior.origin_request_policy, &mut behavior.response_headers_policy];
        for policy in optional.into_iter().flatten().chain([&mut behavior.cache_policy]) {
            if let PolicyRef::Own(own) = policy {
                id.clone_into(&mut own.asset);
            }
        }
    }
    asset
}

#[test]
fn a_large_module_reads_back() {
    let assets = (100..250).map(|number| renamed(&format!("static-{number}"))).collect();
    let start = std::time::Instant::now();
    assert_reads_back("150 assets", &sample_plan::plan(assets));
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn random_intents_read_back() {
    for (intent, plan) in plans(60) {
        assert_reads_back(&intent.to_string(), &plan);
    }
}

/// What must show once a file has been edited.
enum Shows {
    /// This is true of the asset.
    Says(fn(&Asset) -> bool),
    /// Something is not understood, told like this: `PLACE: WHAT`, a part of it.
    Unknown(&'static str),
    /// The whole is no module.
    Unreadable(&'static str),
}

use Shows::{Says, Unknown, Unreadable};

fn policy(asset: &Asset, behavior: usize) -> &ResponseHeadersPolicy {
    asset.distribution.as_ref().unwrap().behaviors[behavior].response_headers_policy.as_ref().unwrap()
}

fn cors(asset: &Asset, behavior: usize) -> &CorsConfig {
    policy(asset, behavior).cors.as_ref().unwrap()
}

fn behavior(asset: &Asset, behavior: usize) -> &CacheBehavior {
    &asset.distribution.as_ref().unwrap().behaviors[behavior]
}

fn rule(asset: &Asset, rule: usize) -> &CorsRule {
    &asset.bucket.cors.as_ref().unwrap().rules[rule]
}

fn statement(asset: &Asset) -> &Statement {
    &asset.bucket.policy.as_ref().unwrap()[0]
}

const CONDITION: &str = "
      condition {
        test     = \"StringEquals\"
        variable = \"AWS:SourceArn\"
        values   = local.distribution_arns[each.key]
      }
";
const KEYED_HEADERS: &str = "      dynamic \"headers\" {
        for_each = length(each.value.headers) > 0 ? [each.value.headers] : []

        content {
          items = headers.value
        }
      }
";
const SECOND: &str = "resource \"aws_s3_bucket_cors_configuration\" \"second\" {
  bucket = \"campus-video-prod\"

  cors_rule {
    allowed_methods = [\"GET\"]
    allowed_origins = [\"*\"]
  }
}

resource \"aws_cloudfront_origin_access_control\"";

/// Edits of the module of `examples/05-kms`: file, what stands there, what is put there, what must show.
const EDITS: &[(&str, &str, &str, Shows)] = &[
    ("main.tf", "= cors_config.value.origin_override", "= false", Says(|a| !cors(a, 0).origin_override)),
    ("main.tf", "= cors_rule.value.max_age_seconds", "= 5", Says(|a| rule(a, 0).max_age_seconds == Some(5))),
    (
        "main.tf",
        "      max_age_seconds = cors_rule.value.max_age_seconds\n",
        "",
        Says(|a| rule(a, 0).max_age_seconds == Some(0)),
    ),
    (
        "main.tf",
        "= cors_rule.value.max_age_seconds",
        "= cors_rule.value.max_age_seconds + 60",
        Says(|a| rule(a, 0).max_age_seconds == Some(7260)),
    ),
    ("main.tf", "= cors_rule.value.allowed_origins", "= [\"*\"]", Says(|a| rule(a, 0).allowed_origins == ["*"])),
    (
        "main.tf",
        "= cors_rule.value.allowed_origins",
        "= split(\",\", \"a\")",
        Unknown("main.tf:23:25: the function `split` is not followed"),
    ),
    (
        "main.tf",
        "= cors_rule.value.allowed_origins",
        "= cors_rule.value.origins",
        Unknown("main.tf:23:25: there is no `origins` in the object"),
    ),
    (
        "main.tf",
        "for id, rules in local.cors_rules : id => rules if var.create",
        "for id, rules in local.cors_rules : id => rules if false",
        Says(|a| a.bucket.cors.is_none()),
    ),
    (
        "main.tf",
        "{ for id, rules in local.cors_rules : id => rules if var.create }",
        "local.other",
        Unknown("main.tf:14:14: there is no `local.other`"),
    ),
    (
        "main.tf",
        "    for_each = each.value\n",
        "    for_each = [merge(each.value[0], { allowed_methods = [\"PUT\"] })]\n",
        Says(|a| rule(a, 0).allowed_methods == ["PUT"] && rule(a, 0).allowed_headers == ["range"]),
    ),
    (
        "main.tf",
        "resource \"aws_cloudfront_origin_access_control\"",
        SECOND,
        Unknown("the bucket of `aws_s3_bucket_cors_configuration.second` has another CORS configuration as well"),
    ),
    ("main.tf", KEYED_HEADERS, "", Says(|a| behavior(a, 1).cache_policy.headers == Selection::Whitelist(vec![]))),
    (
        "main.tf",
        "? \"whitelist\" : \"none\"",
        "? \"none\" : \"none\"",
        Says(|a| behavior(a, 1).cache_policy.headers == Selection::None),
    ),
    (
        "main.tf",
        "  signing_behavior                  = \"always\"",
        "  signing_behavior = \"never\"",
        Says(|a| !a.distribution.as_ref().unwrap().origin_access_control.as_ref().unwrap().signs_always),
    ),
    (
        "main.tf",
        "    create_before_destroy = true\n  }\n}\n\nresource \"aws_cloudfront_cache_policy\"",
        "    ignore_changes = [name]\n  }\n}\n\nresource \"aws_cloudfront_cache_policy\"",
        Unknown("`ignore_changes`: AWS may hold something else"),
    ),
    (
        "main.tf",
        "  dynamic \"custom_headers_config\" {",
        "  remove_headers_config {\n    items {\n      header = \"Vary\"\n    }\n  }\n\n  dynamic \"custom_headers_config\" {",
        Says(|a| policy(a, 0).remove_headers == ["Vary"]),
    ),
    (
        "main.tf",
        "  default_ttl = each.value.default_ttl",
        "  default_ttl = sum([1, 2])",
        Unknown("the function `sum` is not followed"),
    ),
    (
        "bucket_policy.tf",
        CONDITION,
        "",
        Says(|a| statement(a).source == Source::Any && a.bucket.key_policy.as_ref().unwrap()[0].source == Source::Any),
    ),
    (
        "bucket_policy.tf",
        "identifiers = [\"cloudfront.amazonaws.com\"]",
        "identifiers = [\"edgelambda.amazonaws.com\"]",
        Says(|a| statement(a).principal == Principal::Other("Service edgelambda.amazonaws.com".to_owned())),
    ),
    (
        "bucket_policy.tf",
        "        type        = \"Service\"\n        identifiers = [\"cloudfront.amazonaws.com\"]",
        "type = \"*\"\nidentifiers = [\"*\"]",
        Says(|a| statement(a).principal == Principal::Anyone),
    ),
    (
        "bucket_policy.tf",
        "= local.distribution_arns[each.key]\n      }",
        "= [\"arn:aws:cloudfront::999999999999:distribution/E9\"]\n      }",
        Says(|a| matches!(&statement(a).source, Source::Other(arn) if arn.ends_with("/E9"))),
    ),
    (
        "bucket_policy.tf",
        "test     = \"StringEquals\"",
        "test     = \"StringNotEquals\"",
        Unknown("the condition `StringNotEquals` on `AWS:SourceArn` is not understood here"),
    ),
    (
        "bucket_policy.tf",
        "actions   = statement.value.actions",
        "actions   = statement.value.actions\n      effect = \"Deny\"",
        Says(|a| !statement(a).allows),
    ),
    (
        "bucket_policy.tf",
        "actions   = statement.value.actions",
        "not_actions   = statement.value.actions",
        Unknown("`not_actions` is not modelled"),
    ),
    (
        "bucket_policy.tf",
        "/*\"",
        "/hls/*\"",
        Says(|a| statement(a).resources == [Resource::ObjectsLike("hls/*".to_owned())]),
    ),
    (
        "bucket_policy.tf",
        "policy = data.aws_iam_policy_document.bucket[each.key].json",
        "policy = \"{\\\"Statement\\\":{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"s3:*\\\",\\\"Resource\\\":\\\"*\\\"}}\"",
        Unknown("it says something else than the output `bucket_policy_json`"),
    ),
    (
        "bucket_policy.tf",
        "? [var.existing_bucket_policies[each.key]] : []",
        "? [] : [\"{}\"]",
        Unknown("`source_policy_documents` is not modelled"),
    ),
    (
        "locals.tf",
        "allowed_origins = [\"https://learn.campus.example\", ",
        "allowed_origins = [\"https://$${a}\\u002e%%{b\\\"}\", ",
        Says(|a| rule(a, 0).allowed_origins[0] == "https://${a}.%{b\"}"),
    ),
    (
        "locals.tf",
        "allowed_origins = [\"https://learn.campus.example\", ",
        "allowed_origins = [\"https://*\", ",
        Says(|a| rule(a, 0).allowed_origins[0] == "https://*"),
    ),
    (
        "locals.tf",
        "[\"GET\", \"HEAD\", \"OPTIONS\"]\n        cached",
        "[\"GET\", \"HEAD\"]\n        cached",
        Says(|a| behavior(a, 1).allowed_methods == ["GET", "HEAD"] && behavior(a, 1).cached_methods.len() == 3),
    ),
    (
        "locals.tf",
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        "216adef6-5c7f-47e4-b989-5492eafa07d3",
        Says(|a| behavior(a, 1).origin_request_policy.as_ref().unwrap().headers == Selection::All),
    ),
    (
        "locals.tf",
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fc0",
        Unknown("what the origin request policy `88a5eaf4-2fd4-4709-b370-b4c650ea3fc0` says was not told"),
    ),
    (
        "locals.tf",
        "{ own = \"video/extras\" }",
        "{ own = \"video/gone\" }",
        Unknown("outputs.tf:62:11: there is no `video/gone` in the object"),
    ),
    ("locals.tf", "{ own = \"video/extras\" }", "null", Says(|a| behavior(a, 0).response_headers_policy.is_none())),
    ("locals.tf", "  cache_behaviors = {", "  behaviors = {", Unknown("there is no `local.cache_behaviors`")),
    ("locals.tf", "  assets = {", "  buckets = {", Unknown("there is no `local.assets`")),
    (
        "locals.tf",
        "  cors_rules = {",
        "  cors_rules = local.cors_rules == null ? {} : {",
        Unknown("`local.cors_rules` is defined by itself"),
    ),
    ("locals.tf", "  cors_rules = {", "  cors_rules = {}\n  cors_rules_of_old = {", Says(|a| a.bucket.cors.is_none())),
    ("locals.tf", "max_age_seconds = 7200", "max_age_seconds = \"soon\"", Unknown("`max_age_seconds` is a text")),
    ("locals.tf", "  cors_rules = {", "  cors_rules = {{", Unreadable("locals.tf:36")),
    (
        "outputs.tf",
        "target_origin_id       = id",
        "target_origin_id       = \"other\"",
        Says(|a| !behavior(a, 0).is_for_this_bucket),
    ),
    (
        "outputs.tf",
        "for behavior in behaviors : {",
        "for behavior in behaviors : {\n        trusted_signers = [\"self\"]",
        Unknown("viewers need a signature (`trusted_signers`)"),
    ),
    (
        "outputs.tf",
        "output \"cache_behaviors\"",
        "output \"behaviors\"",
        Unknown("there is no output `cache_behaviors`"),
    ),
    ("variables.tf", "  default     = true\n", "  default     = false\n", Says(|a| a.bucket.cors.is_none())),
    (
        "variables.tf",
        "  default     = \"campus-video\"\n",
        "",
        Says(|a| {
            behavior(a, 0).cache_policy.name
                == PolicyName::Own("aws_cloudfront_cache_policy.this[\"video/unkeyed\"]".to_owned())
        }),
    ),
    (
        "versions.tf",
        "terraform {",
        "module \"more\" {\n  source = \"./more\"\n}\n\nterraform {",
        Unknown("versions.tf:4:1: a block `module` is not understood"),
    ),
    (
        "versions.tf",
        "terraform {",
        "resource \"aws_s3_bucket_acl\" \"x\" {}\n\nterraform {",
        Unknown("versions.tf:4:1: `aws_s3_bucket_acl.x` is not modelled"),
    ),
];

#[test]
fn an_edit_of_a_module_shows() {
    let example = examples().into_iter().find(|path| path.ends_with("05-kms")).unwrap();
    let files = module(&compiled(&example).plan.unwrap());
    let before = read(&files).unwrap();
    let mut wrong = Vec::new();
    for (path, old, new, shows) in EDITS {
        let mut files = files.clone();
        let file = files.iter_mut().find(|file| file.path == *path).unwrap();
        assert!(file.text.contains(old), "{path} does not hold `{old}`");
        file.text = file.text.replace(old, new);
        let label = format!("{path}: `{old}` -> `{new}`");
        match (read(&files), shows) {
            (Ok(after), Says(says)) => {
                let (shown, before) = (says(&after.deployed.assets[0]), says(&before.deployed.assets[0]));
                if !after.unknowns.is_empty() || !shown || before {
                    wrong.push(format!("{label}: shown {shown}, before {before}, {:#?}", after.unknowns));
                }
            }
            (Ok(after), Unknown(expected)) => {
                let told: Vec<_> = after.unknowns.iter().map(|u| format!("{}: {}", u.place, u.what)).collect();
                if !told.iter().any(|told| told.contains(expected)) {
                    wrong.push(format!("{label}: {told:#?}"));
                }
            }
            (Err(error), Unreadable(expected)) if error.place.to_string().starts_with(expected) => {}
            (result, _) => wrong.push(format!("{label}: {result:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Modules that would take forever, or all memory, or the stack.
#[test]
fn hostile_modules_are_bounded() {
    let chain = |first: &str, next: fn(usize) -> String, count: usize| {
        let chained: String = (0..count).map(|index| format!("  l{} = {}\n", index + 1, next(index))).collect();
        let all: Vec<_> = (0..=count).map(|index| format!("local.l{index}")).collect();
        format!("locals {{\n  l0 = {first}\n{chained}  all = [{}]\n", all.join(", "))
    };
    let doubled = |i: usize| format!("[local.l{i}, local.l{i}]");
    let equal = |i: usize| format!("[[local.l{i}, local.l{i}], flatten([local.l{i}]), local.l{i} == [local.l{i}]][0]");
    let modules = [
        chain("\"x\"", |i| format!("\"${{local.l{i}}}${{local.l{i}}}\""), 90),
        chain("[]", doubled, 1000),
        chain("[]", equal, 60),
        chain("1", |i| format!("local.l{i}"), 5000),
        chain("[1, 2, 3, 4, 5, 6, 7, 8]", |i| format!("[for a in local.l{i} : [for b in local.l{i} : a]]"), 20),
        chain("0", |i| format!("-local.l{i} + local.l{} * 9223372036854775807", i + 1), 20),
        "[".repeat(100_000),
        format!("locals {{\n  all = {}1{}\n", "(".repeat(60), ")".repeat(60)),
        format!("locals {{\n  all = 1{}\n", " + 1".repeat(127)),
    ];
    for text in modules {
        let text = text + "  assets = { a = { bucket = one(flatten([local.all])), region = local.all } }\n}\n";
        let start = std::time::Instant::now();
        let result = read(&[File { path: "main.tf".to_owned(), text: text.clone() }]);
        let unknown = result.as_ref().is_ok_and(|read| !read.unknowns.is_empty());
        assert!(unknown || result.is_err(), "{text:.200}: {result:?}");
        assert!(start.elapsed().as_secs() < 20, "{text:.200}: {:?}", start.elapsed());
    }
}
