//! Terraform: modules that corsynth emitted, and plans of any module as `terraform show -json` prints them.

use super::{File, ReadBack, Unreadable};

pub(super) fn is_module(_files: &[File]) -> bool {
    false
}

pub(super) fn read_module(_files: &[File]) -> Result<ReadBack, Unreadable> {
    todo!()
}

pub(super) fn find_plan(_files: &[File]) -> Option<&File> {
    None
}

pub(super) fn read_plan(_file: &File) -> Result<ReadBack, Unreadable> {
    todo!()
}
