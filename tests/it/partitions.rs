//! Partitions: every host and ARN of every output is of the bucket's own.

use crate::examples::compile_last;
use crate::support::project;
use corsynth::aws::partition::Partition;
use corsynth::compile::Compiled;
use corsynth::deployed::{Deployed, RuleOrder};
use corsynth::prove::prove;
use corsynth::readback;
use corsynth::render::{Artifact, Stamp, Target, render};

/// A region of each partition; whether it has CloudFront.
const REGIONS: [(&str, bool); 9] = [
    ("eu-west-1", true),
    ("cn-north-1", true),
    ("cn-northwest-1", true),
    ("eusc-de-east-1", true),
    ("us-gov-west-1", false),
    ("us-iso-east-1", false),
    ("us-isob-east-1", false),
    ("eu-isoe-west-1", false),
    ("us-isof-south-1", false),
];

/// Everything that has a host or an ARN: a key, a distribution that the intent names, and one that it does not.
fn text(region: &str, cdn: bool) -> String {
    let arn = Partition::of_region(region).arn();
    let named = if cdn { "\n    cdn: { distribution: E2EXAMPLE, aliases: [a.acme.example] }" } else { "" };
    let unnamed = if cdn { ", cdn: { aliases: [b.acme.example] }" } else { "" };
    format!(
        "version: 1\nname: acme\nassets:\n  one:\n    bucket: acme-one\n    region: {region}\n    account: \"111122223333\"\n    \
         encryption: sse-kms\n    kms-key: arn:{arn}:kms:{region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab{named}\n  \
         two: {{ bucket: acme-two, region: {region}{unnamed} }}\nfrontends:\n  site: https://www.acme.example\nallow:\n  \
         - {{ from: site, to: [one, two], use: [fetch, images] }}\n  \
         - {{ from: site, to: two, upload: {{ how: presigned-put, client: browser-fetch }} }}\n"
    )
}

fn compiled(region: &str, cdn: bool) -> Compiled {
    let compiled = compile_last("corsynth.yaml", text(region, cdn).into()).verified();
    assert!(compiled.plan.is_some(), "{region}: {:#?}", compiled.diagnostics);
    compiled
}

fn artifacts(compiled: &Compiled, target: Target) -> Vec<Artifact> {
    let stamp = Stamp::new("corsynth.yaml", compiled.source.text().as_bytes());
    render(compiled.plan.as_ref().expect("a plan"), target, &stamp)
}

/// What stands behind each `start` in a text, up to what ends a host or a partition.
fn behind<'t>(text: &'t str, start: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(start).map(move |(at, _)| {
        let rest = &text[at + start.len()..];
        rest.split([':', '"', '\'', '/', ' ', '\n', ')', ',', '`', '\\']).next().unwrap_or_default()
    })
}

#[test]
fn every_arn_and_host_is_of_the_buckets_partition() {
    for (region, cdn) in REGIONS {
        let partition = Partition::of_region(region);
        let compiled = compiled(region, cdn);
        for target in Target::ALL {
            let (mut arns, mut hosts) = (0, 0);
            for artifact in artifacts(&compiled, target) {
                let place = format!("{region}: {} {}", target.as_str(), artifact.path);
                for found in behind(&artifact.contents, "arn:") {
                    // The partition, a pattern for all of them, or an expression.
                    let is_written = found.starts_with("aws") && !found.contains('[');
                    assert!(!is_written || found == partition.arn(), "{place}: `arn:{found}`");
                    arns += usize::from(found == partition.arn());
                }
                for found in behind(&artifact.contents, &format!(".s3.{region}.")) {
                    assert_eq!(found.trim_end_matches('.'), partition.dns_suffix(), "{place}");
                    hosts += 1;
                }
                // Terraform and the scripts put hosts together from what stands after the region.
                hosts += artifact.contents.matches(&format!("\"{}\"", partition.dns_suffix())).count();
                let others =
                    artifact.contents.replace("cloudfront.amazonaws.com", "").replace("docs.aws.amazon.com", "");
                let foreign = others
                    .match_indices("amazonaws.com")
                    .any(|(at, word)| partition.dns_suffix() != word && !others[at..].starts_with("amazonaws.com.cn"));
                assert!(!foreign, "{place} names a host of another partition");
            }
            // Terraform and the template put some together from the partition that they are told.
            assert!(arns > 0 || target == Target::CloudFormation || !cdn, "{region}: no ARN in {}", target.as_str());
            // A template without a distribution is a fragment for the bucket's own, and names no host.
            assert!(hosts > 0 || target == Target::CloudFormation && !cdn, "{region}: no host in {}", target.as_str());
        }
    }
}

#[test]
fn what_is_made_for_a_partition_is_read_back_and_proved() {
    for (region, cdn) in REGIONS {
        let compiled = compiled(region, cdn);
        let intent = compiled.intent.as_ref().expect("an intent");
        for target in Target::ALL {
            let file = |artifact: Artifact| readback::File { path: artifact.path, text: artifact.contents };
            let files: Vec<readback::File> = artifacts(&compiled, target).into_iter().map(file).collect();
            let read = readback::read(&files).expect("it can be read");
            assert!(read.unknowns.is_empty(), "{region} {}: {:#?}", target.as_str(), read.unknowns);
            assert!(prove(intent, &read.deployed).is_proved(), "{region} {}", target.as_str());
            // Terraform keeps no order of rules.
            let in_any_order = |mut deployed: Deployed| {
                let buckets = deployed.assets.iter_mut().map(|asset| &mut asset.bucket);
                buckets.filter_map(|bucket| bucket.cors.as_mut()).for_each(|cors| cors.order = RuleOrder::Any);
                deployed
            };
            let planned = Deployed::from(compiled.plan.as_ref().expect("a plan"));
            assert_eq!(in_any_order(read.deployed), in_any_order(planned), "{region}");
        }
    }
}

/// The scripts call CloudFront where its API is.
#[test]
fn scripts_know_where_cloudfront_is() {
    let resolve = artifacts(&compiled("cn-north-1", true), Target::AwsCli);
    let resolve = resolve.iter().find(|artifact| artifact.path == "lib/resolve.jq").expect("lib/resolve.jq");
    for (partition, region) in [("aws-cn", "cn-northwest-1"), ("aws-eusc", "eusc-de-east-1")] {
        assert!(resolve.contents.contains(&format!("\"{partition}\": \"{region}\"")), "{partition}");
    }
}

/// The table of the page is the table of the sources.
#[test]
fn the_page_lists_every_partition() {
    let page = std::fs::read_to_string(project("docs/partitions.md")).expect("docs/partitions.md");
    for partition in Partition::ALL {
        let (arn, suffix) = (partition.arn(), partition.dns_suffix());
        let row =
            page.lines().find(|line| line.starts_with(&format!("| `{arn}` |"))).unwrap_or_else(|| panic!("{arn}"));
        assert!(row.contains(&format!("| `arn:{arn}:` | `{suffix}` |")), "{row}");
        let start = row.split('`').nth(3).expect("a start");
        let region = format!("{start}east-1");
        assert!(partition == Partition::Aws || Partition::of_region(&region) == partition, "{row}");
    }
    // What it says of a `cdn` is what is found.
    for (region, cdn) in REGIONS {
        let found = compile_last("corsynth.yaml", text(region, true).into()).diagnostics;
        let refused = found.iter().any(|finding| finding.code.id == "cdn-in-unsupported-partition");
        assert_eq!(refused, !cdn, "{region}");
        let doubted = found.iter().any(|finding| finding.code.id == "unverified-partition");
        let expected = matches!(Partition::of_region(region), Partition::AwsCn | Partition::AwsEusc);
        assert_eq!(doubted, expected, "{region}");
    }
}

/// A module that makes a bucket tells no region, but its ARNs a partition; and its test takes aliases in any order.
#[test]
fn an_owned_bucket_elsewhere_reads_back() {
    let text = "version: 1\nname: cn-app\nassets:\n  o:\n    bucket: cn-o\n    region: cn-northwest-1\n    account: \"111122223333\"\n    \
                manage: own\n    cdn: { aliases: [y.acme.cn, a.acme.cn], certificate: \"arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab\" }\n\
                frontends: { p: https://portal.acme.example }\nallow: [ { from: p, to: o, use: fetch } ]\n";
    let compiled = compile_last("corsynth.yaml", text.into());
    let made = artifacts(&compiled, Target::Terraform);
    let files: Vec<_> =
        made.iter().filter(|a| !a.path.starts_with("examples/") && !a.path.contains("tests/")).collect();
    let files: Vec<_> =
        files.iter().map(|a| readback::File { path: a.path.clone(), text: a.contents.clone() }).collect();
    let read = readback::read(&files).expect("readable");
    let proof = prove(compiled.intent.as_ref().expect("an intent"), &read.deployed);
    assert!(proof.is_proved() && read.unknowns.is_empty(), "{:#?} {:#?}", proof, read.unknowns);
    let sorted = "jsonencode([\"a.acme.cn\", \"y.acme.cn\"])";
    assert!(made.iter().any(|artifact| artifact.path.ends_with(".tftest.hcl") && artifact.contents.contains(sorted)));
}
