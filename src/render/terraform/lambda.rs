//! Lambda@Edge on `origin-response`: what functions say, on errors, which CloudFront leaves functions out of. All of it
//! is in `lambda.tf` and in an archive for each, which holds the code with the rules in it: at the edge there are no
//! variables.

use ::hcl::expr::Expression;
use ::hcl::structure::Structure;

use super::super::artifact::Artifact;
use super::super::function as code;
use super::cdns;
use super::condition::{assert, same};
use super::functions::path_key;
use super::hcl::{at, attribute, block, comment, each, map, object, path, text, texts};
use super::resources::runs_on_errors;
use crate::plan::{Cdn, CorsFunction, Plan, Policy};

/// The resources and the output.
pub(super) const RESOURCES: &str = include_str!("module/lambda.tf");

/// Where the first block of `function_association` begins, with what is called the behaviour's path in it.
const ASSOCIATION: &str =
    "      dynamic \"function_association\" {\n        for_each = try(module.cors.function_associations[each.key][";

/// The functions of a distribution that run as Lambda@Edge.
fn functions(cdn: &Cdn) -> impl Iterator<Item = &Policy<CorsFunction>> {
    cdn.functions.iter().filter(|function| runs_on_errors(cdn, &function.id))
}

fn all(plan: &Plan) -> impl Iterator<Item = &Policy<CorsFunction>> {
    cdns(plan).flat_map(|(_, cdn)| functions(cdn))
}

/// The archive of a function's code, below the module.
fn archive(function: &Policy<CorsFunction>) -> String {
    format!("functions/errors.{}.zip", function.id.key().replace('/', "."))
}

pub(super) fn archives(plan: &Plan) -> Vec<Artifact> {
    all(plan).map(|function| Artifact::file(archive(function), code::errors_archive(&function.config))).collect()
}

/// What runs, and where.
pub(super) fn locals(plan: &Plan) -> Vec<Structure> {
    let entry = |function: &Policy<CorsFunction>| {
        object([
            ("name_suffix", text(&function.name.suffix)),
            ("comment", text(code::comment(plan, &function.id))),
            ("archive", text(archive(function))),
        ])
    };
    let paths = |cdn: &Cdn| {
        let runs = cdn.behaviors.iter().filter_map(|behavior| Some((behavior, behavior.origin_response.as_ref()?)));
        map(runs.map(|(behavior, id)| (path_key(behavior), text(id.key()))))
    };
    let by_path = cdns(plan).filter(|(_, cdn)| functions(cdn).next().is_some());
    let body = vec![
        comment(
            "Lambda@Edge on origin-response: what the functions say, on errors, which CloudFront leaves functions out of. The",
        ),
        comment("rules are in the code; an archive is stored, not packed, and can be read."),
        attribute("error_functions", map(all(plan).map(|function| (function.id.key(), entry(function))))),
        comment("What runs on which path; `*` is the default behavior."),
        attribute("error_functions_by_path", map(by_path.map(|(asset, cdn)| (asset.id.clone(), paths(cdn))))),
    ];
    vec![block("locals", &[], body)]
}

/// A root whose behaviours take what runs on them, with what runs as Lambda@Edge.
pub(super) fn associated(plan: &Plan, root: &str) -> String {
    if !plan.has_lambda() {
        return root.to_owned();
    }
    let mut pieces = root.split(ASSOCIATION);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |out, piece| {
        let path = piece.split_once("], [])").map_or("", |(path, _)| path);
        let lambda = ASSOCIATION.replace("function_association", "lambda_function_association");
        format!(
            "{out}{lambda}{path}], [])\n\n        content {{\n          event_type   = lambda_function_association.value.event_type\n          \
             include_body = lambda_function_association.value.include_body\n          lambda_arn   = \
             lambda_function_association.value.lambda_arn\n        }}\n      }}\n\n{ASSOCIATION}{piece}"
        )
    })
}

/// The provider looks at ARNs, which mocked ones must have, too.
pub(super) fn mocks(plan: &Plan) -> Vec<Structure> {
    if !plan.has_lambda() {
        return Vec::new();
    }
    let mock = |kind: &'static str, member: &'static str, arn: &str| {
        block("mock_resource", &[kind], [attribute("defaults", object([(member, text(arn))]))])
    };
    vec![
        mock("aws_iam_role", "arn", "arn:aws:iam::111122223333:role/test"),
        mock("aws_lambda_function", "qualified_arn", "arn:aws:lambda:us-east-1:111122223333:function:test:1"),
    ]
}

/// What the module must say of an asset.
pub(super) fn asserts(id: &str, cdn: &Cdn) -> Vec<Structure> {
    let mut asserts: Vec<Structure> = Vec::new();
    for function in functions(cdn) {
        let held = || at(path(["aws_lambda_function", "errors"]), text(function.id.key()));
        let key = function.id.key();
        asserts
            .push(assert(super::hcl::get(held(), "publish"), format!("{key}: a version of the Lambda is published")));
    }
    for behavior in cdn.behaviors.iter().filter(|behavior| behavior.origin_response.is_some()) {
        let listed = at(at(path(["output", "lambda_function_associations"]), text(id)), text(path_key(behavior)));
        let events: Expression = each(listed, "event_type");
        asserts.push(assert(
            same(events, texts(["origin-response"])),
            format!("{id}: the Lambda runs on `{}` when the origin has answered", path_key(behavior)),
        ));
    }
    asserts
}
