//! CORS headers and `Vary` in the parts of a response headers policy that are not for them.
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCustomHeadersConfig.html>

use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};

/// `cors-custom-header`
pub(super) const CORS: Code = Code {
    id: "cors-custom-header",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "an `Access-Control-` header among the custom headers, which CloudFront refuses",
};

/// `custom-vary-beside-cors`
pub(super) const VARY: Code = Code {
    id: "custom-vary-beside-cors",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "a custom `Vary` beside `CorsConfig`, which sends its own",
};

/// `removed-vary`
pub(super) const REMOVED: Code = Code {
    id: "removed-vary",
    kind: Kind::Discouraged,
    severity: Severity::Warning,
    summary: "`Vary` or CORS headers that a response headers policy takes away",
};

/// `empty-allow-list`
pub(super) const EMPTY: Code = Code {
    id: "empty-allow-list",
    kind: Kind::Forbidden,
    severity: Severity::Error,
    summary: "a list in `CorsConfig` without an item, which CloudFront refuses",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for policy in &artifacts.policies.response_headers {
        for header in &policy.custom_headers {
            let name = header.header.to_ascii_lowercase();
            let place = artifacts.at(&policy.site, "CustomHeadersConfig", Some(&header.header));
            if name.starts_with("access-control-") {
                findings.push(
                    place.file,
                    Diagnostic::new(&CORS, place.span, format!("`{}` among the custom headers", shown(&header.header)))
                        .label("CloudFront refuses it here")
                        .help("say it in `CorsConfig`"),
                );
            } else if name == "vary" && policy.cors.is_some() {
                findings.push(
                    place.file,
                    Diagnostic::new(&VARY, place.span, "a custom `Vary` beside `CorsConfig`")
                        .label("`CorsConfig` sends its own `Vary`, and this one has no effect")
                        .help("remove one of the two"),
                );
            }
        }
        for header in &policy.remove_headers {
            let name = header.to_ascii_lowercase();
            if name == "vary" || name.starts_with("access-control-") {
                let place = artifacts.at(&policy.site, "RemoveHeadersConfig", Some(header));
                findings.push(
                    place.file,
                    Diagnostic::new(&REMOVED, place.span, format!("`{}` is taken out of every answer", shown(header)))
                        .label("caches and browsers need it to tell answers apart")
                        .help("do not remove it"),
                );
            }
        }
        let Some(cors) = &policy.cors else { continue };
        for (member, list) in [
            ("AccessControlAllowHeaders", &cors.allow_headers),
            ("AccessControlAllowMethods", &cors.allow_methods),
            ("AccessControlAllowOrigins", &cors.allow_origins),
        ] {
            let place = artifacts.at(&policy.site, member, None);
            let told = artifacts.outline.find(&policy.site).and_then(|(_, node)| node.descend(member));
            // What the files compute is not empty because nobody here knows it.
            let is_empty = told.is_none_or(|node| {
                let items = node.descend("Items").unwrap_or(node);
                let text = artifacts.outline.source(place.file).map_or("", |source| source.slice(items.span));
                text.chars().filter(|c| !c.is_whitespace()).collect::<String>() == "[]"
            });
            if list.is_empty() && is_empty {
                findings.push(
                    place.file,
                    Diagnostic::new(&EMPTY, place.span, format!("`{member}` has no item"))
                        .label("CloudFront refuses a `CorsConfig` without one")
                        .help("list at least one"),
                );
            }
        }
    }
}
