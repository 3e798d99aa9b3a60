//! The template around its resources: metadata, parameters, rules, conditions and outputs.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>

use super::super::artifact::Stamp;
use super::super::yaml::{Yaml, map, text, texts};
use super::function::{Part, and, concat, condition, equals, not};
use super::name::{self, AssetNames};
use super::own;
use super::resource::Resource;
use super::sections::{Allowed, Parameter, output};
use super::statement::{self, Place};
use crate::plan::{AssetPlan, Cdn, Plan};

/// The template's file.
pub(super) const PATH: &str = "template.yaml";

/// The whole template.
pub(super) fn template(plan: &Plan, resources: &[Resource], stamp: &Stamp) -> Yaml {
    let groups = parameters(plan);
    let all = || groups.iter().flat_map(|(_, group)| group);
    let mut sections = vec![
        ("AWSTemplateFormatVersion", text("2010-09-09")),
        // No text of the plan here: a description holds 1024 bytes.
        ("Description", text(format!("corsynth {}, intent sha256 {}", stamp.version, stamp.intent_sha256))),
        ("Metadata", map([("AWS::CloudFormation::Interface", interface(&groups)), ("Corsynth", about(plan, stamp))])),
        ("Parameters", map(all().map(|p| (p.name.clone(), parameter(p))))),
    ];
    let with_policy = behind_cdn(plan).filter(|(_, cdn)| !cdn.bucket_policy.is_empty());
    let rules: Vec<_> = with_policy.map(|(asset, _)| rule(asset)).chain(owned(plan).filter_map(own::rule)).collect();
    if !rules.is_empty() {
        sections.push(("Rules", map(rules)));
    }
    let attached = behind_cdn(plan).flat_map(|(asset, cdn)| conditions(asset, cdn));
    let conditions: Vec<_> = attached.chain(owned(plan).filter_map(own::condition)).collect();
    if !conditions.is_empty() {
        sections.push(("Conditions", map(conditions)));
    }
    sections.extend([
        ("Resources", map(resources.iter().map(|r| (r.name.clone(), r.body.clone())))),
        ("Outputs", map(outputs(plan, resources))),
    ]);
    map(sections)
}

/// The assets behind a distribution that exists.
fn behind_cdn(plan: &Plan) -> impl Iterator<Item = (&AssetPlan, &Cdn)> {
    let attached = plan.assets.iter().filter(|asset| asset.owned.is_none());
    attached.filter_map(|asset| Some((asset, asset.cdn.as_ref()?)))
}

/// The assets of which the stack makes everything.
fn owned(plan: &Plan) -> impl Iterator<Item = &AssetPlan> {
    plan.assets.iter().filter(|asset| asset.owned.is_some())
}

/// All parameters, in groups with a label.
pub(super) fn parameters(plan: &Plan) -> Vec<(String, Vec<Parameter>)> {
    let prefix = Parameter {
        name: name::NAME_PREFIX.to_owned(),
        default: Some(plan.name.clone()),
        label: "Prefix of all names",
        description: "What the name of every policy begins with. Names are unique in an account: use another prefix \
                      for a second stack."
            .to_owned(),
        allowed: Allowed::Pattern {
            pattern: "^[a-z][a-z0-9-]{0,39}$",
            meaning: "1 to 40 lower case letters, digits and hyphens, a letter first",
        },
    };
    let mut groups = vec![("Names".to_owned(), vec![prefix])];
    let buckets = plan.assets.iter().filter(|asset| asset.bucket().is_some());
    groups.extend(buckets.map(|asset| (format!("Asset {}", asset.id), asset_parameters(asset))));
    groups.retain(|(_, parameters)| !parameters.is_empty());
    groups
}

fn asset_parameters(asset: &AssetPlan) -> Vec<Parameter> {
    if asset.owned.is_some() {
        return own::parameters(asset);
    }
    let names = AssetNames::of(asset);
    // A custom origin has no bucket to name, and nothing of the stack depends on its distribution.
    let Some(bucket) = asset.bucket() else { return Vec::new() };
    let mut parameters = vec![Parameter {
        name: names.bucket_name(),
        default: Some(bucket.name.clone()),
        label: "Bucket",
        description: format!("Name of the existing bucket, in {}.", bucket.region),
        allowed: Allowed::Pattern {
            pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
            meaning: "a bucket name: 3 to 63 lower case letters, digits, hyphens and dots",
        },
    }];
    let Some(cdn) = &asset.cdn else { return parameters };
    parameters.push(Parameter {
        name: names.distribution_id(),
        default: Some(cdn.distribution.clone().unwrap_or_default()),
        label: "Distribution",
        description: "Id of the existing distribution in front of the bucket, in this account. May be empty until it \
                      is known; nothing lets it into the bucket until then."
            .to_owned(),
        allowed: Allowed::Pattern {
            pattern: "^(|[A-Z0-9]{1,32})$",
            meaning: "a distribution id such as E2EXAMPLE123AB, or empty",
        },
    });
    if !cdn.bucket_policy.is_empty() {
        parameters.push(Parameter {
            name: names.bucket_policy_mode(),
            default: Some("leave".to_owned()),
            label: "Bucket policy",
            description: format!(
                "`replace` makes this stack the owner of the bucket's whole policy: statements that it does not hold \
                 are lost. Has an effect only in {}. `leave` does not touch it.",
                bucket.region
            ),
            allowed: Allowed::Values(&["leave", "replace"]),
        });
    }
    parameters
}

fn parameter(parameter: &Parameter) -> Yaml {
    let mut entry = vec![("Type", text("String")), ("Description", text(&parameter.description))];
    entry.extend(parameter.default.as_ref().map(|default| ("Default", text(default))));
    match parameter.allowed {
        Allowed::Pattern { pattern, meaning } => {
            entry.extend([("AllowedPattern", text(pattern)), ("ConstraintDescription", text(meaning))]);
        }
        Allowed::Values(values) => entry.push(("AllowedValues", texts(values.iter().copied()))),
    }
    map(entry)
}

fn interface(groups: &[(String, Vec<Parameter>)]) -> Yaml {
    let group = |(label, parameters): &(String, Vec<Parameter>)| {
        map([
            ("Label", map([("default", text(label))])),
            ("Parameters", texts(parameters.iter().map(|p| p.name.as_str()))),
        ])
    };
    let labels = groups.iter().flat_map(|(_, group)| group);
    map([
        ("ParameterGroups", Yaml::List(groups.iter().map(group).collect())),
        ("ParameterLabels", map(labels.map(|p| (p.name.as_str(), map([("default", text(p.label))]))))),
    ])
}

/// What the plan knows and no section of a template has a place for.
fn about(plan: &Plan, stamp: &Stamp) -> Yaml {
    let mut entries = vec![
        ("Version", text(stamp.version)),
        ("Intent", map([("Path", text(&stamp.intent_path)), ("Sha256", text(&stamp.intent_sha256))])),
        ("Name", text(&plan.name)),
    ];
    entries.extend(plan.owner.as_ref().map(|owner| ("Owner", text(owner))));
    entries.push(("Assets", map(plan.assets.iter().map(|asset| (asset.id.as_str(), about_asset(asset))))));
    map(entries)
}

fn about_asset(asset: &AssetPlan) -> Yaml {
    let mut entries = vec![("Intent", texts(&asset.provenance.0))];
    entries.extend(asset.owned.as_ref().map(|_| ("Manage", text("own"))));
    if let Some(bucket) = asset.bucket() {
        entries.push(("Region", text(&bucket.region)));
        entries.extend(bucket.account.as_ref().map(|account| ("Account", text(account))));
        entries.extend(bucket.kms_key.as_ref().map(|key| ("KmsKey", text(key))));
    }
    if let Some(custom) = asset.custom_origin() {
        let origin = [("DomainName", text(&custom.domain_name)), ("HTTPSPort", Yaml::Int(custom.https_port.into()))];
        entries.push(("Origin", map(origin)));
        // Nothing in the stack depends on it, so it is no parameter.
        let distribution = asset.cdn.as_ref().and_then(|cdn| cdn.distribution.as_ref());
        entries.extend(distribution.map(|id| ("Distribution", text(id))));
    }
    if let Some(cdn) = &asset.cdn {
        entries.push(("Aliases", texts(&cdn.aliases)));
        entries.push(("InvalidationPaths", texts(&cdn.invalidation_paths)));
    }
    map(entries)
}

/// What the metadata says of the assets of a plan without a distribution, for the lock file.
pub(super) fn assets(plan: &Plan) -> serde_json::Value {
    let about = |asset: &AssetPlan| {
        let mut entries = serde_json::Map::new();
        entries.insert("Intent".to_owned(), asset.provenance.0.clone().into());
        if let Some(bucket) = asset.bucket() {
            entries.insert("Bucket".to_owned(), bucket.name.as_str().into());
            entries.insert("Region".to_owned(), bucket.region.as_str().into());
            entries.extend(bucket.account.iter().map(|account| ("Account".to_owned(), account.as_str().into())));
            entries.extend(bucket.kms_key.iter().map(|key| ("KmsKey".to_owned(), key.as_str().into())));
        }
        if let Some(custom) = asset.custom_origin() {
            let origin = serde_json::json!({ "DomainName": custom.domain_name, "HTTPSPort": custom.https_port });
            entries.insert("Origin".to_owned(), origin);
            let cdn = asset.cdn.as_ref();
            entries.extend(
                cdn.and_then(|cdn| cdn.distribution.as_deref()).map(|id| ("Distribution".to_owned(), id.into())),
            );
            entries.extend(cdn.map(|cdn| ("Aliases".to_owned(), cdn.aliases.clone().into())));
        }
        serde_json::Value::Object(entries)
    };
    serde_json::Value::Object(plan.assets.iter().map(|asset| (asset.id.clone(), about(asset))).collect())
}

fn has_distribution(names: &AssetNames) -> Yaml {
    not(equals(names.distribution_id(), ""))
}

/// Says so, instead of doing nothing in silence.
fn rule(asset: &AssetPlan) -> (String, Yaml) {
    let names = AssetNames::of(asset);
    let assertion = map([
        ("Assert", has_distribution(&names)),
        (
            "AssertDescription",
            text(format!("{} can be `replace` only with a {}", names.bucket_policy_mode(), names.distribution_id())),
        ),
    ]);
    let rule = map([
        ("RuleCondition", equals(names.bucket_policy_mode(), "replace")),
        ("Assertions", Yaml::List(vec![assertion])),
    ]);
    (names.bucket_policy_needs_distribution(), rule)
}

fn conditions(asset: &AssetPlan, cdn: &Cdn) -> Vec<(String, Yaml)> {
    let names = AssetNames::of(asset);
    let Some(bucket) = asset.bucket() else { return Vec::new() };
    let mut conditions = vec![(names.has_distribution(), has_distribution(&names))];
    if !cdn.bucket_policy.is_empty() {
        // S3 takes a bucket's policy only in the bucket's region.
        let replaces = and(vec![
            equals(names.bucket_policy_mode(), "replace"),
            condition(names.has_distribution()),
            equals("AWS::Region", &bucket.region),
        ]);
        conditions.push((names.replaces_bucket_policy(), replaces));
    }
    conditions
}

fn outputs(plan: &Plan, resources: &[Resource]) -> Vec<(String, Yaml)> {
    let ids = resources.iter().filter_map(|resource| resource.output.as_ref());
    let mut outputs: Vec<_> = ids.map(|id| output(&id.name, &id.description, id.value.clone(), None)).collect();
    for asset in &plan.assets {
        if asset.owned.is_some() {
            outputs.extend(own::outputs(asset));
            continue;
        }
        let names = AssetNames::of(asset);
        if let Some(bucket) = asset.bucket() {
            let parameter = names.bucket_name();
            let endpoint = format!(".s3.{}.{}", bucket.region, bucket.partition.dns_suffix());
            outputs.push(output(
                &names.domain_name(),
                &format!("Regional endpoint of the bucket of asset `{}`", asset.id),
                concat(&[Part::Ref(&parameter), Part::Text(&endpoint)]),
                None,
            ));
        }
        let Some(cdn) = &asset.cdn else { continue };
        if asset.bucket().is_some() {
            outputs.push(output(
                &names.distribution_arn(),
                &format!("ARN of the distribution of asset `{}`, for the policies of its bucket and key", asset.id),
                statement::distribution_arn(asset, cdn, Place::Stack),
                Some(names.has_distribution()),
            ));
        }
        if !cdn.invalidation_paths.is_empty() {
            outputs.push(output(
                &names.invalidation_paths(),
                &format!("What to invalidate when the CORS rules of asset `{}` have changed", asset.id),
                text(cdn.invalidation_paths.join(" ")),
                None,
            ));
        }
    }
    outputs
}
