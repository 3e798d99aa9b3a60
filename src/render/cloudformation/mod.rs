//! `Plan` to a CloudFormation template, and to the parts that CloudFormation cannot attach to things it does not own.
//!
//! The template creates the policies, and the buckets and distributions that are to be made ([`own`]). Otherwise the
//! bucket and the distribution belong to somebody's template already, and a stack cannot patch a property of another
//! stack's resource: what they need comes as fragments to paste there, and the bucket's CORS rules as a payload for the
//! AWS CLI too. Knows nothing of intents.

mod fragment;
mod function;
mod name;
mod own;
mod readme;
mod readme_own;
mod resource;
mod resources;
mod sections;
mod shell;
mod statement;
mod store;
mod template;

use super::artifact::{self, Artifact, Stamp, Target};
use super::yaml::Yaml;
use crate::plan::Plan;

pub(super) fn render(plan: &Plan, stamp: &Stamp) -> Vec<Artifact> {
    let resources = resources::all(plan);
    let mut artifacts = Vec::new();
    // A template without a resource is refused: "At least one Resources member must be defined".
    // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
    let no_template = resources.is_empty();
    if !no_template {
        artifacts.push(document(template::PATH, stamp, &[], template::template(plan, &resources, stamp)));
    }
    artifacts.extend(plan.assets.iter().flat_map(|asset| fragment::all(asset, stamp)));
    artifacts.extend(store::files(plan, stamp));
    artifacts.push(readme::readme(plan, stamp, &artifacts));
    let addresses = resources.into_iter().map(|resource| (resource.name, resource.intent));
    let addresses: Vec<_> = addresses.chain(plan.assets.iter().flat_map(fragment::addresses)).collect();
    // Without a template there is no metadata that says which buckets the fragments are for.
    let assets = no_template.then(|| ("assets", template::assets(plan)));
    let lock = artifact::lock_file(Target::CloudFormation, stamp, &artifacts, &addresses, assets.into_iter().collect());
    artifacts.push(lock);
    artifacts
}

/// A YAML file: header, notes as comments, and the document. The only way from a tree to a file.
fn document(path: &str, stamp: &Stamp, notes: &[String], tree: Yaml) -> Artifact {
    let mut contents = stamp.hash_comment();
    for note in notes {
        contents.extend(["# ", note, "\n"]);
    }
    contents += &tree.map_texts(&break_dynamic_references).document();
    Artifact::file(path, contents)
}

/// Inside any string `{{resolve:ssm:...}}` makes CloudFormation fetch a value, and there is no escape. Nothing
/// corsynth has to say looks like that, so such text loses its meaning, by a space, instead of getting one.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn break_dynamic_references(text: String) -> String {
    if text.contains("{{resolve:") { text.replace("{{resolve:", "{{ resolve:") } else { text }
}
