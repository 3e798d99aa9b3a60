//! Payloads of the AWS CLI in a folder of somebody else: each file says by its members what it is.
//!
//! Both what commands take and what they print is read. Only the latter tells the ids of policies, so a behaviour
//! that names a policy whose payload stands here without an id is marked as unknown.

use super::super::notes::Notes;
use super::super::payload::{
    self, BucketOrigin, Owner, Policies, Spelling, cors_configuration, cors_rules, distribution, front, statements,
};
use super::super::value::{Kind, Text, Value};
use super::super::{File, Format, ReadBack, Unreadable};
use super::is_json;
use crate::deployed::{Asset, Bucket, CorsConfiguration, Deployed, Distribution, Provenance, Source};
use crate::diagnostic::shown;

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Cors,
    Distribution,
    CachePolicy,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    OriginAccessControl,
    /// A policy document, a list of statements, or one of them.
    Statements,
    /// Something that has no say here.
    Aside,
}

/// Whether a file is a payload beside which CORS rules are one of several.
pub(super) fn is_payload(file: &File) -> bool {
    let quoted = |key: &str| file.text.contains(&format!("\"{key}\""));
    is_json(&file.path)
        && file.text.trim_start_matches('\u{FEFF}').trim_start().starts_with(['{', '['])
        && (quoted("DefaultCacheBehavior")
            || quoted("ParametersInCacheKeyAndForwardedToOrigin")
            || quoted("SigningBehavior")
            || (quoted("HeaderBehavior") && quoted("QueryStringBehavior"))
            || quoted("SecurityHeadersConfig")
            || quoted("CustomHeadersConfig")
            || (quoted("Effect") && quoted("Principal"))
            || (quoted("CorsConfig") && quoted("OriginOverride")))
}

/// What a value is, by its members, and the part of it that says so.
fn what(value: &Value) -> Option<(What, &Value)> {
    for (wrapper, what) in [
        ("Distribution", What::Distribution),
        ("CachePolicy", What::CachePolicy),
        ("OriginRequestPolicy", What::OriginRequestPolicy),
        ("ResponseHeadersPolicy", What::ResponseHeadersPolicy),
        ("OriginAccessControl", What::OriginAccessControl),
    ] {
        let config = format!("{wrapper}Config");
        let inner = value.get(wrapper).filter(|inner| inner.get(&config).is_some()).or(Some(value));
        if let Some(config) = inner.and_then(|inner| inner.get(&config)) {
            return Some((what, config));
        }
    }
    let has = |key: &str| value.get(key).is_some();
    let lists = |key: &str| matches!(&value.kind, Kind::List(list) if list.iter().any(|item| item.get(key).is_some()));
    let what = if has("CORSRules") || lists("AllowedOrigins") {
        What::Cors
    } else if has("DefaultCacheBehavior") && has("Origins") {
        What::Distribution
    } else if has("ParametersInCacheKeyAndForwardedToOrigin") {
        What::CachePolicy
    } else if has("SigningBehavior") {
        What::OriginAccessControl
    } else if has("CorsConfig") || has("CustomHeadersConfig") || has("SecurityHeadersConfig") {
        What::ResponseHeadersPolicy
    } else if has("HeadersConfig") && has("QueryStringsConfig") {
        What::OriginRequestPolicy
    } else if has("Effect") || has("Statement") || lists("Effect") {
        What::Statements
    } else if has("BlockPublicAcls") || has("Rules") || has("Paths") || has("Runtime") {
        // Access blocks, ownership controls, invalidations, and functions, which count where they are used.
        What::Aside
    } else {
        return None;
    };
    Some((what, value))
}

/// The id that AWS told of something.
fn id(value: &Value) -> Option<Text> {
    let inner = |key: &str| value.get(key).and_then(|inner| inner.get("Id"));
    let wrappers =
        ["CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy", "OriginAccessControl", "Distribution"];
    let found = wrappers.into_iter().find_map(inner).or_else(|| value.get("Id"));
    found.and_then(Value::as_str).map(Text::literal)
}

pub(super) fn read(files: &[File]) -> Result<ReadBack, Unreadable> {
    let mut notes = Notes::default();
    let mut values = Vec::new();
    for file in files.iter().filter(|file| is_json(&file.path)) {
        values.push(Value::of_json(&mut notes, file)?);
    }
    let mut policies = Policies::default();
    let mut cors: Vec<CorsConfiguration> = Vec::new();
    let (mut distributions, mut documents, mut told_cors) = (Vec::new(), Vec::new(), false);
    for value in &values {
        let Some((what, config)) = what(value) else {
            notes.unknown(value.at, "a payload that is not known here");
            continue;
        };
        // Without its id nothing can refer to it; it is read all the same, so that what is wrong in it shows.
        let id = id(value);
        match what {
            What::Cors => {
                if told_cors {
                    notes.unknown(value.at, "a second CORS configuration, and nothing says of which bucket");
                } else {
                    cors.extend(match config.kind {
                        Kind::List(_) => cors_rules(&mut notes, config, Spelling::Api),
                        _ => cors_configuration(&mut notes, config, Spelling::Api),
                    });
                }
                told_cors = true;
            }
            What::Distribution => distributions.push((id, config)),
            What::Statements => documents.push(config),
            What::CachePolicy => {
                let policy = payload::cache_policy(&mut notes, config, Spelling::Api);
                policies.cache.extend(id.map(|id| (id, policy)));
            }
            What::OriginRequestPolicy => {
                let policy = payload::origin_request_policy(&mut notes, config, Spelling::Api);
                policies.origin_request.extend(id.map(|id| (id, policy)));
            }
            What::ResponseHeadersPolicy => {
                let policy = payload::response_headers_policy(&mut notes, config, Spelling::Api);
                policies.response_headers.extend(id.map(|id| (id, policy)));
            }
            What::OriginAccessControl => {
                let control = payload::origin_access_control(&mut notes, config, Spelling::Api);
                policies.access_controls.extend(id.map(|id| (id, control)));
            }
            What::Aside => {}
        }
    }
    let mut drafts = fronted_buckets(&mut notes, &distributions, &policies);
    if drafts.is_empty() {
        // Nothing but statements and rules: of one bucket, whose name its statements tell.
        drafts.push((named_by_statements(&documents), None));
    }
    let mut assets = Vec::new();
    let alone = drafts.len() == 1;
    for (name, distribution) in drafts {
        let mut bucket = Bucket { name: name.clone(), ..Bucket::default() };
        if alone {
            bucket.cors = cors.pop();
        }
        attach_statements(&mut notes, &mut bucket, &documents, distribution.as_ref());
        let id = name.unwrap_or_else(|| "bucket".to_owned());
        assets.push(Asset { id, bucket, distribution, provenance: Provenance::default() });
    }
    let first = values.first().map(|value| value.at);
    if let Some(at) = first.filter(|_| !told_cors || !alone) {
        notes.unknown(at, "the CORS rules of the bucket are not told");
    }
    assets.sort_by(|a, b| a.id.cmp(&b.id));
    notes.finish(Format::AwsCli, Deployed { assets })
}

/// The buckets behind the distribution, by name.
fn fronted_buckets(
    notes: &mut Notes,
    distributions: &[(Option<Text>, &Value)],
    policies: &Policies,
) -> Vec<(Option<String>, Option<Distribution>)> {
    let mut drafts: Vec<(Option<String>, Option<Distribution>)> = Vec::new();
    for (index, (id, value)) in distributions.iter().enumerate() {
        if index > 0 {
            notes.unknown(value.at, "a second distribution, which is not read");
            continue;
        }
        let config = distribution(notes, value, Spelling::Api, policies);
        let buckets = config.origins.iter().filter_map(|origin| BucketOrigin::of(origin.domain.as_ref()?));
        let mut buckets: Vec<_> = buckets.map(|origin| origin.bucket).collect();
        buckets.sort();
        buckets.dedup();
        if buckets.is_empty() {
            notes.unknown(value.at, "none of the origins is a bucket");
        }
        for bucket in buckets {
            let fronted = front(notes, &config, |origin| {
                origin.domain.as_ref().and_then(BucketOrigin::of).is_some_and(|found| found.bucket == bucket)
            });
            let fronted = fronted.map(|mut fronted| {
                fronted.id = id.as_ref().map(Text::shown);
                fronted
            });
            drafts.push((Some(bucket.shown()), fronted));
        }
    }
    drafts
}

/// The name in `arn:aws:s3:::NAME` of the first statement that has one.
fn named_by_statements(documents: &[&Value]) -> Option<String> {
    let mut resources = documents.iter().flat_map(|value| list(value)).filter_map(|statement| {
        let resource = statement.get("Resource")?;
        let first = if let Kind::List(items) = &resource.kind { items.first()? } else { resource };
        first.as_str()?.split_once(":s3:::")?.1.split('/').next().map(str::to_owned)
    });
    resources.next()
}

/// The statements of a document, a list of them, or one alone.
fn list(value: &Value) -> &[Value] {
    let value = value.get("Statement").unwrap_or(value);
    match &value.kind {
        Kind::List(items) => items,
        _ => std::slice::from_ref(value),
    }
}

/// Whether a document is the policy of a key: all that it lets do is of KMS.
fn is_of_key(value: &Value) -> bool {
    let actions = list(value).iter().filter_map(|statement| statement.get("Action"));
    let mut words = actions.flat_map(|action| match &action.kind {
        Kind::List(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => action.as_str().into_iter().collect::<Vec<_>>(),
    });
    words.all(|word| word.starts_with("kms:"))
}

fn attach_statements(
    notes: &mut Notes,
    bucket: &mut Bucket,
    documents: &[&Value],
    distribution: Option<&Distribution>,
) {
    let id = distribution.and_then(|distribution| distribution.id.as_deref());
    let names: Vec<_> = bucket.name.as_deref().map(Text::literal).into_iter().collect();
    let sources = id.map(Text::literal).into_iter().collect::<Vec<_>>();
    let owner =
        Owner { buckets: &names, bucket_arns: &[], key: None, distributions: &sources, accounts: &[], partition: None };
    for document in documents {
        let value = document.get("Statement").unwrap_or(document);
        let of_key = is_of_key(document);
        let owner = if of_key { Owner { buckets: &[], key: Some(&[]), ..owner } } else { owner };
        let mut found = statements(notes, value, owner, Spelling::Api);
        for statement in &mut found {
            let Source::Other(source) = &statement.source else { continue };
            let is_one = source.contains(":distribution/") && !source.contains(['*', '?']);
            if distribution.is_some() && id.is_none() && is_one {
                let what = format!("whether `{}` is the distribution here is not told", shown(source));
                notes.unknown(value.at, what.clone());
                statement.other_conditions.push(what);
            }
        }
        let policy = if of_key { &mut bucket.key_policy } else { &mut bucket.policy };
        policy.get_or_insert_default().extend(found);
    }
}
