//! `Plan` to cloudformation.

use super::artifact::{Artifact, Stamp};
use crate::plan::Plan;

pub(super) fn render(_plan: &Plan, _stamp: &Stamp) -> Vec<Artifact> {
    Vec::new()
}
