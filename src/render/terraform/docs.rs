//! `README.md` of the module: a plan in, Markdown out, in which no text from the plan is markup.

use std::fmt::Write as _;

use ::hcl::expr::Expression;
use ::hcl::structure::{Attribute, Body, Structure};

use super::example::all_providers;
use super::hcl::{self, at, attribute, blank, block, map, path, text, texts};
use super::region::{self, Region};
use super::variables::Variable;
use super::{OUTPUTS, Part, bucket_cdns, custom, lambda, resources, s3, versions};
use crate::plan::{AssetOrigin, AssetPlan, CacheBehavior, Plan, PolicyRef, TrustedKeyGroups};
use crate::render::artifact::Stamp;
use crate::render::{contract, function};

pub(super) fn readme(plan: &Plan, stamp: &Stamp, regions: &[Region<'_>], variables: &[Variable], part: Part) -> String {
    let mut out = stamp.html_comment();
    out.push_str(&purpose(plan, part));
    out.push_str(&configured(plan, part));
    if part == Part::Whole {
        out.push_str(&usage(plan, regions));
        out.push_str(&adoption(plan, regions));
    }
    out.push_str(LIMITS);
    out.push_str(&reference(plan, variables));
    out
}

fn purpose(plan: &Plan, part: Part) -> String {
    let mut out = format!("# {}: CORS for S3 and CloudFront\n\n", prose(&plan.name));
    out.push_str(match part {
        Part::Whole => "\
         This module lets the web origins of one intent read from, or upload to, existing S3 buckets, directly and through\n\
         existing CloudFront distributions. It configures the buckets' CORS rules and makes the policies that the\n\
         distributions' cache behaviors use. The intent is the source: `locals.tf` is what it compiles to.\n\n",
        Part::Buckets => "\
         This module is one of two: what belongs to the buckets. It configures their CORS rules, and has the statements that\n\
         let in the distributions that it is told. The other one is beside it, for the state of the CDN.\n\n",
        Part::Cdn => "\
         This module is one of two: what belongs to the CDN. It makes the policies that the distributions' cache behaviors\n\
         use. The other one is beside it, for the state of the buckets.\n\n",
    });
    if let Some(owner) = &plan.owner {
        let _ = writeln!(out, "Owner: {}\n", prose(owner));
    }
    out
}

fn configured(plan: &Plan, part: Part) -> String {
    let mut out = String::from("## What is configured\n\n");
    out.push_str(&table(
        &["Asset", "Bucket", "Region", "Distribution"],
        plan.assets.iter().map(|asset| {
            let distribution = match &asset.cdn {
                None => "none: browsers talk to S3".to_owned(),
                Some(cdn) => cdn.distribution.as_deref().map_or("named by the caller".to_owned(), data),
            };
            match &asset.origin {
                AssetOrigin::Bucket(bucket) => {
                    vec![data(&asset.id), data(&bucket.name), data(&bucket.region), distribution]
                }
                AssetOrigin::Custom(custom) => {
                    vec![
                        data(&asset.id),
                        format!("none: the server {}", data(&custom.domain_name)),
                        "none".to_owned(),
                        distribution,
                    ]
                }
            }
        }),
    ));
    for asset in &plan.assets {
        out.push_str(&configured_asset(asset, part));
    }
    out
}

fn configured_asset(asset: &AssetPlan, part: Part) -> String {
    let mut out = format!("\n### {}\n\n", prose(&asset.id));
    match s3::rules(asset) {
        None if asset.bucket().is_none() => out.push_str(&server(asset)),
        None if part == Part::Cdn => out.push_str("The bucket is another state's.\n"),
        None => out.push_str("The bucket's CORS configuration is left alone.\n"),
        Some(rules) => {
            out.push_str("CORS rules of the bucket:\n\n");
            out.push_str(&table(
                &["Rule", "Origins", "Methods", "Request headers", "Exposed headers", "Preflight cached"],
                rules.iter().map(|rule| {
                    vec![
                        data(&rule.id),
                        each(&rule.allowed_origins),
                        each(&rule.allowed_methods),
                        each(&rule.allowed_headers),
                        each(&rule.expose_headers),
                        format!("{} s", rule.max_age_seconds),
                    ]
                }),
            ));
        }
    }
    if let Some(cdn) = asset.cdn.as_ref().filter(|_| part.has_cdn()) {
        out.push_str("\nCache behaviors of the distribution:\n\n");
        let mut heads = vec!["Path", "Methods", "Cache policy", "Origin request policy", "Response headers policy"];
        let runs = cdn.behaviors.iter().any(|behavior| function::associations(behavior).next().is_some());
        let asks = cdn.behaviors.iter().any(|behavior| behavior.trusted_key_groups != TrustedKeyGroups::None);
        heads.extend(runs.then_some("Functions"));
        heads.extend(asks.then_some("Signatures"));
        out.push_str(&table(
            &heads,
            cdn.behaviors.iter().map(|of| {
                let mut cells = behavior(of);
                cells.extend(runs.then(|| functions(of)));
                cells.extend(asks.then(|| signatures(&of.trusted_key_groups)));
                cells
            }),
        ));
    }
    out
}

/// The server, and what it must answer.
fn server(asset: &AssetPlan) -> String {
    let Some(custom) = asset.custom_origin() else { return String::new() };
    let mut out = format!(
        "A server, {}, which the distribution asks over https on port {}.\n\n",
        data(&custom.domain_name),
        custom.https_port
    );
    if custom.contract.is_empty() {
        out.push_str("It has no part in CORS, and must send no `Access-Control-*` header of its own.\n");
        return out;
    }
    let _ = writeln!(out, "The contract of the server:\n\n{}", contract::MEANING);
    out.push_str(&table(
        &["Origins", "Methods", "Request headers", "Exposed headers", "Preflight cached", "Credentials"],
        custom.contract.iter().map(|rule| {
            vec![
                each(&rule.allowed_origins),
                each(&rule.allowed_methods),
                each(&rule.allowed_headers),
                each(&rule.expose_headers),
                format!("{} s", rule.max_age_seconds),
                if rule.allow_credentials { "allowed" } else { "no" }.to_owned(),
            ]
        }),
    ));
    out
}

fn behavior(behavior: &CacheBehavior) -> Vec<String> {
    let policy = |policy: Option<&PolicyRef>| match policy {
        None => "none".to_owned(),
        Some(PolicyRef::Managed(managed)) => format!("AWS managed {}", data(managed.name)),
        Some(PolicyRef::Own(id)) => data(&id.key()),
    };
    vec![
        behavior.path_pattern.as_deref().map_or("default".to_owned(), data),
        behavior.allowed_methods.methods().join(", "),
        policy(Some(&behavior.cache_policy)),
        policy(behavior.origin_request_policy.as_ref()),
        policy(behavior.response_headers_policy.as_ref()),
    ]
}

/// What runs on a behaviour.
fn functions(behavior: &CacheBehavior) -> String {
    let each = function::associations(behavior).map(|(event, id)| format!("{} on {event}", data(&id.key())));
    let lambda =
        behavior.origin_response.iter().map(|id| format!("{} on origin-response (Lambda@Edge)", data(&id.key())));
    let all: Vec<String> = each.chain(lambda).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// Whose signatures a request needs.
fn signatures(groups: &TrustedKeyGroups) -> String {
    match groups {
        TrustedKeyGroups::None => "none needed".to_owned(),
        TrustedKeyGroups::Ids(ids) => format!("of {}", each(ids)),
        TrustedKeyGroups::Parameter => "of `key_group_ids`".to_owned(),
    }
}

fn usage(plan: &Plan, regions: &[Region<'_>]) -> String {
    let providers = region::with_edge(plan);
    let mut body = vec![attribute("source", text("./path/to/this/module"))];
    if providers.iter().any(|region| region.aliased) {
        body.push(attribute("providers", all_providers(&providers)));
    }
    let unnamed = bucket_cdns(plan).filter(|(_, cdn)| cdn.distribution.is_none());
    let arn = format!("arn:{}:cloudfront::111122223333:distribution/E2EXAMPLE", super::partition(plan));
    let arns: Vec<_> = unnamed.map(|(asset, _)| (asset.id.clone(), texts([arn.as_str()]))).collect();
    if !arns.is_empty() {
        body.extend([blank(), attribute("distribution_arns", map(arns))]);
    }
    let mut out = format!("\n## Usage\n\n{}", fence(vec![block("module", &["cors"], body)]));
    let alone = "`terraform validate` in this folder itself knows no such provider and says\n\
                 `Provider configuration not present` (https://github.com/hashicorp/terraform/issues/28490): validate a root,\n\
                 such as `examples/complete`.\n";
    if regions.iter().any(|region| region.aliased) {
        let _ = write!(
            out,
            "\nThe buckets are in several regions, and each region has a provider of its own; the default provider is used for\n\
             CloudFront, which is global. {alone}"
        );
    } else if plan.has_lambda() {
        let _ =
            write!(out, "\nLambda@Edge is made in us-east-1 only, for which there is a provider of its own. {alone}");
    }
    out.push_str(
        "\n`examples/complete` is a whole root module that also makes the buckets and the distributions, and shows how the\n\
         output `cache_behaviors` fills `ordered_cache_behavior` blocks. `terraform test` (Terraform 1.7 or later) runs\n\
         `tests/` without an AWS account.\n",
    );
    out
}

fn adoption(plan: &Plan, regions: &[Region<'_>]) -> String {
    let mut out = String::from(
        "\n## Adoption in two steps\n\n\
         1. Apply the module. It writes the buckets' CORS configuration and makes policies that nothing uses yet.\n\
         \x20  A bucket has exactly one CORS configuration: where it has one already, compare it with `cors_rules` and import it\n\
         \x20  first; where a bucket resource has inline `cors_rule` blocks, take them out.\n\
         2. In the configuration of each distribution, use `origin_access_control_ids` for the origin and `cache_behaviors` for\n\
         \x20  the paths. Add `bucket_policy_json` to the bucket's policy (or set `manage_bucket_policy`) and `key_policy_json` to the\n\
         \x20  key's *before* the distribution signs its requests. Then invalidate `invalidation_paths`, because what is cached\n\
         \x20  keeps the headers that it was stored with.\n",
    );
    out.push_str(
        "\n`examples/adopt` is a root module that imports what is named to it (Terraform 1.7 or later), so that the plan shows\n\
         what of it would change before anything does. Import a policy only where nothing but these behaviors uses it: it is\n\
         changed in place. Otherwise let the module make its own, and switch the behaviors.\n",
    );
    let import = plan.assets.iter().find_map(|asset| s3::rules(asset).and_then(|_| Some((asset, asset.bucket()?))));
    if let Some((asset, bucket)) = import {
        let label = region::label(regions, &bucket.region);
        let to = at(path(["module", "cors", resources::CORS, label]), text(&asset.id));
        out.push_str("\nA lone import, for one bucket:\n\n");
        out.push_str(&fence(vec![block("import", &[], [attribute("to", to), attribute("id", text(&bucket.name))])]));
    }
    if custom::any(plan) {
        out.push_str(
            "\nOf a server the distribution has an origin of its own: `custom_origins` has its members. Bring the server to its\n\
             contract (`origin_contracts`) before the behaviors use it.\n",
        );
    }
    out.push_str(
        "\nWhen narrowing access, go the other way: the distribution first, then the bucket.\n\n\
         Where an asset or a path gets another id, or the buckets come to be in several regions, the addresses of resources\n\
         change. `corsynth emit` into the folder of the earlier output then adds `moved.tf`, and nothing is replaced.\n",
    );
    out
}

const LIMITS: &str = "
## What this module does not do

- It makes no bucket and no distribution, and changes no cache behavior: those belong to their owners.
- It does not make objects readable. CORS decides which pages may read an answer, not who gets one.
- It never writes a key policy, and writes a bucket policy only when told to.
- It does not invalidate anything.
- It reads the account and the region of the providers only to warn when they are not the intent's.
";

fn reference(plan: &Plan, variables: &[Variable]) -> String {
    let mut out = String::from("\n<!-- BEGIN_TF_DOCS -->\n## Requirements\n\n");
    out.push_str(&table(
        &["Name", "Version"],
        [("terraform", versions::TERRAFORM), ("aws", versions::provider(plan))]
            .map(|(name, version)| vec![name.to_owned(), prose(version)]),
    ));
    out.push_str("\n## Inputs\n\n");
    out.push_str(&table(
        &["Name", "Description", "Type", "Default", "Required"],
        variables.iter().map(|variable| {
            vec![
                variable.name.to_owned(),
                variable.description.clone(),
                data(variable.kind),
                data(&hcl::inline(&variable.default)),
                "no".to_owned(),
            ]
        }),
    ));
    out.push_str("\n## Outputs\n\n");
    out.push_str(&table(&["Name", "Description"], {
        let more = if custom::any(plan) { outputs(custom::OUTPUTS) } else { Vec::new() };
        let more = more.into_iter().chain(if plan.has_lambda() { outputs(lambda::RESOURCES) } else { Vec::new() });
        outputs(OUTPUTS).into_iter().chain(more).map(|(name, about)| vec![name, about])
    }));
    out.push_str("<!-- END_TF_DOCS -->\n");
    out
}

/// Name and description of each output, read from the file that declares them.
fn outputs(text: &str) -> Vec<(String, String)> {
    let Body(structures) = ::hcl::parse(text).unwrap_or_default();
    let blocks = structures.into_iter().filter_map(|structure| match structure {
        Structure::Block(block) => Some(block),
        Structure::Attribute(_) => None,
    });
    let blocks = blocks.filter(|block| block.identifier.as_str() == "output");
    blocks
        .filter_map(|block| {
            let name = block.labels.first()?.as_str().to_owned();
            let description = block.body.attributes().find(|attribute| attribute.key() == "description");
            match description.map(Attribute::expr) {
                Some(Expression::String(about)) => Some((name, about.clone())),
                _ => None,
            }
        })
        .collect()
}

fn fence(structures: Vec<Structure>) -> String {
    format!("```hcl\n{}```\n", super::print(structures))
}

fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&head.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>());
    out.push_str(&line(&vec!["---".to_owned(); head.len()]));
    out.extend(rows.into_iter().map(|row| line(&row)));
    out
}

fn each(items: &[String]) -> String {
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.iter().map(|item| data(item)).collect::<Vec<_>>().join(", ")
    }
}

/// Text from the plan: a code span where that is safe, escaped prose where it is not.
fn data(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " -_.,:;/*@=+()\"{}?&".contains(c);
    if !text.is_empty() && text.trim() == text && text.chars().all(plain) { format!("`{text}`") } else { prose(text) }
}

/// Text from the plan: every character that could be markup is escaped, as Markdown allows for any ASCII
/// punctuation. <https://spec.commonmark.org/0.31.2/#backslash-escapes>
fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            out.push(' ');
        } else if c.is_ascii_punctuation() && !".,:;-/@'()+=?".contains(c) {
            out.extend(['\\', c]);
        } else if c == ':' {
            // A bare URL would become a link.
            out.push_str("&#58;");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_plan_is_no_markup() {
        assert_eq!(data("https://*.acme.com"), "`https://*.acme.com`");
        assert_eq!(data("a|b`c"), "a\\|b\\`c");
        assert_eq!(prose("<!-- END_TF_DOCS -->\n# x"), "\\<\\!-- END\\_TF\\_DOCS --\\> \\# x");
    }

    #[test]
    fn every_output_is_described() {
        for text in [OUTPUTS, custom::OUTPUTS, lambda::RESOURCES] {
            assert_eq!(outputs(text).len(), format!("\n{text}").matches("\noutput \"").count());
        }
    }
}
