//! CloudFront answers a method that a behaviour does not allow with 403, without asking the bucket.
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html>

use super::super::view::{Behavior, behaviors};
use super::super::{Artifacts, Findings};
use crate::diagnostic::{Code, Diagnostic, Kind, Severity, shown};
use crate::fetch::header;

/// `preflight-not-allowed`
pub(super) const CODE: Code = Code {
    id: "preflight-not-allowed",
    kind: Kind::Discouraged,
    severity: Severity::Error,
    summary: "CORS that needs preflights where `OPTIONS` is not allowed",
};

pub(super) fn check(findings: &mut Findings, artifacts: &Artifacts<'_>) {
    for behavior in behaviors(artifacts).into_iter().filter(|behavior| !behavior.allows("OPTIONS")) {
        let Some(need) = needs_preflight(&behavior) else { continue };
        let place = artifacts.at(&behavior.it.site, "AllowedMethods", None);
        findings.push(
            place.file,
            Diagnostic::new(&CODE, place.span, format!("`OPTIONS` is not allowed, and {need} needs a preflight"))
                .label("CloudFront answers preflights with 403 here")
                .help("allow `GET`, `HEAD` and `OPTIONS`, or all seven methods where pages write"),
        );
    }
}

/// What of that which is allowed through this behaviour needs a preflight.
/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
fn needs_preflight(behavior: &Behavior<'_>) -> Option<String> {
    let (methods, headers) = match behavior.edge_cors() {
        Some(cors) => (&cors.allow_methods, &cors.allow_headers),
        None => return None,
    };
    let own = behavior.it.response_headers_policy.as_ref().is_some_and(|policy| policy.site.is_known());
    let writes = |method: &&String| ["OPTIONS", "PUT", "DELETE", "PATCH", "ALL"].contains(&method.as_str());
    if let Some(method) = methods.iter().find(writes) {
        let what = if own {
            format!("`{method}`, which the response headers policy allows,")
        } else {
            "what the response headers policy allows".to_owned()
        };
        return Some(what);
    }
    let unsafe_name = |name: &&String| !name.contains('*') && !header::is_cors_safelisted_request_header_name(name);
    headers.iter().find(unsafe_name).map(|name| format!("the request header `{}`", shown(name)))
}
