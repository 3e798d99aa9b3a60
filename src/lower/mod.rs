//! `Intent` to `Plan`: who speaks for each path of each asset, and what every object of AWS must say for that.
//!
//! A plan grants exactly what the intent grants, or there is none: what a layer cannot say exactly is refused with the
//! honest options, never widened in silence. `docs/decisions/0001-who-speaks.md` has the reasons.

mod cdn;
pub mod codes;
mod cors;
mod custom;
mod edge;
mod errors;
mod functions;
mod leaks;
mod names;
mod overlap;
mod paths;
mod regions;
mod signing;
mod speakers;
mod statements;
mod voice;

use crate::aws::partition::Partition;
use crate::aws::quotas;
use crate::aws::s3::{CorsConfiguration, CorsRule};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Spanned;
use crate::intent::{Asset, Authority, Intent, Manage};
use crate::plan::{AssetOrigin, AssetPlan, Bucket, CacheBehavior, LogicalId, Owned, Plan, Provenance};
use crate::source::Span;
use cors::Rule;
use regions::Claim;
use std::collections::{BTreeMap, BTreeSet};

/// A plan, and what was decided on the way.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// What AWS should hold.
    pub plan: Plan,
    /// What the compiler chose, in the order of the assets.
    pub choices: Vec<Choice>,
}

/// Something that the compiler decided and the user may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it is about: the id of an asset.
    pub subject: String,
    /// What was chosen, and why.
    pub text: String,
}

/// The plan of an intent. Everything in the way of one is reported; the plan is `None` then.
pub fn lower(diags: &mut Diagnostics, intent: &Intent) -> Option<Lowered> {
    let mut choices = Vec::new();
    let mut assets: Vec<AssetPlan> = Vec::new();
    for (index, asset) in intent.assets.iter().enumerate() {
        let claims = regions::claims(intent, index, asset);
        // An asset that nobody may use is left alone; `unused-declaration` has been reported.
        if !claims.is_empty() {
            assets.extend(lower_asset(diags, intent, asset, &claims, &mut choices));
        }
    }
    assets.sort_by(|a, b| a.id.cmp(&b.id));
    choices.sort_by(|a, b| a.subject.cmp(&b.subject));
    ambiguous_names(diags, intent, &assets);
    claimed_twice(diags, intent, &assets);
    too_many_behaviors(diags, intent, &assets);
    policy_quota(diags, intent, &assets);
    let plan = Plan { name: intent.name.clone(), owner: intent.owner.clone(), assets };
    (!diags.has_errors()).then_some(Lowered { plan, choices })
}

fn lower_asset(
    diags: &mut Diagnostics,
    intent: &Intent,
    asset: &Asset,
    claims: &[Claim<'_>],
    choices: &mut Vec<Choice>,
) -> Option<AssetPlan> {
    let least = least_document_bytes(claims);
    // Where a function speaks, the bucket has no rules for readers; those for others are measured when they are made.
    let bucket_is_told = !asset.cdn.as_ref().is_some_and(|cdn| cdn.authority == Authority::Function);
    if !asset.is_custom() && bucket_is_told && least > quotas::CORS_DOCUMENT_BYTES {
        diags.push(document_too_large(asset, least));
        return None;
    }
    let regions = regions::regions(diags, claims);
    if let Some(cdn) = &asset.cdn {
        signing::check(diags, cdn, &regions);
    }
    let spoken = speakers::decide(diags, asset, claims, &regions)?;
    for text in &spoken.choices {
        choices.push(Choice { subject: asset.id.value.clone(), text: text.clone() });
    }
    let (cors, rule_provenance) = match asset.bucket() {
        Some(_) => cors_configuration(diags, asset, &spoken.rules),
        None => (None, BTreeMap::new()),
    };
    let cdn = match &asset.cdn {
        Some(_) if regions.is_empty() => {
            let text = "nothing is granted through the CDN, so nothing is made for it".to_owned();
            choices.push(Choice { subject: asset.id.value.clone(), text });
            None
        }
        Some(cdn) => {
            let (cdn, texts) = cdn::lower(intent, asset, cdn, &regions, &spoken);
            choices.extend(texts.into_iter().map(|text| Choice { subject: asset.id.value.clone(), text }));
            cdn.functions.iter().for_each(|function| functions::too_large(diags, asset, &function.config));
            Some(cdn)
        }
        None => None,
    };
    let origin = match asset.bucket() {
        Some(bucket) => AssetOrigin::Bucket(Bucket {
            name: bucket.name.value.clone(),
            region: bucket.region.value.clone(),
            partition: Partition::of_region(&bucket.region.value),
            account: asset.account.clone(),
            kms_key: bucket.kms_key.clone(),
        }),
        None => AssetOrigin::Custom(custom::origin(asset, &spoken.rules)?),
    };
    Some(AssetPlan {
        id: asset.id.value.clone(),
        origin,
        cors,
        rule_provenance,
        cdn,
        owned: (asset.manage == Manage::Own).then(|| owned(asset)),
        provenance: Provenance(vec![format!("/assets/{}", asset.id.value)]),
    })
}

fn owned(asset: &Asset) -> Owned {
    let cdn = asset.cdn.as_ref();
    Owned {
        certificate: cdn.and_then(|cdn| cdn.certificate.as_ref()).map(|arn| arn.value.clone()),
        lists_bucket: cdn.is_some_and(|cdn| cdn.missing_objects_404),
    }
}

/// The rules in the API's words, each with a stable id, and the grants behind each.
fn cors_configuration(
    diags: &mut Diagnostics,
    asset: &Asset,
    wanted: &[Rule],
) -> (Option<CorsConfiguration>, BTreeMap<String, Provenance>) {
    let mut rules: Vec<CorsRule> = wanted.iter().map(cors_rule).collect();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for rule in &rules {
        *uses.entry(rule.id.clone()).or_default() += 1;
    }
    for rule in rules.iter_mut().filter(|rule| uses.get(&rule.id).is_some_and(|&n| n > 1)) {
        rule.id = format!("{}-{}", rule.id, names::short_hash(&format!("{rule:?}")));
    }
    let provenance = |rule: &Rule| Provenance(rule.grants.iter().map(|grant| format!("/allow/{grant}")).collect());
    let rule_provenance = rules.iter().zip(wanted).map(|(rule, from)| (rule.id.clone(), provenance(from))).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    if rules.len() > quotas::CORS_RULES {
        diags.push(
            Diagnostic::new(
                &codes::TOO_MANY_CORS_RULES,
                asset.id.span,
                format!("`{}` needs {} CORS rules", asset.id.value, rules.len()),
            )
            .label(format!("a bucket holds {}", quotas::CORS_RULES))
            .help("give frontends that do the same things the same grant, so that they share a rule"),
        );
    }
    let bytes = document_bytes(&rules);
    if bytes > quotas::CORS_DOCUMENT_BYTES {
        diags.push(document_too_large(asset, bytes));
    }
    ((!rules.is_empty()).then_some(CorsConfiguration { rules }), rule_provenance)
}

fn cors_rule(rule: &Rule) -> CorsRule {
    let methods: Vec<String> = rule.methods.iter().map(|m| m.as_str().to_owned()).collect();
    let who: Vec<&str> = rule.frontends.iter().map(String::as_str).collect();
    let id = format!("corsynth-{}-{}", who.join("-"), methods.join("-").to_ascii_lowercase());
    CorsRule {
        // Room for the hash that tells two rules with one name apart.
        id: id.chars().take(quotas::CORS_RULE_ID_CHARACTERS - 10).collect(),
        allowed_origins: rule.origins.iter().map(ToString::to_string).collect(),
        allowed_methods: methods,
        allowed_headers: rule.headers.iter().map(|h| h.as_str().to_owned()).collect(),
        expose_headers: rule.expose.iter().map(crate::fetch::HeaderName::spelled).collect(),
        max_age_seconds: rule.max_age,
    }
}

fn document_too_large(asset: &Asset, bytes: usize) -> Diagnostic {
    let message = format!("the CORS configuration of `{}` has {bytes} bytes", asset.id.value);
    Diagnostic::new(&codes::CORS_DOCUMENT_TOO_LARGE, asset.id.span, message)
        .label(format!("S3 takes {}", quotas::CORS_DOCUMENT_BYTES))
        .help("replace origins of one domain by a pattern, or split the bucket")
}

/// The length of the least XML that names all origins, each once. What does not fit is not worth the work.
fn least_document_bytes(claims: &[Claim<'_>]) -> usize {
    let origins: BTreeSet<&str> =
        claims.iter().flat_map(|claim| &claim.grant.origins).map(crate::fetch::OriginPattern::as_str).collect();
    origins.into_iter().map(|origin| "<AllowedOrigin></AllowedOrigin>".len() + origin.len()).sum()
}

/// The length of the XML that carries the rules.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
pub fn document_bytes(rules: &[CorsRule]) -> usize {
    let element = |name: &str, text: &str| 2 * name.len() + "<></>".len() + text.len();
    let elements = |name: &str, texts: &[String]| texts.iter().map(|t| element(name, t)).sum::<usize>();
    let frame = r#"<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></CORSConfiguration>"#.len();
    let rule = |r: &CorsRule| {
        "<CORSRule></CORSRule>".len()
            + element("ID", &r.id)
            + elements("AllowedOrigin", &r.allowed_origins)
            + elements("AllowedMethod", &r.allowed_methods)
            + elements("AllowedHeader", &r.allowed_headers)
            + elements("ExposeHeader", &r.expose_headers)
            + element("MaxAgeSeconds", &r.max_age_seconds.to_string())
    };
    frame + rules.iter().map(rule).sum::<usize>()
}

/// Ids that become the same in `CloudFormation`, where only letters and digits are left of them.
fn ambiguous_names(diags: &mut Diagnostics, intent: &Intent, plans: &[AssetPlan]) {
    let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for asset in &intent.assets {
        let parts = std::iter::once((None, &asset.id)).chain(asset.paths.iter().map(|p| (Some(&p.id.value), &p.id)));
        // Parts that the compiler named itself, as long as no path has the same name.
        let cdn = plans.iter().find(|p| p.id == asset.id.value).and_then(|p| p.cdn.as_ref());
        let own = cdn.into_iter().flat_map(|cdn| &cdn.cache_policies).filter_map(|policy| policy.id.part.as_ref());
        let own = own.filter(|part| !asset.paths.iter().any(|p| p.id.value == **part));
        let parts = parts.chain(own.map(|part| (Some(part), &asset.id)));
        for (part, id) in parts {
            let logical = LogicalId { asset: asset.id.value.clone(), part: part.cloned() }.pascal_case();
            match seen.get(&logical) {
                Some(first) => diags.push(
                    Diagnostic::new(
                        &crate::intent::codes::AMBIGUOUS_NAMES,
                        id.span,
                        format!("`{}` and `{}` both become `{logical}`", first.value, id.value),
                    )
                    .label("the same logical id in CloudFormation")
                    .related(first.span, "as this one")
                    .help("rename one of the two"),
                ),
                None => {
                    seen.insert(logical, id);
                }
            }
        }
    }
}

/// A distribution has one behaviour for a path, and the behaviours of two assets have no order.
fn claimed_twice(diags: &mut Diagnostics, intent: &Intent, assets: &[AssetPlan]) {
    let mut seen: Vec<(&AssetPlan, &str, &CacheBehavior)> = Vec::new();
    for asset in assets {
        let Some(cdn) = &asset.cdn else { continue };
        let Some(distribution) = &cdn.distribution else { continue };
        for behavior in &cdn.behaviors {
            let claimed = seen
                .iter()
                .find(|(other, of, earlier)| other.id != asset.id && of == distribution && overlap(earlier, behavior));
            if let Some((first, _, earlier)) = claimed {
                let path = |b: &CacheBehavior| {
                    b.path_pattern.as_deref().map_or_else(|| "the default path".to_owned(), |p| format!("`{p}`"))
                };
                let same = earlier.path_pattern == behavior.path_pattern;
                let paths = if same { path(behavior) } else { format!("{} and {}", path(earlier), path(behavior)) };
                let verb = if same { "claim" } else { "claim the overlapping" };
                diags.push(
                    Diagnostic::new(
                        &codes::BEHAVIOR_CLAIMED_TWICE,
                        asset_span(intent, &asset.id),
                        format!("two assets {verb} {paths} of distribution `{distribution}`"),
                    )
                    .label("again here")
                    .related(asset_span(intent, &first.id), "first here")
                    .help("grant parts of the assets, with `paths` that have nothing in common"),
                );
            }
            seen.push((asset, distribution, behavior));
        }
    }
}

/// Whether one of two behaviours would take requests of the other. The default one is always the last.
fn overlap(a: &CacheBehavior, b: &CacheBehavior) -> bool {
    match (&a.path_pattern, &b.path_pattern) {
        (Some(a), Some(b)) => paths::intersect(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn too_many_behaviors(diags: &mut Diagnostics, intent: &Intent, assets: &[AssetPlan]) {
    let mut counts: BTreeMap<(Option<&str>, &str), (usize, &str)> = BTreeMap::new();
    for asset in assets {
        let Some(cdn) = &asset.cdn else { continue };
        // Without an id it is a distribution of the asset's own, as far as anybody can tell.
        let distribution = cdn.distribution.as_deref();
        let key = (distribution, if distribution.is_some() { "" } else { asset.id.as_str() });
        counts.entry(key).or_insert((0, &asset.id)).0 += cdn.behaviors.len();
    }
    for ((distribution, _), (count, asset)) in counts {
        if count > quotas::CACHE_BEHAVIORS {
            let whose = distribution.map_or_else(|| format!("`{asset}`"), |id| format!("distribution `{id}`"));
            diags.push(
                Diagnostic::new(
                    &codes::TOO_MANY_BEHAVIORS,
                    asset_span(intent, asset),
                    format!("{whose} needs {count} cache behaviours"),
                )
                .label(format!("a distribution holds {} by default", quotas::CACHE_BEHAVIORS))
                .help("ask AWS for a higher quota, grant paths of one folder under one pattern, or split the asset"),
            );
        }
    }
}

fn asset_span(intent: &Intent, id: &str) -> Span {
    intent.assets.iter().find(|a| a.id.value == id).map_or_else(Span::default, |a| a.id.span)
}

fn policy_quota(diags: &mut Diagnostics, intent: &Intent, assets: &[AssetPlan]) {
    let cdns = || assets.iter().filter_map(|a| a.cdn.as_ref());
    let share = "ask AWS for a higher quota, or give more paths the same grants";
    let needed = [
        ("cache policies", cdns().map(|c| c.cache_policies.len()).sum::<usize>(), quotas::POLICIES_PER_ACCOUNT, share),
        (
            "origin request policies",
            cdns().map(|c| c.origin_request_policies.len()).sum(),
            quotas::POLICIES_PER_ACCOUNT,
            share,
        ),
        (
            "response headers policies",
            cdns().map(|c| c.response_headers_policies.len()).sum(),
            quotas::POLICIES_PER_ACCOUNT,
            share,
        ),
        (
            "origin access controls",
            cdns().filter(|c| c.origin_access_control.is_some()).count(),
            quotas::ORIGIN_ACCESS_CONTROLS,
            "ask AWS for a higher quota",
        ),
        ("functions", cdns().map(|c| c.functions.len()).sum(), quotas::FUNCTIONS, share),
    ];
    for (what, count, quota, help) in needed.into_iter().filter(|(_, count, quota, _)| count > quota) {
        let span = intent.assets.first().map_or_else(Default::default, |a| a.id.span);
        diags.push(
            Diagnostic::new(&codes::POLICY_QUOTA, span, format!("this intent needs {count} {what}"))
                .label(format!("an account holds {quota} by default"))
                .help(help),
        );
    }
}
