//! `Plan` to the bundle's `README.md`.

use crate::markdown::code;
use std::fmt::Write as _;

use serde_json::Value;

use super::super::artifact::{Artifact, Stamp};
use super::super::contract;
use super::layout;
use crate::plan::{AssetOrigin, AssetPlan, Plan};

const HOW_TO: &str = include_str!("scripts/README.md");

const STORES: &str = "
## Key value stores

`<asset>/function*.store.json` has the origins that the code of a function has no room for. `apply.sh` makes a store of the
function's name for them. While it *widens*, the store has the keys of the rules of before and of now; while it *narrows*,
those of before go, and what somebody else put there. Changes reach the edge locations within seconds.

`aws cloudfront-keyvaluestore` signs requests to all regions: that needs version 2 of the AWS CLI, or version 1 with
`awscrt`. A store that is not needed any more stays until you delete it.
";

pub(super) fn readme(plan: &Plan, stamp: &Stamp, permissions: &Value) -> Artifact {
    let mut text = stamp.html_comment();
    line_to(&mut text, &format!("# CORS of {}", code(&plan.name)));
    text.push('\n');
    if let Some(owner) = &plan.owner {
        line_to(&mut text, &format!("Owner: {}", code(owner)));
        text.push('\n');
    }
    text.push_str("## What is in it\n\n");
    for asset in &plan.assets {
        line_to(&mut text, &about(asset));
    }
    text.push('\n');
    if plan.assets.iter().any(|asset| asset.custom_origin().is_some_and(|custom| !custom.contract.is_empty())) {
        text.push_str("## What the servers must answer\n\n`<asset>/origin-contract.json` has the rules. ");
        text.push_str(contract::MEANING);
        text.push_str("\n`verify.sh` asks for it, through the distribution.\n\n");
    }
    text.push_str(HOW_TO);
    if plan.assets.iter().filter_map(|asset| asset.cdn.as_ref()).flat_map(|cdn| &cdn.functions).any(|f| f.config.stored)
    {
        text.push_str(STORES);
    }
    text.push_str("\n## Permissions\n\n");
    text.push_str("`iam-policy.json` is a policy for whoever runs `apply.sh` and `rollback.sh`. Its actions:\n\n");
    let statements = permissions["Statement"].as_array().into_iter().flatten();
    for action in statements.filter_map(|s| s["Action"].as_array()).flatten().filter_map(Value::as_str) {
        line_to(&mut text, &format!("- {}", code(action)));
    }
    text.push_str(
        "\n`plan.sh` needs only those that begin with `Get`, `List` or `Describe`, `verify.sh` none. Without a known\n\
         account or distribution the policy's ARNs hold `*`: narrow them. An overridden bucket needs its own ARN there.\n",
    );
    Artifact::file("README.md", text)
}

fn about(asset: &AssetPlan) -> String {
    let bucket = match &asset.origin {
        AssetOrigin::Bucket(bucket) => format!("bucket {} in {}", code(&bucket.name), code(&bucket.region)),
        AssetOrigin::Custom(custom) => format!("server {}", code(&custom.domain_name)),
    };
    let front = match asset.cdn.as_ref().map(|cdn| &cdn.distribution) {
        None => "which browsers ask directly".to_owned(),
        Some(Some(distribution)) => format!("behind distribution {}", code(distribution)),
        Some(None) => format!(
            "behind a distribution that the intent does not name: set {}",
            code(&layout::variable("DISTRIBUTION", &asset.id))
        ),
    };
    format!("- {}: {bucket}, {front}.", code(&asset.id))
}

fn line_to(text: &mut String, line: &str) {
    let _ = writeln!(text, "{line}");
}
