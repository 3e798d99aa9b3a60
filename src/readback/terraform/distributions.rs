//! `aws_cloudfront_distribution` as one of the buckets behind it sees it.

use super::super::Unknown;
use super::behaviors::{behavior, in_words};
use super::buckets::{BucketRef, Buckets, argument};
use super::fields::{Fields, Problems};
use super::instances::{Estate, Instance};
use super::policies::{fields, origin_access_control};
use super::value::Value;
use crate::deployed::{CustomErrorResponse, Distribution, OriginAccessControl};
use std::collections::BTreeMap;

/// The origins of a distribution that are one bucket, by id.
pub(super) type Origins = Vec<String>;

/// The buckets behind a distribution, with the ids of their origins.
pub(super) fn origins(
    distribution: &Instance,
    buckets: &Buckets<'_>,
    unknowns: &mut Vec<Unknown>,
) -> BTreeMap<BucketRef, Origins> {
    let mut all: BTreeMap<BucketRef, Origins> = BTreeMap::new();
    let mut fields = fields(distribution);
    for mut origin in fields.blocks("origin") {
        let id = origin.text("origin_id");
        match (id, buckets.behind(origin.value("domain_name"))) {
            (_, Ok(None)) => {}
            (Some(id), Ok(Some(bucket))) => all.entry(bucket).or_default().push(id),
            (None, Ok(_)) => origin.problem("`origin_id` is not known"),
            (_, Err(unknown)) => unknowns.push(unknown),
        }
        unknowns.append(&mut origin.problems);
    }
    unknowns.append(&mut fields.problems);
    all
}

/// A distribution. Problems with the bucket's origin go to `problems`, others to `unknowns` and the behaviours.
pub(super) fn read(
    distribution: &Instance,
    origins: &[String],
    estate: &Estate,
    problems: &mut Problems,
    unknowns: &mut Vec<Unknown>,
) -> Distribution {
    let mut fields = fields(distribution);
    let mut out = Distribution {
        id: argument(distribution, "id").as_str().map(str::to_owned),
        aliases: fields.texts("aliases"),
        complete: true,
        site: fields.site(),
        ..Distribution::default()
    };
    if matches!(fields.value("enabled"), Value::Bool(false)) {
        fields.problem("the distribution is not enabled");
    }
    // A firewall may block what browsers send; the other splits requests.
    for name in ["web_acl_id", "continuous_deployment_policy_id"] {
        if !matches!(fields.value(name), Value::Null) && fields.value(name).as_str() != Some("") {
            fields.problem(&format!("`{name}` is not modelled"));
        }
    }
    let mut restrictions = fields.blocks("restrictions");
    let mut by_place = restrictions.iter_mut().flat_map(|all| all.blocks("geo_restriction"));
    if by_place.any(|mut restriction| restriction.text("restriction_type").as_deref() != Some("none")) {
        fields.problem("a geographic restriction is not modelled");
    }
    for mut origin in fields.blocks("origin") {
        if !origin.text("origin_id").is_some_and(|id| origins.contains(&id)) {
            continue;
        }
        for mut header in origin.blocks("custom_header") {
            let (name, value) = (header.text("name").unwrap_or_default(), header.text("value").unwrap_or_default());
            out.origin_custom_headers.push((name, value));
            origin.problems.append(&mut header.finish(&[]));
        }
        for mut s3 in origin.blocks("s3_origin_config") {
            let identity = s3.value("origin_access_identity");
            if !matches!(identity, Value::Null) && identity.as_str() != Some("") {
                let identity = identity.spelled().unwrap_or_default();
                origin.problem(&format!(
                    "the origin access identity `{identity}` signs, which is not modelled: replace it by an \
                     `aws_cloudfront_origin_access_control`, and let in the distribution by `AWS:SourceArn`"
                ));
            }
        }
        out.origin_access_control = control(&mut origin, estate);
        // What is put in front of a path is another object, to which the bucket's policy may let nobody in.
        if !matches!(origin.value("origin_path"), Value::Null) && origin.value("origin_path").as_str() != Some("") {
            origin.problem("`origin_path` is not modelled");
        }
        let no_say = [
            "domain_name",
            "custom_origin_config",
            "connection_attempts",
            "connection_timeout",
            "origin_shield",
            "vpc_origin_config",
            "response_completion_timeout",
        ];
        problems.append(&mut origin.finish(&no_say));
    }
    let groups = groups(&mut fields, origins);
    for name in ["ordered_cache_behavior", "default_cache_behavior"] {
        for mut block in fields.blocks(name) {
            let target = block.text("target_origin_id").unwrap_or_default();
            if groups.contains(&target) {
                block.problem(&format!("`{target}` is a group of origins"));
            }
            let own = origins.iter().chain(&groups).find(|id| **id == target);
            let origin = own.or(origins.first()).map_or("", String::as_str);
            let (behavior, mut more) = behavior(block, origin, estate);
            unknowns.append(&mut more);
            out.behaviors.push(behavior);
        }
    }
    for mut response in fields.blocks("custom_error_response") {
        let code = |number: Option<u64>| number.and_then(|number| u16::try_from(number).ok());
        let (error, status) = (code(response.number("error_code")), code(response.number("response_code")));
        match error {
            Some(error_code) => {
                let response_code = status.filter(|status| *status != 0);
                out.custom_error_responses.push(CustomErrorResponse { error_code, response_code });
            }
            None => response.problem("`error_code` is not known"),
        }
        problems.append(&mut response.problems);
    }
    for behavior in &mut out.behaviors {
        behavior.unknown.extend(fields.problems.iter().map(in_words));
    }
    unknowns.append(&mut fields.problems);
    out
}

/// The groups of origins that one of the bucket's is in.
fn groups(fields: &mut Fields<'_>, origins: &[String]) -> Vec<String> {
    let mut groups = Vec::new();
    for mut group in fields.blocks("origin_group") {
        let mut members = group.blocks("member");
        let own = members.iter_mut().any(|member| member.text("origin_id").is_some_and(|id| origins.contains(&id)));
        groups.extend(group.text("origin_id").filter(|_| own));
    }
    groups
}

fn control(origin: &mut Fields<'_>, estate: &Estate) -> Option<OriginAccessControl> {
    let value = origin.value("origin_access_control_id");
    let is_control = |instance: &&Instance| instance.kind == "aws_cloudfront_origin_access_control";
    let instance = match value {
        Value::Null => return None,
        Value::Text(id) if id.is_empty() => return None,
        Value::Text(id) => {
            estate.values().filter(is_control).find(|instance| argument(instance, "id").as_str() == Some(id))
        }
        Value::Attribute(attribute) => estate.get(&attribute.address).filter(is_control),
        other => {
            origin.refuse("origin_access_control_id", other);
            return None;
        }
    };
    let Some((control, mut problems)) = instance.map(origin_access_control) else {
        origin.problem("what its origin access control says was not told");
        return None;
    };
    origin.problems.append(&mut problems);
    Some(control)
}
