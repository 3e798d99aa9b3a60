//! What the README says of buckets and distributions that the stack makes.

use std::fmt::Write;

use super::fragment;
use super::name::AssetNames;
use super::shell::{argument, quoted_argument};
use crate::markdown::code;
use crate::plan::{AssetPlan, Plan};

/// The assets of which the stack makes everything.
fn owned(plan: &Plan) -> impl Iterator<Item = &AssetPlan> {
    plan.assets.iter().filter(|asset| asset.owned.is_some())
}

/// What the stack makes.
pub(super) fn why(out: &mut String, plan: &Plan) {
    let of: Vec<_> = owned(plan).map(|asset| code(&asset.id)).collect();
    if of.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "
Of {} the template makes everything: the bucket (nothing public, versions, encryption, CORS rules, parts of unfinished
uploads gone after a week), its whole policy (nothing without TLS), and, where there is one, the distribution, whose other
paths are read only and have no CORS. Nobody pastes anything; only a KMS key's policy stays its owner's. Bucket and policy
outlive the stack (`DeletionPolicy: Retain`): to take them back into a stack, import them.
",
        of.join(", ")
    );
}

/// Where the stack must be.
pub(super) fn region(out: &mut String, plan: &Plan) {
    if let Some(bucket) = owned(plan).find_map(AssetPlan::bucket) {
        let region = code(&bucket.region);
        let _ = writeln!(
            out,
            "\nDeploy it in {region}: a bucket is made where its stack is, and elsewhere the stack is refused."
        );
    }
}

/// What comes after the stack.
pub(super) fn afterwards(out: &mut String, plan: &Plan) {
    if owned(plan).next().is_none() {
        return;
    }
    out.push_str("\n### What the stack made\n\n");
    for asset in owned(plan) {
        let names = AssetNames::of(asset);
        let _ = writeln!(out, "- {}:", code(&asset.id));
        let Some(cdn) = &asset.cdn else {
            let _ = writeln!(out, "  - browsers talk to the bucket at the output `{}`", names.domain_name());
            continue;
        };
        if !cdn.key_policy.is_empty() {
            let key = asset.bucket().and_then(|bucket| bucket.kms_key.as_deref()).unwrap_or("of the bucket");
            let _ = writeln!(
                out,
                "  - policy of the key {}: `{}`, with the output `{}`",
                code(key),
                fragment::key_policy_path(asset),
                names.distribution_id()
            );
        }
        let aliases: Vec<_> = cdn.aliases.iter().map(|alias| code(alias)).collect();
        if !aliases.is_empty() {
            let (name, zone) = (names.distribution_domain_name(), names.distribution_zone());
            let _ = writeln!(
                out,
                "  - records of {}: aliases of the output `{name}`, in the zone `{zone}`",
                aliases.join(", ")
            );
        }
        if !cdn.invalidation_paths.is_empty() {
            let paths: Vec<_> = cdn.invalidation_paths.iter().map(|path| quoted_argument(path)).collect();
            let _ = write!(
                out,
                "  - after a change of the bucket's CORS rules or of what is forwarded:

    ```sh
    aws cloudfront create-invalidation --distribution-id {} --paths {}
    ```

",
                argument("", "DISTRIBUTION"),
                paths.join(" "),
            );
        }
    }
}

/// What is not done for them.
pub(super) const NOT_DONE: &str = "\
- Logs, replication and backup of the buckets, logs of the distributions, DNS records and certificates belong to their owners.
- Invalidation is a command, not a resource.
";
