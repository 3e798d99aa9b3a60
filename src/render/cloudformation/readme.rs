//! The README beside the template: what is in the folder, what goes where, in which order, and why.

use crate::markdown::{cell, code};
use std::fmt::Write;

use super::super::artifact::{Artifact, Stamp};
use super::super::contract;
use super::fragment;
use super::name::AssetNames;
use super::readme_own;
use super::shell::{argument, quoted_argument};
use super::store;
use super::template;
use crate::plan::{AssetOrigin, AssetPlan, Cdn, Plan};

/// The README of these artifacts.
pub(super) fn readme(plan: &Plan, stamp: &Stamp, artifacts: &[Artifact]) -> Artifact {
    let has = |path: &str| artifacts.iter().any(|artifact| artifact.path == path);
    let has_template = has(template::PATH);
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "{}# CORS of {} as CloudFormation\n", stamp.html_comment(), code(&plan.name));
    if let Some(owner) = &plan.owner {
        let _ = writeln!(out, "Owner: {}\n", code(owner));
    }
    let any_attached = plan.assets.iter().any(|asset| asset.owned.is_none());
    match (has_template, any_attached) {
        (true, true) => out.push_str(WHY_FRAGMENTS),
        (true, false) => out.push_str("`template.yaml` is all of it.\n"),
        (false, _) => out.push_str(WHY_NO_TEMPLATE),
    }
    readme_own::why(&mut out, plan);
    out.push_str("\n## Files\n\n| file | goes to |\n|---|---|\n");
    if has_template {
        let made = if plan.assets.iter().any(|a| a.owned.is_some()) { "what is made" } else { "the policies" };
        let _ = writeln!(out, "| `{}` | a stack of its own: {made} |", template::PATH);
    }
    for function in store::functions(plan) {
        let _ = writeln!(out, "| `{}` | a key value store of the stack, by `{}` |", store::path(function), store::FILL);
    }
    for asset in &plan.assets {
        files(&mut out, asset, &has);
    }
    out.push_str("| `corsynth.lock.json` | stays: what was made from what |\n");
    out.push_str("\n## Apply\n");
    if has_template {
        apply_with_stack(&mut out, plan, artifacts);
    } else {
        out.push('\n');
    }
    if any_attached {
        apply_by_owners(&mut out, plan, has_template);
    }
    servers(&mut out, plan, &has);
    if has_template {
        if any_attached {
            to_distributions(&mut out, plan);
        }
        readme_own::afterwards(&mut out, plan);
        parameters(&mut out, plan);
    }
    out.push_str("\n## Not done here\n\n");
    out.push_str(match (has_template, any_attached) {
        (true, true) => NOT_DONE,
        (true, false) => readme_own::NOT_DONE,
        (false, _) => NOT_DONE_FOR_BUCKETS,
    });
    Artifact::file("README.md", out)
}

/// For templates that are too large to be sent along.
const UPLOAD: &str = " \\\n  --s3-bucket BUCKET-FOR-TEMPLATES";

const WHY_FRAGMENTS: &str = "\
`template.yaml` creates the CloudFront policies and the origin access control. It does not create, and cannot change,
the bucket and the distribution: they exist, and a CloudFormation stack sets properties only of its own resources. CORS
rules are a property of `AWS::S3::Bucket` and behaviours are a property of `AWS::CloudFront::Distribution`, so these
come as fragments for the templates that own them.
";

const WHY_NO_TEMPLATE: &str = "\
There is no `template.yaml`: browsers talk to S3 directly here, so there are no CloudFront policies to create, and
CloudFormation refuses a template without a resource. CORS rules are a property of `AWS::S3::Bucket`, which only the
stack that owns the bucket can set: they come as a fragment for its template, and as a payload for the AWS CLI.
";

const BUCKET_RULES: &str = "\
CORS rules: where a template owns the bucket, paste the fragment there. Otherwise, and only then (the next deployment of
that template would take them back), put the payload; it replaces all rules of the bucket.
";

const BUCKET_POLICIES: &str = "
Policy: the bucket must let the distribution in, and so must its key, where there is one. Add the statements of the
fragment to theirs. A bucket has one policy, so the stack leaves it alone by default; where nobody else needs a statement
in it, the mode `replace` makes the stack its owner, once the distribution's id is known. Set back to `leave`, the policy
stays as it is. The fragments speak of a distribution in the account of the bucket or key; for another account, write
its number in place of `${AWS::AccountId}`.
";

const DISTRIBUTION: &str = "
### 3. The distributions

Last, because from now on browsers see the difference. The fragment takes the policies' ids from the stack's exports:
add a parameter `CorsynthStackName` (`Type: String`) to the distribution's template and give it the name of the stack of
step 1. Imports work within one account and region; where the distribution's stack is in another region, write the
stack's outputs in place of each `Fn::ImportValue`. Keep the order of `CacheBehaviors`: the first that matches wins.
After a change of the bucket's CORS rules or of what is forwarded, invalidate; a change of a response headers policy
alone needs none.

";

const NARROW: &str = "
To take something away, go the other way round: distribution first, then the buckets, then the stack, then invalidate.
CloudFormation helps: it refuses to delete a policy that another stack still imports.
";

const NOT_DONE: &str = "\
- Behaviours of other paths, certificates, logging, WAF and the rest of the distribution belong to its owner.
- Public access block, ownership and encryption of the buckets are not touched.
- Invalidation is a command, not a resource.
";

const NOT_DONE_FOR_BUCKETS: &str = "\
- Public access block, ownership, encryption and policy of the buckets are not touched.
";

/// Rules and statements that the owners of buckets take over.
fn apply_by_owners(out: &mut String, plan: &Plan, has_template: bool) {
    out.push_str(BUCKET_RULES);
    if has_template {
        out.push_str(BUCKET_POLICIES);
    }
    out.push('\n');
    for asset in plan.assets.iter().filter(|asset| asset.owned.is_none()) {
        apply_to_bucket(out, asset);
    }
}

/// Behaviours that the owners of distributions take over.
fn to_distributions(out: &mut String, plan: &Plan) {
    out.push_str(DISTRIBUTION);
    let attached = plan.assets.iter().filter(|asset| asset.owned.is_none());
    for (asset, cdn) in attached.filter_map(|asset| Some((asset, asset.cdn.as_ref()?))) {
        apply_behaviors(out, asset, cdn);
    }
    out.push_str(NARROW);
}

fn files(out: &mut String, asset: &AssetPlan, has: &impl Fn(&str) -> bool) {
    let bucket = match &asset.origin {
        AssetOrigin::Bucket(bucket) => format!("bucket {}", cell(&bucket.name)),
        AssetOrigin::Custom(custom) => format!("server {}", cell(&custom.domain_name)),
    };
    let rows = [
        (fragment::cors_path(asset), format!("the template of {bucket}: its CORS rules")),
        (fragment::cors_payload_path(asset), format!("`aws s3api put-bucket-cors`: the same rules for {bucket}")),
        (fragment::behaviors_path(asset), format!("the template of the distribution in front of {bucket}")),
        (fragment::bucket_policy_path(asset), format!("the template of {bucket}: statements of its policy")),
        (fragment::contract_path(asset), format!("whoever runs {bucket}: the CORS rules by which it answers")),
        (fragment::key_policy_path(asset), format!("the template of the key of {bucket}: statements of its policy")),
    ];
    for (path, to) in rows.iter().filter(|(path, _)| has(path)) {
        let _ = writeln!(out, "| `{path}` | {to} |");
    }
}

fn apply_with_stack(out: &mut String, plan: &Plan, artifacts: &[Artifact]) {
    let stack = argument(&plan.name, "STACK");
    // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
    let large = artifacts.iter().any(|a| a.path == template::PATH && a.contents.len() > 51_200);
    let any_attached = plan.assets.iter().any(|asset| asset.owned.is_none());
    if !any_attached {
        readme_own::region(out, plan);
        let _ = write!(
            out,
            "
```sh
aws cloudformation deploy --stack-name {stack} --template-file {}{}
```
",
            template::PATH,
            if large { UPLOAD } else { "" }
        );
        return;
    }
    let upload = if large { UPLOAD } else { "" };
    let _ = write!(
        out,
        "
In this order; each step widens what is allowed and breaks nothing that works.

### 1. The stack

No capabilities are needed. CloudFront is global; the fragments of step 3 import from this stack, so deploy it in the
region of the distribution's stack.

```sh
aws cloudformation deploy --stack-name {stack} --template-file {}{upload}
```
",
        template::PATH
    );
    if store::functions(plan).next().is_some() {
        let _ = write!(
            out,
            "
The stack makes key value stores for origins that the code of functions has no room for, and makes them empty: a
template cannot say what is in a store. Until it is filled, a function allows nothing to the origins that should be there;
it never allows more. So fill them before a distribution uses the functions, and again after every change:

```sh
./{fill} {stack}
```

It makes the stores say exactly what the files say, and takes away what else is there. Before an update of the stack that
changes rules, `./{fill} --add {stack}` first: then what is allowed before and after is never refused in between. You need
bash, `jq`, and an `aws` that signs requests to all regions (version 2, or version 1 with `awscrt`). Changes reach the edge
locations within seconds.
",
            fill = store::FILL
        );
    }
    readme_own::region(out, plan);
    out.push_str("\n### 2. The buckets\n\n");
}

fn apply_to_bucket(out: &mut String, asset: &AssetPlan) {
    let Some(bucket) = asset.bucket() else { return };
    let _ = writeln!(out, "- {}:", code(&bucket.name));
    if asset.cors.is_some() {
        let _ = write!(
            out,
            "  - rules: `{}`, or

    ```sh
    aws s3api put-bucket-cors --region {} --bucket {} --cors-configuration file://{}
    ```

",
            fragment::cors_path(asset),
            argument(&bucket.region, "REGION"),
            argument(&bucket.name, "BUCKET"),
            fragment::cors_payload_path(asset),
        );
    }
    let Some(cdn) = &asset.cdn else { return };
    if !cdn.bucket_policy.is_empty() {
        let mode = AssetNames::of(asset).bucket_policy_mode();
        let (path, region) = (fragment::bucket_policy_path(asset), code(&bucket.region));
        let _ = writeln!(out, "  - policy: `{path}`, or `{mode}=replace` in a stack in {region}");
    }
    if !cdn.key_policy.is_empty() {
        let key = code(bucket.kms_key.as_deref().unwrap_or("of the bucket"));
        let _ = writeln!(out, "  - policy of the key {key}: `{}`", fragment::key_policy_path(asset));
    }
}

/// What servers have to do, where they have a part in it.
fn servers(out: &mut String, plan: &Plan, has: &impl Fn(&str) -> bool) {
    let with_contract: Vec<_> = plan.assets.iter().filter(|asset| has(&fragment::contract_path(asset))).collect();
    if with_contract.is_empty() {
        return;
    }
    out.push_str("\nServers of your own keep a contract, before the distribution's behaviours rely on it:\n\n");
    for asset in with_contract {
        let domain = asset.custom_origin().map_or("", |custom| &custom.domain_name);
        let _ = writeln!(out, "- {}: `{}`", code(domain), fragment::contract_path(asset));
    }
    let _ = writeln!(out, "\n{}", contract::MEANING);
}

fn apply_behaviors(out: &mut String, asset: &AssetPlan, cdn: &Cdn) {
    let _ = write!(out, "- `{}`: into the `DistributionConfig` of ", fragment::behaviors_path(asset));
    if let Some(id) = &cdn.distribution {
        out.push_str(&code(id));
    } else {
        let behind = match &asset.origin {
            AssetOrigin::Bucket(bucket) => &bucket.name,
            AssetOrigin::Custom(custom) => &custom.domain_name,
        };
        let _ = write!(out, "the distribution in front of {}", code(behind));
    }
    if !cdn.aliases.is_empty() {
        let aliases: Vec<_> = cdn.aliases.iter().map(|alias| code(alias)).collect();
        let _ = write!(out, ", which answers to {}", aliases.join(", "));
    }
    out.push('\n');
    if cdn.invalidation_paths.is_empty() {
        return;
    }
    let paths: Vec<_> = cdn.invalidation_paths.iter().map(|path| quoted_argument(path)).collect();
    let _ = write!(
        out,
        "
  ```sh
  aws cloudfront create-invalidation --distribution-id {} --paths {}
  ```

",
        argument(cdn.distribution.as_deref().unwrap_or_default(), "DISTRIBUTION"),
        paths.join(" "),
    );
}

fn parameters(out: &mut String, plan: &Plan) {
    out.push_str("\n## Parameters\n\n| parameter | default | meaning |\n|---|---|---|\n");
    for parameter in template::parameters(plan).iter().flat_map(|(_, group)| group) {
        let default = match parameter.default.as_deref() {
            None => "none".to_owned(),
            Some("") => "empty".to_owned(),
            Some(default) => cell(default),
        };
        let _ = writeln!(out, "| `{}` | {default} | {} |", parameter.name, escaped(&parameter.description));
    }
}

/// Prose of ours that may hold a word of the plan, in a cell of a table.
fn escaped(prose: &str) -> String {
    let special = |c: char| if "\\*_[]<>|&#$".contains(c) { vec!['\\', c] } else { vec![c] };
    prose.chars().filter(|c| !c.is_control()).flat_map(special).collect()
}
