//! `Plan` to the IAM policy of whoever runs the scripts: the actions that they call, on what they touch.

use serde_json::{Value, json};

use crate::plan::{Cdn, Plan};

/// The policy document. `plan.sh` needs only its `Get*`, `List*` and `Describe*` actions.
pub(super) fn policy(plan: &Plan) -> Value {
    let cdns: Vec<_> = plan.assets.iter().filter_map(|asset| Some((asset, asset.cdn.as_ref()?))).collect();
    let mut statements = Vec::new();
    let mut allow = |sid: &str, actions: Vec<String>, mut resources: Vec<String>| {
        resources.sort();
        resources.dedup();
        if !actions.is_empty() && !resources.is_empty() {
            statements.push(json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources }));
        }
    };
    let all = || vec!["*".to_owned()];

    allow("Identity", words(&["sts:GetCallerIdentity"]), all());
    allow(
        "BucketCors",
        // Deleting a bucket's CORS configuration is PutBucketCORS, too.
        // <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html>
        words(&["s3:GetBucketCORS", "s3:PutBucketCORS"]),
        plan.assets.iter().filter(|a| a.cors.is_some()).filter_map(|a| Some(a.bucket()?.arn())).collect(),
    );
    allow(
        "BucketPolicy",
        words(&["s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"]),
        cdns.iter()
            .filter(|(_, cdn)| !cdn.bucket_policy.is_empty())
            .filter_map(|(a, _)| Some(a.bucket()?.arn()))
            .collect(),
    );
    allow(
        "KeyPolicy",
        words(&["kms:GetKeyPolicy", "kms:PutKeyPolicy"]),
        cdns.iter()
            .filter(|(_, cdn)| !cdn.key_policy.is_empty())
            .filter_map(|(a, _)| a.bucket()?.kms_key.clone())
            .collect(),
    );
    allow("NamedPolicies", policy_actions(&cdns.iter().map(|(_, cdn)| *cdn).collect::<Vec<_>>()), all());
    allow(
        "Distribution",
        words(&[
            "cloudfront:CreateInvalidation",
            "cloudfront:GetDistribution",
            "cloudfront:GetInvalidation",
            "cloudfront:UpdateDistribution",
        ]),
        cdns.iter()
            .map(|(asset, cdn)| {
                let account = asset.bucket().and_then(|bucket| bucket.account.as_deref()).unwrap_or("*");
                let id = cdn.distribution.as_deref().unwrap_or("*");
                // The CDN of a custom origin is that of the commercial regions.
                let partition = asset.bucket().map_or("aws", |bucket| bucket.partition.arn());
                format!("arn:{partition}:cloudfront::{account}:distribution/{id}")
            })
            .collect(),
    );
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Create, delete, get, list and update each kind of policy that the plan has.
fn policy_actions(cdns: &[&Cdn]) -> Vec<String> {
    let kinds = [
        ("CachePolicy", "CachePolicies", cdns.iter().any(|c| !c.cache_policies.is_empty())),
        ("OriginAccessControl", "OriginAccessControls", cdns.iter().any(|c| c.origin_access_control.is_some())),
        ("OriginRequestPolicy", "OriginRequestPolicies", cdns.iter().any(|c| !c.origin_request_policies.is_empty())),
        (
            "ResponseHeadersPolicy",
            "ResponseHeadersPolicies",
            cdns.iter().any(|c| !c.response_headers_policies.is_empty()),
        ),
    ];
    let mut actions: Vec<_> = kinds
        .into_iter()
        .filter(|(_, _, used)| *used)
        .flat_map(|(one, many, _)| {
            ["Create", "Delete", "Get", "Update"]
                .map(|verb| format!("cloudfront:{verb}{one}"))
                .into_iter()
                .chain([format!("cloudfront:List{many}")])
        })
        .collect();
    if cdns.iter().any(|c| !c.functions.is_empty()) {
        let verbs = ["Create", "Delete", "Describe", "Get", "Publish", "Update"];
        actions.extend(verbs.map(|verb| format!("cloudfront:{verb}Function")));
    }
    if cdns.iter().flat_map(|c| &c.functions).any(|function| function.config.stored) {
        actions.extend(["Create", "Delete", "Describe"].map(|verb| format!("cloudfront:{verb}KeyValueStore")));
        let keys = ["DescribeKeyValueStore", "ListKeys", "UpdateKeys"];
        actions.extend(keys.map(|action| format!("cloudfront-keyvaluestore:{action}")));
    }
    actions.sort();
    actions
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}
