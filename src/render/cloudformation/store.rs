//! Key value stores of functions: the resource, the file of what is in it, and the script that brings it there.
//!
//! A template makes a store and cannot fill it: it takes a file in S3, and that only when the store is made. Until the
//! script has run, the function allows nothing to the origins that are meant to be there.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-keyvaluestore.html>

use super::super::artifact::{Artifact, Stamp};
use super::super::yaml::{Yaml, map, text, texts};
use super::super::{aws_cli, function as code};
use super::function::attribute;
use super::name;
use super::resource::{IdOutput, Resource, aws_name, described};
use crate::plan::{CorsFunction, Plan, Policy};

/// The script.
pub(super) const FILL: &str = "fill-key-value-stores.sh";

/// The functions of a plan whose origins are in a store.
pub(super) fn functions(plan: &Plan) -> impl Iterator<Item = &Policy<CorsFunction>> {
    let functions = plan.assets.iter().filter_map(|asset| asset.cdn.as_ref()).flat_map(|cdn| &cdn.functions);
    functions.filter(|function| function.config.stored)
}

fn logical_id(function: &Policy<CorsFunction>) -> String {
    name::resource(&function.id, name::KEY_VALUE_STORE)
}

/// The file of what is in a store. The script finds the store's ARN by its name: in the output of this name with `Id`
/// behind.
pub(super) fn path(function: &Policy<CorsFunction>) -> String {
    format!("key-value-stores/{}.json", logical_id(function))
}

/// The store, with nothing in it.
pub(super) fn resource(plan: &Plan, function: &Policy<CorsFunction>) -> Resource {
    let name = logical_id(function);
    let intent = function.provenance.0.clone();
    let about = map([("Intent", texts(&intent)), ("KeyValues", text(path(function)))]);
    let comment = text(code::comment(plan, &function.id));
    let body = map([
        ("Type", text("AWS::CloudFront::KeyValueStore")),
        ("Metadata", map([("Corsynth", about)])),
        ("Properties", map([("Name", aws_name(&function.name)), ("Comment", comment)])),
    ]);
    let output = IdOutput {
        name: name::id_output(&function.id, name::KEY_VALUE_STORE),
        description: format!("ARN of the key value store of the function {}", described(&function.id)),
        value: attribute(&name, "Arn"),
    };
    Resource { name, intent, body, output: Some(output) }
}

/// What a function says of its store.
pub(super) fn association(function: &Policy<CorsFunction>) -> Option<Yaml> {
    let arn = || attribute(&logical_id(function), "Arn");
    function.config.stored.then(|| Yaml::List(vec![map([("KeyValueStoreARN", arn())])]))
}

/// What is in the stores, and the script with what it shares with the bundle for the AWS CLI.
pub(super) fn files(plan: &Plan, stamp: &Stamp) -> Vec<Artifact> {
    let mut files: Vec<Artifact> = functions(plan)
        .map(|function| Artifact::file(path(function), format!("{:#}\n", code::store_document(&function.config))))
        .collect();
    if !files.is_empty() {
        files.push(aws_cli::command(stamp, FILL, include_str!("fill-key-value-stores.sh")));
        files.extend(aws_cli::library(stamp).filter(|file| ["lib/common.sh", "lib/stores.sh"].contains(&&*file.path)));
    }
    files
}
