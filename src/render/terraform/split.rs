//! Two modules of one plan, for teams whose bucket and CDN are in two states: `bucket/` and `cdn/`. What one has to know of
//! the other is an output there and a variable here, and who hands it over is the caller's choice.

use std::fmt::Write as _;

use super::super::artifact::{Artifact, Stamp, Target, lock_file};
use super::super::earlier::Earlier;
use super::{Module, Part, module, moved};
use crate::markdown::code;
use crate::plan::{AssetPlan, Plan};
use serde_json::{Value, json};

const BUCKET: &str = "bucket";
const CDN: &str = "cdn";

/// Both modules, and how they go together. Each is whole by itself, with a lock file of its own.
pub(in super::super) fn render(plan: &Plan, stamp: &Stamp, earlier: &Earlier) -> Vec<Artifact> {
    let halves = [
        (BUCKET, module(&plan.of_buckets(), stamp, earlier, Part::Buckets)),
        (CDN, module(&plan.of_cdn(), stamp, earlier, Part::Cdn)),
    ];
    let mut artifacts = vec![Artifact::file("README.md", readme(plan, stamp))];
    let mut addresses = Vec::new();
    let mut identities = serde_json::Map::new();
    let mut moves = Vec::new();
    for (folder, half) in halves {
        let Module { artifacts: files, addresses: more, identities: others, moves: renamed } = half;
        let below = |file: Artifact| Artifact { path: format!("{folder}/{}", file.path), ..file };
        artifacts.extend(files.into_iter().map(below));
        // The halves have no resource in common.
        addresses.extend(more);
        if let Value::Object(others) = others {
            identities.extend(others);
        }
        moves.extend(renamed);
    }
    addresses.sort();
    let mut memory = vec![("layout", json!("split")), ("identities", Value::Object(identities))];
    if !moves.is_empty() {
        memory.push(("moved", moved::json(&moves)));
    }
    artifacts.push(lock_file(Target::Terraform, stamp, &artifacts, &addresses, memory));
    artifacts
}

fn readme(plan: &Plan, stamp: &Stamp) -> String {
    let mut out = stamp.html_comment();
    let is_owned = plan.assets.iter().any(|asset| asset.owned.is_some());
    // Writing to a string cannot fail.
    let _ = write!(out, "# {}: two modules for two states\n\n", code(&plan.name));
    out.push_str(WHAT);
    out.push_str(if is_owned { OWNED } else { ATTACHED });
    out.push_str("\n## Which asset needs both\n\n");
    for asset in &plan.assets {
        let _ = writeln!(out, "- {}: {}", code(&asset.id), needs(asset));
    }
    out.push_str(CHANGES);
    out
}

fn needs(asset: &AssetPlan) -> String {
    match (asset.bucket(), &asset.cdn) {
        (Some(bucket), Some(_)) => format!("both; the bucket answers at {}", code(&bucket.regional_domain_name())),
        (Some(_), None) => "`bucket` only".to_owned(),
        (None, _) => "`cdn` only".to_owned(),
    }
}

const WHAT: &str = "\
| module | belongs to | takes | gives |
|---|---|---|---|
| [`bucket`](bucket) | the state of the buckets: CORS rules, bucket policies, statements for policies of keys | `distribution_arns` | `key_policy_json` |
| [`cdn`](cdn) | the state of the CDN: policies, functions, what each path uses | nothing: where a bucket answers is its name and region | what its distributions use, or their ARNs |

Neither module knows where the other's state is. `terraform_remote_state`, a parameter store or a file of variables may carry
what is handed over: that is the caller's choice.
";

const OWNED: &str = "
## Order

`bucket/own` and `cdn/own` are the modules around the two, which make the buckets and the distributions: call these.

1. The buckets: `bucket/own`, without `distribution_arns`. Their policies let nobody in.
2. The CDN: `cdn/own`. CloudFront answers 403 until the next step.
3. The buckets again, with `distribution_arns`. From now on either state is applied by itself.

```hcl
# In the state of the CDN.
module \"cdn\" {
  source = \"./cdn/own\"
}

output \"distribution_arns\" {
  value = { for id, arn in module.cdn.distribution_arns : id => [arn] }
}

# In the state of the buckets.
variable \"distribution_arns\" {
  type    = map(list(string))
  default = {}
}

module \"bucket\" {
  source            = \"./bucket/own\"
  distribution_arns = var.distribution_arns
}
```

To take both away, begin with the CDN.
";

const ATTACHED: &str = "
## Order

1. The CDN: `cdn` makes the policies. The distributions, which exist, take `cache_behaviors`, `function_associations`,
   `trusted_key_groups` and `origin_access_control_ids` from it.
2. The buckets: `bucket`, with the ARN of each distribution that the intent does not name in `distribution_arns`.

```hcl
# In the state of the CDN.
module \"cdn\" {
  source = \"./cdn\"
}

# In the state of the buckets.
module \"bucket\" {
  source            = \"./bucket\"
  distribution_arns = var.distribution_arns
}
```
";

const CHANGES: &str = "
## Changes

What is newly granted: apply `bucket` first, then `cdn`. What is no longer granted: `cdn` first, then `bucket`. So nobody is
refused in between who is allowed before and after. A change of the bucket's rules shows once `invalidation_paths` (an output
of the CDN's module) are invalidated.
";
