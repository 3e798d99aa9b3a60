//! The resources of a template that have a say, by type.

use std::collections::BTreeMap;

use super::super::File;
use super::super::lock::pointers;
use super::super::notes::Notes;
use super::super::payload::{self, Known, Policies, Spelling};
use super::super::value::{At, Kind, Text, Value};
use super::scope::Scope;
use crate::deployed::Provenance;
use crate::diagnostic::shown;
use crate::document::Node;

/// A resource whose condition does not keep it out.
#[derive(Debug)]
pub(super) struct Resource<'n> {
    /// Its logical id.
    pub(super) name: &'n str,
    /// Its type.
    pub(super) kind: &'n str,
    /// Where its id stands.
    pub(super) at: At,
    node: &'n Node,
    file: usize,
    /// The condition on which it exists, when nobody here can tell whether that holds.
    pub(super) condition: Option<&'n str>,
}

impl Resource<'_> {
    /// Its properties, with functions computed.
    pub(super) fn properties(&self, scope: &Scope<'_>) -> Option<Value> {
        self.node.get("Properties").map(|node| scope.value(node, self.file))
    }

    /// What corsynth says of where it comes from.
    pub(super) fn provenance(&self) -> Provenance {
        let intent = self.node.pointer("/Metadata/Corsynth/Intent");
        intent.map(|node| pointers(&Value::of(node, self.file))).unwrap_or_default()
    }

    /// What others call it: `Ref` and `Fn::GetAtt` of `Id` say the same of policies and distributions.
    pub(super) fn names(&self) -> [Text; 2] {
        [Text::reference(self.name), Text::reference(&format!("{}.Id", self.name))]
    }

    /// What must be said of it when it may not exist.
    pub(super) fn doubt(&self) -> Option<String> {
        self.condition.map(|name| format!("`{}` exists only on the condition `{}`", self.name, shown(name)))
    }
}

/// All resources, also those whose condition does not hold, with that.
pub(super) fn all<'n>(
    notes: &mut Notes,
    scope: &Scope<'n>,
    template: &'n Node,
    file: usize,
) -> Vec<(Resource<'n>, bool)> {
    let mut found = Vec::new();
    for entry in template.get("Resources").map(Node::entries).unwrap_or_default() {
        let at = At { file, span: entry.key_span };
        if entry.key.starts_with("Fn::") {
            notes.unknown(at, format!("`{}` makes resources that are not computed here", shown(&entry.key)));
            continue;
        }
        let Some(kind) = entry.value.get("Type").and_then(Node::as_str) else {
            notes.unknown(at, format!("the resource `{}` has no type", shown(&entry.key)));
            continue;
        };
        let condition = entry.value.get("Condition").and_then(Node::as_str);
        let holds = condition.map_or(Some(true), |name| scope.truth_of(name, file));
        let resource = Resource {
            name: &entry.key,
            kind,
            at,
            node: &entry.value,
            file,
            condition: condition.filter(|_| holds.is_none()),
        };
        found.push((resource, holds != Some(false)));
    }
    found
}

/// The policies among them.
pub(super) fn policies(notes: &mut Notes, scope: &Scope<'_>, resources: &[&Resource<'_>], files: &[File]) -> Policies {
    let mut policies = Policies::default();
    for resource in resources {
        if resource.kind == "AWS::CloudFront::Function" {
            let properties = resource.properties(scope);
            let code = properties.as_ref().and_then(|p| p.get("FunctionCode")?.as_str());
            let site = notes.site(resource.at);
            let known = properties.as_ref().zip(code).and_then(|(properties, code)| {
                let store = key_values(properties, resources, scope, files);
                payload::function(notes, properties, code, store, resource.provenance(), site)
            });
            // One of which the code is not known is told where it runs.
            if let Some(known) = known {
                let by_arn = Text::reference(&format!("{}.FunctionARN", resource.name));
                let published = Text::reference(&format!("{}.FunctionMetadata.FunctionARN", resource.name));
                define(&mut policies.functions, [by_arn, published], known, resource.doubt());
            }
            continue;
        }
        let property = match resource.kind {
            "AWS::CloudFront::CachePolicy" => "CachePolicyConfig",
            "AWS::CloudFront::OriginRequestPolicy" => "OriginRequestPolicyConfig",
            "AWS::CloudFront::ResponseHeadersPolicy" => "ResponseHeadersPolicyConfig",
            "AWS::CloudFront::OriginAccessControl" => "OriginAccessControlConfig",
            _ => continue,
        };
        let properties = resource.properties(scope);
        let Some(config) = properties.as_ref().and_then(|properties| properties.get(property)) else {
            notes.unknown(resource.at, format!("`{}` has no `{property}`", shown(resource.name)));
            continue;
        };
        let doubt = resource.doubt();
        if let Some(doubt) = &doubt {
            notes.unknown(resource.at, doubt.clone());
        }
        let names = resource.names();
        match property {
            "CachePolicyConfig" => {
                let mut known = payload::cache_policy(notes, config, Spelling::CloudFormation);
                known.value.provenance = resource.provenance();
                define(&mut policies.cache, names, known, doubt);
            }
            "OriginRequestPolicyConfig" => {
                let mut known = payload::origin_request_policy(notes, config, Spelling::CloudFormation);
                known.value.provenance = resource.provenance();
                define(&mut policies.origin_request, names, known, doubt);
            }
            "ResponseHeadersPolicyConfig" => {
                let mut known = payload::response_headers_policy(notes, config, Spelling::CloudFormation);
                known.value.provenance = resource.provenance();
                define(&mut policies.response_headers, names, known, doubt);
            }
            _ => {
                let known = payload::origin_access_control(notes, config, Spelling::CloudFormation);
                define(&mut policies.access_controls, names, known, doubt);
            }
        }
    }
    policies
}

/// The file of what is in the store of a function, when its template says which one it is. What it was made from in S3
/// does not tell what is in it now.
fn key_values<'f>(
    function: &Value,
    resources: &[&Resource<'_>],
    scope: &Scope<'_>,
    files: &'f [File],
) -> Option<&'f File> {
    let Kind::List(associations) = &function.get("FunctionConfig")?.get("KeyValueStoreAssociations")?.kind else {
        return None;
    };
    let [association] = associations.as_slice() else { return None };
    let Kind::Text(arn) = &association.get("KeyValueStoreARN")?.kind else { return None };
    let is_store = |resource: &&&Resource<'_>| {
        resource.kind == "AWS::CloudFront::KeyValueStore"
            && resource.condition.is_none()
            && *arn == Text::reference(&format!("{}.Arn", resource.name))
    };
    let store = resources.iter().find(is_store)?;
    if store.properties(scope)?.get("ImportSource").is_some() {
        return None;
    }
    let path = store.node.pointer("/Metadata/Corsynth/KeyValues")?.as_str()?;
    files.iter().find(|file| file.path == path)
}

/// Enters a policy under each of its names, with the doubt whether it exists.
fn define<T: Clone>(
    policies: &mut BTreeMap<Text, Known<T>>,
    [by_ref, by_id]: [Text; 2],
    mut known: Known<T>,
    doubt: Option<String>,
) {
    known.unknown.extend(doubt);
    policies.insert(by_ref, known.clone());
    policies.insert(by_id, known);
}
