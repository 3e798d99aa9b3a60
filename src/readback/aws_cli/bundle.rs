//! A bundle that corsynth emitted: `manifest.json` says which payloads its scripts apply to which asset.

use std::collections::BTreeMap;

use super::super::lock::Lock;
use super::super::notes::Notes;
use super::super::payload::{
    self, Members, OwnNames, Policies, Spelling, Uses, cors_configuration, cors_rules, statements,
};
use super::super::value::{At, Kind, Text, Value};
use super::super::{File, Format, ReadBack, Unreadable};
use crate::deployed::{
    Asset, Bucket, CacheBehavior, CustomOrigin, Deployed, Distribution, KEY_GROUP_PARAMETER, Provenance, Site,
};
use crate::diagnostic::shown;

/// What the scripts put in the place of the distribution's id and account that nobody knew.
const DISTRIBUTION: &str = "DISTRIBUTION";
const ACCOUNT: &str = "ACCOUNT";

/// The files of the bundle, and where in the intent each comes from.
struct Bundle<'f> {
    files: BTreeMap<&'f str, &'f File>,
    provenance: BTreeMap<String, Provenance>,
}

/// What the manifest's steps apply to an asset: what they do, and the payloads, each with the step's place.
type Steps = BTreeMap<String, BTreeMap<String, At>>;

pub(super) fn read(manifest: &File, files: &[File]) -> Result<ReadBack, Unreadable> {
    let mut notes = Notes::default();
    let value = Value::of_json(&mut notes, manifest)?;
    let bundle = Bundle {
        files: files.iter().map(|file| (file.path.as_str(), file)).collect(),
        provenance: Lock::of(files).provenance,
    };
    let mut members = Members::of(&mut notes, &value, "manifest", Spelling::Api);
    members.ignore(&["version", "generated-by", "intent", "name", "owner"]);
    let assets = members.take("assets");
    let steps = members.take("steps").map(|value| steps(&mut notes, value)).unwrap_or_default();
    members.finish(&mut notes);
    let mut found = Vec::new();
    for value in assets.iter().flat_map(|value| items(value)) {
        found.push(asset(&mut notes, value, &bundle, &steps)?);
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    notes.finish(Format::AwsCli, Deployed { assets: found })
}

fn items(value: &Value) -> &[Value] {
    if let Kind::List(items) = &value.kind { items } else { &[] }
}

fn word(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// Payloads by asset and by what is done with them. A payload that is applied in two phases counts once: what it
/// says holds in the end.
fn steps(notes: &mut Notes, value: &Value) -> BTreeMap<String, Steps> {
    let mut steps: BTreeMap<String, Steps> = BTreeMap::new();
    for step in items(value) {
        let (Some(asset), Some(what)) = (word(step.get("asset")), word(step.get("do"))) else {
            notes.unknown(step.at, "a step without an asset, or with nothing to do");
            continue;
        };
        match (what.as_str(), word(step.get("payload"))) {
            ("wait", None) => {}
            (
                "bucket-cors"
                | "bucket-policy"
                | "key-policy"
                | "distribution"
                | "invalidation"
                | "origin-access-control"
                | "cache-policy"
                | "origin-request-policy"
                | "response-headers-policy"
                | "function"
                | "key-value-store",
                Some(payload),
            ) => {
                steps.entry(asset).or_default().entry(what).or_default().insert(payload, step.at);
            }
            _ => notes.unknown(step.at, format!("the step `{}` is not known here", shown(&what))),
        }
    }
    steps
}

/// Reads one asset of the manifest.
fn asset(
    notes: &mut Notes,
    value: &Value,
    bundle: &Bundle<'_>,
    steps: &BTreeMap<String, Steps>,
) -> Result<Asset, Unreadable> {
    let mut members = Members::of(notes, value, "asset", Spelling::Api);
    let id = members.literal(notes, "id").unwrap_or_default();
    let described = members.take("bucket");
    let server = members.take("origin").filter(|value| value.kind != Kind::Null);
    let contract = members.take("origin-contract").filter(|value| value.kind != Kind::Null);
    let describe = |key: &str| described.and_then(|bucket| word(bucket.get(key)));
    let has_cdn = members.boolean(notes, "cdn").unwrap_or(false);
    let distribution_id = members.take("distribution").and_then(Value::as_str).map(str::to_owned);
    let aliases = members.plain_words(notes, "aliases");
    members.ignore(&["folder", "origin-access-control", "invalidation", "checks", "environment"]);
    members.finish(notes);
    let none = Steps::new();
    let steps = steps.get(&id).unwrap_or(&none);
    let mut bucket = Bucket {
        name: describe("name"),
        region: describe("region"),
        account: describe("account"),
        kms_key: describe("kms-key"),
        ..Bucket::default()
    };
    if let Some(value) = bundle.payload(notes, steps, "bucket-cors")? {
        bucket.cors = cors_configuration(notes, &value, Spelling::Api);
        bundle.compare_console(notes, steps, &bucket)?;
    }
    let owner = own_names(&bucket, distribution_id.as_deref());
    if let Some(value) = bundle.payload(notes, steps, "bucket-policy")? {
        bucket.policy = Some(statements(notes, &value, owner.of_bucket(), Spelling::Api));
    }
    if let Some(value) = bundle.payload(notes, steps, "key-policy")? {
        bucket.key_policy = Some(statements(notes, &value, owner.of_key(), Spelling::Api));
    }
    let distribution = if has_cdn {
        let policies = bundle.policies(notes, steps)?;
        let behaviors = if let Some(value) = bundle.payload(notes, steps, "distribution")? {
            behaviors(notes, &value, &policies)
        } else {
            notes.unknown(value.at, "no payload sets the behaviours of the distribution");
            Vec::new()
        };
        let mut distribution = front(behaviors, &policies, distribution_id, aliases);
        distribution.custom_origin = match server {
            Some(server) => Some(custom_origin(notes, server, contract, bundle)?),
            None => None,
        };
        Some(distribution)
    } else {
        None
    };
    let provenance = steps.values().flat_map(BTreeMap::keys).find_map(|path| bundle.provenance.get(path));
    Ok(Asset { provenance: provenance.cloned().unwrap_or_default(), id, bucket, distribution })
}

/// The server, and the contract that the manifest names.
fn custom_origin(
    notes: &mut Notes,
    server: &Value,
    contract: Option<&Value>,
    bundle: &Bundle<'_>,
) -> Result<CustomOrigin, Unreadable> {
    let mut members = Members::of(notes, server, "origin", Spelling::Api);
    let domain_name = members.literal(notes, "domain-name").unwrap_or_default();
    let port = members.natural(notes, "https-port").and_then(|port| u16::try_from(port).ok());
    members.finish(notes);
    if port.is_none() {
        notes.unknown(server.at, "`https-port` is no port");
    }
    let mut custom = CustomOrigin { domain_name, https_port: port.unwrap_or_default(), ..CustomOrigin::default() };
    if let Some(path) = contract {
        let document = match path.as_str() {
            Some(name) => bundle.value(notes, name, path.at)?,
            None => None,
        };
        match document {
            Some(document) => custom.contract = payload::contract(notes, &document),
            None => notes.unknown(path.at, "what the server must answer is not told"),
        }
    }
    Ok(custom)
}

fn front(
    mut behaviors: Vec<CacheBehavior>,
    policies: &Policies,
    id: Option<String>,
    aliases: Vec<String>,
) -> Distribution {
    let control = policies.access_controls.values().next();
    for behavior in &mut behaviors {
        behavior.unknown.extend(control.iter().flat_map(|known| known.unknown.clone()));
    }
    behaviors.sort_by_key(|behavior| behavior.path_pattern.is_none());
    Distribution {
        id,
        aliases,
        origin_access_control: control.map(|known| known.value.clone()),
        custom_origin: None,
        origin_custom_headers: Vec::new(),
        complete: behaviors.iter().any(|behavior| behavior.path_pattern.is_none()),
        behaviors,
        custom_error_responses: Vec::new(),
        site: Site::default(),
    }
}

/// What the asset's bucket, key and distribution are called in its statements.
fn own_names(bucket: &Bucket, distribution: Option<&str>) -> OwnNames {
    let account = bucket.account.as_deref().unwrap_or(ACCOUNT);
    OwnNames::new(bucket, Text::literal(distribution.unwrap_or(DISTRIBUTION)), vec![Text::literal(account)])
}

impl Bundle<'_> {
    /// The one payload that is applied so.
    fn payload(&self, notes: &mut Notes, steps: &Steps, what: &str) -> Result<Option<Value>, Unreadable> {
        let mut found = None;
        for (path, &at) in steps.get(what).into_iter().flatten() {
            let value = self.value(notes, path, at)?;
            if found.is_some() {
                notes.unknown(at, format!("`{}` is a second payload for `{what}`", shown(path)));
            } else {
                found = value;
            }
        }
        Ok(found)
    }

    /// A file by its path; a missing one is told.
    fn value(&self, notes: &mut Notes, path: &str, at: At) -> Result<Option<Value>, Unreadable> {
        let Some(file) = self.files.get(path) else {
            notes.unknown(at, format!("the payload `{}` is not here", shown(path)));
            return Ok(None);
        };
        Value::of_json(notes, file).map(Some)
    }

    /// The rules for the console stand beside those for the API, and must be the same.
    fn compare_console(&self, notes: &mut Notes, steps: &Steps, bucket: &Bucket) -> Result<(), Unreadable> {
        let path = steps.get("bucket-cors").and_then(|payloads| payloads.keys().next());
        let path = path.and_then(|path| path.strip_suffix(".cli.json")).map(|stem| format!("{stem}.console.json"));
        let Some(file) = path.as_deref().and_then(|path| self.files.get(path)) else { return Ok(()) };
        let value = Value::of_json(notes, file)?;
        if cors_rules(notes, &value, Spelling::Api) != bucket.cors {
            notes.unknown(value.at, "the rules for the console are not those for the API, which count here");
        }
        Ok(())
    }

    fn policies(&self, notes: &mut Notes, steps: &Steps) -> Result<Policies, Unreadable> {
        let mut policies = Policies::default();
        for (what, payloads) in steps {
            for (path, &at) in payloads {
                if what == "function" {
                    self.function(notes, path, at, &mut policies)?;
                    continue;
                }
                let is_policy = what.ends_with("-policy") && !matches!(what.as_str(), "bucket-policy" | "key-policy");
                if !is_policy && what != "origin-access-control" {
                    continue;
                }
                let Some(value) = self.value(notes, path, at)? else { continue };
                let name = Text::literal(path);
                let provenance = self.provenance.get(path).cloned().unwrap_or_default();
                match what.as_str() {
                    "cache-policy" => {
                        let mut policy = payload::cache_policy(notes, &value, Spelling::Api);
                        policy.value.provenance = provenance;
                        policies.cache.insert(name, policy);
                    }
                    "origin-request-policy" => {
                        let mut policy = payload::origin_request_policy(notes, &value, Spelling::Api);
                        policy.value.provenance = provenance;
                        policies.origin_request.insert(name, policy);
                    }
                    "response-headers-policy" => {
                        let mut policy = payload::response_headers_policy(notes, &value, Spelling::Api);
                        policy.value.provenance = provenance;
                        policies.response_headers.insert(name, policy);
                    }
                    _ => {
                        let control = payload::origin_access_control(notes, &value, Spelling::Api);
                        if !policies.access_controls.is_empty() {
                            notes.unknown(at, "a second origin access control for one asset");
                        }
                        policies.access_controls.insert(name, control);
                    }
                }
            }
        }
        Ok(policies)
    }
}

impl Bundle<'_> {
    /// The settings of a function, and its code beside them.
    fn function(&self, notes: &mut Notes, path: &str, at: At, policies: &mut Policies) -> Result<(), Unreadable> {
        let Some(value) = self.value(notes, path, at)? else { return Ok(()) };
        let code = path.strip_suffix(".json").map(|stem| format!("{stem}.js"));
        let Some(code) = code.and_then(|code| self.files.get(code.as_str())) else {
            notes.unknown(at, "the code of the function is not here");
            return Ok(());
        };
        let provenance = self.provenance.get(path).cloned().unwrap_or_default();
        let site = notes.site(value.at);
        let store = path.strip_suffix(".json").map(|stem| format!("{stem}.store.json"));
        let store = store.and_then(|store| self.files.get(store.as_str()).copied());
        if let Some(known) = payload::function(notes, &value, &code.text, store, provenance, site) {
            policies.functions.insert(Text::literal(path), known);
        }
        Ok(())
    }
}

/// `cache-behaviors.json`: the path, members of the API to set, and policies by id or by payload file.
fn behaviors(notes: &mut Notes, value: &Value, policies: &Policies) -> Vec<CacheBehavior> {
    let mut found = Vec::new();
    for value in items(value) {
        let mark = notes.mark();
        let mut members = Members::of(notes, value, "behavior", Spelling::Api);
        let path_pattern = members.take("path-pattern").filter(|value| value.kind != Kind::Null);
        let path_pattern = path_pattern.and_then(|value| payload::text(notes, value, "path-pattern")).map(Text::shown);
        let set = members.take("set");
        let named = members.take("policies");
        let functions = members.take("functions");
        let signed_by = members.take("signed-by");
        members.finish(notes);
        let mut uses = named.map(|value| uses(notes, value)).unwrap_or_default();
        for member in functions.map(Value::members).unwrap_or_default() {
            let file = member.value.get("file").and_then(Value::as_str);
            uses.functions.extend(file.map(|file| (member.key.clone(), Text::literal(file), member.at)));
        }
        let Some(set) = set else {
            notes.unknown(value.at, "a behaviour that sets nothing");
            continue;
        };
        let early = notes.since(mark);
        let set = Members::of(notes, set, "set", Spelling::Api);
        let (mut behavior, _) = payload::behavior(notes, set, path_pattern, &uses, policies);
        behavior.unknown.splice(0..0, early);
        if let Some(signed_by) = signed_by {
            behavior.trusted_key_groups = match &signed_by.kind {
                Kind::List(ids) => ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => vec![KEY_GROUP_PARAMETER.to_owned()],
            };
        }
        found.push(behavior);
    }
    found
}

fn uses(notes: &mut Notes, value: &Value) -> Uses {
    let mut members = Members::of(notes, value, "policies", Spelling::Api);
    let mut policy = |notes: &mut Notes, key: &str| {
        let value = members.take(key).filter(|value| value.kind != Kind::Null)?;
        let name = value.get("file").or_else(|| value.get("id")).and_then(Value::as_str);
        if name.is_none() {
            notes.unknown(value.at, format!("`{key}` names no policy"));
        }
        name.map(|name| (Text::literal(name), value.at))
    };
    let found = Uses {
        cache: policy(notes, "CachePolicyId"),
        origin_request: policy(notes, "OriginRequestPolicyId"),
        response_headers: policy(notes, "ResponseHeadersPolicyId"),
        functions: Vec::new(),
    };
    members.finish(notes);
    found
}
