//! Further files of `terraform test` for an emitted module: the frame is that of its own, the asserts are the caller's.

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::tftest;
use super::{hcl, region, with_header};
use crate::plan::{AssetPlan, Plan};
use crate::render::Stamp;
use hcl::{at, call, comment, get, list, path, text};

pub(crate) use super::condition::assert;

/// A file with a run for each name, title and list of asserts. A run without asserts is a comment.
pub(crate) fn print(
    plan: &Plan,
    stamp: &Stamp,
    runs: impl IntoIterator<Item = (String, String, Vec<Structure>)>,
) -> String {
    let mut body = tftest::frame(plan);
    for (name, title, asserts) in runs {
        if asserts.is_empty() {
            body.push(comment(&format!("{title}: nothing in this module decides it.")));
            body.push(hcl::blank());
        } else {
            body.push(comment(&title));
            body.push(tftest::asserting(plan, &name, "apply", asserts));
        }
    }
    with_header(stamp, &[&super::print(body)])
}

/// The bucket's rules as the module makes them, an empty list where it leaves them alone; or those of a server's contract.
pub(crate) fn bucket_cors_rules(plan: &Plan, asset: &AssetPlan) -> Expression {
    if asset.custom_origin().is_some() {
        return at(path(["output", "origin_contracts"]), text(&asset.id));
    }
    let regions = region::of(plan);
    let label = region::label(&regions, region::of_asset(asset));
    let rules = get(at(path(["aws_s3_bucket_cors_configuration", label]), text(&asset.id)), "cors_rule");
    call("try", [rules, list([])])
}
