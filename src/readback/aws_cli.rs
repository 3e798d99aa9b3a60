//! The AWS CLI: bundles that corsynth emitted, payloads on their own, and lone CORS rules.

use super::{File, ReadBack, Unreadable};

pub(super) fn is_bundle(_files: &[File]) -> bool {
    false
}

pub(super) fn read(_files: &[File]) -> Result<ReadBack, Unreadable> {
    todo!()
}

pub(super) fn find_cors_rules(_files: &[File]) -> Option<&File> {
    None
}

pub(super) fn read_cors_rules(_file: &File) -> Result<ReadBack, Unreadable> {
    todo!()
}
