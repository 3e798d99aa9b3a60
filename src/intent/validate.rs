//! `RawIntent` to `Intent`: names resolve, texts mean something, values agree. All problems, not just the first.

use super::asset_origin;
use super::codes;
use super::environments::{self, Environments};
use super::expect::{self, Expectation};
use super::governance;
use super::grants::{self, Known};
use super::owned;
use super::partitions;
use super::raw::{
    Authority, Encryption, Manage, Map, Named, Preflight, RawAsset, RawCdn, RawFrontend, RawIntent, RawTtl,
};
use super::texts::{
    is_account, is_alias, is_bucket_name, is_distribution, is_id, is_key_group, is_kms_key_arn, is_name, is_region,
    origin, path_pattern, require, seconds,
};
use super::{Asset, Cdn, Frontend, Grant, Intent, PathAlias, Ttl};
use crate::diagnostic::{Diagnostic, Diagnostics, shown};
use crate::document::{Node, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// Most of each that one file has.
const MOST_ASSETS: usize = 500;
const MOST_GRANTS: usize = 2000;
const MOST_ORIGINS: usize = 5000;
const MOST_FRONTENDS: usize = 5000;
const MOST_PATHS: usize = 500;
const MOST_NAMES: usize = 10_000;

pub(super) fn validate(diags: &mut Diagnostics, raw: &RawIntent, environments: &Environments<'_>) -> Option<Intent> {
    ids(diags, raw);
    if is_too_large(diags, raw) {
        return None;
    }
    let name = name(diags, raw, environments);
    if let Some(owner) = raw.owner.as_ref().filter(|o| o.value.chars().count() > 200) {
        require(diags, owner, false, &codes::INVALID_NAME, "owner", "at most 200 characters");
    }
    let mut frontends: Vec<Frontend> = Vec::new();
    let mut withheld: Vec<Frontend> = Vec::new();
    for entry in &raw.frontends.entries {
        let is_given = environments.counts(diags, entry.value.only_in.as_ref());
        let frontend = frontend(diags, entry);
        if is_given { frontends.push(frontend) } else { withheld.push(frontend) }
    }
    let assets: Vec<Option<Asset>> = raw.assets.entries.iter().map(|a| asset(diags, a, environments)).collect();
    same_bucket(diags, &raw.assets);
    owned::same_alias(diags, &raw.assets);
    partitions::mixed(diags, &raw.assets);
    // Where something else than a map stands, nobody knows which frontends there are.
    let known = raw.frontends.is_map.then_some(Known { given: &frontends, withheld: &withheld });
    let grants: Vec<Option<Grant>> = raw
        .allow
        .iter()
        .enumerate()
        .map(|(index, grant)| grants::validate(diags, index, grant, &raw.assets, known))
        .collect();
    let expectations: Vec<Option<Expectation>> = raw
        .expect
        .iter()
        .flatten()
        .enumerate()
        .filter_map(|(index, expectation)| {
            let counts = environments.counts(diags, expectation.r#in.as_ref());
            let expectation = expect::validate(diags, index, expectation, &raw.assets);
            counts.then_some(expectation)
        })
        .collect();
    frontends.retain(|f| f.id.value != "anyone");
    unused(diags, raw, &frontends, &withheld);
    // `schema` has reported a version that is missing or another.
    raw.version.as_ref()?;
    let mut grants = grants.into_iter().collect::<Option<Vec<_>>>()?;
    // A grant to nobody here is a grant to somebody elsewhere.
    grants.retain(|grant| !grant.from.is_empty());
    if let Some(environment) = environments.current.filter(|_| grants.is_empty()) {
        diags.push(
            Diagnostic::new(
                &codes::EMPTY_ENVIRONMENT,
                environment.id.span,
                format!("nothing is granted in `{}`", environment.id.value),
            )
            .label("no grant has a frontend that is given to this environment")
            .help("grant something here, or remove the environment"),
        );
    }
    governance::max_origins(diags, raw, environments, &grants);
    Some(Intent {
        name: name?,
        environment: environments.current.map(|environment| environment.id.value.clone()),
        owner: raw.owner.as_ref().map(|o| o.value.clone()),
        assets: assets.into_iter().collect::<Option<Vec<_>>>()?,
        frontends,
        withheld,
        grants,
        expectations: expectations.into_iter().collect::<Option<Vec<_>>>()?,
    })
}

/// Whether there is more of something than is compiled; reports that. Rules compare grants with grants, and origins with
/// origins; AWS takes less than this anyway.
fn is_too_large(diags: &mut Diagnostics, raw: &RawIntent) -> bool {
    let mut assets = raw.assets.entries.iter().map(|asset| asset.id.span);
    let mut grants = raw.allow.iter().map(|grant| grant.span);
    let mut origins = raw.frontends.entries.iter().flat_map(|f| f.value.origins.iter().map(|origin| origin.span));
    let mut frontends = raw.frontends.entries.iter().map(|frontend| frontend.id.span);
    let mut paths = raw.assets.entries.iter().flat_map(|a| a.value.paths.entries.iter().map(|path| path.id.span));
    let mut names = raw.allow.iter().flat_map(|grant| {
        let both = grant.from.iter().chain(&grant.to);
        both.flat_map(|names| names.0.iter().map(|name| name.span))
    });
    let beyond = [
        ("frontends", MOST_FRONTENDS, frontends.clone().count(), frontends.nth(MOST_FRONTENDS)),
        ("paths", MOST_PATHS, paths.clone().count(), paths.nth(MOST_PATHS)),
        ("names in its grants", MOST_NAMES, names.clone().count(), names.nth(MOST_NAMES)),
        ("assets", MOST_ASSETS, assets.clone().count(), assets.nth(MOST_ASSETS)),
        ("grants", MOST_GRANTS, grants.clone().count(), grants.nth(MOST_GRANTS)),
        ("origins", MOST_ORIGINS, origins.clone().count(), origins.nth(MOST_ORIGINS)),
    ];
    let mut is_too_large = false;
    for (what, most, count, first) in beyond {
        let Some(first) = first else { continue };
        is_too_large = true;
        diags.push(
            Diagnostic::new(&codes::INTENT_TOO_LARGE, first, format!("the file has {count} {what}"))
                .label(format!("at most {most} are compiled"))
                .help("write a second file for the others"),
        );
    }
    is_too_large
}

/// The stem of every AWS name: the intent's name, and the environment's where the name does not hold it already.
fn name(diags: &mut Diagnostics, raw: &RawIntent, environments: &Environments<'_>) -> Option<String> {
    let rule = "lower case letters, digits and hyphens, a letter first, at most 40 characters";
    let name = raw.name.as_ref()?;
    if !require(diags, name, is_name(&name.value), &codes::INVALID_NAME, "name", rule) {
        return None;
    }
    let Some(environment) = environments.current.map(|e| e.id.value.as_str()) else { return Some(name.value.clone()) };
    let is_in_it = format!("-{}-", name.value).contains(&format!("-{environment}-"));
    if is_in_it {
        return Some(name.value.clone());
    }
    let stem = Spanned { value: format!("{}-{environment}", name.value), span: name.span };
    let rule = "with the environment's name behind it, at most 40 characters";
    require(diags, &stem, is_name(&stem.value), &codes::INVALID_NAME, "name", rule).then_some(stem.value)
}

fn id(diags: &mut Diagnostics, id: &Spanned<String>) {
    let rule = "lower case letters, digits and single hyphens, a letter first, at most 32 characters";
    require(diags, id, is_id(&id.value), &codes::INVALID_NAME, "id", rule);
}

fn frontend(diags: &mut Diagnostics, raw: &Named<RawFrontend>) -> Frontend {
    id(diags, &raw.id);
    if raw.id.value == "anyone" {
        diags.push(
            Diagnostic::new(&codes::RESERVED_NAME, raw.id.span, "`anyone` is not a name for a frontend")
                .label("in `from`, `anyone` means every website"),
        );
    }
    let spanned = |text: &Spanned<String>, origin| Spanned { value: origin, span: text.span };
    let origins = raw.value.origins.iter().filter_map(|text| Some(spanned(text, origin(diags, text)?))).collect();
    Frontend { id: raw.id.clone(), origins }
}

fn asset(diags: &mut Diagnostics, raw: &Named<RawAsset>, environments: &Environments<'_>) -> Option<Asset> {
    id(diags, &raw.id);
    let asset = &raw.value;
    let bucket = asset.bucket.as_ref().filter(|bucket| {
        let rule = "3 to 63 lower case letters, digits, hyphens and dots, as S3 wants them";
        require(diags, bucket, is_bucket_name(&bucket.value), &codes::INVALID_BUCKET_NAME, "name of a bucket", rule)
    });
    if let Some(dotted) = bucket.filter(|b| b.value.contains('.')) {
        // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
        diags.push(
            Diagnostic::new(&codes::DOTTED_BUCKET_NAME, dotted.span, format!("`{}` has a dot", dotted.value))
                .label("S3's certificate does not cover a host name with further dots")
                .help("a bucket cannot be renamed: move the objects to one without dots"),
        );
    }
    let region = asset.region.as_ref().filter(|region| {
        let rule = "expected a region such as `eu-west-1`";
        require(diags, region, is_region(&region.value), &codes::INVALID_REGION, "AWS region", rule)
    });
    let environments_account = environments.current.and_then(|environment| environment.value.account.as_ref());
    let account = asset.account.as_ref().or(environments_account);
    if let Some(account) = account {
        require(
            diags,
            account,
            is_account(&account.value),
            &codes::INVALID_ACCOUNT,
            "number of an account",
            "expected 12 digits in quotes",
        );
    }
    let kms_key = encryption(diags, asset, region);
    let paths: Vec<PathAlias> = asset.paths.entries.iter().filter_map(|p| path(diags, p)).collect();
    let cdn = match &asset.cdn {
        Some(raw_cdn) => Some(cdn(diags, raw_cdn)?),
        None => None,
    };
    if let (Some(region), Some(cdn)) = (region, &asset.cdn) {
        partitions::cdn(diags, region, cdn);
    }
    owned::check(diags, raw);
    let origin = asset_origin::read(diags, raw, bucket, region, kms_key)?;
    Some(Asset {
        id: raw.id.clone(),
        origin,
        account: account.map(|account| account.value.clone()),
        manage: asset.manage.as_ref().map_or(Manage::Attach, |manage| manage.value),
        paths,
        cdn,
    })
}

fn encryption(diags: &mut Diagnostics, asset: &RawAsset, region: Option<&Spanned<String>>) -> Option<String> {
    let kms = asset.encryption.as_ref().filter(|e| e.value == Encryption::SseKms);
    match (kms, &asset.kms_key) {
        _ if !asset.encryption_is_readable => {}
        (Some(kms), None) => diags.push(
            Diagnostic::new(&codes::INCONSISTENT_ENCRYPTION, kms.span, "`sse-kms` without `kms-key`")
                .label("which key?")
                .help("add `kms-key:` with the key's ARN; the key `aws/s3` of AWS cannot be opened for CloudFront"),
        ),
        (None, Some(key)) => diags.push(
            Diagnostic::new(&codes::INCONSISTENT_ENCRYPTION, key.span, "`kms-key` without `encryption: sse-kms`")
                .label("the key would not be used")
                .help("add `encryption: sse-kms`, or remove the key"),
        ),
        (Some(_), Some(key)) => {
            let rule = "expected `arn:aws:kms:REGION:ACCOUNT:key/ID`";
            if require(diags, key, is_kms_key_arn(&key.value), &codes::INVALID_KMS_KEY, "ARN of a KMS key", rule) {
                partitions::key(diags, key);
                // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>
                if let Some(region) = region.filter(|r| key.value.split(':').nth(3) != Some(r.value.as_str())) {
                    diags.push(
                        Diagnostic::new(&codes::INVALID_KMS_KEY, key.span, "the key is not in the bucket's region")
                            .label("S3 takes a key of the bucket's own region only")
                            .related(region.span, "the bucket's region"),
                    );
                }
                return Some(key.value.clone());
            }
        }
        (None, None) => {}
    }
    None
}

fn path(diags: &mut Diagnostics, raw: &Named<Spanned<super::raw::PathPattern>>) -> Option<PathAlias> {
    id(diags, &raw.id);
    let pattern = path_pattern(diags, &raw.value)?;
    Some(PathAlias { id: raw.id.clone(), pattern: Spanned { value: pattern, span: raw.value.span } })
}

fn cdn(diags: &mut Diagnostics, raw: &RawCdn) -> Option<Cdn> {
    if let Some(distribution) = &raw.distribution {
        let rule = "expected an id such as `E2EXAMPLE123AB`";
        require(
            diags,
            distribution,
            is_distribution(&distribution.value),
            &codes::INVALID_DISTRIBUTION,
            "id of a distribution",
            rule,
        );
    }
    let aliases = raw.aliases.as_deref().unwrap_or_default();
    for alias in aliases {
        let rule = "expected a host name in lower case, such as `cdn.example.com`";
        require(diags, alias, is_alias(&alias.value), &codes::INVALID_ALIAS, "host name", rule);
    }
    for (at, signer) in raw.signers.iter().flat_map(|signers| &signers.0).enumerate() {
        // <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
        let rule = "expected ids of at most four key groups, such as `1a2b3c4d-12ab-34cd-56ef-1234567890ab`";
        require(
            diags,
            signer,
            at < 4 && is_key_group(&signer.value),
            &codes::INVALID_KEY_GROUP,
            "id of a key group",
            rule,
        );
    }
    let authority = raw.authority.as_ref().map_or(Authority::Edge, |a| a.value);
    let ttl = ttl(diags, raw.ttl.as_ref())?;
    if let (Some(key), Authority::Bucket) = (raw.key_on_origin.as_ref().filter(|k| !k.value), authority)
        && ttl.max > 0
    {
        diags.push(
            Diagnostic::new(&codes::UNKEYED_ORIGIN, key.span, "`authority: bucket` needs `Origin` in the cache key")
                .label("the first origin's headers would be served to all others")
                .help("remove `key-on-origin`, or let the edge speak: `authority: edge`"),
        );
    }
    Some(Cdn {
        span: raw.span,
        distribution: raw.distribution.clone(),
        aliases: aliases.iter().map(|a| a.value.clone()).collect(),
        authority,
        key_on_origin: raw.key_on_origin.as_ref().map_or((true, None), |k| (k.value, Some(k.span))),
        missing_objects_404: raw.missing_objects.as_ref().is_some_and(|m| m.value == 404),
        ttl,
        security_headers: raw.security_headers.as_ref().is_some_and(|s| s.value),
        certificate: raw.certificate.clone(),
        preflight: raw.preflight.as_ref().map_or((Preflight::Origin, None), |p| (p.value, Some(p.span))),
        inject_origin: raw.inject_origin.as_ref().map_or((false, None), |i| (i.value, Some(i.span))),
        readable_errors: raw.readable_errors.as_ref().map_or((false, None), |r| (r.value, Some(r.span))),
        signers: raw.signers.iter().flat_map(|signers| signers.0.iter().cloned()).collect(),
    })
}

fn ttl(diags: &mut Diagnostics, raw: Option<&RawTtl>) -> Option<Ttl> {
    let mut read = |value: Option<&Spanned<super::raw::Duration>>, otherwise: u32| match value {
        Some(value) => seconds(diags, value).map(u64::from),
        None => Some(u64::from(otherwise)),
    };
    // CloudFront's own defaults. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html
    let min = read(raw.and_then(|t| t.min.as_ref()), 0);
    let written = raw.and_then(|t| t.default.as_ref());
    let default = read(written, 86_400);
    let max = read(raw.and_then(|t| t.max.as_ref()), 31_536_000);
    let (min, default, max) = (min?, default?, max?);
    // A default that nobody wrote stays between the two that somebody did.
    let default = if written.is_some() { default } else { default.clamp(min.min(max), max) };
    if min > default || default > max {
        let span = raw.map_or_else(Default::default, |t| t.span);
        diags.push(
            Diagnostic::new(&codes::UNORDERED_TTL, span, "`min`, `default` and `max` are out of order")
                .label(format!("`min` is {min} s, `default` {default} s, `max` {max} s"))
                .help("`min` is at most `default`, and `default` at most `max`"),
        );
    }
    Some(Ttl { min, default, max })
}

/// A bucket has one CORS configuration, so it belongs to one asset.
fn same_bucket(diags: &mut Diagnostics, assets: &Map<RawAsset>) {
    let mut seen: BTreeMap<&str, (&Named<RawAsset>, &Spanned<String>)> = BTreeMap::new();
    for (asset, bucket) in assets.entries.iter().filter_map(|a| Some((a, a.value.bucket.as_ref()?))) {
        let Some((first_asset, first)) = seen.get(bucket.value.as_str()) else {
            seen.insert(&bucket.value, (asset, bucket));
            continue;
        };
        // Both can be one text with an anchor; then the ids tell the two apart.
        let same_text = first.span == bucket.span;
        let (span, first) = if same_text { (asset.id.span, first_asset.id.span) } else { (bucket.span, first.span) };
        diags.push(
            Diagnostic::new(
                &codes::BUCKET_USED_TWICE,
                span,
                format!("bucket `{}` belongs to two assets", shown(&bucket.value)),
            )
            .label("again here")
            .related(first, "first here")
            .help("a bucket has one CORS configuration: make it one asset with several `paths`"),
        );
    }
}

/// What is declared and never granted is a typing mistake more often than not. Where a grant names something that is
/// not declared, or nothing, that is the mistake, and what it meant is not reported as unused.
/// A frontend that is withheld is used, or not, in the environments that have it.
fn unused(diags: &mut Diagnostics, raw: &RawIntent, frontends: &[Frontend], withheld: &[Frontend]) {
    let from: BTreeSet<&str> =
        raw.allow.iter().filter_map(|g| g.from.as_ref()).flat_map(|f| &f.0).map(|f| f.value.as_str()).collect();
    let to: BTreeSet<&str> =
        raw.allow.iter().filter_map(|g| g.to.as_ref()).flat_map(|t| &t.0).map(|t| t.value.as_str()).collect();
    let names = |asset: &Named<RawAsset>, target: &str| match target.split_once('/') {
        None => target == asset.id.value,
        Some((id, path)) => id == asset.id.value && asset.value.paths.entries.iter().any(|p| p.id.value == path),
    };
    let from_resolves = |name: &str| name == "anyone" || frontends.iter().chain(withheld).any(|f| f.id.value == name);
    let to_resolves = |target: &str| raw.assets.entries.iter().any(|asset| names(asset, target));
    let told = !raw.allow.is_empty();
    let from_told = told && raw.allow.iter().all(|g| g.from.is_some()) && from.iter().all(|n| from_resolves(n));
    let to_told = told && raw.allow.iter().all(|g| g.to.is_some()) && to.iter().all(|t| to_resolves(t));
    let mut report = |what: &str, id: &Spanned<String>| {
        diags.push(
            Diagnostic::new(&codes::UNUSED_DECLARATION, id.span, format!("no grant uses the {what} `{}`", id.value))
                .label("declared here"),
        );
    };
    for frontend in frontends.iter().filter(|f| from_told && !from.contains(f.id.value.as_str())) {
        report("frontend", &frontend.id);
    }
    for asset in raw.assets.entries.iter().filter(|_| to_told) {
        let id = asset.id.value.as_str();
        if !to.iter().any(|t| t.split('/').next() == Some(id)) {
            report("asset", &asset.id);
        }
        for path in &asset.value.paths.entries {
            if !to.contains(format!("{id}/{}", path.id.value).as_str()) {
                report("path", &path.id);
            }
        }
    }
}

/// Reports variables that no text names, and guardrails that no environment does. `root` still has the variables.
pub(super) fn unused_names(diags: &mut Diagnostics, root: &Node, raw: &RawIntent) {
    let mut report = |what: &str, id: &Spanned<String>| {
        diags.push(
            Diagnostic::new(&codes::UNUSED_DECLARATION, id.span, format!("nothing uses the {what} `{}`", id.value))
                .label("declared here"),
        );
    };
    let used = environments::used_variables(root);
    let environments = &raw.environments.entries;
    for variable in environments.iter().flat_map(|environment| &environment.value.vars.entries) {
        if !used.contains(&variable.id.value) {
            report("variable", &variable.id);
        }
    }
    let names: BTreeSet<&str> = environments
        .iter()
        .flat_map(|environment| environment.value.guardrails.iter().flat_map(|names| &names.0))
        .map(|name| name.value.as_str())
        .collect();
    for guardrail in raw.guardrails.entries.iter().filter(|_| !environments.is_empty()) {
        if !names.contains(guardrail.id.value.as_str()) {
            report("guardrail", &guardrail.id);
        }
    }
}

/// Reports names of environments, variables and guardrails outside their alphabet.
fn ids(diags: &mut Diagnostics, raw: &RawIntent) {
    for guardrail in &raw.guardrails.entries {
        id(diags, &guardrail.id);
    }
    let environments = &raw.environments.entries;
    if let Some(beyond) = environments.get(environments::MOST_ENVIRONMENTS) {
        let message = format!("the file has {} environments", environments.len());
        diags.push(
            Diagnostic::new(&codes::TOO_MANY_ENVIRONMENTS, beyond.id.span, message)
                .label(format!("at most {} are compiled", environments::MOST_ENVIRONMENTS))
                .help("write a second file for the others"),
        );
    }
    for environment in environments {
        id(diags, &environment.id);
        for variable in &environment.value.vars.entries {
            id(diags, &variable.id);
            if variable.id.value == environments::OWN_NAME {
                diags.push(
                    Diagnostic::new(&codes::RESERVED_NAME, variable.id.span, "`env` is not a name for a variable")
                        .label("it is always the environment's own name"),
                );
            }
        }
    }
}
