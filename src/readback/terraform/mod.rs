//! Terraform: modules that corsynth emitted, and plans of any module as `terraform show -json` prints them.

mod behaviors;
mod evaluate;
mod fields;
mod functions;
mod instances;
mod module;
mod operators;
mod policies;
mod statements;
mod syntax;
mod value;

use super::{File, ReadBack, Unreadable};

/// Whether the files are those of a module.
pub(super) fn is_module(files: &[File]) -> bool {
    files.iter().any(|file| syntax::is_configuration(&file.path))
}

/// Reads a module of corsynth.
pub(super) fn read_module(files: &[File]) -> Result<ReadBack, Unreadable> {
    module::read(files)
}

pub(super) fn find_plan(_files: &[File]) -> Option<&File> {
    None
}

pub(super) fn read_plan(_file: &File) -> Result<ReadBack, Unreadable> {
    todo!()
}
