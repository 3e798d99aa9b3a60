//! A module that corsynth emitted, as its files say it now: whoever edits one of them changes what is read. A module
//! of somebody else, which has no `local.assets`, is read by its resources.
//!
//! What a caller must bring is taken as brought: the ARN of the distribution that the intent does not name, and the
//! statements for the bucket's and the key's owner.

use super::super::{File, Format, Mistake, Place, ReadBack, Unknown, Unreadable};
use super::behaviors::{associate, associate_lambda, behavior, in_words, own_policies, sign, whole};
use super::custom::custom_origin;
use super::deployment;
use super::evaluate::Evaluator;
use super::fields::{Fields, Problems};
use super::instances::{Estate, Instance};
use super::own;
use super::policies::{ARCHIVE, COMPUTED, cors_rules, fields, origin_access_control};
use super::statements::{self, Subject};
use super::syntax::{self, At, Definition, Module};
use super::value::{self, Attribute, Value};
use crate::deployed::{
    Asset, Bucket, CorsConfiguration, Deployed, Distribution, Provenance, RuleOrder, Site, Statement,
};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the provider sends when a rule has no `max_age_seconds`. (Seen on the wire with version 5 of the provider.)
const UNSET_AGE: Option<u64> = Some(0);

/// Resources and data sources that have no say here.
const NO_SAY: [&str; 3] = ["data.aws_region", "data.aws_caller_identity", "data.aws_partition"];

/// Resources and data sources that are read.
const READ: [&str; 12] = [
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_policy",
    "aws_cloudfront_origin_access_control",
    "aws_cloudfront_cache_policy",
    "aws_cloudfront_origin_request_policy",
    "aws_cloudfront_response_headers_policy",
    "aws_cloudfront_function",
    "aws_iam_role",
    "aws_lambda_function",
    "aws_cloudfront_key_value_store",
    "aws_cloudfrontkeyvaluestore_keys_exclusive",
    "data.aws_iam_policy_document",
];

/// What a local or an output says, and where it stands.
struct Told {
    value: Value,
    place: Place,
}

impl Told {
    /// The member for an asset; what is not understood as a whole is not understood for it.
    fn member(&self, id: &str) -> Option<Value> {
        match &self.value {
            Value::Map(map) => map.members.get(id).cloned(),
            other => Some(other.clone()),
        }
    }
}

/// A module with everything in it evaluated.
struct Read {
    estate: Estate,
    unknowns: Vec<Unknown>,
    assets: BTreeMap<String, Value>,
    assets_place: Place,
    bucket_names: Told,
    behaviors: Told,
    controls: Told,
    bucket_policies: Told,
    key_policies: Told,
    /// Servers that are no buckets: `local.custom_origins`, and the outputs about them. A module without them has none.
    servers: BTreeMap<String, Value>,
    custom_origins: Option<Told>,
    contracts: Option<Told>,
    /// What runs on which path; a module without functions has no such output.
    associations: Option<Told>,
    /// The same of Lambda@Edge.
    lambda_associations: Option<Told>,
    /// Whose signatures are needed on which path; a module in which none are has no such output.
    key_groups: Option<Told>,
    /// Where buckets answer: for a module around that makes distributions in front of buckets of another state.
    hosts: Option<Told>,
    /// What the ARN of an unnamed distribution is called, by asset.
    arns: BTreeMap<String, Value>,
}

/// Reads the files of a module.
pub(super) fn read(files: &[File]) -> Result<ReadBack, Unreadable> {
    let sources = syntax::parse(files)?;
    let module = Module::new(&sources, files).without_calls();
    let around_files = own::files(files);
    let around_sources = own::parse(&around_files)?;
    let around_module = Module::new(&around_sources, &around_files);
    let around = own::Around::of(&around_module);
    if !module.locals.contains_key("assets") {
        return Ok(read_foreign(&module));
    }
    let mut read = evaluate(&module, around.as_ref())?;
    let mut configurations = CorsConfigurations::new(&read.estate, &mut read.unknowns);
    let assets = read.assets.clone();
    let mut assets: Vec<Asset> = assets.iter().map(|(id, asset)| read.asset(id, asset, &mut configurations)).collect();
    let servers = std::mem::take(&mut read.servers);
    assets.extend(servers.iter().map(|(id, server)| read.server(id, server)));
    assets.sort_by(|one, other| one.id.cmp(&other.id));
    if let Some(around) = around {
        let outputs = read.outputs();
        around.complete(&read.estate, outputs, &mut assets, &mut read.unknowns);
    }
    for instance in configurations.0.values().flatten().filter_map(|address| read.estate.get(address)) {
        let what = format!("`{}` is for a bucket that is none of the module's", instance.address);
        read.unknowns.push(Unknown::new(instance.place.clone(), what));
    }
    let policies = own_policies(&read.estate);
    Ok(ReadBack { format: Format::TerraformModule, deployed: Deployed { assets }, policies, unknowns: read.unknowns })
}

/// Reads a module of somebody else, its variables at their defaults: the resources say what AWS will hold.
fn read_foreign(module: &Module<'_>) -> ReadBack {
    let mut unknowns = module.unknowns.clone();
    let (estate, more) = Evaluator::new(module, BTreeMap::new()).everything();
    unknowns.extend(more);
    let place = whole(&module.place(At { file: 0, byte: 0 }).path);
    let deployed = deployment::read(&estate, &BTreeMap::new(), &place, &mut unknowns);
    ReadBack { format: Format::TerraformModule, deployed, policies: own_policies(&estate), unknowns }
}

fn evaluate(module: &Module<'_>, around: Option<&own::Around<'_>>) -> Result<Read, Unreadable> {
    let mut unknowns = module.unknowns.clone();
    let (inputs, arns) = inputs(module, around);
    let mut evaluator = Evaluator::new(module, inputs);
    let (mut estate, more) = evaluator.everything();
    unknowns.extend(more);
    estate.values_mut().filter(|instance| instance.kind == "aws_lambda_function").for_each(|it| unpack(it, module));
    for instance in estate.values() {
        let kind = instance.kind.as_str();
        if !READ.contains(&kind) && !NO_SAY.contains(&kind) {
            let what = format!("`{}` is not modelled", instance.address);
            unknowns.push(Unknown::new(instance.place.clone(), what));
        }
    }
    let place = |definition: Option<&Definition<'_>>| match definition {
        Some(definition) => module.place(At { file: definition.file, byte: syntax::byte(definition.value) }),
        None => whole(&module.place(At { file: 0, byte: 0 }).path),
    };
    let assets_place = place(module.locals.get("assets"));
    let assets = match evaluator.local("assets") {
        Some(Ok(Value::Map(assets))) => assets.members.clone(),
        Some(Err(unknown)) => {
            return Err(Unreadable {
                place: unknown.place.clone(),
                message: unknown.what.clone(),
                mistake: Mistake::Format,
            });
        }
        _ => {
            let message = "there is no map `local.assets`: this is not a module of corsynth, and only a plan of it can \
                           be read (`terraform show -json`)";
            return Err(Unreadable { place: assets_place, message: message.to_owned(), mistake: Mistake::Format });
        }
    };
    let servers = match evaluator.local("custom_origins") {
        None => BTreeMap::new(),
        Some(Ok(Value::Map(servers))) => servers.members.clone(),
        Some(Err(unknown)) => {
            unknowns.push((*unknown).clone());
            BTreeMap::new()
        }
        Some(Ok(_)) => {
            unknowns.push(Unknown::new(assets_place.clone(), "`local.custom_origins` is no map"));
            BTreeMap::new()
        }
    };
    let mut told = |value: Option<value::Result>, place: Place, what: &str| match value {
        Some(Ok(value)) => Told { value, place },
        Some(Err(unknown)) => Told { value: Value::Unknown(unknown), place },
        None => {
            let unknown = Unknown::new(place.clone(), format!("there is no {what}"));
            unknowns.push(unknown.clone());
            Told { value: Value::Unknown(Rc::new(unknown)), place }
        }
    };
    let names = place(module.locals.get("bucket_names"));
    let bucket_names = told(evaluator.local("bucket_names"), names, "`local.bucket_names`");
    let mut output = |name: &str| {
        let place = place(module.outputs.get(name));
        told(evaluator.output(name), place, &format!("output `{name}`"))
    };
    let has = |name: &str| module.outputs.contains_key(name);
    Ok(Read {
        custom_origins: has("custom_origins").then(|| output("custom_origins")),
        contracts: has("origin_contracts").then(|| output("origin_contracts")),
        associations: has("function_associations").then(|| output("function_associations")),
        lambda_associations: has("lambda_function_associations").then(|| output("lambda_function_associations")),
        key_groups: has("trusted_key_groups").then(|| output("trusted_key_groups")),
        hosts: has("bucket_regional_domain_names").then(|| output("bucket_regional_domain_names")),
        servers,
        behaviors: output("cache_behaviors"),
        controls: output("origin_access_control_ids"),
        bucket_policies: output("bucket_policy_json"),
        key_policies: output("key_policy_json"),
        estate,
        assets,
        assets_place,
        bucket_names,
        arns,
        unknowns,
    })
}

/// Puts what is in the archive of a Lambda to what is said of it.
fn unpack(instance: &mut Instance, module: &Module<'_>) {
    let Some(members) = instance.body.members() else { return };
    let archive = members.get("filename").and_then(Value::as_str).and_then(|path| module.text(path));
    let Some(archive) = archive else { return };
    let mut members = members.clone();
    members.insert(ARCHIVE.to_owned(), Value::text(archive));
    if let Some(body) = Value::map(members) {
        instance.body = body;
    }
}

/// What a caller sets, as far as the module around does not tell: an ARN for each distribution that the intent does not
/// name, and that policies are to be written.
fn inputs(
    module: &Module<'_>,
    around: Option<&own::Around<'_>>,
) -> (BTreeMap<&'static str, Value>, BTreeMap<String, Value>) {
    let mut inputs = BTreeMap::from([("manage_bucket_policy", Value::Bool(true))]);
    let buckets = around.and_then(|around| Value::map(around.bucket_names.clone()));
    inputs.extend(buckets.map(|buckets| ("bucket_names", buckets)));
    let mut evaluator = Evaluator::new(module, BTreeMap::new());
    if let (true, Some(Ok(Value::Map(signed)))) =
        (module.variables.contains_key("key_group_ids"), evaluator.local("trusted_key_groups"))
    {
        let group = |id: &String| {
            let address = Rc::from(format!("the key group of {id}"));
            Value::list(vec![Value::Attribute(Rc::new(Attribute { address, name: "id".to_owned() }))])
        };
        let groups = signed.members.keys().filter_map(|id| Some((id.clone(), group(id)?))).collect();
        inputs.extend(Value::map(groups).map(|groups| ("key_group_ids", groups)));
    }
    let Some(Ok(Value::Map(named))) = evaluator.local("distribution_arns") else { return (inputs, BTreeMap::new()) };
    let Ok(Value::Map(given)) = evaluator.variable("distribution_arns", At { file: 0, byte: 0 }) else {
        return (inputs, BTreeMap::new());
    };
    // For what the module around makes, it is the one who tells.
    let is_told = |id: &String| around.is_some_and(|around| around.owned.contains(id));
    let unnamed =
        named.members.iter().filter(|(id, arns)| arns.items().is_some_and(<[Value]>::is_empty) && !is_told(id));
    let arn = |id: &String| {
        let address = Rc::from(format!("the distribution of {id}"));
        Value::Attribute(Rc::new(Attribute { address, name: "arn".to_owned() }))
    };
    let mut arns: BTreeMap<String, Value> = unnamed.map(|(id, _)| (id.clone(), arn(id))).collect();
    let mut all = given.members.clone();
    for (id, made) in around.iter().flat_map(|around| &around.distribution_arns) {
        if let Some([made]) = made.items() {
            arns.insert(id.clone(), made.clone());
        }
    }
    all.extend(arns.iter().filter_map(|(id, arn)| Some((id.clone(), Value::list(vec![arn.clone()])?))));
    if let Some(all) = Value::map(all) {
        inputs.insert("distribution_arns", all);
    }
    (inputs, arns)
}

impl Read {
    /// What the module around may use.
    fn outputs(&self) -> BTreeMap<String, Value> {
        let told = [
            ("cache_behaviors", Some(&self.behaviors)),
            ("origin_access_control_ids", Some(&self.controls)),
            ("bucket_policy_json", Some(&self.bucket_policies)),
            ("key_policy_json", Some(&self.key_policies)),
            ("function_associations", self.associations.as_ref()),
            ("lambda_function_associations", self.lambda_associations.as_ref()),
            ("trusted_key_groups", self.key_groups.as_ref()),
            ("bucket_regional_domain_names", self.hosts.as_ref()),
        ];
        told.into_iter().filter_map(|(name, told)| Some((name.to_owned(), told?.value.clone()))).collect()
    }

    fn asset(&mut self, id: &str, asset: &Value, configurations: &mut CorsConfigurations) -> Asset {
        let mut fields = Fields::new(format!("local.assets[\"{id}\"]"), &self.assets_place, asset);
        let mut bucket = Bucket {
            region: fields.text("region"),
            account: fields.text("account"),
            kms_key: fields.text("kms_key"),
            ..Bucket::default()
        };
        let (distribution_id, aliases) = (fields.text("distribution"), fields.texts("aliases"));
        let name = self.bucket_names.member(id).unwrap_or_else(|| fields.value("bucket").clone());
        match name.as_str() {
            Some(name) => bucket.name = Some(name.to_owned()),
            None => fields.refuse("bucket", &name),
        }
        let mut problems = fields.finish(&["bucket", "partition", "dns_suffix"]);

        let configured = bucket.name.as_ref().and_then(|name| configurations.0.remove(name)).unwrap_or_default();
        let configured: Vec<_> = configured.iter().filter_map(|address| self.estate.get(address)).collect();
        if let [first, _, ..] = configured.as_slice() {
            // A bucket has one, and who writes last is chance.
            let what = format!("the bucket of `{}` has another CORS configuration as well", first.address);
            problems.push(Unknown::new(first.place.clone(), what));
        }
        bucket.cors = configured.first().map(|instance| cors_configuration(instance, &mut problems));
        let behind = self.behaviors.member(id);
        let distribution = match behind {
            None => None,
            Some(behaviors) => {
                let subject = Subject {
                    bucket: bucket.name.clone(),
                    region: bucket.region.clone(),
                    account: bucket.account.clone(),
                    kms_key: bucket.kms_key.clone(),
                    distribution: distribution_id.clone(),
                    distribution_arn: self.arns.get(id).and_then(Value::spelled),
                    ..Subject::default()
                };
                bucket.policy = self.bucket_policy(id, &subject, &mut problems);
                if bucket.kms_key.is_some() {
                    let subject = Subject { of_key: true, ..subject };
                    let document = self.key_policies.member(id).unwrap_or(Value::Null);
                    bucket.key_policy = self.statements(&document, &self.key_policies.place, &subject, &mut problems);
                }
                Some(self.distribution(id, distribution_id, aliases, &behaviors, &mut problems))
            }
        };
        let distribution = distribution.map(|mut distribution| {
            // What is not understood about the bucket may have a say in whatever is answered from it.
            for behavior in &mut distribution.behaviors {
                behavior.unknown.extend(problems.iter().map(in_words));
            }
            distribution
        });
        self.unknowns.append(&mut problems);
        Asset { id: id.to_owned(), bucket, distribution, provenance: Provenance::default() }
    }

    /// A server behind its distribution.
    fn server(&mut self, id: &str, server: &Value) -> Asset {
        let mut fields = Fields::new(format!("local.custom_origins[\"{id}\"]"), &self.assets_place, server);
        let (distribution, aliases) = (fields.text("distribution"), fields.texts("aliases"));
        let mut problems = fields.finish(&["domain_name", "https_port", "contract"]);
        let member = |told: &Option<Told>| told.as_ref().and_then(|told| told.member(id)).unwrap_or(Value::Null);
        let place = self.custom_origins.as_ref().map_or(&self.assets_place, |told| &told.place);
        let (custom, mut more) = custom_origin(id, &member(&self.custom_origins), &member(&self.contracts), place);
        problems.append(&mut more);
        let behaviors = self.behaviors.member(id).unwrap_or(Value::Null);
        let mut distribution = self.distribution(id, distribution, aliases, &behaviors, &mut problems);
        distribution.custom_origin = Some(custom);
        for behavior in &mut distribution.behaviors {
            behavior.unknown.extend(problems.iter().map(in_words));
        }
        self.unknowns.append(&mut problems);
        Asset {
            id: id.to_owned(),
            bucket: Bucket::default(),
            distribution: Some(distribution),
            provenance: Provenance::default(),
        }
    }

    fn distribution(
        &mut self,
        id: &str,
        distribution: Option<String>,
        aliases: Vec<String>,
        listed: &Value,
        problems: &mut Problems,
    ) -> Distribution {
        let mut behaviors = Vec::new();
        match listed.items() {
            Some(items) => {
                for item in items {
                    let of = format!("output.cache_behaviors[\"{id}\"]");
                    let fields = Fields::new(of, &self.behaviors.place, item);
                    let (mut behavior, mut more) = behavior(fields, id, &self.estate);
                    if let Some(told) = &self.associations {
                        more.extend(associate(&mut behavior, told.member(id).as_ref(), &self.estate, &told.place));
                    }
                    if let Some(told) = &self.lambda_associations {
                        let member = told.member(id);
                        more.extend(associate_lambda(&mut behavior, member.as_ref(), &self.estate, &told.place));
                    }
                    if let Some(told) = &self.key_groups {
                        more.extend(sign(&mut behavior, told.member(id).as_ref(), &told.place));
                    }
                    behaviors.push(behavior);
                    self.unknowns.append(&mut more);
                }
            }
            None => refuse(problems, "the cache behaviours", listed, &self.behaviors.place),
        }
        let control = self.controls.member(id).unwrap_or(Value::Null);
        let origin_access_control = match &control {
            Value::Null => None,
            Value::Attribute(attribute) if attribute.name == "id" => {
                let control = self
                    .estate
                    .get(&attribute.address)
                    .filter(|instance| instance.kind == "aws_cloudfront_origin_access_control");
                let found = control.map(origin_access_control);
                if found.is_none() {
                    let place = self.controls.place.clone();
                    let what = format!("`{}` is no origin access control", attribute.address);
                    problems.push(Unknown::new(place, what));
                }
                found.map(|(control, mut more)| {
                    problems.append(&mut more);
                    control
                })
            }
            other => {
                refuse(problems, "the origin access control", other, &self.controls.place);
                None
            }
        };
        Distribution {
            id: distribution,
            aliases,
            origin_access_control,
            custom_origin: None,
            origin_custom_headers: Vec::new(),
            complete: behaviors.iter().any(|behavior| behavior.path_pattern.is_none()),
            behaviors,
            custom_error_responses: Vec::new(),
            site: Site::default(),
        }
    }

    /// What the bucket's policy says: the resource that writes it and the output for its owner must agree.
    fn bucket_policy(&self, id: &str, subject: &Subject, problems: &mut Problems) -> Option<Vec<Statement>> {
        let put_out = self.bucket_policies.member(id).unwrap_or(Value::Null);
        let is_own = |instance: &&Instance| {
            let bucket = instance.body.members().and_then(|members| members.get("bucket")).and_then(Value::as_str);
            instance.kind == "aws_s3_bucket_policy" && (bucket == subject.bucket.as_deref() || bucket.is_none())
        };
        let mut statements = self.statements(&put_out, &self.bucket_policies.place, subject, problems);
        for instance in self.estate.values().filter(is_own) {
            let mut fields = fields(instance);
            let written = fields.value("policy").clone();
            if fields.text("bucket").is_none() {
                fields.problem("the bucket is not known");
            }
            let before = fields.problems.len();
            let told = self.statements(&written, &instance.place, subject, &mut fields.problems);
            if fields.problems.len() == before && told != statements {
                fields.problem("it says something else than the output `bucket_policy_json`");
                statements = None;
            }
            problems.append(&mut fields.finish(&COMPUTED));
        }
        statements
    }

    fn statements(
        &self,
        document: &Value,
        place: &Place,
        subject: &Subject,
        problems: &mut Problems,
    ) -> Option<Vec<Statement>> {
        let instance = statements::is_document(document).and_then(|address| self.estate.get(address));
        let (statements, mut more) = match (document, instance) {
            (Value::Null, _) => return Some(Vec::new()),
            (_, Some(instance)) if instance.kind == "data.aws_iam_policy_document" => {
                statements::document(instance, subject)
            }
            (Value::Text(text), _) => statements::json(text, "a policy", place, subject),
            (other, _) => {
                refuse(problems, "the policy", other, place);
                return None;
            }
        };
        problems.append(&mut more);
        statements
    }
}

fn refuse(problems: &mut Problems, what: &str, value: &Value, place: &Place) {
    problems.push(match value {
        Value::Unknown(unknown) => (**unknown).clone(),
        other => Unknown::new(place.clone(), format!("{what}: {}", other.kind())),
    });
}

fn cors_configuration(instance: &Instance, problems: &mut Problems) -> CorsConfiguration {
    let mut fields = fields(instance);
    fields.value("bucket");
    let rules = cors_rules(&mut fields, UNSET_AGE);
    problems.append(&mut fields.finish(&COMPUTED));
    CorsConfiguration { rules, order: RuleOrder::Any }
}

/// The CORS configurations, by the name of the bucket that they are for.
struct CorsConfigurations(BTreeMap<String, Vec<Rc<str>>>);

impl CorsConfigurations {
    fn new(estate: &Estate, unknowns: &mut Vec<Unknown>) -> Self {
        let mut by_bucket: BTreeMap<String, Vec<Rc<str>>> = BTreeMap::new();
        for instance in estate.values().filter(|instance| instance.kind == "aws_s3_bucket_cors_configuration") {
            let mut fields = fields(instance);
            match fields.text("bucket") {
                Some(bucket) => by_bucket.entry(bucket).or_default().push(instance.address.clone()),
                None if fields.problems.is_empty() => fields.problem("there is no `bucket`"),
                None => {}
            }
            unknowns.append(&mut fields.problems);
        }
        Self(by_bucket)
    }
}
