//! For people.

use super::super::paint::Paint;
use super::super::printable::printable;
use super::words;
use crate::cost::{AssetCost, BehaviorCost, Cost, QuotaUse};

/// The report, with a newline at its end; with ANSI styles when `styled`.
pub fn cost_human(cost: &Cost, styled: bool) -> String {
    let paint = Paint(styled);
    let mut lines: Vec<String> = Vec::new();
    for asset in &cost.assets {
        lines.push(paint.bold(&printable(&format!("asset `{}`", asset.asset))));
        lines.extend(of_asset(asset, paint));
        lines.push(String::new());
    }
    let mut part = |title: &str, told: Vec<String>| {
        lines.push(paint.bold(title));
        lines.extend(told.iter().map(|line| format!("  {}", printable(line))));
        lines.push(String::new());
    };
    part("quotas: used of the default; what else is in the account counts, too", quotas(&cost.quotas));
    part("functions", words::functions(&cost.functions));
    if let Some(invalidations) = &cost.invalidations {
        part("invalidations", words::invalidations(invalidations));
    }
    lines.pop();
    lines.into_iter().map(|line| line + "\n").collect()
}

fn of_asset(asset: &AssetCost, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    let told = |depth: usize, name: &str, text: &str| {
        format!("{}{}: {}", "  ".repeat(depth), paint.bold(name), printable(text))
    };
    if asset.behaviors.is_empty() {
        lines.push(told(1, "cache", "none: browsers talk to S3"));
    }
    for behavior in &asset.behaviors {
        lines.extend(of_behavior(behavior).iter().map(|(depth, name, text)| told(*depth, name, text)));
    }
    for switch in &asset.switches {
        let verdict = match &switch.obstacle {
            None => format!("`{}` is possible here: {}", switch.setting, switch.effect),
            Some(why) => format!("`{}` is not possible here ({}): {}", switch.setting, why.code, why.message),
        };
        lines.push(told(1, "for fewer copies", &verdict));
    }
    for preflights in &asset.preflights {
        lines.push(told(1, &words::grant(preflights), &words::due(preflights)));
        lines.extend(words::browsers(preflights).iter().map(|line| format!("    {line}")));
    }
    if !asset.invalidation_paths.is_empty() {
        lines.push(told(1, "invalidated by a change of its CORS rules", &code(&asset.invalidation_paths)));
    }
    lines
}

/// Depth, name and text of each line.
fn of_behavior(behavior: &BehaviorCost) -> Vec<(usize, String, String)> {
    let title = format!("`{}`", printable(words::path(behavior)));
    if !behavior.cached {
        return vec![(1, title, "nothing is cached".to_owned())];
    }
    let factors = |factors: &[crate::cost::Factor]| -> Vec<(usize, String, String)> {
        factors.iter().map(|factor| (3, factor.header.to_owned(), words::factor(factor))).collect()
    };
    let mut lines =
        vec![(1, title, "cached".to_owned()), (2, "copies of an object".to_owned(), words::copies(behavior))];
    lines.extend(factors(&behavior.objects));
    lines.push((2, "hit ratio".to_owned(), words::hit_ratio(behavior)));
    if !behavior.preflights.is_empty() {
        lines.push((2, "copies of a preflight's answer".to_owned(), words::preflight_copies(behavior)));
        lines.extend(factors(&behavior.preflights));
    }
    lines
}

fn code(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

/// A table, in columns.
fn quotas(quotas: &[QuotaUse]) -> Vec<String> {
    let mut rows = vec![["what", "in", "used", "quota", "adjustable"].map(ToOwned::to_owned)];
    rows.extend(quotas.iter().map(|row| {
        let [used, quota] = [row.used, row.quota].map(|count| count.to_string());
        [row.what.to_owned(), row.scope.clone(), used, quota, row.adjustable.as_str().to_owned()]
    }));
    let mut widths = [0; 5];
    for row in &rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.chars().count());
        }
    }
    let line = |row: &[String; 5]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(text, width)| format!("{text:width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
