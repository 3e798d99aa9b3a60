//! For pull requests: tables that a bot can post. Text of the user stands in code spans.

use super::super::printable::printable;
use super::words;
use crate::cost::{AssetCost, Cost, Factor};
use crate::markdown::{cell, code};

/// The report in GitHub's Markdown, with a newline at its end.
pub fn cost_markdown(cost: &Cost) -> String {
    let environment = cost.environment.as_deref().map_or_else(String::new, |name| format!(" in {}", span(name)));
    let mut lines = vec![format!("### Cost of {}{environment}", span(&cost.name)), String::new()];
    for asset in &cost.assets {
        lines.extend(of_asset(asset));
    }
    lines.extend(
        ["**Quotas**: used of the default; what else is in the account counts, too", ""].map(ToOwned::to_owned),
    );
    lines.extend(["| what | in | used | quota | adjustable |", "|---|---|---|---|---|"].map(ToOwned::to_owned));
    for row in &cost.quotas {
        let (used, adjustable) = (row.used, row.adjustable.as_str());
        let scope = in_cell(&row.scope);
        lines.push(format!("| {} | {scope} | {used} | [{}]({}) | {adjustable} |", row.what, row.quota, row.page));
    }
    let mut list = |title: &str, told: Vec<String>| {
        lines.extend([String::new(), format!("**{title}**"), String::new()]);
        lines.extend(told.iter().map(|line| format!("- {line}")));
    };
    list("Functions", words::functions(&cost.functions));
    if let Some(invalidations) = &cost.invalidations {
        list("Invalidations", words::invalidations(invalidations));
    }
    lines.join("\n") + "\n"
}

fn of_asset(asset: &AssetCost) -> Vec<String> {
    let mut lines = vec![format!("**Asset {}**", span(&asset.asset)), String::new()];
    if asset.behaviors.is_empty() {
        lines.extend(["No cache: browsers talk to S3.".to_owned(), String::new()]);
    } else {
        lines.extend(["| path | copies of an object | why |", "|---|---|---|"].map(ToOwned::to_owned));
    }
    for behavior in &asset.behaviors {
        let path = in_cell(words::path(behavior));
        if !behavior.cached {
            lines.push(format!("| {path} | none | nothing is cached |"));
            continue;
        }
        lines.push(format!("| {path} | {} | {} |", words::copies(behavior), reasons(&behavior.objects)));
        if !behavior.preflights.is_empty() {
            let copies = words::preflight_copies(behavior);
            lines.push(format!("| preflights of {path} | {copies} | {} |", reasons(&behavior.preflights)));
        }
    }
    if !asset.behaviors.is_empty() {
        lines.push(String::new());
    }
    for switch in &asset.switches {
        let setting = span(switch.setting);
        lines.push(match &switch.obstacle {
            None => format!("- for fewer copies: {setting} is possible here: {}", switch.effect),
            Some(why) => format!(
                "- for fewer copies: {setting} is not possible here ({}): {}",
                span(why.code),
                span(&why.message)
            ),
        });
    }
    for preflights in &asset.preflights {
        lines.push(format!("- {}: {}", words::grant(preflights), words::due(preflights)));
        lines.extend(words::browsers(preflights).iter().map(|line| format!("  - {line}")));
    }
    if !asset.invalidation_paths.is_empty() {
        let paths: Vec<String> = asset.invalidation_paths.iter().map(|path| span(path)).collect();
        lines.push(format!("- invalidated by a change of its CORS rules: {}", paths.join(", ")));
    }
    lines.push(String::new());
    lines
}

/// Reasons hold origins in backticks, which hold neither bars nor backticks.
fn reasons(factors: &[Factor]) -> String {
    let reason = |factor: &Factor| format!("{}: {}", in_cell(factor.header), words::factor(factor));
    factors.iter().map(reason).collect::<Vec<_>>().join("<br>")
}

fn span(text: &str) -> String {
    code(&printable(text))
}

fn in_cell(text: &str) -> String {
    cell(&printable(&text.replace('`', "")))
}
