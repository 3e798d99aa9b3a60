//! A bucket has one CORS configuration, and who writes last wins: with `cors_rule` in the bucket and a separate
//! resource, each run of Terraform undoes the other.
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_cors_configuration>

use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use crate::outline::{Node, Place};
use std::collections::BTreeMap;

/// `two-cors-owners`
pub(super) const CODE: Code = Code {
    id: "two-cors-owners",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "one bucket with two resources that write its CORS rules",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    let mut owners: BTreeMap<(String, &str), Vec<Place>> = BTreeMap::new();
    for (file, tree) in artifacts.outline.trees() {
        for block in tree.children.iter().filter(|child| child.key == "resource") {
            let Some((kind, label)) = block.label.split_once('.') else { continue };
            let of = match kind {
                "aws_s3_bucket" if block.member("cors_rule").is_some() => Some(label.to_owned()),
                "aws_s3_bucket_cors_configuration" => block.member("bucket").map(|b| bucket(artifacts, file, b)),
                _ => None,
            };
            if let Some(of) = of {
                let instances =
                    if of.contains("each.") || of.contains("count.") { instances(artifacts, file, block) } else { "" };
                owners.entry((of, instances)).or_default().push(artifacts.outline.headline(file, block));
            }
        }
    }
    for ((bucket, _), places) in owners {
        let [first, rest @ ..] = places.as_slice() else { continue };
        for place in rest {
            let mut finding =
                Diagnostic::new(&CODE, place.span, format!("a second owner of the CORS rules of `{}`", shown(&bucket)))
                    .label("each of the two undoes the other")
                    .help("keep the one `aws_s3_bucket_cors_configuration`");
            if first.file == place.file {
                finding = finding.related(first.span, "the other one");
            }
            findings.push(place.file, finding);
        }
    }
}

/// What a block is repeated for: the same `each.key` names other buckets in a block that is repeated for others.
fn instances<'o>(artifacts: &Artifacts<'o>, file: usize, block: &Node) -> &'o str {
    block.member("for_each").or_else(|| block.member("count")).map_or("", |value| text(artifacts, file, value))
}

fn text<'o>(artifacts: &Artifacts<'o>, file: usize, value: &Node) -> &'o str {
    artifacts.outline.source(file).map_or("", |source| source.slice(value.span))
}

/// The label of the bucket that an argument refers to, or its name.
fn bucket(artifacts: &Artifacts<'_>, file: usize, value: &Node) -> String {
    let inner = text(artifacts, file, value).trim_matches(['"', '$', '{', '}', ' ']);
    inner.strip_prefix("aws_s3_bucket.").and_then(|rest| rest.split('.').next()).unwrap_or(inner).to_owned()
}
