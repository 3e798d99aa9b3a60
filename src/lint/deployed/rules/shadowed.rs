//! The first behaviour whose path matches decides, so one behind a pattern that covers it never does.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html#DownloadDistValuesPathPattern>

use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};

/// `shadowed-behavior`
pub(super) const CODE: Code = Code {
    id: "shadowed-behavior",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "a behaviour that no request reaches, because an earlier one takes all its paths",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for distribution in artifacts.deployed.assets.iter().filter_map(|asset| asset.distribution.as_ref()) {
        for (index, behavior) in distribution.behaviors.iter().enumerate() {
            let Some(pattern) = &behavior.path_pattern else { continue };
            let before = distribution.behaviors.iter().take(index);
            let covers = |earlier: &str| covers(earlier.trim_start_matches('/'), pattern.trim_start_matches('/'));
            let Some((earlier, above)) =
                before.filter_map(|b| Some((b, b.path_pattern.as_deref()?))).find(|(_, earlier)| covers(earlier))
            else {
                continue;
            };
            let place = artifacts.at(&behavior.site, "PathPattern", Some(pattern));
            let other = artifacts.at(&earlier.site, "PathPattern", Some(above));
            let mut finding =
                Diagnostic::new(&CODE, place.span, format!("no request reaches the behaviour `{}`", shown(pattern)))
                    .label(format!("`{}` stands before it, and matches all of its paths", shown(above)))
                    .help("put the narrower pattern first");
            if other.file == place.file && other.span != place.span {
                finding = finding.related(other.span, "this takes them");
            }
            findings.push(place.file, finding);
        }
    }
}

/// Whether every path that `narrow` matches is matched by `wide`: `*` stands for any text, `?` for one character.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    let (wide, narrow): (Vec<char>, Vec<char>) = (wide.chars().collect(), narrow.chars().collect());
    // `reach[n]`: what was taken of `wide` can match the first `n` of `narrow`.
    let mut reach = vec![false; narrow.len() + 1];
    if let Some(first) = reach.first_mut() {
        *first = true;
    }
    for &w in &wide {
        let mut next = vec![false; narrow.len() + 1];
        let mut any = false;
        for n in 0..=narrow.len() {
            let here = reach.get(n).copied().unwrap_or(false);
            if w == '*' {
                any |= here;
                if let Some(slot) = next.get_mut(n) {
                    *slot = any;
                }
            } else if here
                && let Some(&c) = narrow.get(n)
                && (w == c || (w == '?' && c != '*'))
                && let Some(slot) = next.get_mut(n + 1)
            {
                *slot = true;
            }
        }
        reach = next;
    }
    reach.last().copied().unwrap_or(false)
}
