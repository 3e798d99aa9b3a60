//! Terraform: modules that corsynth emitted, and plans of any module as `terraform show -json` prints them.

mod behaviors;
mod buckets;
mod custom;
mod deployment;
mod distributions;
mod evaluate;
mod fields;
mod functions;
mod instances;
mod module;
mod operators;
mod outputs;
mod own;
mod plan;
mod policies;
mod references;
mod split;
mod statements;
mod syntax;
mod traverse;
mod types;
mod value;

use super::{File, ReadBack, Unreadable};

/// Whether the files are those of a module.
pub(super) fn is_module(files: &[File]) -> bool {
    split::are_two(files) || files.iter().any(|file| syntax::is_configuration(&file.path))
}

/// Reads a module of corsynth.
pub(super) fn read_module(files: &[File]) -> Result<ReadBack, Unreadable> {
    if split::are_two(files) { split::read(files) } else { module::read(files) }
}

/// The plan or state among the files.
pub(super) fn find_plan(files: &[File]) -> Option<&File> {
    files.iter().find(|file| plan::is_plan(file))
}

/// Reads a plan or state of any module.
pub(super) fn read_plan(file: &File) -> Result<ReadBack, Unreadable> {
    plan::read(file)
}
