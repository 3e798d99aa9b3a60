//! CloudFormation: templates in YAML or JSON, and the fragments that corsynth writes beside them.

mod foreign;
mod own;
mod resources;
mod scope;

use super::notes::Notes;
use super::{File, Format, ReadBack, Unreadable, lock};
use crate::deployed::Deployed;
use crate::document::{Node, Syntax};

/// The parameter of an owner's template that names the stack of corsynth's.
const STACK_NAME: &str = "CorsynthStackName";

/// The template; of a set of corsynth's that needs none, the lock file.
pub(super) fn find_template(files: &[File]) -> Option<&File> {
    let lone = files.len() == 1;
    let named = |file: &&File| file.path == "template.yaml";
    let fits = |file: &&File| (lone || has_extension(&file.path)) && is_template(&file.text);
    let own = files.iter().find(|file| named(file) && fits(file));
    own.or_else(|| files.iter().find(fits)).or_else(|| lock::find(files, "cloudformation"))
}

fn has_extension(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yaml" | "yml" | "json" | "template"))
}

/// By its words: what is wrong in it is told when it is read.
fn is_template(text: &str) -> bool {
    text.contains("AWS::")
        && (text.starts_with("Resources:") || text.contains("\nResources:") || text.contains("\"Resources\""))
        && text.contains("Type")
}

/// Reads a template with what stands beside it.
pub(super) fn read(template: &File, files: &[File]) -> Result<ReadBack, Unreadable> {
    let mut notes = Notes::default();
    let mut assets = if lock::is(template) {
        own::read_without_template(&mut notes, template, files)?
    } else {
        let (file, node) = parse(&mut notes, template)?;
        let own = node.pointer("/Metadata/Corsynth/Assets");
        if let Some(assets) = own {
            own::read(&mut notes, file, &node, assets, files)?
        } else {
            for other in files.iter().filter(|other| other.path != template.path) {
                if has_extension(&other.path) && is_template(&other.text) {
                    notes.unknown_file(&other.path, "a second template, which is not read");
                }
            }
            foreign::read(&mut notes, file, &node)
        }
    };
    assets.sort_by(|a, b| a.id.cmp(&b.id));
    notes.finish(Format::CloudFormation, Deployed { assets })
}

/// YAML with the short forms of functions, or JSON.
fn parse(notes: &mut Notes, file: &File) -> Result<(usize, Node), Unreadable> {
    let is_json = file.text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
    let syntax = if is_json { Syntax::Json } else { Syntax::Yaml };
    notes.parse(file, syntax, scope::TAGS)
}
