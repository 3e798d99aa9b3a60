//! A set of corsynth's: the template has the policies, and fragments beside it what belongs to others. A bucket that the
//! template makes is read like anybody's.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lock::{self, Lock};
use super::super::notes::Notes;
use super::super::payload::{
    BucketOrigin, OwnNames, Owner, Policies, Spelling, contract, cors_configuration, distribution, front, statements,
};
use super::super::value::{Kind, Text, Value};
use super::super::{File, Unreadable};
use super::foreign;
use super::parse;
use super::resources::{self, Resource};
use super::scope::Scope;
use crate::deployed::{Asset, Bucket, CorsConfiguration, CustomOrigin, Distribution, Statement};
use crate::document::Node;

/// The files of the set.
struct Set<'f> {
    files: BTreeMap<&'f str, &'f File>,
    lock: Lock,
}

impl<'f> Set<'f> {
    fn of(files: &'f [File]) -> Self {
        Self { files: files.iter().map(|file| (file.path.as_str(), file)).collect(), lock: Lock::of(files) }
    }

    /// A fragment; one that was written and is not here is told.
    fn fragment(&self, notes: &mut Notes, path: &str) -> Result<Option<(usize, Node)>, Unreadable> {
        if let Some(file) = self.files.get(path) {
            return parse(notes, file).map(Some);
        }
        if self.lock.files.contains(path) {
            notes.unknown_file(path, "a file of the set, which is not here");
        }
        Ok(None)
    }
}

/// A set without a template: nothing of it is for the stack.
pub(super) fn read_without_template(notes: &mut Notes, lock: &File, files: &[File]) -> Result<Vec<Asset>, Unreadable> {
    let (file, node) = parse(notes, lock)?;
    let empty = Node { span: node.span, value: crate::document::Value::Mapping(Vec::new()), alias: None };
    let Some(assets) = node.get("assets") else {
        notes.unknown_file(&lock.path, "the lock file names no assets, and there is no template");
        return Ok(Vec::new());
    };
    read(notes, file, &empty, assets, files)
}

/// The set around a template, whose metadata names the assets.
pub(super) fn read(
    notes: &mut Notes,
    file: usize,
    template: &Node,
    assets: &Node,
    files: &[File],
) -> Result<Vec<Asset>, Unreadable> {
    let set = Set::of(files);
    let mut scope = Scope::of(template);
    for entry in assets.entries() {
        let parameter = distribution_parameter(&entry.key);
        if scope.default(&parameter).is_none_or(|default| default.is_empty()) {
            scope.keep(parameter);
        }
    }
    if let Some(outputs) = template.get("Outputs") {
        scope.export(outputs, file);
    }
    let all = resources::all(notes, &scope, template, file);
    let present: Vec<_> = all.iter().filter(|(_, exists)| *exists).map(|(resource, _)| resource).collect();
    let policies = resources::policies(notes, &scope, &present, files);
    let resources = all.iter().map(|(resource, exists)| (resource.name, (resource, *exists))).collect();
    let context = Context { set: &set, scope: &scope, policies: &policies, resources };
    // The policies of attached buckets are read with their fragments.
    let attached = assets.entries().iter().map(|entry| pascal_case(&entry.key));
    let attached = attached.filter(|name| !context.resources.contains_key(format!("{name}Bucket").as_str()));
    let beside: BTreeSet<_> = attached.map(|name| format!("{name}BucketPolicy")).collect();
    let whole: Vec<_> = present.iter().copied().filter(|resource| !beside.contains(resource.name)).collect();
    let (mut estate, drafts) = foreign::estate(notes, &scope, &whole, &policies);
    let mut made: BTreeMap<String, Asset> =
        drafts.into_iter().map(|draft| (draft.id.clone(), estate.asset(notes, draft))).collect();
    let mut found = Vec::new();
    for entry in assets.entries() {
        found.push(match made.remove(&format!("{}Bucket", pascal_case(&entry.key))) {
            Some(asset) => context.made(notes, &entry.key, &entry.value, file, asset)?,
            None => context.asset(notes, &entry.key, &entry.value, file)?,
        });
    }
    estate.tell_left_policies(notes);
    for name in made.keys() {
        if let Some((resource, _)) = context.resources.get(name.as_str()) {
            notes.unknown(resource.at, format!("the bucket `{name}` is of none of the assets"));
        }
    }
    Ok(found)
}

/// `StaticDistributionId`
fn distribution_parameter(asset: &str) -> String {
    format!("{}DistributionId", pascal_case(asset))
}

fn pascal_case(id: &str) -> String {
    let mut out = String::new();
    for word in id.split('-') {
        let mut characters = word.chars();
        out.extend(characters.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(characters.as_str());
    }
    out
}

struct Context<'c, 'n> {
    set: &'c Set<'c>,
    scope: &'c Scope<'n>,
    policies: &'c Policies,
    /// Whether they exist, and by their logical ids.
    resources: BTreeMap<&'c str, (&'c Resource<'n>, bool)>,
}

impl Context<'_, '_> {
    fn asset(&self, notes: &mut Notes, id: &str, about: &Node, file: usize) -> Result<Asset, Unreadable> {
        let word = |key: &str| about.get(key).and_then(Node::as_str).map(str::to_owned);
        let name = self.scope.default(&format!("{}BucketName", pascal_case(id))).or_else(|| word("Bucket"));
        let distribution_id = self.scope.default(&distribution_parameter(id)).filter(|id| !id.is_empty());
        let server = about.get("Origin");
        let distribution_id = if server.is_some() { word("Distribution") } else { distribution_id };
        let mut bucket = Bucket {
            name,
            region: word("Region"),
            account: word("Account"),
            kms_key: word("KmsKey"),
            ..Bucket::default()
        };
        bucket.cors = self.cors(notes, id)?;
        let names = own_names(&bucket, id, distribution_id.as_deref());
        bucket.policy = self.bucket_policy(notes, id, &names)?;
        let path = format!("key-policy.{id}.yaml");
        bucket.key_policy = self.statements(notes, &path, names.of_key())?;
        let distribution = match about.get("Aliases") {
            None => None,
            Some(aliases) => {
                let aliases = aliases.items().iter().filter_map(Node::as_str).map(str::to_owned).collect();
                let custom = match server {
                    Some(server) => Some(self.custom_origin(notes, id, server, file)?),
                    None => None,
                };
                Some(self.distribution(notes, id, &bucket, custom, distribution_id, aliases)?)
            }
        };
        let provenance = about.get("Intent").map(|node| lock::pointers(&Value::of(node, file))).unwrap_or_default();
        Ok(Asset { id: id.to_owned(), bucket, distribution, provenance })
    }

    /// An asset whose bucket the template makes, with what stands beside the template.
    fn made(
        &self,
        notes: &mut Notes,
        id: &str,
        about: &Node,
        file: usize,
        mut asset: Asset,
    ) -> Result<Asset, Unreadable> {
        let word = |key: &str| about.get(key).and_then(Node::as_str).map(str::to_owned);
        id.clone_into(&mut asset.id);
        asset.bucket.region = word("Region");
        asset.bucket.account = word("Account");
        let names = own_names(&asset.bucket, id, None);
        asset.bucket.key_policy = self.statements(notes, &format!("key-policy.{id}.yaml"), names.of_key())?;
        asset.provenance = about.get("Intent").map(|node| lock::pointers(&Value::of(node, file))).unwrap_or_default();
        if let Some(distribution) = &mut asset.distribution {
            self.tell_origins(&format!("{}Distribution", pascal_case(id)), distribution);
        }
        Ok(asset)
    }

    /// Where in the intent each behaviour comes from.
    fn tell_origins(&self, whole: &str, distribution: &mut Distribution) {
        for behavior in &mut distribution.behaviors {
            let address = match &behavior.path_pattern {
                Some(pattern) => format!("{whole} CacheBehaviors {pattern}"),
                None => format!("{whole} DefaultCacheBehavior"),
            };
            behavior.provenance = self.set.lock.provenance.get(&address).cloned().unwrap_or_default();
        }
    }

    /// The rules as a property of the bucket; the payload for the API must say the same.
    fn cors(&self, notes: &mut Notes, id: &str) -> Result<Option<CorsConfiguration>, Unreadable> {
        let path = format!("bucket-cors.{id}.yaml");
        let Some((file, node)) = self.set.fragment(notes, &path)? else { return Ok(None) };
        let value = self.scope.value(&node, file);
        let cors = value.get("CorsConfiguration");
        let cors = cors.and_then(|cors| cors_configuration(notes, cors, Spelling::CloudFormation));
        for member in value.members().iter().filter(|member| member.key != "CorsConfiguration") {
            notes.unknown(member.at, "not known here");
        }
        if let Some(payload) = self.set.files.get(format!("bucket-cors.{id}.json").as_str()) {
            let value = Value::of_json(notes, payload)?;
            if cors_configuration(notes, &value, Spelling::Api) != cors {
                notes.unknown(
                    value.at,
                    format!("the rules for the AWS CLI are not those of `{path}`, which count here"),
                );
            }
        }
        Ok(cors)
    }

    fn statements(
        &self,
        notes: &mut Notes,
        path: &str,
        owner: Owner<'_>,
    ) -> Result<Option<Vec<Statement>>, Unreadable> {
        let Some((file, node)) = self.set.fragment(notes, path)? else { return Ok(None) };
        let value = self.scope.value(&node, file);
        let list = value.get("Statement");
        if list.is_none() {
            notes.unknown(value.at, "`Statement` is not told");
        }
        Ok(list.map(|list| statements(notes, list, owner, Spelling::CloudFormation)))
    }

    /// The bucket's policy stands in a fragment for its owner, and in the template for those who let the stack own
    /// it; both must say the same.
    fn bucket_policy(
        &self,
        notes: &mut Notes,
        id: &str,
        names: &OwnNames,
    ) -> Result<Option<Vec<Statement>>, Unreadable> {
        let path = format!("bucket-policy.{id}.yaml");
        let fragment = self.statements(notes, &path, names.of_bucket())?;
        let name = format!("{}BucketPolicy", pascal_case(id));
        let Some(&(resource, exists)) = self.resources.get(name.as_str()) else { return Ok(fragment) };
        let properties = resource.properties(self.scope);
        let of_bucket = properties.as_ref().and_then(|p| p.get("Bucket"));
        if !of_bucket.is_some_and(|value| matches!(&value.kind, Kind::Text(text) if names.is_bucket(text))) {
            notes.unknown(resource.at, format!("`{name}` is about another bucket"));
        }
        let list = properties.as_ref().and_then(|p| p.get("PolicyDocument")?.get("Statement"));
        let of_stack = list.map(|list| statements(notes, list, names.of_bucket(), Spelling::CloudFormation));
        match fragment {
            Some(fragment) => {
                if of_stack.as_ref() != Some(&fragment) {
                    notes.unknown(resource.at, format!("`{name}` says other than `{path}`, which counts here"));
                }
                Ok(Some(fragment))
            }
            None => Ok(of_stack.filter(|_| exists)),
        }
    }

    /// The server that the metadata names, and its contract beside the template.
    fn custom_origin(
        &self,
        notes: &mut Notes,
        id: &str,
        server: &Node,
        file: usize,
    ) -> Result<CustomOrigin, Unreadable> {
        let value = Value::of(server, file);
        let port = value.get("HTTPSPort").and_then(|port| match &port.kind {
            Kind::Integer(port) => u16::try_from(*port).ok(),
            _ => None,
        });
        if port.is_none() {
            notes.unknown(value.at, "`HTTPSPort` is no port");
        }
        let domain_name = value.get("DomainName").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut custom = CustomOrigin { domain_name, https_port: port.unwrap_or_default(), ..CustomOrigin::default() };
        if let Some((file, node)) = self.set.fragment(notes, &format!("origin-contract.{id}.json"))? {
            custom.contract = contract(notes, &Value::of(&node, file));
        }
        Ok(custom)
    }

    fn distribution(
        &self,
        notes: &mut Notes,
        id: &str,
        bucket: &Bucket,
        custom: Option<CustomOrigin>,
        distribution_id: Option<String>,
        aliases: Vec<String>,
    ) -> Result<Distribution, Unreadable> {
        let path = format!("cache-behaviors.{id}.yaml");
        let unlisted = !self.set.lock.files.contains(&path);
        let Some((file, node)) = self.set.fragment(notes, &path)? else {
            if unlisted {
                notes.unknown_file(&path, "the file with the behaviours is not here");
            }
            return Ok(Distribution { id: distribution_id, aliases, custom_origin: custom, ..Distribution::default() });
        };
        let value = self.scope.value(&node, file);
        let config = distribution(notes, &value, Spelling::CloudFormation, self.policies);
        let name = bucket.name.as_deref().map(Text::literal);
        let found = front(notes, &config, |origin| {
            if let Some(custom) = &custom {
                let (port, protocol) = origin.asked_over.clone().unwrap_or_default();
                let domain = origin.domain.as_ref().and_then(Text::as_literal);
                return domain == Some(custom.domain_name.as_str())
                    && port.unwrap_or(443) == u64::from(custom.https_port)
                    && protocol.as_deref() == Some("https-only");
            }
            let of_origin = origin.domain.as_ref().and_then(BucketOrigin::of);
            of_origin.is_some_and(|found| Some(found.bucket) == name && found.region == bucket.region)
        });
        let Some(mut distribution) = found else {
            let which = if custom.is_some() { "the server, asked over https" } else { "the bucket" };
            notes.unknown(value.at, format!("none of the origins is {which}"));
            return Ok(Distribution { id: distribution_id, aliases, custom_origin: custom, ..Distribution::default() });
        };
        self.tell_origins(&path, &mut distribution);
        distribution.custom_origin = custom;
        distribution.id = distribution_id;
        distribution.aliases = aliases;
        Ok(distribution)
    }
}

/// What the asset's bucket, key and distribution are called in its statements.
fn own_names(bucket: &Bucket, id: &str, distribution: Option<&str>) -> OwnNames {
    let parameter = || Text::reference(&distribution_parameter(id));
    let mut accounts = vec![Text::reference("AWS::AccountId")];
    accounts.extend(bucket.account.as_deref().map(Text::literal));
    OwnNames::new(bucket, distribution.map_or_else(parameter, Text::literal), accounts)
}
