//! `tests/*.tftest.hcl`: what must hold for each asset, checked offline with `mock_provider`.
//!
//! The expected values stand in the tests as text of their own, beside `locals.tf`: a change of either shows.

mod asserts;

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::Structure;

use super::condition::{assert, same};
use super::region::{self, Region};
use super::{bucket_cdns, cdns, custom, functions, hcl, lambda, signers};
use crate::aws::iam::CloudFrontStatement;
use crate::aws::quotas;
use crate::plan::{AssetPlan, Cdn, Plan};
use hcl::{attribute, blank, block, call, code, equal, list, map, number, object, path, text, texts};

/// The longest prefix that `name_prefix` takes.
const LONGEST_PREFIX: usize = 40;

pub(super) fn assets(plan: &Plan, regions: &[Region<'_>]) -> Vec<Structure> {
    let mut out = frame(plan);
    out.extend(plan.assets.iter().map(|asset| asset_run(plan, asset, regions)));
    out.extend([every_policy(plan), by_default(plan, regions), nothing(plan, regions)]);
    out
}

/// What every file of asserts begins with.
pub(super) fn frame(plan: &Plan) -> Vec<Structure> {
    let mut out = providers(plan);
    out.push(variables(plan));
    out
}

pub(super) fn inputs(plan: &Plan) -> Vec<Structure> {
    let refused = |name: &str, variable: &'static str, value: Expression| {
        let values = block("variables", &[], [attribute(variable, value)]);
        run(name, "plan", vec![values, attribute("expect_failures", list([path(["var", variable])]))])
    };
    let unknown = |value: Expression| map([("no-such-asset".to_owned(), value)]);
    let mut out = providers(plan);
    out.extend(key_groups(plan).map(|values| block("variables", &[], [values])));
    out.extend([
        refused("a_prefix_that_is_too_long", "name_prefix", text("a".repeat(LONGEST_PREFIX + 1))),
        refused("a_prefix_in_upper_case", "name_prefix", text("Acme")),
        refused("a_bucket_of_an_unknown_asset", "bucket_names", unknown(text("some-bucket"))),
        refused("a_distribution_of_an_unknown_asset", "distribution_arns", unknown(texts([test_arn(plan, 1)]))),
        refused("a_policy_of_an_unknown_asset", "existing_bucket_policies", unknown(text("{}"))),
    ]);
    if let Some((asset, _)) = bucket_cdns(plan).next() {
        let id = asset.id.clone();
        out.extend([
            refused("a_distribution_that_is_no_arn", "distribution_arns", map([(id.clone(), texts(["E2EXAMPLE"]))])),
            refused("a_policy_that_is_no_json", "existing_bucket_policies", map([(id, text("{"))])),
        ]);
    }
    out
}

/// Mocked data must agree with what the module checks, or its `check` blocks fail the tests.
fn providers(plan: &Plan) -> Vec<Structure> {
    let regions = region::with_edge(plan);
    let mock = |kind: &str, defaults: Expression| block("mock_data", &[kind], [attribute("defaults", defaults)]);
    let provider = |alias: Option<&str>, region: &str| {
        let store = functions::mock_store(plan);
        let body = alias.map(|alias| attribute("alias", text(alias))).into_iter();
        let body = body.chain(store).chain(lambda::mocks(plan)).chain([
            mock("aws_region", object([("id", text(region))])),
            mock("aws_caller_identity", object([("account_id", text(account(plan)))])),
            mock("aws_iam_policy_document", object([("json", text("{}"))])),
        ]);
        block("mock_provider", &["aws"], body)
    };
    let default = regions.first().map_or("us-east-1", |region| region.name);
    let aliased = regions.iter().filter(|region| region.aliased);
    std::iter::once(provider(None, default))
        .chain(aliased.map(|region| provider(Some(&region.label), region.name)))
        .collect()
}

/// The account that the tests act in: the first one that the intent names.
pub(super) fn account(plan: &Plan) -> &str {
    accounts(plan).first().copied().unwrap_or("111122223333")
}

fn accounts(plan: &Plan) -> Vec<&str> {
    let mut accounts: Vec<&str> = plan.assets.iter().filter_map(|asset| asset.bucket()?.account.as_deref()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    accounts
}

fn run(name: &str, command: &'static str, body: Vec<Structure>) -> Structure {
    block("run", &[name], [attribute("command", path([command])), blank()].into_iter().chain(body))
}

/// A run of the module's own assertions. Buckets of several accounts fail the check of the account, rightly.
pub(super) fn asserting(plan: &Plan, name: &str, command: &'static str, mut body: Vec<Structure>) -> Structure {
    if accounts(plan).len() > 1 {
        body.insert(0, attribute("expect_failures", list([path(["check", "account"])])));
    }
    run(name, command, body)
}

fn test_arn(plan: &Plan, n: usize) -> String {
    format!("arn:{}:cloudfront::111122223333:distribution/ETEST{n}", super::partition(plan))
}

/// What a bucket's owner may have written before.
const EXISTING_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

/// Every asset with a distribution gets one of the test's own.
fn variables(plan: &Plan) -> Structure {
    let arns =
        map(bucket_cdns(plan).enumerate().map(|(n, (asset, _))| (asset.id.clone(), texts([test_arn(plan, n + 1)]))));
    let policies = map(bucket_cdns(plan).map(|(asset, _)| (asset.id.clone(), text(EXISTING_POLICY))));
    let mut values = vec![
        attribute("manage_bucket_policy", true),
        attribute("distribution_arns", arns),
        attribute("existing_bucket_policies", policies),
    ];
    values.extend(key_groups(plan));
    block("variables", &[], values)
}

/// Ids of key groups, where the caller must bring some.
fn key_groups(plan: &Plan) -> Option<Structure> {
    let asked = signers::asked(plan);
    let ids = asked.iter().map(|id| ((*id).to_owned(), texts(["1a2b3c4d-12ab-34cd-56ef-1234567890ab"])));
    (!asked.is_empty()).then(|| attribute("key_group_ids", map(ids)))
}

fn asset_run(plan: &Plan, asset: &AssetPlan, regions: &[Region<'_>]) -> Structure {
    let arn = bucket_cdns(plan).position(|(other, _)| other.id == asset.id).map(|n| test_arn(plan, n + 1));
    // No statement lets the distribution into a server.
    let arn = arn.or_else(|| asset.custom_origin().map(|_| String::new()));
    let label = regions.first().map(|_| region::label(regions, region::of_asset(asset)));
    let mut asserts = asserts::asset(asset, label, arn.as_deref());
    asserts.extend(custom::asserts(asset));
    asserts.extend(asset.cdn.iter().flat_map(|cdn| functions::asserts(&asset.id, cdn)));
    asserts.extend(asset.cdn.iter().flat_map(|cdn| signers::asserts(&asset.id, cdn)));
    asserts.extend(asset.cdn.iter().flat_map(|cdn| lambda::asserts(&asset.id, cdn)));
    // Ids are compared, and they are there after an apply only.
    asserting(plan, &format!("asset_{}", asset.id), "apply", asserts)
}

/// What holds for every policy, with the longest prefix.
fn every_policy(plan: &Plan) -> Structure {
    let prefix = block("variables", &[], [attribute("name_prefix", text("a".repeat(LONGEST_PREFIX)))]);
    let fits = |kind: &'static str, limit: usize, what: &str| {
        let names = ForExpr::new(
            "object".into(),
            path([kind, "this"]),
            hcl::at_most(code("length(object.name)"), number(limit)),
        );
        assert(call("alltrue", [names.into()]), format!("names of {what} have at most {limit} characters"))
    };
    let credentials = code(
        "[for cors in flatten(values(aws_cloudfront_response_headers_policy.this)[*].cors_config) : cors if cors.access_control_allow_credentials]",
    );
    let wildcards = ["origins", "methods", "headers"].map(|what| {
        let values = match what {
            "origins" => code("flatten([for list in cors.access_control_allow_origins : tolist(list.items)])"),
            "methods" => code("flatten([for list in cors.access_control_allow_methods : tolist(list.items)])"),
            _ => code("flatten([for list in cors.access_control_allow_headers : tolist(list.items)])"),
        };
        let exact = hcl::not(call("contains", [values, text("*")]));
        let all = ForExpr::new("cors".into(), credentials.clone(), exact);
        assert(call("alltrue", [all.into()]), format!("no * among the {what} of a policy that allows credentials"))
    });
    let mut body = vec![
        prefix,
        fits(
            "aws_cloudfront_origin_access_control",
            quotas::ORIGIN_ACCESS_CONTROL_NAME_CHARACTERS,
            "origin access controls",
        ),
        fits("aws_cloudfront_cache_policy", quotas::POLICY_NAME_CHARACTERS, "cache policies"),
        fits("aws_cloudfront_origin_request_policy", quotas::POLICY_NAME_CHARACTERS, "origin request policies"),
        fits("aws_cloudfront_response_headers_policy", quotas::POLICY_NAME_CHARACTERS, "response headers policies"),
    ];
    body.extend(wildcards);
    asserting(plan, "every_policy", "plan", body)
}

/// What holds without the test's distributions: only those that the intent names are allowed anything, and
/// nothing is written to a bucket's policy unasked.
fn by_default(plan: &Plan, regions: &[Region<'_>]) -> Structure {
    let named = |of: fn(&Cdn) -> &[CloudFrontStatement]| {
        cdns(plan).filter(move |(_, cdn)| cdn.distribution.is_some() && !of(cdn).is_empty())
    };
    let ids = |of| texts(named(of).map(|(asset, _)| asset.id.as_str()));
    let documents = |label| call("keys", [path(["data", "aws_iam_policy_document", label])]);
    let written = regions.iter().map(|region| path(["aws_s3_bucket_policy", &region.label]));
    let mut body = vec![
        block("variables", &[], [attribute("distribution_arns", object([])), attribute("manage_bucket_policy", false)]),
        assert(
            same(documents("bucket"), ids(|cdn| &cdn.bucket_policy)),
            "a bucket policy for exactly the assets whose distribution the intent names",
        ),
        assert(
            same(documents("key"), ids(|cdn| &cdn.key_policy)),
            "a key policy for exactly the assets whose distribution the intent names",
        ),
    ];
    // Without a bucket there is nothing to look at, and Terraform refuses a condition about nothing.
    if !regions.is_empty() {
        body.push(assert(
            equal(call("length", [call("merge", written)]), number(0u8)),
            "no bucket policy is written unless manage_bucket_policy is set",
        ));
    }
    body.extend(named(|cdn| &cdn.bucket_policy).filter_map(|(asset, cdn)| {
        let bucket = asset.bucket()?;
        let account = bucket.account.as_deref().unwrap_or(account(plan));
        let distribution = cdn.distribution.as_deref().unwrap_or_default();
        let arn = format!("arn:{}:cloudfront::{account}:distribution/{distribution}", bucket.partition.arn());
        Some(asserts::source_arn(asset, "bucket", &cdn.bucket_policy, &arn))
    }));
    asserting(plan, "by_default", "plan", body)
}

fn nothing(plan: &Plan, regions: &[Region<'_>]) -> Structure {
    let global = [
        "aws_cloudfront_origin_access_control",
        "aws_cloudfront_cache_policy",
        "aws_cloudfront_origin_request_policy",
        "aws_cloudfront_response_headers_policy",
    ]
    .map(|kind| path([kind, "this"]));
    let regional = regions.iter().flat_map(|region| {
        ["aws_s3_bucket_cors_configuration", "aws_s3_bucket_policy"].map(|kind| path([kind, &region.label]))
    });
    let all = call("merge", global.into_iter().chain(regional));
    let body = vec![
        block("variables", &[], [attribute("create", false)]),
        assert(equal(call("length", [all]), number(0u8)), "create = false creates nothing"),
        assert(code("length(output.cache_behaviors) == 0"), "create = false puts nothing out"),
    ];
    asserting(plan, "nothing", "plan", body)
}
