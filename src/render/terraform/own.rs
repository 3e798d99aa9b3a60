//! `own/`: a module around the CORS module that makes the buckets and the distributions as well, for assets with
//! `manage: own`. A plan without such assets has none of it.
//!
//! What a reviewer expects of a bucket is the same for all: nothing public, owned objects, encryption, versions, no
//! forgotten parts of uploads, TLS only. A bucket that holds anything is never deleted: `force_destroy` is off, and S3
//! refuses it. (`prevent_destroy` would say it sooner, and would keep `terraform test` from clearing up what it mocks.)
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>

use ::hcl::expr::{Expression, ForExpr};
use ::hcl::structure::{Attribute, Structure};

use super::condition::{assert, same};
use super::example::all_providers;
use super::hcl::{
    self, at, attribute, blank, block, call, code, equal, list, map, number, object, path, text, text_or_null, texts,
};
use super::region::{self, Region};
use super::{Artifact, Part, Stamp, functions, lambda, print, signers, versions, with_header};
use crate::plan::owned::ABORT_UPLOADS_AFTER_DAYS;
use crate::plan::{AssetPlan, Owned, Plan};

const BOTH: &str = include_str!("module/own/both.tf");
const DISTRIBUTIONS: &str = include_str!("module/own/distributions.tf");
const BUCKET_POLICIES: &str = include_str!("module/own/bucket_policies.tf");
const DISTRIBUTION_OUTPUTS: &str = include_str!("module/own/distribution_outputs.tf");
const BUCKET_OUTPUTS: &str = include_str!("module/own/bucket_outputs.tf");
const INVALIDATION_OUTPUTS: &str = include_str!("module/own/invalidation_outputs.tf");

/// The files of the module; none when nothing is owned.
pub(super) fn files(plan: &Plan, stamp: &Stamp, regions: &[Region<'_>], part: Part) -> Vec<Artifact> {
    if owned(plan).next().is_none() {
        return Vec::new();
    }
    let file = |path: &str, sections: &[&str]| Artifact::file(format!("own/{path}"), with_header(stamp, sections));
    let mut main: Vec<Structure> = regions.iter().flat_map(|region| bucket_resources(region)).collect();
    let buckets = if part.has_buckets() {
        call("merge", regions.iter().map(|region| path(["aws_s3_bucket", &region.label])))
    } else {
        code(THEIR_BUCKETS)
    };
    main.push(block("locals", &[], [attribute("buckets", buckets)]));
    main.push(cors_module(plan, part));
    let distributions = lambda::associated(plan, DISTRIBUTIONS);
    let in_main =
        [(part == Part::Whole, BOTH), (part.has_cdn(), distributions.as_str()), (part.has_buckets(), BUCKET_POLICIES)];
    let in_outputs = [
        (part.has_cdn(), DISTRIBUTION_OUTPUTS),
        (part.has_buckets(), BUCKET_OUTPUTS),
        (part.has_cdn(), INVALIDATION_OUTPUTS),
    ];
    let main = print(main);
    vec![
        file("versions.tf", &[&print(versions::module(plan))]),
        file("variables.tf", &[&print(variables(plan, part))]),
        file("locals.tf", &[&print(locals(plan))]),
        file("main.tf", &std::iter::once(main.as_str()).chain(chosen(&in_main)).collect::<Vec<_>>()),
        file("outputs.tf", &chosen(&in_outputs).collect::<Vec<_>>()),
        file("tests/own.tftest.hcl", &[&print(tests(plan, regions, part))]),
    ]
}

/// The texts that are asked for.
fn chosen<'t>(sections: &[(bool, &'t str)]) -> impl Iterator<Item = &'t str> {
    sections.iter().filter(|(is_asked, _)| *is_asked).map(|(_, text)| *text)
}

/// Buckets that another state makes: their names and regions are the intent's.
const THEIR_BUCKETS: &str =
    "{ for id, name in module.cors.bucket_regional_domain_names : id => { bucket_regional_domain_name = name } }";

fn owned(plan: &Plan) -> impl Iterator<Item = (&AssetPlan, &Owned)> {
    plan.assets.iter().filter_map(|asset| Some((asset, asset.owned.as_ref()?)))
}

fn owned_buckets(plan: &Plan) -> impl Iterator<Item = &AssetPlan> {
    owned(plan).map(|(asset, _)| asset).filter(|asset| asset.bucket().is_some())
}

fn locals(plan: &Plan) -> Vec<Structure> {
    let assets = owned(plan).map(|(asset, owned)| {
        let (bucket, cdn) = (asset.bucket(), asset.cdn.as_ref());
        let server = asset.custom_origin().map_or(Expression::Null, |custom| {
            object([("domain_name", text(&custom.domain_name)), ("https_port", number(custom.https_port))])
        });
        let about = object([
            ("name", text(&plan.name)),
            ("bucket", text_or_null(bucket.map(|bucket| bucket.name.as_str()))),
            ("region", text_or_null(bucket.map(|bucket| bucket.region.as_str()))),
            ("kms_key", text_or_null(bucket.and_then(|bucket| bucket.kms_key.as_deref()))),
            ("server", server),
            ("cdn", cdn.is_some().into()),
            ("aliases", texts(cdn.map_or(&[][..], |cdn| &cdn.aliases))),
            ("certificate", text_or_null(owned.certificate.as_deref())),
            ("lists_bucket", owned.lists_bucket.into()),
        ]);
        (asset.id.clone(), about)
    });
    vec![block("locals", &[], [attribute("owned", map(assets))])]
}

fn variables(plan: &Plan, part: Part) -> Vec<Structure> {
    let variable = |name: &str, description: &str, kind: &str, default: Option<Expression>| {
        let mut body = vec![
            attribute("description", text(description)),
            attribute("type", kind.parse::<Expression>().unwrap_or(Expression::Null)),
        ];
        body.extend(default.map(|default| attribute("default", default)));
        body.push(attribute("nullable", false));
        block("variable", &[name], body)
    };
    let web_acl = "ARNs of web ACLs for the distributions, by asset. A rule that blocks `OPTIONS` blocks preflights.";
    let arns = "ARNs of the distributions that may use an asset's bucket, by asset: the output of the module that makes them. Until it is there, the bucket is closed to them.";
    let mut out = Vec::new();
    if part.has_cdn() {
        out.push(variable("web_acl_ids", web_acl, "map(string)", Some(object([]))));
    } else {
        out.push(variable("distribution_arns", arns, "map(list(string))", Some(object([]))));
    }
    if !signers::asked(plan).is_empty() {
        let key_groups =
            "Ids of the trusted key groups by asset, one to four each: whose signatures its private paths need.";
        out.push(variable("key_group_ids", key_groups, "map(list(string))", None));
    }
    out
}

fn cors_module(plan: &Plan, part: Part) -> Structure {
    let regions = &region::with_edge(plan);
    let mut body = vec![attribute("source", text("../"))];
    if regions.iter().any(|region| region.aliased) {
        body.push(attribute("providers", all_providers(regions)));
    }
    if part.has_buckets() {
        body.extend([
            blank(),
            attribute("bucket_names", code("{ for id, bucket in local.buckets : id => bucket.id }")),
            attribute("distribution_arns", code(if part.has_cdn() { OWN_ARNS } else { "var.distribution_arns" })),
        ]);
    }
    if !signers::asked(plan).is_empty() {
        body.push(attribute("key_group_ids", path(["var", "key_group_ids"])));
    }
    block("module", &["cors"], body)
}

const OWN_ARNS: &str = "{ for id, distribution in aws_cloudfront_distribution.this : id => [distribution.arn] if contains(keys(local.buckets), id) }";

/// The buckets of one region, and what belongs to each.
fn bucket_resources(region: &Region<'_>) -> Vec<Structure> {
    let label = region.label.as_str();
    let of_each = |kind: &str, each: Expression, body: Vec<Structure>| {
        let provider = region.provider().map(|provider| attribute("provider", provider));
        let meta = [attribute("for_each", each)].into_iter().chain(provider).chain([blank()]);
        block("resource", &[kind, label], meta.chain(body))
    };
    let all = path(["aws_s3_bucket", label]);
    let part = |kind: &str, body: Vec<Structure>| {
        of_each(kind, all.clone(), [attribute("bucket", code("each.value.id"))].into_iter().chain(body).collect())
    };
    let here = ForExpr::new("asset".into(), path(["local", "owned"]), code("asset"))
        .with_key_var("id".into())
        .with_key_expr(code("id"))
        .with_cond_expr(equal(code("asset.region"), text(region.name)));
    let switches = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
    let key = code("local.owned[each.key].kms_key");
    let by_default = block(
        "apply_server_side_encryption_by_default",
        &[],
        [
            attribute("sse_algorithm", code(r#"local.owned[each.key].kms_key == null ? "AES256" : "aws:kms""#)),
            attribute("kms_master_key_id", key),
        ],
    );
    let encryption =
        [attribute("bucket_key_enabled", code("local.owned[each.key].kms_key != null")), blank(), by_default];
    let abort = block(
        "abort_incomplete_multipart_upload",
        &[],
        [attribute("days_after_initiation", number(ABORT_UPLOADS_AFTER_DAYS))],
    );
    let rule = [
        attribute("id", text("corsynth-abort-uploads")),
        attribute("status", text("Enabled")),
        blank(),
        block("filter", &[], None::<Attribute>.map(Structure::Attribute)),
        blank(),
        abort,
    ];
    vec![
        of_each(
            "aws_s3_bucket",
            here.into(),
            vec![attribute("bucket", code("each.value.bucket")), attribute("force_destroy", false)],
        ),
        part("aws_s3_bucket_public_access_block", switches.map(|name| attribute(name, true)).to_vec()),
        part(
            "aws_s3_bucket_ownership_controls",
            vec![blank(), block("rule", &[], [attribute("object_ownership", text("BucketOwnerEnforced"))])],
        ),
        part("aws_s3_bucket_server_side_encryption_configuration", vec![blank(), block("rule", &[], encryption)]),
        part(
            "aws_s3_bucket_versioning",
            vec![blank(), block("versioning_configuration", &[], [attribute("status", text("Enabled"))])],
        ),
        part("aws_s3_bucket_lifecycle_configuration", vec![blank(), block("rule", &[], rule)]),
        part(
            "aws_s3_bucket_policy",
            vec![attribute("policy", code("data.aws_iam_policy_document.bucket[each.key].json"))],
        ),
    ]
}

/// What must hold, offline: the wiring between buckets, distributions and the CORS module.
fn tests(plan: &Plan, regions: &[Region<'_>], part: Part) -> Vec<Structure> {
    let arn = format!("arn:{}:cloudfront::111122223333:distribution/ETEST1", super::partition(plan));
    let mock =
        |kind: &'static str, what: &str, defaults: Expression| block(kind, &[what], [attribute("defaults", defaults)]);
    let function = "arn:aws:cloudfront::111122223333:function/test";
    let provider = |alias: Option<&str>, region: &str| {
        let store = functions::mock_store(plan);
        let body = alias.map(|alias| attribute("alias", text(alias))).into_iter();
        let body = body.chain(store).chain(lambda::mocks(plan)).chain([
            mock("mock_resource", "aws_cloudfront_distribution", object([("arn", text(&arn))])),
            mock("mock_resource", "aws_cloudfront_function", object([("arn", text(function))])),
            mock("mock_data", "aws_region", object([("id", text(region))])),
            mock("mock_data", "aws_caller_identity", object([("account_id", text(super::tftest::account(plan)))])),
            mock("mock_data", "aws_iam_policy_document", object([("json", text("{}"))])),
        ]);
        block("mock_provider", &["aws"], body)
    };
    let all = region::with_edge(plan);
    let default = all.first().map_or("us-east-1", |region| region.name);
    let aliased = all.iter().filter(|region| region.aliased);
    let mut out: Vec<Structure> = std::iter::once(provider(None, default))
        .chain(aliased.map(|region| provider(Some(&region.label), region.name)))
        .collect();
    let asked = signers::asked(plan);
    if !asked.is_empty() {
        let ids = asked.iter().map(|id| ((*id).to_owned(), texts(["1a2b3c4d-12ab-34cd-56ef-1234567890ab"])));
        out.push(block("variables", &[], [attribute("key_group_ids", map(ids))]));
    }
    if part == Part::Buckets {
        let arns = owned(plan).filter(|(asset, _)| asset.cdn.is_some());
        let arns = map(arns.map(|(asset, _)| (asset.id.clone(), texts([arn.as_str()]))));
        out.push(block("variables", &[], [attribute("distribution_arns", arns)]));
    }
    for (asset, owned) in owned(plan) {
        let mut asserts = if part.has_buckets() { bucket_asserts(asset, regions) } else { Vec::new() };
        if part.has_cdn() {
            asserts.extend(distribution_asserts(asset, owned));
        }
        match part {
            Part::Whole => {}
            Part::Buckets => asserts.extend(door_asserts(asset)),
            Part::Cdn => asserts.extend(host_asserts(asset)),
        }
        out.push(super::tftest::asserting(plan, &format!("own_{}", asset.id), "apply", asserts));
    }
    if !part.has_buckets() {
        return out;
    }
    let ids = texts(owned_buckets(plan).map(|asset| asset.id.as_str()));
    let kept = same(call("keys", [path(["local", "buckets"])]), ids);
    out.push(super::tftest::asserting(
        plan,
        "buckets",
        "plan",
        vec![assert(kept, "a bucket for each owned asset with one")],
    ));
    out
}

fn bucket_asserts(asset: &AssetPlan, regions: &[Region<'_>]) -> Vec<Structure> {
    let Some(bucket) = asset.bucket() else { return Vec::new() };
    let label = region::label(regions, &bucket.region);
    let about = |what: &str| format!("{}: {what}", asset.id);
    let of = |kind: &'static str| at(path([kind, label]), text(&asset.id));
    let first = |of: Expression, name: &'static str| at(hcl::get(of, name), number(0u8));
    let access = || of("aws_s3_bucket_public_access_block");
    let switches = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
    let ownership = hcl::get(first(of("aws_s3_bucket_ownership_controls"), "rule"), "object_ownership");
    let versions = hcl::get(first(of("aws_s3_bucket_versioning"), "versioning_configuration"), "status");
    let policy = hcl::get(of("aws_s3_bucket_policy"), "policy");
    vec![
        assert(equal(hcl::get(of("aws_s3_bucket"), "bucket"), text(&bucket.name)), about("the bucket is the intent's")),
        assert(
            call("alltrue", [list(switches.map(|name| hcl::get(access(), name)))]),
            about("nothing of the bucket is public"),
        ),
        assert(equal(ownership, text("BucketOwnerEnforced")), about("objects belong to the bucket's owner")),
        assert(equal(versions, text("Enabled")), about("what is overwritten is kept")),
        assert(
            equal(policy, hcl::get(at(path(["data", "aws_iam_policy_document", "bucket"]), text(&asset.id)), "json")),
            about("the bucket's policy is the one that is put together here"),
        ),
    ]
}

/// Of a distribution in another state: its ARN comes in, and its statements are part of the policy.
fn door_asserts(asset: &AssetPlan) -> Vec<Structure> {
    let statements = asset.cdn.iter().flat_map(|cdn| &cdn.bucket_policy);
    let told = statements.map(|_| path(["module", "cors", "bucket_policy_json"])).next();
    let told = told.map(|policies| call("contains", [call("keys", [policies]), text(&asset.id)]));
    let about = format!("{}: the bucket's policy lets in the distribution that is named to the module", asset.id);
    told.into_iter().map(|told| assert(told, about.clone())).collect()
}

/// Of a bucket in another state: the distribution asks it where it is.
fn host_asserts(asset: &AssetPlan) -> Vec<Structure> {
    let Some(bucket) = asset.bucket() else { return Vec::new() };
    let this = at(path(["aws_cloudfront_distribution", "this"]), text(&asset.id));
    let host = call("one", [hcl::each(hcl::get(this, "origin"), "domain_name")]);
    let about = format!("{}: the distribution asks the bucket at its regional host name", asset.id);
    vec![assert(equal(host, text(bucket.regional_domain_name())), about)]
}

fn distribution_asserts(asset: &AssetPlan, owned: &Owned) -> Vec<Structure> {
    let Some(cdn) = &asset.cdn else { return Vec::new() };
    let about = |what: &str| format!("{}: {what}", asset.id);
    let this = || at(path(["aws_cloudfront_distribution", "this"]), text(&asset.id));
    let all = |block: &'static str, name: &'static str| hcl::each(hcl::get(this(), block), name);
    let ordered = cdn.behaviors.iter().filter_map(|behavior| behavior.path_pattern.as_deref());
    let errors = ForExpr::new("ttl".into(), all("custom_error_response", "error_caching_min_ttl"), code("ttl != null"));
    let mut aliases = cdn.aliases.clone();
    aliases.sort();
    let mut asserts = vec![
        assert(
            same(all("ordered_cache_behavior", "path_pattern"), texts(ordered)),
            about("every path of the intent is a cache behavior, the most specific first"),
        ),
        assert(call("alltrue", [errors.into()]), about("how long errors are remembered is said")),
        assert(
            equal(
                hcl::get(at(hcl::get(this(), "viewer_certificate"), number(0u8)), "acm_certificate_arn"),
                text_or_null(owned.certificate.as_deref()),
            ),
            about("the certificate is the intent's"),
        ),
        assert(
            same(call("sort", [hcl::get(this(), "aliases")]), texts(&aliases)),
            about("the aliases are the intent's"),
        ),
    ];
    if asset.bucket().is_some() {
        let control = at(path(["module", "cors", "origin_access_control_ids"]), text(&asset.id));
        asserts.push(assert(
            equal(call("one", [all("origin", "origin_access_control_id")]), control),
            about("the distribution signs its requests to the bucket"),
        ));
    }
    asserts
}
